//! The exchange's own books: free and locked balances, and running totals to audit them by.
//!
//! Shares no code with any ledger on purpose: conservation of money is checked against it.

use domain::{Amount, Asset, Decimal};
use serde::{Deserialize, Serialize};

/// What the account holds of one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The asset.
    pub asset: Asset,
    /// Not bound to any order, 0 or above.
    pub free: Amount,
    /// Bound to open orders, 0 or above.
    pub locked: Amount,
}

impl Balance {
    /// Free and locked together.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.free + self.locked
    }
}

/// One asset's account of itself: `opening + received - paid - fees + moved = closing` always holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditLine {
    /// The asset.
    pub asset: Asset,
    /// What the account was opened with.
    pub opening: Amount,
    /// Sum of what fills brought.
    pub received: Amount,
    /// Sum of what fills took, without fees.
    pub paid: Amount,
    /// Sum of fees.
    pub fees: Amount,
    /// What came in less what went out without an order.
    pub moved: Amount,
    /// Free and locked now.
    pub closing: Amount,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AssetBook {
    asset: Asset,
    opening: Amount,
    received: Amount,
    paid: Amount,
    fees: Amount,
    moved: Amount,
    free: Amount,
    locked: Amount,
}

impl AssetBook {
    fn new(asset: Asset, opening: Amount) -> Self {
        Self {
            asset,
            opening,
            received: Decimal::ZERO,
            paid: Decimal::ZERO,
            fees: Decimal::ZERO,
            moved: Decimal::ZERO,
            free: opening,
            locked: Decimal::ZERO,
        }
    }
}

/// Balances of all assets, sorted by asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Books {
    assets: Vec<AssetBook>,
}

impl Books {
    /// Opens the books for `assets` with the `opening` balances; the rest begins at zero.
    pub fn new(assets: impl Iterator<Item = Asset>, opening: &[(Asset, Amount)]) -> Self {
        let mut names: Vec<Asset> = assets.chain(opening.iter().map(|o| o.0)).collect();
        names.sort_unstable();
        names.dedup();
        let book = |asset: Asset| {
            let opening = opening.iter().find(|o| o.0 == asset).map_or(Decimal::ZERO, |o| o.1);
            AssetBook::new(asset, opening)
        };
        Self { assets: names.into_iter().map(book).collect() }
    }

    /// Where an asset's book is.
    pub fn index(&self, asset: Asset) -> usize {
        self.assets
            .binary_search_by(|b| b.asset.cmp(&asset))
            .expect("Invariant: every asset of an instrument has a book")
    }

    pub fn free(&self, book: usize) -> Amount {
        self.assets[book].free
    }

    /// Moves `amount` from free to locked; false, and nothing moved, when there is too little.
    pub fn lock(&mut self, book: usize, amount: Amount) -> bool {
        let b = &mut self.assets[book];
        if amount > b.free {
            return false;
        }
        b.free -= amount;
        b.locked += amount;
        true
    }

    /// Moves `amount` from locked back to free.
    pub fn unlock(&mut self, book: usize, amount: Amount) {
        let b = &mut self.assets[book];
        b.locked -= amount;
        b.free += amount;
    }

    /// Books an outflow of a fill and its fee, `from_lock` of their sum out of the locked part.
    pub fn pay(&mut self, book: usize, paid: Amount, fee: Amount, from_lock: Amount) {
        let b = &mut self.assets[book];
        b.paid += paid;
        b.fees += fee;
        b.locked -= from_lock;
        b.free -= paid + fee - from_lock;
    }

    /// Books an inflow of a fill, less its fee.
    pub fn receive(&mut self, book: usize, received: Amount, fee: Amount) {
        let b = &mut self.assets[book];
        b.received += received;
        b.fees += fee;
        b.free += received - fee;
    }

    /// Books a fee that is neither side of the fill.
    pub fn charge(&mut self, book: usize, fee: Amount) {
        let b = &mut self.assets[book];
        b.fees += fee;
        b.free -= fee;
    }

    /// Makes sure that an asset has a book; true when it is a new one.
    pub fn ensure(&mut self, asset: Asset) -> bool {
        let Err(at) = self.assets.binary_search_by(|b| b.asset.cmp(&asset)) else { return false };
        self.assets.insert(at, AssetBook::new(asset, Decimal::ZERO));
        true
    }

    /// Books money that came in (above 0) or went out without an order.
    pub fn move_in(&mut self, book: usize, change: Amount) {
        let b = &mut self.assets[book];
        b.moved += change;
        b.free += change;
    }

    /// Stops the program when a book does not add up: no result built on it could be trusted.
    pub fn assert_sound(&self, book: usize) {
        let b = &self.assets[book];
        assert!(
            b.free >= Decimal::ZERO && b.locked >= Decimal::ZERO,
            "Invariant: balances are 0 or above, got {b:?}"
        );
        assert!(
            b.opening + b.received - b.paid - b.fees + b.moved == b.free + b.locked,
            "Invariant: opening + received - paid - fees + moved = free + locked, got {b:?}"
        );
    }

    pub fn balances(&self) -> impl Iterator<Item = Balance> + '_ {
        self.assets.iter().map(|b| Balance { asset: b.asset, free: b.free, locked: b.locked })
    }

    pub fn audit(&self) -> Vec<AuditLine> {
        let line = |b: &AssetBook| AuditLine {
            asset: b.asset,
            opening: b.opening,
            received: b.received,
            paid: b.paid,
            fees: b.fees,
            moved: b.moved,
            closing: b.free + b.locked,
        };
        self.assets.iter().map(line).collect()
    }
}
