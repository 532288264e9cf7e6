//! One table for each way in which real releases leak, and its safe twin.

use waymark_attacker::FindingKind;

use crate::support::{Published, assert_safe, attacked, finding};

#[test]
fn complement_one_group_is_missing() {
    let report = attacked(
        "School,Students
         North,50
         South,*
         West,60
         Total,116",
    );
    let finding = finding(&report, FindingKind::Sum, "South");
    assert_eq!((finding.low, finding.high), (6, Some(6)));
    assert_eq!(finding.how, ["Students: all 116 = School:North 50 + School:South ? + School:West 60", "so it is 6"]);
    assert_eq!(finding.fix, "hide School:North (50) too");
}

#[test]
fn complement_with_a_second_group_hidden_is_safe() {
    assert_safe(&attacked(
        "School,Students
         North,*
         South,*
         West,60
         Total,116",
    ));
}

#[test]
fn remainder_zero_makes_both_zero() {
    let report = attacked(
        "Group,Students
         A,*
         B,*
         C,40
         Total,40",
    );
    for group in ["Group:A", "Group:B"] {
        let finding = finding(&report, FindingKind::Sum, group);
        assert_eq!((finding.low, finding.high), (0, Some(0)));
    }
}

#[test]
fn remainder_as_large_as_the_hidden_cells_makes_each_one() {
    // A zero is shown, so what is hidden is 1 or more.
    let report = attacked(
        "Group,Students
         A,*
         B,*
         C,40
         D,0
         Total,42",
    );
    for group in ["Group:A", "Group:B"] {
        let finding = finding(&report, FindingKind::Sum, group);
        assert_eq!((finding.low, finding.high), (1, Some(1)));
    }
}

#[test]
fn remainder_small_leaves_few_values() {
    let report = attacked(
        "Group,Students
         A,*
         B,*
         C,40
         D,0
         Total,44",
    );
    let finding = finding(&report, FindingKind::Sum, "Group:A");
    assert_eq!((finding.low, finding.high), (1, Some(3)));
}

#[test]
fn remainder_of_five_leaves_four_values() {
    assert_safe(&attacked(
        "Group,Students
         A,*
         B,*
         C,40
         D,0
         Total,54",
    ));
}

#[test]
fn across_levels_district_less_the_other_schools() {
    let report = attacked(
        "District,School,Sex,Students
         Elm,Total,F,60
         Elm,Total,M,50
         Elm,Total,Total,110
         Elm,North,F,*
         Elm,North,M,*
         Elm,North,Total,50
         Elm,South,F,56
         Elm,South,M,*
         Elm,South,Total,60
         Oak,Total,F,40
         Oak,Total,M,45
         Oak,Total,Total,85
         Oak,East,F,40
         Oak,East,M,45
         Oak,East,Total,85
         Total,Total,F,100
         Total,Total,M,95
         Total,Total,Total,195",
    );
    let finding = finding(&report, FindingKind::Sum, "Elm / North, Sex:F");
    assert_eq!((finding.low, finding.high), (4, Some(4)));
    assert_eq!(finding.how[0], "Students: Elm, Sex:F 60 = North, Sex:F ? + South, Sex:F 56");
}

#[test]
fn across_levels_with_both_schools_hidden_is_safe() {
    assert_safe(&attacked(
        "District,School,Sex,Students
         Elm,Total,F,50
         Elm,Total,M,80
         Elm,Total,Total,130
         Elm,North,F,*
         Elm,North,M,*
         Elm,North,Total,65
         Elm,South,F,*
         Elm,South,M,*
         Elm,South,Total,65
         Oak,Total,F,40
         Oak,Total,M,45
         Oak,Total,Total,85
         Oak,East,F,40
         Oak,East,M,45
         Oak,East,Total,85
         Total,Total,F,90
         Total,Total,M,125
         Total,Total,Total,215",
    ));
}

#[test]
fn across_tables_what_one_hides_another_shows() {
    let by_sex = "Race,Sex,Students
         Total,Total,100
         Total,F,*
         Total,M,*";
    let by_race = "Race,Sex,Students
         Total,Total,100
         Total,F,4
         Total,M,96";
    let published = Published::new().and_table("one", by_sex, None).and_table("two", by_race, None);
    let report = published.attack();
    let finding = finding(&report, FindingKind::ShownElsewhere, "Sex:F");
    assert_eq!((finding.low, finding.high), (4, Some(4)));
    assert_eq!(finding.how, ["`two.csv` shows 4 for Sex:F"]);
}

