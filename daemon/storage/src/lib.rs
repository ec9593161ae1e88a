//! The memory of the daemon: journal, orders, trades, decisions, candles, snapshots, users.
//!
//! One SQLite file with one writer. Every batch is one transaction and on disk when
//! [`Store::commit`] returns. Holds no business rules, folds no money, never sees the engine.

mod access;
mod alerts;
mod archive;
mod audit;
mod auth;
mod bulk;
mod candles;
mod capital;
mod catch_up;
mod chain;
mod check;
mod decimal_key;
mod decision_codec;
mod decision_counts;
mod decisions;
mod directory;
mod equity;
mod error;
mod execution_facts;
mod executions;
mod exports;
mod hash;
mod head;
mod journal;
mod marks;
mod migrate;
mod order_reads;
mod order_story;
mod orders;
mod page;
mod records;
mod retention;
mod settings;
mod state;
mod state_changes;
mod store;
mod trade_facts;
mod trade_list;
mod trade_order;
mod trades;
mod verify;
mod verify_run;
mod window;
mod writer;

pub use alerts::{Acknowledged, Alert, AlertFilter, AlertState, AlertWrite};
pub use archive::Archive;
pub use audit::{AuditEntry, AuditFilter, Patience};
pub use candles::MAX_CANDLES;
pub use check::{CheckDepth, CheckReport};
pub use decision_counts::DecisionCount;
pub use decisions::{DecisionFilter, DecisionResult, reason_token};
pub use directory::{DATABASE_FILE, LOCK_FILE, RESERVE_FILE};
pub use equity::{EquityCurve, EquityPoint, MAX_EQUITY_POINTS};
pub use error::Error;
pub use execution_facts::ExecutionFact;
pub use executions::{ExecutionFilter, ExecutionRecord, ExecutionTotals};
pub use hash::LogHash;
pub use journal::MAX_JOURNAL_READ;
pub use marks::Marks;
pub use migrate::SCHEMA_VERSION;
pub use order_reads::{FillRecord, OrderFilter};
pub use order_story::StoryRecord;
pub use page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, PageRequest};
pub use records::{
    ApiToken, AuthWrite, Batch, Committed, ControlRecord, JournalBody, JournalRecord, RefreshMatch,
    Session, Snapshot, SourcePosition, StoredReply, Totals, User,
};
pub use retention::{
    ArchivedRecord, PRUNED_KIND, Portion, Prunable, Pruning, archive_text, pruning_record,
};
pub use settings::{SettingChange, SettingsVersion, SettingsWrite, StoredSetting};
pub use state_changes::StateChange;
pub use store::{ChainHead, Options, Store};
pub use trade_facts::{FactShare, TradeFact};
pub use trade_list::{TradeFilter, TradeOrder, TradePage, TradeSort};
pub use trade_order::TradeSums;
pub use verify::{Anchor, Finding, FindingKind, Verdict};
pub use verify_run::verify_directory;
pub use window::{FillFact, Window};
