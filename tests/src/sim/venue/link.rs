//! The link between daemon and venue, and what it does to requests and reports.

use super::plan::Plan;
use crate::sim::chance::Chance;
use domain::{
    ClientOrderId, ExecutionReport, Name, OrderRequest, OrderSide, Quantity, ReportKind, Symbol,
    Timestamp,
};
use std::collections::BTreeMap;

/// Where a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The answer to a placing or a cancel.
    Answer,
    /// The answer to a look-up.
    Lookup,
    /// The venue's own stream.
    Stream,
    /// The link itself.
    Link,
}

/// Something on its way.
#[derive(Debug, Clone, Copy)]
pub enum Parcel {
    /// To the venue.
    Request(OrderRequest),
    /// To the daemon; `copy` is the second of two.
    Report {
        /// What is said.
        report: ExecutionReport,
        /// By whom.
        origin: Origin,
        /// It was delivered before.
        copy: bool,
        /// Number in the order in which the venue said it.
        number: u64,
    },
}

/// Parcels with the time at which they arrive.
pub type Posted = Vec<(Timestamp, Parcel)>;

/// The link.
#[derive(Debug)]
pub struct Link {
    chance: Chance,
    /// What goes wrong now.
    pub plan: Plan,
    /// The connection is gone until then.
    pub down_until: Timestamp,
    last_delivery: Timestamp,
    /// Until when a look-up does not find an order.
    stale_until: BTreeMap<ClientOrderId, Timestamp>,
    /// Answers to these placings and cancels are lost.
    mute: Vec<OrderRequest>,
    numbers: u64,
    /// What went wrong, by kind.
    pub faults: BTreeMap<&'static str, u64>,
}

/// The look-ups after the horizon end later than this after an order was sent.
const LONGEST_STALE_SALE_SECONDS: u64 = 25;
/// What comes later than this was given up by the daemon (`answer_timeout_seconds`).
const PATIENCE_SECONDS: i64 = 2;
const MILLI: i64 = 1_000;
const SECOND: i64 = 1_000_000;

impl Link {
    /// The link of a seed.
    #[must_use]
    pub fn new(seed: u64, plan: Plan) -> Self {
        Self {
            chance: Chance::new(seed, "link"),
            plan,
            down_until: Timestamp::ZERO,
            last_delivery: Timestamp::ZERO,
            stale_until: BTreeMap::new(),
            mute: Vec::new(),
            numbers: 0,
            faults: BTreeMap::new(),
        }
    }

    /// Counts a fault that changed what happened.
    pub fn fault(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }

    fn latency(&mut self) -> i64 {
        self.chance.between(3, 120) as i64 * MILLI
    }

    fn is_down(&self, now: Timestamp) -> bool {
        now < self.down_until
    }

    /// A request leaves the daemon.
    pub fn send(&mut self, now: Timestamp, request: OrderRequest, symbol: Symbol) -> Posted {
        let plan = self.plan;
        let mut posted = Posted::new();
        let lookup = matches!(request, OrderRequest::Query(_));
        let down = self.is_down(now);
        if down || self.chance.percent(plan.request_lost) {
            self.fault(match (down, lookup) {
                (true, _) => "outage_took_request",
                (false, true) => "lookup_lost",
                (false, false) => "request_lost",
            });
            if !lookup && self.chance.percent(60) {
                self.give_up(now, &request, symbol, &mut posted);
            }
            return posted;
        }
        let mut at = now.plus_micros(self.latency());
        if !lookup && self.chance.percent(plan.request_delayed) {
            let late = self.chance.between(1_000, 10_000) as i64 * MILLI;
            at = at.plus_micros(late);
            if late > PATIENCE_SECONDS * SECOND {
                self.fault("request_delayed");
            }
            if self.chance.percent(50) {
                self.give_up(now, &request, symbol, &mut posted);
            }
        }
        if !lookup && self.chance.percent(plan.timed_out) {
            self.give_up(now, &request, symbol, &mut posted);
            self.mute.push(request);
        } else if !lookup && self.chance.percent(plan.answer_lost) {
            self.mute.push(request);
        }
        posted.push((at, Parcel::Request(request)));
        posted
    }

    fn give_up(
        &mut self,
        now: Timestamp,
        request: &OrderRequest,
        symbol: Symbol,
        posted: &mut Posted,
    ) {
        let at = now.plus_micros(self.chance.between(1_500, 5_000) as i64 * MILLI);
        for id in ids_of(request) {
            let report = ExecutionReport {
                at,
                id,
                symbol,
                executed: Quantity::ZERO,
                kind: ReportKind::Unanswered,
            };
            posted.push((at, self.parcel(report, Origin::Link)));
        }
    }

    fn parcel(&mut self, report: ExecutionReport, origin: Origin) -> Parcel {
        self.numbers += 1;
        Parcel::Report { report, origin, copy: false, number: self.numbers }
    }

    /// True when the venue refuses a placing without looking at it.
    pub fn refuses(&mut self, request: &OrderRequest) -> bool {
        let places = matches!(request, OrderRequest::Place(_) | OrderRequest::PlaceOco(_));
        let refused = places && self.chance.percent(self.plan.refused);
        if refused {
            self.fault("refused");
        }
        refused
    }

