//! One seed behind the link, from its first row until long after its last.

use super::host::{self, Host};
use super::link::{Link, Origin, Parcel, Posted, ids_of};
use super::plan::Plan;
use super::schedule::{Due, Schedule};
use crate::sim::eyes;
use crate::sim::run::{Options, Outcome};
use crate::sim::world::World;
use domain::{
    ClientOrderId, Decimal, EventKind, ExecutionReport, OrderRequest, OrderSide, OrderStatus,
    ReportKind, Symbol, Timestamp, TradingState,
};
use engine::{Engine, InputKind, Output};
use oracle::{Execution, Rule, Stored, VenueOracle, WireRequest};
use sha2::{Digest, Sha256};
use simulator::{PriceStep, SimulatedExchange};
use std::collections::{BTreeMap, BTreeSet};

/// How long everybody has after the last row to come to an agreement.
const CONVERGENCE_SECONDS: i64 = 900;
/// After a fault, and after the daemon was gone, nakedness is excused for so long.
const EXCUSE_SECONDS: i64 = 45;

/// How the row at work of a pair reaches the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Prompt,
    Gap,
    Late(i64),
}

/// A run under way.
#[derive(Debug)]
pub struct VenueRunner {
    pub(super) world: World,
    pub(super) oracle: VenueOracle,
    pub(super) exchange: SimulatedExchange,
    pub(super) host: Host,
    pub(super) link: Link,
    pub(super) schedule: Schedule,
    pub(super) now: Timestamp,
    last_row: Timestamp,
    /// The daemon stands still until then.
    stalled_until: Timestamp,
    /// Nothing has had to wait for that yet.
    stall_is_new: bool,
    /// Orders that reached the venue.
    arrived: BTreeSet<ClientOrderId>,
    fates: Vec<Fate>,
    late_until: Vec<Timestamp>,
    symbols: Vec<Symbol>,
    prices: BTreeMap<Symbol, Decimal>,
    pub(super) orders: BTreeMap<ClientOrderId, (Symbol, OrderSide)>,
    delivered: BTreeSet<u64>,
    newest: BTreeMap<ClientOrderId, u64>,
    /// Orders whose state is asked after since a restart.
    asked: BTreeSet<ClientOrderId>,
    closing_at_kill: Option<u64>,
    trouble_until: Timestamp,
    hash: Sha256,
    log: Vec<u8>,
    trace: Vec<String>,
    options: Options,
}

/// Runs a seed to its end.
#[must_use]
pub fn run(seed: u64, options: &Options) -> Outcome {
    let mut runner = VenueRunner::new(World::behind_a_link(seed), options);
    runner.pass_until_quiet();
    runner.finish()
}

impl VenueRunner {
    /// Opens the account.
    ///
    /// # Panics
    /// When the world cannot be opened, which would be a mistake of this harness.
    #[must_use]
    pub fn new(world: World, options: &Options) -> Self {
        let instruments = world.instruments();
        let exchange =
            SimulatedExchange::new(world.exchange.clone(), &instruments, &world.balances)
                .expect("Invariant: worlds can be opened");
        let mut outputs = Vec::new();
        let engine = Engine::open(
            world.settings.clone(),
            &world.balances,
            world.start(),
            TradingState::Active,
            &mut outputs,
        );
        let (schedule, last_row) = Schedule::of(&world);
        let count = instruments.len();
        let mut runner = Self {
            oracle: VenueOracle::new(&eyes::terms(&world.settings, &world.exchange)),
            exchange,
            host: Host::new(engine, &outputs),
            link: Link::new(world.seed, Plan::new(world.seed)),
            schedule,
            last_row,
            now: world.start(),
            stalled_until: Timestamp::ZERO,
            stall_is_new: false,
            arrived: BTreeSet::new(),
            fates: vec![Fate::Prompt; count],
            late_until: vec![Timestamp::ZERO; count],
            symbols: instruments.iter().map(|i| i.symbol).collect(),
            prices: BTreeMap::new(),
            orders: BTreeMap::new(),
            delivered: BTreeSet::new(),
            newest: BTreeMap::new(),
            asked: BTreeSet::new(),
            closing_at_kill: None,
            trouble_until: Timestamp::ZERO,
            hash: Sha256::new(),
            log: Vec::new(),
            trace: Vec::new(),
            options: options.clone(),
            world,
        };
        runner.store(&outputs);
        runner
    }

