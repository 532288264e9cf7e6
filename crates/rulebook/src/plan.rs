//! The third stage: the queries that compute a report year, in order, each with its purpose in words.
//!
//! Every stage is one SQL statement over the tables of the bundle and the stages before it. The last stage of a plan of
//! measures, [`Plan::CELLS`], has a row for every student and every row of the measures table in which the student can
//! count, with a boolean for every denominator, numerator and subgroup; adding these up is the engine's counting kernel.

mod pathway;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
};

use waymark_terms::SchoolYear;

use crate::{
    check::{Facts, Level, Rulebook, Tally},
    definition::{Attribution, Parts, Per, PopulationYear, Scope, TallyOf},
    expression::{Columns, Expression},
    vocabulary,
};

/// A query with a name, by which later stages call its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The name of its result.
    pub name: String,
    /// What it is for.
    pub words: String,
    /// The query.
    pub sql: String,
}

/// The columns of a measure in [`Plan::CELLS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMeasure {
    /// The measure.
    pub measure: String,
    /// The variant, or empty.
    pub variant: String,
    /// Which organization a student counts in.
    pub attribution: Attribution,
    /// The boolean column of the denominator.
    pub denominator: String,
    /// The boolean column of the numerator.
    pub numerator: String,
}

/// A tally or total as a column of the statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberColumn {
    /// The name that conditions give it.
    pub name: String,
    /// The column.
    pub column: String,
}

/// The queries of a report year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The report year.
    pub report_year: SchoolYear,
    /// The year that decides who counts where.
    pub population_year: SchoolYear,
    /// The queries, in order.
    pub stages: Vec<Stage>,
    /// The measures of [`Self::CELLS`]; none in a plan of statuses.
    pub measures: Vec<PlannedMeasure>,
    /// Subgroup names, and the boolean column of each.
    pub subgroups: Vec<(String, String)>,
    /// What stands for the years and settings in conditions.
    constants: Columns,
}

impl Plan {
    /// The stage with a row for every student.
    pub const STUDENTS: &'static str = "students_of_year";
    /// The stage with a row for every outcome of a course that belongs to a program.
    pub const COURSE_RECORDS: &'static str = "course_records";
    /// The stage with a row for every student and program in which the student has a course record.
    pub const PROGRAM_STATUSES: &'static str = vocabulary::PROGRAM_STATUSES;
    /// The stage with a row for every student, with the levels of the student as a whole.
    pub const STUDENT_STATUSES: &'static str = "student_statuses";
    /// The stage with a row for every student and row of the measures table, and all columns that conditions name.
    pub const ROWS: &'static str = "measure_rows";
    /// The last stage of a plan of measures.
    pub const CELLS: &'static str = "cells";

    /// The queries for the statuses at the end of `year`, and all that is known of the students.
    pub fn statuses(book: &Rulebook, year: SchoolYear) -> Self {
        let mut planner = Planner::new(book, year, PopulationYear::ReportYear);
        planner.students();
        planner.course_records();
        planner.program_statuses();
        planner.student_statuses();
        planner.finish(Vec::new(), Vec::new())
    }

    /// The queries for the statuses at the end of `year`, without the facts that no level asks for.
    pub fn levels(book: &Rulebook, year: SchoolYear) -> Self {
        let mut planner = Planner::new(book, year, PopulationYear::ReportYear);
        planner.only_facts_for([]);
        planner.students();
        planner.course_records();
        planner.program_statuses();
        planner.student_statuses();
        planner.finish(Vec::new(), Vec::new())
    }

