//! The demo's files go through the same doors as everybody's, and every one of their lines is in order.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use xinju_model::facts::facts;
use xinju_model::message::MessageKind;
use xinju_model::record::Format;
use xinju_service::decode::Decode;
use xinju_service::lines::ReadFiles;

use crate::{Decoder, Files};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn originals(path: &str) -> Vec<Vec<u8>> {
    let mut source = Files.messages(Box::new(File::open(top().join(path)).unwrap())).unwrap();
    let mut originals = Vec::new();
    loop {
        let batch = source.next_batch(4_096).unwrap();
        if batch.is_empty() {
            return originals;
        }
        originals.extend(batch.into_iter().map(|line| line.content.unwrap()));
    }
}

#[test]
fn demo_messages_are_words_between_people_of_the_demo_directory() {
    let file = File::open(top().join("packaging/demo/wecom-hospitality.directory.json.zst")).unwrap();
    let directory = Files.directory(Box::new(file)).unwrap();
    assert_eq!(directory.problems, []);
    assert_eq!((directory.departments.len(), directory.staff.len(), directory.customers.len()), (5, 20, 1_000));
    let staff = directory.staff.into_iter().map(|staff| staff.account);
    let known: HashSet<String> =
        staff.chain(directory.customers.into_iter().flat_map(|c| c.identities).map(|identity| identity.id)).collect();
    let originals = originals("packaging/demo/wecom-hospitality.ndjson.zst");
    assert_eq!(originals.len(), 16_934);
    for original in originals {
        let message = Decoder.decode(Format::WecomJson, &original, &facts(Format::WecomJson, "corp", &original));
        assert_eq!(message.kind, MessageKind::Text);
        assert!(!message.text().is_empty() && message.sent_at.is_some());
        assert!(message.from.iter().chain(&message.to).all(|party| known.contains(&party.id)));
    }
}

#[test]
fn demo_samples_are_the_published_ones() {
    let mut demo = originals("packaging/demo/samples.ndjson");
    let mut published: Vec<Vec<u8>> = std::fs::read_dir(top().join("tests/data/wecom/samples"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| std::fs::read(path).unwrap().trim_ascii_end().to_vec())
        .collect();
    demo.sort();
    published.sort();
    assert!(demo == published);
}
