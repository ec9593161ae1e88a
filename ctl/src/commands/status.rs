//! `status`: the state of everything on one page.

use super::{Context, emergency};
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, panel, text};
use crate::output::{format, words};
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::{GetStatusRequest, GetStatusResponse, TradingMode};

/// Shows the daemon's status.
pub async fn status(context: &Context<'_>) -> Result<(), Failure> {
    let answer = fetch(context).await?;
    context.out.answer(&answer, table)
}

/// The status.
pub async fn fetch(context: &Context<'_>) -> Result<GetStatusResponse, Failure> {
    context
        .client
        .read(GetStatusRequest {}, async |c, r| SystemServiceClient::new(c).get_status(r).await)
        .await
}

fn table(answer: &GetStatusResponse, style: Style) -> String {
    let mut lines = vec![
        ("daemon", daemon(answer)),
        ("trading", trading(answer)),
        ("entries", entries(answer)),
        ("market", market(answer)),
        ("equity", money(answer, style)),
        ("open", text(open(answer))),
        ("strategies", text(strategies(answer))),
        ("engine", text(engine(answer))),
        ("journal", text(format!("sequence {} of store {}", answer.sequence, answer.store_id))),
    ];
    let names: Vec<String> =
        answer.components.iter().map(|component| format!("  {}", component.name)).collect();
    lines.push(("health", health(answer)));
    for (name, component) in names.iter().zip(&answer.components) {
        let word = if component.serving { "ok" } else { "NOT SERVING" };
        let age = match format::proto_span(component.age.as_ref()).as_str() {
            format::NONE => String::new(),
            shown => format!(", seen {shown} ago"),
        };
        let detail = match component.detail.as_str() {
            "" => String::new(),
            shown => format!(": {shown}"),
        };
        let tone = if component.serving { Tone::Plain } else { Tone::Bad };
        lines.push((name, text(format!("{word}{detail}{age}")).tone(tone)));
    }
    panel(style, lines)
}

fn daemon(answer: &GetStatusResponse) -> Field {
    let live = answer.mode == i32::from(TradingMode::Live);
    text(format!(
        "tradingd {}, {} trading, up {} (since {} UTC)",
        answer.version,
        words::mode(answer.mode),
        format::proto_span(answer.uptime.as_ref()),
        format::utc(answer.started_at.as_ref())
    ))
    .tone(if live { Tone::Warn } else { Tone::Plain })
}

fn trading(answer: &GetStatusResponse) -> Field {
    let Some(state) = &answer.trading_state else { return text("") };
    let mut line = words::trading_state(state.state).to_uppercase();
    if state.frozen {
        line.push_str(" and FROZEN, protection suspended");
    }
    line.push_str(&format!(" (epoch {}", state.epoch));
    if state.since.is_some() {
        // Engine time against market time: in a replay the wall clock tells nothing.
        let held = format::held(state.since.as_ref(), answer.data_time.as_ref());
        line.push_str(&format!(", since {} UTC", format::utc(state.since.as_ref())));
        if held != format::NONE {
            line.push_str(&format!(", for {held}"));
        }
    }
    line.push(')');
    if !state.cause.is_empty() {
        line.push_str(&format!(": {}", state.cause));
    }
    text(line).tone(emergency::state_tone(state.state))
}

fn entries(answer: &GetStatusResponse) -> Field {
    if answer.entry_blocks.is_empty() {
        return text("allowed");
    }
    text(format!("denied: {}", answer.entry_blocks.join(", "))).tone(Tone::Warn)
}

fn market(answer: &GetStatusResponse) -> Field {
    let mut line = answer.source_detail.clone();
    if !answer.progress_pct.is_empty() {
        line.push_str(&format!(", {} % done", format::fixed(&answer.progress_pct, 1)));
    }
    if answer.source_finished {
        line.push_str(", finished");
    }
    line.push_str(&format!(
        "; at {} UTC, last row {} ago",
        format::utc(answer.data_time.as_ref()),
        format::proto_span(answer.data_age.as_ref())
    ));
    text(line)
}

/// Equity with its changes; colour for the whole line follows the day.
fn money(answer: &GetStatusResponse, style: Style) -> Field {
    let unit = &answer.quote_asset;
    let line = format!(
        "{} {unit}, return {} %, today {} {unit}, drawdown {} %",
        format::fixed(&answer.equity, 2),
        format::signed(&answer.return_pct, 2),
        format::signed(&answer.day_profit, 2),
        format::fixed(&answer.drawdown_pct, 2)
    );
    let tone = if style.colour { Tone::of_profit(&answer.day_profit) } else { Tone::Plain };
    text(line).tone(tone)
}

