//! Mistakes, the keyboard alone, and a page of 320 pixels.

use serde_json::json;

use crate::{
    cast::{Cast, PASSWORD, as_it_is, default_people, told},
    support::webdriver::{ENTER, TAB},
};

impl Cast<'_> {
    async fn mistakes(&self) {
        // A wrong password: the summary has the focus, its link leads to the field.
        self.start().await;
        self.name("ada@example.com").await;
        self.type_password("wrong horse").await;
        self.browser.find("#problem").await;
        assert!(self.browser.url().await.ends_with("#problem"));
        assert_eq!(self.browser.focus().await, "problem");
        // Nothing typed at all: the summary links to the field.
        self.send("challenge-authenticator").await;
        self.browser.click("#problem a").await;
        let id = self.browser.focus().await;
        let field = format!("input[type=password][id='{id}']");
        assert!(
            !id.is_empty() && self.browser.has(&field).await,
            "the link leads to {id:?}"
        );
        assert_eq!(self.browser.value("input[type=password]").await, "");
        self.clean().await;
    }

    async fn keyboard(&self) {
        self.start().await;
        // The field has the focus from the start.
        self.browser.keys(&format!("ada@example.com{ENTER}")).await;
        self.browser.find("input[type=password]").await;
        let mut steps = 0;
        while !self.browser.has("input[type=password]:focus").await {
            self.browser.keys(TAB).await;
            steps += 1;
            assert!(steps < 10, "Tab reaches the password");
        }
        self.browser.keys(&format!("{PASSWORD}{ENTER}")).await;
        self.landed("ada@example.com").await;
    }

    async fn narrow(&self) {
        let size = json!({ "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false });
        self.browser
            .devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        self.start().await;
        self.no_sideways_scroll().await;
        self.name("alan@example.com").await;
        self.step("challenge-authenticator").await;
        self.no_sideways_scroll().await;
        self.type_password("wrong horse").await;
        self.browser.find("#problem").await;
        self.no_sideways_scroll().await;
        self.type_password(PASSWORD).await;
        self.browser
            .find("form[data-remediation=select-authenticator-authenticate]")
            .await;
        self.no_sideways_scroll().await;
        self.clean().await;
    }

    async fn no_sideways_scroll(&self) {
        let widths = self
            .browser
            .run("return [document.documentElement.scrollWidth, innerWidth, document.documentElement.clientWidth]")
            .await;
        assert!(
            widths[0].as_u64() <= widths[2].as_u64() && widths[1].as_u64() == Some(320),
            "{widths} at {}",
            self.browser.url().await
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_are_said_where_they_are_and_the_keyboard_suffices() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.mistakes().await;
        cast.keyboard().await;
        cast.narrow().await;
    })
    .await;
}
