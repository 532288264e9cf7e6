//! Which school a student belongs to, and for how much of it something holds.

use std::collections::BTreeMap;

use super::{Dataset, Enrollment, Id, Student};

impl Student<'_> {
    /// Whether no empty flag could change the race that is reported.
    pub(crate) fn race_is_known(&self) -> bool {
        let races = [
            self.american_indian_or_alaska_native,
            self.asian,
            self.black_or_african_american,
            self.native_hawaiian_or_other_pacific_islander,
            self.white,
        ];
        let yes = races.iter().filter(|race| **race == Some(true)).count();
        match self.hispanic_or_latino {
            Some(true) => true,
            Some(false) => yes > 1 || (yes == 1 && races.iter().all(Option::is_some)),
            None => false,
        }
    }
}

impl Dataset<'_> {
    /// The schools that have students of whom something holds: the school, how many of its students those are, and
    /// how many it has. A student counts in the school of the latest enrollment.
    pub(crate) fn by_school(&self, holds: impl Fn(&Student<'_>) -> bool) -> Vec<(Id, usize, usize)> {
        let mut counts: BTreeMap<Id, (usize, usize)> = BTreeMap::new();
        for student in self.students.iter() {
            let enrollments = self.enrollments.of(student.student_id).iter();
            let Some(last) = enrollments.max_by_key(|row| (row.school_year, row.entry_date)) else { continue };
            let (held, all) = counts.entry(last.organization_id).or_default();
            *held += usize::from(holds(student));
            *all += 1;
        }
        let schools = counts.into_iter().filter(|(_, (held, _))| *held > 0);
        schools.map(|(school, (held, all))| (school, held, all)).collect()
    }
}

/// Of one student's enrollments the last of each school year, each with that of the next year in which there is one.
pub(crate) fn consecutive_years<'r, 'a>(
    rows: &'r [Enrollment<'a>],
) -> impl Iterator<Item = (&'r Enrollment<'a>, &'r Enrollment<'a>)> + use<'r, 'a> {
    let mut years: BTreeMap<_, &Enrollment<'a>> = BTreeMap::new();
    for row in rows {
        let last = years.entry(row.school_year).or_insert(row);
        if row.entry_date >= last.entry_date {
            *last = row;
        }
    }
    let years: Vec<_> = years.into_values().collect();
    (1..years.len()).map(move |index| (years[index - 1], years[index]))
}
