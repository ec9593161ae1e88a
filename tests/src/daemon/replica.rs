//! A client's copy of the daemon's state: a snapshot, then record after record.
//!
//! It is what the protocol promises to be enough: nothing is asked for besides the stream.

use std::collections::{BTreeMap, VecDeque};
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::*;

/// Trades that a snapshot shows.
const TRADES: usize = 50;

/// The state as far as it was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Status and filled quantity of orders that can still fill, by id.
    pub orders: BTreeMap<String, (i32, String)>,
    /// What is held, by symbol.
    pub positions: BTreeMap<String, rust_decimal::Decimal>,
    /// Stop and target of what is held, by symbol.
    pub levels: BTreeMap<String, (String, String)>,
    /// State, epoch, frozen.
    pub trading: (i32, u64, bool),
    /// Operators' switches.
    pub strategies: BTreeMap<String, bool>,
    /// Symbol and profit of the newest trades, newest first.
    pub trades: VecDeque<(String, String)>,
}

fn decimal(text: &str) -> rust_decimal::Decimal {
    text.parse::<rust_decimal::Decimal>().expect("decimal text").normalize()
}

fn ended(order: &Order) -> bool {
    matches!(
        order.status(),
        OrderStatus::Filled
            | OrderStatus::Cancelled
            | OrderStatus::Expired
            | OrderStatus::Rejected
            | OrderStatus::NeverArrived
    )
}

impl State {
    /// The state that a snapshot shows.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let status = snapshot.status.clone().unwrap_or_default();
        let trading = status.trading_state.unwrap_or_default();
        let line = |o: &Order| (o.client_order_id.clone(), (o.status, o.filled_quantity.clone()));
        let positions = || snapshot.positions.iter();
        Self {
            orders: snapshot.open_orders.iter().filter(|o| !ended(o)).map(line).collect(),
            positions: positions().map(|p| (p.symbol.clone(), decimal(&p.quantity))).collect(),
            levels: positions()
                .map(|p| (p.symbol.clone(), (p.stop_price.clone(), p.target_price.clone())))
                .collect(),
            trading: (trading.state, trading.epoch, trading.frozen),
            strategies: snapshot.strategies.iter().map(|s| (s.name.clone(), s.enabled)).collect(),
            trades: snapshot.recent_trades.iter().map(trade).collect(),
        }
    }

    /// Takes one record.
    ///
    /// # Panics
    /// A number in it is none.
    pub fn apply(&mut self, record: &SubscribeResponse) {
        if let Some(order) = &record.order {
            self.order(order);
        }
        match record.payload.as_ref() {
            Some(Payload::OrderUpdated(order)) => self.order(order),
            Some(Payload::Fill(fill)) => self.fill(fill),
            Some(Payload::TradingStateChanged(change)) => {
                self.trading = (change.to, change.epoch, change.frozen);
            }
            Some(Payload::StrategySwitched(switch)) if switch.symbol.is_empty() => {
                self.strategies.insert(switch.strategy.clone(), switch.enabled);
            }
            Some(Payload::ProtectionChanged(change)) => {
                let levels = (change.stop_price.clone(), change.target_price.clone());
                self.levels.insert(change.symbol.clone(), levels);
            }
            Some(Payload::PositionClosed(closed)) => {
                self.positions.remove(&closed.symbol);
                self.levels.remove(&closed.symbol);
            }
            Some(Payload::TradeClosed(closed)) => {
                self.trades.push_front(trade(closed));
                self.trades.truncate(TRADES);
            }
            _ => {}
        }
    }

    fn order(&mut self, order: &Order) {
        if ended(order) {
            self.orders.remove(&order.client_order_id);
        } else {
            let state = (order.status, order.filled_quantity.clone());
            self.orders.insert(order.client_order_id.clone(), state);
        }
    }

    fn fill(&mut self, fill: &Fill) {
        let mut quantity = decimal(&fill.quantity);
        if fill.side() == OrderSide::Sell {
            quantity = -quantity;
        }
        let held = self.positions.entry(fill.symbol.clone()).or_default();
        *held = (*held + quantity).normalize();
        if held.is_zero() {
            self.positions.remove(&fill.symbol);
        }
    }
}

fn trade(trade: &Trade) -> (String, String) {
    (trade.symbol.clone(), trade.profit.clone())
}

/// A state with its place in the journal.
#[derive(Debug, Clone, Default)]
pub struct Replica {
    /// The state.
    pub state: State,
    /// Everything up to here is in it.
    pub sequence: u64,
    /// The store; empty before the first snapshot.
    pub store_id: String,
    /// True once the present was reached on this connection. Before that, orders may be shown as they
    /// became later.
    pub live: bool,
    /// Records taken.
    pub records: u64,
}

/// What a message meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// The state has changed, or may have.
    State,
    /// Nothing for the state.
    Nothing,
    /// It has to begin anew.
    Resync(String),
}

impl Replica {
    /// What to subscribe with to go on from here.
    #[must_use]
    pub fn request(&self) -> SubscribeRequest {
        SubscribeRequest {
            resume_after: self.sequence,
            store_id: self.store_id.clone(),
            ..SubscribeRequest::default()
        }
    }

    /// Begins a connection.
    pub fn connected(&mut self) {
        self.live = false;
    }

    /// Takes one message of an unfiltered stream.
    ///
    /// # Errors
    /// A record is missing or came twice.
    pub fn take(&mut self, message: &SubscribeResponse) -> Result<Taken, String> {
        match &message.payload {
            Some(Payload::Snapshot(snapshot)) => {
                self.state = State::of(snapshot);
                self.sequence = message.as_of_sequence;
                self.store_id.clone_from(&snapshot.store_id);
                return Ok(Taken::State);
            }
            Some(Payload::ResyncRequired(resync)) => {
                self.sequence = 0;
                return Ok(Taken::Resync(resync.reason.clone()));
            }
            Some(Payload::Heartbeat(_)) if message.as_of_sequence != self.sequence => {
                let (beat, own) = (message.as_of_sequence, self.sequence);
                return Err(format!("a heartbeat speaks of {beat}, but {own} came last"));
            }
            Some(Payload::Heartbeat(_) | Payload::Mark(_)) => {
                self.live = true;
                return Ok(Taken::State);
            }
            _ if message.sequence == 0 => return Ok(Taken::Nothing),
            _ => {}
        }
        let expected = (self.sequence, self.sequence + 1);
        let found = (message.previous_sequence, message.sequence);
        if found != expected {
            return Err(format!("expected {expected:?}, got {found:?}"));
        }
        self.state.apply(message);
        self.sequence = message.sequence;
        self.records += 1;
        Ok(Taken::State)
    }
}
