//! Positions as lots owned by strategies; derived from fills, never set.

use super::owners::unassigned;
use domain::{Amount, Decimal, Fill, Instrument, Interval, Name, Price, Quantity, Timestamp};
use serde::{Deserialize, Serialize};

/// Decimal places to which shares of cost and proceeds are cut; remainders stay with the first lot.
pub(super) const SHARE_SCALE: u32 = 10;

/// What one strategy owns of a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The strategy.
    pub strategy: Name,
    /// Base quantity.
    pub quantity: Decimal,
    /// Price × quantity paid, without fees, in quote units.
    pub value: Amount,
    /// Entry fees, in quote units.
    pub fees: Amount,
}

/// A holding of one symbol.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Position {
    /// Lots, by strategy name; empty when flat.
    pub lots: Vec<Lot>,
    /// Sum of the lots.
    pub quantity: Decimal,
    /// First entry fill.
    pub opened_at: Timestamp,
    /// The candle that decided on it.
    pub decision: Option<(Interval, Timestamp)>,
}

/// A fill as positions count it: its fee told apart by what it was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// Quote per base unit.
    pub price: Decimal,
    /// Executed base quantity.
    pub quantity: Decimal,
    /// Fee taken in base: a buy brings that much less, a sell takes that much more.
    pub base_fee: Decimal,
    /// Fee in quote units: taken in quote, or the known value of one taken in a third asset.
    pub fees: Amount,
}

impl Deal {
    /// A fill of a pair; `fee_value` is the quote value of a fee in a third asset, when known.
    #[must_use]
    pub fn of(instrument: &Instrument, fill: &Fill, fee_value: Option<Amount>) -> Self {
        let (base_fee, fees) = if fill.fee_asset == instrument.base {
            (fill.fee, Amount::ZERO)
        } else if fill.fee_asset == instrument.quote {
            (Decimal::ZERO, fill.fee)
        } else {
            (Decimal::ZERO, fee_value.unwrap_or_default())
        };
        Self { price: fill.price.get(), quantity: fill.quantity.get(), base_fee, fees }
    }
}

/// What one owner got or gave in a deal; all amounts are 0 or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The strategy.
    pub owner: Name,
    /// Base: got, net of a fee in base; or given, with it.
    pub base: Decimal,
    /// Price × quantity, in quote units.
    pub quote: Amount,
    /// Its part of [`Deal::fees`].
    pub fees: Amount,
}

/// What an exit's fills have closed so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClosedPart {
    /// Base quantity closed.
    pub quantity: Decimal,
    /// Entry price × quantity.
    pub entry_value: Amount,
    /// Exit price × quantity.
    pub exit_value: Amount,
    /// Fees of both sides.
    pub fees: Amount,
    /// Per strategy: quantity and profit after fees.
    pub shares: Vec<(Name, Decimal, Amount)>,
    /// Copied from the position, which may be flat by the time the trade is reported.
    pub opened_at: Timestamp,
    /// The candle that decided on the entry.
    pub decision: Option<(Interval, Timestamp)>,
}

impl Lot {
    /// Takes a part of the lot out; gives the value and the entry fees that go with it.
    fn give(&mut self, part: Decimal) -> (Amount, Amount) {
        let (value, fees) = if part == self.quantity {
            (self.value, self.fees)
        } else {
            let cut =
                |amount: Amount| (amount * part / self.quantity).trunc_with_scale(SHARE_SCALE);
            (cut(self.value), cut(self.fees))
        };
        self.quantity -= part;
        self.value -= value;
        self.fees -= fees;
        (value, fees)
    }
}

impl Position {
    /// True when nothing is held.
    #[must_use]
    #[inline]
    pub fn is_flat(&self) -> bool {
        self.quantity.is_zero()
    }

    /// Average entry price without fees; `None` when flat.
    #[must_use]
    pub fn entry_price(&self) -> Option<Price> {
        if self.is_flat() {
            return None;
        }
        let value: Amount = self.lots.iter().map(|lot| lot.value).sum();
        Price::new((value / self.quantity).round_dp(8)).ok()
    }

    /// What it cost, entry fees included.
    #[must_use]
    pub fn cost(&self) -> Amount {
        self.lots.iter().map(|lot| lot.value + lot.fees).sum()
    }

