//! A ring of the newest values. It keeps them and says whether they are all equal; it computes nothing.

use serde::{Deserialize, Serialize};

/// The newest `capacity` values of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    values: Vec<f64>,
    next: usize,
    capacity: usize,
    equal_run: usize,
}

impl Window {
    /// An empty window; a capacity of 0 is taken as 1.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { values: Vec::with_capacity(capacity), next: 0, capacity, equal_run: 0 }
    }

    /// Adds a value; returns the one that falls out once the window is full.
    #[inline]
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.equal_run = match self.newest() {
            Some(newest) if newest == value => (self.equal_run + 1).min(self.capacity),
            _ => 1,
        };
        let evicted = match self.values.get_mut(self.next) {
            Some(slot) => Some(std::mem::replace(slot, value)),
            None => {
                self.values.push(value);
                None
            }
        };
        self.next += 1;
        if self.next == self.capacity {
            self.next = 0;
        }
        evicted
    }

    /// How many values are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True before the first value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// True once `capacity` values are held.
    #[must_use]
    #[inline]
    pub fn is_full(&self) -> bool {
        self.values.len() == self.capacity
    }

    /// How many values it holds at most.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The last value pushed.
    #[must_use]
    #[inline]
    pub fn newest(&self) -> Option<f64> {
        let last = if self.next == 0 { self.capacity - 1 } else { self.next - 1 };
        self.values.get(last).copied()
    }

    /// The value pushed `age` pushes before the newest (0 is the newest).
    #[must_use]
    pub fn back(&self, age: usize) -> Option<f64> {
        if age >= self.values.len() {
            return None;
        }
        let index = (self.next + self.capacity - 1 - age) % self.capacity;
        self.values.get(index).copied()
    }

    /// True when the window is full and all its values are equal.
    #[must_use]
    #[inline]
    pub fn is_flat(&self) -> bool {
        self.equal_run == self.capacity
    }

    /// True once per `capacity` pushes: the moment to renew what was computed incrementally.
    #[must_use]
    #[inline]
    pub fn completes_round(&self) -> bool {
        self.next == 0 && self.is_full()
    }

    /// The values, in storage order (not in order of age).
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_what_falls_out_and_reads_backwards() {
        let mut window = Window::new(3);
        assert!(window.is_empty() && window.newest().is_none() && window.back(0).is_none());
        let evicted: Vec<_> = [1.0, 2.0, 3.0, 4.0, 5.0].map(|v| window.push(v)).into();
        assert_eq!(evicted, [None, None, None, Some(1.0), Some(2.0)]);
        assert_eq!(window.newest(), Some(5.0));
        assert_eq!(
            [0, 1, 2, 3].map(|age| window.back(age)),
            [Some(5.0), Some(4.0), Some(3.0), None]
        );
        assert_eq!((window.len(), window.capacity()), (3, 3));
    }

    #[test]
    fn is_flat_only_when_full_of_one_value() {
        let mut window = Window::new(3);
        let flat: Vec<_> = [7.0, 7.0, 7.0, 7.0, 8.0, 8.0, 8.0]
            .map(|v| {
                window.push(v);
                window.is_flat()
            })
            .into();
        assert_eq!(flat, [false, false, true, true, false, false, true]);
    }
}
