//! A seed's world: what is traded, with which settings, on which market, for how long.

use super::chance::Chance;
use super::market::{HarshMarket, Market, MarketKind, first_price};
use super::script::{self, Script};
use domain::{Amount, Asset, Decimal, Instrument, Interval, Name, Symbol, Timestamp};
use engine::settings::{EngineSettings, InstrumentSettings, RiskSettings, SizingMethod};
use engine::strategies::StrategyParams;
use simulator::{ExchangeConfig, SimulatedMarket};

/// 2024-01-01T00:00:00Z in milliseconds.
const START: i64 = 1_704_067_200_000;

/// Everything that a seed decides.
#[derive(Debug, Clone)]
pub struct World {
    /// The seed.
    pub seed: u64,
    /// The engine's settings.
    pub settings: EngineSettings,
    /// The exchange's costs.
    pub exchange: ExchangeConfig,
    /// Opening balances.
    pub balances: Vec<(Asset, Amount)>,
    /// Which market.
    pub market: MarketKind,
    /// Interval of the rows.
    pub interval: Interval,
    /// Rows of the run.
    pub rows: u64,
    /// Rows fed for warm-up before it.
    pub warm_up: u64,
    /// What operators do.
    pub script: Script,
}

impl World {
    /// The world of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, "world");
        let market = match chance.below(10) {
            0..4 => MarketKind::Simulated,
            4..8 => MarketKind::HarshBars,
            _ => MarketKind::Trades,
        };
        let interval = *chance.pick(&[60, 300, 3_600]);
        let interval = Interval::from_seconds(interval).unwrap_or(Interval::MINUTE);
        let instruments = instruments(&mut chance);
        let mut settings = settings(&mut chance, seed, &instruments, interval);
        limits(&mut settings, &mut Chance::new(seed, "limits"));
        let names: Vec<Name> =
            settings.strategies.iter().filter_map(|s| Name::from(s.params.name()).ok()).collect();
        let rows = chance.between(250, 700) * (1 + instruments.len() as u64) / 2;
        let opening = chance.decimal(&["200", "10000", "10000", "1000000"]);
        let mut balances = vec![(quote(), opening)];
        if chance.percent(25) {
            balances.push((instruments[0].base, Decimal::new(15, 1)));
        }
        let warm_up = if market == MarketKind::Trades { 0 } else { *chance.pick(&[0, 50]) };
        let exchange = exchange(&mut chance);
        let script = script::random(seed, rows, &names);
        Self { seed, settings, exchange, balances, market, interval, rows, warm_up, script }
    }

    /// The world of a seed whose venue is behind a link: shorter, in minutes, and the daemon asks
    /// after its resting orders.
    #[must_use]
    pub fn behind_a_link(seed: u64) -> Self {
        let mut chance = Chance::new(seed, "behind a link");
        let mut world = Self::new(seed);
        world.interval = Interval::MINUTE;
        for traded in &mut world.settings.instruments {
            traded.base_interval = Interval::MINUTE;
        }
        world.settings.signal_interval = None;
        world.rows = chance.between(40, 120) * world.settings.instruments.len() as u64;
        world.warm_up = if world.market == MarketKind::Trades { 0 } else { 50 };
        world.settings.record_decisions = false;
        world.settings.trend_filter_enabled = false;
        let execution = &mut world.settings.execution;
        execution.order_check_seconds = *chance.pick(&[10, 30, 60]);
        execution.unknown_limit_seconds = *chance.pick(&[30, 120, 600]);
        let names: Vec<Name> = world
            .settings
            .strategies
            .iter()
            .filter_map(|s| Name::from(s.params.name()).ok())
            .collect();
        world.script = script::random(seed, world.rows, &names);
        // Only here: the rules of the paper world want fees in quote.
        if chance.percent(30) {
            world.exchange.fee_asset = simulator::FeeAsset::Received;
        }
        world
    }

    /// The pairs.
    #[must_use]
    pub fn instruments(&self) -> Vec<Instrument> {
        self.settings.instruments.iter().map(|i| i.instrument).collect()
    }

    /// When the run begins.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        Timestamp::from_millis(START)
    }

    /// A fresh market, at its first row.
    ///
    /// # Panics
    /// When the world's instruments are no market, which would be a mistake of this harness.
    #[must_use]
    pub fn open_market(&self) -> Market {
        let instruments = self.instruments();
        if self.market == MarketKind::Simulated {
            let market = SimulatedMarket::new(self.seed, &instruments, self.interval, self.start())
                .expect("Invariant: worlds have instruments that can be simulated");
            return Market::Simulated(Box::new(market));
        }
        let mut chance = Chance::new(self.seed, "first prices");
        let lanes: Vec<_> = instruments
            .iter()
            .map(|i| {
                let about = chance.decimal(&["0.07", "3", "150", "2500", "60000"]);
                (*i, first_price(i, about))
            })
            .collect();
        let trades = self.market == MarketKind::Trades;
        let market = HarshMarket::new(self.seed, &lanes, self.interval, self.start(), trades);
        Market::Harsh(Box::new(market))
    }
}

