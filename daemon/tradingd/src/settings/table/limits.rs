//! The gate's further limits: the order, its rate, the data it is made on, and the book it goes into.

use crate::settings::entry::Entry;
use crate::settings::guard::Safer;
use crate::settings::kind::{Kind, Range, decimal};
use domain::{Decimal, Name, Symbol};
use std::collections::BTreeMap;

/// A limit of which 0 means none.
const OR_OFF: Range = Range::closed(0, 100);
/// Counts in a minute; 0 means no limit.
const RATE: Range = Range::closed(0, 100_000);
/// A day and a bit, in seconds; 0 means no limit.
const SECONDS: Range = Range::closed(0, 10_000_000);

pub(super) const ORDER: &[Entry] = &[
    Entry::new(
        "risk.price_collar_pct",
        "percent",
        "10",
        "Distance of an entry's price from the last trade and from the median of the five closes before it; beyond it the entry is denied. 0 turns it off.",
        Kind::Decimal(OR_OFF, |s, x| s.engine.risk.price_collar_pct = x),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.max_order_value",
        "quote asset",
        "0",
        "Value of one entry at most. 0 turns it off.",
        Kind::Decimal(Range::closed(0, 1_000_000_000), |s, x| s.engine.risk.max_order_value = x),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.max_order_quantity",
        "base asset",
        "",
        "Largest quantity of one entry, per pair; pairs that are not listed have no such limit.",
        Kind::List("a list such as BTCUSDT:0.5, ETHUSDT:10, each pair once, above 0", |s, items| {
            s.engine.max_order_quantity =
                by_symbol(items, |text| decimal(text, Range::above(0, 1_000_000_000)))?;
            Ok(())
        }),
    )
    .hot()
    .risk(Safer::LowerEach),
    Entry::new(
        "risk.max_orders_per_minute",
        "orders",
        "60",
        "Orders of every purpose in 60 seconds of engine time; at the limit entries are denied, exits never. 0 turns it off.",
        Kind::Count(RATE, |s, n| s.engine.risk.max_orders_per_minute = n as u32),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.max_messages_per_minute",
        "messages",
        "120",
        "Orders and cancels in 60 seconds of engine time; at the limit entries are denied, exits and cancels never. 0 turns it off.",
        Kind::Count(RATE, |s, n| s.engine.risk.max_messages_per_minute = n as u32),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.rejection_limit",
        "orders",
        "5",
        "Refused orders within rejection_window_seconds that stop entries until a person resumes. 0 turns it off.",
        Kind::Count(Range::closed(0, 1_000), |s, n| s.engine.risk.rejection_limit = n as u32),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.rejection_window_seconds",
        "seconds",
        "3600",
        "The window of rejection_limit, in engine time.",
        Kind::Count(Range::closed(1, 10_000_000), |s, n| {
            s.engine.risk.rejection_window_seconds = n as u32;
        }),
    )
    .hot()
    .risk(Safer::Higher),
    Entry::new(
        "risk.max_data_age_seconds",
        "seconds",
        "60",
        "Age of a pair's last price, in data time, beyond which its entries are denied. 0 turns it off.",
        Kind::Count(SECONDS, |s, n| s.engine.risk.max_data_age_seconds = n as u32),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.stale_data_halt_seconds",
        "seconds",
        "0",
        "Age of any pair's last price, in data time, that stops entries until a person resumes. 0 turns it off; a replay with gaps would latch at each.",
        Kind::Count(SECONDS, |s, n| s.engine.risk.stale_data_halt_seconds = n as u32),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
];

pub(super) const PORTFOLIO: &[Entry] = &[
    Entry::new(
        "risk.correlation_window",
        "candles",
        "30",
        "Candles of the signal interval that correlations are measured on.",
        Kind::Count(Range::closed(5, 250), |s, n| s.engine.risk.correlation_window = n as u32),
    )
    .hot()
    .risk(Safer::Unknown),
    Entry::new(
        "risk.max_correlation",
        "",
        "0.8",
        "Correlation with any open pair beyond which an entry is denied; negative ones never deny. 1 turns it off.",
        Kind::Decimal(Range::above(0, 1), |s, x| s.engine.risk.max_correlation = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.sector_map",
        "",
        "",
        "Sector of each pair; pairs that are not listed are in none.",
        Kind::List("a list such as BTCUSDT:layer1, UNIUSDT:defi, each pair once", |s, items| {
            s.engine.sector_map = by_symbol(items, sector)?;
            Ok(())
        }),
    )
    .hot()
    .risk(Safer::Unknown),
    Entry::new(
        "risk.max_positions_per_sector",
        "positions",
        "3",
        "Open positions in one sector of sector_map.",
        Kind::Count(Range::closed(1, 1_000), |s, n| {
            s.engine.risk.max_positions_per_sector = n as u32;
        }),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.max_portfolio_heat",
        "share of equity",
        "0.15",
        "Sum over the book, the entry included, of value times ATR over price, as a share of equity.",
        Kind::Decimal(Range::above(0, 100), |s, x| s.engine.risk.max_portfolio_heat = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.var_enabled",
        "",
        "false",
        "Whether max_portfolio_var_pct limits the value at risk.",
        Kind::Switch(|s, on| s.engine.risk.var_enabled = on),
    )
    .hot()
    .risk(Safer::On),
    Entry::new(
        "risk.var_confidence",
        "",
        "0.95",
        "Confidence of value at risk and expected shortfall.",
        Kind::Text("0.5 to 0.999", |s, text| {
            let known = decimal(text, Range::closed(0, 1));
            let inside = |x: &Decimal| *x >= Decimal::new(5, 1) && *x <= Decimal::new(999, 3);
            known.filter(inside).map(|x| s.engine.risk.var_confidence = x).is_some()
        }),
    )
    .hot()
    .risk(Safer::Higher),
    Entry::new(
        "risk.max_portfolio_var_pct",
        "percent",
        "5",
        "Historical value at risk of the book with the entry, over one candle of the signal interval, as a share of equity.",
        Kind::Decimal(Range::above(0, 100), |s, x| s.engine.risk.max_portfolio_var_pct = x),
    )
    .hot()
    .risk(Safer::Lower),
    Entry::new(
        "risk.max_portfolio_cvar_pct",
        "percent",
        "0",
        "Expected shortfall (mean loss beyond the value at risk) of the same book. 0 turns it off.",
        Kind::Decimal(OR_OFF, |s, x| s.engine.risk.max_portfolio_cvar_pct = x),
    )
    .hot()
    .risk(Safer::LowerAboveZero),
    Entry::new(
        "risk.garch_enabled",
        "",
        "false",
        "Whether sizing by atr also heeds a GARCH forecast: the widest of ATR, stop and forecast is the risk distance.",
        Kind::Switch(|s, on| s.engine.risk.garch_enabled = on),
    )
    .hot()
    .risk(Safer::On),
];

/// Items of the form PAIR:VALUE, each pair once; the first that is not is given back.
fn by_symbol<T>(
    items: &[String],
    value: impl Fn(&str) -> Option<T>,
) -> Result<BTreeMap<Symbol, T>, String> {
    let mut map = BTreeMap::new();
    for item in items {
        let parts = item.split_once(':').and_then(|(pair, text)| {
            let plain: String = pair.trim().chars().filter(|c| *c != '/').collect();
            Some((Symbol::parse(&plain.to_uppercase())?, value(text.trim())?))
        });
        let Some((symbol, value)) = parts else { return Err(item.clone()) };
        if map.insert(symbol, value).is_some() {
            return Err(item.clone());
        }
    }
    Ok(map)
}

fn sector(text: &str) -> Option<Name> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !text.is_empty() { Name::from(text).ok() } else { None }
}
