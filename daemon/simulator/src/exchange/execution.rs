//! What an order does once the price has reached it: arrive, trigger, fill, end.
//!
//! Where the price goes is settled in `matching`; whether an order is taken at all in `requests`.

use super::order::{Stage, affordable, cost_of};
use super::{OpenOrder, SimulatedExchange, report, token};
use domain::{
    Decimal, ExecutionReport, Fill, Liquidity, NewOrder, OrderKind, OrderSize, Price, Quantity,
    ReportKind, TimeInForce, Timestamp, VenueStatus, floor_to_step,
};

/// How an order's life ended.
enum End {
    Filled,
    Expired(&'static str),
}

/// What kept a fill from being larger.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// Nothing: the order is done.
    Order,
    /// The row's volume.
    Volume,
    /// The money for it.
    Funds,
}

/// Where and when something happens.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub market: usize,
    pub price: Price,
    pub at: Timestamp,
}

type Reports = Vec<ExecutionReport>;

impl SimulatedExchange {
    /// Lets the order at `position` act at `price`.
    pub(super) fn act(
        &mut self,
        market: usize,
        position: usize,
        price: Price,
        at: Timestamp,
        reports: &mut Reports,
    ) {
        let here = Moment { market, price, at };
        let mut order = self.markets[market].orders.remove(position);
        let end = match order.stage {
            Stage::Queued => self.arrive(here, &mut order, reports),
            Stage::Triggered => self.work(here, &mut order, reports),
            Stage::Resting if order.awaits_trigger() => self.trigger(here, &mut order, reports),
            Stage::Resting => match self.execute(here, &mut order, Liquidity::Maker, reports) {
                Bound::Order => Some(End::Filled),
                Bound::Volume => None,
                Bound::Funds => Some(End::Expired("insufficient_balance")),
            },
        };
        match end {
            Some(end) => self.end(here, order, &end, reports),
            None => self.put_back(market, order),
        }
    }

    /// An order meets the market for the first time.
    fn arrive(&mut self, here: Moment, order: &mut OpenOrder, out: &mut Reports) -> Option<End> {
        order.stage = Stage::Resting;
        let reached = order.reach().is_none_or(|reach| reach.holds_at(here.price));
        match order.order.kind {
            OrderKind::Market => Some(self.take_at_once(here, order, out)),
            OrderKind::PostOnly { .. } => reached.then_some(End::Expired("would_take")),
            OrderKind::Stop { .. } | OrderKind::TakeProfit { .. } if reached => {
                self.trigger(here, order, out)
            }
            OrderKind::Stop { .. } | OrderKind::TakeProfit { .. } => None,
            OrderKind::Limit { tif: TimeInForce::Gtc, .. } if !reached => None,
            OrderKind::Limit { .. } if !reached => Some(End::Expired("no_liquidity")),
            OrderKind::Limit { tif: TimeInForce::Fok, .. } if !self.fills_whole(here, order) => {
                Some(End::Expired("no_liquidity"))
            }
            OrderKind::Limit { tif: TimeInForce::Gtc, .. } => self.work(here, order, out),
            OrderKind::Limit { .. } => Some(self.take_at_once(here, order, out)),
        }
    }

    /// Takes what there is; the remainder expires.
    fn take_at_once(&mut self, here: Moment, order: &mut OpenOrder, out: &mut Reports) -> End {
        let by_budget = matches!(order.order.size, OrderSize::QuoteBudget(_));
        match self.execute(here, order, Liquidity::Taker, out) {
            Bound::Order => End::Filled,
            Bound::Volume => End::Expired("no_liquidity"),
            Bound::Funds if !by_budget => End::Expired("insufficient_balance"),
            Bound::Funds if order.filled.is_zero() => End::Expired("lot_size"),
            Bound::Funds => End::Expired("budget_spent"),
        }
    }

    /// Takes what there is; the remainder goes on.
    fn work(&mut self, here: Moment, order: &mut OpenOrder, out: &mut Reports) -> Option<End> {
        match self.execute(here, order, Liquidity::Taker, out) {
            Bound::Order => Some(End::Filled),
            Bound::Volume => None,
            Bound::Funds => Some(End::Expired("insufficient_balance")),
        }
    }

    /// A stop or target becomes a market order and keeps working until it is filled.
    fn trigger(&mut self, here: Moment, order: &mut OpenOrder, out: &mut Reports) -> Option<End> {
        order.stage = Stage::Triggered;
        out.push(report(here.at, &order.order, order.filled, ReportKind::Triggered));
        self.drop_partner(here, order, "oco_filled", out);
        self.work(here, order, out)
    }

