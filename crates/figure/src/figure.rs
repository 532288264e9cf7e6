use askama::Template;
use waymark_disclosure::shapes::{About, Value};

use crate::{
    rendered,
    scene::Scene,
    svg::{self, Names},
    table::Table,
};

/// How much room a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A page, a sheet of paper: 720 units wide.
    Wide,
    /// A phone, or a column of a page: 340 units wide.
    Narrow,
}

impl Layout {
    pub(crate) fn width(self) -> f64 {
        match self {
            Self::Wide => 720.0,
            Self::Narrow => 340.0,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

/// What a picture shows, in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The finding, in one sentence.
    pub(crate) finding: String,
    /// What belongs to it.
    pub(crate) details: Vec<String>,
}

impl Said {
    pub(crate) fn new(finding: impl Into<String>) -> Self {
        Self { finding: finding.into(), details: Vec::new() }
    }

    /// With a further sentence, where there is one.
    pub(crate) fn and(mut self, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        if !sentence.is_empty() {
            self.details.push(sentence);
        }
        self
    }
}

/// A form of picture of one shape.
pub(crate) trait Form {
    /// What it is about.
    fn about(&self) -> &About;

    /// How far its scale has to reach, where pictures side by side can share one.
    fn reach(&self) -> Option<f64> {
        None
    }

    /// Its values with their names, of which pictures side by side have one range.
    fn values(&self) -> Vec<(String, Value)>;

    /// What is drawn, on a scale that reaches at least to `reach`.
    fn scene(&self, layout: Layout, reach: Option<f64>) -> Scene;

    /// What it shows: the finding in a sentence, and in further sentences what belongs to it: of how many, how many cells
    /// are not shown.
    fn words(&self) -> Said;

    /// The same as a table.
    fn table(&self) -> Table;
}

/// A picture of something released, with its table and its sentence. Each form has a constructor, in a file of its own.
pub struct Figure<'a> {
    pub(crate) form: Box<dyn Form + Send + Sync + 'a>,
    links: Vec<Option<String>>,
}

impl std::fmt::Debug for Figure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Figure").field("title", &self.form.about().title).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "figure.html")]
struct Page<'a> {
    id: &'a str,
    about: &'a About,
    said: &'a Said,
    pictures: [String; 2],
    table: String,
}

impl<'a> Figure<'a> {
    pub(crate) fn of(form: impl Form + Send + Sync + 'a) -> Self {
        Self { form: Box::new(form), links: Vec::new() }
    }

    /// With where the rows of its table lead, one for each row of the shape: to the number and its explanation.
    #[must_use]
    pub fn linked(mut self, links: Vec<Option<String>>) -> Self {
        self.links = links;
        self
    }

    /// What it shows, in one or a few sentences: the finding (range, largest gap or loss), of how many, and how many values
    /// are not shown, not known or do not apply.
    pub fn sentence(&self) -> String {
        let Said { finding, details } = self.form.words();
        std::iter::once(finding).chain(details).collect::<Vec<_>>().join(" ")
    }

    /// The picture. `id` begins the identifiers in it, which a page must not have twice; what is not a letter, a digit, `-`
    /// or `_` in it becomes `-`.
    pub fn svg(&self, id: &str, layout: Layout) -> String {
        let id = &identifier(id);
        let scene = self.form.scene(layout, None);
        let names = Names { id, class: layout.name(), title: &self.form.about().title, sentence: &self.sentence() };
        svg::svg(&scene, &names)
    }

    /// The same as a table in HTML, for those who cannot or will not see the picture.
    pub fn table(&self) -> String {
        let mut table = self.form.table();
        table.lead(&self.links);
        table.html()
    }

    /// Everything as HTML: the sentence, what it is about, the picture in both layouts (the style sheet shows the one that
    /// there is room for), what it does not show, and the table. `id` begins the identifiers in it, which a page must not
    /// have twice.
    pub fn html(&self, id: &str) -> String {
        let id = &identifier(id);
        let pictures =
            [Layout::Wide, Layout::Narrow].map(|layout| self.svg(&format!("{id}-{}", layout.name()), layout));
        let (about, said, table) = (self.form.about(), &self.form.words(), self.table());
        rendered(&Page { id, about, said, pictures, table })
    }
}

/// A text that can be an identifier in markup.
fn identifier(text: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    text.chars().map(|letter| if fits(letter) { letter } else { '-' }).collect()
}
