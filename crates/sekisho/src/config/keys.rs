//! Every configuration key, in the order of the manual, with one declaration each.
//!
//! The program's settings, the reading of the file, its checks, the defaults and the manual's pages follow
//! from these declarations.
//!
//! Read next: `declaration` (the form of a row), `forms` (how values are read).

use super::{
    declaration::{KeyAnswers, NotedMistake, Settings, answer, key, other_settings, settings},
    file::File,
    forms::{
        address, beside, certificate_words, database, either, email_address, file, hello_name, host_in,
        host_name, listener, log_level, number, path, seconds, secret_file, secret_line, smtp_security, text,
        time_zone, words,
    },
    key::Key,
};
use crate::{audit_heads_file::AUDIT_HEADS_NAME, data_folder::Readers};
use authority::mail::{CONNECTIONS_DEFAULT, smtp::SmtpSecurity};
use domain::{bounds::TenantBounds, email::EmailAddress, host_name::HostName, secret::Secret};
use gate::UpstreamBounds;
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use store::StoreUrl;

/// The default of `data_folder`.
const DATA_FOLDER: &str = "/var/lib/sekisho";

settings! {
    /// The settings that an installation gets from outside.
    pub struct Config {
        public_url: String {
            key: "public_url", absent: required, form: address("https://"),
            unit: "https address", example: "https://sekisho.example.jp",
            en: "Address of the public site; every absolute address of ours begins with it or with a site's name.",
            ja: "公開サイトのアドレス。当サービスの絶対アドレスは、これか、各サイトのホスト名で始まります。",
        },
        site_suffix: HostName {
            key: "site_suffix", absent: required, form: host_name(),
            unit: "host name", example: "example.jp",
            en: "Domain under which the sites live: TENANT.example.jp, TENANT.desk.example.jp, console.example.jp, and names below retry.example.jp.",
            ja: "サイトを置くドメイン。契約者.example.jp、契約者.desk.example.jp、console.example.jp、および retry.example.jp の下の名前を使います。",
        },
        data_folder: PathBuf {
            key: "data_folder", absent: means(DATA_FOLDER), form: path(),
            unit: "folder",
            en: "Holds the lock and the control socket; only the service's own account may open it.",
            ja: "ロックと制御用ソケットを置くフォルダー。サービスのアカウントだけが開けるようにします。",
        },
        database: StoreUrl {
            key: "database", absent: required, form: database(),
            unit: "sqlite:///PATH or postgres://…", example: "postgres://sekisho@localhost/sekisho",
            en: "Where the records are kept. With a password in it, this file must not be readable by everybody: mode 0640.",
            ja: "記録を保存するデータベース。パスワードを書いたときは、この設定ファイルを誰もが読めるままにはできません（権限 0640）。",
        },
        key_encryption_key_file: PathBuf {
            key: "key_encryption_key_file", absent: required, form: secret_file(Readers::Owner),
            unit: "file of 32 bytes, mode 0600", example: "/etc/sekisho/key-encryption-key",
            en: "Key that wraps the CA keys and other secrets in the database. Keep a copy in another place: without it the database is worthless.",
            ja: "データベース内の認証局の鍵や秘密を包む鍵。別の場所に写しを保管してください。失うとデータベースは使えなくなります。",
        },
        audit_heads_file: PathBuf {
            key: "audit_heads_file", absent: taken_from(audit_heads_in_data_folder), form: path(),
            unit: "file", example: "/var/lib/sekisho/audit-heads.jsonl",
            en: "Where the signed heads of the audit log are added, one a minute at most, so that a removed end of the log shows; copy it to another machine. Without it: audit-heads.jsonl in data_folder.",
            ja: "操作の記録の署名(多くても1分に1行)を書き足すファイル。記録の末尾が消されても分かるように、別のマシンにも写してください。書かなければ data_folder の audit-heads.jsonl です。",
        },
        /// The gate's doors and limits.
        gate: GateSettings,
        http_listen: SocketAddr {
            key: "http.listen", absent: means("0.0.0.0:80"), form: listener(),
            unit: "address:port",
            en: "Plain HTTP: issuer certificates and revocation lists; a site's name leads to the site over HTTPS, everything else to public_url.",
            ja: "平文HTTP。認証局証明書と失効リストだけを配り、サイトの名前はそのサイトの HTTPS へ、ほかは public_url へ転送します。",
        },
        publication_url: String {
            key: "http.public_url", absent: taken_from(public_url_by_plain_http), form: address("http://"),
            unit: "http address", example: "http://sekisho.example.jp",
            en: "Where that listener is reached from outside; written into certificates. Without it: public_url with http, port 80.",
            ja: "外から見た平文HTTPのアドレス。証明書に書き込まれます。書かなければ public_url のホストの http（80番）です。",
        },
        metrics_listen: SocketAddr {
            key: "metrics.listen", absent: means("127.0.0.1:9090"), form: listener(),
            unit: "address:port",
            en: "Prometheus metrics at /metrics, and /healthz, /readyz.",
            ja: "/metrics（Prometheus）と /healthz、/readyz。",
        },
        /// The gate's certificates.
        tls: TlsSettings,
        /// The transport of mail.
        transport: MailTransportKeys,
        /// The sender of mail.
        mail: MailSettings,
        /// The names of the service.
        service: ServiceSettings,
        /// How much one tenant may use of shared resources.
        limits: TenantBounds,
        /// The log.
        log: LogSettings,
    }
}

