use waymark_disclosure::{
    Percent, Released,
    shapes::{About, Line, Series, Value},
};

use crate::{
    Figure, Layout,
    bars::number,
    figure::{Form, Said},
    font::{self, Weight},
    key::{self, Sample},
    labels,
    palette::Role,
    scale::{Scale, Unit},
    scene::{Mark, SIZE, SMALL, Scene, Step, Text, dash, line_height},
    table::Table,
    words,
};

/// A line for each series over the periods. It is interrupted where there is no number, and where a definition changed.
pub(crate) struct LineChart<'a>(pub(crate) &'a Series);

impl<'a> Figure<'a> {
    /// Values over periods, with the band between the level and the line from which it is met.
    pub fn lines(released: &'a Released<Series>) -> Self {
        Self::of(LineChart(released.content()))
    }
}

/// The values of a series.
pub(crate) fn values(series: &Series) -> impl Iterator<Item = Value> + '_ {
    series.lines.iter().flat_map(|line| line.values.iter().copied())
}

/// The values of a series with their names.
pub(crate) fn named(series: &Series) -> Vec<(String, Value)> {
    let lines = series.lines.iter();
    lines
        .flat_map(|line| {
            let values = series.periods.iter().zip(&line.values);
            values.map(|(period, value)| (format!("{}, {period}", line.name), *value))
        })
        .collect()
}

/// What its scale counts.
pub(crate) fn unit(series: &Series) -> Unit {
    if values(series).any(|value| value.count().is_some()) { Unit::People } else { Unit::Percent }
}

/// How far its scale has to reach.
pub(crate) fn reach(series: &Series) -> f64 {
    let levels = series.targets.iter().flatten().map(|target| target.level.value());
    values(series).filter_map(number).chain(levels).fold(0.0, f64::max)
}

/// Whether nothing changed between two periods, so that their values compare.
pub(crate) fn compare(series: &Series, from: usize, to: usize) -> bool {
    !series.breaks.iter().any(|change| from < change.before && change.before <= to)
}

/// How a value changed between two periods, in words; none where they do not compare.
pub(crate) fn change(series: &Series, line: &Line, from: usize, to: usize) -> Option<String> {
    if !compare(series, from, to) {
        return None;
    }
    match (line.values[from], line.values[to]) {
        (Value::Count(from), Value::Count(to)) => Some(match to.checked_sub(from) {
            Some(0) => "no change".to_owned(),
            Some(more) => format!("{} more", waymark_disclosure::with_commas(more)),
            None => format!("{} fewer", waymark_disclosure::with_commas(from - to)),
        }),
        (from, to) => {
            let difference = Percent(to.percent()?.0 - from.percent()?.0);
            Some(match difference.0 {
                0 => "no change".to_owned(),
                1.. => format!("{} more", words::size_of(difference)),
                _ => format!("{} less", words::size_of(difference)),
            })
        }
    }
}

