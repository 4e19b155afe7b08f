//! One user, with many connections and streams, asks an application that never answers.

use crate::{
    bounds::Bound,
    installation::installation,
    person::{Credentials, apply, pick_up},
    program::eventually,
    up::{Up, add_company},
};
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject};
use std::{sync::Arc, time::Duration};
use testkit::browser::ClientIdentity;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_rustls::TlsConnector;

/// Connections of the one user.
const CONNECTIONS: usize = 34;

/// Streams that it asks for on each.
const STREAMS: usize = 128;

/// The first administrator's certificate of a company.
async fn administrator(up: &Up, slug: &str, email: &str) -> ClientIdentity {
    let sheet = |name: &str| {
        std::fs::read_to_string(up.folder.join("sheets").join(slug).join(name)).expect("the sheet")
    };
    let credentials = Credentials::on_sheet(&sheet("sheet.html"), &sheet("data_entry.txt"), email);
    let mut browser = up.browser();
    apply(&mut browser, &up.public(""), &credentials).await.expect("an answer").expect(303);
    let notice = up.mailbox().notice_other_than(email, None).await;
    pick_up(&mut browser, &up.public(""), &notice).await
}

/// An application that reads and says nothing.
async fn silent_application() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
            });
        }
    });
    port
}

fn tls(up: &Up, identity: &ClientIdentity) -> TlsConnector {
    let pem = std::fs::read(up.folder.join("server-ca.crt")).expect("the CA");
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.expect("PEM")).expect("a root");
    }
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.to_vec()));
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_client_auth_cert(identity.chain.clone(), key)
        .expect("a pair");
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// One connection, with as many requests as it may have open; returns the statuses of the answers.
async fn ask(connector: TlsConnector, port: u16, host: String) -> Vec<StatusCode> {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else { return Vec::new() };
    let name = ServerName::try_from(host.clone()).expect("a name");
    let Ok(stream) = connector.connect(name, stream).await else { return Vec::new() };
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let Ok((sender, connection)) = handshake.await else { return Vec::new() };
    tokio::spawn(connection);
    let mut asked = JoinSet::new();
    for _ in 0..STREAMS {
        let mut sender = sender.clone();
        let request = Request::get(format!("https://{host}:{port}/"))
            .version(Version::HTTP_2)
            .body(Empty::<Bytes>::new())
            .expect("a request");
        asked.spawn(async move {
            let answer = sender.send_request(request).await.ok()?;
            let status = answer.status();
            let _ = answer.into_body().collect().await;
            Some(status)
        });
    }
    asked.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_hangs_and_one_of_its_users_leave_room_for_another_company() {
    let installation = installation().await;
    let up = &installation.up;
    add_company(up, "neighbour").await;
    let flooding = administrator(up, "sample", "admin@sample.example").await;
    let neighbour = administrator(up, "neighbour", "admin@neighbour.example").await;
    let address = format!("http://127.0.0.1:{}", silent_application().await);
    up.act(&["tenant", "upstream", "sample", &address]).await.expect_done();

    let idle = up.program.descriptors();
    let mut flood = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (connector, host) = (tls(up, &flooding), "sample.localhost".to_owned());
        let asking = ask(connector, up.gate_port, host);
        flood.spawn(asking);
    }
    // The user's connections, and as many to the application as one certificate may have.
    let least = CONNECTIONS + 64;
    let full = async || (up.program.descriptors() >= idle + least).then_some(());
    eventually("the application has all that it may have", full).await;
    sleep(Duration::from_secs(1)).await;
    let held = up.program.descriptors() - idle;
    let asked = Instant::now();
    let answer = up.browser().holding(&neighbour).get(&up.site("neighbour", "/")).await.expect("an answer");
    let waited = asked.elapsed();
    assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.status);
    // The user's own further requests are refused at once.
    let mut own = up.browser().holding(&flooding);
    let refused = own.get(&up.site("sample", "/")).await.expect("an answer");
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.text().contains("busy"), "{}", refused.text());
    flood.shutdown().await;
    eventually("the descriptors come back", async || (up.program.descriptors() < idle + 20).then_some(()))
        .await;
    Bound { generous: 200, exact: least + 16 }.holds("hanging application", "descriptors of one user", held);
    Bound { generous: Duration::from_secs(10), exact: Duration::from_millis(500) }.holds(
        "hanging application",
        "another company waits",
        waited,
    );
}
