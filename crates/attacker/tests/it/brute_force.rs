//! Tiny tables of every kind, against all tables of whole numbers that agree with them.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::support::attacked;

/// Rows and columns, without totals.
type Counts = Vec<Vec<i64>>;

/// Which cells of the table with its totals are hidden.
type Hidden = Vec<Vec<bool>>;

fn with_totals(counts: &Counts) -> Counts {
    let mut whole: Counts = counts.iter().map(|row| row.iter().copied().chain([row.iter().sum()]).collect()).collect();
    let columns = whole[0].len();
    whole.push((0..columns).map(|column| whole.iter().map(|row| row[column]).sum()).collect());
    whole
}

/// Every table of counts that shows the same.
fn tables(shown: &Counts, hidden: &Hidden, least: i64) -> Vec<Counts> {
    let (rows, columns) = (shown.len() - 1, shown[0].len() - 1);
    let most = shown[rows][columns];
    let mut found = Vec::new();
    let mut counts = vec![vec![0; columns]; rows];
    fill(shown, hidden, least, most, &mut counts, 0, &mut found);
    found
}

fn fill(
    shown: &Counts,
    hidden: &Hidden,
    least: i64,
    left: i64,
    counts: &mut Counts,
    at: usize,
    found: &mut Vec<Counts>,
) {
    let (rows, columns) = (counts.len(), counts[0].len());
    if at == rows * columns {
        let whole = with_totals(counts);
        let agrees = (0..=rows).all(|row| {
            (0..=columns).all(|column| {
                if hidden[row][column] { whole[row][column] >= least } else { whole[row][column] == shown[row][column] }
            })
        });
        if agrees {
            found.push(whole);
        }
        return;
    }
    let (row, column) = (at / columns, at % columns);
    let range = if hidden[row][column] { least..=left } else { shown[row][column]..=shown[row][column] };
    for count in range {
        if count > left {
            break;
        }
        counts[row][column] = count;
        fill(shown, hidden, least, left - count, counts, at + 1, found);
    }
}

fn as_csv(shown: &Counts, hidden: &Hidden) -> String {
    let mut text = "Row,Column,Students\n".to_owned();
    let name = |place: usize, end: usize| if place == end { "Total".to_owned() } else { format!("n{place}") };
    for (row, counts) in shown.iter().enumerate() {
        for (column, count) in counts.iter().enumerate() {
            let cell = if hidden[row][column] { "*".to_owned() } else { count.to_string() };
            writeln!(text, "{},{},{cell}", name(row, shown.len() - 1), name(column, counts.len() - 1)).unwrap();
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_intervals_are_those_of_all_tables(
        counts in prop::collection::vec(prop::collection::vec(0_i64..5, 3), 2..4),
        pattern in prop::collection::vec(prop::bool::weighted(0.55), 16),
    ) {
        let shown = with_totals(&counts);
        let columns = shown[0].len();
        let mut hidden: Hidden = shown
            .iter()
            .enumerate()
            .map(|(row, counts)| (0..counts.len()).map(|column| pattern[row * columns + column]).collect())
            .collect();
        // The grand total is shown, so that there are not too many tables.
        let last = hidden.len() - 1;
        hidden[last][columns - 1] = false;
        prop_assume!(hidden.iter().flatten().any(|&hidden| hidden));
        // A zero that is shown tells that the others are none.
        let zero = shown.iter().flatten().zip(hidden.iter().flatten()).any(|(&count, &hidden)| count == 0 && !hidden);
        let least = i64::from(zero);
        let truthful = shown.iter().flatten().zip(hidden.iter().flatten()).all(|(&count, &hidden)| !hidden || count >= least);
        prop_assume!(truthful);
        let all = tables(&shown, &hidden, least);
        prop_assert!(!all.is_empty());
        let report = attacked(&as_csv(&shown, &hidden));
        let cells = (0..shown.len()).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let hidden_cells: Vec<(usize, usize)> = cells.filter(|&(row, column)| hidden[row][column]).collect();
        prop_assert_eq!(hidden_cells.len(), report.cells.len());
        for (&(row, column), cell) in hidden_cells.iter().zip(&report.cells) {
            let low = all.iter().map(|table| table[row][column]).min();
            let high = all.iter().map(|table| table[row][column]).max();
            prop_assert_eq!(Some(cell.low), low, "row {} column {} of\n{}", row, column, as_csv(&shown, &hidden));
            prop_assert_eq!(cell.high, high, "row {} column {} of\n{}", row, column, as_csv(&shown, &hidden));
            prop_assert!(cell.exact);
        }
    }
}
