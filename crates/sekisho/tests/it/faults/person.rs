//! A person on the way from a slip to a certificate; a fault may interrupt each step.

use super::{mailbox::Notice, program::LOOK};
use http::StatusCode;
use testkit::browser::{ClientIdentity, Cut, TestBrowser};
use testkit::http::Answer;

/// The password of every file.
pub(crate) const FILE_PASSWORD: &str = "Tsubame-7-Kumo";
/// How many looks at the pickup page until the file is given up: half a minute.
const LOOKS_MAX: u32 = 3000;

/// The values on a slip or sheet that a person types.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) email: String,
    pub(crate) identification_code: String,
    pub(crate) password: String,
    /// `data_entry.txt`; empty for everybody but the first administrator.
    pub(crate) data_entry: String,
}

impl Credentials {
    /// The values of a slip.
    pub(crate) fn on_slip(slip: &str) -> Self {
        let beside = |label: &str| {
            let line = slip.lines().find_map(|line| line.strip_prefix(label));
            line.unwrap_or_else(|| panic!("no {label} on {slip}")).trim().to_owned()
        };
        Self {
            email: beside("email:"),
            identification_code: beside("identification code:"),
            password: beside("one-time password:"),
            data_entry: String::new(),
        }
    }

    /// The values of a contract sheet.
    pub(crate) fn on_sheet(sheet: &str, data_entry: &str, email: &str) -> Self {
        let marked = |id: &str| {
            let (_, tag) = sheet.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
            let (_, inside) = tag.split_once('>').expect("an element");
            inside.split('<').next().expect("its text").trim().to_owned()
        };
        Self {
            email: email.to_owned(),
            identification_code: marked("identification-code"),
            password: marked("sheet-password"),
            data_entry: data_entry.to_owned(),
        }
    }
}

/// Sends the application form of the public site at `public_url`.
pub(crate) async fn apply(
    browser: &mut TestBrowser,
    public_url: &str,
    credentials: &Credentials,
) -> Result<Answer, Cut> {
    let form = browser.get(&format!("{public_url}/enrol")).await?.expect(200);
    let version = form.value_of("agreement_version");
    let fields = [
        ("data_entry", credentials.data_entry.as_str()),
        ("family_name", "Kanto"),
        ("given_name", "Taro"),
        ("email", &credentials.email),
        ("identification_code", &credentials.identification_code),
        ("password", &credentials.password),
        ("device_name", "PC"),
        ("challenge_phrase", ""),
        ("agreement_version", &version),
        ("agree", "yes"),
    ];
    browser.post(&format!("{public_url}/enrol"), &fields).await
}

/// Sends the pickup form as shown; a second sending is the same form.
pub(crate) async fn send_pickup(
    browser: &mut TestBrowser,
    public_url: &str,
    notice: &Notice,
) -> Result<Answer, Cut> {
    let fields = [
        ("reference", notice.reference.as_str()),
        ("pin", &notice.pin),
        ("p12_password", FILE_PASSWORD),
        ("p12_password_confirm", FILE_PASSWORD),
        ("password_remembered", "yes"),
        ("device_type", "linux"),
        ("key_origin", "server"),
    ];
    browser.post(&format!("{public_url}/pickup"), &fields).await
}

/// Waits at the pickup page; `None` if the page shows that no file will come.
pub(crate) async fn await_file(
    browser: &mut TestBrowser,
    public_url: &str,
) -> Result<Option<ClientIdentity>, Cut> {
    for _ in 0..LOOKS_MAX {
        let progress = browser.get(&format!("{public_url}/pickup/progress")).await?;
        if progress.status != StatusCode::OK {
            return Ok(None);
        }
        if progress.text().contains("/pickup/file") {
            let file = browser.get(&format!("{public_url}/pickup/file?profile=modern")).await?;
            let file = file.expect(200);
            return Ok(Some(ClientIdentity::open(&file.body, FILE_PASSWORD)));
        }
        tokio::time::sleep(LOOK).await;
    }
    panic!("the file never came");
}

/// From the notice to the file, undisturbed.
pub(crate) async fn pick_up(browser: &mut TestBrowser, public_url: &str, notice: &Notice) -> ClientIdentity {
    browser.get(&format!("{public_url}/pickup")).await.expect("the form").expect(200);
    let sent = send_pickup(browser, public_url, notice).await.expect("an answer");
    sent.expect(303);
    await_file(browser, public_url).await.expect("an answer").expect("a file")
}
