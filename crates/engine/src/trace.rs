//! Why a student counts, or not: levels clause by clause, the course records behind them, and every fact.

use std::collections::BTreeMap;

use datafusion::{arrow::record_batch::RecordBatch, prelude::SessionContext};
use waymark_rulebook::{
    Expression, Level, Plan,
    definition::{PopulationYear, Scope},
};
use waymark_terms::SchoolYear;

use crate::{
    Engine, EngineError,
    measures::known,
    session::Tables,
    text::{booleans, is_true, optional, shown, strings},
};

/// A clause of a level's condition, and how the student stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseTrace {
    /// The clause as the rulebook has it.
    pub text: String,
    /// Whether it is known to hold.
    pub met: bool,
    /// The names in it with their values.
    pub values: Vec<(String, Option<String>)>,
    /// What is missing, in words: "needs 1 more completed course".
    pub needs: Option<String>,
}

/// A level, and how the student stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelTrace {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The State's code, or empty.
    pub code: String,
    /// Whether it is met.
    pub met: bool,
    /// Its clauses.
    pub clauses: Vec<ClauseTrace>,
    /// The source of the rule.
    pub source: String,
    /// The school year in which it was first met, if it was.
    pub first_met: Option<SchoolYear>,
}

/// An outcome of a course that belonged to the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseRecordTrace {
    /// The course.
    pub course_id: String,
    /// Its title.
    pub title: String,
    /// The year in which it was taken.
    pub school_year: String,
    /// What became of it.
    pub status: String,
    /// Whether it was passed, if known.
    pub passed: Option<String>,
    /// Its credits, if known.
    pub credits: Option<String>,
    /// Its level in the program, if known.
    pub level: Option<String>,
    /// Which part of how many, where it is taught in parts.
    pub part: Option<String>,
    /// Line of `course_outcomes.csv`.
    pub line: Option<String>,
    /// The tallies that took it.
    pub counted_in: Vec<String>,
}

/// A student's standing in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramTrace {
    /// The program.
    pub program_id: String,
    /// Its title.
    pub title: String,
    /// The levels, lowest first.
    pub levels: Vec<LevelTrace>,
    /// The course records.
    pub records: Vec<CourseRecordTrace>,
}

/// An outcome that counts for no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntiedOutcome {
    /// The course.
    pub course_id: String,
    /// Its title, if the catalog has it.
    pub title: Option<String>,
    /// The year in which it was taken.
    pub school_year: String,
    /// Why it counts for none.
    pub why: String,
    /// Line of `course_outcomes.csv`.
    pub line: Option<String>,
}

/// A fact of the student.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactTrace {
    /// Its name.
    pub name: String,
    /// Its value; none where not known or nothing.
    pub value: Option<String>,
    /// What it is.
    pub words: String,
}

/// How a student stands in a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureTrace {
    /// The measure.
    pub measure: String,
    /// The variant, or empty.
    pub variant: String,
    /// Whether the student is in the denominator.
    pub in_denominator: bool,
    /// Whether the student is in the numerator.
    pub in_numerator: bool,
    /// The clauses of the denominator that do not hold, or else those of the numerator.
    pub missing: Vec<String>,
}

/// All that explains how a student counts in a report year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudentTrace {
    /// The student.
    pub student_id: String,
    /// Given and family name, as far as they are known.
    pub name: Option<String>,
    /// The report year.
    pub report_year: SchoolYear,
    /// The rulebook.
    pub rulebook: String,
    /// Where the student belongs in the year; none if not enrolled in it.
    pub organization_id: Option<String>,
    /// Level of the student as a whole: its name and code.
    pub level: (String, String),
    /// Levels that belong to the student as a whole.
    pub levels: Vec<LevelTrace>,
    /// Program by program, where there is a course record.
    pub programs: Vec<ProgramTrace>,
    /// Outcomes that count for no program.
    pub untied: Vec<UntiedOutcome>,
    /// Facts of the report year.
    pub facts: Vec<FactTrace>,
    /// The subgroups, for all programs together.
    pub subgroups: Vec<String>,
    /// Measure by measure, for all programs together.
    pub measures: Vec<MeasureTrace>,
}

