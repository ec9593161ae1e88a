//! `SettingsService`: what the daemon runs with. Read only in this version.

use super::errors::invalid;
use std::sync::Arc;
use tonic::{Request, Response, Status};
use tradingd_proto::v1::settings_service_server::{self, SettingsServiceServer};
use tradingd_proto::v1::{ListSettingsRequest, ListSettingsResponse, Setting};

/// Longest prefix in bytes.
const LONGEST_PREFIX: usize = 128;

/// Serves `SettingsService`.
#[derive(Debug, Clone)]
pub struct SettingsApi {
    settings: Arc<[Setting]>,
}

impl SettingsApi {
    /// The service over a listing, which stays as it is until the next start.
    #[must_use]
    pub fn server(listing: Vec<Setting>) -> SettingsServiceServer<Self> {
        SettingsServiceServer::new(Self { settings: listing.into() })
    }
}

#[tonic::async_trait]
impl settings_service_server::SettingsService for SettingsApi {
    async fn list_settings(
        &self,
        request: Request<ListSettingsRequest>,
    ) -> Result<Response<ListSettingsResponse>, Status> {
        let prefix = request.into_inner().prefix;
        if prefix.len() > LONGEST_PREFIX {
            return Err(invalid([("prefix", "must be at most 128 bytes")]));
        }
        let settings = self.settings.iter().filter(|s| s.key.starts_with(&prefix)).cloned();
        Ok(Response::new(ListSettingsResponse { settings: settings.collect() }))
    }
}
