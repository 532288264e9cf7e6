//! Small lists as they are published, and the lists themselves where they lie beside the workspace.

use tempfile::TempDir;

use crate::{
    Reading, Refusal,
    sources::testing::{self, data, findings, transcript, values},
};

const TODAY: &str = "2026-01-01";

fn read(name: &str, text: &str) -> Result<Reading, Refusal> {
    let folder = TempDir::new().unwrap();
    testing::write(folder.path(), [(name, text)]);
    testing::read(folder.path(), TODAY)
}

const CIP: &str = "\u{feff}\"CIPFamily\",\"CIPCode\",\"Action\",\"TextChange\",\"CIPTitle\",\"CIPDefinition\",\
    \"CrossReferences\",\"Examples\"\n\
    =\"48\",=\"48.0508\",\"No substantive changes\",no,\"Welding Technology/Welder.\",\"A program, of a kind.\",\"\",\n\
    =\"45\",=\"45.1401\",\"Deleted\",no,\"Rural Sociology.\",\"Deleted, Report under 45.1103\",\"\",\n";

#[test]
fn cip_codes_are_those_of_the_edition() {
    let reading = read("CIPCode2020.csv", CIP).unwrap();
    assert_eq!(
        values(&reading, "cip_codes", &["edition", "cip_code", "title", "definition", "_line"]),
        ["2020,48.0508,Welding Technology/Welder,A program, of a kind.,2"]
    );
    assert!(reading.set_aside.is_empty());
}

#[test]
fn the_crosswalk_says_its_editions_in_the_header() {
    let text = "CIP2020Code,CIP2020Title,SOC2018Code,SOC2018Title\n01.0508,Taxidermy.,99-9999,NO MATCH\n";
    let reading = read("crosswalk.csv", text).unwrap();
    assert_eq!(
        values(&reading, "cip_occupations", &["edition", "cip_code", "soc_code", "soc_title"]),
        ["CIP 2020 to SOC 2018,01.0508,99-9999,NO MATCH"]
    );
}

const WAGES: &str = "AREA,AREA_TITLE,AREA_TYPE,PRIM_STATE_FIPS,OCC_CODE,OCC_TITLE,DISPLAY_LEVEL,TOT_EMP,EMP_PRSE,H_MEAN,\
    A_MEAN,MEAN_PRSE,H_PCT10,H_PCT25,H_MEDIAN,H_PCT75,H_PCT90,A_PCT10,A_PCT25,A_MEDIAN,A_PCT75,A_PCT90,JOBS_1000,\
    LOC_QUOTIENT,FOOTNOTES\n\
    37,North Carolina,S,37,51-4121,Welders,3,\"1,110\",1.0,25.00,52000,1,1,1,24.50,1,1,40000,45000,51000,60000,70000,2.5,\
    1.10,\n\
    37,North Carolina,S,37,25-0001,Teachers,3,-,1.0,-,52000,1,1,1,-,1,1,40000,45000,51000,60000,70000,,,01:8;03:4;08:4\n\
    37,North Carolina,S,37,29-1211,Surgeons,3,980,1.0,-,-,1,1,1,-,1,1,-,-,-,-,-,0,0,\
    03:5;04:5;08:5;11:5;12:5;13:5;14:5;15:5\n\
    99,US,1,,27-2011,Actors,3,**,1.0,30.00,*,1,1,1,#,1,1,*,*,*,*,#,,,\n";

#[test]
fn wages_that_are_not_there_say_why() {
    let reading = read("oews_2025_state.csv", WAGES).unwrap();
    let columns = ["edition", "area_kind", "soc_code", "employment", "hourly_mean", "annual_median", "jobs_per_1000"];
    assert_eq!(
        values(&reading, "occupation_wages", &columns),
        [
            "May 2025,state,51-4121,1110.000000,25.000000,51000.000000,2.500000",
            "May 2025,state,25-0001,,,51000.000000,",
            "May 2025,state,29-1211,980.000000,,,0.000000",
            "May 2025,national,27-2011,,30.000000,,",
        ]
    );
    let annual = "annual_mean,annual_median,annual_p10,annual_p25,annual_p75,annual_p90";
    assert_eq!(
        values(&reading, "occupation_wages", &["withheld"]),
        ["", "employment", "", "annual_mean,annual_median,annual_p10,annual_p25,annual_p75,employment"]
    );
    assert_eq!(values(&reading, "occupation_wages", &["not_applicable"]), ["", "hourly_mean,hourly_median", "", ""]);
    let top_coded = format!("{annual},hourly_mean,hourly_median");
    assert_eq!(values(&reading, "occupation_wages", &["top_coded"]), ["", "", &top_coded, "annual_p90,hourly_median"]);
}

