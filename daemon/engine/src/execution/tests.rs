//! Stories of single orders at a venue that answers late, twice, in the wrong order, or not at all.
//!
//! No venue is simulated: each line is what the engine hears or how much time passes, and what it
//! does about it.

use super::*;
use crate::settings::{EngineSettings, InstrumentSettings, StrategySettings};
use crate::strategies::{MaCrossoverParams, StrategyParams};
use crate::{Command, CommandReply, Input, InputKind, Refusal};
use domain::{
    Asset, Candle, ExecutionReport, Fill, Instrument, Liquidity, OrderRequest, Quantity,
    ReportKind, TradingState, VenueStatus,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn qty(text: &str) -> Quantity {
    Quantity::new(d(text)).expect("quantity")
}

/// An engine that has just sent an entry of 10 at 100, and what it did since.
struct Story {
    engine: Engine,
    at: Timestamp,
    entry: ClientOrderId,
    last: Vec<ClientOrderId>,
}

fn settings() -> EngineSettings {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
    let mut settings = EngineSettings::shipped("00000000", vec![own]);
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: Decimal::ONE_HUNDRED,
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    settings.position.first_target_pct = Decimal::ZERO;
    settings
}

impl Story {
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: EngineSettings) -> Self {
        let cash = [(Asset::parse("USDT").expect("asset"), d("10000"))];
        let mut outputs = Vec::new();
        let at = Timestamp::from_millis(1_700_000_040_000);
        let engine = Engine::open(settings, &cash, at, TradingState::Active, &mut outputs);
        let entry = ClientOrderId::new("00000000", 1, 0, 'e');
        let mut story = Self { engine, at, entry, last: Vec::new() };
        for price in ["100", "99", "100"] {
            let price = Price::new(d(price)).expect("price");
            let candle = Candle::new(story.at, [price; 4], qty("1000")).expect("candle");
            story.at = Interval::MINUTE.end_of(story.at);
            story.feed(InputKind::Price(0, price));
            story.feed(InputKind::Candle(0, candle));
        }
        assert_eq!(story.last, [entry], "the entry has been sent");
        story
    }

    /// Gives the engine an input and says what it did: its events and requests in short.
    fn feed(&mut self, kind: InputKind) -> String {
        let mut outputs = Vec::new();
        self.engine.handle(Input { at: self.at, kind }, &mut outputs);
        self.last.clear();
        let mut said = Vec::new();
        for output in &outputs {
            match output {
                Output::Event(event) => said.push(event.kind.name().to_owned()),
                Output::Request(approved) => said.push(match approved.request() {
                    OrderRequest::Place(order) => {
                        self.last.push(order.id);
                        "PLACE".to_owned()
                    }
                    OrderRequest::PlaceOco(pair) => {
                        self.last.push(pair.stop.id);
                        "PLACE_PAIR".to_owned()
                    }
                    OrderRequest::Cancel(_) => "CANCEL".to_owned(),
                    OrderRequest::Query(_) => "ASK".to_owned(),
                }),
                _ => {}
            }
        }
        said.join(" ")
    }

    fn after(&mut self, seconds: i64) -> String {
        self.at = self.at.plus_micros(seconds * 1_000_000);
        self.feed(InputKind::Clock)
    }

    fn hear(&mut self, id: ClientOrderId, executed: &str, kind: ReportKind) -> String {
        let symbol = self.engine.markets()[0].instrument.symbol;
        let report = ExecutionReport { at: self.at, id, symbol, executed: qty(executed), kind };
        self.feed(InputKind::Report(report))
    }

    fn fill(&mut self, trade_id: u64, quantity: &str, executed: &str) -> String {
        let fill = Fill {
            trade_id,
            price: Price::new(d("100")).expect("price"),
            quantity: qty(quantity),
            fee: d("0.1"),
            fee_asset: Asset::parse("USDT").expect("asset"),
            liquidity: Liquidity::Taker,
        };
        self.hear(self.entry, executed, ReportKind::Filled(fill))
    }

    fn held(&self) -> Decimal {
        self.engine.book().positions[0].quantity
    }

    /// Lets every look-up fail until the verdict.
    fn lose_entry(&mut self) {
        let nothing = Name::from("unknown_order").expect("name");
        for wait in [2, 1, 4, 13] {
            self.after(wait);
            self.hear(self.entry, "0", ReportKind::NotFound);
        }
        self.hear(self.entry, "0", ReportKind::CancelRejected(nothing));
        for _ in 0..2 {
            self.after(5);
            self.hear(self.entry, "0", ReportKind::NotFound);
        }
    }
}

