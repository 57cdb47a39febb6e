//! (idx)
