//! What one visitor may take up at the pages, and what the others get meanwhile.

use crate::gated::TwoCompanies;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{Method, Request, header},
    response::Response,
};
use domain::{permit::Permit, site::SiteKind, tenant::Tenant};
use http_body_util::BodyExt;
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};
use tokio::{sync::mpsc, task::JoinHandle};
use tower::ServiceExt;
use web::{Desk, PeerAddress};

/// Lines of a file that is larger than one page of the database.
const MANY: usize = 1_200;
/// Connections of the lane that the tests are on.
const READERS: usize = 4;

fn request(method: Method, path: &str, permit: &Permit, language: &str, body: Body) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "sample.desk.localhost:8443")
        .header(header::ACCEPT_LANGUAGE, language)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .body(body)
        .unwrap();
    request.extensions_mut().insert(PeerAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    request.extensions_mut().insert(permit.clone());
    request
}

/// A form that is sent as far as the sender wishes.
struct Sending {
    pieces: mpsc::UnboundedSender<Bytes>,
    answer: JoinHandle<Response>,
}

impl Sending {
    async fn begin(desk: &Router, path: &str, permit: &Permit) -> Self {
        let (pieces, mut sent) = mpsc::unbounded_channel::<Bytes>();
        let (asked, mut is_asked) = mpsc::unbounded_channel::<()>();
        let body = futures_util::stream::poll_fn(move |context| {
            // Whoever has stopped waiting needs no word of it.
            let _ = asked.send(());
            sent.poll_recv(context).map(|piece| piece.map(Ok::<_, Infallible>))
        });
        let request = request(Method::POST, path, permit, "en", Body::from_stream(body));
        let desk = desk.clone();
        let answer = tokio::spawn(async move { desk.oneshot(request).await.unwrap() });
        // The handler has its turn once it reads.
        is_asked.recv().await.unwrap();
        Self { pieces, answer }
    }

    /// The rest, and the answer.
    async fn end(self, rest: &str) -> Response {
        self.pieces.send(Bytes::copy_from_slice(rest.as_bytes())).unwrap();
        drop(self.pieces);
        self.answer.await.unwrap()
    }
}

fn people(count: usize, company: &str) -> String {
    let mut file = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"users.csv\"\r\n\r\n\
                    display_name,family_name,given_name,login_name,email\r\n"
        .to_owned();
    for n in 0..count {
        file.extend(["N,A,B,u", &n.to_string(), ",u", &n.to_string(), "@", company, ".example\r\n"]);
    }
    file + "\r\n--XX--\r\n"
}

async fn text(answer: Response) -> String {
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Told at once, with when to come back, in the reader's language.
async fn expect_busy(desk: &Router, method: Method, path: &str, permit: &Permit) {
    for (language, words) in [("en", "Too much is under way"), ("ja", "いま混み合っています")] {
        let body = Body::from(people(1, "sample"));
        let answer =
            desk.clone().oneshot(request(method.clone(), path, permit, language, body)).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"2".parse().unwrap())
        );
        let page = text(answer).await;
        assert!(page.contains(words) && page.contains("<h1>"), "{page}");
    }
}

/// An administrator's permit of a third company, beside ours and theirs.
async fn third_company(here: &TwoCompanies) -> (Tenant, Permit) {
    let grant = crate::gated::at_the_machine();
    let form = crate::installation::tenant_form("third").new_tenant(crate::installation::TODAY).unwrap();
    let third = here
        .installation
        .authority
        .tenants()
        .add_tenant(&grant, form, here.installation.authority.new_invitation_id())
        .await
        .unwrap()
        .tenant;
    let permit = here.permit(&third, &here.administrator_of(&third).await, SiteKind::Desk);
    (third, permit)
}

#[tokio::test]
async fn of_one_company_one_file_comes_in_at_a_time_and_of_all_companies_two() {
    let here = TwoCompanies::new().await;
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(here.installation.authority.clone());
    let desk = desk.with_uploads_in(folder.path().to_owned()).router();
    let ours = here.permit(&here.ours, &here.administrator, SiteKind::Desk);
    let theirs = here.permit(&here.theirs, &here.administrator_of(&here.theirs).await, SiteKind::Desk);
    let (_, third) = third_company(&here).await;
    let first = Sending::begin(&desk, "/import", &ours).await;
    expect_busy(&desk, Method::POST, "/import", &ours).await;
    let second = Sending::begin(&desk, "/import", &theirs).await;
    expect_busy(&desk, Method::POST, "/import", &third).await;
    assert_eq!(first.end(&people(3, "sample")).await.status(), 303);
    let third = Sending::begin(&desk, "/import", &third).await;
    assert_eq!(second.end(&people(3, "another")).await.status(), 303);
    assert_eq!(third.end(&people(3, "third")).await.status(), 303);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_certificate_with_many_requests_under_way_keeps_no_colleague_out() {
    let here = TwoCompanies::new().await;
    let desk = Desk::new(here.installation.authority.clone()).router();
    let own = here.permit(&here.ours, &here.administrator, SiteKind::Desk);
    let mut sending = Vec::new();
    for _ in 0..16 {
        sending.push(Sending::begin(&desk, "/users", &own).await);
    }
    expect_busy(&desk, Method::POST, "/users", &own).await;
    // The same person's other computer, and everybody else's.
    let colleague = here.permit(&here.ours, &here.administrator, SiteKind::Desk);
    let answer = desk.clone().oneshot(request(Method::GET, "/users", &colleague, "en", Body::empty())).await;
    assert_eq!(answer.unwrap().status(), 200);
    assert_eq!(sending.pop().unwrap().end("--XX--\r\n").await.status(), 422);
    let answer = desk.clone().oneshot(request(Method::GET, "/users", &own, "en", Body::empty())).await;
    assert_eq!(answer.unwrap().status(), 200);
}

#[tokio::test]
async fn an_export_holds_nothing_of_the_database_while_its_reader_is_slow() {
    let here = TwoCompanies::new().await;
    let authority = &here.installation.authority;
    let desk = Desk::new(authority.clone()).router();
    let own = here.permit(&here.ours, &here.administrator, SiteKind::Desk);
    let import = Sending::begin(&desk, "/import", &own).await.end(&people(MANY, "sample")).await;
    let path = format!("{}/rows.csv", import.headers()["location"].to_str().unwrap());
    let export = async || {
        let asked = request(Method::GET, &path, &own, "en", Body::empty());
        let mut answer = desk.clone().oneshot(asked).await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut begun = Vec::new();
        for _ in 0..2 {
            begun.extend(answer.body_mut().frame().await.unwrap().unwrap().into_data().unwrap());
        }
        (begun, answer)
    };
    let (begun, slow) = export().await;
    let (_, other) = export().await;
    expect_busy(&desk, Method::GET, &path, &own).await;
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(here.installation.store.read().await.expect("every connection is free"));
    }
    drop((readers, other));
    let whole = String::from_utf8(begun).unwrap() + &text(slow).await;
    assert_eq!(whole.lines().count(), MANY + 1);
    let (_, next) = export().await;
    drop(next);
}
