//! What an API token allows: methods, symbols, source addresses, role, time. Only ever narrower.
//!
//! The text is `tdt_ID_SECRET`; of the secret only its hash is kept. Like lnd's macaroons and unlike
//! JWTs, a token is a name for limits that the server keeps, so it can be looked at and revoked.

use super::roles;
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;
use tradingd_proto::v1::{Permission, Role, TokenLimits};
use tradingd_proto::{METHODS, MethodRule};

/// How API tokens begin, so that they are told from others and found where they leaked.
pub const PREFIX: &str = "tdt_";
/// Always allowed for tokens: narrowing oneself, giving oneself up, and asking who one is.
const ALWAYS: [&str; 3] = [
    "/tradingd.v1.TokenService/DeriveToken",
    "/tradingd.v1.TokenService/RevokeToken",
    "/tradingd.v1.AuthService/WhoAmI",
];
/// The one change that a token with symbols may make without naming one.
const STOP: &str = "/tradingd.v1.EmergencyService/Stop";
/// Limits of each kind at most.
const MOST: usize = 256;

/// A network in CIDR form, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: u128,
    bits: u32,
    v4: bool,
}

impl Network {
    /// Reads `10.0.0.0/8`, `::1` and the like; bits behind the prefix must be zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (number, width, v4) = number(address);
        let plain = |b: &str| !b.is_empty() && b.bytes().all(|c| c.is_ascii_digit());
        let bits = match bits {
            Some(bits) if plain(bits) => bits.parse::<u32>().ok().filter(|b| *b <= width)?,
            Some(_) => return None,
            None => width,
        };
        (number & mask(bits, width) == number).then_some(Self { address: number, bits, v4 })
    }

    /// True when the address lies in it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let (number, width, v4) = number(address.to_canonical());
        v4 == self.v4 && number & mask(self.bits, width) == self.address
    }

    fn within(&self, other: &Self) -> bool {
        let width = if self.v4 { 32 } else { 128 };
        self.v4 == other.v4
            && self.bits >= other.bits
            && self.address & mask(other.bits, width) == other.address
    }
}

fn number(address: IpAddr) -> (u128, u32, bool) {
    match address {
        IpAddr::V4(a) => (u128::from(u32::from(a)), 32, true),
        IpAddr::V6(a) => (u128::from(a), 128, false),
    }
}

/// The first `bits` of `width`.
fn mask(bits: u32, width: u32) -> u128 {
    let all = if width == 32 { u128::from(u32::MAX) } else { u128::MAX };
    all & all.checked_shl(width - bits).unwrap_or(0)
}

/// Limits as they are stored. Empty: no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Full method names, e.g. `/tradingd.v1.SystemService/GetStatus`.
    pub methods: BTreeSet<String>,
    /// Pairs without slash in capitals.
    pub symbols: BTreeSet<String>,
    /// Networks in CIDR form.
    pub sources: BTreeSet<String>,
}

/// A field with the rule that it breaks.
pub type Violation = (&'static str, &'static str);

impl Limits {
    /// Reads what a caller asks for. Groups of methods are written out now, so that a later version
    /// of the daemon adds nothing to them.
    ///
    /// # Errors
    /// Unknown methods, malformed symbols or networks, too many of them.
    pub fn parse(wire: &TokenLimits) -> Result<Self, Violation> {
        if [&wire.methods, &wire.symbols, &wire.sources].iter().any(|list| list.len() > MOST) {
            return Err(("limits", "may have at most 256 entries of each kind"));
        }
        let mut limits = Self::default();
        for pattern in &wire.methods {
            let found: Vec<String> =
                METHODS.iter().filter(|m| fits(m, pattern)).map(|m| m.path.to_owned()).collect();
            if found.is_empty() {
                let rule = "must be Service/Method, Service/* or @read of this protocol";
                return Err(("limits.methods", rule));
            }
            limits.methods.extend(found);
        }
        for text in &wire.symbols {
            let plain = plain_symbol(text);
            if domain::Symbol::parse(&plain).is_none() {
                return Err(("limits.symbols", "must be pairs such as BTCUSDT"));
            }
            limits.symbols.insert(plain);
        }
        for text in &wire.sources {
            if Network::parse(text).is_none() {
                let rule = "must be addresses or networks such as 10.0.0.0/8, without host bits";
                return Err(("limits.sources", rule));
            }
            limits.sources.insert(text.clone());
        }
        Ok(limits)
    }

