//! Counts that were made once, kept for whoever asks next: a cache beside the lake that may be deleted at any time.
//!
//! A file holds the counts of one report year, by one rulebook's plans, on one snapshot. Its name only helps to find it:
//! what it is about stands in it as a whole, and is compared. For each measure it has one row group with the cells of all
//! programs together, and one with those of single programs, each in the order of organizations; an index in the file says
//! how many rows of a group an organization has. So a page's slice is some pages of one or two groups.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, BinaryArray, RecordBatch, UInt32Array},
        datatypes::{DataType, Field, Schema, UInt32Type},
    },
    error::DataFusionError,
    parquet::{
        arrow::{
            ArrowWriter,
            arrow_reader::{
                ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
            },
        },
        basic::{Compression, ZstdLevel},
        file::{
            metadata::{KeyValue, PageIndexPolicy},
            properties::WriterProperties,
        },
    },
};
use waymark_terms::SchoolYear;

use crate::{
    EngineError, MeasureRow, Selection,
    year::{Names, YearCounts},
};

/// Changes with the layout of the files, or with what is counted for the same plans.
const FORMAT: &str = "waymark cube 1";
/// How many files are kept; the oldest go first.
const FILES: usize = 64;
/// Rows that are read at once at least.
const PAGE: usize = 128;
/// Between names in the file; no identifier has it.
const SEPARATOR: char = '\0';

/// Where counts are kept, and of which snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeStore {
    folder: PathBuf,
    snapshot: String,
}

impl CubeStore {
    /// Counts in `folder`, which is made when there is something to keep. `snapshot` must be another text for every
    /// snapshot that the folder ever sees.
    pub fn new(folder: PathBuf, snapshot: String) -> Self {
        Self { folder, snapshot }
    }

    /// Removes all that is kept: after an erasure nothing must be left that was counted before it.
    ///
    /// # Errors
    /// A folder that cannot be removed; one that is not there is no error.
    pub fn clear(folder: &Path) -> std::io::Result<()> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    /// What a file must say of itself to be the answer: everything that decides the counts.
    pub(crate) fn key(&self, plans: &str) -> String {
        format!("{FORMAT}\n{}\n{plans}", self.snapshot)
    }

    fn path(&self, year: SchoolYear, key: &str) -> PathBuf {
        let hash = crate::text::hash(key);
        self.folder.join(format!("{year}-{hash:016x}.parquet"))
    }

    /// The counts, if they are kept and can be read.
    pub(crate) fn open(&self, year: SchoolYear, key: &str) -> Option<KeptCounts> {
        KeptCounts::open(&self.path(year, key), key).ok().flatten()
    }

    /// Keeps the counts, and opens them. A folder that cannot be written is no error: it is a cache.
    pub(crate) fn keep(&self, year: SchoolYear, key: &str, counts: &YearCounts) -> Option<KeptCounts> {
        fs::create_dir_all(&self.folder).ok()?;
        let path = self.path(year, key);
        let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
        let written = write(&unfinished, key, counts).and_then(|()| Ok(fs::rename(&unfinished, &path)?));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written.ok()?;
        self.make_room();
        self.open(year, key)
    }

    fn make_room(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        let surplus = files.len().saturating_sub(FILES);
        for (_, path) in &files[..surplus] {
            let _ = fs::remove_file(path);
        }
    }
}

fn write(path: &Path, key: &str, counts: &YearCounts) -> Result<(), DataFusionError> {
    let names = &counts.names;
    let measures: Vec<String> =
        names.measures.iter().flat_map(|(measure, variant)| [measure.clone(), variant.clone()]).collect();
    let lists = [
        ("measures", &measures),
        ("organizations", &names.organizations),
        ("programs", &names.programs),
        ("slots", &names.slots),
    ];
    if lists.iter().any(|(_, list)| list.iter().any(|name| name.contains(SEPARATOR))) {
        return Err(DataFusionError::Internal("a name has a null character".into()));
    }
    let schema = Arc::new(Schema::new(vec![
        Field::new("organization", DataType::UInt32, false),
        Field::new("program", DataType::UInt32, false),
        Field::new("counts", DataType::Binary, false),
    ]));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_data_page_row_count_limit(PAGE)
        .set_write_batch_size(PAGE)
        .set_max_row_group_row_count(None)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(path)?, Arc::clone(&schema), Some(properties))?;
    let whole = names.programs.binary_search_by(|name| name.as_str().cmp("*")).map_or(0, |place| place + 1);
    let is_whole = |program: u32| program == 0 || program as usize == whole;
    let mut index = String::new();
    for measure in 0..u32::try_from(names.measures.len()).unwrap_or(u32::MAX) {
        for of_whole in [true, false] {
            let cells = counts.cells.range((measure, 0, 0)..=(measure, u32::MAX, u32::MAX));
            let cells: Vec<_> = cells.filter(|((_, _, program), _)| is_whole(*program) == of_whole).collect();
            if cells.is_empty() {
                continue;
            }
            let columns: Vec<ArrayRef> = vec![
                Arc::new(UInt32Array::from_iter_values(cells.iter().map(|((_, organization, _), _)| *organization))),
                Arc::new(UInt32Array::from_iter_values(cells.iter().map(|((.., program), _)| *program))),
                Arc::new(BinaryArray::from_iter_values(cells.iter().map(|(_, counts)| counts))),
            ];
            writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
            writer.flush()?;
            let _ = write!(index, "{measure} {}", u8::from(of_whole));
            for of_organization in cells.chunk_by(|((_, a, _), _), ((_, b, _), _)| a == b) {
                let _ = write!(index, " {} {}", of_organization[0].0.1, of_organization.len());
            }
            index.push('\n');
        }
    }
    for (name, list) in lists {
        let list = list.iter().fold(String::new(), |text, name| text + name + "\0");
        writer.append_key_value_metadata(KeyValue::new(name.to_owned(), list));
    }
    writer.append_key_value_metadata(KeyValue::new("singles".to_owned(), names.singles.to_string()));
    writer.append_key_value_metadata(KeyValue::new("index".to_owned(), index));
    writer.append_key_value_metadata(KeyValue::new("key".to_owned(), key.to_owned()));
    writer.close()?;
    Ok(())
}

