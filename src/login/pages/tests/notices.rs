//! Pages without a step.

use super::*;

#[test]
fn every_notice_renders() {
    for kind in NoticeKind::ALL {
        let page = pages().notice(&Notice::new(kind).reference("r-1").link("/x"));
        assert!(
            page.html.contains("<h1>") && page.html.contains("r-1"),
            "{kind:?}"
        );
    }
    let question = SignOut {
        action: "/o",
        token: Some("t"),
        rd: None,
        identifier: Some("<ada>"),
        stay: "/",
    };
    assert!(pages().sign_out(&question).html.contains("&lt;ada&gt;"));
}

#[test]
fn leaving_for_another_origin_is_a_page_that_refreshes() {
    let page = pages().leave(&url::Url::parse("https://app.example/x?y=1&z").unwrap());
    assert_eq!(
        page.refresh.as_deref(),
        Some("0; url=https://app.example/x?y=1&z")
    );
    assert!(
        page.html
            .contains("href=\"https://app.example/x?y=1&amp;z\"")
    );
}
