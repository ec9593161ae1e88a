//! The book: ledger, orders, intents and positions, changed by events only.
//!
//! Folding the stored events through [`Book::apply`] rebuilds the money of any account with any build.

use super::Ledger;
use super::money::Executed;
use super::owners::SubLedgers;
use super::positions::{ClosedPart, Position};
use domain::{
    Amount, ClientOrderId, Decimal, EngineEvent, EventKind, ExecutionStyle, ExitReason,
    ExternalMovement, Fill, Instrument, Interval, Name, OrderPurpose, OrderSide, OrderSize,
    OrderView, Price, Symbol, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// How many ended orders are remembered for late fills and doubled reports.
pub const REMEMBERED: usize = 128;

/// An approved intent that may still lead to fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The pair.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: OrderSide,
    /// Why it exists.
    pub purpose: OrderPurpose,
    /// How it is worked.
    pub style: ExecutionStyle,
    /// What was asked for.
    pub size: OrderSize,
    /// Price when it was decided, or the trigger of a stop or target.
    pub reference_price: Price,
    /// Orders sent for it.
    pub sent: u32,
    /// Base quantity done.
    pub filled: Decimal,
    /// Price × quantity of what was done.
    pub filled_quote: Amount,
    /// Fees taken in quote.
    pub fees: Amount,
    /// False once the work on it is over.
    pub open: bool,
    /// Remembered orders that belong to it.
    orders: u32,
    /// Strategies with their shares.
    pub owners: Vec<(Name, Decimal)>,
    /// The deciding candle.
    pub decision: Option<(Interval, Timestamp)>,
}

/// Running totals since the account was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Orders submitted.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Closed trades.
    pub trades: u64,
    /// Closed trades with a profit above zero.
    pub wins: u64,
    /// Sum of the trades' profits after fees.
    pub realised: Amount,
    /// Sum of profits of winning trades.
    pub gross_profit: Amount,
    /// Sum of losses of the others, as a positive amount.
    pub gross_loss: Amount,
}

/// A booked movement of money without an order of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Number of its event.
    pub sequence: u64,
    /// Engine time.
    pub at: Timestamp,
    /// What moved.
    pub movement: ExternalMovement,
}

/// Everything about money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    instruments: Vec<Instrument>,
    /// Balances.
    pub ledger: Ledger,
    /// Whose they are.
    pub owners: SubLedgers,
    /// Orders that can still fill, or of which fills are missing.
    pub orders: BTreeMap<ClientOrderId, OrderView>,
    /// The [`REMEMBERED`] orders that ended last.
    ended: BTreeMap<ClientOrderId, OrderView>,
    /// Their ids, oldest first.
    ended_order: VecDeque<ClientOrderId>,
    /// Intents that are worked on, and those of remembered orders.
    pub intents: BTreeMap<u64, Intent>,
    /// Positions, in the order of the instruments.
    pub positions: Vec<Position>,
    /// What exits have closed and not yet reported as a trade.
    pub closing: BTreeMap<ClientOrderId, ClosedPart>,
    /// What a reduced position has lost and not yet reported as a trade.
    pub reduced: Option<ClosedPart>,
    /// Base sold beyond the position, per pair: coins that no strategy owned.
    pub oversold: BTreeMap<Symbol, Amount>,
    /// Deposits, withdrawals and hand-made trades, oldest first.
    pub movements: Vec<Movement>,
    /// Running totals.
    pub totals: Totals,
}

impl Book {
    /// An empty book over sorted instruments.
    #[must_use]
    pub fn new(instruments: Vec<Instrument>) -> Self {
        let positions = vec![Position::default(); instruments.len()];
        Self {
            instruments,
            ledger: Ledger::default(),
            owners: SubLedgers::default(),
            orders: BTreeMap::new(),
            ended: BTreeMap::new(),
            ended_order: VecDeque::new(),
            intents: BTreeMap::new(),
            positions,
            closing: BTreeMap::new(),
            reduced: None,
            oversold: BTreeMap::new(),
            movements: Vec::new(),
            totals: Totals::default(),
        }
    }

    /// Place of a symbol in the sorted list.
    #[must_use]
    pub fn index_of(&self, symbol: Symbol) -> Option<usize> {
        self.instruments.binary_search_by_key(&symbol, |i| i.symbol).ok()
    }

