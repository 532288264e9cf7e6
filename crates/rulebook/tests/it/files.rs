//! Files that are made from the code are as the code makes them.

use std::path::Path;

#[test]
fn the_json_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/rulebook.schema.json");
    let schema = waymark_rulebook::schema();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == schema, "run `UPDATE_DOCS=1 cargo test -p waymark-rulebook` and look at the difference");
}
