//! Proves that the stored data agrees with itself, before anything trusts it.
//!
//! Reads only; repairs nothing.

use crate::chain;
use crate::head::Head;
use crate::journal::{Row, for_each};
use crate::{Error, JournalBody, LogHash, Store};
use domain::EventKind;
use sqlx::sqlite::SqliteConnection;

/// How much to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDepth {
    /// The journal with its hashes, and what is counted from it.
    Journal,
    /// The same, after every page and index of the file (`PRAGMA integrity_check`).
    Full,
}

/// What a check without findings looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckReport {
    /// Journal records.
    pub records: u64,
    /// Engine events.
    pub engine_events: u64,
    /// Fills.
    pub fills: u64,
    /// Hash over all engine events, computed anew.
    pub log_hash: LogHash,
}

impl Store {
    /// Recomputes numbers, hashes and totals from the journal and compares them with what is
    /// stored: I-07, I-27. Takes a few seconds for a million events.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with the first contradiction found, else those of a read.
    pub async fn check(&self, depth: CheckDepth) -> Result<CheckReport, Error> {
        let mut read = self.read_long().await?;
        if depth == CheckDepth::Full {
            pages(&mut read).await?;
        }
        let stored = Head::load(&mut read).await?;
        let mut found = Head { chain_from: stored.chain_from, ..Head::default() };
        let mut pruned = false;
        for_each(&mut read, |row| {
            pruned |= row.payload_hash.is_some();
            add(&mut found, row)
        })
        .await?;
        if pruned {
            // This hash takes in content that was archived; the chain covers the same records.
            found.audit_hash = stored.audit_hash;
        }
        found.trades = count(&mut read, "SELECT count(*) FROM trades").await?;
        found.decisions = count(&mut read, "SELECT count(*) FROM decisions").await?;
        compare(&stored, &found)?;
        let fills = count(
            &mut read,
            "SELECT count(*) FROM (SELECT DISTINCT symbol, trade_id FROM fills NOT INDEXED)",
        )
        .await?;
        if fills != found.fills {
            return Err(Error::Corrupt(format!(
                "journal has {} fills, the table has {fills} different ones",
                found.fills
            )));
        }
        executions(&mut read).await?;
        Ok(CheckReport {
            records: found.sequence,
            engine_events: found.engine_sequence,
            fills,
            log_hash: found.log_hash,
        })
    }
}

fn add(head: &mut Head, row: Row) -> Result<(), Error> {
    let expected = head.sequence + 1;
    if row.sequence != expected {
        return Err(Error::Corrupt(format!("journal record {expected} is missing")));
    }
    head.sequence = expected;
    if expected == head.chain_from {
        head.chain_hash = chain::seed(head.log_hash, head.audit_hash);
    }
    row.chain(head)?;
    if head.chain_from > 0 && expected >= head.chain_from {
        head.chain_hash = row.link(head.chain_hash)?;
        if row.hash != Some(head.chain_hash) {
            return Err(Error::Corrupt(format!(
                "journal record {expected} is not what was stored"
            )));
        }
    }
    let Some(engine_sequence) = row.engine_sequence else { return Ok(()) };
    head.engine_sequence += 1;
    // Only fills are decoded: the hash covers the content of all others.
    let decode = row.kind == "order_filled";
    let mut inside = engine_sequence;
    if decode && let JournalBody::Engine(event) = row.record()?.body {
        head.count_fill(&event)?;
        inside = event.sequence;
        if !matches!(event.kind, EventKind::OrderFilled { .. }) {
            return Err(Error::Corrupt(format!("engine event {inside} has another kind")));
        }
    }
    if engine_sequence != head.engine_sequence || inside != engine_sequence {
        return Err(Error::Corrupt(format!("engine event {} is missing", head.engine_sequence)));
    }
    Ok(())
}

fn compare(stored: &Head, found: &Head) -> Result<(), Error> {
    let fail = |what: &str, stored: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        Err(Error::Corrupt(format!("{what}: stored {stored:?}, recomputed {found:?}")))
    };
    if stored.log_hash != found.log_hash {
        return fail("log hash", &stored.log_hash, &found.log_hash);
    }
    if stored.audit_hash != found.audit_hash {
        return fail("audit hash", &stored.audit_hash, &found.audit_hash);
    }
    if stored != found {
        return fail("totals", stored, found);
    }
    Ok(())
}

/// Every finished intent of the journal has its row, and the running totals count each once.
async fn executions(connection: &mut SqliteConnection) -> Result<(), Error> {
    let finished = "SELECT count(*) FROM journal WHERE kind = 'intent_finished'";
    let finished = count(connection, finished).await?;
    let rows = count(connection, "SELECT count(*) FROM executions").await?;
    let totals = "SELECT coalesce(sum(executions), 0) FROM execution_totals";
    let totals = count(connection, totals).await?;
    if finished != rows || rows != totals {
        return Err(Error::Corrupt(format!(
            "journal has {finished} finished intents, the table {rows}, the totals {totals}"
        )));
    }
    Ok(())
}

async fn count(connection: &mut SqliteConnection, sql: &'static str) -> Result<u64, Error> {
    crate::bulk::to_u64("count", sqlx::query_scalar(sql).fetch_one(connection).await?)
}

async fn pages(connection: &mut SqliteConnection) -> Result<(), Error> {
    let findings: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check(10)").fetch_all(&mut *connection).await?;
    if findings != ["ok"] {
        return Err(Error::Corrupt(findings.join("; ")));
    }
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await?;
    if !broken.is_empty() {
        return Err(Error::Corrupt(format!("{} rows refer to nothing", broken.len())));
    }
    Ok(())
}
