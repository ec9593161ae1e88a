//! Random prices, orders and requests.

use super::*;

impl World {
    /// A price near the market's, on a tick of 0.01.
    pub(super) fn near(&mut self, market: usize) -> Price {
        let centre = self.prices[market];
        let span = (centre / 20).max(2);
        let ticks = centre - span + self.below(span as u64 * 2) as i64;
        Price::new(Decimal::new(ticks.max(1), 2)).expect("Invariant: above 0")
    }

    fn random_order(&mut self, market: usize, name: &str) -> NewOrder {
        let side = if self.below(2) == 0 { OrderSide::Buy } else { OrderSide::Sell };
        let near = self.near(market);
        let tif = [TimeInForce::Gtc, TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok]
            [self.below(4) as usize];
        let kind = match self.below(7) {
            0 | 1 => OrderKind::Market,
            2 | 3 => OrderKind::Limit { price: near, tif },
            4 => OrderKind::PostOnly { price: near },
            5 => OrderKind::Stop { trigger: near },
            _ => OrderKind::TakeProfit { trigger: near },
        };
        let lot = self.instruments[market].lot_size;
        let lots = Decimal::from(1 + self.below(400_000)) * lot;
        let size = if kind == OrderKind::Market && side == OrderSide::Buy && self.below(2) == 0 {
            OrderSize::QuoteBudget(Decimal::new(1 + self.below(20_000) as i64, 2))
        } else {
            let quantity =
                if market == 0 { lots } else { domain::floor_to_step(lots * d("1000"), lot) };
            OrderSize::Base(Quantity::new(quantity).expect("Invariant: above 0"))
        };
        let symbol = self.instruments[market].symbol;
        NewOrder { id: id(name), symbol, side, kind, size, purpose: OrderPurpose::Entry }
    }

    pub(super) fn random_request(&mut self, at: Timestamp) {
        let market = self.below(2) as usize;
        let name = format!("o{}", self.orders.len());
        let request = match self.below(6) {
            0 if !self.orders.is_empty() => {
                let index = self.below(self.orders.len() as u64) as usize;
                let id = *self.orders.keys().nth(index).expect("Invariant: index below the length");
                OrderRequest::Cancel(id)
            }
            1 | 2 => {
                let stop = self.random_order(market, &format!("{name}s"));
                let (one, other) = (self.near(market), self.near(market));
                let sell = stop.side == OrderSide::Sell;
                let (trigger, goal) = if sell {
                    (one.min(other), one.max(other))
                } else {
                    (one.max(other), one.min(other))
                };
                let kind = if self.below(2) == 0 {
                    OrderKind::TakeProfit { trigger: goal }
                } else {
                    OrderKind::Limit { price: goal, tif: TimeInForce::Gtc }
                };
                let stop = NewOrder { kind: OrderKind::Stop { trigger }, ..stop };
                let target = NewOrder { kind, id: id(&format!("{name}t")), ..stop };
                self.follow(stop, Some(target.id));
                self.follow(target, Some(stop.id));
                OrderRequest::PlaceOco(OcoOrder { stop, target })
            }
            _ => {
                let order = self.random_order(market, &name);
                self.follow(order, None);
                OrderRequest::Place(order)
            }
        };
        let mut reports = Vec::new();
        self.exchange.request(at, &request, &mut reports);
        assert!(!reports.is_empty(), "every request is answered: {request:?}");
        self.digest(&reports);
    }
}
