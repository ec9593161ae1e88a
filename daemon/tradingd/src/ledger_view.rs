//! Sub-ledgers and movements as messages: whose money it is, and what moved without an order.

use crate::convert::{money, text, time};
use domain::{
    Asset, Decimal, ExternalMovement, MovementKind, Name, Price, Quantity, ReductionCause, Symbol,
    Timestamp,
};
use engine::Engine;
use engine::ledger::Account;
use engine::ledger::owners::{Share, UNASSIGNED};
use std::collections::BTreeSet;
use tradingd_proto::v1;

/// Movements that the read model keeps.
const KEPT: usize = 500;

/// What kind of movement it was.
#[must_use]
pub const fn movement_kind(kind: MovementKind) -> v1::MovementKind {
    match kind {
        MovementKind::Deposit => v1::MovementKind::Deposit,
        MovementKind::Withdrawal => v1::MovementKind::Withdrawal,
        MovementKind::ManualTrade => v1::MovementKind::ManualTrade,
        MovementKind::Adjustment => v1::MovementKind::Adjustment,
    }
}

/// One movement.
#[must_use]
pub fn movement(movement: &ExternalMovement, at: Timestamp) -> v1::Movement {
    let (counter_asset, counter_amount) = movement
        .counter
        .map_or_else(Default::default, |(asset, amount)| (asset.to_string(), text(amount)));
    v1::Movement {
        kind: movement_kind(movement.kind).into(),
        asset: movement.asset.to_string(),
        amount: text(movement.amount),
        counter_asset,
        counter_amount,
        reference: movement.reference.clone(),
        note: movement.note.clone(),
        at: Some(time(at)),
    }
}

/// A position that shrank.
#[must_use]
pub fn reduced(
    symbol: Symbol,
    quantity: Quantity,
    price: Price,
    cause: ReductionCause,
) -> v1::PositionReduced {
    let cause = match cause {
        ReductionCause::External => "external",
        ReductionCause::Fees => "fees",
    };
    v1::PositionReduced {
        symbol: symbol.to_string(),
        quantity: text(quantity.get()),
        price: text(price.get()),
        cause: cause.to_owned(),
    }
}

/// The newest movements, newest first, with the number of all.
#[must_use]
pub fn movements(engine: &Engine) -> v1::ListMovementsResponse {
    let booked = &engine.book().movements;
    v1::ListMovementsResponse {
        movements: booked.iter().rev().take(KEPT).map(|m| movement(&m.movement, m.at)).collect(),
        total: booked.len() as u64,
        as_of_sequence: 0,
    }
}

/// All sub-ledgers with the sums that they must have.
#[must_use]
pub fn sub_ledgers(engine: &Engine) -> v1::ListSubLedgersResponse {
    let book = engine.book();
    let held = |asset: Asset| book.ledger.balance(asset, Account::Holdings);
    let assets: BTreeSet<Asset> = book
        .ledger
        .holdings()
        .map(|(asset, _)| asset)
        .chain(book.owners.shares().iter().map(|s| s.asset))
        .collect();
    let total = |asset: &Asset| {
        let (owners, account) = (book.owners.total(*asset), held(*asset));
        v1::SubLedgerTotal {
            asset: asset.to_string(),
            owners: text(owners),
            account: text(account),
            equal: owners == account,
        }
    };
    v1::ListSubLedgersResponse {
        sub_ledgers: book.owners.owners().iter().map(|o| sub_ledger(engine, *o)).collect(),
        totals: assets.iter().map(total).collect(),
        quote_asset: engine.quote_asset().to_string(),
        as_of_sequence: 0,
    }
}

fn sub_ledger(engine: &Engine, owner: Name) -> v1::SubLedger {
    let book = engine.book();
    let value: Decimal = engine
        .positions()
        .map(|p| p.position.owned_by(&owner) * p.mark.map_or(Decimal::ZERO, Price::get))
        .sum();
    let cost = book.cost_of(&owner);
    let strategy = owner.as_str() != UNASSIGNED;
    let of_strategy = |amount: Decimal| if strategy { money(amount) } else { String::new() };
    let shares = book.owners.shares().iter().filter(|s| s.owner == owner);
    v1::SubLedger {
        owner: owner.to_string(),
        assets: shares.map(asset).collect(),
        realised_profit: of_strategy(book.realised_by(&owner, engine.quote_asset())),
        unrealised_profit: of_strategy(value - cost),
        cost: money(cost),
        value: money(value),
    }
}

fn asset(share: &Share) -> v1::SubLedgerAsset {
    v1::SubLedgerAsset {
        asset: share.asset.to_string(),
        amount: text(share.amount),
        fees: text(share.fees),
        fees_value: money(share.fees_value),
        fees_unvalued: text(share.fees_unvalued),
    }
}
