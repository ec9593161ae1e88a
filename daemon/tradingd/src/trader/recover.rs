//! Start is recovery: the stored account is taken up where it was, or a new one is opened.
//!
//! Between the newest snapshot and the last commit only rows were handled (a command always brings
//! its own snapshot), so they are handled again and must give the stored events again.

use crate::settings::Settings;
use crate::source::Source;
use anyhow::{Context as _, bail, ensure};
use domain::{EngineEvent, Timestamp};
use engine::Output;
use engine::ledger::book::Book;
use engine::settings::EngineSettings;
use exchanges::Row;
use simulator::{ExchangeConfig, PaperSession};
use storage::{Snapshot, Store};

/// Names the layout of a snapshot; raise the number when engine or exchange state changes shape.
pub const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "/snapshot-2");

/// Events checked at a time while the journal is folded.
const CHUNK: u32 = 10_000;

/// A session ready to go on.
pub struct Recovered {
    /// Engine and exchange; `None` until a new account's first row says when it begins.
    pub session: Option<PaperSession>,
    /// True when the stored settings differ from the ones given now.
    pub settings_changed: bool,
}

/// The simulated exchange's costs from the settings.
#[must_use]
pub fn exchange_config(settings: &Settings) -> ExchangeConfig {
    let paper = &settings.paper;
    ExchangeConfig {
        maker_fee_pct: paper.maker_fee_pct,
        taker_fee_pct: paper.taker_fee_pct,
        slippage_bps: paper.slippage_bps,
        impact_bps: paper.impact_bps,
        max_volume_share: paper.max_volume_share,
        fee_asset: paper.fee_asset,
    }
}

/// Takes up what the store holds. The source is left just after the last committed row.
///
/// # Errors
/// Another source, a snapshot of another build, or stored events that do not come out again: the
/// daemon must not trade then.
pub async fn recover(
    store: &Store,
    source: &mut Source,
    settings: &Settings,
    engine_settings: &EngineSettings,
) -> anyhow::Result<Recovered> {
    let Some(position) = store.position().await? else {
        return Ok(Recovered { session: None, settings_changed: false });
    };
    ensure!(
        position.source_id == source.id(),
        "the data directory holds an account on source {}, but the source given is {}; use another \
         data directory or the same source",
        position.source_id,
        source.id()
    );
    let Some(snapshot) = store.snapshots().await?.into_iter().next() else {
        bail!("the data directory has a position but no snapshot");
    };
    ensure!(
        snapshot.build == BUILD,
        "the snapshot was written by build {}, this is {BUILD}; go on with that build or start a new \
         data directory",
        snapshot.build
    );
    let mut session: PaperSession =
        postcard::from_bytes(&snapshot.bytes).context("the snapshot can't be read")?;
    let (opened_with, given) =
        (&session.engine().settings().instruments, &engine_settings.instruments);
    if let Some((old, new)) = opened_with.iter().zip(given).find(|(old, new)| old != new) {
        bail!(
            "instruments.{}: the account was opened with {:?}, the settings now say {:?}; books and \
             open orders can't change their steps, so go back or use another data directory",
            old.instrument.symbol,
            old.instrument,
            new.instrument
        );
    }
    check_fold(store, &snapshot, &session).await?;
    source.seek(snapshot.source_rows).context("the source can't be read up to the snapshot")?;
    replay(store, source, &snapshot, position.rows, &mut session).await?;
    let settings_changed = session.engine().settings() != engine_settings
        || session.exchange().config() != &exchange_config(settings);
    Ok(Recovered { session: Some(session), settings_changed })
}

/// Folds the stored events and compares the money with the snapshot's.
async fn check_fold(
    store: &Store,
    snapshot: &Snapshot,
    session: &PaperSession,
) -> anyhow::Result<()> {
    let own = session.engine().book();
    let mut book = Book::new(own.instruments().to_vec());
    let mut after = 0;
    while after < snapshot.engine_sequence {
        let events = store.engine_events_after(after, CHUNK).await?;
        let Some(last) = events.last() else { break };
        after = last.sequence;
        for event in events.iter().filter(|e| e.sequence <= snapshot.engine_sequence) {
            fold(&mut book, event);
        }
    }
    ensure!(
        book.ledger == own.ledger
            && book.owners == own.owners
            && book.positions == own.positions
            && book.oversold == own.oversold
            && book.movements == own.movements
            && book.totals == own.totals,
        "folding the stored events does not give the snapshot's money; the data directory is damaged"
    );
    Ok(())
}

/// Applies one stored event. What an exit had closed is reported by its trade, as in the engine;
/// ended orders and intents are kept, they are not part of the comparison.
fn fold(book: &mut Book, event: &EngineEvent) {
    book.apply(event);
    if let domain::EventKind::TradeClosed { .. } = event.kind {
        let Book { closing, orders, .. } = book;
        closing.retain(|id, _| orders.get(id).is_some_and(|o| !o.status.is_terminal()));
    }
}

/// Handles again the rows after the snapshot; the events must be the stored ones.
async fn replay(
    store: &Store,
    source: &mut Source,
    snapshot: &Snapshot,
    rows: u64,
    session: &mut PaperSession,
) -> anyhow::Result<()> {
    let mut expected = Vec::new().into_iter();
    let mut after = snapshot.engine_sequence;
    let mut outputs = Vec::new();
    while source.delivered() < rows {
        let Some(row) = source.next_row()? else { bail!("the source ends before row {rows}") };
        step(session, &row, &mut outputs);
        for output in outputs.drain(..) {
            let Output::Event(event) = output else { continue };
            if expected.len() == 0 {
                expected = store.engine_events_after(after, CHUNK).await?.into_iter();
            }
            let stored: Option<EngineEvent> = expected.next();
            after = event.sequence;
            ensure!(
                stored.as_ref() == Some(&event),
                "handling row {} again gives event {} that differs from the stored one; the daemon \
                 refuses to trade",
                source.delivered(),
                event.sequence
            );
        }
    }
    ensure!(
        session.engine().sequence() == store.last_engine_sequence(),
        "handling the rows again ends at event {}, the store at {}",
        session.engine().sequence(),
        store.last_engine_sequence()
    );
    Ok(())
}

/// Feeds one row.
pub fn step(session: &mut PaperSession, row: &Row, outputs: &mut Vec<Output>) {
    match row {
        Row::Bar(bar) => session.bar(bar, outputs),
        Row::Trade(trade) => session.trade(trade, outputs),
    }
}

/// Opens a new paper account at the moment its data begins, warm-up first.
///
/// # Errors
/// The exchange's settings are wrong.
pub fn open_account(
    settings: &Settings,
    engine_settings: &EngineSettings,
    warm_up: &[domain::Bar],
    begins: Timestamp,
    outputs: &mut Vec<Output>,
) -> anyhow::Result<PaperSession> {
    let balances = [(settings.paper.quote_asset, settings.paper.initial_balance)];
    let at = warm_up.first().map_or(begins, |bar| bar.candle.open_time);
    let mut session = PaperSession::open(
        engine_settings.clone(),
        exchange_config(settings),
        &balances,
        at,
        outputs,
    )?;
    for bar in warm_up {
        session.warm_up(bar, outputs);
    }
    Ok(session)
}
