//! What operators are told, against what is so.

use super::oracle::Oracle;
use domain::{ClientOrderId, OrderPurpose, TradingState};
use engine::{Command, CommandReply, Refusal, Trading};
use simulator::PaperSession;
use std::collections::BTreeSet;

/// How things stood before a command.
#[derive(Debug)]
pub(super) struct Before {
    trading: Trading,
    entries: BTreeSet<ClientOrderId>,
    versions: Vec<u64>,
}

impl Before {
    pub fn of(session: &PaperSession) -> Self {
        Self {
            trading: session.engine().trading().clone(),
            entries: at_exchange(session, OrderPurpose::Entry),
            versions: versions(session),
        }
    }
}

fn versions(session: &PaperSession) -> Vec<u64> {
    let count = session.engine().settings().strategies.len();
    (0..count).map(|s| session.engine().switch_of(s).version).collect()
}

fn at_exchange(session: &PaperSession, purpose: OrderPurpose) -> BTreeSet<ClientOrderId> {
    session
        .exchange()
        .open_orders()
        .filter(|o| o.order().purpose == purpose)
        .map(|o| o.order().id)
        .collect()
}

/// Checks a reply once everything it set in motion is quiet.
pub(super) fn check(
    oracle: &mut Oracle,
    command: &Command,
    reply: Option<&CommandReply>,
    before: &Before,
    session: &PaperSession,
) {
    let now = session.engine().trading();
    match (command, reply) {
        (_, None) => oracle.fail("every command is answered", format!("{command:?}")),
        (
            Command::Stop { .. },
            Some(CommandReply::Stopped { epoch, cancelled, protection, in_flight }),
        ) => {
            let halted = now.state == TradingState::Halted
                && *epoch == now.epoch
                && *epoch == before.trading.epoch + 1;
            oracle.must(halted, "stop halts with a new latch", || format!("{now:?}"));
            let told: BTreeSet<_> = cancelled.iter().copied().collect();
            oracle.must(told == before.entries, "stop names the entries it cancels", || {
                format!("{cancelled:?}, there were {:?}", before.entries)
            });
            let left = at_exchange(session, OrderPurpose::Entry).len()
                + at_exchange(session, OrderPurpose::StrategyExit).len();
            oracle.must(left == 0, "stop leaves no entry and no strategy order", || {
                format!("{left} left")
            });
            let told: BTreeSet<_> = protection.iter().copied().collect();
            let live = at_exchange(session, OrderPurpose::Protection);
            oracle.must(
                told == live && in_flight.is_empty(),
                "stop lists what may still fire",
                || format!("told {told:?} and {in_flight:?}, live {live:?}"),
            );
            oracle.tally.branch("stop_lists_protection", u64::from(!live.is_empty()));
            oracle.tally.branch("stop_cancels_entries", u64::from(!cancelled.is_empty()));
        }
        (Command::CloseAll { .. }, Some(CommandReply::Closing { epoch, .. })) => {
            let halted = now.state == TradingState::Halted && *epoch == now.epoch;
            oracle.must(halted, "close-all halts", || format!("{now:?}"));
            let left = at_exchange(session, OrderPurpose::Entry).len();
            oracle.must(left == 0, "close-all leaves no entry", || format!("{left} left"));
        }
        (Command::Resume { epoch, .. }, Some(reply)) => resumed(oracle, *epoch, reply, before, now),
        (Command::SetStrategyEnabled { strategy, enabled, .. }, Some(reply)) => {
            let engine = session.engine();
            let strategies = &engine.settings().strategies;
            let place = strategies.iter().position(|s| s.params.name() == strategy.as_str());
            let Some(place) = place else { return };
            let switch = engine.switch_of(place);
            let was = before.versions[place];
            let fine = match reply {
                CommandReply::Switched { version, changed } => {
                    switch.enabled == *enabled
                        && *version == switch.version
                        && switch.version == was + u64::from(*changed)
                }
                CommandReply::Refused(Refusal::OwnsPositions { count, .. }) => {
                    !*enabled
                        && *count == engine.owned_symbols(strategy).len()
                        && switch.version == was
                }
                CommandReply::Refused(Refusal::StaleVersion { wanted, current }) => {
                    wanted != current && switch.version == was
                }
                _ => false,
            };
            oracle.must(fine, "a switch does what it says", || format!("{reply:?} {switch:?}"));
            oracle.tally.branch(branch_of(reply), 1);
        }
        (command, Some(reply)) => {
            oracle.fail("a reply fits its command", format!("{command:?}: {reply:?}"));
        }
    }
}

fn resumed(
    oracle: &mut Oracle,
    epoch: Option<u64>,
    reply: &CommandReply,
    before: &Before,
    now: &Trading,
) {
    let was = &before.trading;
    let fine = match reply {
        CommandReply::Resumed { epoch: cleared, from } => {
            was.state != TradingState::Active
                && *from == was.state
                && *cleared == was.epoch
                && epoch.is_none_or(|e| e == was.epoch)
                && now.state == TradingState::Active
        }
        CommandReply::Refused(Refusal::NotHalted) => was.state == TradingState::Active,
        CommandReply::Refused(Refusal::StaleEpoch { wanted, current }) => {
            Some(*wanted) == epoch && *current == was.epoch && wanted != current && now == was
        }
        CommandReply::Refused(Refusal::Closing(_)) => now == was,
        _ => false,
    };
    oracle.must(fine, "resume clears only the latch it names", || format!("{reply:?} {was:?}"));
    oracle.tally.branch(branch_of(reply), 1);
}

fn branch_of(reply: &CommandReply) -> &'static str {
    match reply {
        CommandReply::Refused(Refusal::NotHalted) => "refused_not_halted",
        CommandReply::Refused(Refusal::StaleEpoch { .. }) => "refused_stale_epoch",
        CommandReply::Refused(Refusal::Closing(_)) => "refused_closing",
        CommandReply::Refused(Refusal::OwnsPositions { .. }) => "refused_owns_positions",
        CommandReply::Refused(Refusal::StaleVersion { .. }) => "refused_stale_version",
        CommandReply::Refused(_) => "refused_otherwise",
        CommandReply::Switched { changed: true, .. } => "switch_changed",
        CommandReply::Switched { changed: false, .. } => "switch_as_it_was",
        _ => "resumed_by_name",
    }
}
