//! Random orders on random rows: what must hold whatever happens.
//!
//! Shadow books are kept from the reports alone and compared with the exchange's own.

mod chance;

use super::*;
use domain::{Fill, MovementKind};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;

/// One order as the test followed it.
struct Followed {
    order: NewOrder,
    partner: Option<ClientOrderId>,
    filled: Decimal,
    ended: bool,
}

struct World {
    rng: ChaCha8Rng,
    exchange: SimulatedExchange,
    instruments: Vec<Instrument>,
    orders: BTreeMap<ClientOrderId, Followed>,
    totals: BTreeMap<Asset, Decimal>,
    prices: Vec<i64>,
    trade_ids: BTreeMap<Symbol, u64>,
    /// Low and high of the row that runs, its volume, and how much of it was ours.
    row: (Price, Price, Decimal, Decimal),
    fills: usize,
    pairs_filled: usize,
    fees_in_base: usize,
    moves: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let instruments = ["BTCUSDT", "ETHBTC"]
            .map(|s| Instrument::from_symbol(s).expect("Invariant: valid symbols"))
            .map(|i| Instrument { tick_size: d("0.01"), min_notional: Decimal::ONE, ..i });
        let pick = |rng: &mut ChaCha8Rng, of: &[&str]| d(of[rng.next_u32() as usize % of.len()]);
        let config = ExchangeConfig {
            maker_fee_pct: pick(&mut rng, &["0", "0.1", "0.075", "3.3"]),
            taker_fee_pct: pick(&mut rng, &["0", "0.1", "0.0333"]),
            slippage_bps: pick(&mut rng, &["0", "2", "33"]),
            impact_bps: pick(&mut rng, &["0", "50"]),
            max_volume_share: pick(&mut rng, &["0", "0.25", "0.01", "1"]),
            fee_asset: [FeeAsset::Quote, FeeAsset::Received, FeeAsset::Named(asset("BTC"))]
                [rng.next_u32() as usize % 3],
        };
        let opening =
            [(asset("USDT"), d("5000")), (asset("BTC"), d("30.5")), (asset("ETH"), d("7"))];
        let exchange =
            SimulatedExchange::new(config, &instruments, &opening).expect("Invariant: valid setup");
        Self {
            rng,
            exchange,
            instruments: instruments.to_vec(),
            orders: BTreeMap::new(),
            totals: opening.into_iter().collect(),
            prices: vec![10_000, 500],
            trade_ids: BTreeMap::new(),
            row: (price("1"), price("1"), Decimal::ZERO, Decimal::ZERO),
            fills: 0,
            pairs_filled: 0,
            fees_in_base: 0,
            moves: 0,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.rng.next_u64() % bound
    }

    fn follow(&mut self, order: NewOrder, partner: Option<ClientOrderId>) {
        let followed = Followed { order, partner, filled: Decimal::ZERO, ended: false };
        self.orders.insert(order.id, followed);
    }

    /// Books the reports in the shadow books and checks each against its order and the row.
    fn digest(&mut self, reports: &[ExecutionReport]) {
        for report in reports {
            let Some(order) = self.orders.get_mut(&report.id) else { continue };
            match report.kind {
                ReportKind::Filled(fill) => {
                    assert!(!order.ended, "nothing fills after the end: {report:?}");
                    order.filled += fill.quantity.get();
                    if let OrderSize::Base(size) = order.order.size {
                        assert!(order.filled <= size.get(), "never more than ordered: {report:?}");
                        order.ended = order.filled == size.get();
                    }
                    let (order, partner) = (order.order, order.partner);
                    self.book(&order, &fill);
                    if let Some(partner) = partner.and_then(|p| self.orders.get(&p)) {
                        assert!(partner.filled.is_zero(), "only one leg fills: {report:?}");
                        self.pairs_filled += 1;
                    }
                }
                ReportKind::Rejected(_) | ReportKind::Cancelled | ReportKind::Expired(_) => {
                    assert!(!order.ended, "an order ends once: {report:?}");
                    order.ended = true;
                }
                ReportKind::Accepted
                | ReportKind::Triggered
                | ReportKind::CancelRejected(_)
                | ReportKind::Unanswered
                | ReportKind::Status(_)
                | ReportKind::NotFound => {}
            }
            if let Some(order) = self.orders.get(&report.id) {
                assert_eq!(report.executed.get(), order.filled, "{report:?}");
            }
        }
    }

