//! The protocol's services over the read model, the store and the trader's lanes.
//!
//! They translate and nothing more: no decision, no arithmetic on money, no wall clock but ages.

mod alerts;
mod analytics;
mod audit;
mod charts;
mod emergency;
mod events;
mod exports;
mod filters;
mod history;
mod lists;
mod logs;
mod market;
mod movements;
mod orders;
mod positions;
pub(crate) mod requests;
mod resources;
mod risk;
mod settings;
#[cfg(test)]
mod settings_tests;
mod state;
mod strategies;
mod timeline;
mod times;

use crate::control_plane::errors::{self, Reason};
use crate::control_plane::http::snapshots::Snapshots;
use crate::trader::TraderHandle;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::Store;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::service::Routes;
use tradingd_proto::v1;

pub use alerts::{acknowledge, wire};
pub use requests::{reason, status as failure_status};
pub use settings::SettingsGround;
pub use state::Ages;

/// What every service holds.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Lanes to the trader and its published state.
    pub trader: TraderHandle,
    /// For lists of the past.
    pub store: Arc<Store>,
    /// Status parts that change with the wall clock.
    pub ages: Ages,
    /// What is traded, for the ledger's export.
    pub instruments: Arc<Vec<domain::Instrument>>,
    /// Where the audit's anchors stand.
    pub anchors: crate::audit::keeper::Anchors,
    /// Where the audit's archives are.
    pub archives: crate::audit::retention::Archives,
    /// The settings in force.
    pub settings: crate::settings::SettingsHandle,
    /// What reading stored settings needs.
    pub settings_ground: SettingsGround,
    /// SHA-256 of the authority that clients pin; empty without TLS.
    pub ca_fingerprint: String,
    /// Ends streams when the daemon ends.
    pub shutdown: CancellationToken,
}

/// All services but auth, ready to be served.
#[must_use]
pub fn routes(shared: &Shared) -> Routes {
    use v1::*;
    let s = || shared.clone();
    Routes::new(system_service_server::SystemServiceServer::new(s()))
        .add_service(portfolio_service_server::PortfolioServiceServer::new(s()))
        .add_service(position_service_server::PositionServiceServer::new(s()))
        .add_service(order_service_server::OrderServiceServer::new(s()))
        .add_service(trade_service_server::TradeServiceServer::new(s()))
        .add_service(strategy_service_server::StrategyServiceServer::new(s()))
        .add_service(decision_service_server::DecisionServiceServer::new(s()))
        .add_service(emergency_service_server::EmergencyServiceServer::new(s()))
        .add_service(market_service_server::MarketServiceServer::new(s()))
        .add_service(risk_service_server::RiskServiceServer::new(s()))
        .add_service(analytics_service_server::AnalyticsServiceServer::new(s()))
        .add_service(audit_service_server::AuditServiceServer::new(s()))
        .add_service(settings_service_server::SettingsServiceServer::new(s()))
        .add_service(alert_service_server::AlertServiceServer::new(s()))
        .add_service(log_service_server::LogServiceServer::new(s()))
        .add_service(events::Events::new(s()))
}

/// Answers that are ready at any time.
#[must_use]
pub fn snapshots(shared: &Shared) -> Snapshots {
    let (ages, trader) = (shared.ages.clone(), shared.trader.clone());
    Snapshots::default().add("/tradingd.v1.SystemService/GetStatus", move |out| {
        ages.write_status(&trader.read(), out);
    })
}

/// A store error on the wire; what went wrong stays in the log.
fn store_error(error: storage::Error) -> Status {
    match error {
        storage::Error::BadPageToken => {
            errors::refuse(Reason::PageTokenInvalid, "page_token: not one of this list and filter")
        }
        storage::Error::Busy(_) => {
            errors::refuse(Reason::StorageUnavailable, "the store is busy, try again")
        }
        other => {
            tracing::error!(error = %other, "a read failed");
            errors::refuse(Reason::StorageUnavailable, "the store can't be read")
        }
    }
}

/// There is no such thing.
fn not_found(text: &str) -> Status {
    errors::refuse(Reason::NotFound, text)
}

/// A symbol from a request; empty means none.
pub fn symbol_filter(text: &str) -> Result<Option<domain::Symbol>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let plain: String = text.chars().filter(|c| *c != '/').collect::<String>().to_uppercase();
    domain::Symbol::parse(&plain).map(Some).ok_or_else(|| {
        errors::invalid([("symbol", format!("must be a pair such as BTCUSDT, got {text:?}"))])
    })
}

/// A page request within its range.
fn page(size: u32, token: String, default: u32) -> Result<storage::PageRequest, Status> {
    page_up_to(500, size, token, default)
}

/// A page request within another range.
fn page_up_to(
    most: u32,
    size: u32,
    token: String,
    default: u32,
) -> Result<storage::PageRequest, Status> {
    if size > most {
        return Err(errors::invalid([("page_size", format!("must be 0 to {most}, got {size}"))]));
    }
    Ok(storage::PageRequest { size: if size == 0 { default } else { size }, token })
}

/// Time since a moment.
fn age(since: Option<Instant>) -> Option<Duration> {
    since.map(|s| s.elapsed())
}
