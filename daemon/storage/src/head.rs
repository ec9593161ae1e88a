//! Where the journal stands, and the running totals: one row, rewritten with every batch.
//!
//! Counts here are kept, never counted anew; [`check`](crate::Store::check) compares them.

use crate::bulk::{to_i64, to_u64};
use crate::{Error, LogHash, Store, Totals};
use domain::{Amount, Asset, EngineEvent, EventKind};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;

/// The head of the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: u64,
    pub(crate) engine_sequence: u64,
    pub(crate) log_hash: LogHash,
    pub(crate) audit_hash: LogHash,
    /// Of the chain over all records.
    pub(crate) chain_hash: LogHash,
    /// The first record of that chain; 0 while there is none.
    pub(crate) chain_from: u64,
    pub(crate) fills: u64,
    pub(crate) trades: u64,
    pub(crate) decisions: u64,
    pub(crate) fees: BTreeMap<Asset, Amount>,
}

impl Head {
    /// Reads it and compares it with the end of the journal.
    pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Self, Error> {
        let row = sqlx::query(
            "SELECT sequence, engine_sequence, log_hash, audit_hash, fills, trades, decisions, \
             (SELECT coalesce(max(sequence), 0) FROM journal), \
             (SELECT coalesce(max(engine_sequence), 0) FROM journal), \
             coalesce(chain_hash, zeroblob(32)), coalesce(chain_from, 0) FROM head",
        )
        .fetch_one(&mut *connection)
        .await?;
        let count = |index: usize, what: &str| to_u64(what, row.try_get(index)?);
        let hash = |index: usize| -> Result<LogHash, Error> {
            let bytes: Vec<u8> = row.try_get(index)?;
            LogHash::from_bytes(&bytes).ok_or_else(|| Error::Corrupt("log hash".to_owned()))
        };
        let mut head = Self {
            sequence: count(0, "sequence")?,
            engine_sequence: count(1, "engine sequence")?,
            log_hash: hash(2)?,
            audit_hash: hash(3)?,
            chain_hash: hash(9)?,
            chain_from: count(10, "start of the chain")?,
            fills: count(4, "fills")?,
            trades: count(5, "trades")?,
            decisions: count(6, "decisions")?,
            fees: BTreeMap::new(),
        };
        let (last, last_engine) = (count(7, "sequence")?, count(8, "engine sequence")?);
        if (head.sequence, head.engine_sequence) != (last, last_engine) {
            return Err(Error::Corrupt(format!(
                "head says {} records and {} engine events, the journal ends with {last} and {last_engine}",
                head.sequence, head.engine_sequence
            )));
        }
        let rows = sqlx::query("SELECT asset, amount FROM fee_totals");
        for row in rows.fetch_all(&mut *connection).await? {
            let (asset, amount): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let fail = || Error::Corrupt(format!("fee total {asset} {amount}"));
            let key = Asset::parse(&asset).ok_or_else(fail)?;
            head.fees.insert(key, amount.parse().map_err(|_| fail())?);
        }
        Ok(head)
    }

    /// Counts a fill and its fee.
    pub(crate) fn count_fill(&mut self, event: &EngineEvent) -> Result<(), Error> {
        if let EventKind::OrderFilled { fill, .. } = &event.kind {
            self.fills += 1;
            let total = self.fees.entry(fill.fee_asset).or_default();
            let sum = total.checked_add(fill.fee);
            *total = sum.ok_or_else(|| Error::Broken("fee total is out of range".to_owned()))?;
        }
        Ok(())
    }

    /// Writes it, with the fee totals that differ from those of `before`.
    pub(crate) async fn store(
        &self,
        connection: &mut SqliteConnection,
        before: &Self,
    ) -> Result<(), Error> {
        sqlx::query(
            "UPDATE head SET sequence = ?, engine_sequence = ?, log_hash = ?, audit_hash = ?, \
             fills = ?, trades = ?, decisions = ?, chain_hash = ?, chain_from = ?",
        )
        .bind(to_i64("sequence", self.sequence)?)
        .bind(to_i64("engine sequence", self.engine_sequence)?)
        .bind(self.log_hash.as_bytes().to_vec())
        .bind(self.audit_hash.as_bytes().to_vec())
        .bind(to_i64("fills", self.fills)?)
        .bind(to_i64("trades", self.trades)?)
        .bind(to_i64("decisions", self.decisions)?)
        .bind((self.chain_from > 0).then(|| self.chain_hash.as_bytes().to_vec()))
        .bind(
            (self.chain_from > 0)
                .then(|| to_i64("start of the chain", self.chain_from))
                .transpose()?,
        )
        .execute(&mut *connection)
        .await?;
        for (asset, amount) in &self.fees {
            if before.fees.get(asset) != Some(amount) {
                sqlx::query(
                    "INSERT INTO fee_totals (asset, amount) VALUES (?, ?) \
                     ON CONFLICT (asset) DO UPDATE SET amount = excluded.amount",
                )
                .bind(asset.as_str())
                .bind(amount.to_string())
                .execute(&mut *connection)
                .await?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// The running totals. Costs the same for any size of the store.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn totals(&self) -> Result<Totals, Error> {
        let mut read = self.read().await?;
        let head = Head::load(&mut read).await?;
        // Orders are numbered without gaps and never deleted.
        let orders: i64 = sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM orders")
            .fetch_one(&mut *read)
            .await?;
        Ok(Totals {
            orders: to_u64("orders", orders)?,
            fills: head.fills,
            trades: head.trades,
            decisions: head.decisions,
            fees: head.fees.into_iter().collect(),
            as_of_sequence: head.sequence,
        })
    }
}
