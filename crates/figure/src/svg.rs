//! Scenes as SVG. Colours are both attributes, for a picture that stands by itself, and classes, for the style sheet of a
//! page, which knows day, night, print and forced colours. There are no `style` attributes: the policy of the pages forbids
//! them.

use std::fmt::{self, Write};

use crate::{
    font::Weight,
    palette::Role,
    scene::{Anchor, Fill, Mark, Scene, Shape, Step, Text},
};

/// What a picture is called, for those who do not see it.
pub(crate) struct Names<'a> {
    /// What the identifiers in it begin with, which a page must not have twice.
    pub(crate) id: &'a str,
    /// A class of the whole.
    pub(crate) class: &'a str,
    pub(crate) title: &'a str,
    pub(crate) sentence: &'a str,
}

/// Text that cannot become markup.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A place, to the tenth.
struct Tenths(f64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        // Zero has one form.
        write!(f, "{}", if tenths == 0.0 { 0.0 } else { tenths })
    }
}

/// The picture.
pub(crate) fn svg(scene: &Scene, names: &Names<'_>) -> String {
    let mut text = String::new();
    write(&mut text, scene, names).expect("memory can be written");
    text
}

fn write(to: &mut String, scene: &Scene, names: &Names<'_>) -> fmt::Result {
    let Names { id, class, title, sentence } = names;
    let (width, height) = (Tenths(scene.width), Tenths(scene.height));
    writeln!(
        to,
        "<svg class=\"scene {class}\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title\" \
         aria-describedby=\"{id}-desc\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"Public Sans, sans-serif\" text-rendering=\"geometricPrecision\">"
    )?;
    writeln!(to, "<title id=\"{id}-title\">{}</title>", Escaped(title))?;
    writeln!(to, "<desc id=\"{id}-desc\">{}</desc>", Escaped(sentence))?;
    patterns(to, scene, id)?;
    writeln!(to, "<g aria-hidden=\"true\">")?;
    layers(to, scene, id)?;
    to.write_str("</g>\n</svg>\n")
}

fn layers(to: &mut String, scene: &Scene, id: &str) -> fmt::Result {
    for mark in scene.back.iter().chain(&scene.marks) {
        write_mark(to, mark, id)?;
    }
    for text in &scene.texts {
        write_text(to, text)?;
    }
    for part in &scene.parts {
        writeln!(to, "<g transform=\"translate({} {})\">", Tenths(part.x), Tenths(part.y))?;
        layers(to, &part.scene, id)?;
        to.write_str("</g>\n")?;
    }
    Ok(())
}

fn uses(scene: &Scene, fill: Fill) -> bool {
    scene.back.iter().chain(&scene.marks).any(|mark| mark.fill == Some(fill))
        || scene.parts.iter().any(|part| uses(&part.scene, fill))
}

fn patterns(to: &mut String, scene: &Scene, id: &str) -> fmt::Result {
    let ground = format!("<rect width=\"6\" height=\"6\" {}/>", fill(Role::Paper));
    if uses(scene, Fill::Hatch) {
        writeln!(
            to,
            "<pattern id=\"{id}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\">{ground}<rect width=\"2\" height=\"6\" {}/></pattern>",
            fill(Role::Edge)
        )?;
    }
    if uses(scene, Fill::Dots) {
        writeln!(
            to,
            "<pattern id=\"{id}-dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">{ground}<circle cx=\"3\" \
             cy=\"3\" r=\"1.1\" {}/></pattern>",
            fill(Role::Edge)
        )?;
    }
    Ok(())
}

fn fill(role: Role) -> String {
    format!("class=\"f-{}\" fill=\"{}\"", role.name(), role.day())
}

