//! Plans of changes: what they show besides the values.

use super::changes::with;
use super::world::{Market, somebody, update};
use tradingd_proto::v1::Limit;
use tradingd_proto::v1::settings_service_server::SettingsService as _;

#[tokio::test]
async fn a_plan_tells_the_limits_before_and_after_as_the_gate_has_them() {
    let (market, dir) = (Market::made(7, 0), tempfile::tempdir().expect("dir"));
    let admin = somebody("admin").await;
    let flags = ["risk.max_order_value=500"];
    with(&market, dir.path(), &flags, async |shared| {
        let pairs = [
            ("risk.max_concurrent_positions", "2"),
            ("risk.max_drawdown_pct", "9"),
            ("risk.max_order_value", "0"),
            ("risk.take_profit_pct", "7"),
        ];
        let mut dry = update(&admin, "plan", &pairs);
        dry.get_mut().dry_run = true;
        let before = shared.trader.read().limits.clone();
        let planned = shared.update_settings(dry).await.expect("a plan").into_inner();
        let plan = planned.plan.expect("a plan");
        assert_eq!(plan.changes.len(), 4, "{plan:?}");
        assert_eq!(shared.settings.current().version(), 1, "nothing has changed");
        assert_eq!(shared.trader.read().limits, before);
        let mut request = update(&admin, "real", &pairs);
        request.get_mut().plan_id = plan.plan_id;
        shared.update_settings(request).await.expect("changed");
        let after = shared.trader.read().limits.clone();
        let mut names: Vec<_> = plan.limits.iter().map(|l| l.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["max_concurrent_positions", "max_drawdown", "max_order_value"]);
        for planned in &plan.limits {
            let find = |limits: &[Limit]| {
                let found = limits.iter().find(|l| l.check == planned.name).expect("listed");
                let shown = |text: &str| if found.off { "" } else { text }.to_owned();
                (shown(&found.limit), shown(&found.headroom))
            };
            let told = (planned.limit_before.clone(), planned.headroom_before.clone());
            assert_eq!(told, find(&before), "{planned:?}");
            let told = (planned.limit.clone(), planned.headroom_after.clone());
            assert_eq!(told, find(&after), "{planned:?}");
        }
    })
    .await;
}
