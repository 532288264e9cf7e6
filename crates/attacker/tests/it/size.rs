//! States of several sizes: what is concluded is true, what is hidden well is certified, and it does not take long.

use std::time::{Duration, Instant};

use waymark_attacker::{Assumptions, KnownTable, Publication, Report, Verdict, attack};

use crate::{state::State, support::Published};

fn attacked(state: &State, rates: bool, with_truth: bool) -> (Report, Duration) {
    let published = Published::new();
    let folder = published.folder("state");
    state.write(&folder, rates);
    let began = Instant::now();
    let publications = [Publication::read(&folder).unwrap()];
    let known = KnownTable::read(&folder.join("truth.csv")).unwrap();
    let known = with_truth.then_some(known);
    let report = attack(&publications, &Assumptions { known, programs: 5, explained: 0, ..Assumptions::default() });
    (report, began.elapsed())
}

fn state(schools: u32) -> State {
    let mut state = State::of(schools, 7);
    state.hide();
    state
}

/// Hides more until nothing is determined or narrow.
fn safe_state(schools: u32) -> State {
    let mut state = state(schools);
    for _ in 0..40 {
        let published = Published::new();
        let folder = published.folder("state");
        state.write(&folder, false);
        let publications = [Publication::read(&folder).unwrap()];
        let known = Some(KnownTable::read(&folder.join("truth.csv")).unwrap());
        let quick = Assumptions { known, programs: 0, explained: 0, one_student: false, ..Assumptions::default() };
        let report = attack(&publications, &quick);
        let broken = report.cells.iter().filter(|cell| matches!(cell.verdict, Verdict::Determined | Verdict::Narrow));
        let names = broken.map(|cell| cell.name(&publications));
        let places = names.map(|name| State::place(&name.organization_id, &name.program_id, &name.subgroup)).collect();
        if !state.hide_beside(&places) {
            break;
        }
    }
    state
}

#[test]
fn what_is_concluded_of_a_small_state_is_true() {
    let (report, _) = attacked(&state(12), false, true);
    assert_eq!(report.summary.contradicted, 0);
    assert!(report.summary.witnessed > 500, "{:?}", report.summary);
}

#[test]
fn what_is_concluded_of_rates_is_true() {
    let (report, _) = attacked(&state(8), true, true);
    assert_eq!(report.summary.contradicted, 0);
    assert!(report.summary.witnessed > 500, "{:?}", report.summary);
}

#[test]
fn a_state_is_attacked_from_its_files_alone() {
    let (report, _) = attacked(&state(8), false, false);
    assert!(report.summary.tables > 0, "no table was found that agrees: {:?}", report.summary);
    assert!(report.summary.witnessed > 300, "{:?}", report.summary);
}

#[test]
fn one_cell_uncovered_is_noticed() {
    let mut state = safe_state(6);
    let (safe, _) = attacked(&state, false, true);
    assert_eq!((safe.summary.determined, safe.summary.narrow), (0, 0), "{:?}", safe.summary);
    // Those hidden only for the others' sake, each shown by itself.
    let secondary: Vec<_> = state.hidden.iter().filter(|place| state.counts[place].0 >= 10).copied().collect();
    let tried: Vec<_> = secondary.iter().step_by(secondary.len() / 12).copied().collect();
    let mut noticed = 0;
    for &place in &tried {
        state.hidden.remove(&place);
        let (report, _) = attacked(&state, false, true);
        state.hidden.insert(place);
        let summary = &report.summary;
        let broken = summary.determined + summary.narrow > 0;
        // This made-up release hides more than it must. A cell that is not needed is proven so: tables of whole numbers
        // still leave every other hidden number its values.
        assert!(broken || summary.undecided == 0, "{place:?}: {summary:?}");
        noticed += usize::from(broken);
    }
    assert!(noticed > 0, "of {} cells none was needed", tried.len());
}

/// `cargo test -p waymark-attacker --test it size -- --ignored --nocapture`
#[test]
#[ignore = "minutes: the larger sizes"]
#[expect(clippy::print_stderr, reason = "it measures")]
fn sizes() {
    for (schools, rates) in [(25, false), (250, false), (250, true), (2000, false)] {
        let state = if schools < 1000 && !rates { safe_state(schools) } else { state(schools) };
        for with_truth in [true, false] {
            let (report, took) = attacked(&state, rates, with_truth);
            let start = if with_truth { "from the publisher's table" } else { "from the files alone" };
            eprintln!(
                "{schools} schools, {} cells, rates {rates}, {start}: {took:.1?}\n{:?}",
                state.cells(),
                report.summary
            );
            assert_eq!(report.summary.contradicted, 0);
        }
    }
}
