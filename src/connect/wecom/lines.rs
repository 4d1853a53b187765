//! Files of decrypted messages, one JSON object a line (NDJSON), plain or compressed with zstd.
//!
//! Lines end with a line feed and nothing else: the texts in them hold U+0085 and U+2028. A carriage return before it and a byte
//! order mark at the start are dropped; everything else of a line is the original, byte for byte. Memory is bounded whatever the
//! file holds. An array of messages is not read: each of its lines is refused with [`RejectReason::NotJson`].

use std::io::{self, BufRead, BufReader, Read};

use serde::Deserialize;
use serde_json::value::RawValue;
use xinju_model::import::RejectReason;
use xinju_model::limits::{IMPORT_BATCH_BYTES, IMPORT_LINE_BYTES_MAX, IMPORT_REFUSED_BYTES_MAX, RECORD_BYTES_MAX};
use xinju_service::lines::{ImportLine, LineSource, RefusedLine};

use crate::error::ConnectError;
use crate::unpack::Unpacked;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 256 * 1024;
/// Longest line that is taken into memory: a record with a carriage return and a line feed.
const TAKEN_BYTES_MAX: u64 = IMPORT_LINE_BYTES_MAX as u64 + 1;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The lines of a file, in order.
pub struct Lines<R: Read> {
    file: BufReader<Unpacked<R>>,
    number: u64,
    fault: Option<io::Error>,
    ended: bool,
}

impl<R: Read> Lines<R> {
    /// Begins to read `file`.
    pub fn new(file: R) -> Result<Self, ConnectError> {
        let file = BufReader::with_capacity(BUFFER_BYTES, Unpacked::new(file)?);
        Ok(Self { file, number: 0, fault: None, ended: false })
    }

    /// The next line that is not blank; none at the end and at a fault.
    fn next_line(&mut self) -> Option<ImportLine> {
        while !self.ended {
            let mut bytes = Vec::new();
            if let Err(error) = self.file.by_ref().take(TAKEN_BYTES_MAX).read_until(b'\n', &mut bytes) {
                self.fault = Some(error);
                self.ended = true;
            }
            if bytes.is_empty() {
                self.ended = true;
                break;
            }
            self.number += 1;
            let whole = bytes.last() == Some(&b'\n');
            if !whole && bytes.len() as u64 == TAKEN_BYTES_MAX {
                self.skip_line();
            }
            self.trim(&mut bytes);
            if !bytes.trim_ascii().is_empty() {
                return Some(line(self.number, bytes, whole));
            }
        }
        None
    }

    /// Reads to the end of a line that is too long, keeping nothing of it.
    fn skip_line(&mut self) {
        if let Err(error) = self.file.skip_until(b'\n') {
            self.fault = Some(error);
            self.ended = true;
        }
    }

    fn trim(&self, bytes: &mut Vec<u8>) {
        bytes.pop_if(|byte| *byte == b'\n');
        bytes.pop_if(|byte| *byte == b'\r');
        if self.number == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
    }
}