    /// These limits within those of a parent; an empty list means the parent's.
    ///
    /// # Errors
    /// A list names what the parent's does not.
    pub fn within(mut self, parent: &Self) -> Result<Self, Violation> {
        let rule = "must be a part of what the token itself may do";
        let narrow = |own: &mut BTreeSet<String>, parent: &BTreeSet<String>| {
            if own.is_empty() {
                own.clone_from(parent);
            }
            parent.is_empty() || own.is_subset(parent)
        };
        if !narrow(&mut self.methods, &parent.methods) {
            return Err(("limits.methods", rule));
        }
        if !narrow(&mut self.symbols, &parent.symbols) {
            return Err(("limits.symbols", rule));
        }
        if self.sources.is_empty() {
            self.sources.clone_from(&parent.sources);
        }
        let networks = |s: &BTreeSet<String>| s.iter().filter_map(|t| Network::parse(t)).collect();
        let (own, wide): (Vec<Network>, Vec<Network>) =
            (networks(&self.sources), networks(&parent.sources));
        let inside = |n: &Network| wide.iter().any(|w| n.within(w));
        if !parent.sources.is_empty() && !own.iter().all(inside) {
            return Err(("limits.sources", rule));
        }
        Ok(self)
    }

    /// As clients see them.
    #[must_use]
    pub fn wire(&self) -> TokenLimits {
        let short = |path: &String| path.trim_start_matches("/tradingd.v1.").to_owned();
        TokenLimits {
            methods: self.methods.iter().map(short).collect(),
            symbols: self.symbols.iter().cloned().collect(),
            sources: self.sources.iter().cloned().collect(),
        }
    }
}

fn fits(method: &MethodRule, pattern: &str) -> bool {
    // Methods without a token have no use for one.
    if method.permission == Permission::Public as i32 {
        return false;
    }
    let name = method.path.trim_start_matches("/tradingd.v1.");
    match pattern {
        "@read" => !method.mutation,
        _ => match pattern.strip_suffix("/*") {
            Some(service) => name.split('/').next() == Some(service),
            None => name == pattern || method.path == pattern,
        },
    }
}

/// A pair as it is compared.
pub fn plain_symbol(text: &str) -> String {
    text.chars().filter(|c| *c != '/').collect::<String>().to_uppercase()
}

/// An API token as it is kept.
#[derive(Clone)]
pub struct Grant {
    /// Its random id.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// The token that it was derived from.
    pub parent: Option<String>,
    /// What its owner calls it.
    pub name: String,
    /// What it may do at most.
    pub role: Role,
    /// Its limits.
    pub limits: Limits,
    networks: Vec<Network>,
    /// SHA-256 of the secret part.
    pub secret_hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grant {{ {}, {}, {:?}, secret_hash: *** }}", self.id, self.user, self.limits)
    }
}

