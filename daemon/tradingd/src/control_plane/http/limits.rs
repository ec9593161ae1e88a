//! Bounds on what one request may bring.

use crate::control_plane::errors::{Reason, refuse};
use axum::body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tonic::Status;

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
