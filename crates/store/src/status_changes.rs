//! The changes that the gates must learn, numbered in the order of the commits.
//!
//! **Invariant:** a change with a larger generation was committed later, and generations have no gaps: a gate
//! that has applied all changes up to one generation has missed none.

use crate::{
    Reader, StoreError, Transaction,
    backend::{Row, row::corrupt, statements, values},
    commit_order,
};
use domain::{
    status_change::{Generation, StatusChange},
    time::Timestamp,
};

/// The changes after a generation, as far as they are still on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusChanges {
    /// All of them in order, up to the requested number.
    Since(Vec<(Generation, StatusChange)>),
    /// Some were erased already: the gate must load the whole view anew.
    Forgotten,
}

statements! {
    INSERT = shared(
        "INSERT INTO status_change (generation, kind, record_id, at)
         VALUES ((SELECT COALESCE(MAX(generation), 0) + 1 FROM status_change), $1, $2, $3) RETURNING generation"
    );
    NEWEST = shared("SELECT COALESCE(MAX(generation), 0) AS generation FROM status_change");
    OLDEST = shared("SELECT COALESCE(MIN(generation), 1) AS generation FROM status_change");
    AFTER = shared(
        "SELECT generation, kind, record_id FROM status_change WHERE generation > $1 ORDER BY generation LIMIT $2"
    );
    // The newest change stays, because the next number is one more.
    ERASE = shared(
        "DELETE FROM status_change WHERE at < $1 AND generation < (SELECT MAX(generation) FROM status_change)"
    );
}

fn kind_and_id(change: &StatusChange) -> (&'static str, &[u8; 16]) {
    match change {
        StatusChange::Certificate(id) => ("certificate", id.as_bytes()),
        StatusChange::User(id) => ("user", id.as_bytes()),
        StatusChange::Tenant(id) => ("tenant", id.as_bytes()),
        StatusChange::Issuer(id) => ("issuer", id.as_bytes()),
        StatusChange::Site(id) => ("site", id.as_bytes()),
    }
}

fn change_from(row: &Row) -> Result<(Generation, StatusChange), StoreError> {
    let change = match row.text("kind")?.as_str() {
        "certificate" => StatusChange::Certificate(row.id("record_id")?),
        "user" => StatusChange::User(row.id("record_id")?),
        "tenant" => StatusChange::Tenant(row.id("record_id")?),
        "issuer" => StatusChange::Issuer(row.id("record_id")?),
        "site" => StatusChange::Site(row.id("record_id")?),
        other => return Err(corrupt("kind", format_args!("{other:?} is none of its names"))),
    };
    Ok((row.integer("generation")?, change))
}

impl Reader {
    /// The generation of the newest committed change; 0 if there is no change yet.
    pub async fn generation(&mut self) -> Result<Generation, StoreError> {
        let row = self.connection.row(&NEWEST, values![]).await?;
        row.map_or(Ok(0), |row| row.integer("generation"))
    }

    /// The changes after `generation`, at most `rows_max` of them.
    pub async fn changes_after(
        &mut self,
        generation: Generation,
        rows_max: u32,
    ) -> Result<StatusChanges, StoreError> {
        let rows = self.connection.rows(&AFTER, values![generation, rows_max]).await?;
        let changes = rows.iter().map(change_from).collect::<Result<Vec<_>, _>>()?;
        // This read follows the read of the changes: a change erased in between makes the answer too careful,
        // never wrong.
        let oldest = self.connection.row(&OLDEST, values![]).await?;
        let oldest = oldest.map_or(Ok(1), |row| row.integer("generation"))?;
        let whole =
            changes.first().is_none_or(|(first, _)| *first == generation + 1) && oldest <= generation + 1;
        Ok(if whole { StatusChanges::Since(changes) } else { StatusChanges::Forgotten })
    }
}

impl Transaction {
    /// Records a change for the gates and returns its generation. Call this last: other acts wait for this
    /// commit from here on.
    pub async fn insert_status_change(
        &mut self,
        change: StatusChange,
        at: Timestamp,
    ) -> Result<Generation, StoreError> {
        commit_order::enter(&mut self.connection).await?;
        let (kind, id) = kind_and_id(&change);
        let row = self.connection.row(&INSERT, values![kind, id.as_slice(), at]).await?;
        row.ok_or_else(|| corrupt("generation", "no row came back"))?.integer("generation")
    }

    /// Erases changes made before a moment, which every gate has long applied; returns how many.
    pub async fn erase_status_changes(&mut self, made_before: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE, values![made_before]).await
    }
}
