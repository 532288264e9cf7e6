use std::{fmt::Write as _, io::Write as _};

use clap::{Args, Subcommand};
use waymark_disclosure::{ClauseTrace, CourseRecordTrace, LevelTrace, ProgramTrace, StudentTrace};
use waymark_rulebook::explain_measure;

use crate::{
    data_folder::{Global, Which},
    failure::Failure,
    output::visible,
    rulebooks,
};

/// What a measure means, or why a student counts
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Measure(MeasureArguments),
    Student(StudentArguments),
}

/// What a measure means, down to the conditions, with the source of the rule
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:\n  waymark explain measure 5S3\n  waymark explain measure 1S1 --rulebook texas")]
pub(crate) struct MeasureArguments {
    /// The measure
    name: String,
    /// A built-in rulebook (`federal`, `texas`) or the path of a .toml file
    #[arg(long, value_name = "NAME|FILE", default_value = "federal")]
    rulebook: String,
}

/// Why a student counts, or does not
#[derive(Args, Debug)]
#[command(
    long_about = "The student's level in each program: every clause of the rule, met or missing and what is missing; the \
        course records behind it, each with its line in course_outcomes.csv; the outcomes that count for no program; the \
        student's subgroups, and how the student stands in every measure.",
    after_long_help = "Examples:\n  \
        waymark explain student 1234567\n  \
        waymark explain student 1234567 --program WELD --rulebook texas"
)]
pub(crate) struct StudentArguments {
    /// The `student_id`
    student: String,
    /// Only this program
    #[arg(long, value_name = "ID")]
    program: Option<String>,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(global: &Global, command: &Command) -> Result<(), Failure> {
    let text = match command {
        Command::Measure(arguments) => measure(arguments)?,
        Command::Student(arguments) => student(global, arguments).await?,
    };
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

fn measure(arguments: &MeasureArguments) -> Result<String, Failure> {
    let book = rulebooks::open(&arguments.rulebook)?;
    if let Some(measure) = book.measure(&arguments.name) {
        return Ok(explain_measure(&book, measure));
    }
    let names: Vec<_> = book.measures.iter().map(|measure| measure.name.as_str()).collect();
    let failure = Failure::user(format!("no measure `{}` in {}", visible(&arguments.name), book.identity()));
    Err(failure.hint(format!("there are {}", names.join(", "))))
}

async fn student(global: &Global, arguments: &StudentArguments) -> Result<String, Failure> {
    let counting = arguments.which.open(global).await?;
    let program = arguments.program.as_deref();
    let released = counting.door.explain(&counting.audience, counting.year, &arguments.student, program).await?;
    Ok(in_words(released.content(), released.provenance().snapshot.batch))
}

fn in_words(trace: &StudentTrace, batch: Option<u64>) -> String {
    let place = trace.organization_id.as_ref().map_or("not enrolled".to_owned(), |id| format!("at {}", visible(id)));
    let name = trace.name.as_ref().map(|name| format!(" {}", visible(name))).unwrap_or_default();
    let mut text = format!(
        "Student {}{name}, report year {}, {place}\nLevel: {}\n",
        visible(&trace.student_id),
        trace.report_year,
        with_code(&trace.level.0, &trace.level.1)
    );
    for level in &trace.levels {
        add_level(&mut text, level);
    }
    for program in &trace.programs {
        add_program(&mut text, program);
    }
    if !trace.untied.is_empty() {
        text.push_str("\nOutcomes that count for no program\n");
        for outcome in &trace.untied {
            let title = outcome.title.as_deref().map(|title| format!(" {}", visible(title))).unwrap_or_default();
            let _ = writeln!(
                text,
                "  {} {}{title}: {}{}",
                outcome.school_year,
                visible(&outcome.course_id),
                outcome.why,
                line(outcome.line.as_deref())
            );
        }
    }
    add_facts(&mut text, trace);
    let _ = writeln!(text, "\nSubgroups: {}", none_or(&trace.subgroups));
    text.push_str("\nMeasures, all programs together\n");
    for measure in &trace.measures {
        let variant = if measure.variant.is_empty() { String::new() } else { format!(" ({})", measure.variant) };
        let standing = match (measure.in_denominator, measure.in_numerator) {
            (true, true) => "counts".to_owned(),
            (true, false) => format!("in the denominator; missing: {}", none_or(&measure.missing)),
            (false, _) => format!("not in it: {}", none_or(&measure.missing)),
        };
        let _ = writeln!(text, "  {}{variant}: {standing}", measure.measure);
    }
    let batch = batch.map(|batch| format!(", data as of batch {batch}")).unwrap_or_default();
    let _ = writeln!(text, "\nBy the rulebook {}{batch}", trace.rulebook);
    text
}

fn add_program(text: &mut String, program: &ProgramTrace) {
    let _ = writeln!(text, "\nProgram {} {}", visible(&program.program_id), visible(&program.title));
    for level in &program.levels {
        add_level(text, level);
    }
    text.push_str("  Course records\n");
    for record in &program.records {
        add_record(text, record);
    }
}

fn add_level(text: &mut String, level: &LevelTrace) {
    let standing = match (level.met, level.first_met) {
        (true, Some(year)) => format!("met, first in {year}"),
        (true, None) => "met".to_owned(),
        (false, _) => "not met".to_owned(),
    };
    let _ = writeln!(text, "  {}: {standing} ({})", with_code(&level.title, &level.code), level.source);
    for clause in &level.clauses {
        add_clause(text, clause);
    }
}

fn add_clause(text: &mut String, clause: &ClauseTrace) {
    let mark = if clause.met { "met" } else { "missing" };
    let values: Vec<_> = clause
        .values
        .iter()
        .map(|(name, value)| format!("{name} = {}", value.as_deref().map_or("unknown".to_owned(), visible)))
        .collect();
    let needs = clause.needs.as_deref().map(|needs| format!("; {needs}")).unwrap_or_default();
    let _ = writeln!(text, "    {mark}: {} ({}){needs}", clause.text, values.join(", "));
}

fn add_record(text: &mut String, record: &CourseRecordTrace) {
    let mut parts = vec![record.status.clone()];
    match record.passed.as_deref() {
        Some("true") => parts.push("passed".to_owned()),
        Some("false") => parts.push("not passed".to_owned()),
        _ => {}
    }
    parts.extend(record.credits.as_ref().map(|credits| format!("{credits} credits")));
    parts.extend(record.level.as_ref().map(|level| format!("level {level}")));
    parts.extend(record.part.as_ref().map(|part| format!("part {part}")));
    let counted = if record.counted_in.is_empty() {
        "does not count".to_owned()
    } else {
        format!("counts as {}", record.counted_in.join(", "))
    };
    let _ = writeln!(
        text,
        "    {} {} {}: {}; {counted}{}",
        record.school_year,
        visible(&record.course_id),
        visible(&record.title),
        parts.join(", "),
        line(record.line.as_deref())
    );
}

fn add_facts(text: &mut String, trace: &StudentTrace) {
    let known: Vec<_> = trace.facts.iter().filter_map(|fact| Some((fact, fact.value.as_deref()?))).collect();
    if !known.is_empty() {
        text.push_str("\nFacts\n");
    }
    for (fact, value) in known {
        let _ = writeln!(text, "  {} = {}", fact.name, visible(value));
    }
}

fn with_code(name: &str, code: &str) -> String {
    if code.is_empty() { name.to_owned() } else { format!("{name}, code {code}") }
}

fn line(line: Option<&str>) -> String {
    line.map(|line| format!(" [course_outcomes.csv:{line}]")).unwrap_or_default()
}

fn none_or(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
