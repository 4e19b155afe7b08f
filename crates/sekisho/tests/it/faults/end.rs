//! Ctrl-C and SIGTERM: work under way is finished, and nothing is left behind.

use super::{
    person::{Credentials, apply, pick_up},
    program::{Program, eventually},
    up::{self, Up},
};
use http::StatusCode;
use std::fs;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_finished_before_the_end_and_the_socket_goes_away() {
    for signal in ["INT", "TERM"] {
        let place = tempfile::tempdir().expect("a folder");
        let mut up = Up::start(&place.path().join("data")).await;
        let mut browser = up.browser();
        let sheets = up.folder.join("sheets").join("sample");
        let read = |name: &str| fs::read_to_string(sheets.join(name)).expect("a sheet");
        let email = "admin@sample.example";
        let administrator = Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), email);
        let applied = apply(&mut browser, &up.public(""), &administrator).await.expect("an answer");
        applied.expect(303);
        let notice = up.mailbox().notice_other_than(email, None).await;
        let identity = pick_up(&mut browser, &up.public(""), &notice).await;

        let slow = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", slow.local_addr().expect("an address"));
        up.act(&["tenant", "upstream", "sample", &address]).await.expect_done();
        let url = up.site("sample", "/slow");
        let mut visitor = up.browser().holding(&identity);
        let asked = tokio::spawn(async move { visitor.get(&url).await });
        let (mut upstream, _) = slow.accept().await.expect("the gate");
        let mut head = [0; 4096];
        assert!(upstream.read(&mut head).await.expect("the request") > 0);
        upstream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nslow ").await.expect("begins");
        upstream.flush().await.expect("begins");

        up.program.signal(signal).await;
        // The doors close first: from then on the drain is under way.
        eventually("closed doors", async || {
            up.browser().get(&up.public("/healthz")).await.is_err().then_some(())
        })
        .await;
        upstream.write_all(b"truth").await.expect("ends");
        let answer = asked.await.expect("no panic").expect("the whole answer");
        assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "slow truth"));
        assert_eq!(up.program.ended().await.code(), Some(0), "{}", up.program.said());
        assert!(!up.folder.join("sekisho.sock").exists());
        assert!(!up.folder.join("ready.json").exists());
        assert!(up.folder.join("installation.json").exists());
    }
}

#[tokio::test]
async fn a_wish_that_comes_during_the_first_start_lets_it_finish() {
    for made in ["lock", "key-encryption-key", "operator.p12"] {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("data");
        let mut program = Program::start(up::command(&folder));
        eventually(made, async || folder.join(made).exists().then_some(())).await;
        program.signal("INT").await;
        assert_eq!(program.ended().await.code(), Some(0), "{}", program.said());
        Up::start(&folder).await;
    }
}
