//! Puts a proposed entry before the checks: gathers the figures, sizes it, and has it judged.

use super::checks::{self, EntryContext, Line, OwnerUse};
use super::sizing::{self, SizingInput};
use super::{EntryPermit, garch, returns};
use crate::engine::Engine;
use domain::{
    Amount, Decimal, EntryDenial, Name, OrderPurpose, OrderSize, Price, RiskVerdict, SizingRecord,
    to_float,
};

/// What the gate said to an entry.
#[derive(Debug)]
pub struct Judgement {
    /// How large it would be.
    pub size: OrderSize,
    /// How that came about.
    pub sizing: SizingRecord,
    /// Each check up to and including the first that failed.
    pub verdicts: Vec<RiskVerdict>,
    /// Permission, or the denial.
    pub outcome: Result<EntryPermit, EntryDenial>,
}

impl Engine {
    /// Judges an entry at a price, for the strategies behind it with their shares.
    pub(crate) fn judge_entry(
        &self,
        index: usize,
        price: Price,
        owners: &[(Name, Decimal)],
    ) -> Judgement {
        let risk = &self.settings.risk;
        let market = &self.markets[index];
        let working = self.working_by_symbol();
        let entries: Amount = working.iter().map(|w| w.1).sum();
        let free_quote = self.quote_held - entries;
        let own_returns = &self.risk.returns[index];
        let forecast = || garch::fit(&own_returns.values(returns::LONGEST)).ok();
        let input = SizingInput {
            instrument: &self.book.instruments()[index],
            price,
            atr: market.atr_value,
            forecast: risk.garch_enabled.then(forecast).flatten().map(|model| model.forecast),
            equity: self.watch.equity,
            free_quote,
        };
        let (size, sizing) = sizing::size(&input, risk);
        let (book, held) = self.survey(Some(index), &working);
        let owners = self.owner_uses(owners, &working);
        let symbol_open = self.is_open(index);
        let context = EntryContext {
            instrument: input.instrument,
            state: self.trading.state,
            day_limit_hit: self.watch.day_limit_hit,
            day_loss_pct: self.watch.day_loss_pct(),
            unknown_orders: self.unknown_orders(index),
            price_age_ms: (self.now.micros() - market.last_price_at.micros()) / 1_000,
            orders_last_minute: self.risk.traffic.orders.in_window(self.now),
            messages_last_minute: self.risk.traffic.messages.in_window(self.now),
            open_symbols: book.len() as u32 + u32::from(symbol_open),
            symbol_open,
            cooldown: self.manage[index].cooldown,
            exposure: held + entries,
            equity: self.watch.equity,
            free_quote,
            last_price: market.last_price,
            median_close: own_returns.median_before(),
            max_quantity: self.settings.max_order_quantity.get(&market.instrument.symbol).copied(),
            owners: &owners,
            candidate: self.line(index, Amount::ZERO),
            book: &book,
        };
        let mut verdicts = Vec::new();
        let outcome = checks::approve_entry(&context, size, &sizing, risk, &mut verdicts);
        Judgement { size, sizing, verdicts, outcome }
    }

    /// What the gate would say to an entry at the last price now, for no strategy in particular.
    /// `None` for a symbol that has had no price. Changes nothing.
    #[must_use]
    pub fn preview_entry(&self, index: usize) -> Option<Judgement> {
        let price = self.markets.get(index)?.last_price?;
        Some(self.judge_entry(index, price, &[]))
    }

    /// Lines of all open symbols but one, and the value of everything held, dust and all.
    pub(crate) fn survey(
        &self,
        skip: Option<usize>,
        working: &[(usize, Amount)],
    ) -> (Vec<Line<'_>>, Amount) {
        let mut lines = Vec::with_capacity(self.markets.len());
        let mut held = Amount::ZERO;
        for index in 0..self.markets.len() {
            let value = self.position_value(index);
            held += value;
            let entries: Amount = working.iter().filter(|w| w.0 == index).map(|w| w.1).sum();
            let open = !entries.is_zero() || self.is_open(index);
            if open && Some(index) != skip {
                lines.push(self.line(index, value + entries));
            }
        }
        (lines, held)
    }