fn projections(base: u16, rows: &str) -> String {
    let (projected, wage) = (base + 10, base);
    format!(
        "Occupation Title,Occupation Code,Employment {base},Employment {projected},\
         \"Employment Change, {base}-{projected}\",\"Employment Percent Change, {base}-{projected}\",\
         \"Occupational Openings, {base}-{projected} Annual Average\",Median Annual Wage {wage},\
         Typical Entry-Level Education,Education Code,Work Experience in a Related Occupation,Workex Code,\
         Typical on-the-job Training,trCode\n{rows}"
    )
}

#[test]
fn projections_are_of_the_years_in_their_header() {
    let rows = "Actors    * Actor Understudy* Actress,27-2011,57,57.1,0.2,0.3,6.3,N/A,\"Some college, no degree\",6,None,4,Long,3\n\
                Surgeons,29-1211,\"1,579.80\",33,-0.8,-4.4,1.8,\">=239,200\",Doctoral,1,None,4,None,6\n";
    for (base, edition) in [(2024, "2024-34"), (2026, "2026-36")] {
        let reading = read("projections.csv", &projections(base, rows)).unwrap();
        let columns = ["edition", "soc_code", "title", "employment", "change", "annual_openings", "wage_top_coded"];
        assert_eq!(
            values(&reading, "occupation_projections", &columns),
            [
                format!("{edition},27-2011,Actors,57000.000000,200.000000,6300.000000,"),
                format!("{edition},29-1211,Surgeons,1579800.000000,-800.000000,1800.000000,true"),
            ]
        );
        let columns = ["base_year", "projected_year", "employment_projected", "median_annual_wage", "wage_year"];
        let years = format!("{base},{}", base + 10);
        assert_eq!(
            values(&reading, "occupation_projections", &columns),
            [format!("{years},57100.000000,,{base}"), format!("{years},33000.000000,239200.000000,{base}")]
        );
    }
}

#[test]
fn an_occupation_may_be_in_several_clusters() {
    let text = "Career Cluster,Career Pathway,Code,Occupation\nA & B; C,One; Two,47-5044.00,Operators\n";
    let reading = read("clusters_2024.csv", text).unwrap();
    let columns = ["edition", "cluster", "pathway", "onet_code", "soc_code"];
    assert_eq!(
        values(&reading, "occupation_clusters", &columns),
        ["2024,A & B,One,47-5044.00,47-5044", "2024,C,Two,47-5044.00,47-5044"]
    );
}

#[test]
fn every_diagnostic_as_it_is_said() {
    let clusters = "Career Cluster,Career Pathway,Code,Occupation\nA; B,One,47-5044.00,Operators\n";
    let sced = "sced_code,title,description\n01001,English \u{fffd}I,\n";
    let wages = WAGES.replace("52000,1,1,1,24.50", "52000 dollars,1,1,1,24.50");
    let cases = [
        ("no year in the name", "undated_reference", read("clusters.csv", clusters)),
        ("more clusters than pathways", "clusters_do_not_pair", read("clusters_2024.csv", clusters)),
        ("characters that were lost", "lost_characters", read("sced_v13.csv", sced)),
        ("a figure that is none", "bad_figure", read("oews_2025.csv", &wages)),
        ("a row too short", "wrong_field_count", read("sced_v13.csv", "sced_code,title,description\n01001,English\n")),
    ];
    insta::assert_snapshot!(transcript(cases));
}

/// The counts were taken from the files with another parser (Python, `csv`): rows; of the CIP list those whose action is
/// neither `Deleted` nor `Moved from`; of the clusters the names between semicolons.
#[test]
fn the_lists_are_read_whole() {
    for (folder, table, rows) in [
        ("cip-soc", "cip_occupations", 6_097),
        ("cip-soc", "cip_codes", 2_687),
        ("sced", "sced_courses", 1_753),
        ("bls", "occupation_wages", 1_104 + 1_609),
        ("bls", "occupation_projections", 832),
        ("career-clusters", "occupation_clusters", 1_033),
    ] {
        let Some(folder) = data(folder) else { return };
        let outcome = testing::read(&folder, TODAY);
        let found = findings(&outcome);
        let reading = outcome.unwrap();
        assert_eq!((reading.rows(table), reading.set_aside.len()), (rows, 0), "{table}: {found:#?}");
    }
}