    /// What a refused placing is answered.
    #[must_use]
    pub fn refusal(now: Timestamp, request: &OrderRequest, symbol: Symbol) -> Vec<ExecutionReport> {
        let kind = ReportKind::Rejected(Name::from("server_busy").unwrap_or_default());
        let report = |id| ExecutionReport { at: now, id, symbol, executed: Quantity::ZERO, kind };
        ids_of(request).into_iter().map(report).collect()
    }

    /// An order has just arrived: for a while look-ups may not find it.
    pub fn note_arrival(&mut self, now: Timestamp, request: &OrderRequest) {
        let most = self.plan.lookup_stale_seconds;
        if most == 0 || matches!(request, OrderRequest::Cancel(_) | OrderRequest::Query(_)) {
            return;
        }
        // A sale that look-ups miss for longer than they are asked would be sold again: of that the
        // daemon can know nothing (docs/reliability.md).
        let sells = match request {
            OrderRequest::Place(order) => order.side == OrderSide::Sell,
            _ => true,
        };
        let most = if sells { most.min(LONGEST_STALE_SALE_SECONDS) } else { most };
        let until = now.plus_micros(self.chance.between(0, most) as i64 * SECOND);
        self.stale_until.extend(ids_of(request).into_iter().map(|id| (id, until)));
    }

    /// What the venue answers to a request goes back. `news` says whether the daemon would learn
    /// something from a report.
    pub fn answer(
        &mut self,
        now: Timestamp,
        request: &OrderRequest,
        mut reports: Vec<ExecutionReport>,
        news: impl Fn(&ExecutionReport) -> bool,
    ) -> Posted {
        if let OrderRequest::Query(id) = request {
            let stale = self.stale_until.get(id).is_some_and(|until| now < *until);
            let found = !matches!(reports.last().map(|r| r.kind), Some(ReportKind::NotFound));
            if stale && found && self.plan.lookup_stale_seconds > 0 {
                self.fault("lookup_stale");
                reports.truncate(1);
                for report in &mut reports {
                    (report.kind, report.executed) = (ReportKind::NotFound, Quantity::ZERO);
                }
            }
            if self.chance.percent(self.plan.lookup_lost) {
                self.fault("lookup_lost");
                return Posted::new();
            }
            return self.post(now, &reports, Origin::Lookup, news);
        }
        if let Some(at) = self.mute.iter().position(|r| r == request) {
            self.mute.swap_remove(at);
            if reports.iter().any(&news) {
                self.fault("answer_lost");
            }
            return Posted::new();
        }
        for report in &mut reports {
            // Real venues say "unknown order" of those that have ended too, and nothing else.
            if let ReportKind::CancelRejected(reason) = &mut report.kind {
                *reason = Name::from("unknown_order").unwrap_or_default();
                report.executed = Quantity::ZERO;
            }
        }
        self.post(now, &reports, Origin::Answer, news)
    }

    /// The venue's stream goes back.
    pub fn stream(
        &mut self,
        now: Timestamp,
        reports: &[ExecutionReport],
        news: impl Fn(&ExecutionReport) -> bool,
    ) -> Posted {
        self.post(now, reports, Origin::Stream, news)
    }

    fn post(
        &mut self,
        now: Timestamp,
        reports: &[ExecutionReport],
        origin: Origin,
        news: impl Fn(&ExecutionReport) -> bool,
    ) -> Posted {
        let plan = self.plan;
        let mut posted = Posted::new();
        for report in reports {
            let parcel = self.parcel(*report, origin);
            if self.is_down(now) {
                if news(report) {
                    self.fault("outage_took_report");
                }
                continue;
            }
            if origin != Origin::Lookup && self.chance.percent(plan.report_lost) {
                if news(report) {
                    self.fault("report_lost");
                }
                continue;
            }
            let prompt = now.plus_micros(self.latency()).max(self.last_delivery);
            let mut at = prompt;
            if origin != Origin::Lookup && self.chance.percent(plan.report_late) {
                at = at.plus_micros(self.chance.between(200, 30_000) as i64 * MILLI);
            } else {
                self.last_delivery = prompt;
            }
            posted.push((at, parcel));
            if self.chance.percent(plan.report_doubled) {
                let again = at.plus_micros(self.chance.between(0, 5_000) as i64 * MILLI);
                if let Parcel::Report { report, origin, number, .. } = parcel {
                    let copy = Parcel::Report { report, origin, copy: true, number };
                    posted.push((again, copy));
                }
            }
        }
        posted
    }

    /// A draw for what happens around the link.
    pub fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }
}

/// Orders that a request is about.
#[must_use]
pub fn ids_of(request: &OrderRequest) -> Vec<ClientOrderId> {
    match request {
        OrderRequest::Place(order) => vec![order.id],
        OrderRequest::PlaceOco(pair) => vec![pair.stop.id, pair.target.id],
        OrderRequest::Cancel(id) | OrderRequest::Query(id) => vec![*id],
    }
}
