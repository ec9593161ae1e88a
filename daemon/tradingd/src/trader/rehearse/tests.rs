//! Over seeded markets: in an unchanged world a plan is what happens, in a changed one it is refused.

use super::*;
use crate::trader::plans::difference;
use domain::{Bar, Candle, Instrument, Interval, MovementKind, Quantity, Timestamp};
use engine::Level;
use engine::settings::{EngineSettings, InstrumentSettings, SizingMethod, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};
use simulator::ExchangeConfig;

const SEEDS: u64 = 1_000;

/// A small generator of numbers (Marsaglia's xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % limit
    }
}

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

fn session(dice: &mut Dice) -> PaperSession {
    let instrument = |symbol: &str| InstrumentSettings {
        instrument: Instrument::from_symbol(symbol).expect("symbol"),
        base_interval: Interval::MINUTE,
    };
    let pairs = vec![instrument("BTCUSDT"), instrument("ETHUSDT")];
    let quote = pairs[0].instrument.quote;
    let mut settings = EngineSettings::shipped("00000000", pairs);
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: Decimal::ONE_HUNDRED,
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    settings.risk.sizing = SizingMethod::Fixed;
    settings.risk.risk_per_trade_pct = d("2");
    let config = ExchangeConfig {
        impact_bps: Decimal::from(dice.below(50)),
        slippage_bps: Decimal::from(dice.below(10)),
        // Often too little for a whole position at once.
        max_volume_share: [d("0"), d("0.25"), d("0.01")][dice.below(3) as usize],
        ..ExchangeConfig::default()
    };
    let cash = [(quote, d("100000"))];
    let mut outputs = Vec::new();
    PaperSession::open(settings, config, &cash, Timestamp::ZERO, &mut outputs).expect("session")
}

/// One bar of each pair.
fn step(session: &mut PaperSession, dice: &mut Dice, minute: i64, prices: &mut [i64; 2]) {
    for (index, last) in prices.iter_mut().enumerate() {
        let open = *last;
        *last = (open + (dice.below(401) as i64 - 200) * open / 20_000).max(1_000);
        let price = |cents: i64| Price::new(Decimal::new(cents, 2)).expect("price");
        let (high, low) = (open.max(*last) + 20, open.min(*last) - 20);
        let volume = Quantity::new(Decimal::new(1 + dice.below(50_000) as i64, 3)).expect("volume");
        let at = Timestamp::from_millis(minute * 60_000);
        let prices = [price(open), price(high), price(low), price(*last)];
        let candle = Candle::new(at, prices, volume).expect("candle");
        let symbol = session.engine().markets()[index].instrument.symbol;
        session.bar(&Bar { symbol, interval: Interval::MINUTE, candle }, &mut Vec::new());
    }
}

/// Something that an operator could ask for.
fn command(session: &PaperSession, dice: &mut Dice) -> Command {
    let reason = "seeded".to_owned();
    let symbol = session.engine().markets()[dice.below(2) as usize].instrument.symbol;
    match dice.below(8) {
        0 => Command::Stop { reason, freeze: dice.below(2) == 0 },
        1 | 2 => Command::CloseAll { reason },
        3 => {
            let view = session.engine().positions().find(|p| p.instrument.symbol == symbol);
            let quantity = view
                .filter(|_| dice.below(2) == 0)
                .map(|p| p.instrument.floor_quantity(p.position.quantity / Decimal::TWO));
            Command::ClosePosition { symbol, quantity, reason }
        }
        4 => {
            let [stop, first_target, target] = [Level::Clear, Level::Keep, Level::Clear];
            Command::SetProtection { symbol, stop, first_target, target }
        }
        5 => Command::SetStrategyEnabled {
            strategy: domain::Name::from("ma_crossover").expect("name"),
            enabled: false,
            force: true,
            expected_version: None,
        },
        6 => Command::Move {
            kind: MovementKind::Deposit,
            asset: session.engine().quote_asset(),
            amount: Decimal::TEN,
            reason,
        },
        _ => Command::Resume { reason, epoch: None },
    }
}

/// Orders that left with what became of them: symbol, side, size, average price, fee.
type Done = Vec<(Symbol, OrderSide, OrderSize, Option<Decimal>, Decimal)>;

