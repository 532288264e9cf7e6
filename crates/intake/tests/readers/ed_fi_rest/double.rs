//! A small Ed-Fi API in this process: it has records, gives tokens, counts changes, and fails when it is told to.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use serde_json::{Value, json};
use waymark_intake::ed_fi_api::Connection;

/// How the service is to fail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Answers so, and asks to wait that many seconds where there is a number.
    Status(u16, Option<u32>),
    /// Closes the connection in the middle of its answer.
    Cut,
    /// Takes no token that it gave before.
    Expire,
    /// Deletes the first record of a resource.
    Delete(&'static str),
}

#[derive(Default)]
struct Inner {
    /// Records by resource, each with its change version.
    records: BTreeMap<String, Vec<(u64, Value)>>,
    newest: u64,
    hidden: Vec<String>,
    /// Faults that come when an address with that text is asked for, one after the other.
    faults: VecDeque<(&'static str, Fault)>,
    requests: Vec<String>,
    tokens: u32,
    /// The most records of one answer.
    most: usize,
}

/// The service, which ends with the process.
#[derive(Clone)]
pub(crate) struct Double {
    address: String,
    inner: Arc<Mutex<Inner>>,
}

impl Double {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner { most: 500, ..Inner::default() }));
        let double = Self { address, inner };
        let own = double.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is none of the service's business.
                let _ = own.serve(stream);
            }
        });
        double
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn connection(&self, page: u32) -> Connection {
        Connection { address: self.address.clone(), key: "key".to_owned(), secret: "secret".to_owned(), page }
    }

    /// Adds a record, or changes the one of the same `id`.
    pub(crate) fn put(&self, resource: &str, record: Value) {
        let mut inner = self.inner();
        inner.newest += 1;
        let newest = inner.newest;
        let records = inner.records.entry(resource.to_owned()).or_default();
        match records.iter_mut().find(|(_, other)| other["id"].is_string() && other["id"] == record["id"]) {
            Some(other) => *other = (newest, record),
            None => records.push((newest, record)),
        }
    }

    pub(crate) fn hide(&self, resource: &str) {
        self.inner().hidden.push(resource.to_owned());
    }

    pub(crate) fn fail(&self, address: &'static str, fault: Fault) {
        self.inner().faults.push_back((address, fault));
    }

    /// What was asked for since this was last asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().requests)
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let (mut authorization, mut length) = (String::new(), 0);
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 || header == "\r\n" {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "authorization" => value.trim().clone_into(&mut authorization),
                "content-length" => length = value.trim().parse().unwrap_or_default(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        self.answer(stream, &target, &authorization, &String::from_utf8_lossy(&body))
    }

    fn answer(&self, mut to: TcpStream, target: &str, authorization: &str, body: &str) -> std::io::Result<()> {
        let mut inner = self.inner();
        inner.requests.push(target.to_owned());
        let fault = inner.faults.front().filter(|(address, _)| target.contains(address)).map(|(_, fault)| *fault);
        if fault.is_some() {
            inner.faults.pop_front();
        }
        match fault {
            Some(Fault::Status(status, after)) => {
                let after = after.map(|after| format!("Retry-After: {after}\r\n")).unwrap_or_default();
                return write!(to, "HTTP/1.1 {status} X\r\n{after}Connection: close\r\nContent-Length: 4\r\n\r\nbusy");
            }
            Some(Fault::Cut) => return write!(to, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{{"),
            Some(Fault::Expire) => inner.tokens += 1,
            Some(Fault::Delete(resource)) => {
                inner.records.get_mut(resource).unwrap().remove(0);
            }
            None => {}
        }
        let (status, total, answer) = inner.respond(&self.address, target, authorization, body);
        let total = total.map(|total| format!("Total-Count: {total}\r\n")).unwrap_or_default();
        let text = answer.to_string();
        write!(
            to,
            "HTTP/1.1 {status} X\r\n{total}Content-Type: application/json\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n{text}",
            text.len()
        )
    }
}

impl Inner {
    fn respond(&mut self, address: &str, target: &str, authorization: &str, body: &str) -> (u16, Option<usize>, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path == "/" {
            let urls =
                json!({ "oauth": format!("{address}oauth/token"), "dataManagementApi": format!("{address}data/v3/") });
            return (200, None, json!({ "version": "7.1", "urls": urls }));
        }
        if path == "/oauth/token" {
            // `key:secret` in Base64.
            let known = authorization == "Basic a2V5OnNlY3JldA==" && body == "grant_type=client_credentials";
            let token =
                json!({ "access_token": format!("token{}", self.tokens), "expires_in": 1800, "token_type": "bearer" });
            return if known { (200, None, token) } else { (401, None, json!({ "error": "invalid_client" })) };
        }
        if authorization != format!("Bearer token{}", self.tokens) {
            return (401, None, json!({ "message": "the token is not known" }));
        }
        if path == "/changeQueries/v1/availableChangeVersions" {
            return (200, None, json!({ "oldestChangeVersion": 0, "newestChangeVersion": self.newest }));
        }
        let Some(resource) = path.strip_prefix("/data/v3/ed-fi/") else { return (404, None, json!({})) };
        if self.hidden.iter().any(|hidden| hidden == resource) {
            return (403, None, json!({ "message": "no access" }));
        }
        let parameters: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse::<usize>().ok());
        let since = number("minChangeVersion").unwrap_or_default() as u64;
        let all = self.records.get(resource).map_or(&[][..], Vec::as_slice);
        let all: Vec<&Value> = all.iter().filter(|(version, _)| *version >= since).map(|(_, record)| record).collect();
        let (offset, limit) = (number("offset").unwrap_or_default(), number("limit").unwrap_or(25).min(self.most));
        let page: Vec<Value> = all.iter().skip(offset).take(limit).map(|record| (*record).clone()).collect();
        let total = (parameters.get("totalCount") == Some(&"true")).then_some(all.len());
        (200, total, Value::Array(page))
    }
}
