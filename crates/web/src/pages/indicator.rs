//! One indicator, or another measure: by school, by program, by subgroup.

use askama::Template;
use axum::extract::{Path, State};
use waymark_accounts::Permission;
use waymark_disclosure::{GapRow, MeasureDefinition, MeasuresRow};
use waymark_figure::IndicatorBars;

use super::{AtDesk, Page, indicators::Indicator, page};
use crate::{
    error::PageError,
    frame::Frame,
    links::{cell_of, segment},
    text,
    visit::{Asked, Choices, Visit},
};

/// A rate of fewer students than this says little: one student more or less moves it by more than 10 points.
const FEW: u64 = 10;

#[derive(Template)]
#[template(path = "indicator.html")]
struct Measure {
    frame: Frame,
    choices: Choices,
    definition: MeasureDefinition,
    name: String,
    year: String,
    whole: Option<Number>,
    bar: Option<Indicator>,
    /// Why there is no rate of all programs together.
    no_whole: &'static str,
    variants: Vec<Variant>,
    groups: Vec<Group>,
    /// None of a measure that no level can be set for.
    progress: Option<String>,
}

struct Variant {
    name: String,
    href: String,
    chosen: bool,
}

/// A table: the parts of one kind.
struct Group {
    id: &'static str,
    heading: String,
    column: &'static str,
    rows: Vec<Part>,
    absent: &'static str,
}

struct Part {
    name: String,
    href: Option<String>,
    number: Option<Number>,
    points: String,
}

struct Number {
    href: String,
    percent: String,
    of: String,
    few: bool,
}

impl Number {
    fn of(visit: &Visit, row: &MeasuresRow) -> Self {
        Self {
            href: visit.number_link(&cell_of(row)),
            percent: text::percent(row.rate()),
            of: row.rate().to_string(),
            few: row.denominator < FEW,
        }
    }
}

pub(crate) async fn show(State(desk): AtDesk, Path(measure): Path<String>, asked: Asked) -> Page {
    let visit = Visit::new(&desk, &asked).await?;
    let definition = visit.door.definition(&measure)?;
    let variant = if asked.variant.is_empty() { definition.variants.first().cloned() } else { Some(asked.variant) };
    let Some(variant) = variant.filter(|variant| definition.variants.contains(variant)) else {
        return Err(PageError::NotThere(format!("There is no such variant of {measure}.")));
    };
    let own = visit.organization.organization_id.clone();
    let parts: Vec<String> = visit.parts().iter().map(|part| part.organization_id.clone()).collect();
    let released = visit.door.gaps(&visit.audience, visit.year, &measure, &own, &parts).await?;
    let of_variant = released.only(|row| row.variant == variant);
    let rows = of_variant.content().rows();
    let held = Some(&variant) == definition.variants.first() && visit.visitor.may(Permission::Organizations);
    let bar = if held { bar(&visit, &measure).await? } else { None };
    let whole = released.content().wholes().iter().find(|row| row.variant == variant);
    let mut choices = visit.choices(format!("/indicators/{}", segment(&measure)), true);
    choices.kept = vec![("variant", variant.clone())];
    page(&Measure {
        frame: visit.frame(format!("{measure}: {}", definition.title), "/indicators").of(&released),
        choices,
        name: visit.organization.name.clone(),
        year: visit.year.to_string(),
        whole: whole.map(|row| Number::of(&visit, row)),
        bar,
        no_whole: if visit.visitor.may(Permission::Organizations) {
            "Nobody is in the denominator here, so there is no rate."
        } else {
            "Your account shows your programs one by one, and not all programs together."
        },
        progress: visit
            .door
            .is_indicator(&measure)
            .then(|| visit.link(&format!("/indicators/{}/progress", segment(&measure)))),
        variants: variants(&visit, &definition, &variant),
        groups: groups(&visit, rows, &measure),
        definition,
    })
}

async fn bar(visit: &Visit, measure: &str) -> Result<Option<Indicator>, PageError> {
    let organization = &visit.organization.organization_id;
    let released = visit.door.level(&visit.audience, visit.year, measure, organization).await?;
    let bar = IndicatorBars::new(&released).bars().next();
    Ok(bar.map(|bar| Indicator::of(visit, bar)))
}

fn variants(visit: &Visit, definition: &MeasureDefinition, chosen: &str) -> Vec<Variant> {
    let variant = |name: &String| Variant {
        name: name.clone(),
        href: visit.measure_link(&definition.name, name),
        chosen: name == chosen,
    };
    let several = definition.variants.len() > 1;
    definition.variants.iter().filter(|_| several).map(variant).collect()
}

fn groups(visit: &Visit, rows: &[GapRow], measure: &str) -> Vec<Group> {
    let own = &visit.organization.organization_id;
    let part = |name: String, href: Option<String>, row: Option<&GapRow>| Part {
        name,
        href,
        number: row.map(|part| Number::of(visit, &part.row)),
        points: row.map_or_else(String::new, |part| text::points(part.gap)),
    };
    let path = format!("/indicators/{}", segment(measure));
    let by_organization = visit.parts().into_iter().map(|organization| {
        let id = &organization.organization_id;
        let row = rows.iter().find(|part| part.row.organization_id == *id);
        part(organization.name.clone(), Some(visit.link_to(&path, id)), row)
    });
    let of_programs = |clusters: bool| {
        let wanted = move |part: &&GapRow| {
            let row = &part.row;
            row.organization_id == *own && row.program_id != "*" && row.program_id.starts_with("cluster:") == clusters
        };
        let mut parts: Vec<Part> = rows
            .iter()
            .filter(wanted)
            .map(|row| part(visit.program_name(&row.row.program_id), None, Some(row)))
            .collect();
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        parts
    };
    let of_subgroups = rows.iter().filter(|part| part.row.organization_id == *own && part.row.subgroup != "all");
    let (heading, column) = match visit.parts_kind() {
        "district" => ("By district", "District"),
        _ => ("By school", "School"),
    };
    let absent = "Programs and groups with nobody in the denominator are left out.";
    let all = [
        Group {
            id: "by-organization",
            heading: heading.to_owned(),
            column,
            rows: by_organization.collect(),
            absent: "",
        },
        Group {
            id: "by-program",
            heading: "By program".to_owned(),
            column: "Program",
            rows: of_programs(false),
            absent,
        },
        Group {
            id: "by-cluster",
            heading: "By cluster".to_owned(),
            column: "Cluster",
            rows: of_programs(true),
            absent,
        },
        Group {
            id: "by-subgroup",
            heading: "By group of students".to_owned(),
            column: "Group",
            rows: of_subgroups.map(|row| part(visit.subgroup_name(&row.row.subgroup), None, Some(row))).collect(),
            absent,
        },
    ];
    all.into_iter().filter(|group| !group.rows.is_empty()).collect()
}
