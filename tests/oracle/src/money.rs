//! Money: the oracle's own books from fills alone, against the exchange's books and the ledger.

use crate::rules::Rule;
use crate::{BookLine, Oracle, PositionLine, Shown};
use domain::{
    Amount, Asset, ClosedTrade, Decimal, EventKind, ExitReason, ExternalMovement, Fill, Instrument,
    OrderSide, Price, Symbol,
};
use std::collections::BTreeMap;

/// One asset's flows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flows {
    pub opening: Amount,
    pub received: Amount,
    pub paid: Amount,
    pub fees: Amount,
    pub moved: Amount,
}

impl Flows {
    pub fn closing(&self) -> Amount {
        self.opening + self.received - self.paid - self.fees + self.moved
    }
}

/// The oracle's books.
#[derive(Debug, Default)]
pub(crate) struct Money {
    assets: BTreeMap<Asset, Flows>,
    positions: BTreeMap<Symbol, Decimal>,
    /// Value and quantity bought since a pair was last flat.
    bought: BTreeMap<Symbol, (Amount, Decimal)>,
    trades: u64,
    profit: Amount,
    profit_of: BTreeMap<Symbol, Amount>,
    /// The same since the last entry on top of a rest, whose cost then is part of it.
    basis: BTreeMap<Symbol, (Amount, Decimal)>,
    /// Entry value of what trades have closed since a pair was last flat.
    closed: BTreeMap<Symbol, Amount>,
    /// Sold and not in a trade yet.
    untraded: BTreeMap<Symbol, Decimal>,
}

impl Money {
    pub fn open(&mut self, balances: &[(Asset, Amount)]) {
        for (asset, amount) in balances {
            self.assets.entry(*asset).or_default().opening += *amount;
        }
    }

    pub fn external(&mut self, movement: &ExternalMovement) {
        for (asset, amount) in movement.sides() {
            self.assets.entry(asset).or_default().moved += amount;
        }
    }

    pub fn reduce(&mut self, symbol: Symbol, quantity: Decimal) {
        let position = self.positions.entry(symbol).or_default();
        *position -= quantity;
        *self.untraded.entry(symbol).or_default() += quantity;
        if position.is_zero() {
            self.bought.remove(&symbol);
            self.basis.remove(&symbol);
            self.closed.remove(&symbol);
        }
    }

    pub fn position(&self, symbol: Symbol) -> Decimal {
        self.positions.get(&symbol).copied().unwrap_or_default()
    }

    pub fn flows(&self, asset: Asset) -> Flows {
        self.assets.get(&asset).copied().unwrap_or_default()
    }

    pub fn closing(&self, asset: Asset) -> Amount {
        self.flows(asset).closing()
    }

    /// True when nothing was sold since the pair was last flat.
    fn is_untouched(&self, symbol: Symbol) -> bool {
        self.basis.get(&symbol).is_some_and(|b| !b.1.is_zero() && b.1 == self.position(symbol))
    }

    /// Goes on from a rest that cost so much: what people were shown of it, else what was bought less
    /// what trades have closed. True when that is exact.
    pub fn rebase(&mut self, symbol: Symbol, shown: Option<(Amount, Decimal)>) -> bool {
        let held = self.position(symbol);
        if self.is_untouched(symbol) {
            return true;
        }
        let known = shown.filter(|line| line.1 == held);
        let of = |map: &BTreeMap<Symbol, Amount>| map.get(&symbol).copied().unwrap_or_default();
        let going = of(&self.untraded) * self.entry_price(symbol).unwrap_or_default();
        let bought = self.bought.get(&symbol).copied().unwrap_or_default();
        let left = (bought.0 - of(&self.closed) - going, held);
        self.basis.insert(symbol, known.unwrap_or(left));
        known.is_some()
    }

    /// Average price of what was bought since the pair was last flat, to eight places.
    pub fn entry_price(&self, symbol: Symbol) -> Option<Decimal> {
        let (value, quantity) = self.basis.get(&symbol)?;
        (!quantity.is_zero()).then(|| (*value / *quantity).round_dp(8))
    }

