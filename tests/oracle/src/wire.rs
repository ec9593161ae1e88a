//! The wire between the database and the exchange: what is asked is recorded first, and once; what
//! is executed is recorded, and nothing else.

use crate::rules::Rule;
use crate::{Oracle, Truth};
use domain::OrderRequest;

impl Oracle {
    pub(crate) fn check_wire(&mut self, truth: &Truth) {
        for wire in &truth.requests {
            if let OrderRequest::Cancel(id) = wire.request {
                let asked = self.uncancelled.remove(&id);
                self.must(asked, Rule::OwnCancels, || format!("{wire:?}"));
            }
            for order in wire.creates() {
                let recorded = self.unsent.remove(&order.id);
                let again = recorded.is_none() && self.sent.contains(&order.id);
                self.must(!again, Rule::SentOnce, || format!("{wire:?}"));
                self.must(again || recorded == Some(order), Rule::JournalFirst, || {
                    format!("{wire:?}, the database has {recorded:?}")
                });
                self.sent.insert(order.id);
            }
        }
        let (orders, cancels) =
            (std::mem::take(&mut self.unsent), std::mem::take(&mut self.uncancelled));
        self.must(orders.is_empty() && cancels.is_empty(), Rule::RecordedIsSent, || {
            format!("orders {orders:?}, cancels {cancels:?}")
        });
        let (stored, made) = (std::mem::take(&mut self.fills), &truth.executions);
        self.must(stored == *made, Rule::ExecutionsStored, || {
            format!("{stored:?} in the database, {made:?} at the exchange")
        });
    }
}
