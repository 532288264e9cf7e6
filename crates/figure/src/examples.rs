//! Made-up numbers for tests and for the gallery: a district that does not exist.

use waymark_disclosure::{
    Percent, Rate, Target, Verdict,
    shapes::{
        About, Area, Areas, Bar, Bars, Break, Dot, Dots, Flow, Flows, Grid, GridRow, Line, Node, Pair, Pairs, Point,
        Points, Series, SideRow, Sides, Step, Steps, Value,
    },
};

pub(crate) fn rate(numerator: u64, denominator: u64) -> Value {
    Value::rate(Rate { numerator, denominator })
}

pub(crate) fn estimate(numerator: u64, denominator: u64) -> Value {
    Value::estimate(Rate { numerator, denominator })
}

/// A level in hundredths of a percent, and 90 percent of it.
pub(crate) fn target(level: i128) -> Target {
    Target { level: Percent(level * 10_000), line: Percent(level * 9_000) }
}

pub(crate) fn steps() -> Steps {
    let step = |name: &str, value| Step { name: name.to_owned(), value };
    Steps {
        about: About::students(
            "From the first course to a credential in Health Science",
            "Students who began grade 9 in 2021-22, Clay County",
        ),
        steps: vec![
            step("First course", Value::Count(412)),
            step("Participants", Value::Count(371)),
            step("Second course", Value::Count(238)),
            step("Concentrators", Value::Count(214)),
            step("Graduates", Value::Count(201)),
            step("With a recognized credential", Value::Count(88)),
        ],
    }
}

pub(crate) fn steps_of(people: [u64; 6]) -> Steps {
    let mut steps = steps();
    for (step, people) in steps.steps.iter_mut().zip(people) {
        step.value = Value::Count(people);
    }
    steps
}

pub(crate) fn steps_in_part() -> Steps {
    let mut steps = steps();
    steps.steps[3].value = Value::Hidden;
    steps.steps[5].value = Value::Unknown;
    steps
}

/// The groups of the federal report, in its order.
pub(crate) const GROUPS: [(&str, &str); 13] = [
    ("Sex", "Female"),
    ("Sex", "Male"),
    ("Race and ethnicity", "American Indian or Alaska Native"),
    ("Race and ethnicity", "Asian"),
    ("Race and ethnicity", "Black or African American"),
    ("Race and ethnicity", "Hispanic or Latino"),
    ("Race and ethnicity", "Native Hawaiian or other Pacific Islander"),
    ("Race and ethnicity", "White"),
    ("Race and ethnicity", "Two or more races"),
    ("Special populations", "Students with disabilities"),
    ("Special populations", "Students from economically disadvantaged families"),
    ("Special populations", "English learners"),
    ("Special populations", "Students in or out of foster care"),
];

pub(crate) fn dots() -> Dots {
    let numbers = [
        (121, 203),
        (104, 209),
        (0, 0),
        (18, 24),
        (31, 70),
        (77, 171),
        (0, 0),
        (92, 131),
        (7, 12),
        (21, 58),
        (96, 204),
        (14, 47),
        (0, 0),
    ];
    let rows = GROUPS.iter().zip(numbers).map(|((section, name), (numerator, denominator))| Dot {
        section: (*section).to_owned(),
        name: (*name).to_owned(),
        value: match *name {
            "American Indian or Alaska Native" | "Students in or out of foster care" => Value::Hidden,
            _ => estimate(numerator, denominator),
        },
        target: None,
        verdict: None,
    });
    Dots {
        about: About::students("Work-based learning (5S3)", "Concentrators who graduated in 2024-25, Clay County")
            .source("20 U.S.C. 2323(b)(2)(A)(iv)(I)(cc)")
            .limits("Intervals say how far chance alone can move a rate of so few; they do not say why rates differ."),
        rows: rows.collect(),
        reference: Some(("All concentrators".to_owned(), rate(225, 412))),
        line_percent: 90,
    }
}

pub(crate) fn indicators() -> Dots {
    let row =
        |name: &str, value, target| Dot { section: String::new(), name: name.to_owned(), value, target, verdict: None };
    Dots {
        about: About::students("Indicators against their levels", "Concentrators of 2024-25, Clay County"),
        rows: vec![
            row("1S1 Four-year graduation", estimate(388, 412), Some(target(9510))),
            row("2S1 Proficiency in reading", estimate(171, 390), Some(target(5200))),
            row("2S2 Proficiency in mathematics", estimate(140, 388), Some(target(3900))),
            row("3S1 Placement after leaving", Value::Unknown, Some(target(8000))),
            row("4S1 Nontraditional programs", estimate(9, 14), Some(target(2800))),
            row("5S1 Recognized credential", Value::Hidden, Some(target(3500))),
            row("5S3 Work-based learning", estimate(225, 412), None),
        ],
        reference: None,
        line_percent: 90,
    }
}