    pub fn fill(&mut self, instrument: &Instrument, side: OrderSide, fill: &Fill) {
        let (base, value) =
            (fill.quantity.get(), (fill.price.get() * fill.quantity.get()).normalize());
        let buy = side == OrderSide::Buy;
        let position = self.positions.entry(instrument.symbol).or_default();
        let bought = self.bought.entry(instrument.symbol).or_default();
        let basis = self.basis.entry(instrument.symbol).or_default();
        if buy {
            // A fee in base is taken from what was bought.
            let kept = if fill.fee_asset == instrument.base { fill.fee } else { Amount::ZERO };
            *position += base - kept;
            *bought = (bought.0 + value, bought.1 + base);
            *basis = (basis.0 + value, basis.1 + base);
        } else {
            *position -= base;
            *self.untraded.entry(instrument.symbol).or_default() += base;
            if position.is_zero() {
                (*bought, *basis) = Default::default();
                self.closed.remove(&instrument.symbol);
            }
        }
        let (gets, gives) = if buy { (base, value) } else { (value, base) };
        let (into, from) = if buy {
            (instrument.base, instrument.quote)
        } else {
            (instrument.quote, instrument.base)
        };
        self.assets.entry(into).or_default().received += gets;
        self.assets.entry(from).or_default().paid += gives;
        self.assets.entry(fill.fee_asset).or_default().fees += fill.fee;
    }
}

impl Oracle {
    /// Counts what the totals count.
    pub(crate) fn count(&mut self, kind: &EventKind) {
        let totals = &mut self.totals;
        match kind {
            EventKind::OrderSubmitted { .. } => totals.orders += 1,
            EventKind::OrderFilled { .. } => totals.fills += 1,
            EventKind::TradeClosed { trade } => {
                totals.trades += 1;
                totals.realised += trade.profit;
                if trade.profit > Amount::ZERO {
                    totals.wins += 1;
                    totals.gross_profit += trade.profit;
                } else {
                    totals.gross_loss -= trade.profit;
                }
            }
            _ => {}
        }
    }

    /// Equity at the last prices, from the oracle's own books.
    pub(crate) fn equity(&self) -> Amount {
        let quote = self.instruments[0].quote;
        let held: Amount = self
            .money
            .positions
            .iter()
            .map(|(symbol, held)| *held * self.prices.get(symbol).copied().unwrap_or_default())
            .sum();
        self.money.closing(quote) + held
    }

    pub(crate) fn check_equity(&mut self, equity: Amount) {
        let own = self.equity();
        self.must(own == equity, Rule::Equity, || format!("engine says {equity}, fills say {own}"));
    }

    pub(crate) fn on_trade(&mut self, trade: &ClosedTrade) {
        self.money.trades += 1;
        self.money.profit += trade.profit;
        *self.money.profit_of.entry(trade.symbol).or_default() += trade.profit;
        if !self.money.position(trade.symbol).is_zero() {
            *self.money.closed.entry(trade.symbol).or_default() +=
                trade.entry_price.get() * trade.quantity.get();
        }
        *self.money.untraded.entry(trade.symbol).or_default() -= trade.quantity.get();
        let quantity: Decimal = trade.shares.iter().map(|s| s.quantity.get()).sum();
        let profit: Amount = trade.shares.iter().map(|s| s.profit).sum();
        let number = self.money.trades;
        self.must(trade.id == number, Rule::TradesNumbered, || {
            format!("trade {} where {number} was due", trade.id)
        });
        let adds_up = quantity == trade.quantity.get() && profit == trade.profit;
        self.must(adds_up, Rule::SharesAddUp, || format!("{trade:?}"));
        if trade.exit_reason == ExitReason::StrategyExit {
            let leaving = self.leaving.get(&trade.symbol).cloned().unwrap_or_default();
            let own = trade.shares.iter().all(|s| leaving.contains(&s.strategy));
            self.must(own, Rule::OwnLots, || format!("{leaving:?} wanted out: {trade:?}"));
        }
        if let Some(run) = &mut self.close_all {
            run.profit(trade.symbol, trade.profit);
        }
    }

