use std::{collections::BTreeSet, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use waymark_engine::{Cell, Counts, Engine, EngineError, Selection, Side, StudentTrace};
use waymark_rulebook::Rulebook;
use waymark_terms::SchoolYear;

use crate::{
    Access, AccessLog, AccessLogError, Audience, GapsTable, LevelsTable, MeasureDefinition, MeasuresTable, Provenance,
    Released, SnapshotInfo, StatusesTable, StudentsTable,
};

/// What time it is.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Why something is not released.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Nobody and nothing is called that.
    #[error("no {what} `{name}`{}", hint.as_deref().map(|hint| format!("; did you mean `{hint}`?")).unwrap_or_default())]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The name most like it.
        hint: Option<String>,
    },
    /// It could not be computed.
    #[error("cannot compute it: {0}")]
    Engine(#[source] EngineError),
    /// What cannot be logged is not released.
    #[error(transparent)]
    Log(#[from] AccessLogError),
}

impl From<EngineError> for DoorError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Unknown { what, name, hint } => Self::Unknown { what, name, hint },
            other => Self::Engine(other),
        }
    }
}

/// The way out for everything that an engine knows. Each method is one release and one entry of the access log.
///
/// A method computes with `engine_for` an audience, of which no row comes that the audience does not reach. Where rows cannot be
/// told apart, it first asks whether the organization and the program as a whole are reached.
#[derive(Clone)]
pub struct Door {
    unscoped: Engine,
    snapshot: SnapshotInfo,
    log: Arc<dyn AccessLog>,
    clock: Clock,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("engine", &self.unscoped).field("snapshot", &self.snapshot).finish_non_exhaustive()
    }
}

impl Door {
    /// A door for `engine`, which runs on `snapshot`.
    pub fn new(engine: Engine, snapshot: SnapshotInfo, log: Arc<dyn AccessLog>, clock: Clock) -> Self {
        Self { unscoped: engine, snapshot, log, clock }
    }

    /// An engine of which only what the audience reaches comes out.
    pub(crate) fn engine_for(&self, audience: &Audience) -> Engine {
        self.unscoped.within(audience.reach())
    }

    /// The rulebook.
    pub fn book(&self) -> &Rulebook {
        self.unscoped.book()
    }

    /// The data.
    pub fn snapshot(&self) -> SnapshotInfo {
        self.snapshot
    }

    /// What a measure means. A definition tells nothing of anybody, and anybody may read it.
    ///
    /// # Errors
    /// The rulebook has no such measure.
    pub fn definition(&self, measure: &str) -> Result<MeasureDefinition, DoorError> {
        match self.book().measure(measure) {
            Some(found) => Ok(MeasureDefinition::of(self.book(), found)),
            None => Err(DoorError::Unknown { what: "measure", name: measure.to_owned(), hint: None }),
        }
    }

    /// Whether a level can be set for a measure of that name.
    pub fn is_indicator(&self, measure: &str) -> bool {
        crate::levels::is_indicator(measure)
    }

