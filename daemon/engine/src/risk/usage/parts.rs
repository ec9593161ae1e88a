//! Limits of sectors, strategies and single pairs.

use super::account::seconds_between;
use super::{Scope, Usage};
use crate::engine::Engine;
use crate::risk::checks::figure;
use domain::{Decimal, Name, Price, to_float};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Engine {
    /// Open positions per sector; a sector is listed once it is in the map.
    pub(super) fn sector_limits(&self) -> Vec<Usage> {
        self.sector_counts()
            .into_iter()
            .map(|(sector, open)| {
                Usage::new(
                    "max_positions_per_sector",
                    "risk.max_positions_per_sector",
                    "positions",
                    Decimal::from(self.settings().risk.max_positions_per_sector),
                    Decimal::from(open),
                )
                .about(Scope::Sector(sector))
            })
            .collect()
    }

    /// Open symbols of each sector of the map.
    pub(crate) fn sector_counts(&self) -> BTreeMap<Name, u32> {
        let mut counts: BTreeMap<Name, u32> = BTreeMap::new();
        for (index, market) in self.markets().iter().enumerate() {
            if let Some(sector) = self.settings().sector_map.get(&market.instrument.symbol) {
                *counts.entry(*sector).or_default() += u32::from(self.is_open(index));
            }
        }
        counts
    }

    pub(super) fn strategy_limits(&self) -> Vec<Usage> {
        let working = self.working_by_symbol();
        self.settings()
            .strategies
            .iter()
            .map(|own| {
                let name = Name::from(own.params.name()).unwrap_or_default();
                let used = self.percent_of_equity(self.used_by(&name, &working));
                let setting = Cow::Owned(format!("strategies.{name}.allotment_pct"));
                let usage =
                    Usage::new("strategy_allotment", "", "percent", own.allotment_pct, used)
                        .about(Scope::Strategy(name))
                        .off_when(own.allotment_pct >= Decimal::ONE_HUNDRED);
                Usage { setting, ..usage }
            })
            .collect()
    }

    pub(super) fn symbol_limits(&self, index: usize) -> Vec<Usage> {
        let risk = &self.settings().risk;
        let market = &self.markets()[index];
        let symbol = market.instrument.symbol;
        let own = |check, setting, unit, limit, used| {
            Usage::new(check, setting, unit, limit, used).about(Scope::Symbol(symbol))
        };
        let count = |n: u32| Decimal::from(n);
        let cooldown = self.management(index).cooldown;
        let age = match market.last_price {
            Some(_) => seconds_between(self.now().micros(), market.last_price_at.micros()),
            None => Decimal::ZERO,
        };
        let (oldest, collar) = (count(risk.max_data_age_seconds), self.distance_from_median(index));
        let mut limits = vec![
            own(
                "max_position_size",
                "risk.max_position_size_pct",
                "percent",
                risk.max_position_size_pct,
                self.percent_of_equity(self.position_value(index)),
            )
            .blocking_when(self.is_open(index)),
            own(
                "risk_per_trade",
                "risk.risk_per_trade_pct",
                "percent",
                risk.risk_per_trade_pct,
                self.percent_of_equity(self.loss_at_stop(index)),
            )
            .blocking_when(false)
            .off_when(risk.stop_loss_pct.is_zero()),
            own(
                "cooldown_after_stop",
                "risk.cooldown_candles_after_stop",
                "candles",
                count(risk.cooldown_candles_after_stop),
                count(cooldown),
            )
            .blocking_when(cooldown > 0)
            .off_when(risk.cooldown_candles_after_stop == 0),
            own("price_age", "risk.max_data_age_seconds", "seconds", oldest, age)
                .blocking_when(age > oldest)
                .off_when(oldest.is_zero()),
            own("price_collar", "risk.price_collar_pct", "percent", risk.price_collar_pct, collar)
                .blocking_when(collar > risk.price_collar_pct)
                .off_when(risk.price_collar_pct.is_zero()),
        ];
        if let Some(most) = self.settings().max_order_quantity.get(&symbol) {
            let used = self.working_quantity(index);
            let usage = own("max_order_quantity", "risk.max_order_quantity", "base", *most, used);
            limits.push(usage.blocking_when(false));
        }
        limits
    }

    /// What a position would lose from its entry to its stop, quote units.
    fn loss_at_stop(&self, index: usize) -> Decimal {
        let position = &self.book().positions[index];
        match (position.entry_price(), self.management(index).levels.stop) {
            (Some(entry), Some(stop)) => position.quantity * (entry.get() - stop.get()),
            _ => Decimal::ZERO,
        }
    }

    /// Distance of the last price from the median of the closes before, percent.
    fn distance_from_median(&self, index: usize) -> Decimal {
        let last = self.markets()[index].last_price.map(Price::get);
        match (last, self.risk().returns[index].median_before()) {
            (Some(last), Some(median)) => figure((to_float(last) / median - 1.0).abs() * 100.0),
            _ => Decimal::ZERO,
        }
    }

    /// Base quantity of the largest working entry.
    fn working_quantity(&self, index: usize) -> Decimal {
        let entries = self.live(index, domain::OrderPurpose::Entry);
        let sizes = entries.iter().map(|o| match o.order.size {
            domain::OrderSize::Base(quantity) => quantity.get(),
            domain::OrderSize::QuoteBudget(_) => Decimal::ZERO,
        });
        sizes.max().unwrap_or(Decimal::ZERO)
    }
}
