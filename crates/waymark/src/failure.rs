//! The five kinds of error that a command can end in, each with its exit code.

use std::{fmt, path::Path};

use waymark_diagnostics::Diagnostic;
use waymark_disclosure::{DoorError, FolderError, LedgerError, PublishError};
use waymark_engine::EngineError;
use waymark_intake::{Refusal, export::ExportError};
use waymark_lake::LakeError;
use waymark_synthetic::SyntheticError;

/// Whose turn it is to do something about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The command asks for something that is not there, or makes no sense.
    User,
    /// The source of an import cannot be trusted.
    Data,
    /// A rulebook says something that cannot be computed.
    Rulebook,
    /// The data folder cannot be used.
    Storage,
    /// Waymark did something wrong.
    Bug,
}

impl Kind {
    /// What the process ends with.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::User => 2,
            Self::Data => 3,
            Self::Rulebook => 4,
            Self::Storage => 5,
            Self::Bug => BUG,
        }
    }
}

/// The exit code of a mistake in the program (`EX_SOFTWARE` of sysexits).
pub(crate) const BUG: u8 = 70;

/// What is said of a mistake in the program.
pub(crate) const THIS_IS_A_BUG: &str =
    "this is a bug in Waymark; please report it with the command that you gave. The data are as they were";

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    message: String,
    hint: Option<String>,
    diagnostics: Vec<Diagnostic>,
    /// Whoever reads the output has gone: nothing is wrong, and nobody is there to be told.
    pub(crate) reader_gone: bool,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message, hint: None, diagnostics: Vec::new(), reader_gone: false }
    }

    pub(crate) fn user(message: impl Into<String>) -> Self {
        Self::new(Kind::User, message)
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(Kind::Bug, message).hint(THIS_IS_A_BUG)
    }

    /// A rulebook that does not check out.
    pub(crate) fn rulebook(name: &str, diagnostics: Vec<Diagnostic>) -> Self {
        let mistakes =
            if diagnostics.len() == 1 { "a mistake".to_owned() } else { format!("{} mistakes", diagnostics.len()) };
        let failure = Self::new(Kind::Rulebook, format!("the rulebook `{name}` has {mistakes}"));
        Self { diagnostics, ..failure }
    }

    /// Files of which nothing can be made.
    pub(crate) fn unreadable(diagnostics: Vec<Diagnostic>) -> Self {
        let failure = Self::new(Kind::Data, "nothing in these files looks like students, courses or the like");
        Self { diagnostics, ..failure }
    }

    /// What is wrong, in one sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong with the data, with its places.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// A mapping that does not check out.
    pub(crate) fn mapping(file: &Path, diagnostics: Vec<Diagnostic>) -> Self {
        let failure = Self::user(format!("`{}` is no mapping that can be used", file.display()));
        Self { diagnostics, ..failure }
    }

    /// A file or folder that the user named and that cannot be read or written.
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::user(format!("`{}`: {error}", path.display()))
    }

    /// The same with another sentence for what it comes to.
    #[must_use]
    pub(crate) fn named(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            write!(f, "{}", diagnostic.to_text())?;
        }
        write!(f, "error: {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let failure = Self::new(Kind::Data, "the import was refused; nothing is stored, and the data are as they were")
            .hint("correct what is named above in the system that the export comes from, and import it again");
        Self { diagnostics: refusal.diagnostics, ..failure }
    }
}

