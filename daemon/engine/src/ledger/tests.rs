//! Whose money it is: each kind of posting by example, and all of them mixed by seed.

use super::Account;
use super::book::Book;
use super::owners::UNASSIGNED;
use domain::{
    Amount, Asset, ClientOrderId, Decimal, EngineEvent, EventKind, ExternalMovement, Fill,
    Instrument, Liquidity, MovementKind, Name, NewOrder, OrderKind, OrderPurpose, OrderSide,
    OrderSize, Price, Quantity, ReductionCause, Timestamp,
};
use std::collections::BTreeMap;

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn asset(text: &str) -> Asset {
    Asset::parse(text).expect("asset")
}

fn name(text: &str) -> Name {
    Name::from(text).expect("name")
}

/// A book that is told events, and a second one that folds them from their stored form.
struct World {
    book: Book,
    folded: Book,
    sequence: u64,
    orders: u64,
    realised: BTreeMap<String, Amount>,
}

impl World {
    fn new(symbols: &[&str]) -> Self {
        let mut instruments: Vec<Instrument> =
            symbols.iter().map(|s| Instrument::from_symbol(s).expect("symbol")).collect();
        instruments.sort_by_key(|i| i.symbol);
        let book = Book::new(instruments);
        let (folded, realised) = (book.clone(), BTreeMap::new());
        let mut world = Self { book, folded, sequence: 0, orders: 0, realised };
        let balances = vec![(asset("BNB"), d("5")), (asset("USDT"), d("100000"))];
        world.tell(EventKind::AccountOpened { balances });
        world
    }

    fn tell(&mut self, kind: EventKind) {
        self.sequence += 1;
        let at = Timestamp::from_millis(self.sequence as i64);
        let event = EngineEvent { sequence: self.sequence, at, kind };
        self.book.apply(&event);
        let stored = serde_json::to_string(&event).expect("JSON");
        self.folded.apply(&serde_json::from_str(&stored).expect("event"));
    }

    /// An order with its intent; gives its id.
    fn order(
        &mut self,
        index: usize,
        purpose: OrderPurpose,
        owners: &[(&str, &str)],
    ) -> ClientOrderId {
        self.orders += 1;
        let symbol = self.book.instruments()[index].symbol;
        let side = match purpose {
            OrderPurpose::Entry => OrderSide::Buy,
            _ => OrderSide::Sell,
        };
        let id = ClientOrderId::new("00000000", self.orders, 0, 'e');
        let size = OrderSize::Base(Quantity::new(d("1000")).expect("quantity"));
        let owners = owners.iter().map(|(o, share)| (name(o), d(share))).collect();
        let intent = self.orders;
        let reference_price = Price::new(d("1")).expect("price");
        let decision = None;
        self.tell(EventKind::IntentApproved {
            intent,
            symbol,
            side,
            purpose,
            style: domain::ExecutionStyle::Market,
            size,
            reference_price,
            owners,
            decision,
        });
        let order = NewOrder { id, symbol, side, kind: OrderKind::Market, size, purpose };
        self.tell(EventKind::OrderSubmitted { intent, order, linked: None, reference_price: None });
        id
    }

    fn fill(
        &mut self,
        id: ClientOrderId,
        (price, quantity): (Decimal, Decimal),
        (fee, fee_asset): (Decimal, &str),
        fee_value: Option<Decimal>,
    ) {
        let order = self.book.orders[&id].order;
        let fill = Fill {
            trade_id: self.sequence,
            price: Price::new(price).expect("price"),
            quantity: Quantity::new(quantity).expect("quantity"),
            fee,
            fee_asset: asset(fee_asset),
            liquidity: Liquidity::Taker,
        };
        let (symbol, side) = (order.symbol, order.side);
        self.tell(EventKind::OrderFilled { id, symbol, side, fill, fee_value });
    }

