use std::collections::BTreeMap;

use serde::Deserialize;

/// What is known of identity providers, as data.
const PRESETS: &str = include_str!("../providers.toml");

/// Somebody who says who people are.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// By which its addresses here are called.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its issuer (`OpenID` Connect Core 1.0, 2).
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    /// The claim that stays the same for a person.
    pub(crate) subject: String,
    /// A claim that has to have a value.
    pub(crate) organization: Option<(String, String)>,
    /// Whether people begin at a page of the provider.
    pub(crate) portal: bool,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("name", &self.name).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What is wrong with the providers that were set up.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The file is no TOML, or has other keys.
    #[error("{0}")]
    Unreadable(#[from] toml::de::Error),
    /// There is no preset of that name, and no issuer.
    #[error("the provider `{0}` is none of google, microsoft, clever and classlink, and has no `issuer`")]
    Unknown(String),
    /// A provider for everybody lets everybody in.
    #[error("the provider `{name}` needs `organization`: the claim `{claim}` says whose people they are")]
    NoOrganization {
        /// The provider.
        name: String,
        /// The claim.
        claim: String,
    },
    /// The secret is not where it should be.
    #[error("the secret of the provider `{name}` cannot be read from `{file}`: {source}")]
    Secret {
        /// The provider.
        name: String,
        /// Where it should be.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Preset {
    title: String,
    issuer: String,
    subject: String,
    organization: Option<String>,
    #[serde(default)]
    portal: bool,
}

/// A provider as somebody sets it up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUp {
    client_id: String,
    client_secret_file: Option<String>,
    organization: Option<String>,
    title: Option<String>,
    issuer: Option<String>,
    subject: Option<String>,
    organization_claim: Option<String>,
    portal: Option<bool>,
}

impl Provider {
    /// The providers of a TOML file with a table for each; `secret` reads the file with its secret.
    ///
    /// # Errors
    /// See [`ProviderError`].
    pub fn read(text: &str, secret: impl Fn(&str) -> std::io::Result<String>) -> Result<Vec<Self>, ProviderError> {
        let mut presets: BTreeMap<String, Preset> = toml::from_str(PRESETS)?;
        let set_up: BTreeMap<String, SetUp> = toml::from_str(text)?;
        let mut providers = Vec::new();
        for (name, own) in set_up {
            let preset = presets.remove(&name).unwrap_or_default();
            let issuer = own.issuer.unwrap_or(preset.issuer);
            if issuer.is_empty() {
                return Err(ProviderError::Unknown(name));
            }
            let organization = match (own.organization_claim.or(preset.organization), own.organization) {
                (Some(claim), Some(value)) => Some((claim, value)),
                (Some(claim), None) => return Err(ProviderError::NoOrganization { name, claim }),
                (None, _) => None,
            };
            let value = organization.as_ref().map(|(_, value)| value.as_str()).unwrap_or_default();
            let client_secret = match own.client_secret_file {
                None => None,
                Some(file) => match secret(&file) {
                    Ok(text) => Some(text.trim_end().to_owned()),
                    Err(source) => return Err(ProviderError::Secret { name, file, source }),
                },
            };
            let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
            providers.push(Self {
                title: own.title.unwrap_or_else(|| or(preset.title, &name)),
                issuer: issuer.replace("{organization}", value),
                client_id: own.client_id,
                client_secret,
                subject: own.subject.unwrap_or_else(|| or(preset.subject, "sub")),
                organization,
                portal: own.portal.unwrap_or(preset.portal),
                name,
            });
        }
        Ok(providers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Provider>, ProviderError> {
        Provider::read(text, |_| Ok("hidden\n".to_owned()))
    }

    #[test]
    fn presets_are_complete() {
        let text = "[google]\nclient_id = 'a'\norganization = 'd.example'\nclient_secret_file = 'f'\n\
            [microsoft]\nclient_id = 'b'\norganization = '0-1'\n[clever]\nclient_id = 'c'\norganization = '5'\n\
            [classlink]\nclient_id = 'd'\n";
        let providers = read(text).unwrap();
        let names: Vec<&str> = providers.iter().map(|provider| provider.title.as_str()).collect();
        assert_eq!(names, ["ClassLink", "Clever", "Google", "Microsoft"]);
        assert_eq!(providers[2].client_secret.as_deref(), Some("hidden"));
        assert_eq!(providers[3].issuer, "https://login.microsoftonline.com/0-1/v2.0");
        assert_eq!(providers[3].subject, "oid");
        assert!(providers[0].portal && providers[1].portal && !providers[2].portal);
        assert!(!format!("{providers:?}").contains("hidden"));
    }

    #[test]
    fn what_would_let_everybody_in_is_refused() {
        assert!(matches!(read("[google]\nclient_id = 'a'"), Err(ProviderError::NoOrganization { .. })));
        assert!(matches!(read("[somebody]\nclient_id = 'a'"), Err(ProviderError::Unknown(_))));
        assert!(matches!(read("[google]\nclient = 'a'"), Err(ProviderError::Unreadable(_))));
    }
}
