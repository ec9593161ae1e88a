//! Operators between rows: what close-all and switches do when no new price comes.

use super::*;
use domain::{Candle, Decimal, Instrument, Interval, Name};
use engine::CommandReply;
use engine::settings::{InstrumentSettings, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};

/// A session whose only strategy buys when a close lies above the one before.
fn session() -> PaperSession {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
    let mut settings = EngineSettings::shipped("00000000", vec![own]);
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: d("100"),
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    (settings.risk.stop_loss_pct, settings.risk.take_profit_pct) = (d("20"), d("0"));
    let cash = [(instrument.quote, d("10000"))];
    let outputs = &mut Vec::new();
    let config = ExchangeConfig::default();
    PaperSession::open(settings, config, &cash, Timestamp::ZERO, outputs).expect("session")
}

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

/// Feeds one-minute bars of one price each, with their volumes, from a minute on.
fn feed(session: &mut PaperSession, from: i64, bars: &[(i64, &str)]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (minute, (price, volume)) in (from..).zip(bars) {
        let price = Price::new(Decimal::from(*price)).expect("price");
        let at = Timestamp::from_millis(minute * 60_000);
        let volume = Quantity::new(d(volume)).expect("volume");
        let candle = Candle::new(at, [price; 4], volume).expect("candle");
        let symbol = session.engine().markets()[0].instrument.symbol;
        session.bar(&Bar { symbol, interval: Interval::MINUTE, candle }, &mut outputs);
    }
    outputs
}

fn held(session: &PaperSession) -> Decimal {
    session.engine().book().positions[0].quantity
}

fn command(session: &mut PaperSession, command: Command) -> Vec<Output> {
    let mut outputs = Vec::new();
    session.command(command, &mut outputs);
    outputs
}

#[test]
fn close_all_again_tries_the_rest_without_a_new_price() {
    let mut session = session();
    feed(&mut session, 0, &[(100, "9"), (99, "9"), (101, "900"), (101, "900")]);
    // A quarter of the last row's volume is sold at each try, and no row follows.
    feed(&mut session, 4, &[(101, "8")]);
    let all = held(&session);
    assert!(all > d("4") && all < d("6"), "held {all}");
    let close = Command::CloseAll { reason: "test".to_owned() };
    for left in [all - d("2"), all - d("4"), d("0")] {
        let outputs = command(&mut session, close.clone());
        let joined = |o: &Output| matches!(o, Output::Reply(CommandReply::Closing { id: 1, .. }));
        assert!(outputs.iter().any(joined), "{outputs:?}");
        assert_eq!(held(&session), left);
    }
    assert!(session.engine().last_close_all().is_some_and(|report| report.flat));
    let resume = Command::Resume { reason: "test".to_owned(), epoch: None };
    command(&mut session, resume);
    assert_eq!(session.engine().trading().state, TradingState::Active);
}

#[test]
fn a_strategy_switched_off_opens_nothing_that_was_decided_before() {
    let mut session = session();
    feed(&mut session, 0, &[(100, "9"), (99, "9"), (101, "900")]);
    assert_eq!(session.engine().book().orders.len(), 1, "the entry waits for the next row");
    let off = Command::SetStrategyEnabled {
        strategy: Name::from("ma_crossover").expect("name"),
        enabled: false,
        force: false,
        expected_version: None,
    };
    command(&mut session, off);
    feed(&mut session, 3, &[(101, "900")]);
    assert_eq!(held(&session), Decimal::ZERO);
    assert!(session.engine().book().orders.is_empty());
}