#[test]
fn across_tables_margins_of_one_close_a_cross_of_the_other() {
    let sex = "Sex,Race,Students
         Total,Total,80
         F,Total,30
         M,Total,50";
    let cross = "Sex,Race,Students
         Total,Total,80
         Total,A,36
         Total,B,44
         F,A,*
         F,B,24
         M,A,*
         M,B,*";
    let published = Published::new().and_table("sex", sex, None).and_table("cross", cross, None);
    let report = published.attack();
    let found = finding(&report, FindingKind::Sum, "Sex:F+Race:A");
    assert_eq!((found.low, found.high), (6, Some(6)));
    assert!(
        report.findings.iter().any(|found| found.cell.contains("Sex:M+Race:A") && found.low == 30)
            || report.summary.not_small > 0
    );
}

#[test]
fn across_tables_without_the_margins_is_safe() {
    assert_safe(&attacked(
        "Sex,Race,Students
         Total,Total,80
         Total,A,36
         Total,B,44
         F,A,*
         F,B,*
         M,A,*
         M,B,*",
    ));
}

#[test]
fn a_cycle_of_sums_gives_one_cell() {
    // A + B, B + C and A + C are known, each with two unknown: A is half of what is left.
    let layout = r#"
        [[labels]]
        column = "Year"
        years = true
        [labels.sums]
        "1-2" = ["1", "2"]
        "2-3" = ["2", "3"]
        "1-3" = ["1", "3"]
        [[counts]]
        column = "Students"
    "#;
    let published = Published::new().and_table(
        "years",
        "Year,Students
         1,*
         2,*
         3,*
         1-2,30
         2-3,40
         1-3,20",
        Some(layout),
    );
    let report = published.attack();
    let found = finding(&report, FindingKind::Equations, "1");
    assert_eq!((found.low, found.high), (5, Some(5)));
    assert_eq!(found.how.len(), 4, "{:?}", found.how);
}

#[test]
fn whole_percent_and_n_pin_the_numerator() {
    let report = attacked(
        "School,N,Percent met
         North,45,9%
         South,300,44%",
    );
    let found = finding(&report, FindingKind::Rate, "North");
    assert_eq!((found.low, found.high), (4, Some(4)));
    assert!(found.how[0].ends_with("of North, N 45: only 4") || found.how[0].contains("45: only 4"), "{:?}", found.how);
}

#[test]
fn one_decimal_and_a_large_n_pin_the_numerator() {
    let report = attacked(
        "School,N,Percent met
         North,900,0.7%
         South,300,44.3%",
    );
    let found = finding(&report, FindingKind::Rate, "North");
    assert_eq!((found.low, found.high), (6, Some(6)));
}

#[test]
fn a_rate_as_a_wide_interval_is_safe() {
    assert_safe(&attacked(
        "School,N,Percent met
         North,45,<20%
         South,300,21-39%",
    ));
}

#[test]
fn decimals_with_a_hidden_n_reveal_a_small_denominator() {
    let report = attacked(
        "School,N,Percent met
         North,<10,14.3%
         South,300,44%",
    );
    let found = finding(&report, FindingKind::Rate, "North");
    assert_eq!((found.low, found.high), (7, Some(7)));
}

#[test]
fn thirds_leave_three_denominators() {
    let report = attacked(
        "School,N,Percent met
         North,<10,33.3%
         South,300,44%",
    );
    // 3, 6 and 9, although nine numbers are below ten.
    let found = finding(&report, FindingKind::Rate, "North");
    assert_eq!((found.low, found.high), (3, Some(9)));
}

#[test]
fn all_or_none_of_a_group_tells_of_each_of_them() {
    let report = attacked(
        "Group,N,Met,Percent met
         A,40,40,100%
         B,60,30,50%",
    );
    let found = finding(&report, FindingKind::WholeGroup, "Group:A");
    assert!(found.fix.contains("tail"));
}

#[test]
fn a_tail_in_place_of_all_is_safe() {
    let report = attacked(
        "Group,N,Percent met
         A,40,>=80%
         B,60,40-59%",
    );
    assert_safe(&report);
}

#[test]
fn a_count_and_what_it_leaves() {
    let report = attacked(
        "School,N,Met,Percent met
         North,45,43,96%
         South,60,30,50%",
    );
    let found = finding(&report, FindingKind::SmallComplement, "North");
    assert_eq!(found.low, 2);
}

#[test]
fn not_english_learners_is_shown_and_so_are_english_learners() {
    let report = attacked(
        "Status,Students
         English learner,*
         Not English learner,78
         All students,80",
    );
    let found = finding(&report, FindingKind::Sum, "English learner");
    assert_eq!(found.low, 2);
}

#[test]
fn rolling_years_less_rolling_years_is_one_year() {
    let layout = r#"
        [[labels]]
        column = "Year"
        years = true
        [labels.sums]
        "2021-23" = ["2021", "2022", "2023"]
        "2022-24" = ["2022", "2023", "2024"]
        [[counts]]
        column = "Students"
    "#;
    let rows = "Year,Students
         2021,12
         2022,*
         2023,*
         2024,*
         2021-23,31";
    let one = Published::new().and_table("first", rows, Some(layout));
    assert_safe(&one.attack());
    let later = "Year,Students
         2022-24,26";
    let report = one.and_table("second", later, Some(layout)).attack();
    let found = finding(&report, FindingKind::Equations, "2024");
    assert_eq!((found.low, found.high), (7, Some(7)));
}