pub(crate) fn pairs() -> Pairs {
    let row = |section: &str, name: &str, values| Pair {
        section: section.to_owned(),
        name: name.to_owned(),
        values,
        verdict: None,
    };
    Pairs {
        about: About::students(
            "Concentrators among those who took a first course, by program",
            "Grades 9 to 12 in 2024-25, Clay County",
        ),
        sides: ["All other students".to_owned(), "English learners".to_owned()],
        rows: vec![
            row("Health", "Health Science", [rate(180, 290), rate(14, 47)]),
            row("Health", "Emergency Medical Services", [rate(12, 20), Value::Hidden]),
            row("Trades", "Welding", [rate(55, 90), rate(11, 18)]),
            row("Trades", "Automotive Technology", [rate(61, 122), rate(9, 13)]),
            row("Trades", "Heating, Ventilation, Air Conditioning and Refrigeration", [rate(22, 41), rate(10, 24)]),
            row("Business", "Marketing", [Value::NotApplicable, Value::NotApplicable]),
        ],
    }
}

/// The same, each gap held against chance.
pub(crate) fn judged_pairs() -> Pairs {
    let mut pairs = pairs();
    let verdicts =
        [Verdict::Below, Verdict::TooFew, Verdict::Chance, Verdict::TooFew, Verdict::Chance, Verdict::TooFew];
    for (row, verdict) in pairs.rows.iter_mut().zip(verdicts) {
        row.verdict = Some(verdict);
    }
    pairs
}

pub(crate) fn bars() -> Bars {
    let row = |section: &str, name: &str, value| Bar { section: section.to_owned(), name: name.to_owned(), value };
    Bars {
        about: About::students("Participants by program", "Grades 9 to 12 in 2024-25, Clay County"),
        rows: vec![
            row("Bristol High", "Welding", Value::Count(108)),
            row("Bristol High", "Health Science", Value::Count(337)),
            row("Bristol High", "Emergency Medical Services", Value::Hidden),
            row("Clay High", "Welding", Value::NotApplicable),
            row("Clay High", "Agriculture, Food and Natural Resources", Value::Count(1_204)),
            row("Clay High", "Marketing", Value::Count(0)),
        ],
    }
}

pub(crate) fn rates() -> Bars {
    let mut bars = bars();
    bars.about.title = "Students who pass the first course".to_owned();
    for (row, value) in bars.rows.iter_mut().zip([
        rate(90, 108),
        rate(300, 337),
        Value::Hidden,
        Value::Unknown,
        rate(1_000, 1_204),
        rate(0, 9),
    ]) {
        row.value = value;
    }
    bars
}

fn periods() -> Vec<String> {
    ["2019-20", "2020-21", "2021-22", "2022-23", "2023-24", "2024-25"].map(str::to_owned).to_vec()
}

pub(crate) fn trend() -> Series {
    let values = vec![rate(60, 190), rate(71, 201), Value::Hidden, rate(99, 230), rate(140, 251), rate(225, 412)];
    Series {
        about: About::students("Work-based learning (5S3)", "Concentrators who graduated, Clay County"),
        periods: periods(),
        lines: vec![Line { name: "All concentrators".to_owned(), values }],
        targets: vec![
            None,
            Some(target(3000)),
            Some(target(3500)),
            Some(target(4000)),
            Some(target(4500)),
            Some(target(5000)),
        ],
        breaks: vec![Break { before: 4, why: "hours are counted where an employer has verified them".to_owned() }],
        line_percent: 90,
    }
}