    fn move_money(
        &mut self,
        reference: &str,
        asset: Asset,
        amount: Decimal,
        counter: Option<(Asset, Decimal)>,
    ) {
        let movement = ExternalMovement {
            kind: if amount > Decimal::ZERO {
                MovementKind::Deposit
            } else {
                MovementKind::Withdrawal
            },
            asset,
            amount,
            counter,
            reference: reference.to_owned(),
            note: String::new(),
        };
        self.tell(EventKind::ExternalMovement { movement });
    }

    /// As the engine does: positions shrink to what is held.
    fn cover(&mut self, price: Decimal) {
        for index in 0..self.book.positions.len() {
            let instrument = self.book.instruments()[index];
            let missing = self.book.positions[index].quantity - self.held(instrument.base.as_str());
            if missing <= Decimal::ZERO {
                continue;
            }
            let price = Price::new(price).expect("price");
            let quantity =
                Quantity::new(missing.min(self.book.positions[index].quantity)).expect("quantity");
            let (symbol, cause) = (instrument.symbol, ReductionCause::External);
            self.tell(EventKind::PositionReduced { symbol, quantity, price, cause });
            for (owner, _, profit) in &self.book.reduced.clone().expect("reduced").shares {
                *self.realised.entry(owner.to_string()).or_default() += *profit;
            }
        }
    }

    fn held(&self, of: &str) -> Amount {
        self.book.ledger.balance(asset(of), Account::Holdings)
    }

    fn of(&self, owner: &str, of: &str) -> Amount {
        self.book.owners.amount(owner, asset(of))
    }

    fn check(&self) {
        assert!(self.book.owners_match_holdings());
        assert!(self.book.ledger.is_balanced());
        assert!(self.book.holdings_match_positions(), "{:#?}", self.book.owners);
        assert_eq!(self.book, self.folded, "folding the stored events gives the same book");
        let bytes = postcard::to_allocvec(&self.book).expect("postcard");
        assert_eq!(postcard::from_bytes::<Book>(&bytes).expect("book"), self.book);
        let mut realised = self.realised.clone();
        for (owner, _, profit) in self.book.closing.values().flat_map(|c| &c.shares) {
            *realised.entry(owner.to_string()).or_default() += *profit;
        }
        for owner in self.book.owners.owners().iter().filter(|o| o.as_str() != UNASSIGNED) {
            assert_eq!(
                self.book.realised_by(owner, asset("USDT")),
                realised.get(owner.as_str()).copied().unwrap_or_default(),
                "{owner}: what its sub-ledger earned is what its trades say"
            );
        }
    }
}

/// Buys 2 at 100 for a and b, sells 1 of a's at 110; all fees are worth 1 per fill.
#[test]
fn fees_in_any_asset_go_to_the_owners() {
    // fee asset, fee of the buy and of the sell, their value; what a and b then have, what a earned
    for (fee_asset, fees, value, a, b, realised) in [
        ("USDT", ("1", "1"), None, ("0", "8.5"), ("1", "-100.5"), "8.5"),
        ("BNB", ("0.01", "0.01"), Some("1"), ("0", "10"), ("1", "-100"), "8.5"),
        ("XYZ", ("7", "7"), None, ("0", "10"), ("1", "-100"), "10"),
    ] {
        let mut world = World::new(&["BTCUSDT", "BNBUSDT"]);
        let index = world.book.index_of(domain::Symbol::parse("BTCUSDT").expect("symbol"));
        let index = index.expect("traded");
        let entry = world.order(index, OrderPurpose::Entry, &[("a", "0.5"), ("b", "0.5")]);
        world.fill(entry, (d("100"), d("2")), (d(fees.0), fee_asset), value.map(d));
        world.check();
        let exit = world.order(index, OrderPurpose::StrategyExit, &[("a", "1")]);
        world.fill(exit, (d("110"), d("1")), (d(fees.1), fee_asset), value.map(d));
        world.check();
        assert_eq!((world.of("a", "BTC"), world.of("a", "USDT")), (d(a.0), d(a.1)), "{fee_asset}");
        assert_eq!((world.of("b", "BTC"), world.of("b", "USDT")), (d(b.0), d(b.1)), "{fee_asset}");
        assert_eq!(world.book.realised_by("a", asset("USDT")), d(realised), "{fee_asset}");
        let share = |owner: &str| {
            let shares = world.book.owners.of_asset(asset(fee_asset));
            *shares.iter().find(|s| s.owner.as_str() == owner).expect("share")
        };
        // Half of the buy's and all of the sell's.
        let charged = d(fees.0) / d("2") + d(fees.1);
        assert_eq!(share("a").fees, charged, "{fee_asset}");
        let unvalued = if fee_asset == "XYZ" { charged } else { d("0") };
        assert_eq!(share("a").fees_unvalued, unvalued, "{fee_asset}");
    }
}

