//! The end of a run: the faults have stopped, everybody had time, and all three must agree.

use super::{VenueOracle, named};
use crate::rules::Rule;
use crate::{Shown, Standing};
use domain::{ClientOrderId, OrderStatus};
use std::collections::BTreeSet;

impl VenueOracle {
    /// Compares database, venue and what people are shown after the faults have ended.
    pub fn finish(&mut self, standing: &Standing, shown: &Shown) {
        let unknown: Vec<_> = self
            .orders
            .values()
            .filter(|k| matches!(k.status, OrderStatus::Unknown | OrderStatus::Attempted))
            .map(|k| (k.order.id, k.status))
            .collect();
        self.must(unknown.is_empty(), Rule::Converges, || format!("{unknown:?}"));
        let missing: Vec<_> = self
            .made
            .iter()
            .filter(|(key, _)| !self.fills.contains_key(key))
            .map(|m| *m.1)
            .collect();
        self.must(missing.is_empty(), Rule::NoLostFill, || format!("{missing:?}"));
        let live: BTreeSet<ClientOrderId> = self.live().collect();
        let open: BTreeSet<ClientOrderId> = standing.open.iter().map(|o| o.order.id).collect();
        self.must(live == open, Rule::LiveAtVenue, || {
            format!("the database has {live:?}, the venue {}", named(&standing.open))
        });
        self.tally.checks += 1;
        for line in &standing.books {
            let own = self.money.flows(line.asset);
            let same = (own.received, own.paid, own.fees, own.closing())
                == (line.received, line.paid, line.fees, line.closing);
            self.must(same, Rule::Conserved, || format!("fills say {own:?}, the venue {line:?}"));
        }
        for line in &shown.accounts {
            let own = self.money.flows(line.asset);
            let same = line.holdings == own.closing() && line.fees == own.fees;
            self.must(same, Rule::BalancesShown, || format!("fills say {own:?}, shown {line:?}"));
        }
        for line in &shown.positions {
            let held = self.money.position(line.symbol);
            self.must(line.quantity == held, Rule::PositionsShown, || format!("{line:?}, {held}"));
        }
        let own = Some((self.permissions.state, self.permissions.epoch));
        self.must(shown.trading == own, Rule::StateShown, || {
            format!("shown {:?}, events {own:?}", shown.trading)
        });
    }

    /// Reconciling once more when all agree changes nothing: `before` and `after` are the numbers of
    /// the last event.
    pub fn reconciled_again(&mut self, before: u64, after: u64) {
        self.must(before == after, Rule::ReconcileTwice, || {
            format!("{} events more", after - before)
        });
    }
}
