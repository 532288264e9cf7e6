use super::{About, Value};

/// Rates by two things at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// What it is about.
    pub about: About,
    /// What the rows are: `Program`.
    pub rows_are: String,
    /// What the columns are called, in a stated order.
    pub columns: Vec<String>,
    /// The rows, in a stated order.
    pub rows: Vec<GridRow>,
}

/// A row of a [`Grid`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridRow {
    /// What it is called.
    pub name: String,
    /// A value for each column.
    pub cells: Vec<Value>,
}
