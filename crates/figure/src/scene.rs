//! What a picture shows, before it is written as SVG: marks and texts at places, with a role in the palette each.

use crate::{
    font::{self, Weight},
    palette::Role,
};

/// The size of text, in the unit of the picture.
pub(crate) const SIZE: f64 = 13.0;
/// The size of text that stands back: scales and notes.
pub(crate) const SMALL: f64 = 12.0;

/// A picture: what lies behind, marks, texts above them, and pictures within it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) back: Vec<Mark>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) texts: Vec<Text>,
    pub(crate) parts: Vec<Part>,
}

/// A picture within a picture, moved to a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) scene: Scene,
}

/// Something drawn that is not text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) shape: Shape,
    pub(crate) fill: Option<Fill>,
    pub(crate) stroke: Option<Stroke>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Rect { x: f64, y: f64, width: f64, height: f64, radius: f64 },
    Line { from: [f64; 2], to: [f64; 2] },
    Circle { at: [f64; 2], radius: f64 },
    Path(Vec<Step>),
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Move([f64; 2]),
    Line([f64; 2]),
    Curve([f64; 2], [f64; 2], [f64; 2]),
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    Of(Role),
    /// Slanted lines: what is not shown.
    Hatch,
    /// Dots: what is not observed.
    Dots,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) role: Role,
    pub(crate) width: f64,
    /// Lengths of dashes and gaps; empty for a line without gaps.
    pub(crate) dash: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text. `y` is its base line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) anchor: Anchor,
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) role: Role,
    /// Whether it has a rim in the colour of the ground, because it lies above marks.
    pub(crate) rim: bool,
    pub(crate) words: String,
}

impl Text {
    pub(crate) fn new(x: f64, y: f64, words: impl Into<String>) -> Self {
        let (anchor, weight) = (Anchor::Start, Weight::Regular);
        Self { x, y, anchor, size: SIZE, weight, role: Role::Ink, rim: false, words: words.into() }
    }

    pub(crate) fn middle(mut self) -> Self {
        self.anchor = Anchor::Middle;
        self
    }

    pub(crate) fn end(mut self) -> Self {
        self.anchor = Anchor::End;
        self
    }

    pub(crate) fn strong(mut self) -> Self {
        self.weight = Weight::Strong;
        self
    }

    pub(crate) fn quiet(mut self) -> Self {
        self.role = Role::Quiet;
        self
    }

    pub(crate) fn small(mut self) -> Self {
        self.size = SMALL;
        self
    }
    pub(crate) fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    pub(crate) fn rim(mut self) -> Self {
        self.rim = true;
        self
    }

    pub(crate) fn width(&self) -> f64 {
        font::width(&self.words, self.size, self.weight)
    }
    /// Left, top, right and bottom of what is drawn. Capitals are 0.72 of the size high, the deepest letters 0.22 below.
    pub(crate) fn area(&self) -> [f64; 4] {
        let width = self.width();
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - width / 2.0,
            Anchor::End => self.x - width,
        };
        [left, self.y - 0.76 * self.size, left + width, self.y + 0.22 * self.size]
    }
}

impl Mark {
    pub(crate) fn rect(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { shape: Shape::Rect { x, y, width, height, radius: 0.0 }, fill: None, stroke: None }
    }

    pub(crate) fn line(from: [f64; 2], to: [f64; 2]) -> Self {
        Self { shape: Shape::Line { from, to }, fill: None, stroke: None }
    }

    pub(crate) fn circle(at: [f64; 2], radius: f64) -> Self {
        Self { shape: Shape::Circle { at, radius }, fill: None, stroke: None }
    }

    pub(crate) fn path(steps: Vec<Step>) -> Self {
        Self { shape: Shape::Path(steps), fill: None, stroke: None }
    }

    /// A closed line through points.
    pub(crate) fn polygon(points: &[[f64; 2]]) -> Self {
        let mut steps: Vec<Step> = points.iter().map(|at| Step::Line(*at)).collect();
        if let Some(first) = steps.first_mut() {
            *first = Step::Move(points[0]);
        }
        steps.push(Step::Close);
        Self::path(steps)
    }

    /// The sign of the thing told apart as number `which`: a disc, a square, a diamond, a triangle, all about as large.
    pub(crate) fn sign(which: usize, at: [f64; 2], radius: f64) -> Self {
        let [x, y] = at;
        let r = radius;
        match which % 4 {
            0 => Self::circle(at, r),
            1 => Self::rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
            2 => Self::polygon(&[[x, y - 1.3 * r], [x + 1.3 * r, y], [x, y + 1.3 * r], [x - 1.3 * r, y]]),
            _ => Self::polygon(&[[x, y - 1.2 * r], [x + 1.2 * r, y + r], [x - 1.2 * r, y + r]]),
        }
    }

    pub(crate) fn fill(mut self, role: Role) -> Self {
        self.fill = Some(Fill::Of(role));
        self
    }

    pub(crate) fn pattern(mut self, fill: Fill) -> Self {
        self.fill = Some(fill);
        self
    }

    pub(crate) fn stroke(mut self, role: Role, width: f64) -> Self {
        self.stroke = Some(Stroke { role, width, dash: "" });
        self
    }

    pub(crate) fn dash(mut self, dash: &'static str) -> Self {
        if let Some(stroke) = &mut self.stroke {
            stroke.dash = dash;
        }
        self
    }
}

/// The dash of the line of the thing told apart as number `which`.
pub(crate) fn dash(which: usize) -> &'static str {
    ["", "7 4", "2 4", "10 3 2 3"][which % 4]
}

impl Scene {
    pub(crate) fn new(width: f64) -> Self {
        Self { width, ..Self::default() }
    }

    /// Lines of a text from `y` on, at most `most` wide; returns the base line of the line after the last.
    pub(crate) fn paragraph(&mut self, first: &Text, most: f64) -> f64 {
        let mut y = first.y;
        for words in font::wrap(&first.words, first.size, first.weight, most) {
            self.texts.push(Text { y, words, ..first.clone() });
            y += line_height(first.size);
        }
        y
    }

    /// All texts, with those of the parts where they are.
    #[cfg(test)]
    pub(crate) fn all_texts(&self) -> Vec<Text> {
        let mut texts = self.texts.clone();
        for part in &self.parts {
            texts.extend(part.scene.all_texts().into_iter().map(|mut text| {
                text.x += part.x;
                text.y += part.y;
                text
            }));
        }
        texts
    }

    /// What is wrong with how it is laid out: texts that overlap or leave the picture.
    #[cfg(test)]
    pub(crate) fn faults(&self) -> Vec<String> {
        let texts: Vec<(String, [f64; 4])> =
            self.all_texts().into_iter().map(|text| (text.words.clone(), text.area())).collect();
        let mut faults = Vec::new();
        for (at, (words, area @ [left, top, right, bottom])) in texts.iter().enumerate() {
            if *left < -0.01 || *top < -0.01 || *right > self.width + 0.01 || *bottom > self.height + 0.01 {
                faults.push(format!("`{words}` leaves the picture: {area:?}"));
            }
            for (other, [other_left, other_top, other_right, other_bottom]) in &texts[at + 1..] {
                let beside = right <= other_left || other_right <= left;
                let above = bottom <= other_top || other_bottom <= top;
                if !beside && !above {
                    faults.push(format!("`{words}` and `{other}` overlap"));
                }
            }
        }
        faults
    }
}

/// From one line of text to the next.
pub(crate) fn line_height(size: f64) -> f64 {
    (size * 1.32).round()
}
