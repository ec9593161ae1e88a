//! Trades and decisions: pages from the store.

use super::exports::file::FileStream;
use super::{Shared, not_found, page, store_error, symbol_filter, times};
use crate::control_plane::errors;
use crate::convert;
use storage::{DecisionFilter, DecisionResult as Stored, TradeFilter};
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl trade_service_server::TradeService for Shared {
    type ExportTradesStream = FileStream<ExportTradesResponse>;

    async fn export_trades(
        &self,
        request: Request<ExportTradesRequest>,
    ) -> Result<Response<Self::ExportTradesStream>, Status> {
        self.trades_file(request)
    }

    async fn list_trades(
        &self,
        request: Request<ListTradesRequest>,
    ) -> Result<Response<ListTradesResponse>, Status> {
        let request = request.into_inner();
        let strategy = match request.strategy.as_str() {
            "" => None,
            text => Some(domain::Name::from(text).map_err(|_| {
                errors::invalid([("strategy", format!("must be a strategy's name, got {text:?}"))])
            })?),
        };
        let (from, to) = times::between(request.from, request.to)?;
        let symbol = symbol_filter(&request.symbol)?;
        let filter = TradeFilter { symbol, strategy, from, to };
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.trades(&filter, &page).await.map_err(store_error)?;
        Ok(Response::new(ListTradesResponse {
            trades: found.items.iter().map(convert::trade).collect(),
            next_page_token: found.next.unwrap_or_default(),
            total: found.total.unwrap_or_default(),
            as_of_sequence: found.as_of_sequence,
        }))
    }
}

#[async_trait]
impl decision_service_server::DecisionService for Shared {
    async fn list_decisions(
        &self,
        request: Request<ListDecisionsRequest>,
    ) -> Result<Response<ListDecisionsResponse>, Status> {
        let request = request.into_inner();
        let result = match request.result() {
            DecisionResult::Unspecified => None,
            DecisionResult::Hold => Some(Stored::Hold),
            DecisionResult::Denied => Some(Stored::Denied),
            DecisionResult::Entered => Some(Stored::Entered),
            DecisionResult::Exited => Some(Stored::Exited),
            DecisionResult::ExitFenced => Some(Stored::ExitFenced),
        };
        let filter = DecisionFilter {
            symbol: symbol_filter(&request.symbol)?,
            result,
            until: times::moment("before", request.before)?,
        };
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.decisions(&filter, &page).await.map_err(store_error)?;
        Ok(Response::new(ListDecisionsResponse {
            decisions: found.items.iter().map(convert::decision).collect(),
            next_page_token: found.next.unwrap_or_default(),
        }))
    }

    async fn get_decision(
        &self,
        request: Request<GetDecisionRequest>,
    ) -> Result<Response<GetDecisionResponse>, Status> {
        let request = request.into_inner();
        let symbol = symbol_filter(&request.symbol)?
            .ok_or_else(|| errors::invalid([("symbol", "must be a pair such as BTCUSDT")]))?;
        let open_time = times::moment("open_time", request.open_time)?;
        let found = self.store.decision(symbol, open_time).await.map_err(store_error)?;
        let record = found.ok_or_else(|| {
            not_found(&format!("there is no decision on {symbol} for that candle"))
        })?;
        let orders = self
            .store
            .orders_of_decision(symbol, record.interval, record.open_time)
            .await
            .map_err(store_error)?;
        Ok(Response::new(GetDecisionResponse {
            decision: Some(convert::decision(&record)),
            client_order_ids: orders.iter().map(|o| o.order.id.to_string()).collect(),
        }))
    }
}
