//! What a venue's reports mean for orders, positions and trades.

use crate::engine::Engine;
use crate::output::Output;
use domain::{
    ClientOrderId, ClosedTrade, Decimal, EventKind, ExecutionReport, ExitReason, Fill, Name,
    OrderKind, OrderPurpose, OrderSide, OrderStatus, OrderView, Quantity, ReportKind, TradeShare,
};

impl Engine {
    /// Takes a report. Reports about orders that are not ours are counted and change nothing.
    pub(crate) fn on_report(&mut self, report: &ExecutionReport, outputs: &mut Vec<Output>) {
        let id = report.id;
        let known = self.book.orders.get(&id).map(|o| (o.order.symbol, o.order.side));
        let Some((symbol, side)) = known else {
            // An order that has ended may still be told to be over, or too late to cancel.
            let late =
                matches!(report.kind, ReportKind::Expired(_) | ReportKind::CancelRejected(_));
            self.unknown_reports += u64::from(!late);
            return;
        };
        let Some(index) = self.book.index_of(symbol) else { return };
        match report.kind {
            ReportKind::Accepted => self.record(EventKind::OrderAccepted { id }, outputs),
            ReportKind::Triggered => self.record(EventKind::OrderTriggered { id }, outputs),
            ReportKind::Rejected(reason) => {
                self.record(EventKind::OrderRejected { id, reason }, outputs);
            }
            ReportKind::Filled(fill) => {
                self.record(EventKind::OrderFilled { id, symbol, side, fill }, outputs);
                self.after_fill(index, id, &fill);
            }
            ReportKind::Cancelled => self.record(EventKind::OrderCancelled { id }, outputs),
            ReportKind::Expired(reason) => {
                self.record(EventKind::OrderExpired { id, reason }, outputs);
            }
            ReportKind::CancelRejected(_) => {
                let linked = self.book.orders.get(&id).and_then(|order| order.linked);
                self.manage[index].cancelling.retain(|c| *c != id && Some(*c) != linked);
            }
        }
        let ended = self.book.orders.get(&id).filter(|o| o.status.is_terminal()).cloned();
        if let Some(order) = ended {
            self.finish_order(index, &order, outputs);
        }
        self.mark(outputs);
        self.advance(index, outputs);
        self.finish_close_all(outputs);
    }

    fn after_fill(&mut self, index: usize, id: ClientOrderId, fill: &Fill) {
        let Some(order) = self.book.orders.get(&id) else { return };
        if order.order.side == OrderSide::Sell
            && order.order.kind == OrderKind::Market
            && let Some(exit) = &mut self.manage[index].exit
        {
            exit.quantity -= fill.quantity.get().min(exit.quantity);
        }
        if order.order.side == OrderSide::Sell {
            self.close_all_fill(index, fill);
        }
        assert!(
            self.book.holdings_match_positions(),
            "Invariant: positions are derived from fills, never set"
        );
    }

    /// An order has ended: trades are reported, levels set, exits tried again.
    fn finish_order(&mut self, index: usize, order: &OrderView, outputs: &mut Vec<Output>) {
        let id = order.order.id;
        self.manage[index].cancelling.retain(|c| *c != id);
        match order.order.side {
            OrderSide::Buy => {
                if !order.filled.is_zero() {
                    self.set_levels(index);
                }
            }
            OrderSide::Sell => self.finish_sell(index, order, outputs),
        }
        let kept = self.manage[index].exit.as_ref().map(|exit| exit.intent);
        self.book.forget(id, kept);
    }

