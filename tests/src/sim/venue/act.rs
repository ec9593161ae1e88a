//! What operators do behind the link.

use super::run::VenueRunner;
use super::schedule::VenueOp;
use crate::sim::chance::Chance;
use crate::sim::script::Op;
use crate::sim::{eyes, world};
use domain::{Decimal, Price, Quantity};
use engine::{Command, Engine, InputKind, Level};
use oracle::{Reply, Rule, Said};

impl VenueRunner {
    pub(super) fn act(&mut self, op: VenueOp) {
        let Some(engine) = self.host.engine() else { return };
        let command = match op {
            VenueOp::Plain(Op::Restart) => return self.kill("kill_by_operator"),
            VenueOp::Plain(Op::Settings { draw }) => return self.settings(draw),
            VenueOp::Plain(op) => plain(engine, op),
            VenueOp::Close(draw) => close(engine, draw),
            VenueOp::Protect(draw) => protect(engine, draw),
            VenueOp::Cancel(draw) => cancel(engine, draw),
        };
        let Some(command) = command else { return };
        self.say(|| format!("operator: {command:?}"), false);
        let kind = kind(&command);
        let asked = eyes::asked(&command);
        let reply = self.feed_for_reply(InputKind::Command(command));
        let reply = reply.as_ref().map(eyes::reply);
        if !matches!(reply, Some(Reply::Refused(_))) {
            self.fault(kind);
        }
        self.say(|| format!("reply: {reply:?}"), false);
        self.oracle.hear(&Said { at: self.now, asked, reply });
    }

    fn settings(&mut self, draw: u64) {
        let Some(engine) = self.host.engine() else { return };
        let mut chance = Chance::new(draw, "new settings");
        let mut settings = engine.settings().clone();
        settings.version += 1;
        settings.risk = world::risk(&mut chance);
        let exchange = world::exchange(&mut chance);
        self.fault("new_settings");
        let taken = self.exchange.set_config(exchange);
        self.oracle.must(taken.is_ok(), Rule::SettingsTaken, || format!("{taken:?}"));
        self.feed(InputKind::Settings(Box::new(settings)));
    }
}

fn kind(command: &Command) -> &'static str {
    match command {
        Command::Stop { .. } => "stop",
        Command::CloseAll { .. } => "close_all",
        Command::Resume { .. } => "resume",
        Command::SetStrategyEnabled { .. } => "switch",
        Command::ClosePosition { .. } => "close_position",
        Command::SetProtection { .. } => "set_protection",
        Command::CancelOrder { .. } => "cancel_order",
        Command::Move { .. } => "move",
    }
}

fn plain(engine: &Engine, op: Op) -> Option<Command> {
    let reason = "simulated".to_owned();
    Some(match op {
        Op::Stop => Command::Stop { reason, freeze: false },
        Op::CloseAll => Command::CloseAll { reason },
        Op::Resume(latch) => Command::Resume { reason, epoch: latch.of(engine.trading().epoch) },
        Op::Switch { strategy, on, force, version } => {
            let strategies = &engine.settings().strategies;
            let place = strategies.iter().position(|s| s.params.name() == strategy.as_str());
            let current = place.map_or(0, |p| engine.switch_of(p).version);
            let expected_version = version.of(current);
            Command::SetStrategyEnabled { strategy, enabled: on, force, expected_version }
        }
        Op::Settings { .. } | Op::Restart => return None,
    })
}

fn close(engine: &Engine, draw: u64) -> Option<Command> {
    let held = engine.positions().nth(draw as usize % engine.positions().count().max(1))?;
    let lot = held.instrument.lot_size;
    let half = domain::floor_to_step(held.position.quantity / Decimal::TWO, lot);
    let part = draw.is_multiple_of(3).then(|| Quantity::new(half).ok()).flatten();
    let symbol = held.instrument.symbol;
    Some(Command::ClosePosition { symbol, quantity: part, reason: "simulated".to_owned() })
}

fn protect(engine: &Engine, draw: u64) -> Option<Command> {
    let held = engine.positions().nth(draw as usize % engine.positions().count().max(1))?;
    let tick = held.instrument.tick_size;
    let mark = held.mark?.get();
    let level = |pct: i64| {
        let price = domain::floor_to_step(mark * Decimal::new(1_000 + pct, 3), tick);
        Price::new(price).map_or(Level::Keep, Level::At)
    };
    Some(Command::SetProtection {
        symbol: held.instrument.symbol,
        stop: level(-(draw as i64 % 50) - 2),
        first_target: Level::Keep,
        target: level(draw as i64 / 50 % 60 + 3),
    })
}

fn cancel(engine: &Engine, draw: u64) -> Option<Command> {
    let orders = &engine.book().orders;
    let id = *orders.keys().nth(draw as usize % orders.len().max(1))?;
    Some(Command::CancelOrder { id })
}