    /// Lets time pass until the market has ended and everybody had time to agree.
    pub fn pass_until_quiet(&mut self) {
        self.pass(self.last_row);
        self.pass(self.last_row.plus_micros(CONVERGENCE_SECONDS * 1_000_000));
    }

    /// Lets time pass up to `end`, with everything that is due by then.
    pub fn pass(&mut self, end: Timestamp) {
        let mut idle = 0_u32;
        while self.oracle.violations.len() < VenueOracle::KEPT {
            let timer = host::timer(&self.host).map(|at| at.max(self.now).max(self.stalled_until));
            let next = self.schedule.next();
            match (timer, next) {
                (Some(timer), next) if timer <= end && next.is_none_or(|next| timer < next) => {
                    idle = if timer == self.now { idle + 1 } else { 0 };
                    if idle > 100 {
                        let detail = format!("a timer of {timer:?} never ends");
                        self.oracle.fail(Rule::Converges, detail);
                        return;
                    }
                    self.go_to(timer);
                    self.feed(InputKind::Clock);
                }
                (_, Some(next)) if next <= end => {
                    idle = 0;
                    let Some((at, due)) = self.schedule.pop() else { return };
                    self.go_to(at);
                    match due {
                        Ok(due) => self.meet(due),
                        Err(kind) => self.feed(kind),
                    }
                }
                _ => break,
            }
        }
        self.go_to(end);
    }

    fn go_to(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        self.oracle.at(self.now);
    }

    fn meet(&mut self, due: Due) {
        let waits = matches!(due, Due::Operator(_) | Due::Connected)
            || matches!(due, Due::Parcel(Parcel::Report { .. }));
        if waits && self.now < self.stalled_until {
            if std::mem::take(&mut self.stall_is_new) {
                self.fault("stall");
            }
            self.schedule.add(self.stalled_until, due);
            return;
        }
        match due {
            Due::Price { index, price, continuous, last, begins } => {
                if let Some(volume) = begins {
                    self.draw_row(index);
                    self.exchange.begin_row(self.symbols[index], volume);
                }
                self.lead(index, (price, continuous, last));
                self.tell(index, InputKind::Price(index, price));
                self.look_for_naked();
            }
            Due::Candle(index, candle) => {
                self.oracle.tally.rows += 1;
                self.tell(index, InputKind::Candle(index, candle));
            }
            Due::Trade(index, trade) => {
                self.oracle.tally.rows += 1;
                self.tell(index, InputKind::Trade(index, trade));
            }
            Due::Parcel(Parcel::Request(request)) => self.arrive(&request),
            Due::Parcel(Parcel::Report { report, origin, copy, number }) => {
                self.deliver(report, origin, copy, number);
            }
            Due::Connected => self.feed(InputKind::Connected),
            Due::Operator(op) => self.act(op),
            Due::Restart => self.restart(),
            Due::FaultsEnd => self.link.plan = Plan::quiet(),
        }
    }

    /// What happens to a row on its way to the daemon, and around it.
    fn draw_row(&mut self, index: usize) {
        let plan = self.link.plan;
        let chance = self.link.chance();
        let late = chance.between(1, 20) as i64;
        let fate = if chance.percent(plan.market_gap) {
            Fate::Gap
        } else if chance.percent(plan.market_late) {
            Fate::Late(late)
        } else {
            Fate::Prompt
        };
        let stall = chance.below(1_000) < plan.stall;
        let still = chance.between(5, 300) as i64;
        let outage = chance.below(1_000) < plan.outage;
        let gone = chance.between(5, 120) as i64;
        self.fates[index] = fate;
        if stall && self.host.engine().is_some() {
            self.stalled_until = self.now.plus_micros(still * 1_000_000);
            self.trouble(self.stalled_until);
            self.stall_is_new = true;
        }
        if outage {
            self.link.down_until = self.now.plus_micros(gone * 1_000_000);
            self.schedule.add(self.link.down_until, Due::Connected);
            self.trouble(self.link.down_until);
        }
    }

    /// Market data on its way to the daemon.
    fn tell(&mut self, index: usize, kind: InputKind) {
        let delay = match self.fates[index] {
            Fate::Gap => {
                let closes = matches!(kind, InputKind::Candle(..) | InputKind::Trade(..));
                if closes && self.host.engine().is_some() {
                    self.fault("market_gap");
                }
                return;
            }
            Fate::Late(seconds) => {
                if matches!(kind, InputKind::Candle(..) | InputKind::Trade(..)) {
                    self.fault("market_late");
                }
                seconds * 1_000_000
            }
            Fate::Prompt => 0,
        };
        let at = self.now.plus_micros(delay).max(self.late_until[index]).max(self.stalled_until);
        if at == self.now {
            self.feed(kind);
            return;
        }
        self.late_until[index] = at;
        self.schedule.add_late(at, kind);
    }