    fn finish_sell(&mut self, index: usize, order: &OrderView, outputs: &mut Vec<Output>) {
        let reason = self.exit_reason(index, order);
        if let Some(part) = self.book.closing.remove(&order.order.id) {
            self.report_trade(index, reason, part, outputs);
        }
        let flat = self.book.positions[index].is_flat();
        let market_exit = order.order.kind == OrderKind::Market;
        if order.status == OrderStatus::Rejected {
            match (market_exit, order.order.purpose) {
                // The venue refuses to sell it: below its minimum, most likely.
                (true, _) => self.give_up_exit(index, order.reason.as_str(), outputs),
                (false, _) => self.watch_it_ourselves(index, outputs),
            }
        }
        if market_exit && !flat {
            self.manage[index].tried_at = Some(self.now);
            if self.manage[index].exit.as_ref().is_some_and(|e| e.quantity.is_zero()) {
                self.end_exit(index);
            }
        }
        if flat {
            self.after_flat(index, reason, outputs);
        }
    }

    fn after_flat(&mut self, index: usize, reason: ExitReason, outputs: &mut Vec<Output>) {
        let symbol = self.markets[index].instrument.symbol;
        self.record(EventKind::PositionClosed { symbol, reason }, outputs);
        self.end_exit(index);
        let manage = &mut self.manage[index];
        (manage.stop, manage.target, manage.synthetic) = (None, None, false);
        (manage.tried_at, manage.announced) = (None, None);
        if reason == ExitReason::StopLoss {
            manage.cooldown = self.settings.risk.cooldown_candles_after_stop;
        }
    }

    fn exit_reason(&self, index: usize, order: &OrderView) -> ExitReason {
        match order.order.kind {
            OrderKind::Stop { .. } => ExitReason::StopLoss,
            OrderKind::TakeProfit { .. } => ExitReason::TakeProfit,
            _ => match (&self.manage[index].exit, order.order.purpose) {
                (Some(exit), _) => exit.reason,
                (None, OrderPurpose::CloseAll) => ExitReason::CloseAll,
                (None, _) => ExitReason::StrategyExit,
            },
        }
    }

    /// Turns what an exit closed into a trade and feeds the tracker.
    fn report_trade(
        &mut self,
        index: usize,
        exit_reason: ExitReason,
        part: crate::ledger::positions::ClosedPart,
        outputs: &mut Vec<Output>,
    ) {
        let (Some(entry_price), Some(exit_price)) =
            (part.average(part.entry_value), part.average(part.exit_value))
        else {
            return;
        };
        let profit = part.profit();
        self.close_all_profit(index, profit);
        let share = |(strategy, quantity, profit): &(Name, Decimal, Decimal)| TradeShare {
            strategy: *strategy,
            quantity: Quantity::new(*quantity).unwrap_or(Quantity::ZERO),
            profit: *profit,
        };
        let trade = ClosedTrade {
            id: self.book.totals.trades + 1,
            symbol: self.markets[index].instrument.symbol,
            exit_reason,
            opened_at: part.opened_at,
            closed_at: self.now,
            entry_price,
            exit_price,
            quantity: part.quantity(),
            fees: part.fees,
            profit,
            profit_pct: (profit * Decimal::ONE_HUNDRED)
                .checked_div(part.entry_value)
                .map_or(Decimal::ZERO, |pct| pct.round_dp(4)),
            shares: part.shares.iter().map(share).collect(),
            entry_decision: part.decision,
        };
        let shares = trade.shares.clone();
        self.record(EventKind::TradeClosed { trade }, outputs);
        for share in shares {
            self.track(index, &share, outputs);
        }
    }

    fn track(&mut self, index: usize, share: &TradeShare, outputs: &mut Vec<Output>) {
        let found = self
            .settings
            .strategies
            .iter()
            .position(|s| s.params.name() == share.strategy.as_str());
        let Some(strategy) = found else { return };
        let at = self.tracker_at(strategy, index);
        let cause = self.tracker[at].close(share.profit, &self.settings.tracker);
        if let Some(cause) = cause {
            let regime = self.markets[index].regime();
            self.tracker[at].disable(cause.clone(), self.now, regime);
            self.record_switch(strategy, index, false, cause, outputs);
        }
    }
}
