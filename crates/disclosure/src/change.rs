use std::collections::{BTreeMap, BTreeSet};

use waymark_engine::{Cell, Side, StudentLine};
use waymark_rulebook::definition::PopulationYear;
use waymark_terms::SchoolYear;

use crate::{Audience, Door, DoorError, Rate, Released};

/// Who makes up a number, and who is on the roster of its place: what it takes to say why another is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingsTable {
    /// The report year.
    pub report_year: SchoolYear,
    /// The number.
    pub cell: Cell,
    students: BTreeMap<String, StudentLine>,
    roster: BTreeSet<String>,
}

/// Why a student counts otherwise than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Is on the roster and was not.
    Came,
    /// Was on the roster and is not.
    Went,
    /// Was on the roster and is, and something else in the data is not what it was.
    Data,
    /// The data is the same, and the rule is another.
    Rule,
}

impl Cause {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Came => "came to the roster",
            Self::Went => "went from the roster",
            Self::Data => "other data changed",
            Self::Rule => "another rule",
        }
    }
}

/// What one cause did to a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePart {
    /// The cause.
    pub cause: Cause,
    /// How many more are in the denominator; negative where it is fewer.
    pub denominator: i64,
    /// How many more are in the numerator.
    pub numerator: i64,
    /// The number after it.
    pub after: Rate,
    /// The students, as they stand where they are to be found.
    pub students: Vec<StudentLine>,
}

/// Why a number is not what it was, part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberChange {
    /// The number as it was.
    pub before: Rate,
    /// What happened to it, in order; causes of which there is nothing are left out.
    pub parts: Vec<ChangePart>,
    /// The number as it is.
    pub after: Rate,
}

impl StandingsTable {
    fn rate(&self) -> Rate {
        let numerator = self.students.values().filter(|line| line.in_numerator).count() as u64;
        Rate { numerator, denominator: self.students.len() as u64 }
    }
}

impl NumberChange {
    /// From a number of an earlier snapshot to the same of a later one, by the same rulebook; and on to the one of another
    /// rulebook, where that is asked for.
    pub fn between(
        earlier: &Released<StandingsTable>,
        later: &Released<StandingsTable>,
        by_other_rule: Option<&Released<StandingsTable>>,
    ) -> Released<Self> {
        let (old, new) = (earlier.content(), later.content());
        let mut parts = Vec::new();
        let mut rate = old.rate();
        let cause_of = |student: &str| match (old.roster.contains(student), new.roster.contains(student)) {
            (false, true) => Cause::Came,
            (true, false) => Cause::Went,
            _ => Cause::Data,
        };
        for cause in [Cause::Went, Cause::Came, Cause::Data] {
            part(cause, old, new, &mut rate, &mut parts, |student| cause_of(student) == cause);
        }
        let last = by_other_rule.map_or(new, |other| {
            part(Cause::Rule, new, other.content(), &mut rate, &mut parts, |_| true);
            other.content()
        });
        let released = by_other_rule.unwrap_or(later);
        released.narrowed(Self { before: old.rate(), parts, after: last.rate() })
    }
}

/// What changed between two numbers for the students that a cause is of.
fn part(
    cause: Cause,
    old: &StandingsTable,
    new: &StandingsTable,
    rate: &mut Rate,
    parts: &mut Vec<ChangePart>,
    is_of: impl Fn(&str) -> bool,
) {
    let all: BTreeSet<&String> = old.students.keys().chain(new.students.keys()).collect();
    let (mut denominator, mut numerator) = (0_i64, 0_i64);
    let mut students = Vec::new();
    for student in all.into_iter().filter(|student| is_of(student)) {
        let (was, is) = (old.students.get(student), new.students.get(student));
        let counts =
            |line: Option<&StudentLine>| (i64::from(line.is_some()), i64::from(line.is_some_and(|l| l.in_numerator)));
        let (before, after) = (counts(was), counts(is));
        if before == after {
            continue;
        }
        denominator += after.0 - before.0;
        numerator += after.1 - before.1;
        students.extend(is.or(was).cloned());
    }
    if students.is_empty() {
        return;
    }
    let add = |count: u64, more: i64| count.saturating_add_signed(more);
    *rate = Rate { numerator: add(rate.numerator, numerator), denominator: add(rate.denominator, denominator) };
    parts.push(ChangePart { cause, denominator, numerator, after: *rate, students });
}

