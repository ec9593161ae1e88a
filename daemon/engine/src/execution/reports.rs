//! What a venue's reports mean for orders, positions and trades.

use super::{Levels, Want};
use crate::engine::Engine;
use crate::output::Output;
use domain::{
    ClientOrderId, ClosedTrade, Decimal, EventKind, ExecutionReport, ExitReason, Fill, Name,
    OrderKind, OrderPurpose, OrderSide, OrderStatus, OrderView, Quantity, ReductionCause,
    ReportKind, StateCause, Timestamp, TradeShare, TradingState, VenueStatus,
};

impl Engine {
    /// Takes a report. Reports about orders that are not ours are counted and change nothing; what
    /// is told twice, late or out of order counts once.
    pub(crate) fn on_report(&mut self, report: &ExecutionReport, outputs: &mut Vec<Output>) {
        let id = report.id;
        let known = self.book.order(id).map(|o| (o.order.symbol, o.order.side, o.status));
        let Some((symbol, side, before)) = known else {
            // An order that has ended may still be told to be over, or too late to cancel.
            let late =
                matches!(report.kind, ReportKind::Expired(_) | ReportKind::CancelRejected(_));
            self.unknown_reports += u64::from(!late);
            return;
        };
        let Some(index) = self.book.index_of(symbol) else { return };
        let last = self.sequence;
        match report.kind {
            ReportKind::Filled(fill) => self.on_fill(index, (id, side), &fill, outputs),
            ReportKind::Unanswered => self.unanswered(index, id, outputs),
            ReportKind::NotFound => self.not_found(index, id, outputs),
            // "It has ended" or "there is none": either may be ahead of the other reports.
            ReportKind::CancelRejected(_) => self.cancel_found_nothing(index, id),
            ReportKind::Accepted
            | ReportKind::Triggered
            | ReportKind::Rejected(_)
            | ReportKind::Cancelled
            | ReportKind::Expired(_)
            | ReportKind::Status(_) => self.on_state(id, report, before, outputs),
        }
        if self.settle_debts(index, report) {
            self.cancel(index, id, outputs);
        }
        if before == OrderStatus::NeverArrived && self.sequence > last {
            self.late_order(index, id, outputs);
        }
        let Some(order) = self.book.order(id) else { return };
        let changed = self.sequence > last;
        if order.is_settled() && changed {
            let order = order.clone();
            self.finish_order(index, &order, outputs);
        }
        self.mark(outputs);
        self.advance(index, outputs);
        self.advance_entry(index, outputs);
        self.finish_close_all(outputs);
    }

    fn on_fill(
        &mut self,
        index: usize,
        (id, side): (ClientOrderId, OrderSide),
        fill: &Fill,
        outputs: &mut Vec<Output>,
    ) {
        let Some(order) = self.book.order(id) else { return };
        if order.trades.contains(&fill.trade_id) {
            self.doubled_fills += 1;
            return;
        }
        let symbol = order.order.symbol;
        let fee_value = self.fee_value(index, fill);
        let kind = EventKind::OrderFilled { id, symbol, side, fill: *fill, fee_value };
        self.record(kind, outputs);
        self.after_fill(index, id, fill);
        self.cover_positions(ReductionCause::Fees, outputs);
    }

    /// What a report says about an order's state, where that is new.
    fn on_state(
        &mut self,
        id: ClientOrderId,
        report: &ExecutionReport,
        before: OrderStatus,
        outputs: &mut Vec<Output>,
    ) {
        let (filled, triggered) =
            self.book.order(id).map_or((Quantity::ZERO, false), |o| (o.filled, o.triggered));
        let executed = (report.executed > filled).then_some(report.executed);
        let over = before.is_terminal() && before != OrderStatus::NeverArrived;
        let new_to_us = before.rank() < OrderStatus::Working.rank();
        let kind = match report.kind {
            ReportKind::Accepted | ReportKind::Status(VenueStatus::Working) if new_to_us => {
                EventKind::OrderAccepted { id }
            }
            ReportKind::Triggered if !over && !triggered => EventKind::OrderTriggered { id },
            ReportKind::Rejected(reason) if !over => EventKind::OrderRejected { id, reason },
            ReportKind::Status(VenueStatus::Rejected) if !over => {
                EventKind::OrderRejected { id, reason: Name::new() }
            }
            ReportKind::Cancelled | ReportKind::Status(VenueStatus::Cancelled) if !over => {
                EventKind::OrderCancelled { id, executed }
            }
            ReportKind::Expired(reason) if !over => {
                EventKind::OrderExpired { id, reason, executed }
            }
            ReportKind::Status(VenueStatus::Expired) if !over => {
                EventKind::OrderExpired { id, reason: Name::new(), executed }
            }
            // A budget order has no size to be filled up to: the venue must say that it is.
            ReportKind::Status(VenueStatus::Filled) if !over && executed.is_none() => {
                let reason = Name::from("budget_spent").unwrap_or_default();
                EventKind::OrderExpired { id, reason, executed }
            }
            ReportKind::Status(VenueStatus::Filled) if !over && new_to_us => {
                EventKind::OrderAccepted { id }
            }
            _ => return,
        };
        self.record(kind, outputs);
    }