fn quote() -> Asset {
    Asset::parse("USDT").expect("Invariant: USDT is an asset")
}

fn instruments(chance: &mut Chance) -> Vec<Instrument> {
    let mut bases = vec!["ADA", "BTC", "ETH", "SOL"];
    for _ in 0..chance.below(4) {
        let at = chance.below(bases.len() as u64) as usize;
        bases.remove(at);
    }
    bases
        .into_iter()
        .map(|base| Instrument {
            symbol: Symbol::parse(&format!("{base}USDT")).expect("Invariant: a symbol"),
            base: Asset::parse(base).expect("Invariant: an asset"),
            quote: quote(),
            tick_size: chance.decimal(&["0.01", "0.01", "0.0001", "0.05", "0.00000001"]),
            lot_size: chance.decimal(&["0.00001", "0.001", "0.001", "1", "0.25", "0.007"]),
            min_notional: chance.decimal(&["0", "5", "5", "60"]),
        })
        .collect()
}

/// Costs of the exchange.
pub(super) fn exchange(chance: &mut Chance) -> ExchangeConfig {
    ExchangeConfig {
        maker_fee_pct: chance.decimal(&["0", "0.1", "0.075"]),
        taker_fee_pct: chance.decimal(&["0", "0.1", "0.1", "0.26", "2.5"]),
        slippage_bps: chance.decimal(&["0", "2", "2", "35"]),
        impact_bps: chance.decimal(&["0", "0", "50"]),
        max_volume_share: chance.decimal(&["0", "0.25", "0.25", "1", "0.01", "0.0005"]),
        fee_asset: simulator::FeeAsset::Quote,
    }
}

/// Limits and sizing.
pub(super) fn risk(chance: &mut Chance) -> RiskSettings {
    let sizing = *chance.pick(&[
        SizingMethod::Atr,
        SizingMethod::Atr,
        SizingMethod::Fixed,
        SizingMethod::AllIn,
    ]);
    let all_in = sizing == SizingMethod::AllIn;
    let hundred = Decimal::ONE_HUNDRED;
    let position = chance.decimal(&["3", "10", "10", "45", "100"]);
    let exposure = chance.decimal(&["15", "60", "100"]);
    RiskSettings {
        sizing,
        max_position_size_pct: if all_in { hundred } else { position },
        risk_per_trade_pct: chance.decimal(&["0.5", "1", "5"]),
        atr_multiplier: chance.decimal(&["1", "2", "3.5"]),
        atr_period: *chance.pick(&[3, 14]),
        max_concurrent_positions: *chance.pick(&[1, 2, 5]),
        max_total_exposure_pct: if all_in { hundred } else { exposure },
        daily_loss_limit_pct: chance.decimal(&["1", "5", "100", "100"]),
        max_drawdown_pct: chance.decimal(&["2", "15", "100", "100"]),
        stop_loss_pct: chance.decimal(&["0", "0.2", "1", "3", "12"]),
        take_profit_pct: chance.decimal(&["0", "0.3", "2", "5", "20"]),
        cooldown_candles_after_stop: *chance.pick(&[0, 3]),
        assumed_fee_pct: chance.decimal(&["0", "0.1", "1"]),
        ..RiskSettings::default()
    }
}

/// The gate's further limits, from a stream of their own: often none at all, else loose and tight.
pub(super) fn limits(settings: &mut EngineSettings, chance: &mut Chance) {
    let all_in = settings.risk.sizing == SizingMethod::AllIn;
    // All quote at once with a stop needs the permission to lose that much.
    if all_in && chance.percent(95) {
        settings.risk.risk_per_trade_pct = Decimal::ONE_HUNDRED;
    }
    settings.risk = if chance.percent(80) {
        without_limits(settings.risk)
    } else {
        drawn_limits(settings.risk, chance)
    };
    let sector = |text| Name::from(text).expect("Invariant: a name");
    for own in &settings.instruments {
        let symbol = own.instrument.symbol;
        if chance.percent(30) {
            settings.sector_map.insert(symbol, *chance.pick(&[sector("layer1"), sector("other")]));
        }
        if chance.percent(4) {
            settings.max_order_quantity.insert(symbol, chance.decimal(&["0.05", "3"]));
        }
    }
    let (tight, hundred) = (chance.percent(15), Decimal::ONE_HUNDRED);
    for strategy in &mut settings.strategies {
        strategy.allotment_pct =
            if tight { chance.decimal(&["5", "30", "100", "100"]) } else { hundred };
    }
}