impl Engine {
    /// Explains a student, in one program or in all.
    ///
    /// # Errors
    /// A student or program that is not there; a stage that cannot be run.
    pub async fn explain(
        &self,
        year: SchoolYear,
        student: &str,
        program: Option<&str>,
    ) -> Result<StudentTrace, EngineError> {
        let tables = self.tables(Some(student)).await?;
        let session = self.session_over(&tables)?;
        let there = one_column(&session, "SELECT student_id FROM students", "student_id").await?;
        let reached = self.students_reached(&session).await?;
        if there.is_empty() || reached.is_some_and(|reached| reached.is_empty()) {
            return Err(EngineError::Unknown { what: "student", name: student.to_owned(), hint: None });
        }
        let titles = self.program_titles(&session).await?;
        if let Some(program) = program {
            known("program", program, &titles.keys().cloned().collect())?;
            self.program_is_reached(program)?;
        }
        let plan = Plan::statuses(self.book(), year);
        self.run(&session, &plan).await?;
        let first_met = self.first_met(&tables, year).await?;

        let whole: Vec<&Level> = self.book().levels.iter().filter(|level| level.scope == Scope::Student).collect();
        let statuses = format!("SELECT * FROM {}", Plan::STUDENT_STATUSES);
        let level = self.level_of(&session, &statuses).await?;
        let levels = self.levels(&session, &plan, &whole, Plan::STUDENT_STATUSES, None, &first_met).await?;
        let own: Vec<&Level> = self.book().levels.iter().filter(|level| level.scope != Scope::Student).collect();
        let mut programs = Vec::new();
        let in_programs = format!("SELECT DISTINCT program_id FROM {} ORDER BY program_id", Plan::PROGRAM_STATUSES);
        for program_id in one_column(&session, &in_programs, "program_id").await? {
            if program.is_some_and(|program| program != program_id) {
                continue;
            }
            programs.push(ProgramTrace {
                title: titles.get(&program_id).cloned().unwrap_or_default(),
                levels: self
                    .levels(&session, &plan, &own, Plan::PROGRAM_STATUSES, Some(&program_id), &first_met)
                    .await?,
                records: self.records(&session, &plan, &program_id).await?,
                program_id,
            });
        }
        let facts = self.fact_values(&session, Plan::STUDENTS).await?;
        let names = "SELECT concat_ws(' ', first_name, last_name) AS name FROM students";
        let name = one_column(&session, names, "name").await?.pop().filter(|name| !name.is_empty());
        let place = format!("SELECT organization_id FROM {}", Plan::STUDENTS);
        let organization_id = one_column(&session, &place, "organization_id").await?.pop();
        let untied = untied(&session, year).await?;
        let (subgroups, measures) = self.standing(&tables, year).await?;
        let mut trace = StudentTrace {
            student_id: student.to_owned(),
            name,
            report_year: year,
            rulebook: self.book().identity(),
            organization_id,
            level,
            levels,
            programs,
            untied,
            facts,
            subgroups,
            measures,
        };
        self.keep_programs(&mut trace);
        Ok(trace)
    }

    async fn program_titles(&self, session: &SessionContext) -> Result<BTreeMap<String, String>, EngineError> {
        let mut titles = BTreeMap::new();
        for batch in session.sql("SELECT program_id, title FROM programs").await?.collect().await? {
            let (programs, names) = (strings(&batch, "program_id")?, strings(&batch, "title")?);
            for row in 0..batch.num_rows() {
                titles.insert(programs.value(row).to_owned(), optional(&names, row).unwrap_or_default().to_owned());
            }
        }
        Ok(titles)
    }

    async fn level_of(&self, session: &SessionContext, sql: &str) -> Result<(String, String), EngineError> {
        for batch in session.sql(sql).await?.collect().await? {
            for row in 0..batch.num_rows() {
                for level in self.book().levels.iter().rev() {
                    if is_true(booleans(&batch, &level.name)?, row) {
                        return Ok((level.name.clone(), level.code.clone()));
                    }
                }
            }
        }
        Ok(("none".to_owned(), self.book().none.code.clone()))
    }