pub(crate) fn series() -> Series {
    let line = |name: &str, values: [Value; 6]| Line { name: name.to_owned(), values: values.to_vec() };
    Series {
        about: About::students("Concentrators by program", "Grades 9 to 12, Clay County"),
        periods: periods(),
        lines: vec![
            line("Health Science", [180, 192, 205, 201, 214, 230].map(Value::Count)),
            line("Welding", [55, 52, 60, 66, 64, 71].map(Value::Count)),
            line(
                "Agriculture, Food and Natural Resources",
                [Value::Count(70), Value::Hidden, Value::Hidden, Value::Count(61), Value::Unknown, Value::Count(66)],
            ),
            line(
                "Marketing",
                [
                    Value::NotApplicable,
                    Value::NotApplicable,
                    Value::Count(12),
                    Value::Count(20),
                    Value::Count(31),
                    Value::Hidden,
                ],
            ),
        ],
        targets: Vec::new(),
        breaks: Vec::new(),
        line_percent: 90,
    }
}

pub(crate) fn change() -> Series {
    let line = |name: &str, from, to| Line { name: name.to_owned(), values: vec![from, to] };
    Series {
        about: About::students("Recognized credential (5S1) by program", "Concentrators who graduated, Clay County"),
        periods: vec!["2021-22".to_owned(), "2024-25".to_owned()],
        lines: vec![
            line("Health Science", rate(40, 101), rate(88, 201)),
            line("Welding", rate(20, 44), rate(31, 60)),
            line("Automotive Technology", rate(11, 25), rate(12, 31)),
            line("Agriculture, Food and Natural Resources", Value::Hidden, rate(14, 33)),
            line("Marketing", rate(3, 30), rate(10, 31)),
        ],
        targets: Vec::new(),
        breaks: Vec::new(),
        line_percent: 90,
    }
}

pub(crate) fn flows() -> Flows {
    let node =
        |name: &str, stage, value| Node { name: name.to_owned(), stage, value, not_observed: name.starts_with("Not") };
    let flow = |from, to, value| Flow { from, to, value };
    let count = Value::Count;
    Flows {
        about: About::students("After graduation", "Concentrators who graduated in 2023-24, Clay County")
            .limits("Colleges outside the clearinghouse and work without a wage record are not observed; that is not the same as no college and no work."),
        stages: ["Program", "First autumn", "A year later"].map(str::to_owned).to_vec(),
        nodes: vec![
            node("Health Science", 0, count(201)),
            node("Welding", 0, count(64)),
            node("Marketing", 0, Value::Hidden),
            node("Four-year college", 1, count(92)),
            node("Two-year college", 1, count(78)),
            node("Work or service", 1, count(61)),
            node("Not observed", 1, count(43)),
            node("College", 2, count(131)),
            node("Work or service", 2, count(84)),
            node("Not observed", 2, count(59)),
        ],
        flows: vec![
            flow(0, 3, count(84)),
            flow(0, 4, count(61)),
            flow(0, 5, count(28)),
            flow(0, 6, count(28)),
            flow(1, 3, count(6)),
            flow(1, 4, count(14)),
            flow(1, 5, count(31)),
            flow(1, 6, count(13)),
            flow(2, 3, Value::Hidden),
            flow(2, 4, Value::Hidden),
            flow(2, 5, Value::Hidden),
            flow(2, 6, Value::Hidden),
            flow(3, 7, count(80)),
            flow(3, 9, count(12)),
            flow(4, 7, count(51)),
            flow(4, 8, count(18)),
            flow(4, 9, count(9)),
            flow(5, 8, count(52)),
            flow(5, 9, count(9)),
            flow(6, 8, count(14)),
            flow(6, 9, count(29)),
        ],
    }
}

