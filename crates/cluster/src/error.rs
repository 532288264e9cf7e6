use waymark_lake::LakeError;

/// Why a part of a cluster does not work.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// An address that is none.
    #[error("`{0}` is no address of a scheduler; expected `ballista://HOST:PORT`")]
    Address(String),
    /// Nobody answers.
    #[error("no scheduler answers at `{address}`: {why}")]
    Unreachable {
        /// Where one should be.
        address: String,
        /// What the network says.
        why: String,
    },
    /// Whoever answers is not this program.
    #[error("{0}")]
    Refused(String),
    /// The lake of an executor.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// A file or a port.
    #[error("`{what}` cannot be used: {source}")]
    Io {
        /// The file or address.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// What Ballista says.
    #[error("Ballista ended: {0}")]
    Ballista(String),
}
