//! The list of SCED course codes.

use super::{Publication, Row};
use crate::TableBuilder;

pub(super) const PUBLICATION: Publication = Publication {
    table: "sced_courses",
    telling: &["scedcode", "title", "description"],
    edition: |_, file| version_in(file),
    take: |row, builder| {
        take(row, builder);
        Ok(())
    },
};

/// The version in the name of a file: `sced_course_codes_ceds_v13.csv` is of `v13`.
fn version_in(file: &str) -> Option<String> {
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name).to_ascii_lowercase();
    let word = name.split(['_', '-', ' ']).rfind(|word| word.starts_with('v') && word.len() > 1)?;
    word[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then(|| word.to_owned())
}

fn take(row: &Row<'_>, builder: &mut TableBuilder) {
    let values = [
        ("edition", row.edition),
        ("sced_code", row.get("scedcode")),
        ("title", row.get("title")),
        ("description", row.get("description")),
    ];
    builder.push(row.record.line, &values);
}
