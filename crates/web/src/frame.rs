//! What every page has around its content.

use waymark_accounts::Permission;
use waymark_disclosure::{Audience, Released, Scope};

use crate::{links::link, text, visitor::Visitor};

/// What every page has around its content.
pub(crate) struct Frame {
    /// The title of the page.
    pub(crate) title: String,
    /// The links at the top.
    pub(crate) sections: Vec<Section>,
    /// Where the numbers of the page come from; none where it shows none.
    pub(crate) origin: Option<Origin>,
    /// Who is signed in; none where nobody has to be.
    pub(crate) person: Option<Person>,
}

/// Who is signed in, and the token for the form that ends it.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) form_token: String,
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

const SECTIONS: [(&str, &str, Permission); 12] = [
    ("/", "Overview", Permission::SignedIn),
    ("/indicators", "Indicators", Permission::Organizations),
    ("/participation", "Participation", Permission::Figures),
    ("/programs", "Programs", Permission::Organizations),
    ("/one-course-away", "One course away", Permission::Students),
    ("/fairness", "Fairness", Permission::Organizations),
    ("/data", "Data quality", Permission::Data),
    ("/import", "Import", Permission::ChangeData),
    ("/batches", "Batches", Permission::Data),
    ("/definitions", "Definitions", Permission::SignedIn),
    ("/accounts", "Accounts", Permission::Administer),
    ("/audit", "Audit log", Permission::Administer),
];

impl Frame {
    /// The frame of a page in `section` for that visitor, whose links keep the `query`.
    pub(crate) fn new(visitor: &Visitor, title: impl Into<String>, section: &str, query: &[(&str, &str)]) -> Self {
        let sections = SECTIONS
            .into_iter()
            .filter(|(_, _, needs)| visitor.may(*needs))
            .map(|(path, label, _)| Section { label, href: link(path, query), current: path == section })
            .collect();
        let person = visitor.role().zip(visitor.form_token()).map(|(role, form_token)| Person {
            name: visitor.who().to_owned(),
            role: role.title(),
            form_token: form_token.reveal().to_owned(),
        });
        Self { title: title.into(), sections, origin: None, person }
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
            Audience::Staff { who, scope: Scope::Everything, .. } => who.clone(),
            audience => format!("{}, who sees a part", audience.who()),
        };
        Self {
            rulebook: provenance.rulebook.clone(),
            data: format!("snapshot {}{batch}", provenance.snapshot.number),
            at: text::instant(provenance.at),
            audience,
        }
    }
}
