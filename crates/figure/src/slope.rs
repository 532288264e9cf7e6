use waymark_disclosure::{
    Released,
    shapes::{About, Line, Series, Value},
};

use crate::{
    Figure, Layout,
    bars::number,
    figure::{Form, Said},
    font::{self, Weight},
    key, labels, line,
    palette::Role,
    scale::Scale,
    scene::{Mark, SIZE, SMALL, Scene, Text, dash, line_height},
    table::Table,
    words,
};

/// The first and the last period side by side, with a line for each series from one to the other.
pub(crate) struct Slope<'a>(pub(crate) &'a Series);

impl<'a> Figure<'a> {
    /// How values changed from the first period to the last. Where the definition changed between them no line joins them.
    pub fn slope(released: &'a Released<Series>) -> Self {
        Self::of(Slope(released.content()))
    }
}

/// From a line's end to its label.
const GAP: f64 = 23.0;

impl Slope<'_> {
    fn ends(&self) -> Option<[usize; 2]> {
        Some([0, self.0.periods.len().checked_sub(1)?])
    }

    fn values(line: &Line, ends: [usize; 2]) -> [Value; 2] {
        ends.map(|at| line.values[at])
    }
}

impl Form for Slope<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn reach(&self) -> Option<f64> {
        Some(line::reach(self.0))
    }

    fn values(&self) -> Vec<(String, Value)> {
        line::named(self.0)
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let series = self.0;
        let mut scene = Scene::new(layout.width());
        let Some(ends) = self.ends() else { return scene };
        let names_width = if layout == Layout::Wide { 230.0 } else { 108.0 };
        let shown = series.lines.iter().flat_map(|line| Self::values(line, ends));
        let absences = key::absences(shown.clone());
        let top = if absences.is_empty() { 0.0 } else { key::draw(&mut scene, &absences, 0.0, 0.0) + 8.0 };
        let values = |side: usize| series.lines.iter().map(move |line| words::short(Self::values(line, ends)[side]));
        let width =
            |side: usize| values(side).map(|words| font::width(&words, SIZE, Weight::Strong)).fold(0.0, f64::max);
        let names: Vec<Vec<String>> =
            series.lines.iter().map(|line| font::wrap(&line.name, SIZE, Weight::Regular, names_width)).collect();
        let names_width =
            names.iter().flatten().map(|line| font::width(line, SIZE, Weight::Regular)).fold(0.0, f64::max);
        let heads = ends.map(|at| Text::new(0.0, top + SMALL, series.periods[at].as_str()).small().quiet());
        let left = width(0).max(heads[0].width()) + GAP;
        let right = scene.width - names_width - 10.0 - width(1).max(heads[1].width()) - GAP;
        let [first, last] = heads;
        scene.texts.push(Text { x: left - GAP, ..first.end() });
        scene.texts.push(Text { x: right + GAP, ..last });

        let top = top + SMALL + 18.0;
        let heights: Vec<f64> = names.iter().map(|name| name.len() as f64 * line_height(SIZE) + 4.0).collect();
        let height = heights.iter().sum::<f64>().max(if layout == Layout::Wide { 220.0 } else { 200.0 });
        let bottom = top + height;
        let unit = line::unit(series);
        let scale = Scale::new(unit, reach.unwrap_or(line::reach(series)), 4, bottom, top);
        let place = |value: Value| number(value).map(|number| scale.at(number));
        for x in [left, right] {
            scene.back.push(Mark::line([x, top], [x, bottom]).stroke(Role::Rule, 1.0));
        }
        for (which, one) in series.lines.iter().enumerate() {
            let [from, to] = Self::values(one, ends).map(place);
            if let (Some(from), Some(to)) = (from, to)
                && line::compare(series, ends[0], ends[1])
            {
                let line = Mark::line([left, from], [right, to]).stroke(Role::SEVERAL[which % 4], 2.2);
                scene.marks.push(line.dash(dash(which)));
            }
        }
        for (which, one) in series.lines.iter().enumerate() {
            for (x, value) in [left, right].into_iter().zip(Self::values(one, ends)) {
                if let Some(y) = place(value) {
                    scene.marks.push(key::sign(which, [x, y], 4.5));
                }
            }
        }
        // What is no number is written below the numbers.
        let at = |value: Value| place(value).unwrap_or(bottom);
        for side in [0, 1] {
            let wanted: Vec<f64> = series.lines.iter().map(|line| at(Self::values(line, ends)[side])).collect();
            let single = vec![line_height(SIZE); heights.len()];
            let heights = if side == 0 { &single } else { &heights };
            let middles = labels::spread(&wanted, heights, top - 8.0, bottom + 8.0);
            for (((middle, wanted), words), name) in middles.into_iter().zip(wanted).zip(values(side)).zip(&names) {
                let base = middle + 4.5;
                // A label that had to move is led to.
                if (middle - wanted).abs() > 3.0 {
                    let (from, to) =
                        if side == 0 { (left - 8.0, left - GAP + 4.0) } else { (right + 8.0, right + GAP - 4.0) };
                    scene.marks.push(Mark::line([from, wanted], [to, middle]).stroke(Role::Edge, 1.0));
                }
                if side == 0 {
                    scene.texts.push(Text::new(left - GAP, base, words).end().strong());
                    continue;
                }
                scene.texts.push(Text::new(right + GAP, base, words).strong());
                let first = base - name.len().saturating_sub(1) as f64 * line_height(SIZE) / 2.0;
                for (at, words) in name.iter().enumerate() {
                    let x = scene.width - names_width;
                    scene.texts.push(Text::new(x, first + at as f64 * line_height(SIZE), words.as_str()));
                }
            }
        }
        scene.height = bottom + 16.0;
        for change in &series.breaks {
            let period = series.periods.get(change.before).map_or("", String::as_str);
            let why = change.why.trim_end_matches('.');
            let words = format!("Another definition from {period} on: {why}. No line joins what does not compare.");
            let end = scene.paragraph(&Text::new(0.0, scene.height + SMALL, words).small().quiet(), layout.width());
            scene.height = end - SMALL + 2.0;
        }
        scene
    }

    fn words(&self) -> Said {
        line::words(self.0)
    }

    fn table(&self) -> Table {
        line::table(self.0)
    }
}
