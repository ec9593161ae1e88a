//! One seed from its first row to its last: operators act, the process is killed, the oracle looks on.

use super::chance::Chance;
use super::eyes;
use super::market::Market;
use super::script::{Latch, Op, Script};
use super::watch::Watch;
use super::world::{self, World};
use domain::{Amount, Asset};
use engine::{Command, Output};
use exchanges::Row;
use oracle::{Oracle, Rule, Said, Step, Stored, Tally, Violation};
use sha2::{Digest, Sha256};
use simulator::PaperSession;

/// How a seed is run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Replaces the seed's own script.
    pub script: Option<Script>,
    /// Keeps a readable trace.
    pub trace: bool,
    /// Keeps the event log's bytes, not only their hash.
    pub keep_log: bool,
}

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// SHA-256 over the event log, one JSON line per event.
    pub log_sha256: [u8; 32],
    /// The log itself, if asked for.
    pub log: Vec<u8>,
    /// The whole session at the end, as stored.
    pub stored: Vec<u8>,
    /// Holdings at the end.
    pub holdings: Vec<(Asset, Amount)>,
    /// What it went through.
    pub tally: Tally,
    /// Broken promises.
    pub violations: Vec<Violation>,
    /// What happened, line by line, if asked for.
    pub trace: Vec<String>,
}

impl Outcome {
    /// Broken promises in words, with the command that shows them again; `None` without any.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let first = self.violations.first()?;
        Some(format!(
            "seed {}: {} broken promise(s), first in step {}: {}: {}\n  replay: cargo sim --seed {} --trace",
            self.seed,
            self.tally.violations,
            first.step,
            first.rule.text(),
            first.detail,
            self.seed
        ))
    }
}

/// A run under way.
#[derive(Debug)]
pub struct Runner {
    /// The world.
    pub world: World,
    session: PaperSession,
    watch: Watch,
    market: Market,
    script: Script,
    next_op: usize,
    row: u64,
    outputs: Vec<Output>,
    hash: Sha256,
    log: Vec<u8>,
    trace: Vec<String>,
    options: Options,
}

/// Runs a seed to its end.
#[must_use]
pub fn run(seed: u64, options: &Options) -> Outcome {
    let mut runner = Runner::new(World::new(seed), options);
    while runner.step() {}
    runner.finish()
}

impl Runner {
    /// Opens the account and warms it up.
    ///
    /// # Panics
    /// When the world cannot be opened, which would be a mistake of this harness.
    #[must_use]
    pub fn new(world: World, options: &Options) -> Self {
        let mut outputs = Vec::new();
        let session = PaperSession::open(
            world.settings.clone(),
            world.exchange.clone(),
            &world.balances,
            world.start(),
            &mut outputs,
        )
        .expect("Invariant: worlds can be opened");
        let mut market = world.open_market();
        let mut session = session;
        for _ in 0..world.warm_up * world.instruments().len() as u64 {
            if let Row::Bar(bar) = market.next_row() {
                session.warm_up(&bar, &mut outputs);
            }
        }
        let script = options.script.clone().unwrap_or_else(|| world.script.clone());
        session.record_exchange();
        let watch = Watch::new(&world.settings, &world.exchange);
        let mut runner = Self {
            world,
            session,
            watch,
            market,
            script,
            next_op: 0,
            row: 0,
            outputs,
            hash: Sha256::new(),
            log: Vec::new(),
            trace: Vec::new(),
            options: options.clone(),
        };
        runner.look(Step::Quiet);
        runner
    }

    /// What is due before the next row, and the row; false after the last one.
    pub fn step(&mut self) -> bool {
        if self.row >= self.world.rows {
            return false;
        }
        while self.script.get(self.next_op).is_some_and(|(row, _)| *row <= self.row) {
            let op = self.script[self.next_op].1;
            self.next_op += 1;
            self.act(op);
        }
        let row = self.market.next_row();
        self.row += 1;
        self.say(|| format!("row {row:?}"));
        match &row {
            Row::Bar(bar) => self.session.bar(bar, &mut self.outputs),
            Row::Trade(trade) => self.session.trade(trade, &mut self.outputs),
        }
        self.watch.oracle.tally.rows += 1;
        self.look(Step::Row(&eyes::row(&row)));
        true
    }

