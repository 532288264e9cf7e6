//! What is lost by hiding a cell.

/// The loss of one ordinary cell of a few students.
pub const ONE: u32 = 1000;

/// What is lost by hiding a cell: one cell, somewhat more where it counts many students, and a quarter more for each
/// degree of importance (a total, a cell that pages show).
pub fn cost(count: i64, importance: u32) -> u32 {
    let digits = count.max(1).ilog2();
    ONE + 20 * digits + importance * (ONE / 4)
}
