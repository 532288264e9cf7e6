/// For whom something is released.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// People of the district or State with a legitimate educational interest (34 CFR 99.31(a)(1)): nothing is hidden
    /// from them, and every access is logged.
    Staff {
        /// Who it is, as the log calls them.
        who: String,
        /// What they may see.
        scope: Scope,
    },
    /// Everybody: what is small is hidden, and stays so.
    Public,
}

/// What members of the staff may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Every organization of the data folder.
    Everything,
}

impl Audience {
    /// Whoever sits at this machine and can read the data folder anyway.
    pub fn at_this_machine(who: impl Into<String>) -> Self {
        Self::Staff { who: who.into(), scope: Scope::Everything }
    }

    /// Who it is, as the log calls them.
    pub fn who(&self) -> &str {
        match self {
            Self::Staff { who, .. } => who,
            Self::Public => "the public",
        }
    }
}
