use waymark_disclosure::{
    Released,
    shapes::{About, Area, Areas, Value},
};

use crate::{
    Figure, Layout,
    bars::number,
    figure::{Form, Said},
    font::{self, Weight},
    heat, key,
    map::{self, Projection, Room},
    palette::Role,
    scene::{Fill, Mark, SIZE, Scene, Step, Text, line_height},
    table::Table,
    words,
};

/// Areas, the darker the higher their rate; hatched where it is not shown.
pub(crate) struct AreaMap<'a>(pub(crate) &'a Areas);

impl<'a> Figure<'a> {
    /// Rates of areas, shaded by the fifth of 0 to 100 percent in which they lie, north up.
    pub fn areas(released: &'a Released<Areas>) -> Self {
        Self::of(AreaMap(released.content()))
    }
}

/// Twice the area of a ring, and its middle; the ring itself may be open or closed.
fn middle(ring: &[[f64; 2]]) -> (f64, [f64; 2]) {
    let mut sum = [0.0; 3];
    for (at, [x, y]) in ring.iter().enumerate() {
        let [next_x, next_y] = ring[(at + 1) % ring.len()];
        let cross = x * next_y - next_x * y;
        sum[0] += cross;
        sum[1] += (x + next_x) * cross;
        sum[2] += (y + next_y) * cross;
    }
    if sum[0].abs() < 1e-9 {
        return (0.0, ring.first().copied().unwrap_or_default());
    }
    (sum[0].abs(), [sum[1] / (3.0 * sum[0]), sum[2] / (3.0 * sum[0])])
}

/// Whether a place is within rings, holes left out (even-odd rule).
fn within(rings: &[Vec<[f64; 2]>], [x, y]: [f64; 2]) -> bool {
    let crossings = rings.iter().flat_map(|ring| {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next)
    });
    let crossed = |from: &[f64; 2], to: &[f64; 2]| {
        (from[1] > y) != (to[1] > y) && x < (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1]) + from[0]
    };
    crossings.filter(|(from, to)| crossed(from, to)).count() % 2 == 1
}

impl AreaMap<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.areas.iter().map(|area| area.value)
    }
}

/// Lines of a label within an area, if they are.
fn inside(rings: &[Vec<[f64; 2]>], [x, y]: [f64; 2], name: &str, value: &str) -> Option<Vec<(String, Weight)>> {
    for most in [160.0, 90.0, 60.0] {
        let mut lines: Vec<(String, Weight)> =
            font::wrap(name, SIZE, Weight::Regular, most).into_iter().map(|line| (line, Weight::Regular)).collect();
        lines.push((value.to_owned(), Weight::Strong));
        let width = lines.iter().map(|(line, weight)| font::width(line, SIZE, *weight)).fold(0.0, f64::max) / 2.0 + 3.0;
        let height = lines.len() as f64 * line_height(SIZE) / 2.0 + 2.0;
        let rim = (0..=8).flat_map(|step| {
            let part = f64::from(step) / 4.0 - 1.0;
            [[part * width, -height], [part * width, height], [-width, part * height], [width, part * height]]
        });
        if rim.into_iter().all(|[dx, dy]| within(rings, [x + dx, y + dy])) {
            return Some(lines);
        }
    }
    None
}

