//! `risk`: every limit of the gate with its use and headroom.

use super::Context;
use crate::failure::Failure;
use crate::output::table::{Style, number, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::risk_service_client::RiskServiceClient;
use tradingd_proto::v1::{Limit, ListLimitsRequest, ListLimitsResponse};

/// Lists limits, those of the account first.
pub async fn risk(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListLimitsRequest {}, async |c, r| RiskServiceClient::new(c).list_limits(r).await)
        .await?;
    context.out.list(&answer, answer.limits.len(), "no limits", table)
}

fn table(answer: &ListLimitsResponse, style: Style) -> String {
    let headings = [
        "limit",
        "symbol",
        "unit",
        "used",
        "limit is",
        "headroom",
        "used (%)",
        "now",
        "when reached",
    ];
    let line = |limit: &Limit| {
        let state = match (limit.off, limit.blocking) {
            (true, _) => "off",
            (_, true) => "blocks entries",
            _ => "ok",
        };
        vec![
            text(&*limit.check),
            text(if limit.symbol.is_empty() { "-" } else { &*limit.symbol }),
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
        let answer = ListLimitsResponse { limits: vec![limit, blocked, off], ..Default::default() };
        let shown = table(&answer, Style { colour: false });
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 4, "{shown}");
        for (line, state) in lines[1..].iter().zip(["ok", "blocks entries", "off"]) {
            assert!(line.contains("max_total_exposure") && line.contains(state), "{line}");
            assert!(line.contains("denies entry"), "{line}");
        }
        assert!(lines[2].contains("BTCUSDT"), "{shown}");
    }
}