settings! {
    /// The gate's doors and limits.
    pub struct GateSettings {
        listen: SocketAddr {
            key: "gate.listen", absent: means("0.0.0.0:443"), form: listener(),
            unit: "address:port",
            en: "Where the gate takes TLS connections.",
            ja: "関所（TLS）の待ち受けアドレス。",
        },
        public_port: u16 {
            key: "gate.public_port", absent: means(443), form: number(1..=65_535),
            unit: "port",
            en: "Port that visitors type, if a packet filter maps it to another one.",
            ja: "利用者から見たポート番号（転送で変わる場合）。",
        },
        connections_max: usize {
            key: "gate.connections_max", absent: means(10_000), form: number(1..=1_000_000),
            unit: "connections",
            en: "Connections held at once; further ones wait in the system's queue. One client network (an IPv4 address, an IPv6 /64) gets half of them at most.",
            ja: "同時に保持する接続の数。超えた接続は待ち行列で待ちます。1つの接続元（IPv4アドレス、またはIPv6の/64）が使えるのは、多くてもその半分です。",
        },
        /// Bounds on what is under way to applications.
        upstreams: UpstreamBounds,
        status_staleness: Duration {
            key: "gate.status_staleness_seconds", absent: means(60), form: seconds(1..=86_400),
            unit: "seconds",
            en: "How long the gate goes on without news from the database before it answers status-stale.",
            ja: "データベースから状態を読めなくなってから status-stale と答えるまでの時間。",
        },
    }
}

other_settings! {
    UpstreamBounds {
        connections_max {
            key: "gate.upstream_connections_max", form: number(1..=1_000_000), unit: "connections",
            en: "Connections to all applications at once, WebSockets and idle ones too. A quarter is for requests, the rest for WebSockets, and one site gets half of either at most. See the section about open files.",
            ja: "アプリケーションへ同時に張る接続の数(WebSocket と待機中のものを含む)。4分の1が通常の要求、残りが WebSocket の分です。1つのサイトが使えるのは、多くてもそれぞれの半分です。開けるファイルの数については、導入の章をご覧ください。",
        },
        requests_per_site_max {
            key: "gate.requests_per_site_max", form: number(1..=1_000_000), unit: "requests",
            en: "Requests to one site's application under way at once, until the end of their answers; further ones are answered with busy, 503. A site may have a number of its own: sekisho tenant upstream --requests-max.",
            ja: "1つのサイトのアプリケーションへ同時に送れる要求の数(応答が終わるまで数えます)。超えた要求には busy（503）と答えます。サイトごとの数は sekisho tenant upstream --requests-max で決められます。",
        },
        requests_per_certificate_max {
            key: "gate.requests_per_certificate_max", form: number(1..=1_000_000), unit: "requests",
            en: "The same with one certificate.",
            ja: "1枚の電子証明書で同時に送れる要求の数。",
        },
        tunnels_per_site_max {
            key: "gate.websockets_per_site_max", form: number(1..=1_000_000), unit: "WebSockets",
            en: "WebSockets to one site's application open at once; they are counted apart from requests. A site may have a number of its own: sekisho tenant upstream --websockets-max.",
            ja: "1つのサイトのアプリケーションへ同時に開ける WebSocket の数。通常の要求とは別に数えます。サイトごとの数は sekisho tenant upstream --websockets-max で決められます。",
        },
        tunnels_per_certificate_max {
            key: "gate.websockets_per_certificate_max", form: number(1..=1_000_000), unit: "WebSockets",
            en: "The same with one certificate.",
            ja: "1枚の電子証明書で同時に開ける WebSocket の数。",
        },
    }
}

