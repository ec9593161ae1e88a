//! What the rest of the daemon holds of the trader: lanes in, published state out.

use super::deadline;
use crate::read_model::ReadModel;
use crate::settings::{Refused, SettingsAsk};
use domain::{Decimal, Symbol};
use engine::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use storage::{AlertWrite, AuthWrite, ControlRecord};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tradingd_proto::v1;

/// Who asks for what, for the audit and for repeated requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The user.
    pub principal: String,
    /// The role they have, by name.
    pub role: String,
    /// Where the request comes from: an IP address, `socket`, `telegram:…`.
    pub source: String,
    /// The caller's id of the request; never empty.
    pub request_id: String,
    /// Full method name.
    pub method: &'static str,
    /// Hash of the request without its id and without what concerns plans.
    pub body_hash: Vec<u8>,
    /// Why, for the audit, where the command itself carries no reason; may be empty.
    pub reason: String,
    /// Work out what it would do, and do nothing.
    pub dry_run: bool,
    /// Id of the plan that is to be carried out as it was shown; empty for none.
    pub plan_id: String,
    /// Whether whoever asked may still do so when the turn comes.
    pub permit: Permit,
}

/// Asked again right before a request is carried out, because a request may wait in a queue while
/// its sender is put out. The default always holds, for what the daemon itself asks for.
#[derive(Clone, Default)]
pub struct Permit(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Permit {
    /// Holds as long as `ask` says so; it must not block.
    pub fn new(ask: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(ask)))
    }

    /// True when it holds now.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.0.as_ref().is_none_or(|ask| ask())
    }
}

impl std::fmt::Debug for Permit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Permit({})", self.holds())
    }
}

/// It is no part of what is asked for.
impl PartialEq for Permit {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Permit {}

impl RequestContext {
    /// The audit record of what this request did, or was refused.
    #[must_use]
    pub fn record(&self, kind: &str, mut detail: serde_json::Value) -> ControlRecord {
        if !self.reason.is_empty() {
            detail["reason"] = self.reason.clone().into();
        }
        ControlRecord {
            principal: self.principal.clone(),
            role: self.role.clone(),
            source: self.source.clone(),
            request_id: self.request_id.clone(),
            ..ControlRecord::system(super::batch::wall_now(), kind, detail)
        }
    }
}

/// What an operator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A command of the engine's.
    Command(Command),
    /// Sell a share of a position; how much that is shows when its turn comes.
    ClosePart {
        /// The pair.
        symbol: Symbol,
        /// Share of what is held then, in percent above 0 to 100.
        part_pct: Decimal,
        /// Why.
        reason: String,
    },
}

impl Ask {
    /// True for what halts trading.
    pub(super) const fn stops(&self) -> bool {
        matches!(self, Self::Command(Command::Stop { .. } | Command::CloseAll { .. }))
    }

    /// True for what may use the space that is kept for the moment when the disk is full: what
    /// halts trading, and taking an order back.
    pub(super) const fn may_use_reserve(&self) -> bool {
        self.stops() || matches!(self, Self::Command(Command::CancelOrder { .. }))
    }
}

impl From<Command> for Ask {
    fn from(command: Command) -> Self {
        Self::Command(command)
    }
}

/// Something that only the single writer may do.
#[derive(Debug)]
pub enum Work {
    /// An operator's command; the answer is the encoded response.
    Command {
        /// What.
        ask: Ask,
        /// Who.
        context: RequestContext,
        /// When its caller stops waiting; a stop is carried out all the same.
        deadline: Option<Instant>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Answer, Failure>>,
    },
    /// A change of settings.
    Settings {
        /// What.
        ask: Box<SettingsAsk>,
        /// Who.
        context: RequestContext,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Answer, Failure>>,
    },
    /// Changes that the engine has no part in, with their records.
    Control {
        /// What.
        change: Change,
        /// When its caller stops waiting.
        deadline: Option<Instant>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Answer, Failure>>,
    },
    /// A halt that comes from the machine itself: its file, or a signal.
    Halt {
        /// Kind of the audit record.
        kind: &'static str,
        /// Why, when no file tells.
        reason: String,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<(), Failure>>,
    },
}

/// Changes that the engine has no part in, such as users and sessions: durable together with their
/// records and, for an operator's request, with the reply that a repeat of it will get.
#[derive(Debug, Default)]
pub struct Change {
    /// Changes to users and sessions.
    pub auth: Vec<AuthWrite>,
    /// Changes to alerts.
    pub alerts: Vec<AlertWrite>,
    /// Control records whose content was archived and goes now; the last of `records` says so.
    pub prune: Vec<storage::ArchivedRecord>,
    /// Keys and values of the small table, e.g. how far something has been read.
    pub meta: Vec<(String, String)>,
    /// What the audit says about them.
    pub records: Vec<ControlRecord>,
    /// The request and the encoded response, for methods that have a request id.
    pub request: Option<(RequestContext, Vec<u8>)>,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The encoded response of the method.
    pub bytes: Vec<u8>,
    /// True when the same request was answered before and nothing was done again.
    pub replayed: bool,
    /// Journal number of the last record that it wrote.
    pub sequence: u64,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// The engine refused; nothing changed.
    Refused(engine::Refusal),
    /// The settings can't be changed so; nothing changed.
    Settings(Refused),
    /// It was refused, now or when the same request came first.
    Denied(super::Denial),
    /// The id was used for another request.
    RequestIdReused,
    /// Whoever asked may not do so any more; nothing changed.
    NotPermitted,
    /// It could not be made durable. A stop holds in memory all the same.
    NotDurable {
        /// True when the command was a stop, which stands.
        stopped: bool,
        /// What the store said.
        message: String,
    },
    /// The store can't hold it beside what it has, e.g. a user of that name; nothing changed.
    Conflict(storage::Error),
    /// The caller's time was over before it was begun; nothing was done.
    TooLate,
    /// The trader has ended.
    Gone,
}

