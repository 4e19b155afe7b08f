//! Every configuration key there is, in the order of the manual.
//!
//! **Invariant:** the structural check, the manual's page and its example read this one table; a test
//! keeps it equal to what [`super::file::ConfigFile`] takes.

use super::key::{Absent, Key, Kind};

macro_rules! keys {
    ($($path:literal $kind:ident $absent:expr, $unit:literal, $example:literal, $en:literal, $ja:literal;)*) => {
        &[$(Key {
            path: $path,
            kind: Kind::$kind,
            absent: $absent,
            unit: $unit,
            en: $en,
            ja: $ja,
            example: $example,
        }),*]
    };
}

use Absent::{Means, Refused, Unset};

/// All keys.
pub(crate) const KEYS: &[Key] = keys! {
    "public_url" Text Refused, "https address", "https://sekisho.example.jp",
        "Address of the public site; every absolute address of ours begins with it or with a site's name.",
        "公開サイトのアドレス。当サービスの絶対アドレスは、これか、各サイトのホスト名で始まります。";
    "site_suffix" Text Refused, "host name", "example.jp",
        "Domain under which the sites live: TENANT.example.jp, TENANT.desk.example.jp, console.example.jp, and names below retry.example.jp.",
        "サイトを置くドメイン。契約者.example.jp、契約者.desk.example.jp、console.example.jp、および retry.example.jp の下の名前を使います。";
    "data_folder" Text Means("\"/var/lib/sekisho\""), "folder", "/var/lib/sekisho",
        "Holds the lock and the control socket; only the service's own account may open it.",
        "ロックと制御用ソケットを置くフォルダー。サービスのアカウントだけが開けるようにします。";
    "database" Text Refused, "sqlite:///PATH or postgres://…", "postgres://sekisho@localhost/sekisho",
        "Where the records are kept. With a password in it, this file must not be readable by everybody: mode 0640.",
        "記録を保存するデータベース。パスワードを書いたときは、この設定ファイルを誰もが読めるままにはできません（権限 0640）。";
    "key_encryption_key_file" Text Refused, "file of 32 bytes, mode 0600", "/etc/sekisho/key-encryption-key",
        "Key that wraps the CA keys and other secrets in the database. Keep a copy in another place: without it the database is worthless.",
        "データベース内の認証局の鍵や秘密を包む鍵。別の場所に写しを保管してください。失うとデータベースは使えなくなります。";
    "audit_heads_file" Text Unset, "file", "/var/lib/sekisho/audit-heads.jsonl",
        "Where the signed heads of the audit log are added, one a minute at most, so that a removed end of the log shows; copy it to another machine. Without it: audit-heads.jsonl in data_folder.",
        "操作の記録の署名(多くても1分に1行)を書き足すファイル。記録の末尾が消されても分かるように、別のマシンにも写してください。書かなければ data_folder の audit-heads.jsonl です。";
    "gate.listen" Text Means("\"0.0.0.0:443\""), "address:port", "0.0.0.0:443",
        "Where the gate takes TLS connections.",
        "関所（TLS）の待ち受けアドレス。";
    "gate.public_port" Number Means("443"), "port", "443",
        "Port that visitors type, if a packet filter maps it to another one.",
        "利用者から見たポート番号（転送で変わる場合）。";
    "gate.connections_max" Number Means("10000"), "connections", "10000",
        "Connections held at once; further ones wait in the system's queue. One client network (an IPv4 address, an IPv6 /64) gets half of them at most.",
        "同時に保持する接続の数。超えた接続は待ち行列で待ちます。1つの接続元（IPv4アドレス、またはIPv6の/64）が使えるのは、多くてもその半分です。";
    "gate.upstream_connections_max" Number Means("20000"), "connections", "20000",
        "Connections to all applications at once, WebSockets and idle ones too. A quarter is for requests, the rest for WebSockets, and one site gets half of either at most. See the section about open files.",
        "アプリケーションへ同時に張る接続の数(WebSocket と待機中のものを含む)。4分の1が通常の要求、残りが WebSocket の分です。1つのサイトが使えるのは、多くてもそれぞれの半分です。開けるファイルの数については、導入の章をご覧ください。";
    "gate.requests_per_site_max" Number Means("1000"), "requests", "1000",
        "Requests to one site's application under way at once, until the end of their answers; further ones are answered with busy, 503. A site may have a number of its own: sekisho tenant upstream --requests-max.",
        "1つのサイトのアプリケーションへ同時に送れる要求の数(応答が終わるまで数えます)。超えた要求には busy（503）と答えます。サイトごとの数は sekisho tenant upstream --requests-max で決められます。";
    "gate.requests_per_certificate_max" Number Means("64"), "requests", "64",
        "The same with one certificate.",
        "1枚の電子証明書で同時に送れる要求の数。";
    "gate.websockets_per_site_max" Number Means("10000"), "WebSockets", "10000",
        "WebSockets to one site's application open at once; they are counted apart from requests. A site may have a number of its own: sekisho tenant upstream --websockets-max.",
        "1つのサイトのアプリケーションへ同時に開ける WebSocket の数。通常の要求とは別に数えます。サイトごとの数は sekisho tenant upstream --websockets-max で決められます。";
    "gate.websockets_per_certificate_max" Number Means("64"), "WebSockets", "64",
        "The same with one certificate.",
        "1枚の電子証明書で同時に開ける WebSocket の数。";
    "gate.status_staleness_seconds" Number Means("60"), "seconds", "60",
        "How long the gate goes on without news from the database before it answers status-stale.",
        "データベースから状態を読めなくなってから status-stale と答えるまでの時間。";
    "http.listen" Text Means("\"0.0.0.0:80\""), "address:port", "0.0.0.0:80",
        "Plain HTTP: issuer certificates and revocation lists; a site's name leads to the site over HTTPS, everything else to public_url.",
        "平文HTTP。認証局証明書と失効リストだけを配り、サイトの名前はそのサイトの HTTPS へ、ほかは public_url へ転送します。";
    "http.public_url" Text Unset, "http address", "http://sekisho.example.jp",
        "Where that listener is reached from outside; written into certificates. Without it: public_url with http, port 80.",
        "外から見た平文HTTPのアドレス。証明書に書き込まれます。書かなければ public_url のホストの http（80番）です。";
    "metrics.listen" Text Means("\"127.0.0.1:9090\""), "address:port", "127.0.0.1:9090",
        "Prometheus metrics at /metrics, and /healthz, /readyz.",
        "/metrics（Prometheus）と /healthz、/readyz。";
    "tls" Tables Refused, "", "",
        "Server certificates, one [[tls]] for each; a site gets the one that names it.",
        "サーバー証明書。1枚ごとに [[tls]] を書きます。名前が合うものがサイトに使われます。";
    "tls.certificate_file" Text Refused, "PEM file", "/etc/sekisho/tls/example.jp.crt",
        "Certificate, then its chain.",
        "証明書と、続けてその証明書チェーン。";
    "tls.key_file" Text Refused, "PEM file, mode 0600 or 0640", "/etc/sekisho/tls/example.jp.key",
        "Its private key.",
        "その秘密鍵。";
    "mail.smtp_host" Text Refused, "host name", "smtp.example.jp",
        "Mail server that takes our mails.",
        "送信に使うメールサーバー。";
    "mail.smtp_port" Number Means("587"), "port", "587",
        "Its port.",
        "そのポート。";
    "mail.security" Text Means("\"starttls\""), "starttls, tls or none-loopback-only", "starttls",
        "How the connection is protected; none-loopback-only is refused for any host but this machine.",
        "接続の保護方法。none-loopback-only はこのマシン宛てのときだけ使えます。";
    "mail.username" Text Unset, "", "sekisho",
        "Account at the mail server; without it no sign-in is tried.",
        "メールサーバーのアカウント。書かなければ認証しません。";
    "mail.password_file" Text Unset, "file, mode 0600 or 0640", "/etc/sekisho/smtp-password",
        "File with the account's password in its first line.",
        "そのパスワードを1行目に書いたファイル。";
    "mail.sender_address" Text Refused, "e-mail address", "sekisho@example.jp",
        "Sender of every mail.",
        "メールの差出人アドレス。";
    "mail.sender_name" Text Refused, "", "Example 電子証明書サービス",
        "Name shown beside it.",
        "差出人の表示名。";
    "mail.sender_name_en" Text Unset, "", "Example certificate service",
        "The same on English mails. Without it: service.name_en.",
        "英語のメールでの差出人の表示名。書かなければ service.name_en です。";
    "mail.hello_name" Text Unset, "host name or address", "sekisho.example.jp",
        "What this machine calls itself to the mail server (EHLO); many servers take no mail from a name without a dot. Without it: the host of public_url.",
        "メールサーバーに名乗る名前（EHLO）。ドットのない名前からのメールを受け取らないサーバーが多くあります。書かなければ public_url のホスト名です。";
    "mail.connections" Number Means("4"), "connections", "4",
        "Mails on their way to the mail server at the same moment. Of several connections a quarter, and one at least, is kept for PINs and other mails that somebody waits for.",
        "メールサーバーへ同時に送るメールの数。2以上のときは、その4分の1（少なくとも1つ）を、PIN番号など人が待っているメールのために空けておきます。";
    "service.name_ja" Text Refused, "", "Example 電子証明書サービス",
        "Name of the service on Japanese pages and mails.",
        "日本語のページとメールでのサービス名。";
    "service.name_en" Text Refused, "", "Example certificate service",
        "Name of the service on English pages and mails.",
        "英語のページとメールでのサービス名。";
    "service.support_contact" Text Refused, "", "support@example.jp, 03-0000-0000",
        "Whom people may ask, as it is shown to them.",
        "問い合わせ先（そのまま表示されます）。";
    "service.time_zone" Text Means("\"Asia/Tokyo\""), "IANA time zone", "Asia/Tokyo",
        "Zone of the times that people see, and of the day on which a contract ends.",
        "表示する時刻と、契約終了日の時間帯。";
    "service.contract_grace_days" Number Means("30"), "days", "30",
        "Days from the end of a contract until its tenant is shut out.",
        "契約の終了から利用停止までの日数。";
    "limits.people_max" Number Means("200000"), "people", "200000",
        "People on record of one tenant.",
        "1つの契約者が登録できるユーザーの数。";
    "limits.imports_kept_max" Number Means("100"), "imports", "100",
        "Imports kept of one tenant; the oldest finished one makes room, unfinished ones do not.",
        "1つの契約者について残しておく取り込みの数。超えると、終わったものを古い順に消します。終わっていないものは消しません。";
    "limits.bulk_mails_per_day_max" Number Means("200000"), "mails a day", "200000",
        "Invitations that one tenant may send by import or to several people at once within a day.",
        "1つの契約者が、取り込みや一括操作で1日に送れる招待メールの数。";
    "log.format" Text Means("\"text\""), "text or json", "text",
        "Form of the log on standard error. In the text form, letters beyond printable ASCII are written by their number, such as \\u{95a2}; json keeps them.",
        "標準エラー出力に書くログの形式。text では、印字できるASCII以外の文字を \\u{95a2} のような番号で書きます。json ではそのまま残ります。";
    "log.level" Text Means("\"info\""), "error, warn, info, debug or trace", "info",
        "What is logged.",
        "ログの詳しさ。";
};
