//! Tables that play small stories on the exchange: one line per event, `=>`, what it must report.
//!
//! Words: `row VOLUME`, `jump P`, `go P`, `close P` (the last `go` of a row), `trade P VOLUME` and
//! `bar OPEN HIGH LOW CLOSE VOLUME` (low before high) lead the price; `buy|sell ID QTY KIND..`,
//! `pair STOP TARGET SIDE QTY TRIGGER GOAL [limit]` and `cancel ID` are requests; `books` shows
//! `asset free+locked`; `open` lists the orders; `store` writes the exchange out and reads it back.

mod fees;
mod kinds;
mod matching;
mod pairs;
mod properties;
mod requests;

use super::*;
use crate::exchange::PriceStep;
use domain::{Liquidity, TimeInForce};
use domain::{NewOrder, OcoOrder, OrderKind, OrderPurpose, OrderRequest, OrderSide, OrderSize};

fn d(text: &str) -> Decimal {
    text.parse().expect("Invariant: test decimals are valid")
}

fn price(text: &str) -> Price {
    Price::new(d(text)).expect("Invariant: test prices are above 0")
}

fn quantity(text: &str) -> Quantity {
    Quantity::new(d(text)).expect("Invariant: test quantities are 0 or above")
}

fn asset(text: &str) -> Asset {
    Asset::parse(text).expect("Invariant: test assets are valid")
}

fn id(text: &str) -> ClientOrderId {
    ClientOrderId::parse(text).expect("Invariant: test order ids are valid")
}

fn side(text: &str) -> OrderSide {
    if text == "buy" { OrderSide::Buy } else { OrderSide::Sell }
}

fn btc() -> Instrument {
    Instrument::from_symbol("BTCUSDT").expect("Invariant: a known symbol")
}

fn free_of_cost() -> ExchangeConfig {
    ExchangeConfig {
        maker_fee_pct: Decimal::ZERO,
        taker_fee_pct: Decimal::ZERO,
        slippage_bps: Decimal::ZERO,
        impact_bps: Decimal::ZERO,
        max_volume_share: Decimal::ZERO,
        fee_asset: FeeAsset::Quote,
    }
}

/// Plays a table on a market that costs nothing but what `costs` says, e.g. `taker=0.1 share=0.25`.
fn check(costs: &str, balances: &str, table: &str) {
    let mut config = free_of_cost();
    for (name, value) in costs.split_whitespace().filter_map(|c| c.split_once('=')) {
        let field = match name {
            "maker" => &mut config.maker_fee_pct,
            "taker" => &mut config.taker_fee_pct,
            "slippage" => &mut config.slippage_bps,
            "impact" => &mut config.impact_bps,
            "share" => &mut config.max_volume_share,
            other => panic!("no setting {other}"),
        };
        *field = d(value);
    }
    let words: Vec<&str> = balances.split_whitespace().collect();
    let opening: Vec<_> = words.chunks(2).map(|w| (asset(w[1]), d(w[0]))).collect();
    let exchange = SimulatedExchange::new(config, &[btc()], &opening).expect("valid setup");
    let mut story = Story { exchange, symbol: btc().symbol, at: Timestamp::ZERO };
    let lines = table.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let mut wrong = String::new();
    for line in lines {
        let (event, expected) = line.split_once("=>").unwrap_or((line, ""));
        let got = story.play(event.trim());
        if got != expected.trim() {
            wrong += &format!("\n  {}\n     => {got}", line.trim());
        }
    }
    assert!(wrong.is_empty(), "expected, and what was reported instead:{wrong}");
}

struct Story {
    exchange: SimulatedExchange,
    symbol: Symbol,
    at: Timestamp,
}