    fn lead(&mut self, index: usize, (price, continuous, last): (domain::Price, bool, bool)) {
        let symbol = self.symbols[index];
        let step = PriceStep { symbol, at: self.now, price, continuous, last };
        let mut reports = Vec::new();
        while !self.exchange.advance(&step, &mut reports) {}
        self.prices.insert(symbol, price.get());
        self.note_executions(&reports);
        let oracle = &self.oracle;
        let posted = self.link.stream(self.now, &reports, |r| is_news(oracle, r));
        self.post(posted);
    }

    fn note_executions(&mut self, reports: &[ExecutionReport]) {
        for report in reports {
            if let ReportKind::Filled(fill) = report.kind {
                let side = self.orders.get(&report.id).map_or(OrderSide::Buy, |o| o.1);
                let execution = Execution { id: report.id, symbol: report.symbol, fill };
                self.oracle.executed(side, execution);
            }
        }
        self.say(|| format!("venue: {reports:?}"), reports.is_empty());
    }

    fn arrive(&mut self, request: &OrderRequest) {
        self.say(|| format!("arrives: {request:?}"), false);
        let creates = matches!(request, OrderRequest::Place(_) | OrderRequest::PlaceOco(_));
        if creates {
            let standing = eyes::standing(&self.exchange);
            let wire = WireRequest { at: self.now, request: *request };
            self.oracle.arrived(&wire, &standing.open);
            self.arrived.extend(ids_of(request));
        }
        let mut reports = Vec::new();
        if self.link.refuses(request) {
            let symbol = self.symbol_of(request);
            reports = Link::refusal(self.now, request, symbol);
        } else {
            self.link.note_arrival(self.now, request);
            self.exchange.request(self.now, request, &mut reports);
            if !matches!(request, OrderRequest::Query(_)) {
                self.note_executions(&reports);
            }
        }
        let oracle = &self.oracle;
        let posted = self.link.answer(self.now, request, reports, |r| is_news(oracle, r));
        self.post(posted);
    }

    fn deliver(&mut self, report: ExecutionReport, origin: Origin, copy: bool, number: u64) {
        if self.host.engine().is_none() {
            if is_news(&self.oracle, &report) {
                self.fault("report_met_dead_daemon");
            }
            return;
        }
        let news = is_news(&self.oracle, &report);
        let filled = match report.kind {
            ReportKind::Filled(fill) => Some(fill.trade_id),
            _ => None,
        };
        if copy && !news && self.delivered.contains(&number) {
            self.fault("report_doubled");
        }
        if news && report.kind == ReportKind::Unanswered {
            let there = self.arrived.contains(&report.id);
            self.fault(if there { "timed_out_executed" } else { "timed_out_unexecuted" });
        }
        if filled.is_some() && !news {
            self.oracle.tally.branch("duplicate_fill_ignored", 1);
        }
        let newest = self.newest.entry(report.id).or_default();
        if number < *newest && origin != Origin::Link && !copy {
            self.oracle.tally.branch("out_of_order_report", 1);
            if origin != Origin::Lookup {
                self.fault("report_late");
            }
        } else {
            *newest = (*newest).max(number);
        }
        self.delivered.insert(number);
        self.say(|| format!("{origin:?} says {report:?}"), false);
        self.feed(InputKind::Report(report));
        let Some(trade_id) = filled else {
            self.note_answer(&report, origin);
            return;
        };
        let stored = self.oracle.knows(report.symbol, trade_id);
        if self.host.engine().is_some() {
            self.oracle.must(stored, Rule::HeardIsStored, || format!("{report:?}"));
        }
        let fetched = news && origin == Origin::Lookup;
        if fetched && stored {
            self.oracle.tally.branch("missing_fill_fetched", 1);
        }
    }

    /// After a restart every open order is asked after.
    fn note_answer(&mut self, report: &ExecutionReport, origin: Origin) {
        if origin == Origin::Lookup && self.asked.remove(&report.id) && self.asked.is_empty() {
            self.oracle.tally.branch("restart_reconciled", 1);
        }
    }

