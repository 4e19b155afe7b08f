//! Shutdown: idle connections end, answers under way are finished, nothing new comes in.

use crate::{
    stage::{A, Stage},
    upstream::pieces,
};

#[tokio::test]
async fn a_drain_ends_idle_connections_and_the_gate() {
    let mut stage = Stage::set().await;
    let mut idle = [
        stage.browser().holding(&stage.taro).open().await,
        stage.browser().holding(&stage.taro).http2().open().await,
    ];
    for tab in &mut idle {
        tab.ask(A, "/").await;
    }
    stage.shutdown.cancel();
    for tab in &mut idle {
        tab.closed().await;
    }
    (&mut stage.serving).await.unwrap();
    assert!(stage.browser().tls().await.is_err());
}

#[tokio::test]
async fn a_drain_lets_an_answer_under_way_finish() {
    let mut stage = Stage::set().await;
    let mut tab = stage.browser().holding(&stage.taro).http2().open().await;
    let (sender, late) = pieces();
    let request = tab.request(A, "/").method("POST").body(late).unwrap();
    let before = stage.upstream.count();
    let answer = tokio::spawn(async move { tab.send(request).await.unwrap() });
    while stage.upstream.count() == before {
        tokio::task::yield_now().await;
    }
    stage.shutdown.cancel();
    sender.send("late".into()).await.unwrap();
    drop(sender);
    let reply = crate::client::read(answer.await.unwrap()).await;
    assert!(reply.text.ends_with("body: late\n"), "{}", reply.text);
    (&mut stage.serving).await.unwrap();
}
