//! What the shorter way in makes of a client's octets, hyper makes of them too: the same requests reach the handler, the
//! same answers the client, and the connection ends or stays alike.

use interlock::listener::both_ways::exchange;

pub(crate) fn run(input: &[u8]) {
    // One octet chooses how it arrives.
    let Some((step, octets)) = input.split_first() else {
        return;
    };
    let step = if *step == 0 {
        64 * 1024
    } else {
        usize::from(*step)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let [shortly, by_hyper] = runtime.block_on(exchange(octets, step));
    assert_eq!(shortly, by_hyper, "{}", octets.escape_ascii());
}
