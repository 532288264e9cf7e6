use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Queried, Refusals};
use crate::{Organization, Program, pages::AtDesk, problem::Problem, visit, visitor::Visitor};

/// There is nothing to ask.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationOut {
    /// Its identifier.
    organization_id: String,
    /// The organization above it.
    parent_organization_id: Option<String>,
    /// Its name.
    name: String,
    /// `state`, `district`, `school`, `career_center` or `postsecondary`.
    kind: String,
}

/// A program.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgramOut {
    /// Its identifier.
    program_id: String,
    /// Its name.
    title: String,
    /// Its career cluster of the 16, if known.
    cluster_16: Option<String>,
}

impl From<Organization> for OrganizationOut {
    fn from(organization: Organization) -> Self {
        let Organization { organization_id, parent_organization_id, name, kind } = organization;
        Self { organization_id, parent_organization_id, name, kind }
    }
}

impl From<Program> for ProgramOut {
    fn from(program: Program) -> Self {
        let Program { program_id, title, cluster_16 } = program;
        Self { program_id, title, cluster_16 }
    }
}

/// Every organization that is reached, by identifier
#[utoipa::path(
    get,
    path = "/api/v1/organizations",
    responses((status = 200, description = "The organizations", body = [OrganizationOut]), Refusals),
    security(("token" = []))
)]
pub(crate) async fn organizations(
    State(desk): AtDesk,
    visitor: Visitor,
    Queried(Nothing {}): Queried<Nothing>,
) -> Result<Json<Vec<OrganizationOut>>, Problem> {
    let reached = visit::organizations(&desk, &visitor.reach()).await?;
    Ok(Json(reached.into_values().map(OrganizationOut::from).collect()))
}

/// Every program that is reached, by identifier
#[utoipa::path(
    get,
    path = "/api/v1/programs",
    responses((status = 200, description = "The programs", body = [ProgramOut]), Refusals),
    security(("token" = []))
)]
pub(crate) async fn programs(
    State(desk): AtDesk,
    visitor: Visitor,
    Queried(Nothing {}): Queried<Nothing>,
) -> Result<Json<Vec<ProgramOut>>, Problem> {
    let reached = visit::programs(&desk, &visitor.reach()).await?;
    Ok(Json(reached.into_values().map(ProgramOut::from).collect()))
}
