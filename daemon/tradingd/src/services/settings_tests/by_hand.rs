//! Settings about a venue that does not answer, refuses, or is silent: the simulated exchange never
//! is. They are changed through the service like all others; then the engine that the trader has
//! stored goes on against a venue that this file plays.

use super::world::{Market, World, settings};
use crate::control_plane::auth::Principal;
use domain::{
    Candle, ClientOrderId, ExecutionReport, Fill, Interval, Liquidity, OrderRequest, OrderSize,
    Price, Quantity, ReportKind, Timestamp,
};
use engine::{Engine, Input, InputKind, Output};
use simulator::PaperSession;

/// What the venue does with what it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Venue {
    /// Nothing at all arrives there.
    Unreachable,
    /// Never says a word, not even that it doesn't know an order.
    Mute,
    /// Refuses every order.
    Refusing,
    /// Takes and fills everything at once.
    Willing,
}

/// A setting, what the world needs besides, the new value, and the venue that shows the difference.
pub struct HandCase {
    pub key: &'static str,
    pub with: &'static [&'static str],
    pub value: &'static str,
    pub venue: Venue,
}

const fn case(
    key: &'static str,
    value: &'static str,
    venue: Venue,
    with: &'static [&'static str],
) -> HandCase {
    HandCase { key, with, value, venue }
}

pub const BY_HAND: &[HandCase] = &[
    case("execution.answer_timeout_seconds", "20", Venue::Mute, &[]),
    case("execution.unknown_horizon_seconds", "200", Venue::Unreachable, &[]),
    case("execution.unknown_hold_seconds", "900", Venue::Unreachable, &[]),
    case("execution.unknown_limit_seconds", "30", Venue::Mute, &[]),
    case("execution.order_check_seconds", "60", Venue::Willing, &[]),
    case("risk.rejection_limit", "2", Venue::Refusing, &[]),
    case("risk.rejection_window_seconds", "1", Venue::Refusing, &["risk.rejection_limit=2"]),
    // The last price is 20 s old when a candle closes.
    case("risk.max_data_age_seconds", "10", Venue::Willing, &[]),
];

/// Entries that come often and from one strategy only.
const LIVELY: &[&str] = &[
    "strategies.bollinger.enabled=false",
    "strategies.ma_crossover.enabled=false",
    "strategies.rsi.enabled=false",
    "trend.enabled=false",
    "risk.cooldown_candles_after_stop=0",
];

/// What the engine does against that venue, with the setting changed to `value`.
pub async fn told(
    market: &Market,
    who: &Principal,
    case: &HandCase,
    begun: &[&str],
    value: &str,
) -> Result<Vec<String>, String> {
    let dir = tempfile::tempdir().expect("temporary directory");
    let flags: Vec<&str> = LIVELY.iter().chain(case.with).chain(begun).copied().collect();
    let outside = settings(market, dir.path(), &flags);
    let world = World::open(outside, who.clone()).await;
    let store = std::sync::Arc::clone(&world.store);
    let (_, answer) = world.change_only(case.key, value).await;
    if answer.map_err(|s| s.message().to_owned())? != 1 {
        return Err("nothing changed".to_owned());
    }
    let stored = store.snapshots().await.expect("snapshots").remove(0);
    let session: PaperSession = postcard::from_bytes(&stored.bytes).expect("a session");
    Ok(Play::new(session.engine().clone(), case.venue).out())
}

/// An engine against a venue.
struct Play {
    engine: Engine,
    venue: Venue,
    at: Timestamp,
    last: Price,
    log: Vec<String>,
    trades: u64,
    executed: Vec<(ClientOrderId, Quantity)>,
}

impl Play {
    fn new(engine: Engine, venue: Venue) -> Self {
        let at = Interval::MINUTE.open_time(engine.now()).plus_micros(60_000_000);
        let last = Price::new(domain::Decimal::from(100)).expect("price");
        Self { engine, venue, at, last, log: Vec::new(), trades: 1_000_000, executed: Vec::new() }
    }

