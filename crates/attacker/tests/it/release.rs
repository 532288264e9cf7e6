//! Release folders: what the scheme says is what the attacker uses.

use std::fs;

use serde_json::{Value, json};
use waymark_attacker::{FindingKind, Publication, Report};

use crate::support::{Published, assert_safe, finding};

const HEADER: &str = "report_year,measure,variant,organization_id,program_id,subgroup,denominator,numerator,rate,disclosure,\
    rate_low,rate_high";

/// A district of two schools, with programs that overlap.
fn scheme() -> Value {
    json!({
        "format": 1,
        "tables": [{
            "measures": ["participants", "concentrators"], "report_years": ["2024-25"],
            "organizations": ["district", "school"], "programs": ["*"], "subgroups": [[]],
        }],
        "organizations": { "complete": true },
        "dimensions": [
            { "name": "sex", "groups": ["sex:F", "sex:M"], "overlap": false, "complete": false },
            { "name": "population", "groups": ["population:english_learner"], "overlap": true },
        ],
        "counts": [
            { "name": "enrolled", "programs": "same" },
            { "name": "participants", "programs": "overlap", "covered": true, "within": ["enrolled"] },
            { "name": "concentrators", "programs": "overlap", "covered": true, "within": ["participants"] },
        ],
        "measures": [
            { "measure": "participants", "variant": "", "denominator": "enrolled", "numerator": "participants" },
            { "measure": "concentrators", "variant": "", "denominator": "enrolled", "numerator": "concentrators" },
        ],
        "policy": { "minimum": 10, "zero_denominators": "absent", "zero_numerators": "hidden", "complements": false },
    })
}

