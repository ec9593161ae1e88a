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

    /// Comes back once this part of the settings is another than now; never when the daemon ends
    /// first.
    pub fn until_other<P: PartialEq + Send + Sync + 'static>(
        &self,
        part: impl Fn(&Settings) -> P + Send + Sync + 'static,
    ) -> futures::future::BoxFuture<'static, ()> {
        let mut receiver = self.settings.clone();
        let before = part(&receiver.borrow_and_update());
        Box::pin(async move {
            let other = |settings: &Arc<Settings>| part(settings) != before;
            if receiver.wait_for(other).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[test]
    fn it_waits_for_its_part_alone() {
        let load = |text: &str| Arc::new(Settings::from_toml("x", text).expect("valid"));
        let (sender, handle) = SettingsHandle::new(load(""));
        let mut other = handle.until_other(|s| s.webhook.url.clone());
        assert_eq!((&mut other).now_or_never(), None);
        sender.send_replace(load("alerts.dedupe_seconds = 5"));
        assert_eq!((&mut other).now_or_never(), None, "another setting");
        sender.send_replace(load("webhook.url = \"https://a.example/\""));
        assert_eq!(other.now_or_never(), Some(()));
    }
}
