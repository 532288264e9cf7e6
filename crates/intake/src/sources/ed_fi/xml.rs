//! An interchange file, record by record: never more than one of them in memory.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::{
    Reader,
    events::{BytesDecl, BytesRef, BytesStart, Event},
};

/// How deep elements may stand in each other; interchanges of the standard stay below 10.
const DEPTH: usize = 32;
/// Bytes of one tag, text or comment.
const EVENT_BYTES: usize = 1 << 20;
/// Bytes of one record's names and texts; records of the standard have a few thousand.
const RECORD_BYTES: usize = 4 << 20;

/// Why no further record can be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum XmlError {
    #[error("cannot read: {0}")]
    Io(io::Error),
    #[error("the file is not text in UTF-8")]
    Encoding,
    #[error("the XML is broken: {0}")]
    Malformed(String),
    #[error("the file declares a document type")]
    DocumentType,
    #[error("`&{0};` is no entity of XML")]
    Entity(String),
    #[error("elements stand more than {DEPTH} deep in each other")]
    TooDeep,
    #[error("a single piece of the file is too large")]
    TooLarge,
}

/// An element with what stands in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name without prefix.
    pub(super) name: String,
    /// The line on which it opens.
    pub(super) line: u64,
    /// The name by which references in the same file call it.
    pub(super) id: Option<String>,
    /// The `id` that it refers to, where it is a reference.
    pub(super) refers_to: Option<String>,
    /// Its text, with all space in it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children(name).next()
    }

    /// All children of that name.
    pub(super) fn children<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text at the end of a path of names; empty where there is none.
    pub(super) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |element| &element.text)
    }
}

/// Reads the records of an interchange: the elements that stand directly in its root.
pub(super) struct Records<R> {
    reader: Reader<Counted<R>>,
    buffer: Vec<u8>,
    root: String,
    done: bool,
}

/// What was read, owned where it outlives the buffer.
enum Piece {
    Open(Element),
    Close,
    Text(String),
    End,
}

impl<R: Read> Records<R> {
    /// Reads up to the root.
    pub(super) fn open(source: R) -> Result<Self, (u64, XmlError)> {
        let mut counted = Counted::new(source);
        let first = counted.fill_buf().map_err(|error| (1, XmlError::Io(error)))?;
        if first.iter().take(4).any(|byte| matches!(byte, 0 | 0xfe | 0xff)) {
            return Err((1, XmlError::Encoding));
        }
        let mut reader = Reader::from_reader(counted);
        reader.config_mut().expand_empty_elements = true;
        let mut records = Self { reader, buffer: Vec::new(), root: String::new(), done: false };
        loop {
            match records.piece()? {
                Piece::Open(root) => {
                    records.root = root.name;
                    return Ok(records);
                }
                Piece::Text(text) if text.trim().is_empty() => {}
                _ => return Err((records.line(), XmlError::Malformed("there is no root element".to_owned()))),
            }
        }
    }

    /// The name of the root.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// Bytes read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next record whose name is wanted; none behind the last.
    pub(super) fn next(&mut self, wanted: impl Fn(&str) -> bool) -> Result<Option<Element>, (u64, XmlError)> {
        while !self.done {
            match self.piece()? {
                Piece::Open(record) if wanted(&record.name) => return self.complete(record).map(Some),
                Piece::Open(_) => self.pass_over()?,
                Piece::Text(_) => {}
                Piece::Close => self.done = true,
                Piece::End => {
                    return Err((self.line(), XmlError::Malformed(format!("`{}` is never closed", self.root))));
                }
            }
        }
        Ok(None)
    }

    fn line(&self) -> u64 {
        self.reader.get_ref().line
    }