/// The source of the gate's certificates.
#[derive(Debug, Clone)]
pub enum TlsSettings {
    /// PEM files, one pair for each certificate.
    Files(Vec<TlsFiles>),
    /// Made on demand below the data folder's own CA for localhost names (only under `sekisho up`).
    Localhost,
}

impl Settings for TlsSettings {
    fn ask(answers: &mut impl KeyAnswers) -> Result<Self, NotedMistake> {
        let key = key!(
            "tls",
            "",
            [],
            "Server certificates, one [[tls]] for each; a site gets the one that names it.",
            "サーバー証明書。1枚ごとに [[tls]] を書きます。名前が合うものがサイトに使われます。"
        );
        answers.tables(key).map(Self::Files)
    }
}

settings! {
    /// One certificate and its key.
    pub struct TlsFiles {
        certificate: PathBuf {
            key: "tls.certificate_file", absent: required, form: file(),
            unit: "PEM file", example: "/etc/sekisho/tls/example.jp.crt",
            en: "Certificate, then its chain.",
            ja: "証明書と、続けてその証明書チェーン。",
        },
        key: PathBuf {
            key: "tls.key_file", absent: required, form: secret_file(Readers::OwnerAndGroup),
            unit: "PEM file, mode 0600 or 0640", example: "/etc/sekisho/tls/example.jp.key",
            en: "Its private key.",
            ja: "その秘密鍵。",
        },
    }
}

settings! {
    /// The sender of mail.
    pub struct MailSettings {
        sender_address: EmailAddress {
            key: "mail.sender_address", absent: required, form: email_address(),
            unit: "e-mail address", example: "sekisho@example.jp",
            en: "Sender of every mail.",
            ja: "メールの差出人アドレス。",
        },
        sender_name: String {
            key: "mail.sender_name", absent: required, form: words(),
            unit: "", example: "Example 電子証明書サービス",
            en: "Name shown beside it.",
            ja: "差出人の表示名。",
        },
        sender_name_en: String {
            key: "mail.sender_name_en", absent: taken_from(english_service_name), form: words(),
            unit: "", example: "Example certificate service",
            en: "The same on English mails. Without it: service.name_en.",
            ja: "英語のメールでの差出人の表示名。書かなければ service.name_en です。",
        },
    }
}

/// The transport of mail.
#[derive(Debug, Clone)]
pub enum MailTransportKeys {
    /// Files in a folder (only under `sekisho up`).
    Folder(PathBuf),
    /// A mail server.
    Smtp(SmtpKeys),
}

impl Settings for MailTransportKeys {
    fn ask(answers: &mut impl KeyAnswers) -> Result<Self, NotedMistake> {
        SmtpKeys::ask(answers).map(Self::Smtp)
    }
}

settings! {
    /// A mail server.
    pub struct SmtpKeys {
        host: String {
            key: "mail.smtp_host", absent: required, form: words(),
            unit: "host name", example: "smtp.example.jp",
            en: "Mail server that takes our mails.",
            ja: "送信に使うメールサーバー。",
        },
        port: u16 {
            key: "mail.smtp_port", absent: means(587), form: number(1..=65_535),
            unit: "port",
            en: "Its port.",
            ja: "そのポート。",
        },
        security: SmtpSecurity {
            key: "mail.security", absent: means("starttls"), form: smtp_security("mail.smtp_host"),
            unit: "starttls, tls or none-loopback-only",
            en: "How the connection is protected; none-loopback-only is refused for any host but this machine.",
            ja: "接続の保護方法。none-loopback-only はこのマシン宛てのときだけ使えます。",
        },
        username: Option<String> {
            key: "mail.username", absent: unset, form: beside("mail.password_file", text()),
            unit: "", example: "sekisho",
            en: "Account at the mail server; without it no sign-in is tried.",
            ja: "メールサーバーのアカウント。書かなければ認証しません。",
        },
        password: Option<Secret<String>> {
            key: "mail.password_file", absent: unset, form: beside("mail.username", secret_line(Readers::OwnerAndGroup)),
            unit: "file, mode 0600 or 0640", example: "/etc/sekisho/smtp-password",
            en: "File with the account's password in its first line.",
            ja: "そのパスワードを1行目に書いたファイル。",
        },
        hello_name: String {
            key: "mail.hello_name", absent: taken_from(host_of_public_url), form: hello_name(),
            unit: "host name or address", example: "sekisho.example.jp",
            en: "What this machine calls itself to the mail server (EHLO); many servers take no mail from a name without a dot. Without it: the host of public_url.",
            ja: "メールサーバーに名乗る名前（EHLO）。ドットのない名前からのメールを受け取らないサーバーが多くあります。書かなければ public_url のホスト名です。",
        },
        connections: usize {
            key: "mail.connections", absent: means(CONNECTIONS_DEFAULT), form: number(1..=64),
            unit: "connections",
            en: "Mails on their way to the mail server at the same moment. Of several connections a quarter, and one at least, is kept for PINs and other mails that somebody waits for.",
            ja: "メールサーバーへ同時に送るメールの数。2以上のときは、その4分の1（少なくとも1つ）を、PIN番号など人が待っているメールのために空けておきます。",
        },
    }
}

