//! What the oracle is given: the market, the exchange's truth, the database, and what people were
//! told. Nothing here comes out of the engine's memory; who runs a world converts into these types.

use domain::{
    Amount, Asset, Bar, ClientOrderId, Decimal, DecisionRecord, EngineEvent, Fill, Instrument,
    MarketTrade, Name, NewOrder, OrderRequest, Price, Quantity, Symbol, Timestamp, TradingState,
};

/// What an account was set up with.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The pairs, sorted by symbol.
    pub instruments: Vec<Instrument>,
    /// The strategies and whether they are on.
    pub strategies: Vec<(Name, bool)>,
    /// Limits that the operator set.
    pub limits: Limits,
    /// What the exchange takes.
    pub costs: Costs,
}

/// The operator's limits; percentages in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries take all free cash instead of a share.
    pub all_in: bool,
    /// Cap of one position, percent of equity.
    pub max_position_size_pct: Decimal,
    /// Symbols at once.
    pub max_concurrent_positions: u32,
    /// Positions and working entries, percent of equity.
    pub max_total_exposure_pct: Decimal,
    /// Loss of a UTC day that denies entries; 100 is off.
    pub daily_loss_limit_pct: Decimal,
    /// Fall from the peak that latches; 100 is off.
    pub max_drawdown_pct: Decimal,
    /// Distance of the stop below the entry; 0 is none.
    pub stop_loss_pct: Decimal,
    /// Distance of the target above the entry; 0 is none.
    pub take_profit_pct: Decimal,
    /// Fee assumed for entries that have not filled.
    pub assumed_fee_pct: Decimal,
    /// What an entry may lose at its stop, percent of equity.
    pub risk_per_trade_pct: Decimal,
    /// Value of an entry at most; 0 is off.
    pub max_order_value: Decimal,
}

/// The exchange's price list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    /// Fee of fills that rested, percent.
    pub maker_fee_pct: Decimal,
    /// Fee of fills that took, percent.
    pub taker_fee_pct: Decimal,
    /// How much worse a taker fills at most, in basis points.
    pub slippage_bps: Decimal,
    /// Largest share of a row's volume, 0 to 1; 0 is no limit.
    pub max_volume_share: Decimal,
}

/// A row of the market.
#[derive(Debug, Clone, Copy)]
pub enum Row {
    /// A candle that has closed.
    Bar(Bar),
    /// A trade of others.
    Trade(MarketTrade),
}

impl Row {
    /// When it is known.
    #[must_use]
    pub fn close_time(&self) -> Timestamp {
        match self {
            Self::Bar(bar) => bar.interval.end_of(bar.candle.open_time),
            Self::Trade(trade) => trade.at,
        }
    }

    /// The pair.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        match self {
            Self::Bar(bar) => bar.symbol,
            Self::Trade(trade) => trade.symbol,
        }
    }
}

/// What a run was given in a step.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A row of the market.
    Row(&'a Row),
    /// A command that trades nothing by itself.
    Command,
    /// A close-all, which trades at the last prices.
    CloseAll,
    /// Anything else; nothing fills.
    Quiet,
}

/// A request as it arrived at the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireRequest {
    /// When it arrived.
    pub at: Timestamp,
    /// What was asked.
    pub request: OrderRequest,
}

impl WireRequest {
    /// The orders that it would create.
    #[must_use]
    pub fn creates(&self) -> Vec<NewOrder> {
        match self.request {
            OrderRequest::Place(order) => vec![order],
            OrderRequest::PlaceOco(pair) => vec![pair.stop, pair.target],
            OrderRequest::Cancel(_) | OrderRequest::Query(_) => Vec::new(),
        }
    }
}

/// An execution as the exchange made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Execution {
    /// The order.
    pub id: ClientOrderId,
    /// The pair.
    pub symbol: Symbol,
    /// Price, quantity, fee.
    pub fill: Fill,
}

/// An order that can still fill at the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAtVenue {
    /// The order as it was placed.
    pub order: NewOrder,
    /// Base quantity filled.
    pub filled: Decimal,
    /// It was a stop or target and is a market order now.
    pub triggered: bool,
}

/// One asset in the exchange's own books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookLine {
    /// The asset.
    pub asset: Asset,
    /// What the account was opened with.
    pub opening: Amount,
    /// Brought by fills.
    pub received: Amount,
    /// Taken by fills, without fees.
    pub paid: Amount,
    /// Fees.
    pub fees: Amount,
    /// Came in less went out without an order.
    pub moved: Amount,
    /// What there is now.
    pub closing: Amount,
}

/// How things stand at the exchange.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Its books.
    pub books: Vec<BookLine>,
    /// Orders that can still fill.
    pub open: Vec<OpenAtVenue>,
}

/// What the exchange knows by itself.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// Every request since the last look, as it arrived, in order.
    pub requests: Vec<WireRequest>,
    /// Every execution since the last look, in order.
    pub executions: Vec<Execution>,
    /// How things stand now, when it was asked.
    pub standing: Option<Standing>,
}

/// One record of the database.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// A journal event.
    Event(EngineEvent),
    /// A point of the equity curve.
    Equity(Timestamp, Amount),
    /// Why a candle did or did not trade.
    Decision(Box<DecisionRecord>),
}

