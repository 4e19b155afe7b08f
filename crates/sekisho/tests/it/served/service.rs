//! `sekisho serve` by a configuration file, and its command line.

use super::server_certificate;
use crate::faults::{
    person::Credentials,
    program::{Program, Said, run, sekisho},
};
use sekisho::data_folder::write_private;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use testkit::browser::{Roots, TestBrowser};
use testkit::free_port;

/// Seconds for which the gate goes on without the database.
pub(crate) const STALENESS_SECONDS: u64 = 4;

/// A configuration with all files that it names.
pub(crate) struct Settings {
    place: TempDir,
    pub(crate) smtp_port: u16,
    gate_port: u16,
}

impl Settings {
    /// On an SQLite file.
    pub(crate) fn sqlite() -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite://{}", place.path().join("sekisho.sqlite").display());
        Self::on(place, &database)
    }

    /// On a PostgreSQL database.
    pub(crate) fn postgres(url: &str) -> Self {
        Self::on(tempfile::tempdir().expect("a folder"), url)
    }

    fn on(place: TempDir, database: &str) -> Self {
        let settings = Self { place, smtp_port: free_port(), gate_port: free_port() };
        let folder = settings.folder();
        let names =
            ["sekisho", "kanto", "kanto.desk", "other", "console"].map(|name| format!("{name}.example.test"));
        server_certificate::write(folder, &names);
        fs::create_dir(folder.join("data")).expect("a folder");
        let key = folder.join("key-encryption-key");
        fs::write(&key, [5; 32]).expect("writes");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("sets");
        write_private(&settings.file(), settings.text(database).as_bytes()).expect("writes");
        settings
    }

    fn text(&self, database: &str) -> String {
        let Self { smtp_port, gate_port, .. } = self;
        format!(
            r#"
public_url = "https://sekisho.example.test:{gate_port}"
site_suffix = "example.test"
data_folder = "data"
database = "{database}"
key_encryption_key_file = "key-encryption-key"

[gate]
listen = "127.0.0.1:{gate_port}"
public_port = {gate_port}
status_staleness_seconds = {STALENESS_SECONDS}

[http]
listen = "127.0.0.1:0"

[metrics]
listen = "127.0.0.1:0"

[[tls]]
certificate_file = "server.pem"
key_file = "server.key"

[mail]
smtp_host = "127.0.0.1"
smtp_port = {smtp_port}
security = "none-loopback-only"
sender_address = "sekisho@example.test"
sender_name = "Sekisho"

[service]
name_ja = "Sekisho"
name_en = "Sekisho"
support_contact = "support@example.test"
"#
        )
    }

    /// Takes key and heads over from another installation, whose database it uses.
    pub(crate) fn restore(&self, key: &Path, audit_heads: &Path) {
        write_private(&self.folder().join("key-encryption-key"), &fs::read(key).expect("a key"))
            .expect("writes");
        fs::copy(audit_heads, self.folder().join("data/audit-heads.jsonl")).expect("copies");
    }

    pub(crate) fn folder(&self) -> &Path {
        self.place.path()
    }

    fn file(&self) -> PathBuf {
        self.folder().join("sekisho.toml")
    }

    pub(crate) fn sqlite_file(&self) -> PathBuf {
        self.folder().join("sekisho.sqlite")
    }

    /// An act or a list, with or without a server.
    pub(crate) async fn act(&self, args: &[&str]) -> Said {
        let mut command = sekisho(args);
        command.arg("--config").arg(self.file()).arg("--sheet-dir").arg(self.folder().join("sheets"));
        run(command).await
    }
}

/// A running service.
pub(crate) struct Service<'a> {
    pub(crate) program: Program,
    pub(crate) settings: &'a Settings,
    roots: Roots,
}

impl<'a> Service<'a> {
    pub(crate) async fn start(settings: &'a Settings) -> Self {
        Self::try_start(settings).await.unwrap_or_else(|said| panic!("{said:?}"))
    }

    pub(crate) async fn try_start(settings: &'a Settings) -> Result<Self, Said> {
        let mut command = sekisho(&["serve", "--config"]);
        command.arg(settings.file());
        let program = Program::start(command).ready().await?;
        Ok(Self { program, settings, roots: Roots::read(&settings.folder().join("ca.pem")) })
    }

    pub(crate) fn browser(&self) -> TestBrowser {
        TestBrowser::new(self.roots.clone())
    }

    pub(crate) fn public(&self, path: &str) -> String {
        self.at("sekisho", path)
    }

    /// An address below a name at the gate.
    pub(crate) fn at(&self, name: &str, path: &str) -> String {
        format!("https://{name}.example.test:{}{path}", self.settings.gate_port)
    }

    pub(crate) async fn act(&self, args: &[&str]) -> Said {
        self.settings.act(args).await
    }

    /// Adds a company of fifty seats; returns the values of its sheet.
    pub(crate) async fn add_company(&self, slug: &str, administrator: &str) -> Credentials {
        self.add_company_with_seats(slug, administrator, 50).await
    }

    pub(crate) async fn add_company_with_seats(
        &self,
        slug: &str,
        administrator: &str,
        seats: usize,
    ) -> Credentials {
        let seats = seats.to_string();
        let args = [
            "tenant",
            "add",
            slug,
            "--name",
            slug,
            "--organization",
            "Kanto Ltd.",
            "--contract-number",
            "K-1",
        ];
        let rest = ["--seats", &seats, "--valid-until", "2099-12-31", "--administrator-name", "Kanto"];
        let last = ["--administrator-email", administrator, "--support-contact", "help@kanto.example"];
        self.act(&[args.as_slice(), &rest, &last].concat()).await.expect_done();
        let read = |name: &str| {
            fs::read_to_string(self.settings.folder().join("sheets").join(name))
                .expect("what was handed over")
        };
        Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), administrator)
    }

    pub(crate) async fn add_user(&self, slug: &str, login: &str) {
        let email = format!("{login}@kanto.example");
        let args = ["user", "add", login, "--tenant", slug, "--name", login, "--family-name", "Kanto"];
        let rest = ["--given-name", "Hanako", "--email", &email];
        self.act(&[args.as_slice(), &rest].concat()).await.expect_done();
    }

    pub(crate) async fn kill(self) {
        self.program.kill().await;
    }
}
