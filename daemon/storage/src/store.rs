//! The store: one database file, one writer, a few readers that never wait for it.
//!
//! Opens and closes; what is written and read is in the files of each table family.

use crate::directory::DataDirectory;
use crate::head::Head;
use crate::writer::Writer;
use crate::{Batch, Committed, Error, LogHash, hash, migrate};
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, Transaction};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a connection waits for a lock of another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages in the write-ahead log (4 KiB each) before it is copied into the database.
const CHECKPOINT_PAGES: &str = "4096";
pub(crate) const META_STORE_ID: &str = "store.id";

/// Settings of a store; the default ones are right for a daemon.
#[derive(Debug, Clone)]
pub struct Options {
    /// Largest size of the database in pages of 4 KiB; a write beyond it fails with
    /// [`Error::Disk`]. `None`: as large as the disk.
    pub max_pages: Option<u32>,
    /// Bytes kept free for [`release_reserve`](Store::release_reserve); 0 for none.
    pub reserve_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_pages: None, reserve_bytes: 4 << 20 }
    }
}

/// What readers may know without asking the database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Published {
    sequence: u64,
    engine_sequence: u64,
    log_hash: LogHash,
    chain_hash: LogHash,
    chain_from: u64,
}

impl From<&Head> for Published {
    fn from(head: &Head) -> Self {
        let Head { sequence, engine_sequence, log_hash, chain_hash, chain_from, .. } = *head;
        Self { sequence, engine_sequence, log_hash, chain_hash, chain_from }
    }
}

/// Where the chain over all records stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChainHead {
    /// The last record.
    pub sequence: u64,
    /// Its hash.
    pub hash: LogHash,
    /// The first record of the chain; 0 while there is none.
    pub from: u64,
    /// Control records stored since the store was opened.
    pub controls: u64,
}

impl Published {
    fn chain(&self, controls: u64) -> ChainHead {
        let Self { sequence, chain_hash: hash, chain_from: from, .. } = *self;
        ChainHead { sequence, hash, from, controls }
    }
}

/// The memory of one daemon. One per data directory; share it in an `Arc`.
#[derive(Debug)]
pub struct Store {
    store_id: String,
    pub(crate) writer: tokio::sync::Mutex<Writer>,
    published: Mutex<Published>,
    /// Tells those who anchor the chain elsewhere that it has moved on.
    chain: tokio::sync::watch::Sender<ChainHead>,
    /// For lists and single items.
    readers: SqlitePool,
    /// For what reads long: checks and replays of the journal.
    long_readers: SqlitePool,
    // Last, so that the lock outlives the connections.
    directory: DataDirectory,
    reserve_bytes: usize,
}

