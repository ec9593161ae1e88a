//! What operators are told, against what is so.

use crate::rules::Rule;
use crate::{Asked, Oracle, Refused, Reply, Said};
use domain::{ClientOrderId, Name, OrderPurpose, Symbol, TradingState};
use std::collections::{BTreeMap, BTreeSet};

/// How things stood before a command, by the database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Before {
    state: Option<TradingState>,
    epoch: u64,
    entries: BTreeSet<ClientOrderId>,
    switches: BTreeMap<Name, (bool, u64)>,
}

impl Oracle {
    pub(crate) fn remember(&mut self) {
        self.before = Before {
            state: Some(self.permissions.state),
            epoch: self.permissions.epoch,
            entries: self.live(OrderPurpose::Entry),
            switches: self.permissions.switches.clone(),
        };
    }

    /// Checks a line of the transcript once everything that the command set in motion is quiet.
    pub fn hear(&mut self, said: &Said) {
        self.must(said.reply.is_some(), Rule::Answered, || format!("{said:?}"));
        let Some(reply) = &said.reply else { return };
        self.tally.look_at(Rule::ReplyFits);
        match (&said.asked, reply) {
            (Asked::Stop, Reply::Stopped { epoch, cancelled, protection, to_be_protected, .. }) => {
                self.stopped(*epoch, cancelled, protection, to_be_protected);
            }
            (Asked::CloseAll, Reply::Closing { epoch, .. }) => self.closing(*epoch),
            (Asked::Resume(latch), reply) => self.resumed(*latch, reply),
            (Asked::Switch { strategy, on }, reply) => self.switched(*strategy, *on, reply),
            // What moved is an event, which the exchange's books must agree with.
            (Asked::Move, Reply::Moved | Reply::Refused(Refused::Other(_))) => {}
            (asked, reply) => self.fail(Rule::ReplyFits, format!("{asked:?}: {reply:?}")),
        }
    }

    fn stopped(
        &mut self,
        epoch: u64,
        cancelled: &[ClientOrderId],
        protection: &[ClientOrderId],
        to_be_protected: &[Symbol],
    ) {
        let now = (self.permissions.state, self.permissions.epoch);
        let halted = now == (TradingState::Halted, epoch) && epoch == self.before.epoch + 1;
        self.must(halted, Rule::StopHalts, || format!("{now:?}, told {epoch}"));
        let told: BTreeSet<_> = cancelled.iter().copied().collect();
        let there = self.before.entries.clone();
        self.must(told == there, Rule::StopNamesEntries, || {
            format!("{cancelled:?}, there were {there:?}")
        });
        let left = self.open_at_venue(OrderPurpose::Entry).len()
            + self.open_at_venue(OrderPurpose::StrategyExit).len();
        self.must(left == 0, Rule::StopLeavesNothing, || format!("{left} left"));
        let told: BTreeSet<_> = protection.iter().copied().collect();
        let live = self.open_at_venue(OrderPurpose::Protection);
        // Where an exit made way, protection came after the answer was made.
        let awaited = |id: &ClientOrderId| {
            let symbol = self.orders.get(id).map(|t| t.order.symbol);
            symbol.is_some_and(|symbol| to_be_protected.contains(&symbol))
        };
        let rest: BTreeSet<_> = live.iter().copied().filter(|id| !awaited(id)).collect();
        self.must(told.is_subset(&live) && rest.is_subset(&told), Rule::StopListsRest, || {
            format!("told {told:?} and {to_be_protected:?}, live {live:?}")
        });
        self.tally.branch("stop_lists_protection", u64::from(!live.is_empty()));
        self.tally.branch("stop_cancels_entries", u64::from(!cancelled.is_empty()));
    }

    fn closing(&mut self, epoch: u64) {
        let now = (self.permissions.state, self.permissions.epoch);
        self.must(now == (TradingState::Halted, epoch), Rule::CloseAllHalts, || format!("{now:?}"));
        let left = self.open_at_venue(OrderPurpose::Entry).len();
        self.must(left == 0, Rule::CloseAllLeavesNoEntry, || format!("{left} left"));
    }

    fn resumed(&mut self, latch: Option<u64>, reply: &Reply) {
        let was = (self.before.state.unwrap_or(TradingState::Active), self.before.epoch);
        let now = (self.permissions.state, self.permissions.epoch);
        let fine = match reply {
            Reply::Resumed { epoch, from } => {
                was.0 != TradingState::Active
                    && *from == was.0
                    && *epoch == was.1
                    && latch.is_none_or(|l| l == was.1)
                    && now.0 == TradingState::Active
            }
            Reply::Refused(Refused::NotHalted) => was.0 == TradingState::Active,
            Reply::Refused(Refused::StaleEpoch { wanted, current }) => {
                Some(*wanted) == latch && *current == was.1 && wanted != current && now == was
            }
            Reply::Refused(Refused::Closing(_)) => now == was && self.close_all.is_some(),
            _ => false,
        };
        self.must(fine, Rule::ResumeByName, || format!("{reply:?} {was:?} {now:?}"));
        self.tally.branch(branch_of(reply), 1);
    }

    fn switched(&mut self, strategy: Name, on: bool, reply: &Reply) {
        let Some(was) = self.before.switches.get(&strategy).copied() else { return };
        let now = self.permissions.switches.get(&strategy).copied().unwrap_or_default();
        let fine = match reply {
            Reply::Switched { version, changed } => {
                now == (on, was.1 + u64::from(*changed))
                    && *version == now.1
                    && *changed == (was.0 != on)
            }
            Reply::Refused(Refused::OwnsPositions(count)) => {
                !on && *count == self.owned_by(strategy) && now == was
            }
            Reply::Refused(Refused::StaleVersion { wanted, current }) => {
                wanted != current && *current == was.1 && now == was
            }
            _ => false,
        };
        self.must(fine, Rule::SwitchDoes, || format!("{reply:?}, was {was:?}, is {now:?}"));
        self.tally.branch(branch_of(reply), 1);
    }

    /// Orders of a purpose that can still fill at the exchange, by its own word.
    fn open_at_venue(&self, purpose: OrderPurpose) -> BTreeSet<ClientOrderId> {
        self.open.iter().filter(|o| o.order.purpose == purpose).map(|o| o.order.id).collect()
    }

    /// Positions in which people are shown a part of this strategy.
    fn owned_by(&self, strategy: Name) -> usize {
        let own = |line: &&crate::PositionLine| line.lots.iter().any(|lot| lot.0 == strategy);
        self.positions.iter().filter(own).count()
    }
}

fn branch_of(reply: &Reply) -> &'static str {
    match reply {
        Reply::Refused(Refused::NotHalted) => "refused_not_halted",
        Reply::Refused(Refused::StaleEpoch { .. }) => "refused_stale_epoch",
        Reply::Refused(Refused::Closing(_)) => "refused_closing",
        Reply::Refused(Refused::OwnsPositions(_)) => "refused_owns_positions",
        Reply::Refused(Refused::StaleVersion { .. }) => "refused_stale_version",
        Reply::Refused(Refused::Other(_)) => "refused_otherwise",
        Reply::Switched { changed: true, .. } => "switch_changed",
        Reply::Switched { changed: false, .. } => "switch_as_it_was",
        _ => "resumed_by_name",
    }
}