    /// One step of the daemon, in which it may be killed.
    pub(super) fn feed(&mut self, kind: InputKind) {
        let _ = self.feed_for_reply(kind);
    }

    /// The same; gives the answer to a command unless the daemon died before it left.
    pub(super) fn feed_for_reply(&mut self, kind: InputKind) -> Option<engine::CommandReply> {
        let plan = self.link.plan;
        let mut at = self.now;
        let known = self.host.engine()?.now();
        let chance = self.link.chance();
        if plan.clock_back > 0 && chance.below(1_000) < plan.clock_back {
            at = at.plus_micros(-(chance.between(1, 3_600) as i64) * 1_000_000);
            if at < known {
                self.fault("clock_back");
            }
        }
        let input = host::input(at, kind);
        let step = self.host.handle(&input)?;
        let forward = self.host.engine().is_some_and(|engine| engine.now() >= known);
        self.oracle.must(forward, Rule::TimeForward, || format!("{input:?}"));
        let chance = self.link.chance();
        let killed = step.matters() && chance.below(1_000) < plan.kill;
        let point = chance.below(3);
        if killed && point == 0 {
            self.kill("kill_before_commit");
            return None;
        }
        if matches!(input.kind, InputKind::Connected) {
            self.oracle.reconnected(&step.requests);
        }
        self.store(&step.outputs);
        self.host.commit(input, &step);
        if killed && point == 1 {
            self.kill(if step.requests.is_empty() {
                "kill_after_commit"
            } else {
                "kill_before_send"
            });
            return None;
        }
        for request in &step.requests {
            self.send(*request);
        }
        for report in &step.refused {
            self.fault("fenced");
            let number = u64::MAX;
            let parcel =
                Parcel::Report { report: *report, origin: Origin::Link, copy: false, number };
            self.schedule.add(self.now, Due::Parcel(parcel));
        }
        if killed {
            self.kill(if step.requests.is_empty() { "kill_idle" } else { "kill_before_answer" });
        }
        step.reply
    }

    fn send(&mut self, request: OrderRequest) {
        self.say(|| format!("sends: {request:?}"), false);
        self.oracle.sent(&WireRequest { at: self.now, request });
        let symbol = self.symbol_of(&request);
        let before: u64 = self.link.faults.values().sum();
        let posted = self.link.send(self.now, request, symbol);
        if self.link.faults.values().sum::<u64>() > before {
            self.trouble(self.now);
        }
        self.post(posted);
    }

    fn post(&mut self, posted: Posted) {
        for (at, parcel) in posted {
            self.schedule.add(at, Due::Parcel(parcel));
        }
    }

    fn symbol_of(&self, request: &OrderRequest) -> Symbol {
        let known = |id: &ClientOrderId| self.orders.get(id).map(|o| o.0);
        ids_of(request).first().and_then(known).unwrap_or(self.symbols[0])
    }

    fn store(&mut self, outputs: &[Output]) {
        for output in outputs {
            let Output::Event(event) = output else { continue };
            match &event.kind {
                EventKind::OrderSubmitted { order, .. } => {
                    self.orders.insert(order.id, (order.symbol, order.side));
                }
                EventKind::OrderNeverArrived { id } => {
                    let open = self.exchange.open_orders().any(|open| open.order().id == *id);
                    self.oracle.must(!open, Rule::LostIsGone, || id.to_string());
                }
                _ => {}
            }
        }
        let (hash, log, keep) = (&mut self.hash, &mut self.log, self.options.keep_log);
        let stored = eyes::stored(outputs, |line| {
            hash.update(line);
            hash.update(b"\n");
            if keep {
                log.extend_from_slice(line);
                log.push(b'\n');
            }
        });
        let stored = stored.unwrap_or_else(|error| {
            self.oracle.fail(Rule::EventsReadable, error.to_string());
            Vec::new()
        });
        if self.options.trace {
            for record in &stored {
                if let Stored::Event(event) = record {
                    self.trace.push(format!("    {:>5} {:?}", event.sequence, event.kind));
                }
            }
        }
        let (known, closing) = (self.oracle.violations.len(), self.oracle.closing());
        self.oracle.stored(&stored);
        if closing.is_some() && self.oracle.closing().is_none() && closing == self.closing_at_kill {
            self.oracle.tally.branch("close_all_resumed_after_restart", 1);
        }
        self.trace_violations(known);
    }

