use super::*;

fn target(path: &str) -> Result<RequestTarget, TargetError> {
    RequestTarget::of(&path.parse().unwrap(), EncodedSlash::Refused)
}

fn forwarded(path: &str) -> String {
    target(path).unwrap().path_and_query().to_string()
}

#[test]
fn an_encoded_slash_is_refused_by_its_name_or_kept() {
    for path in ["/a%2fb", "/a%2Fb"] {
        assert_eq!(target(path), Err(TargetError::EncodedSlash));
        let kept = RequestTarget::of(&path.parse().unwrap(), EncodedSlash::Kept).unwrap();
        assert_eq!(kept.path_and_query().as_str(), path);
    }
    for path in
        ["/a%2f..", "/..%2Fa", "/a%2F%2e", "/.sekisho%2fa", "/%2f.Sekisho", "/a%2F%5cb", "/%2F.sekisho;x"]
    {
        let decoded = RequestTarget::of(&path.parse().unwrap(), EncodedSlash::Kept);
        assert_eq!(decoded, Err(TargetError::Path), "{path}");
    }
}

#[test]
fn a_path_with_two_readings_is_refused() {
    for path in [
        "/a%5cb",
        "/a%00b",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/..",
        "/a/./b",
        "/a/..;x/b",
        "/%",
        "/%4",
        "/%zz",
        "/a\\b",
    ] {
        let Ok(uri) = path.parse::<Uri>() else { continue };
        assert_eq!(RequestTarget::of(&uri, EncodedSlash::Refused), Err(TargetError::Path), "{path}");
    }
}

#[test]
fn equal_spellings_are_forwarded_as_one() {
    assert_eq!(forwarded("/%61bc//d%7ee?x=%2f//"), "/abc/d~e?x=%2f//");
    assert_eq!(forwarded("/%e3%81%82"), "/%E3%81%82");
    assert_eq!(forwarded("/a..b/...c"), "/a..b/...c");
}

#[test]
fn no_spelling_of_the_reserved_prefix_reaches_an_upstream() {
    for path in [
        "/.sekisho",
        "/.sekisho/proof",
        "//.sekisho/",
        "/%2esekisho/",
        "/.%73ekisho/x",
        "/.SEKISHO/x",
        "/.sekisho;a=b/x",
    ] {
        assert!(target(path).unwrap().is_reserved(), "{path}");
    }
    for path in ["/", "/sekisho", "/.sekisho2", "/a/.sekisho/"] {
        assert!(!target(path).unwrap().is_reserved(), "{path}");
    }
}

fn authority(uri: &str, hosts: &[&str]) -> Result<String, TargetError> {
    let mut request = Request::builder().uri(uri);
    for host in hosts {
        request = request.header("host", *host);
    }
    RequestAuthority::of(&request.body(()).unwrap()).map(|authority| authority.to_string())
}

#[test]
fn several_hosts_must_agree_and_one_must_be_there() {
    assert_eq!(authority("/", &["A.test:8443"]).as_deref(), Ok("a.test:8443"));
    assert_eq!(authority("https://a.test/", &["a.test"]).as_deref(), Ok("a.test"));
    for (uri, hosts) in [
        ("/", &[][..]),
        ("/", &["a.test", "a.test"]),
        ("https://a.test/", &["b.test"]),
        ("/", &["a.test, b.test"]),
        ("/", &["user@a.test"]),
        ("/", &["[::1]"]),
        ("/", &["a.test:99999"]),
    ] {
        assert_eq!(authority(uri, hosts), Err(TargetError::Host), "{uri} {hosts:?}");
    }
}