pub(crate) fn grid() -> Grid {
    let row = |name: &str, cells: [Value; 6]| GridRow { name: name.to_owned(), cells: cells.to_vec() };
    Grid {
        about: About::students("Indicators by program", "Concentrators of 2024-25, Clay County"),
        rows_are: "Program".to_owned(),
        columns: [
            "1S1 Graduation",
            "2S1 Reading",
            "2S2 Mathematics",
            "3S1 Placement",
            "5S1 Credential",
            "5S3 Work-based learning",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: vec![
            row(
                "Health Science",
                [rate(198, 201), rate(101, 190), rate(82, 188), rate(150, 190), rate(88, 201), rate(140, 201)],
            ),
            row("Welding", [rate(58, 60), rate(14, 55), rate(10, 55), rate(39, 58), rate(31, 60), rate(44, 60)]),
            row(
                "Agriculture, Food and Natural Resources",
                [rate(33, 33), Value::Hidden, Value::Hidden, rate(24, 31), rate(14, 33), rate(2, 33)],
            ),
            row("Marketing", [rate(30, 31), rate(20, 31), rate(11, 30), Value::Unknown, Value::Hidden, rate(9, 31)]),
            row("Legal Studies", [Value::NotApplicable; 6]),
        ],
    }
}

pub(crate) fn sides() -> Sides {
    let row = |name: &str, shares: [Value; 4]| SideRow { name: name.to_owned(), shares: shares.to_vec() };
    let of = |counts: [u64; 4]| counts.map(|count| rate(count, counts.iter().sum()));
    Sides {
        about: About {
            counted: ["answer", "answers"],
            ..About::students(
                "What students say of their program",
                "Students of grades 11 and 12 who answered in spring 2025, Clay County",
            )
        },
        left: vec!["Strongly disagree".to_owned(), "Disagree".to_owned()],
        right: vec!["Agree".to_owned(), "Strongly agree".to_owned()],
        rows: vec![
            row("My program shows me what the work is like.", of([8, 21, 120, 96])),
            row("Somebody at school has talked with me about what comes after.", of([41, 70, 88, 40])),
            row("I had a fair chance to get into the program that I wanted.", of([12, 30, 101, 95])),
            row("I know which credential I can earn.", of([3, 9, 60, 158])),
            row("Equipment is there when I need it.", [Value::Hidden; 4]),
        ],
    }
}

pub(crate) fn points() -> Points {
    let point = |name: &str, latitude, longitude, value| Point { name: name.to_owned(), latitude, longitude, value };
    Points {
        about: About::students("Participants by school", "Grades 9 to 12 in 2024-25, Clay County"),
        points: vec![
            point("Bristol High", 39.401, -84.561, Value::Count(512)),
            point("Clay High", 39.352, -84.497, Value::Count(301)),
            point("Clay Career Center", 39.356, -84.489, Value::Count(640)),
            point("Northfield High", 39.488, -84.552, Value::Count(88)),
            point("Northfield Early College", 39.4885, -84.5515, Value::Hidden),
            point("Union High", 39.305, -84.672, Value::Count(140)),
            point("Riverside Academy of Agriculture and Natural Resources", 39.287, -84.421, Value::Count(45)),
            point("Adult Education", 39.353, -84.495, Value::NotApplicable),
        ],
    }
}

pub(crate) fn rates_at_points() -> Points {
    let mut points = points();
    points.about.title = "Concentrators among participants, by school".to_owned();
    let values = [
        rate(300, 512),
        rate(60, 301),
        rate(580, 640),
        rate(30, 88),
        Value::Hidden,
        Value::Unknown,
        rate(0, 45),
        Value::NotApplicable,
    ];
    for (point, value) in points.points.iter_mut().zip(values) {
        point.value = value;
    }
    points
}

pub(crate) fn areas() -> Areas {
    let area = |name: &str, outline: &[[f64; 2]], value| Area {
        name: name.to_owned(),
        outline: vec![outline.to_vec()],
        value,
    };
    Areas {
        about: About::students("Students who take part, by attendance area", "Grades 9 to 12 in 2024-25, Clay County"),
        areas: vec![
            area(
                "Bristol",
                &[[-84.70, 39.52], [-84.55, 39.53], [-84.52, 39.45], [-84.56, 39.40], [-84.66, 39.39], [-84.71, 39.44]],
                rate(512, 870),
            ),
            area(
                "Northfield",
                &[
                    [-84.55, 39.53],
                    [-84.38, 39.52],
                    [-84.37, 39.43],
                    [-84.455, 39.42],
                    [-84.47, 39.42],
                    [-84.52, 39.45],
                ],
                rate(88, 590),
            ),
            area(
                "Clay",
                &[[-84.52, 39.45], [-84.47, 39.42], [-84.44, 39.36], [-84.53, 39.35], [-84.56, 39.40]],
                rate(801, 930),
            ),
            area("Mill Creek", &[[-84.47, 39.42], [-84.455, 39.42], [-84.45, 39.385]], Value::Hidden),
            area(
                "Union",
                &[[-84.66, 39.39], [-84.56, 39.40], [-84.53, 39.35], [-84.54, 39.28], [-84.68, 39.29], [-84.70, 39.34]],
                Value::Hidden,
            ),
            area(
                "Riverside",
                &[
                    [-84.53, 39.35],
                    [-84.44, 39.36],
                    [-84.45, 39.385],
                    [-84.455, 39.42],
                    [-84.37, 39.43],
                    [-84.35, 39.30],
                    [-84.54, 39.28],
                ],
                Value::Unknown,
            ),
        ],
    }
}
