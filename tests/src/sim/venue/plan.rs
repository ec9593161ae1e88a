//! What goes wrong in a seed: each kind of fault is on in three seeds of ten, with a rate of its own.

use crate::sim::chance::Chance;

/// Percentages and bounds of a seed's faults; 0 is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// A request never reaches the venue.
    pub request_lost: u64,
    /// A request arrives, its answer does not.
    pub answer_lost: u64,
    /// A request arrives up to ten seconds late.
    pub request_delayed: u64,
    /// The link gives up waiting although the request arrived.
    pub timed_out: u64,
    /// An order is refused for no reason.
    pub refused: u64,
    /// A report is lost.
    pub report_lost: u64,
    /// A report comes twice.
    pub report_doubled: u64,
    /// A report comes up to thirty seconds late, behind others.
    pub report_late: u64,
    /// A look-up finds nothing of an order younger than so many seconds.
    pub lookup_stale_seconds: u64,
    /// The answer to a look-up is lost.
    pub lookup_lost: u64,
    /// A row of the market does not reach the daemon.
    pub market_gap: u64,
    /// A row of the market reaches the daemon up to twenty seconds late.
    pub market_late: u64,
    /// An input carries a time of the past, per mille.
    pub clock_back: u64,
    /// The daemon stands still for up to five minutes, per mille of rows.
    pub stall: u64,
    /// The connection is gone for up to two minutes, per mille of rows.
    pub outage: u64,
    /// The daemon is killed, per mille of the steps that record or ask something.
    pub kill: u64,
}

impl Plan {
    /// The plan of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, "fault plan");
        let mut rate = |rates: &[u64]| if chance.percent(30) { *chance.pick(rates) } else { 0 };
        Self {
            request_lost: rate(&[2, 10, 30]),
            answer_lost: rate(&[2, 10, 30]),
            request_delayed: rate(&[2, 10, 30]),
            timed_out: rate(&[2, 10, 30]),
            refused: rate(&[2, 10, 30]),
            report_lost: rate(&[1, 10, 30]),
            report_doubled: rate(&[5, 20, 50]),
            report_late: rate(&[2, 10, 40]),
            lookup_stale_seconds: rate(&[1, 10, 45, 200]),
            lookup_lost: rate(&[5, 20, 60]),
            market_gap: rate(&[1, 5, 20]),
            market_late: rate(&[2, 10, 30]),
            clock_back: rate(&[1, 10]),
            stall: rate(&[2, 10]),
            outage: rate(&[2, 10]),
            kill: rate(&[5, 20, 80]),
        }
    }

    /// Nothing goes wrong.
    #[must_use]
    pub const fn quiet() -> Self {
        Self {
            request_lost: 0,
            answer_lost: 0,
            request_delayed: 0,
            timed_out: 0,
            refused: 0,
            report_lost: 0,
            report_doubled: 0,
            report_late: 0,
            lookup_stale_seconds: 0,
            lookup_lost: 0,
            market_gap: 0,
            market_late: 0,
            clock_back: 0,
            stall: 0,
            outage: 0,
            kill: 0,
        }
    }

    /// True when anything may hinder requests or reports.
    #[must_use]
    pub const fn hinders(&self) -> bool {
        self.request_lost
            + self.answer_lost
            + self.request_delayed
            + self.timed_out
            + self.refused
            + self.report_lost
            + self.report_late
            + self.lookup_stale_seconds
            + self.lookup_lost
            + self.market_gap
            + self.market_late
            + self.stall
            + self.outage
            + self.kill
            > 0
    }
}
