//! Rows as they should not be.

use chrono::NaiveDate;
use waymark_terms::bundle::{Column, Kind};

use crate::dice::Dice;

/// What can be done to a row.
#[derive(Clone, Copy)]
enum Flaw {
    /// Another text in that column.
    Text(usize, &'static str),
    /// The last letter of that column is missing.
    Cut(usize),
    /// Something behind the text of that column.
    Behind(usize, &'static str),
    /// Two columns that changed places.
    Swapped(usize, usize),
    /// The row is there twice.
    Twice,
}

/// The row with one flaw, or the row twice.
pub(crate) fn spoil(columns: &[&Column], fields: &[String], dice: &mut Dice) -> Vec<Vec<String>> {
    let mut record = fields.to_vec();
    match dice.pick(&flaws(columns, fields)) {
        Flaw::Text(column, text) => text.clone_into(&mut record[column]),
        Flaw::Cut(column) => drop(record[column].pop()),
        Flaw::Behind(column, text) => record[column].push_str(text),
        Flaw::Swapped(one, other) => record.swap(one, other),
        Flaw::Twice => return vec![record.clone(), record],
    }
    vec![record]
}

/// The flaws that this row can have; never none.
fn flaws(columns: &[&Column], fields: &[String]) -> Vec<Flaw> {
    let mut flaws = vec![Flaw::Twice];
    let filled = |column: &usize| !fields[*column].is_empty();
    for column in (0..columns.len()).filter(filled) {
        let of = columns[column];
        match of.kind {
            Kind::Date => flaws.extend([Flaw::Text(column, "2024-02-30"), Flaw::Text(column, "06/05/2024")]),
            Kind::Boolean => flaws.push(Flaw::Text(column, "yes")),
            Kind::Decimal | Kind::Integer => flaws.push(Flaw::Behind(column, ",5")),
            Kind::SchoolYear => flaws.push(Flaw::Text(column, "2024-26")),
            Kind::Code(_) if fields[column].len() > 3 => flaws.push(Flaw::Cut(column)),
            Kind::Code(_) => flaws.push(Flaw::Behind(column, "?")),
            Kind::Text if of.references.is_some_and(|to| to.binding) => flaws.push(Flaw::Behind(column, "-0")),
            Kind::Text | Kind::Coordinate => {}
        }
        if of.required {
            flaws.push(Flaw::Text(column, ""));
        }
    }
    flaws.extend(ends_before_it_begins(columns, fields));
    flaws
}

/// The first two dates of the row in the wrong order.
fn ends_before_it_begins(columns: &[&Column], fields: &[String]) -> Option<Flaw> {
    let day = |column: usize| fields[column].parse::<NaiveDate>().ok().map(|day| (column, day));
    let is_date = |column: &usize| columns[*column].kind == Kind::Date;
    let mut days = (0..columns.len()).filter(is_date).filter_map(day);
    let ((begin, first), (end, second)) = (days.next()?, days.next()?);
    (first < second).then_some(Flaw::Swapped(begin, end))
}

#[cfg(test)]
mod tests {
    use waymark_terms::bundle::Table;

    use super::*;
    use crate::dice::Subject;

    #[test]
    fn a_spoilt_row_differs_or_is_there_twice() {
        let columns: Vec<_> = Table::named("student_populations").unwrap().columns.iter().collect();
        let fields = ["S1", "migrant", "2023-08-01", "2024-05-31"].map(str::to_owned);
        let mut dice = Dice::new(1, Subject::Flaws, 0);
        let spoilt: Vec<_> = (0..200).map(|_| spoil(&columns, &fields, &mut dice)).collect();
        assert!(spoilt.iter().all(|rows| rows.len() == 2 || rows[0] != fields));
        for wanted in ["S1-0,migrant", "S1,migran,", "S1,migrant,2024-05-31,2023-08-01", "2024-02-30", "S1,,"] {
            assert!(spoilt.iter().any(|rows| rows[0].join(",").contains(wanted)), "{wanted}");
        }
    }
}
