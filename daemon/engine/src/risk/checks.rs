//! Every check on an entry, in order, each with its limit and the value that would result.

use super::approval::EntryPermit;
use crate::settings::{RiskSettings, SizingMethod};
use domain::{
    Amount, Decimal, EntryDenial, Instrument, Name, OrderSize, RiskVerdict, SizingRecord,
    TradingState,
};

/// The world as the checks see it.
#[derive(Debug, Clone, Copy)]
pub struct EntryContext<'a> {
    /// The pair.
    pub instrument: &'a Instrument,
    /// Current trading state.
    pub state: TradingState,
    /// True once the day's loss limit was hit.
    pub day_limit_hit: bool,
    /// Loss since the day began, percent.
    pub day_loss_pct: Decimal,
    /// Symbols with a position or a working entry.
    pub open_symbols: u32,
    /// True when this symbol has a position or a working entry.
    pub symbol_open: bool,
    /// Signal candles left of the pause after a stop-out.
    pub cooldown: u32,
    /// Value of positions and working entries.
    pub exposure: Amount,
    /// Marked equity.
    pub equity: Amount,
    /// Quote not held by working orders.
    pub free_quote: Amount,
}

/// All checks by name, in the order in which they run.
pub const CHECKS: [&str; 10] = [
    "trading_state",
    "daily_loss_limit",
    "max_concurrent_positions",
    "position_already_exists",
    "cooldown_after_stop",
    "size_above_zero",
    "max_position_size",
    "min_notional",
    "max_total_exposure",
    "free_quote",
];

/// Denials that repeat with each candle as a matter of course; they are in the decision record, but
/// make no event.
pub const QUIET: [&str; 3] = ["position_already_exists", "cooldown_after_stop", "trading_state"];

