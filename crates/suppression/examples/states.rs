//! Suppresses made-up States and prints what it took and what was lost, beside elimination alone.
//!
//! `cargo run --release -p waymark-suppression --example states -- 25 80 250 2000`. With `--elimination` it also runs what
//! R's `GaussSuppression` does by default, and with `--steps` it tells every step. Times are those of the processor.

use std::io::Write;

use waymark_suppression::{
    certificate::Certificate, eliminate, made_up::MadeUpState, protect::protect, system::System,
};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let mut out = std::io::stdout().lock();
    for schools in arguments.iter().filter_map(|argument| argument.parse().ok()) {
        let state = MadeUpState::new(schools, 1);
        let cells = state.variables(10);
        writeln!(
            out,
            "{schools} schools: {} students, {} cells, {} sums, {} inner rows",
            state.counts[0],
            cells.len(),
            state.equations.len(),
            state.inner.len()
        )?;
        if asked("--elimination") {
            for singletons in [false, true] {
                let start = seconds();
                let records = eliminate::Records { rows: &state.inner, counts: &state.counts, minimum: 10, singletons };
                let hidden = eliminate::hidden(&records);
                let secondary = hidden.iter().zip(&state.counts).filter(|(hidden, count)| **hidden && **count >= 10);
                let (loss, students) =
                    secondary.fold((0, 0), |(cells, students), (_, count)| (cells + 1, students + count));
                let rule = if singletons { "with" } else { "without" };
                writeln!(
                    out,
                    "  elimination {rule} the singleton rule: {loss} secondary cells of {students} student counts, {:.1} s",
                    seconds() - start
                )?;
            }
        }
        let start = seconds();
        let merged = System::merged(&cells, &state.equations).expect("a made-up State adds up");
        let mut steps = Vec::new();
        let protection = protect(&merged.system, 3, &mut |what, so_far| {
            if asked("--steps") {
                steps.push(format!(
                    "  {:.1} s {what}: {} bare, {} secondary",
                    seconds() - start,
                    so_far.bare().len(),
                    so_far.secondary()
                ));
            }
        });
        for step in steps {
            writeln!(out, "{step}")?;
        }
        let protected = seconds();
        let certificate = Certificate::of(&protection);
        let hidden = |place: &usize| protection.pattern().is_hidden(merged.variable[*place]);
        let students: i64 =
            (0..cells.len()).filter(hidden).map(|place| cells[place].value).filter(|count| *count >= 10).sum();
        writeln!(
            out,
            "  hidden: {} sensitive and {} secondary cells of {students} student counts, {:.1} s\n  certificate in {:.1} s, {}: {} witnesses, {} unproven, {} determined, {} narrow, {} known to one",
            certificate.sensitive,
            certificate.secondary,
            protected - start,
            seconds() - protected,
            if certificate.holds() { "holds" } else { "does not hold" },
            certificate.witnesses,
            certificate.unproven.len(),
            certificate.determined.len(),
            certificate.narrow.len(),
            certificate.known_to_one.len(),
        )?;
        let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        if let Some(peak) = memory.lines().find(|line| line.starts_with("VmHWM")) {
            writeln!(out, "  {peak}")?;
        }
    }
    Ok(())
}

/// Seconds of the processor that this thread has had; of the clock where the system does not tell.
fn seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next().and_then(|first| first.parse::<f64>().ok()));
    nanoseconds.map_or_else(
        || std::time::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_secs_f64()),
        |nanoseconds| nanoseconds / 1e9,
    )
}
