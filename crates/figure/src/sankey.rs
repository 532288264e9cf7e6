use waymark_disclosure::{
    Released,
    shapes::{About, Flow, Flows, Node, Value},
    with_commas,
};

use crate::{
    Figure, Layout,
    figure::{Form, Said},
    font::{self, Weight},
    funnel::people,
    key::{self, Sample},
    palette::Role,
    scene::{Fill, Mark, SIZE, SMALL, Scene, Step, Text, line_height},
    table::Table,
    words,
};

/// Streams of people from stage to stage, as thick as they are many; those of whom nothing is known are a stream of their
/// own. On a phone each stage is a bar of its states, for streams cannot be read there.
pub(crate) struct Sankey<'a>(pub(crate) &'a Flows);

impl<'a> Figure<'a> {
    /// Where people go from stage to stage.
    pub fn flows(released: &'a Released<Flows>) -> Self {
        Self::of(Sankey(released.content()))
    }
}

const NODE: f64 = 12.0;
/// How thick a stream or a state is whose number is not shown: the same for all.
const NOMINAL: f64 = 7.0;
/// The fills of the states of a stage in a bar.
const STATES: [Role; 6] = [Role::First, Role::FirstMild, Role::Second, Role::SecondMild, Role::Fourth, Role::Stream];

/// Where a state is in the picture.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    x: f64,
    y: f64,
    height: f64,
    /// How much of its left and its right side streams have taken.
    taken: [f64; 2],
}

