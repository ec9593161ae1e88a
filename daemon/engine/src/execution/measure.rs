//! What an intent came to: done against asked for, and what the doing cost.

use crate::engine::Engine;
use crate::output::Output;
use domain::{
    Amount, Decimal, EventKind, ExecutionStyle, IntentResult, Name, OrderSide, OrderSize, Price,
    Quantity,
};

impl Engine {
    /// Records the result of an intent once nothing works on it any more and none of its orders can
    /// still fill. A resting pair that did nothing has no result.
    pub(crate) fn finish_intent(&mut self, number: u64, note: Name, outputs: &mut Vec<Output>) {
        let worked_on = self.manage.iter().any(|m| {
            m.exit.as_ref().is_some_and(|exit| exit.intent == number)
                || m.entry.as_ref().is_some_and(|entry| entry.intent == number)
        });
        if worked_on || self.book.orders.values().any(|o| o.intent == number) {
            return;
        }
        let Some(intent) = self.book.intents.get(&number).filter(|i| i.open) else { return };
        if intent.style == ExecutionStyle::Resting && intent.filled.is_zero() {
            return;
        }
        let Some(index) = self.book.index_of(intent.symbol) else { return };
        let last = self.markets[index].last_price;
        let average = (!intent.filled.is_zero())
            .then(|| Price::new((intent.filled_quote / intent.filled).round_dp(8)).ok())
            .flatten();
        let wanted = match intent.size {
            OrderSize::Base(quantity) => quantity.get(),
            OrderSize::QuoteBudget(_) => intent.filled,
        };
        let undone = match intent.style {
            ExecutionStyle::Resting => Decimal::ZERO,
            _ => (wanted - intent.filled).max(Decimal::ZERO),
        };
        let result = IntentResult {
            intent: number,
            symbol: intent.symbol,
            side: intent.side,
            purpose: intent.purpose,
            style: intent.style,
            wanted: Quantity::new(wanted).unwrap_or_default(),
            filled: Quantity::new(intent.filled).unwrap_or_default(),
            average_price: average,
            reference_price: intent.reference_price,
            fees: intent.fees,
            slippage_bps: average
                .and_then(|a| domain::slippage_bps(intent.side, intent.reference_price, a)),
            shortfall: shortfall(intent, undone, last),
            orders: intent.sent,
            note: if undone.is_zero() { Name::new() } else { note },
        };
        self.record(EventKind::IntentFinished { result }, outputs);
    }
}

/// Worse price on what was done, its fees, and what the price has run away by on what was not.
fn shortfall(intent: &crate::ledger::book::Intent, undone: Decimal, last: Option<Price>) -> Amount {
    let reference = intent.reference_price.get();
    let done = intent.filled_quote - reference * intent.filled;
    let missed = last.map_or(Decimal::ZERO, |p| (p.get() - reference) * undone);
    let worse = match intent.side {
        OrderSide::Buy => done + missed,
        OrderSide::Sell => -(done + missed),
    };
    (worse + intent.fees).round_dp(8).normalize()
}