    /// The instruments, sorted by symbol.
    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Applies one event; events that are not about money change nothing.
    pub fn apply(&mut self, event: &EngineEvent) {
        match &event.kind {
            EventKind::AccountOpened { balances } => self.open(balances),
            EventKind::IntentApproved { .. } => self.open_intent(&event.kind),
            EventKind::IntentFinished { result } => self.close_intent(result.intent),
            EventKind::OrderSubmitted { order, intent, .. } => {
                self.totals.orders += 1;
                if let Some(view) = OrderView::submitted(event) {
                    self.orders.insert(order.id, view);
                }
                if let Some(intent) = self.intents.get_mut(intent) {
                    intent.sent += 1;
                    intent.orders += 1;
                }
            }
            EventKind::OrderFilled { id, symbol, side, fill, fee_value } => {
                if self.order(*id).is_some_and(|order| order.trades.contains(&fill.trade_id)) {
                    return;
                }
                self.totals.fills += 1;
                if let Some(index) = self.index_of(*symbol) {
                    self.count_fill(index, *id, fill);
                    let (id, side, fee_value, at) = (*id, *side, *fee_value, event.at);
                    self.fill(index, &Executed { id, side, fill, fee_value, at });
                }
                self.update_order(*id, event);
            }
            EventKind::ExternalMovement { movement } => self.move_external(movement, event),
            EventKind::PositionReduced { symbol, quantity, price, .. } => {
                if let Some(index) = self.index_of(*symbol) {
                    self.reduce(index, *quantity, *price);
                }
            }
            EventKind::OrderAccepted { id }
            | EventKind::OrderUnknown { id }
            | EventKind::OrderNeverArrived { id }
            | EventKind::OrderRejected { id, .. }
            | EventKind::OrderTriggered { id }
            | EventKind::OrderCancelled { id, .. }
            | EventKind::OrderExpired { id, .. } => self.update_order(*id, event),
            EventKind::TradeClosed { trade } => {
                if trade.exit_reason == ExitReason::External {
                    self.reduced = None;
                }
                self.totals.trades += 1;
                self.totals.realised += trade.profit;
                if trade.profit > Amount::ZERO {
                    self.totals.wins += 1;
                    self.totals.gross_profit += trade.profit;
                } else {
                    self.totals.gross_loss -= trade.profit;
                }
            }
            _ => {}
        }
    }

    fn open_intent(&mut self, kind: &EventKind) {
        let EventKind::IntentApproved {
            intent,
            symbol,
            side,
            purpose,
            style,
            size,
            reference_price,
            owners,
            decision,
        } = kind
        else {
            return;
        };
        let held = Intent {
            symbol: *symbol,
            side: *side,
            purpose: *purpose,
            style: *style,
            size: *size,
            reference_price: *reference_price,
            sent: 0,
            filled: Decimal::ZERO,
            filled_quote: Amount::ZERO,
            fees: Amount::ZERO,
            open: true,
            orders: 0,
            owners: owners.clone(),
            decision: *decision,
        };
        self.intents.insert(*intent, held);
    }

    fn close_intent(&mut self, number: u64) {
        if let Some(intent) = self.intents.get_mut(&number) {
            intent.open = false;
            if intent.orders == 0 {
                self.intents.remove(&number);
            }
        }
    }

    fn count_fill(&mut self, index: usize, id: ClientOrderId, fill: &Fill) {
        let quote = self.instruments[index].quote;
        let Some(number) = self.order(id).map(|order| order.intent) else { return };
        let Some(intent) = self.intents.get_mut(&number) else { return };
        intent.filled += fill.quantity.get();
        intent.filled_quote += fill.price.get() * fill.quantity.get();
        if fill.fee_asset == quote {
            intent.fees += fill.fee;
        }
    }

    /// An order by its id, also one that ended lately.
    #[must_use]
    pub fn order(&self, id: ClientOrderId) -> Option<&OrderView> {
        self.orders.get(&id).or_else(|| self.ended.get(&id))
    }

    /// Applies an event to its order; what is settled moves to the ended ones, and back when the
    /// venue says otherwise later.
    fn update_order(&mut self, id: ClientOrderId, event: &EngineEvent) {
        if let Some(order) = self.orders.get_mut(&id) {
            order.apply(event);
            if order.is_settled()
                && let Some(order) = self.orders.remove(&id)
            {
                self.ended.insert(id, order);
                self.ended_order.push_back(id);
                self.forget_oldest();
            }
        } else if let Some(order) = self.ended.get_mut(&id) {
            order.apply(event);
            if !order.is_settled()
                && let Some(order) = self.ended.remove(&id)
            {
                self.ended_order.retain(|other| *other != id);
                self.orders.insert(id, order);
            }
        }
    }

    fn forget_oldest(&mut self) {
        if self.ended_order.len() <= REMEMBERED {
            return;
        }
        let oldest = self.ended_order.pop_front().and_then(|id| self.ended.remove(&id));
        let Some(number) = oldest.map(|order| order.intent) else { return };
        if let Some(intent) = self.intents.get_mut(&number) {
            intent.orders -= 1;
            // A resting pair has no work of its own that could outlast its orders.
            let over = !intent.open || intent.style == ExecutionStyle::Resting;
            if intent.orders == 0 && over {
                self.intents.remove(&number);
            }
        }
    }

    /// All orders that are remembered: those that ended lately first, oldest first, then the others.
    pub fn remembered(&self) -> impl Iterator<Item = &OrderView> + '_ {
        self.ended_order.iter().filter_map(|id| self.ended.get(id)).chain(self.orders.values())
    }

    /// Orders of a symbol that can still fill, or of which fills are missing.
    pub fn live_orders(&self, symbol: Symbol) -> impl Iterator<Item = &OrderView> + '_ {
        self.orders.values().filter(move |o| o.order.symbol == symbol)
    }
}