    /// Fills as much as the row's volume and the money allow.
    fn execute(
        &mut self,
        here: Moment,
        order: &mut OpenOrder,
        liquidity: Liquidity,
        out: &mut Reports,
    ) -> Bound {
        let lot = self.markets[here.market].instrument.lot_size;
        let rate = self.rate(liquidity);
        let funds = self.funds(here.market, order);
        let wanted = match order.order.size {
            OrderSize::Base(quantity) => quantity.saturating_sub(order.filled).get(),
            OrderSize::QuoteBudget(_) => floor_to_step(funds / here.price.get(), lot),
        };
        let mut quantity = wanted.min(self.available(here.market));
        let mut bound = if quantity < wanted { Bound::Volume } else { Bound::Order };
        let mut price = self.fill_price(here, order, liquidity, quantity);
        if order.is_buy() && cost_of(quantity, price, rate) > funds {
            quantity = affordable(funds, price, rate, lot);
            price = self.fill_price(here, order, liquidity, quantity);
            bound = Bound::Funds;
        }
        if quantity > Decimal::ZERO {
            let fill = self.next_fill(here.market, (price, quantity), liquidity, order.is_buy());
            self.settle(here, order, &fill, out);
        }
        match order.order.size {
            OrderSize::QuoteBudget(_) if bound == Bound::Order => Bound::Funds,
            _ => bound,
        }
    }

    /// Numbers a fill and works out its fee.
    fn next_fill(
        &mut self,
        market: usize,
        (price, quantity): (Price, Decimal),
        liquidity: Liquidity,
        buy: bool,
    ) -> Fill {
        let (fee, fee_asset) = self.fee(market, (price, quantity), self.rate(liquidity), buy);
        let market = &mut self.markets[market];
        let trade_id = market.next_trade_id;
        market.next_trade_id += 1;
        let quantity =
            Quantity::new(quantity).expect("Invariant: only quantities above 0 are filled");
        Fill { trade_id, price, quantity, fee, fee_asset, liquidity }
    }

    /// Books one fill and reports it.
    fn settle(&mut self, here: Moment, order: &mut OpenOrder, fill: &Fill, out: &mut Reports) {
        let executed = order.filled + fill.quantity;
        out.push(report(here.at, &order.order, executed, ReportKind::Filled(*fill)));
        self.remember_execution(order.order.id, fill);
        self.drop_partner(here, order, "oco_filled", out);
        let quantity = fill.quantity.get();
        let notional = quantity * fill.price.get();
        let market = &mut self.markets[here.market];
        let (base, quote) = (market.base_book, market.quote_book);
        let fee_book = self.books.index(fill.fee_asset);
        let fee_in = |book: usize| if book == fee_book { fill.fee } else { Decimal::ZERO };
        let (base_fee, quote_fee) = (fee_in(base), fee_in(quote));
        market.row_filled += quantity;
        order.filled = order.filled + fill.quantity;
        if order.is_buy() {
            let from_lock = order.locked.min(notional + quote_fee);
            order.locked -= from_lock;
            self.books.pay(quote, notional, quote_fee, from_lock);
            self.books.receive(base, quantity, base_fee);
            let excess = order.locked - self.needed_lock(here.market, order).min(order.locked);
            order.locked -= excess;
            self.books.unlock(quote, excess);
        } else {
            order.locked -= quantity;
            self.books.pay(base, quantity, base_fee, quantity);
            self.books.receive(quote, notional, quote_fee);
        }
        if fee_book != base && fee_book != quote {
            self.books.charge(fee_book, fill.fee);
        }
        [base, quote, fee_book].into_iter().for_each(|book| self.books.assert_sound(book));
    }

    /// Ends an order: frees what it binds, and lets go of the other leg.
    fn end(&mut self, here: Moment, mut order: OpenOrder, end: &End, out: &mut Reports) {
        let mut status = VenueStatus::Filled;
        if let End::Expired(reason) = *end {
            let kind = ReportKind::Expired(token(reason));
            out.push(report(here.at, &order.order, order.filled, kind));
            self.drop_partner(here, &mut order, reason, out);
            if reason != "budget_spent" {
                status = VenueStatus::Expired;
            }
        }
        self.release(here.market, &order);
        self.remember(&order, status);
    }

    /// Takes the other leg off the market, if there is one, and reports why.
    fn drop_partner(
        &mut self,
        here: Moment,
        order: &mut OpenOrder,
        reason: &str,
        out: &mut Reports,
    ) {
        if let Some(partner) = self.unlink(here.market, order, VenueStatus::Expired) {
            let kind = ReportKind::Expired(token(reason));
            out.push(report(here.at, &partner, Quantity::ZERO, kind));
        }
    }

    /// Removes the other leg and takes over what it had locked.
    pub(super) fn unlink(
        &mut self,
        market: usize,
        order: &mut OpenOrder,
        status: VenueStatus,
    ) -> Option<NewOrder> {
        let id = order.partner.take()?;
        let orders = &mut self.markets[market].orders;
        let position = orders.iter().position(|o| o.order.id == id)?;
        let partner = orders.remove(position);
        order.locked += partner.locked;
        self.remember(&partner, status);
        Some(partner.order)
    }

    /// Frees what is still locked for an order.
    pub(super) fn release(&mut self, market: usize, order: &OpenOrder) {
        let market = &self.markets[market];
        let book = if order.is_buy() { market.quote_book } else { market.base_book };
        self.books.unlock(book, order.locked);
        self.books.assert_sound(book);
    }

    fn put_back(&mut self, market: usize, order: OpenOrder) {
        let orders = &mut self.markets[market].orders;
        let position = orders.partition_point(|o| o.sequence < order.sequence);
        orders.insert(position, order);
    }
}
