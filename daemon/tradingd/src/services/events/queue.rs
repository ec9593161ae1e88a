//! What waits for one subscriber, and the stream from which the transport takes it.
//!
//! The subscriber's work is done by whoever asks for the next message: it has no task of its own,
//! nothing passes from task to task, and nothing is fetched for one that does not read. So at most
//! one piece waits, a chunk of the hub or one read of the journal.

use super::frame::Frame;
use super::places::Place;
use super::stalls::Reader;
use futures::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tonic::Status;

type Piece = Result<Vec<Frame>, Status>;
type Pieces = Arc<Mutex<VecDeque<Piece>>>;
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The end that is filled by the subscriber's work.
#[derive(Debug, Clone)]
pub struct Queue {
    pieces: Pieces,
    reader: Arc<Reader>,
}

/// The client took nothing for too long.
#[derive(Debug, PartialEq, Eq)]
pub struct Stalled;

/// The end that the transport empties. Keeps the subscriber's place.
pub struct Frames {
    pieces: Pieces,
    current: std::vec::IntoIter<Frame>,
    /// `None` once it is done.
    work: Option<Work>,
    reader: Arc<Reader>,
    /// Wakes the transport by way of the reader, which notes it.
    waker: Waker,
    _place: Place,
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frames").field("reader", &self.reader).finish_non_exhaustive()
    }
}

fn lock(pieces: &Pieces) -> MutexGuard<'_, VecDeque<Piece>> {
    pieces.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stream of the holder of a place; `work` fills the queue that it is given.
pub fn frames<F>(place: Place, reader: Arc<Reader>, work: impl FnOnce(Queue) -> F) -> Frames
where
    F: Future<Output = ()> + Send + 'static,
{
    let pieces = Pieces::default();
    let queue = Queue { pieces: Arc::clone(&pieces), reader: Arc::clone(&reader) };
    let work: Option<Work> = Some(Box::pin(work(queue)));
    let (current, waker) = (Vec::new().into_iter(), Waker::from(Arc::clone(&reader)));
    Frames { pieces, current, work, reader, waker, _place: place }
}

impl Queue {
    /// Sends, and comes back when the transport has begun to take it.
    ///
    /// # Errors
    /// It was not taken for too long; it still waits.
    pub async fn send(&self, frames: Vec<Frame>) -> Result<(), Stalled> {
        if frames.is_empty() {
            return Ok(());
        }
        lock(&self.pieces).push_back(Ok(frames));
        // Nobody has to be woken: the stream asks the work after it has emptied the queue.
        std::future::poll_fn(|_| {
            if lock(&self.pieces).is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        if self.reader.was_stalled() { Err(Stalled) } else { Ok(()) }
    }

    /// A last message, for which there is always room.
    pub fn last(&self, frame: Frame) {
        lock(&self.pieces).push_back(Ok(vec![frame]));
    }

    /// Ends the stream with an error.
    pub fn end(&self, status: Status) {
        lock(&self.pieces).push_back(Err(status));
    }
}

impl Frames {
    /// How its reader does.
    #[cfg(test)]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    fn next(&mut self) -> Poll<Option<Result<Frame, Status>>> {
        loop {
            if let Some(frame) = self.current.next() {
                return Poll::Ready(Some(Ok(frame)));
            }
            let piece = lock(&self.pieces).pop_front();
            match piece {
                Some(Ok(frames)) => self.current = frames.into_iter(),
                Some(Err(status)) => return Poll::Ready(Some(Err(status))),
                None => {
                    let Some(work) = &mut self.work else { return Poll::Ready(None) };
                    let mut context = Context::from_waker(&self.waker);
                    let done = work.as_mut().poll(&mut context).is_ready();
                    if done {
                        self.work = None;
                    } else if lock(&self.pieces).is_empty() {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl Stream for Frames {
    type Item = Result<Frame, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.reader.asks(context.waker());
        let next = self.next();
        if next.is_ready() {
            self.reader.gave();
        }
        next
    }
}
