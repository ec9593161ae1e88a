//! What the list of trades is sorted, filtered and summed by: one narrow row each, and running sums
//! over trades that are alike.

use crate::bulk::{Insert, Values, to_i64};
use crate::{Error, decimal_key, trade_facts};
use domain::{Amount, ClosedTrade, Name};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

static ROWS: Insert = Insert::new(
    "INSERT INTO trade_order (id, symbol, opened_at, closed_at, held, reason, won, profit, \
     profit_pct, quantity, fees)",
    11,
    "",
);

/// Trades read together when the rows of older ones are made.
const CHUNK: i64 = 1_000;

/// Counts and sums over some trades.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TradeSums {
    /// How many.
    pub trades: u64,
    /// Those with a profit above zero.
    pub won: u64,
    /// Sum of the profits after fees, quote units.
    pub profit: Amount,
    /// Sum of the fees, quote units.
    pub fees: Amount,
}

impl TradeSums {
    pub(crate) fn add(&mut self, trades: u64, won: bool, profit: Amount, fees: Amount) {
        self.trades += trades;
        self.won += if won { trades } else { 0 };
        self.profit += profit;
        self.fees += fees;
    }
}

/// Strategy, symbol, exit reason, won.
type Kind = (String, String, &'static str, bool);

/// Adds the rows and sums of trades that were just inserted.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    trades: &[ClosedTrade],
) -> Result<(), Error> {
    if trades.is_empty() {
        return Ok(());
    }
    let bind = |v: &mut Values, trade: &ClosedTrade| {
        v.add(to_i64("trade id", trade.id)?)?;
        v.add(trade.symbol.as_str().to_owned())?;
        v.add(trade.opened_at.micros())?;
        v.add(trade.closed_at.micros())?;
        v.add(trade.closed_at.micros() - trade.opened_at.micros())?;
        v.add(trade_facts::reason_text(trade.exit_reason)?)?;
        v.add(i64::from(trade.profit > Amount::ZERO))?;
        v.add(decimal_key::encode(trade.profit))?;
        v.add(decimal_key::encode(trade.profit_pct))?;
        v.add(decimal_key::encode(trade.quantity.get()))?;
        v.add(decimal_key::encode(trade.fees))
    };
    ROWS.run(connection, trades, bind).await?;
    let mut kinds: BTreeMap<Kind, TradeSums> = BTreeMap::new();
    for trade in trades {
        let won = trade.profit > Amount::ZERO;
        let reason = trade_facts::reason_text(trade.exit_reason)?;
        let owners: BTreeSet<Name> = trade.shares.iter().map(|share| share.strategy).collect();
        let owners = owners.iter().map(ToString::to_string).chain([String::new()]);
        for owner in owners {
            let kind = (owner, trade.symbol.to_string(), reason, won);
            kinds.entry(kind).or_default().add(1, won, trade.profit, trade.fees);
        }
    }
    for (kind, sums) in kinds {
        add_totals(connection, &kind, sums).await?;
    }
    Ok(())
}

async fn add_totals(
    connection: &mut SqliteConnection,
    (strategy, symbol, reason, won): &Kind,
    sums: TradeSums,
) -> Result<(), Error> {
    let stored = sqlx::query(
        "SELECT trades, profit, fees FROM trade_totals \
         WHERE strategy = ? AND symbol = ? AND reason = ? AND won = ?",
    )
    .bind(strategy)
    .bind(symbol)
    .bind(*reason)
    .bind(i64::from(*won))
    .fetch_optional(&mut *connection)
    .await?;
    let mut all = sums;
    if let Some(row) = stored {
        let (trades, profit, fees) = totals(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)?;
        all.add(trades, *won, profit, fees);
    }
    sqlx::query(
        "INSERT OR REPLACE INTO trade_totals (strategy, symbol, reason, won, trades, profit, fees) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(strategy)
    .bind(symbol)
    .bind(*reason)
    .bind(i64::from(*won))
    .bind(to_i64("trades", all.trades)?)
    .bind(all.profit.to_string())
    .bind(all.fees.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// A row of the totals.
pub(crate) fn totals(
    trades: i64,
    profit: &str,
    fees: &str,
) -> Result<(u64, Amount, Amount), Error> {
    let decimal =
        |text: &str| text.parse().map_err(|_| Error::Corrupt(format!("sum over trades {text:?}")));
    Ok((crate::bulk::to_u64("trades", trades)?, decimal(profit)?, decimal(fees)?))
}

/// Makes the rows of trades that were stored before there were such rows.
pub(crate) async fn catch_up(connection: &mut SqliteConnection) -> Result<u64, Error> {
    let mut made = 0;
    loop {
        let views: Vec<String> = sqlx::query_scalar(
            "SELECT view FROM trades WHERE id > (SELECT coalesce(max(id), -1) FROM trade_order) \
             ORDER BY id LIMIT ?",
        )
        .bind(CHUNK)
        .fetch_all(&mut *connection)
        .await?;
        if views.is_empty() {
            return Ok(made);
        }
        let trade = |view: &String| {
            serde_json::from_str(view).map_err(|e| Error::Corrupt(format!("trade: {e}")))
        };
        let trades = views.iter().map(trade).collect::<Result<Vec<ClosedTrade>, Error>>()?;
        insert(connection, &trades).await?;
        made += trades.len() as u64;
    }
}
