use waymark_disclosure::{
    Released,
    shapes::{About, Point, Points, Value},
};

use crate::{
    Figure, Layout,
    bars::number,
    figure::{Form, Said},
    heat,
    key::{self, Sample},
    map::{self, Projection, Room},
    palette::Role,
    scale::Unit,
    scene::{Mark, Scene, Text},
    table::Table,
    words,
};

/// A disc at each place: as large as its count, or as dark as its rate. There is no ground map: nothing comes from elsewhere.
pub(crate) struct PointMap<'a>(pub(crate) &'a Points);

impl<'a> Figure<'a> {
    /// Values at places, north up.
    pub fn points(released: &'a Released<Points>) -> Self {
        Self::of(PointMap(released.content()))
    }
}

impl PointMap<'_> {
    fn all(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.points.iter().map(|point| point.value)
    }

    fn unit(&self) -> Unit {
        if self.all().any(|value| value.count().is_some()) { Unit::People } else { Unit::Percent }
    }

    fn radius(&self, value: Value) -> f64 {
        let most = self.all().filter_map(Value::count).max().unwrap_or(1).max(1) as f64;
        match value {
            Value::Count(count) => 3.5 + 15.0 * (count as f64 / most).sqrt(),
            _ => 8.0,
        }
    }

    fn draw(&self, scene: &mut Scene, point: &Point, at: [f64; 2]) {
        match point.value {
            Value::Count(_) => {
                let disc = Mark::circle(at, self.radius(point.value)).fill(Role::FirstMild);
                scene.marks.push(disc.stroke(Role::First, 1.5));
            }
            Value::Rate(_) => {
                let share = number(point.value).unwrap_or_default() / 100.0;
                let disc = Mark::circle(at, self.radius(point.value)).fill(Role::fifth(share).0);
                scene.marks.push(disc.stroke(Role::Edge, 1.2));
            }
            absent => key::absent(scene, absent, at),
        }
    }
}

impl Form for PointMap<'_> {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn values(&self) -> Vec<(String, Value)> {
        self.0.points.iter().map(|point| (point.name.clone(), point.value)).collect()
    }

    fn scene(&self, layout: Layout, _: Option<f64>) -> Scene {
        let points = &self.0.points;
        let mut scene = Scene::new(layout.width());
        let mut entries = match self.unit() {
            Unit::People => {
                vec![(Sample::Disc, format!("the larger the disc, the more {}", self.0.about.counted[1]))]
            }
            Unit::Percent => heat::fifths(),
        };
        entries.extend(key::absences(self.all()));
        let top = key::draw(&mut scene, &entries, 0.0, 0.0) + 6.0;
        let places: Vec<[f64; 2]> = points.iter().map(|point| [point.longitude, point.latitude]).collect();
        let margin = if layout == Layout::Wide { 60.0 } else { 34.0 };
        let most = if layout == Layout::Wide { 430.0 } else { 380.0 };
        let Some((projection, height)) = Projection::fit(&places, top, scene.width, most, margin) else {
            scene.height = top;
            return scene;
        };
        let bottom = top + height;
        scene.back.push(Mark::rect(0.5, top, scene.width - 1.0, height).stroke(Role::Rule, 1.0));
        let mut room = Room::new([4.0, top + 3.0, scene.width - 4.0, bottom - 20.0]);
        // Smaller discs lie on larger ones.
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|a, b| self.radius(points[*b].value).total_cmp(&self.radius(points[*a].value)).then(a.cmp(b)));
        for at in &order {
            let place @ [x, y] = projection.at(places[*at]);
            self.draw(&mut scene, &points[*at], place);
            let radius = self.radius(points[*at].value);
            room.take([x - radius, y - radius, x + radius, y + radius]);
        }
        let mut below = Vec::new();
        for (at, point) in points.iter().enumerate() {
            let place = projection.at(places[at]);
            let radius = self.radius(point.value);
            let name = Text::new(0.0, 0.0, point.name.as_str()).rim();
            let value = Text::new(0.0, 0.0, words::short(point.value)).strong().rim();
            if room.beside(&mut scene, place, radius, &[name, value]) {
                continue;
            }
            let number = (below.len() + 1).to_string();
            let words = format!("{}: {}", point.name, words::short(point.value));
            let sign = Text::new(0.0, 0.0, number.as_str()).strong().rim();
            let signed = room.near(&mut scene, place, radius, &sign);
            below.push((if signed { number } else { "–".to_owned() }, words));
        }
        projection.scale_bar(&mut scene, layout.width() - 12.0, bottom - 8.0);
        scene.height = if below.is_empty() { bottom + 1.0 } else { map::list(&mut scene, &below, bottom + 10.0) };
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
        let rates = self.unit() == Unit::Percent;
        let counted = self.0.about.counted[1];
        let columns: &[&str] = if rates { &["Place", "Rate", counted] } else { &["Place", counted] };
        let mut table = Table::new(&self.0.about.title, columns);
        for point in &self.0.points {
            let mut cells = vec![words::value(point.value)];
            if rates {
                cells.push(words::of(point.value));
            }
            table.push("", point.name.as_str(), cells);
        }
        table
    }
}
