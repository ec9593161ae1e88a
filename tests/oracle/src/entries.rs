//! Entries: at approval every limit holds, by the oracle's own arithmetic.

use crate::Limits;
use crate::Oracle;
use crate::rules::Rule;
use domain::{Amount, Decimal, EventKind, OrderPurpose, OrderSize, Symbol};
use std::collections::BTreeSet;

/// The engine compares percentages rounded to four places.
const ROUNDING: Decimal = Decimal::from_parts(5, 0, 0, false, 5);

impl Oracle {
    pub(crate) fn check_entry(&mut self, kind: &EventKind) {
        let EventKind::IntentApproved { symbol, size, reference_price, owners, .. } = kind else {
            return;
        };
        let risk = self.limits;
        for (name, _) in owners {
            let on = self.permissions.may_vote(*name, *symbol);
            self.must(on, Rule::OffOpensNothing, || format!("{name} {symbol}"));
        }
        let open = self.open_symbols();
        let again = open.contains(symbol);
        self.must(!again, Rule::OnePosition, || symbol.to_string());
        let count = open.len() as u32 + 1;
        self.must(count <= risk.max_concurrent_positions, Rule::Concurrent, || {
            format!("{count} of {}", risk.max_concurrent_positions)
        });
        let free = self.money.closing(self.instruments[0].quote) - self.working_entries(&risk);
        let value = match size {
            OrderSize::Base(quantity) => quantity.get() * reference_price.get(),
            OrderSize::QuoteBudget(budget) => *budget,
        };
        self.must(value <= free, Rule::FreeCash, || format!("{value}, {free}"));
        let equity = self.equity();
        let pct = |amount: Amount| amount * Decimal::ONE_HUNDRED / equity;
        // A budget includes the fee, so its value is a little less than it says.
        let all_in = risk.all_in;
        let own = pct(value);
        let fits = all_in || own <= risk.max_position_size_pct + ROUNDING;
        self.must(fits, Rule::PositionSize, || format!("{own} %"));
        let exposure = pct(self.exposure(&risk) + value);
        let fits = all_in || exposure <= risk.max_total_exposure_pct + ROUNDING;
        self.must(fits, Rule::Exposure, || format!("{exposure} %"));
        self.check_losses(equity, &risk);
        // A budget includes the fee.
        let lost = pct(value) * risk.stop_loss_pct / Decimal::ONE_HUNDRED;
        let fits = all_in || lost <= risk.risk_per_trade_pct + ROUNDING;
        self.must(fits, Rule::RiskPerTrade, || format!("{lost} %"));
        let most = risk.max_order_value;
        self.must(all_in || most.is_zero() || value <= most, Rule::OrderValue, || {
            format!("{value}, {most}")
        });
        let step = self.instrument(*symbol).lot_size;
        let whole = matches!(size, OrderSize::Base(q) if (q.get() % step).is_zero());
        self.must(whole || all_in, Rule::WholeLots, || format!("{size:?}"));
    }

    fn check_losses(&mut self, equity: Amount, risk: &Limits) {
        let hundred = Decimal::ONE_HUNDRED;
        let lost = |from: Amount, limit: Decimal| {
            limit < hundred && equity <= from * (hundred - limit) / hundred
        };
        let day = lost(self.permissions.day_start, risk.daily_loss_limit_pct);
        self.must(!day, Rule::DailyLoss, || format!("{equity}"));
        let over = self.permissions.day_lost;
        self.must(!over, Rule::DayIsOver, || format!("{equity}"));
        // The close is the row's last price: as a peak it counts for what comes after it.
        let peak = self.permissions.peak.max(equity);
        let fallen = lost(peak, risk.max_drawdown_pct);
        self.must(!fallen, Rule::Drawdown, || format!("{equity} after a peak of {peak}"));
    }

    /// Symbols with a position or a working entry.
    fn open_symbols(&self) -> BTreeSet<Symbol> {
        let held =
            self.instruments.iter().map(|i| i.symbol).filter(|symbol| self.is_sellable(*symbol));
        let working = self
            .orders
            .values()
            .filter(|t| !t.done && t.order.purpose == OrderPurpose::Entry)
            .map(|t| t.order.symbol);
        held.chain(working).collect()
    }

    /// Whether the venue would take an order for what is held; a rest below that is dust.
    fn is_sellable(&self, symbol: Symbol) -> bool {
        let instrument = self.instrument(symbol);
        let held = self.held(symbol);
        let lots = held - held % instrument.lot_size;
        let price = self.prices.get(&symbol).copied().unwrap_or_default();
        !lots.is_zero() && lots * price >= instrument.min_notional
    }

    /// Cash that working entries may still take.
    fn working_entries(&self, risk: &Limits) -> Amount {
        let cost = |symbol: &Symbol, rest: Decimal| {
            let price = self.prices.get(symbol).copied().unwrap_or_default();
            rest * price * (Decimal::ONE_HUNDRED + risk.assumed_fee_pct) / Decimal::ONE_HUNDRED
        };
        self.orders
            .values()
            .filter(|t| !t.done && t.order.purpose == OrderPurpose::Entry)
            .map(|t| match t.order.size {
                OrderSize::QuoteBudget(budget) => budget,
                OrderSize::Base(_) => cost(&t.order.symbol, t.rest()),
            })
            .sum()
    }

    fn exposure(&self, risk: &Limits) -> Amount {
        let held: Amount = self
            .instruments
            .iter()
            .map(|i| self.held(i.symbol) * self.prices.get(&i.symbol).copied().unwrap_or_default())
            .sum();
        held + self.working_entries(risk)
    }
}
