//! Levels as tables: a path of prices, and what each price calls for.

use super::*;

fn p(text: &str) -> Price {
    Price::new(text.parse().expect("decimal")).expect("price")
}

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn hours(n: i64) -> Timestamp {
    Timestamp::from_millis(n * 3_600_000)
}

/// Name, settings, prices (one per hour), the stop afterwards, the call at the last price.
type Row<'a> = (&'a str, PositionSettings, &'a [&'a str], &'a str, Option<Call>);

#[test]
fn paths_and_what_they_call_for() {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let plain = PositionSettings::default();
    let trailing = PositionSettings { trailing_stop_enabled: true, ..plain };
    let even = PositionSettings { break_even_pct: d("2"), ..plain };
    let timed = PositionSettings { max_holding_hours: d("5"), ..plain };
    let late = PositionSettings { first_target_pct: d("7"), ..plain };
    let all = |reason| Some(Call::All(reason));
    let rows: Vec<Row<'_>> = vec![
        ("calm", plain, &["101", "99"], "97", None),
        ("stop", plain, &["97"], "97", all(ExitReason::StopLoss)),
        ("gap below the stop", plain, &["50"], "97", all(ExitReason::StopLoss)),
        ("first target", plain, &["103"], "97", Some(Call::Part)),
        ("gap through both targets", plain, &["120"], "97", all(ExitReason::TakeProfit)),
        ("trailing follows", trailing, &["102", "104", "103"], "101.92", Some(Call::Part)),
        ("trailing fires", trailing, &["104", "101.5"], "101.92", all(ExitReason::TrailingStop)),
        ("trailing never falls", trailing, &["104", "102", "103"], "101.92", Some(Call::Part)),
        ("break-even", even, &["102", "100.2"], "100.2", all(ExitReason::BreakEven)),
        ("not yet break-even", even, &["101.9", "100.2"], "97", None),
        ("time", timed, &["100", "100", "100", "100", "100"], "97", all(ExitReason::TimeStop)),
        ("not yet time", timed, &["100", "100", "100", "100"], "97", None),
        ("a first target above the second is left out", late, &["104.9"], "97", None),
    ];
    for (name, settings, prices, stop, call) in rows {
        let risk = RiskSettings::default();
        let mut levels = Levels::of(p("100"), Timestamp::ZERO, &instrument, &risk, &settings);
        let mut last = None;
        for (price, hour) in prices.iter().zip(1..) {
            let before = levels.stop;
            let moved = levels.follow(p(price), &instrument, &settings);
            assert_eq!(moved, levels.stop != before, "{name}");
            assert!(levels.stop >= before, "{name}: a stop only moves up");
            last = levels.call(p(price), hours(hour));
        }
        assert_eq!(levels.stop.map(Price::get), Some(d(stop)), "{name}");
        assert_eq!(last, call, "{name}");
    }
}

#[test]
fn the_first_target_is_met_once() {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let settings = PositionSettings::default();
    let risk = RiskSettings::default();
    let mut levels = Levels::of(p("100"), Timestamp::ZERO, &instrument, &risk, &settings);
    assert_eq!(levels.call(p("103"), hours(1)), Some(Call::Part));
    levels.first_done = true;
    assert_eq!(levels.call(p("104"), hours(1)), None);
    assert!(levels.move_to_entry());
    assert_eq!(levels.stop, Some(p("100.2")), "the entry with the fees of both sides");
    assert!(!levels.move_to_entry());
}

#[test]
fn a_resting_stop_is_replaced_only_when_it_lags_a_step() {
    let settings = PositionSettings { trailing_stop_enabled: true, ..PositionSettings::default() };
    let mut levels = Levels { stop: Some(p("100")), ..Levels::default() };
    assert!(levels.stop_will_do(p("100"), &settings));
    assert!(!levels.stop_will_do(p("99.95"), &settings), "a set stop is exact");
    levels.stop_kind = StopKind::Trailing;
    assert!(levels.stop_will_do(p("99.95"), &settings));
    assert!(!levels.stop_will_do(p("99.90"), &settings));
    assert!(!levels.stop_will_do(p("100.01"), &settings));
}
