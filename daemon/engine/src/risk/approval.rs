//! Proof that a request passed the gate: [`ApprovedRequest`] can only be made here.

use domain::{
    ClientOrderId, Decimal, NewOrder, OcoOrder, OrderPurpose, OrderRequest, OrderSide, OrderSize,
    Quantity, Symbol, TradingState,
};

/// A request for a venue that passed every check. Its field is private to this module, so neither a
/// strategy nor an RPC handler can make one.
///
/// ```compile_fail
/// use domain::{ClientOrderId, OrderRequest};
/// let id = ClientOrderId::parse("a-1-1x").unwrap();
/// let forged = engine::risk::ApprovedRequest { request: OrderRequest::Cancel(id) };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovedRequest {
    request: OrderRequest,
}

/// Permission to open one position; made by [`super::checks`] alone.
#[derive(Debug)]
pub struct EntryPermit {
    pub(super) symbol: Symbol,
    pub(super) size: OrderSize,
}

/// Permission to sell what is held, and no more.
#[derive(Debug)]
pub struct ExitPermit {
    symbol: Symbol,
    quantity: Decimal,
}

impl EntryPermit {
    /// Permission to go on with an entry that was approved earlier, for the base quantity that is
    /// left of it; `None` unless trading is active and something is left.
    pub(crate) fn continuation(state: TradingState, symbol: Symbol, left: Decimal) -> Option<Self> {
        let size = OrderSize::Base(Quantity::new(left).ok()?);
        (state == TradingState::Active && !left.is_zero()).then_some(Self { symbol, size })
    }
}

impl ExitPermit {
    /// Allows selling `quantity` of `held`, reduced by what other live sells may still take.
    #[must_use]
    pub fn new(
        symbol: Symbol,
        held: Decimal,
        reserved: Decimal,
        quantity: Decimal,
    ) -> Option<Self> {
        let free = held - reserved;
        let quantity = quantity.min(free);
        (quantity > Decimal::ZERO).then_some(Self { symbol, quantity })
    }

    /// The permitted quantity.
    #[must_use]
    pub fn quantity(&self) -> Decimal {
        self.quantity
    }
}

impl ApprovedRequest {
    /// An entry of at most what is permitted.
    #[must_use]
    pub fn entry(permit: &EntryPermit, order: NewOrder) -> Self {
        let fits = match (order.size, permit.size) {
            (OrderSize::Base(wanted), OrderSize::Base(allowed)) => wanted <= allowed,
            (wanted, allowed) => wanted == allowed,
        };
        assert!(
            order.side == OrderSide::Buy
                && order.purpose == OrderPurpose::Entry
                && order.symbol == permit.symbol
                && fits,
            "Invariant: an entry never buys more than was approved"
        );
        Self { request: OrderRequest::Place(order) }
    }

    /// A sell of at most what is permitted.
    #[must_use]
    pub fn exit(permit: &ExitPermit, order: NewOrder) -> Self {
        Self::assert_exit(permit, &order);
        Self { request: OrderRequest::Place(order) }
    }

    /// A stop and a target for at most what is permitted, of which one fills.
    #[must_use]
    pub fn protection(permit: &ExitPermit, pair: OcoOrder) -> Self {
        Self::assert_exit(permit, &pair.stop);
        Self::assert_exit(permit, &pair.target);
        Self { request: OrderRequest::PlaceOco(pair) }
    }

    /// A question is always allowed.
    #[must_use]
    pub fn query(id: ClientOrderId) -> Self {
        Self { request: OrderRequest::Query(id) }
    }

    /// A cancel is always allowed.
    #[must_use]
    pub fn cancel(id: ClientOrderId) -> Self {
        Self { request: OrderRequest::Cancel(id) }
    }

    /// What to send.
    #[must_use]
    pub fn request(&self) -> &OrderRequest {
        &self.request
    }

    fn assert_exit(permit: &ExitPermit, order: &NewOrder) {
        let fits = matches!(order.size, OrderSize::Base(q) if q.get() <= permit.quantity);
        assert!(
            order.side == OrderSide::Sell
                && order.purpose != OrderPurpose::Entry
                && order.symbol == permit.symbol
                && fits,
            "Invariant: an exit never sells more than held"
        );
    }
}
