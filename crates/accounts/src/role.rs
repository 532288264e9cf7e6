/// What somebody is here. What each may do stands in [`Role::may`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks after accounts and reads the audit log. Sees no student and no figure that is not released: whoever has a
    /// legitimate educational interest too (34 CFR 99.31(a)(1)) has an account for that.
    Administrator,
    /// Sees everything, changes nothing.
    DistrictAnalyst,
    /// Sees everything, imports and releases.
    Coordinator,
    /// Sees some schools.
    SchoolLeader,
    /// Sees some programs.
    ProgramTeacher,
    /// Sees what has been released, and nothing else.
    Viewer,
}

/// What a page or an action needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// To be signed in: definitions, one's own account.
    SignedIn,
    /// Figures that were released to everybody.
    ReleasedFigures,
    /// Figures of the organizations and programs that the account reaches.
    Figures,
    /// Figures of all programs of an organization together.
    Organizations,
    /// Students by name or identifier, of those that the account reaches.
    Students,
    /// Imports, findings and rows set aside, which may name anybody.
    Data,
    /// To import, undo and release.
    ChangeData,
    /// Accounts and the audit log.
    Administer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Administrator,
        Self::DistrictAnalyst,
        Self::Coordinator,
        Self::SchoolLeader,
        Self::ProgramTeacher,
        Self::Viewer,
    ];

    /// Whether the role may do what needs that permission. What is not written here is not allowed.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{Administer, ChangeData, Data, Figures, Organizations, ReleasedFigures, SignedIn, Students};
        let allowed: &[Permission] = match self {
            Self::Administrator => &[SignedIn, ReleasedFigures, Administer],
            Self::DistrictAnalyst => &[SignedIn, ReleasedFigures, Figures, Organizations, Students, Data],
            Self::Coordinator => &[SignedIn, ReleasedFigures, Figures, Organizations, Students, Data, ChangeData],
            Self::SchoolLeader => &[SignedIn, ReleasedFigures, Figures, Organizations, Students],
            Self::ProgramTeacher => &[SignedIn, ReleasedFigures, Figures, Students],
            Self::Viewer => &[SignedIn, ReleasedFigures],
        };
        allowed.contains(&permission)
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::DistrictAnalyst => "district_analyst",
            Self::Coordinator => "coordinator",
            Self::SchoolLeader => "school_leader",
            Self::ProgramTeacher => "program_teacher",
            Self::Viewer => "viewer",
        }
    }

    /// As people say it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::DistrictAnalyst => "District analyst",
            Self::Coordinator => "Coordinator",
            Self::SchoolLeader => "School leader",
            Self::ProgramTeacher => "Program teacher",
            Self::Viewer => "Viewer of released figures",
        }
    }

    /// The role that is written like that.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        assert!(Role::ALL.into_iter().all(|role| Role::named(role.name()) == Some(role)));
        assert_eq!(Role::named("Administrator"), None);
    }

    #[test]
    fn who_looks_after_accounts_sees_no_student() {
        let both = |role: Role| role.may(Permission::Administer) && role.may(Permission::Students);
        assert!(!Role::ALL.into_iter().any(both));
    }
}
