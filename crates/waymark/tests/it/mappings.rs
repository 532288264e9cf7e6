//! Spreadsheets with columns of a district's own, on the command line.

use std::fs;

use crate::support::Waymark;

const STUDENTS: &str = "Student Number;Name;DOB;Sex;School;Gr\n\
                        1;Ruiz, Ana;3/15/2008;F;Adams High;12\n\
                        2;Okafor, Ben;11/20/2008;M;Adams High;11\n";
const TRANSCRIPT: &str = "Student Number,School,Course Number,Year,Grade Taken,Final Grade\n\
                          1,Adams High,W1,2023-24,11,A\n1,Adams High,W2,2024-25,12,B\n2,Adams High,W1,2024-25,11,F\n";
const COURSES: &str =
    "Course Number,Course Title,Program,CIP\nW1,Welding I,Welding,48.0508\nW2,Welding II,Welding,48.0508\nA,Art,,\n";

fn exports(waymark: &Waymark, name: &str) -> String {
    let folder = waymark.path(name);
    fs::create_dir_all(&folder).unwrap();
    for (file, text) in [("students.csv", STUDENTS), ("transcript.csv", TRANSCRIPT), ("courses.csv", COURSES)] {
        fs::write(folder.join(file), text).unwrap();
    }
    folder.display().to_string()
}

#[test]
fn what_is_proposed_and_answered_is_imported_and_remembered() {
    let waymark = Waymark::new();
    let exports = exports(&waymark, "exports");
    let unknown = waymark.run(&["import", &exports]);
    assert_eq!(unknown.code, 3, "{}", unknown.stderr);
    assert!(unknown.stderr.contains("waymark map"), "{}", unknown.stderr);

    let mapping = waymark.path("mapping.toml");
    let file = mapping.display().to_string();
    let proposed = waymark.run(&["map", &exports, "--output", &file]);
    assert_eq!(proposed.code, 0, "{}", proposed.stderr);
    assert!(proposed.stderr.contains("to be answered: school_year"), "{}", proposed.stderr);
    let refused = waymark.run(&["import", &exports, "--mapping", &file]);
    assert!(refused.code == 3 && refused.stderr.contains("mapping_unanswered"), "{}", refused.stderr);

    let text = fs::read_to_string(&mapping).unwrap().replace("name = \"?\"", "name = \"Adams County\"");
    fs::write(&mapping, text).unwrap();
    let imported = waymark.run(&["import", &exports, "--mapping", &file, "--school-year", "2024-25"]);
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    assert!(imported.stderr.contains("read_as_date"), "{}", imported.stderr);
    let concentrators = "SELECT count(*) FROM program_courses";
    assert_eq!(waymark.sql(concentrators), "2");
    assert_eq!(waymark.sql("SELECT school_year FROM enrollments ORDER BY 1"), "2023-24\n2024-25\n2024-25");
    assert_eq!(waymark.sql("SELECT name FROM organizations ORDER BY 1"), "Adams County\nAdams High");
    let measured = waymark.done(&["measure", "--program", "*", "--subgroup", "all", "--format", "csv"]);
    assert!(measured.contains("concentrators,,Adams High,*,all,2,1,0.5"), "{measured}");

    let again = waymark.run(&["import", &exports]);
    assert!(again.code == 2 && again.stderr.contains("--school-year"), "{}", again.stderr);
    let again = waymark.run(&["import", &exports, "--school-year", "2024-25"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stdout.contains("enrollments: 2 rows, 3 before"), "{}", again.stdout);
    assert_eq!(waymark.sql("SELECT count(*) FROM enrollments"), "3", "what was known of the year before stays");
    let kept: Vec<_> = fs::read_dir(waymark.path("data/mappings")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    let kept = fs::read_to_string(kept[0].as_ref().unwrap().path()).unwrap();
    assert!(!kept.contains("Ruiz") && !kept.contains("2024-25"), "{kept}");
}

#[test]
fn a_corrected_file_is_imported_alone() {
    let waymark = Waymark::new();
    let exports = exports(&waymark, "exports");
    let file = waymark.path("mapping.toml").display().to_string();
    waymark.done(&["map", &exports, "--output", &file]);
    let text = fs::read_to_string(&file).unwrap().replace("name = \"?\"", "name = \"Adams County\"");
    fs::write(&file, text).unwrap();
    waymark.done(&["import", &exports, "--mapping", &file, "--school-year", "2024-25"]);
    let corrected = waymark.path("transcript.csv");
    fs::write(&corrected, TRANSCRIPT.replace("11,F", "11,B")).unwrap();
    waymark.done(&["import", &corrected.display().to_string(), "--school-year", "2024-25"]);
    assert_eq!(waymark.sql("SELECT count(*) FROM course_outcomes WHERE status = 'completed'"), "3");
    assert_eq!(waymark.sql("SELECT count(*) FROM students"), "2");
}
