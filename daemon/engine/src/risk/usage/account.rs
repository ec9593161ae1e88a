//! Limits of the whole account and of the book.

use super::{Effect, Usage};
use crate::engine::Engine;
use crate::risk::checks::{figure, heat, highest_correlation, weights};
use crate::risk::value_at_risk::{Tail, tail};
use domain::{Decimal, TradingState, to_float};

impl Engine {
    pub(super) fn account_limits(&self) -> Vec<Usage> {
        let risk = &self.settings().risk;
        let equity = self.equity();
        let hundred = Decimal::ONE_HUNDRED;
        let reducing = self.trading().state == TradingState::Reducing;
        let count = |n: u32| Decimal::from(n);
        let traffic = &self.risk().traffic;
        let now = self.now();
        let refused = traffic.rejections.in_window(now, risk.rejection_window_seconds);
        let day = (risk.daily_loss_limit_pct, equity.day_loss_pct());
        let fall = (risk.max_drawdown_pct, equity.drawdown_pct());
        vec![
            Usage::new("daily_loss_limit", "risk.daily_loss_limit_pct", "percent", day.0, day.1)
                .with(Effect::DeniesDay)
                .blocking_when(equity.day_limit_hit)
                .off_when(day.0 >= hundred),
            Usage::new("max_drawdown", "risk.max_drawdown_pct", "percent", fall.0, fall.1)
                .with(Effect::LatchesReducing)
                .blocking_when(reducing)
                .off_when(fall.0 >= hundred),
            Usage::new(
                "repeated_rejections",
                "risk.rejection_limit",
                "orders",
                count(risk.rejection_limit),
                count(refused),
            )
            .with(Effect::LatchesReducing)
            .off_when(risk.rejection_limit == 0),
            Usage::new(
                "stale_data",
                "risk.stale_data_halt_seconds",
                "seconds",
                count(risk.stale_data_halt_seconds),
                self.oldest_price_seconds(),
            )
            .with(Effect::LatchesReducing)
            .off_when(risk.stale_data_halt_seconds == 0),
            Usage::new(
                "max_orders_per_minute",
                "risk.max_orders_per_minute",
                "orders",
                count(risk.max_orders_per_minute),
                count(traffic.orders.in_window(now)),
            )
            .off_when(risk.max_orders_per_minute == 0),
            Usage::new(
                "max_messages_per_minute",
                "risk.max_messages_per_minute",
                "messages",
                count(risk.max_messages_per_minute),
                count(traffic.messages.in_window(now)),
            )
            .off_when(risk.max_messages_per_minute == 0),
        ]
    }

    pub(super) fn portfolio_limits(&self) -> Vec<Usage> {
        let risk = &self.settings().risk;
        let (lines, _) = self.survey(None, &self.working_by_symbol());
        let equity = to_float(self.equity().equity);
        let book_heat = figure(heat(&lines) / equity);
        let window = risk.correlation_window as usize;
        let closest = lines
            .iter()
            .enumerate()
            .filter_map(|(at, line)| {
                let later = lines[at + 1..].iter().map(|other| other.returns);
                highest_correlation(line.returns, later, window)
            })
            .max_by(f64::total_cmp);
        let correlation = figure(closest.unwrap_or(0.0));
        let cvar_on = !risk.max_portfolio_cvar_pct.is_zero();
        let measured = (risk.var_enabled || cvar_on).then(|| {
            let book: Vec<_> = weights(&lines, equity).collect();
            tail(&book, to_float(risk.var_confidence))
        });
        let loss =
            |f: fn(&Tail) -> f64| measured.flatten().map_or(Decimal::ZERO, |tail| figure(f(&tail)));
        let exposure = self.percent_of_equity(self.total_exposure());
        let most = |n: u32| Decimal::from(n);
        let (open, entries) = (most(self.open_symbols()), self.working_entries());
        let (positions, total) = (most(risk.max_concurrent_positions), risk.max_total_exposure_pct);
        vec![
            Usage::new(
                "max_concurrent_positions",
                "risk.max_concurrent_positions",
                "positions",
                positions,
                open,
            ),
            Usage::new(
                "max_total_exposure",
                "risk.max_total_exposure_pct",
                "percent",
                total,
                exposure,
            ),
            Usage::new(
                "max_portfolio_heat",
                "risk.max_portfolio_heat",
                "share",
                risk.max_portfolio_heat,
                book_heat,
            ),
            // Whether it denies depends on the pair to be entered.
            Usage::new(
                "max_correlation",
                "risk.max_correlation",
                "",
                risk.max_correlation,
                correlation,
            )
            .blocking_when(false)
            .off_when(risk.max_correlation >= Decimal::ONE),
            Usage::new(
                "max_portfolio_var",
                "risk.max_portfolio_var_pct",
                "percent",
                risk.max_portfolio_var_pct,
                loss(|tail| tail.var_pct),
            )
            .off_when(!risk.var_enabled),
            Usage::new(
                "max_portfolio_cvar",
                "risk.max_portfolio_cvar_pct",
                "percent",
                risk.max_portfolio_cvar_pct,
                loss(|tail| tail.cvar_pct),
            )
            .off_when(!cvar_on),
            Usage::new(
                "max_order_value",
                "risk.max_order_value",
                "quote",
                risk.max_order_value,
                self.largest_working_entry(),
            )
            .blocking_when(false)
            .off_when(risk.max_order_value.is_zero()),
            Usage::new("free_quote", "paper.initial_balance", "quote", self.quote_held, entries)
                .blocking_when(entries >= self.quote_held),
        ]
    }

    fn oldest_price_seconds(&self) -> Decimal {
        let priced = self.markets().iter().filter(|m| m.last_price.is_some());
        let oldest = priced.map(|m| m.last_price_at).min();
        oldest.map_or(Decimal::ZERO, |at| seconds_between(self.now().micros(), at.micros()))
    }

    fn largest_working_entry(&self) -> Decimal {
        self.working_by_symbol().iter().map(|w| w.1).max().unwrap_or(Decimal::ZERO)
    }
}

/// Seconds from one moment to a later one, 3 places.
pub(super) fn seconds_between(later: i64, earlier: i64) -> Decimal {
    Decimal::new((later - earlier) / 1_000, 3).normalize()
}
