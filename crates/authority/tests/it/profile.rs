//! The configuration profile for iPhone, iPad and Mac, read by Python's `plistlib` and OpenSSL.

use crate::{
    scene::{Scene, on_each_scene},
    walk::{FILE_PASSWORD, pickup_form, settled},
};
use authority::{delivery::PickupToken, delivery::REPEAT_MINUTES, sheet::HandOver};
use domain::{issuer::IssuerKind, pickup_form::PickupField, time::SignedDuration};
use pki::{Certificate, Pkcs12Profile};
use testkit::reader::OutsideReader;

const DESCRIPTION: &str = "この端末 <&> \"your certificate\"";

/// Says what a profile holds, and writes its PKCS#12 file.
const READ_PROFILE: &str = "
import plistlib, sys
profile = plistlib.load(open('profile.plist', 'rb'), fmt=plistlib.FMT_XML)
content, = profile.pop('PayloadContent')
open('inside.p12', 'wb').write(content.pop('PayloadContent'))
for name, part in (('profile', profile), ('content', content)):
    for key, value in sorted(part.items()):
        print(name, key, value)
";

async fn picked_up(scene: &Scene, sheet: &HandOver, device: &str) -> PickupToken {
    let (reference, pin) = scene.approved(sheet).await;
    let mut form = pickup_form(&reference, &pin);
    form.set(PickupField::DeviceType, device);
    let token = scene.pick_up(form).await.expect("opens");
    settled(&scene.authority, &token).await;
    token
}

async fn profile(scene: &Scene, cookie: &str, encryption: Pkcs12Profile) -> Option<(String, Vec<u8>)> {
    let delivery = scene.authority.delivery();
    let profile = delivery.configuration_profile(cookie, encryption, DESCRIPTION).await.expect("reads");
    profile.map(|file| (file.name.ascii, file.bytes.to_vec()))
}

/// What OpenSSL finds signed below the installation's root, as of the scene's clock.
async fn verified(scene: &Scene, openssl: &OutsideReader, profile: &[u8]) -> Vec<u8> {
    let root = scene.store.read().await.expect("reads").newest_issuer(IssuerKind::Root).await;
    let root = root.expect("reads").expect("a root").certificate_der;
    openssl.file("root.pem", Certificate::from_der(&root).expect("a certificate").to_pem());
    openssl.file("profile.mobileconfig", profile);
    let at = scene.now().as_second().to_string();
    openssl.run(&[
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        "profile.mobileconfig",
        "-CAfile",
        "root.pem",
        "-attime",
        &at,
        "-out",
        "profile.plist",
    ]);
    std::fs::read(openssl.path("profile.plist")).expect("written")
}

#[tokio::test]
async fn a_profile_is_signed_by_the_installation_and_holds_the_file_without_its_password() {
    let readers = (OutsideReader::find("openssl", &["version"]), OutsideReader::python("plistlib"));
    let (Some(openssl), Some(python)) = readers else { return };
    on_each_scene(async |scene| {
        for device in ["ios", "macos"] {
            let sheet = scene.customer(device).await;
            let token = picked_up(&scene, &sheet, device).await;
            let (name, signed) =
                profile(&scene, token.expose(), Pkcs12Profile::Compat).await.expect("a profile");
            assert_eq!(name, format!("{device}-office-pc-2026-11.mobileconfig"));
            python.file("profile.plist", verified(&scene, &openssl, &signed).await);
            let said = python.run(&["-c", READ_PROFILE]);
            let certificate = &scene.certificates(sheet.tenant.id).await[0];
            let (id, company) = (certificate.id, &sheet.tenant.display_name);
            let identifier = format!("example.gate.certificates.device.{}", certificate.device);
            let mut part_id = id.to_string();
            part_id.replace_range(14..15, "8");
            let organization = sheet.tenant.organization.as_str();
            let expected = format!(
                "profile PayloadDescription {DESCRIPTION}
profile PayloadDisplayName {company} - Office PC (2026-11)
profile PayloadIdentifier {identifier}
profile PayloadOrganization {organization}
profile PayloadRemovalDisallowed False
profile PayloadScope User
profile PayloadType Configuration
profile PayloadUUID {id}
profile PayloadVersion 1
content PayloadCertificateFileName {device}-office-pc-2026-11.p12
content PayloadDescription {DESCRIPTION}
content PayloadDisplayName {company} - Office PC (2026-11)
content PayloadIdentifier {identifier}.pkcs12
content PayloadOrganization {organization}
content PayloadType com.apple.security.pkcs12
content PayloadUUID {part_id}
content PayloadVersion 1
"
            );
            assert_eq!(said, expected);
            let inside = std::fs::read(python.path("inside.p12")).expect("written");
            assert_eq!(Some(&inside), scene.file(&token, Pkcs12Profile::Compat).await.as_ref());
            openssl.file("inside.p12", inside);
            let password = format!("pass:{FILE_PASSWORD}");
            openssl.run(&["pkcs12", "-in", "inside.p12", "-passin", &password, "-nodes", "-legacy"]);
            assert!(!String::from_utf8_lossy(&signed).contains(FILE_PASSWORD));
        }
    })
    .await;
}

