//! The Ion model of an Identity Engine response (idx-protocol section 2).
//!
//! Reading never fails on a member that is missing, misspelt or of another type than expected: what cannot be read is
//! left out of the typed model and stays in the raw document. Depth and number of fields are bounded. Nothing here
//! implements `Display`, and `Debug` shows names only, since documents carry state handles and secrets.

mod authenticator;
mod document;
mod field;
mod form;
mod message;
mod read;
#[cfg(test)]
mod tests;

pub use authenticator::Authenticator;
pub use document::{Document, Embedded, InteractionCode, NotIon, Place};
pub use field::{Choice, Chosen, Field, Kind};
pub use form::Form;
pub use message::{Class, Link, Message};
