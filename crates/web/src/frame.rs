//! What every page has around its content.

use waymark_disclosure::{Audience, Released, Scope};

use crate::{links::link, text};

/// What every page has around its content.
pub(crate) struct Frame {
    /// The title of the page.
    pub(crate) title: String,
    /// The links at the top.
    pub(crate) sections: Vec<Section>,
    /// Where the numbers of the page come from; none where it shows none.
    pub(crate) origin: Option<Origin>,
}

/// A link at the top of every page.
pub(crate) struct Section {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// Where numbers come from, in words.
pub(crate) struct Origin {
    pub(crate) rulebook: String,
    pub(crate) data: String,
    pub(crate) at: String,
    pub(crate) audience: String,
}

const SECTIONS: [(&str, &str); 10] = [
    ("/", "Overview"),
    ("/indicators", "Indicators"),
    ("/participation", "Participation"),
    ("/programs", "Programs"),
    ("/one-course-away", "One course away"),
    ("/fairness", "Fairness"),
    ("/data", "Data quality"),
    ("/import", "Import"),
    ("/batches", "Batches"),
    ("/definitions", "Definitions"),
];

impl Frame {
    /// The frame of a page in `section`, whose links keep the `query`.
    pub(crate) fn new(title: impl Into<String>, section: &str, query: &[(&str, &str)]) -> Self {
        let sections = SECTIONS
            .into_iter()
            .map(|(path, label)| Section { label, href: link(path, query), current: path == section })
            .collect();
        Self { title: title.into(), sections, origin: None }
    }

    /// With where the numbers come from.
    pub(crate) fn of<T>(mut self, released: &Released<T>) -> Self {
        self.origin = Some(Origin::of(released));
        self
    }
}

impl Origin {
    fn of<T>(released: &Released<T>) -> Self {
        let provenance = released.provenance();
        let batch = provenance.snapshot.batch.map(|batch| format!(" (batch {batch})")).unwrap_or_default();
        let audience = match released.audience() {
            Audience::Staff { who, scope: Scope::Everything } => format!("{who}, at this machine"),
            audience => audience.who().to_owned(),
        };
        Self {
            rulebook: provenance.rulebook.clone(),
            data: format!("snapshot {}{batch}", provenance.snapshot.number),
            at: text::instant(provenance.at),
            audience,
        }
    }
}
