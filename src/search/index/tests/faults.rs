//! Kills, damage, other versions, other keys: the last commit stands, or the index says that it can't be used; never a wrong answer.

use std::path::PathBuf;

use super::*;

/// The files of an index but its lock.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("folder").flatten();
    entries.map(|entry| entry.path()).filter(|path| !path.ends_with(LOCK_FILE)).collect()
}

/// An index of two commits of which a third is only added.
fn sample() -> (TempDir, Vec<u64>) {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    for entry in 0..40 {
        index.add(vec![document(entry, 1, "我要退款 refund 50元")]).expect("add");
        if entry % 20 == 19 {
            index.commit(entry + 1).expect("commit");
        }
    }
    (folder, (0..40).rev().collect())
}

/// A copy of the files as a kill would leave them.
fn copied(from: &Path) -> TempDir {
    let to = TempDir::new().expect("folder");
    for file in files(from) {
        fs::copy(&file, to.path().join(file.file_name().expect("name"))).expect("copy");
    }
    to
}

#[test]
fn a_kill_leaves_the_last_commit() {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    index.add(vec![document(0, 1, "退款")]).expect("add");
    index.commit(1).expect("commit");
    index.add(vec![document(1, 2, "退款")]).expect("add");
    let copy = copied(folder.path());
    fs::write(copy.path().join(".meta.json.unfinished"), b"torn").expect("write");
    fs::write(copy.path().join("0123.term"), b"torn").expect("write");
    let again = open_in(&copy);
    assert_eq!(again.watermark(), 1);
    assert_eq!(found(&again, "退款"), [0]);
    again.add(vec![document(0, 1, "退款"), document(1, 2, "退款")]).expect("add again from the watermark on");
    again.commit(2).expect("commit");
    assert_eq!(found(&again, "退款"), [1, 0]);
    assert!(!copy.path().join(".meta.json.unfinished").exists());
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let (folder, all) = sample();
    let index = open_in(&folder);
    assert_eq!(index.watermark(), 40);
    for query in ["退款", "refund", "50元", "0元", "*"] {
        assert_eq!(found(&index, query), all);
    }
    assert!(index.bytes() > 1_000);
}

#[test]
fn another_process_is_kept_out() {
    let folder = TempDir::new().expect("folder");
    let _index = open_in(&folder);
    assert!(matches!(Index::open(folder.path(), sealer(), options()), Err(SearchError::InUse)));
}

#[test]
fn clearing_empties_and_goes_on() {
    let (folder, _) = sample();
    let index = open_in(&folder);
    index.clear().expect("clear");
    assert_eq!(index.watermark(), 0);
    assert!(found(&index, "退款").is_empty());
    index.add(vec![document(0, 1, "退款")]).expect("add");
    index.commit(1).expect("commit");
    assert_eq!(found(&index, "退款"), [0]);
    drop(index);
    assert_eq!(open_in(&folder).watermark(), 1);
}

#[test]
fn another_version_or_key_is_made_anew() {
    let (folder, _) = sample();
    let copy = copied(folder.path());
    let index = Index::open(copy.path(), Sealer::new(&[8; 32]).expect("a key"), options()).expect("open");
    assert_eq!((index.watermark(), found(&index, "*").len()), (0, 0));
    assert!(matches!(read_payload(r#"{"version":0,"watermark":5}"#), Err(SearchError::Damaged(_))));
    assert!(matches!(read_payload("5"), Err(SearchError::Damaged(_))));
}

/// Asks everything that reads every part of an index.
fn ask(index: &Index) -> Result<Vec<Vec<u64>>, SearchError> {
    let mut answers = Vec::new();
    for query in ["退款", "款", "refund", "0元", "*", "from:wm1 退款", "kind:image", "is:recalled"] {
        let query = parse(query, 0).expect("query");
        for order in [Order::Newest, Order::Oldest, Order::Relevance] {
            answers.push(entries(&index.search(&Request { order, ..request(&query) }, &NoNames)?));
        }
    }
    Ok(answers)
}

#[test]
fn a_changed_byte_is_never_a_wrong_answer() {
    let (folder, _) = sample();
    let right = ask(&open_in(&folder)).expect("undamaged");
    for file in files(folder.path()) {
        let length = fs::metadata(&file).expect("file").len();
        let step = usize::try_from(length / 12 + 1).expect("small");
        for at in (0..usize::try_from(length).expect("small")).step_by(step) {
            let copy = copied(folder.path());
            let bent = copy.path().join(file.file_name().expect("name"));
            let mut bytes = fs::read(&bent).expect("read");
            bytes[at] ^= 0x10;
            fs::write(&bent, bytes).expect("write");
            assert!(is_noticed(&copy, &right), "{} byte {at}", file.display());
        }
    }
}

#[test]
fn a_cut_missing_or_exchanged_file_is_never_a_wrong_answer() {
    let (folder, _) = sample();
    let right = ask(&open_in(&folder)).expect("undamaged");
    let all = files(folder.path());
    for file in &all {
        let name = file.file_name().expect("name");
        let cut = copied(folder.path());
        let bytes = fs::read(file).expect("read");
        fs::write(cut.path().join(name), &bytes[..bytes.len() / 2]).expect("write");
        assert!(is_noticed(&cut, &right), "{} cut", file.display());
        let missing = copied(folder.path());
        fs::remove_file(missing.path().join(name)).expect("remove");
        assert!(is_noticed(&missing, &right), "{} missing", file.display());
        let other = all.iter().find(|other| *other != file && other.extension() == file.extension());
        if let Some(other) = other {
            let exchanged = copied(folder.path());
            fs::copy(other, exchanged.path().join(name)).expect("copy");
            assert!(is_noticed(&exchanged, &right), "{} exchanged", file.display());
        }
    }
}

/// Whether damage is noticed: at once, so that the index is made anew, or at the first question that meets it, after which
/// clearing mends it. Until then every answer must be right.
fn is_noticed(folder: &TempDir, right: &[Vec<u64>]) -> bool {
    let index = open_in(folder);
    if index.watermark() == 0 {
        return found(&index, "*").is_empty();
    }
    match ask(&index) {
        Ok(answers) => {
            assert_eq!(answers, right);
            false
        }
        Err(SearchError::Damaged(_)) => {
            assert!(matches!(index.commit(41), Err(SearchError::Damaged(_))), "whoever feeds it must know");
            index.clear().expect("clear");
            index.add(vec![document(0, 1, "退款")]).expect("add");
            index.commit(1).expect("commit");
            found(&index, "退款") == [0]
        }
        Err(other) => panic!("not the error of damage: {other}"),
    }
}
