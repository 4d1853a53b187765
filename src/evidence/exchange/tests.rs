//! Renderings of every kind of item, and what Python's own library reads in them.

use std::io::{self, Read};
use std::path::Path;
use std::process::Command;

use xinju_model::channel::Side;
use xinju_model::time::Timestamp;

use super::{Slices, Table, mail_path};
use crate::redaction::{Redaction, RedactionCode, Rendering};
use crate::report::{ItemState, Person, ReportFile, ReportItem};

const MINUTE: i64 = 60_000;
/// 2026-09-01T23:00:00+08:00: an hour before the day ends.
const START: i64 = 1_788_274_800_000;

fn item(place: u32, conversation: &str, text: &str) -> ReportItem {
    let at = Timestamp(START + i64::from(place) * 20 * MINUTE);
    ReportItem {
        index: u64::from(place) + 100,
        conversation: conversation.into(),
        kind: "text".into(),
        from: Some(Person { name: "李娜".into(), id: "wm-li".into(), side: Side::Customer }),
        to: vec![Person { name: "张伟".into(), id: "zhangwei".into(), side: Side::Staff }],
        sent_at: Some(at),
        received_at: Some(at.plus_millis(5)),
        text: text.into(),
        state: ItemState::Shown,
        redacted: Vec::new(),
        renderings: Vec::new(),
        files: vec![ReportFile {
            path: format!("data/raw/{place:06}.json"),
            kind: "json".into(),
            size: 10,
            sha256: [u8::try_from(place).unwrap(); 32],
            sm3: None,
            picture: None,
        }],
        missing: 0,
    }
}

const HOSTILE: &str = "=cmd|' /C calc'!A0, \"引号\"\r\n第二行 þ\u{14}®";

fn items() -> Vec<ReportItem> {
    let mut withheld = item(3, "李娜", "");
    withheld.redacted = vec![Redaction { field: "content".into(), code: RedactionCode::R2, note: "x".into() }];
    withheld.renderings = vec![Rendering { field: "content".into(), text: "电话 ███".into() }];
    withheld.files.clear();
    let mut erased = item(5, "王芳", "");
    erased.state = ItemState::Erased(RedactionCode::E1);
    erased.from = None;
    erased.to.clear();
    erased.files.clear();
    let mut recalled = item(6, "李娜", "第二天");
    recalled.state = ItemState::Recalled { by: None };
    vec![
        item(1, "李娜", "你好"),
        item(2, "王芳", HOSTILE),
        withheld,
        item(4, "李娜", "第二天的第一条"),
        erased,
        recalled,
    ]
}

fn numbered() -> impl Iterator<Item = io::Result<(u32, ReportItem)>> {
    (1..).zip(items()).map(Ok)
}

fn text(table: Table) -> String {
    let mut text = String::new();
    table.read(numbered(), 480).read_to_string(&mut text).unwrap();
    text
}

/// What a Python program says of files in a folder.
fn python(folder: &Path, program: &str) -> String {
    let output = Command::new("python3")
        .args(["-c", program])
        .current_dir(folder)
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn python_reads_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    for (name, table) in [("a.csv", Table::Csv), ("a.json", Table::Json), ("a.dat", Table::Dat), ("a.opt", Table::Opt)]
    {
        std::fs::write(folder.path().join(name), text(table)).unwrap();
    }
    let said = python(
        folder.path(),
        r#"
import csv, json
rows = list(csv.DictReader(open("a.csv", encoding="utf-8-sig", newline="")))
objects = json.load(open("a.json", encoding="utf-8"))
dat = list(csv.DictReader(open("a.dat", encoding="utf-8-sig", newline=""), delimiter="\x14", quotechar="\xfe"))
opt = list(csv.reader(open("a.opt", encoding="utf-8", newline="")))
assert len(rows) == len(objects) == len(dat) == 6, (len(rows), len(objects), len(dat))
for number, (row, item, document) in enumerate(zip(rows, objects, dat), 1):
    assert row["record"] == item["record"] == document["RECORD"] == f"{number:06}"
    assert document["DOCID"] == f"REC{number:06}"
    digest = item["source"]["sha256"] if item["source"] else ""
    assert row["source_sha256"] == document["SOURCE_SHA256"] == digest
    assert not row["text"].startswith(("=", "+", "-", "@"))
assert rows[1]["text"] == "'" + objects[1]["text"], rows[1]
assert dat[1]["TEXT"].endswith("[U+00FE][U+0014][U+00AE]"), dat[1]
assert rows[2]["withheld"] == "content R2" and "███" in rows[2]["text"]
assert rows[4]["state"] == "erased" and rows[4]["withheld"] == "all E1"
assert rows[0]["sent_at"] == "2026-09-01T23:20:00.000+08:00", rows[0]["sent_at"]
assert [line[0] for line in opt] == ["REC000001", "REC000002", "REC000004", "REC000006"], opt
assert all(len(line) == 7 and line[3] == "Y" for line in opt)
print("read", objects[1]["text"])
"#,
    );
    assert!(said.starts_with("read =cmd|"), "{said}");
}

