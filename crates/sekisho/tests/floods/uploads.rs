//! An ordinary user sends large files to a page of other roles, and an administrator sends one after the other.

use crate::{
    bounds::{Bound, Mebibytes},
    installation::installation,
    people::{administrator, colleague},
    up::Up,
};
use http::StatusCode;
use std::time::Duration;
use testkit::{browser::ClientIdentity, http::FormBody};
use tokio::task::JoinSet;

/// Files sent at the same moment.
const FILES: usize = 40;
/// As much as the page takes.
const FILE_BYTES: usize = 32 << 20;
/// The most rows of a file.
const ROWS: usize = 90_000;

fn form(file: &[u8]) -> FormBody {
    let no_fields: [(&str, &str); 0] = [];
    FormBody::with_file(&no_fields, ("file", "users.csv", file))
}

/// One cell without end.
fn cell() -> FormBody {
    form(&vec![b'x'; FILE_BYTES])
}

/// A heading without end.
fn heading() -> FormBody {
    form(&vec![b','; FILE_BYTES])
}

/// A part of the form whose head has no end.
fn head_of_a_part() -> FormBody {
    FormBody { body: [b"--XX\r\nX: ".as_slice(), &vec![b'x'; FILE_BYTES]].concat().into(), ..form(b"") }
}

/// The most rows, as long as possible, in the characters that take the most room in memory.
fn rows() -> FormBody {
    let mut file = b"name,reading,family_name,given_name,login,email,note\r\n".to_vec();
    let kana = [0xb1; 100];
    for row in 0..ROWS {
        let names = format!(",A,B,u{row},u{row}@sample.example,");
        for cell in [kana.as_slice(), b",", &kana, names.as_bytes(), &kana, b"\r\n"] {
            file.extend(cell);
        }
    }
    assert!(file.len() <= FILE_BYTES);
    form(&file)
}

/// Sends them all; returns the statuses of the answers, and the most memory meanwhile.
async fn send_files(up: &Up, identity: &ClientIdentity, form: FormBody) -> (Vec<StatusCode>, Mebibytes) {
    let url = up.site("sample.desk", "/import");
    let mut flood = JoinSet::new();
    for _ in 0..FILES {
        let (mut browser, url, form) = (up.browser().holding(identity), url.clone(), form.clone());
        flood.spawn(async move { browser.post_form(&url, form).await.ok().map(|answer| answer.status) });
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
    let (statuses, most) = send_files(up, &user, cell()).await;
    // Beyond a number of simultaneous requests of one certificate the answer is "busy", for every address.
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
    for (name, form) in [
        ("one cell", cell()),
        ("a heading", heading()),
        ("a part's head", head_of_a_part()),
        ("rows", rows()),
    ] {
        let idle = up.program.memory();
        let (statuses, most) = send_files(up, &identity, form).await;
        let judged = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::SEE_OTHER, StatusCode::BAD_REQUEST];
        assert!(statuses.iter().any(|status| judged.contains(status)), "{name}: {statuses:?}");
        let expected = [judged.as_slice(), &[StatusCode::SERVICE_UNAVAILABLE]].concat();
        assert!(statuses.iter().all(|status| expected.contains(status)), "{name}: {statuses:?}");
        Bound { generous: Mebibytes(300.0), exact: Mebibytes(200.0) }.holds(
            &format!("uploads of an administrator, {name}"),
            "memory above idle",
            Mebibytes(most.0 - idle.0),
        );
    }
}
