//! Places for connections: how many there are, who may take one, and who has to make room.
//!
//! Strangers must not be able to keep operators out. A connection that never showed a valid token
//! loses its place when another one needs it, and some places are for this machine only.

use crate::settings::ServerSettings;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// All places of the port. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    per_address: usize,
    reserved: usize,
    /// Ends all connections.
    cut: CancellationToken,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    /// In the order of arrival.
    places: BTreeMap<u64, (IpAddr, Visit)>,
}

/// What is known of one connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Visit(Arc<VisitInner>);

#[derive(Debug)]
struct VisitInner {
    asked: AtomicBool,
    trusted: AtomicBool,
    cut: CancellationToken,
}

impl Visit {
    /// Its first request has come.
    pub fn ask(&self) {
        self.0.asked.store(true, Ordering::Relaxed);
    }

    /// True when a request has come.
    #[must_use]
    pub fn has_asked(&self) -> bool {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// It has shown a valid token.
    pub fn trust(&self) {
        self.0.trusted.store(true, Ordering::Relaxed);
    }

    fn is_trusted(&self) -> bool {
        self.0.trusted.load(Ordering::Relaxed)
    }

    /// Cancelled when the connection must end.
    #[must_use]
    pub fn cut(&self) -> &CancellationToken {
        &self.0.cut
    }
}

/// A taken place; dropping it frees it.
#[derive(Debug)]
pub struct Place {
    inner: Arc<Inner>,
    number: u64,
    visit: Visit,
}

impl Place {
    /// The connection that has it.
    #[must_use]
    pub fn visit(&self) -> &Visit {
        &self.visit
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.taken().places.remove(&self.number);
    }
}

impl Inner {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// Places within these bounds; all of them end when `cut` is cancelled.
    #[must_use]
    pub fn new(settings: &ServerSettings, cut: CancellationToken) -> Self {
        Self(Arc::new(Inner {
            most: settings.max_connections,
            per_address: settings.max_per_address,
            reserved: settings.reserved,
            cut,
            taken: Mutex::default(),
        }))
    }

    /// A place for a connection from an address; `None` when there is none for it.
    #[must_use]
    pub fn take(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let local = address.is_loopback();
        let mut taken = self.0.taken();
        let same = taken.places.values().filter(|(other, _)| *other == address).count();
        if !local && same >= self.0.per_address {
            return None;
        }
        let most = if local { self.0.most } else { self.0.most - self.0.reserved };
        if taken.places.len() >= most {
            // A stranger from elsewhere never pushes out one on this machine.
            let mut places = taken.places.iter();
            let (number, visit) = places.find_map(|(number, (other, visit))| {
                let may_go = !visit.is_trusted() && (local || !other.is_loopback());
                may_go.then(|| (*number, visit.clone()))
            })?;
            taken.places.remove(&number);
            visit.cut().cancel();
        }
        let visit = Visit(Arc::new(VisitInner {
            asked: AtomicBool::new(false),
            trusted: AtomicBool::new(false),
            cut: self.0.cut.child_token(),
        }));
        let number = taken.next;
        taken.next += 1;
        taken.places.insert(number, (address, visit.clone()));
        drop(taken);
        Some(Place { inner: Arc::clone(&self.0), number, visit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, Sources};

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn elsewhere(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    fn places() -> Places {
        let settings = Settings::load(&Sources::default()).expect("defaults are valid");
        let server = ServerSettings {
            max_connections: 6,
            max_per_address: 3,
            reserved: 2,
            ..settings.server
        };
        Places::new(&server, CancellationToken::new())
    }

    #[test]
    fn one_address_can_not_take_all_places_but_this_machine_can() {
        let places = places();
        let mut held: Vec<_> = (0..3).map(|_| places.take(elsewhere(1)).expect("free")).collect();
        assert!(places.take(elsewhere(1)).is_none(), "its share is taken");
        held.push(places.take(elsewhere(2)).expect("another has its own share"));
        let _ = held.remove(0);
        held.push(places.take(elsewhere(1)).expect("one was given back"));
        let mapped = "::ffff:192.0.2.1".parse().expect("an address");
        assert!(places.take(mapped).is_none(), "written otherwise it is the same");
        held.push(places.take(HERE).expect("reserved"));
        held.push(places.take(HERE).expect("reserved"));
        assert_eq!(held.len(), 6);
    }

    #[test]
    fn strangers_make_room_and_those_with_a_token_do_not() {
        let places = places();
        let trusted: Vec<_> = (1..=3).map(|n| places.take(elsewhere(n)).expect("free")).collect();
        trusted.iter().for_each(|place| place.visit().trust());
        let stranger = places.take(elsewhere(4)).expect("free");
        let next = places.take(elsewhere(5)).expect("the stranger makes room");
        assert!(stranger.visit().cut().is_cancelled() && !next.visit().cut().is_cancelled());
        drop(stranger);
        next.visit().trust();
        assert!(places.take(elsewhere(6)).is_none(), "all others are trusted");
        assert!(trusted.iter().all(|place| !place.visit().cut().is_cancelled()));
        let here: Vec<_> = (0..2).map(|_| places.take(HERE).expect("reserved")).collect();
        assert!(places.take(elsewhere(6)).is_none(), "it can't push out a local one");
        assert!(!here[0].visit().cut().is_cancelled());
        let third = places.take(HERE).expect("a local stranger makes room for the next");
        assert!(here[0].visit().cut().is_cancelled());
        drop(third);
    }

    #[test]
    fn all_are_cut_at_once_at_the_end() {
        let cut = CancellationToken::new();
        let settings = Settings::load(&Sources::default()).expect("defaults are valid");
        let place = Places::new(&settings.server, cut.clone()).take(HERE).expect("free");
        cut.cancel();
        assert!(place.visit().cut().is_cancelled());
    }
}
