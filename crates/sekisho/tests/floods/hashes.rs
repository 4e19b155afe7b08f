//! Strangers from many addresses guess at a challenge phrase; meanwhile a person signs in at the portal.

use crate::{
    bounds::Bound,
    installation::installation,
    people::{COMPANY, administrator, colleague},
    up::Up,
};
use domain::attempts::ATTEMPTS_PER_ADDRESS_MAX;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::browser::TestBrowser;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    task::JoinSet,
    time::Instant,
};

/// Addresses that guess, each by so many connections at the same moment.
const ADDRESSES: u8 = 20;
const GUESSES_AT_ONCE: usize = 4;
const PASSWORD: &str = "a long portal password";
/// Sign-ins during the flood.
const SIGN_INS: usize = 5;

/// A guess from this address; its status line's code.
async fn guess(up_port: u16, from: u8, number: usize) -> std::io::Result<String> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0)))?;
    let mut stream = socket.connect(SocketAddr::from(([127, 0, 0, 1], up_port))).await?;
    // Each at another person, so that the address alone bounds it.
    let form = format!(
        "identification_code=AAAA-AAAA-AAAA&email=guess{from}-{number}%40sample.example&challenge_phrase=a+wrong+one"
    );
    let head = format!(
        "POST /revoke HTTP/1.1\r\nHost: localhost:{up_port}\r\nOrigin: http://localhost:{up_port}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or_default().to_owned())
}

/// How many hashes the server has computed, by its metrics.
async fn hashes(up: &Up) -> usize {
    let ready = std::fs::read_to_string(up.folder.join("ready.json")).expect("ready.json");
    let ready: serde_json::Value = serde_json::from_str(&ready).expect("JSON");
    let url = format!("http://127.0.0.1:{}/metrics", ready["metrics_port"]);
    let metrics = up.browser().get(&url).await.expect("an answer").text();
    let line = metrics.lines().find_map(|line| line.strip_prefix("authority_slow_hashes_total "));
    line.expect("the metric").parse().expect("a number")
}

async fn sign_in(up: &Up, browser: &mut TestBrowser) -> Duration {
    let begun = Instant::now();
    let fields = [("password", PASSWORD)];
    let answer = browser.post(&up.site(COMPANY, "/sign-in"), &fields).await.expect("an answer");
    answer.expect(303);
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_cost_as_many_hashes_as_answers_and_nobody_their_sign_in() {
    let installation = installation().await;
    let up = &installation.up;
    let _first = administrator(up).await;
    let mut jiro = up.browser().holding(&colleague(up, "jiro").await);
    let fields = [("password", PASSWORD), ("password_confirm", PASSWORD)];
    let set = jiro.post(&up.site(COMPANY, "/set-password"), &fields).await.expect("an answer");
    set.expect(303);

    let before = hashes(up).await;
    let (over, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut flood = JoinSet::new();
    for from in 2..2 + ADDRESSES {
        for lane in 0..GUESSES_AT_ONCE {
            let (over, answers, port) = (Arc::clone(&over), Arc::clone(&answers), up.public_port);
            flood.spawn(async move {
                let mut number = lane;
                while !over.load(Ordering::Relaxed) {
                    match guess(port, from, number).await.as_deref() {
                        Ok("422") => drop(answers.fetch_add(1, Ordering::Relaxed)),
                        Ok("429" | "503") | Err(_) => {}
                        Ok(other) => panic!("{other}"),
                    }
                    number += GUESSES_AT_ONCE;
                }
            });
        }
    }
    let mut longest = Duration::ZERO;
    for _ in 0..SIGN_INS {
        tokio::time::sleep(Duration::from_millis(200)).await;
        longest = longest.max(sign_in(up, &mut jiro).await);
    }
    over.store(true, Ordering::Relaxed);
    flood.join_all().await;
    let answered = answers.load(Ordering::Relaxed);
    let computed = hashes(up).await - before;
    assert!(answered > 0, "no guess was answered");
    assert!(answered <= usize::from(ADDRESSES) * ATTEMPTS_PER_ADDRESS_MAX as usize, "{answered}");
    assert!(computed <= answered + SIGN_INS, "{computed} hashes for {answered} answers and the sign-ins");
    Bound { generous: Duration::from_secs(10), exact: Duration::from_secs(1) }.holds(
        "guesses at a phrase",
        "a sign-in takes",
        longest,
    );
}
