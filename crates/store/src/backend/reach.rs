//! Why a pool gave no PostgreSQL connection: all are in use, or none can be opened.
//!
//! sqlx waits for both in the same way and reports both with the same error. So a caller whose wait failed
//! asks the server once.

use super::failure;
use crate::error::StoreError;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::time::Duration;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long a server may take to accept one connection.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);
/// How long one answer serves other callers whose wait failed, so that they do not all ask a server in trouble.
const ANSWER_HOLDS: Duration = Duration::from_secs(1);

/// One server, and its last answer.
pub(crate) struct ServerReach {
    options: PgConnectOptions,
    answered: Mutex<Option<(Instant, Option<String>)>>,
}

impl ServerReach {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, answered: Mutex::new(None) }
    }

    /// What a failed wait for a connection means to a caller.
    pub(super) async fn explain(&self, what: &'static str, error: &sqlx::Error) -> StoreError {
        if !matches!(error, sqlx::Error::PoolTimedOut) {
            return failure::explain(what, error);
        }
        match self.refusal().await {
            None => StoreError::Busy { what },
            Some(reason) => StoreError::Unavailable { what, reason },
        }
    }

    /// Why no connection can be opened; `None` if one can.
    async fn refusal(&self) -> Option<String> {
        let mut answered = self.answered.lock().await;
        if let Some((at, refusal)) = answered.as_ref()
            && at.elapsed() < ANSWER_HOLDS
        {
            return refusal.clone();
        }
        let refusal = match timeout(ANSWER_TIMEOUT, self.options.connect()).await {
            Ok(Ok(connection)) => {
                drop(connection);
                None
            }
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("it does not answer".to_owned()),
        };
        *answered = Some((Instant::now(), refusal.clone()));
        refusal
    }
}
