//! Figures of a district with two schools, from the counts to what is published.

use waymark_suppression::{
    figures::{Figure, Organization, Program, ReleasedFigure, Why},
    policy::Policy,
    release::{Figures, Release, ReleaseError, release},
    scheme::{Count, Dimension, Measure, Programs, PublicPolicy, Scheme, Sums, Table, Zeros},
};

fn organizations() -> Vec<Organization> {
    let organization = |id: &str, parent: Option<&str>, kind: &str| Organization {
        organization_id: id.into(),
        parent_organization_id: parent.map(Into::into),
        name: format!("{kind} {id}"),
        kind: kind.into(),
    };
    vec![
        organization("D", None, "district"),
        organization("A", Some("D"), "school"),
        organization("B", Some("D"), "school"),
    ]
}

fn scheme(subgroups: &[&[&str]]) -> Scheme {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let count = |name: &str, programs, covered, within: &[&str]| Count {
        name: name.into(),
        programs,
        covered,
        within: texts(within),
    };
    let measure = |name: &str, denominator: &str, numerator: &str| Measure {
        measure: name.into(),
        variant: String::new(),
        denominator: denominator.into(),
        numerator: numerator.into(),
    };
    let dimension = |name: &str, groups: &[&str], overlap| Dimension {
        name: name.into(),
        groups: texts(groups),
        overlap,
        complete: false,
        by_program: false,
    };
    Scheme {
        format: 1,
        tables: vec![Table {
            measures: texts(&["participants", "5S1"]),
            report_years: texts(&["2024-25"]),
            organizations: texts(&["district", "school"]),
            programs: texts(&["*"]),
            subgroups: subgroups.iter().map(|list| texts(list)).collect(),
        }],
        organizations: Sums { complete: false, incomplete_in: Vec::new() },
        dimensions: vec![
            dimension("sex", &["sex:F", "sex:M"], false),
            dimension("race", &["race:HI7", "race:WH7"], false),
            dimension("population", &["population:english_learner"], true),
        ],
        pooled_years: Vec::new(),
        counts: vec![
            count("enrolled", Programs::Same, false, &[]),
            count("participants", Programs::Overlap, true, &["enrolled"]),
            count("graduates", Programs::Overlap, true, &[]),
            count("credentials", Programs::Overlap, true, &["graduates"]),
        ],
        measures: vec![measure("participants", "enrolled", "participants"), measure("5S1", "graduates", "credentials")],
        policy: PublicPolicy {
            minimum: 0,
            zero_denominators: Zeros::Absent,
            zero_numerators: Zeros::Shown,
            complements: true,
            rate_decimals: None,
            rounding: None,
        },
    }
}

fn figure(measure: &str, organization: &str, subgroup: &str, numerator: u64, denominator: u64) -> Figure {
    Figure {
        report_year: "2024-25".into(),
        measure: measure.into(),
        variant: String::new(),
        organization_id: organization.into(),
        program_id: "*".into(),
        subgroup: subgroup.into(),
        denominator,
        numerator,
    }
}

fn of(figures: &[Figure], subgroups: &[&[&str]], policy: &Policy) -> Result<Release, ReleaseError> {
    let (organizations, programs): (_, Vec<Program>) = (organizations(), Vec::new());
    let from =
        Figures { figures, organizations: &organizations, programs: &programs, scheme: scheme(subgroups), known: &[] };
    release(&from, policy)
}

fn n10() -> Policy {
    Policy::preset("n10").unwrap()
}

/// School A has 4 girls among its participants; B and the district have many.
fn participants() -> Vec<Figure> {
    [("A", "all", 60, 200), ("A", "sex:F", 4, 90), ("A", "sex:M", 56, 110), ("B", "all", 120, 300)]
        .into_iter()
        .chain([
            ("B", "sex:F", 50, 150),
            ("B", "sex:M", 70, 150),
            ("D", "all", 180, 500),
            ("D", "sex:F", 54, 240),
            ("D", "sex:M", 126, 260),
        ])
        .map(|(organization, subgroup, numerator, denominator)| {
            figure("participants", organization, subgroup, numerator, denominator)
        })
        .collect()
}

fn at<'a>(release: &'a Release, figures: &[Figure], organization: &str, subgroup: &str) -> &'a ReleasedFigure {
    let found = release.figures.iter().find(|released| {
        let figure = &figures[released.figure];
        figure.organization_id == organization && figure.subgroup == subgroup
    });
    found.unwrap()
}

#[test]
fn a_small_count_takes_others_with_it() {
    let figures = participants();
    let release = of(&figures, &[&[], &["sex"]], &n10()).unwrap();
    assert!(release.certificate.holds(), "{:?}", release.certificate);
    assert!(release.uncertain.is_empty());
    assert_eq!(at(&release, &figures, "A", "sex:F").numerator, Err(Why::Small));
    // Four of them share the loss: the girls and boys, or the girls and everybody, of two organizations.
    let hidden = release.figures.iter().filter(|row| row.numerator == Err(Why::ProtectsOthers)).count();
    assert_eq!(hidden, 3);
    assert!(release.figures.iter().all(|row| row.denominator.is_ok()), "enrollment gives nobody away");
    assert_eq!(release.scheme.organizations.incomplete_in, Vec::<String>::new());
    assert!(release.scheme.dimensions[0].complete);
    assert_eq!(release.scheme.policy.zero_numerators, Zeros::Hidden);
}

