//! Duo's frame (Web SDK 2), with the engine as Duo: it approves, denies, comes too late, gets to know somebody. Where it
//! can't be shown, another way is taken.

use std::time::Duration;

use interlock::engine::Settings;

use crate::{
    cast::{Cast, told_with},
    support::{engine::Engine, gateway::Plan},
};

const LISE: &str = "lise@example.com";
const EMMY: &str = "emmy@example.com";
const CHOICE: &str = "select-authenticator-authenticate";
const NEW: &str = "select-authenticator-enroll";

fn shown(allowed: bool) -> impl Fn(Plan, &Engine) -> Plan {
    move |plan, _| plan.more(&format!("[sign_in]\nduo = {allowed}"))
}

/// A sign-in waits for longer than Duo does.
fn patient(settings: &mut Settings) {
    settings.windows.challenge = Duration::from_mins(30);
}

impl Cast<'_> {
    async fn by_duo(&self) {
        self.password(LISE).await;
        self.choose(CHOICE, "Duo Security").await;
        self.titled("Verify with Duo").await;
    }

    /// In Duo's frame.
    async fn says(&self, answer: &str) {
        let button = format!("button[value={answer}]");
        self.browser
            .click_in_frame("[data-duo] iframe", &button)
            .await;
    }

    /// Where Duo is not shown, which the page says.
    async fn other_way(&self, says: &str) {
        self.by_duo().await;
        self.browser.wait_for_text("main", says).await;
        self.follow("Verify with something else").await;
        self.choose(CHOICE, "Email").await;
        self.have_it_sent().await;
        self.emailed(LISE, "challenge-authenticator").await;
        self.landed(LISE).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duos_frame_lets_somebody_through_or_does_not() {
    told_with(true, patient, shown(true), async |cast: &Cast<'_>| {
        cast.by_duo().await;
        cast.says("approve").await;
        cast.landed(LISE).await;

        cast.by_duo().await;
        cast.says("deny").await;
        cast.browser
            .wait_for_text("#problem", "signature verification failed")
            .await;
        cast.time_passes(301);
        cast.says("approve").await;
        cast.browser
            .wait_for_text("#problem", "signature has expired")
            .await;
        cast.says("approve").await;
        cast.landed(LISE).await;

        // Somebody whom Duo gets to know here.
        cast.password(EMMY).await;
        cast.choose(NEW, "Duo Security").await;
        cast.step("enroll-authenticator").await;
        cast.says("approve").await;
        cast.landed(EMMY).await;
        cast.password(EMMY).await;
        cast.says("approve").await;
        cast.landed(EMMY).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_duo_is_not_shown_another_way_is_taken() {
    told_with(false, patient, shown(true), async |cast: &Cast<'_>| {
        cast.other_way("Verification by Duo needs JavaScript").await;
    })
    .await;
    told_with(true, patient, shown(false), async |cast: &Cast<'_>| {
        cast.other_way("can’t be shown here").await;
    })
    .await;
}
