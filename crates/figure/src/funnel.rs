use waymark_disclosure::{
    Rate, Released,
    shapes::{About, Steps, Value},
};

use crate::{
    Figure, Layout,
    figure::{Form, Said},
    font::{self, Weight},
    key::{self, Sample},
    palette::Role,
    scene::{Fill, Mark, SIZE, SMALL, Scene, Text, line_height},
    table::Table,
    words,
};

/// Steps below one another: a bar for those who took each, and beside it those who took the step before and not this one.
pub(crate) struct Funnel<'a>(pub(crate) &'a Steps);

impl<'a> Figure<'a> {
    /// Steps below one another, each with its share of the start, its share of the step before and how many were lost.
    pub fn funnel(released: &'a Released<Steps>) -> Self {
        Self::of(Funnel(released.content()))
    }
}

/// A step and what it is to the steps before it.
struct Reading<'a> {
    name: &'a str,
    value: Value,
    people: Option<u64>,
    of_start: Option<String>,
    of_before: Option<String>,
    /// The people of the step before that are not in this one.
    lost: Option<u64>,
    first: bool,
}

/// The widest that names are beside the bars, before they are broken.
const NAME: f64 = 190.0;

/// How many a value is: the count, or those who count of a rate.
pub(crate) fn people(value: Value) -> Option<u64> {
    match value {
        Value::Count(count) => Some(count),
        Value::Rate(estimate) => Some(estimate.rate.numerator),
        _ => None,
    }
}

impl<'a> Funnel<'a> {
    fn readings(&self) -> Vec<Reading<'a>> {
        let steps = &self.0.steps;
        let start = steps.first().and_then(|step| people(step.value));
        let mut readings = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let now = people(step.value);
            let before = if at == 0 { None } else { people(steps[at - 1].value) };
            readings.push(Reading {
                name: &step.name,
                value: step.value,
                people: now,
                of_start: now.zip(start).and_then(|(now, start)| words::share(now, start)),
                of_before: now.zip(before).and_then(|(now, before)| words::share(now, before)),
                lost: now.zip(before).and_then(|(now, before)| before.checked_sub(now)),
                first: at == 0,
            });
        }
        readings
    }

    fn counted(&self, count: u64) -> String {
        words::counted(count, self.0.about.counted)
    }

    fn lost_words(&self, reading: &Reading<'_>, layout: Layout) -> String {
        match (&reading.of_before, reading.lost) {
            (Some(share), Some(0)) => format!("{share} of the step before, none fewer"),
            (Some(share), Some(lost)) => {
                let lost = match layout {
                    Layout::Wide => self.counted(lost),
                    Layout::Narrow => waymark_disclosure::with_commas(lost),
                };
                format!("{share} of the step before, {lost} fewer")
            }
            (Some(share), None) => format!("{share} of the step before"),
            (None, Some(_)) => "nobody took the step before".to_owned(),
            (None, None) => String::new(),
        }
    }
}

