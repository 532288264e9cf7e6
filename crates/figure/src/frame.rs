//! The frame of pictures with a row for each thing: its name, room for marks on a common scale, and its value in words.
//!
//! On a page the name is to the left of the marks and the value to the right, where nothing can lie on them. On a phone
//! both are above the marks.

use crate::{
    Layout,
    font::{self, Weight},
    palette::Role,
    scale::{Scale, Unit},
    scene::{Mark, SIZE, SMALL, Scene, Text, line_height},
};

/// A row in words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// The heading under which it stands.
    pub(crate) section: String,
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
    /// What stands back beside its value.
    pub(crate) beside: String,
}

/// Where marks go.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The left and the right end of the scale.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// The middle of the marks of each row.
    pub(crate) rows: Vec<f64>,
    /// Top and bottom of each strip that lines of the scale may cross.
    strips: Vec<[f64; 2]>,
    /// Where the rows end.
    pub(crate) bottom: f64,
}

/// The widest that names are before they are broken.
const NAME: f64 = 236.0;
/// Half the height of the marks of a row.
const HALF: f64 = 13.0;

impl Frame {
    /// Writes the rows from `top` on.
    pub(crate) fn new(scene: &mut Scene, layout: Layout, top: f64, entries: &[Entry]) -> Self {
        match layout {
            Layout::Wide => Self::wide(scene, top, entries),
            Layout::Narrow => Self::narrow(scene, top, entries),
        }
    }

    fn wide(scene: &mut Scene, top: f64, entries: &[Entry]) -> Self {
        let widest = |of: &dyn Fn(&Entry) -> f64| entries.iter().map(of).fold(0.0, f64::max);
        let names = widest(&|entry| {
            font::wrap(&entry.name, SIZE, Weight::Regular, NAME)
                .iter()
                .map(|line| font::width(line, SIZE, Weight::Regular))
                .fold(0.0, f64::max)
        });
        let beside = widest(&|entry| font::width(&entry.beside, SMALL, Weight::Regular));
        let values = widest(&|entry| font::width(&entry.value, SIZE, Weight::Strong));
        let values_end = scene.width - if beside > 0.0 { beside + 10.0 } else { 0.0 };
        // Room for half a tick label at both ends.
        let (from, to) = (names + 20.0, values_end - values - 20.0);
        let mut frame = Self { from, to, rows: Vec::new(), strips: Vec::new(), bottom: top };
        for (at, entry) in entries.iter().enumerate() {
            frame.heading(scene, entries, at);
            let lines = font::wrap(&entry.name, SIZE, Weight::Regular, NAME).len().max(1);
            let height = (lines as f64 * line_height(SIZE) + 8.0).max(2.0 * HALF + 2.0);
            let middle = frame.bottom + height / 2.0;
            let base = middle + 4.5;
            let first = base - (lines - 1) as f64 * line_height(SIZE) / 2.0;
            scene.paragraph(&Text::new(0.0, first, entry.name.as_str()), NAME);
            scene.texts.push(Text::new(values_end, base, entry.value.as_str()).end().strong());
            if !entry.beside.is_empty() {
                scene.texts.push(Text::new(scene.width, base, entry.beside.as_str()).end().small().quiet());
            }
            frame.strips.push([frame.bottom, frame.bottom + height]);
            frame.rows.push(middle);
            frame.bottom += height;
        }
        frame
    }

    fn narrow(scene: &mut Scene, top: f64, entries: &[Entry]) -> Self {
        let (from, to) = (17.0, scene.width - 17.0);
        let mut frame = Self { from, to, rows: Vec::new(), strips: Vec::new(), bottom: top };
        for (at, entry) in entries.iter().enumerate() {
            frame.heading(scene, entries, at);
            let beside = font::width(&entry.beside, SMALL, Weight::Regular);
            let value = font::width(&entry.value, SIZE, Weight::Strong);
            let gap = if beside > 0.0 { 8.0 } else { 0.0 };
            let name = font::width(&entry.name, SIZE, Weight::Regular);
            let mut base = frame.bottom + line_height(SIZE);
            if name + 14.0 + value + gap + beside > scene.width {
                base = scene.paragraph(&Text::new(0.0, base, entry.name.as_str()), scene.width);
            } else {
                scene.texts.push(Text::new(0.0, base, entry.name.as_str()));
            }
            scene.texts.push(Text::new(scene.width - beside - gap, base, entry.value.as_str()).end().strong());
            if beside > 0.0 {
                scene.texts.push(Text::new(scene.width, base, entry.beside.as_str()).end().small().quiet());
            }
            let strip = base + 6.0;
            frame.strips.push([strip, strip + 2.0 * HALF]);
            frame.rows.push(strip + HALF);
            frame.bottom = strip + 2.0 * HALF + 4.0;
        }
        frame
    }

    /// The heading of a section, before its first row.
    fn heading(&mut self, scene: &mut Scene, entries: &[Entry], at: usize) {
        let section = &entries[at].section;
        let goes_on = at > 0 && entries[at - 1].section == *section;
        if section.is_empty() || goes_on {
            return;
        }
        let above = if at > 0 { 12.0 } else { 0.0 };
        let base = self.bottom + above + line_height(SIZE);
        let end = scene.paragraph(&Text::new(0.0, base, section.as_str()).strong(), scene.width);
        self.bottom = end - line_height(SIZE) + 7.0;
    }

    /// Draws the lines of a scale behind the marks and its numbers below them, and returns where that ends.
    pub(crate) fn scale(&self, scene: &mut Scene, scale: &Scale, unit: Unit) -> f64 {
        let ticks: Vec<_> = scale.ticks().into_iter().map(|number| (scale.at(number), unit.tick(number))).collect();
        self.ticks(scene, &ticks, self.from)
    }

    /// Draws lines behind the marks with their numbers below, that of `zero` stronger, and returns where that ends.
    pub(crate) fn ticks(&self, scene: &mut Scene, ticks: &[(f64, String)], zero: f64) -> f64 {
        let base = self.bottom + 6.0 + SMALL;
        for (x, words) in ticks {
            let role = if (x - zero).abs() < 0.01 { Role::Edge } else { Role::Rule };
            self.across(scene, *x, |mark| mark.stroke(role, 1.0));
            scene.texts.push(Text::new(*x, base, words.as_str()).middle().small().quiet());
        }
        base + 5.0
    }

    /// A line down through all rows, behind the marks.
    pub(crate) fn across(&self, scene: &mut Scene, x: f64, look: impl Fn(Mark) -> Mark) {
        let mut strips = self.strips.iter().copied();
        let Some(mut strip) = strips.next() else { return };
        for next in strips {
            if (next[0] - strip[1]).abs() < 0.01 {
                strip[1] = next[1];
            } else {
                scene.back.push(look(Mark::line([x, strip[0]], [x, strip[1]])));
                strip = next;
            }
        }
        scene.back.push(look(Mark::line([x, strip[0]], [x, strip[1]])));
    }
}
