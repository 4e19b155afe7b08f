//! Wrong tries at public forms, counted by window; [`domain::attempts`] defines how many are too many.

use crate::{
    Reader, StoreError, Transaction,
    backend::{statements, values},
};
use domain::time::Timestamp;

/// The key that tries are counted by: a scope such as `address`, `email`, `tenant` or `phrase`, and the keyed
/// hash of the address, e-mail or code. The hash hides from a reader of the table who tried.
#[derive(Debug, Clone, Copy)]
pub struct AttemptKey<'a> {
    /// The scope's stable name.
    pub scope: &'a str,
    /// Keyed hash of the address, e-mail or code.
    pub hash: &'a [u8; 32],
}

statements! {
    TRIES = shared("SELECT tries FROM attempt WHERE scope = $1 AND key_hash = $2 AND window_start = $3");
    COUNT = shared(
        "INSERT INTO attempt (scope, key_hash, window_start, tries) VALUES ($1, $2, $3, 1)
         ON CONFLICT (scope, key_hash, window_start) DO UPDATE SET tries = attempt.tries + 1"
    );
    UNCOUNT = shared(
        "UPDATE attempt SET tries = tries - 1
         WHERE scope = $1 AND key_hash = $2 AND window_start = $3 AND tries > 0"
    );
    ERASE = shared("DELETE FROM attempt WHERE scope = $1 AND window_start < $2");
}

impl Reader {
    /// Wrong tries counted so far in the window that began at `window_start`.
    pub async fn attempts(
        &mut self,
        key: AttemptKey<'_>,
        window_start: Timestamp,
    ) -> Result<u32, StoreError> {
        let row = self.connection.row(&TRIES, values![key.scope, key.hash, window_start]).await?;
        row.map_or(Ok(0), |row| row.unsigned("tries"))
    }
}

impl Transaction {
    /// Counts one wrong try. The caller commits the count even when it refuses the act.
    pub async fn count_attempt(
        &mut self,
        key: AttemptKey<'_>,
        window_start: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection.execute(&COUNT, values![key.scope, key.hash, window_start]).await?;
        Ok(())
    }

    /// Takes one counted try back, unless its window was erased meanwhile.
    pub async fn uncount_attempt(
        &mut self,
        key: AttemptKey<'_>,
        window_start: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection.execute(&UNCOUNT, values![key.scope, key.hash, window_start]).await?;
        Ok(())
    }

    /// Erases a scope's windows that began before a moment; returns how many.
    pub async fn erase_attempts(
        &mut self,
        scope: &str,
        window_started_before: Timestamp,
    ) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE, values![scope, window_started_before]).await
    }
}
