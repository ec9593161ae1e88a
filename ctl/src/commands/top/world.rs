//! What the view knows of the daemon: built from a snapshot, kept up by what comes after.

use super::feed::Update;
use crate::commands::watch_lines;
use crate::failure::Failure;
use crate::output::table::Style;
use std::collections::VecDeque;
use std::time::Instant;
use tradingd_proto::v1::subscribe_response::Payload;
use tradingd_proto::v1::{
    Alert, AlertChanged, AlertState, EquityPoint, GetPortfolioResponse, GetStatusResponse, Order,
    OrderStatus, Position, Snapshot, Strategy, SubscribeResponse, Trade,
};

/// Events and trades that are kept; more than a screen shows.
const KEPT: usize = 300;

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Not yet there.
    Connecting,
    /// News come in.
    Live,
    /// Gone, for this reason.
    Lost(String),
}

/// Everything that can be shown.
#[derive(Debug)]
pub struct World {
    /// The daemon's address.
    pub addr: String,
    /// Colour may be used.
    pub colour: bool,
    /// How the connection is.
    pub link: Link,
    /// When the last news came.
    pub heard: Instant,
    /// State, mode, equity and the like.
    pub status: GetStatusResponse,
    /// Performance and exposure.
    pub portfolio: GetPortfolioResponse,
    /// Open positions.
    pub positions: Vec<Position>,
    /// Orders that can still fill, oldest first.
    pub orders: Vec<Order>,
    /// Alerts that go on, the worst first and of those the newest.
    pub alerts: Vec<Alert>,
    /// Strategies with their last signals.
    pub strategies: Vec<Strategy>,
    /// Closed trades, newest first.
    pub trades: VecDeque<Trade>,
    /// What happened, newest first: a line each.
    pub events: VecDeque<String>,
    /// The equity curve, oldest first.
    pub curve: Vec<EquityPoint>,
    /// What came of the person's last command.
    pub said: String,
}

impl World {
    /// What is known before the stream begins.
    #[must_use]
    pub fn new(addr: String, status: GetStatusResponse, colour: bool) -> Self {
        Self {
            addr,
            colour,
            link: Link::Connecting,
            heard: Instant::now(),
            status,
            portfolio: GetPortfolioResponse::default(),
            positions: Vec::new(),
            orders: Vec::new(),
            alerts: Vec::new(),
            strategies: Vec::new(),
            trades: VecDeque::new(),
            events: VecDeque::new(),
            curve: Vec::new(),
            said: String::new(),
        }
    }

    /// Takes in one piece of news.
    ///
    /// # Errors
    /// When there will be no more.
    pub fn take(&mut self, update: Update) -> Result<(), Failure> {
        match update {
            Update::Message(message) => self.message(*message),
            Update::Curve(points) => self.curve = points,
            Update::Strategies(strategies) => self.strategies = strategies,
            Update::Alerts(alerts) => {
                self.alerts = alerts;
                self.sort_alerts();
            }
            Update::Lost(why) => self.link = Link::Lost(why),
            Update::Said(text) => self.said = text,
            Update::Over(failure) => return Err(failure),
        }
        Ok(())
    }

    fn message(&mut self, message: SubscribeResponse) {
        (self.link, self.heard) = (Link::Live, Instant::now());
        if !matches!(message.payload, Some(Payload::Snapshot(_)))
            && let Some(line) = watch_lines::line(&message, false, Style { colour: false })
        {
            self.events.push_front(line);
            self.events.truncate(KEPT);
        }
        if let Some(order) = message.order {
            self.order(order);
        }
        match message.payload {
            Some(Payload::Snapshot(snapshot)) => self.snapshot(snapshot),
            Some(Payload::Mark(mark)) => {
                self.status = mark.status.unwrap_or_default();
                self.portfolio = mark.portfolio.unwrap_or_default();
                self.positions = mark.positions;
            }
            Some(Payload::OrderUpdated(order)) => self.order(order),
            Some(Payload::Alert(AlertChanged { alert: Some(alert), .. })) => self.alert(alert),
            Some(Payload::TradeClosed(trade)) => {
                self.trades.push_front(trade);
                self.trades.truncate(KEPT);
            }
            Some(Payload::PositionClosed(closed)) => {
                self.positions.retain(|position| position.symbol != closed.symbol);
            }
            Some(Payload::TradingStateChanged(change)) => {
                let state = self.status.trading_state.get_or_insert_default();
                (state.state, state.epoch, state.frozen) = (change.to, change.epoch, change.frozen);
                state.cause = change.cause;
            }
            Some(Payload::StrategySwitched(switch)) if switch.symbol.is_empty() => {
                let known = self.strategies.iter_mut().find(|s| s.name == switch.strategy);
                if let Some(strategy) = known {
                    strategy.enabled = switch.enabled;
                }
            }
            _ => {}
        }
    }

    fn snapshot(&mut self, snapshot: Snapshot) {
        self.status = snapshot.status.unwrap_or_default();
        self.portfolio = snapshot.portfolio.unwrap_or_default();
        self.positions = snapshot.positions;
        self.orders = snapshot.open_orders;
        self.orders.sort_by(|a, b| a.client_order_id.cmp(&b.client_order_id));
        self.strategies = snapshot.strategies;
        self.trades = snapshot.recent_trades.into();
    }

    /// Keeps an alert until it is over.
    fn alert(&mut self, alert: Alert) {
        self.alerts.retain(|known| known.id != alert.id);
        if alert.state() != AlertState::Resolved {
            self.alerts.push(alert);
        }
        self.sort_alerts();
    }

