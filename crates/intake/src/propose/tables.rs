//! What a sheet becomes: the table that it is, and the tables that can be worked out of it.

use std::collections::BTreeMap;

use waymark_terms::bundle::Table;

use super::{DISTRICT, Proposer, columns::Names};
use crate::{
    mapping::{ColumnMapping, Condition, NamePart, Of, Range, TableMapping, UNANSWERED, YearFormat},
    sheets::look::SheetLook,
};

/// Words for the special populations, which are their names in the bundle.
const POPULATIONS: [&str; 9] = [
    "disability",
    "economically_disadvantaged",
    "single_parent",
    "out_of_workforce",
    "english_learner",
    "homeless",
    "foster_care",
    "military_parent",
    "migrant",
];
/// Columns of `students` that say of what race somebody is.
const RACES: [&str; 5] = [
    "american_indian_or_alaska_native",
    "asian",
    "black_or_african_american",
    "native_hawaiian_or_other_pacific_islander",
    "white",
];
const HISPANIC: &str = "hispanic_or_latino";

/// What the rows of a sheet of that kind become.
pub(super) fn propose(proposer: &Proposer<'_>, sheet: &SheetLook, kind: &str) -> Vec<TableMapping> {
    let mut names = Names::new(proposer, sheet);
    let mut tables = match kind {
        "students" => students(proposer, &mut names),
        "enrollments" => enrolled(proposer, &mut names).into_iter().collect(),
        "course_outcomes" => course_outcomes(proposer, &mut names),
        "courses" => courses(&mut names),
        "program_courses" => programs(&mut names),
        other => plain(proposer, &mut names, other),
    };
    if matches!(kind, "students" | "enrollments" | "course_outcomes") {
        tables.extend(organizations(proposer, &mut names, kind == "course_outcomes"));
    }
    // Who refers to a row comes after it, which is how people read it.
    tables.sort_by_key(|table| waymark_terms::bundle::TABLES.iter().position(|own| own.name == table.table));
    tables
}

/// Columns of a table by word, as far as the sheet has them.
fn filled(names: &mut Names<'_, '_>, table: &str, words: &[(&str, &str)]) -> TableMapping {
    let mut mapping = TableMapping { table: table.to_owned(), ..TableMapping::default() };
    let Some(own) = Table::named(table) else { return mapping };
    for (name, word) in words {
        if let Some(column) = own.column(name)
            && let Some(how) = names.fill(column, word)
        {
            mapping.columns.insert((*name).to_owned(), how);
        }
    }
    mapping
}

fn filled_in(column: &str) -> Condition {
    Condition { column: column.to_owned(), filled: true, ..Condition::default() }
}

fn students(proposer: &Proposer<'_>, names: &mut Names<'_, '_>) -> Vec<TableMapping> {
    let same = |name: &'static str| (name, name);
    let words = ["student_id", "state_student_id", "last_name", "first_name", "birth_date", "sex"].map(same);
    let mut own = filled(names, "students", &words);
    if !own.columns.contains_key("last_name")
        && let Some(full) = names.find("full_name")
    {
        for (name, part) in [("last_name", NamePart::Last), ("first_name", NamePart::First)] {
            let how = ColumnMapping { part: Some(part), ..ColumnMapping::of_column(&full.header) };
            let first = names.sheet.column(&full.header).map(|column| column.first.clone()).unwrap_or_default();
            let reason = "it has a comma in it, as `Last, First` does";
            own.columns.insert(name.to_owned(), how.because(reason, format!("e.g. {first}")));
        }
    }
    races(proposer, names, &mut own);
    let mut tables = vec![own];
    tables.extend(enrolled(proposer, names));
    tables.extend(POPULATIONS.into_iter().filter_map(|population| population_of(proposer, names, population)));
    tables
}

