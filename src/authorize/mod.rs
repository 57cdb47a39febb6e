//! Scopes, groups, claims, `acr` and `max_age` against the route.

mod permit;

pub use permit::Permit;