const PROTECTED: &str = "intent_approved order_submitted order_submitted PLACE_PAIR protection_set";

#[test]
fn an_order_without_an_answer_is_asked_after_and_found() {
    let mut story = Story::new();
    assert_eq!(story.after(1), "");
    assert_eq!(story.after(1), "order_unknown ASK");
    assert_eq!(story.engine.unknown_orders(0), 1);
    let resume = Command::Resume { reason: "t".to_owned(), epoch: None };
    story.feed(InputKind::Command(Command::Stop { reason: String::new(), freeze: false }));
    let mut outputs = Vec::new();
    let input = Input { at: story.at, kind: InputKind::Command(resume) };
    story.engine.handle(input, &mut outputs);
    let refused = |o: &Output| {
        matches!(o, Output::Reply(CommandReply::Refused(Refusal::UnknownOrders { count: 1, .. })))
    };
    assert!(outputs.iter().any(refused), "{outputs:?}");
    // Not found this early is no answer.
    assert_eq!(story.hear(story.entry, "0", ReportKind::NotFound), "");
    assert_eq!(story.after(1), "ASK");
    assert_eq!(story.fill(7, "10", "10"), "order_filled intent_finished ".to_owned() + PROTECTED);
    assert_eq!(story.hear(story.entry, "10", ReportKind::Status(VenueStatus::Filled)), "");
    assert_eq!((story.held(), story.engine.unknown_orders(0)), (d("10"), 0));
}

#[test]
fn only_misses_beyond_the_horizon_and_a_vain_cancel_are_a_verdict() {
    let mut story = Story::new();
    let nothing = || ReportKind::CancelRejected(Name::from("unknown_order").expect("name"));
    let missing = ReportKind::NotFound;
    for (wait, said) in [(2, "order_unknown ASK"), (1, "ASK"), (4, "ASK")] {
        assert_eq!(story.after(wait), said);
        assert_eq!(story.hear(story.entry, "0", missing), "");
        assert_eq!(story.hear(story.entry, "0", nothing()), "", "a cancel this early says nothing");
    }
    assert_eq!(story.after(12), "");
    assert_eq!(story.after(1), "cancel_requested CANCEL ASK", "20 s after sending");
    assert_eq!(story.hear(story.entry, "0", missing), "");
    assert_eq!(story.hear(story.entry, "0", missing), "", "the same answer twice is one miss");
    assert_eq!(story.after(5), "cancel_requested CANCEL ASK", "the cancel has not been answered");
    assert_eq!(story.hear(story.entry, "0", missing), "");
    assert_eq!(story.hear(story.entry, "0", nothing()), "");
    assert_eq!(story.after(5), "ASK");
    let verdict = "order_never_arrived intent_finished";
    assert_eq!(story.hear(story.entry, "0", missing), verdict);
    assert!(story.engine.book().orders.is_empty());
    assert_eq!(story.engine.unknown_orders(0), 1, "entries stay blocked for a while");
    assert_eq!(story.after(269), "");
    assert_eq!(story.after(1), "ASK", "five minutes after sending: a last look");
    assert_eq!(story.hear(story.entry, "0", missing), "");
    assert_eq!(story.engine.unknown_orders(0), 0);
    assert_eq!(story.engine.next_timer(), None);
}

