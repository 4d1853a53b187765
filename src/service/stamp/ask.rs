//! Asking one outsider: an authority for a timestamp, a witness for its signature, a webhook to take note.
//!
//! Whatever is wrong with an answer is said in one sentence for the administrator.

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data_encoding::HEXLOWER;
use serde_json::json;
use xinju_evidence::cosignature::Cosignature;
use xinju_evidence::timestamp::{RESPONSE_BYTES_MAX, TimestampRequest};
use xinju_keys::sealing::hmac_sha256;
use xinju_model::ledger::Hash;
use xinju_model::stamp::{Authority, QueuedStamp, StampTrouble, Webhook, Witness};
use xinju_model::time::Timestamp;

use super::{PostAnswer, PostError, PostRequest, Token};
use crate::error::ServiceError;
use crate::service::Core;

/// Most bytes of an answer that is no timestamp: a witness sends a line or two.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// What a stamper gave, before it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// The bytes as they came.
    pub(super) token: Vec<u8>,
    /// The moment, by the stamper's clock.
    pub(super) at: Timestamp,
}

/// What came of asking a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Witnessed {
    /// It signed.
    Signed(Given),
    /// It has seen a newer head already.
    Newer,
}

/// Why nothing came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub(super) struct Why {
    /// What the console has words for.
    pub(super) trouble: StampTrouble,
    /// A sentence for administrators.
    pub(super) words: String,
}

impl Why {
    fn new(trouble: StampTrouble, words: impl Display) -> Self {
        Self { trouble, words: words.to_string() }
    }
}

impl From<PostError> for Why {
    fn from(error: PostError) -> Self {
        let trouble = match error {
            PostError::Unreachable(_) => StampTrouble::Unreachable,
            PostError::TimedOut => StampTrouble::TimedOut,
            PostError::Untrusted(_) => StampTrouble::Untrusted,
            PostError::TooLarge => StampTrouble::TooLarge,
        };
        Self::new(trouble, error)
    }
}

/// A status that is none of those that were hoped for.
fn status(answer: &PostAnswer) -> Why {
    let (trouble, words) = match answer.status {
        300..=399 => (
            StampTrouble::Redirected,
            format!("it answers with a redirection ({}), which is not followed", answer.status),
        ),
        404 => (StampTrouble::NothingThere, "there is nothing at this address (404)".into()),
        407 => (StampTrouble::ProxyPassword, "the proxy wants a password (407), which is not supported".into()),
        other => (StampTrouble::Status, format!("it answered with status {other}")),
    };
    Why::new(trouble, words)
}

impl Core {
    /// Asks an authority for a timestamp over `data` and checks all of its answer.
    pub(super) fn ask_authority(&self, authority: &Authority, proxy: &str, data: &[u8]) -> Result<Token, Why> {
        let mut nonce = [0; 8];
        self.random.fill(&mut nonce);
        let request = TimestampRequest::under(data, nonce, &authority.policy)
            .map_err(|error| Why::new(StampTrouble::Question, error))?;
        let question = PostRequest {
            url: authority.url.clone(),
            proxy: proxy.to_owned(),
            content_type: "application/timestamp-query",
            headers: vec![("accept", "application/timestamp-reply".into())],
            body: request.body.clone(),
            answer_bytes_max: RESPONSE_BYTES_MAX,
        };
        let answer = self.post.post(&question)?;
        if answer.status != 200 {
            return Err(status(&answer));
        }
        if answer.content_type != "application/timestamp-reply" {
            let kind: String = answer.content_type.chars().filter(|letter| !letter.is_control()).take(60).collect();
            let words =
                format!("its answer is no timestamp but \u{201c}{kind}\u{201d}: is the address that of an authority?");
            return Err(Why::new(StampTrouble::NotAStamp, words));
        }
        let stamped = request
            .check_under(&answer.body, data, &authority.root)
            .map_err(|error| Why::new(StampTrouble::NotValid, error))?;
        Ok(Token { authority: authority.name.clone(), response: answer.body, at: stamped.at })
    }

