use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use waymark_disclosure::{IndicatorRow, MeasuresRow, Selection};

use super::{Format, Queried, Refusals, Source, csv, door, year};
use crate::{pages::AtDesk, problem::Problem, visitor::Visitor};

/// Which rows of the measures table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MeasuresQuery {
    /// The report year, 1 July to 30 June; the last that is loaded without it.
    #[param(pattern = r"^[0-9]{4}-[0-9]{2}$", example = "2024-25")]
    year: Option<String>,
    /// The rulebook by name; the first without it.
    rulebook: Option<String>,
    /// Only this measure.
    measure: Option<String>,
    /// Only this organization.
    organization: Option<String>,
    /// Only this program, `cluster:NN` or `*`.
    program: Option<String>,
    /// Only this subgroup, or two joined with `+`.
    subgroup: Option<String>,
    /// How the answer is written.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// Rows of the measures table.
#[derive(Debug, Serialize, ToSchema)]
struct Measures {
    #[serde(flatten)]
    source: Source,
    /// Measures in the order of the rulebook, then organizations, programs and subgroups by name.
    rows: Vec<MeasureOut>,
}

/// A row of the measures table.
#[derive(Debug, Serialize, ToSchema)]
struct MeasureOut {
    /// The report year.
    report_year: String,
    /// The measure.
    measure: String,
    /// The variant; empty where there is one way only.
    variant: String,
    /// The organization.
    organization_id: String,
    /// The program, `cluster:NN`, or `*` for all programs.
    program_id: String,
    /// `all`, a subgroup, or two joined with `+`.
    subgroup: String,
    /// Students, unduplicated.
    denominator: u64,
    /// Students of the denominator.
    numerator: u64,
    /// Numerator over denominator; none where nobody is in the denominator.
    rate: Option<f64>,
    /// What became of the cell on its way out.
    disclosure: &'static str,
}

impl From<&MeasuresRow> for MeasureOut {
    fn from(row: &MeasuresRow) -> Self {
        Self {
            report_year: row.report_year.to_string(),
            measure: row.measure.clone(),
            variant: row.variant.clone(),
            organization_id: row.organization_id.clone(),
            program_id: row.program_id.clone(),
            subgroup: row.subgroup.clone(),
            denominator: row.denominator,
            numerator: row.numerator,
            rate: row.rate().quotient(),
            disclosure: row.disclosure.name(),
        }
    }
}

/// Rows of the measures table
#[utoipa::path(
    get,
    path = "/api/v1/measures",
    params(MeasuresQuery),
    responses(
        (status = 200, description = "The rows", content((Measures = "application/json"), (String = "text/csv"))),
        Refusals
    ),
    security(("token" = []))
)]
pub(crate) async fn measures(
    State(desk): AtDesk,
    visitor: Visitor,
    Queried(query): Queried<MeasuresQuery>,
) -> Result<Response, Problem> {
    let year = year(&desk, query.year.as_ref()).await?;
    let door = door(&desk, query.rulebook.as_ref()).await?;
    let selection = Selection {
        measure: query.measure,
        organization: query.organization,
        program: query.program,
        subgroup: query.subgroup,
        ..Selection::default()
    };
    let released = door.measures(&visitor.audience(), year, &selection).await?;
    Ok(match query.format {
        Format::Csv => csv(|to| released.content().write_csv(to))?,
        Format::Json => {
            let rows = released.content().rows().iter().map(MeasureOut::from).collect();
            Json(Measures { source: Source::of(&released), rows }).into_response()
        }
    })
}

/// Which indicators.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LevelsQuery {
    /// The report year, 1 July to 30 June; the last that is loaded without it.
    #[param(pattern = r"^[0-9]{4}-[0-9]{2}$", example = "2024-25")]
    year: Option<String>,
    /// The rulebook by name; the first without it.
    rulebook: Option<String>,
    /// Only this organization.
    organization: Option<String>,
}

/// Indicators beside their levels.
#[derive(Debug, Serialize, ToSchema)]
struct Levels {
    #[serde(flatten)]
    source: Source,
    /// From how many percent of a level it is met (20 U.S.C. 2343(b)).
    line_percent: u32,
    /// Indicators in the order of the rulebook, organizations by name.
    rows: Vec<LevelOut>,
}

/// An indicator of an organization, for all concentrators.
#[derive(Debug, Serialize, ToSchema)]
struct LevelOut {
    /// The indicator.
    indicator: String,
    /// What people call it.
    title: String,
    /// The variant that is held to the level.
    variant: String,
    /// The organization.
    organization_id: String,
    /// Students, unduplicated.
    denominator: u64,
    /// Students of the denominator.
    numerator: u64,
    /// The level in percent, as a decimal; none where nobody has set one.
    level: Option<String>,
    /// From where it is met, in percent, as a decimal.
    line: Option<String>,
    /// `met`, `not met`, `no level` or `no students`.
    standing: &'static str,
}

impl From<&IndicatorRow> for LevelOut {
    fn from(row: &IndicatorRow) -> Self {
        Self {
            indicator: row.indicator.clone(),
            title: row.title.clone(),
            variant: row.variant.clone(),
            organization_id: row.organization_id.clone(),
            denominator: row.rate.denominator,
            numerator: row.rate.numerator,
            level: row.target.map(|target| target.level.to_string()),
            line: row.target.map(|target| target.line.to_string()),
            standing: row.standing.words(),
        }
    }
}

/// Indicators beside their levels
#[utoipa::path(
    get,
    path = "/api/v1/levels",
    params(LevelsQuery),
    responses((status = 200, description = "The indicators", body = Levels), Refusals),
    security(("token" = []))
)]
pub(crate) async fn levels(
    State(desk): AtDesk,
    visitor: Visitor,
    Queried(query): Queried<LevelsQuery>,
) -> Result<Response, Problem> {
    let year = year(&desk, query.year.as_ref()).await?;
    let door = door(&desk, query.rulebook.as_ref()).await?;
    // The door has rows of nobody for an organization that is asked for by name; of all, it has those that are there.
    let released = door.levels(&visitor.audience(), year, None).await?;
    let is_wanted = |row: &&IndicatorRow| {
        query.organization.as_ref().is_none_or(|organization| *organization == row.organization_id)
    };
    let table = released.content();
    let rows = table.rows().iter().filter(is_wanted).map(LevelOut::from).collect();
    let source = Source::of(&released);
    Ok(Json(Levels { source, line_percent: table.line_percent, rows }).into_response())
}