    fn book(&mut self, order: &NewOrder, fill: &Fill) {
        let instrument = self.instruments.iter().find(|i| i.symbol == order.symbol);
        let instrument = instrument.expect("Invariant: fills belong to traded symbols");
        let (low, high, volume, ours) = &mut self.row;
        let (quantity, notional) = (fill.quantity.get(), fill.quantity.get() * fill.price.get());
        *ours += quantity;
        let share = self.exchange.config().max_volume_share;
        assert!(share.is_zero() || *ours <= *volume * share, "ours {ours} of {volume}");
        assert!(*volume > Decimal::ZERO && quantity > Decimal::ZERO);
        let rate = match fill.liquidity {
            Liquidity::Maker => self.exchange.config().maker_fee_pct,
            Liquidity::Taker => self.exchange.config().taker_fee_pct,
        };
        let exact = if fill.fee_asset == instrument.base { quantity } else { notional };
        let exact = exact * rate / d("100");
        assert!(fill.fee >= exact && fill.fee < exact + d("0.00000001"), "{fill:?}");
        let limit = match order.kind {
            OrderKind::Limit { price, .. } | OrderKind::PostOnly { price } => Some(price),
            _ => None,
        };
        let sign = if order.side == OrderSide::Buy {
            assert!(
                fill.price >= *low && limit.is_none_or(|l| fill.price <= l),
                "{order:?} {fill:?}"
            );
            Decimal::ONE
        } else {
            assert!(
                fill.price <= *high && limit.is_none_or(|l| fill.price >= l),
                "{order:?} {fill:?}"
            );
            -Decimal::ONE
        };
        let id = self.trade_ids.insert(order.symbol, fill.trade_id).unwrap_or(0);
        assert_eq!(fill.trade_id, id + 1, "trade ids have no gaps");
        *self.totals.entry(instrument.base).or_default() += sign * quantity;
        *self.totals.entry(instrument.quote).or_default() -= sign * notional;
        *self.totals.entry(fill.fee_asset).or_default() -= fill.fee;
        self.fees_in_base += usize::from(fill.fee_asset == instrument.base);
        self.fills += 1;
    }

    /// Money comes in or goes out, if there is enough of it; new assets come too.
    fn random_move(&mut self) {
        let asset = asset(["AAA", "BTC", "USDT", "ZZZ"][self.below(4) as usize]);
        let amount = Decimal::new(1 + self.below(500_000) as i64, 5);
        let (kind, change) = match self.below(2) {
            0 => (MovementKind::Deposit, amount),
            _ => (MovementKind::Withdrawal, -amount),
        };
        let before = self.exchange.clone();
        match self.exchange.move_money(kind, asset, amount, "") {
            Ok(movement) => {
                assert_eq!((movement.asset, movement.amount), (asset, change));
                *self.totals.entry(asset).or_default() += change;
                self.moves += 1;
            }
            Err(_) => assert_eq!(before, self.exchange, "a refusal changes nothing"),
        }
    }

    /// One random row of a random symbol, with requests in between.
    fn row(&mut self, number: i64) {
        if self.below(4) == 0 {
            self.random_move();
        }
        let market = self.below(2) as usize;
        let symbol = self.instruments[market].symbol;
        let path: Vec<Price> = (0..4).map(|_| self.near(market)).collect();
        let (low, high) = (path.iter().min(), path.iter().max());
        let (low, high) = low.zip(high).expect("Invariant: a path has prices");
        let volume = if self.below(10) == 0 { 0 } else { self.below(5_000) as i64 };
        let volume = Quantity::new(Decimal::new(volume, 2)).expect("Invariant: 0 or above");
        self.row = (*low, *high, volume.get(), Decimal::ZERO);
        self.exchange.begin_row(symbol, volume);
        let at = Timestamp::from_millis(number);
        for (index, &price) in path.iter().enumerate() {
            let (continuous, last) = (index > 0, index == 3);
            let step = PriceStep { symbol, at, price, continuous, last };
            for calls in 0.. {
                assert!(calls < 1_000, "advance comes to an end");
                let mut reports = Vec::new();
                let there = self.advance(&step, &mut reports);
                self.digest(&reports);
                if there {
                    break;
                }
                assert!(!reports.is_empty(), "it only stops where something happened");
                self.request_here(at);
            }
            if !last {
                self.request_here(at);
            }
        }
        self.prices[market] = i64::try_from(path[3].get().mantissa()).expect("Invariant: small");
    }