/// What a series shows, in sentences.
pub(crate) fn words(series: &Series) -> Said {
    let mut lines = Vec::new();
    // How far a line moved: points of a rate, or people.
    let mut moved: Vec<f64> = Vec::new();
    for line in &series.lines {
        let known: Vec<usize> = (0..series.periods.len()).filter(|at| number(line.values[*at]).is_some()).collect();
        let name = if series.lines.len() > 1 { format!("{}: ", line.name) } else { String::new() };
        let said = |at: usize| format!("{} in {}", words::value(line.values[at]), series.periods[at]);
        let mut move_of = -1.0;
        lines.push(match known[..] {
            [] if name.is_empty() => "No value is shown.".to_owned(),
            [] => format!("{name}no value is shown."),
            [only] => format!("{name}{}.", said(only)),
            [first, .., last] => {
                let change = change(series, line, first, last);
                if let (Some(_), Some(from), Some(to)) =
                    (&change, number(line.values[first]), number(line.values[last]))
                {
                    move_of = (to - from).abs();
                }
                let change = change.map(|change| format!(", {change}")).unwrap_or_default();
                let from = if name.is_empty() { "From" } else { "from" };
                format!("{name}{from} {} to {}{change}.", said(first), said(last))
            }
        });
        moved.push(move_of);
    }
    let furthest = (0..moved.len()).rev().max_by(|a, b| moved[*a].total_cmp(&moved[*b]));
    let mut said = match furthest {
        None => Said::new("No line is shown."),
        Some(at) if lines.len() > 1 && moved[at] > 0.0 => {
            Said::new(format!("The largest change is that of {}", lines.remove(at)))
        }
        Some(_) => Said::new(lines.remove(0)),
    };
    for line in lines {
        said = said.and(line);
    }
    for change in &series.breaks {
        if let Some(period) = series.periods.get(change.before) {
            let why = change.why.trim_end_matches('.');
            said =
                said.and(format!("From {period} on the definition is another ({why}): values before do not compare."));
        }
    }
    let latest = series.targets.iter().enumerate().rev().find_map(|(at, target)| Some((at, (*target)?)));
    if let Some((at, target)) = latest {
        let level = words::percent(target.level);
        let standing = match &series.lines[..] {
            [line] => match line.values[at].percent() {
                Some(rate) if rate >= target.line => ", which is met",
                Some(_) => ", which is not met",
                None => "",
            },
            _ => "",
        };
        said = said.and(format!("The level of {} is {level}{standing}.", series.periods[at]));
    }
    said.and(words::denominators(values(series), series.about.counted)).and(words::absent(values(series)))
}

/// A series as a table: a row for each period.
pub(crate) fn table(series: &Series) -> Table {
    let held = series.targets.iter().any(Option::is_some);
    let mut columns = vec!["Period"];
    columns.extend(series.lines.iter().map(|line| line.name.as_str()));
    let enough = format!("{}% line", series.line_percent);
    if held {
        columns.extend(["Level", enough.as_str()]);
    }
    let mut table = Table::new(&series.about.title, &columns);
    for (at, period) in series.periods.iter().enumerate() {
        let mut cells: Vec<String> = series
            .lines
            .iter()
            .map(|line| match words::of(line.values[at]) {
                of if of.is_empty() => words::value(line.values[at]),
                of => format!("{} ({of})", words::value(line.values[at])),
            })
            .collect();
        if held {
            cells.extend(match series.targets.get(at).copied().flatten() {
                Some(target) => [target.level, target.line].map(words::percent),
                None => ["none set", "none"].map(str::to_owned),
            });
        }
        let change = series.breaks.iter().find(|change| change.before == at);
        let period = match change {
            Some(change) => format!("{period} (another definition: {})", change.why.trim_end_matches('.')),
            None => period.clone(),
        };
        table.push("", period, cells);
    }
    table
}

/// Where the plot is, and its periods in it.
struct Plot {
    left: f64,
    right: f64,
    top: f64,
    places: Vec<f64>,
}