#[test]
fn those_in_no_school_are_not_given_away() {
    let mut figures = participants();
    // Three students of the district are in neither school.
    for place in [6, 8] {
        figures[place].denominator += 3;
    }
    let release = of(&figures, &[&[], &["sex"]], &n10()).unwrap();
    assert!(release.certificate.holds(), "{:?}", release.certificate);
    assert_eq!(release.scheme.organizations.incomplete_in, ["D"]);
    let enrollment = |organization| at(&release, &figures, organization, "all").denominator;
    assert!(["A", "B", "D"].into_iter().any(|organization| enrollment(organization).is_err()));
}

#[test]
fn low_and_high_rates_are_told_as_intervals() {
    let figures = vec![
        figure("5S1", "A", "all", 2, 60),
        figure("5S1", "B", "all", 178, 180),
        figure("5S1", "D", "all", 180, 240),
    ];
    let mut policy = n10();
    policy.tails = vec![waymark_suppression::policy::Tail { from: 10, percent: 10 }];
    let release = of(&figures, &[&[]], &policy).unwrap();
    let [a, b] = ["A", "B"].map(|organization| at(&release, &figures, organization, "all"));
    assert_eq!((a.numerator, a.rate_percent), (Err(Why::Small), Some((0, 10))));
    assert_eq!((b.numerator, b.rate_percent), (Err(Why::Complement), Some((90, 100))));
    assert_eq!((a.disclosure(), b.disclosure()), ("rounded", "rounded"));
    assert!(release.certificate.holds(), "{:?}", release.certificate);
}

#[test]
fn a_complement_is_a_small_count_too() {
    let figures = vec![
        figure("5S1", "A", "all", 56, 60),
        figure("5S1", "B", "all", 100, 180),
        figure("5S1", "D", "all", 156, 240),
    ];
    let release = of(&figures, &[&[]], &n10()).unwrap();
    assert_eq!(at(&release, &figures, "A", "all").numerator, Err(Why::Complement));
    assert!(release.certificate.holds());
    let mut lenient = n10();
    lenient.complements = false;
    let release = of(&figures, &[&[]], &lenient).unwrap();
    assert!(release.figures.iter().all(|row| row.disclosure() == "shown"));
}

#[test]
fn pairs_in_a_circle_are_refused() {
    let circle: &[&[&str]] = &[&[], &["sex", "race"], &["population", "race"], &["population", "sex"]];
    assert!(matches!(of(&participants(), circle, &n10()), Err(ReleaseError::PairsInACircle(_))));
    assert!(matches!(
        of(&participants(), &[&["population", "population"]], &n10()),
        Err(ReleaseError::PairsInACircle(_))
    ));
    assert!(of(&participants(), &circle[..3], &n10()).is_ok());
}

#[test]
fn figures_that_contradict_each_other_are_refused() {
    let mut figures = participants();
    figures[8].numerator = 20;
    let error = of(&figures, &[&[], &["sex"]], &n10()).unwrap_err().to_string();
    assert_eq!(error, "an organization and those below it does not add up: 20 in all, 126 in the parts");
    figures[8].numerator = 2000;
    assert!(of(&figures, &[&[], &["sex"]], &n10()).unwrap_err().to_string().contains("2000 of 260"));
}

/// A concentrator in P1 who takes part in P2, which is nontraditional for her, is a nontraditional concentrator in all
/// programs together, and in neither of the two.
#[test]
fn a_group_of_another_program_is_no_contradiction() {
    let row = |program: &str, denominator, numerator| {
        let mut row = figure("participants", "D", "population:english_learner", numerator, denominator);
        row.program_id = program.into();
        row
    };
    let figures = vec![row("*", 60, 53), row("P1", 60, 20), row("P2", 60, 20)];
    let mut scheme = scheme(&[&["population"]]);
    scheme.tables[0].programs = vec!["*".into(), "program".into()];
    let programs = ["P1", "P2"].map(|id| Program { program_id: id.into(), cluster: None, title: id.into() });
    let organizations = organizations();
    let released = |scheme: &Scheme| {
        let scheme = scheme.clone();
        let from =
            Figures { figures: &figures, organizations: &organizations, programs: &programs, scheme, known: &[] };
        release(&from, &n10())
    };
    let error = released(&scheme).unwrap_err().to_string();
    assert_eq!(error, "all programs, or a cluster, and its programs does not add up: 53 in all, -13 in the parts");
    scheme.dimensions[2].by_program = true;
    assert!(released(&scheme).unwrap().certificate.holds());
}

/// A zero of an outcome says something of everybody in the group: it is hidden like a small count.
#[test]
fn zeros_of_outcomes_are_hidden_everywhere() {
    let n5 = Policy::preset("n5").unwrap();
    let mut figures = Vec::new();
    for (organization, graduates) in [("A", 8), ("B", 8), ("D", 16)] {
        figures.push(figure("5S1", organization, "all", 0, graduates));
        figures.push(figure("5S1", organization, "sex:F", 0, graduates / 2));
        figures.push(figure("5S1", organization, "sex:M", 0, graduates / 2));
    }
    let release = of(&figures, &[&[], &["sex"]], &n5).unwrap();
    assert!(release.figures.iter().all(|row| row.numerator.is_err()));
    assert!(release.certificate.holds(), "{:?}", release.certificate);
}