/// A buy brings less and a sell takes more; dust smaller than a lot stays with its owners.
#[test]
fn a_fee_in_base_is_paid_with_coins() {
    let mut world = World::new(&["BTCUSDT"]);
    let entry = world.order(0, OrderPurpose::Entry, &[("a", "0.5"), ("b", "0.5")]);
    world.fill(entry, (d("100"), d("2")), (d("0.002001"), "BTC"), None);
    world.check();
    assert_eq!(world.book.positions[0].quantity, d("1.997999"));
    assert_eq!((world.of("a", "BTC"), world.of("b", "BTC")), (d("0.999009"), d("0.99899")));
    let exit = world.order(0, OrderPurpose::StrategyExit, &[("a", "1")]);
    world.fill(exit, (d("110"), d("0.99")), (d("0.009"), "BTC"), None);
    world.check();
    assert_eq!(world.of("a", "BTC"), d("0.000009"), "dust");
    let rest = world.order(0, OrderPurpose::Protection, &[]);
    world.fill(rest, (d("100"), d("0.99899")), (d("0"), "USDT"), None);
    world.check();
    assert!(world.book.positions[0].quantity == d("0.000009"));
}

#[test]
fn coins_sold_beyond_the_position_are_nobodys() {
    for (bought, sold, beyond) in [("1", "1.5", "0.5"), ("0", "2", "2"), ("1", "1", "0")] {
        let mut world = World::new(&["BTCUSDT"]);
        world.move_money("own coins", asset("BTC"), d("3"), None);
        if d(bought) > d("0") {
            let entry = world.order(0, OrderPurpose::Entry, &[("a", "1")]);
            world.fill(entry, (d("100"), d(bought)), (d("0"), "USDT"), None);
        }
        let exit = world.order(0, OrderPurpose::Protection, &[]);
        world.fill(exit, (d("200"), d(sold)), (d("0"), "USDT"), None);
        world.check();
        assert!(world.book.positions[0].is_flat());
        assert_eq!(world.of(UNASSIGNED, "BTC"), d("3") - d(beyond));
        let cash = d("100000") + d("200") * d(beyond);
        assert_eq!(world.of(UNASSIGNED, "USDT"), cash);
        assert_eq!(world.of("a", "USDT"), d("100") * d(bought));
        let counted = world.book.oversold.values().copied().next().unwrap_or_default();
        assert_eq!(counted, d(beyond));
    }
}

#[test]
fn the_same_reference_is_booked_once() {
    let mut world = World::new(&["BTCUSDT"]);
    for _ in 0..3 {
        world.move_money("venue-1", asset("USDT"), d("-250.5"), None);
        world.check();
        assert_eq!(world.held("USDT"), d("99749.5"));
        assert_eq!(world.book.ledger.balance(asset("USDT"), Account::External), d("250.5"));
    }
    world.move_money("venue-2", asset("BTC"), d("1"), Some((asset("USDT"), d("-20000"))));
    world.check();
    assert_eq!((world.held("BTC"), world.held("USDT")), (d("1"), d("79749.5")));
    assert_eq!(world.book.movements.len(), 2);
}

