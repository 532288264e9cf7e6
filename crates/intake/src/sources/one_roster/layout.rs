//! The files of a package, their columns, and what they refer to (`OneRoster` 1.2 CSV binding; 1.1 where it differs).

/// Columns with which every file begins.
pub(crate) const FIRST_COLUMNS: [&str; 3] = ["sourcedId", "status", "dateLastModified"];

/// A file of a package.
#[derive(Debug)]
pub(crate) struct File {
    /// Its name in the manifest; the file is `name.csv`.
    pub(crate) name: &'static str,
    /// Its columns in the order of 1.2, behind [`FIRST_COLUMNS`].
    pub(crate) columns: &'static [&'static str],
    /// Columns that only 1.1 has, or Microsoft School Data Sync.
    others: &'static [&'static str],
    /// Columns without which nothing can be made of it.
    pub(super) required: &'static [&'static str],
    /// Other names of columns, and the columns: those of Microsoft School Data Sync 2.1.
    pub(super) aliases: &'static [(&'static str, &'static str)],
    /// Columns that hold days.
    pub(super) dates: &'static [&'static str],
    pub(super) references: &'static [Reference],
    /// Whether there may be rows that nothing can refer to, as School Data Sync has them.
    pub(super) nameless: bool,
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

const fn file(name: &'static str, columns: &'static [&'static str], references: &'static [Reference]) -> File {
    let none: &[&str] = &[];
    let required = &["sourcedId"];
    File { name, columns, others: none, required, aliases: &[], dates: none, references, nameless: false }
}

impl File {
    const fn required(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    const fn others(self, others: &'static [&'static str]) -> Self {
        Self { others, ..self }
    }

    const fn aliases(self, aliases: &'static [(&'static str, &'static str)]) -> Self {
        Self { aliases, ..self }
    }

    const fn dates(self, dates: &'static [&'static str]) -> Self {
        Self { dates, ..self }
    }

    const fn nameless(self) -> Self {
        Self { nameless: true, ..self }
    }

    /// All its columns, those of others among them.
    pub(super) fn known_columns(&self) -> impl Iterator<Item = &'static str> + Clone {
        FIRST_COLUMNS.into_iter().chain(self.columns.iter().copied()).chain(self.others.iter().copied())
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
pub(crate) const FILES: &[File] = &[
    file(
        "academicSessions",
        &["title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"],
        &[to("parentSourcedId", "academicSessions")],
    )
    .required(&["sourcedId", "startDate"])
    .dates(&["startDate", "endDate"]),
    file("orgs", &["name", "type", "identifier", "parentSourcedId"], &[]).required(&[
        "sourcedId",
        "name",
        "type",
        "parentSourcedId",
    ]),
    file(
        "users",
        &[
            "enabledUser",
            "username",
            "userIds",
            "givenName",
            "familyName",
            "middleName",
            "identifier",
            "email",
            "sms",
            "phone",
            "agentSourcedIds",
            "grades",
            "password",
            "userMasterIdentifier",
            "preferredGivenName",
            "preferredMiddleName",
            "preferredFamilyName",
            "primaryOrgSourcedId",
            "pronouns",
        ],
        &[to("orgSourcedIds", "orgs"), to("primaryOrgSourcedId", "orgs"), to("agentSourcedIds", "users")],
    )
    .others(&["orgSourcedIds", "role"])
    .aliases(&[("grade", "grades")]),
    file(
        "userProfiles",
        &[
            "userSourcedId",
            "profileType",
            "vendorId",
            "applicationId",
            "description",
            "credentialType",
            "username",
            "password",
        ],
        &[to("userSourcedId", "users")],
    ),
    file(
        "roles",
        &["userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"],
        &[vital("userSourcedId", "users"), to("orgSourcedId", "orgs"), to("userProfileSourcedId", "userProfiles")],
    )
    .required(&["userSourcedId", "role"])
    .others(&["grade", "isPrimary", "sessionSourcedId"])
    .aliases(&[("roleStartDate", "beginDate"), ("roleEndDate", "endDate")])
    .dates(&["beginDate", "endDate"])
    .nameless(),
    file(
        "demographics",
        &[
            "birthDate",
            "sex",
            "americanIndianOrAlaskaNative",
            "asian",
            "blackOrAfricanAmerican",
            "nativeHawaiianOrOtherPacificIslander",
            "white",
            "demographicRaceTwoOrMoreRaces",
            "hispanicOrLatinoEthnicity",
            "countryOfBirthCode",
            "stateOfBirthAbbreviation",
            "cityOfBirth",
            "publicSchoolResidenceStatus",
        ],
        &[vital("sourcedId", "users")],
    )
    .others(&["ethnicityCodes", "raceCodes"])
    .aliases(&[("userSourcedId", "sourcedId")])
    .dates(&["birthDate"]),
    file(
        "courses",
        &["schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"],
        &[to("schoolYearSourcedId", "academicSessions"), to("orgSourcedId", "orgs")],
    )
    .required(&["sourcedId", "title"])
    .aliases(&[("code", "courseCode"), ("grade", "grades"), ("subject", "subjects")]),
    file(
        "classes",
        &[
            "title",
            "grades",
            "courseSourcedId",
            "classCode",
            "classType",
            "location",
            "schoolSourcedId",
            "termSourcedIds",
            "subjects",
            "subjectCodes",
            "periods",
        ],
        &[to("courseSourcedId", "courses"), to("schoolSourcedId", "orgs"), to("termSourcedIds", "academicSessions")],
    )
    .required(&["sourcedId", "schoolSourcedId"])
    .aliases(&[("orgSourcedId", "schoolSourcedId"), ("sessionSourcedIds", "termSourcedIds")]),
    file(
        "enrollments",
        &["classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"],
        &[vital("classSourcedId", "classes"), to("schoolSourcedId", "orgs"), vital("userSourcedId", "users")],
    )
    .required(&["classSourcedId", "userSourcedId", "role"])
    .dates(&["beginDate", "endDate"])
    .nameless(),
    file("categories", &["title", "weight"], &[]),
    file(
        "scoreScales",
        &["title", "type", "orgSourcedId", "courseSourcedId", "classSourcedId", "scoreScaleValue"],
        &[to("orgSourcedId", "orgs"), to("courseSourcedId", "courses"), to("classSourcedId", "classes")],
    ),
    file(
        "lineItems",
        &[
            "title",
            "description",
            "assignDate",
            "dueDate",
            "classSourcedId",
            "categorySourcedId",
            "academicSessionSourcedId",
            "resultValueMin",
            "resultValueMax",
            "schoolSourcedId",
        ],
        &[
            to("classSourcedId", "classes"),
            to("categorySourcedId", "categories"),
            to("academicSessionSourcedId", "academicSessions"),
            to("gradingPeriodSourcedId", "academicSessions"),
            to("schoolSourcedId", "orgs"),
        ],
    )
    .others(&["gradingPeriodSourcedId"]),
    file(
        "lineItemLearningObjectiveIds",
        &["lineItemSourcedId", "source", "learningObjectiveId"],
        &[to("lineItemSourcedId", "lineItems")],
    ),
    file(
        "lineItemScoreScales",
        &["title", "lineItemSourcedId", "scoreScaleSourcedId"],
        &[to("lineItemSourcedId", "lineItems"), to("scoreScaleSourcedId", "scoreScales")],
    ),
    file(
        "results",
        &[
            "lineItemSourcedId",
            "studentSourcedId",
            "scoreStatus",
            "score",
            "scoreDate",
            "comment",
            "textScore",
            "classSourcedId",
            "inProgress",
            "incomplete",
            "late",
            "missing",
        ],
        &[to("lineItemSourcedId", "lineItems"), to("studentSourcedId", "users"), to("classSourcedId", "classes")],
    ),
    file(
        "resultLearningObjectiveIds",
        &["resultSourcedId", "source", "learningObjectiveId", "score", "textScore"],
        &[to("resultSourcedId", "results")],
    ),
    file(
        "resultScoreScales",
        &["title", "resultSourcedId", "scoreScaleSourcedId"],
        &[to("resultSourcedId", "results"), to("scoreScaleSourcedId", "scoreScales")],
    ),
    file("resources", &["vendorResourceId", "title", "roles", "importance", "vendorId", "applicationId"], &[]),
    file(
        "classResources",
        &["title", "classSourcedId", "resourceSourcedId"],
        &[to("classSourcedId", "classes"), to("resourceSourcedId", "resources")],
    ),
    file(
        "courseResources",
        &["title", "courseSourcedId", "resourceSourcedId"],
        &[to("courseSourcedId", "courses"), to("resourceSourcedId", "resources")],
    ),
    file(
        "userResources",
        &["userSourcedId", "orgSourcedId", "classSourcedId", "resourceSourcedId"],
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

    #[test]
    fn every_column_that_is_spoken_of_is_one_of_the_file() {
        for file in FILES {
            let spoken_of = file.references.iter().map(|reference| reference.column);
            let spoken_of = spoken_of.chain(file.aliases.iter().map(|(_, column)| *column));
            for column in spoken_of.chain(file.required.iter().copied()).chain(file.dates.iter().copied()) {
                assert!(file.known_columns().any(|known| known == column), "{}.{column}", file.name);
            }
        }
    }
}
