//! Each check denies on its own limit and says the limit and the value; on the limit it passes.

use super::*;
use crate::risk::sizing::{SizingInput, size};
use crate::settings::SizingMethod;
use domain::{Interval, Timestamp};

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

/// Everything that a row may change; entry at 100 with an equity of 10,000, which sizes to 10 units.
struct World {
    limits: RiskSettings,
    state: TradingState,
    day: (bool, Decimal),
    unknown_orders: u32,
    price_age_ms: i64,
    traffic: (u32, u32),
    /// Symbols that are open besides those of the book.
    others_open: u32,
    symbol_open: bool,
    cooldown: u32,
    exposure: Decimal,
    equity: Decimal,
    /// Quote when it was sized, and when it is judged.
    sized_on: Decimal,
    free_quote: Decimal,
    last_price: Decimal,
    median_close: Option<f64>,
    max_quantity: Option<Decimal>,
    owners: Vec<OwnerUse>,
    sector: Option<Name>,
    swing: f64,
    /// Value, swing, sector, and 1 or -1 for returns like the candidate's or against them.
    book: Vec<(Decimal, f64, Option<Name>, f64)>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            limits: RiskSettings::default(),
            state: TradingState::Active,
            day: (false, d("0")),
            unknown_orders: 0,
            price_age_ms: 0,
            traffic: (0, 0),
            others_open: 0,
            symbol_open: false,
            cooldown: 0,
            exposure: d("0"),
            equity: d("10000"),
            sized_on: d("10000"),
            free_quote: d("10000"),
            last_price: d("100"),
            median_close: Some(100.0),
            max_quantity: None,
            owners: Vec::new(),
            sector: None,
            swing: 0.01,
            book: Vec::new(),
        }
    }
}

/// Sixty returns between -2 % and 2 %, or the opposite ones.
fn waves(sign: f64) -> Returns {
    let mut returns = Returns::new(Interval::MINUTE);
    let mut close = 100.0;
    for n in 0..=60_i32 {
        close *= (sign * 0.02 * f64::from(n).sin()).exp();
        returns.push(Timestamp::from_millis(i64::from(n) * 60_000), close);
    }
    returns
}

fn layer() -> Name {
    Name::from("layer1").expect("name")
}

/// Runs the checks on a world.
fn judge(world: &World) -> (Result<EntryPermit, EntryDenial>, Vec<RiskVerdict>) {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let input = SizingInput {
        instrument: &instrument,
        price: Price::new(d("100")).expect("price"),
        atr: None,
        forecast: None,
        equity: world.equity,
        free_quote: world.sized_on,
    };
    let (order_size, record) = size(&input, &world.limits);
    let own = waves(1.0);
    let others: Vec<Returns> = world.book.iter().map(|line| waves(line.3)).collect();
    let symbol = instrument.symbol;
    let book: Vec<Line<'_>> = world
        .book
        .iter()
        .zip(&others)
        .map(|((value, swing, sector, _), returns)| Line {
            symbol,
            value: *value,
            swing: *swing,
            sector: *sector,
            returns,
        })
        .collect();
    let candidate =
        Line { symbol, value: d("0"), swing: world.swing, sector: world.sector, returns: &own };
    let context = EntryContext {
        instrument: &instrument,
        state: world.state,
        day_limit_hit: world.day.0,
        day_loss_pct: world.day.1,
        unknown_orders: world.unknown_orders,
        price_age_ms: world.price_age_ms,
        orders_last_minute: world.traffic.0,
        messages_last_minute: world.traffic.1,
        open_symbols: world.others_open + book.len() as u32 + u32::from(world.symbol_open),
        symbol_open: world.symbol_open,
        cooldown: world.cooldown,
        exposure: world.exposure,
        equity: world.equity,
        free_quote: world.free_quote,
        last_price: Price::new(world.last_price).ok(),
        median_close: world.median_close,
        max_quantity: world.max_quantity,
        owners: &world.owners,
        candidate,
        book: &book,
    };
    let mut verdicts = Vec::new();
    let outcome = approve_entry(&context, order_size, &record, &world.limits, &mut verdicts);
    (outcome, verdicts)
}

