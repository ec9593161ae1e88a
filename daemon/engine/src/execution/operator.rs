//! What operators do to single positions and orders. Safer is always possible, also while halted.

use super::{Levels, PendingExit};
use crate::engine::Engine;
use crate::input::Level;
use crate::output::{CommandReply, Output, Refusal};
use domain::{ClientOrderId, Decimal, ExitReason, OrderPurpose, Price, Quantity, StopKind, Symbol};

impl Engine {
    /// Sells a position, or a part of it. A strategy's exit at work makes way; a protective one and
    /// a close go first.
    pub(crate) fn close_position(
        &mut self,
        symbol: Symbol,
        quantity: Option<Quantity>,
        outputs: &mut Vec<Output>,
    ) -> Result<CommandReply, Refusal> {
        let index = self.held(symbol)?;
        let instrument = self.markets[index].instrument;
        let held = self.book.positions[index].quantity;
        let sellable = instrument.floor_quantity(held);
        let wanted = quantity.unwrap_or(sellable);
        let whole = instrument.floor_quantity(wanted.get()) == wanted;
        if quantity.is_some() && (wanted.is_zero() || wanted.get() > held || !whole) {
            let held = Quantity::new(held).unwrap_or_default();
            return Err(Refusal::BadQuantity { wanted, held, step: instrument.lot_size });
        }
        let price = self.markets[index].last_price.map_or(Decimal::ZERO, Price::get);
        let value = wanted.get() * price;
        if wanted.is_zero() || value < instrument.min_notional {
            let least = instrument.min_notional;
            return Err(Refusal::TooSmall { quantity: wanted, value, least });
        }
        let at_work = self.manage[index].exit.as_ref();
        if at_work.is_some_and(|e| e.purpose != OrderPurpose::StrategyExit) {
            return Err(Refusal::ExitAtWork(symbol));
        }
        let exit =
            PendingExit::of_all(OrderPurpose::OperatorExit, ExitReason::Operator, wanted.get());
        let intent = self.begin_exit(index, exit, outputs);
        Ok(CommandReply::ClosingPosition { intent, quantity: wanted })
    }

    /// Moves stop and targets; all of it or nothing.
    pub(crate) fn set_protection(
        &mut self,
        symbol: Symbol,
        [stop, first_target, target]: [Level; 3],
        outputs: &mut Vec<Output>,
    ) -> Result<CommandReply, Refusal> {
        let index = self.held(symbol)?;
        let Some(price) = self.markets[index].last_price else {
            return Err(Refusal::NoPosition(symbol));
        };
        let tick = self.markets[index].instrument.tick_size;
        let mut levels = self.manage[index].levels;
        let wanted = [
            ("stop", stop, &mut levels.stop),
            ("first_target", first_target, &mut levels.first_target),
            ("target", target, &mut levels.target),
        ];
        for (level, change, place) in wanted {
            match change {
                Level::Keep => {}
                Level::Clear => *place = None,
                Level::At(value) => {
                    if !(value.get() % tick).is_zero() {
                        return Err(Refusal::OffTick { level, tick, value });
                    }
                    let below = level == "stop";
                    if (below && value >= price) || (!below && value <= price) {
                        let side = if below { "below" } else { "above" };
                        return Err(Refusal::BadLevel { level, side, bound: price, value });
                    }
                    *place = Some(value);
                }
            }
        }
        if let (Level::At(value), Some(bound)) = (first_target, levels.target)
            && value >= bound
        {
            return Err(Refusal::BadLevel { level: "first_target", side: "below", bound, value });
        }
        if let (Level::At(value), Some(bound)) = (target, levels.first_target)
            && value <= bound
            && !levels.first_done
        {
            return Err(Refusal::BadLevel { level: "target", side: "above", bound, value });
        }
        Self::by_operator(&mut levels, stop, first_target);
        self.manage[index].levels = levels;
        self.manage[index].synthetic = false;
        if self.manage[index].exit.is_none() {
            self.advance(index, outputs);
        }
        let Levels { stop, first_target, target, first_done, .. } = levels;
        let first_target = first_target.filter(|_| !first_done);
        Ok(CommandReply::Protected { stop, first_target, target })
    }

    fn by_operator(levels: &mut Levels, stop: Level, first_target: Level) {
        levels.by_operator = true;
        if stop != Level::Keep {
            levels.stop_kind = StopKind::Operator;
            levels.break_even_at = None;
        }
        if matches!(first_target, Level::At(_)) {
            levels.first_done = false;
        }
    }

    /// Takes an order back. Protection is moved instead; an entry or exit ends with its order.
    pub(crate) fn cancel_order(
        &mut self,
        id: ClientOrderId,
        outputs: &mut Vec<Output>,
    ) -> Result<CommandReply, Refusal> {
        let unknown = || Refusal::UnknownOrder(id.to_string());
        let order = self.book.orders.get(&id).filter(|o| !o.status.is_terminal());
        let (symbol, purpose, intent) =
            order.map(|o| (o.order.symbol, o.order.purpose, o.intent)).ok_or_else(unknown)?;
        let index = self.book.index_of(symbol).ok_or_else(unknown)?;
        if purpose == OrderPurpose::Protection {
            return Err(Refusal::ProtectiveOrder(id));
        }
        if self.manage[index].entry.as_ref().is_some_and(|run| run.intent == intent) {
            self.stop_entry(index, "cancelled", outputs);
        } else {
            if self.manage[index].exit.as_ref().is_some_and(|exit| exit.intent == intent) {
                self.end_exit(index, "cancelled", outputs);
            }
            self.cancel(index, id, outputs);
        }
        Ok(CommandReply::Cancelling { id })
    }

    fn held(&self, symbol: Symbol) -> Result<usize, Refusal> {
        let index = self.book.index_of(symbol).ok_or(Refusal::UnknownSymbol(symbol))?;
        if self.book.positions[index].is_flat() {
            return Err(Refusal::NoPosition(symbol));
        }
        Ok(index)
    }
}
