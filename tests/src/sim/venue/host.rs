//! The daemon as far as it matters here: an engine behind a durable store, and a gate before the wire.
//!
//! A step is one input. Its records and the input itself are committed together; what it asks for
//! leaves afterwards. A dead daemon comes back as its last snapshot with the inputs after it.

use domain::{EngineEvent, ExecutionReport, OrderRequest, Timestamp};
use engine::{CommandReply, Engine, Input, InputKind, Output};
use simulator::Gate;

/// Steps between two snapshots.
const SNAPSHOT_EVERY: usize = 48;

/// The process, dead or alive.
#[derive(Debug)]
pub struct Host {
    alive: Option<(Engine, Gate)>,
    snapshot: Vec<u8>,
    /// Inputs since the snapshot, and the events that came of them.
    inputs: Vec<Input>,
    events: Vec<EngineEvent>,
}

/// What a committed step leaves.
#[derive(Debug, Default)]
pub struct Step {
    /// Everything that was recorded.
    pub outputs: Vec<Output>,
    /// What may leave.
    pub requests: Vec<OrderRequest>,
    /// What the gate refused.
    pub refused: Vec<ExecutionReport>,
    /// The answer to a command.
    pub reply: Option<CommandReply>,
}

impl Step {
    /// True when the step recorded or asked something.
    #[must_use]
    pub fn matters(&self) -> bool {
        !self.requests.is_empty() || self.outputs.iter().any(|o| matches!(o, Output::Event(_)))
    }
}

impl Host {
    /// Starts with an engine that was opened with these outputs.
    #[must_use]
    pub fn new(engine: Engine, opening: &[Output]) -> Self {
        let mut gate = Gate::default();
        opening.iter().for_each(|output| gate.observe(output));
        let mut host =
            Self { alive: None, snapshot: Vec::new(), inputs: Vec::new(), events: Vec::new() };
        host.save(&engine, &gate);
        host.alive = Some((engine, gate));
        host
    }

    fn save(&mut self, engine: &Engine, gate: &Gate) {
        self.snapshot =
            postcard::to_allocvec(&(engine, gate)).expect("Invariant: an engine can be written");
        self.inputs.clear();
        self.events.clear();
    }

    /// The engine, while the process lives.
    #[must_use]
    pub fn engine(&self) -> Option<&Engine> {
        self.alive.as_ref().map(|alive| &alive.0)
    }

    /// Handles an input in memory; nothing of it is durable yet. `None` when the process is dead.
    pub fn handle(&mut self, input: &Input) -> Option<Step> {
        let (engine, gate) = self.alive.as_mut()?;
        Some(handle(engine, gate, input.clone()))
    }

    /// Makes a step durable.
    pub fn commit(&mut self, input: Input, step: &Step) {
        self.inputs.push(input);
        self.events.extend(step.outputs.iter().filter_map(event).cloned());
        if self.inputs.len() >= SNAPSHOT_EVERY
            && let Some((engine, gate)) = self.alive.take()
        {
            self.save(&engine, &gate);
            self.alive = Some((engine, gate));
        }
    }

    /// The process is gone; what was not committed is lost.
    pub fn kill(&mut self) {
        self.alive = None;
    }

    /// Starts again from what is durable.
    ///
    /// # Errors
    /// When the inputs after the snapshot give other events than those stored.
    pub fn restart(&mut self) -> Result<(), String> {
        let (mut engine, mut gate): (Engine, Gate) =
            postcard::from_bytes(&self.snapshot).map_err(|error| error.to_string())?;
        let mut again = Vec::new();
        for input in &self.inputs {
            let step = handle(&mut engine, &mut gate, input.clone());
            again.extend(step.outputs.iter().filter_map(event).cloned());
        }
        self.alive = Some((engine, gate));
        if again == self.events {
            return Ok(());
        }
        let at = again.iter().zip(&self.events).take_while(|(a, b)| a == b).count();
        Err(format!("event {at}: {:?}, stored {:?}", again.get(at), self.events.get(at)))
    }
}

fn event(output: &Output) -> Option<&EngineEvent> {
    match output {
        Output::Event(event) => Some(event),
        _ => None,
    }
}

fn handle(engine: &mut Engine, gate: &mut Gate, input: Input) -> Step {
    let mut step = Step::default();
    let at = input.at;
    engine.handle(input, &mut step.outputs);
    for output in &step.outputs {
        gate.observe(output);
        match output {
            Output::Request(approved) => match gate.pass(approved.request()) {
                Ok(()) => step.requests.push(*approved.request()),
                Err(fenced) => step.refused.extend(fenced.reports(at)),
            },
            Output::Reply(reply) => step.reply = Some(reply.clone()),
            _ => {}
        }
    }
    step
}

/// When a living process wants to be woken next.
#[must_use]
pub fn timer(host: &Host) -> Option<Timestamp> {
    host.engine().and_then(Engine::next_timer)
}

/// An input.
#[must_use]
pub fn input(at: Timestamp, kind: InputKind) -> Input {
    Input { at, kind }
}
