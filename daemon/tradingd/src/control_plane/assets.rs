//! The dashboard's files, embedded when the daemon is compiled.
//!
//! Only embedded files can be served; no path of a request ever reaches the file system.

use bytes::Bytes;
use rust_embed::RustEmbed;
use std::borrow::Cow;

/// One file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its bytes.
    pub body: Bytes,
    /// Its media type.
    pub media_type: String,
    /// A strong validator, quoted as HTTP wants it.
    pub etag: String,
}

/// Where files come from.
pub trait AssetSource: Send + Sync + 'static {
    /// The file of exactly this path, without a leading slash.
    fn get(&self, path: &str) -> Option<Asset>;
}

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// The files of `web/dist`; empty when the dashboard was not built before the daemon.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dashboard;

impl AssetSource for Dashboard {
    fn get(&self, path: &str) -> Option<Asset> {
        let file = Dist::get(path)?;
        let body = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        let hash = file.metadata.sha256_hash();
        let digits: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
        let media_type = file.metadata.mimetype().to_owned();
        Some(Asset { body, media_type, etag: format!("\"{digits}\"") })
    }
}
