//! What a request asks about: year, rulebook, organization; and what these are called.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::extract::{FromRequestParts, Query, rejection::QueryRejection};
use axum::http::request::Parts;
use serde::Deserialize;
use waymark_disclosure::{Audience, Cell, Door, Reach};
use waymark_terms::{SchoolYear, clusters::cluster_16_title};

use crate::{
    Desk, DeskError, Loaded, Organization, Program, RulebookName,
    error::PageError,
    frame::Frame,
    links::{cell_query, link, segment},
    visitor::Visitor,
};

/// The query of any page, as text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) year: String,
    pub(crate) rulebook: String,
    pub(crate) organization: String,
    pub(crate) measure: String,
    pub(crate) variant: String,
    pub(crate) program: String,
    pub(crate) subgroup: String,
    pub(crate) side: String,
    pub(crate) from: String,
    /// A group of students, and another whose members must be in both.
    pub(crate) group: String,
    pub(crate) and: String,
    /// How many school years are looked at, the last being `year`; empty for all.
    pub(crate) years: String,
    pub(crate) cluster: String,
    /// By what rows are ordered.
    pub(crate) sort: String,
    /// Two things beside each other.
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) step: String,
    pub(crate) cohort: String,
    /// The batch after which, and the rulebook by which a number is compared with what it is now.
    pub(crate) since: String,
    pub(crate) then: String,
    /// Who asks.
    #[serde(skip)]
    pub(crate) visitor: Visitor,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let query: Result<Query<Self>, QueryRejection> = Query::from_request_parts(parts, state).await;
        let Query(asked) = query.map_err(|rejection| PageError::Asked(rejection.body_text()))?;
        let Ok(visitor) = Visitor::from_request_parts(parts, state).await;
        Ok(Self { visitor, ..asked })
    }
}

impl Asked {
    /// Where a list begins.
    pub(crate) fn from(&self) -> Result<u64, PageError> {
        match self.from.as_str() {
            "" => Ok(0),
            from => from.parse().map_err(|_| PageError::Asked(format!("`{from}` is no place in a list."))),
        }
    }
}

/// A year, a rulebook and an organization of what is loaded and of what the visitor reaches.
pub(crate) struct Visit {
    pub(crate) visitor: Visitor,
    pub(crate) audience: Audience,
    pub(crate) door: Door,
    pub(crate) year: SchoolYear,
    pub(crate) organization: Organization,
    rulebook: String,
    rulebooks: Vec<RulebookName>,
    years: Vec<SchoolYear>,
    organizations: BTreeMap<String, Organization>,
    programs: BTreeMap<String, Program>,
}

/// A value of a choice.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// The form at the top of a page that asks again for another year, rulebook or organization.
pub(crate) struct Choices {
    pub(crate) path: String,
    pub(crate) years: Vec<Choice>,
    pub(crate) rulebooks: Vec<Choice>,
    /// Empty where the page is about all of them.
    pub(crate) organizations: Vec<Choice>,
    /// What else can be chosen on this page.
    pub(crate) more: Vec<Select>,
    /// What else the address says.
    pub(crate) kept: Vec<(&'static str, String)>,
}

/// A choice that only some pages have.
pub(crate) struct Select {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) values: Vec<Choice>,
}

impl Visit {
    pub(crate) async fn new(desk: &Arc<dyn Desk>, asked: &Asked) -> Result<Self, PageError> {
        let loaded = desk.loaded().await?.ok_or(PageError::NothingLoaded)?;
        let year = chosen_year(&loaded, asked)?;
        let rulebooks = desk.rulebooks();
        let rulebook = chosen_rulebook(&rulebooks, asked);
        let door = desk.door(&rulebook).await?;
        let reach = asked.visitor.reach();
        let organizations = organizations(desk, &reach).await?;
        let organization = if asked.organization.is_empty() {
            top(&organizations).cloned().ok_or(PageError::NothingLoaded)?
        } else {
            let found = organizations.get(&asked.organization).cloned();
            found.ok_or_else(|| PageError::NotThere(format!("There is no organization `{}`.", asked.organization)))?
        };
        let programs = programs(desk, &reach).await?;
        let visitor = asked.visitor.clone();
        let audience = visitor.audience();
        let years = loaded.years;
        Ok(Self { visitor, audience, door, year, organization, rulebook, rulebooks, years, organizations, programs })
    }

