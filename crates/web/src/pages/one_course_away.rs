//! Who is one course away from concentrating, and could take it next year? Names, for those allowed to see them.

use std::{collections::BTreeMap, fmt::Write};

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{NextCourse, OneAway, OneAwayTable, Released};

use super::{AtDesk, Page, page};
use crate::{
    error::PageError,
    file::{self, File},
    filter::Filter,
    frame::Frame,
    text,
    visit::{Asked, Choice, Choices, Select, Visit},
};

/// How many students of a program stand on the page when all programs do.
const FIRST: usize = 25;

#[derive(Template)]
#[template(path = "one_course_away.html")]
struct OneCourseAway {
    frame: Frame,
    choices: Choices,
    whom: String,
    sentence: String,
    goal: String,
    rule: String,
    returns: String,
    source: String,
    next_year: String,
    counts: Vec<Count>,
    programs: Vec<Program>,
    download: String,
}

/// How many of a program, and where they stand on the page.
struct Count {
    name: String,
    place: String,
    students: String,
    courses: String,
}

struct Program {
    id: String,
    name: String,
    students: String,
    lines: Vec<Line>,
    more: Option<String>,
}

struct Line {
    href: String,
    name: String,
    id: String,
    organization: String,
    grade: String,
    missing: String,
    next: String,
    elsewhere: bool,
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = released(&visit, &filter, &asked).await?;
    let book = visit.door.book();
    let Some((pathway, goal)) = book.pathway.as_ref().and_then(|way| Some((way, book.level(&way.goal)?))) else {
        return Err(PageError::NotThere("This rulebook describes no way through a program.".to_owned()));
    };
    let mut by_program: BTreeMap<&str, Vec<&OneAway>> = BTreeMap::new();
    for row in released.content().rows().iter().filter(|row| filter.takes(&visit, &row.program_id)) {
        by_program.entry(&row.program_id).or_default().push(row);
    }
    let mut order: Vec<(&str, Vec<&OneAway>)> = by_program.into_iter().collect();
    order.sort_by_key(|(id, _)| visit.program_name(id));
    let limit = if asked.program.is_empty() { FIRST } else { usize::MAX };
    let program = |(id, rows): &(&str, Vec<&OneAway>)| Program {
        id: format!("program-{}", file::plain(id)),
        name: visit.program_name(id),
        students: text::counted(rows.len() as u64, "student", "students"),
        lines: rows.iter().take(limit).map(|row| line(&visit, row)).collect(),
        more: (rows.len() > limit).then(|| filter.link(&visit, "/one-course-away", &[("program", id)])),
    };
    let count = |(id, rows): &(&str, Vec<&OneAway>)| {
        let mut courses: Vec<String> = rows.iter().flat_map(|row| row.next.iter().map(course)).collect();
        courses.sort();
        courses.dedup();
        Count {
            name: visit.program_name(id),
            place: format!("program-{}", file::plain(id)),
            students: text::count(rows.len() as u64),
            courses: if courses.is_empty() { "none is offered".to_owned() } else { courses.join("; ") },
        }
    };
    let mut choices = filter.choices(&visit, "/one-course-away", false, true);
    let mut programs =
        vec![Choice { value: String::new(), label: "All programs".to_owned(), chosen: asked.program.is_empty() }];
    programs.extend(visit.programs().into_iter().map(|program| Choice {
        value: program.program_id.clone(),
        label: program.title.clone(),
        chosen: program.program_id == asked.program,
    }));
    choices.more.push(Select { name: "program", label: "Program", values: programs });
    let title = goal.title.clone();
    page(&OneCourseAway {
        frame: visit.frame("Who is one course away?", "/one-course-away").of(&released),
        choices,
        whom: format!("{}, {}", visit.organization.name, visit.year),
        sentence: sentence(&visit, released.content(), &order, &title),
        goal: title,
        rule: goal.when.text.clone(),
        returns: pathway.returns_words.clone(),
        source: goal.source.clone(),
        next_year: visit.year.offset(1).map(|year| year.to_string()).unwrap_or_default(),
        counts: order.iter().map(count).collect(),
        programs: order.iter().map(program).collect(),
        download: filter.link(&visit, "/one-course-away.csv", &[("program", &asked.program)]),
    })
}

/// The list as a file.
pub(crate) async fn file(State(desk): AtDesk, asked: Asked) -> File {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = released(&visit, &filter, &asked).await?;
    file::csv(&format!("one-course-away-{}", visit.year), |to| released.content().write_csv(to))
}

async fn released(visit: &Visit, filter: &Filter, asked: &Asked) -> Result<Released<OneAwayTable>, PageError> {
    let program = Some(asked.program.as_str()).filter(|program| !program.is_empty());
    if let Some(program) = program.filter(|program| !visit.has_program(program)) {
        return Err(PageError::NotThere(format!("There is no program `{program}`.")));
    }
    let organization = &visit.organization.organization_id;
    Ok(visit.door.one_away(&visit.audience, visit.year, organization, program, &filter.subgroup()).await?)
}

fn sentence(visit: &Visit, table: &OneAwayTable, order: &[(&str, Vec<&OneAway>)], goal: &str) -> String {
    let students = table.students() as u64;
    if students == 0 {
        return format!("Nobody here is one course away from being a {goal} and could take it next year.");
    }
    let verb = if students == 1 { "is" } else { "are" };
    let mut sentence = format!(
        "{} {verb} one course away from being a {goal}, and could take it next year.",
        text::counted(students, "student", "students")
    );
    if let Some((id, rows)) = order.iter().max_by_key(|(_, rows)| rows.len()) {
        let _ = write!(sentence, " The most in {}: {}.", visit.program_name(id), text::count(rows.len() as u64));
    }
    sentence
}

/// A course that would do, or what is missing of one in parts.
fn course(next: &NextCourse) -> String {
    next.courses.iter().map(|(_, title)| title.as_str()).collect::<Vec<_>>().join(" with ")
}

fn line(visit: &Visit, row: &OneAway) -> Line {
    let names = [&row.last_name, &row.first_name].map(|name| name.as_deref().unwrap_or_default());
    let name = names.iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>().join(", ");
    let next: Vec<String> = row.next.iter().map(course).collect();
    Line {
        href: visit.student_link(&row.student_id),
        name: if name.is_empty() { "name not known".to_owned() } else { name },
        id: row.student_id.clone(),
        organization: visit.organization_name(&row.organization_id),
        grade: row.grade_level.clone().unwrap_or_else(|| "not known".to_owned()),
        missing: row.missing.join(", "),
        next: if next.is_empty() { "none is offered".to_owned() } else { next.join("; ") },
        elsewhere: row.elsewhere,
    }
}
