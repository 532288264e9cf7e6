//! The tables of facts that a district does not make itself: code lists, and what the labor market is known to be.
//!
//! Each row says of which edition it is. A page that shows such a fact shows its edition beside it.

use crate::bundle::{Column, Kind, Table, column};

const AREA_KIND: &[&str] = &["national", "state", "metropolitan", "nonmetropolitan"];
const EDITION: Column = column("edition", Kind::Text, "The edition that the fact is of.").required();
const CIP_CODE: Column =
    column("cip_code", Kind::Text, "Classification of Instructional Programs: NN, NN.NN or NN.NNNN.").required();
const SOC_CODE: Column = column("soc_code", Kind::Text, "Standard Occupational Classification, NN-NNNN.").required();

pub(crate) const CIP_CODES: Table = Table {
    name: "cip_codes",
    required: false,
    key: None,
    doc: "The Classification of Instructional Programs (NCES).",
    columns: &[
        EDITION,
        CIP_CODE,
        column("title", Kind::Text, "Its title.").required(),
        column("definition", Kind::Text, "What such programs teach."),
    ],
};

pub(crate) const CIP_OCCUPATIONS: Table = Table {
    name: "cip_occupations",
    required: false,
    key: None,
    doc: "Which occupations a program of study prepares for: the crosswalk from CIP to SOC (NCES and BLS).",
    columns: &[
        EDITION,
        CIP_CODE,
        SOC_CODE,
        column("cip_title", Kind::Text, "Title of the program of study."),
        column("soc_title", Kind::Text, "Title of the occupation."),
    ],
};

pub(crate) const SCED_COURSES: Table = Table {
    name: "sced_courses",
    required: false,
    key: None,
    doc: "School Courses for the Exchange of Data (NCES).",
    columns: &[
        EDITION,
        column("sced_code", Kind::Text, "The first five digits of a SCED code.").required(),
        column("title", Kind::Text, "The course's title.").required(),
        column("description", Kind::Text, "What such courses teach."),
    ],
};

pub(crate) const OCCUPATION_WAGES: Table = Table {
    name: "occupation_wages",
    required: false,
    key: None,
    doc: "Jobs and wages by occupation and area: Occupational Employment and Wage Statistics (BLS). A figure that is not there is empty; `withheld`, `not_applicable` and `top_coded` say why.",
    columns: &[
        EDITION,
        column("area", Kind::Text, "The area's code (BLS).").required(),
        column("area_title", Kind::Text, "Its name."),
        column("area_kind", Kind::Code(AREA_KIND), "What kind of area it is."),
        SOC_CODE,
        column("title", Kind::Text, "The occupation's title.").required(),
        column("employment", Kind::Decimal, "Jobs."),
        column("jobs_per_1000", Kind::Decimal, "Jobs in the occupation for each 1,000 jobs in the area."),
        column(
            "location_quotient",
            Kind::Decimal,
            "The occupation's share of the area's jobs, divided by its share of the nation's.",
        ),
        column("hourly_mean", Kind::Decimal, "Mean hourly wage, in dollars."),
        column("hourly_median", Kind::Decimal, "Median hourly wage, in dollars."),
        column("annual_mean", Kind::Decimal, "Mean annual wage, in dollars."),
        column("annual_p10", Kind::Decimal, "Annual wage, 10th percentile, in dollars."),
        column("annual_p25", Kind::Decimal, "Annual wage, 25th percentile, in dollars."),
        column("annual_median", Kind::Decimal, "Median annual wage, in dollars."),
        column("annual_p75", Kind::Decimal, "Annual wage, 75th percentile, in dollars."),
        column("annual_p90", Kind::Decimal, "Annual wage, 90th percentile, in dollars."),
        column("withheld", Kind::Text, "Columns whose figure exists and is not released, in alphabetical order."),
        column(
            "not_applicable",
            Kind::Text,
            "Columns that have no figure in this occupation, which is paid by the hour only, or by the year only.",
        ),
        column("top_coded", Kind::Text, "Columns whose figure is above the highest that is published."),
    ],
};

pub(crate) const OCCUPATION_PROJECTIONS: Table = Table {
    name: "occupation_projections",
    required: false,
    key: None,
    doc: "How many jobs there are in the nation and will be in ten years, by occupation: Employment Projections (BLS).",
    columns: &[
        EDITION,
        SOC_CODE,
        column("title", Kind::Text, "The occupation's title.").required(),
        column("base_year", Kind::Integer, "The year from which it is projected.").required(),
        column("projected_year", Kind::Integer, "The year to which it is projected.").required(),
        column("employment", Kind::Decimal, "Jobs in the base year."),
        column("employment_projected", Kind::Decimal, "Jobs in the projected year."),
        column("change", Kind::Decimal, "Jobs gained or lost between the two."),
        column("change_percent", Kind::Decimal, "The same in percent of the jobs of the base year."),
        column(
            "annual_openings",
            Kind::Decimal,
            "Openings a year between the two, from growth and from people who leave.",
        ),
        column(
            "median_annual_wage",
            Kind::Decimal,
            "Median annual wage, in dollars; the highest published where it is top-coded.",
        ),
        column("wage_year", Kind::Integer, "The year of the wage."),
        column("wage_top_coded", Kind::Boolean, "Whether the wage is that or more."),
        column("education", Kind::Text, "The education with which people typically enter."),
        column("experience", Kind::Text, "The work experience with which people typically enter."),
        column("training", Kind::Text, "The training on the job that is typically needed."),
    ],
};

pub(crate) const OCCUPATION_CLUSTERS: Table = Table {
    name: "occupation_clusters",
    required: false,
    key: None,
    doc: "Career clusters and pathways of occupations (O*NET, US Department of Labor).",
    columns: &[
        EDITION,
        column("cluster", Kind::Text, "The career cluster.").required(),
        column("pathway", Kind::Text, "The pathway within it.").required(),
        column("onet_code", Kind::Text, "The occupation of O*NET-SOC, NN-NNNN.NN.").required(),
        SOC_CODE,
        column("title", Kind::Text, "The occupation's title.").required(),
    ],
};