    /// Reads the rest of a record that was opened.
    fn complete(&mut self, record: Element) -> Result<Element, (u64, XmlError)> {
        let mut open = vec![record];
        let mut bytes = 0;
        loop {
            let piece = self.piece()?;
            match piece {
                Piece::Open(element) => {
                    bytes += size_of::<Element>() + element.name.len();
                    open.push(element);
                }
                Piece::Text(text) => {
                    bytes += text.len();
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&text);
                    }
                }
                Piece::Close => {
                    let closed = open.pop().unwrap_or_default();
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => return Ok(closed),
                    }
                }
                Piece::End => return Err((self.line(), XmlError::Malformed("a record is never closed".to_owned()))),
            }
            // The root is one more.
            if open.len() >= DEPTH {
                return Err((self.line(), XmlError::TooDeep));
            }
            if bytes > RECORD_BYTES {
                return Err((self.line(), XmlError::TooLarge));
            }
        }
    }

    /// Passes over the rest of a record that was opened.
    fn pass_over(&mut self) -> Result<(), (u64, XmlError)> {
        let mut depth = 1;
        while depth > 0 {
            match self.piece()? {
                Piece::Open(_) => depth += 1,
                Piece::Close => depth -= 1,
                Piece::Text(_) => {}
                Piece::End => return Err((self.line(), XmlError::Malformed("a record is never closed".to_owned()))),
            }
            if depth >= DEPTH {
                return Err((self.line(), XmlError::TooDeep));
            }
        }
        Ok(())
    }

    fn piece(&mut self) -> Result<Piece, (u64, XmlError)> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().begin_event();
            let line = self.line();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => {
                    let too_large = self.reader.get_ref().left == 0;
                    return Err((line, if too_large { XmlError::TooLarge } else { failed(error) }));
                }
            };
            let piece = match event {
                Event::Start(start) | Event::Empty(start) => opened(&start, line).map(Some),
                Event::End(_) => Ok(Some(Piece::Close)),
                Event::Text(text) => Ok(Some(Piece::Text(text.xml10_content().into_owned()))),
                Event::CData(text) => Ok(Some(Piece::Text(text.xml10_content().into_owned()))),
                Event::GeneralRef(reference) => resolved(&reference).map(Some),
                Event::DocType(_) => Err(XmlError::DocumentType),
                Event::Decl(declaration) => check_encoding(&declaration).map(|()| None),
                Event::Comment(_) | Event::PI(_) => Ok(None),
                Event::Eof => Ok(Some(Piece::End)),
            };
            if let Some(piece) = piece.map_err(|error| (line, error))? {
                return Ok(piece);
            }
        }
    }
}

fn failed(error: quick_xml::Error) -> XmlError {
    match error {
        quick_xml::Error::Io(error) => XmlError::Io(io::Error::new(error.kind(), error)),
        quick_xml::Error::Encoding(_) => XmlError::Encoding,
        other => XmlError::Malformed(other.to_string()),
    }
}

fn check_encoding(declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
    match declaration.encoding() {
        Some(Ok(name)) if !["utf-8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) => {
            Err(XmlError::Encoding)
        }
        _ => Ok(()),
    }
}

fn opened(start: &BytesStart<'_>, line: u64) -> Result<Piece, XmlError> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), line, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| XmlError::Malformed(error.to_string()))?;
        let place = match attribute.key.as_ref() {
            "id" => &mut element.id,
            "ref" => &mut element.refers_to,
            _ => continue,
        };
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        *place = Some(value.map_err(|error| XmlError::Malformed(error.to_string()))?.into_owned());
    }
    Ok(Piece::Open(element))
}

/// The text of `&amp;` and its like; entities of a document's own are never expanded.
fn resolved(reference: &BytesRef<'_>) -> Result<Piece, XmlError> {
    let name = reference.xml10_content();
    if reference.is_char_ref() {
        let character = reference.resolve_char_ref().map_err(|error| XmlError::Malformed(error.to_string()))?;
        return Ok(Piece::Text(character.map(String::from).unwrap_or_default()));
    }
    match quick_xml::escape::resolve_xml_entity(&name) {
        Some(text) => Ok(Piece::Text(text.to_owned())),
        None => Err(XmlError::Entity(name.into_owned())),
    }
}

/// Counts lines, and gives no more bytes to one event than [`EVENT_BYTES`].
struct Counted<R> {
    source: BufReader<R>,
    /// The line that comes next.
    line: u64,
    left: usize,
}