impl Published {
    fn and_release(mut self, name: &str, scheme: &Value, rows: &[&str]) -> Self {
        let folder = self.folder(name);
        let organizations = "organization_id,parent_organization_id,name,kind\nD,,Elm District,district\nA,D,North,school\n\
            B,D,South,school\n";
        fs::write(folder.join("organizations.csv"), organizations).unwrap();
        fs::write(folder.join("programs.csv"), "program_id,cluster_16,title\nP1,01,Farming\nP2,01,Forestry\n").unwrap();
        fs::write(folder.join("scheme.json"), scheme.to_string()).unwrap();
        fs::write(folder.join("release.json"), json!({ "format": 1, "name": name }).to_string()).unwrap();
        let rows: Vec<String> = rows.iter().map(|row| format!("2024-25,{row}")).collect();
        fs::write(folder.join("measures.csv"), format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
        self.publications.push(Publication::read(&folder).unwrap());
        self
    }
}

/// The same with rows for programs and for sexes.
fn with(programs: &[&str], subgroups: Value) -> Value {
    let mut scheme = scheme();
    scheme["tables"][0]["programs"] = json!(programs);
    scheme["tables"][0]["subgroups"] = subgroups;
    scheme
}

fn attacked(scheme: &Value, rows: &[&str]) -> Report {
    Published::new().and_release("release", scheme, rows).attack()
}

#[test]
fn a_denominator_is_the_same_in_every_program_and_measure() {
    let report = attacked(
        &with(&["*", "program"], json!([[]])),
        &[
            "participants,,A,*,all,,40,,suppressed,,",
            "participants,,A,P1,all,9,12,,shown,,",
            "participants,,A,P2,all,,30,,suppressed,,",
            "concentrators,,A,*,all,,30,,suppressed,,",
            "concentrators,,A,P1,all,,30,,suppressed,,",
        ],
    );
    let found = finding(&report, FindingKind::ShownElsewhere, "participants");
    assert_eq!((found.low, found.fix.as_str()), (9, "hide it in every row"));
}

#[test]
fn a_district_less_its_other_school() {
    let report = attacked(
        &scheme(),
        &[
            "participants,,D,*,all,300,90,0.3,shown,,",
            "participants,,A,*,all,200,86,0.43,shown,,",
            "participants,,B,*,all,100,,,suppressed,,",
        ],
    );
    let found = finding(&report, FindingKind::Sum, "B, numerator");
    assert_eq!((found.low, found.high), (4, Some(4)));
    assert_eq!(found.how[0], "participants 2024-25: Elm District 90 = North 86 + South ?");
}

#[test]
fn students_of_the_district_itself_are_a_third_part() {
    let mut scheme = scheme();
    scheme["organizations"] = json!({ "complete": false });
    let report = attacked(
        &scheme,
        &[
            "participants,,D,*,all,310,90,0.29032258064516131,shown,,",
            "participants,,A,*,all,200,80,0.4,shown,,",
            "participants,,B,*,all,100,,,suppressed,,",
        ],
    );
    assert_safe(&report);
    assert_eq!((report.cells[0].low, report.cells[0].high), (0, Some(10)));
}

#[test]
fn those_whose_sex_is_not_known_are_a_third_part() {
    let rows = [
        "participants,,A,*,all,200,80,0.4,shown,,",
        "participants,,A,*,sex:F,100,75,0.75,shown,,",
        "participants,,A,*,sex:M,92,,,suppressed,,",
    ];
    let scheme = with(&["*"], json!([[], ["sex"]]));
    let report = attacked(&scheme, &rows);
    assert_safe(&report);
    assert_eq!(report.cells[0].high, Some(5));
    // With everybody's sex known there is no third part.
    let mut complete = scheme;
    complete["dimensions"][0]["complete"] = json!(true);
    let rows = [rows[0], rows[1], "participants,,A,*,sex:M,100,,,suppressed,,"];
    let found = finding(&attacked(&complete, &rows), FindingKind::Sum, "sex:M");
    assert_eq!((found.low, found.high), (5, Some(5)));
}

#[test]
fn a_cluster_bounds_its_programs_and_its_programs_bound_it() {
    let report = attacked(
        &with(&["*", "cluster", "program"], json!([[]])),
        &[
            "participants,,A,*,all,200,80,0.4,shown,,",
            "participants,,A,cluster:01,all,200,80,0.4,shown,,",
            "participants,,A,P1,all,200,78,0.39,shown,,",
            "participants,,A,P2,all,200,,,suppressed,,",
        ],
    );
    // At least the two who are not in the other program, at most all of the cluster.
    let cell = &report.cells[0];
    assert_eq!((cell.low, cell.high), (2, Some(80)));
    assert_safe(&report);
}

#[test]
fn concentrators_are_participants() {
    let mut scheme = with(&["*", "program"], json!([[]]));
    scheme["tables"][0]["measures"] = json!(["concentrators"]);
    scheme["tables"].as_array_mut().unwrap().push(json!({
        "measures": ["participants"], "report_years": ["2024-25"], "organizations": ["school"], "programs": ["*"],
        "subgroups": [[]],
    }));
    let report = attacked(
        &scheme,
        &[
            "participants,,A,*,all,200,11,0.055,shown,,",
            "concentrators,,A,*,all,200,,,suppressed,,",
            "concentrators,,A,P1,all,200,9,0.045,shown,,",
            "concentrators,,A,P2,all,200,,,suppressed,,",
        ],
    );
    let found = finding(&report, FindingKind::Equations, "A, numerator");
    assert_eq!((found.low, found.high), (9, Some(11)));
}

#[test]
fn a_missing_row_is_a_zero() {
    // No row for M, so all are F, and so are the participants.
    let mut scheme = with(&["*"], json!([[], ["sex"]]));
    scheme["dimensions"][0]["complete"] = json!(true);
    scheme["tables"][0]["organizations"] = json!(["school"]);
    let report = attacked(&scheme, &["participants,,A,*,all,6,,,suppressed,,", "participants,,A,*,sex:F,6,5,,shown,,"]);
    let found = finding(&report, FindingKind::Sum, "A, numerator");
    assert_eq!((found.low, found.high), (5, Some(5)));
}

#[test]
fn a_missing_row_may_be_anything_where_zeros_are_hidden() {
    let mut scheme = with(&["*"], json!([[], ["sex"]]));
    scheme["tables"][0]["organizations"] = json!(["school"]);
    scheme["policy"]["zero_denominators"] = json!("hidden");
    scheme["dimensions"][0]["complete"] = json!(true);
    let report =
        attacked(&scheme, &["participants,,A,*,all,60,20,,shown,,", "participants,,A,*,sex:F,,,,suppressed,,"]);
    assert_safe(&report);
    assert_eq!((report.cells[0].low, report.cells[0].high), (0, Some(60)));
}

#[test]
fn a_rate_of_a_hidden_numerator() {
    let mut scheme = scheme();
    scheme["tables"][0]["organizations"] = json!(["school"]);
    let report = attacked(&scheme, &["participants,,A,*,all,45,,0.09,rounded,,"]);
    let found = finding(&report, FindingKind::Rate, "A, numerator");
    assert_eq!((found.low, found.high), (4, Some(4)));
    let wide = attacked(&scheme, &["participants,,A,*,all,45,,,rounded,0,0.2"]);
    assert_safe(&wide);
    assert_eq!((wide.cells[0].low, wide.cells[0].high), (0, Some(9)));
}

#[test]
fn rounded_counts_are_intervals() {
    let mut scheme = with(&["*"], json!([[], ["sex"]]));
    scheme["tables"][0]["organizations"] = json!(["school"]);
    scheme["policy"]["rounding"] = json!({ "base": 5, "to": "nearest" });
    scheme["dimensions"][0]["complete"] = json!(true);
    let report = attacked(
        &scheme,
        &[
            "participants,,A,*,all,20,10,,rounded,,",
            "participants,,A,*,sex:F,10,5,,rounded,,",
            "participants,,A,*,sex:M,5,5,,rounded,,",
        ],
    );
    // 18 to 22, of which 8 to 12 and 3 to 7: conventional rounding is narrowed by its own totals.
    let found = finding(&report, FindingKind::Sum, "sex:M");
    assert_eq!((found.low, found.high), (6, Some(7)));
}

#[test]
fn a_release_that_shows_what_an_earlier_one_hides() {
    let first = Published::new().and_release(
        "first",
        &scheme(),
        &[
            "participants,,D,*,all,300,90,0.3,shown,,",
            "participants,,A,*,all,200,,,suppressed,,",
            "participants,,B,*,all,100,,,suppressed,,",
        ],
    );
    assert_safe(&first.attack());
    let mut later = scheme();
    later["tables"][0]["organizations"] = json!(["school"]);
    let both = first.and_release("second", &later, &["participants,,A,*,all,200,86,0.43,shown,,"]);
    let found = finding(&both.attack(), FindingKind::Sum, "B, numerator");
    assert_eq!((found.low, found.high), (4, Some(4)));
}

#[test]
fn two_words_for_what_is_hidden_tell_them_apart() {
    let report = attacked(
        &scheme(),
        &[
            "participants,,D,*,all,300,90,0.3,shown,,",
            "participants,,A,*,all,200,,,suppressed,,",
            "participants,,B,*,all,100,,,protected,,",
        ],
    );
    finding(&report, FindingKind::Symbols, "every hidden cell");
}

#[test]
fn a_complement_that_other_sums_give() {
    let mut scheme = scheme();
    scheme["policy"]["complements"] = json!(true);
    // Of the school B neither count is shown; of both schools and of A, those who did not.
    let report = attacked(
        &scheme,
        &[
            "participants,,D,*,all,300,90,0.3,shown,,",
            "participants,,A,*,all,200,,,suppressed,,",
            "participants,,B,*,all,100,97,0.97,shown,,",
        ],
    );
    finding(&report, FindingKind::SmallComplement, "B, numerator");
}

#[test]
fn a_file_that_is_not_right_is_said_to_be_so() {
    let published = Published::new().and_release("release", &scheme(), &["participants,,A,*,all,45,9,0.2,shown,,"]);
    let folder = published.folder("release");
    fs::write(folder.join("measures.csv"), format!("{HEADER}\n2024-25,participants,,A,*,all,many,9,0.2,shown,,\n"))
        .unwrap();
    let error = Publication::read(&folder).unwrap_err().to_string();
    assert!(error.ends_with("measures.csv` line 2: `many` is not a count"), "{error}");
    fs::write(folder.join("measures.csv"), "report_year,measure\n").unwrap();
    let error = Publication::read(&folder).unwrap_err().to_string();
    assert!(error.ends_with("line 1: no column `variant`"), "{error}");
}