impl Store {
    /// Opens the store in `dir`, making directory, database and schema where they are missing.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process has it open, [`Error::NewerSchema`] and
    /// [`Error::EditedMigration`] when this build must not touch it, [`Error::Corrupt`],
    /// [`Error::Directory`], [`Error::Disk`].
    pub async fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_with(dir, &Options::default()).await
    }

    /// [`open`](Self::open) with other settings.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_with(dir: &Path, options: &Options) -> Result<Self, Error> {
        let directory = DataDirectory::open(dir)?;
        let connect = connect_options(&directory.database(), options);
        let mut connection = SqliteConnection::connect_with(&connect).await?;
        migrate::migrate(&mut connection).await?;
        crate::catch_up::catch_up(&mut connection).await?;
        let store_id = ensure_store_id(&mut connection).await?;
        let head = Head::load(&mut connection).await?;
        let published = Published::from(&head);
        let chain = tokio::sync::watch::Sender::new(published.chain(0));
        let published = Mutex::new(published);
        let readers = reader_pool(&connect, 4);
        let long_readers = reader_pool(&connect, 2);
        let writer = tokio::sync::Mutex::new(Writer::new(connect, connection, head));
        let reserve_bytes = options.reserve_bytes;
        directory.fill_reserve(reserve_bytes);
        tracing::debug!(%store_id, "store is open");
        Ok(Self {
            store_id,
            writer,
            published,
            chain,
            readers,
            long_readers,
            directory,
            reserve_bytes,
        })
    }

    /// Waits for running reads and writes, copies the write-ahead log and closes the files.
    /// Dropping the store without it loses nothing.
    pub async fn close(self) {
        self.readers.close().await;
        self.long_readers.close().await;
        self.writer.into_inner().close().await;
    }

    /// Random name of this store (32 hex digits), made with the database.
    #[must_use]
    pub fn store_id(&self) -> &str {
        &self.store_id
    }

    /// Number of the last journal record; 0 when there is none.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.published().sequence
    }

    /// Number of the last engine event; 0 when there is none.
    #[must_use]
    pub fn last_engine_sequence(&self) -> u64 {
        self.published().engine_sequence
    }

    /// Hash over all engine events.
    #[must_use]
    pub fn log_hash(&self) -> LogHash {
        self.published().log_hash
    }

    /// Where the chain over all records stands, now and with every commit.
    #[must_use]
    pub fn chain(&self) -> tokio::sync::watch::Receiver<ChainHead> {
        self.chain.subscribe()
    }

    /// The database file.
    #[must_use]
    pub fn database_path(&self) -> PathBuf {
        self.directory.database()
    }

    /// Makes a batch durable: one transaction, on disk when this returns.
    ///
    /// Await it to its end: when the future is dropped half-way, the batch is either stored whole
    /// or not at all, and [`last_sequence`](Self::last_sequence) tells which after the next commit.
    ///
    /// # Errors
    /// Nothing has changed then. [`Error::Disk`]: no room. [`Error::SequenceGap`],
    /// [`Error::Broken`]: a bug of the caller. [`Error::OtherSource`],
    /// [`Error::DuplicateRequest`] and the user and session errors: see each.
    pub async fn commit(&self, batch: Batch) -> Result<Committed, Error> {
        let mut writer = self.writer.lock().await;
        let controls = batch.controls.len() as u64;
        let committed = writer.commit(batch).await?;
        let published = Published::from(writer.head());
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = published;
        self.chain.send_modify(|head| *head = published.chain(head.controls + controls));
        Ok(committed)
    }

    /// Frees the space kept for the moment when the disk is full, so that a stop or a close-all
    /// can still be stored; false when it was free already.
    ///
    /// # Errors
    /// [`Error::Directory`] when the file can't be removed.
    pub fn release_reserve(&self) -> Result<bool, Error> {
        self.directory.release_reserve()
    }

    /// Takes the reserve again; false when there is no room for it yet.
    pub fn restore_reserve(&self) -> bool {
        self.directory.fill_reserve(self.reserve_bytes)
    }

    fn published(&self) -> Published {
        *self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One consistent view for a short read.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.readers.begin().await?)
    }

    /// One consistent view for a long read.
    pub(crate) async fn read_long(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.long_readers.begin().await?)
    }
}

/// The last journal number that a read sees.
pub(crate) async fn as_of(connection: &mut SqliteConnection) -> Result<u64, Error> {
    let sequence: i64 =
        sqlx::query_scalar("SELECT sequence FROM head").fetch_one(connection).await?;
    crate::bulk::to_u64("sequence", sequence)
}

fn connect_options(database: &Path, options: &Options) -> SqliteConnectOptions {
    let connect = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose the last commits in a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory");
    match options.max_pages {
        Some(pages) => connect.pragma("max_page_count", pages.to_string()),
        None => connect,
    }
}

fn reader_pool(connect: &SqliteConnectOptions, connections: u32) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY_TIMEOUT)
        .test_before_acquire(false)
        .connect_lazy_with(connect.clone().read_only(true))
}

async fn ensure_store_id(connection: &mut SqliteConnection) -> Result<String, Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|e| Error::Database(format!("no random number for the store's name: {e}")))?;
    sqlx::query("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)")
        .bind(META_STORE_ID)
        .bind(hash::to_hex(&random))
        .execute(&mut *connection)
        .await?;
    let query = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?").bind(META_STORE_ID);
    Ok(query.fetch_one(connection).await?)
}
