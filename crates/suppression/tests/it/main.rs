//! The suppressor, held to every table of whole numbers that there could be.

mod every_table;
mod made_up_states;
mod releases;