/// A row group: the cells of one measure, of all programs together or of single ones.
#[derive(Debug)]
struct Group {
    measure: u32,
    of_whole: bool,
    /// By organization, the first row and how many.
    rows: BTreeMap<u32, (usize, usize)>,
}

/// The counts of a year in a file.
#[derive(Debug)]
pub(crate) struct KeptCounts {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    names: Names,
    groups: Vec<Group>,
}

impl KeptCounts {
    fn open(path: &Path, key: &str) -> Result<Option<Self>, DataFusionError> {
        let metadata = ArrowReaderMetadata::load(
            &File::open(path)?,
            ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required),
        )?;
        let pairs = metadata.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
        let value = |name: &str| pairs.iter().find(|pair| pair.key == name).and_then(|pair| pair.value.as_deref());
        if value("key") != Some(key) {
            return Ok(None);
        }
        let list = |name: &str| -> Vec<String> {
            value(name).unwrap_or_default().split_terminator(SEPARATOR).map(str::to_owned).collect()
        };
        let measures = list("measures").chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        let Some(singles) = value("singles").and_then(|singles| singles.parse().ok()) else { return Ok(None) };
        let names = Names {
            measures,
            organizations: list("organizations"),
            programs: list("programs"),
            slots: list("slots"),
            singles,
        };
        let groups: Option<Vec<Group>> = value("index").unwrap_or_default().lines().map(group).collect();
        Ok(groups.map(|groups| Self { path: path.to_owned(), metadata, names, groups }))
    }

    /// The rows of the measures table that a selection takes, in its order.
    pub(crate) fn rows(&self, year: SchoolYear, selection: &Selection) -> Result<Vec<MeasureRow>, EngineError> {
        let organization = match &selection.organization {
            None => None,
            Some(name) => match self.names.organizations.binary_search(name) {
                Ok(place) => u32::try_from(place).ok(),
                Err(_) => return Ok(Vec::new()),
            },
        };
        let slots = self.names.wanted_slots(selection);
        let whole_only = selection.program.as_deref() == Some("*");
        let mut rows = Vec::new();
        for (place, (name, _)) in self.names.measures.iter().enumerate() {
            if !Selection::takes(selection.measure.as_ref(), name) {
                continue;
            }
            let Ok(measure) = u32::try_from(place) else { continue };
            let mut cells: BTreeMap<(u32, u32), Box<[u8]>> = BTreeMap::new();
            for (place, group) in self.groups.iter().enumerate() {
                if group.measure == measure && (group.of_whole || !whole_only) {
                    self.read(place, organization, &mut cells)?;
                }
            }
            let cells: Vec<_> = cells.iter().collect();
            for of_organization in cells.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
                let organization = of_organization[0].0.0;
                let cells = of_organization.iter().map(|((_, program), counts)| (*program, &counts[..]));
                self.names.rows_of(year, measure, organization, cells, selection, &slots, &mut rows)?;
            }
        }
        Ok(rows)
    }

    fn read(
        &self,
        group: usize,
        organization: Option<u32>,
        cells: &mut BTreeMap<(u32, u32), Box<[u8]>>,
    ) -> Result<(), DataFusionError> {
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(&self.path)?, self.metadata.clone());
        let mut reader = reader.with_row_groups(vec![group]);
        if let Some(organization) = organization {
            let Some((first, rows)) = self.groups[group].rows.get(&organization) else { return Ok(()) };
            let selection = vec![RowSelector::skip(*first), RowSelector::select(*rows)];
            reader = reader.with_row_selection(RowSelection::from(selection));
        }
        for batch in reader.build()? {
            let batch = batch?;
            let organizations = batch.column(0).as_primitive::<UInt32Type>();
            let programs = batch.column(1).as_primitive::<UInt32Type>();
            let counts = batch.column(2).as_binary::<i32>();
            for row in 0..batch.num_rows() {
                cells.insert((organizations.value(row), programs.value(row)), counts.value(row).into());
            }
        }
        Ok(())
    }
}

fn group(line: &str) -> Option<Group> {
    let mut numbers = line.split(' ').map(|number| number.parse::<u32>().ok());
    let (measure, of_whole) = (numbers.next()??, numbers.next()?? == 1);
    let mut rows = BTreeMap::new();
    let mut first = 0;
    while let Some(organization) = numbers.next() {
        let count = numbers.next()?? as usize;
        rows.insert(organization?, (first, count));
        first += count;
    }
    Some(Group { measure, of_whole, rows })
}
