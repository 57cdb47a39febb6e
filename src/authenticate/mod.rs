//! Session cookie or Bearer token: says who is asking, never what they may do.

mod principal;

pub use principal::{Credential, Principal};
