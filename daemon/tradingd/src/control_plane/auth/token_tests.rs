//! Tokens that are ours, and tables of tokens that are not.

use super::token::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

const KEY: [u8; 32] = [7; 32];
const NOW: i64 = 1_700_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn tokens() -> Tokens {
    Tokens::new(&KEY, "store-1")
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with any header and claims, correctly signed with `key`.
fn forge(header: &str, claims: &str, key: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(key);
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("signs");
    format!("{message}.{signature}")
}

fn good_header() -> Value {
    json!({"typ": "at+jwt", "alg": "HS256"})
}

fn good_claims() -> Value {
    json!({
        "iss": "tradingd", "aud": "store-1", "sub": "ada", "sid": "s1", "role": "admin",
        "iat": NOW, "nbf": NOW, "exp": NOW + 600, "jti": "j1",
    })
}

fn with(mut base: Value, key: &str, value: Value) -> String {
    base[key] = value;
    base.to_string()
}

#[test]
fn what_is_issued_is_taken_until_it_is_over() {
    let token = tokens().issue("ada", "s1", "admin", at(NOW), 600).expect("signs");
    let claims = tokens().check(&token, at(NOW)).expect("valid");
    assert_eq!((claims.sub.as_str(), claims.sid.as_str()), ("ada", "s1"));
    assert!(tokens().check(&token, at(NOW + 599)).is_ok());
    assert_eq!(tokens().check(&token, at(NOW + 600)), Err(TokenError::Expired));
    assert_eq!(tokens().check(&token, at(NOW - 6)), Err(TokenError::Invalid));
}

#[test]
fn the_handmade_token_of_the_table_below_would_pass() {
    let token = forge(&good_header().to_string(), &good_claims().to_string(), &KEY);
    assert!(tokens().check(&token, at(NOW)).is_ok());
}

#[test]
fn sec_08_forged_claims_are_refused() {
    let header = good_header().to_string();
    let mut cases: Vec<(String, String)> = Vec::new();
    for key in ["iss", "aud", "sub", "sid", "role", "iat", "nbf", "exp", "jti"] {
        let mut claims = good_claims();
        claims.as_object_mut().expect("object").remove(key);
        cases.push((format!("{key} missing"), claims.to_string()));
        for wrong in [Value::Null, json!(true), json!([]), json!({}), json!([["x"]])] {
            cases.push((format!("{key}={wrong}"), with(good_claims(), key, wrong)));
        }
        let swapped = if key.len() == 3 && ["iat", "nbf", "exp"].contains(&key) {
            json!((NOW + 600).to_string())
        } else {
            json!(17)
        };
        cases.push((format!("{key}={swapped}"), with(good_claims(), key, swapped)));
    }
    for (key, value) in [
        ("exp", json!(1.7e18)),
        ("exp", json!(1_700_000_600.5)),
        ("exp", json!(u64::MAX)),
        ("iss", json!("other")),
        ("aud", json!("store-2")),
        ("aud", json!(["store-1"])),
        ("nbf", json!(NOW + 60)),
        ("iat", json!(NOW + 60)),
        ("iat", json!(NOW + 601)),
        ("extra", json!(1)),
        ("exp", json!(NOW - 1)),
        ("exp", json!(-1)),
    ] {
        cases.push((format!("{key}={value}"), with(good_claims(), key, value)));
    }
    let twice = good_claims().to_string().replacen('{', "{\"sub\":\"eve\",", 1);
    cases.push(("sub twice".to_owned(), twice));
    cases.push(("no object".to_owned(), "[]".to_owned()));
    cases.push(("no JSON".to_owned(), "exp".to_owned()));
    for (name, claims) in &cases {
        let token = forge(&header, claims, &KEY);
        assert!(tokens().check(&token, at(NOW)).is_err(), "{name}: {claims}");
    }
    assert!(cases.len() > 70, "{} cases", cases.len());
}

#[test]
fn sec_08_forged_headers_and_signatures_are_refused() {
    let claims = good_claims().to_string();
    for header in [
        json!({"typ": "at+jwt", "alg": "none"}),
        json!({"typ": "at+jwt", "alg": "None"}),
        json!({"typ": "at+jwt", "alg": "HS384"}),
        json!({"typ": "at+jwt", "alg": "HS512"}),
        json!({"typ": "at+jwt", "alg": "RS256"}),
        json!({"typ": "at+jwt", "alg": "ES256"}),
        json!({"typ": "at+jwt", "alg": "EdDSA"}),
        json!({"typ": "at+jwt", "alg": ""}),
        json!({"typ": "at+jwt"}),
        json!({"typ": "JWT", "alg": "HS256"}),
        json!({"typ": "AT+JWT", "alg": "HS256"}),
        json!({"alg": "HS256"}),
        json!({"typ": "at+jwt", "alg": "HS256", "kid": "../../dev/null"}),
        json!({"typ": "at+jwt", "alg": "HS256", "jku": "http://127.0.0.1/keys"}),
        json!({"typ": "at+jwt", "alg": "HS256", "x5u": "http://127.0.0.1/cert"}),
        json!({"typ": "at+jwt", "alg": "HS256", "jwk": {"kty": "oct", "k": "BwcH"}}),
        json!({"typ": "at+jwt", "alg": "HS256", "cty": "JWT"}),
        json!({"typ": "at+jwt", "alg": "HS256", "crit": ["exp"]}),
        json!({"typ": "at+jwt", "alg": "HS256", "own": "header"}),
    ] {
        let token = forge(&header.to_string(), &claims, &KEY);
        assert_eq!(tokens().check(&token, at(NOW)), Err(TokenError::Invalid), "{header}");
    }
    let good = forge(&good_header().to_string(), &claims, &KEY);
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let (start, _) = good.split_once('.').expect("three parts");
    let eve = encode(&json!({"sub": "eve"}));
    for token in [
        forge(&good_header().to_string(), &claims, &[8; 32]),
        forge(&good_header().to_string(), &claims, b""),
        message.to_owned(),
        format!("{message}."),
        format!("{message}.{}", &signature[..20]),
        format!("{message}.{signature}A"),
        format!("{message}.{signature}="),
        format!("{start}.{eve}.{signature}"),
        format!("{good}.{signature}"),
        format!(" {good}"),
        format!("{good}\n"),
        String::new(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        "\u{0}".to_owned(),
        "x".repeat(100_000),
    ] {
        assert_eq!(tokens().check(&token, at(NOW)), Err(TokenError::Invalid), "{token:.80}");
    }
}

#[test]
fn secrets_compare_by_value() {
    assert!(equal("abc", "abc"));
    for (a, b) in [("abc", "abd"), ("abc", "ab"), ("", "a")] {
        assert!(!equal(a, b));
    }
    assert_ne!(new_refresh(), new_refresh());
    assert_eq!(new_refresh().len(), 43);
    assert_eq!(
        refresh_hash("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn sec_47_tokens_of_another_data_directory_are_refused() {
    let ours = Tokens::new(&KEY, "store-1");
    for (key, audience) in [(KEY, "store-2"), ([8; 32], "store-1"), (KEY, ""), (KEY, "STORE-1")] {
        let token = Tokens::new(&key, audience).issue("ada", "s1", "admin", at(NOW), 600);
        let token = token.expect("signed");
        assert_eq!(ours.check(&token, at(NOW)), Err(TokenError::Invalid), "{audience:?}");
    }
}

#[test]
fn tokens_of_the_key_before_hold_until_its_end() {
    let tokens = Tokens::new(&KEY, "store-1");
    let old = tokens.issue("ada", "s1", "admin", at(NOW), 600).expect("signed");
    tokens.rotate([8; 32], at(NOW + 300));
    let new = tokens.issue("ada", "s1", "admin", at(NOW), 600).expect("signed");
    assert!(tokens.check(&old, at(NOW + 299)).is_ok() && tokens.check(&new, at(NOW + 299)).is_ok());
    assert_eq!(tokens.check(&old, at(NOW + 300)), Err(TokenError::Invalid));
    assert!(tokens.check(&new, at(NOW + 300)).is_ok());
    // A restart in between takes the same ones.
    let restarted = Tokens::new(&[8; 32], "store-1");
    restarted.also(KEY, at(NOW + 300));
    assert!(restarted.check(&old, at(NOW)).is_ok() && restarted.check(&new, at(NOW)).is_ok());
    assert_eq!(tokens.derive(&[b"x"])[0].reveal(), restarted.derive(&[b"x"])[0].reveal());
    // Twice rotated, the first key is gone.
    tokens.rotate([9; 32], at(NOW + 300));
    assert_eq!(tokens.check(&old, at(NOW)), Err(TokenError::Invalid));
    assert!(tokens.check(&new, at(NOW)).is_ok());
}
