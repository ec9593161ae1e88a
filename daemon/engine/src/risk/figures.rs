//! The book's risk in figures, for people. Expensive ones are computed when asked for, on a copy.

use super::correlation::correlation;
use super::garch::{self, Garch, GarchError};
use super::returns::{LONGEST, Returns};
use super::value_at_risk::{Tail, tail};
use super::volatility::{annual_factor, deviation};
use crate::engine::Engine;
use domain::{Amount, Decimal, Interval, Name, Symbol, to_float};

/// A copy of all that the figures are computed from.
#[derive(Debug, Clone, Default)]
pub struct RiskBook {
    equity: Amount,
    correlation_window: usize,
    confidence: Decimal,
    symbols: Vec<SymbolBook>,
    sectors: Vec<(Name, u32)>,
    rates: [u32; 3],
}

#[derive(Debug, Clone)]
struct SymbolBook {
    symbol: Symbol,
    sector: Option<Name>,
    value: Amount,
    swing: f64,
    returns: Returns,
}

/// The figures.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskFigures {
    /// Per pair, in the order of the instruments.
    pub symbols: Vec<SymbolFigures>,
    /// Each two pairs once, with their correlation where it is known.
    pub correlations: Vec<(Symbol, Symbol, Option<f64>)>,
    /// Value at risk and expected shortfall of what is open; `None` when that can't be measured.
    pub tail: Option<Tail>,
    /// The confidence of both.
    pub confidence: Decimal,
    /// Sum of value × ATR / price over equity.
    pub heat: f64,
    /// Open pairs per sector.
    pub sectors: Vec<(Name, u32)>,
    /// Orders in the last minute.
    pub orders_last_minute: u32,
    /// Orders, pairs and cancels in the last minute.
    pub messages_last_minute: u32,
    /// Refused orders in the window of the settings since the last resume.
    pub rejections: u32,
}

/// One pair's figures. Deviations are shares of the price.
#[derive(Debug, Clone, PartialEq)]
pub struct SymbolFigures {
    /// The pair.
    pub symbol: Symbol,
    /// Its sector, when it has one.
    pub sector: Option<Name>,
    /// Position and working entries, quote units.
    pub value: Amount,
    /// Its part of the heat.
    pub heat: f64,
    /// Length of the candles that returns are measured on.
    pub interval: Interval,
    /// Returns that the figures are measured on.
    pub returns: usize,
    /// Realised deviation of one candle's return; `None` with fewer than two.
    pub volatility: Option<f64>,
    /// The same over a year of 365 days.
    pub annual_volatility: Option<f64>,
    /// The fitted model with its forecast of the next candle, or why there is none.
    pub garch: Result<Garch, GarchError>,
}

impl Engine {
    /// Copies what the figures need.
    #[must_use]
    pub fn risk_book(&self) -> RiskBook {
        let risk = &self.settings.risk;
        let working = self.working_by_symbol();
        let symbols = (0..self.markets.len()).map(|index| {
            let entries: Amount = working.iter().filter(|w| w.0 == index).map(|w| w.1).sum();
            let line = self.line(index, self.position_value(index) + entries);
            SymbolBook {
                symbol: line.symbol,
                sector: line.sector,
                value: line.value,
                swing: line.swing,
                returns: line.returns.clone(),
            }
        });
        let traffic = &self.risk.traffic;
        RiskBook {
            equity: self.watch.equity,
            correlation_window: risk.correlation_window as usize,
            confidence: risk.var_confidence,
            symbols: symbols.collect(),
            sectors: self.sector_counts().into_iter().collect(),
            rates: [
                traffic.orders.in_window(self.now),
                traffic.messages.in_window(self.now),
                traffic.rejections.in_window(self.now, risk.rejection_window_seconds),
            ],
        }
    }
}

impl RiskBook {
    /// Computes the figures; a few milliseconds per pair.
    #[must_use]
    pub fn figures(&self) -> RiskFigures {
        let equity = to_float(self.equity);
        let share = |value: Amount| if equity > 0.0 { to_float(value) / equity } else { 0.0 };
        let held: Vec<(&Returns, f64)> = self
            .symbols
            .iter()
            .filter(|s| s.value > Amount::ZERO)
            .map(|s| (&s.returns, share(s.value)))
            .collect();
        let symbols: Vec<SymbolFigures> =
            self.symbols.iter().map(|s| s.figures(share(s.value))).collect();
        let [orders_last_minute, messages_last_minute, rejections] = self.rates;
        RiskFigures {
            heat: symbols.iter().map(|s| s.heat).sum(),
            symbols,
            correlations: self.correlations(),
            tail: tail(&held, to_float(self.confidence)),
            confidence: self.confidence,
            sectors: self.sectors.clone(),
            orders_last_minute,
            messages_last_minute,
            rejections,
        }
    }

    fn correlations(&self) -> Vec<(Symbol, Symbol, Option<f64>)> {
        let mut pairs = Vec::new();
        for (at, first) in self.symbols.iter().enumerate() {
            for second in &self.symbols[at + 1..] {
                let value = correlation(&first.returns, &second.returns, self.correlation_window);
                pairs.push((first.symbol, second.symbol, value));
            }
        }
        pairs
    }
}

impl SymbolBook {
    fn figures(&self, share: f64) -> SymbolFigures {
        let values = self.returns.values(LONGEST);
        let volatility = deviation(&values);
        let interval = self.returns.interval();
        SymbolFigures {
            symbol: self.symbol,
            sector: self.sector,
            value: self.value,
            heat: share * self.swing,
            interval,
            returns: values.len(),
            volatility,
            annual_volatility: volatility.map(|v| v * annual_factor(interval)),
            garch: garch::fit(&values),
        }
    }
}
