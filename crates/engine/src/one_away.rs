//! Who is one completed course short of the level that the rulebook's pathway leads to, and could take it next year.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::prelude::SessionContext;
use waymark_rulebook::{
    Level, Plan, Tally,
    definition::{Parts, TallyOf},
};
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    measures::known,
    organizations::Organizations,
    text::{booleans, is_true, optional, strings},
    trace::joined,
};

/// A course, or the parts that are missing of one that is taught in parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NextCourse {
    /// The courses, one or the parts of one.
    pub courses: Vec<(String, String)>,
}

/// A student who is one course away, in one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneAway {
    /// The student.
    pub student_id: String,
    /// Family name, if known.
    pub last_name: Option<String>,
    /// Given name, if known.
    pub first_name: Option<String>,
    /// Where the student belongs in the year.
    pub organization_id: String,
    /// Grade in the year.
    pub grade_level: Option<String>,
    /// The program.
    pub program_id: String,
    /// What is missing, in the words of the tallies: `1 more completed course`.
    pub missing: Vec<String>,
    /// Whether the student has reached the level in another program.
    pub elsewhere: bool,
    /// The courses of the program in the year after, any of which would do; empty where it has none that the student has
    /// not completed.
    pub next: Vec<NextCourse>,
    organizations: Vec<String>,
    subgroups: Vec<String>,
}

/// What a clause still needs of a tally.
struct Need {
    of: TallyOf,
    more: f64,
}

/// A course of a program in the year after.
struct Offered {
    course_id: String,
    title: String,
    credits: f64,
    hours: f64,
    /// What it is a part of, and which part of how many; none where it is whole.
    part: Option<(String, u64, u64)>,
}

impl Engine {
    /// Who is one course away at the end of `year`, by program, name and identifier; worked out once for a snapshot and
    /// year.
    ///
    /// # Errors
    /// An organization, program or subgroup that is not there; a stage that cannot be run.
    pub async fn one_away(
        &self,
        year: SchoolYear,
        organization: Option<&str>,
        program: Option<&str>,
        subgroup: &str,
    ) -> Result<Vec<OneAway>, EngineError> {
        let session = self.session().await?;
        let organizations = Organizations::read(&session).await?;
        if let Some(name) = organization {
            known("organization", name, &organizations.names.iter().cloned().collect())?;
        }
        let wanted: Vec<&str> = subgroup.split('+').filter(|name| *name != "all").collect();
        for name in &wanted {
            known("subgroup", name, &self.book().subgroups.iter().map(|known| known.name.clone()).collect())?;
        }
        let mut found = self.one_away.lock().await;
        let all = if let Some(all) = found.get(&year) {
            Arc::clone(all)
        } else {
            let all = Arc::new(self.find_one_away(year, &organizations).await?);
            found.insert(year, Arc::clone(&all));
            all
        };
        drop(found);
        let takes = |row: &&OneAway| {
            organization.is_none_or(|name| row.organizations.iter().any(|own| own == name))
                && program.is_none_or(|name| row.program_id == name)
                && wanted.iter().all(|group| row.subgroups.iter().any(|own| own == group))
        };
        Ok(all.iter().filter(takes).cloned().collect())
    }