    /// Base quantity owned by one strategy.
    #[must_use]
    pub fn owned_by(&self, strategy: &str) -> Decimal {
        self.lots.iter().filter(|l| l.strategy.as_str() == strategy).map(|l| l.quantity).sum()
    }

    /// Adds a buy, split over the owners by share (shares add up to 1) in multiples of `lot_size`;
    /// the remainder goes to the first. Who gets no quantity pays nothing. Gives what each got: nothing
    /// when the fee took all of it.
    pub fn add(
        &mut self,
        owners: &[(Name, Decimal)],
        deal: &Deal,
        at: Timestamp,
        lot_size: Decimal,
    ) -> Vec<Part> {
        let nobody = [(unassigned(), Decimal::ONE)];
        let owners = if owners.is_empty() { &nobody[..] } else { owners };
        if self.quantity < lot_size {
            self.opened_at = at;
        }
        let paid = deal.price * deal.quantity;
        let got = (deal.quantity - deal.base_fee).max(Decimal::ZERO);
        if got.is_zero() {
            return Vec::new();
        }
        let weights: Vec<Decimal> = owners.iter().map(|(_, share)| *share).collect();
        let quantities = split_in_steps(got, &weights, lot_size);
        let values = split(paid, &quantities, SHARE_SCALE.max(paid.scale()));
        let fees = split(deal.fees, &quantities, SHARE_SCALE.max(deal.fees.scale()));
        let part = |(i, (owner, _)): (usize, &(Name, Decimal))| Part {
            owner: *owner,
            base: quantities[i],
            quote: values[i],
            fees: fees[i],
        };
        let parts: Vec<Part> = owners.iter().enumerate().map(part).collect();
        parts.iter().for_each(|part| self.add_part(part));
        self.quantity += got;
        self.tidy();
        parts
    }

    fn add_part(&mut self, part: &Part) {
        match self.lots.binary_search_by(|l| l.strategy.cmp(&part.owner)) {
            Ok(at) => {
                let lot = &mut self.lots[at];
                lot.quantity += part.base;
                lot.value += part.quote;
                lot.fees += part.fees;
            }
            Err(at) => {
                let Part { owner: strategy, base: quantity, quote: value, fees } = *part;
                self.lots.insert(at, Lot { strategy, quantity, value, fees });
            }
        }
    }

    /// Takes a sell out of the lots of `owners` (all lots pro rata when empty, in multiples of
    /// `lot_size`) and adds what it closed to `closed`. Sells of more than those own spill over to
    /// the other lots. Gives what each owner gave; what is sold beyond the position is nobody's
    /// part.
    pub fn remove(
        &mut self,
        owners: &[Name],
        deal: &Deal,
        closed: &mut ClosedPart,
        lot_size: Decimal,
    ) -> Vec<Part> {
        let wanted = deal.quantity + deal.base_fee;
        let sold = wanted.min(self.quantity);
        if closed.quantity.is_zero() {
            closed.opened_at = self.opened_at;
            closed.decision = self.decision;
        }
        let eligible = |lot: &Lot| owners.is_empty() || owners.contains(&lot.strategy);
        let owned: Decimal = self.lots.iter().filter(|l| eligible(l)).map(|l| l.quantity).sum();
        let first = sold.min(owned);
        let mut taken: Vec<Decimal> = vec![Decimal::ZERO; self.lots.len()];
        self.take(first, lot_size, &mut taken, eligible);
        if first < sold {
            self.take(sold - first, lot_size, &mut taken, |_| true);
        }
        let mut weights = taken.clone();
        if sold < wanted {
            weights.push(wanted - sold);
        }
        let proceeds = split(deal.price * deal.quantity, &weights, SHARE_SCALE);
        let fees = split(deal.fees, &weights, SHARE_SCALE);
        let mut parts = Vec::with_capacity(taken.len());
        for (i, lot) in self.lots.iter_mut().enumerate().filter(|(i, _)| !taken[*i].is_zero()) {
            let part =
                Part { owner: lot.strategy, base: taken[i], quote: proceeds[i], fees: fees[i] };
            closed.add(&part, lot.give(part.base));
            parts.push(part);
        }
        self.quantity -= sold;
        self.tidy();
        parts
    }

