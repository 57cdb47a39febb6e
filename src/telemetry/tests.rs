use super::*;

#[test]
fn filters_are_levels_overall_or_by_room() {
    for text in [
        "info",
        "WARN",
        "info,interlock::token=debug",
        "off, interlock=trace",
    ] {
        assert!(text.parse::<Filter>().is_ok(), "{text}");
    }
    for text in ["", "loud", "info,loud", "interlock=", "=debug", "interlock"] {
        assert_eq!(text.parse::<Filter>(), Err(FilterError), "{text}");
    }
}

#[test]
fn rust_log_comes_first_if_it_can_be_read() {
    let settings = Settings {
        format: Format::Text,
        filter: Filter::default(),
        access: true,
    };
    let environment =
        |value: &str| Environment::of([("RUST_LOG".to_owned(), value.to_owned())].into_iter());
    assert_eq!(
        chosen(&settings, &environment("debug")).to_string(),
        "debug"
    );
    assert_eq!(chosen(&settings, &environment("what?")).to_string(), "info");
    assert_eq!(chosen(&settings, &environment(" ")).to_string(), "info");
    let quiet = Environment::of([("NO_COLOR".to_owned(), "1".to_owned())].into_iter());
    assert!(quiet.no_color);
}
