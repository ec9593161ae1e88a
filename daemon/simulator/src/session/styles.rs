//! Entries in every style, on bars: what is bought when, and what is left.

use super::*;
use crate::exchange::ExchangeConfig;
use domain::{Candle, Decimal, EventKind, ExecutionStyle, Instrument, IntentResult, Interval};
use engine::settings::{InstrumentSettings, StrategySettings};
use engine::strategies::{MaCrossoverParams, StrategyParams};

fn d(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

/// A session that buys 10 at the third bar, in a style; free of costs, all volume is ours.
fn session(style: ExecutionStyle) -> PaperSession {
    let instrument = Instrument::from_symbol("BTCUSDT").expect("symbol");
    let own = InstrumentSettings { instrument, base_interval: Interval::MINUTE };
    let mut settings = EngineSettings::shipped("00000000", vec![own]);
    let params = MaCrossoverParams { short_period: 1, long_period: 2, ..Default::default() };
    settings.strategies = vec![StrategySettings {
        params: StrategyParams::MaCrossover(params),
        enabled: true,
        weight: 1.0,
        allotment_pct: Decimal::ONE_HUNDRED,
    }];
    (settings.trend_filter_enabled, settings.regime_adaptation_enabled) = (false, false);
    (settings.risk.stop_loss_pct, settings.risk.take_profit_pct) = (d("20"), d("0"));
    settings.risk.sizing = engine::settings::SizingMethod::Fixed;
    settings.risk.risk_per_trade_pct = d("2");
    settings.position.first_target_pct = d("0");
    settings.execution.entry_style = style;
    // Two bars.
    settings.execution.limit_timeout_seconds = 150;
    settings.execution.twap_interval_seconds = 60;
    let config = ExchangeConfig {
        maker_fee_pct: d("0"),
        taker_fee_pct: d("0"),
        slippage_bps: d("0"),
        impact_bps: d("0"),
        max_volume_share: d("1"),
        ..ExchangeConfig::default()
    };
    let cash = [(instrument.quote, d("10000"))];
    let mut outputs = Vec::new();
    PaperSession::open(settings, config, &cash, Timestamp::ZERO, &mut outputs).expect("session")
}

/// Bars as open, high, low, close, volume.
fn feed(session: &mut PaperSession, from: i64, bars: &[[&str; 5]]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (minute, bar) in (from..).zip(bars) {
        let price = |i: usize| Price::new(d(bar[i])).expect("price");
        let at = Timestamp::from_millis(minute * 60_000);
        let volume = Quantity::new(d(bar[4])).expect("volume");
        let prices = [price(0), price(1), price(2), price(3)];
        let candle = Candle::new(at, prices, volume).expect("candle");
        let symbol = session.engine().markets()[0].instrument.symbol;
        session.bar(&Bar { symbol, interval: Interval::MINUTE, candle }, &mut outputs);
    }
    outputs
}

fn fills(outputs: &[Output]) -> Vec<String> {
    let one = |output: &Output| match output {
        Output::Event(event) => match &event.kind {
            EventKind::OrderFilled { fill, .. } => Some(format!(
                "{}@{}",
                fill.quantity.get().normalize(),
                fill.price.get().normalize()
            )),
            _ => None,
        },
        _ => None,
    };
    outputs.iter().filter_map(one).collect()
}

fn result(outputs: &[Output]) -> Option<IntentResult> {
    outputs.iter().find_map(|output| match output {
        Output::Event(event) => match &event.kind {
            EventKind::IntentFinished { result } => Some(result.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Style, bars that follow, fills, orders, what is left undone, shortfall.
type Row<'a> = (ExecutionStyle, &'a [[&'a str; 5]], &'a [&'a str], u32, &'a str, &'a str);

/// Three bars that make it buy 10 at 100.
const START: [[&str; 5]; 3] = [
    ["100", "100", "100", "100", "9"],
    ["99", "99", "99", "99", "9"],
    ["100", "100", "100", "100", "9"],
];

#[test]
fn styles_buy_as_they_say() {
    use ExecutionStyle::{Iceberg, Limit, LimitThenMarket, Market, PostOnly, Twap};
    let dear: &[[&str; 5]] = &[["101", "102", "101", "102", "90"]; 4];
    let dip: &[[&str; 5]] =
        &[["101", "102", "100", "102", "4"], ["102", "103", "102", "103", "90"]];
    let dip: Vec<[&str; 5]> =
        dip.iter().chain(&[["103", "103", "103", "103", "90"]; 3]).copied().collect();
    let calm: &[[&str; 5]] = &[["100", "100", "100", "100", "90"]; 7];
    let rows: [Row<'_>; 8] = [
        (Market, dear, &["10@101"], 1, "0", "10"),
        (Limit, dear, &[], 1, "10", "20"),
        (Limit, &dip, &["4@100"], 1, "6", "18"),
        (LimitThenMarket, &dip, &["4@100", "6@103"], 2, "0", "18"),
        (PostOnly, dear, &[], 1, "10", "20"),
        (PostOnly, &dip, &["4@100"], 1, "6", "18"),
        (Twap, calm, &["2@100", "2@100", "2@100", "2@100", "2@100"], 5, "0", "0"),
        (Iceberg, calm, &["2@100", "2@100", "2@100", "2@100", "2@100"], 5, "0", "0"),
    ];
    for (style, bars, expected, orders, undone, shortfall) in rows {
        let mut session = session(style);
        let mut outputs = feed(&mut session, 0, &START);
        // A restart in the middle changes nothing.
        let stored = postcard::to_allocvec(&session).expect("stored");
        let mut session: PaperSession = postcard::from_bytes(&stored).expect("read back");
        outputs.extend(feed(&mut session, 3, bars));
        let got = fills(&outputs);
        assert_eq!(got, expected, "{style:?}");
        let result = result(&outputs).unwrap_or_else(|| panic!("{style:?} has an end"));
        assert_eq!((result.style, result.orders), (style, orders), "{style:?}");
        let left = result.wanted.get() - result.filled.get();
        assert_eq!((left, result.shortfall), (d(undone), d(shortfall)), "{style:?} {result:?}");
        assert_eq!(result.note.is_empty(), left.is_zero(), "{style:?} {result:?}");
        session.check_books().expect("the books agree");
    }
}

#[test]
fn a_stop_ends_a_schedule() {
    let mut session = session(ExecutionStyle::Twap);
    feed(&mut session, 0, &START);
    feed(&mut session, 3, &[["100", "100", "100", "100", "90"]; 2]);
    let held = session.engine().book().positions[0].quantity;
    assert!(held > d("0") && held < d("10"), "{held}");
    let mut outputs = Vec::new();
    session.command(Command::Stop { reason: String::new(), freeze: false }, &mut outputs);
    outputs.extend(feed(&mut session, 5, &[["100", "100", "100", "100", "90"]; 5]));
    assert_eq!(session.engine().book().positions[0].quantity, held);
    assert_eq!(result(&outputs).map(|r| r.note.to_string()).as_deref(), Some("halted"));
}
