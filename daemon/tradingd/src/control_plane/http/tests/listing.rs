//! A settings service that only lists: something to call behind the guard.

use tonic::{Request, Response, Status};
use tradingd_proto::v1::settings_service_server::{SettingsService, SettingsServiceServer};
use tradingd_proto::v1::*;

pub struct Listing(Vec<Setting>);

pub fn server(settings: Vec<Setting>) -> SettingsServiceServer<Listing> {
    SettingsServiceServer::new(Listing(settings))
}

fn not_here<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("this one only lists"))
}

#[tonic::async_trait]
impl SettingsService for Listing {
    async fn list_settings(
        &self,
        request: Request<ListSettingsRequest>,
    ) -> Result<Response<ListSettingsResponse>, Status> {
        let prefix = request.into_inner().prefix;
        let settings = self.0.iter().filter(|s| s.key.starts_with(&prefix)).cloned().collect();
        Ok(Response::new(ListSettingsResponse { settings, version: 1 }))
    }

    async fn update_settings(
        &self,
        _: Request<UpdateSettingsRequest>,
    ) -> Result<Response<UpdateSettingsResponse>, Status> {
        not_here()
    }

    async fn list_setting_versions(
        &self,
        _: Request<ListSettingVersionsRequest>,
    ) -> Result<Response<ListSettingVersionsResponse>, Status> {
        not_here()
    }

    async fn rollback_settings(
        &self,
        _: Request<RollbackSettingsRequest>,
    ) -> Result<Response<RollbackSettingsResponse>, Status> {
        not_here()
    }

    async fn diff_settings(
        &self,
        _: Request<DiffSettingsRequest>,
    ) -> Result<Response<DiffSettingsResponse>, Status> {
        not_here()
    }
}
