//! Settings through the real service, over the real trader, on a small made market.

mod access;
mod by_hand;
mod cases;
pub(super) mod changes;
mod effects;
mod plans;
pub(super) mod world;
