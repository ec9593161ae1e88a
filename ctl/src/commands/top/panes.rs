//! The rows of each pane, and how a table fits into its room.

use super::keys::Pane;
use super::world::World;
use crate::output::table::Tone;
use crate::output::{format, words};
use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Cell, Paragraph, Row, Table};
use std::time::Duration;
use tradingd_proto::v1::{Alert, AlertSeverity, Order, Position, ProtectionPlace, Strategy, Trade};

/// One value with what it means.
#[derive(Debug, Clone)]
pub struct Value {
    text: String,
    right: bool,
    tone: Tone,
}

/// A left-aligned value. Control characters are dropped: a text of the daemon's must not steer the
/// terminal.
fn text(value: impl Into<String>) -> Value {
    let mut text: String = value.into();
    text.retain(|c| !c.is_control());
    Value { text: format::or_none(&text), right: false, tone: Tone::Plain }
}

fn number(value: impl Into<String>) -> Value {
    Value { right: true, ..text(value) }
}

fn profit(value: &str) -> Value {
    Value { tone: Tone::of_profit(value), ..number(format::signed(value, 2)) }
}

/// A pane's headings, most important first, and its rows.
#[derive(Debug)]
pub struct Content {
    /// With the number of rows, e.g. `positions 3`.
    pub title: String,
    headings: &'static [&'static str],
    /// The rows, all as long as the headings.
    pub rows: Vec<Vec<Value>>,
    empty: &'static str,
}

/// What a pane shows.
#[must_use]
pub fn content(pane: Pane, world: &World) -> Content {
    match pane {
        Pane::Positions => make(
            "positions",
            &["symbol", "quantity", "profit", "%", "mark", "entry", "stop", "target", "protection"],
            world.positions.iter().map(position).collect(),
            "no open position",
        ),
        Pane::Orders => make(
            "open orders",
            &["symbol", "side", "type", "status", "quantity", "limit", "trigger", "for", "id"],
            world.orders.iter().map(order).collect(),
            "no order can fill",
        ),
        Pane::Alerts => make(
            "alerts",
            &["severity", "id", "state", "times", "what"],
            world.alerts.iter().map(alert).collect(),
            "no alert",
        ),
        Pane::Strategies => make(
            "strategies",
            &["strategy", "switch", "signal", "profit", "trades", "because"],
            world.strategies.iter().map(strategy).collect(),
            "no strategy",
        ),
        Pane::Trades => make(
            "recent trades",
            &["closed (UTC)", "symbol", "profit", "%", "why", "quantity", "entry", "exit"],
            world.trades.iter().map(trade).collect(),
            "no trade yet",
        ),
        Pane::Events => make(
            "fills and events",
            &["what happened, newest first (UTC)"],
            world.events.iter().map(|line| vec![text(line.as_str())]).collect(),
            "nothing since this view began",
        ),
    }
}

fn make(
    title: &str,
    headings: &'static [&'static str],
    rows: Vec<Vec<Value>>,
    empty: &'static str,
) -> Content {
    Content { title: format!("{title} {}", rows.len()), headings, rows, empty }
}

fn position(position: &Position) -> Vec<Value> {
    let bare = position.protection() == ProtectionPlace::None;
    let tone = if bare { Tone::Bad } else { Tone::Plain };
    vec![
        text(&*position.symbol),
        number(format::quantity(&position.quantity)),
        profit(&position.unrealised_profit),
        profit(&position.unrealised_pct),
        number(format::price(&position.mark_price)),
        number(format::price(&position.entry_price)),
        number(format::price(&position.stop_price)),
        number(format::price(&position.target_price)),
        Value { tone, ..text(words::protection(position.protection)) },
    ]
}

