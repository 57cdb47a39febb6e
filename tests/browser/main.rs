//! Real Chromium at the pages: with and without JavaScript, by mouse and by keyboard.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod pictures;
#[cfg(test)]
mod single_page;
#[cfg(test)]
mod stories;