    fn trace_violations(&mut self, known: usize) {
        for v in &self.oracle.violations[known..] {
            self.trace.push(format!("!!! step {}: {}: {}", v.step, v.rule.text(), v.detail));
        }
    }

    pub(super) fn kill(&mut self, how: &'static str) {
        self.say(|| how.to_owned(), false);
        self.fault(how);
        self.host.kill();
        let pause = self.link.chance().between(100, 60_000) as i64;
        let back = self.now.plus_micros(pause * 1_000);
        self.trouble(back);
        self.stalled_until = Timestamp::ZERO;
        self.closing_at_kill = self.oracle.closing();
        self.schedule.add(back, Due::Restart);
    }

    fn restart(&mut self) {
        if self.host.engine().is_some() {
            return;
        }
        self.say(|| "starts again".to_owned(), false);
        let again = self.host.restart();
        self.oracle.must(again.is_ok(), Rule::StateComesBack, || format!("{again:?}"));
        self.asked = self.oracle.live().collect();
        self.feed(InputKind::Connected);
    }

    pub(super) fn fault(&mut self, kind: &'static str) {
        self.link.fault(kind);
        self.trouble(self.now);
    }

    fn trouble(&mut self, until: Timestamp) {
        let until = until.plus_micros(EXCUSE_SECONDS * 1_000_000);
        self.trouble_until = self.trouble_until.max(until);
    }

    fn look_for_naked(&mut self) {
        let hindered = self.now < self.trouble_until || self.link.plan.hinders();
        let standing = eyes::standing(&self.exchange);
        let known = self.oracle.violations.len();
        self.oracle.check_naked(&standing.open, &self.prices, hindered);
        self.trace_violations(known);
    }

    pub(super) fn say(&mut self, line: impl FnOnce() -> String, nothing: bool) {
        if self.options.trace && !nothing {
            self.trace.push(format!("[{}] {}", self.now.micros() / 1_000 % 100_000_000, line()));
        }
    }

    /// What it came to.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        if self.oracle.violations.is_empty() {
            self.compare();
        }
        let faults = std::mem::take(&mut self.link.faults);
        for (kind, count) in faults {
            self.oracle.tally.fault(kind, count);
        }
        let engine = self.host.engine();
        Outcome {
            seed: self.world.seed,
            log_sha256: self.hash.clone().finalize().into(),
            stored: engine.and_then(|e| postcard::to_allocvec(e).ok()).unwrap_or_default(),
            log: self.log,
            holdings: engine.map_or_else(Vec::new, |e| e.book().ledger.holdings().collect()),
            tally: self.oracle.tally,
            violations: self.oracle.violations,
            trace: self.trace,
        }
    }

    fn compare(&mut self) {
        let Some(engine) = self.host.engine() else {
            self.oracle.fail(Rule::Converges, "the daemon is dead at the end");
            return;
        };
        let (shown, before) = (eyes::shown(engine), engine.sequence());
        let blocked: u32 = (0..self.symbols.len()).map(|i| engine.unknown_orders(i)).sum();
        self.oracle.must(blocked == 0, Rule::BlocksEnd, || format!("{blocked} orders block"));
        self.oracle.finish(&eyes::standing(&self.exchange), &shown);
        self.feed(InputKind::Connected);
        self.pass(self.now.plus_micros(60_000_000));
        let after = self.host.engine().map_or(before, Engine::sequence);
        self.oracle.reconciled_again(before, after);
        let known = self.trace.len();
        for v in &self.oracle.violations {
            let line = format!("!!! at the end: {}: {}", v.rule.text(), v.detail);
            if self.options.trace && known > 0 {
                self.trace.push(line);
            }
        }
    }
}

/// True when the daemon would learn something from a report.
fn is_news(oracle: &VenueOracle, report: &ExecutionReport) -> bool {
    let status = oracle.status(report.id);
    let open = status.is_some_and(|s| !s.is_terminal() || s == OrderStatus::NeverArrived);
    match report.kind {
        ReportKind::Filled(fill) => !oracle.knows(report.symbol, fill.trade_id),
        ReportKind::Accepted => status.is_some_and(|s| s.rank() < OrderStatus::Working.rank()),
        ReportKind::Unanswered => status == Some(OrderStatus::Attempted),
        ReportKind::Triggered
        | ReportKind::Rejected(_)
        | ReportKind::Cancelled
        | ReportKind::Expired(_)
        | ReportKind::CancelRejected(_)
        | ReportKind::Status(_)
        | ReportKind::NotFound => open,
    }
}
