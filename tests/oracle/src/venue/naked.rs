//! Nakedness: how long something was held at the venue without an order that protects or sells it.

use super::VenueOracle;
use crate::OpenAtVenue;
use crate::rules::Rule;
use domain::{Decimal, OrderSide, Symbol, Timestamp, floor_to_step};
use std::collections::BTreeMap;

/// Longest time that a position may be naked while nothing is in the way, in seconds: the horizon of
/// an unknown protective order, its look-ups, and what a busy link adds.
const LONGEST_SECONDS: i64 = 60;

/// Since when what is held is naked, and for how long that was nobody's fault but the daemon's.
#[derive(Debug, Default)]
pub struct Exposure {
    since: BTreeMap<Symbol, (Timestamp, i64)>,
    /// When an exit of a pair last left.
    pub(super) tried: BTreeMap<Symbol, Timestamp>,
    /// Naked stretches that have ended.
    pub stretches: u64,
    /// Longest of them, in seconds without hindrance.
    pub longest: i64,
}

impl VenueOracle {
    /// Looks at what is held and open at the venue. `prices` are the last ones there; `hindered`
    /// says that the daemon was dead, frozen or cut off, or the link faulty, since the last look.
    pub fn check_naked(
        &mut self,
        open: &[OpenAtVenue],
        prices: &BTreeMap<Symbol, Decimal>,
        hindered: bool,
    ) {
        for instrument in self.instruments.clone() {
            let symbol = instrument.symbol;
            // What nobody has told the daemon it cannot protect.
            let told = self.held(symbol).min(self.money.position(symbol));
            let whole = floor_to_step(told.max(Decimal::ZERO), instrument.lot_size);
            let price = prices.get(&symbol).copied().unwrap_or_default();
            // Half of the price: the venue may refuse a stop further down.
            let worth = whole * price / Decimal::TWO >= instrument.min_notional;
            let watched = self.at_venue.get(&symbol) == Some(&false);
            let covered = Self::covers(open, |o| {
                o.symbol == symbol
                    && (o.side == OrderSide::Sell || o.purpose == domain::OrderPurpose::Entry)
            });
            // In a market without volume exits end at once and are sent anew.
            let tried =
                self.exposure.tried.get(&symbol).is_some_and(|at| {
                    self.now.micros() - at.micros() <= LONGEST_SECONDS * 1_000_000
                });
            let naked = !whole.is_zero() && worth && !watched && !covered && !tried;
            if !naked {
                if let Some((_, seconds)) = self.exposure.since.remove(&symbol) {
                    self.exposure.stretches += 1;
                    self.exposure.longest = self.exposure.longest.max(seconds);
                    self.tally.branch("naked_stretch_ended", 1);
                }
                continue;
            }
            let now = self.now;
            let at = self.exposure.since.entry(symbol).or_insert((now, 0));
            let passed = (now.micros() - at.0.micros()) / 1_000_000;
            at.0 = at.0.plus_micros(passed * 1_000_000);
            at.1 = if hindered { 0 } else { at.1 + passed };
            let seconds = at.1;
            self.must(seconds <= LONGEST_SECONDS, Rule::BoundedNakedness, || {
                format!("{symbol}: {whole} held for {seconds} s without protection or exit")
            });
        }
    }
}
