//! Telling systemd: ready, stopping, and the watchdog, which is fed only while the engine lives.

use crate::health::HealthBoard;
use sd_notify::NotifyState;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The daemon serves.
pub fn ready() {
    let _ = sd_notify::notify(&[NotifyState::Ready]);
}

/// The daemon ends.
pub fn stopping() {
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
}

/// Feeds the watchdog at half its period while the engine shows life.
pub async fn watchdog(board: Arc<HealthBoard>, shutdown: CancellationToken) {
    let Some(period) = watchdog_period() else { return };
    let mut ticks = tokio::time::interval(period / 2);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {
                if board.components().iter().any(|c| c.name == "engine" && c.serving) {
                    let _ = sd_notify::notify(&[NotifyState::Watchdog]);
                }
            }
        }
    }
}

fn watchdog_period() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}
