//! Operators between rows: what close-all and switches do when no new price comes.

use super::*;
use crate::exchange::FeeAsset;
use domain::MovementKind;
use domain::{Candle, Decimal, EventKind, Instrument, Interval, Name};
use engine::settings::{InstrumentSettings, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};
use engine::{CommandReply, Refusal};

/// A session whose only strategy buys when a close lies above the one before.
fn session() -> PaperSession {
    session_of(&["BTCUSDT"], ExchangeConfig::default())
}

fn session_of(symbols: &[&str], config: ExchangeConfig) -> PaperSession {
    let own = |symbol: &&str| InstrumentSettings {
        instrument: Instrument::from_symbol(symbol).expect("symbol"),
        base_interval: Interval::MINUTE,
    };
    let mut settings = EngineSettings::shipped("00000000", symbols.iter().map(own).collect());
    let instrument = settings.instruments[0].instrument;
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: d("100"),
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    (settings.risk.stop_loss_pct, settings.risk.take_profit_pct) = (d("20"), d("0"));
    settings.position.first_target_pct = d("0");
    let cash = [(instrument.quote, d("10000"))];
    let outputs = &mut Vec::new();
    PaperSession::open(settings, config, &cash, Timestamp::ZERO, outputs).expect("session")
}

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

/// Feeds one-minute bars of one price each, with their volumes, from a minute on.
fn feed(session: &mut PaperSession, from: i64, bars: &[(i64, &str)]) -> Vec<Output> {
    feed_pair(session, 0, from, bars)
}