fn order(order: &Order) -> Vec<Value> {
    let wanted = match order.quantity.as_str() {
        "" => format!("for {}", format::fixed(&order.quote_budget, 2)),
        quantity => format::quantity(quantity),
    };
    vec![
        text(&*order.symbol),
        text(words::side(order.side)),
        text(words::order_type(order.r#type)),
        text(words::order_status(order.status)),
        number(wanted),
        number(format::price(&order.limit_price)),
        number(format::price(&order.trigger_price)),
        text(words::purpose(order.purpose)),
        text(&*order.client_order_id),
    ]
}

fn alert(alert: &Alert) -> Vec<Value> {
    let tone = match alert.severity() {
        AlertSeverity::Critical => Tone::Bad,
        AlertSeverity::Warning => Tone::Warn,
        _ => Tone::Plain,
    };
    vec![
        Value { tone, ..text(words::severity(alert.severity)) },
        number(alert.id.to_string()),
        text(words::alert_state(alert.state)),
        number(format::count(alert.count)),
        text(format!("{}: {}", alert.title, alert.text)),
    ]
}

fn strategy(strategy: &Strategy) -> Vec<Value> {
    let (switch, tone) = if strategy.enabled { ("on", Tone::Good) } else { ("off", Tone::Bad) };
    let signals: Vec<String> = strategy
        .statistics
        .iter()
        .map(|s| format!("{} {}", s.symbol, words::action(s.last_action)))
        .collect();
    let because = strategy.statistics.first().map(|s| s.last_reason.clone()).unwrap_or_default();
    vec![
        text(&*strategy.name),
        Value { tone, ..text(switch) },
        text(signals.join(", ")),
        profit(&strategy.total_profit),
        number(format::count(strategy.trades)),
        text(because),
    ]
}

fn trade(trade: &Trade) -> Vec<Value> {
    vec![
        text(format::utc(trade.closed_at.as_ref())),
        text(&*trade.symbol),
        profit(&trade.profit),
        profit(&trade.profit_pct),
        text(words::exit_reason(trade.exit_reason)),
        number(format::quantity(&trade.quantity)),
        number(format::price(&trade.entry_price)),
        number(format::price(&trade.exit_price)),
    ]
}

/// A tone as the terminal shows it.
#[must_use]
pub fn paint(tone: Tone, colour: bool) -> Style {
    let hue = match tone {
        Tone::Plain => return Style::new(),
        Tone::Good => Color::Green,
        Tone::Warn => Color::Yellow,
        Tone::Bad => Color::Red,
    };
    // Without colour what is bad still stands out.
    match (colour, tone) {
        (true, _) => Style::new().fg(hue),
        (false, Tone::Bad) => Style::new().add_modifier(Modifier::BOLD),
        (false, _) => Style::new(),
    }
}

/// Draws a pane and bounds how far it is scrolled.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    content: Content,
    focus: Option<&mut usize>,
    colour: bool,
) {
    if area.height == 0 || area.width < 4 {
        return;
    }
    let room = usize::from(area.height).saturating_sub(2);
    let last = content.rows.len().saturating_sub(room);
    let focused = focus.is_some();
    let scroll = focus.map_or(0, |scroll| {
        *scroll = (*scroll).min(last);
        *scroll
    });
    frame.render_widget(
        title(&content, focused, scroll, room, area.width),
        Rect { height: 1, ..area },
    );
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if content.rows.is_empty() {
        frame.render_widget(Paragraph::new(content.empty).style(Modifier::DIM), below);
        return;
    }
    let widths = widths(&content, area.width);
    let headings = content.headings.iter().take(widths.len()).enumerate();
    let right = |column: usize| content.rows[0][column].right;
    let head = headings
        .map(|(i, heading)| cell(heading, right(i), Style::new().add_modifier(Modifier::DIM)));
    let head = Row::new(head.collect::<Vec<_>>());
    let shown = content.rows.iter().skip(scroll).take(room);
    let rows = shown.map(|row| {
        let cells = row.iter().take(widths.len());
        Row::new(cells.map(|v| cell(&v.text, v.right, paint(v.tone, colour))).collect::<Vec<_>>())
    });
    let rows: Vec<Row<'_>> = rows.collect();
    let constraints = widths.iter().map(|width| Constraint::Length(*width));
    frame.render_widget(Table::new(rows, constraints).header(head).column_spacing(2), below);
}

fn cell(value: &str, right: bool, style: Style) -> Cell<'static> {
    let alignment = if right { Alignment::Right } else { Alignment::Left };
    Cell::from(Text::from(value.to_owned()).alignment(alignment)).style(style)
}

/// `─ positions 3 ─────`, with the rows shown when not all are.
fn title(
    content: &Content,
    focused: bool,
    scroll: usize,
    room: usize,
    width: u16,
) -> Paragraph<'static> {
    let rows = content.rows.len();
    let part = match rows > room && room > 0 {
        true => format!(" ({} to {})", scroll + 1, (scroll + room).min(rows)),
        false => String::new(),
    };
    let (mark, style) = match focused {
        true => ("▶", Style::new().add_modifier(Modifier::BOLD)),
        false => ("─", Style::new()),
    };
    let text = format!("{mark} {}{part} ", content.title);
    let rest = usize::from(width).saturating_sub(text.chars().count());
    Paragraph::new(Line::from(vec![
        Span::styled(text, style),
        Span::styled("─".repeat(rest), Style::new().add_modifier(Modifier::DIM)),
    ]))
}

/// A column that has to be cut off further is left out.
const READABLE: usize = 12;

/// Widths of the columns that fit, from the left; the last of them may be cut off.
fn widths(content: &Content, width: u16) -> Vec<u16> {
    let (mut widths, mut left) = (Vec::new(), usize::from(width));
    for (column, heading) in content.headings.iter().enumerate() {
        let widest = content.rows.iter().map(|row| row[column].text.chars().count()).max();
        let wanted = widest.unwrap_or(0).max(heading.chars().count());
        let last = column + 1 == content.headings.len();
        let given = if last { wanted.min(left) } else { wanted };
        if given > left || (given < wanted && given < READABLE) {
            break;
        }
        widths.push(u16::try_from(given).unwrap_or(width));
        left = left.saturating_sub(given + 2);
    }
    if widths.is_empty() { vec![width] } else { widths }
}

/// How old something is, for the header.
#[must_use]
pub fn age(seconds: u64) -> String {
    format::span(Duration::from_secs(seconds))
}
