//! Figures by hand, and what must hold for any data.

use super::costs::Costs;
use super::curve::{Curve, Start};
use super::trades::{Tally, Trades};
use domain::{
    Amount, Decimal, ExecutionStyle, ExitReason, Name, OrderPurpose, OrderSide, Symbol, Timestamp,
};
use rust_decimal::prelude::ToPrimitive as _;
use storage::{ExecutionFact, FactShare, TradeFact};

const HOUR: i64 = 3_600;

fn dec(text: &str) -> Decimal {
    text.parse().expect("test decimals are valid")
}

fn hours(n: i64) -> Timestamp {
    Timestamp::from_millis(n * HOUR * 1_000)
}

/// A curve over points at these hours, with capital changes, from the first point on.
fn curve(points: &[(i64, &str)], capital: &[(i64, &str)], max_points: u32) -> Curve {
    curve_from(points, capital, max_points, None)
}

fn curve_from(
    points: &[(i64, &str)],
    capital: &[(i64, &str)],
    max_points: u32,
    before: Option<(i64, &str)>,
) -> Curve {
    let (first, last) = (points[0].0, points[points.len() - 1].0);
    let start = Start {
        from: hours(first),
        before: before.map(|(at, value)| (hours(at), dec(value))),
        earlier_peak: before.map(|(_, value)| dec(value)),
        first: hours(first),
        last: hours(last),
        count: points.len() as u64,
        max_points,
    };
    let capital = capital.iter().map(|(at, value)| (hours(*at), dec(value))).collect();
    let mut curve = Curve::new(start, capital, &[hours(first - 1), hours(first), hours(last + 1)]);
    for (at, value) in points {
        curve.push(hours(*at), dec(value));
    }
    curve.finish();
    curve
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "found {found}, wanted {wanted}");
}