    /// Gives a witness a head that continues the one of `seen` entries, which it signed last (C2SP tlog-witness).
    /// Where it knows another, the proof is made from that.
    pub(super) fn ask_witness(
        &self,
        witness: &Witness,
        proxy: &str,
        head: &QueuedStamp,
        seen: u64,
    ) -> Result<Witnessed, Why> {
        let known = Cosignature::key(&witness.key).map_err(|error| Why::new(StampTrouble::Question, error))?;
        let mut seen = seen.min(head.size);
        for _ in 0..2 {
            let proof = self
                .proof_since(seen, head.size)
                .map_err(|_| Why::new(StampTrouble::Question, "no proof could be made for it"))?;
            let question = PostRequest {
                url: format!("{}/add-checkpoint", witness.url.trim_end_matches('/')),
                proxy: proxy.to_owned(),
                content_type: "text/plain; charset=utf-8",
                headers: Vec::new(),
                body: add_checkpoint(seen, &proof, &head.note).into_bytes(),
                answer_bytes_max: ANSWER_BYTES_MAX,
            };
            let answer = self.post.post(&question)?;
            match answer.status {
                200 => {
                    let signed = Cosignature::find(&answer.body, &known, &head.note)
                        .map_err(|error| Why::new(StampTrouble::NotValid, error))?;
                    return Ok(Witnessed::Signed(Given { token: signed.line.into_bytes(), at: signed.at }));
                }
                409 => {
                    let text = String::from_utf8_lossy(&answer.body);
                    let size = text.trim().parse::<u64>();
                    seen = size.map_err(|_| {
                        Why::new(StampTrouble::NotContinued, "it knows another head, but does not say which")
                    })?;
                    if seen > head.size {
                        return Ok(Witnessed::Newer);
                    }
                }
                403 => return Err(Why::new(StampTrouble::KeyRefused, "it does not accept the key of this log (403)")),
                404 => {
                    let words = "it does not know this log (404); its operator has to add the verifier key";
                    return Err(Why::new(StampTrouble::LogUnknown, words));
                }
                422 => {
                    let words = "it says that this head does not continue the one it signed before (422)";
                    return Err(Why::new(StampTrouble::NotContinued, words));
                }
                _ => return Err(status(&answer)),
            }
        }
        Err(Why::new(StampTrouble::NotContinued, "it goes on naming another head as its last"))
    }

    /// The proof that the head of `to` entries continues that of `from`; the empty tree needs none.
    fn proof_since(&self, from: u64, to: u64) -> Result<Vec<Hash>, ServiceError> {
        if from == 0 { Ok(Vec::new()) } else { Ok(self.store.read()?.consistency(from, to)?) }
    }

    /// Tells a webhook of a head. It takes note by answering with a status of 2xx.
    pub(super) fn tell_webhook(
        &self,
        webhook: &Webhook,
        secret: &str,
        proxy: &str,
        head: &QueuedStamp,
    ) -> Result<(), Why> {
        let told = json!({"version": 1, "log": self.origin, "size": head.size, "checkpoint": head.note, "signed_at": head.since.to_string()});
        let body = told.to_string().into_bytes();
        let signature = HEXLOWER.encode(&hmac_sha256(secret.as_bytes(), &body));
        let question = PostRequest {
            url: webhook.url.clone(),
            proxy: proxy.to_owned(),
            content_type: "application/json",
            headers: vec![("x-xinju-signature", format!("sha256={signature}"))],
            body,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        let answer = self.post.post(&question)?;
        if (200..300).contains(&answer.status) { Ok(()) } else { Err(status(&answer)) }
    }
}

/// The body of `add-checkpoint`.
fn add_checkpoint(seen: u64, proof: &[Hash], note: &str) -> String {
    let mut body = format!("old {seen}\n");
    for hash in proof {
        body.push_str(&STANDARD.encode(hash));
        body.push('\n');
    }
    body.push('\n');
    body.push_str(note);
    body
}
