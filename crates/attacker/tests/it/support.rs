//! Tables as files, and what the attack says of them.

use std::{fs, path::PathBuf};

use tempfile::TempDir;
use waymark_attacker::{Assumptions, Finding, FindingKind, Publication, Report, attack};

/// Publications in a folder that goes away with them.
pub(crate) struct Published {
    folder: TempDir,
    pub(crate) publications: Vec<Publication>,
}

impl Published {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), publications: Vec::new() }
    }

    /// One table.
    pub(crate) fn table(text: &str) -> Self {
        Self::new().and_table("table", text, None)
    }

    /// Another table, with its layout where it is not to be guessed.
    pub(crate) fn and_table(mut self, name: &str, text: &str, layout: Option<&str>) -> Self {
        let path = self.folder.path().join(format!("{name}.csv"));
        // Tables are indented in the tests for reading.
        let text: Vec<&str> = text.trim().lines().map(str::trim).collect();
        fs::write(&path, text.join("\n") + "\n").unwrap();
        if let Some(layout) = layout {
            fs::write(path.with_extension("toml"), layout).unwrap();
        }
        self.publications.push(Publication::read(&path).unwrap());
        self
    }

    /// A release folder of this name.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    pub(crate) fn attack(&self) -> Report {
        self.attack_with(&Assumptions::default())
    }

    pub(crate) fn attack_with(&self, assumptions: &Assumptions) -> Report {
        attack(&self.publications, assumptions)
    }
}

/// What the attack says of one table.
pub(crate) fn attacked(text: &str) -> Report {
    Published::table(text).attack()
}

/// The finding of a kind about a cell whose name has this in it.
#[track_caller]
pub(crate) fn finding(report: &Report, kind: FindingKind, cell: &str) -> Finding {
    let found = report.findings.iter().find(|finding| finding.kind == kind && finding.cell.contains(cell));
    found.unwrap_or_else(|| panic!("no {kind:?} of `{cell}` in {:#?}", report.findings)).clone()
}

/// That nothing can be worked out, and that this was shown and not merely not found.
#[track_caller]
pub(crate) fn assert_safe(report: &Report) {
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert!(report.summary.hidden > 0, "nothing is hidden");
    assert_eq!(report.summary.undecided, 0, "{:?}", report.summary);
}
