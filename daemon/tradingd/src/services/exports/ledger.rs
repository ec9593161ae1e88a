//! The ledger as a file: every posting of money with the balance of its asset after it.

use super::super::store_error;
use super::file::{Cell, Writer};
use super::{CHUNK, Wanted, percent, word};
use crate::convert;
use domain::{Amount, Asset, EngineEvent, EventKind, Instrument, OrderSide, Symbol};
use engine::ledger::{Account, Ledger};
use std::collections::BTreeMap;
use storage::{AuditFilter, Store};
use tonic::Status;

const COLUMNS: &[&str] = &[
    "engine_sequence",
    "at",
    "entry",
    "asset",
    "amount",
    "balance",
    "symbol",
    "client_order_id",
    "trade_id",
    "reference",
    "note",
];

/// One posting to what is held.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Posting {
    entry: String,
    asset: Asset,
    amount: Amount,
    balance: Amount,
    symbol: Option<Symbol>,
    order: String,
    trade: String,
    reference: String,
    note: String,
}

/// What is held, asset by asset, beside the engine's own ledger.
#[derive(Debug, Default)]
struct Running {
    balances: BTreeMap<Asset, Amount>,
    ledger: Ledger,
}

impl Running {
    fn post(&mut self, entry: impl Into<String>, asset: Asset, amount: Amount) -> Posting {
        let balance = self.balances.entry(asset).or_default();
        *balance += amount;
        Posting {
            entry: entry.into(),
            asset,
            amount,
            balance: *balance,
            symbol: None,
            order: String::new(),
            trade: String::new(),
            reference: String::new(),
            note: String::new(),
        }
    }

    /// The postings of an event. The balances are the ones of the engine's ledger, or it is an error.
    fn apply(
        &mut self,
        instruments: &[Instrument],
        event: &EngineEvent,
    ) -> Result<Vec<Posting>, String> {
        let mut postings = Vec::new();
        match &event.kind {
            EventKind::AccountOpened { balances } => {
                self.ledger.open(balances);
                for (asset, amount) in balances {
                    postings.push(self.post("opening", *asset, *amount));
                }
            }
            EventKind::ExternalMovement { movement } => {
                self.ledger.external(movement);
                let kind = crate::ledger_view::movement_kind(movement.kind).as_str_name();
                for (asset, amount) in movement.sides() {
                    postings.push(Posting {
                        reference: movement.reference.clone(),
                        note: movement.note.clone(),
                        ..self.post(word(kind, "MOVEMENT_KIND_"), asset, amount)
                    });
                }
            }
            EventKind::OrderFilled { id, symbol, side, fill, .. } => {
                let instrument = instruments.iter().find(|i| i.symbol == *symbol);
                let instrument = instrument.ok_or_else(|| format!("no instrument {symbol}"))?;
                self.ledger.fill(instrument, *side, fill);
                let base = fill.quantity.get();
                let quote = fill.price.get() * base;
                let (entry, base, quote) = match side {
                    OrderSide::Buy => ("buy", base, -quote),
                    OrderSide::Sell => ("sell", -base, quote),
                };
                let mut legs = vec![
                    self.post(entry, instrument.base, base),
                    self.post(entry, instrument.quote, quote),
                ];
                if !fill.fee.is_zero() {
                    legs.push(self.post("fee", fill.fee_asset, -fill.fee));
                }
                postings.extend(legs.into_iter().map(|posting| Posting {
                    symbol: Some(*symbol),
                    order: id.to_string(),
                    trade: fill.trade_id.to_string(),
                    ..posting
                }));
            }
            _ => {}
        }
        for posting in &postings {
            let held = self.ledger.balance(posting.asset, Account::Holdings);
            if self.balances.get(&posting.asset) != Some(&held) {
                return Err(format!("{} differs from the ledger", posting.asset));
            }
        }
        Ok(postings)
    }
}

/// Writes the whole ledger; balances count from the opening, whatever the span.
pub async fn write(
    store: &Store,
    instruments: &[Instrument],
    wanted: Wanted,
    mut writer: Writer,
) -> Result<(), Status> {
    writer.heading(COLUMNS).await?;
    let kinds = ["account_opened", "external_movement", "order_filled"].map(str::to_owned);
    let filter = AuditFilter { kinds: Some(kinds.to_vec()), ..AuditFilter::default() };
    let (last, mut after) = (store.last_sequence(), 0);
    let mut running = Running::default();
    loop {
        let found = store.audit_after(&filter, after, last, CHUNK).await.map_err(store_error)?;
        let Some(end) = found.last() else { break };
        after = end.sequence;
        for entry in &found {
            let event: EngineEvent = serde_json::from_str(&entry.payload).map_err(|e| {
                store_error(storage::Error::Corrupt(format!("record {}: {e}", entry.sequence)))
            })?;
            let postings = running.apply(instruments, &event).map_err(|e| {
                store_error(storage::Error::Corrupt(format!("record {}: {e}", entry.sequence)))
            })?;
            for posting in postings {
                let fits = wanted.symbol.is_none() || posting.symbol == wanted.symbol;
                if fits && wanted.holds(event.at) {
                    writer.row(COLUMNS, cells(&event, posting)).await?;
                }
            }
        }
        writer.progress(percent(after, last)).await?;
    }
    writer.finish().await
}

fn cells(event: &EngineEvent, posting: Posting) -> Vec<Cell> {
    vec![
        Cell::Number(event.sequence.to_string()),
        Cell::Text(convert::time(event.at).to_string()),
        Cell::Text(posting.entry),
        Cell::Text(posting.asset.to_string()),
        Cell::Number(convert::text(posting.amount)),
        Cell::Number(convert::text(posting.balance)),
        Cell::Text(posting.symbol.map(|symbol| symbol.to_string()).unwrap_or_default()),
        Cell::Text(posting.order),
        Cell::Text(posting.trade),
        Cell::Text(posting.reference),
        Cell::Text(posting.note),
    ]
}
