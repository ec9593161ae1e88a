//! `alerts`: what somebody should look at, and saying that one has.

use super::{Context, next_page};
use crate::cli::{AlertSeverityFilter, AlertStateFilter, AlertsArgs};
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, number, panel, rows, text};
use crate::output::{format, words};
use crate::random::request_id;
use tradingd_proto::v1::alert_service_client::AlertServiceClient;
use tradingd_proto::v1::{
    AckAlertRequest, AckAlertResponse, Alert, AlertChanged, AlertSeverity, AlertState,
    GetAlertRequest, GetAlertResponse, ListAlertsRequest, ListAlertsResponse,
};

/// Lists alerts, newest first.
pub async fn list(context: &Context<'_>, args: AlertsArgs) -> Result<(), Failure> {
    let limit = args.limit as usize;
    let mut request = ListAlertsRequest {
        states: states(&args).into_iter().map(Into::into).collect(),
        min_severity: args.severity.map_or(AlertSeverity::Unspecified, severity).into(),
        since: args.since,
        page_size: next_page(limit, 0),
        page_token: String::new(),
    };
    let mut answer = fetch(context, request.clone()).await?;
    while !answer.next_page_token.is_empty() && answer.alerts.len() < limit {
        request.page_size = next_page(limit, answer.alerts.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.alerts.extend(page.alerts);
        answer.next_page_token = page.next_page_token;
    }
    context.out.list(&answer, answer.alerts.len(), "no alerts", table)?;
    if !answer.next_page_token.is_empty() && !context.out.is_json() {
        context.out.say("there are more; see --limit");
    }
    Ok(())
}

async fn fetch(
    context: &Context<'_>,
    request: ListAlertsRequest,
) -> Result<ListAlertsResponse, Failure> {
    context.client.read(request, async |c, r| AlertServiceClient::new(c).list_alerts(r).await).await
}

/// Shows one alert.
pub async fn get(context: &Context<'_>, id: u64) -> Result<(), Failure> {
    let answer = context
        .client
        .read(GetAlertRequest { id }, async |c, r| AlertServiceClient::new(c).get_alert(r).await)
        .await?;
    context.out.answer(&answer, |answer: &GetAlertResponse, style| {
        answer.alert.as_ref().map(|alert| one(alert, style)).unwrap_or_default()
    })
}

/// Says that somebody has seen it.
pub async fn ack(
    context: &Context<'_>,
    id: u64,
    note: String,
    dry_run: bool,
) -> Result<(), Failure> {
    let request =
        AckAlertRequest { id, note, request_id: request_id()?, dry_run, plan_id: String::new() };
    let answer = context
        .client
        .mutate(request, async |c, r| AlertServiceClient::new(c).ack_alert(r).await)
        .await?;
    context.out.answer(&answer, acknowledged)
}

fn acknowledged(answer: &AckAlertResponse, _: Style) -> String {
    if let Some(plan) = &answer.plan {
        let line = |c: &tradingd_proto::v1::PlannedChange| {
            format!("would change {}: {} -> {}", c.what, c.before, c.after)
        };
        return plan.changes.iter().map(line).collect::<Vec<_>>().join("\n");
    }
    let alert = answer.alert.clone().unwrap_or_default();
    format!("alert {} ({}) is {}", alert.id, alert.title, words::alert_state(alert.state))
}

fn states(args: &AlertsArgs) -> Vec<AlertState> {
    if args.all {
        return Vec::new();
    }
    if args.state.is_empty() {
        return vec![AlertState::Open, AlertState::Acknowledged];
    }
    let state = |filter: &AlertStateFilter| match filter {
        AlertStateFilter::Open => AlertState::Open,
        AlertStateFilter::Acknowledged => AlertState::Acknowledged,
        AlertStateFilter::Resolved => AlertState::Resolved,
    };
    args.state.iter().map(state).collect()
}

const fn severity(filter: AlertSeverityFilter) -> AlertSeverity {
    match filter {
        AlertSeverityFilter::Info => AlertSeverity::Info,
        AlertSeverityFilter::Warning => AlertSeverity::Warning,
        AlertSeverityFilter::Critical => AlertSeverity::Critical,
    }
}

fn shown_severity(alert: &Alert) -> Field {
    let tone = match alert.severity() {
        AlertSeverity::Critical => Tone::Bad,
        AlertSeverity::Warning => Tone::Warn,
        AlertSeverity::Unspecified | AlertSeverity::Info => Tone::Plain,
    };
    text(words::severity(alert.severity)).tone(tone)
}

fn table(answer: &ListAlertsResponse, style: Style) -> String {
    let headings = ["id", "severity", "state", "last (UTC)", "times", "what"];
    let line = |alert: &Alert| {
        vec![
            number(alert.id.to_string()),
            shown_severity(alert),
            text(words::alert_state(alert.state)),
            text(format::utc(alert.last_at.as_ref())),
            number(format::count(alert.count)),
            text(format!("{}: {}", alert.title, alert.text)),
        ]
    };
    rows(style, &headings, answer.alerts.iter().map(line).collect())
}

fn one(alert: &Alert, style: Style) -> String {
    panel(
        style,
        vec![
            ("alert", text(alert.id.to_string())),
            ("severity", shown_severity(alert)),
            ("code", text(&*alert.code)),
            ("what", text(&*alert.title)),
            ("text", text(&*alert.text)),
            ("what to do", text(&*alert.hint)),
            ("state", text(words::alert_state(alert.state))),
            ("first", text(format::utc(alert.first_at.as_ref()))),
            ("last", text(format::utc(alert.last_at.as_ref()))),
            ("times", text(format::count(alert.count))),
            ("symbol", text(&*alert.symbol)),
            ("strategy", text(&*alert.strategy)),
            ("seen by", text(&*alert.acknowledged_by)),
            ("note", text(&*alert.acknowledge_note)),
            ("sent again", text(alert.escalations.to_string()).unit("times")),
        ],
    )
}

/// One change of an alert on one line, for `watch` and `alerts tail`.
pub fn change_line(changed: &AlertChanged) -> String {
    let alert = changed.alert.clone().unwrap_or_default();
    let by = match alert.acknowledged_by.as_str() {
        "" => String::new(),
        user => format!(" by {user}"),
    };
    format!(
        "{} {} {} {}{by}: {}",
        alert.id,
        words::severity(alert.severity),
        alert.code,
        changed.change,
        alert.text
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false };

    fn alert() -> Alert {
        Alert {
            id: 3,
            severity: AlertSeverity::Critical.into(),
            code: "drawdown_limit".to_owned(),
            title: "drawdown limit reached".to_owned(),
            text: "drawdown of 15 % reached its limit of 15 %".to_owned(),
            hint: "botctl risk".to_owned(),
            state: AlertState::Open.into(),
            last_at: Some(prost_types::Timestamp { seconds: 1_769_868_300, nanos: 0 }),
            count: 1_204,
            ..Default::default()
        }
    }

    #[test]
    fn alerts_are_a_line_each() {
        let answer = ListAlertsResponse { alerts: vec![alert()], ..Default::default() };
        assert_eq!(
            table(&answer, PLAIN),
            "\
id  severity  state  last (UTC)           times  what
 3  critical  open   2026-01-31 14:05:00  1,204  drawdown limit reached: drawdown of 15 % reached its limit of 15 %"
        );
        let shown = one(&alert(), PLAIN);
        assert!(shown.contains("what to do  botctl risk"), "{shown}");
        assert!(!shown.contains("symbol"), "{shown}");
    }

    #[test]
    fn changes_name_who_and_what() {
        let alert = Some(Alert { acknowledged_by: "anna".to_owned(), ..alert() });
        let line = change_line(&AlertChanged { change: "acknowledged".to_owned(), alert });
        assert_eq!(
            line,
            "3 critical drawdown_limit acknowledged by anna: drawdown of 15 % reached its limit of 15 %"
        );
    }

    #[test]
    fn what_is_over_is_not_listed_unless_asked_for() {
        let wanted = |args: AlertsArgs| states(&args).len();
        assert_eq!(wanted(AlertsArgs::default()), 2);
        assert_eq!(wanted(AlertsArgs { all: true, ..Default::default() }), 0);
        let resolved = vec![AlertStateFilter::Resolved];
        assert_eq!(wanted(AlertsArgs { state: resolved, ..Default::default() }), 1);
    }
}
