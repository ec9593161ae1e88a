//! The history of the trading state, and what a resume asks for.

use super::{Shared, page, store_error};
use crate::convert::{self, time};
use crate::read_model::ReadModel;
use domain::EventKind;
use std::time::Duration;
use tonic::Status;
use tradingd_proto::v1::*;

impl Shared {
    pub(super) async fn state_changes(
        &self,
        request: ListStateChangesRequest,
    ) -> Result<ListStateChangesResponse, Status> {
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.state_changes(&page).await.map_err(store_error)?;
        Ok(ListStateChangesResponse {
            changes: found.items.iter().filter_map(change).collect(),
            next_page_token: found.next.unwrap_or_default(),
            as_of_sequence: found.as_of_sequence,
        })
    }

    /// The checks of a resume; none while nothing is halted.
    pub(super) fn resume_checks(&self, model: &ReadModel) -> Vec<ResumeCheck> {
        let state = model.status.trading_state.as_ref().map(|t| t.state());
        if state.is_none_or(|state| state == TradingState::Active) {
            return Vec::new();
        }
        let mut checks = vec![no_close_all(model), no_unknown_orders(model)];
        let components = self.ages.board.components();
        for (component, name, required) in [
            ("engine", "engine_runs", true),
            ("storage", "store_writes", true),
            ("data", "data_fresh", false),
        ] {
            if let Some(report) = components.iter().find(|c| c.name == component) {
                let text = format!("{component}: {}", report.detail);
                checks.push(check(name, report.serving, required, text));
            }
        }
        checks.push(positions_protected(model));
        checks.push(day_loss(model));
        checks
    }
}

fn change(change: &storage::StateChange) -> Option<StateChange> {
    let event = &change.record.event;
    let EventKind::TradingStateChanged { from, to, epoch, cause, frozen } = &event.kind else {
        return None;
    };
    let [principal, role, source] = change.by.clone();
    let lasted = change.until.map(|until| {
        let micros = u64::try_from(until.micros() - event.at.micros()).unwrap_or(0);
        convert::duration(Duration::from_micros(micros))
    });
    Some(StateChange {
        sequence: change.record.sequence,
        at: Some(time(event.at)),
        recorded_at: Some(time(change.record.recorded_at)),
        from: convert::trading_state(*from).into(),
        to: convert::trading_state(*to).into(),
        epoch: *epoch,
        cause: convert::cause(Some(cause)),
        frozen: *frozen,
        principal,
        role,
        source,
        lasted,
    })
}

fn check(name: &str, passed: bool, required: bool, text: String) -> ResumeCheck {
    ResumeCheck { check: name.to_owned(), passed, required, text }
}

fn no_close_all(model: &ReadModel) -> ResumeCheck {
    let running = model.close_all.as_ref().filter(|report| report.running);
    let text = match running {
        Some(report) => format!("close-all {} is still at work", report.id),
        None => "no close-all is at work".to_owned(),
    };
    check("no_close_all", running.is_none(), true, text)
}

fn no_unknown_orders(model: &ReadModel) -> ResumeCheck {
    let unknown = &model.unknown_orders;
    let text = match unknown.as_slice() {
        [] => "the outcome of every order is known".to_owned(),
        [first, ..] => {
            format!("the outcome of {} orders is not known yet, among them {first}", unknown.len())
        }
    };
    check("no_unknown_orders", unknown.is_empty(), true, text)
}

fn positions_protected(model: &ReadModel) -> ResumeCheck {
    let bare = model.positions.iter().filter(|p| p.protection() == ProtectionPlace::None);
    let bare: Vec<&str> = bare.map(|p| p.symbol.as_str()).collect();
    let text = if bare.is_empty() {
        format!("{} open positions, each with a stop or target", model.positions.len())
    } else {
        format!("nothing protects {}", bare.join(", "))
    };
    check("positions_protected", bare.is_empty(), false, text)
}

fn day_loss(model: &ReadModel) -> ResumeCheck {
    let hit = model.status.entry_blocks.iter().any(|block| block == "daily_loss_limit");
    let text = if hit {
        "the day's loss has reached its limit: entries stay denied until the next UTC day"
    } else {
        "the day's loss is within its limit"
    };
    check("day_loss", !hit, false, text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_say_what_is_in_the_way() {
        let clear = ReadModel::default();
        for check in [no_close_all(&clear), no_unknown_orders(&clear), positions_protected(&clear)]
        {
            assert!(check.passed, "{check:?}");
        }
        let bare = Position {
            symbol: "BTCUSDT".to_owned(),
            protection: ProtectionPlace::None.into(),
            ..Position::default()
        };
        let status = GetStatusResponse {
            entry_blocks: vec!["trading_state".to_owned(), "daily_loss_limit".to_owned()],
            ..GetStatusResponse::default()
        };
        let model = ReadModel {
            close_all: Some(CloseAllReport { id: 4, running: true, ..CloseAllReport::default() }),
            unknown_orders: vec!["a-1-0-e".to_owned(), "a-2-0-e".to_owned()],
            positions: vec![bare],
            status,
            ..ReadModel::default()
        };
        let checks = [
            no_close_all(&model),
            no_unknown_orders(&model),
            positions_protected(&model),
            day_loss(&model),
        ];
        let words = ["close-all 4", "2 orders", "nothing protects BTCUSDT", "next UTC day"];
        for (check, word) in checks.iter().zip(words) {
            assert!(!check.passed && check.text.contains(word), "{check:?}");
        }
        assert_eq!(checks.map(|c| c.required), [true, true, false, false]);
    }
}