impl Sankey<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        let nodes = self.0.nodes.iter().map(|node| node.value);
        nodes.chain(self.0.flows.iter().map(|flow| flow.value))
    }

    fn stage(&self, stage: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.0.nodes.iter().enumerate().filter(move |(_, node)| node.stage == stage)
    }

    /// Everybody in a stage; none where a number of it is not shown.
    fn total(&self, stage: usize) -> Option<u64> {
        self.stage(stage).map(|(_, node)| people(node.value)).sum()
    }

    /// The people of the fullest stage, as far as they are shown.
    fn most(&self) -> u64 {
        let known = |stage| self.stage(stage).filter_map(|(_, node)| people(node.value)).sum::<u64>();
        (0..self.0.stages.len()).map(known).max().unwrap_or(0).max(1)
    }

    /// The fill of a state in a bar: one for each name, in whatever stage.
    fn look(&self, name: &str) -> Role {
        let mut names: Vec<&str> = Vec::new();
        for node in self.0.nodes.iter().filter(|node| !node.not_observed) {
            if !names.contains(&node.name.as_str()) {
                names.push(&node.name);
            }
        }
        STATES[names.iter().position(|other| *other == name).unwrap_or_default() % STATES.len()]
    }

    fn key(&self) -> Vec<(Sample, String)> {
        let mut entries = Vec::new();
        if self.0.nodes.iter().any(|node| node.not_observed) {
            entries.push((Sample::NotObserved, "not observed: nothing is known of them".to_owned()));
        }
        entries.extend(key::absences(self.all()));
        entries
    }

    fn wide(&self) -> Scene {
        let flows = self.0;
        let mut scene = Scene::new(Layout::Wide.width());
        let stages = flows.stages.len();
        let per_head = 280.0 / self.most() as f64;
        let thick = |value: Value| people(value).map_or(NOMINAL, |people| people as f64 * per_head);
        // The last stage has its words to its right, too.
        let last = 150.0;
        let apart = (scene.width - last - NODE) / (stages - 1).max(1) as f64;
        let room = (apart - NODE - 26.0).min(last - 8.0);
        let mut top = key::draw(&mut scene, &self.key(), 0.0, 0.0) + 8.0;
        let heads: Vec<Vec<String>> =
            flows.stages.iter().map(|stage| font::wrap(stage, SMALL, Weight::Strong, room + 20.0)).collect();
        for (stage, lines) in heads.iter().enumerate() {
            let x = stage as f64 * apart;
            for (at, line) in lines.iter().enumerate() {
                let y = top + SMALL + at as f64 * line_height(SMALL);
                scene.texts.push(Text::new(x, y, line.as_str()).small().strong().quiet());
            }
        }
        top += heads.iter().map(Vec::len).max().unwrap_or(0) as f64 * line_height(SMALL) + 12.0;

        let mut places = vec![Place::default(); flows.nodes.len()];
        let mut bottom = top;
        for stage in 0..stages {
            let mut y = top;
            for (at, node) in self.stage(stage) {
                let sum = |of: &dyn Fn(&Flow) -> bool| -> f64 {
                    flows.flows.iter().filter(|flow| of(flow)).map(|flow| thick(flow.value)).sum()
                };
                let streams = sum(&|flow| flow.to == at).max(sum(&|flow| flow.from == at));
                let height = thick(node.value).max(streams).max(2.0);
                let mut texts: Vec<Text> = font::wrap(&node.name, SIZE, Weight::Regular, room)
                    .into_iter()
                    .map(|line| Text::new(0.0, 0.0, line).rim())
                    .collect();
                texts.push(Text::new(0.0, 0.0, words::short(node.value)).strong().rim());
                let words = texts.len() as f64 * line_height(SIZE);
                let slot = height.max(words);
                let x = stage as f64 * apart;
                places[at] = Place { x, y: y + (slot - height) / 2.0, height, taken: [0.0; 2] };
                let first = y + (slot - words) / 2.0 + SIZE;
                for (line, text) in texts.into_iter().enumerate() {
                    scene.texts.push(Text { x: x + NODE + 7.0, y: first + line as f64 * line_height(SIZE), ..text });
                }
                y += slot + 14.0;
            }
            bottom = bottom.max(y);
        }
        let mut order: Vec<&Flow> = flows.flows.iter().collect();
        order.sort_by_key(|flow| (flow.from, flow.to));
        let mut ribbons = Vec::new();
        for flow in order {
            let height = thick(flow.value);
            let from = &mut places[flow.from];
            let [left, y_from] = [from.x + NODE, from.y + from.taken[1]];
            from.taken[1] += height;
            ribbons.push((flow, left, y_from, height));
        }
        // They arrive in the order in which they left.
        for (flow, left, y_from, height) in ribbons {
            let to = &mut places[flow.to];
            let [right, y_to] = [to.x, to.y + to.taken[0]];
            to.taken[0] += height;
            let middle = f64::midpoint(left, right);
            let ribbon = Mark::path(vec![
                Step::Move([left, y_from]),
                Step::Curve([middle, y_from], [middle, y_to], [right, y_to]),
                Step::Line([right, y_to + height]),
                Step::Curve([middle, y_to + height], [middle, y_from + height], [left, y_from + height]),
                Step::Close,
            ]);
            let not_observed = [flow.from, flow.to].iter().any(|node| flows.nodes[*node].not_observed);
            let ribbon = match flow.value {
                Value::Hidden => ribbon.pattern(Fill::Hatch),
                _ if not_observed => ribbon.pattern(Fill::Dots),
                _ => ribbon.fill(Role::Stream),
            };
            scene.marks.push(ribbon.stroke(Role::Edge, 0.8));
        }
        for (node, place) in flows.nodes.iter().zip(&places) {
            scene.marks.push(filled(Mark::rect(place.x, place.y, NODE, place.height), node, Role::First));
        }
        scene.height = bottom - 6.0;
        scene
    }

    fn narrow(&self) -> Scene {
        let flows = self.0;
        let mut scene = Scene::new(Layout::Narrow.width());
        let mut top = key::draw(&mut scene, &self.key(), 0.0, 0.0) + 10.0;
        for (stage, name) in flows.stages.iter().enumerate() {
            let base = scene.paragraph(&Text::new(0.0, top + SIZE, name.as_str()).strong(), Layout::Narrow.width());
            let bar = base - SIZE + 6.0;
            let nodes: Vec<&Node> = self.stage(stage).map(|(_, node)| node).collect();
            let nominal = nodes.iter().filter(|node| people(node.value).is_none()).count() as f64 * 14.0;
            let known: u64 = nodes.iter().filter_map(|node| people(node.value)).sum();
            let per_head = (scene.width - 1.0 - nominal) / self.most().max(known) as f64;
            let mut x = 0.5;
            for node in &nodes {
                let width = people(node.value).map_or(14.0, |people| people as f64 * per_head);
                scene.marks.push(filled(Mark::rect(x, bar, width, 22.0), node, self.look(&node.name)));
                x += width;
            }
            let mut base = bar + 22.0 + 8.0 + SIZE;
            for node in &nodes {
                let share = people(node.value).zip(self.total(stage)).and_then(|(some, all)| words::share(some, all));
                let value = match share {
                    Some(share) => format!("{} ({share})", words::short(node.value)),
                    None => words::short(node.value),
                };
                let value = Text::new(scene.width, base, value).end().strong();
                let swatch = Mark::rect(0.5, base - 10.0, 13.0, 11.0);
                scene.marks.push(filled(swatch, node, self.look(&node.name)));
                let room = scene.width - 22.0 - value.width() - 12.0;
                scene.texts.push(value);
                base = scene.paragraph(&Text::new(22.0, base, node.name.as_str()), room) + 3.0;
            }
            top = base - SIZE + 14.0;
        }
        scene.height = top - 8.0;
        scene
    }
}

