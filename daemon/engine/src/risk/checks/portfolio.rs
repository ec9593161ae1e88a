//! Checks on the book as it would be with the entry in it.

use super::{CHECKS, Line, Trial, figure};
use crate::risk::correlation::correlation;
use crate::risk::returns::Returns;
use crate::risk::sizing::PERCENT;
use crate::risk::value_at_risk::tail;
use domain::{Amount, Decimal, EntryDenial, OrderSize, to_float};

impl Trial<'_, '_> {
    pub(super) fn portfolio(&mut self) -> Result<(), EntryDenial> {
        let (context, limits) = (self.context, self.limits);
        let exposure = self.percent_of_equity(context.exposure + self.value);
        self.at_most(CHECKS[16], exposure, limits.max_total_exposure_pct)?;
        self.allotments()?;
        if let Some(sector) = context.candidate.sector {
            let others = context.book.iter().filter(|line| line.sector == Some(sector)).count();
            let most = Decimal::from(limits.max_positions_per_sector);
            self.at_most(CHECKS[18], Decimal::from(others + 1), most)?;
        }
        let heat = heat(context.book) + self.candidate_value() * context.candidate.swing;
        let heat = figure(heat / to_float(context.equity));
        self.at_most(CHECKS[19], heat, limits.max_portfolio_heat)?;
        self.correlation()?;
        self.tail()?;
        let hundred = Decimal::ONE_HUNDRED;
        let cost = match self.size {
            OrderSize::QuoteBudget(budget) => budget,
            OrderSize::Base(_) => self.value * (hundred + limits.assumed_fee_pct) * PERCENT,
        };
        self.at_most(CHECKS[23], cost, context.free_quote)
    }

    fn candidate_value(&self) -> f64 {
        to_float(self.value)
    }

    /// Of the strategies behind the entry, the one with the least room left.
    fn allotments(&mut self) -> Result<(), EntryDenial> {
        let tightest = self
            .context
            .owners
            .iter()
            .map(|o| (o.allotment_pct, self.percent_of_equity(o.used + self.value * o.share)))
            .min_by_key(|(limit, value)| limit.saturating_sub(*value));
        match tightest {
            Some((limit, value)) => self.at_most(CHECKS[17], value, limit),
            None => Ok(()),
        }
    }

    /// The closest of the open symbols; a negative correlation spreads risk and passes.
    fn correlation(&mut self) -> Result<(), EntryDenial> {
        if self.limits.max_correlation >= Decimal::ONE {
            return Ok(());
        }
        let own = self.context.candidate.returns;
        let window = self.limits.correlation_window as usize;
        let others = self.context.book.iter().map(|line| line.returns);
        match highest_correlation(own, others, window) {
            Some(value) => self.at_most(CHECKS[20], figure(value), self.limits.max_correlation),
            None => Ok(()),
        }
    }

    /// What the book with the entry would have lost in past candles.
    fn tail(&mut self) -> Result<(), EntryDenial> {
        let limits = self.limits;
        let shortfall = !limits.max_portfolio_cvar_pct.is_zero();
        if !limits.var_enabled && !shortfall {
            return Ok(());
        }
        let equity = to_float(self.context.equity);
        let mut book = vec![(self.context.candidate.returns, self.candidate_value() / equity)];
        book.extend(weights(self.context.book, equity));
        let Some(tail) = tail(&book, to_float(limits.var_confidence)) else { return Ok(()) };
        if limits.var_enabled {
            self.at_most(CHECKS[21], figure(tail.var_pct), limits.max_portfolio_var_pct)?;
        }
        if shortfall {
            self.at_most(CHECKS[22], figure(tail.cvar_pct), limits.max_portfolio_cvar_pct)?;
        }
        Ok(())
    }
}

/// Sum of value × ATR / price, quote units.
#[must_use]
pub fn heat(book: &[Line<'_>]) -> f64 {
    book.iter().map(|line| to_float(line.value) * line.swing).sum()
}

/// Each line's returns with its value over equity.
pub fn weights<'a>(
    book: &'a [Line<'a>],
    equity: f64,
) -> impl Iterator<Item = (&'a Returns, f64)> + 'a {
    book.iter()
        .filter(|line| line.value > Amount::ZERO)
        .map(move |line| (line.returns, to_float(line.value) / equity))
}

/// The highest of the known correlations of one symbol with others.
pub fn highest_correlation<'a>(
    own: &Returns,
    others: impl Iterator<Item = &'a Returns>,
    window: usize,
) -> Option<f64> {
    others.filter_map(|other| correlation(own, other, window)).max_by(f64::total_cmp)
}
