//! Draws the view: header, panes, footer and what lies over them.
//!
//! Every pane but that of the alerts is always there with at least a row; the one in focus has most of the room. Wide and
//! high terminals get two columns. Only reads the world, and writes back how far a pane is scrolled.

use super::keys::{Dialog, Pane, Ui};
use super::panes;
use super::world::{Link, World};
use crate::commands::emergency::state_tone;
use crate::output::table::Tone;
use crate::output::{format, words};
use ratatui::Frame;
use ratatui::layout::{Constraint, Flex, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Sparkline, Wrap};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use tradingd_proto::v1::TradingMode;

/// From these on there are two columns.
const TWO_COLUMNS: (u16, u16) = (150, 30);
/// Below these only a line is shown.
const SMALLEST: (u16, u16) = (40, 12);
/// Rows of the header.
const HEADER: u16 = 4;
/// A pane's title, headings and a row.
const PANE: u16 = 3;

/// Draws everything.
pub fn draw(frame: &mut Frame<'_>, world: &World, ui: &mut Ui) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return tiny(frame, area, world, ui);
    }
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(HEADER), Constraint::Fill(1), Constraint::Length(1)])
            .areas(area);
    header(frame, head, world, ui);
    if area.width >= TWO_COLUMNS.0 && area.height >= TWO_COLUMNS.1 {
        let [left, right] =
            Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).spacing(2).areas(body);
        column(
            frame,
            left,
            &[Pane::Positions, Pane::Orders, Pane::Alerts, Pane::Events],
            world,
            ui,
        );
        column(frame, right, &[Pane::Strategies, Pane::Trades], world, ui);
    } else {
        column(frame, body, &Pane::ALL, world, ui);
    }
    footer(frame, foot, world, ui);
    match ui.dialog {
        Dialog::None => {}
        Dialog::Help => over(frame, " keys ", HELP),
        Dialog::Stop => over(frame, " stop trading? ", &stop_question(world)),
    }
}

const HELP: &str = "\
tab, shift-tab   next pane, previous pane
up, down         scroll the pane in focus
page up, down    scroll by ten
p                hold the view still, and go on
s                stop trading, after a question
q, ctrl-c        quit; the daemon goes on

Any key closes this.";

fn stop_question(world: &World) -> String {
    format!(
        "Halt trading at {}?\n\nNo entry and no strategy order until resume. Working entries are \
         cancelled; protection stays and may still fire.\n\ny: stop    any other key: no",
        world.addr
    )
}

/// What is left when there is no room.
fn tiny(frame: &mut Frame<'_>, area: Rect, world: &World, ui: &Ui) {
    let text = match ui.dialog {
        Dialog::Stop => "stop? y: yes".to_owned(),
        _ => format!("{} {}", state(world).0, format::fixed(&world.status.equity, 2),),
    };
    frame.render_widget(
        Paragraph::new(format!("{text}\ntoo small")).wrap(Wrap { trim: true }),
        area,
    );
}

/// The trading state in capitals, with its tone.
fn state(world: &World) -> (String, Tone) {
    let state = world.status.trading_state.clone().unwrap_or_default();
    let frozen = if state.frozen { ", FROZEN" } else { "" };
    (
        format!("{}{frozen}", words::trading_state(state.state).to_uppercase()),
        state_tone(state.state),
    )
}

fn header(frame: &mut Frame<'_>, area: Rect, world: &World, ui: &Ui) {
    let wide = area.width >= 100;
    let curve = if wide { Constraint::Fill(1) } else { Constraint::Length(area.width / 4) };
    let figures = if wide { Constraint::Length(72) } else { Constraint::Fill(1) };
    let [top, below] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let [left, right] = Layout::horizontal([figures, curve]).spacing(1).areas(below);
    frame.render_widget(Paragraph::new(first_line(world, ui)), top);
    frame.render_widget(Paragraph::new(vec![money(world), account(world), warnings(world)]), left);
    sparkline(frame, right, world);
}

fn first_line(world: &World, ui: &Ui) -> Line<'static> {
    let tone = |tone| panes::paint(tone, world.colour).add_modifier(Modifier::BOLD);
    let (word, state_tone) = state(world);
    let live = world.status.mode() == TradingMode::Live;
    let mode = words::mode(world.status.mode);
    let mode = if live { mode.to_uppercase() } else { mode };
    let (link, link_tone) = match &world.link {
        Link::Live => ("connected".to_owned(), Tone::Good),
        Link::Connecting => ("connecting".to_owned(), Tone::Warn),
        Link::Lost(why) => (format!("NO CONNECTION: {why}"), Tone::Bad),
    };
    let mut spans = vec![
        Span::styled(word, tone(state_tone)),
        Span::raw("  "),
        Span::styled(mode, tone(if live { Tone::Warn } else { Tone::Plain })),
        Span::raw(format!("  {}  ", world.status.source_detail)),
        Span::styled(link, panes::paint(link_tone, world.colour)),
    ];
    if ui.paused {
        spans.insert(0, Span::styled("VIEW PAUSED  ", tone(Tone::Warn)));
    }
    clean(spans)
}

