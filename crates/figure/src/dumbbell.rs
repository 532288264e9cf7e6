use std::fmt::Write;

use waymark_disclosure::{
    Percent, Released, Verdict,
    shapes::{About, Pair, Pairs, Value},
};

use crate::{
    Figure, Layout,
    figure::{Form, Said},
    frame::{Entry, Frame},
    key::{self, Sample},
    palette::Role,
    scale::{Scale, Unit},
    scene::{Mark, Scene},
    table::Table,
    words,
};

/// Two signs on a line for each pair, as far apart as the gap is wide.
pub(crate) struct Dumbbell<'a>(pub(crate) &'a Pairs);

impl<'a> Figure<'a> {
    /// Two rates for each of several things, and the gap between them.
    pub fn gaps(released: &'a Released<Pairs>) -> Self {
        Self::of(Dumbbell(released.content()))
    }
}

/// The second rate less the first.
fn gap(pair: &Pair) -> Option<Percent> {
    let [first, second] = pair.values.map(Value::percent);
    Some(Percent(second?.0 - first?.0))
}

impl Dumbbell<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.rows.iter().flat_map(|row| row.values)
    }

    /// Why there is no gap.
    fn no_gap(pair: &Pair) -> String {
        let absent = pair.values.into_iter().find(|value| value.why_not().is_some());
        absent.map(words::short).unwrap_or_default()
    }

    /// What is said of a gap.
    fn told(&self, pair: &Pair, gap: Percent) -> String {
        let [first, second] = &self.0.sides;
        let [from, to] = pair.values.map(words::value);
        let direction = if gap.0 < 0 { "less" } else { "more" };
        format!("{}: {second} {to}, {first} {from}, {} {direction}", pair.name, words::size_of(gap))
    }

    /// The gaps that are more than chance, in the order of the rows, and how many are not.
    fn beyond_chance(&self, gaps: &[(&Pair, Percent)]) -> String {
        let count = |verdicts: &[Verdict]| {
            gaps.iter().filter(|(row, _)| row.verdict.is_some_and(|verdict| verdicts.contains(&verdict))).count()
        };
        let beyond = gaps.iter().filter(|(row, _)| matches!(row.verdict, Some(Verdict::Below | Verdict::Above)));
        let beyond: Vec<String> = beyond.map(|(row, gap)| self.told(row, *gap)).collect();
        let mut said = if beyond.is_empty() {
            "No gap is more than chance.".to_owned()
        } else {
            format!("More than chance: {}.", beyond.join("; "))
        };
        let rest = [(count(&[Verdict::Chance]), "within chance"), (count(&[Verdict::TooFew]), "of too few to say")];
        let rest = rest.iter().filter(|(count, _)| *count > 0);
        let rest: Vec<String> =
            rest.map(|(count, what)| format!("{count} {} {what}", if *count == 1 { "is" } else { "are" })).collect();
        if !rest.is_empty() {
            let _ = write!(said, " Of {} gaps, {}.", gaps.len(), words::list(&rest));
        }
        said
    }
}

impl Form for Dumbbell<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn reach(&self) -> Option<f64> {
        Some(self.all().filter_map(Value::percent).map(Percent::value).fold(0.0, f64::max))
    }

    fn values(&self) -> Vec<(String, Value)> {
        self.0.rows.iter().flat_map(|row| row.values.map(|value| (row.name.clone(), value))).collect()
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let mut scene = Scene::new(layout.width());
        let mut entries: Vec<_> =
            self.0.sides.iter().enumerate().map(|(which, side)| (Sample::Sign(which), side.clone())).collect();
        entries.extend(key::absences(self.all()));
        let top = key::draw(&mut scene, &entries, 0.0, 0.0) + 10.0;
        let entries: Vec<Entry> = self
            .0
            .rows
            .iter()
            .map(|row| Entry {
                section: row.section.clone(),
                name: row.name.clone(),
                value: gap(row).map_or_else(|| Self::no_gap(row), words::points),
                beside: match row.values.map(Value::percent) {
                    [Some(first), Some(second)] => {
                        format!("{} to {}", words::percent(first), words::percent(second))
                    }
                    [Some(only), None] | [None, Some(only)] => words::percent(only),
                    [None, None] => String::new(),
                },
            })
            .collect();
        let frame = Frame::new(&mut scene, layout, top, &entries);
        let most = if layout == Layout::Wide { 5 } else { 4 };
        let reach = reach.or(self.reach()).unwrap_or(100.0);
        let scale = Scale::new(Unit::Percent, reach, most, frame.from, frame.to);
        for (row, middle) in self.0.rows.iter().zip(&frame.rows) {
            let middle = *middle;
            let places = row.values.map(|value| value.percent().map(|rate| scale.at(rate.value())));
            if let [Some(first), Some(second)] = places {
                scene.marks.push(Mark::line([first, middle], [second, middle]).stroke(Role::Edge, 3.0));
            }
            let absent: Vec<Value> = row.values.into_iter().filter(|value| value.why_not().is_some()).collect();
            for (at, value) in absent.into_iter().enumerate() {
                key::absent(&mut scene, value, [frame.from + 7.0 + 16.0 * at as f64, middle]);
            }
            for (which, place) in places.into_iter().enumerate() {
                if let Some(place) = place {
                    scene.marks.push(key::sign(which, [place, middle], 6.0));
                }
            }
        }
        scene.height = frame.scale(&mut scene, &scale, Unit::Percent);
        scene
    }

    fn words(&self) -> Said {
        let gaps: Vec<(&Pair, Percent)> = self.0.rows.iter().filter_map(|row| Some((row, gap(row)?))).collect();
        let [first, second] = &self.0.sides;
        let judged = gaps.iter().any(|(row, _)| row.verdict.is_some());
        let finding = match words::widest(gaps.iter().copied()) {
            _ if judged => self.beyond_chance(&gaps),
            Some((row, gap)) => format!("The largest gap is in {}.", self.told(row, gap)),
            None if gaps.is_empty() => "No gap is shown.".to_owned(),
            None => format!("{second} and {first} are level everywhere."),
        };
        let mut said = Said::new(finding);
        if gaps.len() > 1 && !judged {
            let below = gaps.iter().filter(|(_, gap)| gap.0 < 0).count();
            let above = gaps.iter().filter(|(_, gap)| gap.0 > 0).count();
            said = said.and(format!("Of {} gaps, {below} are below zero and {above} above.", gaps.len()));
        }
        said.and(words::denominators(self.all(), self.0.about.counted)).and(words::absent(self.all()))
    }

    fn table(&self) -> Table {
        let about = &self.0.about;
        let [first, second] = &self.0.sides;
        let of = about.counted[1];
        let mut columns = vec!["Name", first, of, second, of, "Gap, percentage points"];
        let judged = self.0.rows.iter().any(|row| row.verdict.is_some());
        if judged {
            columns.push("Against chance");
        }
        let mut table = Table::new(&about.title, &columns);
        if judged {
            table.of_words.push(6);
        }
        for row in &self.0.rows {
            let [from, to] = row.values;
            let mut cells = vec![
                words::value(from),
                words::of(from),
                words::value(to),
                words::of(to),
                gap(row).map_or_else(|| Self::no_gap(row), words::signed),
            ];
            if judged {
                cells.push(row.verdict.map(Verdict::words).unwrap_or_default().to_owned());
            }
            table.push(&row.section, row.name.as_str(), cells);
        }
        table
    }
}