/// Race in columns of its own, or in one column that says which.
fn races(proposer: &Proposer<'_>, names: &mut Names<'_, '_>, students: &mut TableMapping) {
    let own: Vec<(&str, &str)> = RACES.into_iter().chain([HISPANIC]).map(|race| (race, race)).collect();
    students.columns.append(&mut filled(names, "students", &own).columns);
    if RACES.iter().any(|race| students.columns.contains_key(*race)) {
        return;
    }
    let Some(found) = names.find("race") else { return };
    let Some(look) = names.sheet.column(&found.header) else { return };
    let has_hispanic = students.columns.contains_key(HISPANIC);
    for race in RACES.into_iter().chain([HISPANIC]).filter(|race| *race != HISPANIC || !has_hispanic) {
        let value = |value: &String| {
            let meaning = match proposer.meaning("race", value) {
                None => UNANSWERED,
                Some(own) if own == race => "true",
                // Which races they are is not said; nor is the race of somebody of whom only this is said.
                Some("two_or_more" | HISPANIC) if race != HISPANIC => "",
                Some(_) => "false",
            };
            (value.clone(), meaning.to_owned())
        };
        let values: BTreeMap<String, String> =
            look.values.keys().filter(|value| !value.is_empty()).map(value).collect();
        let how = ColumnMapping { values, ..ColumnMapping::of_column(&found.header) };
        let reason =
            "one column says the race of everybody; of two or more it does not say which, so that it stays unknown";
        students.columns.insert(race.to_owned(), how.because(reason, format!("e.g. {}", look.first)));
    }
}

/// A column that marks the members of a population.
fn population_of(proposer: &Proposer<'_>, names: &mut Names<'_, '_>, population: &str) -> Option<TableMapping> {
    let found = names.find(population)?;
    let student = names.fill(Table::named("students")?.column("student_id")?, "student_id")?;
    let look = names.sheet.column(&found.header)?;
    let mut yes: Vec<String> = Vec::new();
    let mut open = look.values.is_empty();
    for value in look.values.keys() {
        match proposer.is_yes(population, value) {
            Some(true) => yes.push(value.clone()),
            Some(false) => {}
            None => open = true,
        }
    }
    if open {
        yes.push(UNANSWERED.to_owned());
    }
    if yes.is_empty() {
        return None;
    }
    let example = format!("e.g. {}", look.first);
    let columns = [
        ("student_id", student),
        ("population", ColumnMapping::of_value(population).because("the heading names it", example)),
        ("begin_date", ColumnMapping::of_import(Of::FirstDay)),
    ];
    Some(TableMapping {
        table: "student_populations".to_owned(),
        assumes: Some(format!(
            "`{}` says who, and not since when: from the first day of the school year",
            found.header
        )),
        when: vec![Condition { column: found.header, is: yes, ..Condition::default() }],
        columns: columns.map(|(name, how)| (name.to_owned(), how)).into(),
        ..TableMapping::default()
    })
}

