use waymark_engine::Reach;

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
        /// Why they look at students, as they said; empty where nobody asked.
        reason: String,
    },
    /// Everybody: what is small is hidden, and stays so.
    Public,
}

/// What members of the staff may see.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Every organization of the data folder.
    Everything,
    /// Some rows. What lies outside is not there, and is not said to be.
    Rows(Reach),
}

impl Audience {
    /// Whoever sits at this machine and can read the data folder anyway.
    pub fn at_this_machine(who: impl Into<String>) -> Self {
        Self::staff(who, Scope::Everything, "")
    }

    /// Somebody with an account.
    pub fn staff(who: impl Into<String>, scope: Scope, reason: impl Into<String>) -> Self {
        Self::Staff { who: who.into(), scope, reason: reason.into() }
    }

    /// Who it is, as the log calls them.
    pub fn who(&self) -> &str {
        match self {
            Self::Staff { who, .. } => who,
            Self::Public => "the public",
        }
    }

    /// Why they look at students; empty where nobody asked.
    pub fn reason(&self) -> &str {
        match self {
            Self::Staff { reason, .. } => reason,
            Self::Public => "",
        }
    }

    /// How far they may look.
    pub(crate) fn reach(&self) -> Reach {
        match self {
            Self::Staff { scope: Scope::Everything, .. } => Reach::default(),
            Self::Staff { scope: Scope::Rows(reach), .. } => reach.clone(),
            // The public gets publications, and never a table as it was counted.
            Self::Public => Reach::nothing(),
        }
    }
}