    /// Half an hour of candles that go up and down, with a look at the clock every second; before
    /// it enough of them to warm every indicator up.
    fn out(mut self) -> Vec<String> {
        for minute in 0..300 {
            self.last = Price::new(domain::Decimal::from(100 + minute % 2)).expect("price");
            let candle = self.candle(self.at);
            self.at = Interval::MINUTE.end_of(self.at);
            self.feed(InputKind::WarmUp(0, candle));
        }
        for minute in 0..30 {
            let price = if minute % 2 == 0 { 100 } else { 101 };
            self.last = Price::new(domain::Decimal::from(price)).expect("price");
            let opened = self.at;
            for second in 1..=60 {
                self.at = opened.plus_micros(second * 1_000_000);
                if second == 40 {
                    self.feed(InputKind::Price(0, self.last));
                }
                self.feed(InputKind::Clock);
            }
            let candle = self.candle(opened);
            self.feed(InputKind::Candle(0, candle));
        }
        self.log
    }

    fn candle(&self, opened: Timestamp) -> Candle {
        let volume = Quantity::new(domain::Decimal::from(1_000)).expect("quantity");
        Candle::new(opened, [self.last; 4], volume).expect("candle")
    }

    fn feed(&mut self, kind: InputKind) {
        let mut waiting = vec![kind];
        while let Some(kind) = waiting.pop() {
            let mut outputs = Vec::new();
            self.engine.handle(Input { at: self.at, kind }, &mut outputs);
            for output in outputs {
                match output {
                    Output::Event(event) => {
                        self.log.push(format!("{} {:?}", self.at.micros(), event.kind));
                    }
                    Output::Request(approved) => {
                        let request = *approved.request();
                        self.log.push(format!("{} {request:?}", self.at.micros()));
                        let mut answers = self.answers(&request);
                        answers.reverse();
                        waiting.extend(answers.into_iter().map(InputKind::Report));
                    }
                    _ => {}
                }
            }
        }
    }

    fn answers(&mut self, request: &OrderRequest) -> Vec<ExecutionReport> {
        let orders = match request {
            OrderRequest::Place(order) => vec![*order],
            OrderRequest::PlaceOco(pair) => vec![pair.stop, pair.target],
            OrderRequest::Cancel(id) => return self.about(*id, true),
            OrderRequest::Query(id) => return self.about(*id, false),
        };
        orders
            .into_iter()
            .flat_map(|order| match self.venue {
                Venue::Unreachable | Venue::Mute => Vec::new(),
                Venue::Refusing => {
                    let why = domain::Name::from("NO").expect("name");
                    vec![self.report(order.id, ReportKind::Rejected(why))]
                }
                Venue::Willing if order.purpose == domain::OrderPurpose::Protection => {
                    vec![self.report(order.id, ReportKind::Accepted)]
                }
                Venue::Willing => {
                    self.trades += 1;
                    let OrderSize::Base(quantity) = order.size else { return Vec::new() };
                    self.executed.push((order.id, quantity));
                    let fill = Fill {
                        trade_id: self.trades,
                        price: self.last,
                        quantity,
                        fee: domain::Decimal::ZERO,
                        fee_asset: domain::Asset::parse("USDT").expect("asset"),
                        liquidity: Liquidity::Taker,
                    };
                    vec![
                        self.report(order.id, ReportKind::Accepted),
                        self.report(order.id, ReportKind::Filled(fill)),
                    ]
                }
            })
            .collect()
    }

    /// The answer to a cancel or a query.
    fn about(&self, id: ClientOrderId, cancel: bool) -> Vec<ExecutionReport> {
        let why = domain::Name::from("UNKNOWN_ORDER").expect("name");
        match self.venue {
            Venue::Mute => Vec::new(),
            Venue::Unreachable if cancel => {
                vec![self.report(id, ReportKind::CancelRejected(why))]
            }
            Venue::Unreachable => vec![self.report(id, ReportKind::NotFound)],
            Venue::Refusing | Venue::Willing if cancel => {
                vec![self.report(id, ReportKind::Cancelled)]
            }
            Venue::Refusing | Venue::Willing => {
                vec![self.report(id, ReportKind::Status(domain::VenueStatus::Working))]
            }
        }
    }

    fn report(&self, id: ClientOrderId, kind: ReportKind) -> ExecutionReport {
        let known = self.executed.iter().rev().find(|(order, _)| *order == id);
        let executed = match kind {
            ReportKind::Accepted => Quantity::ZERO,
            _ => known.map_or(Quantity::ZERO, |(_, quantity)| *quantity),
        };
        let symbol = self.engine.markets()[0].instrument.symbol;
        ExecutionReport { at: self.at, id, symbol, executed, kind }
    }
}
