//! Every form, of made-up numbers: its picture, table and sentence, and whether what is written can be read.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use waymark_disclosure::shapes::{Bars, Dots, Flows, Grid, Pairs, Points, Series, Sides, Steps, Value};

use crate::{
    Figure, Layout,
    areas::AreaMap,
    bars::BarChart,
    diverging::DivergingBars,
    dots::DotPlot,
    dumbbell::Dumbbell,
    examples,
    font::Weight,
    funnel::Funnel,
    heat::HeatTable,
    line::LineChart,
    palette::Role,
    points::PointMap,
    sankey::Sankey,
    scene::{Fill, Mark, Scene, Shape, Step},
    slope::Slope,
};

fn kept<T>(shape: T) -> &'static T {
    Box::leak(Box::new(shape))
}

/// Every form with something to show: its name, and what it is for.
fn figures() -> Vec<(&'static str, &'static str, Figure<'static>)> {
    vec![
        ("bars", "Counts or rates side by side", Figure::of(BarChart(kept(examples::bars())))),
        ("bars_of_rates", "The same of rates", Figure::of(BarChart(kept(examples::rates())))),
        ("dots", "Rates with intervals, against everybody's", Figure::of(DotPlot(kept(examples::dots())))),
        ("dots_with_levels", "Rates against their levels", Figure::of(DotPlot(kept(examples::indicators())))),
        ("gaps", "Two rates and the gap between them", Figure::of(Dumbbell(kept(examples::pairs())))),
        (
            "judged_gaps",
            "Two rates and the gap between them, held against chance",
            Figure::of(Dumbbell(kept(examples::judged_pairs()))),
        ),
        ("funnel", "Steps, and who is lost between them", Figure::of(Funnel(kept(examples::steps())))),
        (
            "funnel_in_part",
            "The same with steps that are not shown",
            Figure::of(Funnel(kept(examples::steps_in_part()))),
        ),
        ("lines", "Counts over the years", Figure::of(LineChart(kept(examples::series())))),
        (
            "lines_with_levels",
            "A rate over the years, with levels, a hidden year and a new definition",
            Figure::of(LineChart(kept(examples::trend()))),
        ),
        ("slope", "From the first year to the last", Figure::of(Slope(kept(examples::change())))),
        ("flows", "Where people go, and who is not observed", Figure::of(Sankey(kept(examples::flows())))),
        ("heat", "Rates by two things at once", Figure::of(HeatTable(kept(examples::grid())))),
        ("sides", "Answers that lean to one side or the other", Figure::of(DivergingBars(kept(examples::sides())))),
        ("points", "Counts at places", Figure::of(PointMap(kept(examples::points())))),
        ("points_of_rates", "Rates at places", Figure::of(PointMap(kept(examples::rates_at_points())))),
        ("areas", "Rates of areas", Figure::of(AreaMap(kept(examples::areas())))),
        ("multiples", "Any form side by side", multiples()),
    ]
}

/// The funnel of everybody beside those of two groups.
fn multiples() -> Figure<'static> {
    let panel = |name: &str, steps: Steps| (name.to_owned(), Figure::of(Funnel(kept(steps))));
    let panels = vec![
        panel("All students", examples::steps()),
        panel("English learners", examples::steps_of([47, 40, 17, 14, 13, 5])),
    ];
    Figure::multiples(examples::steps().about, panels)
}

