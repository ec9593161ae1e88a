//! Requests to the exchange: placing, pairs, cancelling.
//!
//! An order that is taken is either queued for the next row or acts at the current price at once.

use super::order::Stage;
use super::{OpenOrder, Phase, SimulatedExchange, report, token};
use domain::{
    ClientOrderId, Decimal, ExecutionReport, NewOrder, OcoOrder, OrderRequest, Quantity,
    ReportKind, Timestamp, VenueStatus,
};

impl SimulatedExchange {
    /// Handles one request at time `now` and appends every answer to it to `reports`.
    ///
    /// Refusals carry one of `unknown_symbol`, `duplicate_order`, `bad_order`, `bad_pair`,
    /// `out_of_range`, `tick_size`, `lot_size`, `min_notional`, `no_price`, `would_take`,
    /// `insufficient_balance`; refused cancels `unknown_order` or `order_ended`. An order for which
    /// no symbol is known is reported under the first one that is traded here.
    pub fn request(
        &mut self,
        now: Timestamp,
        request: &OrderRequest,
        reports: &mut Vec<ExecutionReport>,
    ) {
        self.tape.asked(now, request);
        let from = reports.len();
        match request {
            OrderRequest::Place(order) => self.place(now, order, reports),
            OrderRequest::PlaceOco(pair) => self.place_pair(now, pair, reports),
            OrderRequest::Cancel(id) => self.cancel(now, *id, reports),
            // What it tells of executions is no news.
            OrderRequest::Query(id) => return self.answer(now, *id, reports),
        }
        self.tape.answered(&reports[from..]);
    }

    /// Tells where an order stands: its executions once more, then its status.
    fn answer(&mut self, now: Timestamp, id: ClientOrderId, reports: &mut Vec<ExecutionReport>) {
        let open = self.open_orders().find(|o| o.order.id == id);
        let open = open.map(|o| (o.order.symbol, o.filled, VenueStatus::Working));
        let ended = || self.ended.iter().find(|e| e.id == id);
        let found = open.or_else(|| ended().map(|e| (e.symbol, e.executed, e.status)));
        let Some((symbol, executed, status)) = found else {
            let symbol = self.markets[0].instrument.symbol;
            let (kind, executed) = (ReportKind::NotFound, Quantity::ZERO);
            reports.push(ExecutionReport { at: now, id, symbol, executed, kind });
            return;
        };
        let tell = |kind| ExecutionReport { at: now, id, symbol, executed, kind };
        let fills = self.executions.iter().filter(|(owner, _)| *owner == id);
        reports.extend(fills.map(|(_, fill)| tell(ReportKind::Filled(*fill))));
        reports.push(tell(ReportKind::Status(status)));
    }

    fn place(&mut self, now: Timestamp, order: &NewOrder, reports: &mut Vec<ExecutionReport>) {
        let taken = self.check(order).and_then(|market| {
            let mut open = self.open(now, order);
            self.bind(market, &mut open)?;
            Ok((market, open))
        });
        match taken {
            Ok((market, open)) => {
                reports.push(report(now, order, Quantity::ZERO, ReportKind::Accepted));
                self.markets[market].orders.push(open);
                self.act_now(market, now, open.sequence, reports);
            }
            Err(reason) => refuse(now, order, reason, reports),
        }
    }

    fn place_pair(&mut self, now: Timestamp, pair: &OcoOrder, reports: &mut Vec<ExecutionReport>) {
        let taken = self.check_pair(pair).and_then(|market| {
            let mut stop = self.open(now, &pair.stop);
            let mut target = self.open(now, &pair.target);
            stop.partner = Some(pair.target.id);
            target.partner = Some(pair.stop.id);
            self.bind_pair(market, &mut stop)?;
            Ok((market, stop, target))
        });
        match taken {
            Ok((market, stop, target)) => {
                for leg in [stop, target] {
                    reports.push(report(now, &leg.order, Quantity::ZERO, ReportKind::Accepted));
                    self.markets[market].orders.push(leg);
                }
                self.act_now(market, now, stop.sequence, reports);
            }
            Err(reason) => {
                refuse(now, &pair.stop, reason, reports);
                refuse(now, &pair.target, reason, reports);
            }
        }
    }

    fn cancel(&mut self, now: Timestamp, id: ClientOrderId, reports: &mut Vec<ExecutionReport>) {
        let place = self.markets.iter().enumerate().find_map(|(market, m)| {
            m.orders.iter().position(|o| o.order.id == id).map(|position| (market, position))
        });
        let Some((market, position)) = place else {
            let ended = self.ended.iter().find(|e| e.id == id);
            let reason = if ended.is_some() { "order_ended" } else { "unknown_order" };
            let symbol = ended.map_or(self.markets[0].instrument.symbol, |e| e.symbol);
            let executed = ended.map_or(Quantity::ZERO, |e| e.executed);
            let kind = ReportKind::CancelRejected(token(reason));
            reports.push(ExecutionReport { at: now, id, symbol, executed, kind });
            return;
        };
        let mut order = self.markets[market].orders.remove(position);
        reports.push(report(now, &order.order, order.filled, ReportKind::Cancelled));
        if let Some(partner) = self.unlink(market, &mut order, VenueStatus::Cancelled) {
            reports.push(report(now, &partner, Quantity::ZERO, ReportKind::Cancelled));
        }
        self.release(market, &order);
        self.remember(&order, VenueStatus::Cancelled);
        self.markets[market].find_calm();
    }

    fn open(&mut self, now: Timestamp, order: &NewOrder) -> OpenOrder {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        OpenOrder {
            order: *order,
            stage: Stage::Queued,
            accepted_at: now,
            sequence,
            filled: Quantity::ZERO,
            locked: Decimal::ZERO,
            partner: None,
        }
    }

    /// Locks what an order needs.
    fn bind(&mut self, market: usize, open: &mut OpenOrder) -> Result<(), &'static str> {
        if self.markets[market].would_take(open) {
            return Err("would_take");
        }
        let amount = self.needed_lock(market, open);
        self.lock(market, open, amount)
    }

    /// Locks once for both legs. The stop keeps it: of two buys it is the dearer, as its trigger lies
    /// above the target.
    fn bind_pair(&mut self, market: usize, stop: &mut OpenOrder) -> Result<(), &'static str> {
        let amount = self.needed_lock(market, stop);
        self.lock(market, stop, amount)
    }

    fn lock(
        &mut self,
        market: usize,
        open: &mut OpenOrder,
        amount: Decimal,
    ) -> Result<(), &'static str> {
        let market = &self.markets[market];
        let book = if open.is_buy() { market.quote_book } else { market.base_book };
        if !self.books.lock(book, amount) {
            return Err("insufficient_balance");
        }
        open.locked = amount;
        Ok(())
    }

    /// Lets new orders act at the current price when the market is within a row.
    fn act_now(
        &mut self,
        market: usize,
        now: Timestamp,
        first: u64,
        reports: &mut Vec<ExecutionReport>,
    ) {
        let m = &self.markets[market];
        if let (Phase::Live, Some(price)) = (m.phase, m.last_price) {
            self.meet(market, price, now, first, reports);
        }
        self.markets[market].find_calm();
    }
}

fn refuse(now: Timestamp, order: &NewOrder, reason: &str, reports: &mut Vec<ExecutionReport>) {
    reports.push(report(now, order, Quantity::ZERO, ReportKind::Rejected(token(reason))));
}