    /// The queries for the measures of `year` whose population year is `population`, or for those of them that `wanted`
    /// names. None where there is no such measure, or no such year.
    pub fn measures(
        book: &Rulebook,
        year: SchoolYear,
        population: PopulationYear,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        year.offset(population.offset())?;
        let of_year = book.measures.iter().filter(|m| m.population_year == population && wanted(&m.name));
        let mut measures = Vec::new();
        let mut columns = Vec::new();
        for measure in of_year {
            for variant in &measure.variants {
                let place = measures.len();
                let planned = PlannedMeasure {
                    measure: measure.name.clone(),
                    variant: variant.name.clone(),
                    attribution: measure.attribution,
                    denominator: format!("denominator_{place}"),
                    numerator: format!("numerator_{place}"),
                };
                columns.push((planned.denominator.clone(), &variant.denominator));
                columns.push((planned.numerator.clone(), &variant.numerator));
                measures.push(planned);
            }
        }
        if measures.is_empty() {
            return None;
        }
        let mut subgroups = Vec::new();
        for (place, subgroup) in book.subgroups.iter().enumerate() {
            let column = format!("subgroup_{place}");
            columns.push((column.clone(), &subgroup.when));
            subgroups.push((subgroup.name.clone(), column));
        }
        let mut planner = Planner::new(book, year, population);
        planner.only_facts_for(columns.iter().flat_map(|(_, expression)| expression.names.iter().map(String::as_str)));
        planner.students();
        planner.course_records();
        planner.program_statuses();
        planner.rows();
        planner.cells(&columns);
        Some(planner.finish(measures, subgroups))
    }
}

impl Plan {
    /// A condition of the rulebook as SQL over the aliases that its place has (`r` for rows, `s` for students, `t` for
    /// tallies, `w` for rows of the measures table), this plan's years put in.
    pub fn condition(&self, expression: &Expression) -> String {
        expression.with_constants(&self.constants)
    }
}

impl Plan {
    /// Whether a name stands for a year, a date or a setting, the same for everybody.
    pub fn is_constant(&self, name: &str) -> bool {
        self.constants.contains(name)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- report year {}, population year {}", self.report_year, self.population_year)?;
        for stage in &self.stages {
            writeln!(f, "\n-- {}\nCREATE TABLE {} AS\n{};", stage.words, stage.name, stage.sql)?;
        }
        Ok(())
    }
}

struct Planner<'a> {
    book: &'a Rulebook,
    /// The facts that are worked out, in the rulebook's order.
    facts: Vec<&'a Facts>,
    report_year: SchoolYear,
    population_year: SchoolYear,
    constants: Columns,
    stages: Vec<Stage>,
}

impl<'a> Planner<'a> {
    fn new(book: &'a Rulebook, report_year: SchoolYear, population: PopulationYear) -> Self {
        Self {
            book,
            facts: book.facts.iter().collect(),
            report_year,
            population_year: report_year.offset(population.offset()).unwrap_or(report_year),
            constants: vocabulary::constants(report_year, population, &book.settings),
            stages: Vec::new(),
        }
    }

    /// Leaves out the facts that neither these names, nor a level, nor another fact that is worked out, asks for.
    fn only_facts_for(&mut self, asked: impl IntoIterator<Item = &'a str>) {
        let mut named: BTreeSet<&str> = asked.into_iter().collect();
        named.extend(self.book.levels.iter().flat_map(|level| level.when.names.iter().map(String::as_str)));
        // A fact may use those before it, and no others.
        let mut wanted: Vec<&Facts> = Vec::new();
        for part in self.book.facts.iter().rev() {
            if part.columns.keys().any(|name| named.contains(name.as_str())) {
                wanted.push(part);
                named.extend(part.names());
            }
        }
        wanted.reverse();
        self.facts = wanted;
    }

    fn finish(self, measures: Vec<PlannedMeasure>, subgroups: Vec<(String, String)>) -> Plan {
        Plan {
            report_year: self.report_year,
            population_year: self.population_year,
            stages: self.stages,
            measures,
            subgroups,
            constants: self.constants,
        }
    }

    fn stage(&mut self, name: impl Into<String>, words: impl Into<String>, sql: String) {
        self.stages.push(Stage { name: name.into(), words: words.into(), sql });
    }

    /// An expression with the constants of this plan's years: it was checked with those of any year.
    fn sql(&self, expression: &Expression) -> String {
        expression.with_constants(&self.constants)
    }

