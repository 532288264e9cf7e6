//! A picture, its table and its sentence, of a small district.

#[path = "../../disclosure/tests/district/mod.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod district;

use std::sync::Arc;

use district::{Logged, door};
use waymark_disclosure::{Audience, LevelsTable, Released, Standing};
use waymark_figure::{IndicatorBar, IndicatorBars};

async fn levels() -> Released<LevelsTable> {
    let door = door("federal", Arc::new(Logged::default()));
    door.levels(&Audience::at_this_machine("ana"), "2024-25".parse().unwrap(), Some("D1")).await.unwrap()
}

fn bar<'a>(figure: IndicatorBars<'a>, indicator: &str) -> IndicatorBar<'a> {
    figure.bars().find(|bar| bar.row().indicator == indicator).unwrap()
}

#[tokio::test]
async fn pictures() {
    let released = levels().await;
    let figure = IndicatorBars::new(&released);
    for indicator in ["5S1", "5S2", "5S3", "1S1"] {
        insta::assert_snapshot!(format!("bar_{indicator}"), bar(figure, indicator).svg(indicator));
    }
}

#[tokio::test]
async fn table_and_sentence() {
    let released = levels().await;
    let figure = IndicatorBars::new(&released);
    insta::assert_snapshot!("sentence", figure.sentence());
    let link = |row: &waymark_disclosure::IndicatorRow| (row.indicator == "5S3").then(|| "/number?a=1&b=2".to_owned());
    insta::assert_snapshot!("table", figure.table("Indicators of <D1>", link));
}

#[tokio::test]
async fn every_mark_has_a_cell_and_stands_within_the_picture() {
    let released = levels().await;
    let figure = IndicatorBars::new(&released);
    let table = figure.table("all", |_| None);
    let mut marks = 0;
    for bar in figure.bars() {
        let of_row = table.split("<tr>").find(|row| row.contains(&format!(">{} <", bar.row().indicator))).unwrap();
        for mark in bar.marks() {
            marks += 1;
            assert!(of_row.contains(&format!(">{}</td>", mark.text())), "{} in {of_row}", mark.text());
            assert!((0.0..=100.0).contains(&mark.place()));
            assert!(bar.svg("x").contains(&format!("{:.2}%", mark.place())));
        }
    }
    assert!(marks >= 7, "two rates with level and line, and one without: {marks}");
}

#[test]
fn standings_are_words_and_not_colours() {
    for standing in [Standing::Met, Standing::NotMet, Standing::NoLevel, Standing::Nobody] {
        assert!(IndicatorBars::badge(standing).contains(standing.words()));
    }
}
