//! Entries of which all is known but their number in the conversation, so that the one writer only has to fill that in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::conversation::ConversationKind;
use crate::entry::{
    CONVERSATION, CONVERSATION_NUMBER, ConversationValue, DIGESTS, Digest43, ID_NUMBER, Salt, Salts, bytes_of, decoys,
    digest_of, disclose,
};
use crate::facts::Facts;
use crate::id::ConversationId;
use crate::ledger::{Hash, leaf_hash};
use crate::record::{Entry, EntryKind};

/// A record's entry, ready for its sequence number. [`Draft::leaf`] equals [`crate::entry::entry_leaf`] of the finished entry.
///
/// It holds no pointers but one: records are made on one thread and dropped on another, and giving memory back across threads is dear.
#[derive(Clone, Debug)]
pub struct Draft {
    kind: EntryKind,
    id: [u8; 16],
    /// Digests of all other disclosures and decoys, sorted.
    digests: Vec<Digest43>,
    conversation: Option<Open>,
}

/// The disclosure that waits for the number.
#[derive(Clone, Debug)]
struct Open {
    salt: [u8; 16],
    id: ConversationId,
    kind: ConversationKind,
}

impl Draft {
    /// Does all the work that does not need the sequence number; what `entry` says of that is not looked at.
    pub fn new(entry: &Entry, read: &Facts) -> Self {
        let salts = Salts::new(&entry.seed);
        let conversation = read.conversation.as_ref().filter(|_| entry.origin.is_some()).map(|conversation| Open {
            salt: salts.number(CONVERSATION_NUMBER),
            id: conversation.id,
            kind: conversation.kind,
        });
        let mut digests = Vec::with_capacity(DIGESTS);
        disclose(entry, Some(read), &salts, &mut |name, encoded| {
            if name != CONVERSATION {
                digests.push(digest_of(encoded));
            }
        });
        let missing = DIGESTS.saturating_sub(digests.len() + usize::from(conversation.is_some()));
        digests.extend(decoys(&salts).take(missing));
        digests.sort_unstable();
        Self { kind: entry.kind, id: salts.number(ID_NUMBER), digests, conversation }
    }

    /// The leaf of the entry with this sequence number.
    pub fn leaf(&self, sequence: Option<u64>) -> Hash {
        let last = self.conversation.as_ref().map(|open| open.digest(sequence));
        let place = last.as_ref().map_or(0, |last| self.digests.partition_point(|digest| digest < last));
        let (before, behind) = self.digests.split_at_checked(place).unwrap_or((&self.digests, &[]));
        leaf_hash(&bytes_of(self.kind, &self.id, before.iter().chain(&last).chain(behind)))
    }
}

/// Bytes that the JSON of a conversation's disclosure never reaches: salt, name, id, kind and number have their longest lengths.
const OPEN_BYTES_MAX: usize = 192;

impl Open {
    fn digest(&self, sequence: Option<u64>) -> Digest43 {
        let salt = Salt::new(self.salt);
        let value = ConversationValue { id: &self.id.hex(), kind: self.kind.name(), sequence };
        let mut json = Vec::with_capacity(OPEN_BYTES_MAX);
        // Writing numbers and short texts to memory does not fail.
        let _ = serde_json::to_writer(&mut json, &(salt.as_str(), CONVERSATION, &value));
        let mut encoded = String::with_capacity(OPEN_BYTES_MAX * 4 / 3);
        URL_SAFE_NO_PAD.encode_string(&json, &mut encoded);
        digest_of(&encoded)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::audit::Event;
    use crate::channel::Channel;
    use crate::entry::entry_leaf;
    use crate::facts::facts;
    use crate::record::{EntryKind, Format, Origin, Source, Via};
    use crate::time::Timestamp;

    fn source() -> Arc<Source> {
        Arc::new(Source {
            channel: Channel::Wecom,
            account: "corp".into(),
            format: Format::WecomJson,
            via: Via::Collector,
            import: None,
        })
    }

    proptest! {
        #[test]
        fn leaf_is_that_of_the_finished_entry(
            seed: [u8; 16],
            at in any::<i64>(),
            cursor: Option<u64>,
            sequence: Option<u64>,
            words: String,
            shape in 0_u8..6,
        ) {
            let text = serde_json::to_string(&words).expect("json");
            let body = match shape {
                0 => words.clone(),
                1 => format!(r#"{{"msgid":"1","from":"wmA","tolist":["ken"],"msgtime":1,"msgtype":"text","text":{{"content":{text}}}}}"#),
                2 => format!(r#"{{"msgid":"1","from":"wmA","tolist":[],"msgtype":{text}}}"#),
                3 => format!(r#"{{"msgid":"1","from":{text},"tolist":["ken","wmA"],"roomid":"r","msgtype":"revoke","revoke":{{"pre_msgid":{text}}}}}"#),
                4 => format!(r#"{{"msgid":{text},"action":"switch","user":"x"}}"#),
                _ => r#"{"from":"wmA","tolist":["ken"],"msgtime":5,"msgtype":"revoke","revoke":{"pre_msgid":"3"}}"#.into(),
            };
            let mut entry = Entry {
                kind: EntryKind::Record,
                at: Timestamp(at),
                seed,
                origin: Some(Origin { source: source(), cursor, sequence: None }),
                body: body.into_bytes(),
            };
            let read = facts(Format::WecomJson, "corp", &entry.body);
            let draft = Draft::new(&entry, &read);
            if let Some(origin) = &mut entry.origin {
                origin.sequence = sequence;
            }
            prop_assert_eq!(draft.leaf(sequence), entry_leaf(&entry, Some(&read)));
        }
    }

    #[test]
    fn events_have_drafts_too() {
        let body = Event { action: "session.start".into(), ..Event::default() }.to_bytes();
        let entry = Entry { kind: EntryKind::Audit, at: Timestamp(5), seed: [1; 16], origin: None, body };
        assert_eq!(Draft::new(&entry, &Facts::default()).leaf(None), entry_leaf(&entry, None));
    }
}