/// A mark of a state.
fn filled(mark: Mark, node: &Node, role: Role) -> Mark {
    let mark = match node.value {
        Value::Hidden => mark.pattern(Fill::Hatch),
        _ if node.not_observed => mark.pattern(Fill::Dots),
        Value::Unknown | Value::NotApplicable => mark.fill(Role::Paper),
        _ => mark.fill(role),
    };
    mark.stroke(Role::Edge, 1.0)
}

impl Form for Sankey<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn values(&self) -> Vec<(String, Value)> {
        let last = self.0.stages.len().saturating_sub(1);
        self.stage(last).map(|(_, node)| (node.name.clone(), node.value)).collect()
    }

    fn scene(&self, layout: Layout, _: Option<f64>) -> Scene {
        match layout {
            _ if self.0.stages.is_empty() => Scene::new(layout.width()),
            Layout::Wide => self.wide(),
            Layout::Narrow => self.narrow(),
        }
    }

    fn words(&self) -> Said {
        let flows = self.0;
        let Some(last) = flows.stages.len().checked_sub(1) else { return Said::new("There are no stages.") };
        let counted = flows.about.counted;
        let of = |some: u64| match self.total(last).and_then(|all| words::share(some, all)) {
            Some(share) => format!("{} ({share})", with_commas(some)),
            None => with_commas(some),
        };
        let observed = self.stage(last).filter(|(_, node)| !node.not_observed);
        // The first of those that are level.
        let fullest = observed
            .filter_map(|(_, node)| Some((node, people(node.value)?)))
            .fold(None, |most: Option<(&Node, u64)>, node| most.filter(|most| most.1 >= node.1).or(Some(node)));
        let stage = &flows.stages[last];
        let start = self.total(0).map(|start| format!(" of {}", words::counted(start, counted))).unwrap_or_default();
        let mut said = Said::new(match fullest {
            Some((node, people)) => {
                format!("{stage}: {}{start} are in {}, more than anywhere else.", of(people), node.name)
            }
            None => format!("{stage}: no number is shown."),
        });
        for (_, node) in self.stage(last).filter(|(_, node)| node.not_observed) {
            said = said.and(match people(node.value) {
                Some(people) => format!("{stage}: nothing is known of {}.", of(people)),
                None => format!("{stage}: of how many nothing is known {}.", words::not_said(node.value)),
            });
        }
        said.and(words::absent(self.all()))
    }

    fn table(&self) -> Table {
        let flows = self.0;
        let mut table = Table::new(&flows.about.title, &["State", "Next", flows.about.counted[1], "Share"]);
        table.of_words.push(1);
        for (stage, name) in flows.stages.iter().enumerate() {
            for (_, node) in self.stage(stage) {
                let share = people(node.value).zip(self.total(stage)).and_then(|(some, all)| words::share(some, all));
                let absent = self.stage(stage).map(|(_, node)| node.value).find(|value| value.why_not().is_some());
                let share = share.or(absent.map(words::short)).unwrap_or_else(|| "none".to_owned());
                let cells = vec!["all".to_owned(), words::value(node.value), share];
                table.push(&format!("{name}, with shares of all"), node.name.as_str(), cells);
            }
            for flow in flows.flows.iter().filter(|flow| flows.nodes[flow.from].stage == stage) {
                let [from, to] = [flow.from, flow.to].map(|node| &flows.nodes[node]);
                let share = people(flow.value).zip(people(from.value)).and_then(|(some, all)| words::share(some, all));
                let absent = [flow.value, from.value].into_iter().find(|value| value.why_not().is_some());
                let share = share.or(absent.map(words::short)).unwrap_or_else(|| "none".to_owned());
                let cells = vec![to.name.clone(), words::value(flow.value), share];
                let section = format!("{name} to {}, with shares of the state", flows.stages[to.stage]);
                table.push(&section, from.name.as_str(), cells);
            }
        }
        table
    }
}
