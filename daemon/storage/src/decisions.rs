//! Decisions: one compact row per symbol and closed candle, never changed.

use crate::bulk::{Insert, Values};
use crate::decision_codec::{decode, encode};
use crate::page::Scope;
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store};
use domain::{DecisionOutcome, DecisionRecord, Symbol, Timestamp};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// An identical row changes nothing; a different one runs into the trigger on updates.
static INSERT: Insert = Insert::new(
    "INSERT INTO decisions (symbol, interval, open_time, at, result, record)",
    6,
    "ON CONFLICT (symbol, open_time, interval) DO UPDATE SET record = excluded.record \
     WHERE record <> excluded.record",
);

/// Which decisions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Only those of one pair.
    pub symbol: Option<Symbol>,
    /// Only those with this [`result_token`].
    pub result: Option<String>,
    /// Only those taken before this moment.
    pub before: Option<Timestamp>,
}

/// What came of a decision as one token: `entered`, `exited`, `denied`, `exit_fenced`, or the
/// token of the [reason to hold](domain::HoldReason::token).
#[must_use]
pub fn result_token(outcome: &DecisionOutcome) -> &'static str {
    match outcome {
        DecisionOutcome::Hold(reason) => reason.token(),
        DecisionOutcome::Denied(_) => "denied",
        DecisionOutcome::Entered(_) => "entered",
        DecisionOutcome::Exited(_) => "exited",
        DecisionOutcome::ExitFenced => "exit_fenced",
    }
}

/// Returns how many were new.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    decisions: &[DecisionRecord],
) -> Result<u64, Error> {
    let bind = |v: &mut Values, decision: &DecisionRecord| {
        v.add(decision.symbol.as_str().to_owned())?;
        v.add(i64::from(decision.interval.seconds()))?;
        v.add(decision.open_time.micros())?;
        v.add(decision.at.micros())?;
        v.add(result_token(&decision.outcome))?;
        v.add(encode(decision).map_err(|e| Error::Broken(e.to_string()))?)
    };
    INSERT.run(connection, decisions, bind).await
}

impl Store {
    /// Decisions, newest first by when they were taken.
    ///
    /// # Errors
    /// [`Error::BadPageToken`], else those of a read.
    pub async fn decisions(
        &self,
        filter: &DecisionFilter,
        page: &PageRequest,
    ) -> Result<Page<DecisionRecord>, Error> {
        let scope = Scope::new(self.store_id(), "decisions", filter);
        let start = scope.decode(page)?;
        let limit = page.limit();
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT at, number, record FROM decisions WHERE true");
        if let Some(symbol) = filter.symbol {
            query.push(" AND symbol = ").push_bind(symbol.as_str().to_owned());
        }
        if let Some(result) = &filter.result {
            query.push(" AND result = ").push_bind(result.clone());
        }
        if let Some(before) = filter.before {
            query.push(" AND at < ").push_bind(before.micros());
        }
        if let Some([at, number]) = start {
            query.push(" AND (at, number) < (").push_bind(at).push(", ");
            query.push_bind(number).push(")");
        }
        query.push(" ORDER BY at DESC, number DESC LIMIT ").push_bind(i64::from(limit) + 1);
        let mut read = self.read().await?;
        let sequence = as_of(&mut read).await?;
        let rows = query.build().fetch_all(&mut *read).await?;
        let item = |row: &SqliteRow| {
            Ok(([row.try_get(0)?, row.try_get(1)?], decode_record(row.try_get(2)?)?))
        };
        let items = rows.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
        Ok(scope.page(items, limit, None, sequence))
    }

    /// The decision on one candle, or the newest one of the symbol.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn decision(
        &self,
        symbol: Symbol,
        open_time: Option<Timestamp>,
    ) -> Result<Option<DecisionRecord>, Error> {
        let mut read = self.read().await?;
        let query = match open_time {
            Some(open_time) => sqlx::query_scalar(
                "SELECT record FROM decisions WHERE symbol = ? AND open_time = ? \
                 ORDER BY interval LIMIT 1",
            )
            .bind(symbol.as_str().to_owned())
            .bind(open_time.micros()),
            None => sqlx::query_scalar(
                "SELECT record FROM decisions WHERE symbol = ? ORDER BY at DESC, number DESC LIMIT 1",
            )
            .bind(symbol.as_str().to_owned()),
        };
        let record: Option<Vec<u8>> = query.fetch_optional(&mut *read).await?;
        record.as_deref().map(decode_record).transpose()
    }
}

fn decode_record(bytes: &[u8]) -> Result<DecisionRecord, Error> {
    decode(bytes).map_err(|e| Error::Corrupt(e.to_string()))
}
