//! Revocation and open connections: the next request, streams under way, tunnels.

use crate::{
    cast::{NOW, VALID},
    client::{Browser, Tab, body, read},
    stage::{A, Act, DESK, Stage},
    upstream::pieces,
};
use bytes::Bytes;
use domain::{
    certificate::Status,
    permit::UserFacts,
    user::{Role, UserState},
};
use gate::{Patience, RecordChange, STALENESS_LIMIT, UserRecord};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
};

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

fn both(stage: &Stage) -> [Browser; 2] {
    [stage.browser().holding(&stage.taro), stage.browser().holding(&stage.taro).http2()]
}

#[tokio::test]
async fn revoked_certificate_is_refused_on_an_open_connection() {
    let stage = Stage::set().await;
    for browser in both(&stage) {
        stage.register(&stage.a, &stage.taro).await;
        let mut tab = browser.open().await;
        assert_eq!(tab.ask(A, "/").await.status, StatusCode::OK);
        stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
        let before = stage.upstream.count();
        let reply = tab.ask(A, "/").await;
        assert_eq!((reply.status, reply.denial()), (StatusCode::FORBIDDEN, Some("revoked")));
        assert_eq!(stage.upstream.count(), before);
        tab.closed().await;
    }
}

#[tokio::test]
async fn a_held_certificate_that_is_released_may_use_its_open_connection_again() {
    let stage = Stage::set().await;
    for browser in both(&stage) {
        let mut tab = browser.open().await;
        assert_eq!(tab.ask(A, "/").await.status, StatusCode::OK);
        stage.set_status(&stage.a, &stage.taro, Status::OnHold).await;
        stage.register(&stage.a, &stage.taro).await;
        assert_eq!(tab.ask(A, "/").await.status, StatusCode::OK);
    }
}

async fn streaming(tab: &mut Tab) -> hyper::body::Incoming {
    let request = tab.request(A, "/stream").body(body("")).unwrap();
    let mut stream = tab.send(request).await.unwrap().into_body();
    let first = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(b"first "));
    stream
}

/// The rest of a stream that has no end of its own; resolves only once it is cut.
async fn cut(mut stream: hyper::body::Incoming) -> bool {
    loop {
        match stream.frame().await {
            Some(Ok(_)) => {}
            Some(Err(_)) => return true,
            None => return false,
        }
    }
}

#[tokio::test]
async fn a_download_under_way_is_cut() {
    let stage = Stage::set().await;
    for browser in both(&stage) {
        stage.register(&stage.a, &stage.taro).await;
        let mut tab = browser.open().await;
        let stream = streaming(&mut tab).await;
        stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
        assert!(cut(stream).await);
    }
}

#[tokio::test]
async fn suspending_the_user_cuts_too_and_others_stay() {
    let stage = Stage::set().await;
    let mut other = stage.b.user.clone();
    other.id = domain::id::UserId::new(crate::cast::at(crate::cast::NOW), &mut crate::cast::rng(31));
    stage.act(RecordChange::User(UserRecord { facts: other.clone(), since: None })).await;
    let colleague = stage.a.issuer.issue(20);
    let mut record = stage.a.record(&colleague, Status::Good);
    record.user = other.id;
    stage.act(RecordChange::Certificate(record)).await;

    let mut stays = stage.browser().holding(&colleague).open().await;
    let mut goes = stage.browser().holding(&stage.taro).open().await;
    let mut staying = streaming(&mut stays).await;
    let going = streaming(&mut goes).await;
    let facts = UserFacts { state: UserState::Suspended, ..stage.a.user.clone() };
    stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
    assert!(cut(going).await);
    if let Some(frame) = staying.frame().await {
        assert!(frame.is_ok());
    }
}

#[tokio::test]
async fn a_request_that_waits_for_the_application_is_answered_with_the_refusal() {
    let stage = Stage::set().await;
    for browser in both(&stage) {
        stage.register(&stage.a, &stage.taro).await;
        let before = stage.upstream.count();
        let mut tab = browser.open().await;
        let waiting = tokio::spawn(async move { tab.ask(A, "/hang").await });
        while stage.upstream.count() == before {
            tokio::task::yield_now().await;
        }
        stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
        assert_eq!(waiting.await.unwrap().denial(), Some("revoked"));
    }
}

