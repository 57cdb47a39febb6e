//! Another proxy asks before it forwards: by hand, and with a real nginx that runs the documented example.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod aliases;
#[cfg(test)]
mod asked;
#[cfg(test)]
mod cast;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod nginx;
