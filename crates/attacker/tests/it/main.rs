//! Tables that leak and tables that do not.

mod brute_force;
mod leaks;
mod release;
mod size;
mod state;
mod support;
