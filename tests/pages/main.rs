//! Every page of every recording, judged by what others judge pages with: axe-core in Chromium, the Nu checker, and the
//! rows of the page guide.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod chromium;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod tools;
