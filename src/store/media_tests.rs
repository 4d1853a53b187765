//! Media come back as they went in, are stored once, and a changed file gives an error.

use proptest::prelude::*;
use xinju_keys::random::SystemRandom;

use super::*;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }
    fn open(&self) -> MediaFolder {
        let sealer = Sealer::new(&[1; 32]).expect("a key");
        MediaFolder::open(self.folder.path().join("media"), Disk::default(), sealer, [2; 32], Arc::new(SystemRandom))
            .expect("opens")
    }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from(place * 7 % 251).expect("small")).collect()
}

fn read_all(media: &MediaFolder, id: MediaId) -> Vec<u8> {
    let mut bytes = Vec::new();
    media.open(id).expect("opens").expect("there").read_to_end(&mut bytes).expect("reads");
    bytes
}

fn problems(media: &MediaFolder) -> Vec<String> {
    let mut found = Vec::new();
    media.check(&mut || true, &mut |problem| found.push(problem)).expect("checks");
    found
}

#[test]
fn content_comes_back_and_is_stored_once() {
    let place = Place::new();
    let media = place.open();
    let lengths = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5];
    for length in lengths {
        let content = content(length);
        let stored = media.put(&mut content.as_slice()).expect("puts");
        assert!(!stored.known);
        assert_eq!((stored.bytes, stored.sha256), (length as u64, Sha256::digest(&content).into()));
        assert_eq!(media.put(&mut content.as_slice()).expect("puts"), StoredMedia { known: true, ..stored });
        assert_eq!(read_all(&media, stored.id), content);
    }
    let files = list(&media.folder).expect("lists");
    assert_eq!(files.len(), lengths.len());
    assert_eq!(media.stored_bytes().expect("counts"), files.iter().map(|(_, bytes)| bytes).sum::<u64>());
    assert_eq!(place.open().stored_bytes().expect("counts"), media.stored_bytes().expect("counts"));
    assert_eq!(problems(&media), Vec::<String>::new());
    let id = media.put(&mut content(1).as_slice()).expect("puts").id;
    assert!(media.remove(id).expect("removes"));
    assert!(!media.remove(id).expect("is gone"));
    assert!(media.open(id).expect("is gone").is_none());
}

#[test]
fn what_is_put_aside_is_none_of_the_files_and_goes() {
    let place = Place::new();
    let media = place.open();
    let content = content(3 * CHUNK + 5);
    let aside = media.put_aside(&mut content.as_slice()).expect("puts");
    for _ in 0..2 {
        let mut bytes = Vec::new();
        aside.open().expect("opens").read_to_end(&mut bytes).expect("reads");
        assert_eq!(bytes, content);
    }
    assert_eq!((media.stored_bytes().expect("counts"), problems(&media)), (0, Vec::new()));
    let sealed = fs::read(&list(&media.folder).expect("lists")[0].0).expect("reads");
    assert!(!sealed.windows(64).any(|window| window == &content[..64]));
    // The same content is a file of its own.
    assert!(!media.put(&mut content.as_slice()).expect("puts").known);
    drop(aside);
    assert_eq!(list(&media.folder).expect("lists").len(), 1);
    // A kill drops nothing; the next start does.
    std::mem::forget(media.put_aside(&mut content.as_slice()).expect("puts"));
    assert_eq!(list(&media.folder).expect("lists").len(), 2);
    assert_eq!(list(&place.open().folder).expect("lists").len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn any_stretch_reads_as_of_the_whole(length in 0..3 * CHUNK, from: usize, take in 0..2 * CHUNK) {
        let media = Place::new();
        let media = media.open();
        let content = content(length);
        let id = media.put(&mut content.as_slice()).expect("puts").id;
        let from = from % (length + 1);
        let mut opened = media.open(id).expect("opens").expect("there");
        opened.seek(SeekFrom::Start(from as u64)).expect("seeks");
        let mut bytes = Vec::new();
        opened.take(take as u64).read_to_end(&mut bytes).expect("reads");
        prop_assert_eq!(&bytes[..], &content[from..(from + take).min(length)]);
    }

    #[test]
    fn a_changed_or_cut_file_gives_an_error(length in 0..3 * CHUNK, place: usize, change in 1..=255_u8, cut: bool) {
        let home = Place::new();
        let media = home.open();
        let id = media.put(&mut content(length).as_slice()).expect("puts").id;
        let path = media.path(id);
        let mut bytes = fs::read(&path).expect("reads");
        let place = place % bytes.len();
        if cut {
            bytes.truncate(place);
        } else {
            bytes[place] ^= change;
        }
        fs::write(&path, &bytes).expect("writes");
        let mut out = Vec::new();
        let read = media.open(id).map(|opened| opened.expect("there").read_to_end(&mut out));
        prop_assert!(!matches!(read, Ok(Ok(_))));
        prop_assert_eq!(problems(&media).len(), 1);
    }
}

#[test]
fn a_file_cut_between_chunks_gives_an_error() {
    let place = Place::new();
    let media = place.open();
    let id = media.put(&mut content(2 * CHUNK).as_slice()).expect("puts").id;
    let path = media.path(id);
    let bytes = fs::read(&path).expect("reads");
    fs::write(&path, &bytes[..bytes.len() - SEALED_CHUNK]).expect("writes");
    let mut out = Vec::new();
    assert!(media.open(id).expect("opens").expect("there").read_to_end(&mut out).is_err());
}

#[test]
fn unfinished_files_are_removed_and_others_names_are_found() {
    let place = Place::new();
    let media = place.open();
    let id = media.put(&mut content(10).as_slice()).expect("puts").id;
    fs::write(media.folder.join("new-00"), b"half").expect("writes");
    let other = MediaId([7; 16]);
    fs::create_dir_all(parent(&media.path(other))).expect("makes");
    fs::copy(media.path(id), media.path(other)).expect("copies");
    let media = place.open();
    assert!(!media.folder.join("new-00").exists());
    assert_eq!(problems(&media).len(), 1);
    assert!(media.open(other).is_err());
}

#[test]
fn a_failing_source_leaves_nothing() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line went dead"))
        }
    }
    let place = Place::new();
    let media = place.open();
    assert!(media.put(&mut Failing).is_err());
    assert!(media.put(&mut content(CHUNK).as_slice().chain(Failing)).is_err());
    assert_eq!(list(&media.folder).expect("lists"), []);
}