impl Story {
    fn play(&mut self, event: &str) -> String {
        self.at = self.at.plus_micros(1);
        let words: Vec<&str> = event.split_whitespace().collect();
        match words[..] {
            ["row", volume] => {
                self.exchange.begin_row(self.symbol, quantity(volume));
                String::new()
            }
            ["jump", to] => self.step(to, false, false),
            ["go", to] => self.step(to, true, false),
            ["close", to] => self.step(to, true, true),
            ["trade", to, volume] => {
                self.exchange.begin_row(self.symbol, quantity(volume));
                self.step(to, false, true)
            }
            ["bar", open, high, low, close, volume] => {
                self.exchange.begin_row(self.symbol, quantity(volume));
                let mut said = vec![self.step(open, false, false)];
                for (to, last) in [(low, false), (high, false), (close, true)] {
                    loop {
                        let text = self.step(to, true, last);
                        let stopped = text.ends_with("stopped");
                        said.push(text.trim_end_matches("stopped").trim_end_matches("; ").into());
                        if !stopped {
                            break;
                        }
                    }
                }
                said.retain(|s: &String| !s.is_empty());
                said.join("; ")
            }
            ["books"] => {
                let line = |b: Balance| {
                    format!("{} {}+{}", b.asset, b.free.normalize(), b.locked.normalize())
                };
                self.exchange.balances().map(line).collect::<Vec<_>>().join(", ")
            }
            ["open"] => {
                let ids = self.exchange.open_orders().map(|o| o.order().id.to_string());
                ids.collect::<Vec<_>>().join(" ")
            }
            ["store"] => {
                let bytes = postcard::to_stdvec(&self.exchange).expect("can be written");
                let copy = postcard::from_bytes(&bytes).expect("can be read");
                assert_eq!(self.exchange, copy);
                self.exchange = copy;
                String::new()
            }
            _ => self.request(&words),
        }
    }

    fn step(&mut self, to: &str, continuous: bool, last: bool) -> String {
        let step =
            PriceStep { symbol: self.symbol, at: self.at, price: price(to), continuous, last };
        let mut reports = Vec::new();
        let there = self.exchange.advance(&step, &mut reports);
        let mut said: Vec<String> = reports.iter().map(show).collect();
        if !there {
            said.push("stopped".to_owned());
        }
        said.join("; ")
    }

    fn request(&mut self, words: &[&str]) -> String {
        let request = match *words {
            ["cancel", name] => OrderRequest::Cancel(id(name)),
            ["ask", name] => OrderRequest::Query(id(name)),
            ["pair", stop, target, way, size, trigger, goal, ref rest @ ..] => {
                let kind = if rest == ["limit"] { "limit" } else { "target" };
                OrderRequest::PlaceOco(OcoOrder {
                    stop: self.order(way, stop, &[size, "stop", trigger]),
                    target: self.order(way, target, &[size, kind, goal]),
                })
            }
            [way @ ("buy" | "sell"), name, ref rest @ ..] => {
                OrderRequest::Place(self.order(way, name, rest))
            }
            _ => panic!("no such event: {words:?}"),
        };
        let mut reports = Vec::new();
        self.exchange.request(self.at, &request, &mut reports);
        reports.iter().map(show).collect::<Vec<_>>().join("; ")
    }

    fn order(&self, way: &str, name: &str, rest: &[&str]) -> NewOrder {
        let (size, rest) = match *rest {
            ["budget", budget, ..] => (OrderSize::QuoteBudget(d(budget)), &["market"][..]),
            [size, ref rest @ ..] => (OrderSize::Base(quantity(size)), rest),
            [] => panic!("an order needs a size"),
        };
        let tif = match rest.get(2) {
            Some(&"ioc") => TimeInForce::Ioc,
            Some(&"fok") => TimeInForce::Fok,
            _ => TimeInForce::Gtc,
        };
        let kind = match *rest {
            ["market"] => OrderKind::Market,
            ["limit", at, ..] => OrderKind::Limit { price: price(at), tif },
            ["post", at] => OrderKind::PostOnly { price: price(at) },
            ["stop", at] => OrderKind::Stop { trigger: price(at) },
            ["target", at] => OrderKind::TakeProfit { trigger: price(at) },
            _ => panic!("no such kind of order: {rest:?}"),
        };
        let (side, purpose) = (side(way), OrderPurpose::Entry);
        NewOrder { id: id(name), symbol: self.symbol, side, kind, size, purpose }
    }
}

fn show(report: &ExecutionReport) -> String {
    let what = match report.kind {
        ReportKind::Accepted => "accepted".to_owned(),
        ReportKind::Rejected(reason) => format!("rejected {reason}"),
        ReportKind::Filled(fill) => {
            let by = if fill.liquidity == Liquidity::Maker { "maker" } else { "taker" };
            let (quantity, price) = (fill.quantity.get().normalize(), fill.price.get().normalize());
            format!("filled {quantity}@{price} fee {} {by}", fill.fee)
        }
        ReportKind::Cancelled => "cancelled".to_owned(),
        ReportKind::Expired(reason) => format!("expired {reason}"),
        ReportKind::CancelRejected(reason) => format!("cancel_rejected {reason}"),
        ReportKind::Triggered => "triggered".to_owned(),
        ReportKind::Unanswered => "unanswered".to_owned(),
        ReportKind::Status(status) => {
            format!("is {status:?} with {}", report.executed.get().normalize())
        }
        ReportKind::NotFound => "not found".to_owned(),
    };
    format!("{} {what}", report.id)
}
