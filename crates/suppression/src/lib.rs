//! What of a table is hidden, so that nobody can work the rest out.
