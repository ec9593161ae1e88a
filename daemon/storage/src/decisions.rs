//! Decisions: one compact row per symbol and closed candle, never changed.

use crate::bulk::{Insert, Values};
use crate::decision_codec::{decode, encode};
use crate::page::Scope;
use crate::store::as_of;
use crate::{Error, Page, PageRequest, Store};
use domain::{Action, DecisionOutcome, DecisionRecord, Name, Symbol, Timestamp};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row as _};

/// An identical row changes nothing; a different one runs into the trigger on updates.
static INSERT: Insert = Insert::new(
    "INSERT INTO decisions (symbol, interval, open_time, at, result, record, reason, signals)",
    8,
    "ON CONFLICT (symbol, open_time, interval) DO UPDATE SET record = excluded.record \
     WHERE record <> excluded.record",
);

/// Which decisions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Only those of one pair.
    pub symbol: Option<Symbol>,
    /// Only those with this result.
    pub result: Option<DecisionResult>,
    /// Only those taken at or before this moment.
    pub until: Option<Timestamp>,
    /// Only those taken at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those taken before this moment.
    pub to: Option<Timestamp>,
    /// Only those with one of these tokens as their reason; none for all.
    pub reasons: Vec<String>,
    /// Only those on which this strategy wanted to buy or sell.
    pub strategy: Option<Name>,
}

impl DecisionFilter {
    /// Adds the conditions to a query over `decisions`.
    pub(crate) fn push(&self, query: &mut QueryBuilder<Sqlite>) {
        if let Some(symbol) = self.symbol {
            query.push(" AND symbol = ").push_bind(symbol.as_str().to_owned());
        }
        if let Some(result) = self.result {
            query.push(" AND result = ").push_bind(result.token());
            if result != DecisionResult::Hold {
                // In these words, so that SQLite may use the index without holds.
                query.push(" AND result <> 'hold'");
            }
        }
        if let Some(until) = self.until {
            query.push(" AND at <= ").push_bind(until.micros());
        }
        if let Some(from) = self.from {
            query.push(" AND at >= ").push_bind(from.micros());
        }
        if let Some(to) = self.to {
            query.push(" AND at < ").push_bind(to.micros());
        }
        if !self.reasons.is_empty() {
            query.push(" AND reason IN (");
            let mut words = query.separated(", ");
            for reason in &self.reasons {
                words.push_bind(reason.clone());
            }
            query.push(")");
        }
        if let Some(strategy) = self.strategy {
            // In these words, so that SQLite may use the index of those with signals.
            query.push(" AND signals <> '' AND instr(signals, ");
            query.push_bind(format!(" {strategy}:")).push(") > 0");
        }
    }
}

/// The token of an outcome: the reason of a hold, the check that denied, or what was done.
#[must_use]
pub fn reason_token(outcome: &DecisionOutcome) -> &str {
    match outcome {
        DecisionOutcome::Hold(reason) => reason.token(),
        DecisionOutcome::Denied(check) => check.as_str(),
        DecisionOutcome::Entered(_) => "entered",
        DecisionOutcome::Exited(_) => "exited",
        DecisionOutcome::ExitFenced => "exit_fenced",
    }
}

/// The strategies that wanted to buy or sell: ` macd:buy rsi:sell `; empty without any.
fn signals_text(decision: &DecisionRecord) -> String {
    let mut text = String::new();
    for signal in &decision.signals {
        let action = match signal.action {
            Action::Buy => "buy",
            Action::Sell => "sell",
            Action::Hold => continue,
        };
        if text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("{}:{action} ", signal.strategy));
    }
    text
}

/// Decisions read together when the words of older ones are made.
const CHUNK: i64 = 2_000;

/// Makes the words of decisions that were stored before there were any.
pub(crate) async fn catch_up(connection: &mut SqliteConnection) -> Result<u64, Error> {
    let mut made = 0;
    loop {
        let rows = sqlx::query(
            "SELECT number, record FROM decisions INDEXED BY decisions_bare \
             WHERE reason IS NULL LIMIT ?",
        )
        .bind(CHUNK)
        .fetch_all(&mut *connection)
        .await?;
        if rows.is_empty() {
            return Ok(made);
        }
        for row in &rows {
            let decision = decode_record(row.try_get(1)?)?;
            sqlx::query("UPDATE decisions SET reason = ?, signals = ? WHERE number = ?")
                .bind(reason_token(&decision.outcome))
                .bind(signals_text(&decision))
                .bind(row.try_get::<i64, _>(0)?)
                .execute(&mut *connection)
                .await?;
            made += 1;
        }
    }
}

/// What came of a decision, without its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecisionResult {
    /// Nothing was proposed.
    Hold,
    /// An entry was proposed and denied.
    Denied,
    /// An entry was approved.
    Entered,
    /// An exit was approved.
    Exited,
    /// An exit was wanted but the trading state forbids it.
    ExitFenced,
}

impl DecisionResult {
    /// The result of an outcome.
    #[must_use]
    pub const fn of(outcome: &DecisionOutcome) -> Self {
        match outcome {
            DecisionOutcome::Hold(_) => Self::Hold,
            DecisionOutcome::Denied(_) => Self::Denied,
            DecisionOutcome::Entered(_) => Self::Entered,
            DecisionOutcome::Exited(_) => Self::Exited,
            DecisionOutcome::ExitFenced => Self::ExitFenced,
        }
    }

    /// The result of a stored token.
    pub(crate) fn of_token(token: &str) -> Option<Self> {
        let all = [Self::Hold, Self::Denied, Self::Entered, Self::Exited, Self::ExitFenced];
        all.into_iter().find(|result| result.token() == token)
    }

    /// The token that it is stored as.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Denied => "denied",
            Self::Entered => "entered",
            Self::Exited => "exited",
            Self::ExitFenced => "exit_fenced",
        }
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
        v.add(DecisionResult::of(&decision.outcome).token())?;
        v.add(encode(decision).map_err(|e| Error::Broken(e.to_string()))?)?;
        v.add(reason_token(&decision.outcome).to_owned())?;
        v.add(signals_text(decision))
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
        filter.push(&mut query);
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
