//! Measures how long the Administration's home, lists and searches wait for the database, with 100,000 people
//! and 1,000,000 certificates of one tenant. SQLite always runs; PostgreSQL runs where
//! `SEKISHO_TEST_POSTGRES_URL` names a server.
//!
//! `cargo xtask lists` runs the bench; the bench prints one table row per reading.

mod company;

use company::NOW;
use domain::{
    application::ApplicationState,
    id::CertificateId,
    list_key::ListKey,
    login_name::LoginName,
    user::{GroupKey, Progress, Role, UserSubset},
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::time::{Duration, Instant};
use store::{
    Lane, PageRequest, Reader, Store, StoreError, StoreUrl,
    certificates::CertificateFilter,
    users::{UserFilter, UsersAt},
};

/// The most repetitions of one reading; `READING_TIME_MAX` may end them earlier.
const READINGS_MAX: usize = 200;
const READING_TIME_MAX: Duration = Duration::from_secs(15);
const WARM_UP: usize = 3;
/// Rows per page.
const ROWS: u32 = 50;

/// What a page reads.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Home,
    FirstPage,
    PageAfter,
    PageBefore,
    Subset(UserSubset),
    Search(&'static str),
    SearchAfter(&'static str),
    SearchIn(&'static str, UserSubset),
    Filtered(Option<Role>, Option<&'static str>, &'static str),
    Person,
    Certificates,
    CertificatesAfter,
    CertificatesOfPerson,
}

impl Reading {
    fn all() -> Vec<Self> {
        let mut all = vec![Self::Home, Self::FirstPage, Self::PageAfter, Self::PageBefore];
        all.extend(UserSubset::ALL.map(Self::Subset));
        all.extend(
            ["user054321", "高橋", "taro", "nobody", "taro sato", "太郎 高橋 sales"].map(Self::Search),
        );
        all.extend(["高橋", "nobody"].map(Self::SearchAfter));
        let subsets = [UserSubset::At(Progress::Proved), UserSubset::EndingSoon, UserSubset::MailTrouble];
        all.extend(subsets.map(|subset| Self::SearchIn("高橋", subset)));
        all.push(Self::SearchIn("nobody", UserSubset::At(Progress::Proved)));
        all.push(Self::Filtered(Some(Role::Administrator), None, ""));
        all.push(Self::Filtered(Some(Role::User), None, ""));
        all.extend(["sales", "dev"].map(|group| Self::Filtered(None, Some(group), "")));
        all.push(Self::Filtered(Some(Role::User), Some("sales"), "taro sato"));
        all.extend([Self::Person, Self::Certificates, Self::CertificatesAfter, Self::CertificatesOfPerson]);
        all
    }

    fn name(self) -> String {
        match self {
            Self::Home => "home".to_owned(),
            Self::FirstPage => "users, first page".to_owned(),
            Self::PageAfter => "users, a page in the middle".to_owned(),
            Self::PageBefore => "users, the page before".to_owned(),
            Self::Subset(subset) => format!("users, {}", subset.name()),
            Self::Search(text) => format!("users, search for {text}"),
            Self::SearchAfter(text) => format!("users, search for {text}, behind the middle"),
            Self::SearchIn(text, subset) => format!("users, {}, search for {text}", subset.name()),
            Self::Filtered(role, group, text) => {
                let words = [role.map(Role::name), group, Some(text)].into_iter().flatten();
                format!("users, by role, group and text: {}", words.collect::<Vec<_>>().join(" ").trim())
            }
            Self::Person => "one user".to_owned(),
            Self::Certificates => "certificates, first page".to_owned(),
            Self::CertificatesAfter => "certificates, a page in the middle".to_owned(),
            Self::CertificatesOfPerson => "certificates of one user".to_owned(),
        }
    }

    async fn take(self, reader: &mut Reader) -> Result<(), StoreError> {
        match self {
            Self::Home => home(reader).await,
            Self::FirstPage => users(reader, UserFilter::default(), UsersAt::First).await,
            Self::PageAfter => users(reader, UserFilter::default(), UsersAt::After(middle())).await,
            Self::PageBefore => users(reader, UserFilter::default(), UsersAt::Before(middle())).await,
            Self::Subset(subset) => {
                users(reader, UserFilter { subset: Some(subset), ..UserFilter::default() }, UsersAt::First)
                    .await
            }
            Self::Search(search) => users(reader, search.into(), UsersAt::First).await,
            Self::SearchAfter(search) => users(reader, search.into(), UsersAt::After(middle())).await,
            Self::SearchIn(search, subset) => {
                users(
                    reader,
                    UserFilter { search, subset: Some(subset), ..UserFilter::default() },
                    UsersAt::First,
                )
                .await
            }
            Self::Filtered(role, group, search) => {
                let group = group.and_then(GroupKey::parse);
                let filter = UserFilter { search, role, group: group.as_ref(), ..UserFilter::default() };
                users(reader, filter, UsersAt::First).await
            }
            Self::Person => {
                let mut records = reader.tenant(company::tenant());
                records.user_progress(company::user(54_321)).await.map(drop)
            }
            Self::Certificates => {
                certificates(reader, CertificateFilter::All, PageRequest::first(ROWS)).await
            }
            Self::CertificatesAfter => {
                let middle = company::certificate(company::CERTIFICATES / 2);
                certificates(reader, CertificateFilter::All, PageRequest::after(middle, ROWS)).await
            }
            Self::CertificatesOfPerson => {
                let filter = CertificateFilter::User(company::user(54_321));
                certificates(reader, filter, PageRequest::first(ROWS)).await
            }
        }
    }
}

/// What the Administration's home reads.
async fn home(reader: &mut Reader) -> Result<(), StoreError> {
    let mut records = reader.tenant(company::tenant());
    records.users_by_progress().await?;
    records.application_count(ApplicationState::Submitted).await?;
    records.stopped_pickups(None, NOW, ROWS).await?;
    for subset in [UserSubset::MailTrouble, UserSubset::EndingSoon] {
        records.users_found(UserFilter { subset: Some(subset), ..UserFilter::default() }, NOW).await?;
    }
    records.seats_shown(NOW).await.map(drop)
}

/// What the list of users reads.
async fn users(reader: &mut Reader, filter: UserFilter<'_>, at: UsersAt) -> Result<(), StoreError> {
    let mut records = reader.tenant(company::tenant());
    records.user_groups(200).await?;
    records.find_users(filter, at, ROWS, NOW).await.map(drop)
}

fn middle() -> ListKey {
    let login = LoginName::parse(&company::login_name(company::PEOPLE / 2)).expect("a login name");
    ListKey::of_names("たかはし", "", &login)
}

async fn certificates(
    reader: &mut Reader,
    filter: CertificateFilter,
    request: PageRequest<CertificateId>,
) -> Result<(), StoreError> {
    reader.tenant(company::tenant()).certificates(filter, &request).await.map(drop)
}

/// Prints the median and the 99th percentile of a reading's times.
async fn measure(store: &Store, reading: Reading, database: &str) -> Result<(), StoreError> {
    let mut times = Vec::with_capacity(READINGS_MAX);
    let began = Instant::now();
    for number in 0..WARM_UP + READINGS_MAX {
        let at = Instant::now();
        reading.take(&mut store.read().await?).await?;
        if number >= WARM_UP {
            times.push(at.elapsed());
        }
        if number > WARM_UP && began.elapsed() > READING_TIME_MAX {
            break;
        }
    }
    times.sort_unstable();
    let at = |hundredths: usize| times[(times.len() * hundredths).div_ceil(100) - 1].as_secs_f64() * 1000.0;
    let (half, most, count) = (at(50), at(99), times.len());
    println!("| {} | {database} | {half:.1} | {most:.1} | {count} |", reading.name());
    Ok(())
}

async fn run(url: &StoreUrl, database: &str) -> Result<(), StoreError> {
    let store = Store::open(url).await?;
    store.migrate(NOW).await?;
    let began = Instant::now();
    company::fill(url).await;
    eprintln!("{database}: filled in {:.0} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    store.migrate(NOW).await?;
    eprintln!("{database}: how far people have come is kept after {:.0} s", began.elapsed().as_secs_f64());
    company::settle(url).await;
    let pages = store.on(Lane::Pages);
    for reading in Reading::all() {
        measure(&pages, reading, database).await?;
    }
    store.close().await;
    Ok(())
}

const URL_VARIABLE: &str = "SEKISHO_TEST_POSTGRES_URL";
const DATABASE: &str = "sekisho_lists";

#[tokio::main]
async fn main() -> Result<(), StoreError> {
    println!("| reading | database | p50 ms | p99 ms | times |\n|---|---|---|---|---|");
    let folder = tempfile::tempdir().expect("a folder");
    run(&StoreUrl::Sqlite(folder.path().join("sekisho.db")), "SQLite").await?;
    let Some(server) = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty()) else { return Ok(()) };
    let mut connection = PgConnection::connect(&server).await.expect("the PostgreSQL server answers");
    connection
        .execute("DROP DATABASE IF EXISTS sekisho_lists WITH (FORCE)")
        .await
        .expect("drops a former run's");
    connection.execute("CREATE DATABASE sekisho_lists TEMPLATE template0").await.expect("creates a database");
    let path = server.rfind('/').expect("a URL");
    run(&StoreUrl::Postgres(format!("{}/{DATABASE}", &server[..path])), "PostgreSQL").await?;
    connection.execute("DROP DATABASE sekisho_lists WITH (FORCE)").await.expect("drops the database");
    Ok(())
}