fn without_limits(risk: RiskSettings) -> RiskSettings {
    RiskSettings {
        max_correlation: Decimal::ONE,
        max_positions_per_sector: 1_000,
        max_portfolio_heat: Decimal::ONE_HUNDRED,
        price_collar_pct: Decimal::ZERO,
        max_data_age_seconds: 0,
        max_orders_per_minute: 0,
        max_messages_per_minute: 0,
        rejection_limit: 0,
        ..risk
    }
}

fn drawn_limits(risk: RiskSettings, chance: &mut Chance) -> RiskSettings {
    RiskSettings {
        correlation_window: *chance.pick(&[5, 30, 250]),
        max_correlation: chance.decimal(&["0.3", "0.8", "1", "1", "1"]),
        max_positions_per_sector: *chance.pick(&[1, 3]),
        max_portfolio_heat: chance.decimal(&["0.002", "0.15", "10", "10", "10", "10"]),
        var_enabled: chance.percent(20),
        var_confidence: chance.decimal(&["0.5", "0.95", "0.999"]),
        max_portfolio_var_pct: chance.decimal(&["0.05", "0.5", "5", "5"]),
        max_portfolio_cvar_pct: chance.decimal(&["0", "0", "0", "0", "0", "0", "0.1", "5"]),
        price_collar_pct: chance.decimal(&["0", "0.2", "10", "10", "10", "10"]),
        max_data_age_seconds: *chance.pick(&[0, 0, 0, 1, 60, 600]),
        stale_data_halt_seconds: if chance.percent(10) { 100_000 } else { 0 },
        max_order_value: chance.decimal(&["0", "0", "0", "0", "0", "300"]),
        max_orders_per_minute: *chance.pick(&[0, 0, 4, 60]),
        max_messages_per_minute: *chance.pick(&[0, 0, 5, 120]),
        rejection_limit: *chance.pick(&[0, 0, 1, 2, 5]),
        rejection_window_seconds: *chance.pick(&[60, 3_600, 86_400]),
        garch_enabled: chance.percent(10),
        ..risk
    }
}

fn settings(
    chance: &mut Chance,
    seed: u64,
    instruments: &[Instrument],
    interval: Interval,
) -> EngineSettings {
    let traded = instruments
        .iter()
        .map(|i| InstrumentSettings { instrument: *i, base_interval: interval })
        .collect();
    let mut settings = EngineSettings::shipped(&format!("{:08x}", seed as u32), traded);
    settings.trend_filter_enabled = chance.percent(20);
    settings.regime_adaptation_enabled = chance.percent(50);
    let hostile = Chance::new(seed, "hostile strategies").percent(12);
    settings.hostile_signals = hostile.then_some(seed);
    settings.risk = risk(chance);
    settings.position.first_target_pct = Decimal::ZERO;
    settings.tracker.enabled = chance.percent(60);
    settings.tracker.max_consecutive_losses = *chance.pick(&[2, 5]);
    settings.tracker.min_trades_for_eval = *chance.pick(&[4, 20]);
    settings.tracker.re_enable_check_hours = chance.decimal(&["0.5", "24"]);
    settings.ensemble.signal_min_agreement = *chance.pick(&[0.5, 1.0, 1.0, 2.0]);
    if chance.percent(15) {
        settings.signal_interval =
            Interval::from_seconds(interval.seconds() * chance.between(2, 4) as u32);
    }
    for strategy in &mut settings.strategies {
        strategy.enabled = chance.percent(85);
        strategy.weight = *chance.pick(&[0.5, 1.0, 1.0, 1.7]);
        quicken(&mut strategy.params, chance);
    }
    settings
}

/// Short look-backs, so that a few hundred rows hold many trades.
fn quicken(params: &mut StrategyParams, chance: &mut Chance) {
    let before = params.clone();
    let choices: &[(&str, &[&str])] = match before.name() {
        "bollinger" => &[("period", &["5", "12", "20"]), ("std_dev", &["1", "1.6", "2"])],
        "macd" => &[
            ("fast_period", &["3", "6"]),
            ("slow_period", &["8", "15"]),
            ("signal_period", &["3", "9"]),
        ],
        "ma_crossover" => &[("short_period", &["2", "4", "7"]), ("long_period", &["8", "20"])],
        _ => &[
            ("period", &["3", "7", "14"]),
            ("oversold", &["30", "40"]),
            ("overbought", &["60", "70"]),
        ],
    };
    for (key, values) in choices {
        params.set(key, chance.pick::<&str>(values)).expect("Invariant: the choices are in range");
    }
    if !params.validate().is_empty() {
        *params = before;
    }
}
