//! The gate's limits and their use, from the read model.

use super::Shared;
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
}
