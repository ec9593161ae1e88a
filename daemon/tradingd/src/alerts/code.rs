//! What kinds of alerts there are: how bad each is, how it ends, and what to do about it.
//!
//! The table of `docs/operations/alerts.md` is made of this one, and a test compares them. Which
//! records raise which code is said in `rules.rs` and `signs.rs`.

use tradingd_proto::v1::AlertSeverity;

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info = 1,
    /// Look at it today.
    Warning = 2,
    /// Look at it now.
    Critical = 3,
}

impl Severity {
    /// The words of settings and messages, from the mildest.
    pub const WORDS: [&str; 3] = ["info", "warning", "critical"];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize - 1]
    }

    /// The severity of that number as stored; anything unknown is critical, so that it is seen.
    #[must_use]
    pub const fn of(number: u8) -> Self {
        match number {
            1 => Self::Info,
            2 => Self::Warning,
            _ => Self::Critical,
        }
    }

    /// The severity of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Critical].into_iter().find(|s| s.word() == word)
    }

    /// On the wire.
    #[must_use]
    pub const fn wire(self) -> AlertSeverity {
        match self {
            Self::Info => AlertSeverity::Info,
            Self::Warning => AlertSeverity::Warning,
            Self::Critical => AlertSeverity::Critical,
        }
    }
}

/// What ends an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Its cause ends, which is seen.
    WithCause,
    /// Its cause was not seen for this many minutes.
    Quiet(u32),
    /// A person says so.
    Acknowledged,
}

impl Ends {
    /// In words, for the table.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::WithCause => "with its cause".to_owned(),
            Self::Quiet(minutes) => format!("after {minutes} quiet minutes"),
            Self::Acknowledged => "when acknowledged".to_owned(),
        }
    }
}

macro_rules! codes {
    ($($name:ident = $token:literal, $severity:ident, $ends:expr, $title:literal,
       $cause:literal, $hint:literal;)*) => {
        /// A kind of alert.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $cause] $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The token, which never changes.
            #[must_use]
            pub const fn token(self) -> &'static str {
                match self { $(Self::$name => $token,)* }
            }

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What ends it.
            #[must_use]
            pub const fn ends(self) -> Ends {
                match self { $(Self::$name => $ends,)* }
            }

            /// One line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What raises it.
            #[must_use]
            pub const fn cause(self) -> &'static str {
                match self { $(Self::$name => $cause,)* }
            }

            /// What to do.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)* }
            }
        }
    };
}

