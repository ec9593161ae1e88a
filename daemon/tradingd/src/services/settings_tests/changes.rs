//! Changes as operators meet them: whole or not at all, kept over restarts, undone, told.

use super::world::{Market, World, settings, somebody, update};
use crate::control_plane::auth::Principal;
use std::path::Path;
use storage::JournalBody;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;
use tradingd_proto::v1::settings_service_server::SettingsService as _;
use tradingd_proto::v1::*;

/// Runs a start on `dir` with these flags while `work` is done, then ends it.
pub async fn with<T>(
    market: &Market,
    dir: &Path,
    flags: &[&str],
    work: impl AsyncFnOnce(&crate::services::Shared) -> T,
) -> T {
    let paced: Vec<&str> = flags.iter().copied().chain(["source.speed=1"]).collect();
    let world = World::open(settings(market, dir, &paced), somebody("admin").await).await;
    let World { shared, trader, .. } = world;
    let work = async {
        let found = work(&shared).await;
        shared.shutdown.cancel();
        found
    };
    let (found, end) = tokio::join!(work, trader.run());
    end.expect("a clean end");
    found
}

pub async fn set(
    shared: &crate::services::Shared,
    who: &Principal,
    id: &str,
    pairs: &[(&str, &str)],
) -> Result<UpdateSettingsResponse, Status> {
    shared.update_settings(update(who, id, pairs)).await.map(tonic::Response::into_inner)
}

async fn listed(shared: &crate::services::Shared, key: &str) -> Setting {
    let request = Request::new(ListSettingsRequest { prefix: key.to_owned() });
    let answer = shared.list_settings(request).await.expect("listed").into_inner();
    answer.settings.into_iter().find(|s| s.key == key).expect("known")
}

async fn rollback(
    shared: &crate::services::Shared,
    who: &Principal,
    id: &str,
    to_version: u64,
) -> Result<RollbackSettingsResponse, Status> {
    let mut request = Request::new(RollbackSettingsRequest {
        to_version,
        request_id: id.to_owned(),
        ..RollbackSettingsRequest::default()
    });
    request.extensions_mut().insert(who.clone());
    shared.rollback_settings(request).await.map(tonic::Response::into_inner)
}

fn told(changes: &[SettingChange]) -> Vec<String> {
    changes.iter().map(|c| format!("{} {} {}", c.key, c.before, c.after)).collect()
}

#[tokio::test]
async fn a_change_is_in_force_kept_and_told() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    with(&market, dir.path(), &[], async |shared| {
        let before = shared.trader.read().limits.clone();
        let pairs = [("risk.max_concurrent_positions", "2"), ("risk.stop_loss_pct", "3")];
        let answer = set(shared, &admin, "a", &pairs).await.expect("changed");
        assert_eq!(
            (answer.version, told(&answer.changes)),
            (2, vec!["risk.max_concurrent_positions 5 2".to_owned(),]),
            "what was so already is no change"
        );
        let limit = |limits: &[Limit]| {
            let found = limits.iter().find(|l| l.check == "max_concurrent_positions");
            found.expect("listed").limit.clone()
        };
        assert_eq!(
            (limit(&before).as_str(), limit(&shared.trader.read().limits).as_str()),
            ("5", "2")
        );
        let again = set(shared, &admin, "a", &pairs).await.expect("the same answer");
        assert_eq!((again.version, again.effect.expect("effect").replayed), (2, true));
        let row = listed(shared, "risk.max_concurrent_positions").await;
        assert_eq!((row.value.as_str(), row.origin()), ("2", SettingOrigin::Store));
        assert_eq!((row.version, row.changed_by.as_str()), (2, "admin"));
    })
    .await;
    with(&market, dir.path(), &[], async |shared| {
        let row = listed(shared, "risk.max_concurrent_positions").await;
        assert_eq!((row.value.as_str(), row.version), ("2", 2), "kept over a restart");
        let records = shared.store.journal_after(0, 5_000).await.expect("journal");
        let kept: Vec<_> = records
            .iter()
            .filter_map(|r| match &r.body {
                JournalBody::Control(c) if c.kind == "settings_changed" => Some(c),
                _ => None,
            })
            .map(|c| format!("{} {} {}", c.principal, c.detail["cause"], c.detail["version"]))
            .collect();
        assert_eq!(kept, ["system \"opened\" 1", "admin \"update\" 2"], "one record each");
    })
    .await;
}

