//! Who asks.

use std::{collections::BTreeSet, convert::Infallible};

use axum::{extract::FromRequestParts, http::request::Parts};
use waymark_accounts::{Bearer, Grant, Permission, Role, Secret, Session, TokenScope};
use waymark_disclosure::{Audience, Reach, Scope};

/// Who asks, as far as the request shows.
#[derive(Clone, Debug)]
pub(crate) enum Visitor {
    /// Somebody who has not signed in; `form` is what a form that was shown to this browser carries.
    Nobody { form: Option<Secret> },
    /// The person at this machine, who can read the data folder anyway.
    ThisMachine { who: String, form: Secret },
    /// Somebody with an account.
    Person(Box<Session>),
    /// A program that reads for somebody.
    Program(Box<Bearer>),
}

impl Default for Visitor {
    fn default() -> Self {
        Self::Nobody { form: None }
    }
}

impl Visitor {
    /// Whether the request is anybody's at all.
    pub(crate) fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody { .. })
    }

    /// Whether the visitor may do what needs that.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Nobody { .. } => false,
            // There are no accounts to look after.
            Self::ThisMachine { .. } => permission != Permission::Administer,
            Self::Person(session) => session.account.grant.role().may(permission),
            Self::Program(bearer) => {
                let scope = match permission {
                    Permission::ReleasedFigures | Permission::Figures | Permission::Organizations => {
                        Some(TokenScope::Figures)
                    }
                    Permission::Students => Some(TokenScope::Students),
                    Permission::SignedIn | Permission::Data | Permission::ChangeData | Permission::Administer => None,
                };
                let is_in_scope = scope.is_none_or(|scope| bearer.scopes.contains(&scope));
                is_in_scope && bearer.account.grant.role().may(permission)
            }
        }
    }

    /// What the visitor is called.
    pub(crate) fn who(&self) -> &str {
        match self {
            Self::Nobody { .. } => "nobody",
            Self::ThisMachine { who, .. } => who,
            Self::Person(session) => &session.account.name,
            Self::Program(bearer) => &bearer.account.name,
        }
    }

    /// For whom figures are released.
    pub(crate) fn audience(&self) -> Audience {
        match self {
            Self::Nobody { .. } => Audience::staff("nobody", Scope::Rows(Reach::nothing()), ""),
            Self::ThisMachine { who, .. } => Audience::at_this_machine(who.as_str()),
            Self::Person(session) => {
                let reason = session.reason.clone().unwrap_or_default();
                Audience::staff(self.who(), scope(&session.account.grant), reason)
            }
            Self::Program(bearer) => {
                let reason = format!("by the token `{}`", bearer.label);
                Audience::staff(self.who(), scope(&bearer.account.grant), reason)
            }
        }
    }

    /// The organizations and programs that the visitor reaches.
    pub(crate) fn reach(&self) -> Reach {
        match self.audience() {
            Audience::Staff { scope: Scope::Everything, .. } => Reach::default(),
            Audience::Staff { scope: Scope::Rows(reach), .. } => reach,
            _ => Reach::nothing(),
        }
    }

    /// What every form that changes something carries, and a page of another server cannot know.
    pub(crate) fn form_token(&self) -> Option<&Secret> {
        match self {
            Self::Nobody { form } => form.as_ref(),
            Self::ThisMachine { form, .. } => Some(form),
            Self::Person(session) => Some(&session.form_token),
            Self::Program(_) => None,
        }
    }

    /// The same as text, as forms have it.
    pub(crate) fn form(&self) -> String {
        self.form_token().map(|token| token.reveal().to_owned()).unwrap_or_default()
    }

    /// Whether the visitor has still to say why students are looked at.
    pub(crate) fn owes_a_reason(&self) -> bool {
        matches!(self, Self::Person(session) if session.reason.is_none())
    }

    /// The role, of somebody with an account.
    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::Person(session) => Some(session.account.grant.role()),
            _ => None,
        }
    }
}

/// How far a grant lets somebody look at what is not released.
fn scope(grant: &Grant) -> Scope {
    let some = |names: &BTreeSet<String>| Some(names.clone());
    match grant {
        Grant::DistrictAnalyst | Grant::Coordinator => Scope::Everything,
        Grant::SchoolLeader { schools } => Scope::Rows(Reach { organizations: some(schools), programs: None }),
        Grant::ProgramTeacher { programs, schools } => {
            let organizations = some(schools).filter(|schools| !schools.is_empty());
            Scope::Rows(Reach { organizations, programs: some(programs) })
        }
        Grant::Administrator | Grant::Viewer => Scope::Rows(Reach::nothing()),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