    async fn find_one_away(
        &self,
        year: SchoolYear,
        organizations: &Organizations,
    ) -> Result<Vec<OneAway>, EngineError> {
        let goal = self.book().pathway.as_ref().and_then(|pathway| self.book().level(&pathway.goal));
        let (Some(goal), Some(plan)) = (goal, Plan::pathway(self.book(), year)) else { return Ok(Vec::new()) };
        let session = self.session().await?;
        self.run(&session, &plan).await?;
        let offered = offered(&session, year.offset(1).unwrap_or(year)).await?;
        let completed = self.completed(&session, &plan, goal).await?;
        let parts = self.parts_of(goal);
        let numbers = self.book().number_columns(goal);
        let columns = joined(numbers.iter().map(|number| format!(", {} AS {}", number.column, number.name)));
        let clauses = joined(
            goal.clauses
                .iter()
                .enumerate()
                .map(|(place, clause)| format!(", coalesce({}, false) AS clause_{place}", plan.condition(clause))),
        );
        let values = joined(numbers.iter().map(|number| format!(", CAST(t.{0} AS double) AS number_{0}", number.name)));
        let groups = joined(plan.subgroups.iter().map(|(_, column)| format!(", w.{column}")));
        let sql = format!(
            "SELECT w.student_id, w.program_id, w.organization_id, s.grade_level, p.last_name, p.first_name, e.elsewhere{groups}\
             {values}{clauses} FROM {ways} AS w JOIN (SELECT student_id, program_id{columns} FROM {statuses} WHERE NOT {goal}) \
             AS t ON t.student_id = w.student_id AND t.program_id = w.program_id JOIN {students} AS s ON s.student_id = \
             w.student_id JOIN students AS p ON p.student_id = w.student_id LEFT JOIN (SELECT student_id, bool_or({goal}) AS \
             elsewhere FROM {statuses} GROUP BY student_id) AS e ON e.student_id = w.student_id WHERE w.returns ORDER BY \
             w.program_id, p.last_name, p.first_name, w.student_id",
            ways = Plan::WAYS,
            statuses = Plan::PROGRAM_STATUSES,
            students = Plan::STUDENTS,
            goal = goal.name,
        );
        let mut rows = Vec::new();
        for batch in session.sql(&sql).await?.collect().await? {
            let text = |name: &str| strings(&batch, name);
            let (students, programs, places) = (text("student_id")?, text("program_id")?, text("organization_id")?);
            let (grades, last, first) = (text("grade_level")?, text("last_name")?, text("first_name")?);
            let elsewhere = booleans(&batch, "elsewhere")?;
            let of_numbers =
                numbers.iter().map(|number| text(&format!("number_{}", number.name))).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                let value = |name: &str| {
                    let place = numbers.iter().position(|number| number.name == name)?;
                    optional(&of_numbers[place], row)?.parse::<f64>().ok()
                };
                let mut needs = Vec::new();
                let mut missing = Vec::new();
                for (place, clause) in goal.clauses.iter().enumerate() {
                    if is_true(booleans(&batch, &format!("clause_{place}"))?, row) {
                        continue;
                    }
                    let threshold = clause.threshold();
                    let Some((counted, needed)) =
                        threshold.and_then(|(name, needed)| Some((self.book().tally(&name)?, needed)))
                    else {
                        // Something else than a course is missing.
                        needs.push(None);
                        break;
                    };
                    let more = needed - value(&counted.name).unwrap_or(0.0);
                    missing.push(format!(
                        "{more} more {}",
                        if more > 1.0 { crate::trace::plural(&counted.unit) } else { counted.unit.clone() }
                    ));
                    needs.push(Some(Need { of: counted.of, more }));
                }
                let Some(needs) = needs.into_iter().collect::<Option<Vec<Need>>>() else { continue };
                // More than one course is not one course away; credits and hours depend on the course.
                let is_counted = |of: TallyOf| !matches!(of, TallyOf::Credits | TallyOf::Hours);
                if needs.is_empty() || needs.iter().any(|need| is_counted(need.of) && need.more > 1.0) {
                    continue;
                }
                let Some(organization) = optional(&places, row) else { continue };
                let (student, program) = (students.value(row), programs.value(row));
                let done = completed.get(&(student.to_owned(), program.to_owned()));
                let next = next_courses(offered.get(program).map_or(&[], Vec::as_slice), done, parts, &needs);
                if next.is_empty() && needs.iter().any(|need| !is_counted(need.of)) {
                    continue;
                }
                let mut subgroups = Vec::new();
                for (name, column) in &plan.subgroups {
                    if is_true(booleans(&batch, column)?, row) {
                        subgroups.push(name.clone());
                    }
                }
                let above = organizations.place(organization).map_or(&[][..], |place| organizations.with_above(place));
                rows.push(OneAway {
                    student_id: student.to_owned(),
                    last_name: optional(&last, row).map(str::to_owned),
                    first_name: optional(&first, row).map(str::to_owned),
                    organization_id: organization.to_owned(),
                    grade_level: optional(&grades, row).map(str::to_owned),
                    program_id: program.to_owned(),
                    missing,
                    elsewhere: is_true(elsewhere, row),
                    next,
                    organizations: above.iter().map(|place| organizations.names[*place as usize].clone()).collect(),
                    subgroups,
                });
            }
        }
        Ok(rows)
    }

    /// The tallies of courses that a level rests on.
    fn course_tallies<'a>(&'a self, goal: &'a Level) -> impl Iterator<Item = &'a Tally> {
        let is_of_courses = |tally: &&Tally| tally.of == TallyOf::Courses;
        self.book().tallies.iter().filter(is_of_courses).filter(|tally| goal.when.names.contains(&tally.name))
    }

    fn parts_of(&self, goal: &Level) -> Parts {
        self.course_tallies(goal).next().map_or(Parts::Each, |tally| tally.parts)
    }

    /// The courses that each student has completed in each program, as the goal's tally counts them.
    async fn completed(
        &self,
        session: &SessionContext,
        plan: &Plan,
        goal: &Level,
    ) -> Result<BTreeMap<(String, String), BTreeSet<String>>, EngineError> {
        let tally = self.course_tallies(goal).next();
        let filter = tally.map_or_else(|| "r.status = 'completed'".to_owned(), |tally| plan.condition(&tally.filter));
        let sql = format!(
            "SELECT DISTINCT r.student_id, r.program_id, r.course_id FROM {} AS r WHERE {filter}",
            Plan::COURSE_RECORDS
        );
        let mut completed: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for batch in session.sql(&sql).await?.collect().await? {
            let (students, programs) = (strings(&batch, "student_id")?, strings(&batch, "program_id")?);
            let courses = strings(&batch, "course_id")?;
            for row in 0..batch.num_rows() {
                let key = (students.value(row).to_owned(), programs.value(row).to_owned());
                completed.entry(key).or_default().insert(courses.value(row).to_owned());
            }
        }
        Ok(completed)
    }
}

