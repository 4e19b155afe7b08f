use super::*;
use domain::{
    site::{HeaderMapping, Upstream},
    upstream::HeaderMappingError,
};

fn forged(mapped: &[&str]) -> ForgedFields {
    let mapping = |name: &&str| HeaderMapping::parse(name, IdentityValue::User).unwrap();
    ForgedFields::of(&Upstream::new("http://a:1", mapped.iter().map(mapping).collect()).unwrap())
}

fn site() -> HostName {
    HostName::parse("a.example.jp").unwrap()
}

fn cleaned(fields: &[(&str, &str)]) -> Vec<String> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    clean_request(&mut headers, &forged(&["app-user"]));
    headers.keys().map(ToString::to_string).collect()
}

#[test]
fn identity_fields_are_removed_in_every_spelling() {
    for name in [
        "Sekisho-User",
        "SEKISHO_USER",
        "sekisho.email",
        "Sekisho-Anything",
        "Client-Cert",
        "client_cert_chain",
        "X-Forwarded-For",
        "X_Forwarded_Proto",
        "Forwarded",
        "X-Real-IP",
        "x_real_ip",
        "Remote-User",
        "X_Remote-User",
        "X-SSL-Client-Verify",
        "X-Client-DN",
        "App-User",
        "app_user",
        "APP.USER",
    ] {
        assert_eq!(cleaned(&[(name, "root"), ("accept", "*/*")]), ["accept"], "{name}");
    }
}

#[test]
fn fields_named_in_connection_are_removed_except_those_that_frame_the_message() {
    let fields = [
        ("connection", "x-hop, Content-Length, host"),
        ("x-hop", "1"),
        ("content-length", "3"),
        ("host", "a"),
    ];
    let mut left = cleaned(&fields);
    left.sort();
    assert_eq!(left, ["content-length", "host"]);
}

#[test]
fn upstreams_cannot_set_our_cookies_or_our_mark() {
    let mut headers = HeaderMap::new();
    headers.append("set-cookie", " __Host-sekisho-portal=1; Path=/".parse().unwrap());
    headers.append("set-cookie", "__HOST-SEKISHO=2".parse().unwrap());
    headers.append("set-cookie", "theirs=3".parse().unwrap());
    for (name, value) in [
        ("sekisho-denial", "revoked"),
        ("sekisho-request-id", "1"),
        ("Sekisho_User", "1"),
        ("alt-svc", "h3=\":443\""),
        ("alternate-protocol", "443:quic"),
    ] {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    clean_response(&mut headers, &site());
    assert_eq!(headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["theirs=3"]);
    assert_eq!(headers.len(), 1, "{headers:?}");
}

#[test]
fn a_cookie_reaches_no_further_than_its_site() {
    for (set, left) in [
        ("a=1; Path=/; Domain=example.jp; Secure", "a=1; Path=/; Secure"),
        ("a=1;domain = .Example.JP", "a=1"),
        ("a=1; Domain=jp; Domain=.jp; HttpOnly", "a=1; HttpOnly"),
        ("a=1; Domain=b.example.jp", "a=1"),
        ("a=1; Domain=xa.example.jp", "a=1"),
        ("a=1; Domain=a.example.jp.", "a=1"),
        // These reach no wider than the site and stay unchanged.
        ("a=1;Domain=.A.example.jp;Secure", "a=1;Domain=.A.example.jp;Secure"),
        ("a=1; Domain=deep.a.example.jp", "a=1; Domain=deep.a.example.jp"),
        ("a=1; Domain=", "a=1; Domain="),
        ("a=1; Domain", "a=1; Domain"),
        ("domain=example.jp; Path=/", "domain=example.jp; Path=/"),
        ("a=b=c; Path=/x", "a=b=c; Path=/x"),
    ] {
        let mut headers = HeaderMap::new();
        headers.append("set-cookie", "first=1".parse().unwrap());
        headers.append("set-cookie", set.parse().unwrap());
        clean_response(&mut headers, &site());
        assert_eq!(headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["first=1", left], "{set}");
    }
}

#[test]
fn cookies_that_came_in_pieces_leave_as_one_field() {
    let mut headers = HeaderMap::new();
    headers.append("cookie", "a=1".parse().unwrap());
    headers.append("cookie", "b=2; c=3".parse().unwrap());
    clean_request(&mut headers, &forged(&[]));
    assert_eq!(headers.get_all("cookie").iter().collect::<Vec<_>>(), ["a=1; b=2; c=3"]);
}

fn cookies_left(fields: &[&'static str]) -> Option<String> {
    let mut headers = HeaderMap::new();
    for field in fields {
        headers.append("cookie", HeaderValue::from_static(field));
    }
    clean_request(&mut headers, &forged(&[]));
    assert!(headers.get_all("cookie").iter().count() < 2);
    headers.get("cookie").map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn our_own_cookies_do_not_reach_an_upstream() {
    assert_eq!(cookies_left(&["a=1; __Host-sekisho-portal=s; b=2"]).as_deref(), Some("a=1; b=2"));
    assert_eq!(cookies_left(&["__HOST-Sekisho=s;a=1"]).as_deref(), Some("a=1"));
    assert_eq!(cookies_left(&["__Host-sekisho-portal=s"]), None);
    // Pieces of HTTP/2.
    let pieces = ["a=1", " __Host-sekisho-portal=s", "b=2; __Host-sekisho-language=ja"];
    assert_eq!(cookies_left(&pieces).as_deref(), Some("a=1; b=2"));
    assert_eq!(cookies_left(&["__Host-sekisho-a=1", "__Host-sekisho-b=2"]), None);
    // Foreign cookies stay unchanged.
    assert_eq!(cookies_left(&["x=__Host-sekisho;  y"]).as_deref(), Some("x=__Host-sekisho;  y"));
}

#[test]
fn what_the_gate_sets_or_a_connection_owns_cannot_be_mapped() {
    let own = IdentityValue::ALL.map(own_name).into_iter();
    let own = own.chain([HOST, FORWARDED_HOST, FORWARDED_PROTO, FORWARDED_FOR, COOKIE]);
    for name in HOP_BY_HOP.iter().cloned().chain(own) {
        let mapped = HeaderMapping::parse(name.as_str(), IdentityValue::User);
        assert_eq!(mapped, Err(HeaderMappingError::Reserved(name.to_string())), "{name}");
    }
}
