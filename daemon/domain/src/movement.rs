//! Money that moves without an order of ours: deposits, withdrawals, what people trade by hand.

use crate::{Amount, Asset};
use serde::{Deserialize, Serialize};

/// What kind of movement it was. Only a name: the amounts say what is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Money was put in.
    Deposit,
    /// Money was taken out.
    Withdrawal,
    /// A person traded in the same account.
    ManualTrade,
    /// The venue corrected a balance (airdrop, interest, rounding).
    Adjustment,
}

/// One movement as the venue tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalMovement {
    /// What it was.
    pub kind: MovementKind,
    /// What moved.
    pub asset: Asset,
    /// How much came in (above 0) or went out (below 0).
    pub amount: Amount,
    /// The other side of a manual trade, signed in the same way.
    pub counter: Option<(Asset, Amount)>,
    /// The venue's id of it: the same reference is booked once.
    pub reference: String,
    /// For people; may be empty.
    pub note: String,
}

impl ExternalMovement {
    /// Both sides, signed.
    pub fn sides(&self) -> impl Iterator<Item = (Asset, Amount)> + '_ {
        std::iter::once((self.asset, self.amount)).chain(self.counter)
    }
}

/// Why a position became smaller than its fills made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReductionCause {
    /// Coins were withdrawn or sold by hand.
    External,
    /// Fees of other pairs were taken in this asset.
    Fees,
}
