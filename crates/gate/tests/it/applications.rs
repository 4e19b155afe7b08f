//! Connections to an application live as long as a site leads there.

use crate::{
    client::Browser,
    raw::{Raw, hang, keep, ok},
    stage::{A, Stage},
};
use domain::{
    permit::TenantFacts,
    site::{SiteKind, Upstream},
    tenant::TenantState,
};
use gate::{RecordChange, TenantRecord};
use http::StatusCode;
use std::time::Duration;

/// Ends a test that would hang; shorter than the life of an idle connection.
const HANG: Duration = Duration::from_secs(20);

async fn greeting() -> Raw {
    Raw::start(true, |_| keep(ok("good"))).await
}

async fn visited(browser: &Browser) {
    let answered = async { while browser.visit("/").await.status != StatusCode::OK {} };
    tokio::time::timeout(HANG, answered).await.expect("an answer");
}

async fn a_connection_ends(application: &Raw) {
    tokio::time::timeout(HANG, application.one_ends()).await.expect("a connection is closed");
}

fn connections(application: &Raw) -> Vec<usize> {
    application.asked().iter().map(|asked| asked.connection).collect()
}

#[tokio::test]
async fn the_connections_of_a_site_that_leads_elsewhere_now_are_closed() {
    let stage = Stage::set().await;
    let first =
        Raw::start(true, |asked| if asked.text.contains("/wait") { hang("") } else { keep(ok("good")) });
    let (first, second) = (first.await, greeting().await);
    let browser = stage.browser().holding(&stage.taro);
    stage.behind(first.address, |_| ()).await;
    // A request under way does not keep the others' connections.
    let waiting = tokio::spawn({
        let browser = browser.clone();
        async move { browser.visit("/wait").await.status }
    });
    while first.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    visited(&browser).await;
    stage.behind(second.address, |_| ()).await;
    a_connection_ends(&first).await;
    visited(&browser).await;
    assert_eq!((first.asked().len(), second.asked().len()), (2, 1));
    assert!(!waiting.is_finished(), "what was under way goes on");
    waiting.abort();
}

#[tokio::test]
async fn the_connections_of_a_tenant_that_has_ended_are_closed() {
    let stage = Stage::set().await;
    let application = greeting().await;
    let browser = stage.browser().holding(&stage.taro);
    stage.behind(application.address, |_| ()).await;
    visited(&browser).await;
    let facts = TenantFacts { state: TenantState::Ended, ..stage.a.facts.clone() };
    stage.act(RecordChange::Tenant(TenantRecord { facts, ..stage.a.tenant_record() })).await;
    a_connection_ends(&application).await;
    // A later record does not lead there either.
    stage.behind(application.address, |_| ()).await;
    assert_eq!(browser.visit("/").await.status, StatusCode::FORBIDDEN);
    assert_eq!(connections(&application), [0]);
}

#[tokio::test]
async fn a_site_that_leads_to_the_same_application_keeps_its_connections() {
    // With room for one connection, the next request finds that one or none.
    let stage = Stage::set_with(|config| config.upstreams.connections_max = 1).await;
    let application = greeting().await;
    let browser = stage.browser().holding(&stage.taro);
    for _ in 0..3 {
        stage.behind(application.address, |_| ()).await;
        stage.act(RecordChange::Tenant(stage.a.tenant_record())).await;
        visited(&browser).await;
    }
    let other = |upstream: &mut Upstream| upstream.conduct.answer_wait_seconds = 7;
    stage.behind(application.address, other).await;
    visited(&browser).await;
    assert_eq!(connections(&application), [0, 0, 0, 1], "another conduct is another application");
    let desk = stage.a.site(A, SiteKind::Application, None);
    stage.act(RecordChange::Site(desk)).await;
    a_connection_ends(&application).await;
}
