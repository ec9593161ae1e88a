//! The view drawn on a terminal made of text, at several sizes.

use super::keys::{Dialog, Pane, Ui};
use super::view;
use super::world::{Link, World};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tradingd_proto::v1::{
    Alert, AlertSeverity, AlertState, ComponentHealth, EquityPoint, GetStatusResponse, Order,
    OrderSide, OrderStatus, OrderType, Position, ProtectionPlace, SignalAction, Strategy,
    StrategyStatistics, Trade, TradingMode, TradingState, TradingStateInfo,
};

fn world() -> World {
    let text = str::to_owned;
    let status = GetStatusResponse {
        mode: TradingMode::Paper.into(),
        trading_state: Some(TradingStateInfo {
            state: TradingState::Active.into(),
            ..Default::default()
        }),
        source_detail: text("sim seed 1"),
        equity: text("10123.456"),
        quote_asset: text("USDT"),
        day_profit: text("-12.5"),
        return_pct: text("1.23"),
        drawdown_pct: text("0.5"),
        strategies_enabled: 3,
        strategies_total: 4,
        data_age: Some(prost_types::Duration { seconds: 2, nanos: 0 }),
        ..Default::default()
    };
    let mut world = World::new(text("http://127.0.0.1:8000"), status, false);
    world.link = Link::Live;
    world.positions = (0..12)
        .map(|n| Position {
            symbol: format!("COIN{n}USDT"),
            quantity: text("0.5"),
            unrealised_profit: text("3.25"),
            protection: ProtectionPlace::Venue.into(),
            ..Default::default()
        })
        .collect();
    world.orders = vec![Order {
        client_order_id: text("3f2a-17-1"),
        symbol: text("BTCUSDT"),
        side: OrderSide::Sell.into(),
        r#type: OrderType::Stop.into(),
        status: OrderStatus::Working.into(),
        trigger_price: text("61000"),
        quantity: text("0.5"),
        ..Default::default()
    }];
    let statistics = StrategyStatistics {
        symbol: text("BTCUSDT"),
        last_action: SignalAction::Buy.into(),
        last_reason: text("crossed up"),
        ..Default::default()
    };
    world.strategies = vec![Strategy {
        name: text("macd"),
        enabled: true,
        statistics: vec![statistics],
        total_profit: text("42"),
        ..Default::default()
    }];
    world.trades =
        [Trade { symbol: text("ETHUSDT"), profit: text("-7.5"), ..Default::default() }].into();
    world.events = [text("2026-01-31 14:05:00  #41  fill  buy 0.5 BTCUSDT")].into();
    world.curve = ["100", "104", "102", "110"]
        .map(|equity| EquityPoint { equity: text(equity), ..Default::default() })
        .to_vec();
    world
}

fn drawn(width: u16, height: u16, world: &World, ui: &mut Ui) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
    terminal.draw(|frame| view::draw(frame, world, ui)).expect("drawn");
    let buffer = terminal.backend().buffer().clone();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..height).map(|y| row(y).trim_end().to_owned()).collect()
}

#[test]
fn everything_that_matters_fits_into_80_by_24() {
    let lines = drawn(80, 24, &world(), &mut Ui::default());
    let all = lines.join("\n");
    assert!(lines[0].starts_with("ACTIVE  paper  sim seed 1  connected"), "{all}");
    assert!(lines[1].starts_with("equity 10,123.46 USDT  today -12.50  return +1.23 %"), "{all}");
    assert!(lines[2].contains("drawdown 0.50 %") && lines[2].contains("strategies 3/4"), "{all}");
    assert!(lines[3].starts_with("data 2s old"), "{all}");
    for part in [
        "▶ positions 12 (1 to 5) ─",
        "COIN0USDT",
        "+3.25",
        "─ open orders 1 ─",
        "61,000",
        "─ strategies 1 ─",
        "BTCUSDT buy",
        "+42.00",
        "─ recent trades 1 ─",
        "-7.50",
        "─ fills and events 1 ─",
        "#41  fill  buy 0.5 BTCUSDT",
    ] {
        assert!(all.contains(part), "{part:?} is missing in:\n{all}");
    }
    assert!(lines[23].starts_with("tab pane") && lines[23].ends_with("8000"), "{all}");
}

#[test]
fn the_pane_in_focus_grows_and_scrolls_no_further_than_its_end() {
    let mut ui = Ui { scroll: 1_000, ..Ui::default() };
    let lines = drawn(80, 24, &world(), &mut ui).join("\n");
    assert!(lines.contains("COIN11USDT") && !lines.contains("COIN0USDT"), "{lines}");
    assert_eq!(ui.scroll, 7);
    let mut ui = Ui { pane: Pane::Events, ..Ui::default() };
    let lines = drawn(80, 24, &world(), &mut ui).join("\n");
    assert!(lines.contains("▶ fills and events 1"), "{lines}");
}

