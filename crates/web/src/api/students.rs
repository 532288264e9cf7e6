use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use waymark_disclosure::{Cell, Side, StudentLine};

use super::{Format, Queried, Refusals, Source, csv, door, year};
use crate::{pages::AtDesk, problem::Problem, visitor::Visitor};

/// Which students: those behind a number of the measures table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StudentsQuery {
    /// The measure.
    #[param(example = "5S3")]
    measure: String,
    /// The variant; the first without it.
    variant: Option<String>,
    /// The report year, 1 July to 30 June; the last that is loaded without it.
    #[param(pattern = r"^[0-9]{4}-[0-9]{2}$", example = "2024-25")]
    year: Option<String>,
    /// The rulebook by name; the first without it.
    rulebook: Option<String>,
    /// The organization; everybody who is reached without it.
    organization: Option<String>,
    /// The program, `cluster:NN`, or `*` for all programs, as without it.
    program: Option<String>,
    /// The subgroup, or two joined with `+`; `all` without it.
    subgroup: Option<String>,
    /// Which side of the number; all in the denominator without it.
    #[serde(default)]
    #[param(inline)]
    side: SideOfNumber,
    /// How the answer is written.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// A side of a number.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SideOfNumber {
    /// Everybody in the denominator.
    #[default]
    Denominator,
    /// Those in the numerator.
    Numerator,
    /// Those in the denominator only.
    NotNumerator,
}

impl From<SideOfNumber> for Side {
    fn from(side: SideOfNumber) -> Self {
        match side {
            SideOfNumber::Denominator => Self::Denominator,
            SideOfNumber::Numerator => Self::Numerator,
            SideOfNumber::NotNumerator => Self::NotNumerator,
        }
    }
}

/// The students behind a number.
#[derive(Debug, Serialize, ToSchema)]
struct Students {
    #[serde(flatten)]
    source: Source,
    /// By identifier.
    rows: Vec<StudentOut>,
}

/// A student behind a number.
#[derive(Debug, Serialize, ToSchema)]
struct StudentOut {
    /// The student.
    student_id: String,
    /// Family name, if known.
    last_name: Option<String>,
    /// Given name, if known.
    first_name: Option<String>,
    /// Where the student counts.
    organization_id: String,
    /// Grade in the population year, if enrolled in it.
    grade_level: Option<String>,
    /// Whether the student is in the numerator.
    in_numerator: bool,
}

impl From<&StudentLine> for StudentOut {
    fn from(line: &StudentLine) -> Self {
        Self {
            student_id: line.student_id.clone(),
            last_name: line.last_name.clone(),
            first_name: line.first_name.clone(),
            organization_id: line.organization_id.clone(),
            grade_level: line.grade_level.clone(),
            in_numerator: line.in_numerator,
        }
    }
}

/// Students behind a number
#[utoipa::path(
    get,
    path = "/api/v1/students",
    params(StudentsQuery),
    responses(
        (status = 200, description = "The students", content((Students = "application/json"), (String = "text/csv"))),
        Refusals
    ),
    security(("token" = []))
)]
pub(crate) async fn students(
    State(desk): AtDesk,
    visitor: Visitor,
    Queried(query): Queried<StudentsQuery>,
) -> Result<Response, Problem> {
    let year = year(&desk, query.year.as_ref()).await?;
    let door = door(&desk, query.rulebook.as_ref()).await?;
    let cell = Cell {
        measure: query.measure,
        variant: query.variant,
        organization: query.organization,
        program: query.program.unwrap_or_else(|| "*".to_owned()),
        subgroup: query.subgroup.unwrap_or_else(|| "all".to_owned()),
    };
    let released = door.students(&visitor.audience(), year, &cell, query.side.into()).await?;
    let table = released.content();
    Ok(match query.format {
        Format::Json => {
            let rows = table.lines().iter().map(StudentOut::from).collect();
            Json(Students { source: Source::of(&released), rows }).into_response()
        }
        Format::Csv => csv(|to| table.write_csv(to))?,
    })
}
