//! How far the world may move between a plan and its being carried out.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};

pub(super) const ENTRIES: &[Entry] = &[Entry::new(
    "plans.price_tolerance_pct",
    "percent",
    "1",
    "Distance that the price of a planned order's symbol may have moved since the plan was made; beyond it the plan is refused.",
    Kind::Decimal(Range::closed(0, 100), |s, x| s.plans.price_tolerance_pct = x),
)];
