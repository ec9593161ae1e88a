//! `users`: who may log in, and as what.

use super::{Context, plan, secret};
use crate::cli::{RoleArg, UsersVerb};
use crate::failure::Failure;
use crate::output::table::{Style, Tone, number, rows, text};
use crate::output::{format, words};
use crate::random::request_id;
use tradingd_proto::v1::user_service_client::UserServiceClient;
use tradingd_proto::v1::*;

/// The protocol's role.
pub fn role(arg: RoleArg) -> Role {
    match arg {
        RoleArg::Viewer => Role::Viewer,
        RoleArg::Operator => Role::Operator,
        RoleArg::Admin => Role::Admin,
    }
}

/// Serves `users`.
pub async fn run(context: &Context<'_>, verb: Option<UsersVerb>) -> Result<(), Failure> {
    let client = &context.client;
    let out = context.out;
    match verb.unwrap_or(UsersVerb::List) {
        UsersVerb::List => {
            let rpc = async |c, r| UserServiceClient::new(c).list_users(r).await;
            let answer = client.read(ListUsersRequest {}, rpc).await?;
            out.list(&answer, answer.users.len(), "there is nobody", table)
        }
        UsersVerb::Add { user, role: wanted, password, plan: planned } => {
            let password = secret::new_password(&user, &password)?;
            let mut request = CreateUserRequest { user, password, ..Default::default() };
            request.role = role(wanted).into();
            request.request_id = request_id()?;
            let call = async |r: CreateUserRequest| -> Result<CreateUserResponse, Failure> {
                let rpc = async |c, r| UserServiceClient::new(c).create_user(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |a, _| said(a.user.as_ref(), "added")).await
        }
        UsersVerb::Role { user, role: wanted, plan: planned } => {
            let mut request = SetUserRoleRequest { user, ..Default::default() };
            request.role = role(wanted).into();
            request.request_id = request_id()?;
            let call = async |r: SetUserRoleRequest| -> Result<SetUserRoleResponse, Failure> {
                let rpc = async |c, r| UserServiceClient::new(c).set_user_role(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |a, _| said(a.user.as_ref(), "changed"))
                .await
        }
        UsersVerb::Passwd { user, password, plan: planned } => {
            let password = secret::new_password(&user, &password)?;
            let mut request = SetUserPasswordRequest { user, password, ..Default::default() };
            request.request_id = request_id()?;
            let call =
                async |r: SetUserPasswordRequest| -> Result<SetUserPasswordResponse, Failure> {
                    let rpc = async |c, r| UserServiceClient::new(c).set_user_password(r).await;
                    context.client.mutate(r, rpc).await
                };
            plan::run(context, request, &planned, call, |a, _| {
                format!("password set; {} session(s) ended", a.ended_sessions)
            })
            .await
        }
        UsersVerb::Disable { user, plan: planned } => {
            let mut request = DisableUserRequest { user, ..Default::default() };
            request.request_id = request_id()?;
            let call = async |r: DisableUserRequest| -> Result<DisableUserResponse, Failure> {
                let rpc = async |c, r| UserServiceClient::new(c).disable_user(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |a, _| {
                format!(
                    "{}; {} session(s) ended",
                    said(a.user.as_ref(), "disabled"),
                    a.ended_sessions
                )
            })
            .await
        }
        UsersVerb::Enable { user, plan: planned } => {
            let mut request = EnableUserRequest { user, ..Default::default() };
            request.request_id = request_id()?;
            let call = async |r: EnableUserRequest| -> Result<EnableUserResponse, Failure> {
                let rpc = async |c, r| UserServiceClient::new(c).enable_user(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |a, _| said(a.user.as_ref(), "enabled"))
                .await
        }
        UsersVerb::Remove { user, yes, plan: planned } => {
            // A plan in hand was agreed to when it was looked at.
            if !yes && !planned.dry_run && planned.plan.is_none() {
                let question = format!("Remove the user {user} with all sessions and API tokens?");
                secret::confirm(&question, "pass --yes")?;
            }
            let mut request = RemoveUserRequest { user: user.clone(), ..Default::default() };
            request.request_id = request_id()?;
            let call = async |r: RemoveUserRequest| -> Result<RemoveUserResponse, Failure> {
                let rpc = async |c, r| UserServiceClient::new(c).remove_user(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |a, _| {
                format!("{user} removed; {} session(s) ended", a.ended_sessions)
            })
            .await
        }
    }
}

fn said(user: Option<&User>, what: &str) -> String {
    let user = user.cloned().unwrap_or_default();
    format!("{} ({}) {what}", user.name, words::role(user.role))
}

fn table(answer: &ListUsersResponse, style: Style) -> String {
    let headings = ["user", "role", "state", "codes", "sessions", "tokens", "since (UTC)"];
    let line = |user: &User| {
        let (state, tone) =
            if user.disabled { ("disabled", Tone::Warn) } else { ("enabled", Tone::Plain) };
        vec![
            text(&*user.name),
            text(words::role(user.role)),
            text(state).tone(tone),
            text(if user.totp { "yes" } else { "no" }),
            number(user.sessions.to_string()),
            number(user.tokens.to_string()),
            text(format::utc(user.created_at.as_ref())),
        ]
    };
    rows(style, &headings, answer.users.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_listed_with_their_state() {
        let user = |name: &str, role: Role, disabled| User {
            name: name.to_owned(),
            role: role.into(),
            disabled,
            totp: disabled,
            sessions: 2,
            tokens: 1,
            ..Default::default()
        };
        let answer = ListUsersResponse {
            users: vec![user("ada", Role::Admin, false), user("vic", Role::Viewer, true)],
        };
        let table = table(&answer, Style { colour: false });
        let lines: Vec<Vec<&str>> = table.lines().map(|l| l.split_whitespace().collect()).collect();
        assert_eq!(lines[1][..6], ["ada", "admin", "enabled", "no", "2", "1"]);
        assert_eq!(lines[2][..6], ["vic", "viewer", "disabled", "yes", "2", "1"]);
    }
}
