//! Candles and regimes.

use super::{Shared, not_found, store_error, symbol_filter, times};
use crate::control_plane::errors;
use crate::convert::{text, time};
use domain::Interval;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl market_service_server::MarketService for Shared {
    async fn list_candles(
        &self,
        request: Request<ListCandlesRequest>,
    ) -> Result<Response<ListCandlesResponse>, Status> {
        let request = request.into_inner();
        let symbol = symbol_filter(&request.symbol)?
            .ok_or_else(|| errors::invalid([("symbol", "must be a pair such as BTCUSDT")]))?;
        let model = self.trader.read();
        if !model.status.symbols.iter().any(|s| s == symbol.as_str()) {
            let known = model.status.symbols.join(", ");
            return Err(not_found(&format!("{symbol} is not traded; there are {known}")));
        }
        let interval = if request.interval.is_empty() {
            model.status.signal_interval.clone()
        } else {
            request.interval
        };
        let parsed: Interval =
            interval.parse().map_err(|e| errors::invalid([("interval", format!("{e}"))]))?;
        let limit = match request.limit {
            0 => 500,
            n @ 1..=5_000 => n,
            n => {
                let rule = format!("must be 1 to 5000, or 0 for 500, got {n}");
                return Err(errors::invalid([("limit", rule)]));
            }
        };
        let before = times::moment("before", request.before)?;
        let candles =
            self.store.candles(symbol, parsed, before, limit).await.map_err(store_error)?;
        let candles = candles
            .iter()
            .map(|c| Candle {
                open_time: Some(time(c.open_time)),
                open: text(c.open.get()),
                high: text(c.high.get()),
                low: text(c.low.get()),
                close: text(c.close.get()),
                volume: text(c.volume.get()),
            })
            .collect();
        Ok(Response::new(ListCandlesResponse { symbol: symbol.to_string(), interval, candles }))
    }

    async fn list_regimes(
        &self,
        _: Request<ListRegimesRequest>,
    ) -> Result<Response<ListRegimesResponse>, Status> {
        Ok(Response::new(ListRegimesResponse { regimes: self.trader.read().regimes.clone() }))
    }
}
