//! What waits for one subscriber: bounded in bytes, and never waited for longer than it may stall.

use super::frame::Frame;
use super::places::Place;
use futures::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tonic::Status;

/// Bytes that may wait, bookkeeping included. With one message under way in the transport (32 KiB)
/// and one read of the journal, a subscriber stays below 256 KiB.
pub const BYTES: usize = 128 * 1024;
/// Bookkeeping of one waiting message.
const OVERHEAD: usize = 64;

type Piece = Result<Vec<Frame>, Status>;

/// The end that is filled.
#[derive(Debug, Clone)]
pub struct Queue {
    // Bounded by the credit: who sends has to have taken it before.
    pieces: mpsc::UnboundedSender<Piece>,
    credit: Arc<Semaphore>,
}

/// Why nothing more can be sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Full {
    /// The client has gone.
    Left,
    /// It took nothing for too long.
    Stalled,
}

/// The end that the transport empties. Keeps the subscriber's place.
#[derive(Debug)]
pub struct Frames {
    pieces: mpsc::UnboundedReceiver<Piece>,
    current: std::vec::IntoIter<Frame>,
    /// Credit of the current piece, given back once it has been taken.
    owed: usize,
    credit: Arc<Semaphore>,
    _place: Place,
}

/// A queue for the holder of a place.
pub fn queue(place: Place) -> (Queue, Frames) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let credit = Arc::new(Semaphore::new(BYTES));
    let frames = Frames {
        pieces: receiver,
        current: Vec::new().into_iter(),
        owed: 0,
        credit: Arc::clone(&credit),
        _place: place,
    };
    (Queue { pieces: sender, credit }, frames)
}

/// What a piece takes of the credit; one that is larger than all of it takes all of it.
fn cost(frames: &[Frame]) -> usize {
    frames.iter().map(|frame| frame.len() + OVERHEAD).sum::<usize>().min(BYTES)
}

impl Queue {
    /// Waits for room, at most so long, and sends.
    ///
    /// # Errors
    /// See [`Full`].
    pub async fn send(&self, frames: Vec<Frame>, patience: Duration) -> Result<(), Full> {
        if frames.is_empty() {
            return Ok(());
        }
        let cost = u32::try_from(cost(&frames)).unwrap_or(u32::MAX);
        let permit = match self.credit.try_acquire_many(cost) {
            Ok(permit) => permit,
            Err(_) => {
                let room = tokio::time::timeout(patience, self.credit.acquire_many(cost)).await;
                room.map_err(|_| Full::Stalled)?.map_err(|_| Full::Left)?
            }
        };
        permit.forget();
        self.pieces.send(Ok(frames)).map_err(|_| Full::Left)
    }

    /// A last message, for which there is always room.
    pub fn last(&self, frame: Frame) {
        let _ = self.pieces.send(Ok(vec![frame]));
    }

    /// Ends the stream with an error.
    pub fn end(&self, status: Status) {
        let _ = self.pieces.send(Err(status));
    }

    /// Comes back when the client has gone.
    pub async fn left(&self) {
        self.pieces.closed().await;
    }
}

impl Stream for Frames {
    type Item = Result<Frame, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(frame) = self.current.next() {
                return Poll::Ready(Some(Ok(frame)));
            }
            let owed = std::mem::take(&mut self.owed);
            self.credit.add_permits(owed);
            match std::task::ready!(self.pieces.poll_recv(context)) {
                Some(Ok(frames)) => {
                    self.owed = cost(&frames);
                    self.current = frames.into_iter();
                }
                Some(Err(status)) => return Poll::Ready(Some(Err(status))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.credit.close();
    }
}