    /// Marks `amount` as taken from eligible lots, pro rata, remainder to the first that has it.
    fn take(
        &self,
        amount: Decimal,
        lot_size: Decimal,
        taken: &mut [Decimal],
        eligible: impl Fn(&Lot) -> bool,
    ) {
        let weights: Vec<Decimal> = self
            .lots
            .iter()
            .zip(taken.iter())
            .map(|(lot, t)| if eligible(lot) { lot.quantity - *t } else { Decimal::ZERO })
            .collect();
        let parts = split_in_steps(amount, &weights, lot_size);
        let mut overflow = Decimal::ZERO;
        for (i, part) in parts.iter().enumerate() {
            let take = (*part + overflow).min(weights[i]);
            overflow = *part + overflow - take;
            taken[i] += take;
        }
        for (i, weight) in weights.iter().enumerate() {
            let more = overflow.min(*weight - (taken[i].min(*weight)));
            if more > Decimal::ZERO {
                taken[i] += more;
                overflow -= more;
            }
        }
        assert!(overflow.is_zero(), "Invariant: what is sold is owned by some lot");
    }

    fn tidy(&mut self) {
        self.lots.retain(|lot| !lot.quantity.is_zero());
        let sum: Decimal = self.lots.iter().map(|lot| lot.quantity).sum();
        assert_eq!(sum, self.quantity, "Invariant: lots add up to the position");
    }
}

/// Splits `total` by weights, cut to `scale` places; the remainder goes to the first with a weight.
pub(super) fn split(total: Decimal, weights: &[Decimal], scale: u32) -> Vec<Decimal> {
    let sum: Decimal = weights.iter().sum();
    if sum.is_zero() || weights.len() == 1 {
        let mut parts = vec![Decimal::ZERO; weights.len()];
        if let Some(first) = parts.first_mut() {
            *first = total;
        }
        return parts;
    }
    // Of coins that cost next to nothing the product is out of range; then the ratio comes first.
    let part = |w: Decimal| total.checked_mul(w).map_or_else(|| w / sum * total, |p| p / sum);
    let mut parts: Vec<Decimal> =
        weights.iter().map(|w| part(*w).trunc_with_scale(scale)).collect();
    let given: Decimal = parts.iter().sum();
    if let Some(first) = weights.iter().position(|w| !w.is_zero()) {
        parts[first] += total - given;
    }
    parts
}

/// Splits a quantity by weights into whole steps; the remainder goes to the first with a weight.
fn split_in_steps(total: Decimal, weights: &[Decimal], step: Decimal) -> Vec<Decimal> {
    let steps = (total / step).trunc();
    let mut parts: Vec<Decimal> =
        split(steps, weights, 0).into_iter().map(|part| (part * step).normalize()).collect();
    let given: Decimal = parts.iter().sum();
    let first = weights.iter().position(|w| !w.is_zero()).unwrap_or_default();
    if let Some(part) = parts.get_mut(first) {
        *part += total - given;
    }
    parts
}

impl ClosedPart {
    /// Adds what one lot gave, with the entry value and fees that went with it.
    fn add(&mut self, part: &Part, (value, fees): (Amount, Amount)) {
        let profit = part.quote - part.fees - value - fees;
        self.quantity += part.base;
        self.entry_value += value;
        self.exit_value += part.quote;
        self.fees += fees + part.fees;
        match self.shares.iter_mut().find(|s| s.0 == part.owner) {
            Some(share) => {
                share.1 += part.base;
                share.2 += profit;
            }
            None => self.shares.push((part.owner, part.base, profit)),
        }
    }

    /// Average price of an amount of quote over the closed quantity, to eight places; the smallest
    /// such price for amounts that round to less, so that every closed part can be reported.
    #[must_use]
    pub fn average(&self, value: Amount) -> Option<Price> {
        if self.quantity.is_zero() {
            return None;
        }
        let least = Decimal::new(1, 8);
        Price::new((value / self.quantity).round_dp(8).max(least)).ok()
    }

    /// Profit after fees.
    #[must_use]
    pub fn profit(&self) -> Amount {
        self.shares.iter().map(|s| s.2).sum()
    }

