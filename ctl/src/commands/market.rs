//! `candles` and `regimes`: the market as the engine saw it.

use super::Context;
use crate::cli::CandlesArgs;
use crate::failure::Failure;
use crate::output::table::{Style, number, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::market_service_client::MarketServiceClient;
use tradingd_proto::v1::{
    Candle, ListCandlesRequest, ListCandlesResponse, ListRegimesRequest, ListRegimesResponse,
    SymbolRegime,
};

/// Lists closed candles, oldest first.
pub async fn candles(context: &Context<'_>, args: CandlesArgs) -> Result<(), Failure> {
    let request = ListCandlesRequest {
        symbol: args.symbol,
        interval: args.interval,
        before: args.before,
        limit: args.limit,
    };
    let answer = context
        .client
        .read(request, async |c, r| MarketServiceClient::new(c).list_candles(r).await)
        .await?;
    context.out.list(&answer, answer.candles.len(), "no candles in that time", candle_table)
}

fn candle_table(answer: &ListCandlesResponse, style: Style) -> String {
    let opened = format!("{} {} opened (UTC)", answer.symbol, answer.interval);
    let headings = [opened.as_str(), "open", "high", "low", "close", "volume (base)"];
    let line = |candle: &Candle| {
        vec![
            text(format::utc(candle.open_time.as_ref())),
            number(format::price(&candle.open)),
            number(format::price(&candle.high)),
            number(format::price(&candle.low)),
            number(format::price(&candle.close)),
            number(format::quantity(&candle.volume)),
        ]
    };
    rows(style, &headings, answer.candles.iter().map(line).collect())
}

/// Lists regime and trend of each symbol.
pub async fn regimes(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListRegimesRequest {}, async |c, r| MarketServiceClient::new(c).list_regimes(r).await)
        .await?;
    context.out.list(&answer, answer.regimes.len(), "no symbols", regime_table)
}

fn regime_table(answer: &ListRegimesResponse, style: Style) -> String {
    let headings =
        ["symbol", "regime", "trend", "ADX", "ATR (quote)", "ATR (x usual)", "price", "at (UTC)"];
    let line = |regime: &SymbolRegime| {
        vec![
            text(&*regime.symbol),
            text(words::regime(regime.regime)),
            text(words::trend(regime.trend)),
            number(format::figure(regime.adx, 1)),
            number(format::figure(regime.atr, 4)),
            number(format::figure(regime.atr_ratio, 2)),
            number(format::price(&regime.last_price)),
            text(format::utc(regime.last_price_at.as_ref())),
        ]
    };
    rows(style, &headings, answer.regimes.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{Regime, Trend};

    #[test]
    fn regimes_line_up() {
        let answer = ListRegimesResponse {
            regimes: vec![
                SymbolRegime {
                    symbol: "BTC/USDT".to_owned(),
                    regime: Regime::Ranging.into(),
                    trend: Trend::Neutral.into(),
                    adx: 18.25,
                    atr: 52.5,
                    atr_ratio: 1.0,
                    last_price: "43210.5".to_owned(),
                    last_price_at: None,
                    ..Default::default()
                },
                SymbolRegime { symbol: "X".to_owned(), ..Default::default() },
            ],
        };
        assert_eq!(
            regime_table(&answer, Style { colour: false }),
            "\
symbol    regime   trend     ADX  ATR (quote)  ATR (x usual)     price  at (UTC)
BTC/USDT  ranging  neutral  18.2      52.5000           1.00  43,210.5  -
X         -        -         0.0       0.0000           0.00         -  -"
        );
    }
}
