//! Stamps: words of outsiders that the ledger's head existed at a moment. Timestamp authorities (RFC 3161), a witness (C2SP
//! tlog-witness), and whoever keeps what a webhook tells them.
//!
//! Addresses hold no secrets: neither a user nor a query may stand in them, so that they can be shown and logged.

use serde::{Deserialize, Serialize};

use crate::limits::{
    STAMP_AUTHORITIES_MAX, STAMP_INTERVAL_MINUTES_DEFAULT, STAMP_INTERVAL_MINUTES_MAX, STAMP_INTERVAL_MINUTES_MIN,
    STAMP_NAME_CHARS_MAX, STAMP_ROOT_BYTES_MAX, STAMP_URL_CHARS_MAX,
};
use crate::time::Timestamp;

/// Whom a head is sent to. At most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StampTarget {
    /// The first timestamp authority.
    First,
    /// The second timestamp authority.
    Second,
    /// The witness.
    Witness,
    /// The webhook.
    Webhook,
}

impl StampTarget {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Witness, Self::Webhook];

    /// The stable name, as events and settings have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Witness => "witness",
            Self::Webhook => "webhook",
        }
    }

    /// The number in stored keys.
    pub fn code(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Witness => 3,
            Self::Webhook => 4,
        }
    }

    /// Reads [`StampTarget::code`].
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.code() == code)
    }
}

/// Why somebody gave no stamp, as far as the console has words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StampTrouble {
    /// It could not be reached.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// Its TLS certificate is not trusted.
    Untrusted,
    /// Its answer is larger than any stamp.
    TooLarge,
    /// It answers with a redirection.
    Redirected,
    /// There is nothing at its address.
    NothingThere,
    /// The proxy wants a password.
    ProxyPassword,
    /// It answers with another status than it should.
    Status,
    /// Its answer is no stamp.
    NotAStamp,
    /// Its stamp does not hold: another key, policy, digest or time than was asked for.
    NotValid,
    /// The witness does not accept this log's key.
    KeyRefused,
    /// The witness does not know this log.
    LogUnknown,
    /// The witness says that the head does not continue the one it signed before, or cannot say which that was.
    NotContinued,
    /// The question could not be made.
    Question,
}

/// A timestamp authority (RFC 3161).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// What it is called here.
    pub name: String,
    /// Where it is asked.
    pub url: String,
    /// The root certificates (PEM) that its tokens have to lead to; any, where it is empty.
    pub root: String,
    /// The policy that its tokens have to be made under, as an object identifier; any, where it is empty.
    pub policy: String,
}

/// A witness that signs heads which continue those it has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Its submission prefix: heads go to `add-checkpoint` below it.
    pub url: String,
    /// Its verifier key line (C2SP signed-note).
    pub key: String,
}

/// Somebody who is told each head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Where it is told.
    pub url: String,
}

/// Who stamps the ledger's heads, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StampSettings {
    /// None, one or two.
    pub authorities: Vec<Authority>,
    /// The witness.
    pub witness: Option<Witness>,
    /// Who is told. The secret that signs what it is told is kept apart.
    pub webhook: Option<Webhook>,
    /// `http://host:port` of the proxy to all of them; none where it is empty.
    pub proxy: String,
    /// Minutes between two heads that are stamped, where the ledger grew.
    pub interval_minutes: u32,
}

impl Default for StampSettings {
    /// Nobody, each hour.
    fn default() -> Self {
        Self {
            authorities: Vec::new(),
            witness: None,
            webhook: None,
            proxy: String::new(),
            interval_minutes: STAMP_INTERVAL_MINUTES_DEFAULT,
        }
    }
}

/// What is wrong with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampFault {
    /// There are more authorities than two, or two with one name.
    Authorities,
    /// A name is missing or too long.
    Name,
    /// An address is none, or holds a user, a query or a fragment.
    Address,
    /// The root certificates are too long or do not read.
    Root,
    /// The policy is no object identifier.
    Policy,
    /// The proxy is not `http://host:port`.
    Proxy,
    /// The interval is outside its bounds.
    Interval,
    /// The witness's key line does not read.
    WitnessKey,
    /// The webhook's secret is missing or too short, or has to be given anew for another address.
    Secret,
}

/// Whether an address is one that may be shown: `http` or `https`, a host, no user, query or fragment.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '@' | '?' | '#');
    url.len() <= STAMP_URL_CHARS_MAX && !url.contains(odd) && !host.is_empty() && !host.starts_with(':')
}

fn is_proxy(text: &str) -> bool {
    let host = text.strip_prefix("http://").map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    is_address(text) && host.is_some_and(|host| !host.contains('/'))
}

/// Whether a text is an object identifier in digits and dots.
fn is_object_identifier(text: &str) -> bool {
    let arcs: Vec<&str> = text.split('.').collect();
    let digits = |arc: &&str| !arc.is_empty() && arc.len() <= 9 && arc.bytes().all(|digit| digit.is_ascii_digit());
    (2..=20).contains(&arcs.len()) && arcs.iter().all(digits)
}

impl Authority {
    fn check(&self) -> Result<(), StampFault> {
        let length = self.name.chars().count();
        if self.name.trim().is_empty() || length > STAMP_NAME_CHARS_MAX || self.name.contains(char::is_control) {
            return Err(StampFault::Name);
        }
        if !is_address(&self.url) {
            return Err(StampFault::Address);
        }
        if self.root.len() > STAMP_ROOT_BYTES_MAX {
            return Err(StampFault::Root);
        }
        if self.policy.is_empty() || is_object_identifier(&self.policy) { Ok(()) } else { Err(StampFault::Policy) }
    }
}

