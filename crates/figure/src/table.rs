use askama::Template;

use crate::rendered;

/// The table beside a picture: a head for each row and each column, and rows in sections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "table.html")]
pub(crate) struct Table {
    pub(crate) caption: String,
    /// The heads of the columns, the first of which is that of the heads of rows.
    pub(crate) columns: Vec<String>,
    /// The columns of words, by their place; the others are of numbers and are set to the right.
    pub(crate) of_words: Vec<usize>,
    pub(crate) sections: Vec<Section>,
    /// How many rows there are before those of the shape: what these are compared with.
    pub(crate) before: usize,
}

/// Rows under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// Empty where there are no sections.
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
}

/// A row: its head and a cell for each further column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) head: String,
    /// Where its head leads.
    pub(crate) link: Option<String>,
    pub(crate) cells: Vec<String>,
}

impl Table {
    pub(crate) fn new(caption: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| {
            let mut letters = column.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        });
        let columns = columns.collect();
        Self { caption: caption.to_owned(), columns, of_words: vec![0], sections: Vec::new(), before: 0 }
    }

    /// A further row, in `section`.
    pub(crate) fn push(&mut self, section: &str, head: impl Into<String>, cells: Vec<String>) {
        let row = Row { head: head.into(), link: None, cells };
        match self.sections.last_mut().filter(|last| last.name == section) {
            Some(last) => last.rows.push(row),
            None => self.sections.push(Section { name: section.to_owned(), rows: vec![row] }),
        }
    }

    /// Lets the heads of the rows of the shape lead somewhere.
    pub(crate) fn lead(&mut self, links: &[Option<String>]) {
        let rows = self.sections.iter_mut().flat_map(|section| &mut section.rows).skip(self.before);
        for (row, link) in rows.zip(links) {
            row.link.clone_from(link);
        }
    }

    /// The class of a column, as an attribute.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates give references")]
    fn class(&self, column: &usize) -> &'static str {
        if self.of_words.contains(column) { "" } else { " class=\"number\"" }
    }

    pub(crate) fn html(&self) -> String {
        rendered(self)
    }
}
