//! A rulebook in plain words, for people who do not read SQL.

use std::fmt::Write;

use crate::{
    check::{Measure, Rulebook},
    definition::{Attribution, Parts, Per, PopulationYear, Scope, Setting, TallyOf},
    vocabulary,
};

/// The whole rulebook in words: who counts, the levels, the subgroups, the measures.
pub fn in_words(book: &Rulebook) -> String {
    let mut text = format!("{} ({})\n", book.header.title, book.identity());
    for source in &book.header.sources {
        let _ = writeln!(text, "  source: {source}");
    }
    let _ = writeln!(text, "\nEnrolled: {}\n  when {}", book.enrollment_words, book.enrollment_counts.text);
    if !book.settings.is_empty() {
        text.push_str("\nSettings\n");
        for (name, setting) in &book.settings {
            let value = match setting {
                Setting::Boolean(value) => value.to_string(),
                Setting::Integer(value) => value.to_string(),
                Setting::Text(value) => value.clone(),
            };
            let _ = writeln!(text, "  {name} = {value}");
        }
    }
    text.push_str("\nTallies of course records\n");
    for tally in &book.tallies {
        let of = match (tally.of, tally.parts) {
            (TallyOf::Courses, Parts::Each) => "different courses",
            (TallyOf::Courses, Parts::FullSets) => "different courses, those in parts as full sets",
            (TallyOf::Credits, _) => "credits, once a course",
            (TallyOf::Hours, _) => "clock hours, once a course",
            (TallyOf::Levels, _) => "different course levels",
            (TallyOf::Years, _) => "different school years",
            (TallyOf::Records, _) => "course records",
        };
        let _ = writeln!(text, "  {}: {of}\n    when {}\n    source: {}", tally.name, tally.filter.text, tally.source);
    }
    text.push_str("\nLevels, lowest first\n");
    for level in &book.levels {
        let scope = match level.scope {
            Scope::Program => "in one program",
            Scope::Pathway => "in the programs of one pathway",
            Scope::Cluster => "in the programs of one career cluster",
            Scope::Student => "in all programs together",
        };
        let code = if level.code.is_empty() { String::new() } else { format!(", code {}", level.code) };
        let _ = writeln!(
            text,
            "  {} ({}{code}), {scope}\n    when {}\n    source: {}",
            level.name, level.title, level.when.text, level.source
        );
    }
    text.push_str("\nFacts\n");
    for part in &book.facts {
        let per = if part.per == Per::Row { ", per row" } else { "" };
        let _ = writeln!(text, "  {}{per}", part.words);
        if let Some(from) = &part.from {
            let _ = writeln!(text, "    from {from}");
        }
        if let Some(filter) = &part.filter {
            let _ = writeln!(text, "    when {}", filter.text);
        }
        for (name, value) in &part.columns {
            let _ = writeln!(text, "    {name} = {}", value.text);
        }
    }
    text.push_str("\nSubgroups\n");
    for subgroup in &book.subgroups {
        let _ = writeln!(text, "  {} ({})\n    when {}", subgroup.name, subgroup.title, subgroup.when.text);
    }
    if let Some(pathway) = &book.pathway {
        text.push_str("\nThe way through a program\n");
        let _ = writeln!(
            text,
            "  to the level {}\n  left for good when {}\n  can take another course ({}) when {}\n  source: {}",
            pathway.goal, pathway.left.text, pathway.returns_words, pathway.returns.text, pathway.source
        );
        for step in &pathway.steps {
            let _ = writeln!(text, "  {} ({})", step.name, step.title);
            let after = step.after.map_or("the start", |before| pathway.steps[before].name.as_str());
            let asked = match step.within_years {
                None => "on leaving".to_owned(),
                Some(0) => "in the same year".to_owned(),
                Some(1) => "one year later".to_owned(),
                Some(years) => format!("{years} years later"),
            };
            let _ = writeln!(text, "    after {after}, asked {asked}\n    when {}", step.when.text);
            if let Some(observed) = &step.observed {
                let _ = writeln!(text, "    known when {}", observed.text);
            }
            let _ = writeln!(text, "    source: {}", step.source);
        }
    }
    if let Some(comparison) = &book.comparison {
        let _ = writeln!(
            text,
            "\nTwo groups differ\n  by what has a confidence of {} percent, with {} students or more in each\n  source: {}",
            comparison.confidence_percent, comparison.least_students, comparison.source
        );
    }
    text.push_str("\nMeasures\n");
    for measure in &book.measures {
        text.push_str(&indent(&explain_measure(book, measure)));
    }
    text
}