    /// The levels clause by clause, in a program or for the student as a whole.
    async fn levels(
        &self,
        session: &SessionContext,
        plan: &Plan,
        levels: &[&Level],
        statuses: &str,
        program: Option<&str>,
        first_met: &BTreeMap<(String, String), SchoolYear>,
    ) -> Result<Vec<LevelTrace>, EngineError> {
        let mut traces = Vec::new();
        for level in levels {
            let numbers = self.book().number_columns(level);
            let mut columns = joined(numbers.iter().map(|number| format!(", {} AS {}", number.column, number.name)));
            if program.is_some() {
                columns.push_str(", program_id");
            }
            let filter =
                program.map(|p| format!(" WHERE program_id = '{}'", p.replace('\'', "''"))).unwrap_or_default();
            let from = format!(
                "FROM (SELECT student_id, {} AS whole_level{columns} FROM {statuses}{filter}) AS t JOIN {} AS s ON \
                 s.student_id = t.student_id",
                level.name,
                Plan::STUDENTS
            );
            let conditions = level.clauses.iter().enumerate();
            let clauses = joined(conditions.map(|(i, clause)| format!(", {} AS clause_{i}", plan.condition(clause))));
            let all_names: Vec<&str> =
                level.when.names.iter().map(String::as_str).filter(|name| !plan.is_constant(name)).collect();
            let values = joined(all_names.iter().enumerate().map(|(i, name)| {
                let alias = if numbers.iter().any(|number| number.name == *name) { "t" } else { "s" };
                format!(", {alias}.{name} AS value_{i}")
            }));
            let sql = format!("SELECT t.whole_level{clauses}{values} {from}");
            for batch in session.sql(&sql).await?.collect().await? {
                for row in 0..batch.num_rows() {
                    let value = |name: &str| {
                        let place = all_names.iter().position(|other| *other == name)?;
                        shown(&batch, 1 + level.clauses.len() + place, row)
                    };
                    let clauses = level
                        .clauses
                        .iter()
                        .enumerate()
                        .map(|(i, clause)| {
                            let met = is_true(booleans(&batch, &format!("clause_{i}"))?, row);
                            Ok(self.clause(clause, met, &value))
                        })
                        .collect::<Result<_, EngineError>>()?;
                    traces.push(LevelTrace {
                        name: level.name.clone(),
                        title: level.title.clone(),
                        code: level.code.clone(),
                        met: is_true(booleans(&batch, "whole_level")?, row),
                        clauses,
                        source: level.source.clone(),
                        first_met: first_met.get(&(level.name.clone(), program.unwrap_or("*").to_owned())).copied(),
                    });
                }
            }
        }
        Ok(traces)
    }

    fn clause(&self, clause: &Expression, met: bool, value: &dyn Fn(&str) -> Option<String>) -> ClauseTrace {
        let needs = clause.threshold().filter(|_| !met).and_then(|(name, least)| {
            let unit = &self.book().tally(&name)?.unit;
            let has: f64 = value(&name).and_then(|v| v.parse().ok()).unwrap_or(0.0);
            let more = least - has;
            let number = if more.fract() == 0.0 { format!("{more:.0}") } else { format!("{more}") };
            let unit = if more > 1.0 { plural(unit) } else { unit.clone() };
            Some(format!("needs {number} more {unit}"))
        });
        ClauseTrace {
            text: clause.text.clone(),
            met,
            values: clause.names.iter().map(|name| (name.clone(), value(name))).collect(),
            needs,
        }
    }

    async fn records(
        &self,
        session: &SessionContext,
        plan: &Plan,
        program: &str,
    ) -> Result<Vec<CourseRecordTrace>, EngineError> {
        let tallies = &self.book().tallies;
        let filters = tallies.iter().enumerate();
        let flags = joined(filters.map(|(i, tally)| format!(", {} AS tally_{i}", plan.condition(&tally.filter))));
        let sql = format!(
            "SELECT r.*{flags} FROM {} AS r WHERE r.program_id = '{}' ORDER BY r.school_year, r.course_id, r.line",
            Plan::COURSE_RECORDS,
            program.replace('\'', "''")
        );
        let mut records = Vec::new();
        for batch in session.sql(&sql).await?.collect().await? {
            let text = |name: &str| strings(&batch, name);
            let (courses, titles, years, statuses) =
                (text("course_id")?, text("title")?, text("school_year")?, text("status")?);
            for row in 0..batch.num_rows() {
                let value = |name: &str| batch.schema().index_of(name).ok().and_then(|at| shown(&batch, at, row));
                let mut counted_in = Vec::new();
                for (i, tally) in tallies.iter().enumerate() {
                    if is_true(booleans(&batch, &format!("tally_{i}"))?, row) {
                        counted_in.push(tally.name.clone());
                    }
                }
                records.push(CourseRecordTrace {
                    course_id: courses.value(row).to_owned(),
                    title: optional(&titles, row).unwrap_or_default().to_owned(),
                    school_year: years.value(row).to_owned(),
                    status: statuses.value(row).to_owned(),
                    passed: value("passed"),
                    credits: value("credits").or_else(|| value("credits_attempted")),
                    level: value("level"),
                    part: value("sequence_part").zip(value("sequence_of")).map(|(part, of)| format!("{part} of {of}")),
                    line: value("line"),
                    counted_in,
                });
            }
        }
        Ok(records)
    }