impl Door {
    /// Who makes up a number, and who is on the roster of its place, to compare with another snapshot or rule. Nothing can
    /// be read of it but what [`NumberChange`] tells.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn standings(
        &self,
        audience: &Audience,
        year: SchoolYear,
        cell: &Cell,
    ) -> Result<Released<StandingsTable>, DoorError> {
        let lines = self.engine_for(audience).students(year, cell, Side::Denominator).await?;
        let measure = self.book().measure(&cell.measure);
        let population = measure.map_or(PopulationYear::ReportYear, |measure| measure.population_year);
        let of_year = year.offset(population.offset()).unwrap_or(year);
        let roster = Cell {
            measure: "participants".to_owned(),
            variant: None,
            organization: cell.organization.clone(),
            program: "*".to_owned(),
            subgroup: "all".to_owned(),
        };
        let roster = self.engine_for(audience).students(of_year, &roster, Side::Denominator).await?;
        let seen: Vec<String> = lines.iter().map(|line| line.student_id.clone()).collect();
        let table = StandingsTable {
            report_year: year,
            cell: cell.clone(),
            students: lines.into_iter().map(|line| (line.student_id.clone(), line)).collect(),
            roster: roster.into_iter().map(|line| line.student_id).collect(),
        };
        let what = format!("change of {year}, {}", crate::door::name_of(cell, Side::Denominator));
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        self.release(audience, what, 0, &seen, table).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(students: &[(&str, bool)], roster: &[&str]) -> StandingsTable {
        let line = |(id, in_numerator): &(&str, bool)| {
            let line = StudentLine {
                student_id: (*id).to_owned(),
                last_name: None,
                first_name: None,
                organization_id: "S1".to_owned(),
                grade_level: None,
                in_numerator: *in_numerator,
            };
            ((*id).to_owned(), line)
        };
        StandingsTable {
            report_year: "2024-25".parse().unwrap(),
            cell: Cell {
                measure: "5S1".into(),
                variant: None,
                organization: None,
                program: "*".into(),
                subgroup: "all".into(),
            },
            students: students.iter().map(line).collect(),
            roster: roster.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn causes_are_apart_and_add_up() {
        let old = table(&[("stays", false), ("goes", true), ("turns", false)], &["stays", "goes", "turns", "late"]);
        let new = table(
            &[("stays", false), ("turns", true), ("late", true), ("new", false)],
            &["stays", "turns", "late", "new"],
        );
        let mut rate = old.rate();
        let mut parts = Vec::new();
        let cause_of = |id: &str| match id {
            "goes" => Cause::Went,
            "new" => Cause::Came,
            _ => Cause::Data,
        };
        for cause in [Cause::Went, Cause::Came, Cause::Data] {
            part(cause, &old, &new, &mut rate, &mut parts, |id| cause_of(id) == cause);
        }
        let told: Vec<_> = parts.iter().map(|p| (p.cause, p.denominator, p.numerator, p.after.to_string())).collect();
        assert_eq!(
            told,
            [
                (Cause::Went, -1, -1, "0 of 2".to_owned()),
                (Cause::Came, 1, 0, "0 of 3".to_owned()),
                (Cause::Data, 1, 2, "2 of 4".to_owned()),
            ]
        );
        assert_eq!(rate, new.rate());
        assert_eq!(parts[2].students.len(), 2, "the one who turned, and the one who is in it now");
    }
}