/// The same forms with names as long as they come, in another language, and letters that the font does not have.
fn crowded() -> Vec<(&'static str, Figure<'static>)> {
    const LONG: &str = "Estudiantes de familias con desventaja económica que además están aprendiendo inglés";
    let name = |at: usize| format!("{LONG} {at} 中学 Donaudampfschifffahrtselektrizitätenhauptbetriebswerk");
    let mut dots = examples::indicators();
    let mut bars = examples::bars();
    let mut pairs = examples::pairs();
    let mut steps = examples::steps_in_part();
    let mut series = examples::series();
    let mut flows = examples::flows();
    let mut grid = examples::grid();
    let mut sides = examples::sides();
    let mut points = examples::points();
    dots.rows.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    bars.rows.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    pairs.rows.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    pairs.sides = [name(1), name(2)];
    steps.steps.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    series.lines.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    // All four end at the same place, after eleven years.
    series.periods = (2010..2021).map(|year| format!("{year}-{}", year - 1999)).collect();
    series.lines.iter_mut().for_each(|line| line.values = vec![Value::Count(1_234_567); 11]);
    flows.nodes.iter_mut().enumerate().for_each(|(at, node)| node.name = name(at));
    flows.stages.iter_mut().enumerate().for_each(|(at, stage)| *stage = name(at));
    grid.rows.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    grid.columns.iter_mut().enumerate().for_each(|(at, column)| *column = name(at));
    sides.rows.iter_mut().enumerate().for_each(|(at, row)| row.name = name(at));
    // Forty schools at one place.
    let school = points.points[0].clone();
    points.points.extend((0..40).map(|_| school.clone()));
    vec![
        ("dots", Figure::of(DotPlot(kept(dots)))),
        ("bars", Figure::of(BarChart(kept(bars)))),
        ("gaps", Figure::of(Dumbbell(kept(pairs)))),
        ("funnel", Figure::of(Funnel(kept(steps)))),
        ("lines", Figure::of(LineChart(kept(series.clone())))),
        ("slope", Figure::of(Slope(kept(series)))),
        ("flows", Figure::of(Sankey(kept(flows)))),
        ("heat", Figure::of(HeatTable(kept(grid)))),
        ("sides", Figure::of(DivergingBars(kept(sides)))),
        ("points", Figure::of(PointMap(kept(points)))),
    ]
}

/// The same forms of nothing.
fn empty() -> Vec<Figure<'static>> {
    let about = || examples::steps().about;
    let (sides, reference, line_percent) = ([String::new(), String::new()], None, 90);
    let none = Vec::new;
    vec![
        Figure::of(BarChart(kept(Bars { about: about(), rows: none() }))),
        Figure::of(DotPlot(kept(Dots { about: about(), rows: Vec::new(), reference, line_percent }))),
        Figure::of(Dumbbell(kept(Pairs { about: about(), sides, rows: Vec::new() }))),
        Figure::of(Funnel(kept(Steps { about: about(), steps: Vec::new() }))),
        Figure::of(LineChart(kept(nothing()))),
        Figure::of(Slope(kept(nothing()))),
        Figure::of(Sankey(kept(Flows { about: about(), stages: Vec::new(), nodes: Vec::new(), flows: Vec::new() }))),
        Figure::of(HeatTable(kept(Grid {
            about: about(),
            rows_are: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
        }))),
        Figure::of(DivergingBars(kept(Sides {
            about: about(),
            left: Vec::new(),
            right: Vec::new(),
            rows: Vec::new(),
        }))),
        Figure::of(PointMap(kept(Points { about: about(), points: Vec::new() }))),
        Figure::multiples(about(), Vec::new()),
    ]
}

fn nothing() -> Series {
    let about = examples::steps().about;
    Series { about, periods: Vec::new(), lines: Vec::new(), targets: Vec::new(), breaks: Vec::new(), line_percent: 90 }
}

const LAYOUTS: [Layout; 2] = [Layout::Wide, Layout::Narrow];

fn scene(figure: &Figure<'_>, layout: Layout) -> Scene {
    figure.form.scene(layout, None)
}

#[test]
fn narrow_pictures() {
    for (name, _, figure) in figures() {
        insta::assert_snapshot!(format!("{name}_narrow"), figure.svg("f", Layout::Narrow));
    }
}

#[test]
fn tables_and_sentences() {
    for (name, _, figure) in figures() {
        insta::assert_snapshot!(name, format!("{}\n{}", figure.sentence(), figure.table()));
    }
}