/// The same for the pair at a place.
fn feed_pair(
    session: &mut PaperSession,
    index: usize,
    from: i64,
    bars: &[(i64, &str)],
) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (minute, (price, volume)) in (from..).zip(bars) {
        let price = Price::new(Decimal::from(*price)).expect("price");
        let at = Timestamp::from_millis(minute * 60_000);
        let volume = Quantity::new(d(volume)).expect("volume");
        let candle = Candle::new(at, [price; 4], volume).expect("candle");
        let symbol = session.engine().markets()[index].instrument.symbol;
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

/// Rises and falls by turns, so that the strategy buys and sells.
fn waves(session: &mut PaperSession, from: i64, count: i64) {
    for minute in from..from + count {
        let price = [100, 99, 101, 102, 98][(minute % 5) as usize];
        feed(session, minute, &[(price, "900")]);
        assert_eq!(session.check_books(), Ok(()));
        let book = session.engine().book();
        assert!(book.owners_match_holdings() && book.holdings_match_positions());
    }
}

#[test]
fn fees_in_base_leave_dust_and_trading_goes_on() {
    let mut session = session();
    let config = ExchangeConfig { fee_asset: FeeAsset::Received, ..ExchangeConfig::default() };
    let settings = session.engine().settings().clone();
    session.replace_settings(settings, config, &mut Vec::new()).expect("valid");
    waves(&mut session, 0, 100);
    let book = session.engine().book();
    assert!(book.totals.trades > 10, "{:?}", book.totals);
    // An entry, its stop and the exit, which may still be on its way.
    assert!(
        book.totals.orders <= 3 * book.totals.trades + 3,
        "no order in vain: {:?}",
        book.totals
    );
    let lot = session.engine().markets()[0].instrument.lot_size;
    let left = held(&session);
    assert!(left > d("0"), "a fee in base never comes out even");
    // Flat or in a position: the odd part is smaller than a lot.
    assert!(left % lot > d("0"));
    let quote = session.engine().quote_asset();
    assert_eq!(book.realised_by("ma_crossover", quote), book.totals.realised);
}

#[test]
fn money_that_moves_changes_no_result() {
    let (mut one, mut other) = (session(), session());
    waves(&mut one, 0, 20);
    waves(&mut other, 0, 20);
    let quote = other.engine().quote_asset();
    let kinds = [(MovementKind::Deposit, "5000"), (MovementKind::Withdrawal, "12000")];
    for (number, (kind, amount)) in kinds.into_iter().enumerate() {
        let before = other.engine().equity().clone();
        let reason = "test".to_owned();
        let wish = Command::Move { kind, asset: quote, amount: d(amount), reason };
        let outputs = command(&mut other, wish);
        let reference = format!("paper-{}", number + 1);
        let moved = Output::Reply(CommandReply::Moved { reference });
        assert_eq!(outputs.last(), Some(&moved));
        let after = other.engine().equity();
        assert_eq!(after.drawdown_pct(), before.drawdown_pct());
        assert_eq!(after.day_loss_pct(), before.day_loss_pct());
        assert_eq!(after.day_profit(), before.day_profit());
        assert_eq!(after.equity - after.capital(), before.equity - before.capital());
        assert_eq!(other.check_books(), Ok(()));
    }
    assert_eq!(other.engine().trading().state, TradingState::Active);
    let realised = |s: &PaperSession| s.engine().book().realised_by("ma_crossover", quote);
    assert_eq!(realised(&one), realised(&other));
    let before = other.clone();
    let asset = quote;
    let (kind, amount, reason) = (MovementKind::Withdrawal, d("999999"), String::new());
    let outputs = command(&mut other, Command::Move { kind, asset, amount, reason });
    assert!(matches!(outputs[..], [Output::Reply(CommandReply::Refused(Refusal::Movement(_)))]));
    assert_eq!(before, other, "a refusal changes nothing");
}

/// Fees of one pair are taken out of what a strategy holds of another.
#[test]
fn a_position_that_fees_eat_into_shrinks() {
    let fee_asset = FeeAsset::Named(domain::Asset::parse("BNB").expect("asset"));
    let config = ExchangeConfig { fee_asset, ..ExchangeConfig::default() };
    let mut session = session_of(&["BNBUSDT", "BTCUSDT"], config);
    let mut settings = session.engine().settings().clone();
    settings.risk.stop_loss_pct = d("0");
    settings.risk.sizing = engine::settings::SizingMethod::Fixed;
    let config = session.exchange().config().clone();
    session.replace_settings(settings, config, &mut Vec::new()).expect("valid");
    let rise = [(100, "900"), (99, "900"), (101, "900"), (101, "900")];
    feed(&mut session, 0, &rise);
    let bought = held(&session);
    assert!(bought > d("1"));
    let outputs = feed_pair(&mut session, 1, 4, &rise);
    let events: Vec<&EventKind> = outputs
        .iter()
        .filter_map(|o| if let Output::Event(e) = o { Some(&e.kind) } else { None })
        .collect();
    let fee = events.iter().find_map(|kind| match kind {
        EventKind::OrderFilled { fill, fee_value, .. } => Some((fill.fee, *fee_value)),
        _ => None,
    });
    let (fee, value) = fee.expect("BTC is bought");
    assert_eq!(value, Some((fee * d("101")).normalize()), "the fee at BNB's last price");
    let reduced = events.iter().find_map(|kind| match kind {
        EventKind::PositionReduced { quantity, cause, .. } => Some((quantity.get(), *cause)),
        _ => None,
    });
    assert_eq!(reduced, Some((fee, domain::ReductionCause::Fees)));
    assert_eq!(held(&session), bought - fee);
    assert_eq!(session.check_books(), Ok(()));
    let book = session.engine().book();
    assert!(book.owners_match_holdings() && book.holdings_match_positions());
    let unreported: Amount = book.closing.values().map(|c| c.profit()).sum();
    let quote = session.engine().quote_asset();
    let realised = book.realised_by("ma_crossover", quote);
    assert_eq!(realised, book.totals.realised + unreported);
}

/// A session that has bought, without stops where `bare`.
fn holding(bare: bool) -> PaperSession {
    let mut session = session();
    if bare {
        let mut settings = session.engine().settings().clone();
        settings.risk.stop_loss_pct = d("0");
        settings.risk.sizing = engine::settings::SizingMethod::Fixed;
        let config = session.exchange().config().clone();
        session.replace_settings(settings, config, &mut Vec::new()).expect("valid");
    }
    feed(&mut session, 0, &[(100, "9"), (99, "9"), (101, "900"), (101, "900")]);
    assert!(held(&session) > d("1"));
    session
}

#[test]
fn a_position_shrinks_with_the_coins_that_are_there() {
    for (share, flat) in [("0.4", false), ("1", true)] {
        let mut session = holding(true);
        let all = held(&session);
        let instrument = session.engine().markets()[0].instrument;
        let (symbol, quantity) = (instrument.symbol, instrument.floor_quantity(d(share) * all));
        let at = Price::new(d("101")).expect("price");
        let mut outputs = Vec::new();
        session.trade_by_hand(symbol, OrderSide::Sell, quantity, at, &mut outputs).expect("sold");
        let warned = |o: &Output| {
            matches!(o, Output::Event(e) if matches!(e.kind,
                EventKind::PositionReduced { quantity: by, .. } if by == quantity))
        };
        assert!(outputs.iter().any(warned), "{outputs:?}");
        assert_eq!(held(&session), all - quantity.get());
        assert_eq!(session.check_books(), Ok(()));
        let book = session.engine().book();
        assert!(book.owners_match_holdings() && book.holdings_match_positions());
        assert_eq!(book.realised_by("ma_crossover", instrument.quote), book.totals.realised);
        assert_eq!(session.engine().positions().next().is_none(), flat);
        // What is left can be sold: nothing asks for more than there is.
        command(&mut session, Command::CloseAll { reason: "test".to_owned() });
        assert_eq!(held(&session), d("0"));
        assert_eq!(session.check_books(), Ok(()));
    }
}

#[test]
fn a_fill_of_more_than_is_held_is_booked_and_counted() {
    let mut session = holding(false);
    let all = held(&session);
    let order = *session.exchange().open_orders().next().expect("protection").order();
    let fill = domain::Fill {
        trade_id: 99,
        price: Price::new(d("90")).expect("price"),
        quantity: Quantity::new(all + d("3")).expect("quantity"),
        fee: d("0"),
        fee_asset: session.engine().quote_asset(),
        liquidity: domain::Liquidity::Taker,
    };
    let (id, symbol, at) = (order.id, order.symbol, session.engine().now());
    let kind = domain::ReportKind::Filled(fill);
    let report = ExecutionReport { at, id, symbol, executed: fill.quantity, kind };
    session.tell(at, InputKind::Report(report), &mut Vec::new());
    assert_eq!(held(&session), d("0"));
    let book = session.engine().book();
    assert_eq!(book.oversold.values().copied().collect::<Vec<_>>(), [d("3")]);
    assert!(book.owners_match_holdings() && book.holdings_match_positions());
    let base = session.engine().markets()[0].instrument.base;
    assert_eq!(book.owners.amount("unassigned", base), d("-3"));
    let quote = session.engine().quote_asset();
    assert_eq!(book.realised_by("ma_crossover", quote), book.totals.realised);
}

#[test]
fn what_is_left_is_protected_again() {
    for (share, flat) in [("0.4", false), ("1", true)] {
        let mut session = holding(false);
        let all = held(&session);
        let instrument = session.engine().markets()[0].instrument;
        let gone = instrument.floor_quantity(d(share) * all).get();
        let movement = ExternalMovement {
            kind: MovementKind::Withdrawal,
            asset: instrument.base,
            amount: -gone,
            counter: None,
            reference: "venue-1".to_owned(),
            note: String::new(),
        };
        for _ in 0..2 {
            // The second time it is known and changes nothing.
            session.external(movement.clone(), &mut Vec::new());
            assert_eq!(held(&session), all - gone);
            let stops: Vec<_> = session.exchange().open_orders().map(|o| o.remaining()).collect();
            let wanted = Quantity::new(all - gone).ok().filter(|q| !q.is_zero());
            assert_eq!(stops, wanted.map(Some).into_iter().collect::<Vec<_>>());
        }
        assert_eq!(session.engine().management(0).levels.stop.is_none(), flat);
        assert_eq!(session.engine().book().movements.len(), 1);
    }
}
