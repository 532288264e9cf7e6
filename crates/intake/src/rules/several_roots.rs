use super::{Dataset, Report, Rule, Severity, shown};

/// # What is wrong
/// Several organizations have no parent.
///
/// # Why it matters
/// The row of the State is that of the root. With two roots there are two.
///
/// # Worked example
/// ```csv organizations.csv
/// organization_id,parent_organization_id,name,kind
/// ST,,The State,state
/// D1,,District One,district
/// ```
///
/// # Set right
/// ```csv organizations.csv
/// organization_id,parent_organization_id,name,kind
/// ST,,The State,state
/// D1,ST,District One,district
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "several_roots",
    page: page!("several_roots"),
    severity: Severity::Warning,
    help: "give all but one a `parent_organization_id`",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    let roots: Vec<_> = data.organizations.iter().filter(|row| row.parent_organization_id.is_none()).collect();
    let [first, rest @ ..] = roots.as_slice() else { return };
    for root in rest {
        report.row(root.at, "parent_organization_id", || {
            format!("`{}` has no parent, and {} has none either", shown(root.name), data.place(first.at))
        });
    }
}