#[test]
fn texts_neither_overlap_nor_leave_the_picture() {
    let figures = figures().into_iter().map(|(name, _, figure)| (name, figure));
    let mut all = Vec::new();
    for (name, figure) in figures.chain(crowded()) {
        for layout in LAYOUTS {
            all.extend(scene(&figure, layout).faults().into_iter().map(|fault| format!("{name}, {layout:?}: {fault}")));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn of_nothing_there_is_a_picture_and_a_sentence() {
    for figure in empty() {
        for layout in LAYOUTS {
            assert!(figure.svg("f", layout).ends_with("</svg>\n"));
        }
        assert!(figure.sentence().len() > 10 && figure.table().contains("</table>"), "{}", figure.sentence());
    }
}

/// Values are written half bold; each is a cell of the table, too.
#[test]
fn every_value_of_the_picture_is_in_the_table() {
    let mut values = 0;
    for (name, _, figure) in figures() {
        let table = figure.table();
        let cells: BTreeSet<&str> = table.split(['<', '>', ' ', '(', ')']).collect();
        for layout in LAYOUTS {
            for text in scene(&figure, layout).all_texts() {
                let word = text.words.split(' ').next().unwrap_or_default();
                // A number by itself below a map is that of a label.
                let label = word.len() == 1 && name.starts_with(['p', 'a']);
                if text.weight == Weight::Strong
                    && text.words.starts_with(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '−'])
                    && !label
                    && text.role != Role::Quiet
                {
                    values += 1;
                    assert!(cells.contains(word), "{name}: `{}` is not in {table}", text.words);
                }
            }
        }
    }
    assert!(values > 150, "{values}");
}

#[test]
fn rows_of_a_table_lead_to_their_numbers() {
    let links = vec![None, Some("/number?group=sex:M&year=2025".to_owned())];
    let table = Figure::of(DotPlot(kept(examples::dots()))).linked(links).table();
    // The row of everybody is not one of the shape's.
    assert!(
        table.contains("<th scope=\"row\">All concentrators</th>") && table.contains("<th scope=\"row\">Female</th>")
    );
    assert!(table.contains("<a href=\"/number?group=sex:M&#38;year=2025\">Male</a>"), "{table}");
}

/// Numbers that are not shown are drawn alike, whatever they are, and are told apart from zero and from nothing.
#[test]
fn four_things_are_drawn_and_worded_apart() {
    let of = |value| {
        let mut bars = examples::bars();
        bars.rows.truncate(1);
        bars.rows[0].value = value;
        let figure = Figure::of(BarChart(kept(bars)));
        (scene(&figure, Layout::Wide).marks, figure.sentence(), figure.table())
    };
    let all = [Value::Count(0), Value::Hidden, Value::NotApplicable, Value::Unknown].map(of);
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            assert!(one.0 != other.0 && one.1 != other.1 && one.2 != other.2);
        }
    }
    assert!(all[1].1.contains("not shown to protect privacy") && all[1].2.contains("not shown to protect privacy"));
}

fn filled_rects(scene: &Scene, role: Role) -> Vec<[f64; 3]> {
    let rect = |mark: &Mark| match mark.shape {
        Shape::Rect { x, width, height, .. } if mark.fill == Some(Fill::Of(role)) => Some([x, width, height]),
        _ => None,
    };
    scene.marks.iter().filter_map(rect).collect()
}

