//! What a check found, as the page shows it.

use std::collections::BTreeMap;

use waymark_intake::why_it_matters;
use waymark_web::{Finding, Report};

use crate::{import::Told, report::day_and_time};

pub(super) fn report(told: &Told, by_mapping: bool) -> Report {
    let findings = told.findings.iter().map(|finding| Finding {
        code: finding.code.clone(),
        severity: finding.severity,
        count: finding.count,
        reason: why_it_matters(&finding.code).unwrap_or_default(),
        examples: finding.examples.clone(),
    });
    let mut tables: BTreeMap<&String, (Option<u64>, u64)> = BTreeMap::new();
    for (table, rows) in &told.summary.rows {
        tables.entry(table).or_default().1 = *rows;
    }
    for (table, rows) in told.previous.iter().flat_map(|previous| &previous.summary.rows) {
        tables.entry(table).or_default().0 = Some(*rows);
    }
    let previous = told.previous.as_ref();
    Report {
        rows_kept: told.files.iter().map(|file| file.rows_kept).sum(),
        rows_set_aside: told.files.iter().map(|file| file.rows_set_aside).sum(),
        findings: findings.collect(),
        tables: tables.into_iter().map(|(table, (before, now))| (table.clone(), before, now)).collect(),
        previous: previous
            .map(|previous| format!("batch {} of {}", previous.batch, day_and_time(previous.at)))
            .unwrap_or_default(),
        by_mapping,
    }
}
