//! The one shorthand of the format: `D1-01..D1-50` in a cell of data stands for fifty rows.

use crate::error::Problem;

/// The rows that `row` stands for: itself, or one for every identifier of its range.
pub(crate) fn expand(row: Vec<String>) -> Result<Vec<Vec<String>>, Problem> {
    let ranges: Vec<usize> = (0..row.len()).filter(|&cell| row[cell].contains("..")).collect();
    let [cell] = ranges[..] else {
        return if ranges.is_empty() { Ok(vec![row]) } else { Err(Problem::Ranges(ranges.len())) };
    };
    let identifiers = identifiers(&row[cell]).ok_or_else(|| Problem::Range(row[cell].clone()))?;
    let with = |identifier| {
        let mut row = row.clone();
        row[cell] = identifier;
        row
    };
    Ok(identifiers.into_iter().map(with).collect())
}

/// Every identifier from the first to the last. Both have the same text before the number, and as many digits.
fn identifiers(range: &str) -> Option<Vec<String>> {
    let (ends, step) = range.split_once(" step ").unwrap_or((range, "1"));
    let (first, last) = ends.split_once("..")?;
    let (prefix, low) = split_number(first)?;
    let (other, high) = split_number(last)?;
    if prefix != other || low.len() != high.len() {
        return None;
    }
    let step = step.parse().ok().filter(|&step| step > 0)?;
    let (low, high, digits) = (low.parse::<u32>().ok()?, high.parse::<u32>().ok()?, low.len());
    if low >= high {
        return None;
    }
    Some((low..=high).step_by(step).map(|number| format!("{prefix}{number:0digits$}")).collect())
}

fn split_number(identifier: &str) -> Option<(&str, &str)> {
    let prefix = identifier.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &identifier[prefix.len()..];
    (!number.is_empty()).then_some((prefix, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_range_stands_for_a_row_each() {
        let rows = expand(row(&["D1-09..D1-11", "HS1"])).unwrap();
        assert_eq!(rows, [row(&["D1-09", "HS1"]), row(&["D1-10", "HS1"]), row(&["D1-11", "HS1"])]);
        let rows = expand(row(&["D1-01..D1-05 step 2"])).unwrap();
        assert_eq!(rows, [row(&["D1-01"]), row(&["D1-03"]), row(&["D1-05"])]);
        assert_eq!(expand(row(&["D1-01", "2024-25"])).unwrap(), [row(&["D1-01", "2024-25"])]);
    }

    #[test]
    fn what_is_not_a_range_is_refused() {
        for text in ["A-01..B-02", "A-1..A-10", "A-02..A-01", "A..B", "A-01..A-09 step 0", "A-01...A-09", "wait.."] {
            assert_eq!(expand(row(&[text])), Err(Problem::Range(text.to_owned())));
        }
        assert_eq!(expand(row(&["A1..A2", "B1..B2"])), Err(Problem::Ranges(2)));
    }
}
