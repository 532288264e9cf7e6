use super::{About, Value};

/// Values of one kind, all counts or all rates, at places.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// What it is about.
    pub about: About,
    /// The places, in a stated order.
    pub points: Vec<Point>,
}

/// One of [`Points`].
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it is called.
    pub name: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east: those of America are negative.
    pub longitude: f64,
    /// The value.
    pub value: Value,
}

/// Rates of areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Areas {
    /// What it is about.
    pub about: About,
    /// The areas, in a stated order.
    pub areas: Vec<Area>,
}

/// One of [`Areas`].
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// What it is called.
    pub name: String,
    /// Its outline: rings of degrees east and north, as `GeoJSON` has them; a ring within another is a hole.
    pub outline: Vec<Vec<[f64; 2]>>,
    /// The rate.
    pub value: Value,
}
