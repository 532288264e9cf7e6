//! The key of a picture: samples of its marks with their meaning.

use waymark_disclosure::shapes::Value;

use crate::{
    palette::Role,
    scene::{Fill, Mark, SIZE, Scene, Text, dash, line_height},
};

/// A sample of a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sample {
    /// The sign of one of several things.
    Sign(usize),
    /// Its sign on its line.
    Line(usize),
    /// A rate with its interval.
    Interval,
    /// The level.
    Level,
    /// The line from which a level is met.
    Enough,
    /// The rate of everybody.
    Reference,
    /// The band from the line to the level.
    Band,
    /// A filled area.
    Area(Role),
    /// A disc whose size counts.
    Disc,
    /// Those who are no longer there.
    Lost,
    /// Those of whom nothing is known.
    NotObserved,
    /// What stands where no number is.
    Absent(Value),
}

const WIDTH: f64 = 22.0;

/// Draws samples with their words from left to right, in as many lines as they need, and returns where the key ends.
pub(crate) fn draw(scene: &mut Scene, entries: &[(Sample, String)], left: f64, top: f64) -> f64 {
    if entries.is_empty() {
        return top;
    }
    let (mut x, mut y) = (left, top + SIZE);
    let room = scene.width - left - WIDTH - 6.0;
    for (sample, words) in entries {
        let entry = Text::new(0.0, 0.0, words.as_str()).small().quiet();
        if x > left && x + WIDTH + 6.0 + entry.width() > scene.width {
            x = left;
            y += line_height(SIZE) + 3.0;
        }
        sample.draw(scene, [x, y - 4.5]);
        let below = scene.paragraph(&Text { x: x + WIDTH + 6.0, y, ..entry.clone() }, room);
        if entry.width() > room {
            // It took lines of its own.
            y = below - line_height(entry.size);
            x = scene.width;
        } else {
            x += WIDTH + 6.0 + entry.width() + 18.0;
        }
    }
    y + 9.0
}

impl Sample {
    fn draw(self, scene: &mut Scene, [x, y]: [f64; 2]) {
        let middle = [x + WIDTH / 2.0, y];
        let across = |scene: &mut Scene, role, width, dash| {
            scene.marks.push(Mark::line([x, y], [x + WIDTH, y]).stroke(role, width).dash(dash));
        };
        match self {
            Self::Sign(which) => scene.marks.push(sign(which, middle, 5.0)),
            Self::Line(which) => {
                across(scene, Role::SEVERAL[which % 4], 2.2, dash(which));
                scene.marks.push(sign(which, middle, 4.5));
            }
            Self::Interval => {
                across(scene, Role::First, 2.0, "");
                scene.marks.push(sign(0, middle, 5.0));
            }
            Self::Level => level(scene, middle[0], y - 7.0, y + 7.0),
            Self::Enough => enough(scene, middle[0], y - 7.0, y + 7.0),
            Self::Reference => scene
                .marks
                .push(Mark::line([middle[0], y - 7.0], [middle[0], y + 7.0]).stroke(Role::Edge, 1.5).dash("1.5 2.5")),
            Self::Band => {
                scene.marks.push(Mark::rect(x, y - 6.0, WIDTH, 12.0).fill(Role::Band));
                let edge = |y: f64| Mark::line([x, y], [x + WIDTH, y]);
                scene.marks.push(edge(y - 6.0).stroke(Role::Ink, 1.5));
                scene.marks.push(edge(y + 6.0).stroke(Role::Ink, 1.2).dash("4 3"));
            }
            Self::Area(role) => {
                scene.marks.push(Mark::rect(x + 4.0, y - 6.0, WIDTH - 8.0, 12.0).fill(role).stroke(Role::Edge, 1.0));
            }
            Self::Lost => {
                let sample = Mark::rect(x, y - 6.0, WIDTH, 12.0).fill(Role::Track).stroke(Role::Edge, 1.0);
                scene.marks.push(sample.dash("3 2"));
            }
            Self::NotObserved => {
                let sample = Mark::rect(x, y - 6.0, WIDTH, 12.0).pattern(Fill::Dots).stroke(Role::Edge, 1.0);
                scene.marks.push(sample);
            }
            Self::Disc => scene.marks.push(Mark::circle(middle, 6.5).fill(Role::FirstMild).stroke(Role::First, 1.5)),
            Self::Absent(value) => absent(scene, value, middle),
        }
    }
}

/// The sign of one of several things.
pub(crate) fn sign(which: usize, at: [f64; 2], radius: f64) -> Mark {
    Mark::sign(which, at, radius).fill(Role::SEVERAL[which % 4]).stroke(Role::Paper, 1.2)
}

/// The tick of a level.
pub(crate) fn level(scene: &mut Scene, x: f64, top: f64, bottom: f64) {
    scene.marks.push(Mark::line([x, top], [x, bottom]).stroke(Role::Ink, 2.5));
}

/// The tick of the line from which a level is met.
pub(crate) fn enough(scene: &mut Scene, x: f64, top: f64, bottom: f64) {
    scene.marks.push(Mark::line([x, top], [x, bottom]).stroke(Role::Ink, 1.5).dash("3 2.2"));
}

/// What stands where no number is: a hatched square for what is not shown, a dash for what cannot be, an open circle with
/// a dot for what nobody knows.
pub(crate) fn absent(scene: &mut Scene, value: Value, at: [f64; 2]) {
    let [x, y] = at;
    match value {
        Value::Rate(_) | Value::Count(_) => {}
        Value::Hidden => {
            let square = Mark::rect(x - 6.0, y - 6.0, 12.0, 12.0).pattern(Fill::Hatch);
            scene.marks.push(square.stroke(Role::Edge, 1.0));
        }
        Value::NotApplicable => {
            scene.marks.push(Mark::line([x - 6.0, y], [x + 6.0, y]).stroke(Role::Edge, 1.5));
        }
        Value::Unknown => {
            scene.marks.push(Mark::circle(at, 5.5).fill(Role::Paper).stroke(Role::Edge, 1.2).dash("2 1.6"));
            scene.marks.push(Mark::circle(at, 1.2).fill(Role::Edge));
        }
    }
}

/// The entries for what is not a number among `values`.
pub(crate) fn absences(values: impl IntoIterator<Item = Value>) -> Vec<(Sample, String)> {
    let values: Vec<Value> = values.into_iter().collect();
    [Value::Hidden, Value::Unknown, Value::NotApplicable]
        .into_iter()
        .filter(|absent| values.contains(absent))
        .map(|absent| (Sample::Absent(absent), absent.why_not().unwrap_or_default().to_owned()))
        .collect()
}
