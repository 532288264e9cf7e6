use waymark_disclosure::{
    Released,
    shapes::{About, Grid, Value},
};

use crate::{
    Figure, Layout,
    bars::number,
    figure::{Form, Said},
    font::{self, Weight},
    key::{self, Sample},
    palette::Role,
    scene::{Fill, Mark, SIZE, SMALL, Scene, Text, line_height},
    table::Table,
    words,
};

/// A cell for each rate, the darker the higher, with the rate written in it.
pub(crate) struct HeatTable<'a>(pub(crate) &'a Grid);

impl<'a> Figure<'a> {
    /// Rates by two things at once, shaded by the fifth of 0 to 100 percent in which they lie.
    pub fn heat(released: &'a Released<Grid>) -> Self {
        Self::of(HeatTable(released.content()))
    }
}

/// The key of shades.
pub(crate) fn fifths() -> Vec<(Sample, String)> {
    let fifth = |from: u32| {
        let (role, _) = Role::fifth(f64::from(from) / 100.0);
        let to = if from == 80 { "to 100%".to_owned() } else { format!("to below {}%", from + 20) };
        (Sample::Area(role), format!("{from}% {to}"))
    };
    [0, 20, 40, 60, 80].map(fifth).to_vec()
}

impl HeatTable<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.rows.iter().flat_map(|row| row.cells.iter().copied())
    }

    /// A value as a share of the scale of shades: of 100 percent, or of the largest count.
    fn shade(&self, value: Value) -> Option<f64> {
        match value {
            Value::Count(_) => {
                let most = self.all().filter_map(Value::count).max().unwrap_or(1).max(1);
                number(value).map(|count| count / most as f64)
            }
            value => value.percent().map(|percent| percent.value() / 100.0),
        }
    }

    fn cell(&self, scene: &mut Scene, value: Value, [x, y, width, height]: [f64; 4]) {
        let cell = Mark::rect(x + 1.0, y + 1.0, width - 2.0, height - 2.0);
        let middle = [x + width / 2.0, y + height / 2.0];
        match (value, self.shade(value)) {
            (_, Some(shade)) => {
                let (ground, ink) = Role::fifth(shade);
                scene.marks.push(cell.fill(ground));
                scene.texts.push(Text::new(middle[0], middle[1] + 4.5, words::value(value)).middle().role(ink));
            }
            (Value::Hidden, _) => scene.marks.push(cell.pattern(Fill::Hatch).stroke(Role::Rule, 1.0)),
            _ => {
                scene.marks.push(cell.stroke(Role::Rule, 1.0));
                key::absent(scene, value, middle);
            }
        }
    }
}

impl Form for HeatTable<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn values(&self) -> Vec<(String, Value)> {
        let Grid { rows, columns, .. } = self.0;
        rows.iter()
            .flat_map(|row| {
                let cells = row.cells.iter().zip(columns);
                cells.map(move |(value, column)| (format!("{}, {column}", row.name), *value))
            })
            .collect()
    }

    fn scene(&self, layout: Layout, _: Option<f64>) -> Scene {
        let grid = self.0;
        let mut scene = Scene::new(layout.width());
        let room = |names: f64| layout.width() - names;
        let mut entries = if self.all().any(|value| value.percent().is_some()) { fifths() } else { Vec::new() };
        entries.extend(key::absences(self.all()));
        let mut top = key::draw(&mut scene, &entries, 0.0, 0.0) + 10.0;
        let names = match layout {
            Layout::Wide => grid
                .rows
                .iter()
                .flat_map(|row| font::wrap(&row.name, SIZE, Weight::Regular, 200.0))
                .map(|line| font::width(&line, SIZE, Weight::Regular) + 14.0)
                .fold(0.0, f64::max),
            Layout::Narrow => 0.0,
        };
        let widest = |of: f64, value: Value| match number(value) {
            Some(_) => of.max(font::width(&words::value(value), SIZE, Weight::Regular) + 10.0),
            None => of,
        };
        let words = grid.columns.iter().flat_map(|column| column.split_whitespace());
        let longest = words.map(|word| font::width(word, SMALL, Weight::Strong) + 7.0).fold(48.0, f64::max);
        let least = self.all().fold(longest.min(room(names)), widest);
        let room = room(names);
        // As many columns as there is room for; the others below them.
        let mut in_bank = 1;
        while in_bank < grid.columns.len() && (in_bank + 1) as f64 * least <= room {
            in_bank += 1;
        }
        let banks = grid.columns.len().div_ceil(in_bank);
        let in_bank = grid.columns.len().div_ceil(banks.max(1)).max(1);
        let width = (room / in_bank as f64).min(116.0);
        for (bank, columns) in grid.columns.chunks(in_bank).enumerate() {
            let heads: Vec<Vec<String>> =
                columns.iter().map(|column| font::wrap(column, SMALL, Weight::Strong, width - 6.0)).collect();
            let most = heads.iter().map(Vec::len).max().unwrap_or(0);
            let heads_end = top + most as f64 * line_height(SMALL);
            for (at, lines) in heads.iter().enumerate() {
                let x = names + (at as f64 + 0.5) * width;
                let first = heads_end - (lines.len() - 1) as f64 * line_height(SMALL) - 4.0;
                for (line, words) in lines.iter().enumerate() {
                    let y = first + line as f64 * line_height(SMALL);
                    scene.texts.push(Text::new(x, y, words.as_str()).middle().small().strong().quiet());
                }
            }
            top = heads_end + 4.0;
            for row in &grid.rows {
                let (cell_top, height) = match layout {
                    Layout::Wide => {
                        let lines = font::wrap(&row.name, SIZE, Weight::Regular, 200.0).len().max(1);
                        let height = (lines as f64 * line_height(SIZE) + 8.0).max(30.0);
                        let first = top + height / 2.0 + 4.5 - (lines - 1) as f64 * line_height(SIZE) / 2.0;
                        scene.paragraph(&Text::new(0.0, first, row.name.as_str()), 200.0);
                        (top, height)
                    }
                    Layout::Narrow => {
                        let name = Text::new(0.0, top + SIZE + 3.0, row.name.as_str());
                        let end = scene.paragraph(&name, layout.width());
                        (end - SIZE + 2.0, 28.0)
                    }
                };
                let cells = row.cells.iter().skip(bank * in_bank).take(in_bank);
                for (at, value) in cells.enumerate() {
                    self.cell(&mut scene, *value, [names + at as f64 * width, cell_top, width, height]);
                }
                top = cell_top + height + if layout == Layout::Narrow { 4.0 } else { 0.0 };
            }
            top += 18.0;
        }
        scene.height = top - 14.0;
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
        let mut columns = vec![self.0.rows_are.as_str()];
        columns.extend(self.0.columns.iter().map(String::as_str));
        let mut table = Table::new(&self.0.about.title, &columns);
        for row in &self.0.rows {
            let cell = |value: &Value| match words::of(*value) {
                of if of.is_empty() => words::value(*value),
                of => format!("{} ({of})", words::value(*value)),
            };
            table.push("", row.name.as_str(), row.cells.iter().map(cell).collect());
        }
        table
    }
}
