//! Orders on their way to a venue and what the venue reports back.

use crate::{Asset, Decimal, Name, Price, Quantity, Symbol, Timestamp};
use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

/// Buy or sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderSide {
    /// Takes base, gives quote.
    Buy,
    /// Gives base, takes quote.
    Sell,
}

/// How long a limit order lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeInForce {
    /// Good till cancelled.
    Gtc,
    /// Immediate or cancel: what does not fill at once expires.
    Ioc,
    /// Fill or kill: all at once or nothing.
    Fok,
}

/// What kind of order it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Fills at the best price there is.
    Market,
    /// Fills at its price or better.
    Limit {
        /// Worst acceptable price.
        price: Price,
        /// Life time.
        tif: TimeInForce,
    },
    /// A limit order that is rejected when it would take liquidity.
    PostOnly {
        /// Worst acceptable price.
        price: Price,
    },
    /// Becomes a market order when the price reaches the trigger against the holder.
    Stop {
        /// A sell triggers at this price or below, a buy at or above.
        trigger: Price,
    },
    /// Becomes a market order when the price reaches the trigger in the holder's favour.
    TakeProfit {
        /// A sell triggers at this price or above, a buy at or below.
        trigger: Price,
    },
}

/// How much an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderSize {
    /// A base quantity.
    Base(Quantity),
    /// A market buy that spends at most this much quote, fee included; the venue works out the quantity.
    QuoteBudget(Decimal),
}

/// Why an order exists; decides what halts and fences let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderPurpose {
    /// Opens or adds to a position.
    Entry,
    /// A strategy leaves what it owns.
    StrategyExit,
    /// A stop or a target of an open position.
    Protection,
    /// Part of an operator's close-all.
    CloseAll,
    /// An operator closes one position, or a part of it.
    OperatorExit,
}

/// Our name for an order: `<instance>-<intent>-<attempt>-<leg>`, a pure function of those four.
///
/// At most 36 characters of `[a-z0-9-]`, unique for the life of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientOrderId(ArrayString<36>);

impl ClientOrderId {
    /// Builds the id. `instance` is 8 characters; `leg` tells the legs of one attempt apart.
    #[must_use]
    pub fn new(instance: &str, intent: u64, attempt: u32, leg: char) -> Self {
        use std::fmt::Write as _;
        let mut text = ArrayString::new();
        let _ = write!(text, "{instance:.8}-{intent:x}-{attempt:x}{leg}");
        Self(text)
    }

    /// Wraps an id that came back from storage or an operator; `None` for odd text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fine = !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fine { ArrayString::from(text).ok().map(Self) } else { None }
    }

    /// The intent and attempt numbers inside; `None` when it is not one of ours.
    #[must_use]
    pub fn decode(&self) -> Option<(u64, u32)> {
        let mut parts = self.0.splitn(3, '-').skip(1);
        let intent = u64::from_str_radix(parts.next()?, 16).ok()?;
        let tail = parts.next()?;
        let attempt = u32::from_str_radix(tail.get(..tail.len().checked_sub(1)?)?, 16).ok()?;
        Some((intent, attempt))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClientOrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// One order for a venue. Its shape is final: rounded to the venue's steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Our id.
    pub id: ClientOrderId,
    /// The pair.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: OrderSide,
    /// Kind with its prices.
    pub kind: OrderKind,
    /// How much.
    pub size: OrderSize,
    /// Why it exists.
    pub purpose: OrderPurpose,
}

/// Two orders for the same holding of which at most one may fill: a stop and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OcoOrder {
    /// The stop leg ([`OrderKind::Stop`]).
    pub stop: NewOrder,
    /// The target leg ([`OrderKind::TakeProfit`] or [`OrderKind::Limit`]).
    pub target: NewOrder,
}

/// What can be asked of a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRequest {
    /// Place one order.
    Place(NewOrder),
    /// Place a pair of which one cancels the other.
    PlaceOco(OcoOrder),
    /// Cancel one order by our id (a leg of a pair cancels the pair).
    Cancel(ClientOrderId),
    /// Ask where an order stands. The answer is every fill of it once more, then
    /// [`ReportKind::Status`], or [`ReportKind::NotFound`].
    Query(ClientOrderId),
}