impl Form for AreaMap<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn values(&self) -> Vec<(String, Value)> {
        self.0.areas.iter().map(|area| (area.name.clone(), area.value)).collect()
    }

    fn scene(&self, layout: Layout, _: Option<f64>) -> Scene {
        let areas = &self.0.areas;
        let mut scene = Scene::new(layout.width());
        let mut entries = heat::fifths();
        entries.extend(key::absences(self.all()));
        let top = key::draw(&mut scene, &entries, 0.0, 0.0) + 6.0;
        let corners: Vec<[f64; 2]> = areas.iter().flat_map(|area| area.outline.iter().flatten()).copied().collect();
        let most = if layout == Layout::Wide { 460.0 } else { 400.0 };
        let Some((projection, height)) = Projection::fit(&corners, top, scene.width, most, 8.0) else {
            scene.height = top;
            return scene;
        };
        let bottom = top + height;
        let outline = |area: &Area| -> Vec<Vec<[f64; 2]>> {
            let ring = |ring: &Vec<[f64; 2]>| ring.iter().map(|at| projection.at(*at)).collect();
            area.outline.iter().filter(|ring| ring.len() > 2).map(ring).collect()
        };
        let mut room = Room::new([2.0, top + 2.0, scene.width - 2.0, bottom - 2.0]);
        let mut small = Vec::new();
        for area in areas {
            let rings = outline(area);
            let Some((_, at)) = rings.iter().map(|ring| middle(ring)).max_by(|a, b| a.0.total_cmp(&b.0)) else {
                continue;
            };
            let mut steps = Vec::new();
            for ring in &rings {
                steps.push(Step::Move(ring[0]));
                steps.extend(ring[1..].iter().map(|at| Step::Line(*at)));
                steps.push(Step::Close);
            }
            let shape = Mark::path(steps).stroke(Role::Edge, 1.0);
            let (shape, ink) = match number(area.value) {
                Some(rate) => {
                    let (ground, ink) = Role::fifth(rate / 100.0);
                    (shape.fill(ground), ink)
                }
                None if area.value == Value::Hidden => (shape.pattern(Fill::Hatch), Role::Ink),
                None => (shape.fill(Role::Paper), Role::Ink),
            };
            scene.marks.push(shape);
            match inside(&rings, at, &area.name, &words::short(area.value)) {
                Some(lines) => {
                    let first = at[1] - (lines.len() as f64 - 1.0) * line_height(SIZE) / 2.0 + 4.5;
                    for (line, (words, weight)) in lines.into_iter().enumerate() {
                        let text = Text::new(at[0], first + line as f64 * line_height(SIZE), words).middle().role(ink);
                        // On hatching, letters need the ground around them.
                        let text = Text { weight, rim: area.value == Value::Hidden, ..text };
                        room.take(text.area());
                        scene.texts.push(text);
                    }
                }
                None => small.push((area, at)),
            }
        }
        // Those that are too small for words have a number, after all words are in place.
        let mut below = Vec::new();
        for (area, at) in small {
            let number = (below.len() + 1).to_string();
            let sign = Text::new(0.0, 0.0, number.as_str()).strong().rim();
            let here = Text { x: at[0], y: at[1] + 4.5, ..sign.clone() }.middle();
            let signed = if room.claim(here.area()) {
                scene.texts.push(here);
                true
            } else {
                room.near(&mut scene, at, 0.0, &sign)
            };
            let words = format!("{}: {}", area.name, words::short(area.value));
            below.push((if signed { number } else { "–".to_owned() }, words));
        }
        projection.scale_bar(&mut scene, layout.width() - 8.0, bottom + 16.0);
        scene.height = map::list(&mut scene, &below, bottom + 24.0).max(bottom + 20.0);
        scene
    }

    fn words(&self) -> Said {
        let values = self.values();
        let range = words::range(values.iter().map(|(name, value)| (name.as_str(), *value)));
        Said::new(range.map_or_else(|| "No value is shown.".to_owned(), |range| format!("{range}.")))
            .and(words::denominators(self.all(), self.0.about.counted))
            .and(words::absent(self.all()))
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&self.0.about.title, &["Area", "Rate", self.0.about.counted[1]]);
        for area in &self.0.areas {
            table.push("", area.name.as_str(), vec![words::value(area.value), words::of(area.value)]);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];

    #[test]
    fn the_middle_of_a_square() {
        let (double, [x, y]) = middle(&SQUARE);
        assert!((double - 32.0).abs() < 1e-9 && (x - 2.0).abs() < 1e-9 && (y - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_hole_is_not_within() {
        let hole = vec![[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0]];
        let rings = [SQUARE.to_vec(), hole];
        assert!(within(&rings, [0.5, 0.5]) && !within(&rings, [2.0, 2.0]) && !within(&rings, [5.0, 2.0]));
    }
}
