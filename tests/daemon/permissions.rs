//! Every method of the protocol refuses who may not call it, whatever the request holds.

use tonic::Code;
use tonic::codegen::http::uri::PathAndQuery;
use tonic_prost::ProstCodec;
use tradingd_proto::v1::Permission;
use tradingd_proto::{METHODS, MethodRule};
use tradingd_tests::daemon::Launch;
use tradingd_tests::daemon::client::{Api, reason, refusal};

/// Calls a method with an empty request and forgets the answer's content.
async fn call(api: &Api, path: &'static str) -> Result<(), tonic::Status> {
    let mut client = tonic::client::Grpc::new(api.channel());
    client.ready().await.map_err(|e| tonic::Status::unknown(e.to_string()))?;
    let path = PathAndQuery::from_static(path);
    let codec: ProstCodec<(), ()> = ProstCodec::default();
    client.server_streaming(tonic::Request::new(()), path, codec).await.map(|_| ())
}

fn is_public(rule: &MethodRule) -> bool {
    rule.permission == Permission::Public as i32
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_needs_its_permission() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let daemon = Launch::on(folder.path()).start();
    let admin = Api::first_admin(daemon.address).await;
    let anonymous = Api::anonymous(daemon.address).await;
    let forged = anonymous.clone().with_token(&forge(&admin.token));
    let other_folder = tempfile::tempdir().expect("a temporary directory");
    let other = Launch::on(other_folder.path()).start();
    let foreign = anonymous.clone().with_token(&Api::first_admin(other.address).await.token);
    assert!(METHODS.len() > 20, "the table is whole");
    for rule in METHODS {
        assert_ne!(rule.permission, Permission::Unspecified as i32, "{}", rule.path);
        if is_public(rule) {
            // What they refuse is the empty request, each by its own rule.
            let refused = call(&anonymous, rule.path).await.err().map(|s| (s.code(), reason(&s)));
            let own = match rule.path.rsplit('/').next().unwrap_or_default() {
                "Setup" => Some((Code::FailedPrecondition, "SETUP_DONE")),
                "Login" => Some((Code::Unauthenticated, "CREDENTIALS_WRONG")),
                "Refresh" => Some((Code::Unauthenticated, "TOKEN_MISSING")),
                _ => None,
            };
            let own = own.map(|(code, why)| (code, why.to_owned()));
            assert_eq!(refused, own, "{}", rule.path);
            continue;
        }
        for (who, wanted) in
            [(&anonymous, "TOKEN_MISSING"), (&forged, "TOKEN_INVALID"), (&foreign, "TOKEN_INVALID")]
        {
            let (code, why) = refusal(call(who, rule.path).await);
            assert_eq!((code, why.as_str()), (Code::Unauthenticated, wanted), "{}", rule.path);
        }
        // A logout would end the session for the methods after it.
        if !rule.path.ends_with("/Logout")
            && let Err(status) = call(&admin, rule.path).await
        {
            assert_ne!(status.code(), Code::Unauthenticated, "{}: {status:?}", rule.path);
            assert_ne!(status.code(), Code::PermissionDenied, "{}: {status:?}", rule.path);
        }
    }
    // Nothing of the above was carried out.
    let status = admin.status().await;
    assert_eq!(status.strategies_enabled, status.strategies_total);
    assert_eq!(status.trading_state.map(|t| t.epoch), Some(0));
    let unknown = call(&admin, "/tradingd.v1.SystemService/Shutdown").await;
    let (code, why) = refusal(unknown);
    assert_eq!((code, why.as_str()), (Code::PermissionDenied, "METHOD_UNKNOWN"));
}

/// A token whose signature does not fit.
fn forge(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').expect("three parts");
    let turned: String = signature.chars().rev().collect();
    format!("{rest}.{turned}")
}