impl Grant {
    /// As stored; limits that can't be read allow nothing.
    #[must_use]
    pub fn from_stored(token: storage::ApiToken) -> Self {
        let limits: Option<Limits> = serde_json::from_str(&token.limits).ok();
        let role = if limits.is_some() { roles::parse(&token.role) } else { Role::Unspecified };
        let limits = limits.unwrap_or_default();
        let networks = limits.sources.iter().filter_map(|t| Network::parse(t)).collect();
        Self {
            id: token.id,
            user: token.user,
            parent: token.parent,
            name: token.name,
            role,
            limits,
            networks,
            secret_hash: token.secret_hash,
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }

    /// For the store.
    #[must_use]
    pub fn stored(&self) -> storage::ApiToken {
        storage::ApiToken {
            id: self.id.clone(),
            user: self.user.clone(),
            parent: self.parent.clone(),
            name: self.name.clone(),
            role: roles::name(self.role).to_owned(),
            limits: serde_json::to_string(&self.limits).unwrap_or_default(),
            secret_hash: self.secret_hash.clone(),
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }

    /// True when it may be used from there; an address that can't be told is outside of every limit.
    #[must_use]
    pub fn takes_source(&self, address: Option<IpAddr>) -> bool {
        let inside = |address| self.networks.iter().any(|n| n.holds(address));
        self.limits.sources.is_empty() || address.is_some_and(inside)
    }

    /// True when it may call the method.
    #[must_use]
    pub fn takes_method(&self, path: &str) -> bool {
        self.limits.methods.is_empty()
            || self.limits.methods.contains(path)
            || ALWAYS.contains(&path)
    }

    /// Whether a request's symbols matter for this method, and so its body has to be looked at.
    #[must_use]
    pub fn needs_body(&self, rule: &MethodRule) -> bool {
        !self.limits.symbols.is_empty() && !rule.symbols.is_empty()
    }

    /// True when it may call a method whose requests name no symbol.
    #[must_use]
    pub fn takes_without_symbol(&self, rule: &MethodRule) -> bool {
        self.limits.symbols.is_empty()
            || !rule.mutation
            || rule.path == STOP
            || ALWAYS.contains(&rule.path)
    }

    /// True when all of the symbols that a request names are allowed, and it names one.
    #[must_use]
    pub fn takes_symbols(&self, named: &[String]) -> bool {
        !named.is_empty() && named.iter().all(|s| self.limits.symbols.contains(&plain_symbol(s)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(methods: &[&str], symbols: &[&str], sources: &[&str]) -> Result<Limits, Violation> {
        let list = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect();
        Limits::parse(&TokenLimits {
            methods: list(methods),
            symbols: list(symbols),
            sources: list(sources),
        })
    }

    #[test]
    fn networks_hold_their_addresses() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.168.1.7", "192.168.1.7", "192.168.1.8"),
            ("0.0.0.0/0", "8.8.8.8", "::1"),
            ("::1", "::1", "::2"),
            ("fd00::/8", "fd12::9", "fe00::9"),
            ("127.0.0.1/32", "::ffff:127.0.0.1", "127.0.0.2"),
        ] {
            let parsed = Network::parse(network).expect(network);
            let ip = |t: &str| t.parse::<IpAddr>().expect(t);
            assert!(parsed.holds(ip(inside)), "{network} {inside}");
            assert!(!parsed.holds(ip(outside)), "{network} {outside}");
        }
        for bad in ["", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "host"] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn groups_are_written_out_and_unknown_names_refused() {
        let read = limits(&["@read"], &[], &[]).expect("known");
        assert!(read.methods.contains("/tradingd.v1.SystemService/GetStatus"));
        assert!(!read.methods.contains(STOP));
        let service = limits(&["EmergencyService/*"], &[], &[]).expect("known");
        assert!(service.methods.contains(STOP) && service.methods.len() >= 3);
        let one = limits(&["EmergencyService/Stop"], &["btc/usdt"], &[]).expect("known");
        assert_eq!(one.wire().methods, ["EmergencyService/Stop"]);
        assert_eq!(one.wire().symbols, ["BTCUSDT"]);
        for bad in
            ["", "*", "Nope/*", "EmergencyService", "EmergencyService/Nope", "AuthService/Login"]
        {
            assert_eq!(limits(&[bad], &[], &[]).expect_err(bad).0, "limits.methods");
        }
        assert_eq!(limits(&[], &["a b"], &[]).expect_err("symbol").0, "limits.symbols");
        assert_eq!(limits(&[], &[], &["10.0.0.1/8"]).expect_err("host bits").0, "limits.sources");
    }

    #[test]
    fn derived_limits_are_never_wider() {
        let parent = limits(&["@read"], &["BTCUSDT", "ETHUSDT"], &["10.0.0.0/8"]).expect("fine");
        let same = Limits::default().within(&parent).expect("inherits");
        assert_eq!(same, parent);
        let part =
            limits(&["SystemService/GetStatus"], &["ETHUSDT"], &["10.1.0.0/16"]).expect("fine");
        assert_eq!(part.clone().within(&parent), Ok(part.clone()));
        assert_eq!(part.clone().within(&Limits::default()), Ok(part), "any part of no limit");
        for (wide, field) in [
            (limits(&["EmergencyService/Stop"], &[], &[]), "limits.methods"),
            (limits(&[], &["BTCUSDT", "XRPUSDT"], &[]), "limits.symbols"),
            (limits(&[], &[], &["10.0.0.0/7"]), "limits.sources"),
            (limits(&[], &[], &["10.1.0.0/16", "::1"]), "limits.sources"),
        ] {
            let wide = wide.expect("fine by itself");
            assert_eq!(wide.within(&parent).expect_err(field).0, field);
        }
    }
}
