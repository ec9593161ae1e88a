//! What a run came to: the figures that are printed and stored at its end.

use crate::session::PaperSession;
use domain::{Amount, Asset, Decimal};
use engine::ledger::Account;
use std::collections::BTreeMap;

/// The figures of a run, cumulative since the account was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Closed base candles over all symbols.
    pub bars: u64,
    /// Decisions taken.
    pub decisions: u64,
    /// Orders submitted.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Closed trades.
    pub trades: u64,
    /// Wins over trades in percent; zero without trades.
    pub win_rate_pct: Decimal,
    /// Fees paid per asset.
    pub fees: BTreeMap<Asset, Amount>,
    /// What the account was opened with.
    pub opening: BTreeMap<Asset, Amount>,
    /// What it holds now.
    pub closing: BTreeMap<Asset, Amount>,
    /// Marked equity.
    pub final_equity: Amount,
    /// Profit over what was put in (the opening and what has moved in since), percent, 4 places.
    pub return_pct: Decimal,
    /// Deepest fall of marked equity from its peak, percent, 4 places.
    pub max_drawdown_pct: Decimal,
    /// Engine events.
    pub events: u64,
}

impl Report {
    /// Reads the figures off a session.
    #[must_use]
    pub fn of(session: &PaperSession) -> Self {
        let engine = session.engine();
        let totals = engine.book().totals;
        let ledger = &engine.book().ledger;
        let equity = engine.equity();
        let pct = |part: Decimal, whole: Decimal| {
            if whole.is_zero() {
                Decimal::ZERO
            } else {
                (part * Decimal::ONE_HUNDRED / whole).round_dp(4)
            }
        };
        Self {
            bars: engine.bars(),
            decisions: engine.decisions(),
            orders: totals.orders,
            fills: totals.fills,
            trades: totals.trades,
            win_rate_pct: pct(Decimal::from(totals.wins), Decimal::from(totals.trades)),
            fees: ledger.of(Account::Fees).collect(),
            opening: ledger.of(Account::Opening).map(|(a, amount)| (a, -amount)).collect(),
            closing: ledger.holdings().collect(),
            final_equity: equity.equity,
            return_pct: pct(equity.equity - equity.capital(), equity.capital()),
            max_drawdown_pct: equity.max_drawdown_pct,
            events: engine.sequence(),
        }
    }
}
