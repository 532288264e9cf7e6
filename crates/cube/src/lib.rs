//! The counting kernel.
