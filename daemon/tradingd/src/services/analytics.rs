//! Statistics over an interval: `AnalyticsService`.

use super::{Shared, store_error, times};
use crate::analytics::{self, Bounds, Interval};
use crate::control_plane::errors;
use crate::read_model::ReadModel;
use domain::{Symbol, Timestamp};
use prost_types::Timestamp as WireTime;
use tonic::{Request, Response, Status, async_trait};
use tradingd_proto::v1::*;

#[async_trait]
impl analytics_service_server::AnalyticsService for Shared {
    async fn get_analytics(
        &self,
        request: Request<GetAnalyticsRequest>,
    ) -> Result<Response<GetAnalyticsResponse>, Status> {
        let request = request.into_inner();
        let model = self.trader.read();
        let interval = interval(&model, request.range, request.from, request.to)?;
        let max_points = within("max_points", request.max_points, (2, 5_000), 500)?;
        let marked = within("max_marked_trades", request.max_marked_trades, (1, 2_000), 250)?;
        let bounds = Bounds { max_points, max_marked: marked as usize };
        let open = positions(&model);
        let report = analytics::report(&self.store, interval, bounds, &open);
        let report = report.await.map_err(store_error)?;
        let quote = model.status.quote_asset.clone();
        Ok(Response::new(analytics::analytics(&report, quote)))
    }

    async fn get_costs(
        &self,
        request: Request<GetCostsRequest>,
    ) -> Result<Response<GetCostsResponse>, Status> {
        let request = request.into_inner();
        let model = self.trader.read();
        let interval = interval(&model, request.range, request.from, request.to)?;
        let costs = analytics::costs(&self.store, interval).await;
        let (costs, as_of_sequence) = costs.map_err(store_error)?;
        let quote = model.status.quote_asset.clone();
        Ok(Response::new(analytics::costs_answer(&costs, interval, quote, as_of_sequence)))
    }
}

/// The interval of a request. Named ranges end just after the newest data, so that it is in them.
fn interval(
    model: &ReadModel,
    range: i32,
    from: Option<WireTime>,
    to: Option<WireTime>,
) -> Result<Interval, Status> {
    const HOUR: i64 = 3_600_000_000;
    let named = AnalyticsRange::try_from(range).map_err(|_| {
        let rule = format!("must be one of 24h, 7d, 30d, 90d, all (1 to 5), got {range}");
        errors::invalid([("range", rule)])
    })?;
    let now = times::moment("data_time", model.status.data_time)?.unwrap_or_default();
    let end = now.plus_micros(1);
    let last = |hours: i64| Interval { from: Some(end.plus_micros(-hours * HOUR)), to: end };
    if named != AnalyticsRange::Unspecified && (from.is_some() || to.is_some()) {
        let rule = "must not be given together with from or to";
        return Err(errors::invalid([("range", rule)]));
    }
    Ok(match named {
        AnalyticsRange::Unspecified => {
            let (from, to) = times::between(from, to)?;
            Interval { from, to: to.unwrap_or(end) }
        }
        AnalyticsRange::AnalyticsRange24h => last(24),
        AnalyticsRange::AnalyticsRange7d => last(7 * 24),
        AnalyticsRange::AnalyticsRange30d => last(30 * 24),
        AnalyticsRange::AnalyticsRange90d => last(90 * 24),
        AnalyticsRange::All => Interval { from: None, to: end },
    })
}

/// A number within its range; 0 means the default.
fn within(field: &str, given: u32, (least, most): (u32, u32), usual: u32) -> Result<u32, Status> {
    match given {
        0 => Ok(usual),
        n if (least..=most).contains(&n) => Ok(n),
        n => {
            let rule = format!("must be {least} to {most}, or 0 for {usual}, got {n}");
            Err(errors::invalid([(field, rule)]))
        }
    }
}

/// Each pair with the moment since when a position is open now.
fn positions(model: &ReadModel) -> Vec<(Symbol, Option<Timestamp>)> {
    let opened = |symbol: &str| {
        let position = model.positions.iter().find(|position| position.symbol == symbol);
        position?.opened_at.as_ref().and_then(crate::convert::from_time)
    };
    let symbols = model.status.symbols.iter();
    symbols.filter_map(|text| Some((Symbol::parse(text)?, opened(text)))).collect()
}
