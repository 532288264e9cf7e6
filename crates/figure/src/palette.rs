//! Every colour of every figure, by day and by night. `figure.css` has the same; a test compares them and computes the
//! contrasts. No meaning rests on colour alone: marks differ in shape, dash or pattern too, and in how light they are.

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Text.
    Ink,
    /// Text that stands back.
    Quiet,
    /// Lines of the scale, which carry nothing.
    Rule,
    /// Axes and outlines.
    Edge,
    /// The ground.
    Paper,
    /// The part of a scale that a bar has not reached, and what is not observed.
    Track,
    /// The band between a level and the line from which it is met.
    Band,
    /// The first thing that is told apart, and bars.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth.
    Fourth,
    /// A stream of people.
    Stream,
    /// A milder degree of the first.
    FirstMild,
    /// A milder degree of the second.
    SecondMild,
    /// The fifths of a scale, from low to high.
    Fifth1,
    /// The second fifth.
    Fifth2,
    /// The third fifth.
    Fifth3,
    /// The fourth fifth.
    Fifth4,
    /// The last fifth.
    Fifth5,
    /// Text on the two highest fifths and on strong fills.
    OnDark,
}

impl Role {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 20] = [
        Self::Ink,
        Self::Quiet,
        Self::Rule,
        Self::Edge,
        Self::Paper,
        Self::Track,
        Self::Band,
        Self::First,
        Self::Second,
        Self::Third,
        Self::Fourth,
        Self::Stream,
        Self::FirstMild,
        Self::SecondMild,
        Self::Fifth1,
        Self::Fifth2,
        Self::Fifth3,
        Self::Fifth4,
        Self::Fifth5,
        Self::OnDark,
    ];

    /// Its name in the style sheet, and its colour by day and by night.
    pub(crate) fn entry(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Ink => ("ink", "#1d2733", "#e9ecef"),
            Self::Quiet => ("quiet", "#4d5965", "#b0bac4"),
            Self::Rule => ("rule", "#d9dad4", "#39434e"),
            Self::Edge => ("edge", "#6d7780", "#8d98a3"),
            Self::Paper => ("paper", "#fbfaf7", "#14181d"),
            Self::Track => ("track", "#e9ebea", "#262e36"),
            Self::Band => ("band", "#e3ebdf", "#22332a"),
            Self::First => ("first", "#1f5a8a", "#6fb0de"),
            Self::Second => ("second", "#b4590f", "#f0b27a"),
            Self::Third => ("third", "#7a4b9a", "#c9a5e6"),
            Self::Fourth => ("fourth", "#2b7f78", "#6fd0c5"),
            Self::Stream => ("stream", "#c9dbe9", "#27465f"),
            Self::FirstMild => ("first-mild", "#a9c6de", "#2f5f86"),
            Self::SecondMild => ("second-mild", "#efc9a5", "#7c4f24"),
            Self::Fifth1 => ("fifth-1", "#eaf1f6", "#1c2833"),
            Self::Fifth2 => ("fifth-2", "#c5daea", "#24425a"),
            Self::Fifth3 => ("fifth-3", "#92bad8", "#2d5c80"),
            Self::Fifth4 => ("fifth-4", "#3b75a2", "#7ab4dc"),
            Self::Fifth5 => ("fifth-5", "#17466e", "#bfdff5"),
            Self::OnDark => ("on-dark", "#ffffff", "#10151a"),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        self.entry().0
    }

    /// By day, which is also the colour of a picture outside a page.
    pub(crate) fn day(self) -> &'static str {
        self.entry().1
    }

    /// What tells several things apart, in their order.
    pub(crate) const SEVERAL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];
    /// The fifth of a scale from 0 to 1 in which a share lies, and the colour of text on it.
    pub(crate) fn fifth(share: f64) -> (Self, Self) {
        match share {
            ..0.2 => (Self::Fifth1, Self::Ink),
            ..0.4 => (Self::Fifth2, Self::Ink),
            ..0.6 => (Self::Fifth3, Self::Ink),
            ..0.8 => (Self::Fifth4, Self::OnDark),
            _ => (Self::Fifth5, Self::OnDark),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2, definition "relative luminance").
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Fails where two colours are nearer than `least`, by day or by night.
    fn apart(a: Role, b: Role, least: f64) {
        let (a, b) = (a.entry(), b.entry());
        for (when, contrast) in [("day", contrast(a.1, b.1)), ("night", contrast(a.2, b.2))] {
            assert!(contrast >= least, "{} on {} by {when}: {contrast:.2}, less than {least}", a.0, b.0);
        }
    }

    #[test]
    fn text_has_four_and_a_half() {
        for ground in [Role::Paper, Role::Track, Role::Band, Role::Stream] {
            apart(Role::Ink, ground, 4.5);
            apart(Role::Quiet, ground, 4.5);
        }
        for at in [0.0, 0.2, 0.4, 0.6, 0.8] {
            let (ground, text) = Role::fifth(at);
            apart(text, ground, 4.5);
        }
        for ground in [Role::First, Role::Second] {
            apart(Role::OnDark, ground, 4.5);
        }
        for ground in [Role::FirstMild, Role::SecondMild] {
            apart(Role::Ink, ground, 4.5);
        }
    }

    #[test]
    fn marks_have_three() {
        for mark in Role::SEVERAL.into_iter().chain([Role::Edge]) {
            apart(mark, Role::Paper, 3.0);
            apart(mark, Role::Band, 3.0);
        }
        for mark in [Role::First, Role::Edge] {
            apart(mark, Role::Track, 3.0);
            apart(mark, Role::Stream, 3.0);
        }
    }

    #[test]
    fn fifths_grow_darker_by_day_and_lighter_by_night() {
        let fifths = [0.0, 0.2, 0.4, 0.6, 0.8].map(|at| Role::fifth(at).0.entry());
        for [lower, higher] in fifths.windows(2).map(|pair| [pair[0], pair[1]]) {
            assert!(contrast(lower.1, higher.1) > 1.15 && luminance(lower.1) > luminance(higher.1));
            assert!(contrast(lower.2, higher.2) > 1.15 && luminance(lower.2) < luminance(higher.2));
        }
    }

    /// Where people choose their own colours, there are two: text and ground.
    #[test]
    fn text_is_there_in_forced_colours() {
        let (_, forced) = crate::STYLE.split_once("@media (forced-colors: active)").unwrap();
        let colour = |role: Role| {
            let (_, rest) = forced.split_once(&format!("--fig-{}: ", role.name())).unwrap();
            rest.split_once(';').unwrap().0
        };
        let fifths = [0.0, 0.2, 0.4, 0.6, 0.8].map(Role::fifth);
        let grounds = [Role::Paper, Role::Track, Role::Band, Role::Stream, Role::FirstMild, Role::SecondMild];
        let on_grounds = grounds.map(|ground| (ground, Role::Ink));
        let on_strong = [Role::First, Role::Second].map(|ground| (ground, Role::OnDark));
        for (ground, text) in fifths.into_iter().chain(on_grounds).chain(on_strong) {
            let both = [colour(ground), colour(text)];
            assert!(both == ["Canvas", "CanvasText"] || both == ["CanvasText", "Canvas"], "{ground:?}: {both:?}");
        }
        for mark in Role::SEVERAL.into_iter().chain([Role::Edge]) {
            assert_eq!(colour(mark), "CanvasText");
        }
    }

    #[test]
    fn the_style_sheet_has_the_same_colours() {
        let style = crate::STYLE;
        for (name, day, night) in Role::ALL.map(Role::entry) {
            assert!(style.contains(&format!("  --fig-{name}: light-dark({day}, {night});\n")), "{name}");
            assert!(style.contains(&format!(".f-{name} {{ fill: var(--fig-{name}); }}\n")), "{name}");
            assert!(style.contains(&format!(".s-{name} {{ stroke: var(--fig-{name}); }}\n")), "{name}");
        }
        let outside = style.lines().filter(|line| line.contains('#') && !line.contains("--fig-"));
        assert_eq!(outside.collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
