//! Statements past the store.

use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use store::StoreUrl;

/// Runs a statement that no method of the store runs.
pub(crate) async fn raw(url: &StoreUrl, statement: &'static str) {
    match url {
        StoreUrl::Sqlite(path) => {
            let address = format!("sqlite://{}", path.display());
            let mut connection = SqliteConnection::connect(&address).await.expect("opens");
            connection.execute(statement).await.expect("runs");
            connection.close().await.expect("closes");
        }
        StoreUrl::Postgres(address) => {
            let mut connection = PgConnection::connect(address).await.expect("opens");
            connection.execute(statement).await.expect("runs");
        }
    }
}
