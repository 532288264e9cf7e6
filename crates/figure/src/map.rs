//! What maps of points and of areas share: the projection, the scale bar, and labels that do not lie on one another.

use crate::{
    palette::Role,
    scene::{Mark, SIZE, Scene, Text, line_height},
};

/// Miles of a degree of latitude, on a sphere of the Earth's mean radius (6,371.0 km).
const MILES_PER_DEGREE: f64 = 69.093;

/// Degrees to places: equirectangular, true to scale along the middle latitude, which is enough for a district or a State.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection {
    west: f64,
    north: f64,
    /// Units of the picture in a degree of latitude.
    per_degree: f64,
    /// How much shorter a degree of longitude is.
    narrower: f64,
    left: f64,
    top: f64,
}

/// Where a map is in the picture: left, top, right, bottom.
pub(crate) type Bounds = [f64; 4];

impl Projection {
    /// Fits places (degrees east, degrees north) into a map from `top` on, at most `width` wide and `most` high, with
    /// `margin` around; returns the map's height too. None where there is no place.
    pub(crate) fn fit(places: &[[f64; 2]], top: f64, width: f64, most: f64, margin: f64) -> Option<(Self, f64)> {
        let least = |axis: usize| places.iter().map(|at| at[axis]).reduce(f64::min);
        let greatest = |axis: usize| places.iter().map(|at| at[axis]).reduce(f64::max);
        let (mut west, mut east) = (least(0)?, greatest(0)?);
        let (mut south, mut north) = (least(1)?, greatest(1)?);
        // A single place has a neighbourhood, of about seven miles.
        for [from, to] in [[&mut west, &mut east], [&mut south, &mut north]] {
            if *to - *from < 0.1 {
                let middle = f64::midpoint(*from, *to);
                (*from, *to) = (middle - 0.05, middle + 0.05);
            }
        }
        let narrower = f64::midpoint(south, north).to_radians().cos().max(0.05);
        let across = (width - 2.0 * margin) / ((east - west) * narrower);
        let down = (most - 2.0 * margin) / (north - south);
        let per_degree = across.min(down);
        let height = (north - south) * per_degree + 2.0 * margin;
        let left = (width - (east - west) * narrower * per_degree) / 2.0;
        Some((Self { west, north, per_degree, narrower, left, top: top + margin }, height))
    }

    /// The place of a point in degrees east and north.
    pub(crate) fn at(&self, [east, north]: [f64; 2]) -> [f64; 2] {
        let x = self.left + (east - self.west) * self.narrower * self.per_degree;
        [x, self.top + (self.north - north) * self.per_degree]
    }

    /// Draws a bar of a round number of miles, with its label, that ends at `right` and stands on `bottom`.
    pub(crate) fn scale_bar(&self, scene: &mut Scene, right: f64, bottom: f64) {
        let per_mile = self.per_degree / MILES_PER_DEGREE;
        let rounds = (-1..5).flat_map(|power| [1.0, 2.0, 5.0].map(|factor: f64| factor * 10f64.powi(power)));
        let miles = rounds.filter(|miles| miles * per_mile <= 110.0).reduce(f64::max).unwrap_or(0.1);
        let width = miles * per_mile;
        let y = bottom - 2.0;
        for (from, to) in [
            ([right - width, y], [right, y]),
            ([right - width, y - 5.0], [right - width, y]),
            ([right, y - 5.0], [right, y]),
        ] {
            scene.marks.push(Mark::line(from, to).stroke(Role::Edge, 1.2));
        }
        let words = if (miles - 1.0).abs() < 1e-9 { "1 mile".to_owned() } else { format!("{miles} miles") };
        scene.texts.push(Text::new(right - width - 8.0, bottom, words).small().quiet().end());
    }
}

/// What is taken of a map: no label is put there.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    bounds: Bounds,
    taken: Vec<Bounds>,
}