impl From<LakeError> for Failure {
    fn from(error: LakeError) -> Self {
        let (kind, hint) = match &error {
            LakeError::NoBatch(_) | LakeError::NoSnapshot(_) | LakeError::NothingBy(_) | LakeError::NothingToUndo => {
                (Kind::User, Some("`waymark batches` lists what was imported and when"))
            }
            LakeError::Expired(_) => (Kind::User, Some("`waymark batches` lists what can still be read")),
            LakeError::NoTable(_) => (Kind::User, Some("`waymark sql \"SHOW TABLES\"` lists the tables")),
            LakeError::Missing(_) | LakeError::EmptyValue => (Kind::User, None),
            LakeError::Busy { .. } => (Kind::Storage, Some("try again when that has ended")),
            LakeError::ReadOnly(_) => {
                (Kind::Storage, Some("choose another folder with --data, or ask for the right to write"))
            }
            LakeError::File { .. } | LakeError::Catalog(_) | LakeError::Tables(_) => (
                Kind::Storage,
                Some("the last batch that was stored still stands; look at the space and rights of the disk"),
            ),
            LakeError::Unproven { .. } => {
                (Kind::Storage, Some("nothing else was changed; it is tried again by `waymark erase --due`"))
            }
            LakeError::NoColumn { .. } | LakeError::Rows(_) => (Kind::Bug, Some(THIS_IS_A_BUG)),
            _ => (Kind::Storage, None),
        };
        let failure = Self::new(kind, error.to_string());
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let kind = match &error {
            EngineError::Unknown { .. } => Kind::User,
            EngineError::Stage { .. } => Kind::Rulebook,
            EngineError::Read(_) => Kind::Storage,
            EngineError::Elsewhere(_) => {
                return Self::new(Kind::Storage, error.to_string()).hint("without --engine it is counted here");
            }
            EngineError::Impossible(_) => return Self::bug(error.to_string()),
        };
        Self::new(kind, error.to_string())
    }
}

#[cfg(feature = "cluster")]
impl From<waymark_cluster::ClusterError> for Failure {
    fn from(error: waymark_cluster::ClusterError) -> Self {
        use waymark_cluster::ClusterError;
        let failure = Self::user(error.to_string());
        match error {
            ClusterError::Lake(error) => error.into(),
            ClusterError::Unreachable { .. } => failure.hint("`waymark scheduler` begins one"),
            ClusterError::Refused(_) => failure.hint("begin all parts of the cluster with the same program"),
            ClusterError::Address(_) => failure,
            ClusterError::Io { .. } | ClusterError::Ballista(_) => Self { kind: Kind::Storage, ..failure },
        }
    }
}

impl From<DoorError> for Failure {
    fn from(error: DoorError) -> Self {
        match error {
            DoorError::Engine(error) => error.into(),
            DoorError::Unknown { .. } => Self::user(error.to_string()),
            DoorError::Log(_) => Self::new(Kind::Storage, error.to_string()).hint("what cannot be logged is not shown"),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Io { .. } => Self::user(error.to_string()),
            ExportError::Rows { .. } => Self::bug(error.to_string()),
        }
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Door(error) => error.into(),
            PublishError::Release(error) => Self::user(format!("cannot release these figures: {error}")),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let hint = match &error {
            LedgerError::Taken(_) => "`waymark release list` tells what there is; a release has a name of its own",
            LedgerError::Unknown(_) => "`waymark release list` tells what there is",
            LedgerError::SamePerson(_) => "the second person signs in to this machine under another name",
            LedgerError::Name(_) => return Self::user(error.to_string()),
            _ => return Self::new(Kind::Storage, error.to_string()),
        };
        Self::user(error.to_string()).hint(hint)
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        Self::new(Kind::Storage, error.to_string())
    }
}

impl From<SyntheticError> for Failure {
    fn from(error: SyntheticError) -> Self {
        Self::user(error.to_string())
    }
}

/// An error of standard output.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let reader_gone = error.kind() == std::io::ErrorKind::BrokenPipe;
        let failure = Self::new(Kind::Storage, format!("the output could not be written: {error}"));
        Self { reader_gone, ..failure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_kinds_have_five_codes() {
        let codes = [Kind::User, Kind::Data, Kind::Rulebook, Kind::Storage, Kind::Bug].map(Kind::exit_code);
        assert_eq!(codes, [2, 3, 4, 5, 70]);
    }

    #[test]
    fn an_error_says_what_is_wrong_and_what_to_do() {
        let failure = Failure::from(LakeError::NoBatch(9));
        assert_eq!(failure.kind, Kind::User);
        assert_eq!(
            failure.to_string(),
            "error: there is no batch 9\n  hint: `waymark batches` lists what was imported and when"
        );
    }
}