#[test]
fn growth_and_falls_by_hand() {
    // Points, capital; growth in percent, deepest fall in percent, recovered at.
    type Row<'a> = (&'a [(i64, &'a str)], &'a [(i64, &'a str)], f64, f64, Option<i64>);
    let rows: [Row<'_>; 6] = [
        (&[(1, "100"), (2, "120"), (3, "90"), (4, "121")], &[], 21.0, 25.0, Some(4)),
        (&[(1, "100"), (2, "120"), (3, "90"), (4, "119")], &[], 19.0, 25.0, None),
        (&[(1, "100"), (2, "100")], &[], 0.0, 0.0, None),
        // The account was opened with 80.
        (&[(1, "100"), (2, "60")], &[(1, "80")], -25.0, 40.0, None),
        // 100 is put in between: 100 → 110 of 100, then 210 → 105 is a fall of a half.
        (
            &[(1, "100"), (2, "110"), (3, "210"), (4, "105")],
            &[(1, "100"), (3, "200")],
            -45.0,
            50.0,
            None,
        ),
        // Half is taken out: neither a loss nor a fall.
        (&[(1, "100"), (2, "50"), (3, "55")], &[(1, "100"), (2, "50")], 10.0, 0.0, None),
    ];
    for (points, capital, growth, fall, recovered) in rows {
        let curve = curve(points, capital, 500);
        near((curve.total_growth().expect("points") - 1.0) * 100.0, growth);
        near(curve.deepest().map_or(0.0, |fall| fall.pct), fall);
        let at = curve.deepest().and_then(|fall| fall.recovered_at);
        assert_eq!(at, recovered.map(hours), "{points:?}");
        assert!(!curve.higher_before());
    }
    let low = curve_from(&[(1, "90"), (2, "95")], &[], 500, Some((0, "100")));
    near((low.total_growth().expect("points") - 1.0) * 100.0, -5.0);
    assert!(!low.higher_before(), "the base is the peak of the interval, too");
}

#[test]
fn what_is_put_in_is_no_profit_and_shows_as_such() {
    let curve = curve(
        &[(1, "100"), (2, "110"), (3, "215"), (4, "205")],
        &[(1, "100"), (3, "200"), (4, "180")],
        500,
    );
    let (start, end, external) = curve.ends();
    assert_eq!((start, end, external), (Some(dec("100")), Some(dec("205")), dec("80")));
    let profit: Amount = curve.months.iter().map(|m| m.profit).sum();
    assert_eq!(profit, dec("25"), "205 - 100 - 80");
    near(curve.total_growth().expect("points"), 1.1 * (215.0 / 210.0) * (205.0 / 195.0));
}

/// A point at midnight closes the day and the month that end there.
#[test]
fn days_and_months_by_hand() {
    // 1970-01-30 12:00, 01-31 00:00, 02-01 00:00, 02-01 12:00, 02-02 00:00, 02-02 06:00.
    let day = 24;
    let at = |d: i64, h: i64| d * day + h;
    let points = [
        (at(29, 12), "100"),
        (at(30, 0), "100"),
        (at(31, 0), "110"),
        (at(31, 12), "50"),
        (at(32, 0), "99"),
        (at(32, 6), "198"),
    ];
    let curve = curve(&points, &[], 500);
    // Full days: 01-31 with +10 %, 02-01 with -10 %; the half days at both ends don't count.
    assert_eq!(curve.days.count(), 2);
    near(curve.days.deviation().expect("two"), (0.02_f64).sqrt());
    let months: Vec<_> = curve.months.iter().map(|m| (m.month.to_string(), m.profit)).collect();
    assert_eq!(months, [("1970-01".to_owned(), dec("10")), ("1970-02".to_owned(), dec("88"))]);
    near(curve.months[0].return_pct, 10.0);
    near(curve.months[1].return_pct, 80.0);
    assert_eq!(curve.found, [None, Some(dec("100")), Some(dec("198"))]);
}

#[test]
fn a_thinned_curve_keeps_first_last_and_every_extreme() {
    let values: Vec<String> =
        (0..1_000).map(|n| format!("{}", 1_000 + (n * 7_919) % 613)).collect();
    let points: Vec<(i64, &str)> = (0..).zip(values.iter().map(String::as_str)).collect();
    let whole = curve(&points, &[], 5_000);
    assert_eq!(whole.spans.len(), 1_000);
    for max_points in [2, 3, 10, 333, 999] {
        let thin = curve(&points, &[], max_points);
        assert!(thin.spans.len() <= max_points as usize, "{max_points}: {}", thin.spans.len());
        assert_eq!(thin.spans[0], whole.spans[0]);
        let last = thin.spans[thin.spans.len() - 1];
        assert_eq!((last.at, last.value), (whole.spans[999].at, whole.spans[999].value));
        let low = |curve: &Curve| curve.spans.iter().map(|s| s.low).min();
        let high = |curve: &Curve| curve.spans.iter().map(|s| s.high).max();
        assert_eq!((low(&thin), high(&thin)), (low(&whole), high(&whole)));
        let deepest = |curve: &Curve| curve.spans.iter().map(|s| s.deepest_pct).fold(0.0, f64::max);
        near(deepest(&thin), deepest(&whole));
        assert_eq!(thin.deepest(), whole.deepest());
    }
}

fn name(text: &str) -> Name {
    Name::from(text).expect("short")
}

fn trade(id: u64, opened: i64, closed: i64, profit: &str) -> TradeFact {
    TradeFact {
        id,
        symbol: Symbol::parse("BTCUSDT").expect("valid"),
        reason: ExitReason::StopLoss,
        opened_at: hours(opened),
        closed_at: hours(closed),
        entry_price: dec("100"),
        exit_price: dec("101"),
        quantity: dec("3"),
        fees: dec("0.1"),
        profit: dec(profit),
        shares: vec![
            FactShare { strategy: name("rsi"), quantity: dec("1"), profit: dec(profit) / dec("2") },
            FactShare {
                strategy: name("macd"),
                quantity: dec("2"),
                profit: dec(profit) / dec("2"),
            },
        ],
    }
}

fn tally(trades: impl IntoIterator<Item = TradeFact>) -> Trades {
    let mut all = Trades::new(3);
    trades.into_iter().for_each(|fact| all.push(&fact));
    all
}

#[test]
fn trades_by_hand() {
    let profits = ["5", "1", "-2", "0", "-4", "3"];
    let mut all =
        tally((0..).zip(profits).map(|(n, profit)| trade(n as u64, n * 10, n * 10 + 2, profit)));
    assert_eq!((all.total.trades, all.total.wins), (6, 3), "zero is a loss");
    assert_eq!((all.total.gross_profit, all.total.gross_loss), (dec("9"), dec("6")));
    assert_eq!((all.total.profit, all.total.fees), (dec("3"), dec("0.6")));
    assert_eq!((all.best, all.worst), (Some(dec("5")), Some(dec("-4"))));
    assert_eq!(all.streaks(), (2, 3));
    assert_eq!(all.turnover, dec("3618"), "6 times 3 of 201");
    assert_eq!(all.total.average_held(), Some(2 * HOUR * 1_000_000));
    near(all.profits.sortino().expect("losses"), 0.5 / (20.0_f64 / 6.0).sqrt());
    // 12 of 52 hours; open from 48 on as well.
    let micros = |h: i64| hours(h).micros();
    near(all.exposure_pct(micros(0), micros(52)).expect("time"), 12.0 / 52.0 * 100.0);
    all.hold(hours(1), hours(52));
    near(all.exposure_pct(micros(0), micros(52)).expect("time"), 100.0);
    assert_eq!(all.exposure_pct(micros(3), micros(3)), None);
    assert_eq!(all.take_marked().iter().map(|m| m.id()).collect::<Vec<_>>(), [0, 4, 5]);
}

#[test]
fn fees_are_divided_to_the_last_unit_and_what_nobody_owned_shows() {
    let all = tally([trade(1, 0, 1, "1")]);
    let share = |owner: &str| all.by_strategy[&name(owner)];
    assert_eq!(share("rsi").fees, dec("0.033333333333"));
    assert_eq!(share("macd").fees, dec("0.066666666667"));
    let nobody = TradeFact { shares: Vec::new(), ..trade(2, 0, 1, "-1") };
    let all = tally([nobody]);
    assert_eq!(all.by_strategy[&name("unassigned")].profit, dec("-1"));
}

/// Numbers from a seed (Marsaglia's xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn chance_trades(seed: u64, count: u64) -> Vec<TradeFact> {
    let mut dice = Dice(seed * 2 + 1);
    let reasons = [ExitReason::StopLoss, ExitReason::Operator, ExitReason::FirstTarget];
    let owners = ["rsi", "macd", "bollinger", "ma_crossover"];
    (1..=count)
        .map(|id| {
            let quantity = Decimal::new(dice.below(1_000_000) as i64 + 3, 6);
            let profit = Decimal::new(dice.below(2_000_001) as i64 - 1_000_000, 8);
            let part = (quantity / dec("3")).round_dp(8);
            let own = (profit / dec("7")).round_dp(8);
            let shares = [(part, own), (quantity - part, profit - own)];
            TradeFact {
                symbol: Symbol::parse(["BTCUSDT", "ETHUSDT"][dice.below(2) as usize])
                    .expect("valid"),
                reason: reasons[dice.below(3) as usize],
                quantity,
                profit,
                fees: Decimal::new(dice.below(1_000_000) as i64, 10),
                shares: shares
                    .map(|(quantity, profit)| FactShare {
                        strategy: name(owners[dice.below(4) as usize]),
                        quantity,
                        profit,
                    })
                    .to_vec(),
                ..trade(id, id as i64 * 5 - dice.below(40) as i64, id as i64 * 5, "0")
            }
        })
        .collect()
}

fn sums<'a>(groups: impl IntoIterator<Item = &'a Tally>) -> (u64, u64, Amount, Amount, i128) {
    groups.into_iter().fold((0, 0, Amount::ZERO, Amount::ZERO, 0), |sum, t| {
        (sum.0 + t.trades, sum.1 + t.wins, sum.2 + t.profit, sum.3 + t.fees, sum.4 + t.held)
    })
}

#[test]
fn groups_add_up_to_the_whole_and_intervals_to_their_union() {
    for seed in 1..=40 {
        let trades = chance_trades(seed, 500);
        let all = tally(trades.iter().cloned());
        let whole = sums([&all.total]);
        assert_eq!(sums(all.by_symbol.values()), whole);
        assert_eq!(sums(&all.by_hour), whole);
        assert_eq!(sums(&all.by_weekday), whole);
        assert_eq!(sums(all.by_reason.values()), whole);
        assert_eq!(sums(all.by_month.values()), whole);
        let owners = sums(all.by_strategy.values());
        assert_eq!((owners.2, owners.3), (whole.2, whole.3), "seed {seed}");
        let cut = (seed as usize * 37) % 500;
        let parts = [tally(trades[..cut].iter().cloned()), tally(trades[cut..].iter().cloned())];
        assert_eq!(sums(parts.iter().map(|part| &part.total)), whole);
        assert_eq!(parts[0].turnover + parts[1].turnover, all.turnover);
        // Time in the market, against a mark on each hour.
        let open = |hour: i64| {
            let micros = hours(hour).micros();
            trades.iter().any(|t| t.opened_at.micros() <= micros && micros < t.closed_at.micros())
        };
        let marked = (0..2_500).filter(|hour| open(*hour)).count() as f64 / 2_500.0 * 100.0;
        near(all.exposure_pct(hours(0).micros(), hours(2_500).micros()).expect("time"), marked);
    }
}

/// Growth, months and days over [a, b) and [b, c) chain to those over [a, c).
#[test]
fn curves_of_neighbouring_intervals_chain() {
    for seed in 1..=20 {
        let mut dice = Dice(seed * 2 + 1);
        let mut value = 1_000_000;
        let points: Vec<(i64, String)> = (0..2_000)
            .map(|hour| {
                value += dice.below(2_001) as i64 - 1_000;
                (hour, Decimal::new(value, 2).to_string())
            })
            .collect();
        let points: Vec<(i64, &str)> = points.iter().map(|(h, v)| (*h, v.as_str())).collect();
        let cut = 100 + dice.below(1_800) as usize;
        let whole = curve(&points, &[], 100);
        let left = curve(&points[..cut], &[], 100);
        let right = curve_from(&points[cut..], &[], 100, Some(points[cut - 1]));
        let growth = |curve: &Curve| curve.total_growth().expect("points");
        near(growth(&left) * growth(&right), growth(&whole));
        let profit = |curve: &Curve| curve.months.iter().map(|m| m.profit).sum::<Amount>();
        assert_eq!(profit(&left) + profit(&right), profit(&whole));
        let chained: f64 = whole.months.iter().map(|m| 1.0 + m.return_pct / 100.0).product();
        near(chained, growth(&whole));
        let fall = |curve: &Curve| curve.deepest().map_or(0.0, |fall| fall.pct);
        assert!(fall(&whole) + 1e-12 >= fall(&left).max(fall(&right)));
    }
}

#[test]
fn costs_by_hand() {
    let fact = |side, style, average: Option<&str>, bps: Option<&str>| ExecutionFact {
        at: hours(1),
        symbol: Symbol::parse("BTCUSDT").expect("valid"),
        purpose: OrderPurpose::Entry,
        style,
        side,
        filled: dec(if average.is_some() { "2" } else { "0" }),
        average_price: average.map(dec),
        reference_price: dec("100"),
        fees: dec("0.5"),
        slippage_bps: bps.map(dec),
        shortfall: dec("1"),
    };
    let mut costs = Costs::default();
    let (market, resting) = (ExecutionStyle::Market, ExecutionStyle::Resting);
    costs.execution(&fact(OrderSide::Buy, market, Some("101"), Some("100")));
    costs.execution(&fact(OrderSide::Sell, market, Some("100.5"), Some("-50")));
    costs.execution(&fact(OrderSide::Sell, market, None, None));
    costs.execution(&fact(OrderSide::Sell, resting, Some("106"), Some("-600")));
    let total = &costs.total;
    assert_eq!((total.executions, total.done), (3, 2), "a fired target is no gain");
    assert_eq!((total.slippage, total.shortfall, total.fees), (dec("1"), dec("3"), dec("1.5")));
    near(total.mean_bps().expect("done"), 25.0);
    near(total.weighted_bps().expect("done"), 25.0);
    assert_eq!(costs.executions.len(), 2);
    assert_eq!(total.slippage.to_f64(), Some(1.0));
    assert_eq!(Costs::default().total.weighted_bps(), None);
}
