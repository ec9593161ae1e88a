//! `setup`, `login`, `logout`, `whoami`, `token`.
//!
//! Tokens go into the session file; only `token` prints one, and never the refresh token.

use super::{Context, secret};
use crate::cli::{LoginArgs, LoginVerb, SetupArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, panel, text};
use crate::output::words;
use crate::session::{Session, Store};
use prost_types::Timestamp;
use std::path::Path;
use tradingd_proto::v1::auth_service_client::AuthServiceClient;
use tradingd_proto::v1::{
    GetSetupStateRequest, LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, SetupRequest,
    SetupResponse, Tokens, WhoAmIRequest, WhoAmIResponse,
};

/// Makes the first admin and logs in.
pub async fn setup(context: &Context<'_>, args: SetupArgs) -> Result<(), Failure> {
    let client = &context.client;
    let store = session_store(client)?;
    warn_when_open(context);
    client.shake_hands().await?;
    let token = match &args.token_file {
        Some(path) => read_token(path)?,
        None => read_token(Path::new(&token_path(client).await?))?,
    };
    let LoginArgs { user, password } = args.login;
    let password = secret::new_password(&user, &password)?;
    let request = SetupRequest { token, user, password, cookie: false };
    let mut answer: SetupResponse =
        client.public(request, async |c, r| AuthServiceClient::new(c).setup(r).await).await?;
    keep(client, store, &answer.user, answer.tokens.as_ref()).await?;
    hide(&mut answer.tokens);
    context.out.answer(&answer, |a, style| logged_in(&a.user, a.role, style))
}

/// Path of the one-time secret, as the daemon tells clients on its own machine.
async fn token_path(client: &Client) -> Result<String, Failure> {
    let state = client
        .public(GetSetupStateRequest {}, async |c, r| {
            AuthServiceClient::new(c).get_setup_state(r).await
        })
        .await?;
    if !state.setup_needed {
        return Err(Failure::refused("setup is done already: there is an admin")
            .with_hint("run botctl login --user NAME"));
    }
    if state.token_file.is_empty() {
        return Err(Failure::refused("the daemon does not name its token file").with_hint(
            "pass it with --token-file FILE; it is bootstrap-token in the data folder",
        ));
    }
    Ok(state.token_file)
}

fn read_token(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Failure::usage(format!("token file {}: {e}", path.display()))
            .with_hint("run as the daemon's user, on its machine, or pass --token-file FILE")
    })?;
    Ok(text.trim().to_owned())
}

/// Logs in and keeps the session. Where a one-time code is missing, a person is asked for it.
pub async fn login(context: &Context<'_>, args: LoginVerb) -> Result<(), Failure> {
    let client = &context.client;
    let store = session_store(client)?;
    warn_when_open(context);
    client.shake_hands().await?;
    let LoginArgs { user, password } = args.login;
    let password = secret::password(&user, &password)?;
    let totp_code = args.code.unwrap_or_default();
    let mut request = LoginRequest { user, password, cookie: false, totp_code };
    // An open session of the same user shows that guesses of others are not ours.
    let open = store.load().ok().flatten().filter(|s| s.user == request.user && s.is_fresh());
    let proof = open.map(|session| session.access_token);
    let rpc = async |c, r| AuthServiceClient::new(c).login(r).await;
    let mut asked = client.public_with(request.clone(), rpc, proof.as_deref()).await;
    let wanted = |f: &Failure| f.reason() == "TOTP_NEEDED";
    if asked.as_ref().err().is_some_and(wanted) && request.totp_code.is_empty() && secret::can_ask()
    {
        request.totp_code = secret::code()?;
        asked = client.public_with(request, rpc, proof.as_deref()).await;
    }
    let mut answer: LoginResponse = asked.map_err(|failure| match failure.reason() {
        "TOTP_NEEDED" => failure.with_hint("give the present code with --code"),
        _ if failure.is_unauthenticated() => failure.with_hint("check the name and the password"),
        _ => failure,
    })?;
    keep(client, store, &answer.user, answer.tokens.as_ref()).await?;
    hide(&mut answer.tokens);
    context.out.answer(&answer, |a, style| logged_in(&a.user, a.role, style))
}

/// Ends the session here and at the daemon.
pub async fn logout(context: &Context<'_>) -> Result<(), Failure> {
    let client = &context.client;
    let asked =
        client.read(LogoutRequest {}, async |c, r| AuthServiceClient::new(c).logout(r).await).await;
    match asked {
        Ok(LogoutResponse {}) => {}
        // It has ended there already, which is what was wanted.
        Err(failure) if failure.is_unauthenticated() && client.store().is_some() => {}
        Err(failure) => return Err(failure),
    }
    if let Some(store) = client.store() {
        let held = store.lock(client.timeout()).await?;
        store.remove(&held)?;
    }
    if context.out.is_json() {
        return context.out.answer(&LogoutResponse {}, |_, _| String::new());
    }
    context.out.say("logged out");
    Ok(())
}

