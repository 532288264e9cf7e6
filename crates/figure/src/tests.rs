//! Every form, of made-up numbers: as SVG, table and sentence, and whether what is written can be read.

use std::fmt::Write;

use crate::{
    Figure, Layout, bars::BarChart, dots::DotPlot, dumbbell::Dumbbell, examples, funnel::Funnel, line::LineChart,
    slope::Slope,
};

/// Every form with something to show, by name.
fn figures() -> Vec<(&'static str, Figure<'static>)> {
    fn kept<T>(shape: T) -> &'static T {
        Box::leak(Box::new(shape))
    }
    vec![
        ("bars", Figure::of(BarChart(kept(examples::bars())))),
        ("bars_of_rates", Figure::of(BarChart(kept(examples::rates())))),
        ("dots", Figure::of(DotPlot(kept(examples::dots())))),
        ("dots_with_levels", Figure::of(DotPlot(kept(examples::indicators())))),
        ("gaps", Figure::of(Dumbbell(kept(examples::pairs())))),
        ("funnel", Figure::of(Funnel(kept(examples::steps())))),
        ("funnel_in_part", Figure::of(Funnel(kept(examples::steps_in_part())))),
        ("lines", Figure::of(LineChart(kept(examples::series())))),
        ("lines_with_levels", Figure::of(LineChart(kept(examples::trend())))),
        ("slope", Figure::of(Slope(kept(examples::change())))),
    ]
}

#[test]
fn pictures() {
    for (name, figure) in figures() {
        insta::assert_snapshot!(format!("{name}_wide"), figure.svg("f", Layout::Wide));
        insta::assert_snapshot!(format!("{name}_narrow"), figure.svg("f", Layout::Narrow));
    }
}

#[test]
fn tables_and_sentences() {
    for (name, figure) in figures() {
        insta::assert_snapshot!(name, format!("{}\n{}", figure.sentence(), figure.table()));
    }
}

#[test]
fn texts_neither_overlap_nor_leave_the_picture() {
    for (name, figure) in figures() {
        for layout in [Layout::Wide, Layout::Narrow] {
            let faults = figure.form.scene(layout, None).faults();
            assert!(faults.is_empty(), "{name}, {layout:?}:\n{}", faults.join("\n"));
        }
    }
}

/// Writes a page with every form to the file that `FIGURES_PAGE` names, to look at.
#[test]
fn page() {
    let Some(path) = std::env::var_os("FIGURES_PAGE") else { return };
    let mut page = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
                    <link rel=stylesheet href=style.css><link rel=stylesheet href=figure.css><body><main>"
        .to_owned();
    for (name, figure) in figures() {
        write!(page, "<h2>{name}</h2>{}", figure.html(name)).unwrap();
    }
    std::fs::write(path, page).unwrap();
}