/// Texts of the daemon's must not steer the terminal.
fn clean(spans: Vec<Span<'static>>) -> Line<'static> {
    let clean = |span: Span<'static>| {
        let text: String = span.content.chars().filter(|c| !c.is_control()).collect();
        Span::styled(text, span.style)
    };
    Line::from(spans.into_iter().map(clean).collect::<Vec<_>>())
}

fn gain(label: &str, value: &str, unit: &str, colour: bool) -> [Span<'static>; 2] {
    let style = panes::paint(Tone::of_profit(value), colour);
    let shown = format!("{}{unit}  ", format::signed(value, 2));
    [Span::raw(format!("{label} ")), Span::styled(shown, style)]
}

fn money(world: &World) -> Line<'static> {
    let status = &world.status;
    let equity = format!("{} {}  ", format::fixed(&status.equity, 2), status.quote_asset);
    let mut spans =
        vec![Span::raw("equity "), Span::styled(equity, Style::new().add_modifier(Modifier::BOLD))];
    spans.extend(gain("today", &status.day_profit, "", world.colour));
    spans.extend(gain("return", &status.return_pct, " %", world.colour));
    clean(spans)
}

fn account(world: &World) -> Line<'static> {
    let (status, portfolio) = (&world.status, &world.portfolio);
    clean(vec![Span::raw(format!(
        "drawdown {} %  exposure {} %  strategies {}/{} on",
        format::fixed(&status.drawdown_pct, 2),
        format::fixed(&portfolio.exposure_pct, 1),
        status.strategies_enabled,
        status.strategies_total,
    ))])
}

/// The age of the data, and everything that needs a look.
fn warnings(world: &World) -> Line<'static> {
    let status = &world.status;
    let since = status.data_age.and_then(|age| u64::try_from(age.seconds).ok()).unwrap_or(0);
    let heard = world.heard.elapsed().as_secs();
    let data = if status.source_finished {
        "the replay is over".to_owned()
    } else {
        format!("data {} old", panes::age(since + heard))
    };
    let mut wrong: Vec<String> = status
        .components
        .iter()
        .filter(|component| !component.serving)
        .map(|component| format!("{}: {}", component.name, component.detail))
        .collect();
    if !status.entry_blocks.is_empty() {
        wrong.push(format!("entries denied by {}", status.entry_blocks.join(", ")));
    }
    let style = panes::paint(Tone::Bad, world.colour);
    clean(vec![Span::raw(format!("{data}  ")), Span::styled(wrong.join("; "), style)])
}

/// The equity curve, its lowest point on the ground; nothing before there are two points.
fn sparkline(frame: &mut Frame<'_>, area: Rect, world: &World) {
    let now = world.status.equity.parse::<Decimal>().ok();
    let past = world.curve.iter().filter_map(|point| point.equity.parse::<Decimal>().ok());
    let points: Vec<Decimal> = past.chain(now).collect();
    let heights = heights(&points, usize::from(area.width));
    frame.render_widget(
        Sparkline::default()
            .data(heights)
            .max(HEIGHT)
            .style(panes::paint(Tone::Good, world.colour)),
        area,
    );
}

/// Steps between the lowest and the highest point.
const HEIGHT: u64 = 100;

/// Heights of at most `width` bars, the newest last: each the last point of its span.
fn heights(points: &[Decimal], width: usize) -> Vec<u64> {
    let bars = width.min(points.len());
    if points.len() < 2 || bars == 0 {
        return Vec::new();
    }
    let chosen: Vec<Decimal> =
        (1..=bars).map(|bar| points[(bar * points.len()).div_ceil(bars) - 1]).collect();
    let low = chosen.iter().min().copied().unwrap_or_default();
    let span = chosen.iter().max().copied().unwrap_or_default() - low;
    let height = |point: &Decimal| {
        let share = if span.is_zero() { Decimal::ONE / Decimal::TWO } else { (point - low) / span };
        // The ground is one step high, so that the lowest point is seen too.
        1 + (share * Decimal::from(HEIGHT - 1)).to_u64().unwrap_or(0)
    };
    chosen.iter().map(height).collect()
}

/// Panes one below the other; the one in focus has what it needs before the others.
fn column(frame: &mut Frame<'_>, area: Rect, panes: &[Pane], world: &World, ui: &mut Ui) {
    // Alerts take room only while there are some, or somebody looks for them.
    let wanted = |pane: &&Pane| {
        **pane != Pane::Alerts || ui.pane == Pane::Alerts || !world.alerts.is_empty()
    };
    let panes: Vec<Pane> = panes.iter().filter(wanted).copied().collect();
    let contents: Vec<_> = panes.iter().map(|pane| panes::content(*pane, world)).collect();
    let needs: Vec<u16> = contents
        .iter()
        .map(|content| u16::try_from(content.rows.len() + 2).unwrap_or(u16::MAX).max(PANE))
        .collect();
    let focus = panes.iter().position(|pane| *pane == ui.pane);
    let heights = allot(area.height, &needs, focus);
    let areas = Layout::vertical(heights.into_iter().map(Constraint::Length)).split(area);
    for ((pane, content), area) in panes.iter().zip(contents).zip(areas.iter()) {
        let focus = (*pane == ui.pane).then_some(&mut ui.scroll);
        panes::draw(frame, *area, content, focus, world.colour);
    }
}