/// Says who is logged in.
pub async fn whoami(context: &Context<'_>) -> Result<(), Failure> {
    let answer = context
        .client
        .read(WhoAmIRequest {}, async |c, r| AuthServiceClient::new(c).who_am_i(r).await)
        .await?;
    let addr = context.client.addr().url();
    context.out.answer(&answer, |a, style| who(a, &addr, &format::now(), style))
}

fn who(answer: &WhoAmIResponse, addr: &str, now: &Timestamp, style: Style) -> String {
    let moment = |t: Option<&Timestamp>| match t {
        Some(_) => text(format!("{} UTC ({})", format::utc(t), format::ago(t, Some(now)))),
        None => text(""),
    };
    let lines = vec![
        ("user", text(&*answer.user)),
        ("role", text(words::role(answer.role))),
        ("daemon", text(addr)),
        match answer.token_id.as_str() {
            "" => ("session", text(&*answer.session_id)),
            id => ("API token", text(id)),
        },
        ("logged in", moment(answer.logged_in_at.as_ref())),
        ("proven", moment(answer.proven_at.as_ref())),
        ("token ends", moment(answer.access_expires_at.as_ref())),
    ];
    panel(style, lines)
}

/// Prints a fresh access token.
pub async fn token(context: &Context<'_>) -> Result<(), Failure> {
    let client = &context.client;
    let store = session_store(client)?;
    let mut answer = client.renew_now(store).await?;
    if let Some(tokens) = answer.tokens.as_mut() {
        tokens.refresh_token.clear();
    }
    context.out.answer(&answer, |a, _| {
        a.tokens.as_ref().map(|t| t.access_token.clone()).unwrap_or_default()
    })
}

/// The session file; a token from the environment leaves none to work on.
fn session_store(client: &Client) -> Result<&Store, Failure> {
    if client.addr().is_socket() {
        return Err(Failure::usage("the local socket knows no logins")
            .with_hint("use the daemon's address: --addr"));
    }
    client.store().ok_or_else(|| {
        Failure::usage("a token is given, which replaces the stored session").with_hint(
            "unset BOTCTL_TOKEN and BOTCTL_TOKEN_FILE, and leave out --token, for this verb",
        )
    })
}

fn warn_when_open(context: &Context<'_>) {
    let addr = context.client.addr();
    if !addr.is_loopback() && addr.encrypted().is_none() {
        context.out.say("warning: the password crosses the network in the clear; use a tunnel");
    }
}

async fn keep(
    client: &Client,
    store: &Store,
    user: &str,
    tokens: Option<&Tokens>,
) -> Result<(), Failure> {
    let tokens = tokens.ok_or_else(|| Failure::internal("the daemon sent no tokens"))?;
    let held = store.lock(client.timeout()).await?;
    store.save(&held, &Session::new(client.addr().url(), user.to_owned(), tokens))
}

fn hide(tokens: &mut Option<Tokens>) {
    if let Some(tokens) = tokens.as_mut() {
        tokens.access_token.clear();
        tokens.refresh_token.clear();
    }
}

fn logged_in(user: &str, role: i32, _: Style) -> String {
    format!("logged in as {user} ({})", words::role(role))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::Role;

    #[test]
    fn whoami_tells_times_in_both_directions() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let answer = WhoAmIResponse {
            user: "anna".to_owned(),
            role: Role::Operator.into(),
            session_id: "s1".to_owned(),
            logged_in_at: at(1_769_868_300),
            access_expires_at: at(1_769_868_900),
            proven_at: at(1_769_868_420),
            ..Default::default()
        };
        let now = Timestamp { seconds: 1_769_868_480, nanos: 0 };
        assert_eq!(
            who(&answer, "http://127.0.0.1:8000", &now, Style { colour: false }),
            "\
user        anna
role        operator
daemon      http://127.0.0.1:8000
session     s1
logged in   2026-01-31 14:05:00 UTC (3m ago)
proven      2026-01-31 14:07:00 UTC (1m ago)
token ends  2026-01-31 14:15:00 UTC (in 7m)"
        );
    }

    #[test]
    fn tokens_are_not_printed_at_login() {
        let mut tokens = Some(Tokens {
            access_token: "a".to_owned(),
            refresh_token: "r".to_owned(),
            ..Default::default()
        });
        hide(&mut tokens);
        let left = tokens.expect("still there");
        assert_eq!((left.access_token.as_str(), left.refresh_token.as_str()), ("", ""));
    }
}
