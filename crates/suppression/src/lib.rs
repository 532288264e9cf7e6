//! What of a table is hidden, so that nobody can work the rest out, and the proof of it.
//!
//! The input are plain counts: cells, and the sums among them ([`system`]). A cell below the minimum is *sensitive*: it is
//! hidden, and must keep at least four possible values for everybody who sees the rest. Hiding it is not enough where sums
//! are shown, so others are hidden with it.
//!
//! # How
//!
//! A *circuit* is a handful of cells that can move together, some up and some down, without changing any sum. If all of
//! its cells are hidden and have room for three steps, then nobody can tell the true table from the three others, and
//! every cell of the circuit has four possible values. So ([`protect`]):
//!
//! 1. For each sensitive cell a circuit is searched, first among hidden cells, then with as few more as possible, by
//!    extending the most promising partial circuit first; where circuits are long, several are laid one upon the other, and
//!    where none is found, a linear program over the surroundings of the cell finds a table.
//! 2. Each other cell, the dearest first, is shown again if all sensitive cells whose circuits ran through it find others.
//! 3. Whoever is alone in a hidden cell knows that it is 1. Sensitive cells that are tied to such a cell by an exact linear
//!    relation get a circuit in which it does not move.
//!
//! Nothing of this is believed. Each circuit is kept as whole tables ([`witness`]); the certificate ([`certificate`]) tries
//! every one of them against every equation and every shown cell in whole numbers, and adds two checks that know nothing of
//! circuits: an exact elimination over a prime field, which tells what sums and differences determine ([`audit`]), and the
//! bounds that follow from sums of what cannot be negative ([`bounds`]).
//!
//! The same table gives the same pattern: no clock, no threads, no order of a hash map.

pub mod audit;
pub mod bounds;
mod cells;
pub mod certificate;
mod dice;
pub mod eliminate;
mod equations;
mod field;
pub mod figures;
pub mod made_up;
mod names;
pub mod pattern;
pub mod policy;
mod program;
pub mod protect;
pub mod release;
pub mod scheme;
mod search;
pub mod system;
pub mod weights;
pub mod witness;
