//! Real Chromium at the pages, against the development engine: every flow end to end, each with scripts and without.

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod account;
#[cfg(test)]
mod aftercare;
#[cfg(test)]
mod captcha;
#[cfg(test)]
mod cast;
#[cfg(test)]
mod device;
#[cfg(test)]
mod duo;
#[cfg(test)]
mod going;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod people;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod push;
#[cfg(test)]
mod remedy;
#[cfg(test)]
mod single_page;
