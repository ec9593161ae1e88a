//! What is wrong at the moment, and what was wrong and is known by now. Looks only.

use super::Task;
use crate::alerts::code::Code;
use crate::alerts::rules::Sign;
use storage::Store;
use tradingd_proto::v1;

/// Open orders without an answer that are looked up at a time.
const LOOKED_UP: usize = 50;

impl Task {
    /// What is wrong at the moment.
    pub(super) async fn wrong(&self) -> Vec<Sign> {
        let parts = &self.parts;
        let mut wrong = Vec::new();
        for component in parts.board.components().into_iter().filter(|c| !c.serving) {
            let code = match component.name {
                "engine" => Code::EngineStuck,
                "storage" => Code::StorageFailing,
                _ => Code::DataStale,
            };
            // What the store said may name files.
            let text = match code {
                Code::StorageFailing => "commits fail or hang; see the log".to_owned(),
                _ => component.detail,
            };
            wrong.push(Sign::new(code, text));
        }
        let least = parts.settings.current().alerts.disk_low;
        wrong.extend(disk(&parts.data_dir, least, self.is_open(Code::DiskLow)));
        for (name, lost) in parts.outbox.failing() {
            let text = format!("{name} takes no messages; {lost} were lost since the start");
            wrong.push(Sign::new(Code::NotifierFailing, text).about(name));
        }
        if parts.polling.is_failing() {
            let text = "telegram can't be asked for commands";
            wrong.push(Sign::new(Code::NotifierFailing, text).about("telegram commands"));
        }
        if parts.anchors.state().failure.is_some() {
            let text = "the last anchor could not be written; see the log";
            wrong.push(Sign::new(Code::AuditAnchorFailing, text));
        }
        wrong.extend(unprotected(&parts.trader.read()));
        wrong
    }

    fn is_open(&self, code: Code) -> bool {
        self.book.open().any(|alert| alert.cause == code.token())
    }

    /// Causes of orders whose alert is open and whose outcome is known by now.
    pub(super) async fn known_orders(&self) -> Vec<String> {
        known(&self.parts.store, self.book.open().map(|alert| alert.cause.as_str())).await
    }
}

/// Whether too little is free; once raised, a fifth more must be free.
fn disk(path: &std::path::Path, least: u64, raised: bool) -> Option<Sign> {
    if least == 0 {
        return None;
    }
    let found = rustix::fs::statvfs(path).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let bound = if raised { least.saturating_add(least / 5) } else { least };
    (free < bound).then(|| {
        let text = format!("{} MiB are free, {} MiB should be", free >> 20, least >> 20);
        Sign::new(Code::DiskLow, text)
    })
}

/// Positions without any protection, unless protection is suspended as a whole.
fn unprotected(model: &crate::read_model::ReadModel) -> Vec<Sign> {
    if model.status.trading_state.as_ref().is_some_and(|state| state.frozen) {
        return Vec::new();
    }
    let bare = |p: &&v1::Position| p.protection() == v1::ProtectionPlace::None;
    let sign = |p: &v1::Position| Sign {
        symbol: p.symbol.clone(),
        ..Sign::new(
            Code::PositionUnprotected,
            format!("{} {} at {} has neither stop nor target", p.symbol, p.quantity, p.entry_price),
        )
        .about(p.symbol.clone())
    };
    model.positions.iter().filter(bare).map(sign).collect()
}

/// Those causes that are orders whose outcome is known.
async fn known(store: &Store, causes: impl Iterator<Item = &str>) -> Vec<String> {
    let start = format!("{}:", Code::OrderUnknown.token());
    let mut known = Vec::new();
    for cause in causes.filter(|cause| cause.starts_with(&start)).take(LOOKED_UP) {
        let Some(id) = domain::ClientOrderId::parse(&cause[start.len()..]) else { continue };
        if let Ok(Some(order)) = store.order(&id).await
            && order.status != domain::OrderStatus::Unknown
        {
            known.push(cause.to_owned());
        }
    }
    known
}

#[cfg(test)]
#[path = "../task_tests.rs"]
mod tests;
