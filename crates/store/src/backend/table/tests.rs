use crate::{
    Lane, StoreUrl,
    backend::{DatabaseConnection, DatabasePool, Row, Statement, values},
};
use domain::{certificate_text::RomanName, id::UserId, time::Timestamp};
use rand_core::SeedableRng as _;

/// A record with a field of each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Book {
    pub(crate) id: UserId,
    pub(crate) title: String,
    pub(crate) author: Option<RomanName>,
    pub(crate) bought_at: Timestamp,
    pub(crate) loans: u32,
}

table! {
    "book" holds Book as book, read by book_from, inserted with by: &str;
    under { shelf }
    key { id (book_id) }
    changed { title, author (family_name, given_name) } beside { title_folded: book.title.to_lowercase() }
    fixed { bought_at } beside { bought_by: by }
    seen { loans }
}

const INSERT_TEXT: &str = insert!("");
const UPDATE_TEXT: &str = update!();
const UPSERT_TEXT: &str = upsert!("book_id", " WHERE book.shelf = $1");

static INSERT: Statement = Statement::shared("insert", INSERT_TEXT);
static UPDATE: Statement = Statement::shared("update", UPDATE_TEXT);
static UPSERT: Statement = Statement::shared("upsert", UPSERT_TEXT);
static FIND: Statement =
    Statement::shared("find", concat!("SELECT ", columns!(), ", title_folded, bought_by FROM book"));

#[test]
fn texts_list_the_columns_of_each_kind_in_the_order_of_their_values() {
    assert_eq!(columns!(), "book_id, title, family_name, given_name, bought_at, loans");
    assert_eq!(
        INSERT_TEXT.trim_end(),
        "INSERT INTO book (shelf, book_id, title, family_name, given_name, title_folded, bought_at, bought_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    assert_eq!(
        UPDATE_TEXT,
        "UPDATE book SET title = $3, family_name = $4, given_name = $5, title_folded = $6 \
         WHERE shelf = $1 AND book_id = $2"
    );
    let conflict = "ON CONFLICT (book_id) DO UPDATE SET title = excluded.title, \
                    family_name = excluded.family_name, given_name = excluded.given_name, \
                    title_folded = excluded.title_folded WHERE book.shelf = $1";
    assert_eq!(UPSERT_TEXT, format!("{INSERT_TEXT}{conflict}"));
}

async fn found(connection: &mut DatabaseConnection) -> (Book, String, String) {
    let row: Row = connection.row(&FIND, values![]).await.expect("reads").expect("is there");
    let beside = |column| row.text(column).expect("text");
    (book_from(&row).expect("is a book"), beside("title_folded"), beside("bought_by"))
}

#[tokio::test]
async fn an_insert_writes_all_an_update_what_changes_and_an_upsert_either() {
    let folder = tempfile::tempdir().expect("folder");
    let pool = DatabasePool::open(&StoreUrl::Sqlite(folder.path().join("books.db"))).await.expect("opens");
    let mut connection = pool.begin(Lane::Duties, "books").await.expect("begins");
    let table = "CREATE TABLE book (shelf TEXT NOT NULL, book_id BLOB PRIMARY KEY, title TEXT NOT NULL,
        family_name TEXT, given_name TEXT, title_folded TEXT NOT NULL, bought_at INTEGER NOT NULL,
        bought_by TEXT NOT NULL, loans INTEGER NOT NULL DEFAULT 0) STRICT";
    connection.execute_script("create", table, table).await.expect("creates");

    let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
    let mut book = Book {
        id: UserId::new(Timestamp::UNIX_EPOCH, &mut rng),
        title: "Botchan".to_owned(),
        author: None,
        bought_at: Timestamp::UNIX_EPOCH,
        loans: 0,
    };
    let insert = inserted_values(values!["A", book.id], &book, "hanako").expect("values");
    connection.execute(&INSERT, insert).await.expect("inserts");
    assert_eq!(found(&mut connection).await, (book.clone(), "botchan".to_owned(), "hanako".to_owned()));

    // What is fixed stays, and what is only read is not written.
    let other = Book { title: "Kokoro".to_owned(), bought_at: Timestamp::MAX, loans: 9, ..book.clone() };
    let update = changed_values(values!["B", book.id], &other).expect("values");
    assert!(!connection.applied(&UPDATE, update).await.expect("another shelf's"));
    let update = changed_values(values!["A", book.id], &other).expect("values");
    assert!(connection.applied(&UPDATE, update).await.expect("updates"));
    book.title = "Kokoro".to_owned();
    assert_eq!(found(&mut connection).await, (book.clone(), "kokoro".to_owned(), "hanako".to_owned()));

    let third = Book { title: "Sanshiro".to_owned(), ..other };
    let upsert = inserted_values(values!["A", book.id], &third, "taro").expect("values");
    assert!(connection.applied(&UPSERT, upsert).await.expect("upserts"));
    book.title = "Sanshiro".to_owned();
    assert_eq!(found(&mut connection).await, (book, "sanshiro".to_owned(), "hanako".to_owned()));
}
