//! What a command would do: carried out on a copy of the session, whose events tell it.
//!
//! The copy meets the exchange's own rules (fees, slippage, impact, volume), so that in an unchanged
//! world the real thing does exactly the same. Nothing of the copy is kept.

use super::limits;
use crate::convert;
use domain::{
    Amount, Asset, ClientOrderId, Decimal, EventKind, Fill, NewOrder, OrderKind, OrderPurpose,
    OrderSide, OrderSize, Price, Symbol,
};
use engine::{Command, CommandReply, Engine, Output, PositionView, Refusal};
use simulator::PaperSession;
use tradingd_proto::v1;

/// What makes two plans the same: everything but prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// Symbol, side, purpose and size of each order that would leave.
    pub orders: Vec<(Symbol, OrderSide, OrderPurpose, OrderSize)>,
    /// Orders that would be taken back.
    pub cancels: Vec<String>,
    /// What, before, after.
    pub changes: Vec<(String, String, String)>,
    /// What is held before.
    pub positions: Vec<(Symbol, Decimal)>,
    /// The latch before.
    pub epoch: u64,
}

/// A plan without its id, and what is compared when it is carried out.
#[derive(Debug, Clone)]
pub(super) struct Rehearsal {
    pub plan: v1::Plan,
    pub shape: Shape,
    /// Last price of each symbol with an order.
    pub prices: Vec<(Symbol, Price)>,
}

/// One order of the rehearsal.
struct Leaving {
    order: NewOrder,
    filled: Decimal,
    filled_quote: Decimal,
    /// In the pair's quote asset.
    fee: Decimal,
}

/// Carries out a command on a copy.
///
/// # Errors
/// The engine or the exchange refuses the command.
pub(super) fn rehearse(
    session: &PaperSession,
    command: &Command,
    as_of_sequence: u64,
) -> Result<Rehearsal, Refusal> {
    let mut copy = session.clone();
    let mut outputs = Vec::new();
    copy.command(command.clone(), &mut outputs);
    let (mut leaving, mut cancels) = (Vec::<Leaving>::new(), Vec::new());
    for output in &outputs {
        match output {
            Output::Reply(CommandReply::Refused(refusal)) => return Err(refusal.clone()),
            Output::Event(event) => match &event.kind {
                EventKind::OrderSubmitted { order, .. } => leaving.push(Leaving::new(*order)),
                EventKind::OrderFilled { id, fill, .. } => book(&mut leaving, *id, fill, session),
                EventKind::CancelRequested { id } if is_live(session, *id) => {
                    cancels.push(id.to_string());
                }
                _ => {}
            },
            _ => {}
        }
    }
    let (before, after) = (session.engine(), copy.engine());
    let changes = changes(before, after);
    let prices = prices(before, &leaving);
    let shape = Shape {
        orders: leaving.iter().map(Leaving::shape).collect(),
        cancels: cancels.clone(),
        changes: changes
            .iter()
            .map(|c| (c.what.clone(), c.before.clone(), c.after.clone()))
            .collect(),
        positions: before.positions().map(|p| (p.instrument.symbol, p.position.quantity)).collect(),
        epoch: before.trading().epoch,
    };
    let figures: Vec<Figures> = leaving.iter().map(|l| l.figures(session)).collect();
    let exposure_after = exposure(after);
    let equity = after.equity().equity;
    let plan = v1::Plan {
        plan_id: String::new(),
        cost: convert::money(figures.iter().map(|f| f.cost).sum()),
        orders: figures.into_iter().map(|f| f.order).collect(),
        cancelled_order_ids: cancels,
        changes,
        exposure_before: convert::money(exposure(before)),
        exposure_after: convert::money(exposure_after),
        exposure_after_pct: if equity.is_zero() {
            String::new()
        } else {
            convert::text((exposure_after * Decimal::ONE_HUNDRED / equity).round_dp(2))
        },
        limits: limits::changed(before, after),
        as_of_sequence,
        expires_at: None,
    };
    Ok(Rehearsal { plan, shape, prices })
}

fn is_live(session: &PaperSession, id: ClientOrderId) -> bool {
    session.engine().book().orders.contains_key(&id)
}

fn book(leaving: &mut [Leaving], id: ClientOrderId, fill: &Fill, session: &PaperSession) {
    let Some(own) = leaving.iter_mut().find(|l| l.order.id == id) else { return };
    own.filled += fill.quantity.get();
    own.filled_quote += fill.quantity.get() * fill.price.get();
    own.fee += in_quote(session.engine(), own.order.symbol, fill.fee_asset, fill.fee, fill.price);
}

/// A fee in the pair's quote; zero when its asset has no price here.
fn in_quote(engine: &Engine, symbol: Symbol, asset: Asset, fee: Amount, price: Price) -> Amount {
    let own = engine.markets().iter().find(|m| m.instrument.symbol == symbol);
    let Some(instrument) = own.map(|m| m.instrument) else { return Amount::ZERO };
    if asset == instrument.quote {
        return fee;
    }
    if asset == instrument.base {
        return fee * price.get();
    }
    let pair = |m: &&engine::market::SymbolMarket| {
        m.instrument.base == asset && m.instrument.quote == instrument.quote
    };
    let rate = engine.markets().iter().find(pair).and_then(|m| m.last_price);
    rate.map_or(Amount::ZERO, |rate| fee * rate.get())
}

/// The figures of one planned order.
struct Figures {
    order: v1::PlannedOrder,
    /// Fee and slippage in quote.
    cost: Amount,
}

impl Leaving {
    const fn new(order: NewOrder) -> Self {
        Self { order, filled: Decimal::ZERO, filled_quote: Decimal::ZERO, fee: Decimal::ZERO }
    }