impl LineChart<'_> {
    fn key(&self, layout: Layout) -> Vec<(Sample, String)> {
        let series = self.0;
        let mut entries = Vec::new();
        if layout == Layout::Narrow && series.lines.len() > 1 {
            let lines = series.lines.iter().enumerate();
            entries.extend(lines.map(|(which, line)| (Sample::Line(which), line.name.clone())));
        }
        if series.targets.iter().any(Option::is_some) {
            let words = format!("the level, and {}% of it, from which it is met", series.line_percent);
            entries.push((Sample::Band, words));
        }
        entries.extend(key::absences(values(series)));
        entries
    }

    fn targets(&self, scene: &mut Scene, plot: &Plot, scale: &Scale) {
        let half = match plot.places[..] {
            [first, second, ..] => (second - first) / 2.0,
            _ => f64::INFINITY,
        };
        for (place, target) in plot.places.iter().zip(&self.0.targets) {
            let Some(target) = target else { continue };
            let (from, to) = ((place - half).max(plot.left), (place + half).min(plot.right));
            let [level, enough] = [target.level, target.line].map(|percent| scale.at(percent.value()));
            scene.back.push(Mark::rect(from, level, to - from, enough - level).fill(Role::Band));
            scene.back.push(Mark::line([from, level], [to, level]).stroke(Role::Ink, 1.5));
            scene.back.push(Mark::line([from, enough], [to, enough]).stroke(Role::Ink, 1.2).dash("4 3"));
        }
    }

    fn lines(&self, scene: &mut Scene, plot: &Plot, scale: &Scale) {
        let series = self.0;
        for (which, line) in series.lines.iter().enumerate() {
            let mut steps = Vec::new();
            let mut last = None;
            for (at, (x, value)) in plot.places.iter().zip(&line.values).enumerate() {
                let Some(number) = number(*value) else { continue };
                let place = [*x, scale.at(number)];
                let goes_on = last.is_some_and(|last| last + 1 == at && compare(series, last, at));
                steps.push(if goes_on { Step::Line(place) } else { Step::Move(place) });
                last = Some(at);
            }
            scene.marks.push(Mark::path(steps).stroke(Role::SEVERAL[which % 4], 2.2).dash(dash(which)));
        }
        for (which, line) in series.lines.iter().enumerate() {
            for (x, value) in plot.places.iter().zip(&line.values) {
                if let Some(number) = number(*value) {
                    scene.marks.push(key::sign(which, [*x, scale.at(number)], 4.5));
                }
            }
        }
    }

    /// What is written at the right end of each line: its name, where there is room for it, and its last value.
    fn ends(&self, layout: Layout) -> Vec<Vec<Text>> {
        let series = self.0;
        let end = |line: &Line| {
            let value = Text::new(0.0, 0.0, words::short(*line.values.last().unwrap_or(&Value::Unknown))).strong();
            let mut texts = vec![value];
            if layout == Layout::Wide && series.lines.len() > 1 {
                let names = font::wrap(&line.name, SIZE, Weight::Regular, 170.0);
                texts.extend(names.into_iter().map(|name| Text::new(0.0, 0.0, name)));
            }
            texts
        };
        series.lines.iter().map(end).collect()
    }
}

