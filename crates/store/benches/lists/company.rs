//! A company of 100,000 people and 1,000,000 certificates, written straight into an empty database.
//!
//! 90,000 people have eleven or twelve certificates: five expired, one revoked, the others in force. Of those
//! others one in fifty is on hold, one in fifty is revoked and one in fifty has expired. One person in fifty
//! is suspended. The last 10,000 people are not invited, are invited, are applying, or wait for their pickup.

use domain::{
    id::{CertificateId, TenantId, UserId},
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use store::StoreUrl;

pub(crate) const PEOPLE: u64 = 100_000;
pub(crate) const CERTIFICATES: u64 = 1_000_000;
const WITH_CERTIFICATES: u64 = 90_000;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// The first octet of the ids of each table.
#[derive(Clone, Copy)]
enum Kind {
    Tenant = 1,
    User,
    Issuer,
    Invitation,
    Application,
    Certificate,
    Mail,
}

fn id(kind: Kind, number: u64) -> [u8; 16] {
    let mut bytes = u128::from(number).to_be_bytes();
    bytes[0] = kind as u8;
    bytes
}

pub(crate) fn tenant() -> TenantId {
    TenantId::from_slice(&id(Kind::Tenant, 0)).expect("16 octets")
}

pub(crate) fn user(number: u64) -> UserId {
    UserId::from_slice(&id(Kind::User, number)).expect("16 octets")
}

pub(crate) fn certificate(number: u64) -> CertificateId {
    CertificateId::from_slice(&id(Kind::Certificate, number)).expect("16 octets")
}

pub(crate) fn login_name(number: u64) -> String {
    format!("user{number:06}")
}

/// Where the two databases differ.
#[derive(Clone, Copy)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    fn id(self, kind: Kind, number: &str) -> String {
        let kind = kind as u8;
        match self {
            Self::Sqlite => format!("unhex(printf('{kind:02x}%030x', {number}))"),
            Self::Postgres => {
                format!("decode('{kind:02x}' || lpad(to_hex(CAST({number} AS BIGINT)), 30, '0'), 'hex')")
            }
        }
    }

    fn hash(self) -> &'static str {
        match self {
            Self::Sqlite => "zeroblob(32)",
            Self::Postgres => "decode(repeat('00', 32), 'hex')",
        }
    }

    /// `user` and six digits.
    fn login_name(self) -> &'static str {
        match self {
            Self::Sqlite => "printf('user%06d', n)",
            Self::Postgres => "'user' || lpad(CAST(n AS TEXT), 6, '0')",
        }
    }

    /// `WITH series (n)`: the numbers from `first` to `end`, without it.
    fn series(self, first: u64, end: u64) -> String {
        match self {
            Self::Sqlite => format!(
                "WITH RECURSIVE series (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n + 1 < {end})"
            ),
            Self::Postgres => {
                format!("WITH series (n) AS (SELECT generate_series(CAST({first} AS BIGINT), {end} - 1))")
            }
        }
    }
}

