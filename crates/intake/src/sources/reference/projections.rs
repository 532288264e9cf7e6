//! Employment Projections. Jobs are in thousands; the years stand in the header and change with each release.

use waymark_diagnostics::Diagnostic;

use super::{
    Publication, Row,
    row::{Figure, Header},
};
use crate::TableBuilder;

pub(super) const PUBLICATION: Publication = Publication {
    table: "occupation_projections",
    telling: &["occupationtitle", "occupationcode", "employmentchange##", "occupationalopenings##annualaverage"],
    edition: |header, _| years(header).map(|(base, projected)| format!("{base}-{:02}", projected % 100)),
    take,
};

/// The base year and the projected year, of `Employment Change, 2024-2034`.
fn years(header: &Header) -> Option<(u16, u16)> {
    let (before, projected) = header.name("employmentchange##").rsplit_once('-')?;
    let base = before.get(before.len().checked_sub(4)?..)?;
    Some((base.parse().ok()?, projected.trim().parse().ok()?))
}

fn take(row: &Row<'_>, builder: &mut TableBuilder) -> Result<(), Box<Diagnostic>> {
    let (base, projected) =
        years(row.header).map_or_else(Default::default, |(base, projected)| (base.to_string(), projected.to_string()));
    // `employment#` is in the header twice, once for each year: the first is the base year's.
    let columns = row.header.names.iter().enumerate();
    let of_year = |year: &str| {
        let name = format!("Employment {year}");
        columns.clone().find(|(_, column)| column.trim() == name).map(|(position, _)| position)
    };
    let thousands = |position: Option<usize>| row.figure_at(position, true);
    let wage = row.figure("medianannualwage#", false)?;
    let (employment, employment_projected) = (thousands(of_year(&base))?, thousands(of_year(&projected))?);
    let change = row.figure("employmentchange##", true)?;
    let percent = row.figure("employmentpercentchange##", false)?;
    let openings = row.figure("occupationalopenings##annualaverage", true)?;
    let wage_year = row.header.name("medianannualwage#").rsplit(' ').next().unwrap_or_default();
    let top_coded = match wage {
        Figure::TopCoded(_) => "true",
        Figure::Number(_) => "false",
        _ => "",
    };
    // Behind the title stand the titles that people know such jobs by.
    let title = row.get("occupationtitle").split("  ").next().unwrap_or_default();
    let title = title.split(" * ").next().unwrap_or_default();
    let values = [
        ("edition", row.edition),
        ("soc_code", row.get("occupationcode")),
        ("title", title),
        ("base_year", &base),
        ("projected_year", &projected),
        ("employment", employment.text()),
        ("employment_projected", employment_projected.text()),
        ("change", change.text()),
        ("change_percent", percent.text()),
        ("annual_openings", openings.text()),
        ("median_annual_wage", wage.text()),
        ("wage_year", wage_year),
        ("wage_top_coded", top_coded),
        ("education", row.get("typicalentryleveleducation")),
        ("experience", row.get("workexperienceinarelatedoccupation")),
        ("training", row.get("typicalonthejobtraining")),
    ];
    builder.push(row.record.line, &values);
    Ok(())
}
