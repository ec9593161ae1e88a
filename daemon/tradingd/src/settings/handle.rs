//! The settings in force, for whoever reads them while they may change.
//!
//! Each change is a new value as a whole, so that nobody ever sees half of one. The trader sends;
//! everybody else reads at each use, or waits for the next change.

use super::Settings;
use std::sync::Arc;
use tokio::sync::watch;

/// The settings in force.
#[derive(Debug, Clone)]
pub struct SettingsHandle {
    settings: watch::Receiver<Arc<Settings>>,
}

impl SettingsHandle {
    /// The handle, and where later settings are sent.
    #[must_use]
    pub fn new(settings: Arc<Settings>) -> (watch::Sender<Arc<Settings>>, Self) {
        let (sender, settings) = watch::channel(settings);
        (sender, Self { settings })
    }

    /// The settings as they are now. Take them anew for each use.
    #[must_use]
    pub fn current(&self) -> Arc<Settings> {
        self.settings.borrow().clone()
    }

    /// Tells of every change from now on; the newest value is kept, older ones may be skipped.
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<Arc<Settings>> {
        let mut receiver = self.settings.clone();
        receiver.mark_unchanged();
        receiver
    }
}