    const fn shape(&self) -> (Symbol, OrderSide, OrderPurpose, OrderSize) {
        (self.order.symbol, self.order.side, self.order.purpose, self.order.size)
    }

    /// Price at which a resting order would act; `None` for market orders.
    const fn level(&self) -> Option<Price> {
        match self.order.kind {
            OrderKind::Market => None,
            OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => Some(price),
            OrderKind::Stop { trigger } | OrderKind::TakeProfit { trigger } => Some(trigger),
        }
    }

    /// Average of what the copy has filled; for an order that the last row's volume left undone, the
    /// last price with the exchange's slippage.
    fn expected(&self, session: &PaperSession, last: Price) -> Decimal {
        if !self.filled.is_zero() {
            return self.filled_quote / self.filled;
        }
        let slippage = session.exchange().config().slippage_bps / Decimal::from(10_000);
        match self.order.side {
            OrderSide::Buy => last.get() * (Decimal::ONE + slippage),
            OrderSide::Sell => last.get() * (Decimal::ONE - slippage),
        }
    }

    fn figures(&self, session: &PaperSession) -> Figures {
        let last = last_price(session.engine(), self.order.symbol);
        let resting = self.level().is_some() && self.filled.is_zero();
        let reference = self.level().filter(|_| resting).or(last);
        let expected = last.filter(|_| !resting).map(|last| self.expected(session, last));
        let at = expected.or(reference.map(Price::get)).unwrap_or_default();
        let quantity = match self.order.size {
            OrderSize::Base(quantity) => quantity.get(),
            OrderSize::QuoteBudget(_) if !self.filled.is_zero() => self.filled,
            OrderSize::QuoteBudget(budget) if at > Decimal::ZERO => budget / at,
            OrderSize::QuoteBudget(_) => Decimal::ZERO,
        };
        let fee = if self.filled.is_zero() {
            let rate = session.exchange().config().taker_fee_pct / Decimal::ONE_HUNDRED;
            expected.map_or(Decimal::ZERO, |price| quantity * price * rate)
        } else {
            self.fee * quantity / self.filled
        };
        let worse = expected.zip(last).map(|(expected, last)| match self.order.side {
            OrderSide::Buy => expected - last.get(),
            OrderSide::Sell => last.get() - expected,
        });
        let bps = worse.zip(last).map(|(worse, last)| {
            convert::text((worse * Decimal::from(10_000) / last.get()).round_dp(2))
        });
        let order = v1::PlannedOrder {
            symbol: self.order.symbol.to_string(),
            side: convert::side(self.order.side).into(),
            purpose: convert::purpose(self.order.purpose).into(),
            quantity: convert::text(quantity),
            reference_price: reference.map(|p| convert::text(p.get())).unwrap_or_default(),
            expected_price: expected.map(|p| convert::text(p.round_dp(8))).unwrap_or_default(),
            value: convert::money(quantity * at),
            slippage_bps: bps.unwrap_or_default(),
            fee: convert::money(fee),
            resting,
        };
        Figures { order, cost: fee + worse.unwrap_or_default() * quantity }
    }
}

fn last_price(engine: &Engine, symbol: Symbol) -> Option<Price> {
    engine.markets().iter().find(|m| m.instrument.symbol == symbol).and_then(|m| m.last_price)
}

fn prices(engine: &Engine, leaving: &[Leaving]) -> Vec<(Symbol, Price)> {
    let mut symbols: Vec<Symbol> = leaving.iter().map(|l| l.order.symbol).collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols.into_iter().filter_map(|s| Some((s, last_price(engine, s)?))).collect()
}

/// Value of what is held.
fn exposure(engine: &Engine) -> Amount {
    let value =
        |p: PositionView<'_>| p.position.quantity * p.mark.map_or(Decimal::ZERO, Price::get);
    engine.positions().map(value).sum()
}

/// Trading state, switches, levels of what stays open, and balances that moved without an order.
fn changes(before: &Engine, after: &Engine) -> Vec<v1::PlannedChange> {
    let mut changes = Vec::new();
    let mut add = |what: String, before: String, after: String| {
        if before != after {
            changes.push(v1::PlannedChange { what, before, after });
        }
    };
    let word = |engine: &Engine| {
        let text = convert::trading_state(engine.trading().state).as_str_name();
        text.trim_start_matches("TRADING_STATE_").to_lowercase()
    };
    add("trading".to_owned(), word(before), word(after));
    let frozen =
        |engine: &Engine| (if engine.trading().frozen { "frozen" } else { "at work" }).to_owned();
    add("protection".to_owned(), frozen(before), frozen(after));
    for (at, strategy) in before.settings().strategies.iter().enumerate() {
        let on =
            |engine: &Engine| (if engine.switch_of(at).enabled { "on" } else { "off" }).to_owned();
        add(format!("strategy {}", strategy.params.name()), on(before), on(after));
    }
    let open: Vec<_> = after.positions().collect();
    for old in before.positions() {
        let symbol = old.instrument.symbol;
        let Some(new) = open.iter().find(|p| p.instrument.symbol == symbol) else { continue };
        let level = |p: Option<Price>| p.map(|p| convert::text(p.get())).unwrap_or_default();
        add(format!("{symbol} stop"), level(old.stop), level(new.stop));
        add(format!("{symbol} first target"), level(old.first_target), level(new.first_target));
        add(format!("{symbol} target"), level(old.target), level(new.target));
    }
    if before.book().movements.len() != after.book().movements.len() {
        let account = engine::ledger::Account::Holdings;
        for (asset, amount) in after.book().ledger.holdings() {
            let held = before.book().ledger.balance(asset, account);
            add(format!("balance {asset}"), convert::text(held), convert::text(amount));
        }
    }
    changes
}

#[cfg(test)]
mod tests;
