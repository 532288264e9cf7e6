use waymark_suppression::{
    certificate::Certificate, eliminate, made_up::MadeUpState, protect::protect, system::System,
};

/// A State of a few schools is certified whole, loses fewer cells than by elimination alone, and twice the same.
#[test]
fn a_small_state_is_certified() {
    let state = MadeUpState::new(8, 7);
    let merged = System::merged(&state.variables(10), &state.equations).unwrap();
    let protection = protect(&merged.system, 3, &mut |_, _| {});
    let certificate = Certificate::of(&protection);
    assert!(certificate.holds(), "{certificate:?}");
    let again = protect(&merged.system, 3, &mut |_, _| {});
    assert!(protection.pattern().hidden().eq(again.pattern().hidden()), "the same table, another pattern");

    let records = eliminate::Records { rows: &state.inner, counts: &state.counts, minimum: 10, singletons: true };
    let by_elimination = eliminate::hidden(&records);
    let secondary =
        by_elimination.iter().zip(&state.counts).filter(|(hidden, count)| **hidden && **count >= 10).count();
    assert!(certificate.secondary <= secondary as u64, "{} cells, {secondary} by elimination", certificate.secondary);
}

/// Sums of a made-up State hold, and its cells are what its students add up to.
#[test]
fn a_made_up_state_adds_up() {
    let state = MadeUpState::new(3, 1);
    assert_eq!(state.counts[0], state.inner.iter().map(|row| row.1).sum::<i64>());
    assert!(System::merged(&state.variables(10), &state.equations).is_ok());
    assert_eq!(MadeUpState::new(3, 1).counts, state.counts);
}
