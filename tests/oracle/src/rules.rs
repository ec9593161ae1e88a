//! Every promise by name, with the invariants of the design that it stands for.

/// A promise.
macro_rules! rules {
    ($($name:ident: $invariants:expr, $text:expr;)*) => {
        /// A promise that the oracle holds a run to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Rule { $(#[doc = $text] $name,)* }

        /// All of them.
        pub const RULES: &[Rule] = &[$(Rule::$name,)*];

        impl Rule {
            /// The promise in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Numbers of the invariants that it stands for (docs/reliability.md); 0 for a promise
            /// of the product that has no number there.
            #[must_use]
            pub const fn invariants(self) -> &'static [u8] {
                match self { $(Self::$name => &$invariants,)* }
            }
        }
    };
}

rules! {
    // Intent and egress.
    JournalFirst: [1], "what reaches the exchange is in the database first";
    SentOnce: [2, 3], "an order reaches the exchange once";
    RecordedIsSent: [1, 12], "every recorded order reaches the exchange";
    OwnCancels: [21], "cancels are for own orders, and recorded";
    IntentsNumbered: [3], "intents are numbered from 1";
    OrderHasIntent: [5], "every order has an approved intent";
    IdNamesIntent: [3], "an order's id names its intent";
    IdsUnique: [3], "order ids are unique";
    Storm: [5], "a step sends a bounded number of orders";
    Fruitless: [5], "an exit that can't sell is not approved for ever";
    OwnersAddUp: [0], "owners' shares add up to 1";
    ExitsSell: [10], "exits sell";
    NoBlindRetry: [6], "no entry while an order of the symbol is unknown";
    LostIsGone: [6, 12], "what is taken for lost is not open at the venue";
    OneLiveOrder: [4], "one live order per intent and leg at the venue";
    IntentOnce: [4, 5], "all attempts of an intent together execute no more than was approved";
    // The database.
    EventsGapless: [29], "event numbers have no gaps";
    EventsReadable: [29], "events can be written and read back";
    StateComesBack: [29], "a stored session comes back as it was";
    FoldGivesMoney: [24, 29], "folding the events gives the engine's money";
    SameAgain: [24], "a second run gives the same log and the same state";
    // Money.
    ExecutionsStored: [7, 12, 26], "executions at the exchange are the fills in the database";
    NoInferredFill: [26], "a fill in the database is an execution of the venue";
    HeardIsStored: [12], "an execution that the daemon hears of is stored in that step";
    NoLostFill: [12], "every execution is in the database once faults have ended";
    CountedOnce: [7], "every execution is counted exactly once";
    Conserved: [8, 9], "opening + fills - fees = closing, as the exchange has it";
    BalancesShown: [8], "shown balances equal the exchange's books";
    SumsToZero: [9], "every asset sums to zero over all accounts";
    PositionsShown: [8], "a position is the sum of its fills";
    LotsAddUp: [9], "lots add up to the position";
    EntryPriceShown: [8], "the shown entry price is the average of the fills";
    TotalsShown: [0], "shown totals are those of the events";
    Equity: [8], "equity = cash + positions at the last prices";
    ProfitExplained: [8], "trades explain every change of cash";
    ProfitShared: [0], "strategies' profits add up to the trades' profits";
    TradesNumbered: [7], "trades are numbered from 1";
    SharesAddUp: [9], "shares add up to the trade";
    SoldIsTraded: [7], "what was sold is in a trade once its order has ended";
    OwnLots: [0], "a strategy's exit closes its own lots";
    FeeAnnounced: [9], "the fee is the announced share";
    // Never more than there is.
    NeverOversell: [10], "never sells more than is held";
    LiveSellsCovered: [10], "live sells never exceed what is held";
    NothingForSale: [10], "nothing held, nothing for sale";
    FreeCash: [11], "an entry is paid from free cash";
    PositionSize: [11], "max_position_size_pct";
    Exposure: [11], "max_total_exposure_pct";
    Concurrent: [11], "max_concurrent_positions";
    OnePosition: [4, 11], "one position a symbol";
    DailyLoss: [11], "daily_loss_limit_pct";
    DayIsOver: [11], "after a day's loss beyond its limit no entry until the next day";
    Drawdown: [11], "max_drawdown_pct";
    FallLatches: [11], "a fall beyond max_drawdown_pct latches";
    RiskPerTrade: [11], "an entry loses at most risk_per_trade_pct at its stop";
    OrderValue: [11], "max_order_value";
    WholeLots: [38], "sizes are whole lots";
    // Life cycle.
    OnlyUp: [22], "states of an order only move up";
    FillTaken: [22], "every fill has an order that was taken";
    NeverOverfills: [4], "an order never fills beyond its size";
    LiveAtVenue: [8, 25], "live orders are live at the exchange";
    NoUnknownOrder: [12, 25], "no order at the exchange is unknown";
    Converges: [42], "once faults have ended no order is unknown";
    BlocksEnd: [42], "once faults have ended nothing blocks entries";
    ReconcileTwice: [25], "reconciling once more changes nothing";
    AsksAfterAll: [12, 25], "after a reconnection every live order is asked after";
    TimeForward: [39], "the daemon's time never goes back";
    // Prices.
    NothingBetweenRows: [0], "nothing fills or triggers between rows";
    VolumeShare: [0], "no more fills than max_volume_share of the volume";
    PricesOfRow: [0], "fills are at prices of the row";
    NextOpen: [0], "a decision at the close fills at the next open";
    NextRow: [0], "a decision at the close fills in the next row";
    TriggerPrice: [0], "stops fill at or below, targets at about their trigger";
    TriggerReached: [0], "a trigger needs a price that reaches it, stops first";
    // What a person has to look at.
    LateLatches: [15], "an order that was taken for lost and is there latches";
    // Protection.
    FiresWhenReached: [20], "protection fires when its price is reached";
    LevelsAsSet: [20], "stop and target are where the settings put them";
    PairCovers: [20], "one protective pair covers all that is held";
    HeldIsProtected: [20], "what is held is protected";
    SyntheticActs: [20], "synthetic protection acts when its price is reached";
    BoundedNakedness: [20], "nothing is held for long without protection or an exit";
    // Operators.
    Allowed: [15], "no entry unless Active, no strategy exit while Halted";
    LatchRises: [15], "each closing raises the latch by one";
    OnlyPersonResumes: [15], "only a person resumes";
    StateShown: [15], "the events tell the trading state";
    SwitchShown: [0], "the events tell the switches";
    PersonsSwitch: [0], "a person's switch is a person's";
    SwitchChanges: [0], "a switch event is a change";
    OffOpensNothing: [0], "a strategy that is off opens nothing";
    Answered: [14], "every command is answered";
    ReplyFits: [14], "a reply fits its command";
    SettingsTaken: [0], "valid settings are taken";
    StopHalts: [15], "stop halts with a new latch";
    StopNamesEntries: [16], "stop names the entries it cancels";
    StopLeavesNothing: [15], "stop leaves no entry and no strategy order";
    StopListsRest: [16], "stop lists what may still fire";
    StopMeansStop: [15], "after the answer to a stop nothing leaves but protection and closes";
    StopIsHonest: [16], "what arrives after the answer to a stop was on its lists";
    CloseAllHalts: [15], "close-all halts";
    CloseAllLeavesNoEntry: [15], "close-all leaves no entry";
    ResumeByName: [15], "resume clears only the latch it names";
    SwitchDoes: [0], "a switch does what it says";
    OneCloseAll: [17], "one close-all at a time";
    CloseAllEndsOnce: [17], "a close-all ends once";
    CloseAllComplete: [17], "a close-all reports every position";
    CloseAllTrue: [17], "a close-all reports the truth";
    RemainderExplained: [17], "a remainder is explained";
    FlatIsFlat: [17], "flat means flat but for dust";
    CloseAllEnds: [17, 42], "a close-all comes to an end";
}