    /// The first school year at whose end each level was met, by level and program (`*` for the student as a whole).
    async fn first_met(
        &self,
        tables: &Tables,
        until: SchoolYear,
    ) -> Result<BTreeMap<(String, String), SchoolYear>, EngineError> {
        let session = self.session_over(tables)?;
        let years = "SELECT DISTINCT school_year FROM course_outcomes ORDER BY school_year";
        let mut first_met = BTreeMap::new();
        for year in one_column(&session, years, "school_year").await? {
            let Ok(year) = year.parse::<SchoolYear>() else { continue };
            if year > until {
                break;
            }
            let session = self.session_over(tables)?;
            self.run(&session, &Plan::statuses(self.book(), year)).await?;
            for (table, program) in [(Plan::PROGRAM_STATUSES, "program_id"), (Plan::STUDENT_STATUSES, "'*'")] {
                let sql = format!("SELECT *, {program} AS of_program FROM {table}");
                for batch in session.sql(&sql).await?.collect().await? {
                    let programs = strings(&batch, "of_program")?;
                    for level in &self.book().levels {
                        let flags = booleans(&batch, &level.name)?;
                        for row in (0..batch.num_rows()).filter(|row| is_true(flags, *row)) {
                            first_met.entry((level.name.clone(), programs.value(row).to_owned())).or_insert(year);
                        }
                    }
                }
            }
        }
        Ok(first_met)
    }

    async fn fact_values(&self, session: &SessionContext, table: &str) -> Result<Vec<FactTrace>, EngineError> {
        let mut facts = Vec::new();
        for batch in session.sql(&format!("SELECT * FROM {table}")).await?.collect().await? {
            for part in &self.book().facts {
                for name in part.columns.keys() {
                    let Ok(column) = batch.schema().index_of(name) else { continue };
                    for row in 0..batch.num_rows() {
                        let value = shown(&batch, column, row);
                        facts.push(FactTrace { name: name.clone(), value, words: part.words.clone() });
                    }
                }
            }
        }
        Ok(facts)
    }

    /// Subgroups and measures in the row `*`.
    async fn standing(
        &self,
        tables: &Tables,
        year: SchoolYear,
    ) -> Result<(Vec<String>, Vec<MeasureTrace>), EngineError> {
        let mut subgroups = Vec::new();
        let mut measures = Vec::new();
        for population in [PopulationYear::ReportYear, PopulationYear::YearBefore] {
            let Some(plan) = Plan::measures(self.book(), year, population, &|_| true) else { continue };
            let session = self.session_over(tables)?;
            self.run(&session, &plan).await?;
            for batch in
                session.sql(&format!("SELECT * FROM {} WHERE scope = '*'", Plan::CELLS)).await?.collect().await?
            {
                if batch.num_rows() == 0 {
                    continue;
                }
                for (name, column) in plan.subgroups.iter().filter(|_| population == PopulationYear::ReportYear) {
                    if is_true(booleans(&batch, column)?, 0) {
                        subgroups.push(name.clone());
                    }
                }
                for planned in &plan.measures {
                    let in_denominator = is_true(booleans(&batch, &planned.denominator)?, 0);
                    let in_numerator = in_denominator && is_true(booleans(&batch, &planned.numerator)?, 0);
                    let missing = self.missing(&session, &plan, planned, in_denominator, in_numerator).await?;
                    measures.push(MeasureTrace {
                        measure: planned.measure.clone(),
                        variant: planned.variant.clone(),
                        in_denominator,
                        in_numerator,
                        missing,
                    });
                }
            }
        }
        let order = |trace: &MeasureTrace| self.book().measures.iter().position(|m| m.name == trace.measure);
        measures.sort_by_key(order);
        Ok((subgroups, measures))
    }