/// Closed by a stop before its command is queued: no further row is begun until the stop is done.
#[derive(Debug, Clone, Default)]
pub struct HaltLatch {
    closing: Arc<AtomicU64>,
}

impl HaltLatch {
    /// Announces a stop.
    pub fn close(&self) {
        self.closing.fetch_add(1, Ordering::SeqCst);
    }

    /// One announced stop was carried out or given up.
    pub fn done(&self) {
        self.closing.fetch_sub(1, Ordering::SeqCst);
    }

    /// True while an announced stop waits.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst) > 0
    }
}

/// One journal record as the stream sends it.
#[derive(Debug, Clone)]
pub struct StreamRecord {
    /// Its number.
    pub sequence: u64,
    /// The message, without `previous_sequence`.
    pub message: v1::SubscribeResponse,
}

/// The client side of the trader.
#[derive(Debug, Clone)]
pub struct TraderHandle {
    /// For everything but emergencies; bounded.
    pub(super) work: mpsc::Sender<Work>,
    /// For stop, close-all and resume; never full.
    pub(super) emergency: mpsc::UnboundedSender<Work>,
    /// Closed before a stop is queued.
    pub(super) latch: HaltLatch,
    /// The newest state.
    pub model: watch::Receiver<Arc<ReadModel>>,
    /// Records as they are committed, a commit at a time.
    pub(super) records: broadcast::Sender<Arc<Vec<StreamRecord>>>,
}

impl TraderHandle {
    /// The newest state.
    #[must_use]
    pub fn read(&self) -> Arc<ReadModel> {
        self.model.borrow().clone()
    }

    /// Records from now on.
    #[must_use]
    pub fn records(&self) -> broadcast::Receiver<Arc<Vec<StreamRecord>>> {
        self.records.subscribe()
    }

    /// Carries out a command; the answer is the encoded response of its method.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn command(
        &self,
        ask: impl Into<Ask>,
        context: RequestContext,
    ) -> Result<Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        let ask = ask.into();
        // A plan changes nothing, so it neither holds up rows nor takes the emergency lane.
        let stops = ask.stops() && !context.dry_run;
        let emergency =
            stops || !context.dry_run && matches!(ask, Ask::Command(Command::Resume { .. }));
        if stops {
            self.latch.close();
        }
        let work = Work::Command { ask, context, deadline: deadline::present(), reply };
        let queued = if emergency {
            self.emergency.send(work).is_ok()
        } else {
            self.work.send(work).await.is_ok()
        };
        if !queued {
            if stops {
                self.latch.done();
            }
            return Err(Failure::Gone);
        }
        // The trader opens the latch again when it has handled the work, also when nobody waits.
        answer.await.unwrap_or(Err(Failure::Gone))
    }

    /// Changes settings between two rows; the answer is an encoded `UpdateSettingsResponse`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn change_settings(
        &self,
        ask: SettingsAsk,
        context: RequestContext,
    ) -> Result<Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Settings { ask: Box::new(ask), context, reply };
        self.work.send(work).await.map_err(|_| Failure::Gone)?;
        answer.await.unwrap_or(Err(Failure::Gone))
    }

    /// Work that waits for the trader, and how much of it can.
    #[must_use]
    pub fn waiting(&self) -> (u32, u32) {
        let (free, all) = (self.work.capacity(), self.work.max_capacity());
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (number(all.saturating_sub(free)), number(all))
    }

    /// Halts trading on behalf of the machine, as a stop does.
    ///
    /// # Errors
    /// It holds but is not durable, or the trader has ended.
    pub async fn halt(&self, kind: &'static str, reason: String) -> Result<(), Failure> {
        let (reply, answer) = oneshot::channel();
        self.latch.close();
        if self.emergency.send(Work::Halt { kind, reason, reply }).is_err() {
            self.latch.done();
            return Err(Failure::Gone);
        }
        answer.await.unwrap_or(Err(Failure::Gone))
    }

    /// Makes changes durable that the engine has no part in. A request that was answered before gets
    /// the same answer, and nothing is changed.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn change(&self, change: Change) -> Result<Answer, Failure> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Control { change, deadline: deadline::present(), reply };
        self.work.send(work).await.map_err(|_| Failure::Gone)?;
        answer.await.unwrap_or(Err(Failure::Gone))
    }
}
