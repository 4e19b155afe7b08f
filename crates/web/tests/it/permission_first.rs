//! Permission first, body after: at every route that takes a form, whoever may not send it is refused while the body
//! has not been asked for.
//!
//! The routes are read from the source, so that a new one is tried, too.

use crate::{gated::TwoCompanies, installation::Installation};
use axum::{
    Router,
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use domain::{permit::Permit, site::SiteKind, user::Role};
use http_body::Frame;
use std::{
    convert::Infallible,
    fs,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};
use tower::ServiceExt;
use web::{Console, Desk, PeerAddress};

/// What an ordinary user may do at the desk: look after the own devices.
const OF_EVERYBODY: [&str; 6] = [
    "/devices/{id}/renew",
    "/devices/{id}/replace",
    "/devices/{id}/{act}",
    "/email",
    "/email/code",
    "/renewal/other",
];

/// A body that notes that it was asked for, and never comes.
struct Watched(Arc<AtomicBool>);

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.store(true, Ordering::Relaxed);
        Poll::Ready(None)
    }
}

/// The addresses that take a form, of all routes in these files.
fn posts_in(sources: &[&str]) -> Vec<String> {
    let mut posts = Vec::new();
    for source in sources {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(source);
        let files = if path.is_dir() {
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
        } else {
            vec![path]
        };
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            for route in text.split(".route(").skip(1) {
                let route = up_to_its_bracket(route);
                if route.contains("post(") {
                    posts.push(route.split('"').nth(1).unwrap().to_owned());
                }
            }
        }
    }
    posts
}

/// The rest of a call, up to the bracket that ends it.
fn up_to_its_bracket(call: &str) -> &str {
    let mut open = 1;
    let end = call.find(|letter| {
        open += i32::from(letter == '(') - i32::from(letter == ')');
        open == 0
    });
    &call[..end.unwrap()]
}

/// Of nothing that is on record.
const ID: &str = "0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01";

/// Sends a form that never comes; the answer, and whether anybody asked for the form.
async fn posted(
    router: &Router,
    host: &str,
    address: &str,
    permit: Option<&Permit>,
    origin: Option<&str>,
    length: u64,
) -> (StatusCode, bool) {
    let asked = Arc::new(AtomicBool::new(false));
    let path = address.replace("{id}", ID).replace("{number}", "1");
    let path = path.replace("{act}", "suspend").replace("{purpose}", "renewal");
    let path =
        ["{mail}", "{tenant}", "{application}"].iter().fold(path, |path, place| path.replace(place, ID));
    assert!(!path.contains('{'), "{path}: say what stands there");
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(&path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .header(header::CONTENT_LENGTH, length);
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    let mut request = request.body(Body::new(Watched(Arc::clone(&asked)))).unwrap();
    request.extensions_mut().insert(PeerAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    if let Some(permit) = permit {
        request.extensions_mut().insert(permit.clone());
    }
    let answer = router.clone().oneshot(request).await.unwrap();
    (answer.status(), asked.load(Ordering::Relaxed))
}

const REFUSED: (StatusCode, bool) = (StatusCode::FORBIDDEN, false);
/// Lengths that are announced: a small form's, and one beyond every bound.
const LENGTHS: [u64; 2] = [100, 1 << 40];

#[tokio::test]
async fn at_the_desk_no_form_is_asked_for_before_its_grant() {
    let here = TwoCompanies::new().await;
    let user = here.add(&here.ours, "ichiro", Role::User).await;
    let auditor = here.add(&here.ours, "auditor", Role::Auditor).await;
    let desk = Desk::new(here.installation.authority.clone()).router();
    let host = "sample.desk.localhost:8443";
    let routes = posts_in(&["desk", "desk.rs"]);
    assert!(routes.len() >= 12 && routes.iter().any(|route| route == "/import"), "{routes:?}");
    for person in [&user, &auditor] {
        let permit = here.permit(&here.ours, person, SiteKind::Desk);
        for address in &routes {
            for length in LENGTHS {
                let answer = posted(&desk, host, address, Some(&permit), None, length).await;
                if OF_EVERYBODY.contains(&address.as_str()) {
                    assert_ne!(answer.0, StatusCode::FORBIDDEN, "{address}: everybody's");
                } else {
                    assert_eq!(answer, REFUSED, "{address}, {}", person.login_name);
                }
            }
        }
    }
    for address in &routes {
        let (status, asked) = posted(&desk, host, address, None, None, 100).await;
        assert!(status.is_server_error() && !asked, "{address}: without a permit");
    }
}

#[tokio::test]
async fn at_the_console_no_form_is_asked_for_before_its_grant() {
    let here = TwoCompanies::new().await;
    let console = Console::new(here.installation.authority.clone()).router();
    let permit = here.permit(&here.ours, &here.administrator, SiteKind::Desk);
    let routes = posts_in(&["console", "console.rs"]);
    assert!(routes.len() >= 5, "{routes:?}");
    for address in &routes {
        for length in LENGTHS {
            let answer =
                posted(&console, "console.localhost:8443", address, Some(&permit), None, length).await;
            assert_eq!(answer, REFUSED, "{address}");
        }
    }
}

#[tokio::test]
async fn from_a_foreign_page_no_form_is_asked_for_anywhere() {
    let here = TwoCompanies::new().await;
    let authority = &here.installation.authority;
    let permit = here.permit(&here.ours, &here.administrator, SiteKind::Desk);
    let sites = [
        (Desk::new(authority.clone()).router(), "sample.desk.localhost:8443", vec!["desk", "desk.rs"]),
        (Console::new(authority.clone()).router(), "console.localhost:8443", vec!["console", "console.rs"]),
        (web::Portal::new(authority.clone()).router(), "sample.localhost:8443", vec!["portal", "portal.rs"]),
        (Installation::public_site(authority), "localhost:8080", vec!["public", "public.rs"]),
    ];
    for (router, host, sources) in sites {
        let routes = posts_in(&sources);
        assert!(!routes.is_empty(), "{sources:?}");
        for address in routes {
            for length in LENGTHS {
                let foreign = Some("https://evil.example");
                let answer = posted(&router, host, &address, Some(&permit), foreign, length).await;
                assert_eq!(answer, REFUSED, "{host}{address}");
            }
        }
    }
}
