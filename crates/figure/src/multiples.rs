use waymark_disclosure::shapes::{About, Value};

use crate::{
    Figure, Layout,
    figure::{Form, Said},
    scene::{Part, Scene, Text, line_height},
    table::Table,
    words,
};

/// Pictures of one form side by side, on one scale.
pub(crate) struct Multiples<'a> {
    about: About,
    panels: Vec<(String, Figure<'a>)>,
}

/// The size of the heading of a panel.
const HEAD: f64 = 15.0;

impl<'a> Figure<'a> {
    /// Figures of one form side by side on one scale, each with a heading, in the order given: two on a page, one on a phone.
    pub fn multiples(about: About, panels: Vec<(String, Figure<'a>)>) -> Self {
        Self::of(Multiples { about, panels })
    }
}

impl Form for Multiples<'_> {
    fn about(&self) -> &About {
        &self.about
    }

    fn reach(&self) -> Option<f64> {
        self.panels.iter().filter_map(|(_, panel)| panel.form.reach()).reduce(f64::max)
    }

    fn values(&self) -> Vec<(String, Value)> {
        let panels = self.panels.iter();
        panels
            .flat_map(|(name, panel)| {
                panel.form.values().into_iter().map(move |(of, value)| (format!("{name}: {of}"), value))
            })
            .collect()
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let mut scene = Scene::new(layout.width());
        let reach = reach.or(self.reach());
        let in_row = if layout == Layout::Wide { 2 } else { 1 };
        let width = Layout::Narrow.width();
        let mut top = 0.0;
        for row in self.panels.chunks(in_row) {
            let mut heads_end: f64 = top;
            for (at, (name, _)) in row.iter().enumerate() {
                let x = at as f64 * (scene.width - width);
                let head = Text { size: HEAD, ..Text::new(x, top + HEAD, name.as_str()).strong() };
                let end = scene.paragraph(&head, width);
                heads_end = heads_end.max(end - line_height(HEAD) + 12.0);
            }
            let mut bottom = heads_end;
            for (at, (_, panel)) in row.iter().enumerate() {
                let part = panel.form.scene(Layout::Narrow, reach);
                let x = at as f64 * (scene.width - width);
                bottom = bottom.max(heads_end + part.height);
                scene.parts.push(Part { x, y: heads_end, scene: part });
            }
            top = bottom + 30.0;
        }
        scene.height = (top - 30.0).max(0.0);
        scene
    }

    fn words(&self) -> Said {
        let values = self.values();
        let range = words::range(values.iter().map(|(name, value)| (name.as_str(), *value)));
        let mut said = Said::new(range.map_or_else(|| "No value is shown.".to_owned(), |range| format!("{range}.")));
        // Of more panels nobody reads all the findings; the table has the numbers.
        if self.panels.len() <= 4 {
            for (name, panel) in &self.panels {
                said = said.and(format!("{name}: {}", panel.form.words().finding));
            }
        }
        said.and(words::absent(values.into_iter().map(|(_, value)| value)))
    }

    fn table(&self) -> Table {
        let mut all = Table { caption: self.about.title.clone(), ..Table::default() };
        for (name, panel) in &self.panels {
            let table = panel.form.table();
            if all.columns.is_empty() {
                all.columns = table.columns;
                all.of_words = table.of_words;
            }
            for section in table.sections {
                let heading = if section.name.is_empty() { name.clone() } else { format!("{name}: {}", section.name) };
                for row in section.rows {
                    all.push(&heading, row.head, row.cells);
                }
            }
        }
        all
    }
}