    /// The query that keeps year, rulebook and organization.
    pub(crate) fn query<'a>(&'a self, year: &'a str) -> [(&'a str, &'a str); 3] {
        [("year", year), ("rulebook", &self.rulebook), ("organization", &self.organization.organization_id)]
    }

    /// The frame of a page in `section`.
    pub(crate) fn frame(&self, title: impl Into<String>, section: &str) -> Frame {
        Frame::new(&self.visitor, title, section, &self.query(&self.year.to_string()))
    }

    /// A link that keeps year, rulebook and organization.
    pub(crate) fn link(&self, path: &str) -> String {
        link(path, &self.query(&self.year.to_string()))
    }

    /// A link to the same of another organization.
    pub(crate) fn link_to(&self, path: &str, organization: &str) -> String {
        let year = self.year.to_string();
        link(path, &[("year", &year), ("rulebook", &self.rulebook), ("organization", organization)])
    }

    /// The page of an indicator or another measure.
    pub(crate) fn measure_link(&self, measure: &str, variant: &str) -> String {
        let year = self.year.to_string();
        let [year, rulebook, organization] = self.query(&year);
        link(&format!("/indicators/{}", segment(measure)), &[year, rulebook, organization, ("variant", variant)])
    }

    /// The page of a number.
    pub(crate) fn number_link(&self, cell: &Cell) -> String {
        self.cell_link("/number", cell, &[])
    }

    /// A page about a number.
    pub(crate) fn cell_link(&self, path: &str, cell: &Cell, more: &[(&str, &str)]) -> String {
        let year = self.year.to_string();
        let own = [("year", year.as_str()), ("rulebook", self.rulebook.as_str())];
        let query: Vec<_> = own.into_iter().chain(cell_query(cell)).chain(more.iter().copied()).collect();
        link(path, &query)
    }

    /// The page of a student.
    pub(crate) fn student_link(&self, student: &str) -> String {
        self.link(&format!("/students/{}", segment(student)))
    }

    /// What an organization is called.
    pub(crate) fn organization_name(&self, id: &str) -> String {
        self.organizations.get(id).map_or_else(|| id.to_owned(), |organization| organization.name.clone())
    }

    /// What a program, a cluster or all of them are called.
    pub(crate) fn program_name(&self, id: &str) -> String {
        match (id, id.strip_prefix("cluster:")) {
            ("*", _) => "all programs".to_owned(),
            (_, Some(cluster)) => match cluster_16_title(cluster) {
                Some(title) => format!("{title} (career cluster {cluster})"),
                None => format!("career cluster {cluster}"),
            },
            _ => self.programs.get(id).map_or_else(|| id.to_owned(), |program| program.title.clone()),
        }
    }

    /// Whether there is such a program or cluster.
    pub(crate) fn has_program(&self, id: &str) -> bool {
        match id.strip_prefix("cluster:") {
            Some(cluster) => self.programs.values().any(|program| program.cluster_16.as_deref() == Some(cluster)),
            None => id == "*" || self.programs.contains_key(id),
        }
    }

    /// What a subgroup, or two, are called.
    pub(crate) fn subgroup_name(&self, name: &str) -> String {
        let title = |part: &str| {
            let found = self.door.book().subgroups.iter().find(|subgroup| subgroup.name == part);
            found.map_or_else(|| part.to_owned(), |subgroup| subgroup.title.clone())
        };
        if name == "all" {
            "all students".to_owned()
        } else {
            name.split('+').map(title).collect::<Vec<_>>().join(" and ")
        }
    }

    /// The heading under which a subgroup stands.
    pub(crate) fn dimension_name(&self, subgroup: &str) -> String {
        let book = self.door.book();
        let found = book.subgroups.iter().find(|known| known.name == subgroup);
        found.map(|known| known.dimension_title.clone()).unwrap_or_default()
    }

    /// Every program, by name.
    pub(crate) fn programs(&self) -> Vec<&Program> {
        let mut programs: Vec<&Program> = self.programs.values().collect();
        programs.sort_by(|a, b| a.title.cmp(&b.title).then_with(|| a.program_id.cmp(&b.program_id)));
        programs
    }

    /// The career cluster of a program, if known.
    pub(crate) fn cluster_of(&self, id: &str) -> Option<&str> {
        self.programs.get(id).and_then(|program| program.cluster_16.as_deref())
    }

    /// The school years that are loaded, from the first on.
    pub(crate) fn years(&self) -> &[SchoolYear] {
        &self.years
    }

    /// The rulebooks to choose from, and the name of the one that is chosen.
    pub(crate) fn rulebooks(&self) -> (&[RulebookName], &str) {
        (&self.rulebooks, &self.rulebook)
    }

    /// The organizations right below the chosen one, by name.
    pub(crate) fn parts(&self) -> Vec<&Organization> {
        let own = Some(self.organization.organization_id.as_str());
        let below = |organization: &&Organization| organization.parent_organization_id.as_deref() == own;
        let mut parts: Vec<&Organization> = self.organizations.values().filter(below).collect();
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        parts
    }

    /// What the organizations right below the chosen one are.
    pub(crate) fn parts_kind(&self) -> &'static str {
        match self.parts().as_slice() {
            [] => "none",
            parts if parts.iter().any(|part| part.kind == "district") => "district",
            _ => "school",
        }
    }

    /// The form that asks the same page again, by organization too where it is about one.
    pub(crate) fn choices(&self, path: String, by_organization: bool) -> Choices {
        let year =
            |year: &SchoolYear| Choice { value: year.to_string(), label: year.to_string(), chosen: *year == self.year };
        let rulebook = |book: &RulebookName| Choice {
            value: book.name.clone(),
            label: book.title.clone(),
            chosen: book.name == self.rulebook,
        };
        let organization = |organization: &&Organization| Choice {
            value: organization.organization_id.clone(),
            label: organization.name.clone(),
            chosen: organization.organization_id == self.organization.organization_id,
        };
        let mut all: Vec<&Organization> = self.organizations.values().filter(|_| by_organization).collect();
        all.sort_by_key(|organization| (rank(&organization.kind), organization.name.as_str()));
        let mut years: Vec<Choice> = self.years.iter().rev().map(year).collect();
        if !self.years.contains(&self.year) {
            years.insert(0, year(&self.year));
        }
        Choices {
            path,
            years,
            rulebooks: self.rulebooks.iter().map(rulebook).collect(),
            organizations: all.iter().map(organization).collect(),
            more: Vec::new(),
            kept: Vec::new(),
        }
    }
}

