use super::*;

fn watch() -> Arc<Watch> {
    Watch::new(&Settings {
        idle_timeout: Duration::from_secs(75),
        write_timeout: Duration::from_secs(30),
        ..Settings::on_loopback()
    })
}

#[test]
fn a_connection_may_rest_where_nothing_that_was_read_is_left_over() {
    for (name, reads, is_bodiless, may_rest) in [
        (
            "a head",
            &["GET / HTTP/1.1\r\nHost: a\r\n\r\n"][..],
            true,
            true,
        ),
        (
            "a head in octets",
            &["GET / HTTP/1.1\r\n\r", "\n"],
            true,
            true,
        ),
        (
            "half of a second head",
            &["GET / HTTP/1.1\r\n\r\nGET /"],
            true,
            false,
        ),
        (
            "all but one octet",
            &["GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r"],
            true,
            false,
        ),
        (
            "a body that ends as a head does",
            &["POST / HTTP/1.1\r\n\r\n", "a\r\n\r\n"],
            false,
            false,
        ),
    ] {
        let watch = watch();
        let guard = watch.enter();
        let connection = guard.connection();
        for read in reads {
            connection.note_read(read.as_bytes());
        }
        let flight = Flight::begin(connection, &watch, is_bodiless);
        connection.tell_to_rest();
        assert!(!connection.may_rest(), "{name}: not while it is answered");
        drop(flight);
        assert_eq!(connection.may_rest(), may_rest, "{name}");
        connection.block(&watch);
        assert!(
            !connection.may_rest(),
            "{name}: not while the answer is written"
        );
    }
}

#[test]
fn only_among_many_are_idle_connections_sent_to_rest() {
    let watch = watch();
    let mut guards: Vec<_> = (0..AWAKE).map(|_| watch.enter()).collect();
    let resting = |guards: &[Guard]| {
        let told = guards
            .iter()
            .filter(|guard| guard.connection().is_told_to_rest());
        told.count()
    };
    let look_twice = || {
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(2));
            watch.look();
        }
    };
    for guard in &guards {
        drop(Flight::begin(guard.connection(), &watch, true));
    }
    look_twice();
    assert_eq!(resting(&guards), 0);
    guards.push(watch.enter());
    look_twice();
    assert_eq!(
        resting(&guards),
        AWAKE,
        "all but the one that has asked for nothing yet"
    );
    drop(Flight::begin(guards[0].connection(), &watch, true));
    assert_eq!(resting(&guards), AWAKE - 1);
}
