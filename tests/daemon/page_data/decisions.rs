//! Decisions: counted and shown in short.

use super::finished;
use std::collections::{BTreeMap, BTreeSet};
use tradingd_proto::v1::*;
use tradingd_tests::daemon::client::{Api, micros};

pub(super) async fn decisions(api: &Api, request: ListDecisionsRequest) -> Vec<Decision> {
    let mut request = ListDecisionsRequest { page_size: 1_000, ..request };
    let mut found = Vec::new();
    loop {
        let answer = api.decisions().list_decisions(request.clone()).await.expect("answers");
        let answer = answer.into_inner();
        found.extend(answer.decisions);
        if answer.next_page_token.is_empty() {
            return found;
        }
        request.page_token = answer.next_page_token;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_counted_and_shown_in_short_as_they_were_taken() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (_daemon, api) = finished(folder.path()).await;
    let all = decisions(&api, ListDecisionsRequest::default()).await;
    let status = api.status().await;
    assert_eq!(all.len() as u64, status.decisions);
    let from = all[all.len() * 2 / 3].at;
    let to = all[all.len() / 3].at;
    let inside = |d: &&Decision| {
        let at = micros(d.at.as_ref());
        at >= micros(from.as_ref()) && at < micros(to.as_ref())
    };
    let spoke = |d: &Decision, who: &str| {
        let wants = |s: &StrategySignal| {
            [SignalAction::Buy, SignalAction::Sell].contains(&s.action()) && s.strategy == who
        };
        d.signals.iter().any(wants)
    };
    let strategies: BTreeSet<String> =
        all.iter().flat_map(|d| &d.signals).map(|s| s.strategy.clone()).collect();
    let reasons: BTreeSet<String> = all.iter().map(|d| d.reason.clone()).collect();
    assert!(reasons.len() > 3, "{reasons:?}");
    for who in strategies.iter().map(String::as_str).chain([""]) {
        let fits = |d: &&Decision| who.is_empty() || spoke(d, who);
        let wanted: Vec<&Decision> = all.iter().filter(inside).filter(fits).collect();
        let strategy = who.to_owned();
        let request =
            ListDecisionsRequest { from, to, strategy: strategy.clone(), ..Default::default() };
        let found = decisions(&api, request).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{who}");
        let mut counted: BTreeMap<(String, i32, String), u64> = BTreeMap::new();
        for d in &wanted {
            *counted.entry((d.symbol.clone(), d.result, d.reason.clone())).or_default() += 1;
        }
        let request = CountDecisionsRequest { from, to, strategy, ..Default::default() };
        let counts = api.decisions().count_decisions(request).await.expect("counts").into_inner();
        assert_eq!(counts.total, wanted.len() as u64, "{who}");
        let found: BTreeMap<_, _> = counts
            .counts
            .iter()
            .map(|c| ((c.symbol.clone(), c.result, c.reason.clone()), c.count))
            .collect();
        assert_eq!(found, counted, "{who}");
    }
    for reason in reasons {
        let reasons = vec![reason.clone()];
        let found = decisions(&api, ListDecisionsRequest { reasons, ..Default::default() }).await;
        assert_eq!(found.len(), all.iter().filter(|d| d.reason == reason).count(), "{reason}");
        assert!(found.iter().all(|d| d.reason == reason));
    }
    let request = ListDecisionsRequest { summary_only: true, ..Default::default() };
    let short = decisions(&api, request).await;
    assert_eq!(short.len(), all.len());
    for (short, whole) in short.iter().zip(&all) {
        let signal = |s: &StrategySignal| StrategySignal {
            strategy: s.strategy.clone(),
            action: s.action,
            enabled: s.enabled,
            ..Default::default()
        };
        let wanted = Decision {
            signals: whole.signals.iter().map(signal).collect(),
            buy_weight: 0.0,
            sell_weight: 0.0,
            sizing: None,
            risk: vec![],
            ..whole.clone()
        };
        assert_eq!(*short, wanted);
    }
    let request = ListDecisionsRequest { page_size: 1_001, ..Default::default() };
    let refused = api.decisions().list_decisions(request).await.expect_err("is refused");
    assert!(refused.message().contains("page_size"), "{refused:?}");
}
