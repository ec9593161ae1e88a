//! Statistics over any stretch of time, from what the store holds. Off the trader's thread, without a
//! lock: one consistent read, in chunks, beside everything else.
//!
//! Formulas and their sources: docs/analytics.md. What goes over the wire is made in `wire.rs`.

mod calendar;
mod costs;
mod curve;
mod ratios;
#[cfg(test)]
mod speed;
mod spread;
#[cfg(test)]
mod tests;
mod trades;
mod wire;

use costs::{Costs, ExecutionSums};
use curve::{Curve, Start};
use domain::{Amount, Decimal, Symbol, Timestamp};
use storage::{Error, Store, Window};
use trades::{Marked, Trades};

pub use wire::{analytics, costs_answer};

/// What statistics are asked over: `from` (inclusive) to `to` (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// `None` means from the start.
    pub from: Option<Timestamp>,
    /// The end.
    pub to: Timestamp,
}

impl Interval {
    fn start(&self) -> Timestamp {
        self.from.unwrap_or(Timestamp::from_micros(i64::MIN))
    }
}

/// How much of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Spans of the curve at most.
    pub max_points: u32,
    /// Trades with marks at most.
    pub max_marked: usize,
}

/// Everything about an interval.
#[derive(Debug)]
pub struct Report {
    interval: Interval,
    /// First and last equity point, and how many.
    span: Option<(Timestamp, Timestamp, u64)>,
    curve: Option<Curve>,
    trades: Trades,
    /// Return of each trade, percent of the entry cost.
    returns: Vec<Decimal>,
    marked: Vec<Marked>,
    executions: ExecutionSums,
    as_of_sequence: u64,
}

/// Reads an interval. `positions` says for each pair since when a position is open now.
///
/// # Errors
/// Those of a read.
pub async fn report(
    store: &Store,
    interval: Interval,
    bounds: Bounds,
    positions: &[(Symbol, Option<Timestamp>)],
) -> Result<Report, Error> {
    let mut window = store.window(interval.start(), interval.to).await?;
    let as_of_sequence = window.as_of_sequence;
    let span = window.equity_span().await?;
    let mut trades = Trades::new(bounds.max_marked);
    window.trades(|fact| trades.push(&fact)).await?;
    let mut returns = Vec::new();
    window.returns(|value| returns.push(value)).await?;
    for (symbol, open_since) in positions {
        let since = window.open_at_end(*symbol).await?.or(*open_since);
        if let Some(since) = since.filter(|since| *since < interval.to) {
            trades.hold(since, interval.to);
        }
    }
    let marked = trades.take_marked();
    let mut executions = ExecutionSums::default();
    let measured = |fact| {
        if costs::is_measured(&fact) {
            executions.push(&fact)
        }
    };
    window.executions(measured).await?;
    let curve = match span {
        Some(span) => Some(read_curve(&mut window, interval, bounds, span, &marked).await?),
        None => None,
    };
    Ok(Report { interval, span, curve, trades, returns, marked, executions, as_of_sequence })
}

async fn read_curve(
    window: &mut Window,
    interval: Interval,
    bounds: Bounds,
    (first, last, count): (Timestamp, Timestamp, u64),
    marked: &[Marked],
) -> Result<Curve, Error> {
    let capital = window.capital().await?;
    let before = window.equity_before(interval.start()).await?;
    let earlier_peak = earlier_peak(window, interval.start(), &capital).await?;
    let max_points = bounds.max_points;
    let from = interval.start();
    let start = Start { from, before, earlier_peak, first, last, count, max_points };
    let wanted: Vec<Timestamp> =
        marked.iter().flat_map(|trade| [trade.entry.0, trade.exit.0]).collect();
    let mut curve = Curve::new(start, capital, &wanted);
    window.equity(|at, value| curve.push(at, value)).await?;
    curve.finish();
    Ok(curve)
}

/// The highest equity before a moment, in proportion to what moved in or out between it and then.
async fn earlier_peak(
    window: &mut Window,
    before: Timestamp,
    capital: &[(Timestamp, Amount)],
) -> Result<Option<Amount>, Error> {
    let mut peak: Option<Amount> = None;
    let mut begin = Timestamp::from_micros(i64::MIN);
    let changes = capital.windows(2).map(|pair| (pair[1].0, pair[1].1 - pair[0].1));
    for (end, moved) in changes.filter(|c| c.0 < before).chain([(before, Amount::ZERO)]) {
        let high = window.highest_equity(begin, end).await?.map(|(_, high)| high);
        peak = peak.max(high);
        if let (Some((_, last)), false) = (window.equity_before(end).await?, moved.is_zero()) {
            let after = last + moved;
            let scales = last > Amount::ZERO && after > Amount::ZERO;
            // From nothing, or down to it: measured anew.
            peak = peak.filter(|_| scales).map(|peak| (peak * after / last).round_dp(10));
        }
        begin = end;
    }
    Ok(peak)
}

/// The costs of an interval, with the journal number that they contain.
///
/// # Errors
/// Those of a read.
pub async fn costs(store: &Store, interval: Interval) -> Result<(Costs, u64), Error> {
    let mut window = store.window(interval.start(), interval.to).await?;
    let mut costs = Costs::default();
    window.fills(|fact| costs.fill(&fact)).await?;
    window.executions(|fact| costs.execution(&fact)).await?;
    Ok((costs, window.as_of_sequence))
}
