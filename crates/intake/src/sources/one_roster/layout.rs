//! The files of a package and what they refer to (`OneRoster` 1.2 CSV binding; 1.1 where it differs).

/// A file of a package.
#[derive(Debug)]
pub(super) struct File {
    /// Its name in the manifest; the file is `name.csv`.
    pub(super) name: &'static str,
    /// Columns without which nothing can be made of it.
    pub(super) required: &'static [&'static str],
    pub(super) references: &'static [Reference],
}

/// A column whose values are found in another file.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) column: &'static str,
    /// The file in whose `sourcedId` they are found.
    pub(super) to: &'static str,
    /// Whether a row without the other is of no use.
    pub(super) vital: bool,
}

const fn file(name: &'static str, references: &'static [Reference]) -> File {
    File { name, required: &["sourcedId"], references }
}

impl File {
    const fn required(mut self, columns: &'static [&'static str]) -> Self {
        self.required = columns;
        self
    }
}

/// A column may hold several values, separated by commas.
const fn to(column: &'static str, to: &'static str) -> Reference {
    Reference { column, to, vital: false }
}

const fn vital(column: &'static str, to: &'static str) -> Reference {
    Reference { column, to, vital: true }
}

/// Every file, behind those that it refers to. The parent of an organization is checked with the references of the bundle.
pub(super) const FILES: &[File] = &[
    file("academicSessions", &[to("parentSourcedId", "academicSessions")]).required(&["sourcedId", "startDate"]),
    file("orgs", &[]).required(&["sourcedId", "name", "type", "parentSourcedId"]),
    file("users", &[to("orgSourcedIds", "orgs"), to("primaryOrgSourcedId", "orgs"), to("agentSourcedIds", "users")])
        .required(&["sourcedId"]),
    file("userProfiles", &[to("userSourcedId", "users")]),
    file(
        "roles",
        &[vital("userSourcedId", "users"), to("orgSourcedId", "orgs"), to("userProfileSourcedId", "userProfiles")],
    )
    .required(&["sourcedId", "userSourcedId", "role"]),
    file("demographics", &[vital("sourcedId", "users")]),
    file("courses", &[to("schoolYearSourcedId", "academicSessions"), to("orgSourcedId", "orgs")])
        .required(&["sourcedId", "title"]),
    file(
        "classes",
        &[to("courseSourcedId", "courses"), to("schoolSourcedId", "orgs"), to("termSourcedIds", "academicSessions")],
    )
    .required(&["sourcedId", "schoolSourcedId", "termSourcedIds"]),
    file(
        "enrollments",
        &[vital("classSourcedId", "classes"), to("schoolSourcedId", "orgs"), vital("userSourcedId", "users")],
    )
    .required(&["sourcedId", "classSourcedId", "userSourcedId", "role"]),
    file("categories", &[]),
    file(
        "scoreScales",
        &[to("orgSourcedId", "orgs"), to("courseSourcedId", "courses"), to("classSourcedId", "classes")],
    ),
    file(
        "lineItems",
        &[
            to("classSourcedId", "classes"),
            to("categorySourcedId", "categories"),
            to("academicSessionSourcedId", "academicSessions"),
            // 1.1
            to("gradingPeriodSourcedId", "academicSessions"),
            to("schoolSourcedId", "orgs"),
        ],
    ),
    file("lineItemLearningObjectiveIds", &[to("lineItemSourcedId", "lineItems")]),
    file("lineItemScoreScales", &[to("lineItemSourcedId", "lineItems"), to("scoreScaleSourcedId", "scoreScales")]),
    file(
        "results",
        &[to("lineItemSourcedId", "lineItems"), to("studentSourcedId", "users"), to("classSourcedId", "classes")],
    ),
    file("resultLearningObjectiveIds", &[to("resultSourcedId", "results")]),
    file("resultScoreScales", &[to("resultSourcedId", "results"), to("scoreScaleSourcedId", "scoreScales")]),
    file("resources", &[]),
    file("classResources", &[to("classSourcedId", "classes"), to("resourceSourcedId", "resources")]),
    file("courseResources", &[to("courseSourcedId", "courses"), to("resourceSourcedId", "resources")]),
    file(
        "userResources",
        &[
            to("userSourcedId", "users"),
            to("orgSourcedId", "orgs"),
            to("classSourcedId", "classes"),
            to("resourceSourcedId", "resources"),
        ],
    ),
];

/// The file of that name, whatever its case.
pub(super) fn named(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_back() {
        for (place, file) in FILES.iter().enumerate() {
            for reference in file.references {
                let target = FILES.iter().position(|file| file.name == reference.to);
                assert!(target.is_some_and(|target| target <= place), "{}.{}", file.name, reference.column);
            }
        }
    }
}
