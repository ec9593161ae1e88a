//! Users, sessions, API tokens and keys on the wire. The rules are in `auth`.

use super::auth::{Auth, Principal, Wanted};
use super::errors::{Reason, refuse};
use super::guard::status;
use crate::settings::Secret;
use std::sync::Arc;
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tradingd_proto::v1::*;

/// Requests here are a few kilobytes.
const LARGEST_REQUEST: usize = 64 * 1024;

/// Serves `UserService`, `SessionService`, `TokenService` and `KeyService`.
#[derive(Debug, Clone)]
pub struct AccessApi {
    auth: Arc<Auth>,
}

/// Adds the services over these logins.
#[must_use]
pub fn add(routes: Routes, auth: &Arc<Auth>) -> Routes {
    use key_service_server::KeyServiceServer;
    use session_service_server::SessionServiceServer;
    use token_service_server::TokenServiceServer;
    use user_service_server::UserServiceServer;
    let api = || AccessApi { auth: Arc::clone(auth) };
    routes
        .add_service(UserServiceServer::new(api()).max_decoding_message_size(LARGEST_REQUEST))
        .add_service(SessionServiceServer::new(api()).max_decoding_message_size(LARGEST_REQUEST))
        .add_service(TokenServiceServer::new(api()).max_decoding_message_size(LARGEST_REQUEST))
        .add_service(KeyServiceServer::new(api()).max_decoding_message_size(LARGEST_REQUEST))
}

pub(super) fn principal<T>(request: &Request<T>) -> Result<Principal, Status> {
    Principal::of(request).ok_or_else(|| refuse(Reason::TokenMissing, "this needs a token"))
}

/// The request with who asks. What is hashed for repeats is the request without its id and, where it
/// holds a password, with the fingerprint of it instead.
macro_rules! asked {
    ($request:ident, $method:literal) => {{
        let hashed = $request.get_ref().clone();
        $crate::control_plane::access_service::asked!($request, $method, hashed)
    }};
    ($request:ident, $method:literal, $hashed:ident) => {{
        let mut hashed = $hashed;
        let id = std::mem::take(&mut hashed.request_id);
        hashed.plan_id.clear();
        hashed.dry_run = false;
        let principal = $crate::control_plane::access_service::principal(&$request)?;
        let context = $crate::services::requests::context(&$request, $method, &id, &hashed)?;
        let body = $request.get_ref();
        let (dry_run, plan_id) = (body.dry_run, body.plan_id.clone());
        let context = $crate::trader::RequestContext { dry_run, plan_id, ..context };
        $crate::control_plane::auth::Asked { principal, context }
    }};
}

/// The response with effect and plan.
macro_rules! answer {
    ($reply:expr) => {{
        let reply = $reply.map_err(|e| $crate::control_plane::guard::status(&e))?;
        let mut message = reply.message;
        message.effect = reply.effect;
        message.plan = reply.plan;
        Ok(tonic::Response::new(message))
    }};
}

pub(super) use {answer, asked};

#[tonic::async_trait]
impl user_service_server::UserService for AccessApi {
    async fn list_users(
        &self,
        _: Request<ListUsersRequest>,
    ) -> Result<Response<ListUsersResponse>, Status> {
        Ok(Response::new(self.auth.users()))
    }

    async fn create_user(
        &self,
        request: Request<CreateUserRequest>,
    ) -> Result<Response<CreateUserResponse>, Status> {
        let password = self.auth.fingerprint(&request.get_ref().password);
        let prints = CreateUserRequest { password, ..request.get_ref().clone() };
        let asked = asked!(request, "/tradingd.v1.UserService/CreateUser", prints);
        let body = request.into_inner();
        let (role, password) = (body.role(), Secret::new(body.password));
        answer!(self.auth.create_user(&asked, &body.user, role, password).await)
    }

