//! An ordinary user sends large files to a page that is not theirs, and an administrator sends one after the other.

use crate::{
    bounds::{Bound, Mebibytes},
    browser::Identity,
    installation::installation,
    people::{administrator, colleague},
    up::Up,
};
use bytes::Bytes;
use http::StatusCode;
use std::time::Duration;
use tokio::task::JoinSet;

/// Files sent at the same moment.
const FILES: usize = 40;
/// As much as the page takes.
const FILE_BYTES: usize = 32 << 20;
const KIND: &str = "multipart/form-data; boundary=XX";

fn form() -> Bytes {
    let mut form =
        b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"users.csv\"\r\n\r\n".to_vec();
    form.resize(form.len() + FILE_BYTES, b'x');
    form.extend(b"\r\n--XX--\r\n");
    form.into()
}

/// Sends them all; the statuses of those that were answered, and the most memory meanwhile.
async fn send_files(up: &Up, identity: &Identity) -> (Vec<StatusCode>, Mebibytes) {
    let (form, url) = (form(), up.site("sample.desk", "/import"));
    let mut flood = JoinSet::new();
    for _ in 0..FILES {
        let (mut browser, url, form) = (up.browser().holding(identity), url.clone(), form.clone());
        flood
            .spawn(async move { browser.post_body(&url, KIND, form).await.ok().map(|answer| answer.status) });
    }
    let (mut statuses, mut most) = (Vec::new(), up.program.memory());
    loop {
        let ended = tokio::time::timeout(Duration::from_millis(10), flood.join_next()).await;
        most = Mebibytes(most.0.max(up.program.memory().0));
        match ended {
            Ok(Some(status)) => statuses.extend(status.expect("no panic")),
            Ok(None) => return (statuses, most),
            Err(_) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_files_of_whoever_may_not_send_them_take_no_memory() {
    let installation = installation().await;
    let up = &installation.up;
    let _first = administrator(up).await;
    let user = colleague(up, "jiro").await;
    let idle = up.program.memory();
    let (statuses, most) = send_files(up, &user).await;
    // Beyond so many requests of one certificate at a time the answer is "busy", whatever they ask for.
    let refused = [StatusCode::FORBIDDEN, StatusCode::SERVICE_UNAVAILABLE];
    assert!(statuses.contains(&refused[0]), "{statuses:?}");
    assert!(statuses.iter().all(|status| refused.contains(status)), "{statuses:?}");
    Bound { generous: Mebibytes(100.0), exact: Mebibytes(40.0) }.holds(
        "uploads of a user",
        "memory above idle",
        Mebibytes(most.0 - idle.0),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn large_files_of_an_administrator_come_in_one_at_a_time() {
    let installation = installation().await;
    let up = &installation.up;
    let identity = administrator(up).await;
    let idle = up.program.memory();
    let (statuses, most) = send_files(up, &identity).await;
    let judged = statuses.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
    let busy = statuses.iter().filter(|status| **status == StatusCode::SERVICE_UNAVAILABLE).count();
    assert!(judged >= 1 && judged + busy == statuses.len(), "{statuses:?}");
    Bound { generous: Mebibytes(300.0), exact: Mebibytes(200.0) }.holds(
        "uploads of an administrator",
        "memory above idle",
        Mebibytes(most.0 - idle.0),
    );
}