#[test]
fn evidence_after_the_verdict_overturns_it_and_latches() {
    let mut story = Story::new();
    story.lose_entry();
    assert!(story.engine.book().orders.is_empty());
    let said = story.hear(story.entry, "0", ReportKind::Accepted);
    assert_eq!(said, "order_accepted trading_state_changed cancel_requested CANCEL");
    assert_eq!(story.engine.trading().state, TradingState::Reducing);
    assert_eq!(story.engine.late_orders(), 1);
    let said = story.fill(1, "10", "10");
    assert_eq!(said, "order_filled ".to_owned() + PROTECTED, "what was bought is protected");
    let gone = ReportKind::CancelRejected(Name::from("order_ended").expect("name"));
    assert_eq!(story.hear(story.entry, "10", gone), "");
    assert!(story.engine.next_timer().is_some(), "the pair is owed an answer");
}

#[test]
fn an_outcome_unknown_for_too_long_latches() {
    let mut story = Story::new();
    let mut said = String::new();
    for _ in 0..640 {
        said = story.after(1);
        if said.contains("trading_state_changed") {
            break;
        }
    }
    assert!(said.contains("trading_state_changed"), "{said}");
    assert_eq!(story.engine.trading().state, TradingState::Reducing);
}

#[test]
fn fills_count_once_in_any_order_and_missing_ones_are_asked_for() {
    let mut story = Story::new();
    assert_eq!(story.fill(2, "4", "10"), "order_filled", "before it was accepted");
    assert_eq!(story.fill(2, "4", "10"), "", "told twice");
    assert_eq!(story.engine.doubled_fills(), 1);
    assert_eq!(story.after(1), "ASK", "the venue has executed more than has come");
    assert_eq!(story.hear(story.entry, "10", ReportKind::Accepted), "");
    assert_eq!(story.fill(1, "6", "10"), "order_filled intent_finished ".to_owned() + PROTECTED);
    assert_eq!(story.held(), d("10"));
}

#[test]
fn a_cancelled_order_is_open_until_all_its_fills_are_here() {
    let mut story = Story::new();
    story.hear(story.entry, "0", ReportKind::Accepted);
    assert_eq!(story.hear(story.entry, "4", ReportKind::Cancelled), "order_cancelled");
    assert_eq!(story.engine.unknown_orders(0), 1);
    assert_eq!(story.after(1), "ASK");
    assert_eq!(story.fill(1, "4", "4"), "order_filled intent_finished ".to_owned() + PROTECTED);
    assert_eq!((story.held(), story.engine.unknown_orders(0)), (d("4"), 0));
    // A fill that the venue had not told of when it confirmed the cancel.
    let said = story.fill(2, "1", "5");
    assert!(said.starts_with("order_filled"), "{said}");
    assert_eq!(story.held(), d("5"));
}

#[test]
fn a_cancel_without_an_end_is_asked_for_again() {
    let mut story = Story::new();
    story.hear(story.entry, "0", ReportKind::Accepted);
    let stop = Command::Stop { reason: String::new(), freeze: false };
    assert!(story.feed(InputKind::Command(stop)).contains("CANCEL"));
    assert_eq!(story.after(2), "ASK");
    let said = story.hear(story.entry, "0", ReportKind::Status(VenueStatus::Working));
    assert_eq!(said, "cancel_requested CANCEL");
    let said = story.hear(story.entry, "0", ReportKind::Cancelled);
    assert_eq!(said, "order_cancelled intent_finished");
    assert_eq!(story.engine.next_timer(), None);
}

#[test]
fn after_a_connection_everything_open_is_asked_after() {
    let mut story = Story::new();
    story.hear(story.entry, "0", ReportKind::Accepted);
    assert_eq!(story.feed(InputKind::Connected), "ASK");
    assert_eq!(story.engine.unknown_orders(0), 1);
    let said = story.hear(story.entry, "0", ReportKind::Status(VenueStatus::Working));
    assert_eq!((said.as_str(), story.engine.unknown_orders(0)), ("", 0));
}

#[test]
fn a_refused_entry_ends_its_intent() {
    let mut story = Story::new();
    let reason = Name::from("insufficient_balance").expect("name");
    let said = story.hear(story.entry, "0", ReportKind::Rejected(reason));
    assert_eq!(said, "order_rejected intent_finished");
    assert_eq!(story.hear(story.entry, "0", ReportKind::Rejected(reason)), "", "told twice");
    assert!(!story.engine.is_open(0));
}
