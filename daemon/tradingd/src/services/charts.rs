//! What a chart draws besides candles: symbols and their intervals, indicators, and what happened.

use super::{Shared, not_found, store_error, symbol_filter, times};
use crate::control_plane::errors::{self, Reason};
use crate::convert::{self, text, time};
use crate::indicator_series::{self, Wanted};
use domain::{EventKind, Instrument, Interval, Symbol, Timestamp};
use std::time::Duration;
use storage::{FillRecord, StoryRecord};
use tonic::Status;
use tradingd_proto::v1::*;

/// A pair and an interval of a request; an empty interval is that of the signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Series {
    pub symbol: Symbol,
    /// As the request said it.
    pub name: String,
    pub interval: Interval,
}

impl Shared {
    /// A pair that is traded.
    pub(super) fn traded(&self, text: &str) -> Result<Symbol, Status> {
        let symbol = symbol_filter(text)?
            .ok_or_else(|| errors::invalid([("symbol", "must be a pair such as BTCUSDT")]))?;
        let model = self.trader.read();
        if model.status.symbols.iter().any(|s| s == symbol.as_str()) {
            return Ok(symbol);
        }
        let known = model.status.symbols.join(", ");
        Err(not_found(&format!("{symbol} is not traded; there are {known}")))
    }

    pub(super) fn series(&self, symbol: &str, interval: &str) -> Result<Series, Status> {
        let symbol = self.traded(symbol)?;
        let name = if interval.is_empty() {
            self.trader.read().status.signal_interval.clone()
        } else {
            interval.to_owned()
        };
        let interval = name.parse().map_err(|e| errors::invalid([("interval", format!("{e}"))]))?;
        Ok(Series { symbol, name, interval })
    }

    pub(super) async fn symbols(&self) -> Result<ListSymbolsResponse, Status> {
        let frames = self.trader.read().frames.clone();
        let mut symbols = Vec::with_capacity(self.instruments.len());
        for instrument in self.instruments.iter() {
            let of = frames.iter().find(|f| f.symbol == instrument.symbol);
            symbols.push(self.symbol_info(instrument, of).await?);
        }
        Ok(ListSymbolsResponse { symbols })
    }

    async fn symbol_info(
        &self,
        instrument: &Instrument,
        frames: Option<&crate::read_model::Frames>,
    ) -> Result<SymbolInfo, Status> {
        let mut intervals = Vec::new();
        for interval in frames.map(|f| f.intervals.as_slice()).unwrap_or_default() {
            let span = self.store.candle_span(instrument.symbol, *interval).await;
            let span = span.map_err(store_error)?;
            let length = Duration::from_secs(u64::from(interval.seconds()));
            intervals.push(IntervalInfo {
                interval: interval.to_string(),
                length: Some(convert::duration(length)),
                first_open_time: span.map(|s| time(s.0)),
                last_open_time: span.map(|s| time(s.1)),
            });
        }
        let name = |of: fn(&crate::read_model::Frames) -> Interval| {
            frames.map(|f| of(f).to_string()).unwrap_or_default()
        };
        Ok(SymbolInfo {
            symbol: instrument.symbol.to_string(),
            base_asset: instrument.base.to_string(),
            quote_asset: instrument.quote.to_string(),
            tick_size: text(instrument.tick_size),
            lot_size: text(instrument.lot_size),
            min_notional: text(instrument.min_notional),
            base_interval: name(|f| f.base),
            signal_interval: name(|f| f.signal),
            trend_interval: name(|f| f.trend),
            intervals,
        })
    }

    pub(super) async fn indicators(
        &self,
        request: GetIndicatorsRequest,
    ) -> Result<GetIndicatorsResponse, Status> {
        let Series { symbol, name, interval } = self.series(&request.symbol, &request.interval)?;
        let limit = candle_limit(request.limit)?;
        let before = times::moment("before", request.before)?;
        let wanted = Wanted::of(&request.indicators)?;
        let lead = wanted.iter().map(Wanted::lead).max().unwrap_or(0);
        let rows = limit + u32::try_from(lead).unwrap_or(u32::MAX - limit);
        let candles = self.store.candles(symbol, interval, before, rows).await;
        let candles = candles.map_err(store_error)?;
        let shown = candles.len().min(limit as usize);
        let open_times = candles[candles.len() - shown..].iter().map(|c| time(c.open_time));
        let open_times = open_times.collect();
        // Tens of thousands of candles take milliseconds: beside the runtime.
        let series = tokio::task::spawn_blocking(move || {
            wanted.iter().flat_map(|w| w.series(&candles, shown)).collect()
        });
        let series = series.await.map_err(|error| {
            tracing::error!(%error, "indicators could not be computed");
            errors::refuse(Reason::Internal, "the indicators could not be computed")
        })?;
        Ok(GetIndicatorsResponse { symbol: symbol.to_string(), interval: name, open_times, series })
    }

    pub(super) async fn marks(
        &self,
        request: ListMarksRequest,
    ) -> Result<ListMarksResponse, Status> {
        let symbol = self.traded(&request.symbol)?;
        let span = times::between(request.from, request.to)?;
        let limit = match request.limit {
            0 => 1_000,
            n @ 1..=5_000 => n,
            n => {
                let rule = format!("must be 1 to 5000, or 0 for 1000, got {n}");
                return Err(errors::invalid([("limit", rule)]));
            }
        };
        let marks = self.store.marks(symbol, span, limit).await.map_err(store_error)?;
        let fill = |f: &FillRecord| {
            convert::fill(f.order.as_str(), f.symbol.as_str(), f.side, &f.fill, f.at)
        };
        Ok(ListMarksResponse {
            symbol: symbol.to_string(),
            levels: marks.levels.iter().filter_map(level).collect(),
            fills: marks.fills.iter().map(fill).collect(),
            trades: marks.trades.iter().map(convert::trade).collect(),
            truncated: marks.truncated,
            as_of_sequence: marks.as_of_sequence,
        })
    }
}

/// Candles of a request.
pub(super) fn candle_limit(limit: u32) -> Result<u32, Status> {
    match limit {
        0 => Ok(500),
        n @ 1..=5_000 => Ok(n),
        n => {
            let rule = format!("must be 1 to 5000, or 0 for 500, got {n}");
            Err(errors::invalid([("limit", rule)]))
        }
    }
}

fn level(record: &StoryRecord) -> Option<LevelMove> {
    let base = |at: Timestamp| LevelMove {
        at: Some(time(at)),
        sequence: record.sequence,
        ..LevelMove::default()
    };
    let at = record.event.at;
    let price = |p: &Option<domain::Price>| p.map(|p| text(p.get())).unwrap_or_default();
    match &record.event.kind {
        EventKind::PositionClosed { .. } => Some(base(at)),
        EventKind::ProtectionSet { stop, target, at_venue, first_target, stop_kind, .. } => {
            let any = stop.is_some() || target.is_some() || first_target.is_some();
            let place = match (any, at_venue) {
                (false, _) => ProtectionPlace::None,
                (true, true) => ProtectionPlace::Venue,
                (true, false) => ProtectionPlace::Synthetic,
            };
            let kind = stop.map_or(StopKind::Unspecified, |_| convert::stop_kind(*stop_kind));
            Some(LevelMove {
                stop_price: price(stop),
                first_target_price: price(first_target),
                target_price: price(target),
                stop_kind: kind.into(),
                place: place.into(),
                ..base(at)
            })
        }
        _ => None,
    }
}

/// The catalogue of indicators.
pub(super) fn catalogue() -> ListIndicatorsResponse {
    ListIndicatorsResponse { indicators: indicator_series::catalogue() }
}