    /// Rows of the measures table.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn measures(
        &self,
        audience: &Audience,
        year: SchoolYear,
        selection: &Selection,
    ) -> Result<Released<MeasuresTable>, DoorError> {
        let table = MeasuresTable::shown(self.engine_for(audience).measures(year, selection).await?);
        let cells = table.rows.len();
        self.release(audience, format!("measures of {year}{}", narrowed(selection)), cells, &[], table).await
    }

    /// Every indicator of an organization, or of all, beside its level.
    ///
    /// # Errors
    /// What cannot be computed or logged.
    pub async fn levels(
        &self,
        audience: &Audience,
        year: SchoolYear,
        organization: Option<&str>,
    ) -> Result<Released<LevelsTable>, DoorError> {
        self.levels_of(audience, year, None, organization).await
    }

    /// One indicator of an organization beside its level; without a row where the measure is no indicator.
    ///
    /// # Errors
    /// A measure that is not there; what cannot be computed or logged.
    pub async fn level(
        &self,
        audience: &Audience,
        year: SchoolYear,
        indicator: &str,
        organization: &str,
    ) -> Result<Released<LevelsTable>, DoorError> {
        self.levels_of(audience, year, Some(indicator), Some(organization)).await
    }

    async fn levels_of(
        &self,
        audience: &Audience,
        year: SchoolYear,
        indicator: Option<&str>,
        organization: Option<&str>,
    ) -> Result<Released<LevelsTable>, DoorError> {
        let selection = Selection {
            measure: indicator.map(str::to_owned),
            organization: organization.map(str::to_owned),
            program: Some("*".to_owned()),
            subgroup: Some("all".to_owned()),
            pairs: false,
        };
        let counts = self.engine_for(audience).measures(year, &selection).await?;
        let levels = self.unscoped.performance_levels(year).await?;
        let mut table = LevelsTable::new(self.book(), counts, &levels, organization);
        table.rows.retain(|row| indicator.is_none_or(|indicator| indicator == row.indicator));
        let what = format!("levels of {year}{}", narrowed(&selection));
        let cells = table.rows.len();
        self.release(audience, what, cells, &[], table).await
    }

    /// A measure of an organization by the organizations `parts`, by program and by subgroup, each less everybody.
    ///
    /// # Errors
    /// A measure that is not there; what cannot be computed or logged.
    pub async fn gaps(
        &self,
        audience: &Audience,
        year: SchoolYear,
        measure: &str,
        organization: &str,
        parts: &[String],
    ) -> Result<Released<GapsTable>, DoorError> {
        let selection = Selection { measure: Some(measure.to_owned()), ..Selection::default() };
        let table = GapsTable::new(self.engine_for(audience).measures(year, &selection).await?, organization, parts);
        let what = format!("gaps of {measure}, {year}, {organization} and {} of its parts", parts.len());
        let cells = table.rows.len() + table.wholes.len();
        self.release(audience, what, cells, &[], table).await
    }

    /// Every student's level.
    ///
    /// # Errors
    /// What cannot be computed or logged.
    pub async fn statuses(&self, audience: &Audience, year: SchoolYear) -> Result<Released<StatusesTable>, DoorError> {
        let rows = self.engine_for(audience).statuses(year).await?;
        let students: BTreeSet<String> = rows.iter().map(|row| row.student_id.clone()).collect();
        let students: Vec<&str> = students.iter().map(String::as_str).collect();
        self.release(audience, format!("statuses of {year}"), 0, &students, StatusesTable { rows }).await
    }

    /// The students behind a number.
    ///
    /// # Errors
    /// A name that is not there; what cannot be computed or logged.
    pub async fn students(
        &self,
        audience: &Audience,
        year: SchoolYear,
        cell: &Cell,
        side: Side,
    ) -> Result<Released<StudentsTable>, DoorError> {
        let lines = self.engine_for(audience).students(year, cell, side).await?;
        let what = format!("students of {year}, {}", name_of(cell, side));
        let students: Vec<String> = lines.iter().map(|line| line.student_id.clone()).collect();
        let students: Vec<&str> = students.iter().map(String::as_str).collect();
        let table = StudentsTable { report_year: year, cell: cell.clone(), side, lines };
        self.release(audience, what, 0, &students, table).await
    }

    /// Why a student counts, or not, in one program or in all.
    ///
    /// # Errors
    /// A student or program that is not there; what cannot be computed or logged.
    pub async fn explain(
        &self,
        audience: &Audience,
        year: SchoolYear,
        student: &str,
        program: Option<&str>,
    ) -> Result<Released<StudentTrace>, DoorError> {
        let trace = self.engine_for(audience).explain(year, student, program).await?;
        self.release(audience, format!("explanation of a student, {year}"), 0, &[student], trace).await
    }

    /// Raw counts as far as `audience` may look, for what this crate makes of them.
    pub(crate) async fn counts(
        &self,
        audience: &Audience,
        year: SchoolYear,
        selection: &Selection,
    ) -> Result<Counts, DoorError> {
        Ok(self.engine_for(audience).measures(year, selection).await?)
    }

    /// Content for `audience` that `asked` asks for.
    pub(crate) async fn release_to<T>(
        &self,
        asked: &Audience,
        audience: Audience,
        what: String,
        cells: usize,
        content: T,
    ) -> Result<Released<T>, DoorError> {
        let released = self.release(asked, what, cells, &[], content).await?;
        Ok(released.for_audience(audience))
    }

    /// Releases `content`, which has so many cells with counts and tells of these `students`, by identifier.
    pub(crate) async fn release<T>(
        &self,
        audience: &Audience,
        what: String,
        cells: usize,
        students: &[&str],
        content: T,
    ) -> Result<Released<T>, DoorError> {
        let provenance = Provenance { rulebook: self.book().identity(), snapshot: self.snapshot, at: (self.clock)() };
        let access = Access {
            at: provenance.at,
            who: audience.who().to_owned(),
            what,
            why: audience.reason().to_owned(),
            cells: cells as u64,
            students: students.len() as u64,
            rulebook: provenance.rulebook.clone(),
            snapshot: self.snapshot.number,
        };
        self.log.record(access, students).await?;
        Ok(Released::new(content, audience.clone(), provenance))
    }
}

/// What a selection narrows to, for the log.
fn narrowed(selection: &Selection) -> String {
    let parts = [&selection.measure, &selection.organization, &selection.program, &selection.subgroup];
    let named = parts.into_iter().flatten().map(String::as_str);
    std::iter::once("").chain(named).chain(selection.pairs.then_some("pairs")).collect::<Vec<_>>().join(", ")
}

/// A number and a side of it, for the log.
pub(crate) fn name_of(cell: &Cell, side: Side) -> String {
    let side = match side {
        Side::Denominator => "denominator",
        Side::Numerator => "numerator",
        Side::NotNumerator => "not in the numerator",
    };
    let organization = cell.organization.as_deref().unwrap_or("everybody");
    let variant = cell.variant.as_deref().map(|variant| format!(" {variant}")).unwrap_or_default();
    format!("{}{variant}, {organization}, {}, {}, {side}", cell.measure, cell.program, cell.subgroup)
}
