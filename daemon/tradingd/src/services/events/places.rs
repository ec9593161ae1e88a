//! How many streams there are, in all and of each user. A place is held until the last byte of its
//! stream is gone, so that memory for streams is bounded by the places.

use crate::control_plane::errors::{self, Reason};
use crate::settings::StreamSettings;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tonic::Status;

/// All places.
#[derive(Debug)]
pub struct Places {
    by_user: Mutex<HashMap<String, usize>>,
    taken: watch::Sender<usize>,
    /// Over all listeners of the daemon, for those who want to know.
    gauge: Arc<AtomicU32>,
}

impl Default for Places {
    fn default() -> Self {
        Self::counted_in(Arc::default())
    }
}

impl Places {
    /// All free; those that are taken are counted in `gauge`, too.
    pub fn counted_in(gauge: Arc<AtomicU32>) -> Self {
        Self { by_user: Mutex::default(), taken: watch::Sender::new(0), gauge }
    }

    /// Follows how many are taken.
    pub fn taken(&self) -> watch::Receiver<usize> {
        self.taken.subscribe()
    }

    /// Takes one for a user.
    ///
    /// # Errors
    /// `BUSY` when all are taken, or all of this user's.
    pub fn take(self: &Arc<Self>, user: &str, bounds: &StreamSettings) -> Result<Place, Status> {
        let mut by_user = self.by_user.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = by_user.values().sum();
        let own = by_user.get(user).copied().unwrap_or(0);
        let refuse = |most: usize, whose: &str, setting: &str| {
            let text = format!("there are {most} streams {whose} already ({setting})");
            Err(errors::refuse(Reason::Busy, text))
        };
        if all >= bounds.max_subscribers {
            return refuse(bounds.max_subscribers, "in all", "stream.max_subscribers");
        }
        if own >= bounds.max_per_user {
            return refuse(bounds.max_per_user, "of this user", "stream.max_per_user");
        }
        by_user.insert(user.to_owned(), own + 1);
        self.taken.send_replace(all + 1);
        self.gauge.fetch_add(1, Ordering::Relaxed);
        Ok(Place { places: Arc::clone(self), user: user.to_owned() })
    }
}

/// One place, given back when dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    user: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_user = self.places.by_user.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = by_user.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                by_user.remove(&self.user);
            }
        }
        self.places.taken.send_replace(by_user.values().sum());
        self.places.gauge.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn places_are_bounded_in_all_and_per_user_and_given_back() {
        let bounds = StreamSettings {
            buffer_records: 64,
            max_subscribers: 3,
            max_per_user: 2,
            stalled_after: Duration::from_secs(1),
            heartbeat: Duration::from_secs(1),
        };
        let places = Arc::new(Places::default());
        let ann = [places.take("ann", &bounds), places.take("ann", &bounds)];
        let third = places.take("ann", &bounds).expect_err("a third of one user");
        assert!(third.message().contains("of this user already (stream.max_per_user)"));
        let bob = places.take("bob", &bounds).expect("another user has a place");
        let full = places.take("eve", &bounds).expect_err("a fourth");
        assert!(full.message().contains("3 streams in all"), "{full:?}");
        drop(ann);
        assert_eq!(*places.taken().borrow(), 1);
        assert_eq!(places.gauge.load(Ordering::Relaxed), 1);
        drop(bob);
        assert!(places.by_user.lock().expect("no panic").is_empty());
    }
}
