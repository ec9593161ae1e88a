//! One narrow line per finished intent, in order of its end: what cost figures are made of.
//!
//! Migration 11 makes the lines of older executions in SQL; a test holds both ways together.

use crate::Error;
use crate::bulk::{Insert, Values, to_i64};
use crate::executions::{purpose_text, style_text};
use crate::orders::side_text;
use domain::{
    Amount, Decimal, ExecutionStyle, IntentResult, OrderPurpose, OrderSide, Symbol, Timestamp,
};
use sqlx::sqlite::SqliteConnection;

static FACTS: Insert =
    Insert::new("INSERT INTO execution_facts (at, engine_sequence, fact)", 3, "");

/// What cost figures need to know of a finished intent. Money in quote units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionFact {
    /// When the work on it ended.
    pub at: Timestamp,
    /// The pair.
    pub symbol: Symbol,
    /// Why it existed.
    pub purpose: OrderPurpose,
    /// How it was worked.
    pub style: ExecutionStyle,
    /// Buy or sell.
    pub side: OrderSide,
    /// Base quantity done.
    pub filled: Decimal,
    /// Average price of what was done.
    pub average_price: Option<Decimal>,
    /// Price when it was decided, or the trigger.
    pub reference_price: Decimal,
    /// Fees taken in quote.
    pub fees: Amount,
    /// How much worse than the reference price, basis points.
    pub slippage_bps: Option<Decimal>,
    /// Implementation shortfall.
    pub shortfall: Amount,
}

const PURPOSES: [OrderPurpose; 5] = [
    OrderPurpose::Entry,
    OrderPurpose::StrategyExit,
    OrderPurpose::Protection,
    OrderPurpose::CloseAll,
    OrderPurpose::OperatorExit,
];

const STYLES: [ExecutionStyle; 7] = [
    ExecutionStyle::Market,
    ExecutionStyle::Limit,
    ExecutionStyle::LimitThenMarket,
    ExecutionStyle::PostOnly,
    ExecutionStyle::Twap,
    ExecutionStyle::Iceberg,
    ExecutionStyle::Resting,
];

fn line(result: &IntentResult) -> String {
    let or_dash = |value: Option<Decimal>| value.map_or("-".to_owned(), |v| v.to_string());
    format!(
        "{} {} {} {} {} {} {} {} {} {}",
        result.symbol,
        purpose_text(result.purpose),
        style_text(result.style),
        side_text(result.side),
        result.filled.get(),
        or_dash(result.average_price.map(domain::Price::get)),
        result.reference_price.get(),
        result.fees,
        or_dash(result.slippage_bps),
        result.shortfall
    )
}

/// Adds the lines of executions that were just inserted.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(u64, Timestamp, IntentResult)],
) -> Result<(), Error> {
    let bind = |v: &mut Values, (sequence, at, result): &(u64, Timestamp, IntentResult)| {
        v.add(at.micros())?;
        v.add(to_i64("engine sequence", *sequence)?)?;
        v.add(line(result))
    };
    FACTS.run(connection, rows, bind).await?;
    Ok(())
}

/// Reads `at engine_sequence fact`.
pub(crate) fn parse(line: &str) -> Option<ExecutionFact> {
    let mut words = line.split(' ');
    let at = Timestamp::from_micros(words.next()?.parse().ok()?);
    let _sequence = words.next()?;
    let symbol = Symbol::parse(words.next()?)?;
    let (purpose, style, side) = (words.next()?, words.next()?, words.next()?);
    let decimal = |word: &str| word.parse::<Decimal>().ok();
    let optional = |word: &str| if word == "-" { Some(None) } else { decimal(word).map(Some) };
    Some(ExecutionFact {
        at,
        symbol,
        purpose: PURPOSES.into_iter().find(|p| purpose_text(*p) == purpose)?,
        style: STYLES.into_iter().find(|s| style_text(*s) == style)?,
        side: [OrderSide::Buy, OrderSide::Sell].into_iter().find(|s| side_text(*s) == side)?,
        filled: decimal(words.next()?)?,
        average_price: optional(words.next()?)?,
        reference_price: decimal(words.next()?)?,
        fees: decimal(words.next()?)?,
        slippage_bps: optional(words.next()?)?,
        shortfall: decimal(words.next()?)?,
    })
}
