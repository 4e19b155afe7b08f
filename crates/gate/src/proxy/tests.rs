use super::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};

/// An application that says nothing until it is told to.
async fn silent() -> (SiteClient, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, told) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        if told.await.is_ok() {
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        }
        // Until the client goes.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    (SiteClient::new(&format!("http://{address}")).unwrap(), sender)
}

fn request(client: &SiteClient) -> Request<Body> {
    Request::builder().uri(client.base.clone()).body(empty()).unwrap()
}

#[tokio::test]
async fn an_application_that_does_not_answer_in_time_is_given_up() {
    let (client, _sender) = silent().await;
    let answer =
        answered(&client.client, request(&client), &Progress::default(), Duration::from_millis(1)).await;
    assert!(matches!(answer, Err(ForwardError::Timeout)));
}
