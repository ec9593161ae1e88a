//! What a run will meet, in order of time: the market's prices, operators, parcels, restarts.

use super::link::Parcel;
use crate::sim::chance::Chance;
use crate::sim::script::Op;
use crate::sim::world::World;
use domain::{Candle, MarketTrade, Price, Quantity, Timestamp};
use engine::InputKind;
use exchanges::Row;
use simulator::price_path;
use std::collections::BTreeMap;

/// What an operator does here, besides what the script knows.
#[derive(Debug, Clone, Copy)]
pub enum VenueOp {
    /// From the script.
    Plain(Op),
    /// Closes a position, or a part of it.
    Close(u64),
    /// Moves a position's stop and target.
    Protect(u64),
    /// Takes an order back.
    Cancel(u64),
}

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
pub enum Due {
    /// The market moves.
    Price {
        /// Which pair.
        index: usize,
        /// Where to.
        price: Price,
        /// Through everything in between.
        continuous: bool,
        /// The row's last price.
        last: bool,
        /// The row begins here, with this volume.
        begins: Option<Quantity>,
    },
    /// A candle closes.
    Candle(usize, Candle),
    /// Somebody traded.
    Trade(usize, MarketTrade),
    /// Something arrives at one end of the link.
    Parcel(Parcel),
    /// The connection is back.
    Connected,
    /// An operator acts.
    Operator(VenueOp),
    /// The daemon starts again.
    Restart,
    /// From here on nothing goes wrong.
    FaultsEnd,
}

/// Everything that is due, by time and then in the order in which it was put there.
#[derive(Debug, Default)]
pub struct Schedule {
    due: BTreeMap<(Timestamp, u64), Due>,
    late: BTreeMap<(Timestamp, u64), InputKind>,
    numbers: u64,
}

impl Schedule {
    /// Puts something there.
    pub fn add(&mut self, at: Timestamp, due: Due) {
        self.numbers += 1;
        self.due.insert((at, self.numbers), due);
    }

    /// Puts market data there that reaches the daemon late.
    pub fn add_late(&mut self, at: Timestamp, kind: InputKind) {
        self.numbers += 1;
        self.late.insert((at, self.numbers), kind);
    }

    /// When the next thing is due.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let due = self.due.first_key_value().map(|(key, _)| key.0);
        let late = self.late.first_key_value().map(|(key, _)| key.0);
        due.into_iter().chain(late).min()
    }

    /// Takes the next thing; late market data as its input.
    pub fn pop(&mut self) -> Option<(Timestamp, Result<Due, InputKind>)> {
        let due = self.due.first_key_value().map(|(key, _)| *key);
        let late = self.late.first_key_value().map(|(key, _)| *key);
        match (due, late) {
            (Some(due), Some(late)) if late < due => self.pop_late(),
            (None, Some(_)) => self.pop_late(),
            _ => self.due.pop_first().map(|((at, _), due)| (at, Ok(due))),
        }
    }

    fn pop_late(&mut self) -> Option<(Timestamp, Result<Due, InputKind>)> {
        self.late.pop_first().map(|((at, _), kind)| (at, Err(kind)))
    }

    /// The schedule of a world: its rows, its operators, the end of its faults. Gives the time of
    /// the last row too.
    #[must_use]
    pub fn of(world: &World) -> (Self, Timestamp) {
        let mut schedule = Self::default();
        let mut market = world.open_market();
        let symbols: Vec<_> = world.instruments().iter().map(|i| i.symbol).collect();
        let mut ends = Vec::new();
        for _ in 0..world.warm_up * symbols.len() as u64 {
            if let Row::Bar(bar) = market.next_row()
                && let Some(index) = symbols.iter().position(|s| *s == bar.symbol)
            {
                let end = bar.interval.end_of(bar.candle.open_time);
                schedule.add_late(end, InputKind::WarmUp(index, bar.candle));
            }
        }
        for _ in 0..world.rows {
            let row = market.next_row();
            let Some(index) = symbols.iter().position(|s| *s == row.symbol()) else { continue };
            ends.push(row.close_time());
            match row {
                Row::Bar(bar) => schedule.bar(index, &bar),
                Row::Trade(trade) => schedule.trade(index, &trade),
            }
        }
        let last = ends.last().copied().unwrap_or(world.start());
        schedule.operators(world, &ends);
        let quiet = ends[ends.len() - ends.len() / 10 - 1];
        schedule.add(quiet, Due::FaultsEnd);
        (schedule, last)
    }

    fn bar(&mut self, index: usize, bar: &domain::Bar) {
        let open = bar.candle.open_time;
        let third = bar.interval.micros() / 3;
        let end = bar.interval.end_of(open);
        let times = [open, open.plus_micros(third), open.plus_micros(2 * third), end];
        for (leg, (price, at)) in price_path(&bar.candle).into_iter().zip(times).enumerate() {
            let begins = (leg == 0).then_some(bar.candle.volume);
            let due = Due::Price { index, price, continuous: leg > 0, last: leg == 3, begins };
            self.add(at, due);
        }
        self.add(end, Due::Candle(index, bar.candle));
    }

    fn trade(&mut self, index: usize, trade: &MarketTrade) {
        let begins = Some(trade.quantity);
        let price = trade.price;
        self.add(trade.at, Due::Price { index, price, continuous: false, last: true, begins });
        self.add(trade.at, Due::Trade(index, *trade));
    }

    fn operators(&mut self, world: &World, ends: &[Timestamp]) {
        let mut chance = Chance::new(world.seed, "venue operators");
        let at = |row: u64, chance: &mut Chance| {
            let end = ends[(row as usize).min(ends.len() - 1)];
            end.plus_micros(chance.between(0, 30_000) as i64 * 1_000)
        };
        for (row, op) in &world.script {
            let moment = at(*row, &mut chance);
            self.add(moment, Due::Operator(VenueOp::Plain(*op)));
        }
        for _ in 0..*chance.pick(&[0, 2, 8]) {
            let row = chance.below(world.rows);
            let draw = chance.below(1 << 30);
            let op = match chance.below(3) {
                0 => VenueOp::Close(draw),
                1 => VenueOp::Protect(draw),
                _ => VenueOp::Cancel(draw),
            };
            let moment = at(row, &mut chance);
            self.add(moment, Due::Operator(op));
        }
    }
}