impl Form for LineChart<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn reach(&self) -> Option<f64> {
        Some(reach(self.0))
    }

    fn values(&self) -> Vec<(String, Value)> {
        named(self.0)
    }

    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene {
        let series = self.0;
        let mut scene = Scene::new(layout.width());
        if series.periods.is_empty() {
            return scene;
        }
        let mut top = key::draw(&mut scene, &self.key(layout), 0.0, 0.0) + 8.0;
        if !series.breaks.is_empty() {
            top += line_height(SMALL);
        }
        // Room above the highest number for what is written on it.
        top += 14.0;
        let ends = self.ends(layout);
        let ends_width = ends.iter().flatten().map(Text::width).fold(0.0, f64::max);
        let heights: Vec<f64> = ends.iter().map(|end| end.len() as f64 * line_height(SIZE) + 3.0).collect();
        let height = heights.iter().sum::<f64>().max(if layout == Layout::Wide { 230.0 } else { 200.0 });
        let unit = unit(series);
        let bottom = top + height;
        let scale = Scale::new(unit, reach.unwrap_or(self::reach(series)), 4, bottom, top);
        let ticks: Vec<Text> = scale
            .ticks()
            .into_iter()
            .map(|at| Text::new(0.0, scale.at(at) + 4.0, unit.tick(at)).small().quiet())
            .collect();
        let left = ticks.iter().map(Text::width).fold(0.0, f64::max) + 8.0;
        // With its sign before it, where there are several.
        let indent = if series.lines.len() > 1 { 27.0 } else { 12.0 };
        let right = scene.width - ends_width - indent;
        let periods: Vec<Text> =
            series.periods.iter().map(|period| Text::new(0.0, 0.0, period.as_str()).middle().small().quiet()).collect();
        let widest = periods.iter().map(Text::width).fold(0.0, f64::max);
        let margin = widest / 2.0;
        let spaces = (series.periods.len() - 1).max(1) as f64;
        let apart = (right - left - 2.0 * margin) / spaces;
        let places: Vec<f64> = (0..periods.len()).map(|at| left + margin + apart * at as f64).collect();
        let plot = Plot { left, right, top, places };

        for (at, tick) in ticks.into_iter().enumerate() {
            let y = tick.y - 4.0;
            let role = if at == 0 { Role::Edge } else { Role::Rule };
            scene.back.push(Mark::line([left, y], [right, y]).stroke(role, 1.0));
            scene.texts.push(Text { x: left - 8.0, ..tick.end() });
        }
        self.targets(&mut scene, &plot, &scale);
        for (note, change) in series.breaks.iter().enumerate() {
            if change.before == 0 || change.before >= plot.places.len() {
                continue;
            }
            let x = f64::midpoint(plot.places[change.before - 1], plot.places[change.before]);
            let from = plot.top - 14.0;
            scene.back.push(Mark::line([x, from], [x, bottom]).stroke(Role::Edge, 1.5).dash("1.5 3"));
            scene.texts.push(Text::new(x, from - 4.0, format!("note {}", note + 1)).middle().small().quiet());
        }
        self.lines(&mut scene, &plot, &scale);
        if let [line] = &series.lines[..] {
            // All but the last, which is written at its end.
            for (x, value) in plot.places.iter().zip(&line.values).take(plot.places.len() - 1) {
                let Some(number) = number(*value) else { continue };
                let words = Text::new(*x, scale.at(number) - 10.0, words::value(*value)).middle().small().rim();
                if words.width() + 4.0 <= apart {
                    scene.texts.push(words);
                }
            }
        }
        let wanted: Vec<f64> = series
            .lines
            .iter()
            .map(|line| {
                line.values.iter().rev().find_map(|value| number(*value)).map_or(bottom, |number| scale.at(number))
            })
            .collect();
        let middles = labels::spread(&wanted, &heights, top - 12.0, bottom + 12.0);
        for (which, (end, middle)) in ends.into_iter().zip(middles).enumerate() {
            let first = middle + 4.5 - (end.len() - 1) as f64 * line_height(SIZE) / 2.0;
            for (at, text) in end.into_iter().enumerate() {
                scene.texts.push(Text { x: right + indent, y: first + at as f64 * line_height(SIZE), ..text });
            }
            if series.lines.len() > 1 {
                scene.marks.push(key::sign(which, [right + 16.0, first - 4.5], 4.5));
            }
        }
        // What is no number has a strip below the plot, so that it is not taken for one.
        let mut y = bottom + 4.0;
        for (which, line) in series.lines.iter().enumerate() {
            if line.values.iter().all(|value| value.why_not().is_none()) {
                continue;
            }
            y += 18.0;
            if series.lines.len() > 1 {
                scene.marks.push(key::sign(which, [left - 14.0, y - 6.0], 4.5));
            }
            for (x, value) in plot.places.iter().zip(&line.values) {
                key::absent(&mut scene, *value, [*x, y - 6.0]);
            }
        }
        let skip = (1..=periods.len()).find(|skip| apart * *skip as f64 >= widest + 8.0).unwrap_or(periods.len());
        let base = y + 4.0 + SMALL;
        let last = periods.len() - 1;
        for (at, (period, x)) in periods.into_iter().zip(&plot.places).enumerate() {
            if (last - at).is_multiple_of(skip) {
                scene.texts.push(Text { x: *x, y: base, ..period });
            }
        }
        let mut end = base + 6.0;
        for (note, change) in series.breaks.iter().enumerate() {
            let period = series.periods.get(change.before).map_or("", String::as_str);
            let why = change.why.trim_end_matches('.');
            let words = format!("Note {}: another definition from {period} on: {why}.", note + 1);
            let note = Text::new(0.0, end + SMALL + 2.0, words).small().quiet();
            end = scene.paragraph(&note, layout.width()) - SMALL + 2.0;
        }
        scene.height = end;
        scene
    }

    fn words(&self) -> Said {
        words(self.0)
    }

    fn table(&self) -> Table {
        table(self.0)
    }
}
