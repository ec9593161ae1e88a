//! What left for the venue, what arrived there, and what it executed.

use super::{VenueOracle, leg, named};
use crate::rules::Rule;
use crate::{Execution, OpenAtVenue, WireRequest};
use domain::{
    ClientOrderId, CloseAllReport, Decimal, NewOrder, OrderKind, OrderPurpose, OrderRequest,
    OrderSide, OrderSize,
};

impl VenueOracle {
    /// The first byte of a request leaves.
    pub fn sent(&mut self, wire: &WireRequest) {
        if let OrderRequest::Cancel(id) | OrderRequest::Query(id) = wire.request {
            let own = self.orders.contains_key(&id);
            self.must(own, Rule::OwnCancels, || format!("{wire:?}"));
        }
        for order in wire.creates() {
            let recorded = self.orders.get(&order.id).map(|known| known.order);
            self.must(recorded == Some(order), Rule::JournalFirst, || {
                format!("{wire:?}, the database has {recorded:?}")
            });
            self.moments += 1;
            let again = self.sent.insert(order.id, self.moments);
            self.must(again.is_none(), Rule::SentOnce, || {
                format!("{wire:?}, and before: {again:?}")
            });
            if order.side == OrderSide::Sell && order.kind == OrderKind::Market {
                self.exposure.tried.insert(order.symbol, wire.at);
            }
            if self.stopped.is_some() {
                let passes = matches!(
                    order.purpose,
                    OrderPurpose::Protection | OrderPurpose::CloseAll | OrderPurpose::OperatorExit
                );
                self.must(passes, Rule::StopMeansStop, || format!("{wire:?}"));
            }
        }
    }

    /// The connection is back, or the daemon: a step has these requests.
    pub fn reconnected(&mut self, requests: &[OrderRequest]) {
        let asked = |id: &ClientOrderId| requests.contains(&OrderRequest::Query(*id));
        let forgotten: Vec<_> = self.live().filter(|id| !asked(id)).collect();
        self.must(forgotten.is_empty(), Rule::AsksAfterAll, || format!("{forgotten:?}"));
    }

    /// A request reached the venue, where these orders were open before.
    pub fn arrived(&mut self, wire: &WireRequest, open: &[OpenAtVenue]) {
        for order in wire.creates() {
            let first = self.arrived.insert(order.id);
            self.must(first, Rule::SentOnce, || format!("{wire:?}"));
            let twin = open.iter().find(|o| {
                o.order.id.decode().map(|d| d.0) == order.id.decode().map(|d| d.0)
                    && leg(o.order.id) == leg(order.id)
            });
            self.must(twin.is_none(), Rule::OneLiveOrder, || {
                format!("{wire:?} while {} are open", named(open))
            });
            if let Some((at, told)) = &self.stopped {
                let sent = self.sent.get(&order.id).copied().unwrap_or_default();
                let honest = sent > *at || told.contains(&order.id);
                let order = order.id;
                self.must(honest, Rule::StopIsHonest, || {
                    format!("{order} arrived after the stop and was on no list")
                });
            }
        }
    }

    /// The venue executed something.
    pub fn executed(&mut self, side: OrderSide, execution: Execution) {
        let Execution { id, symbol, fill } = execution;
        self.made.insert((symbol, fill.trade_id), execution);
        let base = self.instrument(symbol).base;
        let kept = if fill.fee_asset == base { fill.fee } else { Decimal::ZERO };
        let change = match side {
            OrderSide::Buy => fill.quantity.get() - kept,
            OrderSide::Sell => -fill.quantity.get(),
        };
        let held = self.holdings.entry(symbol).or_default();
        *held += change;
        let held = *held;
        self.must(held >= Decimal::ZERO, Rule::NeverOversell, || {
            format!("{execution:?} leaves {held} of what was bought")
        });
        let intent = id.decode().and_then(|d| self.intents.get_mut(&d.0));
        let Some(intent) = intent else {
            self.fail(Rule::OrderHasIntent, format!("{execution:?}"));
            return;
        };
        intent.executed += fill.quantity.get();
        let (executed, size) = (intent.executed, intent.size);
        let within = matches!(size, OrderSize::QuoteBudget(_))
            || matches!(size, OrderSize::Base(most) if executed <= most.get());
        self.must(within, Rule::IntentOnce, || format!("{execution:?}: {executed} of {size:?}"));
    }

    /// A close-all's report is what the venue says, as far as the database can know it.
    pub(super) fn on_close_all_finished(&mut self, report: &CloseAllReport) {
        let mut clean = true;
        for line in &report.positions {
            let held = self.money.position(line.symbol);
            self.must(line.remaining.get() == held, Rule::CloseAllTrue, || {
                format!("{line:?}, {held} held by the database")
            });
            let explained = held.is_zero() == line.note.is_empty();
            self.must(explained, Rule::RemainderExplained, || format!("{line:?}"));
            let settled = self
                .orders
                .values()
                .all(|k| k.order.symbol != line.symbol || !k.is_live() && !k.lost);
            let truth = self.held(line.symbol);
            if settled {
                self.must(truth == held, Rule::CloseAllTrue, || {
                    format!("{line:?}, {truth} held at the venue")
                });
            }
            let dust = ["dust", "min_notional", "lot_size", ""].contains(&line.note.as_str());
            clean &= dust;
        }
        self.must(!report.flat || clean, Rule::FlatIsFlat, || format!("{report:?}"));
    }

    /// True when an order of ours for a symbol is at the venue.
    pub(super) fn covers(open: &[OpenAtVenue], order: impl Fn(&NewOrder) -> bool) -> bool {
        open.iter().any(|o| order(&o.order))
    }
}
