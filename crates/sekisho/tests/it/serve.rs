//! `sekisho serve` from a configuration file: certificates from files, acts through its socket and,
//! once it has ended, without.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::time::Entropy;
use sekisho::{
    act::act,
    cli::ActArgs,
    command::{Command, issuer::IssuerCommand, tenant::TenantCommand},
    config::Config,
    data_folder::{create_key, write_private},
    serve::{Service, migrate},
    wiring::{
        clock::{SystemClock, SystemEntropy},
        localhost_ca::LocalhostCa,
    },
};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
};

/// A configuration whose server certificate is a CA's own: enough for a start.
fn written(folder: &Path) -> PathBuf {
    LocalhostCa::create(folder, &SystemClock, &SystemEntropy).expect("certificate");
    create_key(&folder.join("key"), &mut *SystemEntropy.rng()).expect("key");
    let pkcs8 = STANDARD.encode(fs::read(folder.join("server-ca.key")).expect("key"));
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pkcs8}\n-----END PRIVATE KEY-----\n");
    write_private(&folder.join("tls.key"), pem.as_bytes()).expect("key");
    let file = folder.join("sekisho.toml");
    fs::write(&file, configuration(&folder.join("records.sqlite"))).expect("file");
    file
}

fn configuration(database: &Path) -> String {
    let port = || TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("port").port();
    format!(
        r#"public_url = "https://sekisho.example"
site_suffix = "sites.example"
data_folder = "."
database = "sqlite://{database}"
key_encryption_key_file = "key"
[gate]
listen = "127.0.0.1:{gate}"
[http]
listen = "127.0.0.1:{http}"
[metrics]
listen = "127.0.0.1:{metrics}"
[[tls]]
certificate_file = "server-ca.crt"
key_file = "tls.key"
[mail]
smtp_host = "127.0.0.1"
security = "none-loopback-only"
sender_address = "certificates@sekisho.example"
sender_name = "Test"
[service]
name_ja = "試験"
name_en = "Test"
support_contact = "nobody"
"#,
        database = database.display(),
        gate = port(),
        http = port(),
        metrics = port(),
    )
}

#[tokio::test]
async fn a_service_starts_from_its_file_and_takes_acts_through_its_socket_and_without() {
    let folder = tempfile::tempdir().expect("folder");
    let file = written(folder.path());
    let config = Config::read(&file).expect("good file");
    assert!(migrate(&config).await.expect("migrate").contains("applied"));
    assert!(migrate(&config).await.expect("migrate").contains("up to date"));
    let service = Service::start(&config).await.expect("start");
    let at = ActArgs { data: PathBuf::new(), config: Some(file), json: true, sheet_dir: None };
    let list = || Command::Issuer(IssuerCommand::List);
    let issuers = act(list(), &at).await.expect("list");
    assert!(issuers.contains("installation"), "{issuers}");
    let sheet = Command::Tenant(TenantCommand::Sheet { tenant: "nobody".into(), administrator_email: None });
    let error = act(sheet, &at).await.expect_err("no place for a sheet").to_string();
    assert!(error.contains("--sheet-dir"), "{error}");
    service.stop().await;
    assert_eq!(act(list(), &at).await.expect("list"), issuers);
}
