//! Clusters and pathways of O*NET. A cell may name several, `A; B`: then the cell beside it names as many.

use waymark_diagnostics::{Diagnostic, Severity};

use super::{Publication, Row, year_in};
use crate::TableBuilder;

pub(super) const PUBLICATION: Publication = Publication {
    table: "occupation_clusters",
    telling: &["careercluster", "careerpathway", "code", "occupation"],
    edition: |_, file| year_in(file, |_| true).map(|year| year.to_string()),
    take,
};

fn take(row: &Row<'_>, builder: &mut TableBuilder) -> Result<(), Box<Diagnostic>> {
    let clusters: Vec<&str> = row.get("careercluster").split(';').map(str::trim).collect();
    let pathways: Vec<&str> = row.get("careerpathway").split(';').map(str::trim).collect();
    if clusters.len() != pathways.len() {
        let place = row.place.clone().column(row.header.name("careerpathway"));
        let message = format!("the row names {} clusters and {} pathways", clusters.len(), pathways.len());
        let diagnostic = Diagnostic::new("clusters_do_not_pair", Severity::Error, place, message);
        return Err(Box::new(diagnostic.value(row.get("careerpathway")).expected("a pathway for each cluster")));
    }
    let code = row.get("code");
    for (cluster, pathway) in clusters.into_iter().zip(pathways) {
        let values = [
            ("edition", row.edition),
            ("cluster", cluster),
            ("pathway", pathway),
            ("onet_code", code),
            ("soc_code", code.split_once('.').map_or(code, |(soc, _)| soc)),
            ("title", row.get("occupation")),
        ];
        builder.push(row.record.line, &values);
    }
    Ok(())
}
