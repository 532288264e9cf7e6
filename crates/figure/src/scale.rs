//! Scales that begin at zero and end at a round number.

/// A scale: where zero and its end are in the picture, the number at its end, and how far its ticks are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) top: f64,
    pub(crate) step: f64,
}

/// What a scale counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Percent,
    People,
}

impl Unit {
    /// A number of the scale, in words.
    pub(crate) fn tick(self, at: f64) -> String {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ticks are small and not negative")]
        let whole = at.round() as u64;
        match self {
            Self::People => waymark_disclosure::with_commas(whole),
            Self::Percent if at.fract() == 0.0 => format!("{whole}%"),
            Self::Percent => format!("{at:.1}%"),
        }
    }
}

impl Scale {
    /// A scale in the picture that `reach` is on, with `most` spaces between ticks at most.
    pub(crate) fn new(unit: Unit, reach: f64, most: usize, from: f64, to: f64) -> Self {
        let least = if unit == Unit::People { 1.0 } else { 0.5 };
        let reach = if unit == Unit::Percent { reach.clamp(least, 100.0) } else { reach.max(least) };
        // 1, 2, 5, 10, 20, 25, 50, 100 and so on: round, and no halves of people.
        let round = (0..16).flat_map(|place| {
            let factors: &[f64] = if place == 0 { &[1.0, 2.0, 5.0] } else { &[1.0, 2.0, 2.5, 5.0] };
            factors.iter().map(move |factor| factor * 10f64.powi(place))
        });
        let fits = |step: &f64| (reach / step).ceil() <= most as f64;
        let step = std::iter::once(least).chain(round).find(fits).unwrap_or(reach);
        Self { from, to, top: (reach / step - 1e-9).ceil().max(1.0) * step, step }
    }

    /// Where a number is in the picture; beyond its ends it is at them.
    pub(crate) fn at(&self, number: f64) -> f64 {
        self.from + (self.to - self.from) * (number / self.top).clamp(0.0, 1.0)
    }

    /// The numbers that are marked.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut at = 0.0;
        while at <= self.top + 1e-9 {
            ticks.push(at);
            at += self.step;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_end_at_round_numbers() {
        let end = |unit, reach, most| {
            let scale = Scale::new(unit, reach, most, 0.0, 1.0);
            (scale.top, scale.step)
        };
        assert_eq!(end(Unit::Percent, 100.0, 5), (100.0, 20.0));
        assert_eq!(end(Unit::Percent, 87.0, 4), (100.0, 25.0));
        assert_eq!(end(Unit::Percent, 130.0, 5), (100.0, 20.0));
        assert_eq!(end(Unit::Percent, 41.2, 5), (50.0, 10.0));
        assert_eq!(end(Unit::Percent, 0.0, 5), (0.5, 0.5));
        assert_eq!(end(Unit::People, 3.0, 5), (3.0, 1.0));
        assert_eq!(end(Unit::People, 1_204.0, 5), (1_250.0, 250.0));
        assert_eq!(end(Unit::People, 0.0, 5), (1.0, 1.0));
    }

    #[test]
    fn numbers_beyond_its_ends_are_at_them() {
        let scale = Scale::new(Unit::Percent, 100.0, 5, 10.0, 110.0);
        let places = [0.0, 50.0, 100.0, 120.0].map(|number| format!("{:.3}", scale.at(number)));
        assert_eq!(places, ["10.000", "60.000", "110.000", "110.000"]);
        assert_eq!(scale.ticks().len(), 6);
    }
}