    /// Who there is, where each belongs, and every fact that is the same in all rows.
    fn students(&mut self) {
        let population = self.population_year;
        let order = self.book.enrollment_order.join(", ");
        let counts = self.sql(&self.book.enrollment_counts);
        self.stage(
            "belonging",
            format!("for every year up to {population}, the enrollment by which a student belongs to an organization"),
            format!(
                "SELECT student_id, organization_id, school_year, grade_level, entry_date, exit_date, exit_type\n\
                 FROM (SELECT e.*, row_number() OVER (PARTITION BY e.student_id, e.school_year ORDER BY {order}) AS place\n  \
                 FROM enrollments AS e WHERE e.school_year <= '{population}' AND ({counts}))\nWHERE place = 1"
            ),
        );
        let own = vocabulary::student_columns("s");
        let of_students: Vec<_> = waymark_terms::bundle::Table::named("students")
            .into_iter()
            .flat_map(|table| table.columns)
            .filter(|column| own.contains(column.name))
            .map(|column| format!("p.{}", column.name))
            .collect();
        let mut layers = self.student_layers();
        let last = layers.len();
        let name = |layer: usize| {
            if layer == last { Plan::STUDENTS.to_owned() } else { format!("{}_{layer}", Plan::STUDENTS) }
        };
        self.stage(
            name(0),
            format!("every student who was enrolled in {population} or before, with the place in {population}"),
            format!(
                "SELECT {},\n  b.student_id IS NOT NULL AS enrolled, b.organization_id, b.grade_level, b.entry_date, \
                 b.exit_date, b.exit_type,\n  l.organization_id AS last_organization_id\nFROM students AS p\n\
                 JOIN (SELECT student_id, organization_id, row_number() OVER (PARTITION BY student_id ORDER BY school_year DESC) AS place\n  \
                 FROM belonging) AS l ON l.student_id = p.student_id AND l.place = 1\n\
                 LEFT JOIN belonging AS b ON b.student_id = p.student_id AND b.school_year = '{population}'",
                of_students.join(", ")
            ),
        );
        for (layer, facts) in layers.drain(..).enumerate() {
            let mut columns = String::new();
            let mut joins = String::new();
            let mut words = Vec::new();
            for (place, part) in facts.iter().enumerate() {
                words.push(part.words.as_str());
                self.student_fact(part, place, &name(layer), &mut columns, &mut joins);
            }
            let sql = format!("SELECT s.*{columns}\nFROM {} AS s{joins}", name(layer));
            self.stage(name(layer + 1), words.join("; "), sql);
        }
    }

