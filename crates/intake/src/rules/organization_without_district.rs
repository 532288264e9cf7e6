use super::{Dataset, Report, Rule, Severity, shown};

/// # What is wrong
/// A school belongs to no district: none of the organizations above it is one.
///
/// # Why it matters
/// Local levels are those of a district, and its row counts the students of its schools. This school is missing
/// there.
///
/// # Worked example
/// ```csv organizations.csv
/// organization_id,parent_organization_id,name,kind
/// ST,,The State,state
/// HS,ST,High School,school
/// ```
///
/// # Set right
/// ```csv organizations.csv
/// organization_id,parent_organization_id,name,kind
/// ST,,The State,state
/// D1,ST,District One,district
/// HS,D1,High School,school
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "organization_without_district",
    page: page!("organization_without_district"),
    severity: Severity::Warning,
    help: "give the school its district as `parent_organization_id`",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for school in data.organizations.iter().filter(|organization| organization.kind == "school") {
        let mut above = school.parent_organization_id;
        // Circles were refused before; an organization that is stored already may have a district above it.
        let in_district = loop {
            match above.map(|id| data.organizations.get(id)) {
                None => break false,
                Some(None) => break true,
                Some(Some(parent)) if parent.kind == "district" => break true,
                Some(Some(parent)) => above = parent.parent_organization_id,
            }
        };
        if !in_district {
            report.row(school.at, "parent_organization_id", || format!("`{}` is in no district", shown(school.name)));
        }
    }
}
