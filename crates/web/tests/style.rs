//! The style sheet keeps the contrasts of WCAG 2.2 AA by day and by night, and the pages stay light.

use std::{collections::BTreeMap, fs};

fn style() -> String {
    fs::read_to_string("static/style.css").unwrap()
}

/// The colours of the style sheet by name: by day, by night.
fn colours(style: &str) -> BTreeMap<&str, [&str; 2]> {
    style
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
            let (day, night) = value.strip_suffix(");")?.split_once(", ")?;
            Some((name, [day, night]))
        })
        .collect()
}

/// Relative luminance (WCAG 2.2, definition "relative luminance").
fn luminance(colour: &str) -> f64 {
    let hex = colour.strip_prefix('#').unwrap();
    assert_eq!(hex.len(), 6, "{colour}");
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn black_on_white_is_21_to_1() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
}

#[test]
fn text_and_marks_stand_out_by_day_and_by_night() {
    let style = style();
    let colours = colours(&style);
    let text = ["ink", "quiet", "link", "met", "not-met", "care"].map(|name| (name, 4.5));
    let marks = ["edge", "bar"].map(|name| (name, 3.0));
    let mut pairs = Vec::new();
    for (name, least) in text.into_iter().chain(marks) {
        pairs.extend(["paper", "raised"].map(|ground| (name, ground, least)));
    }
    pairs.extend([("bar", "track", 3.0), ("ink", "track", 3.0)]);
    for (name, ground, least) in pairs {
        for (at, when) in ["day", "night"].into_iter().enumerate() {
            let contrast = contrast(colours[name][at], colours[ground][at]);
            assert!(contrast >= least, "--{name} on --{ground} by {when}: {contrast:.2}, less than {least}");
        }
    }
}

#[test]
fn every_colour_has_a_name() {
    let style = style();
    let outside = style.lines().filter(|line| line.contains('#') && !line.trim().starts_with("--"));
    assert_eq!(outside.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn it_asks_nobody_else_for_anything_and_is_small() {
    let (style, figures) = (style(), waymark_figure::STYLE);
    assert!(!style.contains("url(") && !style.contains("@import") && !figures.contains("@import"));
    assert!(figures.split("url(").skip(1).all(|file| file.starts_with("\"/public-sans")));
    let both = style.len() + figures.len();
    assert!(both < 40_000, "{both} bytes");
}
