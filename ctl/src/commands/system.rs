//! `report`, `version` and `health`.

use super::Context;
use crate::cli::HealthArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::table::{Style, panel, profit, text};
use crate::output::{self, format, json};
use crate::version::Distance;
use serde_json::json;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tradingd_proto::PROTOCOL_VERSION;
use tradingd_proto::v1::system_service_client::SystemServiceClient;
use tradingd_proto::v1::{
    AssetAmount, Counter, GetReportRequest, GetReportResponse, GetVersionRequest,
};

/// Version of this botctl.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Shows the run's report so far.
pub async fn report(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(GetReportRequest {}, async |c, r| SystemServiceClient::new(c).get_report(r).await)
        .await?;
    context.out.answer(&answer, report_table)
}

fn report_table(answer: &GetReportResponse, style: Style) -> String {
    let percent = |value: &str| text(format::fixed(value, 2)).unit("%");
    let time = |t: Option<&prost_types::Timestamp>| text(format::utc(t)).unit("UTC");
    let number = |value: u64| text(format::count(value));
    let lines = vec![
        ("from", time(answer.first_time.as_ref())),
        ("to", time(answer.last_time.as_ref())),
        ("finished", text(if answer.finished { "yes" } else { "no, the source goes on" })),
        ("candles", number(answer.bars)),
        ("decisions", number(answer.decisions)),
        ("orders", number(answer.orders)),
        ("fills", number(answer.fills)),
        ("trades", number(answer.trades)),
        ("win rate", percent(&answer.win_rate_pct)),
        ("final equity", text(format::fixed(&answer.final_equity, 2))),
        ("return", profit(&answer.return_pct, 2).unit("%")),
        ("worst drawdown", percent(&answer.max_drawdown_pct)),
        ("fees", text(amounts(&answer.fees))),
        ("opening", text(amounts(&answer.opening))),
        ("closing", text(amounts(&answer.closing))),
        ("skipped rows", number(answer.skipped_rows)),
        ("events", number(answer.events)),
        ("event log SHA-256", text(&*answer.event_log_sha256)),
    ];
    let report = panel(style, lines);
    if answer.counters.is_empty() {
        return report;
    }
    let line = |counter: &Counter| {
        let since = if counter.since_start { "the start" } else { "the opening" };
        vec![
            text(&*counter.name),
            output::table::number(format::count(counter.value)),
            text(since),
            text(&*counter.meaning),
        ]
    };
    let headings = ["counter", "value", "since", "meaning"];
    let counters =
        output::table::rows(style, &headings, answer.counters.iter().map(line).collect());
    format!("{report}\n\n{counters}")
}

fn amounts(amounts: &[AssetAmount]) -> String {
    let parts: Vec<String> =
        amounts.iter().map(|a| format!("{} {}", format::quantity(&a.amount), a.asset)).collect();
    parts.join(", ")
}

/// Shows the versions of botctl and of the daemon; botctl's also when the daemon is away.
pub async fn version(context: &Context<'_>) -> Result<(), Failure> {
    let asked = context
        .client
        .public(GetVersionRequest {}, async |c, r| SystemServiceClient::new(c).get_version(r).await)
        .await;
    if context.out.is_json() {
        let daemon = asked.as_ref().ok().map(json::of).transpose()?;
        context.out.json(&json!({"botctl": {"version": VERSION}, "daemon": daemon}))?;
        return asked.map(|_| ());
    }
    context.out.text(&format!("botctl    {VERSION}"))?;
    let daemon = asked?;
    let (version, protocol, build) = (daemon.version, daemon.protocol, daemon.build);
    context.out.text(&format!("tradingd  {version} ({protocol}, {build})"))?;
    if !daemon.protocol_version.is_empty() {
        context
            .out
            .text(&format!("protocol  {} (botctl {PROTOCOL_VERSION})", daemon.protocol_version))?;
    }
    if !daemon.ca_fingerprint.is_empty() {
        context.out.text(&format!("authority {}", daemon.ca_fingerprint))?;
    }
    match crate::version::distance(&daemon.protocol_version) {
        Distance::Incompatible(text) => Err(Failure::version_unsupported(text)),
        Distance::None | Distance::Apart(_) => Ok(()),
    }
}

/// Asks the standard health service.
pub async fn health(context: &Context<'_>, args: HealthArgs) -> Result<Exit, Failure> {
    let request = HealthCheckRequest { service: args.service.clone() };
    let answer =
        context.client.public(request, async |c, r| HealthClient::new(c).check(r).await).await?;
    let status = answer.status();
    if context.out.is_json() {
        context.out.json(&json!({"service": args.service, "status": status.as_str_name()}))?;
    } else {
        context.out.text(&status.as_str_name().to_lowercase().replace('_', " "))?;
    }
    Ok(if status == ServingStatus::Serving { Exit::Done } else { Exit::Refused })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_units() {
        let answer = GetReportResponse {
            bars: 10_000,
            trades: 3,
            fees: vec![
                AssetAmount { asset: "BNB".to_owned(), amount: "0.0100".to_owned() },
                AssetAmount { asset: "USDT".to_owned(), amount: "12".to_owned() },
            ],
            final_equity: "10100.5".to_owned(),
            return_pct: "1.005".to_owned(),
            finished: true,
            counters: vec![Counter {
                name: "doubled_fills".to_owned(),
                value: 1_200,
                meaning: "executions that were told more than once".to_owned(),
                since_start: false,
            }],
            ..Default::default()
        };
        let shown = report_table(&answer, Style { colour: false });
        for line in [
            "finished      yes",
            "candles       10,000",
            "final equity  10,100.50",
            "return        +1.00 %",
            "fees          0.01 BNB, 12 USDT",
            "doubled_fills  1,200  the opening  executions that were told more than once",
        ] {
            assert!(shown.lines().any(|l| l == line), "{line:?} is missing in:\n{shown}");
        }
        assert!(!shown.contains("win rate"), "{shown}");
    }
}