/// The year that was asked for, or else the last.
fn chosen_year(loaded: &Loaded, asked: &Asked) -> Result<SchoolYear, PageError> {
    if asked.year.is_empty() {
        return loaded.years.last().copied().ok_or(PageError::NothingLoaded);
    }
    asked.year.parse().map_err(|error: waymark_terms::SchoolYearError| PageError::Asked(format!("{error}.")))
}

/// The rulebook that was asked for, or else the first.
fn chosen_rulebook(rulebooks: &[RulebookName], asked: &Asked) -> String {
    let first = rulebooks.first().map(|book| book.name.clone()).unwrap_or_default();
    if asked.rulebook.is_empty() { first } else { asked.rulebook.clone() }
}

/// The organizations that are reached, by identifier.
pub(crate) async fn organizations(
    desk: &Arc<dyn Desk>,
    reach: &Reach,
) -> Result<BTreeMap<String, Organization>, DeskError> {
    let all = desk.organizations().await?.into_iter();
    let mut organizations = all.map(|organization| (organization.organization_id.clone(), organization)).collect();
    keep_reached(&mut organizations, reach);
    Ok(organizations)
}

/// The programs that are reached, by identifier.
pub(crate) async fn programs(desk: &Arc<dyn Desk>, reach: &Reach) -> Result<BTreeMap<String, Program>, DeskError> {
    let is_reached = |id: &String| reach.programs.as_ref().is_none_or(|reached| reached.contains(id));
    let programs = desk.programs().await?.into_iter().map(|program| (program.program_id.clone(), program));
    Ok(programs.filter(|(id, _)| is_reached(id)).collect())
}

/// Leaves the organizations that are reached, and those below them.
fn keep_reached(organizations: &mut BTreeMap<String, Organization>, reach: &Reach) {
    let Some(own) = &reach.organizations else { return };
    let mut reached: BTreeSet<String> = own.iter().filter(|id| organizations.contains_key(*id)).cloned().collect();
    loop {
        let is_below = |organization: &&Organization| {
            !reached.contains(&organization.organization_id)
                && organization.parent_organization_id.as_ref().is_some_and(|parent| reached.contains(parent))
        };
        let below: Vec<String> = organizations.values().filter(is_below).map(|o| o.organization_id.clone()).collect();
        if below.is_empty() {
            break;
        }
        reached.extend(below);
    }
    organizations.retain(|id, _| reached.contains(id));
}

/// The State, or else whatever has nothing above it.
fn top(organizations: &BTreeMap<String, Organization>) -> Option<&Organization> {
    let is_root = |organization: &&Organization| {
        organization.parent_organization_id.as_ref().is_none_or(|parent| !organizations.contains_key(parent))
    };
    let roots = organizations.values().filter(is_root);
    roots.min_by_key(|organization| rank(&organization.kind))
}

/// From above to below.
fn rank(kind: &str) -> u8 {
    match kind {
        "state" => 0,
        "district" => 1,
        "school" => 2,
        "career_center" => 3,
        _ => 4,
    }
}
