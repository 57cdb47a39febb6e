//! `interlock demo` on ports of the system's choice.

use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::support::{browser::Browser, process::interlock};

#[tokio::test]
async fn the_demo_at_any_port_leads_to_the_port_it_has() {
    let any = ["--gateway-port", "--engine-port", "--app-port"].map(|flag| [flag, "0"]);
    let arguments = [&["demo"][..], any.as_flattened()].concat();
    let mut demo = interlock(&arguments).spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let gateway = loop {
        let line = lines
            .next_line()
            .await
            .unwrap()
            .expect("it says where to go");
        if let Some((_, address)) = line.split_once("Go to ") {
            break address.trim().trim_end_matches('/').to_owned();
        }
    };
    let mut browser = Browser::at(gateway.clone());
    let sent = browser.get("/reports").await.location();
    assert!(
        sent.starts_with('/') || sent.starts_with(&gateway),
        "{sent} is not at {gateway}"
    );
    browser.visit("/reports").await.expect_form("identify");
    demo.kill().await.unwrap();
}
