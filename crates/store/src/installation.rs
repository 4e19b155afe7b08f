//! The installation that the database belongs to, and its sealed keys.

use crate::{
    Reader, StoreError, Transaction,
    backend::{statements, values},
};
use domain::time::Timestamp;

statements! {
    INSERT = shared("INSERT INTO installation (singleton, created_at) VALUES (1, $1) ON CONFLICT DO NOTHING");
    SECRET = shared("SELECT sealed FROM installation_secret WHERE name = $1");
    INSERT_SECRET = shared(
        "INSERT INTO installation_secret (name, sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    );
}

impl Reader {
    /// A key of the installation (such as `data-entry`), sealed under the key-encryption key.
    pub async fn installation_secret(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.connection.row(&SECRET, values![name]).await?;
        row.map(|row| row.bytes("sealed")).transpose()
    }
}

impl Transaction {
    /// Marks the database as an installation's; `false` if it is marked already.
    pub async fn install(&mut self, at: Timestamp) -> Result<bool, StoreError> {
        self.connection.applied(&INSERT, values![at]).await
    }

    /// Keeps a sealed key under a name; `false`, with nothing written, if the name has a key already.
    pub async fn insert_installation_secret(
        &mut self,
        name: &str,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.connection.applied(&INSERT_SECRET, values![name, sealed, at]).await
    }
}
