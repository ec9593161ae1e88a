//! Double-entry ledger: every change of money is a set of postings that sum to zero per asset.
//!
//! It knows nothing of strategies or prices; positions and lots are in [`positions`], whose each
//! unit is in [`owners`], and [`book`] keeps the three together.

pub mod book;
mod money;
pub mod owners;
pub mod positions;

use domain::{Amount, Asset, ExternalMovement, Fill, Instrument, OrderSide};
use serde::{Deserialize, Serialize};

/// Where an asset can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// What we hold.
    Holdings,
    /// What the market gave and took.
    Market,
    /// Fees paid.
    Fees,
    /// What the account was opened with.
    Opening,
    /// What came from outside, or went there, without an order of ours.
    External,
}

/// One posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// What.
    pub asset: Asset,
    /// How much, signed.
    pub amount: Amount,
}

/// Balances of all accounts, sorted by (asset, account).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    balances: Vec<((Asset, Account), Amount)>,
}

impl Ledger {
    /// Opens the account with these amounts.
    pub fn open(&mut self, balances: &[(Asset, Amount)]) {
        for (asset, amount) in balances {
            self.post(&[
                Posting { account: Account::Holdings, asset: *asset, amount: *amount },
                Posting { account: Account::Opening, asset: *asset, amount: -*amount },
            ]);
        }
    }

    /// Books one execution.
    pub fn fill(&mut self, instrument: &Instrument, side: OrderSide, fill: &Fill) {
        let base = fill.quantity.get();
        let quote = fill.price.get() * base;
        let (base, quote) = match side {
            OrderSide::Buy => (base, -quote),
            OrderSide::Sell => (-base, quote),
        };
        let post = |account, asset, amount| Posting { account, asset, amount };
        self.post(&[
            post(Account::Holdings, instrument.base, base),
            post(Account::Market, instrument.base, -base),
            post(Account::Holdings, instrument.quote, quote),
            post(Account::Market, instrument.quote, -quote),
            post(Account::Holdings, fill.fee_asset, -fill.fee),
            post(Account::Fees, fill.fee_asset, fill.fee),
        ]);
    }

    /// Books money that moved without an order of ours.
    pub fn external(&mut self, movement: &ExternalMovement) {
        for (asset, amount) in movement.sides() {
            self.post(&[
                Posting { account: Account::Holdings, asset, amount },
                Posting { account: Account::External, asset, amount: -amount },
            ]);
        }
    }

    /// Applies postings that sum to zero per asset.
    fn post(&mut self, postings: &[Posting]) {
        for posting in postings {
            let key = (posting.asset, posting.account);
            match self.balances.binary_search_by_key(&key, |b| b.0) {
                Ok(at) => {
                    let balance = &mut self.balances[at].1;
                    *balance += posting.amount;
                    if balance.is_zero() {
                        // A decimal keeps the sign of a zero, text does not: a stored "-0" would
                        // come back as "0" and later events would differ from those without a restart.
                        *balance = Amount::ZERO;
                    }
                }
                Err(at) => self.balances.insert(at, (key, posting.amount)),
            }
        }
        for posting in postings {
            let sum: Amount =
                postings.iter().filter(|p| p.asset == posting.asset).map(|p| p.amount).sum();
            assert!(sum.is_zero(), "Invariant: the sum of postings per asset is zero");
        }
    }

    /// What an account has of an asset.
    #[must_use]
    pub fn balance(&self, asset: Asset, account: Account) -> Amount {
        self.balances
            .binary_search_by_key(&(asset, account), |b| b.0)
            .map_or(Amount::ZERO, |at| self.balances[at].1)
    }

    /// All assets with what we hold of them, sorted.
    pub fn holdings(&self) -> impl Iterator<Item = (Asset, Amount)> + '_ {
        self.of(Account::Holdings)
    }

    /// All assets with their balance in one account, sorted.
    pub fn of(&self, account: Account) -> impl Iterator<Item = (Asset, Amount)> + '_ {
        self.balances
            .iter()
            .filter(move |((_, a), _)| *a == account)
            .map(|((asset, _), amount)| (*asset, *amount))
    }

    /// True when every asset sums to zero over all accounts.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.balances.iter().all(|((asset, _), _)| {
            let sum: Amount = self.balances.iter().filter(|b| b.0.0 == *asset).map(|b| b.1).sum();
            sum.is_zero()
        })
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod zero_tests {
    use super::*;
    use domain::{Decimal, Liquidity, Price, Quantity};

    #[test]
    fn money_spent_to_the_last_cent_leaves_a_plain_zero() {
        let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
        let mut ledger = Ledger::default();
        ledger.open(&[(instrument.quote, Decimal::from(10_000))]);
        let fill = Fill {
            trade_id: 1,
            price: Price::new(Decimal::new(4, 2)).expect("price"),
            quantity: Quantity::new(Decimal::new(250_000_000, 3)).expect("quantity"),
            fee: Decimal::ZERO,
            fee_asset: instrument.quote,
            liquidity: Liquidity::Taker,
        };
        ledger.fill(&instrument, OrderSide::Buy, &fill);
        let left = ledger.balance(instrument.quote, Account::Holdings);
        assert_eq!(left.to_string(), "0");
        assert!(ledger.is_balanced());
    }
}