impl Room {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, taken: Vec::new() }
    }

    /// Keeps labels off a place.
    pub(crate) fn take(&mut self, area: Bounds) {
        self.taken.push(area);
    }

    /// Takes an area, if it is free and within the map.
    pub(crate) fn claim(&mut self, area: Bounds) -> bool {
        let [left, top, right, bottom] = area;
        let within =
            left >= self.bounds[0] && top >= self.bounds[1] && right <= self.bounds[2] && bottom <= self.bounds[3];
        let free = within
            && self
                .taken
                .iter()
                .all(|other| right <= other[0] || other[2] <= left || bottom <= other[1] || other[3] <= top);
        if free {
            self.take(area);
        }
        free
    }

    /// Writes lines of text beside a mark, where there is room: to its right, left, above or below. Whether there was.
    pub(crate) fn beside(&mut self, scene: &mut Scene, at: [f64; 2], radius: f64, lines: &[Text]) -> bool {
        let width = lines.iter().map(Text::width).fold(0.0, f64::max);
        let height = lines.len() as f64 * line_height(SIZE);
        let [x, y] = at;
        let gap = radius + 5.0;
        for (left, top, anchor) in [
            (x + gap, y - height / 2.0, 0),
            (x - gap - width, y - height / 2.0, 2),
            (x - width / 2.0, y - gap - height, 1),
            (x - width / 2.0, y + gap, 1),
        ] {
            if self.claim([left - 2.0, top, left + width + 2.0, top + height]) {
                for (line, text) in lines.iter().enumerate() {
                    let text = Text { y: top + SIZE - 1.0 + line as f64 * line_height(SIZE), ..text.clone() };
                    scene.texts.push(match anchor {
                        0 => Text { x: left, ..text },
                        1 => Text { x: left + width / 2.0, ..text }.middle(),
                        _ => Text { x: left + width, ..text }.end(),
                    });
                }
                return true;
            }
        }
        false
    }

    /// Writes a short text as near to a place as there is room, with a line that leads there if that is not at it.
    pub(crate) fn near(&mut self, scene: &mut Scene, at: [f64; 2], radius: f64, text: &Text) -> bool {
        let [x, y] = at;
        let (width, height) = (text.width() + 4.0, SIZE + 2.0);
        for ring in 0..9 {
            let away = radius + 9.0 + f64::from(ring) * 9.0;
            for turn in 0..12 {
                let angle = f64::from(turn) * std::f64::consts::TAU / 12.0;
                let [middle_x, middle_y] = [x + away * angle.cos(), y + away * angle.sin()];
                let (left, top) = (middle_x - width / 2.0, middle_y - height / 2.0);
                if !self.claim([left, top, left + width, top + height]) {
                    continue;
                }
                if ring > 0 {
                    let short = away - 8.0;
                    let to = [x + short * angle.cos(), y + short * angle.sin()];
                    scene.marks.push(Mark::line([x, y], to).stroke(Role::Edge, 1.0));
                }
                scene.texts.push(Text { x: middle_x, y: middle_y + 4.5, ..text.clone() }.middle());
                return true;
            }
        }
        false
    }
}

/// Writes what has no room on the map below it, a line each, and returns where that ends.
pub(crate) fn list(scene: &mut Scene, entries: &[(String, String)], top: f64) -> f64 {
    let mut base = top + SIZE;
    for (number, words) in entries {
        scene.texts.push(Text::new(0.0, base, number.as_str()).strong());
        let words = Text::new(24.0, base, words.as_str());
        base = scene.paragraph(&words, scene.width - 24.0) + 3.0;
    }
    base - SIZE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_longitude_is_shorter_in_the_north() {
        let places = [[-98.0, 59.0], [-97.0, 61.0]];
        let (projection, height) = Projection::fit(&places, 0.0, 400.0, 800.0, 10.0).unwrap();
        let [west, north] = projection.at([-98.0, 61.0]);
        let [east, south] = projection.at([-97.0, 59.0]);
        // At 60 degrees a degree of longitude is half one of latitude, and here are two of latitude.
        assert!((4.0 * (east - west) - (south - north)).abs() < 1e-6);
        assert!(north >= 10.0 - 1e-6 && south <= height - 10.0 + 1e-6 && west >= 0.0 && east <= 400.0);
    }

    #[test]
    fn no_place_is_taken_twice() {
        let mut room = Room::new([0.0, 0.0, 100.0, 100.0]);
        assert!(room.claim([0.0, 0.0, 50.0, 50.0]));
        assert!(!room.claim([40.0, 40.0, 60.0, 60.0]));
        assert!(room.claim([50.0, 0.0, 60.0, 50.0]));
        assert!(!room.claim([90.0, 90.0, 110.0, 100.0]));
    }
}
