//! What a newcomer is told when `sekisho up` is ready, and the same for programs.

use super::{
    Ports,
    first_start::{Codes, OPERATOR_FILE, OPERATOR_PASSWORD_FILE, SAMPLE, SAMPLE_ADMINISTRATOR_EMAIL},
};
use crate::wiring::localhost_ca::CERTIFICATE_NAME;
use serde_json::json;
use std::path::Path;

/// Addresses, files and the way to trust the server certificates.
pub(super) fn text(folder: &Path, ports: Ports, codes: Option<&Codes>) -> String {
    let Ports { public, gate, metrics } = ports;
    let at = |name: &str| folder.join(name).display().to_string();
    let ca = at(CERTIFICATE_NAME);
    let (sheet_codes, password) = match codes {
        Some(codes) => (
            format!(
                "identification code 識別コード: {}, password パスワード: {}",
                codes.identification_code,
                codes.sheet_password.expose()
            ),
            codes.operator_password.expose().clone(),
        ),
        None => ("It holds the identification code and the password.".to_owned(), at(OPERATOR_PASSWORD_FILE)),
    };
    format!(
        "\
Sekisho is up on this machine. 関所が起動しました。

  public site      公開サイト    http://localhost:{public}
  application      新規申請      http://localhost:{public}/enrol
  mail             届いたメール  http://localhost:{public}/outbox
  sample's site    ログイン画面  https://{SAMPLE}.localhost:{gate}
  sample's desk    窓口          https://{SAMPLE}.desk.localhost:{gate}
  console          運用者        https://console.localhost:{gate}
  metrics                        http://127.0.0.1:{metrics}/metrics

Begin here  はじめに
  1. Open the contract sheet (ご契約者様用管理シート): {sheet}
     {sheet_codes}
     e-mail: {SAMPLE_ADMINISTRATOR_EMAIL}
  2. Apply at http://localhost:{public}/enrol with {data_entry}
  3. The PIN comes by mail: http://localhost:{public}/outbox
  4. Import the file into the browser, then open https://{SAMPLE}.localhost:{gate}

Operator's certificate  運用者の電子証明書
  {operator}
  password: {password}

Let the browser trust this machine's own names (localhost only)
  Linux (Chromium):  mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n sekisho-localhost -i {ca}
  macOS:             security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {ca}
  Windows:           certutil -user -addstore Root {ca}
  Firefox:           Settings > Privacy & Security > Certificates > View Certificates > Authorities > Import

Ctrl-C ends it; the next start continues.
",
        sheet = at(&format!("sheets/{SAMPLE}/sheet.html")),
        data_entry = at(&format!("sheets/{SAMPLE}/data_entry.txt")),
        operator = at(OPERATOR_FILE),
    )
}

/// The same for programs: `ready.json`.
pub(super) fn ready_json(folder: &Path, ports: Ports) -> String {
    let Ports { public, gate, metrics } = ports;
    let ready = json!({
        "public_url": format!("http://localhost:{public}"),
        "http_port": public,
        "gate_port": gate,
        "metrics_port": metrics,
        "data_dir": folder,
        "mail_dir": folder.join("mail"),
        "sheet_dir": folder.join("sheets"),
        "server_ca": folder.join(CERTIFICATE_NAME),
        "console_url": format!("https://console.localhost:{gate}"),
        "operator": {
            "p12": folder.join(OPERATOR_FILE),
            "password_file": folder.join(OPERATOR_PASSWORD_FILE),
        },
        "sample": {
            "site_url": format!("https://{SAMPLE}.localhost:{gate}"),
            "desk_url": format!("https://{SAMPLE}.desk.localhost:{gate}"),
            "administrator_email": SAMPLE_ADMINISTRATOR_EMAIL,
            "sheet": folder.join("sheets").join(SAMPLE).join("sheet.html"),
            "data_entry": folder.join("sheets").join(SAMPLE).join("data_entry.txt"),
        },
    });
    format!("{ready:#}\n")
}
