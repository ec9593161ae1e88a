//! Money that moves on the simulated exchange without an order: what people do besides us.
//!
//! The exchange numbers each movement, as a venue does; the engine is told of it by the caller.

use super::SimulatedExchange;
use super::order::MONEY_DECIMALS;
use domain::{
    Amount, Asset, Decimal, ExternalMovement, MovementKind, OrderSide, Price, Quantity, Symbol,
};

/// Largest amount of one movement; keeps every product within the decimal type.
const LARGEST: Decimal = super::validate::LARGEST;

/// Why money can't move.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// Not an amount that can move.
    #[error("amount must be above 0 to 1000000000000 with at most 8 decimal places, got {0}")]
    Amount(Amount),
    /// More than is free.
    #[error(
        "amount must be at most the free {asset}, {free} ({locked} more are held by orders), got {amount}"
    )]
    TooLittle {
        /// The asset.
        asset: Asset,
        /// What was asked for.
        amount: Amount,
        /// What is free.
        free: Amount,
        /// What orders hold.
        locked: Amount,
    },
    /// Neither a deposit nor a withdrawal.
    #[error("only deposits and withdrawals can be asked for, got {0:?}")]
    Kind(MovementKind),
    /// No such pair.
    #[error("symbol {0} is not traded here")]
    UnknownSymbol(Symbol),
}

impl SimulatedExchange {
    /// Puts money in or takes free money out; `amount` is above 0 for both.
    ///
    /// # Errors
    /// See [`MoveError`]; nothing has moved then.
    pub fn move_money(
        &mut self,
        kind: MovementKind,
        asset: Asset,
        amount: Amount,
        note: &str,
    ) -> Result<ExternalMovement, MoveError> {
        check_amount(amount)?;
        let amount = match kind {
            MovementKind::Deposit => amount,
            MovementKind::Withdrawal => -amount,
            MovementKind::ManualTrade | MovementKind::Adjustment => {
                return Err(MoveError::Kind(kind));
            }
        };
        self.check_free(asset, amount)?;
        self.book_move(asset, amount);
        let reference = self.next_movement();
        let note = note.to_owned();
        Ok(ExternalMovement { kind, asset, amount, counter: None, reference, note })
    }

    /// A person trades in the same account, without a fee, at any price and whatever the volume.
    ///
    /// # Errors
    /// See [`MoveError`]; nothing has moved then.
    pub fn trade_by_hand(
        &mut self,
        symbol: Symbol,
        side: OrderSide,
        quantity: Quantity,
        price: Price,
    ) -> Result<ExternalMovement, MoveError> {
        let index = self.find(&symbol).ok_or(MoveError::UnknownSymbol(symbol))?;
        let instrument = self.markets[index].instrument;
        check_amount(quantity.get())?;
        let (base, quote) = match side {
            OrderSide::Buy => (quantity.get(), -(quantity.get() * price.get())),
            OrderSide::Sell => (-quantity.get(), quantity.get() * price.get()),
        };
        self.check_free(instrument.base, base)?;
        self.check_free(instrument.quote, quote)?;
        self.book_move(instrument.base, base);
        self.book_move(instrument.quote, quote);
        Ok(ExternalMovement {
            kind: MovementKind::ManualTrade,
            asset: instrument.base,
            amount: base,
            counter: Some((instrument.quote, quote)),
            reference: self.next_movement(),
            note: String::new(),
        })
    }

    fn check_free(&self, asset: Asset, change: Amount) -> Result<(), MoveError> {
        let balance = self.books.balances().find(|b| b.asset == asset);
        let (free, locked) = balance.map_or_else(Default::default, |b| (b.free, b.locked));
        if free + change < Decimal::ZERO {
            return Err(MoveError::TooLittle { asset, amount: -change, free, locked });
        }
        Ok(())
    }

    fn book_move(&mut self, asset: Asset, change: Amount) {
        if self.books.ensure(asset) {
            // A new asset moves the places of those behind it.
            for market in &mut self.markets {
                market.base_book = self.books.index(market.instrument.base);
                market.quote_book = self.books.index(market.instrument.quote);
            }
        }
        let book = self.books.index(asset);
        self.books.move_in(book, change);
        self.books.assert_sound(book);
    }

    fn next_movement(&mut self) -> String {
        self.movements += 1;
        format!("paper-{}", self.movements)
    }
}

fn check_amount(amount: Amount) -> Result<(), MoveError> {
    let fine =
        amount > Decimal::ZERO && amount <= LARGEST && amount.normalize().scale() <= MONEY_DECIMALS;
    if fine { Ok(()) } else { Err(MoveError::Amount(amount)) }
}