#[test]
fn a_correction_of_one_student_tells_of_that_student() {
    let published = Published::new()
        .and_table("june", "School,Students\nNorth,50\nSouth,30\nTotal,80", None)
        .and_table("july", "School,Students\nNorth,51\nSouth,30\nTotal,81", None);
    let found = finding(&published.attack(), FindingKind::Correction, "North");
    assert_eq!((found.low, found.high), (1, Some(1)));
}

#[test]
fn ranges_that_move_tell_of_the_difference() {
    let layout = Some("labels = [{ column = \"School\" }]\ncounts = [{ column = \"Students\" }]\n");
    let published = Published::new()
        .and_table("january", "School,Students\nNorth,10-19\nSouth,10-19", layout)
        .and_table("march", "School,Students\nNorth,20-29\nSouth,10-19", layout);
    let found = finding(&published.attack(), FindingKind::Correction, "North");
    assert_eq!((found.low, found.high), (1, Some(19)));
}

#[test]
fn hidden_this_year_and_shown_as_last_year() {
    let published = Published::new()
        .and_table("2024", "Year,Group,Students\n2024,A,*\n2024,B,*\n2024,Total,60", None)
        .and_table("2025", "Year,Group,Students\n2024,A,6\n2025,A,12\n2025,B,70\n2025,Total,82", None);
    let found = finding(&published.attack(), FindingKind::ShownElsewhere, "2024");
    assert_eq!(found.low, 6);
}

#[test]
fn symbols_of_their_own_tell_the_small_ones() {
    let report = attacked(
        "School,Students
         North,<10
         South,*
         West,60
         Total,100",
    );
    assert!(report.broken());
    let found = finding(&report, FindingKind::Symbols, "every hidden cell");
    assert_eq!(found.fix, "one symbol for every hidden cell");
}

#[test]
fn rows_in_the_order_of_size_narrow_what_they_hide() {
    let rows = |names: [&str; 7]| {
        let counts = ["90", "70", "31", "*", "12", "11", "*"];
        let rows = names.iter().zip(counts).map(|(name, count)| format!("{name},{count}"));
        format!("School,Students\n{}", rows.collect::<Vec<_>>().join("\n"))
    };
    let sorted = attacked(&rows(["North", "West", "Elm", "Oak", "Bay", "South", "East"]));
    // The last is 0 to 11; the one between 31 and 12 is not small, and nobody asked.
    assert!(sorted.assumptions.iter().any(|note| note.contains("by the size")), "{:?}", sorted.assumptions);
    let last = sorted.cells.last().unwrap();
    assert_eq!((last.low, last.high), (0, Some(11)));
    let by_name = attacked(&rows(["A", "B", "C", "D", "E", "F", "G"]));
    assert_eq!(by_name.cells.last().unwrap().high, None);
}

#[test]
fn rows_in_the_order_of_size_close_a_gap() {
    let report = attacked(
        "School,Students
         North,9
         West,8
         Elm,8
         Oak,*
         Bay,7
         South,6",
    );
    let found = finding(&report, FindingKind::Order, "Oak");
    assert_eq!((found.low, found.high), (7, Some(8)));
}

#[test]
fn a_small_count_is_shown() {
    let report = attacked("School,Students\nNorth,3\nSouth,40");
    assert_eq!(finding(&report, FindingKind::SmallCount, "North").low, 3);
}

#[test]
fn whoever_is_alone_works_out_the_other() {
    let report = attacked(
        "Group,Students
         A,*
         B,*
         C,40
         Total,46",
    );
    let found = finding(&report, FindingKind::OneStudent, "Group:A");
    assert_eq!(found.low, 5);
    // That is for the publisher to weigh: from outside nobody knows it.
    assert!(!report.broken());
}

#[test]
fn three_hidden_leave_no_student_alone() {
    assert_safe(&attacked(
        "Group,Students
         A,*
         B,*
         C,*
         Total,46",
    ));
}

#[test]
fn a_crosstab_is_read_as_one() {
    let report = attacked(
        "School,F,M,Total
         North,40,*,44
         South,30,31,61
         West,20,20,40
         Total,90,55,145",
    );
    let found = finding(&report, FindingKind::Sum, "North");
    assert_eq!(found.low, 4);
}

#[test]
fn figures_that_contradict_each_other_are_said_to() {
    let report = attacked("School,Students\nNorth,50\nSouth,*\nTotal,40");
    finding(&report, FindingKind::Contradiction, "no table");
}
