//! `Sekisho-Assertion` as an application gets it, checked by an independent reader.

use crate::{
    client::{Browser, Tab, body, read},
    stage::{A, B, CONSOLE, DESK, PUBLIC, PUBLIC_URL, Stage},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    certificate::Status,
    permit::{TenantFacts, UserFacts},
    slug::TenantSlug,
    tenant::TenantState,
};
use gate::{RecordChange, TenantRecord, UserRecord};
use http::StatusCode;
use pki::Validity;
use serde_json::{Value, json};
use std::{io::Write as _, process::Stdio};
use testkit::reader::OutsideReader;

const NOW: i64 = crate::cast::NOW;
const JWKS: &str = "/.sekisho/jwks.json";

/// Checks a token (second line) by a JWK Set (first line) with Python's `cryptography`: algorithm, key id (RFC 7638)
/// and signature; prints the claims.
const VERIFIER: &str = r#"
import base64, hashlib, json, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
def raw(text): return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
jwks, token = sys.stdin.read().split("\n")[:2]
head, claims, signature = token.split(".")
head = json.loads(raw(head))
assert head["alg"] == "ES256" and head["typ"] == "JWT", head
[key] = [key for key in json.loads(jwks)["keys"] if key["kid"] == head["kid"]]
members = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
assert raw(key["kid"]) == hashlib.sha256(members.encode()).digest(), "thumbprint"
number = lambda octets: int.from_bytes(octets, "big")
point = ec.EllipticCurvePublicNumbers(number(raw(key["x"])), number(raw(key["y"])), ec.SECP256R1())
signature = raw(signature)
assert len(signature) == 64, len(signature)
der = utils.encode_dss_signature(number(signature[:32]), number(signature[32:]))
signed = token.rsplit(".", 1)[0].encode()
point.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
sys.stdout.buffer.write(raw(claims))
"#;

/// Python with `cryptography`, where there is one.
struct Verifier(OutsideReader);

impl Verifier {
    fn find() -> Option<Self> {
        OutsideReader::python("cryptography").map(Self)
    }