    /// Conservation, per asset and exactly: fills of the database against the exchange's books.
    pub(crate) fn check_books(&mut self, books: &[BookLine]) {
        self.tally.checks += 1;
        for line in books {
            let own = self.money.flows(line.asset);
            let same = (own.opening, own.received, own.paid, own.fees, own.moved, own.closing())
                == (line.opening, line.received, line.paid, line.fees, line.moved, line.closing);
            self.must(same, Rule::Conserved, || {
                format!("fills say {own:?}, the exchange {line:?}")
            });
        }
    }

    /// What people are shown is what the database and the exchange say.
    pub(crate) fn check_shown(&mut self, shown: &Shown) {
        self.positions.clone_from(&shown.positions);
        self.check_state(shown);
        for line in &shown.accounts {
            let own = self.money.flows(line.asset);
            let same = (line.holdings, line.fees, -line.opening)
                == (own.closing(), own.fees, own.opening)
                && (line.owned, -line.external) == (own.closing(), own.moved);
            self.must(same, Rule::BalancesShown, || format!("fills say {own:?}, shown {line:?}"));
            let sum = line.holdings + line.opening + line.market + line.fees + line.external;
            self.must(sum.is_zero(), Rule::SumsToZero, || format!("{line:?} leaves {sum}"));
        }
        for line in &shown.positions {
            self.check_position(line);
        }
        let own = self.totals;
        self.must(shown.totals == own, Rule::TotalsShown, || {
            format!("events say {own:?}, shown {:?}", shown.totals)
        });
        self.check_profit(shown);
    }

    fn check_position(&mut self, line: &PositionLine) {
        let held = self.money.position(line.symbol);
        self.must(line.quantity == held, Rule::PositionsShown, || {
            format!("shown {line:?}, fills {held}")
        });
        let lots: Decimal = line.lots.iter().map(|lot| lot.1).sum();
        let sound = lots == held && line.lots.iter().all(|lot| lot.1 > Decimal::ZERO);
        self.must(sound, Rule::LotsAddUp, || format!("{line:?}"));
        let average = (!held.is_zero()).then(|| (line.value / line.quantity).round_dp(8));
        let shown = line.entry_price.map(Price::get);
        self.must(shown == average, Rule::EntryPriceShown, || format!("{line:?}, {average:?}"));
        // Sales take lots of different prices, so that later averages are not those of the fills.
        if self.money.is_untouched(line.symbol) && !self.rough.contains(&line.symbol) {
            let own = self.money.entry_price(line.symbol);
            self.must(own == average, Rule::EntryPriceShown, || format!("{line:?}, {own:?}"));
        }
    }

    /// Profits of trades, of strategies and of the account tell the same story.
    fn check_profit(&mut self, shown: &Shown) {
        let quote = self.instruments[0].quote;
        let flows = self.money.flows(quote);
        let tied_up: Amount = shown.positions.iter().map(|line| line.cost).sum();
        let made = flows.closing() + tied_up - flows.opening - flows.moved;
        // Between a sale and the end of its order the trade is still to come.
        if self.money.untraded.values().all(Decimal::is_zero) {
            let reported = self.money.profit;
            self.must(made == reported, Rule::ProfitExplained, || {
                format!("cash and cost of positions rose by {made}, trades report {reported}")
            });
            self.tally.branch("profit_while_flat", u64::from(tied_up.is_zero()));
        }
        for (index, instrument) in self.instruments.clone().iter().enumerate() {
            let sum: Amount = shown.strategies.iter().map(|s| s.profits[index]).sum();
            let own = self.money.profit_of.get(&instrument.symbol).copied().unwrap_or_default();
            self.must(sum == own, Rule::ProfitShared, || {
                format!("{}: strategies {sum}, trades {own}", instrument.symbol)
            });
        }
        for symbol in self.instruments.iter().map(|i| i.symbol).collect::<Vec<_>>() {
            let open = self
                .orders
                .values()
                .any(|t| !t.done && t.order.symbol == symbol && t.order.side == OrderSide::Sell);
            let untraded = self.money.untraded.get(&symbol).copied().unwrap_or_default();
            self.must(open || untraded.is_zero(), Rule::SoldIsTraded, || {
                format!("{symbol}: {untraded} sold without a trade")
            });
        }
    }
}
