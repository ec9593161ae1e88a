//! How one symbol's price moves: phases, clustered volatility, jumps, volume.
//!
//! Floats choose the moves; prices and quantities are whole ticks and lots from the start.

use super::MarketError;
use super::random::{generator, normals, uniform};
use domain::{Asset, Candle, Decimal, Instrument, Interval, Price, Quantity, Symbol, Timestamp};
use rand_chacha::ChaCha8Rng;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// What a symbol's market is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketPhase {
    /// Rises more than it falls.
    TrendUp,
    /// Falls more than it rises.
    TrendDown,
    /// Swings around one price.
    Ranging,
    /// Moves wildly without direction.
    Volatile,
}

/// Moves within a bar, from which its high and low come; even, as normals come in pairs.
const MOVES_PER_BAR: usize = 8;
/// A phase lasts at least this many bars...
const SHORTEST_PHASE: u32 = 20;
/// ... and then ends with this chance at each bar.
const PHASE_END_CHANCE: f64 = 1.0 / 50.0;
/// Chance that a bar opens with a jump.
const JUMP_CHANCE: f64 = 0.004;
/// Drift of a trend, in standard deviations of a bar.
const TREND_DRIFT: f64 = 0.2;
/// Share of the way back to its centre that a ranging price goes in a bar.
const RANGE_PULL: f64 = 0.12;
/// Pull towards the starting price in a minute: keeps an endless stream within an order of size.
const HOME_PULL: f64 = 2e-5;
/// Clustering: weights of the last move and of the past in the variance (they leave 2 % for 1).
const LAST_MOVE_WEIGHT: f64 = 0.08;
const PAST_WEIGHT: f64 = 0.90;
/// Fewest ticks a price may fall to, and the most that are still exact in a float.
const TICKS: (f64, f64) = (20.0, 9e15);
/// Fewest ticks in a starting price, so that rounding does not swallow the moves.
const LEAST_START_TICKS: f64 = 2_000.0;

/// One symbol's market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Process {
    instrument: Instrument,
    rng: ChaCha8Rng,
    phase: MarketPhase,
    /// Bars made in this phase.
    phase_bars: u32,
    /// Natural logarithm of the price now, of the starting price, and of the centre of a range.
    now: f64,
    home: f64,
    centre: f64,
    /// Variance relative to the long-run one.
    variance: f64,
}

impl Process {
    pub fn new(seed: u64, instrument: &Instrument) -> Result<Self, MarketError> {
        let symbol = instrument.symbol;
        for (field, value) in
            [("tick_size", instrument.tick_size), ("lot_size", instrument.lot_size)]
        {
            if value < Decimal::new(1, 12) || value > Decimal::from(1_000_000) {
                return Err(MarketError::Step { symbol, field, value });
            }
        }
        let tick = float(instrument.tick_size);
        let price = (usd_value(instrument.base).unwrap_or(100.0)
            / usd_value(instrument.quote).unwrap_or(1.0))
        .max(LEAST_START_TICKS * tick);
        let home = price.ln();
        Ok(Self {
            instrument: *instrument,
            rng: generator(seed, symbol.as_str()),
            phase: MarketPhase::Ranging,
            phase_bars: 0,
            now: home,
            home,
            centre: home,
            variance: 1.0,
        })
    }

    pub fn symbol(&self) -> Symbol {
        self.instrument.symbol
    }

    pub fn phase(&self) -> MarketPhase {
        self.phase
    }

    /// Makes the candle that opens at `open_time`.
    pub fn next_candle(&mut self, interval: Interval, open_time: Timestamp) -> Candle {
        self.maybe_change_phase();
        let hours = f64::from(interval.seconds()) / 3_600.0;
        let usual = hourly_volatility(self.instrument.base) * hours.sqrt();
        let wildness = if self.phase == MarketPhase::Volatile { 2.0 } else { 1.0 };
        let sigma = usual * wildness * self.variance.sqrt();
        let open = self.open(usual);
        let (mut high, mut low, mut close) = (open, open, open);
        let before = self.now;
        let drift = self.drift(usual, hours * 60.0) / MOVES_PER_BAR as f64;
        let step = sigma / (MOVES_PER_BAR as f64).sqrt();
        for _ in 0..MOVES_PER_BAR / 2 {
            for normal in normals(&mut self.rng) {
                self.now += drift + step * normal;
                close = self.ticks();
                high = high.max(close);
                low = low.min(close);
            }
        }
        self.cluster((self.now - before - drift * MOVES_PER_BAR as f64) / (usual * wildness));
        let swing = (high - low) as f64 / close as f64 / usual;
        let volume = self.volume(swing, hours * 60.0);
        let prices = [open, high, low, close].map(|ticks| self.price(ticks));
        Candle::new(open_time, prices, volume)
            .expect("Invariant: high and low enclose every price of their path")
    }

