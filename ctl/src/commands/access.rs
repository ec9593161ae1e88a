//! `sessions`, `step-up`, `passwd`, `totp`, `keys`: one's own access, and the control plane's keys.

use super::{Context, plan, secret};
use crate::cli::{KeysVerb, OfUser, PasswordArgs, SessionsVerb, StepUpArgs, TotpVerb};
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, rows, text};
use crate::random::request_id;
use tradingd_proto::v1::auth_service_client::AuthServiceClient;
use tradingd_proto::v1::key_service_client::KeyServiceClient;
use tradingd_proto::v1::session_service_client::SessionServiceClient;
use tradingd_proto::v1::*;

/// Serves `sessions`.
pub async fn sessions(context: &Context<'_>, verb: Option<SessionsVerb>) -> Result<(), Failure> {
    let client = &context.client;
    match verb.unwrap_or(SessionsVerb::List(OfUser::default())) {
        SessionsVerb::List(of) => {
            let request = ListSessionsRequest { user: of.user.unwrap_or_default() };
            let rpc = async |c, r| SessionServiceClient::new(c).list_sessions(r).await;
            let answer = client.read(request, rpc).await?;
            context.out.list(&answer, answer.sessions.len(), "nobody is logged in", session_table)
        }
        SessionsVerb::Revoke { id: Some(session_id), plan: planned, .. } => {
            let request = RevokeSessionRequest {
                session_id,
                request_id: request_id()?,
                ..Default::default()
            };
            let call = async |r: RevokeSessionRequest| -> Result<RevokeSessionResponse, Failure> {
                let rpc = async |c, r| SessionServiceClient::new(c).revoke_session(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |_, _| "the session has ended".to_owned())
                .await
        }
        SessionsVerb::Revoke { id: None, user, keep_current, plan: planned, .. } => {
            let request = RevokeAllSessionsRequest {
                user: user.unwrap_or_default(),
                keep_current,
                request_id: request_id()?,
                ..Default::default()
            };
            let call =
                async |r: RevokeAllSessionsRequest| -> Result<RevokeAllSessionsResponse, Failure> {
                    let rpc =
                        async |c, r| SessionServiceClient::new(c).revoke_all_sessions(r).await;
                    context.client.mutate(r, rpc).await
                };
            plan::run(context, request, &planned, call, |a, _| {
                format!("{} session(s) ended", a.ended_sessions)
            })
            .await
        }
    }
}

fn session_table(answer: &ListSessionsResponse, style: Style) -> String {
    let headings =
        ["session", "user", "from", "client", "logged in (UTC)", "refreshed", "ends", ""];
    let now = format::now();
    let line = |s: &Session| {
        vec![
            text(&*s.session_id),
            text(&*s.user),
            text(&*s.source),
            text(&*s.client),
            text(format::utc(s.created_at.as_ref())),
            text(format::ago(s.refreshed_at.as_ref(), Some(&now))),
            text(format::ago(s.expires_at.as_ref(), Some(&now))),
            text(if s.current { "this one" } else { "" }),
        ]
    };
    rows(style, &headings, answer.sessions.iter().map(line).collect())
}

/// Proves again who asks.
pub async fn step_up(context: &Context<'_>, args: StepUpArgs) -> Result<(), Failure> {
    let client = &context.client;
    let request = match args.code {
        Some(totp_code) => StepUpRequest { totp_code, ..Default::default() },
        None => {
            let password = secret::password(&own_name(context).await?, &args.password)?;
            StepUpRequest { password, ..Default::default() }
        }
    };
    let rpc = async |c, r| AuthServiceClient::new(c).step_up(r).await;
    let answer = client.read(request, rpc).await?;
    context.out.answer(&answer, |a, _| {
        format!("proven; fresh until {} UTC", format::utc(a.fresh_until.as_ref()))
    })
}

/// Changes one's own password.
pub async fn passwd(context: &Context<'_>, args: PasswordArgs) -> Result<(), Failure> {
    let (old_password, new_password) = secret::old_and_new(&own_name(context).await?, &args)?;
    let request = ChangePasswordRequest {
        old_password,
        new_password,
        request_id: request_id()?,
        ..Default::default()
    };
    let rpc = async |c, r| AuthServiceClient::new(c).change_password(r).await;
    let answer = context.client.mutate(request, rpc).await?;
    context.out.answer(&answer, |a, _| {
        format!("password changed; {} other session(s) ended", a.ended_sessions)
    })
}

async fn own_name(context: &Context<'_>) -> Result<String, Failure> {
    let rpc = async |c, r| AuthServiceClient::new(c).who_am_i(r).await;
    Ok(context.client.read(WhoAmIRequest {}, rpc).await?.user)
}

/// Serves `totp`.
pub async fn totp(context: &Context<'_>, verb: TotpVerb) -> Result<(), Failure> {
    let client = &context.client;
    let request_id = request_id()?;
    match verb {
        TotpVerb::Enrol => {
            let request = EnrolTotpRequest { request_id, ..Default::default() };
            let rpc = async |c, r| AuthServiceClient::new(c).enrol_totp(r).await;
            let answer = client.mutate(request, rpc).await?;
            context.out.answer(&answer, |a, _| {
                format!(
                    "secret  {}\nlink    {}\n\nPut it into an authenticator, then: botctl totp confirm CODE\nIt is not shown again.",
                    a.secret, a.uri
                )
            })
        }
        TotpVerb::Confirm { code } => {
            let request = ConfirmTotpRequest { totp_code: code, request_id, ..Default::default() };
            let rpc = async |c, r| AuthServiceClient::new(c).confirm_totp(r).await;
            let answer = client.mutate(request, rpc).await?;
            context.out.answer(&answer, |_, _| "logins need a one-time code from now on".to_owned())
        }
        TotpVerb::Remove { user } => {
            let user = user.unwrap_or_default();
            let request = RemoveTotpRequest { user, request_id, ..Default::default() };
            let rpc = async |c, r| AuthServiceClient::new(c).remove_totp(r).await;
            let answer = client.mutate(request, rpc).await?;
            context.out.answer(&answer, |_, _| "logins need no one-time code any more".to_owned())
        }
    }
}

/// Serves `keys`.
pub async fn keys(context: &Context<'_>, verb: KeysVerb) -> Result<(), Failure> {
    let KeysVerb::Rotate { end_all, plan: planned } = verb;
    let request = RotateKeysRequest { end_all, request_id: request_id()?, ..Default::default() };
    let call = async |r: RotateKeysRequest| -> Result<RotateKeysResponse, Failure> {
        let rpc = async |c, r| KeyServiceClient::new(c).rotate_keys(r).await;
        context.client.mutate(r, rpc).await
    };
    plan::run(context, request, &planned, call, |a, _| match end_all {
        true => "a new key signs; all sessions and API tokens have ended".to_owned(),
        false => {
            let until = format::utc(a.old_until.as_ref());
            format!("a new key signs; access tokens of the old one hold until {until} UTC")
        }
    })
    .await
}
