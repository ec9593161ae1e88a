//! The paper account and what trading costs there.

use crate::settings::entry::Entry;
use crate::settings::kind::{Kind, Range};
use domain::Asset;
use simulator::FeeAsset;

const BPS: Range = Range::closed(0, 1_000);

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "paper.initial_balance",
        "quote asset",
        "10000",
        "Opening balance of a fresh paper account.",
        Kind::Decimal(Range::above(0, 1_000_000_000_000), |s, x| s.paper.initial_balance = x),
    ),
    Entry::new(
        "paper.quote_asset",
        "",
        "USDT",
        "Asset of the account; every pair must be quoted in it.",
        Kind::Text("an asset of 1 to 12 letters and digits", |s, text| {
            let plain = text.chars().all(|c| c.is_ascii_alphanumeric());
            match Asset::parse(&text.to_uppercase()).filter(|_| plain) {
                Some(asset) => {
                    s.paper.quote_asset = asset;
                    true
                }
                None => false,
            }
        }),
    ),
    Entry::new(
        "paper.maker_fee_pct",
        "percent",
        "0.1",
        "Fee of fills that rested in the book.",
        Kind::Decimal(Range::closed(0, 100), |s, x| s.paper.maker_fee_pct = x),
    )
    .hot(),
    Entry::new(
        "paper.taker_fee_pct",
        "percent",
        "0.1",
        "Fee of fills that took from the book.",
        Kind::Decimal(Range::closed(0, 100), |s, x| s.paper.taker_fee_pct = x),
    )
    .hot(),
    Entry::new(
        "paper.slippage_bps",
        "basis points",
        "2",
        "How much worse than the market price a taker fills.",
        Kind::Decimal(BPS, |s, x| s.paper.slippage_bps = x),
    )
    .hot(),
    Entry::new(
        "paper.impact_bps",
        "basis points",
        "0",
        "Further slippage of a fill that takes a row's whole volume; smaller fills suffer their share.",
        Kind::Decimal(BPS, |s, x| s.paper.impact_bps = x),
    )
    .hot(),
    Entry::new(
        "paper.max_volume_share",
        "",
        "0.25",
        "Largest share of a row's volume that may be ours; 0 lifts the limit.",
        Kind::Decimal(Range::closed(0, 1), |s, x| s.paper.max_volume_share = x),
    )
    .hot(),
    Entry::new(
        "paper.fee_asset",
        "",
        "quote",
        "What fees are taken in: the quote, what a fill brings (base for buys), or a named asset at \
         its last price. The quote takes the place of a named asset of which too little is free or \
         whose price in the quote is not known.",
        Kind::Text("quote, received or an asset of 1 to 12 letters and digits", |s, text| {
            let plain = text.len() <= 12 && text.chars().all(|c| c.is_ascii_alphanumeric());
            s.paper.fee_asset = match text {
                "quote" => FeeAsset::Quote,
                "received" => FeeAsset::Received,
                name => match Asset::parse(&name.to_uppercase()).filter(|_| plain) {
                    Some(asset) => FeeAsset::Named(asset),
                    None => return false,
                },
            };
            true
        }),
    )
    .hot(),
];