#[tokio::test]
async fn a_profile_comes_as_long_as_the_file_to_the_same_cookie_for_systems_that_install_it() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let token = picked_up(&scene, &sheet, "ios").await;
        assert!(profile(&scene, token.expose(), Pkcs12Profile::Modern).await.is_none(), "not made yet");
        scene.other_file(&token, FILE_PASSWORD).await.expect("is made");
        let (name, _) = profile(&scene, token.expose(), Pkcs12Profile::Modern).await.expect("a profile");
        assert_eq!(name, "sample-office-pc-2026-11-modern.mobileconfig");
        for stranger in ["", "x", &token.expose()[1..]] {
            assert!(profile(&scene, stranger, Pkcs12Profile::Compat).await.is_none(), "{stranger}");
        }
        let again = profile(&scene, token.expose(), Pkcs12Profile::Compat).await;
        assert!(again.is_some(), "as often as it is asked for");
        scene.forward(SignedDuration::from_mins(REPEAT_MINUTES));
        assert!(profile(&scene, token.expose(), Pkcs12Profile::Compat).await.is_none(), "over");
        for (device, encryption) in [("android", Pkcs12Profile::Compat), ("windows", Pkcs12Profile::Modern)] {
            let sheet = scene.customer(device).await;
            let token = picked_up(&scene, &sheet, device).await;
            assert!(scene.file(&token, encryption).await.is_some());
            assert!(profile(&scene, token.expose(), encryption).await.is_none(), "{device}");
        }
    })
    .await;
}

/// The number of signers, and of those among them without certificate.
async fn signers(scene: &Scene) -> (i64, i64) {
    let mut back_door = scene.back_door().await;
    let unsigned = "SELECT COUNT(*) FROM profile_signer WHERE certificate_der IS NULL";
    (back_door.number("SELECT COUNT(*) FROM profile_signer").await, back_door.number(unsigned).await)
}

#[tokio::test]
async fn the_signer_gets_a_successor_before_its_end_which_a_crash_does_not_stop() {
    let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
    on_each_scene(async |scene| {
        assert_eq!(signers(&scene).await, (1, 0), "made with the installation");
        let made = scene.times_audited("make-installation-key").await;
        scene.forward(SignedDuration::from_hours(24 * (2 * 365 - 91)));
        scene.authority.installation().ensure_installed().await.expect("installs");
        assert_eq!(signers(&scene).await, (1, 0), "there is time");
        scene.forward(SignedDuration::from_hours(24 * 2));
        let sheet =
            scene.customer_with("sample", |new| new.valid_until = jiff::civil::date(2029, 1, 1)).await;
        let token = picked_up(&scene, &sheet, "ios").await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("UPDATE OF certificate_der", "profile_signer").await;
        let (_, old) =
            profile(&scene, token.expose(), Pkcs12Profile::Compat).await.expect("the old one signs");
        verified(&scene, &openssl, &old).await;
        assert_eq!(signers(&scene).await, (2, 1), "recorded before it was signed");
        back_door.mend_writes("profile_signer").await;
        let (_, new) = profile(&scene, token.expose(), Pkcs12Profile::Compat).await.expect("a profile");
        verified(&scene, &openssl, &new).await;
        assert_eq!(signers(&scene).await, (3, 1));
        let said =
            openssl.run(&["cms", "-cmsout", "-print", "-inform", "DER", "-in", "profile.mobileconfig"]);
        assert!(said.contains("Sekisho Configuration Profiles G3"), "{said}");
        let _again = profile(&scene, token.expose(), Pkcs12Profile::Compat).await.expect("a profile");
        assert_eq!(signers(&scene).await, (3, 1), "one successor");
        assert_eq!(scene.times_audited("make-installation-key").await, made + 2);
    })
    .await;
}

#[tokio::test]
async fn a_signer_that_ended_while_nobody_looked_is_replaced_at_once() {
    on_each_scene(async |mut scene| {
        scene.forward(SignedDuration::from_hours(24 * 3 * 365));
        scene.restart().await;
        scene.authority.installation().ensure_installed().await.expect("installs");
        assert_eq!(signers(&scene).await, (2, 0));
    })
    .await;
}
