//! Who is answered: the person at this machine, or people with accounts.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRef,
    http::{HeaderMap, uri::Authority},
};
use waymark_accounts::{Accounts, Secret, SingleSignOn};

use crate::Desk;

/// Who is answered.
#[derive(Clone, Debug)]
pub enum Answered {
    /// The person at this machine, who can read the data folder anyway.
    ThisMachine {
        /// Who it is, as the log calls them.
        who: String,
        /// Something that no other server knows.
        form: Secret,
    },
    /// People with accounts.
    People(Arc<People>),
}

/// People with accounts, and how they come here.
#[derive(Debug)]
pub struct People {
    /// The accounts.
    pub accounts: Accounts,
    /// Where people are known already; perhaps nowhere.
    pub single_sign_on: SingleSignOn,
    /// The address at which browsers find the pages.
    pub origin: Origin,
    /// Whether a proxy on this machine stands in front and says whom it speaks for.
    pub behind_proxy: bool,
}

/// The scheme and name at which browsers find the pages: `https://waymark.district.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    authority: Authority,
}

/// A text that is no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no origin: expected something like `https://waymark.district.example`")]
pub struct OriginError(String);

impl std::str::FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let error = || OriginError(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(error)?;
        let authority: Authority = rest.parse().map_err(|_| error())?;
        let secure = scheme == "https";
        let named = !authority.host().is_empty() && !rest.contains('@');
        // Without encryption, passwords stay on this machine or do not travel at all.
        let private = secure || scheme == "http" && is_this_machine(rest);
        if named && private { Ok(Self { secure, authority }) } else { Err(error()) }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }
}

impl Origin {
    /// Whether browsers come by an encrypted connection.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether a request that names this host is meant for it.
    pub(crate) fn is_at(&self, host: &str) -> bool {
        host.eq_ignore_ascii_case(self.authority.as_str()) || !self.secure && is_this_machine(host)
    }
}

/// Whether a host is a name of this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl People {
    /// Where a request came from, for limits and the log.
    pub(crate) fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !(self.behind_proxy && peer.is_loopback()) {
            return peer;
        }
        // The last was written by the proxy itself, whatever a browser says before it.
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let last = forwarded.and_then(|list| list.rsplit(',').next());
        last.and_then(|address| address.trim().parse().ok()).unwrap_or(peer)
    }
}

/// What pages get at.
#[derive(Clone)]
pub(crate) struct Rooms {
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) answered: Answered,
}

impl FromRef<Rooms> for Arc<dyn Desk> {
    fn from_ref(rooms: &Rooms) -> Self {
        Arc::clone(&rooms.desk)
    }
}

impl FromRef<Rooms> for Answered {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.answered.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for host in ["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "[::1]"]
        {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org",
            "127.0.0.1.nip.io",
            "evil@localhost",
            "0.0.0.0",
            "10.0.0.1:8080",
            "[::2]",
            "localhost:80:80",
            "localhost/",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn origins_are_encrypted_or_here() {
        let origin: Origin = "https://waymark.district.example".parse().unwrap();
        assert!(origin.is_secure() && origin.is_at("WAYMARK.district.example"));
        assert!(!origin.is_at("localhost") && !origin.is_at("district.example"));
        assert_eq!(origin.to_string(), "https://waymark.district.example");
        let here: Origin = "http://localhost:8080".parse().unwrap();
        assert!(!here.is_secure() && here.is_at("127.0.0.1:8080") && !here.is_at("district.example"));
        for text in
            ["http://waymark.district.example", "waymark.district.example", "https://", "https://a@b", "https://a/b"]
        {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