fn open(answer: &GetStatusResponse) -> String {
    format!(
        "{}, {}",
        counted(u64::from(answer.open_positions), "position"),
        counted(u64::from(answer.open_orders), "order")
    )
}

fn strategies(answer: &GetStatusResponse) -> String {
    format!(
        "{} of {} on, deciding every {} on {}",
        answer.strategies_enabled,
        answer.strategies_total,
        answer.signal_interval,
        answer.symbols.join(", ")
    )
}

fn engine(answer: &GetStatusResponse) -> String {
    format!(
        "{}, {}, last row took {}",
        counted(answer.bars, "candle"),
        counted(answer.decisions, "decision"),
        format::proto_span(answer.last_cycle.as_ref())
    )
}

fn health(answer: &GetStatusResponse) -> Field {
    let ill = answer.components.iter().filter(|component| !component.serving).count();
    match (ill, answer.components.len()) {
        (_, 0) => text(""),
        (0, _) => text("ok").tone(Tone::Good),
        (ill, all) => text(format!("{ill} of {all} not serving")).tone(Tone::Bad),
    }
}

/// A number with its noun in the right form.
fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", format::count(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_types::{Duration, Timestamp};
    use tradingd_proto::v1::{ComponentHealth, TradingState, TradingStateInfo};

    fn at(seconds: i64) -> Option<Timestamp> {
        Some(Timestamp { seconds, nanos: 0 })
    }

    fn lasting(seconds: i64, nanos: i32) -> Option<Duration> {
        Some(Duration { seconds, nanos })
    }

    fn answer() -> GetStatusResponse {
        GetStatusResponse {
            version: "0.1.0".to_owned(),
            store_id: "5f1c".to_owned(),
            mode: TradingMode::Paper.into(),
            trading_state: Some(TradingStateInfo {
                state: TradingState::Halted.into(),
                epoch: 3,
                since: at(1_769_868_300),
                cause: "anna: odd fills".to_owned(),
                frozen: false,
            }),
            source_detail: "replay BTCUSDT 1m at 60x".to_owned(),
            data_time: at(1_769_868_600),
            data_age: lasting(1, 0),
            progress_pct: "42.13".to_owned(),
            sequence: 1234,
            started_at: at(1_800_000_000),
            uptime: lasting(11_000, 0),
            components: vec![
                ComponentHealth {
                    name: "engine".to_owned(),
                    serving: true,
                    detail: String::new(),
                    age: lasting(0, 12_000_000),
                },
                ComponentHealth {
                    name: "data".to_owned(),
                    serving: false,
                    detail: "stale".to_owned(),
                    age: lasting(90, 0),
                },
            ],
            bars: 1440,
            decisions: 1,
            last_cycle: lasting(0, 85_000),
            symbols: vec!["BTC/USDT".to_owned()],
            signal_interval: "1m".to_owned(),
            equity: "10012.345".to_owned(),
            quote_asset: "USDT".to_owned(),
            day_profit: "3.2".to_owned(),
            drawdown_pct: "0.4".to_owned(),
            open_positions: 1,
            strategies_enabled: 3,
            strategies_total: 5,
            entry_blocks: vec!["trading_state".to_owned()],
            return_pct: "0.12".to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn the_panel_tells_everything_in_a_few_lines() {
        assert_eq!(
            table(&answer(), Style { colour: false }),
            "\
daemon      tradingd 0.1.0, paper trading, up 3h 3m (since 2027-01-15 08:00:00 UTC)
trading     HALTED (epoch 3, since 2026-01-31 14:05:00 UTC, for 5m): anna: odd fills
entries     denied: trading_state
market      replay BTCUSDT 1m at 60x, 42.1 % done; at 2026-01-31 14:10:00 UTC, last row 1s ago
equity      10,012.34 USDT, return +0.12 %, today +3.20 USDT, drawdown 0.40 %
open        1 position, 0 orders
strategies  3 of 5 on, deciding every 1m on BTC/USDT
engine      1,440 candles, 1 decision, last row took 85µs
journal     sequence 1234 of store 5f1c
health      1 of 2 not serving
  engine    ok, seen 12ms ago
  data      NOT SERVING: stale, seen 1m 30s ago"
        );
    }

    #[test]
    fn a_freeze_stands_beside_the_state() {
        let mut frozen = answer();
        if let Some(state) = &mut frozen.trading_state {
            state.frozen = true;
        }
        let shown = table(&frozen, Style { colour: false });
        assert!(shown.contains("HALTED and FROZEN, protection suspended (epoch 3"), "{shown}");
    }

    #[test]
    fn colour_marks_the_state_on_a_terminal() {
        let shown = table(&answer(), Style { colour: true });
        let line = shown.lines().find(|l| l.contains("HALTED")).expect("the state");
        assert!(line.contains("\u{1b}["), "{line:?}");
    }
}
