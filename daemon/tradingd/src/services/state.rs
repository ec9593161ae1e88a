//! Status and portfolio: straight from the read model.

use super::exports::file::FileStream;
use super::{Shared, age, movements, store_error, times};
use crate::control_plane::errors;
use crate::control_plane::version::CAPABILITIES;
use crate::convert::{self, money, time};
use crate::health::{ComponentReport, HealthBoard};
use crate::read_model::ReadModel;
use bytes::{BufMut as _, BytesMut};
use std::sync::Arc;
use std::time::Instant;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::prost::Message as _;
use tradingd_proto::v1::*;

/// Status parts that change with the wall clock.
#[derive(Debug, Clone)]
pub struct Ages {
    /// Signs of life.
    pub board: Arc<HealthBoard>,
    /// When the process began to serve.
    pub started: Instant,
}

impl Ages {
    /// Fills in ages and health.
    #[must_use]
    pub fn status(&self, model: &ReadModel) -> GetStatusResponse {
        GetStatusResponse {
            data_age: age(model.last_row).map(convert::duration),
            uptime: Some(convert::duration(self.started.elapsed())),
            components: self.board.components().into_iter().map(component).collect(),
            ..model.status.clone()
        }
    }
}

impl Ages {
    /// Appends the encoded [`Self::status`]. What the model holds is encoded once; what changes with
    /// the wall clock is put behind it: protobuf fields come in any order.
    pub fn write_status(&self, model: &ReadModel, out: &mut BytesMut) {
        let fixed = model.encoded_status.get_or_init(|| {
            let none = GetStatusResponse::default();
            let fixed = GetStatusResponse {
                data_age: none.data_age,
                uptime: none.uptime,
                components: none.components,
                ..model.status.clone()
            };
            fixed.encode_to_vec().into()
        });
        out.put_slice(fixed);
        let ages = GetStatusResponse {
            data_age: age(model.last_row).map(convert::duration),
            uptime: Some(convert::duration(self.started.elapsed())),
            components: self.board.components().into_iter().map(component).collect(),
            ..GetStatusResponse::default()
        };
        // It fails only without room, and the buffer grows.
        let _ = ages.encode(out);
    }
}

pub(super) fn component(report: ComponentReport) -> ComponentHealth {
    ComponentHealth {
        name: report.name.to_owned(),
        serving: report.serving,
        detail: report.detail,
        age: Some(convert::duration(report.age)),
    }
}

#[async_trait]
impl system_service_server::SystemService for Shared {
    async fn get_status(
        &self,
        _: Request<GetStatusRequest>,
    ) -> Result<Response<GetStatusResponse>, Status> {
        Ok(Response::new(self.ages.status(&self.trader.read())))
    }

    async fn get_version(
        &self,
        _: Request<GetVersionRequest>,
    ) -> Result<Response<GetVersionResponse>, Status> {
        Ok(Response::new(GetVersionResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol: "tradingd.v1".to_owned(),
            build: env!("TRADINGD_BUILD").to_owned(),
            protocol_version: tradingd_proto::PROTOCOL_VERSION.to_owned(),
            capabilities: CAPABILITIES.iter().map(|&name| name.to_owned()).collect(),
            minimum_client: tradingd_proto::OLDEST_CLIENT.to_owned(),
            ca_fingerprint: self.ca_fingerprint.clone(),
        }))
    }

    async fn get_resources(
        &self,
        _: Request<GetResourcesRequest>,
    ) -> Result<Response<GetResourcesResponse>, Status> {
        Ok(Response::new(self.resources()))
    }

    async fn get_report(
        &self,
        _: Request<GetReportRequest>,
    ) -> Result<Response<GetReportResponse>, Status> {
        Ok(Response::new(self.trader.read().report.clone()))
    }
}

#[async_trait]
impl portfolio_service_server::PortfolioService for Shared {
    type ExportLedgerStream = FileStream<ExportLedgerResponse>;

    async fn export_ledger(
        &self,
        request: Request<ExportLedgerRequest>,
    ) -> Result<Response<Self::ExportLedgerStream>, Status> {
        self.ledger_file(request)
    }

    async fn get_portfolio(
        &self,
        _: Request<GetPortfolioRequest>,
    ) -> Result<Response<GetPortfolioResponse>, Status> {
        Ok(Response::new(self.trader.read().portfolio.clone()))
    }

    async fn list_equity_points(
        &self,
        request: Request<ListEquityPointsRequest>,
    ) -> Result<Response<ListEquityPointsResponse>, Status> {
        let request = request.into_inner();
        let max_points = match request.max_points {
            0 => 500,
            n @ 2..=5_000 => n,
            n => {
                let rule = format!("must be 2 to 5000, or 0 for 500, got {n}");
                return Err(errors::invalid([("max_points", rule)]));
            }
        };
        let (from, to) = times::between(request.from, request.to)?;
        let curve = self.store.equity(from, to, max_points).await.map_err(store_error)?;
        let points = curve
            .points
            .iter()
            .map(|p| EquityPoint {
                at: Some(time(p.at)),
                equity: money(p.value),
                low: money(p.low),
                high: money(p.high),
            })
            .collect();
        Ok(Response::new(ListEquityPointsResponse { points, total: curve.total }))
    }

    async fn list_sub_ledgers(
        &self,
        _: Request<ListSubLedgersRequest>,
    ) -> Result<Response<ListSubLedgersResponse>, Status> {
        Ok(Response::new(self.trader.read().sub_ledgers.clone()))
    }

    async fn list_movements(
        &self,
        request: Request<ListMovementsRequest>,
    ) -> Result<Response<ListMovementsResponse>, Status> {
        let limit = match request.into_inner().limit {
            0 => 50,
            n @ 1..=500 => n as usize,
            n => {
                let rule = format!("must be 1 to 500, or 0 for 50, got {n}");
                return Err(errors::invalid([("limit", rule)]));
            }
        };
        let mut answer = self.trader.read().movements.clone();
        answer.movements.truncate(limit);
        Ok(Response::new(answer))
    }

    async fn record_movement(
        &self,
        request: Request<RecordMovementRequest>,
    ) -> Result<Response<RecordMovementResponse>, Status> {
        movements::record(self, request).await
    }
}