    /// One symbol's line with a value. Without an ATR the stop's distance stands in for it.
    pub(crate) fn line(&self, index: usize, value: Amount) -> Line<'_> {
        let market = &self.markets[index];
        let symbol = market.instrument.symbol;
        let price = market.last_price.map_or(0.0, |price| to_float(price.get()));
        let swing = match market.atr_value.filter(|_| price > 0.0) {
            Some(atr) => atr / price,
            None => to_float(self.settings.risk.stop_loss_pct) / 100.0,
        };
        let sector = self.settings.sector_map.get(&symbol).copied();
        Line { symbol, value, swing, sector, returns: &self.risk.returns[index] }
    }

    /// A position at the last price, quote units.
    pub(crate) fn position_value(&self, index: usize) -> Amount {
        let position = &self.book.positions[index];
        let price = self.markets[index].last_price.filter(|_| !position.is_flat());
        price.map_or(Amount::ZERO, |price| position.quantity * price.get())
    }

    /// Quote that entries at work may still spend, sent or not, by place of the symbol.
    pub(crate) fn working_by_symbol(&self) -> Vec<(usize, Amount)> {
        let sent = self
            .book
            .orders
            .values()
            .filter(|o| o.order.purpose == OrderPurpose::Entry)
            .filter_map(|o| Some((self.book.index_of(o.order.symbol)?, self.entry_cost(o))));
        let unsent = (0..self.manage.len())
            .filter(|index| self.manage[*index].entry.is_some())
            .map(|index| (index, self.unsent_cost(index)));
        sent.chain(unsent).filter(|(_, cost)| !cost.is_zero()).collect()
    }

    /// What limited strategies have in the market already.
    pub(crate) fn owner_uses(
        &self,
        owners: &[(Name, Decimal)],
        working: &[(usize, Amount)],
    ) -> Vec<OwnerUse> {
        let limited = |name: &Name| {
            let own = self.settings.strategies.iter().find(|s| s.params.name() == name.as_str());
            own.map(|s| s.allotment_pct).filter(|pct| *pct < Decimal::ONE_HUNDRED)
        };
        owners
            .iter()
            .filter_map(|(name, share)| {
                let allotment_pct = limited(name)?;
                let used = self.used_by(name, working);
                Some(OwnerUse { allotment_pct, used, share: *share })
            })
            .collect()
    }

    /// Value of a strategy's lots at the last prices and its shares of working entries.
    pub(crate) fn used_by(&self, name: &Name, working: &[(usize, Amount)]) -> Amount {
        let lots: Amount = (0..self.markets.len())
            .filter_map(|index| {
                let owned = self.book.positions[index].owned_by(name);
                let price = self.markets[index].last_price.filter(|_| !owned.is_zero())?;
                Some(owned * price.get())
            })
            .sum();
        if working.is_empty() {
            return lots;
        }
        let part = |intent: u64, cost: Amount| {
            let owners = self.book.intents.get(&intent).map(|intent| &intent.owners);
            let share = owners.and_then(|all| all.iter().find(|owner| owner.0 == *name));
            share.map_or(Amount::ZERO, |owner| cost * owner.1)
        };
        let orders = self.book.orders.values().filter(|o| o.order.purpose == OrderPurpose::Entry);
        let sent: Amount = orders.map(|o| part(o.intent, self.entry_cost(o))).sum();
        let unsent: Amount = (0..self.manage.len())
            .filter_map(|index| {
                let run = self.manage[index].entry.as_ref()?;
                Some(part(run.intent, self.unsent_cost(index)))
            })
            .sum();
        let entries = sent + unsent;
        lots + entries
    }
}
