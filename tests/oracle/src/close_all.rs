//! Close-all: its report is the truth, and it comes to an end.

use crate::rules::Rule;
use crate::{Oracle, Row, Step};
use domain::{Amount, CloseAllReport, Decimal, Fill, Symbol, floor_to_step};
use std::collections::BTreeMap;

/// Rows with volume of one symbol after which a close-all must be over for it.
const PATIENCE: u64 = 12;

/// A close-all at work.
#[derive(Debug)]
pub(crate) struct CloseAll {
    id: u64,
    held: BTreeMap<Symbol, Decimal>,
    sold: BTreeMap<Symbol, (Decimal, Amount)>,
    profit: BTreeMap<Symbol, Amount>,
    rows: BTreeMap<Symbol, u64>,
    /// Lowest price since it began: at it the exchange may have refused a rest.
    lowest: BTreeMap<Symbol, Decimal>,
}

impl CloseAll {
    pub fn sold(&mut self, symbol: Symbol, fill: &Fill) {
        let sold = self.sold.entry(symbol).or_default();
        sold.0 += fill.quantity.get();
        sold.1 += fill.quantity.get() * fill.price.get();
    }

    pub fn profit(&mut self, symbol: Symbol, profit: Amount) {
        *self.profit.entry(symbol).or_default() += profit;
    }
}

impl Oracle {
    pub(crate) fn on_close_all_started(&mut self, id: u64) {
        let idle = self.close_all.is_none();
        self.must(idle, Rule::OneCloseAll, || id.to_string());
        let held = self
            .instruments
            .iter()
            .map(|i| (i.symbol, self.held(i.symbol)))
            .filter(|(_, held)| !held.is_zero())
            .collect();
        self.close_all = Some(CloseAll {
            id,
            held,
            sold: BTreeMap::new(),
            profit: BTreeMap::new(),
            rows: BTreeMap::new(),
            lowest: self.prices.clone(),
        });
    }

    pub(crate) fn on_close_all_finished(&mut self, report: &CloseAllReport) {
        let at_work = self.close_all.take();
        self.must(at_work.is_some(), Rule::CloseAllEndsOnce, || format!("{report:?}"));
        let Some(run) = at_work else { return };
        let listed: Vec<Symbol> = report.positions.iter().map(|p| p.symbol).collect();
        let fits = report.id == run.id && listed.iter().eq(run.held.keys());
        self.must(fits, Rule::CloseAllComplete, || format!("{report:?}, {run:?}"));
        let mut clean = true;
        for line in &report.positions {
            let symbol = line.symbol;
            self.guarded.insert(symbol);
            let now = self.held(symbol);
            let (sold, value) = run.sold.get(&symbol).copied().unwrap_or_default();
            let average = (!sold.is_zero()).then(|| (value / sold).round_dp(8));
            let profit = run.profit.get(&symbol).copied().unwrap_or_default();
            let truth = (run.held.get(&symbol).copied(), sold, now, average, profit);
            let said = (
                Some(line.held.get()),
                line.sold.get(),
                line.remaining.get(),
                line.average_price.map(domain::Price::get),
                line.profit,
            );
            self.must(said == truth, Rule::CloseAllTrue, || {
                format!("{line:?}, in truth {truth:?}")
            });
            let explained = now.is_zero() == line.note.is_empty();
            self.must(explained, Rule::RemainderExplained, || format!("{line:?}"));
            let lowest = run.lowest.get(&symbol).copied();
            clean &= self.is_dust(symbol, now, lowest);
            self.tally.branch(
                match line.note.as_str() {
                    "" => "close_all_sold",
                    "no_liquidity" => "close_all_no_liquidity",
                    _ => "close_all_dust",
                },
                1,
            );
        }
        let honest = !report.flat || clean;
        self.must(honest, Rule::FlatIsFlat, || format!("{report:?}"));
    }

    /// Nothing, less than a lot, or less than the smallest order.
    fn is_dust(&self, symbol: Symbol, held: Decimal, lowest: Option<Decimal>) -> bool {
        let instrument = self.instrument(symbol);
        let whole = floor_to_step(held, instrument.lot_size);
        let price = self.prices.get(&symbol).copied().unwrap_or_default();
        // The price may have moved since the exchange refused.
        let low = self.ranges.get(&symbol).map_or(price, |r| r.low.min(price));
        let low = lowest.map_or(low, |l| l.min(low));
        whole.is_zero() || whole * low < instrument.min_notional
    }

    pub(crate) fn check_close_all_ends(&mut self, step: Step<'_>) {
        let Step::Row(row) = step else { return };
        let symbol = match row {
            Row::Bar(bar) if !bar.candle.volume.is_zero() => bar.symbol,
            Row::Trade(trade) => trade.symbol,
            Row::Bar(_) => return,
        };
        let low = self.ranges.get(&symbol).map_or(Decimal::MAX, |r| r.low);
        let Some(run) = &mut self.close_all else { return };
        let lowest = run.lowest.entry(symbol).or_insert(low);
        *lowest = low.min(*lowest);
        if !run.held.contains_key(&symbol) {
            return;
        }
        let rows = run.rows.entry(symbol).or_default();
        *rows += 1;
        let least = run.held.keys().map(|s| run.rows.get(s).copied().unwrap_or_default()).min();
        let id = run.id;
        self.must(least != Some(PATIENCE), Rule::CloseAllEnds, || {
            format!("close-all {id} after {PATIENCE} rows of each symbol")
        });
    }
}