impl Stored {
    /// Reads an event as the journal holds it.
    ///
    /// # Errors
    /// When the bytes are no event.
    pub fn event(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json).map(Self::Event)
    }
}

/// What an operator asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Stop.
    Stop,
    /// Close everything.
    CloseAll,
    /// Trade again; the latch that was named.
    Resume(Option<u64>),
    /// Switch a strategy.
    Switch {
        /// Its name.
        strategy: Name,
        /// On or off.
        on: bool,
    },
    /// Close one position, or a part of it.
    ClosePosition {
        /// The pair.
        symbol: Symbol,
        /// How much; all when `None`.
        quantity: Option<Quantity>,
    },
    /// Move stop and targets.
    SetProtection {
        /// The pair.
        symbol: Symbol,
    },
    /// Take an order back.
    CancelOrder {
        /// The order.
        id: ClientOrderId,
    },
    /// Put money in or take it out.
    Move,
}

/// One line of the operators' transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// What was asked.
    pub asked: Asked,
    /// What came back; `None` when nothing did.
    pub reply: Option<Reply>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Halted.
    Stopped {
        /// Number of the latch.
        epoch: u64,
        /// Entries that are taken back.
        cancelled: Vec<ClientOrderId>,
        /// Protection that stays.
        protection: Vec<ClientOrderId>,
        /// What may still fill of entries and exits.
        in_flight: Vec<ClientOrderId>,
        /// Positions whose protection comes as soon as their exit order is gone.
        to_be_protected: Vec<Symbol>,
    },
    /// Selling.
    Closing {
        /// Number of the close-all.
        id: u64,
        /// Number of the latch.
        epoch: u64,
    },
    /// Trading again.
    Resumed {
        /// The latch that was cleared.
        epoch: u64,
        /// The state it left.
        from: TradingState,
    },
    /// The switch is as wanted.
    Switched {
        /// Its version.
        version: u64,
        /// False when it had been so.
        changed: bool,
    },
    /// A position, or a part of it, is being sold.
    ClosingPosition {
        /// How much.
        quantity: Quantity,
    },
    /// Stop and targets as they are now.
    Protected {
        /// The stop.
        stop: Option<Price>,
        /// The first target.
        first_target: Option<Price>,
        /// The target.
        target: Option<Price>,
    },
    /// The cancel is on its way.
    Cancelling {
        /// The order.
        id: ClientOrderId,
    },
    /// Money has moved.
    Moved,
    /// Nothing was done.
    Refused(Refused),
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There was nothing to resume.
    NotHalted,
    /// A newer latch is in force.
    StaleEpoch {
        /// Named.
        wanted: u64,
        /// In force.
        current: u64,
    },
    /// A close-all is at work.
    Closing(u64),
    /// The strategy owns so many positions.
    OwnsPositions(usize),
    /// The switch has another version.
    StaleVersion {
        /// Named.
        wanted: u64,
        /// In force.
        current: u64,
    },
    /// Another reason, in words.
    Other(String),
}

/// What people are shown when they ask for the status.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Trading state and number of the latch.
    pub trading: Option<(TradingState, u64)>,
    /// Balances per asset.
    pub accounts: Vec<AccountLine>,
    /// One line per pair, in order.
    pub positions: Vec<PositionLine>,
    /// One line per strategy.
    pub strategies: Vec<StrategyLine>,
    /// Running totals.
    pub totals: Totals,
}

/// One asset as people are shown it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountLine {
    /// The asset.
    pub asset: Asset,
    /// Held.
    pub holdings: Amount,
    /// Opened with, negative.
    pub opening: Amount,
    /// Given to the market less what it took.
    pub market: Amount,
    /// Paid in fees.
    pub fees: Amount,
    /// Went out less came in without an order.
    pub external: Amount,
    /// What all owners have together.
    pub owned: Amount,
}

/// A position as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionLine {
    /// The pair.
    pub symbol: Symbol,
    /// Base quantity.
    pub quantity: Decimal,
    /// Average entry price; `None` when flat.
    pub entry_price: Option<Price>,
    /// Paid for it without fees.
    pub value: Amount,
    /// Paid for it, fees included.
    pub cost: Amount,
    /// Who owns how much.
    pub lots: Vec<(Name, Decimal)>,
}

/// A strategy as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyLine {
    /// Its name.
    pub name: Name,
    /// The operator's switch.
    pub enabled: bool,
    /// The switch's version.
    pub version: u64,
    /// Profit per pair, in the order of the pairs.
    pub profits: Vec<Amount>,
}

/// Running totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Orders submitted.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Closed trades.
    pub trades: u64,
    /// Of them with a profit above zero.
    pub wins: u64,
    /// Sum of profits.
    pub realised: Amount,
    /// Sum of profits above zero.
    pub gross_profit: Amount,
    /// Sum of the others, positive.
    pub gross_loss: Amount,
}

/// Everything about one step.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// What the run was given.
    pub step: Step<'a>,
    /// What the database has more than before, in order.
    pub stored: &'a [Stored],
    /// What the exchange knows.
    pub truth: &'a Truth,
    /// What people are shown now, when they asked.
    pub shown: Option<&'a Shown>,
}