    /// Facts of students, those that need others behind these.
    fn student_layers(&self) -> Vec<Vec<&'a Facts>> {
        let mut layer_of: BTreeMap<&str, usize> = BTreeMap::new();
        let mut layers: Vec<Vec<&Facts>> = Vec::new();
        for part in self.facts.iter().copied().filter(|part| part.per == Per::Student) {
            let layer = part.names().iter().filter_map(|name| layer_of.get(name)).map(|layer| layer + 1).max();
            let layer = layer.unwrap_or(0);
            for name in part.columns.keys() {
                layer_of.insert(name, layer);
            }
            if layers.len() <= layer {
                layers.resize_with(layer + 1, Vec::new);
            }
            layers[layer].push(part);
        }
        layers
    }

    fn student_fact(&self, part: &Facts, place: usize, students: &str, columns: &mut String, joins: &mut String) {
        let Some(source) = part.from.as_deref().and_then(vocabulary::source) else {
            for (name, value) in &part.columns {
                let _ = write!(columns, ",\n  {} AS {name}", self.sql(value));
            }
            return;
        };
        let mut values = String::new();
        for (name, value) in &part.columns {
            let _ = write!(columns, ",\n  f{place}.{name}");
            let _ = write!(values, ", {} AS {name}", self.sql(value));
        }
        let _ = write!(
            joins,
            "\nLEFT JOIN (SELECT s.student_id AS of_student{values}\n  FROM {students} AS s JOIN {} AS r ON r.student_id = \
             s.student_id{}\n  GROUP BY s.student_id) AS f{place} ON f{place}.of_student = s.student_id",
            source.sql,
            self.filter(part.filter.as_ref()),
        );
    }

    fn filter(&self, filter: Option<&Expression>) -> String {
        filter.map(|filter| format!("\n  WHERE {}", self.sql(filter))).unwrap_or_default()
    }

    /// Outcomes of courses, tied to the programs that they belong to in the year in which they were taken.
    fn course_records(&mut self) {
        let population = self.population_year;
        let columns: Vec<_> = vocabulary::COURSE_RECORD
            .iter()
            .map(|(name, sql, _)| format!("{} AS {name}", sql.replace("{population_year}", &format!("'{population}'"))))
            .collect();
        let mut extra = String::new();
        let mut joins = String::new();
        if self.names_in_filters().contains(vocabulary::HIGHEST_EARLIER_LEVEL.0) {
            let level = vocabulary::COURSE_RECORD.iter().find(|c| c.0 == "level_number").map_or("NULL", |c| c.1);
            let _ = write!(
                extra,
                ",\n  max(CASE WHEN o.status = 'completed' THEN {level} END) OVER (PARTITION BY o.student_id, pc.program_id \
                 ORDER BY CAST(left(o.school_year, 4) AS int) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS {}",
                vocabulary::HIGHEST_EARLIER_LEVEL.0
            );
        }
        if self.names_in_filters().contains(vocabulary::PROGRAM_APPROVED.0) {
            self.approvals();
            let _ = write!(
                extra,
                ",\n  a.student_id IS NOT NULL OR n.program_id IS NULL AS {}",
                vocabulary::PROGRAM_APPROVED.0
            );
            joins.push_str(
                "\nLEFT JOIN approved_for AS a ON a.student_id = o.student_id AND a.program_id = pc.program_id\n\
                 LEFT JOIN (SELECT DISTINCT program_id FROM program_approvals) AS n ON n.program_id = pc.program_id",
            );
        }
        self.stage(
            Plan::COURSE_RECORDS,
            format!("every outcome up to {population} of a course that belonged to a program in the year of the outcome"),
            format!(
                "SELECT o.student_id, o._line AS line, p.nontraditional_for, {}{extra}\nFROM course_outcomes AS o\n\
                 JOIN courses AS c ON c.course_id = o.course_id\n\
                 JOIN program_courses AS pc ON pc.course_id = o.course_id AND coalesce(pc.begin_year, o.school_year) <= \
                 o.school_year AND coalesce(pc.end_year, o.school_year) >= o.school_year\n\
                 JOIN programs AS p ON p.program_id = pc.program_id\n\
                 LEFT JOIN belonging AS h ON h.student_id = o.student_id AND h.school_year = o.school_year{joins}\n\
                 WHERE o.school_year <= '{population}'",
                columns.join(", ")
            ),
        );
    }

    /// Which programs are approved where a student belongs, or in an organization above.
    fn approvals(&mut self) {
        let population = self.population_year;
        let mut above = "SELECT organization_id, organization_id AS within FROM organizations".to_owned();
        // School, district, region, State: no organization has more above it.
        for height in 1..=4 {
            let mut joins = String::new();
            for step in 1..height {
                let _ = write!(
                    joins,
                    " JOIN organizations AS o{} ON o{}.organization_id = o{step}.parent_organization_id",
                    step + 1,
                    step + 1
                );
            }
            let _ = write!(
                above,
                "\nUNION ALL SELECT o1.organization_id, o{height}.parent_organization_id FROM organizations AS o1{joins} \
                 WHERE o{height}.parent_organization_id IS NOT NULL"
            );
        }
        self.stage("organizations_within", "every organization with itself and all above it", above);
        self.stage(
            "approved_for",
            format!("the programs that are approved in {population} where a student belongs"),
            format!(
                "SELECT DISTINCT b.student_id, a.program_id FROM belonging AS b\n\
                 JOIN organizations_within AS i ON i.organization_id = b.organization_id\n\
                 JOIN program_approvals AS a ON a.organization_id = i.within\n\
                 WHERE b.school_year = '{population}' AND coalesce(a.begin_year, '{population}') <= '{population}' AND \
                 coalesce(a.end_year, '{population}') >= '{population}'"
            ),
        );
    }

    fn names_in_filters(&self) -> BTreeSet<&str> {
        self.book.tallies.iter().flat_map(|tally| tally.filter.names.iter().map(String::as_str)).collect()
    }

    /// The levels of every student in every program in which there is a course record.
    fn program_statuses(&mut self) {
        let mut columns = String::new();
        let mut joins = String::new();
        for scope in self.scopes() {
            let alias = format!("by_{}", scope_name(scope));
            let key = vocabulary::scope_key(scope);
            let flags = self.flags(scope, "course_records");
            for level in self.levels_at(scope) {
                let _ = write!(columns, ",\n  coalesce({alias}.{0}, false) AS {0}", level.name);
            }
            for number in self.numbers_at(scope) {
                let _ = write!(columns, ", {alias}.{}", number_column(&number, scope));
            }
            let _ = write!(
                joins,
                "\nLEFT JOIN ({flags}) AS {alias} ON {alias}.of_student = r.student_id AND {alias}.of_key = {key}"
            );
        }
        self.stage(
            Plan::PROGRAM_STATUSES,
            "for every student and program with a course record: what the tallies come to, and which levels are met",
            format!(
                "SELECT r.student_id, r.program_id, r.cluster_16, r.pathway, r.nontraditional_for{columns}\nFROM (SELECT \
                 DISTINCT student_id, program_id, cluster_16, pathway, nontraditional_for FROM course_records) AS r{joins}"
            ),
        );
    }

    /// Levels of the student as a whole: the best of all programs, and those whose scope is the student.
    fn student_statuses(&mut self) {
        let mut columns = String::new();
        let mut joins = String::new();
        for level in &self.book.levels {
            let alias = if level.scope == Scope::Student { "student" } else { "programs" };
            let _ = write!(columns, ",\n  coalesce({alias}.{0}, false) AS {0}", level.name);
        }
        if self.book.levels.iter().any(|level| level.scope == Scope::Student) {
            for number in self.numbers_at(Scope::Student) {
                let _ = write!(columns, ", student.{}", number_column(&number, Scope::Student));
            }
            let flags = self.flags(Scope::Student, Plan::STUDENTS);
            let _ = write!(joins, "\nLEFT JOIN ({flags}) AS student ON student.of_student = s.student_id");
        }
        let mut any = String::new();
        for level in self.book.levels.iter().filter(|level| level.scope != Scope::Student) {
            let _ = write!(any, ", bool_or({0}) AS {0}", level.name);
        }
        let _ = write!(
            joins,
            "\nLEFT JOIN (SELECT student_id AS of_student{any} FROM {} GROUP BY student_id) AS programs ON \
             programs.of_student = s.student_id",
            Plan::PROGRAM_STATUSES
        );
        self.stage(
            Plan::STUDENT_STATUSES,
            "for every student, which levels are met in any program, or by the student as a whole",
            format!("SELECT s.student_id, s.enrolled{columns}\nFROM {} AS s{joins}", Plan::STUDENTS),
        );
    }

    /// Scopes at which tallies must run to know every level program by program. A level of the student as a whole is
    /// also judged within each program, because in a program's row it means: by that program's courses alone.
    fn scopes(&self) -> BTreeSet<Scope> {
        let own = |level: &Level| if level.scope == Scope::Student { Scope::Program } else { level.scope };
        self.book.levels.iter().map(own).collect()
    }

    fn levels_at(&self, scope: Scope) -> impl Iterator<Item = &'a Level> {
        self.book
            .levels
            .iter()
            .filter(move |level| level.scope == scope || (scope == Scope::Program && level.scope == Scope::Student))
    }

    fn names_at(&self, scope: Scope) -> BTreeSet<&'a str> {
        self.levels_at(scope).flat_map(|level| level.when.names.iter().map(String::as_str)).collect()
    }

    fn tallies_at(&self, scope: Scope) -> impl Iterator<Item = &'a Tally> {
        let named = self.names_at(scope);
        self.book.tallies.iter().filter(move |tally| named.contains(tally.name.as_str()))
    }

    /// The tallies and totals that the levels of a scope name.
    fn numbers_at(&self, scope: Scope) -> Vec<String> {
        let named = self.names_at(scope);
        let totals = vocabulary::PROGRAM_TOTALS.iter().map(|(name, _)| *name).filter(|name| named.contains(name));
        self.tallies_at(scope).map(|tally| tally.name.clone()).chain(totals.map(str::to_owned)).collect()
    }

    /// The levels of one scope, by student and key; `base` has every student who must appear.
    fn flags(&self, scope: Scope, base: &str) -> String {
        let key = vocabulary::scope_key(scope);
        let mut columns = String::new();
        let mut joins = String::new();
        for tally in self.tallies_at(scope) {
            let name = &tally.name;
            let _ = write!(columns, ", coalesce(q_{name}.n, 0) AS {name}");
            let _ = write!(
                joins,
                "\n      LEFT JOIN ({}) AS q_{name} ON q_{name}.student_id = k.student_id AND q_{name}.k = k.k",
                self.tally(tally, key)
            );
        }
        let named = self.names_at(scope);
        if vocabulary::PROGRAM_TOTALS.iter().any(|(name, _)| named.contains(name)) {
            let population = self.population_year;
            for (name, _) in vocabulary::PROGRAM_TOTALS {
                let _ = write!(columns, ", coalesce(q_totals.{name}, 0) AS {name}");
            }
            let _ = write!(
                joins,
                "\n      LEFT JOIN (SELECT k, count(*) AS courses_in_program, sum(credits) AS credits_in_program, sum(hours) AS \
                 hours_in_program FROM (SELECT DISTINCT {key} AS k, c.course_id, c.credits, c.hours FROM program_courses \
                 AS pc JOIN programs AS r ON r.program_id = pc.program_id JOIN courses AS c ON c.course_id = pc.course_id \
                 WHERE coalesce(pc.begin_year, '{population}') <= '{population}' AND coalesce(pc.end_year, \
                 '{population}') >= '{population}') GROUP BY k) AS q_totals ON q_totals.k = k.k"
            );
        }
        let mut flags = String::new();
        for level in self.levels_at(scope) {
            let _ = write!(flags, ", {} AS {}", self.sql(&level.when), level.name);
        }
        for number in self.numbers_at(scope) {
            let _ = write!(flags, ", t.{number} AS {}", number_column(&number, scope));
        }
        format!(
            "SELECT t.student_id AS of_student, t.k AS of_key{flags}\n    FROM (SELECT k.student_id, k.k{columns}\n      \
             FROM (SELECT DISTINCT r.student_id, {key} AS k FROM {base} AS r) AS k{joins}) AS t\n    JOIN {} AS s ON \
             s.student_id = t.student_id",
            Plan::STUDENTS
        )
    }

    /// A tally by student and key `k`, as `n`.
    fn tally(&self, tally: &Tally, key: &str) -> String {
        let filter = self.sql(&tally.filter);
        let plain = |sum: &str| {
            format!(
                "SELECT r.student_id, {key} AS k, {sum} AS n FROM course_records AS r WHERE {filter} GROUP BY r.student_id, {key}"
            )
        };
        let once_a_course = |value: &str| {
            format!(
                "SELECT student_id, k, sum(v) AS n FROM (SELECT r.student_id, {key} AS k, r.course_id, max({value}) AS v \
                 FROM course_records AS r WHERE {filter} GROUP BY r.student_id, {key}, r.course_id) GROUP BY student_id, k"
            )
        };
        match (tally.of, tally.parts) {
            (TallyOf::Courses, Parts::Each) => plain("count(DISTINCT r.course_id)"),
            (TallyOf::Courses, Parts::FullSets) => full_sets(key, &filter),
            (TallyOf::Credits, _) => once_a_course("coalesce(r.credits, r.credits_attempted)"),
            (TallyOf::Hours, _) => once_a_course("r.hours"),
            (TallyOf::Levels, _) => plain("count(DISTINCT r.level)"),
            (TallyOf::Years, _) => plain("count(DISTINCT r.school_year)"),
            (TallyOf::Records, _) => plain(
                "count(DISTINCT concat(r.course_id, '/', r.school_year, '/', r.term, '/', CAST(r.line AS varchar)))",
            ),
        }
    }

    /// Every student in every row of the measures table in which something sets the student apart; the row `''` stands
    /// for all others.
    fn rows(&mut self) {
        let per_row: Vec<&Facts> = self.facts.iter().copied().filter(|part| part.per == Per::Row).collect();
        let mut sources: BTreeSet<&str> = per_row.iter().filter_map(|part| part.from.as_deref()).collect();
        // A program that only these rows name is one of all programs; it has no row of its own.
        let mut programs = "SELECT program_id FROM programs".to_owned();
        for source in sources.iter().filter(|source| **source != vocabulary::PROGRAM_STATUSES) {
            let _ = write!(programs, " UNION SELECT program_id FROM {source} WHERE program_id IS NOT NULL");
        }
        sources.insert(vocabulary::PROGRAM_STATUSES);
        self.stage(
            "program_scopes",
            "the rows of the measures table that a program belongs to: all programs, its own, its cluster's",
            format!(
                "SELECT program_id, '*' AS scope FROM ({programs})\nUNION ALL SELECT program_id, program_id AS scope FROM \
                 programs\nUNION ALL SELECT program_id, concat('cluster:', cluster_16) FROM programs WHERE cluster_16 IS \
                 NOT NULL"
            ),
        );
        let mut pairs = format!(
            "SELECT student_id, '' AS scope FROM {0}\n  UNION ALL SELECT student_id, '*' FROM {0}",
            Plan::STUDENTS
        );
        for source in sources {
            let _ = write!(
                pairs,
                "\n  UNION ALL SELECT r.student_id, m.scope FROM {source} AS r JOIN program_scopes AS m ON m.program_id = \
                 r.program_id"
            );
        }
        let mut columns = String::new();
        let mut joins = String::new();
        for level in &self.book.levels {
            let _ = write!(columns, ",\n  levels.{}", level.name);
        }
        if self.book.measures.iter().any(|measure| measure.attribution == Attribution::Delivery) {
            let _ = write!(columns, ",\n  delivery.delivering_organization_id");
            // A school year has seven characters: the organization stands behind it and the stroke.
            let _ = write!(
                joins,
                "\nLEFT JOIN (SELECT r.student_id AS of_student, m.scope AS of_scope, substr(max(concat(r.school_year, '|', \
                 r.organization_id)), 9) AS delivering_organization_id FROM course_records AS r JOIN program_scopes AS m ON \
                 m.program_id = r.program_id GROUP BY r.student_id, m.scope) AS delivery ON delivery.of_student = \
                 k.student_id AND delivery.of_scope = k.scope"
            );
        } else {
            columns.push_str(",\n  CAST(NULL AS varchar) AS delivering_organization_id");
        }
        let flags: Vec<_> =
            self.book.levels.iter().map(|level| format!(", bool_or(r.{0}) AS {0}", level.name)).collect();
        let mut join = |alias: &str, source: &str, values: &str, filter: &str| {
            let _ = write!(
                joins,
                "\nLEFT JOIN (SELECT s.student_id AS of_student, m.scope AS of_scope{values}\n  FROM {} AS s JOIN {source} AS r \
                 ON r.student_id = s.student_id JOIN program_scopes AS m ON m.program_id = r.program_id{filter}\n  GROUP BY \
                 s.student_id, m.scope) AS {alias} ON {alias}.of_student = s.student_id AND {alias}.of_scope = k.scope",
                Plan::STUDENTS
            );
        };
        join("levels", vocabulary::PROGRAM_STATUSES, &flags.concat(), "");
        for (place, part) in per_row.iter().enumerate() {
            let Some(from) = part.from.as_deref() else {
                for (name, value) in &part.columns {
                    let _ = write!(columns, ",\n  {} AS {name}", self.sql(value));
                }
                continue;
            };
            let source = vocabulary::source(from).map_or_else(|| from.to_owned(), |source| source.sql);
            let mut values = String::new();
            for (name, value) in &part.columns {
                let _ = write!(columns, ",\n  g{place}.{name}");
                let _ = write!(values, ", {} AS {name}", self.sql(value));
            }
            join(&format!("g{place}"), &source, &values, &self.filter(part.filter.as_ref()));
        }
        self.stage(
            Plan::ROWS,
            "every student in every row of the measures table in which a program's courses or credits set the student \
             apart; the row '' is how the student stands in all others",
            format!(
                "SELECT s.*, k.scope{columns}\nFROM (SELECT DISTINCT student_id, scope FROM ({pairs})) AS k\nJOIN {} AS s ON \
                 s.student_id = k.student_id{joins}",
                Plan::STUDENTS
            ),
        );
    }

    fn cells(&mut self, columns: &[(String, &Expression)]) {
        let mut sql = "SELECT w.student_id, w.scope, w.organization_id, w.last_organization_id, \
                       w.delivering_organization_id"
            .to_owned();
        for (name, expression) in columns {
            let _ = write!(sql, ",\n  coalesce({}, false) AS {name}", self.sql(expression));
        }
        let _ = write!(sql, "\nFROM {} AS w", Plan::ROWS);
        self.stage(Plan::CELLS, "who is in which denominator, numerator and subgroup of which row", sql);
    }
}

