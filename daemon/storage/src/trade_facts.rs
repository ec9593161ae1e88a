//! One narrow line per round trip, in order of its end: what statistics are made of.
//!
//! A line is read several times faster than the whole trade. Migration 11 makes the lines of older
//! trades in SQL; a test holds both ways together.

use crate::Error;
use crate::bulk::{Insert, Values, to_i64};
use domain::{Amount, ClosedTrade, Decimal, ExitReason, Name, Symbol, Timestamp};
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

static FACTS: Insert = Insert::new("INSERT INTO trade_facts (closed_at, id, fact)", 3, "");
static COUNTS: Insert = Insert::new(
    "INSERT INTO trade_counts (symbol, strategy, trades)",
    3,
    "ON CONFLICT (symbol, strategy) DO UPDATE SET trades = trades + excluded.trades",
);

/// One strategy's part of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactShare {
    /// The strategy.
    pub strategy: Name,
    /// Its base quantity.
    pub quantity: Decimal,
    /// Its profit after fees, quote units.
    pub profit: Amount,
}

/// What statistics need to know of a round trip. Money in quote units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeFact {
    /// Number of the trade.
    pub id: u64,
    /// The pair.
    pub symbol: Symbol,
    /// Why it was left.
    pub reason: ExitReason,
    /// First fill of the entry.
    pub opened_at: Timestamp,
    /// Last fill of the exit.
    pub closed_at: Timestamp,
    /// Average entry price.
    pub entry_price: Decimal,
    /// Average exit price.
    pub exit_price: Decimal,
    /// Base quantity closed.
    pub quantity: Decimal,
    /// Fees of both sides.
    pub fees: Amount,
    /// Profit after fees.
    pub profit: Amount,
    /// Its owners.
    pub shares: Vec<FactShare>,
}

const REASONS: [(ExitReason, &str); 10] = [
    (ExitReason::StopLoss, "stop_loss"),
    (ExitReason::TakeProfit, "take_profit"),
    (ExitReason::StrategyExit, "strategy_exit"),
    (ExitReason::CloseAll, "close_all"),
    (ExitReason::FirstTarget, "first_target"),
    (ExitReason::TrailingStop, "trailing_stop"),
    (ExitReason::BreakEven, "break_even"),
    (ExitReason::TimeStop, "time_stop"),
    (ExitReason::Operator, "operator"),
    (ExitReason::External, "external"),
];

/// The column text of an exit reason.
pub(crate) fn reason_text(wanted: ExitReason) -> Result<&'static str, Error> {
    let found = REASONS.iter().find(|(reason, _)| *reason == wanted);
    found.map(|(_, text)| *text).ok_or_else(|| Error::Broken(format!("exit reason {wanted:?}")))
}

fn line(trade: &ClosedTrade) -> Result<String, Error> {
    let reason = reason_text(trade.exit_reason)?;
    let mut line = format!(
        "{} {} {reason} {} {} {} {} {}",
        trade.opened_at.micros(),
        trade.symbol,
        trade.entry_price.get(),
        trade.exit_price.get(),
        trade.quantity.get(),
        trade.fees,
        trade.profit
    );
    for share in &trade.shares {
        let _ = write!(line, " {}:{}:{}", share.strategy, share.quantity.get(), share.profit);
    }
    Ok(line)
}

/// Adds the lines and counts of trades that were just inserted.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    trades: &[ClosedTrade],
) -> Result<(), Error> {
    let bind = |v: &mut Values, trade: &ClosedTrade| {
        v.add(trade.closed_at.micros())?;
        v.add(to_i64("trade id", trade.id)?)?;
        v.add(line(trade)?)
    };
    FACTS.run(connection, trades, bind).await?;
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for trade in trades {
        let symbol = trade.symbol.to_string();
        *counts.entry((symbol.clone(), String::new())).or_default() += 1;
        let owners: BTreeSet<Name> = trade.shares.iter().map(|share| share.strategy).collect();
        for owner in owners {
            *counts.entry((symbol.clone(), owner.to_string())).or_default() += 1;
            *counts.entry((String::new(), owner.to_string())).or_default() += 1;
        }
    }
    let counts: Vec<_> = counts.into_iter().collect();
    let bind = |v: &mut Values, ((symbol, strategy), trades): &((String, String), i64)| {
        v.add(symbol.clone())?;
        v.add(strategy.clone())?;
        v.add(*trades)
    };
    COUNTS.run(connection, &counts, bind).await?;
    Ok(())
}

/// Reads `closed_at id fact`.
pub(crate) fn parse(line: &str) -> Option<TradeFact> {
    let mut words = line.split(' ');
    let closed_at = Timestamp::from_micros(words.next()?.parse().ok()?);
    let id = words.next()?.parse().ok()?;
    let opened_at = Timestamp::from_micros(words.next()?.parse().ok()?);
    let symbol = Symbol::parse(words.next()?)?;
    let reason = words.next()?;
    let reason = REASONS.iter().find(|(_, text)| *text == reason)?.0;
    let mut decimal = || words.next()?.parse::<Decimal>().ok();
    let [entry_price, exit_price, quantity, fees, profit] =
        [decimal()?, decimal()?, decimal()?, decimal()?, decimal()?];
    let shares = words.map(share).collect::<Option<_>>()?;
    Some(TradeFact {
        id,
        symbol,
        reason,
        opened_at,
        closed_at,
        entry_price,
        exit_price,
        quantity,
        fees,
        profit,
        shares,
    })
}

fn share(word: &str) -> Option<FactShare> {
    let (rest, profit) = word.rsplit_once(':')?;
    let (strategy, quantity) = rest.rsplit_once(':')?;
    Some(FactShare {
        strategy: Name::from(strategy).ok()?,
        quantity: quantity.parse().ok()?,
        profit: profit.parse().ok()?,
    })
}
