//! The run's report as JSON and as a few lines for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use tradingd_proto::v1;

/// The report as a JSON object: amounts are decimal text, keyed by asset.
#[must_use]
pub fn json(report: &v1::GetReportResponse) -> serde_json::Value {
    let amounts = |list: &[v1::AssetAmount]| -> serde_json::Value {
        list.iter()
            .map(|a| (a.asset.clone(), serde_json::Value::from(a.amount.clone())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    serde_json::json!({
        "bars": report.bars,
        "decisions": report.decisions,
        "orders": report.orders,
        "fills": report.fills,
        "trades": report.trades,
        "win_rate_pct": report.win_rate_pct,
        "fees": amounts(&report.fees),
        "opening": amounts(&report.opening),
        "closing": amounts(&report.closing),
        "final_equity": report.final_equity,
        "return_pct": report.return_pct,
        "max_drawdown_pct": report.max_drawdown_pct,
        "events": report.events,
        "event_log_sha256": report.event_log_sha256,
        "skipped_rows": report.skipped_rows,
        "skipped_by_reason": report.skipped_by_reason.iter().collect::<BTreeMap<_, _>>(),
        "first_time_us": report.first_time.as_ref().map(micros),
        "last_time_us": report.last_time.as_ref().map(micros),
        "finished": report.finished,
    })
}

fn micros(at: &tradingd_proto::prost_types::Timestamp) -> i64 {
    crate::convert::from_time(at).unwrap_or_default().micros()
}

/// The report for people.
#[must_use]
pub fn lines(report: &v1::GetReportResponse) -> String {
    let list = |amounts: &[v1::AssetAmount]| {
        let parts: Vec<String> =
            amounts.iter().map(|a| format!("{} {}", a.amount, a.asset)).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    };
    let mut text = String::from("run report\n");
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<16} {value}");
    };
    line("bars", format!("{} ({} rows left out)", report.bars, report.skipped_rows));
    for (reason, count) in report.skipped_by_reason.iter().collect::<BTreeMap<_, _>>() {
        line("  left out", format!("{count} {reason}"));
    }
    line("decisions", report.decisions.to_string());
    line("orders / fills", format!("{} / {}", report.orders, report.fills));
    line("trades", format!("{}, {} % won", report.trades, report.win_rate_pct));
    line("fees", list(&report.fees));
    line("opening", list(&report.opening));
    line("closing", list(&report.closing));
    line("final equity", report.final_equity.clone());
    line("return", format!("{} %", report.return_pct));
    line("max drawdown", format!("{} %", report.max_drawdown_pct));
    line("events", format!("{}, sha256 {}", report.events, report.event_log_sha256));
    text
}

/// Writes the report to a file, whole or not at all.
///
/// # Errors
/// The file can't be written.
pub fn write(path: &Path, report: &v1::GetReportResponse) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let text = serde_json::to_string_pretty(&json(report)).map_err(std::io::Error::other)?;
    std::fs::write(&part, text + "\n")?;
    std::fs::rename(&part, path)
}
