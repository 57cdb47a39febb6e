//! What the shorter way in makes of a client's octets, hyper makes of them too: the same requests reach the handler, the
//! same answers the client, and the connection ends or stays alike.

use interlock::listener::both_ways::exchange;

use super::wire;

pub(crate) fn run(input: &[u8]) {
    // One octet chooses how it arrives.
    let Some((step, octets)) = input.split_first() else {
        return;
    };
    let step = wire::step(*step);
    let [shortly, by_hyper] = wire::wait(exchange(octets, step));
    assert_eq!(shortly, by_hyper, "{}", octets.escape_ascii());
}
