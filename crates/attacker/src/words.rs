//! Equations in words.

use std::fmt::Write as _;

use crate::{
    constraints::Why,
    read::Publication,
    system::{System, Target},
    universe::Key,
};

/// Parts of a sum that are written out.
const PARTS: usize = 8;

/// A number as it is known: the number, or `?` in the interval that is known.
fn value(low: i64, high: i64) -> String {
    if low == high { low.to_string() } else { "?".to_owned() }
}

/// A constraint of the system in words, with what the publications show.
pub(crate) fn constraint(system: &System, row: usize, about: Option<u32>) -> String {
    let terms: Vec<(usize, i64)> = system.constraints.terms(row).collect();
    let why = system.constraints.why[row];
    let keys: Vec<Key> = terms.iter().map(|&(cell, _)| system.keys[cell]).collect();
    let name = |place: usize| {
        let (cell, _) = terms[place];
        format!("{} {}", place_of(system, keys[place], &keys), value(system.low[cell], system.high[cell]))
    };
    let what = heading(system, &keys);
    let text = match why {
        Why::Organizations | Why::Programs | Why::Groups | Why::Years => {
            let equals = if system.constraints.is_equation(row) { "=" } else { "is at least" };
            format!("{} {equals} {}", name(0), sum(system, &terms[1..], &keys[1..], about))
        }
        Why::SomeProgram => {
            let whole = terms.len() - 1;
            format!("{} is at most {}", name(whole), sum(system, &terms[..whole], &keys[..whole], about))
        }
        Why::InProgram | Why::InGroup | Why::Within if terms.len() == 2 => {
            format!("{} is among {}", name(1), name(0))
        }
        Why::Neither => format!("{} less {} less {} and back {}: not below 0", name(0), name(1), name(2), name(3)),
        Why::Sorted => format!("rows stand by size: {} is not less than {}", name(0), name(1)),
        Why::Rate => {
            let (numerator, denominator) =
                if keys.len() == 2 { (terms[0].0, terms[1].0) } else { (terms[0].0, terms[0].0) };
            let shown = system.rates.iter().find(|rate| {
                let pair = [rate.numerator as usize, rate.denominator as usize];
                pair == [numerator, denominator] || pair == [denominator, numerator]
            });
            match shown {
                Some(rate) => {
                    let [n, d] = [rate.numerator as usize, rate.denominator as usize];
                    let text = format!(
                        "{} is {} of {} {}",
                        place_of(system, system.keys[n], &keys),
                        rate.share.in_words(),
                        place_of(system, system.keys[d], &keys),
                        value(system.low[d], system.high[d]),
                    );
                    let (least, most) = rate.share.numerators(system.low[d]);
                    match (system.low[d] == system.high[d], least == most) {
                        (true, true) => format!("{text}: only {least}"),
                        (true, false) => format!("{text}: {least} to {most}"),
                        _ => text,
                    }
                }
                None => "a rate is shown".to_owned(),
            }
        }
        _ => name(0) + " is 0",
    };
    if what.is_empty() { text } else { format!("{what}: {text}") }
}

/// What all cells of a constraint have in common.
fn heading(system: &System, keys: &[Key]) -> String {
    let universe = &system.universe;
    let mut parts = Vec::new();
    if keys.iter().all(|key| key.count == keys[0].count) {
        parts.push(universe.count_names.text(keys[0].count).to_owned());
    }
    if keys.iter().all(|key| key.year == keys[0].year) {
        parts.push(universe.years.text(keys[0].year).to_owned());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// Where a cell is, as far as its constraint does not say.
fn place_of(system: &System, key: Key, beside: &[Key]) -> String {
    let universe = &system.universe;
    let mut parts = vec![universe.place(key)];
    if beside.iter().any(|other| other.count != key.count) {
        parts.push(universe.count_names.text(key.count).to_owned());
    }
    if beside.iter().any(|other| other.year != key.year) {
        parts.push(universe.years.text(key.year).to_owned());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// A sum: what is hidden first, and of the rest as many as are read.
fn sum(system: &System, terms: &[(usize, i64)], keys: &[Key], about: Option<u32>) -> String {
    if terms.is_empty() {
        return "0".to_owned();
    }
    let mut order: Vec<usize> = (0..terms.len()).collect();
    let hidden = |place: usize| system.low[terms[place].0] != system.high[terms[place].0];
    if terms.len() > PARTS {
        order.sort_by_key(|&place| {
            let is_it = about.is_some_and(|cell| cell as usize == terms[place].0);
            (!is_it, !hidden(place), place)
        });
    }
    let written: Vec<String> = order
        .iter()
        .take(PARTS)
        .map(|&place| {
            let cell = terms[place].0;
            let text = place_of(system, keys[place], keys);
            format!("{text} {}", value(system.low[cell], system.high[cell]))
        })
        .collect();
    let mut text = written.join(" + ");
    let rest: Vec<usize> = order.into_iter().skip(PARTS).collect();
    if !rest.is_empty() {
        let unknown = rest.iter().filter(|&&place| hidden(place)).count();
        let shown: i64 = rest.iter().filter(|&&place| !hidden(place)).map(|&place| system.low[terms[place].0]).sum();
        let _ = write!(text, " + {shown} in {} others", rest.len() - unknown);
        if unknown > 0 {
            let _ = write!(text, " + {unknown} others ?");
        }
    }
    text
}

/// What would close a leak that comes from these constraints: the smallest shown part of the first sum among them.
pub(crate) fn fix(system: &System, rows: &[u32], publications: &[Publication], target: &Target) -> String {
    for &row in rows {
        let row = row as usize;
        match system.constraints.why[row] {
            Why::Rate => {
                return "show the rate as an interval wide enough for its denominator, or do not show it".to_owned();
            }
            Why::Sorted => return "sort the rows by name".to_owned(),
            Why::Organizations | Why::Programs | Why::Groups | Why::Years | Why::SomeProgram => {
                let shown = system.constraints.terms(row).filter(|&(cell, _)| {
                    system.low[cell] == system.high[cell]
                        && system.low[cell] > 0
                        && system.last_told_by(cell) != u32::MAX
                });
                let whole = system.constraints.term(row, 0).0;
                let smallest = shown.min_by_key(|&(cell, _)| (cell == whole, system.low[cell], cell));
                if let Some((cell, _)) = smallest {
                    let name = system.universe.place(system.keys[cell]);
                    return format!("hide {name} ({}) too", system.low[cell]);
                }
            }
            _ => {}
        }
    }
    let publication = &publications[target.publication as usize].name;
    format!("hide another cell of the same sums in `{publication}`, or what it is part of")
}
