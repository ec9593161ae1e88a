//! Close-all: every position sold, in rounds, with a report that is true per position.

use super::{CloseAllRun, PendingExit};
use crate::engine::Engine;
use crate::output::Output;
use domain::{
    Amount, CloseAllReport, ClosedRemainder, EventKind, ExitReason, Fill, Name, OrderPurpose,
    Price, Quantity,
};

impl Engine {
    /// Begins to sell everything; an exit that is on its way is taken over.
    pub(crate) fn begin_close_all(&mut self, reason: String, outputs: &mut Vec<Output>) -> u64 {
        let id = self.next_close_all;
        self.next_close_all += 1;
        self.record(EventKind::CloseAllStarted { id, reason }, outputs);
        let lines: Vec<ClosedRemainder> =
            (0..self.markets.len()).map(|index| self.open_line(index)).collect();
        let done = lines.iter().map(|l| l.held.is_zero()).collect();
        let proceeds = vec![Amount::ZERO; lines.len()];
        self.close_all = Some(CloseAllRun { id, lines, proceeds, done });
        for index in 0..self.markets.len() {
            if self.book.positions[index].is_flat() {
                continue;
            }
            let quantity = self.book.positions[index].quantity;
            let exit = PendingExit::of_all(OrderPurpose::CloseAll, ExitReason::CloseAll, quantity);
            self.begin_exit(index, exit, outputs);
        }
        self.finish_close_all(outputs);
        id
    }

    /// Tries what is left of a close-all at once: a symbol may have no more prices to wait for.
    pub(crate) fn press_close_all(&mut self, outputs: &mut Vec<Output>) {
        for index in 0..self.markets.len() {
            let exit = self.manage[index].exit.as_ref();
            if exit.is_some_and(|exit| exit.purpose == OrderPurpose::CloseAll) {
                self.manage[index].retry_at = None;
                self.advance(index, outputs);
            }
        }
    }

    fn open_line(&self, index: usize) -> ClosedRemainder {
        let held = Quantity::new(self.book.positions[index].quantity).unwrap_or(Quantity::ZERO);
        ClosedRemainder {
            symbol: self.markets[index].instrument.symbol,
            held,
            sold: Quantity::ZERO,
            average_price: None,
            profit: Amount::ZERO,
            remaining: held,
            note: Name::new(),
        }
    }

    /// Counts a sell for the close-all at work.
    pub(super) fn close_all_fill(&mut self, index: usize, fill: &Fill) {
        let Some(run) = &mut self.close_all else { return };
        let line = &mut run.lines[index];
        line.sold = line.sold + fill.quantity;
        line.remaining = line.held.saturating_sub(line.sold);
        run.proceeds[index] += fill.price.get() * fill.quantity.get();
        line.average_price = Price::new((run.proceeds[index] / line.sold.get()).round_dp(8)).ok();
    }

    /// An entry that was on its way when the close-all began has bought: that much more is to sell.
    pub(super) fn close_all_bought(&mut self, index: usize, quantity: Quantity) {
        let Some(run) = &mut self.close_all else { return };
        let line = &mut run.lines[index];
        line.held = line.held + quantity;
        line.remaining = line.held.saturating_sub(line.sold);
        if let Some(exit) = &mut self.manage[index].exit
            && exit.purpose == OrderPurpose::CloseAll
        {
            exit.quantity += quantity.get();
        }
    }

    /// An entry has ended during a close-all: what it left is sold too.
    pub(super) fn close_all_entry_over(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let at_work = self.manage[index].exit.as_ref();
        let selling = at_work.is_some_and(|exit| exit.purpose == OrderPurpose::CloseAll);
        let quantity = self.book.positions[index].quantity;
        let Some(run) = &mut self.close_all else { return };
        if selling || quantity.is_zero() {
            return;
        }
        run.done[index] = false;
        let exit = PendingExit::of_all(OrderPurpose::CloseAll, ExitReason::CloseAll, quantity);
        self.begin_exit(index, exit, outputs);
    }

    /// Coins of a position have left by no order of ours: the close-all at work has so much less to
    /// sell.
    pub(super) fn close_all_reduced(&mut self, index: usize, quantity: Quantity) {
        let Some(run) = &mut self.close_all else { return };
        let line = &mut run.lines[index];
        line.held = line.held.saturating_sub(quantity);
        line.remaining = line.held.saturating_sub(line.sold);
    }

    /// Adds a trade's profit to the close-all at work.
    pub(super) fn close_all_profit(&mut self, index: usize, profit: Amount) {
        if let Some(run) = &mut self.close_all {
            run.lines[index].profit += profit;
        }
    }

    /// One position can't be sold further; `why` goes into the report.
    pub(super) fn close_all_done(&mut self, index: usize, why: &str, outputs: &mut Vec<Output>) {
        if let Some(run) = &mut self.close_all {
            run.done[index] = true;
            run.lines[index].note = Name::from(why).unwrap_or_default();
        }
        self.finish_close_all(outputs);
    }

    /// Reports once every position is flat or given up.
    pub(crate) fn finish_close_all(&mut self, outputs: &mut Vec<Output>) {
        let Some(run) = &self.close_all else { return };
        // What an entry on its way will bring is not known before it has ended.
        let ready = (0..run.lines.len()).all(|index| {
            (run.done[index] || self.book.positions[index].is_flat())
                && !self.has_live(index, OrderPurpose::Entry)
        });
        if !ready {
            return;
        }
        let Some(mut run) = self.close_all.take() else { return };
        run.lines.retain(|line| !line.held.is_zero());
        // What was given up may have been sold since by its protection.
        for line in run.lines.iter_mut().filter(|line| line.remaining.is_zero()) {
            line.note = Name::new();
        }
        let is_dust = |line: &ClosedRemainder| {
            line.remaining.is_zero()
                || ["dust", "min_notional", "lot_size"].contains(&line.note.as_str())
        };
        let flat = run.lines.iter().all(is_dust);
        let report = CloseAllReport { id: run.id, flat, positions: run.lines };
        self.last_close_all = Some(report.clone());
        self.record(EventKind::CloseAllFinished { report }, outputs);
    }
}
