//! The words for a newcomer when `sekisho up` is ready, and the same for programs.

use super::{
    PortNumbers,
    first_start::{Codes, OPERATOR_PASSWORD_FILE, SAMPLE, SAMPLE_ADMINISTRATOR_EMAIL},
};
use crate::{data_folder::OPERATOR_FILE, wiring::localhost_ca::CERTIFICATE_NAME};
use serde_json::json;
use std::path::Path;

/// Addresses, files and the way to trust the server certificates.
pub(super) fn text(folder: &Path, ports: PortNumbers, codes: Option<&Codes>) -> String {
    let PortNumbers { public, gate, metrics } = ports;
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
  sample's service サービス      https://{SAMPLE}.localhost:{gate}
  administration   管理画面      https://{SAMPLE}.desk.localhost:{gate}
  console          運用者        https://console.localhost:{gate}
  metrics                        http://127.0.0.1:{metrics}/metrics

First: let the browser trust this machine's own names (localhost only), then restart it
はじめに: このマシンの名前をブラウザーに信頼させ、ブラウザーを起動し直します
  Linux (Chromium):  mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n sekisho-localhost -i {ca}
                     (certutil and pk12util come with libnss3-tools  certutil と pk12util は libnss3-tools にあります)
  macOS:             security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {ca}
  Windows:           certutil -user -addstore Root {ca}
  Firefox:           Settings > Privacy & Security > Certificates > View Certificates > Authorities > Import: {ca}

Then  次に
  1. Open the contract sheet  管理シートを開きます: {sheet}
     {sheet_codes}
     e-mail  メールアドレス: {SAMPLE_ADMINISTRATOR_EMAIL}
  2. Apply  申請します: http://localhost:{public}/enrol?door=sheet
     with  使うファイル: {data_entry}
  3. The PIN comes by mail  PIN番号がメールで届きます: http://localhost:{public}/outbox
  4. Import the file into the browser, then open  インポートして開きます: https://{SAMPLE}.localhost:{gate}

Operator's certificate for the console  コンソールを開く、運用者の電子証明書
  {operator}
  password  パスワード: {password}
  Linux (Chromium):  pk12util -d sql:$HOME/.pki/nssdb -i {operator}   (then restart the browser  その後、起動し直します)

To log each request on standard error, start it as  要求の記録を残すには:  SEKISHO_LOG=warn,access=info sekisho up
Ctrl-C ends it; the next start continues.
",
        sheet = at(&format!("sheets/{SAMPLE}/sheet.html")),
        data_entry = at(&format!("sheets/{SAMPLE}/data_entry.txt")),
        operator = at(OPERATOR_FILE),
    )
}

/// The same for programs: `ready.json`.
pub(super) fn ready_json(folder: &Path, ports: PortNumbers) -> String {
    let PortNumbers { public, gate, metrics } = ports;
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
