//! The open database, and the three ways into it: read, read one moment, write.

use crate::{
    backend::{Asking, ConflictFlag, DatabaseConnection, DatabasePool, Statement},
    error::StoreError,
    lane::Lane,
    migration, registry,
    url::StoreUrl,
};
use domain::{id::TenantId, time::Timestamp};
use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
};

/// An installation's database, seen from one of its lanes. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    pool: DatabasePool,
    lane: Lane,
    conflicts: Arc<Conflicts>,
}

impl Store {
    /// Opens the database, and creates a missing SQLite file. The schema stays as it is: see [`Store::migrate`].
    pub async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        Ok(Self { pool: DatabasePool::open(url).await?, lane: Lane::default(), conflicts: Arc::default() })
    }

    /// The same database through the connections of another lane.
    #[must_use]
    pub fn on(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// Whether other processes may use this database. An SQLite file belongs to one process, the holder of
    /// the lock of its data folder.
    pub fn is_shared(&self) -> bool {
        self.pool.is_shared()
    }

    /// Brings the schema up to this binary's version; returns the number of applied migrations. Then missing
    /// progress of people is computed, and texts for searching and sorting are written, some people per transaction,
    /// so that no act waits for all of them.
    pub async fn migrate(&self, now: Timestamp) -> Result<usize, StoreError> {
        let applied = Box::pin(migration::migrate(&self.pool, now)).await?;
        while Box::pin(self.keep_progress_due(now)).await? > 0 {}
        while Box::pin(self.spell_due()).await? > 0 {}
        Ok(applied)
    }

    async fn spell_due(&self) -> Result<u64, StoreError> {
        self.write("spell", |mut transaction| async move {
            let rows = transaction.spell_due().await?;
            Ok(transaction.keep(Plain(rows)))
        })
        .await
    }

    async fn keep_progress_due(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write("keep_progress", |mut transaction| async move {
            let people = transaction.keep_progress_due(now).await?;
            Ok(transaction.keep(Plain(people)))
        })
        .await
    }

    /// A connection for reading. Each read sees what is committed when it runs.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        Ok(Reader { connection: self.pool.read(self.lane).await? })
    }

    /// A connection for reading, all of whose reads see the same moment. Hold it briefly.
    pub async fn snapshot(&self) -> Result<Reader, StoreError> {
        Ok(Reader { connection: self.pool.snapshot(self.lane).await? })
    }

    /// Begins an act's transaction. Its name is used in errors and logs.
    ///
    /// Dropping it without [`OpenTransaction::commit`] undoes everything. It is for tests that look at the
    /// database before a commit; all other code writes with [`Store::write`].
    pub async fn begin(&self, act: &'static str) -> Result<OpenTransaction, StoreError> {
        self.open_transaction(act).await.map(OpenTransaction)
    }

    fn open_transaction(&self, act: &'static str) -> Asking<'_, Transaction> {
        Box::pin(async move {
            let connection = self.pool.begin(self.lane, act).await?;
            Ok(Transaction { reader: Reader { connection }, act })
        })
    }

    /// Runs the closure `run` as one transaction, under a name for errors, logs and metrics.
    /// [`Transaction::keep`] in `run` marks the writes for the commit; any other result of `run` undoes
    /// everything.
    ///
    /// If the database reports a conflict with another transaction (PostgreSQL 40001 and 40P01, SQLite busy),
    /// `run` is called again from its start, [`RUNS_MAX`] times in all. `run` awaits nothing but the database
    /// and makes no keys or hashes: on SQLite its transaction is the only one in this process.
    pub async fn write<O, E, Run, Running>(&self, name: &'static str, run: Run) -> Result<O::Kept, E>
    where
        O: Outcome,
        E: From<StoreError>,
        Run: Fn(Transaction) -> Running,
        Running: Future<Output = Result<Written<O>, E>>,
    {
        let mut runs = 1;
        loop {
            let transaction = self.open_transaction(name).await?;
            let conflict = transaction.connection.conflict();
            let undone = match run(transaction).await {
                Ok(Written { transaction, outcome }) => match transaction.commit().await {
                    Ok(()) => return Ok(outcome.kept(Committed(()))),
                    Err(error) => error.into(),
                },
                Err(refusal) => refusal,
            };
            if !self.runs_again(name, &conflict, runs) {
                return Err(undone);
            }
            runs += 1;
        }
    }

    /// Whether an undone closure is to run once more.
    fn runs_again(&self, name: &'static str, conflict: &ConflictFlag, runs: u32) -> bool {
        if !conflict.is_raised() {
            return false;
        }
        self.conflicts.count(name);
        tracing::warn!(name, runs, "a transaction met another one and was undone");
        runs < RUNS_MAX
    }

    /// How often the transactions of each name met a conflict since the start.
    pub fn conflicts(&self) -> Vec<(&'static str, u64)> {
        self.conflicts.all()
    }

    /// Lets the database parse every statement of this binary against its schema, without running any;
    /// returns the number of statements. For the tests.
    pub async fn check_statements(&self) -> Result<usize, StoreError> {
        let mut connection = self.pool.read(self.lane).await?;
        let statements: Vec<&'static Statement> = registry::statements().collect();
        for statement in &statements {
            connection.prepare(statement).await?;
        }
        Ok(statements.len())
    }

    /// Empties SQLite's write-ahead log, which keeps erased bytes until then. `false` if a connection is
    /// reading from the log; try again in a moment. On PostgreSQL there is nothing to do.
    pub async fn empty_log(&self) -> Result<bool, StoreError> {
        self.pool.empty_log().await
    }

    /// Closes all connections when their present work ends. Later acts get [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// How often a closure runs before its conflict is returned to the caller.
pub const RUNS_MAX: u32 = 4;

/// The result of a closure once it is durable: a value as it is ([`Plain`]), or the leave to sign
/// ([`ToRecord`](crate::ToRecord)).
pub trait Outcome {
    /// The durable form of the value.
    type Kept;
    /// Called after the commit, by [`Store::write`] alone.
    fn kept(self, proof: Committed) -> Self::Kept;
}

/// The proof of a commit. Only this module makes one.
#[derive(Debug, Clone, Copy)]
pub struct Committed(());

/// A value that means the same before and after the commit.
#[derive(Debug)]
pub struct Plain<T>(pub T);

impl<T> Outcome for Plain<T> {
    type Kept = T;

    fn kept(self, _: Committed) -> T {
        self.0
    }
}

impl<A: Outcome, B: Outcome> Outcome for (A, B) {
    type Kept = (A::Kept, B::Kept);

    fn kept(self, proof: Committed) -> Self::Kept {
        (self.0.kept(proof), self.1.kept(proof))
    }
}

/// A transaction that will be committed, and its result.
#[must_use = "nothing is written before it is committed"]
pub struct Written<O> {
    transaction: Transaction,
    outcome: O,
}

#[derive(Default)]
struct Conflicts(Mutex<BTreeMap<&'static str, u64>>);

impl Conflicts {
    fn count(&self, name: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }

    fn all(&self) -> Vec<(&'static str, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(name, count)| (*name, *count)).collect()
    }
}

/// Reads records of the whole installation; [`Reader::tenant`] reads those of one tenant.
pub struct Reader {
    pub(crate) connection: DatabaseConnection,
}

impl Reader {
    /// The door to one tenant's records. The id comes from a tenant that was looked up, or from a permit;
    /// records of another tenant are not found.
    pub fn tenant(&mut self, tenant: TenantId) -> TenantReader<'_> {
        TenantReader { connection: &mut self.connection, tenant }
    }
}

/// An open transaction: its reads see its own writes, and nobody else sees them before the commit, which only
/// [`Store::write`] makes.
pub struct Transaction {
    reader: Reader,
    act: &'static str,
}

impl Transaction {
    /// The door to one tenant's records, for writing; see [`Reader::tenant`].
    pub fn tenant(&mut self, tenant: TenantId) -> TenantTransaction<'_> {
        TenantTransaction { reader: self.reader.tenant(tenant) }
    }

    /// Marks the transaction for the commit; the result is returned after it.
    pub fn keep<O: Outcome>(self, outcome: O) -> Written<O> {
        Written { transaction: self, outcome }
    }

    /// Makes the transaction durable: once this returns, neither `kill -9` nor power loss undoes it.
    fn commit(self) -> Asking<'static, ()> {
        Box::pin(async move {
            self.reader.connection.commit(self.act).await?;
            tracing::debug!(act = self.act, "committed");
            Ok(())
        })
    }
}

/// A transaction whose owner commits it.
pub struct OpenTransaction(Transaction);

impl OpenTransaction {
    /// Makes the transaction durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.0.commit().await
    }
}

impl Deref for OpenTransaction {
    type Target = Transaction;
    fn deref(&self) -> &Transaction {
        &self.0
    }
}

impl DerefMut for OpenTransaction {
    fn deref_mut(&mut self) -> &mut Transaction {
        &mut self.0
    }
}

impl Deref for Transaction {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

/// Reads within one tenant.
///
/// **Invariant:** every statement of this reader carries the tenant.
pub struct TenantReader<'a> {
    pub(crate) connection: &'a mut DatabaseConnection,
    pub(crate) tenant: TenantId,
}

/// Reads and writes within one tenant.
///
/// **Invariant:** every statement of this transaction carries the tenant.
pub struct TenantTransaction<'a> {
    reader: TenantReader<'a>,
}

impl<'a> Deref for TenantTransaction<'a> {
    type Target = TenantReader<'a>;
    fn deref(&self) -> &TenantReader<'a> {
        &self.reader
    }
}

impl<'a> DerefMut for TenantTransaction<'a> {
    fn deref_mut(&mut self) -> &mut TenantReader<'a> {
        &mut self.reader
    }
}
