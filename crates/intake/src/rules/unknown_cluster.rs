use waymark_terms::clusters::cluster_16_title;

use super::{Dataset, Report, Rule, Severity, shown};

/// # What is wrong
/// The `cluster_16` of a program is not one of the sixteen career clusters, 01 to 16.
///
/// # Why it matters
/// Programs are reported by cluster. A cluster that is written in two ways becomes two.
///
/// # Worked example
/// ```csv programs.csv
/// program_id,title,cip_code,cluster_16,nontraditional_for
/// WELD,Welding,,13 Manufacturing,
/// ```
///
/// # Set right
/// ```csv programs.csv
/// program_id,title,cip_code,cluster_16,nontraditional_for
/// WELD,Welding,,13,
/// ```
///
/// # Severity
/// Warning: the row is kept, and counts as it stands.
pub(super) const RULE: Rule = Rule {
    name: "unknown_cluster",
    page: page!("unknown_cluster"),
    severity: Severity::Warning,
    help: "write the two digits of the cluster (CEDS Career Cluster)",
    check,
};

fn check(data: &Dataset<'_>, report: &mut Report<'_>) {
    for program in data.programs.iter() {
        if let Some(cluster) = program.cluster_16.filter(|cluster| cluster_16_title(cluster).is_none()) {
            report.row(program.at, "cluster_16", || format!("`{}` is none of 01 to 16", shown(cluster)));
        }
    }
}