#[tokio::test]
async fn every_mistake_is_told_and_nothing_changes() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let (admin, operator) = (somebody("admin").await, somebody("operator").await);
    with(&market, dir.path(), &[], async |shared| {
        let pairs = [
            ("risk.max_drawdown_pct", "5000"),
            ("risk.stop_los_pct", "2"),
            ("tracker.enabled", "perhaps"),
            ("sim.seed", "4"),
            ("risk.var_enabled", "true"),
        ];
        let status = set(shared, &admin, "a", &pairs).await.expect_err("refused");
        assert_eq!(status.code(), Code::InvalidArgument);
        let fields = status.get_details_bad_request().expect("fields").field_violations;
        let all: Vec<String> =
            fields.iter().map(|f| format!("{} {}", f.field, f.description)).collect();
        for part in [
            "risk.max_drawdown_pct must be above 0 to 100, got \"5000\"",
            "risk.stop_los_pct is an unknown key; did you mean risk.stop_loss_pct?",
            "tracker.enabled must be true or false, got \"perhaps\"",
            "sim.seed is only read when the daemon starts",
        ] {
            assert!(all.iter().any(|a| a == part), "{part:?} is missing in {all:?}");
        }
        assert_eq!(all.len(), 4);
        // Rules between settings hold, too.
        for (pairs, part) in [
            (&[("risk.max_position_size_pct", "70")][..], "at most risk.max_total_exposure_pct"),
            (&[("trend.timeframe", "4h")][..], "trend.timeframe must be one of timeframes"),
            (&[("timeframes", "7s,15m")][..], "timeframes must be"),
            (&[("regime.calm_multiplier", "50")][..], "regime."),
            (&[("risk.stop_loss_pct", "2"), ("risk.stop_loss_pct", "1")][..], "named once"),
        ] {
            let status = set(shared, &admin, "b", pairs).await.expect_err("refused");
            assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
            assert!(status.message().contains(part), "{status:?}");
        }
        let status = set(shared, &admin, "c", &[("source.speed", "5")]).await.expect_err("boot");
        assert_eq!(status.code(), Code::FailedPrecondition);
        let info = status.get_details_error_info().expect("info");
        assert_eq!(info.reason, "SETTING_NEEDS_RESTART");
        assert!(status.message().starts_with("source.speed is only read when"), "{status:?}");
        // Tightening is an operator's, loosening is not.
        let loose = [("risk.max_drawdown_pct", "14"), ("risk.stop_loss_pct", "9")];
        let status = set(shared, &operator, "d", &loose).await.expect_err("loosens");
        assert_eq!(status.code(), Code::PermissionDenied);
        assert!(status.message().contains("risk.stop_loss_pct"), "{status:?}");
        assert!(!status.message().contains("max_drawdown"), "that one is tightened: {status:?}");
        assert_eq!(shared.settings.current().version(), 1, "nothing has changed");
        assert_eq!(listed(shared, "risk.var_enabled").await.value, "false");
        set(shared, &operator, "e", &loose[..1]).await.expect("tightens");
        let records = shared.store.journal_after(0, 5_000).await.expect("journal");
        let refused: Vec<_> = records
            .iter()
            .filter_map(|r| match &r.body {
                JournalBody::Control(c) if c.kind == "settings_refused" => Some(c),
                _ => None,
            })
            .map(|c| format!("{} {} {}", c.principal, c.detail["why"], c.detail["keys"][0]))
            .collect();
        let wanted = [
            "admin \"needs_restart\" \"source.speed\"",
            "operator \"needs_admin\" \"risk.stop_loss_pct\"",
        ];
        assert_eq!(refused, wanted);
    })
    .await;
}

