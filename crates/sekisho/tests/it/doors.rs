//! The names that the doors of `sekisho up` answer to.

use crate::faults::up::Up;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_site_gets_a_page_that_a_browser_shows_without_a_warning() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    for name in ["smaple", "sample.dekc", "a.b.c"] {
        let page = up.browser().get(&up.site(name, "/")).await.expect("a certificate for the name");
        let page = page.expect(421).text();
        assert!(page.contains("There is no service at this address"), "{page}");
    }
    up.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_told_to_this_machine_only_and_count_the_outbox_and_the_duties() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    let ready = std::fs::read_to_string(up.folder.join("ready.json")).expect("ready.json");
    let ready: Value = serde_json::from_str(&ready).expect("JSON");
    let at = |host: &str| format!("http://{host}:{}/metrics", ready["metrics_port"]);
    let led_here = up.browser().get(&at("rebound.example")).await.expect("an answer");
    led_here.expect(421);
    for own in ["127.0.0.1", "localhost"] {
        let told = up.browser().get(&at(own)).await.expect("an answer").expect(200).text();
        for gauge in ["authority_outbox_waiting", "authority_outbox_given_up"] {
            for class in ["awaited", "bulk"] {
                let line = format!("{gauge}{{class=\"{class}\"}} 0");
                assert!(told.lines().any(|told| told == line), "{line}: {told}");
            }
        }
        for duty in ["seal-audit", "publish-crls"] {
            let line = format!("sekisho_duty_failures_total{{duty=\"{duty}\"}} 0");
            assert!(told.lines().any(|told| told == line), "{line}: {told}");
            let age = format!("sekisho_duty_last_success_seconds{{duty=\"{duty}\"}} ");
            assert!(told.lines().any(|told| told.starts_with(&age)), "{age}: {told}");
        }
    }
    up.kill().await;
}
