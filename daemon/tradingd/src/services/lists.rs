//! Trades and decisions: pages from the store.

use super::exports::file::FileStream;
use super::{Shared, filters, not_found, page, page_up_to, store_error, symbol_filter, times};
use crate::control_plane::errors;
use crate::convert;
use storage::TradePage;
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
        let filter = filters::trades(&request)?;
        let order = filters::trade_order(request.sort, request.ascending)?;
        let page = page(request.page_size, request.page_token, 50)?;
        let found = self.store.trade_list(&filter, order, &page).await.map_err(store_error)?;
        let TradePage { page: found, sums } = found;
        Ok(Response::new(ListTradesResponse {
            trades: found.items.iter().map(convert::trade).collect(),
            next_page_token: found.next.unwrap_or_default(),
            total: sums.trades,
            as_of_sequence: found.as_of_sequence,
            sum_profit: convert::text(sums.profit),
            sum_fees: convert::text(sums.fees),
            won: sums.won,
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
        let filter = filters::decisions(&request)?;
        let page = page_up_to(1_000, request.page_size, request.page_token, 50)?;
        let found = self.store.decisions(&filter, &page).await.map_err(store_error)?;
        let decisions = found.items.iter().map(convert::decision);
        let decisions = match request.summary_only {
            true => decisions.map(filters::summary).collect(),
            false => decisions.collect(),
        };
        let next_page_token = found.next.unwrap_or_default();
        Ok(Response::new(ListDecisionsResponse { decisions, next_page_token }))
    }

    async fn count_decisions(
        &self,
        request: Request<CountDecisionsRequest>,
    ) -> Result<Response<CountDecisionsResponse>, Status> {
        let CountDecisionsRequest { symbol, from, to, strategy } = request.into_inner();
        let like = ListDecisionsRequest { symbol, from, to, strategy, ..Default::default() };
        let filter = filters::decisions(&like)?;
        let (counts, as_of_sequence) =
            self.store.decision_counts(&filter).await.map_err(store_error)?;
        let count = |c: &storage::DecisionCount| DecisionCount {
            symbol: c.symbol.to_string(),
            result: convert::decision_result(c.result).into(),
            reason: c.reason.clone(),
            count: c.count,
        };
        Ok(Response::new(CountDecisionsResponse {
            counts: counts.iter().map(count).collect(),
            total: counts.iter().map(|c| c.count).sum(),
            as_of_sequence,
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
