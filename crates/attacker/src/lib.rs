//! What can be worked out from what was published.