/// One measure in words: both sides of it, who counts where, every condition it rests on, and the source.
pub fn explain_measure(book: &Rulebook, measure: &Measure) -> String {
    let mut text = format!(
        "{}: {}\n  denominator: {}\n  numerator: of these, those who {}\n",
        measure.name, measure.title, measure.denominator_words, measure.numerator_words
    );
    let year = match measure.population_year {
        PopulationYear::ReportYear => "the report year",
        PopulationYear::YearBefore => "the year before the report year",
    };
    let place = match measure.attribution {
        Attribution::Belonging => format!("where a student belongs in {year}"),
        Attribution::LastEnrollment => format!("where a student was last enrolled, up to the end of {year}"),
        Attribution::Delivery => "where the latest course in the row's programs was delivered".to_owned(),
    };
    let _ = writeln!(text, "  population year: {year}\n  counted: {place}");
    let named = book.names_behind(measure);
    for variant in &measure.variants {
        let name = if variant.name.is_empty() { String::new() } else { format!("variant {}: ", variant.name) };
        let _ = writeln!(
            text,
            "  {name}denominator when {}\n  {name}numerator when {}",
            variant.denominator.text, variant.numerator.text
        );
    }
    for level in book.levels.iter().filter(|level| named.contains(&level.name)) {
        let _ = writeln!(text, "  {}: {} ({})", level.name, level.when.text, level.source);
        for tally in book.tallies.iter().filter(|tally| level.when.names.contains(&tally.name)) {
            let _ = writeln!(text, "    {}: {} ({})", tally.name, tally.filter.text, tally.source);
        }
    }
    for part in &book.facts {
        let columns: Vec<_> = part.columns.keys().filter(|name| named.contains(*name)).map(String::as_str).collect();
        if !columns.is_empty() {
            let _ = writeln!(text, "  {}: {}", columns.join(", "), part.words);
        }
    }
    for (name, setting) in book.settings.iter().filter(|(name, _)| named.contains(*name)) {
        let _ = writeln!(text, "  {name}: {}", serde_json::to_string(setting).unwrap_or_default());
    }
    let _ = writeln!(text, "  source: {}\n  rulebook: {}", measure.source, book.identity());
    text
}

/// The columns that conditions may name, with their meaning, for `rulebook show --stage columns`.
pub fn vocabulary_in_words() -> String {
    let mut text = String::new();
    for (title, columns) in [
        ("Columns of a course record (for `tally.where`)", vocabulary::record_columns()),
        ("\nColumns of a student (for facts, levels, subgroups and measures)", vocabulary::student_columns("s")),
    ] {
        let _ = writeln!(text, "{title}");
        for (name, column) in columns.iter() {
            let _ = writeln!(text, "  {name}: {}", column.doc);
        }
    }
    text.push_str("\nTotals of a program (for levels)\n");
    for (name, doc) in vocabulary::PROGRAM_TOTALS {
        let _ = writeln!(text, "  {name}: {doc}");
    }
    let _ = writeln!(
        text,
        "\nTables that facts may sum up\n  {}",
        vocabulary::source_names().collect::<Vec<_>>().join(", ")
    );
    let _ = writeln!(text, "\nFunctions\n  {}", crate::FUNCTIONS.join(", "));
    text
}

fn indent(text: &str) -> String {
    text.lines().fold(String::new(), |mut indented, line| {
        let _ = writeln!(indented, "  {line}");
        indented
    })
}
