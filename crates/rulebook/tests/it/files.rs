//! Files that are made from the code are as the code makes them.

use std::path::Path;

fn is_up_to_date(file: &str, text: &str) {
    let path = Path::new("../..").join(file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{file}: run `UPDATE_DOCS=1 cargo test -p waymark-rulebook` and look at the difference");
}

#[test]
fn the_json_schema_is_up_to_date() {
    is_up_to_date("rulebooks/rulebook.schema.json", &waymark_rulebook::schema());
}

#[test]
fn the_list_of_columns_is_up_to_date() {
    let words = waymark_rulebook::vocabulary_in_words();
    let page = format!(
        "# What conditions of a rulebook may name\n\nMade from `crates/rulebook/src/vocabulary.rs`; `waymark rulebook show \
         --stage columns` prints the same.\n\n```text\n{words}```\n"
    );
    is_up_to_date("docs/rulebook-columns.md", &page);
}