    fn maybe_change_phase(&mut self) {
        self.phase_bars += 1;
        if self.phase_bars <= SHORTEST_PHASE || uniform(&mut self.rng) >= PHASE_END_CHANCE {
            return;
        }
        let chance = uniform(&mut self.rng);
        let next = match chance {
            c if c < 0.3 => MarketPhase::TrendUp,
            c if c < 0.6 => MarketPhase::TrendDown,
            c if c < 0.85 => MarketPhase::Ranging,
            _ => MarketPhase::Volatile,
        };
        self.phase = next;
        self.phase_bars = 0;
        self.centre = self.now;
    }

    /// Open of the next bar: the last close, seldom a jump away from it.
    fn open(&mut self, usual: f64) -> i64 {
        if uniform(&mut self.rng) < JUMP_CHANCE {
            let size = usual * (2.0 + 3.0 * uniform(&mut self.rng));
            self.now += if uniform(&mut self.rng) < 0.5 { size } else { -size };
        }
        self.ticks()
    }

    /// Where the price is drawn to in a bar of `minutes`.
    fn drift(&self, usual: f64, minutes: f64) -> f64 {
        let home = (self.home - self.now) * (HOME_PULL * minutes).min(0.5);
        home + match self.phase {
            MarketPhase::TrendUp => TREND_DRIFT * usual,
            MarketPhase::TrendDown => -TREND_DRIFT * usual,
            MarketPhase::Ranging => RANGE_PULL * (self.centre - self.now),
            MarketPhase::Volatile => 0.0,
        }
    }

    /// Large moves raise the variance of those that follow (a GARCH(1,1) step).
    fn cluster(&mut self, relative_move: f64) {
        let rest = 1.0 - LAST_MOVE_WEIGHT - PAST_WEIGHT;
        let square = relative_move * relative_move;
        let variance = rest + LAST_MOVE_WEIGHT * square + PAST_WEIGHT * self.variance;
        self.variance = variance.clamp(0.25, 8.0);
    }

    /// Base volume of a bar: more when the price swings more, never nothing.
    fn volume(&mut self, swing: f64, minutes: f64) -> Quantity {
        let a_minute = 1_000_000.0 / usd_value(self.instrument.base).unwrap_or(100.0);
        let [chance, _] = normals(&mut self.rng);
        let base = a_minute * minutes * (0.3 + 0.5 * swing) * (0.3 * chance).exp();
        let lots = (base / float(self.instrument.lot_size)).round().clamp(1.0, TICKS.1);
        Quantity::new(Decimal::from(lots as i64) * self.instrument.lot_size)
            .expect("Invariant: at least one lot is traded in a bar")
    }

    /// The price now in whole ticks.
    fn ticks(&self) -> i64 {
        (self.now.exp() / float(self.instrument.tick_size)).round().clamp(TICKS.0, TICKS.1) as i64
    }

    fn price(&self, ticks: i64) -> Price {
        Price::new(Decimal::from(ticks) * self.instrument.tick_size)
            .expect("Invariant: a price has at least one tick")
    }
}

/// What one unit of an asset is about worth in US dollars; `None` for assets that are not listed.
fn usd_value(asset: Asset) -> Option<f64> {
    Some(match asset.as_str() {
        "BTC" | "XBT" => 60_000.0,
        "ETH" => 3_000.0,
        "SOL" => 150.0,
        "BNB" => 500.0,
        "XRP" => 0.5,
        "USD" | "USDT" | "USDC" | "FDUSD" | "BUSD" | "TUSD" | "USDP" | "DAI" => 1.0,
        "EUR" => 1.1,
        "GBP" => 1.25,
        "BRL" => 0.2,
        "TRY" => 0.03,
        "KRW" => 0.00075,
        _ => return None,
    })
}

/// Standard deviation of the price's hourly moves, as a fraction.
fn hourly_volatility(base: Asset) -> f64 {
    match base.as_str() {
        "BTC" | "XBT" => 0.009,
        "ETH" => 0.012,
        "SOL" | "XRP" => 0.016,
        _ => 0.014,
    }
}

fn float(value: Decimal) -> f64 {
    value.to_f64().expect("Invariant: steps are within a float's range")
}