/// The courses that belong to each program in a year.
async fn offered(session: &SessionContext, year: SchoolYear) -> Result<BTreeMap<String, Vec<Offered>>, EngineError> {
    let sql = format!(
        "SELECT DISTINCT pc.program_id, c.course_id, c.title, CAST(c.credits AS double) AS credits, CAST(c.hours AS double) \
         AS hours, c.sequence_part, c.sequence_of, CASE WHEN c.sced_code <> '' THEN concat('sced:', left(c.sced_code, 5)) \
         ELSE concat('title:', c.title) END AS belongs_with FROM program_courses AS pc JOIN courses AS c ON c.course_id = \
         pc.course_id WHERE coalesce(pc.begin_year, '{year}') <= '{year}' AND coalesce(pc.end_year, '{year}') >= '{year}' \
         ORDER BY pc.program_id, c.course_id"
    );
    let mut offered: BTreeMap<String, Vec<Offered>> = BTreeMap::new();
    for batch in session.sql(&sql).await?.collect().await? {
        let text = |name: &str| strings(&batch, name);
        let (programs, courses, titles) = (text("program_id")?, text("course_id")?, text("title")?);
        let (credits, hours, belongs) = (text("credits")?, text("hours")?, text("belongs_with")?);
        let (parts, ofs) = (text("sequence_part")?, text("sequence_of")?);
        for row in 0..batch.num_rows() {
            let number = |column| optional(column, row).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
            let whole = |column| optional(column, row).and_then(|text| text.parse::<u64>().ok());
            let part = whole(&parts).zip(whole(&ofs)).filter(|(_, of)| *of >= 2);
            offered.entry(programs.value(row).to_owned()).or_default().push(Offered {
                course_id: courses.value(row).to_owned(),
                title: optional(&titles, row).unwrap_or_default().to_owned(),
                credits: number(&credits),
                hours: number(&hours),
                part: part.map(|(part, of)| (belongs.value(row).to_owned(), part, of)),
            });
        }
    }
    Ok(offered)
}

/// What a student can complete so that nothing is missing any more: a whole course, or what is missing of one in parts.
fn next_courses(
    offered: &[Offered],
    completed: Option<&BTreeSet<String>>,
    parts: Parts,
    needs: &[Need],
) -> Vec<NextCourse> {
    let is_done = |course: &Offered| completed.is_some_and(|done| done.contains(&course.course_id));
    let mut sets: BTreeMap<(String, u64), Vec<&Offered>> = BTreeMap::new();
    let mut options: Vec<Vec<&Offered>> = Vec::new();
    for course in offered {
        match &course.part {
            Some((belongs, _, of)) if parts == Parts::FullSets => {
                sets.entry((belongs.clone(), *of)).or_default().push(course);
            }
            _ if !is_done(course) => options.push(vec![course]),
            _ => {}
        }
    }
    for ((_, of), set) in sets {
        let number = |course: &Offered| course.part.as_ref().map_or(0, |(_, part, _)| *part);
        let done: BTreeSet<u64> = set.iter().filter(|course| is_done(course)).map(|course| number(course)).collect();
        let missing: Vec<&Offered> = (1..=of)
            .filter(|part| !done.contains(part))
            .filter_map(|part| set.iter().find(|course| number(course) == part).copied())
            .collect();
        // All parts that are missing have to be there.
        if !missing.is_empty() && missing.len() + done.len() >= usize::try_from(of).unwrap_or(usize::MAX) {
            options.push(missing);
        }
    }
    let is_enough = |option: &&Vec<&Offered>| {
        needs.iter().all(|need| match need.of {
            TallyOf::Credits => option.iter().map(|course| course.credits).sum::<f64>() >= need.more,
            TallyOf::Hours => option.iter().map(|course| course.hours).sum::<f64>() >= need.more,
            _ => true,
        })
    };
    let mut next: Vec<NextCourse> = options
        .iter()
        .filter(is_enough)
        .map(|option| NextCourse {
            courses: option.iter().map(|course| (course.course_id.clone(), course.title.clone())).collect(),
        })
        .collect();
    next.sort();
    next
}