/// A check, what is changed of a world in which everything passes, and the limit and value that the
/// denial says.
type Row = (&'static str, fn(&mut World), &'static str, &'static str);

const ROWS: [Row; 28] = [
    ("trading_state", |w| w.state = TradingState::Reducing, "0", "1"),
    ("trading_state", |w| w.state = TradingState::Halted, "0", "2"),
    ("daily_loss_limit", |w| w.day = (true, d("5.2")), "5", "5.2"),
    ("unknown_order", |w| w.unknown_orders = 1, "0", "1"),
    ("price_age", |w| w.price_age_ms = 60_001, "60", "60.001"),
    ("max_orders_per_minute", |w| w.traffic.0 = 60, "60", "61"),
    ("max_messages_per_minute", |w| w.traffic.1 = 120, "120", "121"),
    ("max_concurrent_positions", |w| w.others_open = 5, "5", "6"),
    ("position_already_exists", |w| w.symbol_open = true, "0", "1"),
    ("cooldown_after_stop", |w| w.cooldown = 2, "0", "2"),
    (
        "size_above_zero",
        |w| (w.limits.stop_loss_pct, w.limits.atr_multiplier) = (d("0"), d("2")),
        "0",
        "0",
    ),
    ("price_collar", |w| w.last_price = d("80"), "10", "25"),
    ("price_collar", |w| w.median_close = Some(80.0), "10", "25"),
    ("price_collar", |w| w.median_close = Some(125.0), "10", "20"),
    ("max_order_value", |w| w.limits.max_order_value = d("999.99"), "999.99", "1000"),
    ("max_order_quantity", |w| w.max_quantity = Some(d("9.9")), "9.9", "10"),
    (
        "max_position_size",
        |w| {
            w.limits.sizing = SizingMethod::AllIn;
            w.limits.max_position_size_pct = d("99");
        },
        "99",
        "99.9001",
    ),
    ("min_notional", |w| w.equity = d("51"), "5", "4.947"),
    (
        "risk_per_trade",
        |w| {
            w.limits.sizing = SizingMethod::AllIn;
            w.limits.max_position_size_pct = d("100");
        },
        "1",
        "2.997",
    ),
    ("max_total_exposure", |w| w.exposure = d("5001"), "60", "60.01"),
    (
        "strategy_allotment",
        |w| {
            let owner = |used: &str, share: &str| OwnerUse {
                allotment_pct: d("20"),
                used: d(used),
                share: d(share),
            };
            w.owners = vec![owner("0", "0.25"), owner("1500", "0.75")];
        },
        "20",
        "22.5",
    ),
    (
        "max_positions_per_sector",
        |w| {
            w.sector = Some(layer());
            w.book = vec![(d("100"), 0.01, Some(layer()), -1.0); 3];
        },
        "3",
        "4",
    ),
    (
        "max_portfolio_heat",
        // 3,000 × 0.4 + 1,000 × 0.5 of 10,000
        |w| (w.swing, w.book) = (0.5, vec![(d("3000"), 0.4, None, -1.0)]),
        "0.15",
        "0.17",
    ),
    ("max_correlation", |w| w.book = vec![(d("100"), 0.01, None, 1.0)], "0.8", "1"),
    (
        "max_correlation",
        |w| {
            w.limits.max_correlation = d("0.5");
            w.book = vec![(d("100"), 0.01, None, -1.0), (d("100"), 0.01, None, 1.0)];
        },
        "0.5",
        "1",
    ),
    (
        "max_portfolio_var",
        |w| (w.limits.var_enabled, w.limits.max_portfolio_var_pct) = (true, d("0.1")),
        "0.1",
        "0.195703",
    ),
    ("max_portfolio_cvar", |w| w.limits.max_portfolio_cvar_pct = d("0.1"), "0.1", "0.197459"),
    ("free_quote", |w| w.free_quote = d("1000.99"), "1000.99", "1001"),
];

#[test]
fn each_check_denies_on_its_own_limit() {
    for (name, change, limit, value) in ROWS {
        let mut world = World::default();
        let (before, _) = judge(&world);
        assert!(before.is_ok(), "{before:?}");
        change(&mut world);
        let (outcome, verdicts) = judge(&world);
        let denial = outcome.err().unwrap_or_else(|| panic!("{name} passed: {verdicts:?}"));
        assert_eq!(denial.check.as_str(), name);
        assert_eq!((denial.limit, denial.value), (d(limit), d(value)), "{name}");
        let last = verdicts.last().expect("a verdict");
        assert_eq!((last.check, last.passed), (denial.check, false), "{name}");
        assert!(verdicts[..verdicts.len() - 1].iter().all(|v| v.passed), "{name}");
    }
}

#[test]
fn every_check_has_its_row() {
    for check in CHECKS {
        assert!(ROWS.iter().any(|row| row.0 == check), "no row denies by {check}");
    }
    assert!(QUIET.iter().all(|quiet| CHECKS.contains(quiet)));
}

/// Everything on, with room for the entry.
fn all_on() -> World {
    let mut world =
        World { sector: Some(layer()), max_quantity: Some(d("10")), ..World::default() };
    world.limits.var_enabled = true;
    world.limits.max_portfolio_cvar_pct = d("5");
    world.limits.max_order_value = d("1000");
    world.book = vec![(d("1000"), 0.01, None, -1.0)];
    world.owners = vec![OwnerUse { allotment_pct: d("10"), used: d("0"), share: d("1") }];
    world
}

#[test]
fn checks_run_in_the_order_of_their_list() {
    let (outcome, verdicts) = judge(&all_on());
    assert!(outcome.is_ok(), "{outcome:?}");
    let names: Vec<&str> = verdicts.iter().map(|v| v.check.as_str()).collect();
    assert_eq!(names, CHECKS);
}

#[test]
fn on_the_limit_everything_passes() {
    let mut world = all_on();
    world.price_age_ms = 60_000;
    world.traffic = (59, 119);
    world.others_open = 3;
    world.exposure = d("5000");
    world.free_quote = d("1001");
    world.book = vec![(d("1000"), 1.39, Some(layer()), -1.0); 1];
    world.swing = 0.11;
    world.limits.risk_per_trade_pct = d("0.3");
    world.limits.price_collar_pct = d("25");
    (world.last_price, world.median_close) = (d("80"), Some(80.0));
    world.limits.max_positions_per_sector = 2;
    let (outcome, verdicts) = judge(&world);
    assert!(outcome.is_ok(), "{outcome:?}");
    let on_it = [
        "price_age",
        "max_orders_per_minute",
        "max_messages_per_minute",
        "max_concurrent_positions",
        "price_collar",
        "max_order_value",
        "max_order_quantity",
        "max_position_size",
        "risk_per_trade",
        "max_total_exposure",
        "strategy_allotment",
        "max_positions_per_sector",
        "max_portfolio_heat",
        "free_quote",
    ];
    for name in on_it {
        let verdict = verdicts.iter().find(|v| v.check.as_str() == name).expect(name);
        assert_eq!(verdict.value, verdict.limit, "{name}");
    }
}

#[test]
fn what_is_off_or_unknown_is_not_listed_and_denies_nothing() {
    let mut world = World {
        price_age_ms: i64::MAX / 2,
        traffic: (u32::MAX / 2, u32::MAX / 2),
        last_price: d("1"),
        median_close: Some(1.0),
        book: vec![(d("100"), 0.01, Some(layer()), 1.0)],
        ..World::default()
    };
    let limits = &mut world.limits;
    (limits.max_data_age_seconds, limits.price_collar_pct) = (0, d("0"));
    (limits.max_orders_per_minute, limits.max_messages_per_minute) = (0, 0);
    (limits.max_correlation, limits.stop_loss_pct) = (d("1"), d("0"));
    limits.sizing = SizingMethod::Fixed;
    let (outcome, verdicts) = judge(&world);
    assert!(outcome.is_ok(), "{outcome:?}");
    let listed: Vec<&str> = verdicts.iter().map(|v| v.check.as_str()).collect();
    assert_eq!(
        listed,
        [
            "trading_state",
            "daily_loss_limit",
            "unknown_order",
            "max_concurrent_positions",
            "position_already_exists",
            "cooldown_after_stop",
            "size_above_zero",
            "max_position_size",
            "min_notional",
            "max_total_exposure",
            "max_portfolio_heat",
            "free_quote",
        ]
    );
}

#[test]
fn an_account_without_equity_enters_nothing() {
    let world = World { equity: d("0"), ..World::default() };
    let denial = judge(&world).0.expect_err("denied");
    assert_eq!(denial.check.as_str(), "size_above_zero");
    let mut world = World { equity: d("-1"), ..World::default() };
    world.limits.sizing = SizingMethod::AllIn;
    let denial = judge(&world).0.expect_err("denied");
    assert_eq!(denial.check.as_str(), "max_position_size");
}
