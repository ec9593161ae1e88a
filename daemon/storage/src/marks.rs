//! What happened to one pair in a stretch of engine time, as a chart shows it.

use crate::bulk::{Insert, Values, to_i64};
use crate::order_reads::decode_fill;
use crate::order_story::{StoryRecord, decode};
use crate::store::as_of;
use crate::trades::decode as decode_trade;
use crate::{Error, FillRecord, Store};
use domain::{ClientOrderId, ClosedTrade, EngineEvent, EventKind, Symbol, Timestamp};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

static MOVES: Insert = Insert::new("INSERT INTO level_moves (symbol, at, engine_sequence)", 3, "");

macro_rules! levels {
    ($rest:literal) => {
        concat!(
            "SELECT j.sequence, j.at, j.payload FROM level_moves m ",
            "JOIN journal j ON j.engine_sequence = m.engine_sequence WHERE m.symbol = ? AND ",
            $rest
        )
    };
}

/// Notes where stop and targets moved.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    events: &[EngineEvent],
) -> Result<(), Error> {
    let own = |event: &EngineEvent| match event.kind {
        EventKind::ProtectionSet { symbol, .. } | EventKind::PositionClosed { symbol, .. } => {
            Some((symbol, event.at, event.sequence))
        }
        _ => None,
    };
    let rows: Vec<(Symbol, Timestamp, u64)> = events.iter().filter_map(own).collect();
    let bind = |v: &mut Values, (symbol, at, sequence): &(Symbol, Timestamp, u64)| {
        v.add(symbol.as_str().to_owned())?;
        v.add(at.micros())?;
        v.add(to_i64("engine sequence", *sequence)?)
    };
    MOVES.run(connection, &rows, bind).await?;
    Ok(())
}

/// Levels, fills and trades of a pair; each list oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// `protection_set` and `position_closed`; the first one may be older than the stretch: what was
    /// in force when it began.
    pub levels: Vec<StoryRecord>,
    /// Executions.
    pub fills: Vec<FillRecord>,
    /// Trades that were closed.
    pub trades: Vec<ClosedTrade>,
    /// True when older ones of a kind were left out.
    pub truncated: bool,
    /// Last journal number that it takes into account.
    pub as_of_sequence: u64,
}

impl Store {
    /// Marks from `from` (inclusive) to `to` (exclusive), of each kind the newest `limit`.
    ///
    /// # Errors
    /// Those of a read: [`Error::Busy`], [`Error::Corrupt`], [`Error::Database`].
    pub async fn marks(
        &self,
        symbol: Symbol,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        limit: u32,
    ) -> Result<Marks, Error> {
        let mut read = self.read_long().await?;
        let as_of_sequence = as_of(&mut read).await?;
        let from = from.map_or(i64::MIN, Timestamp::micros);
        let to = to.map_or(i64::MAX, Timestamp::micros);
        let pair = symbol.as_str().to_owned();
        let rows = i64::from(limit) + 1;
        let levels = sqlx::query(levels!(
            "m.at >= ? AND m.at < ? ORDER BY m.at DESC, m.engine_sequence DESC LIMIT ?"
        ));
        let levels =
            levels.bind(&pair).bind(from).bind(to).bind(rows).fetch_all(&mut *read).await?;
        let before =
            sqlx::query(levels!("m.at < ? ORDER BY m.at DESC, m.engine_sequence DESC LIMIT 1"));
        let before = before.bind(&pair).bind(from).fetch_optional(&mut *read).await?;
        let fills = sqlx::query(
            "SELECT engine_sequence, at, symbol, side, trade_id, price, quantity, fee, fee_asset, \
             liquidity, order_id FROM fills INDEXED BY fills_by_symbol_time \
             WHERE symbol = ? AND at >= ? AND at < ? ORDER BY at DESC, engine_sequence DESC LIMIT ?",
        );
        let fills = fills.bind(&pair).bind(from).bind(to).bind(rows).fetch_all(&mut *read).await?;
        let trades = sqlx::query(
            "SELECT view FROM trades INDEXED BY trades_by_symbol_time \
             WHERE symbol = ? AND closed_at >= ? AND closed_at < ? \
             ORDER BY closed_at DESC, id DESC LIMIT ?",
        );
        let trades =
            trades.bind(&pair).bind(from).bind(to).bind(rows).fetch_all(&mut *read).await?;
        let most = limit as usize;
        let truncated = [&levels, &fills, &trades].iter().any(|rows| rows.len() > most);
        // What was left out at the front hides what was in force before it.
        let before = before.filter(|_| levels.len() <= most);
        let newest = |rows: &[SqliteRow]| rows.len().min(most);
        let level_rows = levels[..newest(&levels)].iter().chain(&before).rev();
        let fill = |row: &SqliteRow| {
            let id: &str = row.try_get(10)?;
            let corrupt = || Error::Corrupt(format!("order id {id:?} of a fill"));
            decode_fill(ClientOrderId::parse(id).ok_or_else(corrupt)?, row)
        };
        Ok(Marks {
            levels: level_rows.map(decode).collect::<Result<_, _>>()?,
            fills: fills[..newest(&fills)].iter().rev().map(fill).collect::<Result<_, _>>()?,
            trades: trades[..newest(&trades)]
                .iter()
                .rev()
                .map(|row| decode_trade(row.try_get(0)?))
                .collect::<Result<_, Error>>()?,
            truncated,
            as_of_sequence,
        })
    }
}