/// The statements that fill the database, in the order of their references.
fn statements(dialect: Dialect) -> Vec<String> {
    let (now, day) = (NOW.as_millisecond(), 86_400_000);
    let (tenant, issuer) = (dialect.id(Kind::Tenant, "0"), dialect.id(Kind::Issuer, "0"));
    let (hash, login_name) = (dialect.hash(), dialect.login_name());
    let (person, ids) = (dialect.id(Kind::User, "n"), |kind| dialect.id(kind, "n"));
    let owner = dialect.id(Kind::User, &format!("n % {WITH_CERTIFICATES}"));
    let (invitation, mail) = (ids(Kind::Invitation), ids(Kind::Mail));
    let (application, certificate) = (ids(Kind::Application), ids(Kind::Certificate));
    let latest_applicant = dialect.id(Kind::User, &format!("n - {CERTIFICATES}"));
    let all = dialect.series(0, PEOPLE);
    let all_certificates = dialect.series(0, CERTIFICATES);
    let applicants = dialect.series(CERTIFICATES + 96_000, CERTIFICATES + PEOPLE);
    let apply = "INSERT INTO application (id, reference, tenant_id, user_id, family_name, given_name, email,
             device_name, consent_version, consent_text_sha256, consent_at, consent_address, submitted_at, state,
             state_since, pin_hash, pin_expires_at, pin_wrong_tries, pin_mails)";
    let applied = format!("'Sato', 'Taro', 'a@example.jp', 'PC', '1', {hash}, {now}, '192.0.2.1', {now}");
    vec![
        format!(
            "INSERT INTO tenant (id, kind, slug, display_name, organization, identification_code, contract_number,
                 seats, valid_until, policy, support_contact, locale, state, state_since, search_text)
             VALUES ({tenant}, 'customer', 'large', 'L', 'L', 'code', 'C-1', {CERTIFICATES}, {now} + CAST(365 AS BIGINT) * {day},
                 '{{}}', '', 'ja', 'active', {now}, 'large')"
        ),
        format!(
            "INSERT INTO issuer (id, kind, tenant_id, generation, certificate_der, key_sealed, created_at)
             VALUES ({issuer}, 'tenant', {tenant}, 1, {hash}, {hash}, {now})"
        ),
        format!(
            "INSERT INTO user_account (id, tenant_id, role, login_name, display_name, reading, family_name, given_name,
                 email, email_folded, group_keys, note, locale, state, state_since, search_text)
             {all}, named (n, login_name, family, given, reading) AS (
                 SELECT n, {login_name},
                     CASE n % 5 WHEN 0 THEN '佐藤' WHEN 1 THEN '鈴木' WHEN 2 THEN '高橋' WHEN 3 THEN '田中' ELSE '伊藤' END,
                     CASE n % 3 WHEN 0 THEN '太郎' WHEN 1 THEN '花子' ELSE '翔太' END,
                     CASE n % 5 WHEN 0 THEN 'さとう' WHEN 1 THEN 'すずき' WHEN 2 THEN 'たかはし' WHEN 3 THEN 'たなか'
                         ELSE 'いとう' END
                 FROM series)
             SELECT {person}, {tenant}, CASE n WHEN 0 THEN 'administrator' ELSE 'user' END, login_name,
                 family || ' ' || given, reading, 'Sato', 'Taro', login_name || '@example.jp',
                 login_name || '@example.jp',
                 CASE WHEN n % 2 = 0 THEN '[\"tokyo\",\"sales\"]' WHEN n % 500 = 1 THEN '[\"dev\"]' ELSE '[]' END, '', 'ja', CASE n % 50 WHEN 3 THEN 'suspended' ELSE 'active' END, {now},
                 login_name || '\n' || login_name || '@example.jp' || '\n' || family || ' ' || given || '\n' || reading
                     || '\n' || 'sato taro'
             FROM named"
        ),
        format!(
            "INSERT INTO mail_delivery (tenant_id, user_id, effect_id, purpose, standing, standing_since)
             {all} SELECT {tenant}, {person}, {mail}, 'notice', CASE n % 100 WHEN 7 THEN 'refused' ELSE 'sent' END, {now}
             FROM series"
        ),
        format!(
            "INSERT INTO invitation (id, tenant_id, user_id, kind, secret_hash, expires_at, spent_at)
             {all} SELECT {invitation}, {tenant}, {person}, 'personal', {hash},
                 CASE WHEN n < 94000 THEN {now} + {day} * CAST(7 AS BIGINT) ELSE {now} - {day} END,
                 CASE WHEN n < {WITH_CERTIFICATES} OR n >= 96000 THEN {now} END
             FROM series WHERE n < {WITH_CERTIFICATES} OR n >= 92000"
        ),
        format!(
            "{apply} {all_certificates}
             SELECT {application}, 'r' || n, {tenant}, {owner}, {applied}, 'picked-up', {now}, NULL, NULL, 0, 1
             FROM series"
        ),
        format!(
            "{apply} {applicants}
             SELECT {application}, 'r' || n, {tenant}, {latest_applicant}, {applied},
                 CASE n % 2 WHEN 0 THEN 'submitted' ELSE 'approved' END, {now},
                 CASE n % 2 WHEN 1 THEN {hash} END, CASE n % 2 WHEN 1 THEN {now} + {day} END, 0, n % 2
             FROM series"
        ),
        format!(
            "INSERT INTO certificate (id, tenant_id, user_id, application_id, issuer_id, serial, device_type,
                 device_name, not_before, not_after, state, revoked_at, revocation_reason, recorded_at, picked_up_at,
                 proved_at)
             {all_certificates}, made (n, owner, round) AS (
                 SELECT n, n % {WITH_CERTIFICATES}, n / {WITH_CERTIFICATES} FROM series),
             told (n, owner, round, state) AS (
                 SELECT n, owner, round, CASE WHEN round = 5 OR (round > 5 AND owner % 50 = 1) THEN 'revoked'
                     WHEN round > 5 AND owner % 50 = 0 THEN 'on-hold' ELSE 'valid' END
                 FROM made)
             SELECT {certificate}, {tenant}, {owner}, {application}, {issuer}, {certificate}, 'windows', 'PC',
                 {now} - {day} * CAST(400 AS BIGINT),
                 CASE WHEN round < 5 OR owner % 50 = 2 THEN {now} - {day} * (1 + n % 1000)
                     ELSE {now} + {day} * (1 + n % 365) END,
                 state, CASE WHEN state <> 'valid' THEN {now} END,
                 CASE state WHEN 'revoked' THEN 1 WHEN 'on-hold' THEN 6 END, {now}, {now},
                 CASE WHEN owner % 10 <> 4 THEN {now} END
             FROM told"
        ),
        "ANALYZE".to_owned(),
    ]
}

/// Fills a migrated database.
pub(crate) async fn fill(url: &StoreUrl) {
    match url {
        StoreUrl::Sqlite(path) => {
            let address = format!("sqlite://{}", path.display());
            let mut connection = SqliteConnection::connect(&address).await.expect("opens");
            connection.execute("PRAGMA synchronous = OFF").await.expect("sets");
            for statement in statements(Dialect::Sqlite) {
                connection.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.expect("fills");
            }
            connection.close().await.expect("closes");
        }
        StoreUrl::Postgres(address) => {
            let mut connection = PgConnection::connect(address).await.expect("opens");
            for statement in statements(Dialect::Postgres) {
                connection.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.expect("fills");
            }
        }
    }
}

/// Runs `ANALYZE` and vacuum, as autovacuum does within minutes: before that, counts by an index read every
/// row of PostgreSQL.
pub(crate) async fn settle(url: &StoreUrl) {
    if let StoreUrl::Postgres(address) = url {
        let mut connection = PgConnection::connect(address).await.expect("opens");
        connection.execute("VACUUM ANALYZE").await.expect("vacuums");
    }
}
