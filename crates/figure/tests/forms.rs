//! A figure of what a real door has released.

#[path = "../../disclosure/tests/district/mod.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod district;

use std::sync::Arc;

use district::{Logged, door};
use waymark_disclosure::{Audience, shapes::About};
use waymark_figure::{Figure, Layout};

#[tokio::test]
async fn indicators_as_dots_from_the_door() {
    let door = door("federal", Arc::new(Logged::default()));
    let audience = Audience::at_this_machine("ana");
    let released = door.levels(&audience, "2024-25".parse().unwrap(), Some("D1")).await.unwrap();
    let about = About::students("Indicators against their levels", "Concentrators of <D1>, 2024-25");
    let dots = released.dots(about);
    assert_eq!(dots.provenance(), released.provenance());
    let figure = Figure::dots(&dots);
    // 10 of 16 have 50 hours, 4 of 16 a credential, and all graduate (see `district`).
    let sentence = figure.sentence();
    assert!(sentence.contains("to 62.5% (5S3"), "{sentence}");
    assert!(sentence.contains("1 of 2 that are held to a level meets it."), "{sentence}");
    let svg = figure.svg("i", Layout::Wide);
    assert!(svg.contains(">62.5%<") && svg.contains(">10 of 16<") && svg.contains(">25.0%<"), "{svg}");
    let html = figure.html("i");
    assert!(html.contains("Concentrators of &#60;D1&#62;") && !html.contains("<D1>"), "{html}");
    assert_eq!(html, Figure::dots(&dots).html("i"), "the same bytes every time");
}
