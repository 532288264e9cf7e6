/// Rows under named columns, every cell as text, empty where nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The header.
    pub columns: Vec<String>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<String>>,
}