    /// The clauses that keep the student out of the denominator, or else out of the numerator.
    async fn missing(
        &self,
        session: &SessionContext,
        plan: &Plan,
        planned: &waymark_rulebook::PlannedMeasure,
        in_denominator: bool,
        in_numerator: bool,
    ) -> Result<Vec<String>, EngineError> {
        let variant = self
            .book()
            .measure(&planned.measure)
            .and_then(|measure| measure.variants.iter().find(|variant| variant.name == planned.variant));
        let Some(variant) = variant.filter(|_| !in_numerator) else { return Ok(Vec::new()) };
        let condition = if in_denominator { &variant.numerator_clauses } else { &variant.denominator_clauses };
        let columns: Vec<_> =
            condition.iter().enumerate().map(|(i, c)| format!("({}) AS clause_{i}", plan.condition(c))).collect();
        let sql = format!("SELECT {} FROM {} AS w WHERE w.scope = '*'", columns.join(", "), Plan::ROWS);
        let mut missing = Vec::new();
        for batch in session.sql(&sql).await?.collect().await? {
            for (i, clause) in condition.iter().enumerate() {
                if batch.num_rows() > 0 && !is_true(booleans(&batch, &format!("clause_{i}"))?, 0) {
                    missing.push(clause.text.clone());
                }
            }
        }
        Ok(missing)
    }
}

/// The student's outcomes that became no course record, and why.
async fn untied(session: &SessionContext, year: SchoolYear) -> Result<Vec<UntiedOutcome>, EngineError> {
    let sql = format!(
        "SELECT o.course_id, c.title, o.school_year, CAST(o._line AS varchar) AS line, pc.course_id IS NOT NULL AS elsewhen \
         FROM course_outcomes AS o LEFT JOIN courses AS c ON c.course_id = o.course_id LEFT JOIN (SELECT DISTINCT course_id \
         FROM program_courses) AS pc ON pc.course_id = o.course_id WHERE o.school_year <= '{year}' AND NOT EXISTS (SELECT 1 \
         FROM {0} AS r WHERE r.course_id = o.course_id AND r.school_year = o.school_year) ORDER BY o.school_year, \
         o.course_id, o._line",
        Plan::COURSE_RECORDS
    );
    let mut outcomes = Vec::new();
    for batch in session.sql(&sql).await?.collect().await? {
        let (courses, titles) = (strings(&batch, "course_id")?, strings(&batch, "title")?);
        let (years, lines) = (strings(&batch, "school_year")?, strings(&batch, "line")?);
        let elsewhen = booleans(&batch, "elsewhen")?;
        for row in 0..batch.num_rows() {
            let school_year = years.value(row).to_owned();
            let why = if is_true(elsewhen, row) {
                format!("its course belonged to no program in {school_year}")
            } else {
                "its course belongs to no program".to_owned()
            };
            outcomes.push(UntiedOutcome {
                course_id: courses.value(row).to_owned(),
                title: optional(&titles, row).map(str::to_owned),
                school_year,
                why,
                line: optional(&lines, row).map(str::to_owned),
            });
        }
    }
    Ok(outcomes)
}

async fn one_column(session: &SessionContext, sql: &str, name: &str) -> Result<Vec<String>, EngineError> {
    let batches: Vec<RecordBatch> = session.sql(sql).await?.collect().await?;
    let mut values = Vec::new();
    for batch in &batches {
        let column = strings(batch, name)?;
        values.extend((0..batch.num_rows()).filter_map(|row| optional(&column, row)).map(str::to_owned));
    }
    Ok(values)
}

/// Parts of a query, one behind the other.
pub(crate) fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().concat()
}

/// The plural of a unit: of its first noun, which is the word before "of", or the last.
pub(crate) fn plural(unit: &str) -> String {
    match unit.split_once(" of ") {
        Some((head, rest)) => format!("{} of {rest}", plural(head)),
        None => match unit.split_once(" taken") {
            Some((head, rest)) => format!("{head}s taken{rest}"),
            None => format!("{unit}s"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn units_have_plurals() {
        assert_eq!(plural("completed course"), "completed courses");
        assert_eq!(plural("passed course of level 3 or 4"), "passed courses of level 3 or 4");
        assert_eq!(plural("CTE course taken"), "CTE courses taken");
        assert_eq!(plural("credit of courses taken"), "credits of courses taken");
    }
}