impl<R: Read> Counted<R> {
    fn new(source: R) -> Self {
        Self { source: BufReader::with_capacity(64 << 10, source), line: 1, left: EVENT_BYTES }
    }

    fn begin_event(&mut self) {
        self.left = EVENT_BYTES;
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let length = from.len().min(into.len());
        into[..length].copy_from_slice(&from[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("a tag or text without end"));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let consumed = &self.source.buffer()[..amount];
        self.line += memchr::memchr_iter(b'\n', consumed).count() as u64;
        self.left = self.left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(xml: &str) -> Result<Vec<Element>, (u64, String)> {
        let shown = |(line, error): (u64, XmlError)| (line, error.to_string());
        let mut records = Records::open(xml.as_bytes()).map_err(shown)?;
        let mut all = Vec::new();
        while let Some(record) = records.next(|name| name != "Passed").map_err(shown)? {
            all.push(record);
        }
        Ok(all)
    }

    #[test]
    fn a_record_knows_its_lines_and_its_text() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<e:Root xmlns:e=\"urn:e\">\n  <Passed><A/></Passed>\n\n  \
                   <e:One id=\"o\"\n    other=\"x\">\n    <Two>a &amp; b&#33; </Two>\n    <Three ref=\"o\"/>\n  </e:One>\n\
                   </e:Root>\n";
        let records = records(xml).unwrap();
        let [one] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!((one.name.as_str(), one.line, one.id.as_deref()), ("One", 5, Some("o")));
        assert_eq!(one.text_at(&["Two"]), "a & b! ");
        assert_eq!(one.child("Two").map(|two| two.line), Some(7));
        assert_eq!(one.child("Three").and_then(|three| three.refers_to.as_deref()), Some("o"));
        assert_eq!(one.text_at(&["Two", "Four"]), "");
    }

    #[test]
    fn document_types_and_entities_of_their_own_are_refused() {
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<r><x>&b;</x></r>";
        assert_eq!(records(bomb).unwrap_err(), (1, "the file declares a document type".to_owned()));
        let unknown = records("<r>\n<x>&b;</x></r>").unwrap_err();
        assert_eq!(unknown, (2, "`&b;` is no entity of XML".to_owned()));
    }

    #[test]
    fn depth_and_size_have_an_end() {
        let deep = |name: &str| format!("<r><{name}>{}</{name}></r>", "<a>".repeat(100));
        for name in ["x", "Passed"] {
            assert_eq!(records(&deep(name)).unwrap_err().1, XmlError::TooDeep.to_string(), "{name}");
        }
        let long_text = format!("<r><x>{}</x></r>", "a".repeat(2 * EVENT_BYTES));
        assert_eq!(records(&long_text).unwrap_err().1, XmlError::TooLarge.to_string());
        let long_tag = format!("<r><x a=\"{}\"/></r>", "a".repeat(2 * EVENT_BYTES));
        assert_eq!(records(&long_tag).unwrap_err().1, XmlError::TooLarge.to_string());
        let long_record = format!("<r><x>{}</x></r>", "<a></a>".repeat(RECORD_BYTES / size_of::<Element>() + 1));
        assert_eq!(records(&long_record).unwrap_err().1, XmlError::TooLarge.to_string());
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        for (xml, line) in
            [("<r>\n<x>\n", 3), ("<r>\n<x></y></r>", 2), ("", 1), ("text", 1), ("<r>\n<x", 2), ("<r>", 1)]
        {
            let (found, message) = records(xml).unwrap_err();
            assert_eq!(found, line, "{xml:?}: {message}");
            assert!(message.starts_with("the XML is broken"), "{message}");
        }
        assert_eq!(records("\u{feff}<r/>").unwrap().len(), 0);
        let latin = Records::open(&b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r/>"[..]).err().unwrap().1;
        assert!(matches!(latin, XmlError::Encoding));
        let utf_16 = Records::open(&b"\xff\xfe<\0r\0/\0>\0"[..]).err().unwrap().1;
        assert!(matches!(utf_16, XmlError::Encoding));
    }
}
