//! What the gate remembers besides money: returns per symbol and what has left lately; and the two
//! latches that follow from it.

use super::rates::Traffic;
use super::returns::Returns;
use crate::engine::Engine;
use crate::market::SymbolMarket;
use crate::output::Output;
use domain::{Candle, StateCause, TradingState};
use serde::{Deserialize, Serialize};

/// The gate's memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskState {
    /// Returns on the signal interval, in the order of the instruments.
    pub returns: Vec<Returns>,
    /// Orders, messages and refusals.
    pub traffic: Traffic,
}

impl RiskState {
    /// An empty memory for these markets.
    #[must_use]
    pub fn new(markets: &[SymbolMarket]) -> Self {
        let returns = markets.iter().map(|m| Returns::new(m.signal_interval)).collect();
        Self { returns, traffic: Traffic::default() }
    }

    /// Learns from a closed signal candle with this close.
    #[inline]
    pub fn learn(&mut self, index: usize, candle: &Candle, close: f64) {
        let returns = &mut self.returns[index];
        returns.push(returns.interval().end_of(candle.open_time), close);
    }

    /// Forgets returns of candles that are no longer the signal's.
    pub fn follow(&mut self, markets: &[SymbolMarket]) {
        for (returns, market) in self.returns.iter_mut().zip(markets) {
            if returns.interval() != market.signal_interval {
                *returns = Returns::new(market.signal_interval);
            }
        }
    }
}

impl Engine {
    /// Latches after too many refused orders: something is wrong that the next order will not mend.
    pub(crate) fn watch_rejections(&mut self, outputs: &mut Vec<Output>) {
        if !std::mem::take(&mut self.risk.traffic.refused_now) {
            return;
        }
        let limits = &self.settings.risk;
        let limit = limits.rejection_limit;
        let value =
            self.risk.traffic.rejections.in_window(self.now, limits.rejection_window_seconds);
        if limit > 0 && value >= limit {
            self.latch(StateCause::RepeatedRejections { limit, value }, outputs);
        }
    }

    /// Latches when a symbol that had prices has had none for too long.
    pub(crate) fn watch_prices(&mut self, outputs: &mut Vec<Output>) {
        let limit = self.settings.risk.stale_data_halt_seconds;
        if limit == 0 || self.trading.state != TradingState::Active {
            return;
        }
        let priced = self.markets.iter().filter(|m| m.last_price.is_some());
        let Some(oldest) = priced.min_by_key(|m| m.last_price_at) else { return };
        let age = (self.now.micros() - oldest.last_price_at.micros()) / 1_000_000;
        let value = u64::try_from(age).unwrap_or(0);
        if value > u64::from(limit) {
            let symbol = oldest.instrument.symbol;
            self.latch(StateCause::StaleData { symbol, limit, value }, outputs);
        }
    }

    /// Reduces until a person resumes, and takes working entries back.
    pub(crate) fn latch(&mut self, cause: StateCause, outputs: &mut Vec<Output>) {
        if self.trading.state == TradingState::Active {
            self.change_state(TradingState::Reducing, cause, outputs);
            self.cancel_entries(outputs);
        }
    }
}
