//! Stamps of outsiders over the ledger's heads.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xinju_model::limits::PAGE_SIZE_DEFAULT;
use xinju_model::stamp::{self as model, StampFault};
use xinju_service::service::Service;
use xinju_service::stamp::{SetStamps, TargetView};
use zeroize::Zeroizing;

use crate::graphql::context::call;
use crate::graphql::error::bad_input;
use crate::graphql::scalars::{DateTime, Long};

/// What asking everybody costs of the complexity limit: each may take ten seconds.
const TRY_COST: usize = 8_000;

/// Whom heads are sent to.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::stamp::StampTarget")]
pub(crate) enum StampTarget {
    /// The first timestamp authority.
    First,
    /// The second timestamp authority.
    Second,
    /// The witness.
    Witness,
    /// The webhook.
    Webhook,
}

/// A timestamp authority (RFC 3161).
#[derive(SimpleObject)]
pub(crate) struct StampAuthority {
    name: String,
    url: String,
    /// The root certificates (PEM) that its tokens have to lead to; empty for any.
    root: String,
    /// The policy that its tokens have to be made under; empty for any.
    policy: String,
}

/// A witness that signs heads which continue those it has seen (C2SP tlog-witness).
#[derive(SimpleObject)]
pub(crate) struct StampWitness {
    /// Its submission prefix.
    url: String,
    /// Its verifier key line.
    key: String,
}

/// Who stamps the ledger's heads, and how often.
#[derive(SimpleObject)]
pub(crate) struct StampSettings {
    /// None, one or two.
    authorities: Vec<StampAuthority>,
    /// Null where there is none.
    witness: Option<StampWitness>,
    /// The address that is told each head; null where there is none.
    webhook: Option<String>,
    /// `http://host:port` of the proxy to all of them; empty for none.
    proxy: String,
    /// Minutes between two heads that are stamped, where the ledger grew.
    interval_minutes: u32,
}

impl From<model::StampSettings> for StampSettings {
    fn from(all: model::StampSettings) -> Self {
        let authority = |one: model::Authority| {
            let model::Authority { name, url, root, policy } = one;
            StampAuthority { name, url, root, policy }
        };
        Self {
            authorities: all.authorities.into_iter().map(authority).collect(),
            witness: all.witness.map(|one| StampWitness { url: one.url, key: one.key }),
            webhook: all.webhook.map(|one| one.url),
            proxy: all.proxy,
            interval_minutes: all.interval_minutes,
        }
    }
}

