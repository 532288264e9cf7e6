use std::{fmt, str::FromStr};

use waymark_suppression::{figures::Organization, scheme::Table};

/// At which grain figures are released. The finer the grain, the more of it is small: of schools' programs by subgroup
/// most would be hidden, and would take others with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Design {
    /// Programs for everybody in them; subgroups for all programs together in schools, for clusters in districts, for
    /// programs in the State.
    Standard,
    /// Clusters for everybody in them; subgroups for all programs together.
    Clusters,
    /// All programs together, for everybody and by subgroup.
    AllPrograms,
    /// Everybody in a program, cluster or all programs: no subgroups.
    Totals,
    /// Every program by every subgroup.
    Everything,
}

impl Design {
    /// All of them, the default first, the finest last.
    pub const ALL: [Self; 5] = [Self::Standard, Self::Totals, Self::AllPrograms, Self::Clusters, Self::Everything];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Clusters => "clusters",
            Self::AllPrograms => "all-programs",
            Self::Totals => "totals",
            Self::Everything => "everything",
        }
    }

    /// What it has, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Standard => {
                "programs for everybody in them; subgroups for all programs in schools, clusters in districts, programs in the State"
            }
            Self::Clusters => "clusters for everybody in them; subgroups for all programs together",
            Self::AllPrograms => "all programs together, for everybody and by subgroup",
            Self::Totals => "programs, clusters and all programs, for everybody in them",
            Self::Everything => "every program, cluster and all programs by every subgroup",
        }
    }

    /// The tables of the scheme: `measures` of a `year` by the subgroups of `dimensions`.
    pub(crate) fn tables(
        self,
        measures: &[String],
        year: &str,
        organizations: &[Organization],
        dimensions: &[String],
    ) -> Vec<Table> {
        let is_parent = |organization: &&Organization| {
            let id = Some(&organization.organization_id);
            organizations.iter().any(|other| other.parent_organization_id.as_ref() == id)
        };
        let kinds = |list: Vec<&Organization>| {
            let mut kinds: Vec<String> = list.into_iter().map(|organization| organization.kind.clone()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds
        };
        let everywhere = kinds(organizations.iter().collect());
        let parents = kinds(organizations.iter().filter(is_parent).collect());
        let roots = kinds(organizations.iter().filter(|other| other.parent_organization_id.is_none()).collect());
        let nobody_apart: Vec<Vec<String>> = vec![Vec::new()];
        let one_way: Vec<Vec<String>> = dimensions.iter().map(|dimension| vec![dimension.clone()]).collect();
        let table = |organizations: &[String], programs: &[&str], subgroups: &[Vec<String>]| Table {
            measures: measures.to_vec(),
            report_years: vec![year.to_owned()],
            organizations: organizations.to_vec(),
            programs: programs.iter().map(|grain| (*grain).to_owned()).collect(),
            subgroups: subgroups.to_vec(),
        };
        let all = &["*", "cluster", "program"];
        match self {
            Self::Standard => vec![
                table(&everywhere, all, &nobody_apart),
                table(&everywhere, &["*"], &one_way),
                table(&parents, &["cluster"], &one_way),
                table(&roots, &["program"], &one_way),
            ],
            Self::Clusters => {
                vec![table(&everywhere, &["*", "cluster"], &nobody_apart), table(&everywhere, &["*"], &one_way)]
            }
            Self::AllPrograms => vec![table(&everywhere, &["*"], &[nobody_apart, one_way].concat())],
            Self::Totals => vec![table(&everywhere, all, &nobody_apart)],
            Self::Everything => vec![table(&everywhere, all, &[nobody_apart, one_way].concat())],
        }
    }
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Design {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|design| design.name() == text);
        named.ok_or_else(|| {
            let all = Self::ALL.map(Self::name).join("`, `");
            format!("no release design `{text}`; there are `{all}`")
        })
    }
}