/// Fills that are near to the ground have an outline that is not (WCAG 2.2, 1.4.11); a cell of a heat table has its number.
#[test]
fn pale_marks_have_an_outline() {
    let pale = [
        Role::Track,
        Role::Stream,
        Role::FirstMild,
        Role::SecondMild,
        Role::Fifth1,
        Role::Fifth2,
        Role::Fifth3,
        Role::Paper,
    ];
    let mut found = 0;
    for (name, _, figure) in figures().into_iter().filter(|(name, ..)| *name != "heat") {
        for layout in LAYOUTS {
            let scene = scene(&figure, layout);
            let parts = scene.parts.iter().flat_map(|part| &part.scene.marks);
            for mark in scene.marks.iter().chain(parts) {
                if pale.iter().any(|role| mark.fill == Some(Fill::Of(*role))) {
                    found += 1;
                    let outline = mark.stroke.map(|stroke| stroke.role);
                    assert!(matches!(outline, Some(Role::Edge | Role::First)), "{name}: {mark:?}");
                }
            }
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn bars_begin_at_zero_and_are_as_long_as_their_numbers() {
    for layout in LAYOUTS {
        let bars = filled_rects(&scene(&Figure::of(BarChart(kept(examples::bars()))), layout), Role::First);
        assert!(bars.iter().all(|bar| (bar[0] - bars[0][0]).abs() < 1e-9), "{bars:?}");
        // 108, 337 and 1,204 students.
        assert!((bars[1][1] / bars[0][1] - 337.0 / 108.0).abs() < 1e-9, "{bars:?}");
        assert!((bars[2][1] / bars[0][1] - 1_204.0 / 108.0).abs() < 1e-9, "{bars:?}");
        let steps = filled_rects(&scene(&Figure::of(Funnel(kept(examples::steps()))), layout), Role::First);
        assert!((steps[5][1] / steps[0][1] - 88.0 / 412.0).abs() < 1e-9, "{steps:?}");
    }
}

#[test]
fn a_line_does_not_cross_what_is_hidden_or_defined_anew() {
    let scene = scene(&Figure::of(LineChart(kept(examples::trend()))), Layout::Wide);
    let line = scene.marks.iter().find_map(|mark| match &mark.shape {
        Shape::Path(steps) => Some(steps),
        _ => None,
    });
    let begins: Vec<bool> = line.unwrap().iter().map(|step| matches!(step, Step::Move(_))).collect();
    assert!(line.unwrap().iter().all(|step| matches!(step, Step::Move(_) | Step::Line(_))));
    // Known are the 1st, 2nd, 4th, 5th and 6th year; the 5th begins a definition.
    assert_eq!(begins, [true, false, true, true, false]);
}

#[test]
fn streams_fill_the_states_that_they_join() {
    let flows = examples::flows();
    for (at, node) in flows.nodes.iter().enumerate() {
        let sum = |of: &dyn Fn(&waymark_disclosure::shapes::Flow) -> bool| -> Option<u64> {
            let some: Vec<_> = flows.flows.iter().filter(|flow| of(flow)).collect();
            if some.is_empty() { None } else { some.iter().map(|flow| flow.value.count()).sum() }
        };
        for sum in [sum(&|flow| flow.from == at), sum(&|flow| flow.to == at)].into_iter().flatten() {
            assert_eq!(Some(sum), node.value.count(), "{} of the example", node.name);
        }
    }
    let scene = scene(&Figure::of(Sankey(kept(flows))), Layout::Wide);
    let ribbons = scene.marks.iter().filter(|mark| matches!(mark.shape, Shape::Path(_))).count();
    assert_eq!(ribbons, 21, "a ribbon for each flow");
}

#[test]
fn pictures_side_by_side_have_one_scale() {
    let bars = |most: u64| {
        let mut bars = examples::bars();
        bars.rows.truncate(1);
        bars.rows[0].value = Value::Count(most);
        Figure::of(BarChart(kept(bars)))
    };
    let panels = vec![("A".to_owned(), bars(50)), ("B".to_owned(), bars(100))];
    let scene = scene(&Figure::multiples(examples::bars().about, panels), Layout::Wide);
    let [a, b] = [0, 1].map(|at| filled_rects(&scene.parts[at].scene, Role::First)[0][1]);
    assert!((b - 2.0 * a).abs() < 1e-9);
}

/// The page `docs/figures.md`, and the pictures beside it. They stand by themselves, on paper.
#[test]
fn gallery() {
    let docs = Path::new("../../docs");
    let mut page = "# Figures\n\nEvery form of picture, of a district that does not exist. Written by\n`UPDATE_DOCS=1 cargo test -p \
                    waymark -p waymark-figure --lib gallery`; each has a layout for phones, too.\n"
        .to_owned();
    let mut files = Vec::new();
    for (name, purpose, figure) in figures() {
        let sentence = figure.sentence();
        write!(page, "\n## {purpose}\n\n{sentence}\n\n![{purpose}](figures/{name}.svg)\n").unwrap();
        let paper = format!("</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n", Role::Paper.day());
        files.push((format!("figures/{name}.svg"), figure.svg(name, Layout::Wide).replace("</desc>\n", &paper)));
    }
    files.push(("figures.md".to_owned(), page));
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    if update {
        fs::create_dir_all(docs.join("figures")).unwrap();
    }
    for (name, text) in &files {
        let path = docs.join(name);
        if update {
            fs::write(&path, text).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == *text, "docs/{name} is out of date: write it anew with UPDATE_DOCS=1");
    }
    let there: BTreeSet<String> = fs::read_dir(docs.join("figures"))
        .unwrap()
        .map(|entry| format!("figures/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    let wanted: BTreeSet<String> =
        files.iter().map(|(name, _)| name.clone()).filter(|name| name != "figures.md").collect();
    assert_eq!(there, wanted, "no picture is left over");
}

/// Writes a page with every form to the file that `FIGURES_PAGE` names.
#[test]
#[ignore = "to look at, in a browser"]
fn page() {
    let mut page = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
                    <link rel=stylesheet href=style.css><link rel=stylesheet href=figure.css><body><main>"
        .to_owned();
    for (name, purpose, figure) in figures() {
        write!(page, "<h2>{purpose}</h2>{}", figure.html(name)).unwrap();
    }
    fs::write(std::env::var_os("FIGURES_PAGE").expect("FIGURES_PAGE names a file"), page).unwrap();
}
