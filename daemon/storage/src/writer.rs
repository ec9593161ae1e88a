//! The single writer: one transaction per batch, all or nothing.
//!
//! Orders the parts of a batch; the rows themselves are made in the files of each table family.

use crate::head::Head;
use crate::{Batch, Committed, Error, JournalBody, JournalRecord};
use crate::{alerts, auth, candles, capital, decisions, equity, executions, journal, orders};
use crate::{marks, order_story, retention, settings, state, trades};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// The writing connection with the head that it has stored.
#[derive(Debug)]
pub(crate) struct Writer {
    connect: SqliteConnectOptions,
    /// Taken out while a transaction runs and put back only after a clean end, so that a
    /// connection in an unknown state is never used again.
    connection: Option<SqliteConnection>,
    head: Head,
}

impl Writer {
    pub(crate) fn new(
        connect: SqliteConnectOptions,
        connection: SqliteConnection,
        head: Head,
    ) -> Self {
        Self { connect, connection: Some(connection), head }
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    pub(crate) async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "closing the database");
        }
    }

    async fn take_connection(&mut self) -> Result<(SqliteConnection, Kept), Error> {
        match self.connection.take() {
            Some(connection) => Ok((connection, Kept::Yes)),
            None => Ok((SqliteConnection::connect_with(&self.connect).await?, Kept::No)),
        }
    }

    pub(crate) async fn commit(&mut self, batch: Batch) -> Result<Committed, Error> {
        let (mut connection, kept) = self.take_connection().await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        if kept == Kept::No {
            self.head = Head::load(&mut transaction).await?;
        }
        match write(&mut transaction, &self.head, &batch).await {
            Ok(head) => {
                transaction.commit().await?;
                self.connection = Some(connection);
                let records = records(batch, self.head.sequence);
                self.head = head;
                let Head { sequence, log_hash, .. } = self.head;
                Ok(Committed { records, last_sequence: sequence, log_hash })
            }
            Err(error) => {
                if transaction.rollback().await.is_ok() {
                    self.connection = Some(connection);
                }
                Err(error)
            }
        }
    }

    /// Runs statements of upkeep, outside any batch; returns how many rows they changed.
    pub(crate) async fn maintain(
        &mut self,
        statements: &[(&'static str, i64)],
    ) -> Result<u64, Error> {
        let (mut connection, kept) = self.take_connection().await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        if kept == Kept::No {
            self.head = Head::load(&mut transaction).await?;
        }
        let mut affected = 0;
        for (sql, bound) in statements {
            let result = sqlx::query(*sql).bind(*bound).execute(&mut *transaction).await?;
            affected += result.rows_affected();
        }
        transaction.commit().await?;
        self.connection = Some(connection);
        Ok(affected)
    }
}

/// Whether the connection is the one of the transaction before. If not, that transaction may have
/// come to its end or not, and the head must be read again, inside the new transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    No,
}

/// Writes all parts; returns the new head.
async fn write(
    connection: &mut SqliteConnection,
    before: &Head,
    batch: &Batch,
) -> Result<Head, Error> {
    let mut head = before.clone();
    let rows = journal::rows(batch, &mut head)?;
    for event in &batch.events {
        head.count_fill(event)?;
    }
    journal::insert(connection, &rows).await?;
    orders::insert_intents(connection, &batch.events).await?;
    orders::upsert(connection, &batch.orders).await?;
    orders::insert_fills(connection, &batch.events).await?;
    order_story::insert(connection, &batch.events).await?;
    marks::insert(connection, &batch.events).await?;
    executions::insert(connection, &batch.events).await?;
    trades::insert(connection, &batch.trades).await?;
    head.trades += batch.trades.len() as u64;
    head.decisions += decisions::insert(connection, &batch.decisions).await?;
    candles::insert(connection, &batch.candles).await?;
    equity::upsert(connection, &batch.equity).await?;
    capital::upsert(connection, &batch.capital).await?;
    auth::apply(connection, &batch.auth).await?;
    settings::apply(connection, &batch.settings).await?;
    alerts::apply(connection, &batch.alerts).await?;
    retention::prune(connection, &batch.prune).await?;
    state::insert_replies(connection, &batch.request).await?;
    state::set_meta(connection, &batch.meta).await?;
    if let Some(snapshot) = &batch.snapshot {
        state::insert_snapshot(connection, snapshot).await?;
    }
    if let Some(position) = &batch.position {
        state::set_position(connection, position).await?;
    }
    if head != *before {
        head.store(connection, before).await?;
    }
    Ok(head)
}

/// The journal records of a stored batch whose numbers follow `sequence`.
fn records(batch: Batch, sequence: u64) -> Vec<JournalRecord> {
    let Batch { wall_at, events, controls, .. } = batch;
    let engine = events.into_iter().map(|event| (wall_at, JournalBody::Engine(event)));
    let control = controls.into_iter().map(|record| (record.at, JournalBody::Control(record)));
    let numbered = engine.chain(control).zip(sequence + 1..);
    numbered.map(|((at, body), sequence)| JournalRecord { sequence, at, body }).collect()
}
