//! Entries of which all is known but their number in the conversation, so that the one writer only has to fill that in.

use crate::entry::{
    CONVERSATION, CONVERSATION_NUMBER, ConversationValue, DIGESTS, Disclosure, ENTRY_VERSION, ID_NUMBER, Salts, decoys,
    disclosures,
};
use crate::facts::Facts;
use crate::ledger::{Hash, leaf_hash};
use crate::record::Entry;

use data_encoding::HEXLOWER;

/// A record's entry, ready for its sequence number. [`Draft::leaf`] equals [`crate::entry::entry_leaf`] of the finished entry.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Digests of all other disclosures and decoys, sorted.
    digests: Vec<String>,
    conversation: Option<Open>,
    /// What stands behind the digests in the entry.
    tail: String,
}

/// The disclosure that waits for the number.
#[derive(Clone, Debug)]
struct Open {
    salt: [u8; 16],
    id: String,
    kind: &'static str,
}

impl Draft {
    /// Does all the work that does not need the sequence number; what `entry` says of that is not looked at.
    pub fn new(entry: &Entry, read: &Facts) -> Self {
        let salts = Salts::new(&entry.seed);
        let conversation = read.conversation.as_ref().filter(|_| entry.origin.is_some()).map(|conversation| Open {
            salt: salts.number(CONVERSATION_NUMBER),
            id: conversation.id.hex(),
            kind: conversation.kind.name(),
        });
        let mut digests: Vec<String> = disclosures(entry, Some(read))
            .iter()
            .filter(|disclosure| disclosure.name != CONVERSATION)
            .map(Disclosure::digest)
            .collect();
        let missing = DIGESTS.saturating_sub(digests.len() + usize::from(conversation.is_some()));
        digests.extend(decoys(&salts).take(missing));
        digests.sort_unstable();
        let id = HEXLOWER.encode(&salts.number(ID_NUMBER));
        let tail =
            format!(r#"],"_sd_alg":"sha-256","rid":"{id}","typ":"{}","v":"{ENTRY_VERSION}"}}"#, entry.kind.name());
        Self { digests, conversation, tail }
    }

    /// The leaf of the entry with this sequence number.
    pub fn leaf(&self, sequence: Option<u64>) -> Hash {
        let last = self.conversation.as_ref().map(|open| open.digest(sequence));
        let place = last.as_ref().map_or(0, |last| self.digests.partition_point(|digest| digest < last));
        let (before, behind) = self.digests.split_at_checked(place).unwrap_or((&self.digests, &[]));
        let mut bytes = String::with_capacity(8 + DIGESTS * 46 + self.tail.len());
        bytes.push_str(r#"{"_sd":["#);
        let mut separator = "\"";
        for digest in before.iter().chain(&last).chain(behind) {
            bytes.push_str(separator);
            bytes.push_str(digest);
            bytes.push('"');
            separator = ",\"";
        }
        bytes.push_str(&self.tail);
        leaf_hash(bytes.as_bytes())
    }
}

impl Open {
    fn digest(&self, sequence: Option<u64>) -> String {
        let value = ConversationValue { id: self.id.as_str().into(), kind: self.kind, sequence };
        let disclosure = Disclosure::new(&self.salt, CONVERSATION, &value);
        disclosure.map(|disclosure| disclosure.digest()).unwrap_or_default()
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
