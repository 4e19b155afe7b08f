//! Data of released versions: this build opens them, and all work under way continues.
//!
//! The data are made by `tests/fixtures/VERSION/make.py` with the released binary.

mod fixture;
mod opened;

use crate::{
    faults::{mail_server::MailServer, mailbox::Notice, up::Up},
    served::service::{Service, Settings},
};
use fixture::Fixture;
use opened::{Opened, everything_of_0_1_0_is_there_and_goes_on};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use testkit::databases::PostgresDatabase;

/// A PIN of the release has expired by now; the test gives it a day more, as if the upgrade came in time.
const PIN_STILL_RUNS: &str = "UPDATE application SET pin_expires_at = $1 WHERE state = 'approved'";

/// A password that a person set with the release; nobody had set one when the data were made.
const PASSWORD: &str = "a password of 0.1.0";
const PASSWORD_WAS_SET: &str = "INSERT INTO portal_password (user_id, tenant_id, phc, set_at)
    SELECT u.id, u.tenant_id, $1, 0 FROM user_account u JOIN tenant t ON t.id = u.tenant_id
    WHERE u.login_name = 'proved' AND t.slug = 'kanto'";
const PASSWORD_PHC: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ZNYX6YbPrtcOjpUUQ9qGVxcQTmn8ojtT3+fdk81exgM";

/// Whenever the data were made, the certificates were picked up longer ago than they set a password up.
const PICKUPS_WERE_EARLIER: &str = "UPDATE certificate SET picked_up_at = $1 WHERE picked_up_at IS NOT NULL";

fn in_days(days: i32) -> i64 {
    use domain::time::{Clock, DAY};
    (sekisho::wiring::clock::SystemClock.now() + DAY * days).as_millisecond()
}

async fn sqlite(fixture: &Fixture) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(fixture.path("data/sekisho.sqlite"));
    SqliteConnection::connect_with(&options).await.expect("opens")
}

async fn up_of_0_1_0() -> (Fixture, Up) {
    let fixture = Fixture::unpacked("0.1.0/up.tar.gz");
    let mut database = sqlite(&fixture).await;
    sqlx::query(PIN_STILL_RUNS).bind(in_days(1)).execute(&mut database).await.expect("runs");
    sqlx::query(PASSWORD_WAS_SET).bind(PASSWORD_PHC).execute(&mut database).await.expect("is set");
    sqlx::query(PICKUPS_WERE_EARLIER).bind(in_days(-2)).execute(&mut database).await.expect("runs");
    database.close().await.expect("closes");
    std::fs::create_dir_all(fixture.path("data/mail")).expect("a folder");
    let up = Up::start(&fixture.path("data")).await;
    (fixture, up)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_of_0_1_0_opens_and_everything_in_it_goes_on() {
    let (fixture, up) = up_of_0_1_0().await;
    everything_of_0_1_0_is_there_and_goes_on(&Opened::Up(&up), &fixture).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_database_of_0_1_0_opens_and_everything_in_it_goes_on() {
    let Some(database) = PostgresDatabase::new().await else { return };
    let fixture = Fixture::unpacked("0.1.0/serve.tar.gz");
    let dump = std::fs::read_to_string(fixture.path("dump.sql")).expect("a dump");
    let mut connection = PgConnection::connect(&database.url()).await.expect("the server answers");
    connection.execute(sqlx::raw_sql(AssertSqlSafe(dump))).await.expect("the dump holds");
    connection.execute("SET search_path = public").await.expect("sets");
    sqlx::query(PIN_STILL_RUNS).bind(in_days(1)).execute(&mut connection).await.expect("runs");
    sqlx::query(PASSWORD_WAS_SET).bind(PASSWORD_PHC).execute(&mut connection).await.expect("is set");
    sqlx::query(PICKUPS_WERE_EARLIER).bind(in_days(-2)).execute(&mut connection).await.expect("runs");
    connection.close().await.expect("closes");
    let settings = Settings::postgres(&database.url());
    settings.restore(&fixture.path("key-encryption-key"), &fixture.path("data/audit-heads.jsonl"));
    let mail = MailServer::open(settings.smtp_port).await;
    let service = Service::start(&settings).await;
    everything_of_0_1_0_is_there_and_goes_on(&Opened::Service(&service), &fixture).await;
    // The waiting mail of the outbox leaves.
    crate::faults::program::eventually("the invitation that waited", async || {
        mail.letters().iter().any(|(to, _)| to == "late@kanto.example").then_some(())
    })
    .await;
    assert!(mail.letters().iter().all(|(_, letter)| Notice::of(letter).is_none()), "no PIN is sent twice");
    service.kill().await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_kept_or_erased_pkcs12_stays_in_the_file_of_0_1_0() {
    let fixture = Fixture::unpacked("0.1.0/up.tar.gz");
    let mut database = sqlite(&fixture).await;
    let kept: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT modern_sealed FROM pickup").fetch_all(&mut database).await.expect("rows");
    database.close().await.expect("closes");
    let middle = |sealed: &Vec<u8>| sealed[sealed.len() / 2..][..64].to_vec();
    let kept: Vec<Vec<u8>> = kept.iter().map(middle).collect();
    assert_eq!(kept.len(), 1);
    let erased = fixture.erased_pickups();
    assert!(
        !fixture.found(&kept).is_empty() && !fixture.found(&erased).is_empty(),
        "there is something to clean"
    );
    std::fs::create_dir_all(fixture.path("data/mail")).expect("a folder");
    let up = Up::start(&fixture.path("data")).await;
    assert_eq!(fixture.found(&erased), Vec::<usize>::new(), "cleaned before the first visitor comes");
    crate::faults::program::eventually("the erasing of what was kept", async || {
        fixture.found(&kept).is_empty().then_some(())
    })
    .await;
    up.kill().await;
}
