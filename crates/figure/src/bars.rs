use waymark_disclosure::{
    Percent, Released,
    shapes::{About, Bars, Value},
};

use crate::{
    Figure, Layout,
    figure::{Form, Said},
    frame::{Entry, Frame},
    key,
    palette::Role,
    scale::{Scale, Unit},
    scene::{Mark, Scene},
    table::Table,
    words,
};

/// A bar from zero for each value.
pub(crate) struct BarChart<'a>(pub(crate) &'a Bars);

impl<'a> Figure<'a> {
    /// Values of one kind as bars from zero.
    pub fn bars(released: &'a Released<Bars>) -> Self {
        Self::of(BarChart(released.content()))
    }
}

impl BarChart<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.rows.iter().map(|row| row.value)
    }

    fn unit(&self) -> Unit {
        if self.all().any(|value| value.count().is_some()) { Unit::People } else { Unit::Percent }
    }
}

/// A value as the scale counts it.
pub(crate) fn number(value: Value) -> Option<f64> {
    value.percent().map(Percent::value).or(value.count().map(|count| count as f64))
}

impl Form for BarChart<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn reach(&self) -> Option<f64> {
        Some(self.all().filter_map(number).fold(0.0, f64::max))
    }

    fn values(&self) -> Vec<(String, Value)> {
        self.0.rows.iter().map(|row| (row.name.clone(), row.value)).collect()
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let mut scene = Scene::new(layout.width());
        let absences = key::absences(self.all());
        let top = if absences.is_empty() { 0.0 } else { key::draw(&mut scene, &absences, 0.0, 0.0) + 10.0 };
        let entries: Vec<Entry> = self
            .0
            .rows
            .iter()
            .map(|row| Entry {
                section: row.section.clone(),
                name: row.name.clone(),
                value: words::short(row.value),
                beside: words::of(row.value),
            })
            .collect();
        let frame = Frame::new(&mut scene, layout, top, &entries);
        let most = if layout == Layout::Wide { 5 } else { 4 };
        let reach = reach.or(self.reach()).unwrap_or_default();
        let scale = Scale::new(self.unit(), reach, most, frame.from, frame.to);
        for (row, middle) in self.0.rows.iter().zip(&frame.rows) {
            match number(row.value) {
                Some(number) => {
                    // Zero is a line, not nothing.
                    let width = (scale.at(number) - frame.from).max(1.5);
                    scene.marks.push(Mark::rect(frame.from, middle - 8.0, width, 16.0).fill(Role::First));
                }
                None => key::absent(&mut scene, row.value, [frame.from + 9.0, *middle]),
            }
        }
        scene.height = frame.scale(&mut scene, &scale, self.unit());
        scene
    }

    fn words(&self) -> Said {
        let range = words::range(self.0.rows.iter().map(|row| (row.name.as_str(), row.value)));
        let finding = range.map_or_else(|| "No value is shown.".to_owned(), |range| format!("{range}."));
        Said::new(finding).and(words::denominators(self.all(), self.0.about.counted)).and(words::absent(self.all()))
    }

    fn table(&self) -> Table {
        let about = &self.0.about;
        let rates = self.unit() == Unit::Percent;
        let columns: &[&str] = if rates { &["Name", "Rate", about.counted[1]] } else { &["Name", about.counted[1]] };
        let mut table = Table::new(&about.title, columns);
        for row in &self.0.rows {
            let mut cells = vec![words::value(row.value)];
            if rates {
                cells.push(words::of(row.value));
            }
            table.push(&row.section, row.name.as_str(), cells);
        }
        table
    }
}
