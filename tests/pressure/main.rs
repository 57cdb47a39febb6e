//! The gateway's own process under load and under attack: what hostile clients cost is bounded, and honest ones are served
//! all the while.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod floods;
#[cfg(test)]
mod idle;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod stage;
