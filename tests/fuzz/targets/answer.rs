//! What the shorter way to an endpoint takes for an answer, hyper takes for the very same, and the other way round.

use http::Method;
use interlock::forward::both_ways::read;

use super::wire;

pub(crate) fn run(input: &[u8]) {
    // Two octets choose how it is asked and how it arrives.
    let Some(([how, step], octets)) = input.split_first_chunk() else {
        return;
    };
    let method = if how % 4 == 0 {
        Method::HEAD
    } else {
        Method::GET
    };
    let step = wire::step(*step);
    let [plainly, by_hyper] = wire::wait(read(octets, step, &method)).unwrap();
    // Of line feeds on their own we are stricter.
    let is_stricter = plainly.is_none() && has_bare_feed(octets);
    assert!(
        plainly == by_hyper || is_stricter,
        "{}: {plainly:?}, hyper: {by_hyper:?}",
        octets.escape_ascii()
    );
}

fn has_bare_feed(octets: &[u8]) -> bool {
    let behind = [b"\r", octets].concat();
    behind
        .windows(2)
        .any(|pair| pair[1] == b'\n' && pair[0] != b'\r')
}
