//! What engine and gate count and no list shows: things that should not happen, or seldom. Only what is
//! counted where it happens; nothing is worked out here.

use simulator::PaperSession;
use tradingd_proto::v1;

/// All of them, zeros included, so that a script may rely on each name. `set_aside` are the rows that
/// this process did not hand to the engine because they had crashed it.
#[must_use]
pub fn of(session: &PaperSession, set_aside: u64) -> Vec<v1::Counter> {
    let (engine, gate) = (session.engine(), session.gate());
    let kept = [
        ("doubled_fills", engine.doubled_fills(), "executions that were told more than once"),
        ("unknown_reports", engine.unknown_reports(), "reports about orders that are not ours"),
        (
            "late_orders",
            engine.late_orders(),
            "orders that turned up after they were taken for lost",
        ),
        ("order_queries", engine.queries(), "questions to the venue about an order"),
        ("bad_signals", engine.bad_signals(), "signals without sense that were taken for none"),
        ("gate_sent", gate.sent, "orders that the gate let through"),
        ("gate_fenced", gate.fenced, "orders that the gate refused"),
        (
            "gate_above_intent",
            gate.above_intent,
            "orders refused for going beyond what was approved",
        ),
    ];
    let counter = |(name, value, meaning): (&str, u64, &str)| v1::Counter {
        name: name.to_owned(),
        value,
        meaning: meaning.to_owned(),
        since_start: false,
    };
    let aside = ("rows_set_aside", set_aside, "rows that had crashed the engine and were left out");
    let aside = v1::Counter { since_start: true, ..counter(aside) };
    kept.into_iter().map(counter).chain([aside]).collect()
}
