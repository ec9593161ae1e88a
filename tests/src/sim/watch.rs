//! Watches a session: after each step the oracle is given what the step left behind.

use super::eyes;
use engine::settings::EngineSettings;
use engine::{Engine, Output};
use oracle::{Look, Oracle, Rule, Step, Stored};
use simulator::{ExchangeConfig, PaperSession};

/// Books and orders are compared after steps with events, and after every so many others.
const EVERY: u64 = 16;

/// The oracle with what it needs to watch one session.
#[derive(Debug)]
pub struct Watch {
    /// The oracle.
    pub oracle: Oracle,
    refold: Refold,
}

impl Watch {
    /// Watches an account from its opening on.
    #[must_use]
    pub fn new(settings: &EngineSettings, exchange: &ExchangeConfig) -> Self {
        let oracle = Oracle::new(&eyes::terms(settings, exchange));
        Self { oracle, refold: Refold::new(settings) }
    }

    /// Shows the oracle what a step left behind; gives the records back. `line` gets the bytes of
    /// each event.
    pub fn look(
        &mut self,
        step: Step<'_>,
        outputs: &[Output],
        session: &mut PaperSession,
        line: impl FnMut(&[u8]),
    ) -> Vec<Stored> {
        let stored = eyes::stored(outputs, line).unwrap_or_else(|error| {
            self.oracle.fail(Rule::EventsReadable, error.to_string());
            Vec::new()
        });
        self.oracle.must(true, Rule::EventsReadable, String::new);
        let events = stored.iter().any(|record| matches!(record, Stored::Event(_)));
        let whole = events || self.oracle.tally.steps.is_multiple_of(EVERY);
        let truth = eyes::truth(session, whole);
        let shown = whole.then(|| eyes::shown(session.engine()));
        self.oracle.observe(Look { step, stored: &stored, truth: &truth, shown: shown.as_ref() });
        self.refold.fold(&stored);
        if whole {
            let agrees = self.refold.agrees(session.engine());
            self.oracle.must(agrees, Rule::FoldGivesMoney, String::new);
        }
        stored
    }
}

/// The engine's own folding of events, from nothing: the second way to its money.
#[derive(Debug)]
struct Refold(engine::ledger::book::Book);

impl Refold {
    /// Begins with nothing.
    fn new(settings: &EngineSettings) -> Self {
        let instruments = settings.instruments.iter().map(|i| i.instrument).collect();
        Self(engine::ledger::book::Book::new(instruments))
    }

    /// Folds what the database has more than before.
    fn fold(&mut self, stored: &[Stored]) {
        for record in stored {
            if let Stored::Event(event) = record {
                self.0.apply(event);
            }
        }
    }

    /// True when it came to the money that the engine has.
    fn agrees(&self, engine: &Engine) -> bool {
        let book = engine.book();
        self.0.ledger == book.ledger
            && self.0.positions == book.positions
            && self.0.totals == book.totals
    }
}
