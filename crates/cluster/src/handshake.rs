//! Who talks to whom. Client, scheduler and executors must be one and the same program: a rulebook's plan means what the
//! program that runs it makes of it, and Ballista itself compares no more than its own major version.

use std::{
    error::Error,
    fmt::{self, Write},
    fs::File,
    io::Read,
    path::Path,
    sync::Arc,
};

use ballista_core::{
    extension::EndpointOverrideFn,
    serde::protobuf::{GetJobStatusParams, scheduler_grpc_client::SchedulerGrpcClient},
};
use sha2::{Digest, Sha256};
use tonic::{Request, Status, metadata::MetadataMap, transport::Endpoint};

use crate::ClusterError;

/// The header in which a scheduler says who it is. Others say it in their user agent, which Ballista lets them set.
pub(crate) const HEADER: &str = "waymark-identity";
const PREFIX: &str = "waymark/";
/// Digits of the hash that are compared and shown.
const DIGITS: usize = 8;

/// A program: its version and a hash of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(String);

impl Identity {
    /// The identity of a program of that version in that file.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn of(version: &str, program: &Path) -> Result<Self, ClusterError> {
        let unread = |source| ClusterError::Io { what: program.display().to_string(), source };
        let mut file = File::open(program).map_err(unread)?;
        let (mut hash, mut part) = (Sha256::new(), vec![0; 1 << 20]);
        loop {
            match file.read(&mut part).map_err(unread)? {
                0 => break,
                read => hash.update(&part[..read]),
            }
        }
        let mut identity = format!("{version}+");
        for byte in hash.finalize().iter().take(DIGITS) {
            let _ = write!(identity, "{byte:02x}");
        }
        Ok(Self(identity))
    }

    /// The text that is compared.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Nothing, if the other is the same program.
    ///
    /// # Errors
    /// A sentence that names both.
    pub(crate) fn same(&self, other: Option<&str>, what: &str) -> Result<(), String> {
        match other {
            Some(other) if other == self.0 => Ok(()),
            Some(other) => {
                Err(format!("the {what} is waymark `{other}`, and this is `{self}`: all must be one program"))
            }
            None => Err(format!("the {what} is no waymark `{self}`: all must be one program")),
        }
    }

    /// What makes a connection say who it is.
    pub(crate) fn on_endpoints(&self) -> EndpointOverrideFn {
        let agent = format!("{PREFIX}{self}");
        Arc::new(move |endpoint: Endpoint| {
            endpoint.user_agent(agent.clone()).map_err(|error| Box::new(error) as Box<dyn Error + Send + Sync>)
        })
    }

    /// Lets through who is the same program.
    ///
    /// # Errors
    /// Whoever is not is told so, and nothing else.
    pub(crate) fn admit(&self, request: Request<()>) -> Result<Request<()>, Status> {
        match self.same(caller(request.metadata()), "caller of this scheduler") {
            Ok(()) => Ok(request),
            Err(why) => Err(Status::failed_precondition(why)),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who calls: `waymark/0.1.0+0011223344556677 tonic/0.14.0`.
fn caller(headers: &MetadataMap) -> Option<&str> {
    headers.get("user-agent")?.to_str().ok()?.strip_prefix(PREFIX)?.split(' ').next()
}

/// Makes sure that a scheduler is there and is the same program, and that it says so of the caller.
///
/// # Errors
/// Nobody there; another program.
pub(crate) async fn shake_hands(address: &str, identity: &Identity) -> Result<(), ClusterError> {
    let unreachable = |why: String| ClusterError::Unreachable { address: address.to_owned(), why };
    let endpoint = Endpoint::new(format!("http://{address}")).map_err(|_| ClusterError::Address(address.to_owned()))?;
    let endpoint = (identity.on_endpoints())(endpoint).map_err(|error| unreachable(error.to_string()))?;
    let channel = endpoint.connect().await.map_err(|error| unreachable(innermost(&error)))?;
    // Any question would do; this one is about a job that is not there.
    let question = GetJobStatusParams { job_id: "handshake".to_owned() };
    let answer = SchedulerGrpcClient::new(channel).get_job_status(question).await;
    let headers = match &answer {
        Ok(answer) => answer.metadata(),
        Err(status) => status.metadata(),
    };
    let scheduler = headers.get(HEADER).and_then(|value| value.to_str().ok());
    identity.same(scheduler, "scheduler").map_err(ClusterError::Refused)?;
    match answer {
        Ok(_) => Ok(()),
        Err(status) => Err(ClusterError::Refused(status.message().to_owned())),
    }
}

/// What an error goes back to.
fn innermost(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(text: &str) -> Identity {
        Identity(text.to_owned())
    }

    #[test]
    fn the_same_program_is_admitted_and_no_other() {
        let asked_by = |agent: &'static str| {
            let mut request = Request::new(());
            request.metadata_mut().insert("user-agent", agent.parse().unwrap());
            identity("1.0.0+ab").admit(request).map(|_| ()).map_err(|status| status.message().to_owned())
        };
        assert_eq!(asked_by("waymark/1.0.0+ab tonic/0.14.9"), Ok(()));
        assert_eq!(
            asked_by("waymark/1.0.0+ac tonic/0.14.9"),
            Err("the caller of this scheduler is waymark `1.0.0+ac`, and this is `1.0.0+ab`: all must be one program"
                .to_owned())
        );
        assert!(asked_by("tonic/0.14.9").is_err());
    }

    #[test]
    fn a_program_is_its_bytes() {
        let folder = std::env::temp_dir().join(format!("waymark-identity-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (one, two) = (folder.join("one"), folder.join("two"));
        std::fs::write(&one, "a program").unwrap();
        std::fs::write(&two, "a program.").unwrap();
        let of = |path: &Path| Identity::of("1.0.0", path).unwrap();
        assert_eq!(of(&one), of(&one));
        assert_ne!(of(&one), of(&two));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