    /// Advances twice, once without the short cut for calm markets; both must do the same.
    fn advance(&mut self, step: &PriceStep, reports: &mut Vec<ExecutionReport>) -> bool {
        let mut slow = self.exchange.clone();
        slow.markets.iter_mut().for_each(|m| m.calm = Calm::NOWHERE);
        let mut same = Vec::new();
        let there = self.exchange.advance(step, reports);
        assert_eq!(slow.advance(step, &mut same), there);
        slow.markets.iter_mut().for_each(Market::find_calm);
        assert_eq!((&slow, &same), (&self.exchange, &*reports));
        there
    }

    /// A request in mid-row. Only this row's symbol trades, so `row` describes every fill.
    fn request_here(&mut self, at: Timestamp) {
        if self.below(3) == 0 {
            self.random_request(at);
        }
    }

    fn compare_books(&self) {
        for line in self.exchange.audit() {
            assert_eq!(
                line.opening + line.received - line.paid - line.fees + line.moved,
                line.closing
            );
            assert_eq!(self.totals.get(&line.asset), Some(&line.closing), "{}", line.asset);
        }
        let open: Vec<_> = self.exchange.open_orders().map(|o| o.order().id).collect();
        let mut followed: Vec<_> =
            self.orders.iter().filter(|(_, f)| !f.ended).map(|(id, _)| *id).collect();
        followed.sort_by_key(|id| open.iter().position(|o| o == id));
        assert_eq!(open, followed, "the exchange and the reports agree about what is open");
        for balance in self.exchange.balances() {
            let locked: Decimal = self
                .exchange
                .open_orders()
                .filter(|o| {
                    let i = self.instruments.iter().find(|i| i.symbol == o.order().symbol);
                    let i = i.expect("Invariant: open orders belong to traded symbols");
                    balance.asset == if o.is_buy() { i.quote } else { i.base }
                })
                .map(|o| o.locked)
                .sum();
            assert_eq!(balance.locked, locked, "{} is locked by orders", balance.asset);
        }
    }
}

#[test]
fn money_is_conserved_and_nothing_fills_better_than_the_market() {
    let (mut fills, mut pairs, mut in_base, mut moves) = (0, 0, 0, 0);
    for seed in 0..300 {
        let mut world = World::new(seed);
        for number in 0..120 {
            world.row(number);
            if world.below(2) == 0 {
                world.random_request(Timestamp::from_millis(number));
            }
            world.compare_books();
        }
        fills += world.fills;
        pairs += world.pairs_filled;
        in_base += world.fees_in_base;
        moves += world.moves;
    }
    assert!(in_base > 1_000 && moves > 1_000, "{in_base} fees in base, {moves} moves");
    assert!(fills > 10_000 && pairs > 500, "the seeds do trade: {fills} fills, {pairs} of pairs");
}

#[test]
fn a_stored_copy_goes_on_like_the_original() {
    for seed in 1_000..1_030 {
        let (mut one, mut other) = (World::new(seed), World::new(seed));
        for number in 0..100 {
            one.row(number);
            one.random_request(Timestamp::from_millis(number));
            other.row(number);
            other.random_request(Timestamp::from_millis(number));
            let bytes = postcard::to_stdvec(&other.exchange).expect("can be written");
            other.exchange = postcard::from_bytes(&bytes).expect("can be read");
            assert_eq!(one.exchange, other.exchange, "seed {seed}, row {number}");
        }
    }
}