    /// What is still owed for the order of a report, and what no longer is; true when its cancel did
    /// not get through and must be asked for again.
    fn settle_debts(&mut self, index: usize, report: &ExecutionReport) -> bool {
        let id = report.id;
        if matches!(report.kind, ReportKind::Unanswered | ReportKind::NotFound)
            || matches!(report.kind, ReportKind::CancelRejected(_))
        {
            return false;
        }
        let Some(order) = self.book.order(id) else { return false };
        if order.is_settled() {
            let last_look = self.chase_of(id).is_some_and(|c| c.want == Want::LastLook);
            if !last_look || order.status != OrderStatus::NeverArrived {
                self.end_chase(id);
            }
            return false;
        }
        if order.filled < report.executed || order.filled < order.executed {
            self.expect_fills(index, id);
            return false;
        }
        let asked = matches!(report.kind, ReportKind::Status(_));
        if self.manage[index].cancelling.contains(&id) {
            if asked {
                let linked = order.linked;
                self.manage[index].cancelling.retain(|c| *c != id && Some(*c) != linked);
                self.end_chase(id);
            } else {
                self.outcome_is_known(index, id);
            }
            return asked;
        }
        let routine = self.chase_of(id).is_none_or(|c| c.want != Want::Cancel);
        if asked || routine {
            self.at_rest(index, id);
        }
        false
    }

    /// An order that was taken for lost is there: the intent is over, so it is taken back, and a
    /// person has to look.
    fn late_order(&mut self, index: usize, id: ClientOrderId, outputs: &mut Vec<Output>) {
        self.late_orders += 1;
        if self.trading.state == TradingState::Active {
            self.change_state(TradingState::Reducing, StateCause::LateOrder { id }, outputs);
            self.cancel_entries(outputs);
        }
        if self.book.orders.get(&id).is_some_and(|order| !order.status.is_terminal()) {
            self.cancel(index, id, outputs);
        }
    }

    fn after_fill(&mut self, index: usize, id: ClientOrderId, fill: &Fill) {
        let Some(order) = self.book.order(id) else { return };
        let (side, kind) = (order.order.side, order.order.kind);
        if side == OrderSide::Buy {
            let in_base = fill.fee_asset == self.markets[index].instrument.base;
            let got = fill.quantity.get() - if in_base { fill.fee } else { Decimal::ZERO };
            self.close_all_bought(index, Quantity::new(got).unwrap_or_default());
        }
        if side == OrderSide::Sell {
            if kind == OrderKind::Market
                && let Some(exit) = &mut self.manage[index].exit
            {
                exit.quantity -= fill.quantity.get().min(exit.quantity);
            }
            let levels = &mut self.manage[index].levels;
            if let OrderKind::TakeProfit { trigger } = kind
                && levels.first_target == Some(trigger)
                && levels.target != Some(trigger)
            {
                self.first_target_met(index);
            }
            self.close_all_fill(index, fill);
        }
        assert!(
            self.book.holdings_match_positions(),
            "Invariant: positions are derived from fills, never set"
        );
    }

    fn first_target_met(&mut self, index: usize) {
        let levels = &mut self.manage[index].levels;
        if !levels.first_done {
            levels.first_done = true;
            if self.settings.position.break_even_after_first_target {
                levels.move_to_entry();
            }
        }
    }

    /// An order has ended: trades are reported, levels set, exits tried again.
    pub(super) fn finish_order(
        &mut self,
        index: usize,
        order: &OrderView,
        outputs: &mut Vec<Output>,
    ) {
        let id = order.order.id;
        self.manage[index].cancelling.retain(|c| *c != id);
        match order.order.side {
            OrderSide::Buy => {
                if !order.filled.is_zero() {
                    self.set_levels(index);
                }
                self.entry_settled(index, order, outputs);
                if !order.filled.is_zero() {
                    self.close_all_entry_over(index, outputs);
                }
            }
            OrderSide::Sell => self.finish_sell(index, order, outputs),
        }
        self.finish_intent(order.intent, order.reason, outputs);
    }

