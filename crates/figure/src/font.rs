//! The letters of figures and their widths. The same files are drawn by browsers and measured here, so that what fits here
//! fits there.

use std::sync::LazyLock;

use ttf_parser::Face;

/// Public Sans, in its usual weight, as a TrueType file.
pub const REGULAR: &[u8] = include_bytes!("../fonts/PublicSans-Regular.ttf");
/// Public Sans, half bold, as a TrueType file.
pub const SEMI_BOLD: &[u8] = include_bytes!("../fonts/PublicSans-SemiBold.ttf");

/// The letters that the fonts have are below this one.
const END: u32 = 0x2300;

/// The widths of letters in parts of their size, by their number, in both weights.
static WIDTHS: LazyLock<[Vec<f64>; 2]> = LazyLock::new(|| [REGULAR, SEMI_BOLD].map(widths));

fn widths(font: &[u8]) -> Vec<f64> {
    let face = Face::parse(font, 0).expect("the fonts are ours, and are fonts");
    let em = f64::from(face.units_per_em());
    let width = |letter: u32| {
        let glyph = face.glyph_index(char::from_u32(letter)?)?;
        Some(f64::from(face.glyph_hor_advance(glyph)?) / em)
    };
    // A letter that they do not have is taken for as wide as it is high, which no letter exceeds in the fonts that a browser
    // falls back on.
    (0..END).map(|letter| width(letter).unwrap_or(1.0)).collect()
}

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Strong,
}

/// How wide a text is, in the unit of `size`.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let [regular, strong] = &*WIDTHS;
    let widths = match weight {
        Weight::Regular => regular,
        Weight::Strong => strong,
    };
    text.chars().map(|letter| widths.get(letter as usize).copied().unwrap_or(1.0)).sum::<f64>() * size
}

/// A text in lines that are at most `most` wide, broken between words, and within one that is wider.
pub(crate) fn wrap(text: &str, size: f64, weight: Weight, most: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, size, weight) <= most {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if width(&line, size, weight) > most && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // From the table `hmtx`: 1 is 814 and 0 is 1224 of 2000 units.
        assert!((width("10", 20.0, Weight::Regular) - 20.38).abs() < 1e-9);
        assert!(width("Welding", 13.0, Weight::Strong) > width("Welding", 13.0, Weight::Regular));
        assert!((width("中", 13.0, Weight::Regular) - 13.0).abs() < 1e-9);
    }

    #[test]
    fn every_letter_that_figures_write_is_there() {
        let written = "áéíóúüñÁÉÍÓÚÜÑ¿¡ 0123456789%−–,.()≥≤’";
        for font in [REGULAR, SEMI_BOLD] {
            let face = Face::parse(font, 0).unwrap();
            assert!(written.chars().all(|letter| face.glyph_index(letter).is_some() && (letter as u32) < END));
        }
    }

    #[test]
    fn lines_fit_and_lose_nothing() {
        let text = "Students who are homeless (McKinney-Vento) Donaudampfschifffahrtsgesellschaft";
        for most in [40.0, 90.0, 200.0] {
            let lines = wrap(text, 13.0, Weight::Regular, most);
            assert!(lines.iter().all(|line| width(line, 13.0, Weight::Regular) <= most), "{lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
        assert_eq!(wrap("", 13.0, Weight::Regular, 50.0), Vec::<String>::new());
    }
}
