use waymark_disclosure::{
    Percent, Released, Verdict,
    shapes::{About, Dot, Dots, Interval, Value},
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

/// A dot for each rate, its interval as a line, its level and the line from which it is met as ticks.
pub(crate) struct DotPlot<'a>(pub(crate) &'a Dots);

impl<'a> Figure<'a> {
    /// A dot for each rate with its interval, beside its level where one is set.
    pub fn dots(released: &'a Released<Dots>) -> Self {
        Self::of(DotPlot(released.content()))
    }
}

impl DotPlot<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.rows.iter().map(|row| row.value)
    }

    fn key(&self) -> Vec<(Sample, String)> {
        let Dots { rows, reference, line_percent, .. } = self.0;
        let intervals = rows.iter().any(|row| !words::interval(row.value).is_empty());
        let mut entries = vec![if intervals {
            (Sample::Interval, "rate with its 95% interval".to_owned())
        } else {
            (Sample::Sign(0), "rate".to_owned())
        }];
        if rows.iter().any(|row| row.target.is_some()) {
            entries.push((Sample::Level, "level".to_owned()));
            entries.push((Sample::Enough, format!("{line_percent}% of the level, from which it is met")));
        }
        if let Some((name, value)) = reference
            && value.percent().is_some()
        {
            entries.push((Sample::Reference, format!("{name}, {}", words::value(*value))));
        }
        entries.extend(key::absences(self.all()));
        entries
    }
}

/// Where a rate is against its level, in words.
fn standing(value: Value, level: Percent, line: Percent) -> &'static str {
    match value.percent() {
        None => "",
        Some(rate) if rate >= level => "at or above the level",
        Some(rate) if rate >= line => "met: at or above the line",
        Some(_) => "not met: below the line",
    }
}

/// Who differs from all: by more than chance where that was asked, else those whose interval does not hold the rate of
/// all. In the order of the rows.
fn apart(rows: &[Dot], whole: Percent) -> String {
    let judged = rows.iter().any(|row| row.verdict.is_some());
    let known = rows.iter().filter_map(|row| match row.value {
        Value::Rate(estimate) => Some((row, estimate.rate.percent()?, estimate.interval?)),
        _ => None,
    });
    let known: Vec<_> = known.collect();
    let is_apart = |(row, _, interval): &&(&Dot, Percent, Interval)| match row.verdict {
        Some(verdict) => matches!(verdict, Verdict::Below | Verdict::Above),
        None => !judged && (whole < interval.low || interval.high < whole),
    };
    let apart: Vec<String> = known
        .iter()
        .filter(is_apart)
        .map(|(row, rate, _)| {
            let side = if *rate < whole { "below" } else { "above" };
            format!("{} ({} {side})", row.name, words::size_of(Percent(rate.0 - whole.0)))
        })
        .collect();
    match (known.len(), apart.is_empty(), judged) {
        (0, ..) => String::new(),
        (_, true, true) => "No difference is more than chance.".to_owned(),
        (_, true, false) => "Every interval shown holds it.".to_owned(),
        (_, false, true) => format!("More than chance: {}.", apart.join("; ")),
        (_, false, false) => format!("Their intervals do not hold it: {}.", apart.join("; ")),
    }
}