/// Different courses: whole ones, and of those in parts as many as there are full sets of the parts. Parts belong
/// together by what they are parts of: the same number of parts, and the same SCED code up to its fifth character, or
/// the same title where there is no code.
fn full_sets(key: &str, filter: &str) -> String {
    format!(
        "SELECT student_id, k, sum(n) AS n FROM (\n        SELECT student_id, k, count(DISTINCT course_id) AS n FROM \
         ({taken}) WHERE NOT is_part GROUP BY student_id, k\n        UNION ALL SELECT student_id, k, CASE WHEN count(*) = \
         sequence_of THEN min(n) ELSE 0 END FROM (SELECT student_id, k, sequence_of, belongs_with, sequence_part, \
         count(DISTINCT course_id) AS n FROM ({taken}) WHERE is_part AND sequence_part BETWEEN 1 AND sequence_of GROUP BY \
         student_id, k, sequence_of, belongs_with, sequence_part) GROUP BY student_id, k, sequence_of, belongs_with) GROUP \
         BY student_id, k",
        taken = format_args!(
            "SELECT r.student_id, {key} AS k, r.course_id, r.sequence_part, r.sequence_of, coalesce(r.sequence_of >= 2 AND \
             r.sequence_part IS NOT NULL, false) AS is_part, CASE WHEN r.sced_code <> '' THEN concat('sced:', \
             left(r.sced_code, 5)) ELSE concat('title:', r.title) END AS belongs_with FROM course_records AS r WHERE {filter}"
        )
    )
}

/// The column of a tally or total in the statuses.
pub(crate) fn number_column(name: &str, scope: Scope) -> String {
    format!("{name}_of_{}", scope_name(scope))
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Program => "program",
        Scope::Pathway => "pathway",
        Scope::Cluster => "cluster",
        Scope::Student => "student",
    }
}

impl Rulebook {
    /// The tallies and totals that a level's condition names, with their columns in the statuses: in those of the student
    /// where the level belongs to the student, else in those of the program.
    pub fn number_columns(&self, level: &Level) -> Vec<NumberColumn> {
        let tallies = self.tallies.iter().map(|tally| tally.name.as_str());
        tallies
            .chain(vocabulary::PROGRAM_TOTALS.iter().map(|(name, _)| *name))
            .filter(|name| level.when.names.contains(*name))
            .map(|name| NumberColumn { name: name.to_owned(), column: number_column(name, level.scope) })
            .collect()
    }
}
