//! RSMF 2.0: a conversation's messages of a day as a mail (RFC 5322) whose one attachment is a zip with a manifest.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Cursor, Write};

use data_encoding::BASE64;
use serde_json::{Value, json};
use xinju_model::time::Timestamp;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::report::{ItemState, Person, ReportItem, words};

use super::row::{Row, moment};

/// Events that are kept in memory; beyond that the oldest slice is closed early.
const EVENTS_OPEN_MAX: usize = 5_000;
/// Bytes of text that are.
const BYTES_OPEN_MAX: usize = 16 * 1024 * 1024;
/// The sender of a message of which no sender is known or shown.
const UNKNOWN: &str = "unknown";

/// A file of `exchange/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeFile {
    /// Its path in a package, under `data/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Makes slices of conversations: each holds the messages of one conversation on one day of the zone, or a part of them.
pub struct Slices<I> {
    items: I,
    offset_minutes: i16,
    /// Slices that may go on, by conversation.
    open: BTreeMap<String, Slice>,
    /// Slices that are complete.
    ready: VecDeque<ExchangeFile>,
    events: usize,
    bytes: usize,
    /// Slices so far.
    count: u32,
    done: bool,
}

/// A day of a conversation.
#[derive(Default)]
struct Slice {
    day: String,
    /// Number of its first record, by which the oldest is known.
    first: u32,
    begin: Option<Timestamp>,
    end: Option<Timestamp>,
    participants: BTreeMap<String, Person>,
    events: Vec<Value>,
    words: Vec<String>,
    bytes: usize,
}

impl<I: Iterator<Item = io::Result<(u32, ReportItem)>>> Slices<I> {
    /// Slices of `items`, which come in the package's order with their numbers.
    pub fn new(items: I, offset_minutes: i16) -> Self {
        Self {
            items,
            offset_minutes,
            open: BTreeMap::new(),
            ready: VecDeque::new(),
            events: 0,
            bytes: 0,
            count: 0,
            done: false,
        }
    }

    fn add(&mut self, number: u32, item: &ReportItem) -> io::Result<()> {
        let at = item.sent_at.or(item.received_at);
        let day = at.map(|at| words::day(at, self.offset_minutes)).unwrap_or_default();
        if self.open.get(&item.conversation).is_some_and(|slice| slice.day != day) {
            self.close(&item.conversation.clone())?;
        }
        let slice = self.open.entry(item.conversation.clone()).or_default();
        if slice.events.is_empty() {
            slice.day = day;
            slice.first = number;
        }
        let before = slice.bytes;
        slice.add(number, item, at, self.offset_minutes);
        self.bytes = self.bytes.saturating_add(slice.bytes.saturating_sub(before));
        self.events = self.events.saturating_add(1);
        while self.events > EVENTS_OPEN_MAX || self.bytes > BYTES_OPEN_MAX {
            if !self.close_oldest()? {
                break;
            }
        }
        Ok(())
    }

    fn close_oldest(&mut self) -> io::Result<bool> {
        let oldest =
            self.open.iter().min_by_key(|(_, slice)| slice.first).map(|(conversation, _)| conversation.clone());
        match oldest {
            Some(conversation) => self.close(&conversation).map(|()| true),
            None => Ok(false),
        }
    }

    fn close(&mut self, conversation: &str) -> io::Result<()> {
        let Some(slice) = self.open.remove(conversation) else { return Ok(()) };
        self.events = self.events.saturating_sub(slice.events.len());
        self.bytes = self.bytes.saturating_sub(slice.bytes);
        self.count = self.count.saturating_add(1);
        let path = format!("exchange/rsmf/{:06}.rsmf", self.count);
        let bytes = slice.write(conversation, self.offset_minutes)?;
        self.ready.push_back(ExchangeFile { path, bytes });
        Ok(())
    }
}

impl<I: Iterator<Item = io::Result<(u32, ReportItem)>>> Iterator for Slices<I> {
    type Item = io::Result<ExchangeFile>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(file) = self.ready.pop_front() {
                return Some(Ok(file));
            }
            let step = if self.done {
                match self.close_oldest() {
                    Ok(false) => return None,
                    other => other.map(drop),
                }
            } else {
                match self.items.next() {
                    Some(Ok((number, item))) => self.add(number, &item),
                    Some(Err(error)) => Err(error),
                    None => {
                        self.done = true;
                        Ok(())
                    }
                }
            };
            if let Err(error) = step {
                return Some(Err(error));
            }
        }
    }
}

impl Slice {
    fn add(&mut self, number: u32, item: &ReportItem, at: Option<Timestamp>, offset_minutes: i16) {
        let row = Row::new(number, item, offset_minutes);
        self.begin = self.begin.min(at).or(self.begin).or(at);
        self.end = self.end.max(at);
        let sender = item.from.as_ref().map_or(UNKNOWN, |person| &*person.id);
        for person in item.from.iter().chain(&item.to) {
            self.participants.entry(person.id.clone()).or_insert_with(|| person.clone());
        }
        if item.from.is_none() {
            let nobody = Person { name: String::new(), id: UNKNOWN.into(), side: xinju_model::channel::Side::Robot };
            self.participants.entry(UNKNOWN.into()).or_insert(nobody);
        }
        let body = row.words();
        self.bytes = self.bytes.saturating_add(body.len().saturating_mul(2)).saturating_add(512);
        let time = at.map(|at| moment(at, offset_minutes));
        self.words.push(format!("[{}] {} {sender}: {body}", row.record, time.as_deref().unwrap_or("-")));
        let mut event = json!({
            "id": row.record,
            "type": "message",
            "participant": sender,
            "conversation": "c1",
            "body": body,
            "deleted": !matches!(item.state, ItemState::Shown),
            "custom": custom(&row),
        });
        if let (Some(time), Some(event)) = (time, event.as_object_mut()) {
            event.insert("timestamp".into(), time.into());
        }
        self.events.push(event);
    }

