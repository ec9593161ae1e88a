//! Settings through the real service, over the real trader, on a small made market.

mod by_hand;
mod cases;
mod changes;
mod effects;
mod world;
