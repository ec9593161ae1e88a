//! `risk`: every limit of the gate with its use and headroom.

use super::Context;
use crate::failure::Failure;
use crate::output::table::{Style, number, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::risk_service_client::RiskServiceClient;
use tradingd_proto::v1::{Limit, ListLimitsRequest, ListLimitsResponse};

/// Lists limits, those of the account first.
pub async fn limits(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListLimitsRequest {}, async |c, r| RiskServiceClient::new(c).list_limits(r).await)
        .await?;
    context.out.list(&answer, answer.limits.len(), "no limits", table)
}

fn table(answer: &ListLimitsResponse, style: Style) -> String {
    let headings =
        ["limit", "of", "unit", "used", "limit is", "headroom", "used (%)", "now", "when reached"];
    let line = |limit: &Limit| {
        let state = match (limit.off, limit.blocking) {
            (true, _) => "off",
            (_, true) => "blocks entries",
            _ => "ok",
        };
        vec![
            text(&*limit.check),
            text(scope(limit)),
            text(&*limit.unit),
            number(format::quantity(&limit.used)),
            number(format::quantity(&limit.limit)),
            number(format::quantity(&limit.headroom)),
            number(format::quantity(&limit.used_pct)),
            text(state),
            text(words::limit_effect(limit.effect)),
        ]
    };
    rows(style, &headings, answer.limits.iter().map(line).collect())
}

/// The pair, strategy or sector that a limit is about.
fn scope(limit: &Limit) -> &str {
    [&limit.symbol, &limit.strategy, &limit.sector]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("-", |name| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::LimitEffect;

    #[test]
    fn limits_say_what_is_left() {
        let limit = Limit {
            check: "max_total_exposure".to_owned(),
            setting: "risk.max_total_exposure_pct".to_owned(),
            unit: "percent".to_owned(),
            limit: "60".to_owned(),
            used: "45".to_owned(),
            headroom: "15".to_owned(),
            used_pct: "75".to_owned(),
            effect: LimitEffect::DeniesEntry.into(),
            ..Limit::default()
        };
        let blocked = Limit { blocking: true, symbol: "BTCUSDT".to_owned(), ..limit.clone() };
        let off = Limit { off: true, ..limit.clone() };
        let sector = Limit { sector: "layer1".to_owned(), ..limit.clone() };
        let strategy = Limit { strategy: "macd".to_owned(), ..limit.clone() };
        let limits = vec![limit, blocked, off, sector, strategy];
        let answer = ListLimitsResponse { limits, ..Default::default() };
        let shown = table(&answer, Style { colour: false });
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 6, "{shown}");
        for (line, state) in lines[1..].iter().zip(["ok", "blocks entries", "off", "ok", "ok"]) {
            assert!(line.contains("max_total_exposure") && line.contains(state), "{line}");
            assert!(line.contains("denies entry"), "{line}");
        }
        for (line, name) in lines[2..].iter().zip(["BTCUSDT", " - ", "layer1", "macd"]) {
            assert!(line.contains(name), "{name}: {line}");
        }
    }
}
