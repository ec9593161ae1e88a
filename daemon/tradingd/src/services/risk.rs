//! The gate's limits and their use, and the figures behind them, from the read model.

use super::Shared;
use crate::control_plane::errors::{self, Reason};
use crate::convert;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl risk_service_server::RiskService for Shared {
    async fn list_limits(
        &self,
        _: Request<ListLimitsRequest>,
    ) -> Result<Response<ListLimitsResponse>, Status> {
        let model = self.trader.read();
        Ok(Response::new(ListLimitsResponse {
            limits: model.limits.clone(),
            as_of: model.status.data_time,
            as_of_sequence: model.sequence,
        }))
    }

    /// Model fits take milliseconds per pair: they are made beside the runtime, never on the trader.
    async fn get_risk_figures(
        &self,
        _: Request<GetRiskFiguresRequest>,
    ) -> Result<Response<GetRiskFiguresResponse>, Status> {
        let model = self.trader.read();
        let book = model.risk.clone();
        let figures =
            tokio::task::spawn_blocking(move || book.figures()).await.map_err(|error| {
                tracing::error!(%error, "risk figures could not be computed");
                errors::refuse(Reason::Internal, "the figures could not be computed")
            })?;
        Ok(Response::new(GetRiskFiguresResponse {
            as_of: model.status.data_time,
            as_of_sequence: model.sequence,
            ..convert::risk_figures(&figures)
        }))
    }
}