/// Where an order stands. States only move up the lattice of [`OrderStatus::rank`]:
/// intent < attempted < unknown < never arrived < working < partially filled < ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Decided and recorded, not sent yet.
    Intent,
    /// Handed to the venue, no answer yet.
    Attempted,
    /// No answer came: it may or may not have reached the venue. Counts as live until that is known.
    Unknown,
    /// The venue took it; it rests or waits for its trigger.
    Working,
    /// Some of it is filled.
    PartiallyFilled,
    /// All of it is filled.
    Filled,
    /// Taken back before it was filled.
    Cancelled,
    /// Ended by the venue's rules (immediate-or-cancel remainder, the other leg filled).
    Expired,
    /// The venue refused it.
    Rejected,
    /// Our own verdict after every look-up failed beyond the horizon: it never reached the venue.
    /// Later evidence of the venue overturns it.
    NeverArrived,
}

impl OrderStatus {
    /// True when nothing more can fill.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Filled | Self::Cancelled | Self::Expired | Self::Rejected | Self::NeverArrived
        )
    }

    /// Place in the lattice; a report may never lower it.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Intent => 0,
            Self::Attempted => 1,
            Self::Unknown => 2,
            Self::NeverArrived => 3,
            Self::Working => 4,
            Self::PartiallyFilled => 5,
            Self::Filled | Self::Cancelled | Self::Expired | Self::Rejected => 6,
        }
    }
}

/// Who brought the liquidity of a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Liquidity {
    /// Our order was resting.
    Maker,
    /// Our order took.
    Taker,
}

/// One execution. The venue's trade id makes it countable exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The venue's number for it, unique per symbol.
    pub trade_id: u64,
    /// Execution price.
    pub price: Price,
    /// Executed base quantity, above 0.
    pub quantity: Quantity,
    /// Fee, 0 or above, in `fee_asset`.
    pub fee: Decimal,
    /// What the fee was taken in.
    pub fee_asset: Asset,
    /// Maker or taker.
    pub liquidity: Liquidity,
}

/// What a venue says about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Taken; it works now.
    Accepted,
    /// Refused, with the venue's reason token.
    Rejected(Name),
    /// Some or all of it was executed.
    Filled(Fill),
    /// Gone at our request.
    Cancelled,
    /// Gone by the venue's rules, with a reason token.
    Expired(Name),
    /// A cancel found nothing to cancel, with a reason token.
    CancelRejected(Name),
    /// A stop or target was triggered and is a market order from now on.
    Triggered,
    /// The link gave up waiting for an answer: what became of the request is unknown.
    Unanswered,
    /// Answer to a query, after all fills of the order.
    Status(VenueStatus),
    /// Answer to a query: the venue does not find the order. No proof that it will not yet come.
    NotFound,
}

/// Where a venue says that an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueStatus {
    /// It rests, waits for its trigger or is being filled.
    Working,
    /// Nothing of it is left.
    Filled,
    /// Taken back at our request.
    Cancelled,
    /// Ended by the venue's rules.
    Expired,
    /// Refused.
    Rejected,
}

/// One report of a venue about one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionReport {
    /// When it happened, in the venue's time.
    pub at: Timestamp,
    /// Our id of the order.
    pub id: ClientOrderId,
    /// The pair.
    pub symbol: Symbol,
    /// Base quantity of the order that the venue has executed so far, this report included. More
    /// than the fills that arrived means that some are still missing.
    pub executed: Quantity,
    /// What happened.
    pub kind: ReportKind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_order_ids_can_be_read_back() {
        let id = ClientOrderId::new("a1b2c3d4", 0xdead_beef, 3, 's');
        assert_eq!(id.as_str(), "a1b2c3d4-deadbeef-3s");
        assert_eq!(id.decode(), Some((0xdead_beef, 3)));
        assert!(id.as_str().len() <= 36);
        let longest = ClientOrderId::new("a1b2c3d4", u64::MAX, u32::MAX, 't');
        assert_eq!(longest.decode(), Some((u64::MAX, u32::MAX)));
        assert_eq!(ClientOrderId::parse(longest.as_str()), Some(longest));
        assert_eq!(ClientOrderId::parse("SELECT 1"), None);
    }
}