/// Why somebody gave no stamp.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::stamp::StampTrouble")]
pub(crate) enum StampTrouble {
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

/// Somebody who stamps, and how they fare.
#[derive(SimpleObject)]
pub(crate) struct StampTargetState {
    target: StampTarget,
    /// What it is called.
    name: String,
    url: String,
    /// When it last stamped, by this archive's clock; null before the first time.
    stamped_at: Option<DateTime>,
    /// The moment that its last stamp states, by its own clock; null for a webhook.
    stated: Option<DateTime>,
    /// Entries under the head that it stamped last; 0 before the first time.
    size: Long,
    /// Whether its last try failed.
    fails: bool,
    /// When it last failed; null where it never did.
    failed_at: Option<DateTime>,
    /// How it last failed; null where it never did, or where that is known by `fault` alone.
    trouble: Option<StampTrouble>,
    /// How it last failed, in plain words for administrators; null where it never did.
    fault: Option<String>,
    /// Heads that wait for it.
    waiting: Long,
    /// When it is asked next; null where nothing waits.
    next_at: Option<DateTime>,
}

impl From<TargetView> for StampTargetState {
    fn from(view: TargetView) -> Self {
        let TargetView { target, name, url, state, waiting, next_at } = view;
        Self {
            target: target.into(),
            name,
            url,
            fails: state.fails,
            stamped_at: state.stamped_at.map(Into::into),
            stated: state.stated.map(Into::into),
            size: state.size.into(),
            failed_at: state.failed_at.map(Into::into),
            trouble: state.trouble.map(Into::into),
            fault: Some(state.fault).filter(|fault| !fault.is_empty()),
            waiting: u64::try_from(waiting).unwrap_or(u64::MAX).into(),
            next_at: next_at.map(Into::into),
        }
    }
}

/// A stamp over a head, as it came.
#[derive(SimpleObject)]
pub(crate) struct Stamp {
    target: StampTarget,
    /// What whoever stamped is called.
    name: String,
    url: String,
    /// Entries under the head.
    size: Long,
    /// Index of the entry that names the stamp.
    entry: Long,
    /// The moment that it states.
    at: DateTime,
    received_at: DateTime,
    /// The head: exactly the bytes that were stamped.
    note: String,
    /// The RFC 3161 answer, or the witness's line, in base64.
    token: String,
}

impl From<model::Stamp> for Stamp {
    fn from(stamp: model::Stamp) -> Self {
        Self {
            target: stamp.target.into(),
            name: stamp.name,
            url: stamp.url,
            size: stamp.size.into(),
            entry: stamp.entry.into(),
            at: stamp.at.into(),
            received_at: stamp.received_at.into(),
            note: stamp.note,
            token: STANDARD.encode(stamp.token),
        }
    }
}

/// A timestamp authority to be set.
#[derive(InputObject)]
pub(crate) struct StampAuthorityInput {
    /// 1 to 100 characters; not the other's.
    name: String,
    /// `http` or `https`, without user, query and fragment.
    url: String,
    /// PEM; empty for any.
    root: String,
    /// An object identifier; empty for any.
    policy: String,
}

/// A witness to be set.
#[derive(InputObject)]
pub(crate) struct StampWitnessInput {
    url: String,
    key: String,
}

/// A webhook to be set.
#[derive(InputObject)]
pub(crate) struct StampWebhookInput {
    url: String,
    /// 16 to 200 characters; null keeps the one that is there, as long as the address stays the same. It is never shown.
    secret: Option<String>,
}

/// Who is to stamp, whole.
#[derive(InputObject)]
pub(crate) struct SetStampsInput {
    authorities: Vec<StampAuthorityInput>,
    witness: Option<StampWitnessInput>,
    webhook: Option<StampWebhookInput>,
    proxy: String,
    /// 5 to 1440.
    interval_minutes: u32,
}

impl SetStampsInput {
    fn read(self) -> SetStamps {
        let trimmed = |text: &str| text.trim().to_owned();
        let authority = |one: StampAuthorityInput| model::Authority {
            name: trimmed(&one.name),
            url: trimmed(&one.url),
            root: one.root,
            policy: trimmed(&one.policy),
        };
        let (webhook, secret) = self.webhook.map(|one| (one.url, one.secret.map(Zeroizing::new))).unzip();
        let settings = model::StampSettings {
            authorities: self.authorities.into_iter().map(authority).collect(),
            witness: self.witness.map(|one| model::Witness { url: trimmed(&one.url), key: trimmed(&one.key) }),
            webhook: webhook.map(|url| model::Webhook { url: trimmed(&url) }),
            proxy: trimmed(&self.proxy),
            interval_minutes: self.interval_minutes,
        };
        SetStamps { settings, secret: secret.flatten() }
    }
}

/// Why settings were not taken.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StampRefusal {
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

impl From<StampFault> for StampRefusal {
    fn from(fault: StampFault) -> Self {
        match fault {
            StampFault::Authorities => Self::Authorities,
            StampFault::Name => Self::Name,
            StampFault::Address => Self::Address,
            StampFault::Root => Self::Root,
            StampFault::Policy => Self::Policy,
            StampFault::Proxy => Self::Proxy,
            StampFault::Interval => Self::Interval,
            StampFault::WitnessKey => Self::WitnessKey,
            StampFault::Secret => Self::Secret,
        }
    }
}

/// What came of setting who stamps.
#[derive(SimpleObject)]
pub(crate) struct SetStampsPayload {
    /// Null when it was refused.
    settings: Option<StampSettings>,
    /// Null when it was done.
    refusal: Option<StampRefusal>,
}

/// How everybody fares after a try.
#[derive(SimpleObject)]
pub(crate) struct TryStampsPayload {
    targets: Vec<StampTargetState>,
}

/// Questions about stamps.
#[derive(Default)]
pub(crate) struct StampQuery;

#[Object]
impl StampQuery {
    /// Who stamps the ledger's heads, and how often.
    async fn stamp_settings(&self, context: &Context<'_>) -> Result<StampSettings> {
        Ok(call(context, Service::stamp_settings).await?.into())
    }

    /// Those who stamp, and how they fare.
    async fn stamp_targets(&self, context: &Context<'_>) -> Result<Vec<StampTargetState>> {
        Ok(call(context, Service::stamp_targets).await?.into_iter().map(Into::into).collect())
    }

    /// The newest stamps, newest first.
    #[graphql(complexity = "first * child_complexity")]
    async fn stamps(&self, context: &Context<'_>, #[graphql(default = 20)] first: usize) -> Result<Vec<Stamp>> {
        if first > PAGE_SIZE_DEFAULT {
            return Err(bad_input(&format!("`first` is at most {PAGE_SIZE_DEFAULT}")));
        }
        Ok(call(context, move |service, viewer| service.stamps(viewer, first))
            .await?
            .into_iter()
            .map(Into::into)
            .collect())
    }
}

/// Verbs of stamps.
#[derive(Default)]
pub(crate) struct StampMutation;

#[Object]
impl StampMutation {
    /// Sets who stamps, whole. Sensitive: see `confirmIdentity`. What waits for somebody who is another from now on is given up.
    async fn set_stamps(&self, context: &Context<'_>, input: SetStampsInput) -> Result<SetStampsPayload> {
        let set = input.read();
        let outcome = call(context, move |service, viewer| service.set_stamps(viewer, set)).await?;
        let (settings, refusal) = match outcome {
            Ok(settings) => (Some(settings.into()), None),
            Err(fault) => (None, Some(fault.into())),
        };
        Ok(SetStampsPayload { settings, refusal })
    }

    /// Sends the present head to everybody at once.
    #[graphql(complexity = "TRY_COST + child_complexity")]
    async fn try_stamps(&self, context: &Context<'_>) -> Result<TryStampsPayload> {
        let targets = call(context, Service::try_stamps).await?;
        Ok(TryStampsPayload { targets: targets.into_iter().map(Into::into).collect() })
    }
}
