//! What reached the exchange and what it executed, word for word, for whoever wants to check a run
//! against the exchange's truth. Off unless asked for; no part of the exchange's state.

use domain::{ExecutionReport, OrderRequest, ReportKind, Timestamp};

/// Requests and executions since they were last taken, in order.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    on: bool,
    /// Requests with the time at which they arrived.
    pub requests: Vec<(Timestamp, OrderRequest)>,
    /// Executions as they were reported.
    pub executions: Vec<ExecutionReport>,
}

impl PartialEq for Tape {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Tape {}

impl Tape {
    pub(super) fn start(&mut self) {
        self.on = true;
    }

    pub(super) fn take(&mut self) -> Self {
        let on = self.on;
        std::mem::replace(self, Self { on, ..Self::default() })
    }

    pub(super) fn asked(&mut self, at: Timestamp, request: &OrderRequest) {
        if self.on {
            self.requests.push((at, *request));
        }
    }

    pub(super) fn answered(&mut self, reports: &[ExecutionReport]) {
        if self.on {
            let fills = reports.iter().filter(|r| matches!(r.kind, ReportKind::Filled(_)));
            self.executions.extend(fills);
        }
    }
}
