//! Sub-ledgers: what of the account's holdings each strategy has brought in or taken out.
//!
//! Every posting to the holdings has an owner: strategies for their fills, [`UNASSIGNED`] for all
//! the rest (opening balances, deposits, hand-made trades, coins sold beyond a position). So the sum
//! over the owners is what the account holds, to the last unit. A strategy that has bought owes the
//! quote it spent, so that amounts may be below zero. Prices and positions are not known here.

use domain::{Amount, Asset, Name};
use serde::{Deserialize, Serialize};

/// The owner of whatever belongs to no strategy; no strategy may have this name.
pub const UNASSIGNED: &str = "unassigned";

/// The name of the owner of what belongs to no strategy.
#[must_use]
pub fn unassigned() -> Name {
    Name::from(UNASSIGNED).unwrap_or_default()
}

/// One owner's part of one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The asset.
    pub asset: Asset,
    /// A strategy or [`UNASSIGNED`].
    pub owner: Name,
    /// Brought in less taken out.
    pub amount: Amount,
    /// Fees taken in this asset, included in `amount`.
    pub fees: Amount,
    /// Value of those fees in quote when they were taken, as far as it was known.
    pub fees_value: Amount,
    /// Fees among them that had no known value.
    pub fees_unvalued: Amount,
    /// Fees among them for fills of pairs that do not contain this asset: not out of any lot.
    pub aside: Amount,
    /// Value of those in quote, as far as it was known.
    pub aside_value: Amount,
}

/// A fee to be charged to an owner.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    /// What it was taken in.
    pub asset: Asset,
    /// How much.
    pub amount: Amount,
    /// Its value in quote, when known.
    pub value: Option<Amount>,
    /// True when the asset is neither side of the pair that was traded.
    pub aside: bool,
}

/// All shares, sorted by asset and owner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SubLedgers {
    shares: Vec<Share>,
}

impl SubLedgers {
    /// Adds a signed amount to an owner's share.
    pub fn post(&mut self, owner: Name, asset: Asset, amount: Amount) {
        if !amount.is_zero() {
            add(&mut self.share(owner, asset).amount, amount);
        }
    }

    /// Takes a fee out of an owner's share where `charge.aside`, and counts it in any case; other
    /// fees are part of what [`post`](Self::post) was given.
    pub fn charge(&mut self, owner: Name, charge: Charge) {
        if charge.amount.is_zero() && charge.value.unwrap_or_default().is_zero() {
            return;
        }
        let share = self.share(owner, charge.asset);
        add(&mut share.fees, charge.amount);
        match charge.value {
            Some(value) => add(&mut share.fees_value, value),
            None => add(&mut share.fees_unvalued, charge.amount),
        }
        if charge.aside {
            add(&mut share.amount, -charge.amount);
            add(&mut share.aside, charge.amount);
            add(&mut share.aside_value, charge.value.unwrap_or_default());
        }
    }

    /// What an owner has of an asset.
    #[must_use]
    pub fn amount(&self, owner: &str, asset: Asset) -> Amount {
        self.of_asset(asset)
            .iter()
            .find(|s| s.owner.as_str() == owner)
            .map_or(Amount::ZERO, |s| s.amount)
    }

    /// Sum over all owners: what the account holds.
    #[must_use]
    pub fn total(&self, asset: Asset) -> Amount {
        self.of_asset(asset).iter().map(|s| s.amount).sum()
    }

    /// Shares of one asset, by owner.
    #[must_use]
    pub fn of_asset(&self, asset: Asset) -> &[Share] {
        let from = self.shares.partition_point(|s| s.asset < asset);
        let len = self.shares[from..].partition_point(|s| s.asset == asset);
        &self.shares[from..from + len]
    }

    /// All shares, by asset and owner.
    #[must_use]
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// All owners by name.
    #[must_use]
    pub fn owners(&self) -> Vec<Name> {
        let mut owners: Vec<Name> = self.shares.iter().map(|s| s.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    fn share(&mut self, owner: Name, asset: Asset) -> &mut Share {
        let key = |s: &Share| (s.asset, s.owner);
        let at = match self.shares.binary_search_by_key(&(asset, owner), key) {
            Ok(at) => at,
            Err(at) => {
                let zero = Amount::ZERO;
                let (fees, fees_value, fees_unvalued) = (zero, zero, zero);
                let (amount, aside, aside_value) = (zero, zero, zero);
                let share = Share {
                    asset,
                    owner,
                    amount,
                    fees,
                    fees_value,
                    fees_unvalued,
                    aside,
                    aside_value,
                };
                self.shares.insert(at, share);
                at
            }
        };
        &mut self.shares[at]
    }
}

/// Adds; a zero is a plain one, as a stored "-0" would come back as "0".
fn add(to: &mut Amount, amount: Amount) {
    *to += amount;
    if to.is_zero() {
        *to = Amount::ZERO;
    }
}