settings! {
    /// The names of the service.
    pub struct ServiceSettings {
        name_ja: String {
            key: "service.name_ja", absent: required, form: words(),
            unit: "", example: "Example 電子証明書サービス",
            en: "Name of the service on Japanese pages and mails.",
            ja: "日本語のページとメールでのサービス名。",
        },
        name_en: String {
            key: "service.name_en", absent: required, form: certificate_words(),
            unit: "", example: "Example certificate service",
            en: "Name of the service on English pages and mails.",
            ja: "英語のページとメールでのサービス名。",
        },
        support_contact: String {
            key: "service.support_contact", absent: required, form: words(),
            unit: "", example: "support@example.jp, 03-0000-0000",
            en: "Whom people may ask, as it is shown to them.",
            ja: "問い合わせ先（そのまま表示されます）。",
        },
        time_zone: jiff::tz::TimeZone {
            key: "service.time_zone", absent: means("Asia/Tokyo"), form: time_zone(),
            unit: "IANA time zone",
            en: "Zone of the times that people see, and of the day on which a contract ends.",
            ja: "表示する時刻と、契約終了日の時間帯。",
        },
        contract_grace_days: u32 {
            key: "service.contract_grace_days", absent: means(30), form: number(0..=3650),
            unit: "days",
            en: "Days from the end of a contract until its tenant is shut out.",
            ja: "契約の終了から利用停止までの日数。",
        },
    }
}

other_settings! {
    TenantBounds {
        people_max {
            key: "limits.people_max", form: number(1..=10_000_000), unit: "people",
            en: "People on record of one tenant.",
            ja: "1つの契約者が登録できるユーザーの数。",
        },
        imports_kept_max {
            key: "limits.imports_kept_max", form: number(1..=100_000), unit: "imports",
            en: "Imports kept of one tenant; the oldest finished one makes room, unfinished ones do not.",
            ja: "1つの契約者について残しておく取り込みの数。超えると、終わったものを古い順に消します。終わっていないものは消しません。",
        },
        bulk_mails_per_day_max {
            key: "limits.bulk_mails_per_day_max", form: number(1..=10_000_000), unit: "mails a day",
            en: "Invitations that one tenant may send by import or to several people at once within a day.",
            ja: "1つの契約者が、取り込みや一括操作で1日に送れる招待メールの数。",
        },
    }
}

settings! {
    /// The log on standard error.
    #[derive(Copy, PartialEq, Eq)]
    pub struct LogSettings {
        format: LogFormat {
            key: "log.format", absent: means("text"), form: either(("text", LogFormat::Text), ("json", LogFormat::Json)),
            unit: "text or json",
            en: "Form of the log on standard error. In the text form, letters beyond printable ASCII are written by their number, such as \\u{95a2}; json keeps them.",
            ja: "標準エラー出力に書くログの形式。text では、印字できるASCII以外の文字を \\u{95a2} のような番号で書きます。json ではそのまま残ります。",
        },
        level: tracing::Level {
            key: "log.level", absent: means("info"), form: log_level(),
            unit: "error, warn, info, debug or trace",
            en: "What is logged.",
            ja: "ログの詳しさ。",
        },
    }
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object for each line.
    Json,
}

fn audit_heads_in_data_folder(file: &File<'_>) -> Option<String> {
    let folder = if file.has("data_folder") { file.text("data_folder")? } else { DATA_FOLDER };
    Some(format!("{folder}/{AUDIT_HEADS_NAME}"))
}

/// Port 80 (RFC 5280 §4.2.1.13: revocation lists are fetched over plain HTTP).
fn public_url_by_plain_http(file: &File<'_>) -> Option<String> {
    Some(format!("http://{}", host_of_public_url(file)?))
}

fn host_of_public_url(file: &File<'_>) -> Option<String> {
    let authority = file.text("public_url")?.strip_prefix("https://")?;
    host_in(authority.strip_suffix('/').unwrap_or(authority)).map(|host| host.to_string())
}

fn english_service_name(file: &File<'_>) -> Option<String> {
    file.text("service.name_en").filter(|name| !name.trim().is_empty()).map(str::to_owned)
}