#[test]
fn coins_taken_away_are_paid_for_at_the_last_price() {
    let mut world = World::new(&["BTCUSDT"]);
    let entry = world.order(0, OrderPurpose::Entry, &[("a", "0.75"), ("b", "0.25")]);
    world.fill(entry, (d("100"), d("4")), (d("0"), "USDT"), None);
    world.move_money("out", asset("BTC"), d("-2"), None);
    world.cover(d("130"));
    world.check();
    assert_eq!(world.book.positions[0].quantity, d("2"));
    assert_eq!((world.of("a", "BTC"), world.of("b", "BTC")), (d("1.5"), d("0.5")));
    assert_eq!(world.of(UNASSIGNED, "BTC"), d("0"));
    assert_eq!((world.of("a", "USDT"), world.of("b", "USDT")), (d("-105"), d("-35")));
    assert_eq!(world.book.realised_by("a", asset("USDT")), d("45"));
    assert_eq!(world.held("USDT"), d("99600"), "no money came for it");
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn amount(&mut self, bound: u64, scale: u32) -> Decimal {
        Decimal::new(1 + self.below(bound) as i64, scale)
    }

    /// Owners with shares of eight places that add up to 1.
    fn owners(&mut self) -> Vec<(&'static str, String)> {
        let all = ["a", "b", "c"];
        let count = 1 + self.below(3) as usize;
        let each = (Decimal::ONE / Decimal::from(count)).trunc_with_scale(8);
        let mut owners: Vec<(&str, String)> =
            all[..count].iter().map(|o| (*o, each.to_string())).collect();
        owners[0].1 = (Decimal::ONE - each * Decimal::from(count - 1)).to_string();
        owners
    }
}

fn step(world: &mut World, chance: &mut Chance) {
    let index = chance.below(2) as usize;
    let base = world.book.instruments()[index].base;
    let price = chance.amount(90_000_000, 4);
    match chance.below(8) {
        0 => {
            let amount = chance.amount(1_000_000, 6) - chance.amount(1_000_000, 6);
            let reference = chance.below(40).to_string();
            let side = [base, asset("USDT"), asset("DOGE")][chance.below(3) as usize];
            let counter = (chance.below(3) == 0).then(|| (base, chance.amount(9_999, 8)));
            let counter = counter.filter(|c| c.0 != side);
            world.move_money(&reference, side, amount, counter);
        }
        kind => {
            let owners = chance.owners();
            let owners: Vec<(&str, &str)> = owners.iter().map(|(o, s)| (*o, s.as_str())).collect();
            let purpose = match kind {
                1..=4 => OrderPurpose::Entry,
                5 => OrderPurpose::StrategyExit,
                _ => OrderPurpose::Protection,
            };
            let order = world.order(index, purpose, &owners);
            for _ in 0..=chance.below(2) {
                // Now and then all that is held, or more.
                let held = world.book.positions[index].quantity;
                let quantity = match chance.below(4) {
                    0 if held > Decimal::ZERO => held,
                    _ => chance.amount(100_000, 5),
                };
                let fee_asset = [base.as_str(), "USDT", "BNB", "XYZ"][chance.below(4) as usize];
                let fee = match chance.below(20) {
                    0 => d("0"),
                    1 => chance.amount(300_000, 5),
                    _ => chance.amount(1_000, 8),
                };
                let aside = fee_asset != base.as_str() && fee_asset != "USDT";
                let value = (aside && fee_asset == "BNB").then(|| chance.amount(9_999_999, 10));
                world.fill(order, (price, quantity), (fee, fee_asset), value);
            }
        }
    }
    world.cover(price);
}

#[test]
fn sub_ledgers_add_up_whatever_happens() {
    let mut oversold = 0;
    let mut reduced = 0;
    for seed in 0..200 {
        let mut world = World::new(&["BTCUSDT", "BNBUSDT"]);
        let mut chance = Chance(seed * 7_919 + 13);
        for _ in 0..60 {
            step(&mut world, &mut chance);
            world.check();
        }
        oversold += world.book.oversold.len();
        reduced += usize::from(world.book.reduced.is_some());
    }
    assert!(oversold > 50 && reduced > 50, "{oversold} {reduced}");
}
