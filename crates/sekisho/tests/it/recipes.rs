//! The recipes of the manual (`docs/en/recipes.md`), run: FreeRADIUS and OpenVPN accept a person, and refuse one of another
//! company, and the first one once revoked. Each file is taken from the manual, with other places and addresses.

mod radius;
mod vpn;

use crate::faults::{
    person::{Credentials, FILE_PASSWORD, apply, pick_up},
    up::{Up, add_company},
};
use std::{fs, path::Path, process::Command};
use testkit::reader::OutsideReader;

const MANUAL: &str = include_str!("../../../../docs/en/recipes.md");
const MANUAL_JA: &str = include_str!("../../../../docs/ja/recipes.md");

/// The manual's own names of what differs here.
const SITE: &str = "http://certificates.example.jp";
const IDS: [&str; 3] = ["ISSUER-ID", "INSTALLATION-CA-ID", "ROOT-ID"];

/// A folder in which a recipe is followed.
struct Kitchen<'a> {
    folder: &'a Path,
    site: String,
    ids: Vec<String>,
}

impl Kitchen<'_> {
    /// The manual's block after the line that begins so, for this machine.
    fn block(&self, after: &str) -> String {
        let (_, rest) = MANUAL.split_once(&format!("\n{after}")).unwrap_or_else(|| panic!("no {after}"));
        let (_, rest) = rest.split_once("```").expect("a block");
        let (_, rest) = rest.split_once('\n').expect("its first line");
        let (block, _) = rest.split_once("\n```").expect("its end");
        let mut text =
            format!("{block}\n").replace(SITE, &self.site).replace("systemctl restart freeradius", "true");
        for place in ["/etc/sekisho-relying", "/etc/freeradius/3.0/certs", "/etc/openvpn/server"] {
            text = text.replace(place, &self.path(""));
        }
        IDS.iter().zip(&self.ids).fold(text, |text, (name, id)| text.replace(name, id))
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string().trim_end_matches('/').to_owned()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("writes");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    fn shell(&self, script: &str) {
        let done = Command::new("sh").args(["-ec", script]).current_dir(self.folder).status();
        assert!(done.expect("sh").success(), "{script}");
    }

    /// The server's own certificate, of another authority.
    fn make_server_certificate(&self) {
        self.shell(
            "new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
             openssl req -x509 $new -keyout server-ca.key -out server-ca.pem -subj '/CN=Network CA' -days 2 2>/dev/null
             openssl req $new -keyout server.key -out server.csr -subj /CN=vpn.example.jp 2>/dev/null
             printf 'extendedKeyUsage=serverAuth\\nkeyUsage=digitalSignature\\n' > server.ext
             openssl x509 -req -in server.csr -CA server-ca.pem -CAkey server-ca.key -CAcreateserial \\
                 -extfile server.ext -days 2 -out server.pem 2>/dev/null",
        );
    }
}

/// Writes the picked-up file of a company's first administrator; the certificate's id.
async fn pick_up_file(up: &Up, slug: &str, into: &Path) -> String {
    let sheets = up.folder.join("sheets").join(slug);
    let read = |name: &str| fs::read_to_string(sheets.join(name)).expect("a sheet");
    let email = format!("admin@{slug}.example");
    let sheet = Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), &email);
    let mut browser = up.browser();
    apply(&mut browser, &up.public(""), &sheet).await.expect("an answer").expect(303);
    let notice = up.mailbox().notice_other_than(&email, None).await;
    pick_up(&mut browser, &up.public(""), &notice).await;
    let file = browser.get(&up.public("/pickup/file")).await.expect("an answer").expect(200);
    fs::write(into.join(format!("{slug}.p12")), file.body).expect("writes");
    let certificates = up.list(&["certificate", "list", "--tenant", slug]).await;
    certificates[0]["id"].as_str().expect("an id").to_owned()
}

/// The ids of a company's issuer and of those above it.
async fn issuers(up: &Up, slug: &str) -> Vec<String> {
    let all = up.list(&["issuer", "list"]).await;
    let id = |key: &str, value: &str| {
        let found = all.iter().find(|issuer| issuer[key] == value).expect("an issuer");
        found["id"].as_str().expect("an id").to_owned()
    };
    vec![id("tenant", slug), id("kind", "installation"), id("kind", "root")]
}

#[tokio::test(flavor = "multi_thread")]
async fn freeradius_and_openvpn_accept_a_person_until_the_list_says_revoked() {
    let programs = [
        OutsideReader::find("/usr/sbin/freeradius", &["-v"]),
        OutsideReader::find("eapol_test", &["-v"]),
        OutsideReader::find("/usr/sbin/openvpn", &["--version"]),
        OutsideReader::find("curl", &["--version"]),
        OutsideReader::find("openssl", &["version"]),
    ];
    if programs.iter().any(Option::is_none) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(&folder.path().join("data")).await;
    add_company(&up, "neighbour").await;
    let certificate = pick_up_file(&up, "sample", folder.path()).await;
    pick_up_file(&up, "neighbour", folder.path()).await;
    let kitchen = Kitchen { folder: folder.path(), site: up.public(""), ids: issuers(&up, "sample").await };
    kitchen.make_server_certificate();
    kitchen.write("password", FILE_PASSWORD);
    kitchen.shell(&kitchen.block("of the root, from `sekisho issuer list`"));
    let fetch_lists = || kitchen.shell(&kitchen.block("`/usr/local/sbin/sekisho-lists`:"));
    fetch_lists();
    let accepted = |slug: &str| [radius::accepts(&kitchen, slug), vpn::accepts(&kitchen, slug)];
    assert_eq!(accepted("sample"), [Ok(()), Ok(())]);
    let [radius, vpn] = accepted("neighbour").map(|refused| refused.expect_err("another company's"));
    assert!(radius.contains("unable to get local issuer certificate"), "{radius}");
    assert!(vpn.contains("VERIFY SCRIPT ERROR: depth=1"), "{vpn}");
    up.act(&["certificate", "revoke", &certificate, "--tenant", "sample"]).await.expect_done();
    crate::faults::program::eventually("a list that names it", async || {
        fetch_lists();
        let count =
            "openssl crl -in lists.pem -noout -text | grep -q 'Serial Number' && touch listed || true";
        kitchen.shell(count);
        folder.path().join("listed").exists().then_some(())
    })
    .await;
    let [radius, vpn] = accepted("sample").map(|refused| refused.expect_err("revoked"));
    assert!(radius.contains("certificate revoked"), "{radius}");
    assert!(vpn.contains("certificate revoked"), "{vpn}");
    up.kill().await;
}

#[test]
fn both_manuals_have_the_same_files() {
    let blocks = |text: &'static str| text.split("```").skip(1).step_by(2).collect::<Vec<_>>();
    assert_eq!(blocks(MANUAL), blocks(MANUAL_JA));
    assert_eq!(blocks(MANUAL).len(), 7);
}
