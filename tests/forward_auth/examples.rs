//! The documented examples for Traefik and Caddy, which are not run here: what they name must exist.

use std::{fs, path::Path};

use serde_json::Value;

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/forward-auth");
    fs::read_to_string(folder.join(name)).unwrap()
}

const FIELDS: [&str; 6] = [
    "X-Auth-Request-User",
    "X-Auth-Request-Email",
    "X-Auth-Request-Preferred-Username",
    "X-Auth-Request-Groups",
    "X-Interlock-Assertion",
    "Authorization",
];

#[test]
fn traefik_asks_where_we_answer_and_copies_what_we_say() {
    let tree: Value = serde_saphyr::from_str(&example("traefik.yaml")).unwrap();
    let asks = &tree["http"]["middlewares"]["interlock"]["forwardAuth"];
    assert!(
        asks["address"]
            .as_str()
            .unwrap()
            .ends_with("/.interlock/auth?redirect=1")
    );
    assert_eq!(asks["trustForwardHeader"], false);
    assert_eq!(asks["authResponseHeaders"], serde_json::json!(FIELDS));
    let routers = &tree["http"]["routers"];
    assert_eq!(routers["app"]["middlewares"][0], "interlock");
    assert_eq!(
        routers["interlock"]["middlewares"],
        Value::Null,
        "the sign-in needs no sign-in"
    );
    let rule = routers["interlock"]["rule"].as_str().unwrap();
    assert!(
        rule.contains("!Path(`/.interlock/auth`)"),
        "tokens are for Traefik alone"
    );
    for router in routers.as_object().unwrap().values() {
        let service = router["service"].as_str().unwrap();
        assert!(tree["http"]["services"][service].is_object(), "{service}");
    }
}

#[test]
fn caddy_asks_where_we_answer_and_copies_what_we_say() {
    let text = example("Caddyfile");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert!(lines.contains(&"uri /.interlock/auth?redirect=1"));
    let copied = lines
        .iter()
        .skip_while(|line| **line != "copy_headers {")
        .skip(1);
    let copied: Vec<&str> = copied.take_while(|line| **line != "}").copied().collect();
    assert_eq!(copied, FIELDS);
    let asks = lines
        .iter()
        .position(|line| line.starts_with("forward_auth"))
        .unwrap();
    for removed in ["X-Auth-Request-*", "X-Interlock-*", "X-Original-*"] {
        let line = format!("request_header -{removed}");
        assert!(lines.iter().position(|each| *each == line).unwrap() < asks);
    }
    assert_eq!(text.matches('{').count(), text.matches('}').count());
    assert!(
        lines.contains(&"respond @auth 403"),
        "tokens are for Caddy alone"
    );
}
