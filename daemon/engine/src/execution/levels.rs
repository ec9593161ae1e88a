//! Stop and targets of a position: where they begin and how they move. Knows prices, no orders.
//!
//! A stop only moves up. Gaps: a price beyond several levels meets the stop first; above the target
//! everything is sold, whether the first target was met before or not.

use crate::settings::{PositionSettings, RiskSettings};
use domain::{Decimal, ExitReason, Instrument, Price, StopKind, Timestamp};
use serde::{Deserialize, Serialize};

/// Stop and targets of one position; all empty while there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Levels {
    /// At this price or below everything is sold.
    pub stop: Option<Price>,
    /// What has set the stop.
    pub stop_kind: StopKind,
    /// At this price or above a part is sold, once.
    pub first_target: Option<Price>,
    /// At this price or above everything is sold.
    pub target: Option<Price>,
    /// True once the first target was met.
    pub first_done: bool,
    /// Highest price since the entry.
    pub high: Option<Price>,
    /// Price at which the stop moves to the entry.
    pub break_even_at: Option<Price>,
    /// The entry with the fees of both sides: a stop there loses nothing.
    pub break_even: Option<Price>,
    /// When everything is sold, whatever the price.
    pub deadline: Option<Timestamp>,
    /// True once an operator has set a level: entries that follow leave them alone.
    pub by_operator: bool,
}

/// What a price calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// Sell everything.
    All(ExitReason),
    /// Sell the first target's share.
    Part,
}

const HUNDRED: Decimal = Decimal::ONE_HUNDRED;

impl Levels {
    /// Levels of a position entered at `entry` (average) and opened at `opened_at`.
    pub(super) fn of(
        entry: Price,
        opened_at: Timestamp,
        instrument: &Instrument,
        risk: &RiskSettings,
        position: &PositionSettings,
    ) -> Self {
        let up = |pct: Decimal| {
            let on = !pct.is_zero();
            on.then(|| instrument.ceil_price(entry.get() * (HUNDRED + pct) / HUNDRED)).flatten()
        };
        let stop = (!risk.stop_loss_pct.is_zero())
            .then(|| instrument.floor_price(entry.get() * (HUNDRED - risk.stop_loss_pct) / HUNDRED))
            .flatten();
        let target = up(risk.take_profit_pct);
        let first = up(position.first_target_pct).filter(|first| target.is_none_or(|t| *first < t));
        let micros = position.max_holding_hours * Decimal::from(3_600_000_000_i64);
        let held = i64::try_from(micros.trunc()).ok().filter(|held| *held > 0);
        Self {
            stop,
            stop_kind: StopKind::Initial,
            first_target: first,
            target,
            first_done: false,
            high: Some(entry),
            break_even_at: up(position.break_even_pct),
            break_even: up(risk.assumed_fee_pct * Decimal::TWO),
            deadline: held.map(|held| opened_at.plus_micros(held)),
            by_operator: false,
        }
    }

    /// Learns a price; true when the stop has moved. Cheap unless the price is a new high.
    #[inline]
    pub(super) fn follow(
        &mut self,
        price: Price,
        instrument: &Instrument,
        settings: &PositionSettings,
    ) -> bool {
        if self.high.is_none_or(|high| price <= high) {
            return false;
        }
        self.high = Some(price);
        let mut moved = false;
        if settings.trailing_stop_enabled {
            let below = price.get() * (HUNDRED - settings.trailing_stop_pct) / HUNDRED;
            moved = self.raise(instrument.floor_price(below), StopKind::Trailing);
        }
        if self.break_even_at.is_some_and(|at| price >= at) {
            moved |= self.move_to_entry();
        }
        moved
    }

    /// Moves the stop to where nothing is lost; true when it has moved.
    pub(super) fn move_to_entry(&mut self) -> bool {
        self.break_even_at = None;
        self.raise(self.break_even, StopKind::BreakEven)
    }

    fn raise(&mut self, to: Option<Price>, kind: StopKind) -> bool {
        let higher = to.is_some() && to > self.stop;
        if higher {
            (self.stop, self.stop_kind) = (to, kind);
        }
        higher
    }

    /// What a price at a moment calls for.
    pub(super) fn call(&self, price: Price, now: Timestamp) -> Option<Call> {
        if self.stop.is_some_and(|stop| price <= stop) {
            return Some(Call::All(self.stop_reason()));
        }
        if self.target.is_some_and(|target| price >= target) {
            return Some(Call::All(ExitReason::TakeProfit));
        }
        if self.deadline.is_some_and(|at| now >= at) {
            return Some(Call::All(ExitReason::TimeStop));
        }
        (!self.first_done && self.first_target.is_some_and(|target| price >= target))
            .then_some(Call::Part)
    }

    /// What a sale at the stop is called.
    pub(super) const fn stop_reason(&self) -> ExitReason {
        match self.stop_kind {
            StopKind::Initial | StopKind::Operator => ExitReason::StopLoss,
            StopKind::Trailing => ExitReason::TrailingStop,
            StopKind::BreakEven => ExitReason::BreakEven,
        }
    }

    /// True when a stop resting at `trigger` will do: it is the stop, or one that trails so little
    /// behind that the engine watches the difference.
    pub(super) fn stop_will_do(&self, trigger: Price, settings: &PositionSettings) -> bool {
        let Some(stop) = self.stop else { return false };
        if trigger == stop {
            return true;
        }
        let behind = (stop.get() - trigger.get()) * Decimal::from(10_000);
        self.stop_kind == StopKind::Trailing
            && trigger < stop
            && behind < settings.trailing_step_bps * stop.get()
    }
}

#[cfg(test)]
mod tests;
