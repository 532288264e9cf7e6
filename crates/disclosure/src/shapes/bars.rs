use super::{About, Value};

/// Values of one kind, all counts or all rates, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// What it is about.
    pub about: About,
    /// The values, in a stated order.
    pub rows: Vec<Bar>,
}

/// One of [`Bars`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The heading under which it stands; rows of one section follow one another. Empty without sections.
    pub section: String,
    /// What it is called.
    pub name: String,
    /// The value.
    pub value: Value,
}
