//! The file and the configuration profile at the addresses where phones fetch them.

use crate::{
    browser::{Answer, Browser},
    installation::{Installation, with},
    pickup::{pickup_form, ready},
};
use axum::http::Method;
use domain::time::SignedDuration;
use testkit::reader::OutsideReader;

const PROFILE: &str = "application/x-apple-aspen-config";

/// A browser that has picked up on this system, and its page.
async fn picked_up(installation: &Installation, device: &str) -> (Browser, String) {
    let form = with(pickup_form(installation).await, "device_type", device);
    let mut visitor = installation.visitor();
    visitor.get("/pickup").await.expect(200);
    visitor.post("/pickup", &form).await.expect(303);
    let page = ready(&mut visitor).await;
    (visitor, page)
}

async fn head(visitor: &mut Browser, path: &str) -> Answer {
    visitor.send(Method::HEAD, path, None, Vec::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_iphone_the_profile_comes_first_and_the_file_beside_it() {
    let installation = Installation::new().await;
    let (mut visitor, page) = picked_up(&installation, "ios").await;
    assert!(page.contains("url=/pickup/mobileconfig?profile=compat"), "{page}");
    let [profile, file] = ["/pickup/mobileconfig?profile=compat", "/pickup/file?profile=compat"]
        .map(|address| page.find(&format!("href=\"{address}\"")).expect(address));
    assert!(profile < file, "{page}");
    let profile = visitor.get("/pickup/mobileconfig?profile=compat").await.expect(200);
    assert_eq!(profile.header("content-type"), PROFILE);
    let name = "sample-office-pc-2026-11.mobileconfig";
    let saved_as = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
    assert_eq!(profile.header("content-disposition"), saved_as);
    assert_eq!(profile.header("cache-control"), "no-store");
    assert_eq!(profile.body[0], 0x30, "DER");
    visitor.get("/pickup/mobileconfig").await.expect(200);
    assert_eq!(
        visitor.get("/pickup/mobileconfig?profile=modern").await.expect(303).location(),
        "/pickup/other"
    );
    visitor.get("/pickup/mobileconfig?profile=other").await.expect(404);
    installation.clock.forward(SignedDuration::from_mins(10));
    visitor.get("/pickup/mobileconfig?profile=compat").await.expect(410);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_mac_the_file_comes_first_and_other_systems_are_offered_no_profile() {
    let installation = Installation::new().await;
    let (_, page) = picked_up(&installation, "macos").await;
    assert!(page.contains("url=/pickup/file?profile=compat"), "{page}");
    assert!(page.contains("href=\"/pickup/mobileconfig?profile=compat\""), "{page}");
    for device in ["android", "windows"] {
        let installation = Installation::new().await;
        let (mut visitor, page) = picked_up(&installation, device).await;
        assert!(!page.contains("mobileconfig"), "{page}");
        visitor.get("/pickup/mobileconfig").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_says_what_it_is_in_the_language_of_the_page() {
    let readers = (OutsideReader::find("openssl", &["version"]), OutsideReader::python("plistlib"));
    let (Some(openssl), Some(python)) = readers else { return };
    let installation = Installation::new().await;
    let (visitor, _) = picked_up(&installation, "ios").await;
    let said_in = async |language: &str| {
        let mut visitor = visitor.clone().sending("accept-language", language);
        let profile = visitor.get("/pickup/mobileconfig").await.expect(200);
        openssl.file("profile", &profile.body);
        openssl.run(&["cms", "-verify", "-noverify", "-inform", "DER", "-in", "profile", "-out", "plist"]);
        python.file("plist", std::fs::read(openssl.path("plist")).unwrap());
        python
            .run(&["-c", "import plistlib; print(plistlib.load(open('plist', 'rb'))['PayloadDescription'])"])
    };
    let (english, japanese) = (said_in("en").await, said_in("ja").await);
    assert!(english.starts_with("Your certificate for Sekisho."), "{english}");
    assert!(japanese.starts_with("関所 の電子証明書です。"), "{japanese}");
}

/// A download manager fetches an address once more, without the browser's cookies; others ask for the head or a part first.
#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_without_the_cookie_is_an_error_and_harms_nothing() {
    for (device, paths) in [
        ("android", &["/pickup/file?profile=compat", "/pickup/file"][..]),
        ("ios", &["/pickup/mobileconfig?profile=compat", "/pickup/mobileconfig", "/pickup/file"]),
    ] {
        let installation = Installation::new().await;
        let (mut visitor, _) = picked_up(&installation, device).await;
        let manager = || installation.visitor().sending("range", "bytes=0-");
        for path in paths {
            let mut fetched = Vec::new();
            for _ in 0..2 {
                let answer = manager().get(path).await.expect(410);
                assert!(answer.header("content-type").starts_with("text/html"), "{path}");
                assert!(answer.text().contains("This certificate was picked up already"), "{path}");
                assert!(!answer.headers.contains_key("content-disposition"), "{path}");
                head(&mut manager(), path).await.expect(410);
                let size = head(&mut visitor, path).await.expect(200);
                assert!(size.body.is_empty(), "{path}");
                let part = visitor.clone().sending("range", "bytes=100-199").get(path).await.expect(200);
                assert_eq!(part.body[0], 0x30, "{path}: the whole of it");
                fetched.push(visitor.get(path).await.expect(200).body);
            }
            let [first, second] = fetched.try_into().unwrap();
            assert!(path.contains("mobileconfig") || first == second, "{path}");
        }
        visitor.get("/pickup/progress").await.expect(200);
    }
}