codes! {
    TradingStopped = "trading_stopped", Critical, Ends::WithCause, "trading is stopped",
        "A person, or the file of a stop that could not be stored, has halted trading.",
        "botctl emergency; when all is well: botctl resume --reason TEXT";
    ProtectionSuspended = "protection_suspended", Critical, Ends::WithCause,
        "protection is suspended",
        "A stop with freeze: stops and targets were taken back and nothing sells by itself.",
        "botctl positions; then botctl resume --reason TEXT or botctl close-all --reason TEXT";
    HaltedAtStart = "halted_at_start", Warning, Ends::WithCause, "live trading starts halted",
        "A live daemon has started and waits for a person.",
        "botctl status; then botctl resume --reason TEXT";
    DrawdownLimit = "drawdown_limit", Critical, Ends::WithCause, "drawdown limit reached",
        "Equity fell from its peak by risk.max_drawdown_pct; only exits leave until resume.",
        "botctl risk; botctl trades; then botctl resume --reason TEXT";
    RepeatedRejections = "repeated_rejections", Critical, Ends::WithCause,
        "too many orders refused",
        "The venue refused too many orders within the window; only exits leave until resume.",
        "botctl orders; mend the reason; then botctl resume --reason TEXT";
    OrderOutcomeUnknown = "order_outcome_unknown", Critical, Ends::WithCause,
        "an order's outcome stays unknown",
        "An order had no known outcome for too long; only exits leave until resume.",
        "botctl orders; look at the venue; then botctl resume --reason TEXT";
    LateOrder = "late_order", Critical, Ends::WithCause, "a lost order turned up",
        "An order that was taken for lost was found at the venue; only exits leave until resume.",
        "botctl orders; botctl positions; then botctl resume --reason TEXT";
    PriceMissing = "price_missing", Critical, Ends::WithCause, "a pair has no new price",
        "A symbol had no new price for too long; only exits leave until resume.",
        "botctl health; botctl status; then botctl resume --reason TEXT";
    DailyLossLimit = "daily_loss_limit", Warning, Ends::WithCause, "daily loss limit reached",
        "An entry was denied because the day's loss reached risk.daily_loss_limit_pct; ends with \
         the next UTC day.",
        "botctl risk; botctl trades";
    EntriesDenied = "entries_denied", Info, Ends::WithCause, "entries are denied again and again",
        "One check has denied 50 entries in a row; ends with the next approved entry.",
        "botctl decisions --result denied; botctl risk";
    OrderRejected = "order_rejected", Warning, Ends::Quiet(60), "an order was refused",
        "The venue refused an order; one alert per reason.",
        "botctl orders";
    OrderUnknown = "order_unknown", Warning, Ends::WithCause, "an order has no answer yet",
        "No answer to an order came in time; it may or may not be at the venue. Ends when that is \
         known.",
        "botctl orders";
    OrderNeverArrived = "order_never_arrived", Warning, Ends::Quiet(60),
        "an order never arrived",
        "Every look-up of an order without an answer has failed: nothing of it can fill.",
        "botctl orders";
    PositionUnprotected = "position_unprotected", Critical, Ends::WithCause,
        "a position has no protection",
        "An open position had neither stop nor target for a minute, although trading is not frozen.",
        "botctl positions protect SYMBOL --stop PRICE, or botctl positions close SYMBOL --reason TEXT";
    CloseAllRemainder = "close_all_remainder", Critical, Ends::Acknowledged,
        "close-all left something",
        "A close-all ended and more than dust is left.",
        "botctl emergency; botctl close-all --reason TEXT";
    ExternalMovement = "external_movement", Info, Ends::Quiet(1_440), "money moved",
        "A deposit, a withdrawal or a trade by hand was booked.",
        "botctl portfolio movements";
    PositionReduced = "position_reduced", Warning, Ends::Acknowledged,
        "a position was cut to what the account holds",
        "The account held less of an asset than its position said.",
        "botctl positions; botctl portfolio movements; then botctl alerts ack ID";
    StrategyDisabled = "strategy_disabled", Warning, Ends::WithCause,
        "a strategy was switched off by its results",
        "Losses in a row or a low win rate; ends when the strategy is switched on again.",
        "botctl strategies; botctl strategies enable NAME";
    DataStale = "data_stale", Warning, Ends::WithCause, "market data is stale",
        "No market row for health.stale_after_seconds, or the source can't go on.",
        "botctl health; botctl status";
    StorageFailing = "storage_failing", Critical, Ends::WithCause, "the store does not work",
        "A commit failed or hangs; trading waits, a stop still acts.",
        "botctl health; look at the disk of data_dir";
    EngineStuck = "engine_stuck", Critical, Ends::WithCause, "the engine shows no life",
        "No beat of the engine for health.stuck_after_seconds, or it refuses to trade.",
        "botctl health; botctl logs; restart tradingd";
    DiskLow = "disk_low", Warning, Ends::WithCause, "the disk is nearly full",
        "Less than alerts.disk_low_mb is free on the disk of data_dir; ends at a fifth more.",
        "make room on the disk of data_dir";
    AuditAnchorFailing = "audit_anchor_failing", Warning, Ends::WithCause,
        "the audit's anchors can't be written",
        "An anchor of the audit could not be written to its file or its copy; it is tried again.",
        "botctl logs; look at the disk of data_dir and at the place of the copy";
    RowSetAside = "row_set_aside", Critical, Ends::Acknowledged,
        "a market row crashed the engine",
        "A row has crashed the engine three times and is left out; trading was halted before it.",
        "botctl logs; report it; then botctl resume --reason TEXT";
    LoginFailures = "login_failures", Warning, Ends::Quiet(15), "many logins fail",
        "Ten failed logins or setup attempts within five minutes.",
        "botctl watch; look where they come from";
    RefreshReused = "refresh_reused", Critical, Ends::Acknowledged,
        "a refresh token was used twice",
        "A rotated refresh token came again, so it may have been stolen; its session was ended.",
        "change that user's password; then botctl alerts ack ID";
    NotifierFailing = "notifier_failing", Warning, Ends::WithCause, "alerts can't be delivered",
        "A channel took nothing three times in a row; ends with the next message that it takes.",
        "botctl logs --module tradingd::notifier; look at token, address and network";
    TelegramConflict = "telegram_conflict", Warning, Ends::Quiet(15),
        "two programs ask for the bot's messages",
        "Telegram answered 409: another program polls with the same token, or a webhook is set.",
        "end the other program, or make a new token with BotFather";
    TelegramStranger = "telegram_stranger", Warning, Ends::Quiet(60),
        "a stranger writes to the bot",
        "Somebody who is not in telegram.people, or in another chat, sent the bot a message.",
        "nothing was done; add the id to telegram.people if it is yours";
    ClockStep = "clock_step", Warning, Ends::Quiet(60), "the clock was moved",
        "Wall time and monotonic time went apart by more than 2 s at once.",
        "look at the time service of the machine (timedatectl)";
}

impl Code {
    /// The code of that token.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.token() == token)
    }

    /// True when a person's acknowledgement is all that ends it.
    #[must_use]
    pub fn ends_by_person(token: &str) -> bool {
        Self::parse(token).is_none_or(|code| code.ends() == Ends::Acknowledged)
    }
}

/// The table of the operator's page.
#[must_use]
pub fn table() -> String {
    let mut text =
        "| Code | Severity | Raised when | Ends | What to do |\n|---|---|---|---|---|\n".to_owned();
    for code in Code::ALL {
        text += &format!(
            "| `{}` | {} | {} | {} | {} |\n",
            code.token(),
            code.severity().word(),
            code.cause(),
            code.ends().words(),
            code.hint(),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tokens_are_unique_and_found_again() {
        let tokens: BTreeSet<_> = Code::ALL.iter().map(|code| code.token()).collect();
        assert_eq!(tokens.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::parse(code.token()), Some(*code));
        }
        assert_eq!(Severity::parse("critical"), Some(Severity::Critical));
        assert_eq!(Severity::parse("loud"), None);
    }

    #[test]
    fn the_operators_page_has_exactly_this_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations/alerts.md");
        let page = std::fs::read_to_string(path).expect("the page is there");
        let wanted = table();
        assert!(page.contains(&wanted), "docs/operations/alerts.md must hold:\n{wanted}");
        let rows = page.lines().filter(|l| l.starts_with("| `") && !l.starts_with("| `/")).count();
        assert_eq!(rows, Code::ALL.len(), "no row beside them");
    }
}