impl<R: Read + Send> LineSource for Lines<R> {
    /// A fault comes after the lines before it; a line that it cut in two is among them, refused.
    fn next_batch(&mut self, max: usize) -> io::Result<Vec<ImportLine>> {
        let mut lines = Vec::new();
        let mut bytes = 0;
        while lines.len() < max && bytes < IMPORT_BATCH_BYTES {
            let Some(line) = self.next_line() else { break };
            bytes += line.content.as_ref().map_or_else(|refused| refused.bytes.len(), Vec::len);
            lines.push(line);
        }
        match self.fault.take() {
            Some(fault) if lines.is_empty() => Err(fault),
            fault => {
                self.fault = fault;
                Ok(lines)
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.file.get_ref().file_bytes()
    }
}

fn line(number: u64, mut bytes: Vec<u8>, whole: bool) -> ImportLine {
    let content = match check(&bytes, whole) {
        Ok(()) => Ok(bytes),
        Err(reason) => {
            if reason == RejectReason::TooLong {
                bytes.truncate(IMPORT_REFUSED_BYTES_MAX);
                bytes.shrink_to_fit();
            }
            Err(RefusedLine { reason, bytes })
        }
    };
    ImportLine { number, content }
}

/// Whether a line is a record: an object with an id. `whole` says that a line feed ended it.
fn check(bytes: &[u8], whole: bool) -> Result<(), RejectReason> {
    #[derive(Deserialize)]
    struct Record<'a> {
        #[serde(borrow, default)]
        msgid: Option<&'a RawValue>,
    }
    if bytes.len() > RECORD_BYTES_MAX {
        return Err(RejectReason::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| match error.error_len() {
        None if !whole => RejectReason::CutOff,
        _ => RejectReason::NotUtf8,
    })?;
    let record: Record<'_> = serde_json::from_str(text).map_err(|error| {
        let cut = error.is_eof() && !whole;
        if cut { RejectReason::CutOff } else { RejectReason::NotJson }
    })?;
    // A structure is also read from a list of its fields, which is no object.
    if !text.trim_start().starts_with('{') {
        return Err(RejectReason::NotJson);
    }
    let id = record.msgid.and_then(|id| serde_json::from_str::<String>(id.get()).ok());
    if id.is_some_and(|id| !id.is_empty()) { Ok(()) } else { Err(RejectReason::NoMessageId) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(file: &[u8]) -> Vec<ImportLine> {
        let mut source = Lines::new(file).unwrap();
        let mut lines = Vec::new();
        loop {
            let batch = source.next_batch(3).unwrap();
            if batch.is_empty() {
                return lines;
            }
            lines.extend(batch);
        }
    }

    /// Numbers and contents of the lines; a refused one by its reason.
    #[track_caller]
    fn check_lines(file: &[u8], expected: &[(u64, Result<&str, RejectReason>)]) {
        let lines = read(file);
        let shown: Vec<_> = lines
            .iter()
            .map(|line| {
                let content = line.content.as_ref().map(|bytes| std::str::from_utf8(bytes).unwrap());
                (line.number, content.map_err(|refused| refused.reason))
            })
            .collect();
        assert_eq!(shown, expected);
    }

    const A: &str = r#"{"msgid":"a"}"#;
    const ODD: &str = "{\"msgid\":\"b\",\"x\":\"一\u{85}二\u{2028}三\"}";

    #[test]
    fn lines_end_with_line_feeds_only() {
        check_lines(format!("{A}\n{ODD}\n").as_bytes(), &[(1, Ok(A)), (2, Ok(ODD))]);
        check_lines(format!("\u{feff}{A}\r\n\r\n  \n{ODD}").as_bytes(), &[(1, Ok(A)), (4, Ok(ODD))]);
        check_lines(b"", &[]);
        check_lines("\u{feff}\n".as_bytes(), &[]);
        let packed = zstd::encode_all(format!("{A}\n{ODD}\n").as_bytes(), 1).unwrap();
        check_lines(&packed, &[(1, Ok(A)), (2, Ok(ODD))]);
    }

    #[test]
    fn lines_that_are_no_records_are_refused_and_the_others_go_on() {
        use RejectReason::{NoMessageId, NotJson, NotUtf8};
        let file = [
            &b"\"msgid\"\n[{\"msgid\":\"a\"}]\n[\"msgid\"]\n{\"msgid\":\"a\",\"msgid\":\"b\"}\n{\"msgid\":\"a\"\n"[..],
            b"{\"msgid\":\"\"}\n{\"msgid\":7}\n{}\n{\"msgid\":null}\n{\"msgid\":\"\xff\"}\n{\"msgid\":\"a\"} x\n",
            A.as_bytes(),
        ]
        .concat();
        check_lines(
            &file,
            &[
                (1, Err(NotJson)),
                (2, Err(NotJson)),
                (3, Err(NotJson)),
                (4, Err(NotJson)),
                (5, Err(NotJson)),
                (6, Err(NoMessageId)),
                (7, Err(NoMessageId)),
                (8, Err(NoMessageId)),
                (9, Err(NoMessageId)),
                (10, Err(NotUtf8)),
                (11, Err(NotJson)),
                (12, Ok(A)),
            ],
        );
    }

    #[test]
    fn the_last_line_is_cut_off_only_when_it_is_not_whole() {
        let cut = |end: &[u8]| [A.as_bytes(), b"\n", end].concat();
        check_lines(&cut(ODD.as_bytes()), &[(1, Ok(A)), (2, Ok(ODD))]);
        for at in 1..ODD.len() {
            check_lines(&cut(&ODD.as_bytes()[..at]), &[(1, Ok(A)), (2, Err(RejectReason::CutOff))]);
        }
        check_lines(b"words", &[(1, Err(RejectReason::NotJson))]);
        check_lines(b"{\"msgid\":\"a\"}}", &[(1, Err(RejectReason::NotJson))]);
    }

    #[test]
    fn longest_records_pass_and_longer_ones_are_skipped() {
        let record = |bytes: usize| format!("{A}{}", " ".repeat(bytes - A.len()));
        for end in ["\n", "\r\n"] {
            let file = format!("{}{end}{}{end}{A}", record(RECORD_BYTES_MAX), record(RECORD_BYTES_MAX + 1));
            let lines = read(file.as_bytes());
            assert_eq!(lines[0].content.as_ref().map(Vec::len), Ok(RECORD_BYTES_MAX));
            let refused = lines[1].content.as_ref().unwrap_err();
            assert_eq!(refused.reason, RejectReason::TooLong);
            assert_eq!(refused.bytes, record(IMPORT_REFUSED_BYTES_MAX).as_bytes());
            assert_eq!(lines[2], ImportLine { number: 3, content: Ok(A.as_bytes().to_vec()) });
        }
        let endless = record(3 * RECORD_BYTES_MAX);
        check_lines(endless.as_bytes(), &[(1, Err(RejectReason::TooLong))]);
    }

    #[test]
    fn a_damaged_file_gives_what_comes_before_and_then_its_fault() {
        let many: Vec<String> = (0..50_000).map(|n| format!("{{\"msgid\":\"{}\"}}\n", n * 7_919 % 50_021)).collect();
        let many = many.concat();
        let packed = zstd::encode_all(many.as_bytes(), 1).unwrap();
        let mut lines = Lines::new(&packed[..packed.len() * 2 / 3]).unwrap();
        let mut read = Vec::new();
        let fault = loop {
            match lines.next_batch(1_000) {
                Ok(batch) => {
                    assert!(!batch.is_empty() && batch.len() <= 1_000);
                    read.extend(batch);
                }
                Err(fault) => break ConnectError::from(fault),
            }
        };
        assert!(matches!(fault, ConnectError::CutOff), "{fault}");
        assert!(read.len() > 10_000);
        assert!(read[..read.len() - 1].iter().all(|line| line.content.is_ok()));
        assert_eq!(lines.next_batch(1_000).unwrap(), []);
    }

    #[test]
    fn batches_are_bounded_by_lines_and_by_bytes() {
        let many = format!("{A}\n").repeat(101);
        let mut lines = Lines::new(many.as_bytes()).unwrap();
        assert_eq!([(); 3].map(|()| lines.next_batch(100).unwrap().len()), [100, 1, 0]);
        let large = format!("{A}{}\n", " ".repeat(RECORD_BYTES_MAX / 2 - A.len())).repeat(5);
        let mut lines = Lines::new(large.as_bytes()).unwrap();
        assert_eq!([(); 4].map(|()| lines.next_batch(100).unwrap().len()), [2, 2, 1, 0]);
        assert_eq!(lines.bytes_read(), large.len() as u64);
    }

    proptest! {
        #[test]
        fn any_bytes_are_parted_at_their_line_feeds(file in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'{')], 0..200)) {
            prop_assume!(!file.starts_with(&[0x1F, 0x8B]));
            for line in read(&file) {
                prop_assert!(line.number >= 1);
                prop_assert!(line.content.is_err());
            }
        }
    }
}