/// The word for the organization in a sheet: that of all sheets, or else what there is.
fn organization_word(proposer: &Proposer<'_>, names: &mut Names<'_, '_>) -> Option<&'static str> {
    let words = [proposer.organization, "school_code", "school_name"];
    words.into_iter().find(|word| names.find(word).is_some())
}

/// What fills `organization_id`: the school, or the district where no column names one.
fn organization(proposer: &Proposer<'_>, names: &mut Names<'_, '_>) -> Option<ColumnMapping> {
    let column = Table::named("organizations")?.column("organization_id")?;
    match organization_word(proposer, names) {
        Some(word) => names.fill(column, word),
        None => Some(ColumnMapping::of_value(DISTRICT).because("no column names a school", "")),
    }
}

/// The schools that the rows name.
fn organizations(proposer: &Proposer<'_>, names: &mut Names<'_, '_>, only_missing: bool) -> Option<TableMapping> {
    let word = organization_word(proposer, names)?;
    let table = Table::named("organizations")?;
    let id = names.fill(table.column("organization_id")?, word)?;
    let column = id.column.clone()?;
    let name = names.fill(table.column("name")?, "school_name").unwrap_or_else(|| id.clone());
    let columns = [
        ("organization_id", id),
        ("name", name),
        ("kind", ColumnMapping::of_value("school")),
        ("parent_organization_id", ColumnMapping::of_value(DISTRICT)),
    ];
    Some(TableMapping {
        table: "organizations".to_owned(),
        assumes: Some(format!("every school named in `{column}` is a school of the district")),
        distinct: true,
        only_missing: if only_missing { vec!["organization_id".to_owned()] } else { Vec::new() },
        when: vec![filled_in(&column)],
        columns: columns.map(|(name, how)| (name.to_owned(), how)).into(),
    })
}

/// Enrollments of a year: a school, a grade, and the days if the sheet has them.
fn enrolled(proposer: &Proposer<'_>, names: &mut Names<'_, '_>) -> Option<TableMapping> {
    let words = [
        ("student_id", "student_id"),
        ("grade_level", "grade_level"),
        ("school_year", "school_year"),
        ("entry_date", "entry_date"),
        ("exit_date", "exit_date"),
        ("exit_type", "exit_type"),
    ];
    let mut own = filled(names, "enrollments", &words);
    let grade = own.columns.get_mut("grade_level")?;
    let lower: Vec<String> =
        grade.values.iter().filter(|(_, grade)| grade.is_empty()).map(|(value, _)| value.clone()).collect();
    grade.values.retain(|_, grade| !grade.is_empty());
    let column = grade.column.clone()?;
    own.when = vec![filled_in(&column)];
    if !lower.is_empty() {
        own.when.push(Condition { column, is_not: lower, ..Condition::default() });
    }
    own.columns.insert("organization_id".to_owned(), organization(proposer, names)?);
    let mut assumed = Vec::new();
    if !own.columns.contains_key("school_year") {
        own.columns.insert("school_year".to_owned(), ColumnMapping::of_import(Of::SchoolYear));
        assumed.push("every student in it was enrolled in that school year");
    }
    if !own.columns.contains_key("entry_date") {
        let first_day = match own.columns.get("school_year") {
            Some(year) if year.column.is_some() => ColumnMapping { take: Some(Of::FirstDay), ..year.clone() },
            _ => ColumnMapping::of_import(Of::FirstDay),
        };
        own.columns.insert("entry_date".to_owned(), first_day);
        assumed.push("no column says since when: from the first day of the school year");
    }
    own.assumes = (!assumed.is_empty()).then(|| assumed.join("; "));
    Some(own)
}

fn course_outcomes(proposer: &Proposer<'_>, names: &mut Names<'_, '_>) -> Vec<TableMapping> {
    let words = [
        ("student_id", "student_id"),
        ("course_id", "course_id"),
        ("status", "outcome_status"),
        ("grade", "mark"),
        ("school_year", "school_year"),
        ("term", "term"),
        ("completed_on", "completed_on"),
        ("credits_attempted", "credits_attempted"),
        ("credits_earned", "credits_earned"),
    ];
    let mut own = filled(names, "course_outcomes", &words);
    own.columns.extend(organization(proposer, names).map(|how| ("organization_id".to_owned(), how)));
    let mut assumed = Vec::new();
    if !own.columns.contains_key("status") {
        let (status, because) = status(proposer, names, &own);
        own.columns.insert("status".to_owned(), status);
        assumed.push(because);
    }
    if !own.columns.contains_key("school_year") {
        let year = if let Some(day) = own.columns.get("completed_on") {
            ColumnMapping { year: Some(YearFormat::OfDate), ..day.clone() }
        } else {
            assumed.push("all of it was taken in one school year".to_owned());
            ColumnMapping::of_import(Of::SchoolYear)
        };
        own.columns.insert("school_year".to_owned(), year);
    }
    own.assumes = (!assumed.is_empty()).then(|| assumed.join("; "));
    let mut tables = vec![own.clone()];
    tables.extend(courses_of_outcomes(names));
    tables.extend(enrolled_when_taken(proposer, names, &own));
    tables
}

/// What became of a course, where only a mark or the credits say it.
fn status(proposer: &Proposer<'_>, names: &mut Names<'_, '_>, own: &TableMapping) -> (ColumnMapping, String) {
    let mark = own.columns.get("grade").and_then(|how| how.column.clone());
    if let Some(header) = mark
        && let Some(look) = names.sheet.column(&header)
    {
        let numbers = look.numbers > 0;
        let known = |value: &&String| value.parse::<f64>().is_err();
        let meaning = |value: &String| proposer.meaning("mark", value).unwrap_or(UNANSWERED).to_owned();
        let mut values: BTreeMap<String, String> =
            look.values.keys().filter(known).map(|value| (value.clone(), meaning(value))).collect();
        if look.filled < names.sheet.rows {
            values.insert(String::new(), "in_progress".to_owned());
        }
        let range = |from: &str, value: &str| Range { from: from.to_owned(), value: value.to_owned() };
        let ranges = if numbers { vec![range(UNANSWERED, "completed"), range("0", "failed")] } else { Vec::new() };
        let how = ColumnMapping { values, ranges, ..ColumnMapping::of_column(&header) };
        let how = how.because("no column says what became of a course; its mark does", format!("e.g. {}", look.first));
        return (how, format!("`{header}` says whether a course was completed"));
    }
    let credits = own.columns.get("credits_earned").and_then(|how| how.column.clone());
    match credits {
        Some(header) => {
            let range = |from: &str, value: &str| Range { from: from.to_owned(), value: value.to_owned() };
            let ranges = vec![range("0.01", "completed"), range("0", "failed")];
            let values = BTreeMap::from([(String::new(), "in_progress".to_owned())]);
            let how = ColumnMapping { values, ranges, ..ColumnMapping::of_column(&header) };
            let how = how.because("no column says what became of a course; whether credit was earned does", "");
            (how, format!("a course for which `{header}` is more than 0 was completed"))
        }
        None => (ColumnMapping::of_value(UNANSWERED), "nothing says what became of the courses".to_owned()),
    }
}

/// Courses that the transcript names and the catalog does not.
fn courses_of_outcomes(names: &mut Names<'_, '_>) -> Option<TableMapping> {
    let mut own = filled(names, "courses", &[("course_id", "course_id"), ("title", "course_title")]);
    let id = own.columns.get("course_id")?.clone();
    own.columns.entry("title".to_owned()).or_insert_with(|| id.clone());
    own.only_missing = vec!["course_id".to_owned()];
    own.when = vec![filled_in(id.column.as_deref()?)];
    own.assumes =
        Some("a course that no list of courses has is called what it is called here, and is in no program".to_owned());
    Some(own)
}

/// Enrollments of years for which there is nothing but the transcript.
fn enrolled_when_taken(
    proposer: &Proposer<'_>,
    names: &mut Names<'_, '_>,
    outcomes: &TableMapping,
) -> Option<TableMapping> {
    let mut own = enrolled(proposer, names)?;
    let year = outcomes.columns.get("school_year")?.clone();
    let day = ColumnMapping { take: Some(Of::FirstDay), ..year.clone() };
    let day = if year.import.is_some() { ColumnMapping::of_import(Of::FirstDay) } else { day };
    for name in ["exit_date", "exit_type"] {
        own.columns.remove(name);
    }
    own.columns.insert("school_year".to_owned(), year);
    own.columns.insert("entry_date".to_owned(), day);
    own.distinct = true;
    own.only_missing = ["student_id", "school_year"].map(str::to_owned).into();
    own.assumes = Some(
        "whoever took a course in a year for which no other file lists enrollments was enrolled in that year, from its first day"
            .to_owned(),
    );
    Some(own)
}

fn courses(names: &mut Names<'_, '_>) -> Vec<TableMapping> {
    let words = [
        ("course_id", "course_id"),
        ("title", "course_title"),
        ("sced_code", "sced_code"),
        ("credits", "credits"),
        ("hours", "hours"),
        ("dual_credit", "dual_credit"),
    ];
    let own = TableMapping { distinct: true, ..filled(names, "courses", &words) };
    let mut tables = vec![own];
    tables.extend(programs(names));
    tables
}

/// Programs, and which courses are in them, from columns of the course list.
fn programs(names: &mut Names<'_, '_>) -> Vec<TableMapping> {
    let words = ["program_id", "program_title", "cip_code"];
    let Some(word) = words.into_iter().find(|word| names.find(word).is_some()) else { return Vec::new() };
    let course = names.find("course_id");
    let mut own = filled(
        names,
        "programs",
        &[
            ("program_id", word),
            ("title", "program_title"),
            ("cip_code", "cip_code"),
            ("cluster_16", "cluster_16"),
            ("pathway", "pathway"),
            ("nontraditional_for", "nontraditional_for"),
        ],
    );
    let Some(id) = own.columns.get("program_id").cloned() else { return Vec::new() };
    own.columns.entry("title".to_owned()).or_insert_with(|| id.clone());
    own.distinct = true;
    let column = id.column.clone().unwrap_or_default();
    own.when = vec![filled_in(&column)];
    if course.is_none() {
        return vec![own];
    }
    own.assumes = Some(format!("every different value of `{column}` is a program"));
    let mut within = filled(names, "program_courses", &[("course_id", "course_id"), ("level", "course_level")]);
    within.columns.insert("program_id".to_owned(), id);
    within.distinct = true;
    within.when = vec![filled_in(&column)];
    within.assumes =
        Some(format!("a course is in the program in `{column}` in every school year; without one it is no CTE course"));
    vec![own, within]
}

/// A sheet that is one table and nothing else.
fn plain(proposer: &Proposer<'_>, names: &mut Names<'_, '_>, table: &str) -> Vec<TableMapping> {
    let words: &[(&str, &str)] = match table {
        "work_based_learning" => &[
            ("student_id", "student_id"),
            ("kind", "work_kind"),
            ("begin_date", "begin_date"),
            ("end_date", "end_date"),
            ("verified_hours", "verified_hours"),
            ("paid", "paid"),
        ],
        "credentials" => {
            &[("student_id", "student_id"), ("credential_id", "credential_id"), ("earned_on", "earned_on")]
        }
        "assessments" => &[
            ("student_id", "student_id"),
            ("subject", "subject"),
            ("school_year", "school_year"),
            ("proficient", "proficient"),
        ],
        "diplomas" => &[("student_id", "student_id"), ("kind", "diploma_kind"), ("awarded_on", "awarded_on")],
        "programs" => return programs(names),
        "organizations" => return organizations(proposer, names, false).into_iter().collect(),
        _ => return Vec::new(),
    };
    let mut own = filled(names, table, words);
    if table == "assessments" {
        own.columns.entry("school_year".to_owned()).or_insert_with(|| ColumnMapping::of_import(Of::SchoolYear));
    }
    let mut tables = vec![own.clone()];
    if table == "credentials"
        && let Some(id) = own.columns.get("credential_id").cloned()
    {
        let column = id.column.clone().unwrap_or_default();
        tables.push(TableMapping {
            table: "credential_catalog".to_owned(),
            assumes: Some(format!("every credential in `{column}` is one that the State recognizes")),
            only_missing: vec!["credential_id".to_owned()],
            when: vec![filled_in(&column)],
            columns: [("credential_id", id.clone()), ("title", id)].map(|(name, how)| (name.to_owned(), how)).into(),
            ..TableMapping::default()
        });
    }
    tables
}
