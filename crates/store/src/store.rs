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
    /// Opens the database; an SQLite file is created if there is none. The schema is left as it is:
    /// see [`Store::migrate`].
    pub async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        Ok(Self { pool: DatabasePool::open(url).await?, lane: Lane::default(), conflicts: Arc::default() })
    }

    /// The same database by the connections of another lane.
    #[must_use]
    pub fn on(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// May other processes be at work in this database? An SQLite file belongs to one: whoever holds the
    /// lock of its data folder.
    pub fn is_shared(&self) -> bool {
        self.pool.is_shared()
    }

    /// Brings the schema up to this binary's version; the number of migrations that were applied. Then how far people
    /// have come is kept where it is not, some people a transaction, so that nobody waits for all of them.
    pub async fn migrate(&self, now: Timestamp) -> Result<usize, StoreError> {
        let applied = Box::pin(migration::migrate(&self.pool, now)).await?;
        while Box::pin(self.keep_progress_due(now)).await? > 0 {}
        Ok(applied)
    }

    async fn keep_progress_due(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write("keep_progress", |mut transaction| async move {
            let people = transaction.keep_progress_due(now).await?;
            Ok(transaction.keep(Plain(people)))
        })
        .await
    }

    /// A connection for reading. Each read sees what is committed by then.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        Ok(Reader { connection: self.pool.read(self.lane).await? })
    }

    /// A connection for reading, all of whose reads see the same moment. Hold it briefly.
    pub async fn snapshot(&self) -> Result<Reader, StoreError> {
        Ok(Reader { connection: self.pool.snapshot(self.lane).await? })
    }

    /// Begins an act's transaction. Its name goes into errors and logs.
    ///
    /// Dropping it without [`OpenTransaction::commit`] undoes everything. For the tests, which look at what others
    /// see before a commit; all else is written by [`Store::write`].
    pub async fn begin(&self, act: &'static str) -> Result<OpenTransaction, StoreError> {
        self.open_transaction(act).await.map(OpenTransaction)
    }

    fn open_transaction(&self, act: &'static str) -> Asking<'_, Transaction> {
        Box::pin(async move {
            let connection = self.pool.begin(self.lane, act).await?;
            Ok(Transaction { reader: Reader { connection }, act })
        })
    }

    /// Runs a piece of writing as one transaction, under a name for errors, logs and metrics. `run` says with
    /// [`Transaction::keep`] what is to be committed; whatever else it answers undoes everything.
    ///
    /// Where the database says that the transaction met another one (PostgreSQL 40001 and 40P01, SQLite busy), `run`
    /// is called again from its start, [`RUNS_MAX`] times in all. It awaits nothing but the database and makes no
    /// keys or hashes: on SQLite its transaction is the only one in this process.
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

    /// Is a piece of writing that was undone to be run once more?
    fn runs_again(&self, name: &'static str, conflict: &ConflictFlag, runs: u32) -> bool {
        if !conflict.is_raised() {
            return false;
        }
        self.conflicts.count(name);
        tracing::warn!(name, runs, "a transaction met another one and was undone");
        runs < RUNS_MAX
    }

    /// How often transactions of each name met another one, since the start.
    pub fn conflicts(&self) -> Vec<(&'static str, u64)> {
        self.conflicts.all()
    }

    /// Lets the database parse every statement of this binary against its schema, without running
    /// any; the number of statements. For the tests.
    pub async fn check_statements(&self) -> Result<usize, StoreError> {
        let mut connection = self.pool.read(self.lane).await?;
        let statements: Vec<&'static Statement> = registry::statements().collect();
        for statement in &statements {
            connection.prepare(statement).await?;
        }
        Ok(statements.len())
    }

    /// Empties SQLite's write-ahead log, which keeps what was erased until then. `false`: somebody is reading from
    /// it; try again in a moment. On PostgreSQL there is nothing to do.
    pub async fn empty_log(&self) -> Result<bool, StoreError> {
        self.pool.empty_log().await
    }

    /// Closes all connections, after what they are doing. Later acts get [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// How often a piece of writing is run before its conflict is its caller's.
pub const RUNS_MAX: u32 = 4;

/// What a piece of writing results in, once it is durable: a value as it is ([`Plain`]), or leave to sign
/// ([`ToRecord`](crate::ToRecord)).
pub trait Outcome {
    /// Known to be durable.
    type Kept;
    /// Called after the commit, by [`Store::write`] alone.
    fn kept(self, proof: Committed) -> Self::Kept;
}

/// The proof of a commit; made here only.
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

/// A transaction that is to be committed, and its result.
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

/// Reads what belongs to the installation as a whole; a tenant's own through [`Reader::tenant`].
pub struct Reader {
    pub(crate) connection: DatabaseConnection,
}

impl Reader {
    /// The door to one tenant's records. The id comes from a tenant that was looked up, or from a
    /// permit; whatever is asked for in another tenant is not found.
    pub fn tenant(&mut self, tenant: TenantId) -> TenantReader<'_> {
        TenantReader { connection: &mut self.connection, tenant }
    }
}

/// A piece of writing in progress: reads see its own writes, nobody else does before the commit, which only
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

    /// Everything that was written is to be committed; the result is given out once it is.
    pub fn keep<O: Outcome>(self, outcome: O) -> Written<O> {
        Written { transaction: self, outcome }
    }

    /// Makes it durable: once this returns, neither `kill -9` nor power loss undoes it.
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
    /// Makes it durable.
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
/// **Invariant:** every statement behind it carries the tenant.
pub struct TenantReader<'a> {
    pub(crate) connection: &'a mut DatabaseConnection,
    pub(crate) tenant: TenantId,
}

/// Reads and writes within one tenant.
///
/// **Invariant:** every statement behind it carries the tenant.
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
