//! What one client cannot do to the others.

use crate::stage::{A, Stage};
use gate::HandshakeRate;
use http::StatusCode;

#[tokio::test]
async fn a_network_that_begins_too_many_handshakes_is_closed_before_tls_and_open_ones_go_on() {
    let stage = Stage::set_with(HandshakeRate { per_second: 1, burst: 2 }).await;
    let browser = stage.browser().holding(&stage.taro);
    let mut tab = browser.open().await;
    assert!(browser.tls().await.is_ok());
    let mut refused = 0;
    for _ in 0..20 {
        refused += usize::from(browser.tls().await.is_err());
    }
    assert!(refused > 0);
    assert_eq!(tab.ask(A, "/").await.status, StatusCode::OK);
}