/// Runs all checks. The verdicts list each check up to and including the first that failed.
pub fn approve_entry(
    context: &EntryContext<'_>,
    size: OrderSize,
    sizing: &SizingRecord,
    limits: &RiskSettings,
    verdicts: &mut Vec<RiskVerdict>,
) -> Result<EntryPermit, EntryDenial> {
    let hundred = Decimal::ONE_HUNDRED;
    let count = |n: u32| Decimal::from(n);
    let value = sizing.quantity.get() * sizing.price;
    let pct = |amount: Amount| {
        if context.equity > Amount::ZERO {
            (amount * hundred / context.equity).round_dp(4)
        } else {
            Decimal::MAX
        }
    };
    let all_in = limits.sizing == SizingMethod::AllIn;
    let mut check = |name: &str, passed: bool, limit: Decimal, value: Decimal| {
        let verdict =
            RiskVerdict { check: Name::from(name).unwrap_or_default(), passed, limit, value };
        let denial = EntryDenial { check: verdict.check, limit, value };
        verdicts.push(verdict);
        if passed { Ok(()) } else { Err(denial) }
    };
    let state = match context.state {
        TradingState::Active => 0,
        TradingState::Reducing => 1,
        TradingState::Halted => 2,
    };
    check(CHECKS[0], state == 0, count(0), count(state))?;
    check(CHECKS[1], !context.day_limit_hit, limits.daily_loss_limit_pct, context.day_loss_pct)?;
    let would_be_open = context.open_symbols + u32::from(!context.symbol_open);
    check(
        CHECKS[2],
        would_be_open <= limits.max_concurrent_positions,
        count(limits.max_concurrent_positions),
        count(would_be_open),
    )?;
    check(CHECKS[3], !context.symbol_open, count(0), count(u32::from(context.symbol_open)))?;
    check(CHECKS[4], context.cooldown == 0, count(0), count(context.cooldown))?;
    check(CHECKS[5], !sizing.quantity.is_zero(), Decimal::ZERO, sizing.quantity.get())?;
    // A budget order spends what is there; its price may move until it fills, so the cap counts the budget.
    let value = if all_in { value.min(context.free_quote) } else { value };
    let size_pct = pct(value);
    check(
        CHECKS[6],
        size_pct <= limits.max_position_size_pct,
        limits.max_position_size_pct,
        size_pct,
    )?;
    // What is bought must still be sellable at its stop.
    let at_stop = value * (hundred - limits.stop_loss_pct) / hundred;
    check(
        CHECKS[7],
        at_stop >= context.instrument.min_notional,
        context.instrument.min_notional,
        at_stop,
    )?;
    let exposure = pct(context.exposure + value);
    check(
        CHECKS[8],
        exposure <= limits.max_total_exposure_pct,
        limits.max_total_exposure_pct,
        exposure,
    )?;
    let cost = value * (hundred + limits.assumed_fee_pct) / hundred;
    let cost = if all_in { context.free_quote } else { cost };
    check(CHECKS[9], cost <= context.free_quote, context.free_quote, cost)?;
    Ok(EntryPermit { symbol: context.instrument.symbol, size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::sizing::{SizingInput, size};
    use domain::Price;

    fn d(n: i64) -> Decimal {
        Decimal::new(n, 0)
    }

    /// Each row changes one thing of a context in which everything passes; last comes the denial.
    #[test]
    fn each_check_denies_on_its_own_limit() {
        type Change = fn(&mut EntryContext<'_>);
        let rows: [(&str, Change); 9] = [
            ("", |_| {}),
            ("trading_state", |c| c.state = TradingState::Reducing),
            ("trading_state", |c| c.state = TradingState::Halted),
            ("daily_loss_limit", |c| c.day_limit_hit = true),
            ("max_concurrent_positions", |c| c.open_symbols = 5),
            ("position_already_exists", |c| {
                c.symbol_open = true;
                c.open_symbols = 1;
            }),
            ("cooldown_after_stop", |c| c.cooldown = 1),
            ("max_total_exposure", |c| c.exposure = d(5_500)),
            ("free_quote", |c| c.free_quote = d(999)),
        ];
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        let limits = RiskSettings::default();
        let input = SizingInput {
            instrument: &instrument,
            price: Price::new(d(100)).expect("price"),
            atr: None,
            equity: d(10_000),
            free_quote: d(10_000),
        };
        let (order_size, record) = size(&input, &limits);
        for (expected, change) in rows {
            let mut context = EntryContext {
                instrument: &instrument,
                state: TradingState::Active,
                day_limit_hit: false,
                day_loss_pct: d(0),
                open_symbols: 0,
                symbol_open: false,
                cooldown: 0,
                exposure: d(0),
                equity: d(10_000),
                free_quote: d(10_000),
            };
            change(&mut context);
            let mut verdicts = Vec::new();
            let result = approve_entry(&context, order_size, &record, &limits, &mut verdicts);
            let denied = result.err().map(|d| d.check.to_string()).unwrap_or_default();
            assert_eq!(denied, expected);
            assert_eq!(
                verdicts.iter().filter(|v| !v.passed).count(),
                usize::from(!expected.is_empty())
            );
        }
    }

    #[test]
    fn small_orders_are_denied() {
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        let limits = RiskSettings::default();
        for (equity, expected) in [(10, "min_notional"), (0, "size_above_zero")] {
            let input = SizingInput {
                instrument: &instrument,
                price: Price::new(d(100)).expect("price"),
                atr: None,
                equity: d(equity),
                free_quote: d(equity),
            };
            let (order_size, record) = size(&input, &limits);
            let context = EntryContext {
                instrument: &instrument,
                state: TradingState::Active,
                day_limit_hit: false,
                day_loss_pct: d(0),
                open_symbols: 0,
                symbol_open: false,
                cooldown: 0,
                exposure: d(0),
                equity: d(equity),
                free_quote: d(equity),
            };
            let denial = approve_entry(&context, order_size, &record, &limits, &mut Vec::new());
            assert_eq!(denial.expect_err("denied").check.as_str(), expected);
        }
    }
}
