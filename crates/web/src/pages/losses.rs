//! Where does each program lose whom? Every step and group beside everybody else of the same program and step.

use askama::Template;
use axum::extract::State;
use waymark_disclosure::{LossRow, LossesTable};

use super::{
    AtDesk, Page, page,
    programs::{Meaning, Number, meanings, step_name, step_title},
};
use crate::{
    error::PageError,
    file::{self, File},
    filter::Filter,
    frame::Frame,
    links::segment,
    text,
    visit::{Asked, Choices, Visit},
};

#[derive(Template)]
#[template(path = "losses.html")]
struct Losses {
    frame: Frame,
    choices: Choices,
    whom: String,
    sentence: String,
    found: Vec<Loss>,
    programs: Vec<Program>,
    steps: Vec<Meaning>,
    least: u64,
    confidence: u8,
    compared: String,
    few: String,
    download: String,
}

/// A loss that is named, in words and numbers.
pub(super) struct Loss {
    pub(super) href: String,
    pub(super) words: String,
    pub(super) numbers: String,
}

struct Program {
    name: String,
    lines: Vec<Line>,
}

/// A group at a step.
pub(super) struct Line {
    pub(super) step: String,
    pub(super) group: String,
    pub(super) own: Number,
    pub(super) others: Number,
    pub(super) points: String,
    pub(super) interval: String,
    pub(super) lost: String,
    pub(super) verdict: &'static str,
}

/// The step in words: from which to which.
pub(super) fn passage(visit: &Visit, step: usize) -> String {
    let before = visit.door.book().pathway.as_ref().and_then(|pathway| pathway.steps.get(step)?.after);
    let to = step_title(visit, step).to_lowercase();
    match before {
        Some(before) => format!("from the {} to the {to}", step_title(visit, before).to_lowercase()),
        None => format!("from the start to the {to}"),
    }
}

impl Loss {
    pub(super) fn of(visit: &Visit, filter: &Filter, row: &LossRow) -> Self {
        let (group, others) = (row.comparison.group, row.comparison.others);
        let lost = group.denominator - group.numerator;
        let took = match row.took {
            0 => String::new(),
            took => format!(", {} of whom took another course and did not complete it", text::count(took)),
        };
        let parity = row.comparison.to_parity.map_or_else(String::new, |more| {
            format!(
                " {} more would have made the two alike.",
                text::counted(more, "student of the group", "students of the group")
            )
        });
        Self {
            href: filter.link(visit, &format!("/programs/{}", segment(&row.program_id)), &[]),
            words: format!(
                "{} loses more of this group {}: {}",
                visit.program_name(&row.program_id),
                passage(visit, row.step),
                visit.subgroup_name(&row.subgroup)
            ),
            numbers: format!(
                "{} ({}) went on, of everybody else {} ({}): {} points ({}). {} did not go on{took}.{parity}",
                text::about(group),
                group,
                text::about(others),
                others,
                text::points(row.comparison.gap),
                text::points_interval(row.comparison.interval),
                text::count(lost),
            ),
        }
    }
}

impl Line {
    pub(super) fn of(visit: &Visit, row: &LossRow, least: u64) -> Self {
        let one = &row.comparison;
        Self {
            step: step_title(visit, row.step),
            group: visit.subgroup_name(&row.subgroup),
            own: Number::of(Some(one.group), least),
            others: Number::of(Some(one.others), least),
            points: text::points(one.gap),
            interval: text::points_interval(one.interval),
            lost: text::count(one.group.denominator - one.group.numerator),
            verdict: one.verdict.words(),
        }
    }
}

/// What was found, in a sentence.
pub(super) fn sentence(visit: &Visit, table: &LossesTable, named: &[&LossRow]) -> String {
    let (compared, _) = table.looked_at();
    match named {
        [] if compared == 0 => "There are too few students to compare any group with the others.".to_owned(),
        [] => {
            "No group is lost more than the others by more than chance, at any step that could be compared.".to_owned()
        }
        rows => {
            let one = |row: &&LossRow| {
                format!(
                    "{} {} in {}",
                    visit.subgroup_name(&row.subgroup),
                    passage(visit, row.step),
                    visit.program_name(&row.program_id)
                )
            };
            let listed: Vec<String> = rows.iter().take(3).map(one).collect();
            let more = match rows.len() {
                0..=3 => String::new(),
                all => format!("; and {} more below", all - 3),
            };
            format!("Lost more than the others, by more than chance: {}{more}.", listed.join("; "))
        }
    }
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = visit.door.losses(&visit.audience, &filter.window(&visit)).await?;
    let table = released.content();
    let named: Vec<&LossRow> = table.named().into_iter().filter(|row| filter.takes(&visit, &row.program_id)).collect();
    let (compared, few) = table.looked_at();
    let mut programs: Vec<Program> = Vec::new();
    for program in visit.programs().into_iter().filter(|program| filter.takes(&visit, &program.program_id)) {
        let rows = table.rows().iter().filter(|row| row.program_id == program.program_id);
        let lines: Vec<Line> = rows.map(|row| Line::of(&visit, row, table.least_students)).collect();
        if !lines.is_empty() {
            programs.push(Program { name: program.title.clone(), lines });
        }
    }
    page(&Losses {
        frame: visit.frame("Where does each program lose whom?", "/programs").of(&released),
        choices: filter.choices(&visit, "/losses", true, true),
        whom: filter.whom(&visit),
        sentence: sentence(&visit, table, &named),
        found: named.iter().map(|row| Loss::of(&visit, &filter, row)).collect(),
        programs,
        steps: meanings(&visit),
        least: table.least_students,
        confidence: table.confidence_percent,
        compared: text::counted(compared as u64, "comparison", "comparisons"),
        few: text::count(few as u64),
        download: filter.link(&visit, "/losses.csv", &[]),
    })
}

/// The numbers of the page as a file.
pub(crate) async fn file(State(desk): AtDesk, asked: Asked) -> File {
    let visit = Visit::new(&desk, &asked).await?;
    let filter = Filter::of(&visit, &asked)?;
    let released = visit.door.losses(&visit.audience, &filter.window(&visit)).await.map_err(PageError::from)?;
    file::csv(&format!("losses-{}", visit.year), |to| released.content().write_csv(to, |step| step_name(&visit, step)))
}
