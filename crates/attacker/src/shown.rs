//! What a publication shows that it should not, without any sums.

use crate::{
    read::{Publication, Row, Share, Told, Zeros},
    report::{Finding, FindingKind, HiddenCell, Verdict},
    system::{Column, System},
};

/// Numbers that are shown.
pub(crate) fn numbers(publications: &[Publication]) -> usize {
    let rows = publications.iter().flat_map(|publication| &publication.rows);
    rows.map(|row| [row.denominator, row.numerator].iter().filter(|told| matches!(told, Told::Exactly(_))).count())
        .sum()
}

/// Small counts, small complements, whole groups, and symbols that tell.
pub(crate) fn findings(publications: &[Publication], minimum: i64) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, publication) in publications.iter().enumerate() {
        let least = if publication.scheme.policy.minimum > 0 { publication.scheme.policy.minimum } else { minimum };
        for (place, row) in publication.rows.iter().enumerate() {
            of_row(publication, row, least, &mut |column, kind, low, how, fix| {
                let cell = cell(number, place, column);
                found.push(Finding {
                    kind,
                    cell: cell.name(publications).to_string(),
                    low,
                    high: Some(low),
                    how: vec![how],
                    fix: fix.to_owned(),
                });
            });
        }
        if publication.symbols.len() > 1 {
            let symbols: Vec<String> =
                publication.symbols.iter().map(|(symbol, cells)| format!("`{symbol}` in {cells}")).collect();
            found.push(Finding {
                kind: FindingKind::Symbols,
                cell: format!("every hidden cell of `{}`", publication.name),
                low: 0,
                high: None,
                how: vec![format!("hidden cells have several symbols ({}), which tell them apart", symbols.join(", "))],
                fix: "one symbol for every hidden cell".to_owned(),
            });
        }
    }
    found
}

fn cell(publication: usize, row: usize, column: Column) -> HiddenCell {
    HiddenCell {
        publication: u32::try_from(publication).unwrap_or(u32::MAX),
        row: u32::try_from(row).unwrap_or(u32::MAX),
        column,
        low: 0,
        high: None,
        exact: true,
        verdict: Verdict::Determined,
    }
}

fn of_row(
    publication: &Publication,
    row: &Row,
    minimum: i64,
    tell: &mut dyn FnMut(Column, FindingKind, i64, String, &'static str),
) {
    let policy = &publication.scheme.policy;
    for (column, told) in [(Column::Denominator, row.denominator), (Column::Numerator, row.numerator)] {
        if let Told::Exactly(count @ 1..) = told
            && count < minimum
        {
            tell(column, FindingKind::SmallCount, count, format!("{count} is shown"), "hide it");
        }
    }
    if let (Told::Exactly(whole), Told::Exactly(part)) = (row.denominator, row.numerator) {
        let rest = whole - part;
        if policy.complements && (1..minimum).contains(&rest) {
            let how = format!("{part} of {whole} is shown, so {rest} are not among them");
            tell(Column::Numerator, FindingKind::SmallComplement, rest, how, "hide the numerator, or show an interval");
        }
        if policy.extremes == Zeros::Hidden && whole > 0 && (part == 0 || rest == 0) {
            let how =
                format!("{part} of {whole}: whoever is known to be of the group is known to be {}", all_or_none(part));
            tell(
                Column::Numerator,
                FindingKind::WholeGroup,
                part,
                how,
                "show the rate as a tail, such as 95 percent or more",
            );
        }
    } else if let Some(Share { scale, low, high, .. }) = row.share
        && policy.extremes == Zeros::Hidden
    {
        // A rate that no student more or less would be shown as.
        let few = match row.denominator {
            Told::Exactly(whole) if whole > 0 => {
                row.share.map(|share| share.numerators(whole)) == Some((0, 0))
                    || row.share.map(|share| share.numerators(whole)) == Some((whole, whole))
            }
            _ => high * 200 <= scale * 2 || (scale - low) * 200 <= scale * 2,
        };
        if few && (low == 0 || high == scale) {
            let how = "everybody of the group or nobody: whoever is of it is known to be so".to_owned();
            tell(
                Column::Numerator,
                FindingKind::WholeGroup,
                0,
                how,
                "show the rate as a tail, such as 95 percent or more",
            );
        }
    }
}

fn all_or_none(part: i64) -> &'static str {
    if part == 0 { "none of these" } else { "one of these" }
}

/// Cells that two publications tell differently, by so few that it is about single students.
pub(crate) fn corrections(system: &System, publications: &[Publication], minimum: i64) -> Vec<Finding> {
    let mut found = Vec::new();
    for correction in &system.corrections {
        let [(before_low, before_high), (low, high)] =
            [correction.cell, correction.again].map(|cell| (system.low[cell as usize], system.high[cell as usize]));
        let (least, most) = if low > before_high {
            (low - before_high, high - before_low)
        } else {
            (before_low - high, before_high - low)
        };
        if least >= minimum {
            continue;
        }
        let interval = |low: i64, high: i64| if low == high { low.to_string() } else { format!("{low} to {high}") };
        let cell = cell(correction.publication as usize, correction.row as usize, correction.column);
        found.push(Finding {
            kind: FindingKind::Correction,
            cell: cell.name(publications).to_string(),
            low: least,
            high: Some(most),
            how: vec![format!(
                "it was {} and is now {}: a difference of {} is about these students alone",
                interval(before_low, before_high),
                interval(low, high),
                interval(least, most)
            )],
            fix: "hide it where the difference is small, or leave the earlier figure until the next year's release"
                .to_owned(),
        });
    }
    found
}
