//! Nobody reads a message from the disk: no phrase of the messages stands in any file of the data folder.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::support::{Archive, Dice, Words, lz4};

/// Phrases that are looked for.
const PHRASES: usize = 50;
/// Characters of each: long enough not to stand there by chance.
const PHRASE_CHARS: usize = 8;
/// Bytes that one compressed part may unfold to.
const UNFOLDED_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The bytes of a phrase as programs write text.
fn forms(phrase: &str) -> [Vec<u8>; 3] {
    let little = phrase.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big = phrase.encode_utf16().flat_map(u16::to_be_bytes).collect();
    [phrase.as_bytes().to_vec(), little, big]
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return false };
    let mut rest = bytes;
    while let Some(place) = rest.iter().position(|byte| byte == first) {
        rest = &rest[place..];
        if rest.starts_with(wanted) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Everything that can be unfolded from a file: from every place that looks like the beginning of a compressed part.
fn unfolded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    for start in 0..bytes.len() {
        let rest = &bytes[start..];
        let mut out = Vec::new();
        match rest {
            [0x28, 0xB5, 0x2F, 0xFD, ..] => {
                if let Ok(decoder) = zstd::Decoder::new(rest) {
                    // What could be read before an error counts too.
                    let _ = decoder.single_frame().take(UNFOLDED_BYTES_MAX).read_to_end(&mut out);
                }
            }
            [0x04, 0x22, 0x4D, 0x18, ..] => {
                out = lz4::unfold(rest, usize::try_from(UNFOLDED_BYTES_MAX).expect("it fits into memory"));
            }
            [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] => {
                let _ = flate2::read::ZlibDecoder::new(rest).take(UNFOLDED_BYTES_MAX).read_to_end(&mut out);
            }
            [0x1F, 0x8B, 0x08, ..] => {
                let _ = flate2::read::GzDecoder::new(rest).take(UNFOLDED_BYTES_MAX).read_to_end(&mut out);
            }
            _ => {}
        }
        if !out.is_empty() {
            parts.push(out);
        }
    }
    parts
}

/// The phrases that can be read from a file, plain or compressed.
fn readable(path: &Path, phrases: &[String]) -> Vec<String> {
    let bytes = fs::read(path).expect("a file of ours");
    let mut views = unfolded(&bytes);
    views.push(bytes);
    let is_readable = |phrase: &&String| views.iter().any(|view| forms(phrase).iter().any(|form| contains(view, form)));
    phrases.iter().filter(is_readable).cloned().collect()
}

/// An LZ4 frame of one block that is not compressed.
fn lz4_stored(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a short text") | 1 << 31;
    let head = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82];
    [head.as_slice(), &length.to_le_bytes(), bytes, &[0; 4]].concat()
}

fn draw(words: &Words) -> Vec<String> {
    let texts = words.texts();
    let mut dice = Dice::new(9);
    let mut phrases = Vec::new();
    while phrases.len() < PHRASES {
        let characters: Vec<char> = texts[dice.place(texts.len())].chars().collect();
        if characters.len() >= PHRASE_CHARS {
            let start = dice.place(characters.len() - PHRASE_CHARS + 1);
            phrases.push(characters[start..start + PHRASE_CHARS].iter().collect());
        }
    }
    phrases
}

#[test]
fn the_reader_reads_what_is_not_encrypted() {
    let archive = Archive::new();
    let phrase = ["今晚八点老地方见".to_owned()];
    let text = format!("so und so viel davor {} und danach", phrase[0]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).expect("memory takes it");
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zlib, text.as_bytes()).expect("memory takes it");
    let [plain, little, big] = forms(&text);
    let kinds = [
        plain,
        little,
        big,
        zstd::bulk::compress(text.as_bytes(), 3).expect("it can be compressed"),
        gzip.finish().expect("it can be compressed"),
        zlib.finish().expect("it can be compressed"),
        lz4_stored(text.as_bytes()),
    ];
    for (number, kind) in kinds.iter().enumerate() {
        let path = archive.beside("file");
        fs::write(&path, [b"prefix".as_slice(), kind].concat()).expect("a file of ours");
        assert_eq!(readable(&path, &phrase), phrase, "kind {number}");
    }
}

#[test]
fn no_phrase_of_the_messages_is_readable_in_the_data_folder() {
    let archive = Archive::new();
    let words = Words::hospitality().first(4_000);
    archive.import(&words.write(&archive.beside("words.ndjson"))).done();
    let phrases = draw(&words);
    let files = archive.files();
    assert!(files.len() > 2, "there is something to read: {files:?}");
    for file in files {
        let found = readable(&file, &phrases);
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
}
