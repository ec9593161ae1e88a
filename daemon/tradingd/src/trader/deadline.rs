//! Until when a caller wants an answer: what waits longer is not begun.
//!
//! The control plane sets the deadline around a call; it travels with the work, and the trader looks
//! at it when it takes the work. What is begun is finished; a stop is always carried out.

use std::time::Instant;

tokio::task_local! {
    static DEADLINE: Option<Instant>;
}

/// Runs a call that is of no use to its caller after `deadline`.
pub async fn until<F: Future>(deadline: Option<Instant>, call: F) -> F::Output {
    DEADLINE.scope(deadline, call).await
}

/// The deadline of the present call, if it has one.
#[must_use]
pub(super) fn present() -> Option<Instant> {
    DEADLINE.try_with(|deadline| *deadline).ok().flatten()
}

/// True when nobody waits for the work any more.
#[must_use]
pub(super) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|at| Instant::now() >= at)
}