/// A form for the desk that has begun to arrive; the rest goes through the sender.
async fn half_sent(
    stage: &Stage,
    browser: &Browser,
) -> (tokio::sync::mpsc::Sender<Bytes>, JoinHandle<crate::client::Reply>) {
    let before = stage.local.begun.load(Ordering::SeqCst);
    let mut tab = browser.clone().at(DESK).open().await;
    let (sender, form) = pieces();
    let request = tab.request(DESK, "/users").method("POST").body(form).unwrap();
    sender.send("role=administrat".into()).await.unwrap();
    let answer = tokio::spawn(async move { crate::client::read(tab.send(request).await.unwrap()).await });
    while stage.local.begun.load(Ordering::SeqCst) == before {
        tokio::task::yield_now().await;
    }
    (sender, answer)
}

#[tokio::test]
async fn a_half_sent_form_of_a_visitor_who_was_shut_out_does_not_act() {
    let stage = Stage::set().await;
    for browser in both(&stage) {
        stage.register(&stage.a, &stage.taro).await;
        let (sender, answer) = half_sent(&stage, &browser).await;
        stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
        // The connection may be gone already.
        let _ = sender.send("or".into()).await;
        drop(sender);
        assert_eq!(answer.await.unwrap().denial(), Some("revoked"));
        assert!(stage.local.acts.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_half_sent_form_does_not_act_in_a_role_that_was_taken_away() {
    let stage = Stage::set().await;
    for (browser, role) in both(&stage).into_iter().zip([Role::Auditor, Role::User]) {
        let (sender, answer) = half_sent(&stage, &browser).await;
        let facts = UserFacts { role, ..stage.a.user.clone() };
        stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
        sender.send("or".into()).await.unwrap();
        drop(sender);
        assert_eq!(answer.await.unwrap().status, StatusCode::BAD_REQUEST);
        assert!(stage.local.acts.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_form_that_shuts_its_own_sender_out_is_answered_with_the_refusal() {
    let stage = Stage::set().await;
    for browser in both(&stage) {
        stage.register(&stage.a, &stage.taro).await;
        let (sender, answer) = half_sent(&stage, &browser).await;
        let record = RecordChange::Certificate(stage.a.record(&stage.taro, Status::Revoked));
        let (source, feed) = (Arc::clone(&stage.source), Arc::clone(&stage.feed));
        *stage.local.act.lock().unwrap() = Some(Act { record, source, feed });
        drop(sender);
        assert_eq!(answer.await.unwrap().denial(), Some("revoked"));
    }
}

async fn socket(browser: &Browser) -> TokioIo<hyper::upgrade::Upgraded> {
    let mut tab = browser.open().await;
    let request = tab
        .request(A, "/socket")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-version", "13")
        .body(body(""))
        .unwrap();
    let response = tab.send(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    TokioIo::new(hyper::upgrade::on(response).await.unwrap())
}

async fn echoes(socket: &mut TokioIo<hyper::upgrade::Upgraded>) -> bool {
    let mut buffer = [0; 5];
    socket.write_all(b"hello").await.is_ok()
        && socket.read_exact(&mut buffer).await.is_ok()
        && &buffer == b"hello"
}

#[tokio::test]
async fn a_websocket_echoes_until_its_certificate_is_revoked() {
    let stage = Stage::set().await;
    let mut socket = socket(&stage.browser().holding(&stage.taro)).await;
    assert!(echoes(&mut socket).await && echoes(&mut socket).await);
    stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
    let mut rest = Vec::new();
    // The connection may end in either way; only later bytes would be wrong.
    let _ = socket.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    assert!(!echoes(&mut socket).await);
}

/// Two ways in which time alone ends a visit.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The end of the certificate's validity.
    Validity,
    /// The end of the time that the gate goes on without news.
    Freshness,
}

impl End {
    const BOTH: [Self; 2] = [Self::Validity, Self::Freshness];

    /// A stage, and a visitor whose visit ends soon.
    async fn stage(self) -> (Stage, Browser) {
        let stage = Stage::set().await;
        let holder = match self {
            Self::Validity => {
                let validity = pki::Validity { not_after: NOW + 10, ..VALID };
                let holder = stage.a.issuer.issue_for(40, validity);
                stage.register(&stage.a, &holder).await;
                holder
            }
            Self::Freshness => stage.taro.clone(),
        };
        let browser = stage.browser().holding(&holder);
        (stage, browser)
    }

    /// The source stops answering, and the feed waits for it; then the end comes.
    async fn comes(self, stage: &Stage) {
        stage.source.hangs.store(true, Ordering::SeqCst);
        stage.feed.kick();
        while stage.source.hanging.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        stage.clock.forward(match self {
            Self::Validity => 11,
            Self::Freshness => STALENESS_LIMIT.as_secs() + 1,
        });
    }

    fn code(self) -> &'static str {
        match self {
            Self::Validity => "expired",
            Self::Freshness => "status-stale",
        }
    }
}

async fn in_time<T>(cut: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANG, cut).await.expect("it is cut")
}

#[tokio::test]
async fn a_websocket_is_cut_when_its_time_ends_though_the_source_hangs() {
    for end in End::BOTH {
        let (stage, browser) = end.stage().await;
        let mut socket = socket(&browser).await;
        assert!(echoes(&mut socket).await);
        end.comes(&stage).await;
        let mut rest = Vec::new();
        let _ = in_time(socket.read_to_end(&mut rest)).await;
        assert!(rest.is_empty());
    }
}

#[tokio::test]
async fn a_download_is_cut_when_its_time_ends_though_the_source_hangs() {
    for end in End::BOTH {
        let (stage, browser) = end.stage().await;
        let mut tabs = [browser.open().await, browser.http2().open().await];
        let mut streams = Vec::new();
        for tab in &mut tabs {
            streams.push(streaming(tab).await);
        }
        end.comes(&stage).await;
        for stream in streams {
            assert!(in_time(cut(stream)).await, "{end:?}");
        }
    }
}

#[tokio::test]
async fn an_upload_is_cut_when_its_time_ends_though_the_source_hangs() {
    for end in End::BOTH {
        let (stage, browser) = end.stage().await;
        let mut uploads = Vec::new();
        for browser in [browser.clone(), browser.http2()] {
            let before = stage.upstream.count();
            let mut tab = browser.open().await;
            let (sender, upload) = pieces();
            let request = tab.request(A, "/").method("POST").body(upload).unwrap();
            sender.send("a part of ".into()).await.unwrap();
            let answer = tokio::spawn(async move { read(tab.send(request).await.unwrap()).await });
            while stage.upstream.count() == before {
                tokio::task::yield_now().await;
            }
            uploads.push((sender, answer));
        }
        end.comes(&stage).await;
        for (_sender, answer) in uploads {
            assert_eq!(in_time(answer).await.unwrap().denial(), Some(end.code()));
        }
    }
}

#[tokio::test]
async fn a_page_of_ours_is_cut_when_its_time_ends_though_the_source_hangs() {
    for end in End::BOTH {
        let (stage, browser) = end.stage().await;
        let mut forms = Vec::new();
        for browser in [browser.clone(), browser.http2()] {
            forms.push(half_sent(&stage, &browser).await);
        }
        end.comes(&stage).await;
        for (_sender, answer) in forms {
            assert_eq!(in_time(answer).await.unwrap().denial(), Some(end.code()));
        }
        assert!(stage.local.acts.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_websocket_may_be_silent() {
    let wait = Duration::from_secs(1);
    let patience =
        Patience { form: wait, upload: wait, idle: wait, standstill: wait, stranger_standstill: wait };
    let stage = Stage::set_with(|config| config.patience = patience).await;
    let mut socket = socket(&stage.browser().holding(&stage.taro)).await;
    tokio::time::sleep(wait * 3).await;
    assert!(echoes(&mut socket).await);
}