fn write_mark(to: &mut String, mark: &Mark, id: &str) -> fmt::Result {
    match &mark.shape {
        Shape::Rect { x, y, width, height, radius } => {
            let (x, y, width, height) = (Tenths(*x), Tenths(*y), Tenths(*width), Tenths(*height));
            write!(to, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")?;
            if *radius > 0.0 {
                write!(to, " rx=\"{}\"", Tenths(*radius))?;
            }
        }
        Shape::Line { from, to: end } => {
            let [x1, y1] = from.map(Tenths);
            let [x2, y2] = end.map(Tenths);
            write!(to, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"")?;
        }
        Shape::Circle { at, radius } => {
            let [cx, cy] = at.map(Tenths);
            write!(to, "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{}\"", Tenths(*radius))?;
        }
        Shape::Path(steps) => {
            to.write_str("<path d=\"")?;
            for step in steps {
                match step {
                    Step::Move([x, y]) => write!(to, "M{} {}", Tenths(*x), Tenths(*y))?,
                    Step::Line([x, y]) => write!(to, "L{} {}", Tenths(*x), Tenths(*y))?,
                    Step::Curve(a, b, c) => {
                        let [a, b, c] = [a, b, c].map(|[x, y]| format!("{} {}", Tenths(*x), Tenths(*y)));
                        write!(to, "C{a} {b} {c}")?;
                    }
                    Step::Close => to.write_str("Z")?,
                }
            }
            to.write_str("\" fill-rule=\"evenodd\"")?;
        }
    }
    let classes: Vec<String> = [
        mark.fill.and_then(|fill| match fill {
            Fill::Of(role) => Some(format!("f-{}", role.name())),
            Fill::Hatch | Fill::Dots => None,
        }),
        mark.stroke.map(|stroke| format!("s-{}", stroke.role.name())),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !classes.is_empty() {
        write!(to, " class=\"{}\"", classes.join(" "))?;
    }
    match mark.fill {
        None => to.write_str(" fill=\"none\"")?,
        Some(Fill::Of(role)) => write!(to, " fill=\"{}\"", role.day())?,
        Some(Fill::Hatch) => write!(to, " fill=\"url(#{id}-hatch)\"")?,
        Some(Fill::Dots) => write!(to, " fill=\"url(#{id}-dots)\"")?,
    }
    if let Some(stroke) = mark.stroke {
        write!(to, " stroke=\"{}\" stroke-width=\"{}\"", stroke.role.day(), Tenths(stroke.width))?;
        if !stroke.dash.is_empty() {
            write!(to, " stroke-dasharray=\"{}\"", stroke.dash)?;
        }
    }
    to.write_str("/>\n")
}

fn write_text(to: &mut String, text: &Text) -> fmt::Result {
    let (x, y, size) = (Tenths(text.x), Tenths(text.y), Tenths(text.size));
    let (class, colour) = (text.role.name(), text.role.day());
    write!(to, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{colour}\"")?;
    if text.rim {
        let rim = Role::Paper;
        write!(to, " class=\"f-{class} s-{}\" stroke=\"{}\"", rim.name(), rim.day())?;
        to.write_str(" stroke-width=\"3\" paint-order=\"stroke\"")?;
    } else {
        write!(to, " class=\"f-{class}\"")?;
    }
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => to.write_str(" text-anchor=\"middle\"")?,
        Anchor::End => to.write_str(" text-anchor=\"end\"")?,
    }
    if text.weight == Weight::Strong {
        to.write_str(" font-weight=\"600\"")?;
    }
    writeln!(to, ">{}</text>", Escaped(&text.words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_become_markup() {
        assert_eq!(
            Escaped("<b>\"O'Brien\" & sons</b>").to_string(),
            "&lt;b&gt;&quot;O&#39;Brien&quot; &amp; sons&lt;/b&gt;"
        );
    }

    #[test]
    fn places_have_one_form() {
        assert_eq!(
            [0.04, -0.04, 12.0, 12.25, -3.31].map(|at| Tenths(at).to_string()),
            ["0", "0", "12", "12.3", "-3.3"]
        );
    }

    #[test]
    fn identifiers_begin_with_that_of_the_figure() {
        let mut scene = Scene::new(10.0);
        scene.marks.push(Mark::rect(0.0, 0.0, 5.0, 5.0).pattern(Fill::Hatch));
        let names = Names { id: "f7", class: "wide", title: "T", sentence: "S." };
        let svg = svg(&scene, &names);
        for part in svg.split("id=\"").skip(1) {
            assert!(part.starts_with("f7-"), "{part}");
        }
        assert!(svg.contains("url(#f7-hatch)") && !svg.contains(" style="));
    }
}