#[tokio::test]
async fn of_two_at_once_one_wins() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    with(&market, dir.path(), &[], async |shared| {
        let ask = |id: &str, value: &str| {
            let mut request = update(&admin, id, &[("risk.max_drawdown_pct", value)]);
            request.get_mut().expected_version = 1;
            shared.update_settings(request)
        };
        let (one, two) = tokio::join!(ask("1", "8"), ask("2", "9"));
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        assert_eq!(won.expect("one wins").into_inner().version, 2);
        let status = lost.expect_err("one is late");
        assert_eq!(status.code(), Code::Aborted);
        let info = status.get_details_error_info().expect("info");
        assert_eq!(info.reason, "VERSION_STALE");
        assert_eq!(info.metadata.get("version").map(String::as_str), Some("2"));
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_changes_nothing_and_its_plan_is_carried_out_or_refused() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    with(&market, dir.path(), &[], async |shared| {
        let ask = async |id: &str, plan_id: &str, dry_run: bool, value: &str| {
            let mut request = update(&admin, id, &[("risk.max_drawdown_pct", value)]);
            request.get_mut().plan_id = plan_id.to_owned();
            request.get_mut().dry_run = dry_run;
            shared.update_settings(request).await.map(tonic::Response::into_inner)
        };
        let plan = ask("1", "", true, "8").await.expect("a plan").plan.expect("a plan");
        let [change] = &plan.changes[..] else { panic!("{plan:?}") };
        assert_eq!((change.before.as_str(), change.after.as_str()), ("15", "8"));
        assert_eq!(shared.settings.current().version(), 1);
        let other = ask("2", &plan.plan_id, false, "9").await.expect_err("another change");
        assert_eq!(other.code(), Code::Aborted);
        assert_eq!(ask("3", &plan.plan_id, false, "8").await.expect("it fits").version, 2);
        let late = ask("4", &plan.plan_id, false, "8").await.expect_err("it is over");
        assert_eq!(late.code(), Code::Aborted);
    })
    .await;
}

#[tokio::test]
async fn rollback_restores_and_history_tells() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    with(&market, dir.path(), &["risk.stop_loss_pct=4"], async |shared| {
        set(shared, &admin, "1", &[("risk.stop_loss_pct", "2")]).await.expect("v2");
        set(shared, &admin, "2", &[("risk.take_profit_pct", "9")]).await.expect("v3");
        let back = rollback(shared, &admin, "3", 0).await.expect("the one before");
        assert_eq!(
            (back.version, told(&back.changes)),
            (4, vec!["risk.take_profit_pct 9 5".to_owned(),])
        );
        let back = rollback(shared, &admin, "4", 1).await.expect("the first");
        assert_eq!(told(&back.changes), ["risk.stop_loss_pct 2 4"], "what the outside said then");
        let status = rollback(shared, &admin, "5", 77).await.expect_err("no such version");
        assert_eq!(status.code(), Code::NotFound);
        let versions = async |page_size, page_token: String, key: &str| {
            let key = key.to_owned();
            let request = ListSettingVersionsRequest { page_size, page_token, key };
            let answer = shared.list_setting_versions(Request::new(request)).await;
            answer.expect("listed").into_inner()
        };
        let page = versions(3, String::new(), "").await;
        let causes = |page: &ListSettingVersionsResponse| -> Vec<(u64, String)> {
            page.versions.iter().map(|v| (v.version, v.cause.clone())).collect()
        };
        let pair = |n: u64, cause: &str| (n, cause.to_owned());
        assert_eq!(causes(&page), [pair(5, "rollback"), pair(4, "rollback"), pair(3, "update")]);
        let rest = versions(3, page.next_page_token, "").await;
        assert_eq!(causes(&rest), [pair(2, "update"), pair(1, "opened")]);
        assert_eq!(rest.next_page_token, "");
        let stops = versions(0, String::new(), "risk.stop_loss_pct").await;
        assert_eq!(stops.versions.iter().map(|v| v.version).collect::<Vec<_>>(), [5, 2, 1]);
        let diff = async |from_version, to_version| {
            let request = Request::new(DiffSettingsRequest { from_version, to_version });
            told(&shared.diff_settings(request).await.expect("diff").into_inner().changes)
        };
        assert_eq!(diff(2, 3).await, ["risk.take_profit_pct 5 9"]);
        assert_eq!(diff(1, 0).await, Vec::<String>::new());
        let all = diff(0, 0).await;
        assert!(all.contains(&"risk.stop_loss_pct 3 4".to_owned()), "{all:?}");
    })
    .await;
}

#[tokio::test]
async fn only_what_the_outside_changed_comes_from_there() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    let seen = async |flags: &[&str], wanted: &[(&str, &str)], version: u64| {
        with(&market, dir.path(), flags, async |shared| {
            for (key, value) in wanted {
                assert_eq!(listed(shared, key).await.value, *value, "{key} with {flags:?}");
            }
            assert_eq!(shared.settings.current().version(), version, "{flags:?}");
        })
        .await;
    };
    let (stop, target) = ("risk.stop_loss_pct", "risk.take_profit_pct");
    with(
        &market,
        dir.path(),
        &["risk.stop_loss_pct=4", "risk.take_profit_pct=8"],
        async |shared| {
            set(shared, &admin, "1", &[(stop, "2"), ("risk.max_drawdown_pct", "9")])
                .await
                .expect("v2");
        },
    )
    .await;
    let both = ["risk.stop_loss_pct=4", "risk.take_profit_pct=8"];
    seen(&both, &[(stop, "2"), (target, "8")], 2).await;
    // The target's flag has changed, the stop's has not.
    let changed = ["risk.stop_loss_pct=4", "risk.take_profit_pct=7"];
    seen(&changed, &[(stop, "2"), (target, "7"), ("risk.max_drawdown_pct", "9")], 3).await;
    // A flag that is gone takes its own value along, not an operator's.
    seen(&[], &[(stop, "2"), (target, "5")], 4).await;
    seen(&["risk.stop_loss_pct=6"], &[(stop, "6"), ("risk.max_drawdown_pct", "9")], 5).await;
    with(&market, dir.path(), &["risk.stop_loss_pct=6"], async |shared| {
        set(shared, &admin, "2", &[(stop, "1")]).await.expect("v6");
        let mut request = update(&admin, "3", &[]);
        request.get_mut().unset = vec![stop.to_owned(), "risk.max_drawdown_pct".to_owned()];
        let answer = shared.update_settings(request).await.expect("given back").into_inner();
        let wanted = ["risk.max_drawdown_pct 9 15", "risk.stop_loss_pct 1 6"];
        assert_eq!(told(&answer.changes), wanted);
        assert_eq!(listed(shared, stop).await.origin(), SettingOrigin::Flag);
    })
    .await;
}
