//! What the handshake asks for, gives and proves.

use crate::stage::{A, B, CONSOLE, DESK, ELSEWHERE, Stage};
use pki::KeyAlgorithm;
use std::sync::atomic::Ordering;
use tokio::io::AsyncReadExt;

#[tokio::test]
async fn hints_name_the_issuers_of_the_sites_tenant_only() {
    let stage = Stage::set().await;
    for (name, company) in [(A, &stage.a), (DESK, &stage.a), (B, &stage.b), (CONSOLE, &stage.operators)] {
        let (_, seen) = stage.browser().at(name).tls().await.unwrap();
        let expected = company.issuer.certificate.subject().as_der().to_vec();
        assert_eq!(*seen.hints.lock().unwrap(), [expected], "{name}");
    }
}

#[tokio::test]
async fn an_issuer_added_later_is_hinted_at_the_next_handshake() {
    let stage = Stage::set().await;
    stage.browser().tls().await.unwrap();
    let second = crate::cast::Authority::new("Issuer a G2", stage.a.facts.id, 321);
    let record = gate::IssuerRecord {
        id: second.id,
        tenant: second.tenant,
        certificate_der: second.certificate.as_der().to_vec(),
    };
    stage.act(gate::RecordChange::Issuer(record)).await;
    let (_, seen) = stage.browser().tls().await.unwrap();
    assert_eq!(seen.hints.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_that_could_be_resumed_is_handed_out() {
    let stage = Stage::set().await;
    for browser in [stage.browser(), stage.browser().tls12()] {
        let (mut stream, seen) = browser.holding(&stage.taro).tls().await.unwrap();
        // Tickets would come before any other bytes of the server; a bad request makes it send some.
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "));
        assert_eq!(seen.sessions.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn a_key_of_every_kind_is_proved_and_passes_over_both_versions_of_tls() {
    let stage = Stage::set().await;
    for (serial, algorithm) in (20..).zip(KeyAlgorithm::ALL) {
        let holder = stage.a.issuer.issue_fully(serial, algorithm);
        stage.register(&stage.a, &holder).await;
        for browser in [stage.browser(), stage.browser().tls12()] {
            let answer = browser.holding(&holder).visit("/").await;
            assert_eq!(answer.status, http::StatusCode::OK, "{algorithm:?}: {}", answer.text);
        }
        // Another key of the same kind proves nothing.
        if algorithm == KeyAlgorithm::Rsa2048 {
            let thief = holder.with_key_of(&stage.a.issuer.issue_fully(40, algorithm));
            for browser in [stage.browser(), stage.browser().tls12()] {
                assert!(is_refused(&browser.holding(&thief)).await, "{algorithm:?}");
            }
        }
    }
}

/// Whether the handshake ends without an answer to a request. In TLS 1.3 the client is done before the server has
/// checked.
async fn is_refused(browser: &crate::client::Browser) -> bool {
    let Ok((mut stream, _)) = browser.tls().await else { return true };
    let request = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, request).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.is_err() && answer.is_empty()
}

#[tokio::test]
async fn a_certificate_without_its_key_does_not_get_through_the_handshake() {
    let stage = Stage::set().await;
    let thief = stage.taro.clone().with_key_of(&stage.a.issuer.issue(7));
    for browser in [stage.browser(), stage.browser().tls12()] {
        assert!(is_refused(&browser.holding(&thief)).await);
    }
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_told_off_and_closed() {
    let stage = Stage::set().await;
    let mut stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    // A TLS alert record, fatal.
    assert_eq!((answer.first(), answer.get(5)), (Some(&21), Some(&2)));
}

#[tokio::test]
async fn the_first_good_request_of_a_certificate_is_reported_once() {
    let stage = Stage::set().await;
    let stranger = stage.a.issuer.issue(8);
    stage.browser().holding(&stranger).visit("/").await;
    assert!(stage.proofs.0.lock().unwrap().is_empty());
    for _ in 0..2 {
        let mut tab = stage.browser().holding(&stage.taro).open().await;
        tab.ask(A, "/").await;
        tab.ask(A, "/").await;
    }
    let expected = stage.a.record(&stage.taro, domain::certificate::Status::Good).id;
    assert_eq!(*stage.proofs.0.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn a_proof_that_was_not_taken_is_reported_again() {
    let stage = Stage::set().await;
    let mut tab = stage.browser().holding(&stage.taro).open().await;
    stage.proofs.1.store(true, std::sync::atomic::Ordering::SeqCst);
    tab.ask(A, "/").await;
    stage.proofs.1.store(false, std::sync::atomic::Ordering::SeqCst);
    tab.ask(A, "/").await;
    tab.ask(A, "/").await;
    assert_eq!(stage.proofs.0.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_name_that_leads_nowhere_shows_a_certificate_of_its_own_where_there_is_one() {
    let stage = Stage::set().await;
    let shown = async |name: &str| {
        let (stream, _) = stage.browser().at(name).tls().await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone()
    };
    assert_ne!(shown(ELSEWHERE).await, shown(A).await);
    assert_eq!(shown("nowhere.test").await, shown(A).await);
    let page = stage.browser().at(ELSEWHERE).visit("/").await;
    assert_eq!(page.status, http::StatusCode::MISDIRECTED_REQUEST);
}