#[test]
fn alerts_have_a_pane_while_there_are_some() {
    let shown = |world: &World, ui: &mut Ui| drawn(80, 24, world, ui).join("\n");
    let mut world = world();
    assert!(!shown(&world, &mut Ui::default()).contains("alerts"));
    let mut looking = Ui { pane: Pane::Alerts, ..Ui::default() };
    assert!(shown(&world, &mut looking).contains("▶ alerts 0"));
    world.alerts = vec![Alert {
        id: 7,
        severity: AlertSeverity::Critical.into(),
        state: AlertState::Open.into(),
        title: "drawdown limit reached".to_owned(),
        text: "15 %\u{1b}[2J".to_owned(),
        ..Default::default()
    }];
    let all = shown(&world, &mut Ui::default());
    assert!(all.contains("─ alerts 1 ─"), "{all}");
    assert!(all.contains("critical   7  open       0  drawdown limit reached: 15 %[2J"), "{all}");
}

#[test]
fn wide_terminals_show_more_columns_side_by_side() {
    let lines = drawn(200, 50, &world(), &mut Ui::default());
    let all = lines.join("\n");
    assert!(
        lines.iter().any(|l| l.contains("positions 12") && l.contains("strategies 1")),
        "{all}"
    );
    for part in ["COIN11USDT", "protection", "venue", "3f2a-17-1", "crossed up"] {
        assert!(all.contains(part), "{part:?} is missing in:\n{all}");
    }
}

#[test]
fn no_size_is_too_small_or_too_large() {
    for (width, height) in
        [(1, 1), (20, 5), (40, 12), (41, 13), (79, 23), (80, 24), (120, 12), (149, 60), (300, 100)]
    {
        for dialog in [Dialog::None, Dialog::Help, Dialog::Stop] {
            for pane in Pane::ALL {
                let mut ui = Ui { pane, dialog, scroll: 3, ..Ui::default() };
                let lines = drawn(width, height, &world(), &mut ui);
                assert_eq!(lines.len(), usize::from(height));
                let mut empty = World::new(String::new(), GetStatusResponse::default(), true);
                empty.link = Link::Connecting;
                drawn(width, height, &empty, &mut ui);
            }
        }
    }
    let lines = drawn(20, 5, &world(), &mut Ui::default());
    assert_eq!(lines[..2], ["ACTIVE 10,123.46", "too small"]);
}

#[test]
fn trouble_stands_in_the_header() {
    let mut world = world();
    world.link = Link::Lost("connection refused".to_owned());
    world.status.entry_blocks = vec!["daily_loss_limit".to_owned()];
    world.status.components = vec![ComponentHealth {
        name: "data".to_owned(),
        detail: "stale\u{1b}[2J".to_owned(),
        ..Default::default()
    }];
    let state = world.status.trading_state.as_mut().expect("there");
    (state.state, state.frozen) = (TradingState::Halted.into(), true);
    let mut ui = Ui { paused: true, ..Ui::default() };
    let lines = drawn(120, 30, &world, &mut ui);
    assert!(lines[0].starts_with("VIEW PAUSED  HALTED, FROZEN  paper"), "{lines:?}");
    assert!(lines[0].ends_with("NO CONNECTION: connection refused"), "{lines:?}");
    let wanted = "data: stale[2J; entries denied by daily_loss_limit";
    assert!(lines[3].contains(wanted), "{lines:?}");
}

#[test]
fn the_question_says_what_stop_does() {
    let mut ui = Ui { dialog: Dialog::Stop, ..Ui::default() };
    let all = drawn(80, 24, &world(), &mut ui).join("\n");
    for part in ["stop trading?", "Halt trading at http://127.0.0.1:8000?", "y: stop"] {
        assert!(all.contains(part), "{part:?} is missing in:\n{all}");
    }
}

#[test]
fn the_curve_rises_from_its_lowest_point() {
    let lines = drawn(80, 24, &world(), &mut Ui::default());
    let right: Vec<String> = lines[1..4].iter().map(|l| l.chars().skip(60).collect()).collect();
    assert!(right.iter().any(|line| line.contains('█')), "{right:?}");
    let mut flat = world();
    flat.curve.clear();
    let lines = drawn(80, 24, &flat, &mut Ui::default());
    assert!(!lines[1..4].iter().any(|l| l.contains('█')), "one point is no curve");
}