impl Form for DotPlot<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn reach(&self) -> Option<f64> {
        let ends = self.0.rows.iter().flat_map(|row| {
            let high = match row.value {
                Value::Rate(estimate) => estimate.interval.map(|interval| interval.high),
                _ => None,
            };
            [row.value.percent(), high, row.target.map(|target| target.level)]
        });
        let reference = self.0.reference.as_ref().and_then(|(_, value)| value.percent());
        Some(ends.flatten().chain(reference).map(Percent::value).fold(0.0, f64::max))
    }

    fn values(&self) -> Vec<(String, Value)> {
        self.0.rows.iter().map(|row| (row.name.clone(), row.value)).collect()
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let mut scene = Scene::new(layout.width());
        let top = key::draw(&mut scene, &self.key(), 0.0, 0.0) + 10.0;
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
        let reach = reach.or(self.reach()).unwrap_or(100.0);
        let scale = Scale::new(Unit::Percent, reach, most, frame.from, frame.to);
        if let Some(rate) = self.0.reference.as_ref().and_then(|(_, value)| value.percent()) {
            frame.across(&mut scene, scale.at(rate.value()), |mark| mark.stroke(Role::Edge, 1.5).dash("1.5 2.5"));
        }
        for (row, middle) in self.0.rows.iter().zip(&frame.rows) {
            let middle = *middle;
            if let Some(target) = row.target {
                key::level(&mut scene, scale.at(target.level.value()), middle - 10.0, middle + 10.0);
                key::enough(&mut scene, scale.at(target.line.value()), middle - 10.0, middle + 10.0);
            }
            let Value::Rate(estimate) = row.value else {
                key::absent(&mut scene, row.value, [frame.from + 7.0, middle]);
                continue;
            };
            if let Some(interval) = estimate.interval {
                let [low, high] = [interval.low, interval.high].map(|end| scale.at(end.value()));
                scene.marks.push(Mark::line([low, middle], [high, middle]).stroke(Role::First, 2.0));
                for end in [low, high] {
                    scene.marks.push(Mark::line([end, middle - 4.0], [end, middle + 4.0]).stroke(Role::First, 1.5));
                }
            }
            if let Some(rate) = row.value.percent() {
                scene.marks.push(key::sign(0, [scale.at(rate.value()), middle], 5.5));
            }
        }
        scene.height = frame.scale(&mut scene, &scale, Unit::Percent);
        scene
    }

    fn words(&self) -> Said {
        let Dots { rows, reference, .. } = self.0;
        let whole = reference.as_ref().and_then(|(name, value)| Some((name, value.percent()?)));
        let mut said = if let Some((name, whole)) = whole {
            let reach = words::reach(rows.iter().map(|row| row.value));
            let reach = reach.map_or_else(|| "No rate is shown.".to_owned(), |reach| format!("{reach}."));
            Said::new(reach).and(format!("{name}: {}.", words::percent(whole))).and(apart(rows, whole))
        } else {
            let range = words::range(rows.iter().map(|row| (row.name.as_str(), row.value)));
            Said::new(range.map_or_else(|| "No rate is shown.".to_owned(), |range| format!("{range}.")))
        };
        let held = rows.iter().filter_map(|row| Some(row.value.percent()? >= row.target?.line));
        let held: Vec<bool> = held.collect();
        if !held.is_empty() {
            let met = held.iter().filter(|met| **met).count();
            let verb = if met == 1 { "meets" } else { "meet" };
            said = said.and(format!("{met} of {} that are held to a level {verb} it.", held.len()));
        }
        said.and(words::denominators(self.all(), self.0.about.counted)).and(words::absent(self.all()))
    }

    fn table(&self) -> Table {
        let about = &self.0.about;
        let held = self.0.rows.iter().any(|row| row.target.is_some());
        let mut columns = vec!["Name", "Rate", about.counted[1], "95% interval"];
        let enough = format!("{}% line", self.0.line_percent);
        if held {
            columns.extend(["Level", enough.as_str(), "Standing"]);
        }
        let mut table = Table::new(&about.title, &columns);
        if held {
            table.of_words.push(6);
        }
        table.before = usize::from(self.0.reference.is_some());
        let reference = self.0.reference.iter().map(|(name, value)| ("", name, *value, None));
        let rows = self.0.rows.iter().map(|row| (row.section.as_str(), &row.name, row.value, row.target));
        for (section, name, value, target) in reference.chain(rows) {
            let mut cells = vec![words::value(value), words::of(value), words::interval(value)];
            if held {
                match target {
                    Some(target) => {
                        cells.extend([target.level, target.line].map(words::percent));
                        cells.push(standing(value, target.level, target.line).to_owned());
                    }
                    None => cells.extend(["none set", "none", "no level"].map(str::to_owned)),
                }
            }
            table.push(section, name.as_str(), cells);
        }
        table
    }
}
