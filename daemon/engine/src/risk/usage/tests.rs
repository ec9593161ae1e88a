//! Nothing that can deny or latch is missing from the list, and what is used is true.

use super::*;
use crate::risk::checks::CHECKS;
use crate::settings::{EngineSettings, InstrumentSettings};
use crate::{Command, Input, InputKind};
use domain::{Asset, Instrument, Interval, Timestamp, TradingState};

/// Checks that have no limit of their own: a state, a count that must be zero, or a floor.
const NO_LIMIT: [&str; 5] = [
    "trading_state",
    "unknown_order",
    "position_already_exists",
    "size_above_zero",
    "min_notional",
];
/// Limits that latch instead of denying.
const LATCHES: [&str; 3] = ["max_drawdown", "repeated_rejections", "stale_data"];

fn settings() -> EngineSettings {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
    let mut settings = EngineSettings::shipped("00000000", vec![own]);
    let sector = Name::from("layer1").expect("name");
    settings.sector_map.insert(instrument.symbol, sector);
    settings.max_order_quantity.insert(instrument.symbol, Decimal::ONE);
    settings
}

fn open(settings: EngineSettings) -> Engine {
    let cash = [(Asset::parse("USDT").expect("asset"), Decimal::new(10_000, 0))];
    let at = Timestamp::from_millis(1_700_000_000_000);
    Engine::open(settings, &cash, at, TradingState::Halted, &mut Vec::new())
}

#[test]
fn every_limit_is_listed_with_what_is_left() {
    let mut engine = open(settings());
    let listed: Vec<&str> = engine.limits().iter().map(|l| l.check).collect();
    for check in CHECKS.into_iter().filter(|c| !NO_LIMIT.contains(c)).chain(LATCHES) {
        assert!(listed.contains(&check), "{check} is not listed");
    }
    for check in &listed {
        assert!(CHECKS.contains(check) || LATCHES.contains(check), "{check} is no check");
    }
    for limit in engine.limits() {
        assert_eq!(limit.used, Decimal::ZERO, "{limit:?}");
        assert_eq!(limit.headroom(), limit.limit, "{limit:?}");
        assert!(!limit.blocking, "{limit:?}");
        assert_eq!(limit.off, limit.limit.is_zero() || shipped_off(limit.check), "{limit:?}");
    }
    // A halt is the trading state's business, not a limit's.
    let kind = InputKind::Command(Command::Resume { reason: "t".to_owned(), epoch: None });
    engine.handle(Input { at: engine.now(), kind }, &mut Vec::new());
    assert_eq!(engine.trading().state, TradingState::Active);
}

/// What is off with the shipped settings without being zero.
fn shipped_off(check: &str) -> bool {
    ["max_portfolio_var", "strategy_allotment"].contains(&check)
}

#[test]
fn what_is_off_blocks_nothing() {
    let mut loose = settings();
    let risk = &mut loose.risk;
    risk.max_orders_per_minute = 0;
    risk.price_collar_pct = Decimal::ZERO;
    risk.max_data_age_seconds = 0;
    for limit in open(loose).limits() {
        assert!(!(limit.off && limit.blocking), "{limit:?}");
    }
}
