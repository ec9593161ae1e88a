//! Candles and regimes.

use super::charts::{self, Series};
use super::{Shared, store_error, times};
use crate::convert::{text, time};
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl market_service_server::MarketService for Shared {
    async fn list_candles(
        &self,
        request: Request<ListCandlesRequest>,
    ) -> Result<Response<ListCandlesResponse>, Status> {
        let request = request.into_inner();
        let Series { symbol, name, interval } = self.series(&request.symbol, &request.interval)?;
        let limit = charts::candle_limit(request.limit)?;
        let before = times::moment("before", request.before)?;
        // One more tells whether there are earlier ones.
        let found = self.store.candles(symbol, interval, before, limit + 1).await;
        let found = found.map_err(store_error)?;
        let has_earlier = found.len() > limit as usize;
        let candles = found[usize::from(has_earlier)..].iter().map(candle).collect();
        let (symbol, interval) = (symbol.to_string(), name);
        Ok(Response::new(ListCandlesResponse { symbol, interval, candles, has_earlier }))
    }

    async fn list_symbols(
        &self,
        _: Request<ListSymbolsRequest>,
    ) -> Result<Response<ListSymbolsResponse>, Status> {
        Ok(Response::new(self.symbols().await?))
    }

    async fn list_indicators(
        &self,
        _: Request<ListIndicatorsRequest>,
    ) -> Result<Response<ListIndicatorsResponse>, Status> {
        Ok(Response::new(charts::catalogue()))
    }

    async fn get_indicators(
        &self,
        request: Request<GetIndicatorsRequest>,
    ) -> Result<Response<GetIndicatorsResponse>, Status> {
        Ok(Response::new(self.indicators(request.into_inner()).await?))
    }

    async fn list_marks(
        &self,
        request: Request<ListMarksRequest>,
    ) -> Result<Response<ListMarksResponse>, Status> {
        Ok(Response::new(self.marks(request.into_inner()).await?))
    }

    async fn list_regimes(
        &self,
        _: Request<ListRegimesRequest>,
    ) -> Result<Response<ListRegimesResponse>, Status> {
        Ok(Response::new(ListRegimesResponse { regimes: self.trader.read().regimes.clone() }))
    }
}

fn candle(c: &domain::Candle) -> Candle {
    Candle {
        open_time: Some(time(c.open_time)),
        open: text(c.open.get()),
        high: text(c.high.get()),
        low: text(c.low.get()),
        close: text(c.close.get()),
        volume: text(c.volume.get()),
    }
}
