//! What events do to money: ledger, lots and sub-ledgers change together or not at all.
//!
//! Each change ends with a check that the owners' shares add up to what the account holds. It stays
//! on in release builds: a crash recovers, wrong money does not.

use super::Account;
use super::book::{Book, Movement};
use super::owners::{Charge, UNASSIGNED, unassigned};
use super::positions::{ClosedPart, Deal, Part, SHARE_SCALE, split};
use domain::{
    Amount, Asset, ClientOrderId, Decimal, EngineEvent, ExternalMovement, Fill, Instrument, Name,
    OrderPurpose, OrderSide, Price, Quantity, Timestamp,
};

/// One execution as the event tells it.
#[derive(Clone, Copy)]
pub(super) struct Executed<'a> {
    pub id: ClientOrderId,
    pub side: OrderSide,
    pub fill: &'a Fill,
    pub fee_value: Option<Amount>,
    pub at: Timestamp,
}

impl Book {
    pub(super) fn open(&mut self, balances: &[(Asset, Amount)]) {
        self.ledger.open(balances);
        for (asset, amount) in balances {
            self.owners.post(unassigned(), *asset, *amount);
        }
        self.assert_owned(balances.iter().map(|b| b.0));
    }

    /// Books an execution of the pair at `index`.
    pub(super) fn fill(&mut self, index: usize, executed: &Executed<'_>) {
        let instrument = self.instruments()[index];
        let fill = executed.fill;
        self.ledger.fill(&instrument, executed.side, fill);
        let parts = self.fill_position(index, &instrument, executed);
        self.attribute(&instrument, executed, &parts);
        self.assert_owned([instrument.base, instrument.quote, fill.fee_asset].into_iter());
    }

    /// Changes the lots; gives what each owner got or gave.
    fn fill_position(
        &mut self,
        index: usize,
        instrument: &Instrument,
        executed: &Executed<'_>,
    ) -> Vec<Part> {
        let deal = Deal::of(instrument, executed.fill, executed.fee_value);
        let lot_size = instrument.lot_size;
        let intent = self.order(executed.id).and_then(|o| self.intents.get(&o.intent)).cloned();
        let position = &mut self.positions[index];
        match executed.side {
            OrderSide::Buy => {
                if position.quantity < lot_size {
                    position.decision = intent.as_ref().and_then(|intent| intent.decision);
                }
                let owners = intent.as_ref().map_or(&[][..], |intent| &intent.owners);
                position.add(owners, &deal, executed.at, lot_size)
            }
            OrderSide::Sell => {
                let owners: Vec<Name> = match intent {
                    Some(intent) if intent.purpose == OrderPurpose::StrategyExit => {
                        intent.owners.iter().map(|o| o.0).collect()
                    }
                    _ => Vec::new(),
                };
                let beyond = deal.quantity - deal.quantity.min(position.quantity);
                if !beyond.is_zero() {
                    *self.oversold.entry(instrument.symbol).or_default() += beyond;
                }
                let closed = self.closing.entry(executed.id).or_default();
                position.remove(&owners, &deal, closed, lot_size)
            }
        }
    }

    /// Posts a fill to the sub-ledgers: parts to their owners, what is nobody's to `unassigned`.
    fn attribute(&mut self, instrument: &Instrument, executed: &Executed<'_>, parts: &[Part]) {
        let fill = executed.fill;
        let (base, quote) = (instrument.base, instrument.quote);
        let sign = match executed.side {
            OrderSide::Buy => Decimal::ONE,
            OrderSide::Sell => Decimal::NEGATIVE_ONE,
        };
        let fee_in = |asset: Asset| if fill.fee_asset == asset { fill.fee } else { Amount::ZERO };
        let mut base_left = sign * fill.quantity.get() - fee_in(base);
        let mut quote_left = -sign * fill.price.get() * fill.quantity.get() - fee_in(quote);
        for part in parts {
            let fees = if fill.fee_asset == quote { part.fees } else { Amount::ZERO };
            let (got, cash) = (sign * part.base, -sign * part.quote - fees);
            self.owners.post(part.owner, base, got);
            self.owners.post(part.owner, quote, cash);
            base_left -= got;
            quote_left -= cash;
        }
        self.owners.post(unassigned(), base, base_left);
        self.owners.post(unassigned(), quote, quote_left);
        self.charge_fee(instrument, executed, parts, base_left.abs());
    }