    fn claims(&self, jwks: &str, token: &str) -> Option<Value> {
        let mut python = self
            .0
            .command(&["-c", VERIFIER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        write!(python.stdin.take().unwrap(), "{jwks}\n{token}\n").unwrap();
        let output = python.wait_with_output().unwrap();
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
    }
}

fn token(text: &str) -> String {
    let mut tokens = text.lines().filter_map(|line| line.strip_prefix("sekisho-assertion: "));
    let token = tokens.next().unwrap().to_owned();
    assert_eq!(tokens.next(), None);
    token
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

async fn ask(tab: &mut Tab) -> String {
    token(&tab.ask(A, "/").await.text)
}

fn taro(stage: &Stage) -> Browser {
    stage.browser().holding(&stage.taro)
}

#[tokio::test]
async fn an_independent_reader_verifies_the_assertion_and_sees_who_came_where() {
    let stage = Stage::set().await;
    let Some(verifier) = Verifier::find() else { return };
    let jwks = stage.browser().visit(JWKS).await.text;
    let record = stage.a.record(&stage.taro, Status::Good);
    for browser in [taro(&stage), taro(&stage).http2()] {
        let token = token(&browser.visit("/").await.text);
        let mut seen = verifier.claims(&jwks, &token).unwrap();
        let id = seen["jti"].take();
        assert!(id.as_str().unwrap().starts_with("t1-"), "{id}");
        let expected = json!({
            "iss": PUBLIC_URL,
            "aud": A,
            "sub": stage.a.user.id.to_string(),
            "login": "taro-a",
            "user_at_tenant": "taro-a@a",
            "email": "taro@a.test",
            "tenant": "a",
            "groups": ["sales", "tokyo"],
            "certificate": record.id.to_string(),
            "iat": NOW,
            "nbf": NOW,
            "exp": NOW + 60,
            "jti": null,
        });
        assert_eq!(seen, expected);

        let [head, said, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let other = String::from_utf8(URL_SAFE_NO_PAD.decode(said).unwrap()).unwrap().replace(A, B);
        let forged = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(other));
        assert_eq!(verifier.claims(&jwks, &forged), None);
    }
}

#[tokio::test]
async fn an_assertion_is_used_again_for_a_few_seconds_of_one_connection_only() {
    let stage = Stage::set().await;
    for browser in [taro(&stage), taro(&stage).http2()] {
        let mut tab = browser.open().await;
        let first = ask(&mut tab).await;
        stage.clock.forward(4);
        assert_eq!(ask(&mut tab).await, first);
        assert_ne!(ask(&mut browser.open().await).await, first);
        stage.clock.forward(1);
        let second = ask(&mut tab).await;
        assert_ne!(claims(&second)["jti"], claims(&first)["jti"]);
        assert_eq!(claims(&second)["exp"], claims(&first)["exp"].as_i64().unwrap() + 5);
        // A clock that was set back makes no assertion of the future.
        stage.clock.forward(-60);
        // A view read "in the future" does not count; this waits for the next read.
        stage.register(&stage.a, &stage.taro).await;
        assert_eq!(claims(&ask(&mut tab).await)["iat"], claims(&second)["iat"].as_i64().unwrap() - 60);
    }
}

#[tokio::test]
async fn changed_facts_are_in_the_next_assertion_of_an_open_connection() {
    let stage = Stage::set().await;
    let mut tab = taro(&stage).open().await;
    assert_eq!(claims(&ask(&mut tab).await)["groups"], json!(["sales", "tokyo"]));
    let facts = UserFacts { groups: vec!["osaka".into()], ..stage.a.user.clone() };
    stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
    assert_eq!(claims(&ask(&mut tab).await)["groups"], json!(["osaka"]));
    let facts = TenantFacts { slug: TenantSlug::parse("a2").expect("a slug"), ..stage.a.facts.clone() };
    stage
        .act(RecordChange::Tenant(TenantRecord { facts, support_contact: String::new(), since: None }))
        .await;
    assert_eq!(claims(&ask(&mut tab).await)["tenant"], "a2");
}

#[tokio::test]
async fn no_assertion_outlives_the_certificate_or_the_contract() {
    let stage = Stage::set().await;
    let short = stage.a.issuer.issue_for(9, Validity { not_before: NOW - 9, not_after: NOW + 20 });
    stage.register(&stage.a, &short).await;
    let mut tab = stage.browser().holding(&short).open().await;
    let first = ask(&mut tab).await;
    // `exp` is the first second in which the assertion is invalid, `notAfter` the last second of validity.
    assert_eq!(claims(&first)["exp"], NOW + 21);

    let facts = TenantFacts { suspended_from: crate::cast::at(NOW + 3), ..stage.a.facts.clone() };
    stage
        .act(RecordChange::Tenant(TenantRecord { facts, support_contact: String::new(), since: None }))
        .await;
    assert_eq!(claims(&ask(&mut tab).await)["exp"], NOW + 3);
}

#[tokio::test]
async fn the_keys_are_shown_to_everybody_on_every_site() {
    let stage = Stage::set().await;
    let facts = TenantFacts { state: TenantState::Suspended, ..stage.b.facts.clone() };
    stage
        .act(RecordChange::Tenant(TenantRecord { facts, support_contact: String::new(), since: None }))
        .await;
    let expected = stage.browser().visit(JWKS).await.text;
    assert_eq!(serde_json::from_str::<Value>(&expected).unwrap()["keys"].as_array().unwrap().len(), 1);
    for host in [A, B, DESK, CONSOLE, PUBLIC] {
        for browser in [stage.browser().at(host), stage.browser().at(host).http2()] {
            let mut tab = browser.open().await;
            let reply = tab.ask(host, JWKS).await;
            assert_eq!((reply.status, &reply.text), (StatusCode::OK, &expected), "{host}");
            assert_eq!(reply.headers["content-type"], "application/jwk-set+json");
            assert_eq!(reply.headers["cache-control"], "public, max-age=300");
            // The answer is no refusal: the connection goes on.
            let head = tab.request(host, JWKS).method("HEAD").body(body("")).unwrap();
            assert_eq!(read(tab.send(head).await.unwrap()).await.text, "");
            let post = tab.request(host, JWKS).method("POST").body(body("")).unwrap();
            assert_eq!(read(tab.send(post).await.unwrap()).await.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    }
}

#[tokio::test]
async fn nothing_else_that_is_reserved_is_shown_to_everybody() {
    let stage = Stage::set().await;
    for path in ["/.sekisho/jwks.json/", "/.sekisho/proof", "//.sekisho/jwks.json", "/%2Esekisho/jwks.json"] {
        assert_eq!(stage.browser().visit(path).await.denial(), Some("no-certificate"), "{path}");
    }
    let mut tab = stage.browser().open().await;
    assert_eq!(tab.ask(B, JWKS).await.status, StatusCode::MISDIRECTED_REQUEST);
}