impl StampSettings {
    /// Whether these settings can be used at all. Certificates and keys are read by who can.
    pub fn check(&self) -> Result<(), StampFault> {
        let mut names: Vec<&str> = self.authorities.iter().map(|authority| authority.name.as_str()).collect();
        names.dedup();
        if self.authorities.len() > STAMP_AUTHORITIES_MAX || names.len() != self.authorities.len() {
            return Err(StampFault::Authorities);
        }
        self.authorities.iter().try_for_each(Authority::check)?;
        let others = [self.witness.as_ref().map(|one| &one.url), self.webhook.as_ref().map(|one| &one.url)];
        if !others.into_iter().flatten().all(|url| is_address(url)) {
            return Err(StampFault::Address);
        }
        if !self.proxy.is_empty() && !is_proxy(&self.proxy) {
            return Err(StampFault::Proxy);
        }
        let bounds = STAMP_INTERVAL_MINUTES_MIN..=STAMP_INTERVAL_MINUTES_MAX;
        if bounds.contains(&self.interval_minutes) { Ok(()) } else { Err(StampFault::Interval) }
    }

    /// The authority of a target.
    pub fn authority(&self, target: StampTarget) -> Option<&Authority> {
        match target {
            StampTarget::First => self.authorities.first(),
            StampTarget::Second => self.authorities.get(1),
            StampTarget::Witness | StampTarget::Webhook => None,
        }
    }

    /// What a target is called and where it is; none where it is not set.
    pub fn place(&self, target: StampTarget) -> Option<(&str, &str)> {
        match target {
            StampTarget::First | StampTarget::Second => {
                self.authority(target).map(|one| (one.name.as_str(), one.url.as_str()))
            }
            StampTarget::Witness => {
                self.witness.as_ref().map(|one| (one.key.split('+').next().unwrap_or_default(), one.url.as_str()))
            }
            StampTarget::Webhook => self.webhook.as_ref().map(|one| ("webhook", one.url.as_str())),
        }
    }

    /// Those who are set.
    pub fn targets(&self) -> Vec<StampTarget> {
        StampTarget::ALL.into_iter().filter(|target| self.place(*target).is_some()).collect()
    }
}

/// A stamp over a head, as it came. Kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Entries under the head.
    pub size: u64,
    /// Index of the entry that names the stamp: everything up to it, and nothing after it, was before the stamp.
    pub entry: u64,
    /// The head: exactly the bytes that were stamped.
    pub note: String,
    /// Whose it is.
    pub target: StampTarget,
    /// What whoever stamped is called.
    pub name: String,
    /// Where it was asked.
    pub url: String,
    /// The moment, by the stamper's clock.
    pub at: Timestamp,
    /// When it came, by ours.
    pub received_at: Timestamp,
    /// The bytes as they came: an RFC 3161 answer, or the witness's signature line.
    pub token: Vec<u8>,
}

/// A head that waits to be stamped by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedStamp {
    /// By whom.
    pub target: StampTarget,
    /// Entries under the head.
    pub size: u64,
    /// The head.
    pub note: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// Not to be tried before.
    pub next_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: impl FnOnce(&mut StampSettings)) -> StampSettings {
        let authority = Authority {
            name: "时间戳".into(),
            url: "http://tsa.example/tsr".into(),
            root: String::new(),
            policy: "1.2.3.4.1".into(),
        };
        let mut settings = StampSettings { authorities: vec![authority], ..StampSettings::default() };
        change(&mut settings);
        settings
    }

    #[test]
    fn addresses_hold_no_secret() {
        for url in ["http://tsa.example", "https://[::1]:3000/tsr", "http://10.0.0.1:80/a/b"] {
            assert_eq!(settings(|all| all.authorities[0].url = url.into()).check(), Ok(()), "{url}");
        }
        let bad = [
            "",
            "tsa.example",
            "ftp://a",
            "http://",
            "http://:80",
            "http://u:p@a",
            "https://a/?key=1",
            "http://a#b",
            "http://a b",
        ];
        for url in bad {
            assert_eq!(settings(|all| all.authorities[0].url = url.into()).check(), Err(StampFault::Address), "{url}");
            let webhook = Some(Webhook { url: url.into() });
            assert_eq!(settings(|all| all.webhook = webhook).check(), Err(StampFault::Address), "{url}");
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        let again = |all: &mut StampSettings| all.authorities.push(all.authorities[0].clone());
        assert_eq!(settings(again).check(), Err(StampFault::Authorities));
        assert_eq!(settings(|all| all.authorities[0].name = " ".into()).check(), Err(StampFault::Name));
        assert_eq!(settings(|all| all.authorities[0].root = "x".repeat(70_000)).check(), Err(StampFault::Root));
        for policy in ["1", "1..2", "a.b", "1.2.3.99999999999"] {
            assert_eq!(settings(|all| all.authorities[0].policy = policy.into()).check(), Err(StampFault::Policy));
        }
        for proxy in ["https://proxy:1", "http://proxy/path", "http://u@proxy", "proxy:3128"] {
            assert_eq!(settings(|all| all.proxy = proxy.into()).check(), Err(StampFault::Proxy), "{proxy}");
        }
        assert_eq!(settings(|all| all.proxy = "http://proxy:3128".into()).check(), Ok(()));
        assert_eq!(settings(|all| all.interval_minutes = 1).check(), Err(StampFault::Interval));
    }

    #[test]
    fn only_who_is_set_is_a_target() {
        assert_eq!(StampSettings::default().targets(), []);
        let webhook = Some(Webhook { url: "https://a.example".into() });
        assert_eq!(settings(|all| all.webhook = webhook).targets(), [StampTarget::First, StampTarget::Webhook]);
        for target in StampTarget::ALL {
            assert_eq!(StampTarget::from_code(target.code()), Some(target));
        }
    }
}
