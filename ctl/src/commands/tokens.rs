//! `tokens`: API tokens for scripts and programs.

use super::plan::{self, Ask};
use super::{Context, users};
use crate::cli::{OfUser, TokenArgs, TokensVerb};
use crate::failure::Failure;
use crate::output::table::{Style, rows, text};
use crate::output::{format, words};
use crate::random::request_id;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use tradingd_proto::v1::token_service_client::TokenServiceClient;
use tradingd_proto::v1::*;

/// The token in a file.
pub fn read(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Failure::usage(format!("token file {}: {e}", path.display())))?;
    let token = text.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        let text = format!("token file {} holds no token", path.display());
        return Err(Failure::usage(text).with_hint("make one with botctl tokens create"));
    }
    Ok(token.to_owned())
}

/// Serves `tokens`.
pub async fn run(context: &Context<'_>, verb: Option<TokensVerb>) -> Result<(), Failure> {
    let client = &context.client;
    match verb.unwrap_or(TokensVerb::List(OfUser::default())) {
        TokensVerb::List(of) => {
            let request = ListTokensRequest { user: of.user.unwrap_or_default() };
            let rpc = async |c, r| TokenServiceClient::new(c).list_tokens(r).await;
            let answer = client.read(request, rpc).await?;
            context.out.list(&answer, answer.tokens.len(), "there are no API tokens", table)
        }
        TokensVerb::Create(args) => create(context, args).await,
        TokensVerb::Derive(args) => derive(context, args).await,
        TokensVerb::Revoke { id, plan: planned } => {
            let mut request = RevokeTokenRequest { token_id: id, ..Default::default() };
            request.request_id = request_id()?;
            let call = async |r: RevokeTokenRequest| -> Result<RevokeTokenResponse, Failure> {
                let rpc = async |c, r| TokenServiceClient::new(c).revoke_token(r).await;
                context.client.mutate(r, rpc).await
            };
            plan::run(context, request, &planned, call, |a, _| {
                format!("{} token(s) ended", a.ended_tokens)
            })
            .await
        }
    }
}

async fn create(context: &Context<'_>, args: TokenArgs) -> Result<(), Failure> {
    let request = CreateTokenRequest {
        name: args.name.clone(),
        role: args.role.map_or(0, |r| users::role(r).into()),
        expires_in: life(&args),
        limits: Some(limits(&args)),
        request_id: request_id()?,
        ..Default::default()
    };
    let call = async |r: CreateTokenRequest| -> Result<CreateTokenResponse, Failure> {
        let rpc = async |c, r| TokenServiceClient::new(c).create_token(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &args.plan, Ask::Never, &call).await? else {
        return Ok(());
    };
    let mut answer = call(request).await?;
    store(args.out.as_deref(), &mut answer.secret)?;
    context.out.answer(&answer, |a, _| told(a.token.as_ref(), &a.secret, args.out.as_deref()))
}

async fn derive(context: &Context<'_>, args: TokenArgs) -> Result<(), Failure> {
    let request = DeriveTokenRequest {
        name: args.name.clone(),
        role: args.role.map_or(0, |r| users::role(r).into()),
        expires_in: life(&args),
        limits: Some(limits(&args)),
        request_id: request_id()?,
        ..Default::default()
    };
    let call = async |r: DeriveTokenRequest| -> Result<DeriveTokenResponse, Failure> {
        let rpc = async |c, r| TokenServiceClient::new(c).derive_token(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &args.plan, Ask::Never, &call).await? else {
        return Ok(());
    };
    let mut answer = call(request).await?;
    store(args.out.as_deref(), &mut answer.secret)?;
    context.out.answer(&answer, |a, _| told(a.token.as_ref(), &a.secret, args.out.as_deref()))
}

fn life(args: &TokenArgs) -> Option<prost_types::Duration> {
    let seconds = |d: std::time::Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    args.expires.map(|d| prost_types::Duration { seconds: seconds(d), nanos: 0 })
}

fn limits(args: &TokenArgs) -> TokenLimits {
    TokenLimits {
        methods: args.methods.clone(),
        symbols: args.symbols.clone(),
        sources: args.sources.clone(),
    }
}

/// Moves the token into a file that only its owner may read; an existing file stays as it is.
fn store(out: Option<&Path>, secret: &mut String) -> Result<(), Failure> {
    let Some(path) = out else { return Ok(()) };
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(format!("{secret}\n").as_bytes()));
    written.map_err(|e| {
        Failure::usage(format!("the token was made, but {}: {e}", path.display()))
            .with_hint("revoke it (botctl tokens list tells its id) and make another one")
    })?;
    secret.clear();
    Ok(())
}

fn told(token: Option<&ApiToken>, secret: &str, out: Option<&Path>) -> String {
    let token = token.cloned().unwrap_or_default();
    let (until, role) = (format::utc(token.expires_at.as_ref()), words::role(token.role));
    let head = format!("token {} ({}, {role}), until {until} UTC", token.name, token.token_id);
    match out {
        Some(path) => format!("{head}, written to {}", path.display()),
        None => format!("{head}; it is not shown again:\n{secret}"),
    }
}

fn table(answer: &ListTokensResponse, style: Style) -> String {
    let headings = ["id", "name", "user", "role", "methods", "symbols", "from", "parent", "ends"];
    let now = format::now();
    let line = |token: &ApiToken| {
        let limits = token.limits.clone().unwrap_or_default();
        let some = |list: &[String]| match list {
            [] => "all".to_owned(),
            list if list.len() <= 3 => list.join(" "),
            list => format!("{} …", list.len()),
        };
        vec![
            text(&*token.token_id),
            text(&*token.name),
            text(&*token.user),
            text(words::role(token.role)),
            text(some(&limits.methods)),
            text(some(&limits.symbols)),
            text(some(&limits.sources)),
            text(&*token.parent_id),
            text(format::ago(token.expires_at.as_ref(), Some(&now))),
        ]
    };
    rows(style, &headings, answer.tokens.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_into_a_new_private_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("token");
        let mut secret = "tdt_1_x".to_owned();
        store(Some(&path), &mut secret).expect("written");
        assert!(secret.is_empty(), "it is not printed, too");
        assert_eq!(read(&path).expect("a token"), "tdt_1_x");
        let mode = std::os::unix::fs::MetadataExt::mode(&path.metadata().expect("there"));
        assert_eq!(mode & 0o777, 0o600);
        let again = store(Some(&path), &mut "tdt_2_y".to_owned()).expect_err("it exists");
        assert!(again.message().contains("the token was made, but"), "{}", again.message());
        assert_eq!(read(&path).expect("unchanged"), "tdt_1_x");
        std::fs::write(&path, "two words\n").expect("written");
        assert!(read(&path).is_err());
    }
}