    /// Charges a fee by base quantity; `rest` is the quantity that is nobody's.
    fn charge_fee(
        &mut self,
        instrument: &Instrument,
        executed: &Executed<'_>,
        parts: &[Part],
        rest: Decimal,
    ) {
        let fill = executed.fill;
        let (asset, price) = (fill.fee_asset, fill.price.get());
        let (in_base, in_quote) = (asset == instrument.base, asset == instrument.quote);
        let aside = !in_base && !in_quote;
        let mut weights: Vec<Decimal> = parts.iter().map(|p| p.base).collect();
        if !rest.is_zero() {
            weights.push(rest);
        }
        let amounts = split(fill.fee, &weights, SHARE_SCALE.max(fill.fee.scale()));
        let in_base_value = |amount: Amount| (amount * price).trunc_with_scale(SHARE_SCALE);
        let (mut left, mut value_left) = (fill.fee, executed.fee_value);
        for (part, amount) in parts.iter().zip(amounts) {
            let amount = if in_quote { part.fees } else { amount };
            let value = if in_base {
                Some(in_base_value(amount))
            } else if in_quote {
                Some(amount)
            } else {
                executed.fee_value.map(|_| part.fees)
            };
            left -= amount;
            value_left = value_left.map(|left| left - part.fees);
            self.owners.charge(part.owner, Charge { asset, amount, value, aside });
        }
        let value = if in_base {
            Some(in_base_value(left))
        } else if in_quote {
            Some(left)
        } else {
            value_left
        };
        self.owners.charge(unassigned(), Charge { asset, amount: left, value, aside });
    }

    /// Books money that moved without an order of ours; a reference that is known changes nothing.
    pub(super) fn move_external(&mut self, movement: &ExternalMovement, event: &EngineEvent) {
        if self.knows_movement(&movement.reference) {
            return;
        }
        self.ledger.external(movement);
        for (asset, amount) in movement.sides() {
            self.owners.post(unassigned(), asset, amount);
        }
        let (sequence, at, movement) = (event.sequence, event.at, movement.clone());
        self.assert_owned(movement.sides().map(|side| side.0));
        self.movements.push(Movement { sequence, at, movement });
    }

    /// True when a movement with this reference is booked.
    #[must_use]
    pub fn knows_movement(&self, reference: &str) -> bool {
        self.movements.iter().any(|m| m.movement.reference == reference)
    }

    /// Shrinks a position by coins that are not there any more. Its owners are credited `price` per
    /// unit by `unassigned`, from which the coins had gone.
    pub(super) fn reduce(&mut self, index: usize, quantity: Quantity, price: Price) {
        let Instrument { base, quote, lot_size, .. } = self.instruments()[index];
        let (price, quantity) = (price.get(), quantity.get());
        let deal = Deal { price, quantity, base_fee: Decimal::ZERO, fees: Amount::ZERO };
        let mut closed = ClosedPart::default();
        for part in self.positions[index].remove(&[], &deal, &mut closed, lot_size) {
            self.owners.post(part.owner, base, -part.base);
            self.owners.post(unassigned(), base, part.base);
            self.owners.post(part.owner, quote, part.quote);
            self.owners.post(unassigned(), quote, -part.quote);
        }
        self.reduced = Some(closed);
        self.assert_owned([base, quote].into_iter());
    }

    fn assert_owned(&self, assets: impl Iterator<Item = Asset>) {
        for asset in assets {
            let (owned, held) =
                (self.owners.total(asset), self.ledger.balance(asset, Account::Holdings));
            assert!(
                owned == held,
                "Invariant: the sub-ledgers add up to the account, got {owned} of {held} {asset}"
            );
        }
    }

    /// True when the shares of all owners add up to what the account holds, in every asset.
    #[must_use]
    pub fn owners_match_holdings(&self) -> bool {
        let held = |asset| self.ledger.balance(asset, Account::Holdings);
        self.ledger.holdings().all(|(asset, amount)| self.owners.total(asset) == amount)
            && self.owners.shares().iter().all(|s| self.owners.total(s.asset) == held(s.asset))
    }

    /// True when each strategy's share of every base asset is what its lots say, but for fees of
    /// other pairs that were taken in it; what is left of the holdings is `unassigned`.
    #[must_use]
    pub fn holdings_match_positions(&self) -> bool {
        self.instruments().iter().all(|instrument| {
            let base = instrument.base;
            // The share of an asset that others are paid with holds their cash too.
            let is_cash = self.instruments().iter().any(|i| i.quote == base);
            let matches = |share: &super::owners::Share| {
                share.owner.as_str() == UNASSIGNED
                    || share.amount + share.aside == self.lots_in(base, share.owner)
            };
            is_cash || self.owners.of_asset(base).iter().all(matches)
        })
    }

    fn lots_in(&self, base: Asset, owner: Name) -> Decimal {
        let pairs = self.instruments().iter().zip(&self.positions);
        pairs.filter(|(i, _)| i.base == base).map(|(_, p)| p.owned_by(owner.as_str())).sum()
    }

    /// What a strategy's open lots cost, entry fees included, in quote units.
    #[must_use]
    pub fn cost_of(&self, owner: &str) -> Amount {
        let lots = self.positions.iter().flat_map(|p| &p.lots);
        lots.filter(|lot| lot.strategy.as_str() == owner).map(|lot| lot.value + lot.fees).sum()
    }

    /// Profit after fees of what a strategy has closed, from its sub-ledger: the quote it brought
    /// in, with what its open lots cost given back, less the value of fees taken in third assets.
    #[must_use]
    pub fn realised_by(&self, owner: &str, quote: Asset) -> Amount {
        let shares = self.owners.shares().iter().filter(|s| s.owner.as_str() == owner);
        let aside: Amount = shares.map(|share| share.aside_value).sum();
        self.owners.amount(owner, quote) + self.cost_of(owner) - aside
    }
}