impl Form for Funnel<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    /// What share of the start reached the last step: funnels side by side have a start of their own each.
    fn values(&self) -> Vec<(String, Value)> {
        let steps = &self.0.steps;
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Vec::new() };
        let share = match [first.value, last.value].map(people) {
            [Some(denominator), Some(numerator)] => Value::rate(Rate { numerator, denominator }),
            [Some(_), None] => last.value,
            _ => first.value,
        };
        vec![(last.name.clone(), share)]
    }

    fn scene(&self, layout: Layout, _: Option<f64>) -> Scene {
        let readings = self.readings();
        let mut scene = Scene::new(layout.width());
        let most = readings.iter().filter_map(|reading| reading.people).max().unwrap_or(0).max(1);
        let mut entries = Vec::new();
        if readings.iter().any(|reading| reading.lost.is_some_and(|lost| lost > 0)) {
            entries.push((Sample::Lost, "those of the step before who are no longer there".to_owned()));
        }
        entries.extend(key::absences(readings.iter().map(|reading| reading.value)));
        let names = match layout {
            Layout::Wide => readings
                .iter()
                .flat_map(|reading| font::wrap(reading.name, SIZE, Weight::Strong, NAME))
                .map(|line| font::width(&line, SIZE, Weight::Strong))
                .fold(0.0, f64::max),
            Layout::Narrow => 0.0,
        };
        let counts = readings.iter().map(|reading| match reading.people {
            Some(people) => self.counted(people),
            None => words::short(reading.value),
        });
        let counts: Vec<String> = counts.collect();
        let counts_wide = counts.iter().map(|words| font::width(words, SIZE, Weight::Strong)).fold(96.0, f64::max);
        let (from, to) = match layout {
            Layout::Wide => (names + 18.0, scene.width - counts_wide - 18.0),
            Layout::Narrow => (0.5, scene.width - 0.5),
        };
        let scale = |people: u64| from + (to - from) * people as f64 / most as f64;
        let (height, mut top, mut before) = (26.0, 2.0, None);
        for (reading, count) in readings.iter().zip(counts) {
            let of_start = match (&reading.of_start, reading.first) {
                (Some(_), true) => "start".to_owned(),
                (Some(share), false) => format!("{share} of the start"),
                (None, _) => String::new(),
            };
            let name = Text::new(0.0, 0.0, reading.name).strong();
            let count = Text::new(scene.width, 0.0, count).end().strong();
            let of_start = Text::new(scene.width, 0.0, of_start).end().small().quiet();
            let mut name_end = top;
            let bar = match layout {
                Layout::Wide => {
                    // One line beside the middle of the bar, more from its top on.
                    let lines = font::wrap(reading.name, SIZE, Weight::Strong, NAME).len();
                    let first = top + if lines > 1 { SIZE - 2.0 } else { height / 2.0 + 4.5 };
                    name_end = scene.paragraph(&Text { y: first, ..name }, NAME) - line_height(SIZE) + 5.0;
                    scene.texts.push(Text { y: top + 11.0, ..count });
                    if !of_start.words.is_empty() {
                        scene.texts.push(Text { y: top + 11.0 + line_height(SMALL), ..of_start });
                    }
                    top
                }
                Layout::Narrow => {
                    let mut base = top + SIZE;
                    if name.width() + 14.0 + count.width() > scene.width {
                        base = scene.paragraph(&Text { y: base, ..name }, scene.width);
                    } else {
                        scene.texts.push(Text { y: base, ..name });
                    }
                    scene.texts.push(Text { y: base, ..count });
                    base + 7.0
                }
            };
            if let Some(before) = before
                && let Some(people) = reading.people
                && before > people
            {
                let (left, right) = (scale(people), scale(before));
                let lost = Mark::rect(left, bar + 0.5, right - left, height - 1.0).fill(Role::Track);
                scene.marks.push(lost.stroke(Role::Edge, 1.0).dash("3 2"));
            }
            match reading.people {
                Some(people) => {
                    // Nobody is a line, not nothing.
                    let width = (scale(people) - from).max(1.5);
                    scene.marks.push(Mark::rect(from, bar, width, height).fill(Role::First));
                }
                None if reading.value == Value::Hidden => {
                    let hidden = Mark::rect(from, bar + 0.5, to - from, height - 1.0).pattern(Fill::Hatch);
                    scene.marks.push(hidden.stroke(Role::Edge, 1.0));
                }
                None => key::absent(&mut scene, reading.value, [from + 7.0, bar + height / 2.0]),
            }
            let mut end = bar + height + 6.0;
            let lost = match layout {
                Layout::Wide => self.lost_words(reading, layout),
                Layout::Narrow => {
                    let parts = [of_start_narrow(reading), self.lost_words(reading, layout)];
                    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
                }
            };
            if !lost.is_empty() {
                let left = if layout == Layout::Wide { from } else { 0.0 };
                let words = Text::new(left, end + SMALL - 3.0, lost).small().quiet();
                end = scene.paragraph(&words, to - left) - line_height(SMALL) + 5.0;
            }
            top = end.max(name_end) + 12.0;
            before = reading.people;
        }
        scene.height = key::draw(&mut scene, &entries, 0.0, top + 2.0).max(top);
        scene
    }

    fn words(&self) -> Said {
        let readings = self.readings();
        let [Some(first), Some(last)] = [readings.first(), readings.last()] else {
            return Said::new("There are no steps.");
        };
        let finding = match (first.people, last.people) {
            (Some(start), Some(end)) => {
                let share = last.of_start.as_ref().map(|share| format!(", {share}")).unwrap_or_default();
                let end = waymark_disclosure::with_commas(end);
                format!(
                    "Of {} at the start ({}), {end} reached the last step ({}){share}.",
                    self.counted(start),
                    first.name,
                    last.name
                )
            }
            (Some(start), None) => {
                format!(
                    "{} at the start ({}); how many reached the last step ({}) {}.",
                    self.counted(start),
                    first.name,
                    last.name,
                    words::not_said(last.value)
                )
            }
            (None, _) => format!("How many were at the start ({}) {}.", first.name, words::not_said(first.value)),
        };
        let mut largest: Option<(&Reading<'_>, &Reading<'_>, u64)> = None;
        for pair in readings.windows(2) {
            if let Some(lost) = pair[1].lost
                && lost > largest.map_or(0, |largest| largest.2)
            {
                largest = Some((&pair[0], &pair[1], lost));
            }
        }
        let largest = largest.and_then(|(before, after, lost)| {
            let share = words::share(lost, before.people?)?;
            let people = self.counted(lost);
            Some(format!(
                "The largest loss is from {} to {}: {people}, {share} of those who were there.",
                before.name, after.name
            ))
        });
        Said::new(finding)
            .and(largest.unwrap_or_default())
            .and(words::absent(readings.iter().map(|reading| reading.value)))
    }

    fn table(&self) -> Table {
        let about = &self.0.about;
        let columns = ["Step", about.counted[1], "Of the start", "Of the step before", "Fewer than before"];
        let mut table = Table::new(&about.title, &columns);
        let readings = self.readings();
        for (at, reading) in readings.iter().enumerate() {
            let people = reading.people.map_or_else(|| words::value(reading.value), waymark_disclosure::with_commas);
            let against = |cell: Option<String>, other: &Reading<'_>| {
                cell.unwrap_or_else(|| {
                    let absent = [reading.value, other.value].into_iter().find(|value| value.why_not().is_some());
                    absent.map_or_else(|| "none".to_owned(), words::short)
                })
            };
            let mut cells = vec![people, against(reading.of_start.clone(), &readings[0])];
            if let Some(before) = at.checked_sub(1).map(|at| &readings[at]) {
                cells.push(against(reading.of_before.clone(), before));
                cells.push(against(reading.lost.map(waymark_disclosure::with_commas), before));
            } else {
                cells.extend(["start", "start"].map(str::to_owned));
            }
            table.push("", reading.name, cells);
        }
        table
    }
}

fn of_start_narrow(reading: &Reading<'_>) -> String {
    match &reading.of_start {
        Some(share) if !reading.first => format!("{share} of the start"),
        _ => String::new(),
    }
}