    fn finish_sell(&mut self, index: usize, order: &OrderView, outputs: &mut Vec<Output>) {
        let reason = self.exit_reason(index, order);
        if let Some(part) = self.book.closing.remove(&order.order.id) {
            self.report_trade(index, reason, part, outputs);
        }
        let flat = self.is_sold_out(index);
        let market_exit = order.order.kind == OrderKind::Market;
        let own = self.manage[index].exit.as_ref().is_some_and(|e| e.intent == order.intent);
        if order.status == OrderStatus::Rejected {
            match (market_exit, order.order.purpose) {
                // The venue refuses to sell it: below its minimum, most likely.
                (true, _) if own => self.give_up_exit(index, order.reason.as_str(), outputs),
                (true, _) => {}
                (false, _) => self.watch_it_ourselves(index, outputs),
            }
        }
        if market_exit && own && !flat {
            let done = self.manage[index].exit.as_ref().is_some_and(|e| e.quantity.is_zero());
            if done {
                let exit = self.end_exit(index, "", outputs);
                if exit.is_some_and(|e| e.reason == ExitReason::FirstTarget) {
                    self.first_target_met(index);
                }
            } else {
                self.wait_before_next_exit(index);
            }
        }
        if flat {
            self.after_flat(index, reason, outputs);
        }
    }

    pub(super) fn after_flat(
        &mut self,
        index: usize,
        reason: ExitReason,
        outputs: &mut Vec<Output>,
    ) {
        let symbol = self.markets[index].instrument.symbol;
        self.record(EventKind::PositionClosed { symbol, reason }, outputs);
        self.end_exit(index, "", outputs);
        if !self.book.positions[index].is_flat() {
            self.close_all_done(index, "dust", outputs);
        }
        let manage = &mut self.manage[index];
        (manage.levels, manage.synthetic) = (Levels::default(), false);
        (manage.retry_at, manage.announced) = (None, None);
        if reason == ExitReason::StopLoss {
            manage.cooldown = self.settings.risk.cooldown_candles_after_stop;
        }
    }

    fn exit_reason(&self, index: usize, order: &OrderView) -> ExitReason {
        let levels = &self.manage[index].levels;
        match order.order.kind {
            OrderKind::Stop { .. } => levels.stop_reason(),
            OrderKind::TakeProfit { trigger } => {
                let first = levels.first_target == Some(trigger) && levels.target != Some(trigger);
                if first { ExitReason::FirstTarget } else { ExitReason::TakeProfit }
            }
            OrderKind::Market | OrderKind::Limit { .. } | OrderKind::PostOnly { .. } => {
                match (&self.manage[index].exit, order.order.purpose) {
                    (Some(exit), _) => exit.reason,
                    (None, OrderPurpose::CloseAll) => ExitReason::CloseAll,
                    (None, OrderPurpose::OperatorExit) => ExitReason::Operator,
                    (None, _) => ExitReason::StrategyExit,
                }
            }
        }
    }

    /// Turns what an exit closed into a trade and feeds the tracker.
    pub(super) fn report_trade(
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
        // What people do with their coins says nothing about a strategy.
        let tracked = exit_reason != ExitReason::External;
        let shares = if tracked { trade.shares.clone() } else { Vec::new() };
        let opened_at = trade.opened_at;
        self.record(EventKind::TradeClosed { trade }, outputs);
        for share in shares {
            self.track(index, &share, opened_at, outputs);
        }
    }

    fn track(
        &mut self,
        index: usize,
        share: &TradeShare,
        opened_at: Timestamp,
        outputs: &mut Vec<Output>,
    ) {
        let found = self
            .settings
            .strategies
            .iter()
            .position(|s| s.params.name() == share.strategy.as_str());
        let Some(strategy) = found else { return };
        let at = self.tracker_at(strategy, index);
        let cause = self.tracker[at].close(share.profit, opened_at, &self.settings.tracker);
        if let Some(cause) = cause {
            let regime = self.markets[index].regime();
            self.tracker[at].disable(cause.clone(), self.now, regime);
            self.record_switch(strategy, index, false, cause, outputs);
        }
    }
}
