/// What a picture shows, before it is drawn: marks on a scale from 0 to 100 percent.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// The marks, from back to front.
    pub marks: Vec<Mark>,
}

/// A mark of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A bar from zero.
    Bar {
        /// Where it ends, in percent of the scale.
        end: f64,
        /// The value that it shows, as the table has it.
        text: String,
    },
    /// A line across.
    Tick {
        /// What it is called.
        name: &'static str,
        /// Where it stands, in percent of the scale.
        at: f64,
        /// The value that it shows, as the table has it.
        text: String,
    },
}

impl Mark {
    /// What it is called: `rate`, or the name of the tick.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Bar { .. } => "rate",
            Self::Tick { name, .. } => name,
        }
    }

    /// The value that it shows, as the table has it.
    pub fn text(&self) -> &str {
        match self {
            Self::Bar { text, .. } | Self::Tick { text, .. } => text,
        }
    }

    /// Where on the scale it ends or stands.
    pub fn place(&self) -> f64 {
        match self {
            Self::Bar { end, .. } => *end,
            Self::Tick { at, .. } => *at,
        }
    }
}
