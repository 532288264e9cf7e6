//! Asking the service: its token, its patience, its pages.

use std::time::Duration;

use reqwest::{
    StatusCode,
    blocking::{Client, RequestBuilder, Response},
};
use serde_json::Value;

use super::{Connection, FetchError, Told, records_of};

/// How often one request is made.
const TRIES: u32 = 8;
/// The first wait of those that double.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait, also where the service asks for more.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Characters of an answer that are shown.
const SAID: usize = 200;

/// What the service has under a name.
pub(super) enum Answer {
    Page {
        records: Vec<Value>,
        /// How many there are in all, where it says so.
        total: Option<u64>,
    },
    NotAvailable,
}

/// What came back, all of it.
struct Reply {
    status: StatusCode,
    /// How many records there are in all.
    total: Option<u64>,
    /// How long the service asks to wait.
    wait: Option<Duration>,
    text: String,
}

impl Reply {
    fn read(response: Response) -> Result<Self, reqwest::Error> {
        let header = |name: &str| response.headers().get(name)?.to_str().ok()?.parse().ok();
        let (total, wait) = (header("Total-Count"), header("Retry-After").map(Duration::from_secs));
        Ok(Self { status: response.status(), total, wait, text: response.text()? })
    }

    fn is_not_available(&self) -> bool {
        matches!(self.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
    }
}

pub(super) struct Service<'a> {
    client: Client,
    connection: &'a Connection,
    /// Where tokens are.
    oauth: String,
    /// Where resources are, ending in a slash.
    data: String,
    token: Option<String>,
    wait: &'a mut dyn FnMut(Duration),
    tell: &'a mut dyn FnMut(Told<'_>),
}

impl<'a> Service<'a> {
    /// Asks the service where its parts are.
    pub(super) fn connect(
        connection: &'a Connection,
        wait: &'a mut dyn FnMut(Duration),
        tell: &'a mut dyn FnMut(Told<'_>),
    ) -> Result<Self, FetchError> {
        // Whoever was first chose the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = connection.address.clone();
        let client = Client::builder().timeout(TIMEOUT).user_agent("waymark").build();
        let client = client.map_err(|source| FetchError::Unreachable { address: address.clone(), source })?;
        let (oauth, data) = (String::new(), String::new());
        let mut service = Self { client, connection, oauth, data, token: None, wait, tell };
        let description = service.json(&address, &|client| client.get(&connection.address))?;
        let part = |name: &str| description["urls"][name].as_str().map(str::to_owned);
        let missing = || FetchError::Malformed { address: address.clone(), expected: "description of an Ed-Fi API" };
        service.oauth = part("oauth").ok_or_else(missing)?;
        let data = part("dataManagementApi").ok_or_else(missing)?;
        service.data = format!("{}/", data.trim_end_matches('/'));
        Ok(service)
    }

    pub(super) fn told(&mut self, told: Told<'_>) {
        (self.tell)(told);
    }

    /// The newest change version; none where the service counts no changes.
    pub(super) fn newest_change_version(&mut self) -> Result<Option<u64>, FetchError> {
        // Beside `data/v3/` lies `changeQueries/v1/`.
        let Some((root, _)) = self.data.trim_end_matches('/').rsplit_once("/data/") else { return Ok(None) };
        let address = format!("{root}/changeQueries/v1/availableChangeVersions");
        let reply = self.authorized(&address, &|client| client.get(&address))?;
        if reply.is_not_available() {
            return Ok(None);
        }
        let versions: Value = understood(&address, reply, "range of change versions")?;
        let newest =
            ["newestChangeVersion", "NewestChangeVersion"].into_iter().find_map(|name| versions[name].as_u64());
        Ok(newest)
    }

    /// A page of a resource.
    pub(super) fn page(&mut self, resource: &str, query: &[(&str, String)]) -> Result<Answer, FetchError> {
        let address = format!("{}ed-fi/{resource}", self.data);
        let reply = self.authorized(&address, &|client| client.get(&address).query(query))?;
        if reply.is_not_available() {
            return Ok(Answer::NotAvailable);
        }
        let total = reply.total;
        let records = records_of(understood(&address, reply, "list of records")?);
        let records = records.ok_or(FetchError::Malformed { address, expected: "list of records" })?;
        Ok(Answer::Page { records, total })
    }

    /// An answer to who has the token; a token that is no longer taken is replaced once.
    fn authorized(&mut self, address: &str, request: &dyn Fn(&Client) -> RequestBuilder) -> Result<Reply, FetchError> {
        let mut renewed = false;
        loop {
            let token = match &self.token {
                Some(token) => token.clone(),
                None => self.new_token()?,
            };
            self.token = Some(token.clone());
            let reply = self.patient(address, &|client| request(client).bearer_auth(&token))?;
            if reply.status == StatusCode::UNAUTHORIZED && !renewed {
                renewed = true;
                self.token = None;
                continue;
            }
            return Ok(reply);
        }
    }

    /// OAuth 2.0, client credentials (RFC 6749, section 4.4).
    fn new_token(&mut self) -> Result<String, FetchError> {
        let (address, connection) = (self.oauth.clone(), self.connection);
        let answer = self.json(&address, &|client| {
            let form = [("grant_type", "client_credentials")];
            client.post(&address).basic_auth(&connection.key, Some(&connection.secret)).form(&form)
        })?;
        let token = answer["access_token"].as_str().map(str::to_owned);
        token.ok_or(FetchError::Malformed { address, expected: "token" })
    }

    fn json(&mut self, address: &str, request: &dyn Fn(&Client) -> RequestBuilder) -> Result<Value, FetchError> {
        let reply = self.patient(address, request)?;
        understood(address, reply, "JSON")
    }

    /// Asks until the service neither fails nor asks to wait.
    fn patient(&mut self, address: &str, request: &dyn Fn(&Client) -> RequestBuilder) -> Result<Reply, FetchError> {
        let mut time = FIRST_WAIT;
        for _ in 1..TRIES {
            let (status, asked) = match request(&self.client).send().and_then(Reply::read) {
                Ok(reply) if is_busy(reply.status) => (Some(reply.status.as_u16()), reply.wait),
                Ok(reply) => return Ok(reply),
                Err(error) if error.is_builder() => return Err(unreachable_service(address, error)),
                Err(_) => (None, None),
            };
            let wait = asked.unwrap_or(time).min(LONGEST_WAIT);
            (self.tell)(Told::Waiting { address, status, time: wait });
            (self.wait)(wait);
            time = (time * 2).min(LONGEST_WAIT);
        }
        let last = request(&self.client).send().and_then(Reply::read);
        last.map_err(|error| unreachable_service(address, error))
    }
}

fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

fn unreachable_service(address: &str, error: reqwest::Error) -> FetchError {
    // The address is told apart, and what was asked for may be long.
    FetchError::Unreachable { address: address.to_owned(), source: error.without_url() }
}

fn understood(address: &str, reply: Reply, expected: &'static str) -> Result<Value, FetchError> {
    let Reply { status, text, .. } = reply;
    if !status.is_success() {
        let said = text.chars().filter(|c| !c.is_control()).take(SAID).collect();
        return Err(FetchError::Status { address: address.to_owned(), status: status.as_u16(), said });
    }
    serde_json::from_str(&text).map_err(|_| FetchError::Malformed { address: address.to_owned(), expected })
}