    async fn set_user_role(
        &self,
        request: Request<SetUserRoleRequest>,
    ) -> Result<Response<SetUserRoleResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.UserService/SetUserRole");
        let body = request.into_inner();
        answer!(self.auth.set_role(&asked, &body.user, body.role()).await)
    }

    async fn set_user_password(
        &self,
        request: Request<SetUserPasswordRequest>,
    ) -> Result<Response<SetUserPasswordResponse>, Status> {
        let password = self.auth.fingerprint(&request.get_ref().password);
        let prints = SetUserPasswordRequest { password, ..request.get_ref().clone() };
        let asked = asked!(request, "/tradingd.v1.UserService/SetUserPassword", prints);
        let body = request.into_inner();
        answer!(self.auth.set_password(&asked, &body.user, Secret::new(body.password)).await)
    }

    async fn disable_user(
        &self,
        request: Request<DisableUserRequest>,
    ) -> Result<Response<DisableUserResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.UserService/DisableUser");
        let body = request.into_inner();
        answer!(self.auth.disable_user(&asked, &body.user).await)
    }

    async fn enable_user(
        &self,
        request: Request<EnableUserRequest>,
    ) -> Result<Response<EnableUserResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.UserService/EnableUser");
        let body = request.into_inner();
        answer!(self.auth.enable_user(&asked, &body.user).await)
    }

    async fn remove_user(
        &self,
        request: Request<RemoveUserRequest>,
    ) -> Result<Response<RemoveUserResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.UserService/RemoveUser");
        let body = request.into_inner();
        answer!(self.auth.remove_user(&asked, &body.user).await)
    }
}

#[tonic::async_trait]
impl session_service_server::SessionService for AccessApi {
    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let who = principal(&request)?;
        let found = self.auth.list_sessions(&who, &request.get_ref().user);
        found.map(Response::new).map_err(|e| status(&e))
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Result<Response<RevokeSessionResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.SessionService/RevokeSession");
        let body = request.into_inner();
        answer!(self.auth.revoke_session(&asked, &body.session_id).await)
    }

    async fn revoke_all_sessions(
        &self,
        request: Request<RevokeAllSessionsRequest>,
    ) -> Result<Response<RevokeAllSessionsResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.SessionService/RevokeAllSessions");
        let body = request.into_inner();
        answer!(self.auth.revoke_all_sessions(&asked, &body.user, body.keep_current).await)
    }
}

#[tonic::async_trait]
impl token_service_server::TokenService for AccessApi {
    async fn create_token(
        &self,
        request: Request<CreateTokenRequest>,
    ) -> Result<Response<CreateTokenResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.TokenService/CreateToken");
        let body = request.into_inner();
        let wanted = Wanted {
            role: body.role(),
            name: body.name,
            expires_in: body.expires_in,
            limits: body.limits.unwrap_or_default(),
        };
        answer!(self.auth.create_token(&asked, &wanted).await)
    }

    async fn list_tokens(
        &self,
        request: Request<ListTokensRequest>,
    ) -> Result<Response<ListTokensResponse>, Status> {
        let who = principal(&request)?;
        let found = self.auth.list_tokens(&who, &request.get_ref().user);
        found.map(Response::new).map_err(|e| status(&e))
    }

    async fn revoke_token(
        &self,
        request: Request<RevokeTokenRequest>,
    ) -> Result<Response<RevokeTokenResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.TokenService/RevokeToken");
        let body = request.into_inner();
        answer!(self.auth.revoke_token(&asked, &body.token_id).await)
    }

    async fn derive_token(
        &self,
        request: Request<DeriveTokenRequest>,
    ) -> Result<Response<DeriveTokenResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.TokenService/DeriveToken");
        let body = request.into_inner();
        let wanted = Wanted {
            role: body.role(),
            name: body.name,
            expires_in: body.expires_in,
            limits: body.limits.unwrap_or_default(),
        };
        answer!(self.auth.derive_token(&asked, &wanted).await)
    }
}

#[tonic::async_trait]
impl key_service_server::KeyService for AccessApi {
    async fn rotate_keys(
        &self,
        request: Request<RotateKeysRequest>,
    ) -> Result<Response<RotateKeysResponse>, Status> {
        let asked = asked!(request, "/tradingd.v1.KeyService/RotateKeys");
        let body = request.into_inner();
        answer!(self.auth.rotate_keys(&asked, body.end_all).await)
    }
}
