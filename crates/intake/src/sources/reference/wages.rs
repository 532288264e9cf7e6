//! Occupational Employment and Wage Statistics, as tables (`*`, `**`, `#`) and as the time series are written (`-` with
//! footnotes: 4 paid by the hour or by the year only, 5 above the highest wage that is published, 8 not released).

use waymark_diagnostics::Diagnostic;

use super::{Publication, Row, row::Figure, year_in};
use crate::TableBuilder;

pub(super) const PUBLICATION: Publication = Publication {
    table: "occupation_wages",
    telling: &["area", "areatitle", "areatype", "occcode", "occtitle", "totemp", "amedian"],
    // Wages are those of May: `oews_2025_national.csv`, `national_M2025_dl.csv`.
    edition: |_, file| year_in(file, |before| !before.is_ascii_digit()).map(|year| format!("May {year}")),
    take,
};

/// Columns of the file and of the table, and the number by which footnotes of a time series name the figure.
const FIGURES: &[(&str, &str, &str)] = &[
    ("totemp", "employment", "01"),
    ("hmean", "hourly_mean", "03"),
    ("amean", "annual_mean", "04"),
    ("hmedian", "hourly_median", "08"),
    ("apct10", "annual_p10", "11"),
    ("apct25", "annual_p25", "12"),
    ("amedian", "annual_median", "13"),
    ("apct75", "annual_p75", "14"),
    ("apct90", "annual_p90", "15"),
    ("jobs#", "jobs_per_1000", "16"),
    ("locquotient", "location_quotient", "17"),
];

/// Kinds of areas: one letter where the file was made of time series, a number in BLS's own tables.
const KINDS: &[(&[&str], &str)] = &[
    (&["N", "1"], "national"),
    (&["S", "2"], "state"),
    (&["M", "4"], "metropolitan"),
    (&["B", "6"], "nonmetropolitan"),
];

fn take(row: &Row<'_>, builder: &mut TableBuilder) -> Result<(), Box<Diagnostic>> {
    let kind = row.get("areatype");
    let kind = KINDS.iter().find(|(codes, _)| codes.contains(&kind)).map_or(kind, |(_, kind)| kind);
    let mut values = vec![
        ("edition", row.edition.to_owned()),
        ("area", row.get("area").to_owned()),
        ("area_title", row.get("areatitle").to_owned()),
        ("area_kind", kind.to_owned()),
        ("soc_code", row.get("occcode").to_owned()),
        ("title", row.get("occtitle").to_owned()),
    ];
    let (mut withheld, mut not_applicable, mut top_coded) = (Vec::new(), Vec::new(), Vec::new());
    for (column, name, series) in FIGURES {
        match (row.figure(column, false)?, footnote(row.get("footnotes"), series)) {
            (Figure::Number(number), _) => values.push((name, number)),
            (Figure::TopCoded(_), _) | (_, Some("5")) => top_coded.push(*name),
            (Figure::NotApplicable, _) | (Figure::Withheld, Some("4")) => not_applicable.push(*name),
            // `*` is a wage, `**` a number of jobs, that is not released.
            (Figure::Withheld, _) => withheld.push(*name),
            (Figure::Nothing, _) => {}
        }
    }
    for (column, mut names) in [("withheld", withheld), ("not_applicable", not_applicable), ("top_coded", top_coded)] {
        names.sort_unstable();
        values.push((column, names.join(",")));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    builder.push(row.record.line, &values);
    Ok(())
}

/// The footnote of a figure: `03:4;06:4` has 4 at the series 03.
fn footnote<'f>(footnotes: &'f str, series: &str) -> Option<&'f str> {
    footnotes.split(';').filter_map(|footnote| footnote.split_once(':')).find(|(of, _)| *of == series).map(|(_, it)| it)
}