    /// The closed base quantity.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        Quantity::new(self.quantity).unwrap_or(Quantity::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("decimal")
    }

    #[test]
    fn quantities_of_worthless_coins_are_within_range() {
        let name = |n: &str| Name::from(n).expect("name");
        let lot = d("0.00000001");
        for (a, b) in [("0.5", "0.5"), ("0.33333334", "0.66666666")] {
            let owners = [(name("a"), d(a)), (name("b"), d(b))];
            let mut position = Position::default();
            let bought = fill("0.00000002", "999999999999.99999999", "19.9");
            position.add(&owners, &bought, Timestamp::ZERO, lot);
            let mut closed = ClosedPart::default();
            let part = fill("0.00000003", "333333333333.33333333", "9.9");
            position.remove(&[], &part, &mut closed, lot);
            assert_eq!(position.quantity, d("666666666666.66666666"));
            let rest = fill("0.00000003", "666666666666.66666666", "19.9");
            position.remove(&[], &rest, &mut closed, lot);
            assert!(position.is_flat() && position.lots.is_empty());
            assert_eq!(closed.quantity, d("999999999999.99999999"));
            assert_eq!(closed.entry_value, d("19999.9999999999999998"));
        }
    }

    /// A deal with its fee in quote.
    fn fill(price: &str, quantity: &str, fee: &str) -> Deal {
        Deal { price: d(price), quantity: d(quantity), base_fee: d("0"), fees: d(fee) }
    }

    fn name(text: &str) -> Name {
        Name::from(text).expect("name")
    }

    #[test]
    fn shares_add_up_exactly_whatever_the_split() {
        let owners = [
            (name("a"), d("1") / d("3")),
            (name("b"), d("1") / d("3")),
            (name("c"), d("1") / d("3")),
        ];
        let mut p = Position::default();
        p.add(&owners, &fill("100.01", "1.00001", "0.1000110001"), Timestamp::ZERO, d("0.00001"));
        assert_eq!(p.quantity, d("1.00001"));
        assert_eq!(p.cost(), d("100.01") * d("1.00001") + d("0.1000110001"));
        let mut closed = ClosedPart::default();
        p.remove(&[], &fill("101", "0.40001", "0.04"), &mut closed, d("0.00001"));
        p.remove(&[], &fill("102", "0.6", "0.06"), &mut closed, d("0.00001"));
        assert!(p.is_flat());
        let cost = d("100.01") * d("1.00001") + d("0.1000110001");
        let proceeds = d("101") * d("0.40001") + d("102") * d("0.6") - d("0.1");
        assert_eq!(closed.profit(), proceeds - cost);
        assert_eq!(closed.quantity, d("1.00001"));
    }

    #[test]
    fn an_exit_closes_the_lots_of_its_owner_first() {
        let mut p = Position::default();
        p.add(
            &[(name("a"), d("0.5")), (name("b"), d("0.5"))],
            &fill("10", "2", "0"),
            Timestamp::ZERO,
            d("0.001"),
        );
        let mut closed = ClosedPart::default();
        p.remove(&[name("b")], &fill("11", "1", "0"), &mut closed, d("0.00001"));
        assert_eq!(p.owned_by("b"), d("0"));
        assert_eq!(p.owned_by("a"), d("1"));
        assert_eq!(closed.shares, vec![(name("b"), d("1"), d("1"))]);
    }

    #[test]
    fn a_share_below_a_lot_gets_nothing_and_pays_nothing() {
        let owners = [(name("a"), d("0.4")), (name("b"), d("0.4")), (name("c"), d("0.2"))];
        let mut p = Position::default();
        p.add(&owners, &fill("96.80", "0.001", "0.0000968"), Timestamp::ZERO, d("0.001"));
        assert_eq!(p.entry_price().map(Price::get), Some(d("96.80")));
        assert_eq!(p.cost(), d("0.0968") + d("0.0000968"));
        assert_eq!(p.lots.len(), 1);
    }

    #[test]
    fn lots_stay_whole_steps_however_few_digits_the_fill_has() {
        let owners = [(name("a"), d("0.5")), (name("b"), d("0.5"))];
        let mut p = Position::default();
        p.add(&owners, &fill("10", "1", "0"), Timestamp::ZERO, d("0.00001"));
        assert_eq!((p.owned_by("a"), p.owned_by("b")), (d("0.5"), d("0.5")));
        p.add(&owners, &fill("10", "4", "0"), Timestamp::ZERO, d("0.25"));
        p.remove(&[], &fill("10", "0.75", "0"), &mut ClosedPart::default(), d("0.25"));
        assert_eq!((p.owned_by("a") % d("0.25"), p.owned_by("b") % d("0.25")), (d("0"), d("0")));
    }
}
