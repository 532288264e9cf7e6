use waymark_disclosure::{
    Percent, Released,
    shapes::{About, SideRow, Sides, Value},
};

use crate::{
    Figure, Layout,
    figure::{Form, Said},
    frame::{Entry, Frame},
    key::{self, Sample},
    palette::Role,
    scale::{Scale, Unit},
    scene::{Mark, Scene, Text},
    table::Table,
    words,
};

/// A bar for each row that begins at a middle line: answers of one side to its left, of the other to its right.
pub(crate) struct DivergingBars<'a>(pub(crate) &'a Sides);

impl<'a> Figure<'a> {
    /// Answers that lean to one side or the other, from a middle line.
    pub fn sides(released: &'a Released<Sides>) -> Self {
        Self::of(DivergingBars(released.content()))
    }
}

impl DivergingBars<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.rows.iter().flat_map(|row| row.shares.iter().copied())
    }

    /// The sum of the shares of each side; none where one is not a number.
    fn totals(&self, row: &SideRow) -> Option<[Percent; 2]> {
        let (left, right) = row.shares.split_at_checked(self.0.left.len())?;
        let total = |shares: &[Value]| -> Option<i128> {
            shares.iter().map(|share| share.percent().map(|percent| percent.0)).sum()
        };
        Some([Percent(total(left)?), Percent(total(right)?)])
    }

    /// The colour of the answer of a side that is `from_middle`-th from the middle of `all`: strong at the end.
    fn look(left: bool, from_middle: usize, all: usize) -> (Role, Role) {
        match (left, from_middle + 1 == all) {
            (true, true) => (Role::Second, Role::OnDark),
            (true, false) => (Role::SecondMild, Role::Ink),
            (false, true) => (Role::First, Role::OnDark),
            (false, false) => (Role::FirstMild, Role::Ink),
        }
    }

    fn looks(&self) -> Vec<(Role, Role)> {
        let Sides { left, right, .. } = self.0;
        let lefts = (0..left.len()).rev().map(|at| Self::look(true, at, left.len()));
        let rights = (0..right.len()).map(|at| Self::look(false, at, right.len()));
        lefts.chain(rights).collect()
    }
}

impl Form for DivergingBars<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn reach(&self) -> Option<f64> {
        let totals = self.0.rows.iter().filter_map(|row| self.totals(row));
        Some(totals.flatten().map(Percent::value).fold(0.0, f64::max))
    }

    fn values(&self) -> Vec<(String, Value)> {
        let rows = self.0.rows.iter();
        rows.flat_map(|row| row.shares.iter().map(|share| (row.name.clone(), *share))).collect()
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let Sides { left, right, rows, .. } = self.0;
        let mut scene = Scene::new(layout.width());
        let answers = left.iter().chain(right);
        let mut entries: Vec<_> =
            answers.zip(self.looks()).map(|(answer, (role, _))| (Sample::Area(role), answer.clone())).collect();
        entries.extend(key::absences(self.all()));
        let top = key::draw(&mut scene, &entries, 0.0, 0.0) + 10.0;
        let entries: Vec<Entry> = rows
            .iter()
            .map(|row| Entry {
                section: String::new(),
                name: row.name.clone(),
                value: match self.totals(row) {
                    Some([_, right]) => words::percent(right),
                    None => row
                        .shares
                        .iter()
                        .find(|share| share.why_not().is_some())
                        .copied()
                        .map(words::short)
                        .unwrap_or_default(),
                },
                beside: self
                    .totals(row)
                    .map(|[left, _]| format!("against {}", words::percent(left)))
                    .unwrap_or_default(),
            })
            .collect();
        let frame = Frame::new(&mut scene, layout, top, &entries);
        let middle = f64::midpoint(frame.from, frame.to);
        let most = if layout == Layout::Wide { 4 } else { 2 };
        let scale = Scale::new(Unit::Percent, reach.or(self.reach()).unwrap_or(100.0), most, middle, frame.to);
        let mut ticks = Vec::new();
        for number in scale.ticks() {
            let away = scale.at(number) - middle;
            ticks.push((middle + away, Unit::Percent.tick(number)));
            if away > 0.0 {
                ticks.push((middle - away, Unit::Percent.tick(number)));
            }
        }
        let looks = self.looks();
        for (row, y) in rows.iter().zip(&frame.rows) {
            let Some([left_total, _]) = self.totals(row) else {
                if let Some(absent) = row.shares.iter().find(|share| share.why_not().is_some()) {
                    key::absent(&mut scene, *absent, [middle, *y]);
                }
                continue;
            };
            let mut x = middle - (scale.at(left_total.value()) - middle);
            for (share, (role, ink)) in row.shares.iter().zip(&looks) {
                let Some(percent) = share.percent() else { continue };
                let width = scale.at(percent.value()) - middle;
                scene.marks.push(Mark::rect(x, y - 9.0, width, 18.0).fill(*role).stroke(Role::Edge, 0.8));
                let inside = Text::new(x + width / 2.0, y + 4.0, words::percent(percent)).middle().small().role(*ink);
                if inside.width() + 8.0 <= width {
                    scene.texts.push(inside);
                }
                x += width;
            }
        }
        scene.height = frame.ticks(&mut scene, &ticks, middle);
        scene
    }

    fn words(&self) -> Said {
        let Sides { right, rows, .. } = self.0;
        let side = words::list_or(right);
        let totals: Vec<(&str, Percent)> =
            rows.iter().filter_map(|row| Some((row.name.trim_end_matches('.'), self.totals(row)?[1]))).collect();
        let least = totals.iter().min_by_key(|total| total.1);
        let most = totals.iter().max_by_key(|total| total.1);
        let finding = match (least, most) {
            (Some(least), Some(most)) if least.1 != most.1 => format!(
                "{side}: from {} ({}) to {} ({}).",
                words::percent(least.1),
                least.0,
                words::percent(most.1),
                most.0
            ),
            (Some(only), _) => format!("{side}: {} ({}).", words::percent(only.1), only.0),
            _ => "No answer is shown.".to_owned(),
        };
        Said::new(finding).and(words::denominators(self.all(), self.0.about.counted)).and(words::absent(self.all()))
    }

    fn table(&self) -> Table {
        let Sides { left, right, rows, about } = self.0;
        let mut columns = vec!["Question"];
        columns.extend(left.iter().chain(right).map(String::as_str));
        let sides = [left, right].map(|side| words::list_or(side));
        columns.extend(sides.iter().map(String::as_str));
        columns.push("Answers");
        let mut table = Table::new(&about.title, &columns);
        for row in rows {
            let mut cells: Vec<String> = row.shares.iter().map(|share| words::value(*share)).collect();
            let absent = row.shares.iter().find(|share| share.why_not().is_some()).copied();
            let absent = absent.map(words::short).unwrap_or_default();
            match self.totals(row) {
                Some(totals) => cells.extend(totals.map(words::percent)),
                None => cells.extend([absent.clone(), absent.clone()]),
            }
            let answers = row.shares.iter().find_map(|share| match share {
                Value::Rate(estimate) => Some(estimate.rate.denominator),
                _ => None,
            });
            cells.push(answers.map_or(absent, waymark_disclosure::with_commas));
            table.push("", row.name.as_str(), cells);
        }
        table
    }
}
