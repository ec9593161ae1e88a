//! Ready answers: methods without arguments whose answer is a published state, given as bytes and
//! without the machinery of a call. The guard has let the caller through before.
//!
//! Only the plain question is taken, one empty message; everything else goes to the service, which
//! knows what to say about it.

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use bytes::{BufMut as _, Bytes, BytesMut};
use futures::StreamExt as _;
use http_body_util::{BodyExt as _, BodyStream, StreamBody};
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Flag and length before a message.
const PREFIX: usize = 5;
/// An empty message with its prefix.
const EMPTY: [u8; PREFIX] = [0; PREFIX];
/// Room for a usual answer.
const USUAL: usize = 1_024;

/// Writes the present answer of one method.
#[derive(Clone)]
pub struct Snapshot(Arc<dyn Fn(&mut BytesMut) + Send + Sync>);

/// The methods that have one.
#[derive(Clone, Default)]
pub struct Snapshots(Vec<(&'static str, Snapshot)>);

impl std::fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(path, _)| path)).finish()
    }
}

impl Snapshots {
    /// Adds a method; `write` appends its encoded answer.
    #[must_use]
    pub fn add(
        mut self,
        path: &'static str,
        write: impl Fn(&mut BytesMut) + Send + Sync + 'static,
    ) -> Self {
        self.0.push((path, Snapshot(Arc::new(write))));
        self
    }

    /// That of a method.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Snapshot> {
        self.0.iter().find(|(own, _)| *own == path).map(|(_, snapshot)| snapshot)
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot")
    }
}

impl Snapshot {
    /// Answers one empty message.
    ///
    /// # Errors
    /// Gives back the body of anything else, whole.
    pub async fn answer<B>(&self, mut body: B) -> Result<Response<Body>, Body>
    where
        B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError> + Send,
    {
        let mut taken = Vec::new();
        loop {
            match body.frame().await {
                None if taken.len() == 1 => break,
                Some(Ok(frame)) if taken.is_empty() && is_empty_message(&frame) => {
                    taken.push(Ok(frame));
                    if body.is_end_stream() {
                        break;
                    }
                }
                // Some clients end with an empty frame.
                Some(Ok(frame))
                    if taken.len() == 1 && frame.data_ref().is_some_and(Bytes::is_empty) => {}
                other => {
                    let read = futures::stream::iter(taken.into_iter().chain(other));
                    return Err(Body::new(StreamBody::new(read.chain(BodyStream::new(body)))));
                }
            }
        }
        let mut message = BytesMut::with_capacity(USUAL);
        message.put_slice(&EMPTY);
        (self.0)(&mut message);
        let length = u32::try_from(message.len() - PREFIX).unwrap_or(u32::MAX);
        message[1..PREFIX].copy_from_slice(&length.to_be_bytes());
        let mut response = Response::new(Body::new(Answer::Message(message.freeze())));
        let grpc = HeaderValue::from_static("application/grpc");
        response.headers_mut().insert(header::CONTENT_TYPE, grpc);
        Ok(response)
    }
}

fn is_empty_message(frame: &Frame<Bytes>) -> bool {
    frame.data_ref().is_some_and(|data| data[..] == EMPTY)
}

/// One message, then the word that all is well.
enum Answer {
    Message(Bytes),
    Trailers,
    End,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (frame, next) = match &mut *self {
            Self::Message(message) => (Frame::data(std::mem::take(message)), Self::Trailers),
            Self::Trailers => {
                let mut trailers = HeaderMap::with_capacity(1);
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                (Frame::trailers(trailers), Self::End)
            }
            Self::End => return Poll::Ready(None),
        };
        *self = next;
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::End)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(
        parts: &[&'static [u8]],
    ) -> impl HttpBody<Data = Bytes, Error = Infallible> + Unpin + Send + use<> {
        let parts: Vec<_> =
            parts.iter().map(|part| Ok(Frame::data(Bytes::from_static(part)))).collect();
        StreamBody::new(futures::stream::iter(parts))
    }

    #[tokio::test]
    async fn only_one_empty_message_is_taken_and_everything_else_is_given_back_whole() {
        let snapshot = Snapshot(Arc::new(|out| out.put_slice(b"state")));
        let one: &'static [u8] = &[0, 0, 0, 0, 0];
        let plain: [&[&'static [u8]]; 2] = [&[one], &[one, b""]];
        for plain in plain {
            let answer = snapshot.answer(frames(plain)).await.expect("plain");
            assert_eq!(answer.headers()["content-type"], "application/grpc");
            let whole = answer.into_body().collect().await.expect("whole");
            assert_eq!(whole.trailers().expect("trailers")["grpc-status"], "0");
            assert_eq!(&whole.to_bytes()[..], b"\0\0\0\0\x05state");
        }
        let others: [&[&'static [u8]]; 8] = [
            &[],
            &[b""],
            &[b"\x01\0\0\0\0"],
            &[b"\0\0\0\0\x02", b"\x08\x01"],
            &[b"\0\0", b"\0\0\0"],
            &[one, one],
            &[one, b"", b"\0\0"],
            &[b"\0\0\0\0\0\0\0\0\0\0"],
        ];
        for other in others {
            let back = snapshot.answer(frames(other)).await.expect_err("not plain");
            let back = back.collect().await.expect("whole").to_bytes();
            assert_eq!(back, other.concat(), "{other:?}");
        }
    }
}