fn done(outputs: &[Output]) -> Done {
    let mut orders: Vec<(NewOrder, Decimal, Decimal, Decimal)> = Vec::new();
    for output in outputs {
        let Output::Event(event) = output else { continue };
        match &event.kind {
            EventKind::OrderSubmitted { order, .. } => {
                orders.push((*order, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO));
            }
            EventKind::OrderFilled { id, fill, .. } => {
                if let Some(own) = orders.iter_mut().find(|o| o.0.id == *id) {
                    own.1 += fill.quantity.get();
                    own.2 += fill.quantity.get() * fill.price.get();
                    own.3 += fill.fee;
                }
            }
            _ => {}
        }
    }
    let line = |(order, filled, quote, fee): (NewOrder, Decimal, Decimal, Decimal)| {
        let average = (!filled.is_zero()).then(|| quote / filled);
        (order.symbol, order.side, order.size, average, fee)
    };
    orders.into_iter().map(line).collect()
}

/// Demands that a plan says what was done.
fn demand(plan: &v1::Plan, done: &Done, seed: u64) {
    assert_eq!(plan.orders.len(), done.len(), "seed {seed}: {plan:?} {done:?}");
    let mut cost = Decimal::ZERO;
    for (planned, (symbol, side, size, average, fee)) in plan.orders.iter().zip(done) {
        assert_eq!(planned.symbol, symbol.to_string(), "seed {seed}");
        assert_eq!(planned.side(), convert::side(*side), "seed {seed}");
        if let OrderSize::Base(quantity) = size {
            assert_eq!(d(&planned.quantity), quantity.get(), "seed {seed}");
            if let Some(average) = average {
                assert_eq!(d(&planned.expected_price), average.round_dp(8), "seed {seed}");
                let whole = d(&planned.value) - d(&planned.quantity) * average;
                assert!(whole.abs() < d("0.01"), "seed {seed}: {planned:?}");
            }
        }
        assert!(d(&planned.fee) + d("0.01") >= *fee, "seed {seed}: {planned:?} {fee}");
        cost += d(&planned.fee);
    }
    assert!(d(&plan.cost) + d("0.1") >= cost, "seed {seed}: slippage only adds: {plan:?}");
}

#[test]
fn an_unchanged_world_does_what_was_planned_and_a_changed_one_refuses() {
    let (mut with_orders, mut refusals, mut moved, mut kept) = (0, 0, 0, 0);
    for seed in 0..SEEDS {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut world = session(&mut dice);
        let mut prices = [4_000_000, 300_000];
        let bars = 3 + dice.below(60) as i64;
        for minute in 0..bars {
            step(&mut world, &mut dice, minute, &mut prices);
        }
        let command = command(&world, &mut dice);
        let before = world.clone();
        let planned = match rehearse(&world, &command, 7) {
            Ok(planned) => planned,
            Err(refusal) => {
                let mut outputs = Vec::new();
                world.command(command, &mut outputs);
                assert!(outputs.contains(&Output::Reply(CommandReply::Refused(refusal))), "{seed}");
                refusals += 1;
                continue;
            }
        };
        assert_eq!(world, before, "seed {seed}: a rehearsal changes nothing");
        let mut outputs = Vec::new();
        world.command(command.clone(), &mut outputs);
        demand(&planned.plan, &done(&outputs), seed);
        with_orders += usize::from(!planned.plan.orders.is_empty());

        // The same world again fits; any other does not.
        let fits = |now: &PaperSession| {
            let now = rehearse(now, &command, 8).ok()?;
            difference(&planned.shape, &planned.prices, &now, Decimal::ONE)
        };
        assert_eq!(fits(&before), None, "seed {seed}");
        let mut stopped = before.clone();
        let stop = Command::Stop { reason: String::new(), freeze: false };
        stopped.command(stop, &mut Vec::new());
        assert!(
            rehearse(&stopped, &command, 8).is_err() || fits(&stopped).is_some(),
            "seed {seed}"
        );
        let mut later = before.clone();
        step(&mut later, &mut dice, bars, &mut prices);
        let held = |w: &PaperSession| {
            w.engine()
                .positions()
                .map(|p| (p.instrument.symbol, p.position.quantity))
                .collect::<Vec<_>>()
        };
        let Ok(now) = rehearse(&later, &command, 8) else { continue };
        let far = planned.prices.iter().any(|(symbol, old)| {
            let new = last_price(later.engine(), *symbol).expect("a price").get();
            (new - old.get()).abs() * Decimal::ONE_HUNDRED / old.get() > Decimal::ONE
        });
        let changed =
            held(&later) != held(&before) || now.shape.orders != planned.shape.orders || far;
        if changed {
            assert!(fits(&later).is_some(), "seed {seed}: {command:?}");
            moved += 1;
        } else if fits(&later).is_none() {
            kept += 1;
        }
    }
    assert!(with_orders > 120, "{with_orders}");
    assert!(refusals > 20 && moved > 30 && kept > 30, "{refusals} {moved} {kept}");
}