    fn manifest(&self, conversation: &str) -> Value {
        let participants: Vec<Value> = self
            .participants
            .values()
            .map(|person| {
                let display = if person.name.is_empty() { &person.id } else { &person.name };
                json!({ "id": person.id, "display": display })
            })
            .collect();
        let ids: Vec<&String> = self.participants.keys().collect();
        let kind = if ids.len() > 2 { "channel" } else { "direct" };
        json!({
            "version": "2.0.0",
            "participants": participants,
            "conversations": [
                { "id": "c1", "display": conversation, "platform": "wecom", "type": kind, "participants": ids },
            ],
            "events": self.events,
        })
    }

    fn write(&self, conversation: &str, offset_minutes: i16) -> io::Result<Vec<u8>> {
        let attachment = zipped(&serde_json::to_vec_pretty(&self.manifest(conversation))?)?;
        let custodians: Vec<String> = self.participants.values().map(|person| encoded(&person.id)).collect();
        let boundary = boundary(&attachment);
        let mut mail = String::new();
        let mut header = |name: &str, value: &str| {
            mail.push_str(name);
            mail.push_str(": ");
            mail.push_str(value);
            mail.push_str("\r\n");
        };
        header("X-RSMF-Version", "2.0.0");
        header("X-RSMF-Generator", "Xinju");
        header("X-RSMF-EventCount", &self.events.len().to_string());
        let edge = |at: Option<Timestamp>| at.map(|at| moment(at, offset_minutes));
        edge(self.begin).iter().for_each(|at| header("X-RSMF-BeginDate", at));
        edge(self.end).iter().for_each(|at| header("X-RSMF-EndDate", at));
        header("X-RSMF-Application", "WeCom");
        header("X-RSMF-Participants", &custodians.join(",\r\n "));
        header("X-RSMF-AttachmentCount", "0");
        header("From", "Xinju <xinju@localhost.invalid>");
        header("Subject", &encoded(conversation));
        self.end.iter().for_each(|at| header("Date", &mail_date(*at, offset_minutes)));
        header("MIME-Version", "1.0");
        header("Content-Type", &format!("multipart/mixed; boundary=\"{boundary}\""));
        let said = folded(self.words.join("\r\n").as_bytes());
        let attached = folded(&attachment);
        let parts = format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{said}\
             --{boundary}\r\nContent-Type: application/zip; name=\"rsmf.zip\"\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"rsmf.zip\"\r\n\r\n{attached}--{boundary}--\r\n"
        );
        mail.push_str(&parts);
        Ok(mail.into_bytes())
    }
}

/// What ties an event to the evidence: RSMF has room for names and values of one's own.
fn custom(row: &Row<'_>) -> Vec<Value> {
    let mut said = vec![("record", row.record.clone()), ("log_index", row.log_index.to_string())];
    if let Some(source) = &row.source {
        said.push(("source_file", source.path.to_owned()));
        said.push(("source_sha256", source.sha256.clone()));
    }
    said.extend(row.files.iter().map(|file| ("file", format!("{} {}", file.path, file.sha256))));
    said.push(("kind", row.kind.to_owned()));
    said.push(("state", row.state.to_owned()));
    said.extend(row.withheld.iter().map(|what| ("withheld", what.clone())));
    said.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn zipped(manifest: &[u8]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The same input makes the same bytes: no time but the format's first one.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    zip.start_file("rsmf_manifest.json", options)?;
    zip.write_all(manifest)?;
    Ok(zip.finish()?.into_inner())
}

/// A line between the parts of a mail; base64 never holds it, because of the underscores.
fn boundary(attachment: &[u8]) -> String {
    use sha2::Digest;
    format!("_xinju_{}_", words::hex(&sha2::Sha256::digest(attachment)).get(..24).unwrap_or_default())
}

/// Base64 in lines of 76 characters (RFC 2045).
fn folded(bytes: &[u8]) -> String {
    let mut lines = String::new();
    for line in bytes.chunks(57) {
        lines.push_str(&BASE64.encode(line));
        lines.push_str("\r\n");
    }
    lines
}

/// A header's value: as it is where it is harmless ASCII, in encoded words (RFC 2047) where not.
fn encoded(value: &str) -> String {
    let harmless = |byte: &u8| byte.is_ascii_alphanumeric() || b" -_.@()".contains(byte);
    if value.len() <= 60 && value.as_bytes().iter().all(harmless) {
        return value.to_owned();
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for character in value.chars() {
        // An encoded word has at most 75 characters, 63 of them base64: 45 bytes, never half a character.
        if word.len().saturating_add(character.len_utf8()) > 45 {
            words.push(std::mem::take(&mut word));
        }
        word.push(character);
    }
    words.push(word);
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes()))).collect();
    words.join("\r\n ")
}

/// A date as mail writes it.
fn mail_date(at: Timestamp, offset_minutes: i16) -> String {
    words::format(at, offset_minutes, "%a, %d %b %Y %H:%M:%S %z")
}
