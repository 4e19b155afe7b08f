//! A real SMTP server that we did not write: `aiosmtpd`.

use pki::{
    Certificate, IssuerIdentity, KeyAlgorithm, Name, PrivateKey, Profile, Serial, TbsCertificate, Validity,
};
use serde::Deserialize;
use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Stdio},
};
use testkit::reader::OutsideReader;

const PROGRAM: &str = include_str!("smtp_server.py");
/// 2020 to 2049: the server's certificate is checked by the clock on the wall.
const VALIDITY: Validity = Validity { not_before: 1_577_836_800, not_after: 2_493_072_000 };

/// A mail as Python's own `email` reads it.
#[derive(Debug, Deserialize)]
pub(crate) struct TakenMail {
    pub(crate) to: Vec<String>,
    pub(crate) sender_name: String,
    pub(crate) sender: String,
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) reply_to: String,
    pub(crate) auto_submitted: String,
    pub(crate) response_suppress: String,
    pub(crate) header_to: String,
    /// What its sender called itself.
    pub(crate) hello: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) files: Vec<TakenFile>,
    pub(crate) encrypted: bool,
    pub(crate) authenticated: bool,
}

/// A file that goes with a mail.
#[derive(Debug, Deserialize)]
pub(crate) struct TakenFile {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    pub(crate) content: String,
}

/// A running server; it is ended when dropped.
pub(crate) struct SmtpServer {
    process: Child,
    said: BufReader<ChildStdout>,
    pub(crate) port: u16,
    /// The CA of its certificate.
    pub(crate) ca_pem: Vec<u8>,
    python: OutsideReader,
}

impl SmtpServer {
    /// `None` where there is no such Python; fails where it is required.
    pub(crate) fn start(security: &str, behaviour: &str) -> Option<Self> {
        let python = OutsideReader::python("aiosmtpd")?;
        let program = python.file("server.py", PROGRAM);
        let (ca, server, key) = certificates();
        let chain = python.file("chain.pem", format!("{}{}", server.to_pem(), ca.to_pem()));
        let key = python.file("key.pem", key);
        let mut process = python
            .command(&[])
            .arg(program)
            .args([security, behaviour])
            .args([chain, key])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let mut said = BufReader::new(process.stdout.take().expect("its output"));
        let mut line = String::new();
        said.read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("aiosmtpd says its port");
        Some(Self { process, said, port, ca_pem: ca.to_pem().into_bytes(), python })
    }

    /// From now on it takes what it has refused.
    pub(crate) fn mend(&self) {
        self.python.file("mended", "");
    }

    /// The next mail it has taken; call it only once there is one.
    pub(crate) fn mail(&mut self) -> TakenMail {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }
}

/// A CA, a certificate for `localhost` below it, and its key in PEM.
fn certificates() -> (Certificate, Certificate, String) {
    let name = |name: &str| Name::builder().common_name(name).build().expect("a name");
    let key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256).expect("a key");
    let (ca_key, server_key) = (key(), key());
    let serial = |number| Serial::from_bytes(&[0x51, number]).expect("a serial");
    let issuer = IssuerIdentity::new(name("Test Server CA"), ca_key.public_key());
    let sign = |profile: &Profile, number, subject: &Name, public: &pki::PublicKey| {
        let tbs = TbsCertificate::prepare(profile, serial(number), &issuer, subject, public, VALIDITY);
        let tbs = tbs.expect("a certificate");
        tbs.assemble(&ca_key.sign(tbs.as_der()).expect("signs"))
    };
    let ca_profile = Profile::ServerCa { permitted_dns: vec!["localhost".into()] };
    let ca = sign(&ca_profile, 1, &name("Test Server CA"), ca_key.public_key());
    let profile = Profile::Server { dns_names: vec!["localhost".into()] };
    let server = sign(&profile, 2, &name("localhost"), server_key.public_key());
    (ca, server, pem_of(&server_key))
}

fn pem_of(key: &PrivateKey) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let der = key.to_pkcs8_der().expect("PKCS#8");
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&*der))
}