    fn sort_alerts(&mut self) {
        self.alerts.sort_by_key(|alert| std::cmp::Reverse((alert.severity, alert.id)));
    }

    /// Keeps an order while it can still fill.
    fn order(&mut self, order: Order) {
        let over = matches!(
            order.status(),
            OrderStatus::Filled
                | OrderStatus::Cancelled
                | OrderStatus::Expired
                | OrderStatus::Rejected
                | OrderStatus::NeverArrived
        );
        let place = self.orders.binary_search_by(|o| o.client_order_id.cmp(&order.client_order_id));
        match (place, over) {
            (Ok(at), true) => {
                self.orders.remove(at);
            }
            (Ok(at), false) => self.orders[at] = order,
            (Err(at), false) => self.orders.insert(at, order),
            (Err(_), true) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{
        AlertSeverity, MarkUpdate, PositionClosed, TradingState, TradingStateChanged,
    };

    fn message(payload: Payload) -> Update {
        let payload = Some(payload);
        Update::Message(Box::new(SubscribeResponse { sequence: 1, payload, ..Default::default() }))
    }

    fn order(id: &str, status: OrderStatus) -> Order {
        Order { client_order_id: id.to_owned(), status: status.into(), ..Default::default() }
    }

    fn ids(world: &World) -> Vec<&str> {
        world.orders.iter().map(|o| o.client_order_id.as_str()).collect()
    }

    #[test]
    fn orders_come_and_go() {
        let mut world = World::new(String::new(), GetStatusResponse::default(), false);
        let snapshot = Snapshot {
            open_orders: vec![order("b", OrderStatus::Working), order("a", OrderStatus::Working)],
            ..Default::default()
        };
        world.take(message(Payload::Snapshot(snapshot))).expect("goes on");
        assert_eq!((ids(&world), &world.link), (vec!["a", "b"], &Link::Live));
        let update = |o| message(Payload::OrderUpdated(o));
        for (news, left) in [
            (order("c", OrderStatus::Attempted), vec!["a", "b", "c"]),
            (order("b", OrderStatus::PartiallyFilled), vec!["a", "b", "c"]),
            (order("a", OrderStatus::Cancelled), vec!["b", "c"]),
            (order("c", OrderStatus::Unknown), vec!["b", "c"]),
            (order("x", OrderStatus::Filled), vec!["b", "c"]),
        ] {
            world.take(update(news)).expect("goes on");
            assert_eq!(ids(&world), left);
        }
        assert_eq!(world.orders[0].status(), OrderStatus::PartiallyFilled);
        assert_eq!(world.events.len(), 5, "each is an event too");
    }

    #[test]
    fn alerts_are_there_until_they_are_over_the_worst_first() {
        let mut world = World::new(String::new(), GetStatusResponse::default(), false);
        let alert = |id, severity: AlertSeverity, state: AlertState| Alert {
            id,
            severity: severity.into(),
            state: state.into(),
            ..Default::default()
        };
        use {AlertSeverity::*, AlertState::*};
        world
            .take(Update::Alerts(vec![alert(1, Warning, Open), alert(2, Critical, Open)]))
            .expect("goes on");
        let changed = |alert| AlertChanged { alert: Some(alert), ..Default::default() };
        for (news, left) in [
            (alert(3, Warning, Open), vec![2, 3, 1]),
            (alert(1, Warning, Acknowledged), vec![2, 3, 1]),
            (alert(2, Critical, Resolved), vec![3, 1]),
            (alert(9, Info, Resolved), vec![3, 1]),
        ] {
            world.take(message(Payload::Alert(changed(news)))).expect("goes on");
            assert_eq!(world.alerts.iter().map(|a| a.id).collect::<Vec<_>>(), left);
        }
    }

    #[test]
    fn a_fill_brings_its_order_along() {
        let mut world = World::new(String::new(), GetStatusResponse::default(), false);
        world.take(message(Payload::OrderUpdated(order("a", OrderStatus::Working)))).expect("fine");
        let filled = SubscribeResponse {
            order: Some(order("a", OrderStatus::Filled)),
            payload: Some(Payload::Fill(tradingd_proto::v1::Fill::default())),
            ..Default::default()
        };
        world.take(Update::Message(Box::new(filled))).expect("goes on");
        assert!(world.orders.is_empty());
    }

    #[test]
    fn state_marks_and_closes_are_taken_over() {
        let mut world = World::new(String::new(), GetStatusResponse::default(), false);
        let position = |symbol: &str| Position { symbol: symbol.to_owned(), ..Default::default() };
        let mark =
            MarkUpdate { positions: vec![position("A"), position("B")], ..Default::default() };
        world.take(message(Payload::Mark(mark))).expect("goes on");
        let closed = PositionClosed { symbol: "A".to_owned(), ..Default::default() };
        world.take(message(Payload::PositionClosed(closed))).expect("goes on");
        assert_eq!(world.positions.len(), 1);
        let change = TradingStateChanged {
            to: TradingState::Halted.into(),
            cause: "operator".to_owned(),
            ..Default::default()
        };
        world.take(message(Payload::TradingStateChanged(change))).expect("goes on");
        let state = world.status.trading_state.as_ref().expect("known");
        assert_eq!((state.state(), state.cause.as_str()), (TradingState::Halted, "operator"));
        world.take(Update::Lost("gone".to_owned())).expect("goes on");
        assert_eq!(world.link, Link::Lost("gone".to_owned()));
        assert!(world.take(Update::Over(Failure::not_logged_in("x"))).is_err());
    }
}