#[test]
fn python_reads_the_slices() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = Slices::new(numbered(), 480).map(Result::unwrap).collect();
    for file in &files {
        std::fs::write(folder.path().join(file.path.rsplit('/').next().unwrap()), &file.bytes).unwrap();
    }
    let said = python(
        folder.path(),
        r#"
import email, email.policy, glob, io, json, zipfile
seen = []
for name in sorted(glob.glob("*.rsmf")):
    mail = email.message_from_binary_file(open(name, "rb"), policy=email.policy.default)
    assert not mail.defects, mail.defects
    assert mail["X-RSMF-Version"] == "2.0.0"
    attached = list(mail.iter_attachments())
    assert [part.get_filename() for part in attached] == ["rsmf.zip"]
    inside = zipfile.ZipFile(io.BytesIO(attached[0].get_content()))
    assert inside.testzip() is None and inside.namelist() == ["rsmf_manifest.json"]
    manifest = json.loads(inside.read("rsmf_manifest.json"))
    assert manifest["version"] == "2.0.0"
    people = {person["id"] for person in manifest["participants"]}
    days = set()
    for event in manifest["events"]:
        assert event["participant"] in people and event["conversation"] == manifest["conversations"][0]["id"]
        days.add(event["timestamp"][:10])
        values = {pair["name"]: pair["value"] for pair in event["custom"]}
        assert values["record"] == event["id"]
        assert len(values.get("source_sha256", "0" * 64)) == 64
    assert len(days) == 1, days
    assert int(mail["X-RSMF-EventCount"]) == len(manifest["events"])
    assert manifest["events"][0]["body"].splitlines()[0:1] == [] or manifest["events"][0]["body"][:5] in mail.get_body().get_content()
    seen.append((str(mail["Subject"]), days.pop(), [event["id"] for event in manifest["events"]]))
print(sorted(seen))
"#,
    );
    let expected = "[('李娜', '2026-09-01', ['000001']), ('李娜', '2026-09-02', ['000003', '000004', '000006']), \
                    ('王芳', '2026-09-01', ['000002']), ('王芳', '2026-09-02', ['000005'])]";
    assert_eq!(said.trim(), expected);
}

#[test]
fn the_same_items_make_the_same_slices() {
    let made = || Slices::new(numbered(), 480).map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(made(), made());
}

#[test]
fn slices_that_grow_too_large_are_closed_early() {
    let many = (1..=12_000_u32).map(|number| {
        let mut item = item(1, "李娜", "好");
        item.sent_at = Some(Timestamp(START));
        Ok((number, item))
    });
    let files: Vec<_> = Slices::new(many, 480).map(Result::unwrap).collect();
    assert_eq!(files.len(), 3);
}

#[test]
fn a_source_that_fails_is_heard() {
    let broken = || std::iter::once(Err(io::Error::other("gone")));
    assert!(Table::Csv.read(broken(), 0).read_to_string(&mut String::new()).is_err());
    assert!(Slices::new(broken(), 0).next().unwrap().is_err());
}

#[test]
fn an_archive_without_items_makes_whole_files() {
    let mut json = String::new();
    Table::Json.read(std::iter::empty(), 0).read_to_string(&mut json).unwrap();
    assert_eq!(json, "[\n]\n");
    assert_eq!(Slices::new(std::iter::empty(), 0).count(), 0);
}

#[test]
fn only_mail_is_exported_as_mail() {
    assert_eq!(mail_path(7, "eml").as_deref(), Some("exchange/eml/000007.eml"));
    assert_eq!(mail_path(7, "json"), None);
}
