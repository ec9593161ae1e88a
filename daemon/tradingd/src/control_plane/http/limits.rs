//! Bounds on what one request may bring.

use crate::control_plane::errors::{Reason, refuse};
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::time::Duration;
use tonic::Status;

/// What is read of a request that is refused anyway, bytes.
const DRAINED: usize = 64 * 1_024;
/// And how long for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads what is still under way of a request that is refused. An answer that overtakes its request
/// resets the request's stream, and a connection with many resets is cut as an attacker's.
pub async fn drain<B: HttpBody<Data = Bytes> + Unpin>(mut body: B) {
    let rest = async {
        let mut read = 0;
        while let (true, Some(Ok(frame))) = (read < DRAINED, body.frame().await) {
            read += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // A caller that does not end is answered all the same.
    let _ = tokio::time::timeout(PATIENCE, rest).await;
}

/// The same body, which fails with RESOURCE_EXHAUSTED as soon as it is longer than `most` bytes;
/// nothing beyond that is kept in memory.
pub fn bounded(body: Body, most: usize) -> Body {
    let told = move |error: axum::BoxError| -> Status {
        if error.is::<LengthLimitError>() {
            let message = format!("a request may have at most {most} bytes");
            return refuse(Reason::MessageTooLarge, message);
        }
        Status::from_error(error)
    };
    Body::new(Limited::new(body, most).map_err(told))
}