    /// Lets an operator act, or kills the process.
    pub fn act(&mut self, op: Op) {
        self.say(|| format!("operator: {op}"));
        self.watch.oracle.tally.fault(op.kind(), 1);
        let epoch = self.session.engine().trading().epoch;
        let command = match op {
            Op::Restart => return self.restart(),
            Op::Settings { draw } => return self.settings(draw),
            Op::Stop => Command::Stop { reason: "simulated".to_owned(), freeze: false },
            Op::CloseAll => Command::CloseAll { reason: "simulated".to_owned() },
            Op::Resume(latch) => {
                Command::Resume { reason: "simulated".to_owned(), epoch: latch.of(epoch) }
            }
            Op::Switch { strategy, on, force, version } => {
                let strategies = &self.session.engine().settings().strategies;
                let place = strategies.iter().position(|s| s.params.name() == strategy.as_str());
                let current = place.map_or(0, |p| self.session.engine().switch_of(p).version);
                let expected_version = version.of(current);
                Command::SetStrategyEnabled { strategy, enabled: on, force, expected_version }
            }
        };
        self.session.command(command.clone(), &mut self.outputs);
        let reply = self.outputs.iter().rev().find_map(|output| match output {
            Output::Reply(reply) => Some(reply.clone()),
            _ => None,
        });
        self.say(|| format!("reply: {reply:?}"));
        let step = if op == Op::CloseAll { Step::CloseAll } else { Step::Command };
        self.look(step);
        let reply = reply.as_ref().map(eyes::reply);
        let at = self.session.engine().now();
        self.watch.oracle.hear(&Said { at, asked: eyes::asked(&command), reply });
    }

    /// Stores the session, drops it, and goes on with the stored copy.
    fn restart(&mut self) {
        let stored = self.store();
        match postcard::from_bytes::<PaperSession>(&stored) {
            Ok(session) => self.session = session,
            Err(error) => self.watch.oracle.fail(Rule::StateComesBack, error.to_string()),
        }
        self.session.record_exchange();
        let again = self.store();
        self.watch.oracle.must(stored == again, Rule::StateComesBack, || {
            let same = stored.iter().zip(&again).take_while(|(a, b)| a == b).count();
            let near = |bytes: &[u8]| {
                let end = bytes.len().min(same + 40);
                String::from_utf8_lossy(&bytes[same.saturating_sub(40)..end]).into_owned()
            };
            format!("{:?}, then {:?}", near(&stored), near(&again))
        });
    }

    fn store(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.session).unwrap_or_default()
    }

    fn settings(&mut self, draw: u64) {
        let mut chance = Chance::new(draw, "new settings");
        let mut settings = self.session.engine().settings().clone();
        settings.version += 1;
        settings.risk = world::risk(&mut chance);
        world::limits(&mut settings, &mut Chance::new(draw, "new limits"));
        let exchange = world::exchange(&mut chance);
        let (limits, costs) = (eyes::limits(&settings.risk), eyes::costs(&exchange));
        match self.session.replace_settings(settings, exchange, &mut self.outputs) {
            Ok(()) => {
                self.watch.oracle.must(true, Rule::SettingsTaken, String::new);
                self.watch.oracle.take_settings(limits, costs);
            }
            Err(errors) => self.watch.oracle.fail(Rule::SettingsTaken, errors.to_string()),
        }
        self.look(Step::Quiet);
    }

    /// Hands the outputs of a step to the log and the oracle.
    fn look(&mut self, step: Step<'_>) {
        let (hash, log, keep) = (&mut self.hash, &mut self.log, self.options.keep_log);
        let known = self.watch.oracle.violations.len();
        let stored = self.watch.look(step, &self.outputs, &mut self.session, |line| {
            hash.update(line);
            hash.update(b"\n");
            if keep {
                log.extend_from_slice(line);
                log.push(b'\n');
            }
        });
        self.trace_events(&stored);
        if self.options.trace {
            for v in &self.watch.oracle.violations[known..] {
                self.trace.push(format!("!!! step {}: {}: {}", v.step, v.rule.text(), v.detail));
            }
        }
        self.outputs.clear();
    }

    fn trace_events(&mut self, stored: &[Stored]) {
        if !self.options.trace {
            return;
        }
        for record in stored {
            if let Stored::Event(event) = record {
                self.trace.push(format!("    {:>5} {:?}", event.sequence, event.kind));
            }
        }
    }

    fn say(&mut self, line: impl FnOnce() -> String) {
        if self.options.trace {
            self.trace.push(format!("[{:>4}] {}", self.row, line()));
        }
    }

    /// The session, to look at.
    #[must_use]
    pub fn session(&self) -> &PaperSession {
        &self.session
    }

    /// The oracle, to look at.
    #[must_use]
    pub fn oracle(&self) -> &Oracle {
        &self.watch.oracle
    }

    /// Rows fed so far.
    #[must_use]
    pub fn row(&self) -> u64 {
        self.row
    }

    /// What it came to.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let harsh = self.market.harshness();
        let tally = &mut self.watch.oracle.tally;
        tally.fault("missing_bars", harsh.gaps);
        tally.fault("spikes", harsh.spikes);
        tally.fault("rows_without_volume", harsh.silent);
        tally.fault("rows_of_a_few_lots", harsh.thin);
        Outcome {
            seed: self.world.seed,
            log_sha256: self.hash.clone().finalize().into(),
            stored: self.store(),
            log: self.log,
            holdings: self.session.engine().book().ledger.holdings().collect(),
            tally: self.watch.oracle.tally,
            violations: self.watch.oracle.violations,
            trace: self.trace,
        }
    }
}

impl Latch {
    /// The number that it stands for.
    #[must_use]
    pub fn of(self, current: u64) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Current => Some(current),
            Self::Stale => Some(current.wrapping_add(7)),
        }
    }
}
