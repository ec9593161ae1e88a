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
mod chain;
mod check;
mod decision_codec;
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
mod migrate;
mod order_reads;
mod orders;
mod page;
mod records;
mod retention;
mod settings;
mod state;
mod store;
mod trade_facts;
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
pub use decisions::{DecisionFilter, DecisionResult};
pub use directory::{DATABASE_FILE, LOCK_FILE, RESERVE_FILE};
pub use equity::{EquityCurve, EquityPoint, MAX_EQUITY_POINTS};
pub use error::Error;
pub use execution_facts::ExecutionFact;
pub use executions::{ExecutionFilter, ExecutionRecord, ExecutionTotals};
pub use hash::LogHash;
pub use journal::MAX_JOURNAL_READ;
pub use migrate::SCHEMA_VERSION;
pub use order_reads::{FillRecord, OrderFilter};
pub use page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, PageRequest};
pub use records::{
    ApiToken, AuthWrite, Batch, Committed, ControlRecord, JournalBody, JournalRecord, RefreshMatch,
    Session, Snapshot, SourcePosition, StoredReply, Totals, User,
};
pub use retention::{
    ArchivedRecord, PRUNED_KIND, Portion, Prunable, Pruning, archive_text, pruning_record,
};
pub use settings::{SettingChange, SettingsVersion, SettingsWrite, StoredSetting};
pub use store::{ChainHead, Options, Store};
pub use trade_facts::{FactShare, TradeFact};
pub use trades::TradeFilter;
pub use verify::{Anchor, Finding, FindingKind, Verdict};
pub use verify_run::verify_directory;
pub use window::{FillFact, Window};
