//! Every limit of the gate with what is used of it, for people. Nothing is decided here.

use crate::engine::Engine;
use domain::{Decimal, Symbol};

/// What happens when a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The entry at hand is denied.
    DeniesEntry,
    /// Entries are denied until the next UTC day.
    DeniesDay,
    /// Trading is latched to reducing until a person resumes.
    LatchesReducing,
}

/// One limit and its use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Name of the check, as in decision records.
    pub check: &'static str,
    /// Key of the setting that holds it.
    pub setting: &'static str,
    /// `percent`, `positions` or `candles`.
    pub unit: &'static str,
    /// The symbol that it is about, or the whole account.
    pub symbol: Option<Symbol>,
    /// The limit.
    pub limit: Decimal,
    /// What is used of it; not below zero.
    pub used: Decimal,
    /// What reaching it does.
    pub effect: Effect,
    /// True while it denies entries.
    pub blocking: bool,
    /// True when the setting's value turns it off.
    pub off: bool,
}

impl Usage {
    /// What is left, 0 or above.
    #[must_use]
    pub fn headroom(&self) -> Decimal {
        (self.limit - self.used).max(Decimal::ZERO)
    }

    /// Used over limit in percent, 2 places; `None` for a limit of zero.
    #[must_use]
    pub fn used_pct(&self) -> Option<Decimal> {
        (!self.limit.is_zero()).then(|| (self.used * Decimal::ONE_HUNDRED / self.limit).round_dp(2))
    }
}

impl Engine {
    /// All limits with their use, account first, then per symbol.
    #[must_use]
    pub fn limits(&self) -> Vec<Usage> {
        let risk = &self.settings().risk;
        let equity = self.equity();
        let hundred = Decimal::ONE_HUNDRED;
        let pct = |amount: Decimal| {
            if equity.equity > Decimal::ZERO {
                (amount * hundred / equity.equity).round_dp(4)
            } else {
                Decimal::ZERO
            }
        };
        let account = |check, setting, unit, limit: Decimal, used: Decimal, effect| Usage {
            check,
            setting,
            unit,
            symbol: None,
            limit,
            used: used.max(Decimal::ZERO),
            effect,
            blocking: used >= limit,
            off: false,
        };
        let percent = "percent";
        let mut limits = vec![
            Usage {
                blocking: equity.day_limit_hit,
                off: risk.daily_loss_limit_pct >= hundred,
                ..account(
                    "daily_loss_limit",
                    "risk.daily_loss_limit_pct",
                    percent,
                    risk.daily_loss_limit_pct,
                    equity.day_loss_pct(),
                    Effect::DeniesDay,
                )
            },
            Usage {
                blocking: self.trading().state == domain::TradingState::Reducing,
                off: risk.max_drawdown_pct >= hundred,
                ..account(
                    "max_drawdown",
                    "risk.max_drawdown_pct",
                    percent,
                    risk.max_drawdown_pct,
                    equity.drawdown_pct(),
                    Effect::LatchesReducing,
                )
            },
            account(
                "max_concurrent_positions",
                "risk.max_concurrent_positions",
                "positions",
                Decimal::from(risk.max_concurrent_positions),
                Decimal::from(self.open_symbols()),
                Effect::DeniesEntry,
            ),
            account(
                "max_total_exposure",
                "risk.max_total_exposure_pct",
                percent,
                risk.max_total_exposure_pct,
                pct(self.total_exposure()),
                Effect::DeniesEntry,
            ),
        ];
        for index in 0..self.markets().len() {
            limits.extend(self.symbol_limits(index, pct));
        }
        limits
    }

    fn symbol_limits(&self, index: usize, pct: impl Fn(Decimal) -> Decimal) -> [Usage; 2] {
        let risk = &self.settings().risk;
        let market = &self.markets()[index];
        let price = market.last_price.map_or(Decimal::ZERO, domain::Price::get);
        let value = self.book().positions[index].quantity * price;
        let cooldown = self.management(index).cooldown;
        let own = |check, setting, unit, limit, used, blocking| Usage {
            check,
            setting,
            unit,
            symbol: Some(market.instrument.symbol),
            limit,
            used,
            effect: Effect::DeniesEntry,
            blocking,
            off: false,
        };
        [
            own(
                "max_position_size",
                "risk.max_position_size_pct",
                "percent",
                risk.max_position_size_pct,
                pct(value),
                self.is_open(index),
            ),
            Usage {
                off: risk.cooldown_candles_after_stop == 0,
                ..own(
                    "cooldown_after_stop",
                    "risk.cooldown_candles_after_stop",
                    "candles",
                    Decimal::from(risk.cooldown_candles_after_stop),
                    Decimal::from(cooldown),
                    cooldown > 0,
                )
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{EngineSettings, InstrumentSettings};
    use crate::{Command, Input, InputKind};
    use domain::{Asset, Instrument, Interval, Timestamp, TradingState};

    #[test]
    fn every_limit_is_listed_with_what_is_left() {
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
        let settings = EngineSettings::shipped("00000000", vec![own]);
        let cash = [(Asset::parse("USDT").expect("asset"), Decimal::new(10_000, 0))];
        let mut outputs = Vec::new();
        let at = Timestamp::from_millis(1_700_000_000_000);
        let state = TradingState::Halted;
        let mut engine = Engine::open(settings, &cash, at, state, &mut outputs);
        let checks: Vec<&str> = engine.limits().iter().map(|l| l.check).collect();
        assert_eq!(
            checks,
            [
                "daily_loss_limit",
                "max_drawdown",
                "max_concurrent_positions",
                "max_total_exposure",
                "max_position_size",
                "cooldown_after_stop"
            ]
        );
        for limit in engine.limits() {
            assert_eq!(limit.used, Decimal::ZERO, "{limit:?}");
            assert_eq!(limit.headroom(), limit.limit, "{limit:?}");
            assert!(!limit.blocking && !limit.off, "{limit:?}");
        }
        // A halt is the trading state's business, not a limit's.
        let kind = InputKind::Command(Command::Resume { reason: "t".to_owned(), epoch: None });
        engine.handle(Input { at, kind }, &mut outputs);
        assert_eq!(engine.trading().state, TradingState::Active);
    }
}