/// Heights of panes that need so many rows: each has [`PANE`] while there is room, then the one in
/// focus has what it needs, then the others a row each in turn; what nobody needs stays below.
fn allot(height: u16, needs: &[u16], focus: Option<usize>) -> Vec<u16> {
    let mut heights = vec![0; needs.len()];
    let mut left = height;
    let order: Vec<usize> = focus.into_iter().chain(0..needs.len()).collect();
    let mut give = |heights: &mut Vec<u16>, pane: usize, rows: u16| {
        let rows = rows.saturating_sub(heights[pane]).min(left);
        heights[pane] += rows;
        left -= rows;
        rows > 0
    };
    for pane in &order {
        give(&mut heights, *pane, PANE);
    }
    if let Some(pane) = focus {
        give(&mut heights, pane, needs[pane]);
    }
    let mut given = true;
    while given {
        given = false;
        for (pane, need) in needs.iter().enumerate() {
            let next = heights[pane].saturating_add(1).min(*need);
            given |= give(&mut heights, pane, next);
        }
    }
    heights
}

fn footer(frame: &mut Frame<'_>, area: Rect, world: &World, ui: &Ui) {
    let pause = if ui.paused { "p go on" } else { "p pause view" };
    let keys = format!("tab pane  ↑↓ scroll  {pause}  s stop  ? help  q quit");
    let room = usize::from(area.width).saturating_sub(keys.chars().count() + 2);
    let addr = world.addr.trim_start_matches("http://");
    let said = if world.said.is_empty() { addr } else { &world.said };
    let said: String = said.chars().filter(|c| !c.is_control()).take(room).collect();
    let gap = " ".repeat(
        usize::from(area.width).saturating_sub(keys.chars().count() + said.chars().count()),
    );
    let line = Line::from(format!("{keys}{gap}{said}")).style(Modifier::REVERSED);
    frame.render_widget(line, area);
}

/// A box in the middle.
fn over(frame: &mut Frame<'_>, title: &str, text: &str) {
    let area = frame.area();
    let width = area.width.saturating_sub(4).min(64);
    let inner = usize::from(width.saturating_sub(4)).max(1);
    let lines: usize = text.lines().map(|line| line.chars().count().div_ceil(inner).max(1)).sum();
    let height = u16::try_from(lines + 3).unwrap_or(u16::MAX).min(area.height);
    let [area] = Layout::horizontal([Constraint::Length(width)]).flex(Flex::Center).areas(area);
    let [area] = Layout::vertical([Constraint::Length(height)]).flex(Flex::Center).areas(area);
    let block =
        Block::bordered().title(title.to_owned()).padding(ratatui::widgets::Padding::horizontal(1));
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(text.to_owned()).wrap(Wrap { trim: false }).block(block),
        area,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_goes_to_the_pane_in_focus_and_then_to_those_that_need_it() {
        for (height, needs, focus, heights) in [
            (19, vec![4, 10, 6, 43, 3], Some(0), vec![4, 4, 4, 4, 3]),
            (19, vec![14, 3, 3, 3, 3], Some(0), vec![7, 3, 3, 3, 3]),
            (19, vec![4, 10, 6, 43, 3], Some(3), vec![3, 3, 3, 7, 3]),
            (40, vec![4, 10, 6, 3, 3], Some(4), vec![4, 10, 6, 3, 3]),
            (7, vec![4, 10, 6, 3, 3], Some(4), vec![3, 1, 0, 0, 3]),
            (12, vec![9, 9], None, vec![6, 6]),
            (0, vec![9, 9], Some(1), vec![0, 0]),
        ] {
            assert_eq!(allot(height, &needs, focus), heights, "{height} {needs:?}");
        }
    }

    #[test]
    fn bars_stand_on_the_lowest_point_and_end_with_the_newest() {
        let points = |values: &[i64]| values.iter().map(|v| Decimal::from(*v)).collect::<Vec<_>>();
        assert_eq!(heights(&points(&[100, 104, 102, 110]), 80), [1, 40, 20, 100]);
        assert_eq!(heights(&points(&[1, 9, 9, 5, 9, 3]), 3), [100, 33, 1]);
        assert_eq!(heights(&points(&[5, 5, 5]), 9), [50, 50, 50]);
        assert!(heights(&points(&[5]), 9).is_empty() && heights(&points(&[1, 2]), 0).is_empty());
    }
}
