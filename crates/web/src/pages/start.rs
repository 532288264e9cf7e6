//! What is loaded, what is wrong with it, and where to go from here.

use askama::Template;
use axum::extract::State;
use waymark_accounts::Permission;
use waymark_diagnostics::Severity;

use super::{AtDesk, Page, page};
use crate::{
    Batch, Loaded,
    frame::Frame,
    text::{self, count, counted},
    visit::{Asked, Choices, Visit},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    frame: Frame,
    name: String,
    choices: Choices,
    questions: Vec<(String, &'static str, &'static str)>,
    data: Option<Data>,
}

/// What is loaded and what is wrong with it, for those who may know.
struct Data {
    facts: Vec<(&'static str, String)>,
    import: Option<Imported>,
    findings: Vec<(Severity, String)>,
    set_aside: Option<String>,
    href: String,
}

/// For those who see no figure that is not released.
#[derive(Template)]
#[template(path = "arrival.html")]
struct Arrival {
    frame: Frame,
    title: &'static str,
    words: &'static str,
    questions: Vec<(&'static str, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "nothing_loaded.html")]
struct NothingLoaded {
    frame: Frame,
}

struct Imported {
    number: u64,
    by: String,
    at: String,
    source: String,
}

impl From<&Batch> for Imported {
    fn from(batch: &Batch) -> Self {
        let (by, source) = (batch.by.clone(), batch.source.clone());
        Self { number: batch.number, by, at: text::instant(batch.at), source }
    }
}

pub(crate) async fn show(State(desk): AtDesk, asked: Asked) -> Page {
    let visitor = &asked.visitor;
    if !visitor.may(Permission::Figures) {
        return page(&arrival(visitor));
    }
    let Some(loaded) = desk.loaded().await?.filter(|loaded| !loaded.years.is_empty()) else {
        return page(&NothingLoaded { frame: Frame::new(visitor, "Nothing is loaded yet", "/", &[]) });
    };
    let visit = Visit::new(&desk, &asked).await?;
    let all = [
        (
            Permission::Organizations,
            visit.link("/indicators"),
            "How do we stand?",
            "Every Perkins V indicator beside its level and its 90 percent line.",
        ),
        (
            Permission::Figures,
            visit.link("/participation"),
            "Who takes part?",
            "Participants and concentrators by school and by program.",
        ),
        (
            Permission::Organizations,
            visit.link("/programs"),
            "Which programs keep their students?",
            "Participation, retention course by course and concentration, side by side; each program in depth.",
        ),
        (
            Permission::Organizations,
            visit.link("/losses"),
            "Where does each program lose whom?",
            "Every step and group of students beside everybody else, and whether it is more than chance.",
        ),
        (
            Permission::Students,
            visit.link("/one-course-away"),
            "Who is one course away?",
            "Students who could concentrate next year, by program, with the courses that would do.",
        ),
        (
            Permission::Organizations,
            visit.link("/fairness"),
            "Who is left out?",
            "Each group\u{2019}s share of the school against its share of those who start, concentrate and earn.",
        ),
        (
            Permission::Students,
            visit.measure_link("concentrators", ""),
            "Which students make up a number?",
            "Begin with the concentrators. Every number leads to the students in it, and each student to the reason.",
        ),
        (
            Permission::SignedIn,
            visit.link("/definitions"),
            "What do the numbers mean?",
            "The rulebook in words, with the source of every rule.",
        ),
    ];
    let questions = all.into_iter().filter(|(needs, ..)| visitor.may(*needs));
    page(&Start {
        frame: visit.frame("Overview", "/"),
        name: visit.organization.name.clone(),
        choices: visit.choices("/".to_owned(), false),
        questions: questions.map(|(_, href, question, answer)| (href, question, answer)).collect(),
        data: visitor.may(Permission::Data).then(|| data(&visit, &loaded)),
    })
}

fn data(visit: &Visit, loaded: &Loaded) -> Data {
    let years = match loaded.years.as_slice() {
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
        [] => String::new(),
    };
    let severity = |severity: Severity, number| {
        let one = match severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal error",
        };
        (severity, counted(number, one, &format!("{one}s")))
    };
    Data {
        facts: vec![
            ("Districts", count(loaded.districts)),
            ("Schools", count(loaded.schools)),
            ("Students", count(loaded.students)),
            ("School years", years),
        ],
        import: loaded.last_import.as_ref().map(Imported::from),
        findings: loaded.findings.iter().map(|(worst, number)| severity(*worst, *number)).collect(),
        set_aside: (loaded.rows_set_aside > 0).then(|| counted(loaded.rows_set_aside, "row", "rows")),
        href: visit.link("/data"),
    }
}

fn arrival(visitor: &Visitor) -> Arrival {
    let all = [
        (
            Permission::Administer,
            "/accounts",
            "Who has an account?",
            "Add people, change what they may see, and let them in again.",
        ),
        (
            Permission::Administer,
            "/audit",
            "Who saw which students, and why?",
            "Every page that somebody was shown, every sign-in, every change of an account.",
        ),
        (
            Permission::SignedIn,
            "/definitions",
            "What do the numbers mean?",
            "The rulebook in words, with the source of every rule.",
        ),
    ];
    let questions = all.into_iter().filter(|(needs, ..)| visitor.may(*needs));
    Arrival {
        frame: Frame::new(visitor, "Overview", "/", &[]),
        title: "Welcome",
        words: "Your account shows no figures that are not released, and no students.",
        questions: questions.map(|(_, href, question, answer)| (href, question, answer)).collect(),
    }
}
