//! Stamps on a real store: authorities are OpenSSL's, answering behind a door that can fail in every way.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use xinju_keys::signer::Signer;
use xinju_model::checkpoint::Checkpoint;
use xinju_model::ledger::{Hash, verify_consistency};
use xinju_model::limits::STAMP_QUEUE_MAX;
use xinju_model::record::EntryKind;
use xinju_model::role::BuiltIn;
use xinju_model::stamp::{Authority, StampSettings, Webhook, Witness};
use zeroize::Zeroizing;

use super::*;
use crate::error::Code;
use crate::world::{World, message, viewer};

type Answer = Box<dyn Fn(&PostRequest) -> Result<PostAnswer, PostError> + Send>;

/// Outsiders that answer as they are told, and remember what they were asked.
#[derive(Default)]
pub(crate) struct Outside {
    answer: Mutex<Option<Answer>>,
    asked: Mutex<Vec<PostRequest>>,
}

impl Outside {
    pub(crate) fn answers(&self, answer: impl Fn(&PostRequest) -> Result<PostAnswer, PostError> + Send + 'static) {
        *self.answer.lock() = Some(Box::new(answer));
    }

    fn asked(&self) -> usize {
        self.asked.lock().len()
    }
}

impl Post for Outside {
    fn post(&self, request: &PostRequest) -> Result<PostAnswer, PostError> {
        self.asked.lock().push(request.clone());
        let answer = self.answer.lock();
        answer.as_ref().map_or_else(|| Err(PostError::Unreachable("told to".into())), |answer| answer(request))
    }
}

fn answer(status: u16, content_type: &str, body: &[u8]) -> PostAnswer {
    PostAnswer { status, content_type: content_type.into(), body: body.to_vec() }
}

fn granted(body: &[u8]) -> PostAnswer {
    answer(200, "application/timestamp-reply", body)
}

/// Lets openssl do something in a folder.
fn openssl(folder: &Path, line: &str) {
    let done = Command::new("openssl").args(line.split_whitespace()).current_dir(folder).output().expect("openssl");
    assert!(done.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&done.stderr));
}

const CONFIGURATION: &str = "[tsa]\ndefault_tsa = a\n[a]\nserial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n\
     digests = sha256\nordering = yes\ness_cert_id_alg = sha256\ness_cert_id_chain = no\ncrypto_device = builtin\n";

/// A timestamp authority of openssl's, with certificates made with these words.
struct Tsa(tempfile::TempDir);

impl Tsa {
    fn new(key: &str, days: i32) -> Self {
        let room = tempfile::tempdir().expect("a folder");
        let folder = room.path();
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
        write("tsa.cnf", CONFIGURATION);
        write("serial", "01\n");
        write("ext", "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=critical,timeStamping\n");
        openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=root");
        openssl(folder, &format!("req -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=tsa"));
        let sign = format!("x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} -extfile ext");
        openssl(folder, &format!("{sign} -out tsa.pem"));
        Self(room)
    }

    fn rsa() -> Self {
        Self::new("rsa:2048", 20)
    }

    fn root(&self) -> String {
        std::fs::read_to_string(self.0.path().join("ca.pem")).expect("a root")
    }

    /// Answers a question; its chain comes along, in whatever order openssl writes it.
    fn reply(folder: &Path, body: &[u8]) -> Vec<u8> {
        std::fs::write(folder.join("query"), body).expect("written");
        let line =
            "ts -reply -config tsa.cnf -queryfile query -signer tsa.pem -inkey tsa.key -chain ca.pem -out answer";
        openssl(folder, line);
        std::fs::read(folder.join("answer")).expect("an answer")
    }

    fn serve(&self, outside: &Outside) {
        let folder = self.0.path().to_owned();
        outside.answers(move |request| Ok(granted(&Self::reply(&folder, &request.body))));
    }
}

fn authority(root: &str, policy: &str) -> Authority {
    Authority { name: "时间戳".into(), url: "http://tsa.example".into(), root: root.into(), policy: policy.into() }
}

pub(crate) fn set(world: &World, change: impl FnOnce(&mut StampSettings)) {
    let mut settings = StampSettings { authorities: vec![authority("", "")], ..StampSettings::default() };
    change(&mut settings);
    let secret = settings.webhook.as_ref().map(|_| Zeroizing::new("0123456789abcdef".to_owned()));
    let set = world.service.set_stamps(&Viewer::operator(), SetStamps { settings, secret });
    set.expect("answered").expect("set");
}

pub(crate) fn round(world: &World) {
    world.service.core.stamp_round().expect("a round");
}

fn target(world: &World) -> TargetView {
    world.service.stamp_targets(&Viewer::operator()).expect("answered").remove(0)
}

fn stamps(world: &World) -> Vec<Stamp> {
    world.service.stamps(&Viewer::operator(), 100).expect("answered")
}

#[test]
fn heads_are_stamped_and_the_ledger_names_each_stamp() {
    for key in ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256"] {
        let (world, tsa) = (World::new(), Tsa::new(key, 20));
        tsa.serve(&world.outside);
        set(&world, |all| all.authorities = vec![authority(&tsa.root(), "1.2.3.4.1")]);
        round(&world);
        let stamp = stamps(&world).remove(0);
        let event = world.last_event("stamp.keep").expect("an event");
        assert_eq!(event.details["digest"], data_encoding::HEXLOWER.encode(&Sha256::digest(&stamp.token)));
        assert_eq!((event.object.as_str(), event.details["by"].as_str()), (stamp.size.to_string().as_str(), "时间戳"));
        assert!(world.events().iter().any(|(kind, _)| *kind == EntryKind::Stamp));
        let view = target(&world);
        assert!(!view.state.fails && view.waiting == 0 && view.state.size == stamp.size, "{view:?}");
        let folder = tsa.0.path();
        std::fs::write(folder.join("head"), &stamp.note).expect("written");
        std::fs::write(folder.join("kept"), &stamp.token).expect("written");
        openssl(folder, "ts -verify -data head -in kept -CAfile ca.pem");
        Checkpoint::open(&stamp.note, &world.service.core.note_key(), xinju_keys::signer::verify).expect("our head");
    }
}

/// Waits until the first heartbeat is written: it would be news.
fn settled(world: &World) {
    while world.count_events("archive.alive") == 0 {
        std::thread::yield_now();
    }
}

#[test]
fn an_archive_at_rest_is_not_stamped_for_its_stamps() {
    let (world, tsa) = (World::new(), Tsa::rsa());
    tsa.serve(&world.outside);
    set(&world, |all| all.interval_minutes = 5);
    settled(&world);
    round(&world);
    assert_eq!(stamps(&world).len(), 1);
    world.clock.pass(6 * 60_000);
    round(&world);
    assert_eq!(stamps(&world).len(), 1, "nothing but the stamp itself was new");
    world.add(message("1", "ken", "wmA", 1, "x"));
    round(&world);
    assert_eq!(stamps(&world).len(), 2);
    world.add(message("2", "ken", "wmA", 2, "x"));
    round(&world);
    assert_eq!(stamps(&world).len(), 2, "the interval has not passed");
}

#[test]
fn each_fault_is_said_and_the_head_waits() {
    let world = World::new();
    set(&world, |_| ());
    let says = |words: &str| {
        world.service.try_stamps(&Viewer::operator()).expect("answered");
        let view = target(&world);
        assert!(view.state.fails && view.state.fault.contains(words), "{words}: {}", view.state.fault);
        assert!(view.waiting > 0 && stamps(&world).is_empty());
    };
    says("cannot be reached");
    let faults: [(Answer, &str); 10] = [
        (Box::new(|_| Err(PostError::TimedOut)), "in time"),
        (Box::new(|_| Err(PostError::TooLarge)), "larger than any stamp"),
        (Box::new(|_| Err(PostError::Untrusted("x".into()))), "not trusted"),
        (Box::new(|_| Ok(answer(302, "", b""))), "redirection (302)"),
        (Box::new(|_| Ok(answer(404, "", b""))), "nothing at this address"),
        (Box::new(|_| Ok(answer(500, "", b""))), "status 500"),
        (Box::new(|_| Ok(answer(200, "text/html", b"<html>"))), "text/html"),
        (Box::new(|_| Ok(granted(b"nonsense"))), "no timestamp"),
        (Box::new(|_| Ok(granted(&[0x30, 0x03, 0x30, 0x01, 0x02]))), "no status"),
        (Box::new(|_| Ok(granted(b"\x30\x0c\x30\x0a\x02\x01\x02\x30\x05\x0c\x03bad"))), "refused (status 2) bad"),
    ];
    for (fault, words) in faults {
        world.outside.answers(fault);
        says(words);
    }
    let health = world.service.health(&Viewer::operator()).expect("health");
    let check = health.checks.into_iter().find(|check| check.name == "stamps").expect("a check");
    assert!(check.state == crate::system::HealthState::Failed && check.advice.is_some(), "{check:?}");
}

#[test]
fn answers_that_lie_are_refused_by_what_is_wrong_with_them() {
    let (world, tsa, old) = (World::new(), Tsa::rsa(), Tsa::new("rsa:2048", -1));
    let says = |words: &str| {
        let view = world.service.try_stamps(&Viewer::operator()).expect("answered").remove(0);
        assert!(view.state.fails && view.state.fault.contains(words), "{words}: {}", view.state.fault);
    };
    set(&world, |_| ());
    // An answer to another question: over the same bytes, and over others.
    let folder = tsa.0.path().to_owned();
    let again = Mutex::new(None::<Vec<u8>>);
    world.outside.answers(move |request| {
        let mut kept = again.lock();
        Ok(granted(kept.get_or_insert_with(|| Tsa::reply(&folder, &request.body))))
    });
    world.service.try_stamps(&Viewer::operator()).expect("answered");
    assert_eq!(stamps(&world).len(), 1, "the first was right");
    says("over something else");
    let head = stamps(&world).remove(0);
    let stale = world.service.core.stamp(head.note.as_bytes()).expect("answered").failed.remove(0);
    assert!(stale.why.contains("nonce"), "{stale:?}");
    old.serve(&world.outside);
    says("not valid at the moment");
    tsa.serve(&world.outside);
    set(&world, |all| all.authorities = vec![authority("", "1.2.3.9")]);
    says("refused (status 2)");
    set(&world, |all| all.authorities = vec![authority(&old.root(), "")]);
    says("leads to none of the root certificates");
    assert_eq!(stamps(&world).len(), 1);
}

#[test]
fn what_failed_outlives_a_restart_and_is_tried_when_it_is_due() {
    let (world, tsa) = (World::new(), Tsa::rsa());
    set(&world, |all| all.interval_minutes = 5);
    settled(&world);
    round(&world);
    let first = world.outside.asked();
    assert_eq!((first, target(&world).waiting), (1, 1));
    round(&world);
    assert_eq!(world.outside.asked(), first, "not before its time");
    world.clock.pass(61_000);
    round(&world);
    assert_eq!(world.outside.asked(), 2);
    // Writing goes on whatever the authority does, and heads that nobody could stamp are bounded.
    for number in 0..STAMP_QUEUE_MAX + 4 {
        world.add(message(&number.to_string(), "ken", "wmA", 1, "x"));
        world.clock.pass(6 * 60_000);
        round(&world);
    }
    assert_eq!(target(&world).waiting, STAMP_QUEUE_MAX);
    let world = world.reopen();
    assert_eq!(target(&world).waiting, STAMP_QUEUE_MAX);
    tsa.serve(&world.outside);
    world.clock.pass(3_600_000);
    round(&world);
    assert_eq!((target(&world).waiting, stamps(&world).len()), (0, STAMP_QUEUE_MAX));
}

#[test]
fn setting_who_stamps_takes_the_right_and_a_fresh_confirmation() {
    let world = World::new();
    let webhook =
        || StampSettings { webhook: Some(Webhook { url: "https://a.example".into() }), ..StampSettings::default() };
    let secret = |text: &str| Some(Zeroizing::new(text.to_owned()));
    let set = |viewer: &Viewer, settings, secret| world.service.set_stamps(viewer, SetStamps { settings, secret });
    let staff = world.user("ken", BuiltIn::Staff).principal.viewer;
    assert_eq!(set(&staff, webhook(), None).expect_err("denied").code(), Code::Forbidden);
    assert_eq!(world.service.stamp_settings(&staff).expect_err("denied").code(), Code::Forbidden);
    assert_eq!(world.service.stamp_targets(&staff).expect_err("denied").code(), Code::Forbidden);
    assert!(world.service.stamps(&staff, 1).expect("what a stamp says is public").is_empty());
    assert_eq!(world.service.try_stamps(&staff).expect_err("denied").code(), Code::Forbidden);
    let security = viewer(BuiltIn::SecurityAdministrator);
    assert_eq!(world.service.stamp_settings(&security).expect("seen"), StampSettings::default());
    assert_eq!(set(&security, webhook(), None).expect_err("denied").code(), Code::Forbidden);
    let admin = world.user("admin", BuiltIn::SystemAdministrator).principal.viewer;
    assert_eq!(set(&admin, webhook(), None).expect("answered"), Err(StampRefusal::Secret));
    assert_eq!(set(&admin, webhook(), secret("short")).expect("answered"), Err(StampRefusal::Secret));
    assert!(set(&admin, webhook(), secret("0123456789abcdef")).expect("answered").is_ok());
    assert!(set(&admin, webhook(), None).expect("answered").is_ok(), "the secret stays");
    let elsewhere = StampSettings { webhook: Some(Webhook { url: "https://b.example".into() }), ..webhook() };
    assert_eq!(set(&admin, elsewhere, None).expect("answered"), Err(StampRefusal::Secret));
    let event = world.last_event("stamp.change").expect("an event");
    assert!(event.details["stamps_after"].contains("a.example") && !format!("{event:?}").contains("0123456789"));
    let bad = StampSettings { authorities: vec![authority("nonsense", "")], ..StampSettings::default() };
    assert_eq!(set(&admin, bad, None).expect("answered"), Err(StampRefusal::Root));
    let witness = Some(Witness { url: "https://w.example".into(), key: "w+1+x".into() });
    let bad = StampSettings { witness, ..StampSettings::default() };
    assert_eq!(set(&admin, bad, None).expect("answered"), Err(StampRefusal::WitnessKey));
    world.clock.pass(xinju_model::limits::FRESH_MS_MAX + 1);
    assert_eq!(set(&admin, webhook(), None).expect_err("stale").code(), Code::ConfirmRequired);
}

#[test]
fn a_webhook_is_told_each_head_under_its_secret() {
    let world = World::new();
    set(&world, |all| {
        all.authorities.clear();
        all.webhook = Some(Webhook { url: "https://hook.example".into() });
    });
    world.outside.answers(|_| Ok(answer(204, "", b"")));
    round(&world);
    let request = world.outside.asked.lock().remove(0);
    let told: serde_json::Value = serde_json::from_slice(&request.body).expect("json");
    let note = told["checkpoint"].as_str().expect("a note");
    let head = Checkpoint::open(note, &world.service.core.note_key(), xinju_keys::signer::verify).expect("our head");
    assert_eq!(told["size"], head.size);
    let tag = xinju_keys::sealing::hmac_sha256(b"0123456789abcdef", &request.body);
    let expected = format!("sha256={}", data_encoding::HEXLOWER.encode(&tag));
    assert_eq!(request.headers, [("x-xinju-signature", expected)]);
    assert_eq!(world.last_event("stamp.tell").expect("an event").object, head.size.to_string());
    assert!(stamps(&world).is_empty() && target(&world).state.stamped_at.is_some());
}

const WITNESS: &str = "witness.example/w1";

pub(crate) fn witness_key(signer: &Signer) -> (String, [u8; 4]) {
    let key = [&[4_u8][..], &signer.public()].concat();
    let digest = Sha256::digest([WITNESS.as_bytes(), b"\n", &key].concat());
    let id = [digest[0], digest[1], digest[2], digest[3]];
    (format!("{WITNESS}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(key)), id)
}

/// A witness as the specification has it: it checks the proof from the head that it knows, and signs.
pub(crate) fn witness(
    signer: Signer,
    known: u64,
    root: Hash,
) -> impl Fn(&PostRequest) -> Result<PostAnswer, PostError> {
    let (_, id) = witness_key(&signer);
    let state = Mutex::new((known, root));
    move |request| {
        assert!(request.url.ends_with("/add-checkpoint"));
        let body = String::from_utf8(request.body.clone()).expect("text");
        let (head, note) = body.split_once("\n\n").expect("two parts");
        let mut lines = head.lines();
        let old: u64 = lines.next().and_then(|line| line.strip_prefix("old ")).expect("old").parse().expect("a size");
        let proof: Vec<Hash> =
            lines.map(|line| STANDARD.decode(line).expect("base64").try_into().expect("a hash")).collect();
        let mut state = state.lock();
        if old != state.0 {
            return Ok(answer(409, "text/x.tlog.size", format!("{}\n", state.0).as_bytes()));
        }
        let text: Vec<&str> = note.lines().take(3).collect();
        let size: u64 = text[1].parse().expect("a size");
        let new: Hash = STANDARD.decode(text[2]).expect("base64").try_into().expect("a hash");
        if old > 0 && !verify_consistency(old, &state.1, size, &new, &proof) {
            return Ok(answer(422, "", b""));
        }
        *state = (size, new);
        let signature = signer.sign(format!("cosignature/v1\ntime 1790000000\n{}\n", text.join("\n")).as_bytes());
        let bytes = [&id[..], &1_790_000_000_u64.to_be_bytes(), &signature].concat();
        Ok(answer(200, "", format!("\u{2014} {WITNESS} {}\n", STANDARD.encode(bytes)).as_bytes()))
    }
}

#[test]
fn a_witness_signs_what_continues_the_head_it_knows() {
    let world = World::new();
    let signer = || Signer::from_seed(&[7; 32]).expect("a key");
    let (key, _) = witness_key(&signer());
    set(&world, |all| {
        all.authorities.clear();
        all.witness = Some(Witness { url: "https://w.example/".into(), key });
    });
    world.outside.answers(witness(signer(), 0, [0; 32]));
    round(&world);
    assert_eq!(target(&world).state.stated, Some(Timestamp(1_790_000_000_000)));
    world.add(message("1", "ken", "wmA", 1, "x"));
    world.service.try_stamps(&Viewer::operator()).expect("answered");
    let [new, old] = <[Stamp; 2]>::try_from(stamps(&world)).expect("two");
    assert!(new.size > old.size && new.token.starts_with("\u{2014} ".as_bytes()));
    let size = world.service.core.store.size();
    let anchors = world.service.core.anchors(size, &[0]).expect("read");
    assert!(anchors.iter().all(|anchor| anchor.tokens.is_empty() && anchor.cosignatures.len() == 1), "{anchors:?}");
    // One that lost what it knew says so, and gets the proof from there.
    let root = world.service.core.store.read().expect("reads").root(old.size).expect("a root");
    world.outside.answers(witness(signer(), old.size, root));
    let view = world.service.try_stamps(&Viewer::operator()).expect("answered").remove(0);
    assert!(!view.state.fails, "{view:?}");
    // One that knows a newer head needs no older one; one that refuses is said.
    world.outside.answers(|_| Ok(answer(409, "text/x.tlog.size", b"99999\n")));
    let view = world.service.try_stamps(&Viewer::operator()).expect("answered").remove(0);
    assert_eq!((view.waiting, view.state.fails), (0, false));
    for (status, words) in [(403, "key of this log"), (404, "does not know this log"), (422, "does not continue")] {
        world.outside.answers(move |_| Ok(answer(status, "", b"")));
        let view = world.service.try_stamps(&Viewer::operator()).expect("answered").remove(0);
        assert!(view.state.fault.contains(words), "{view:?}");
    }
    world.outside.answers(|_| Ok(answer(200, "", b"\xe2\x80\x94 witness.example/w1 AAAA\n")));
    let view = world.service.try_stamps(&Viewer::operator()).expect("answered").remove(0);
    assert!(view.state.fault.contains("no signature by its key"), "{view:?}");
}

#[test]
fn heads_that_bracket_entries_are_found() {
    let sizes = [10, 20, 30, 40];
    let cases: [(&[u64], &[u64]); 6] = [
        (&[0], &[10]),
        (&[9], &[10]),
        (&[10], &[10, 20]),
        (&[25, 26], &[20, 30]),
        (&[5, 35], &[10, 30, 40]),
        (&[40], &[40]),
    ];
    for (entries, wanted) in cases {
        assert_eq!(bracketing(&sizes, entries), wanted, "{entries:?}");
    }
    assert!(bracketing(&[], &[1]).is_empty());
    let (world, tsa) = (World::new(), Tsa::rsa());
    tsa.serve(&world.outside);
    set(&world, |_| ());
    round(&world);
    let index = world.add(message("1", "ken", "wmA", 1, "x")).0;
    world.service.try_stamps(&Viewer::operator()).expect("answered");
    let anchors = world.service.core.anchors(world.service.core.store.size(), &[index]).expect("read");
    let sizes: Vec<u64> = anchors.iter().map(|anchor| anchor.size).collect();
    assert!(matches!(sizes.as_slice(), [before, over] if *before <= index && *over > index), "{index} {sizes:?}");
    for anchor in &anchors {
        let token = anchor.tokens.first().expect("a token");
        xinju_evidence::timestamp::verify(token, anchor.note.as_bytes()).expect("holds");
    }
    let under = |size| world.service.core.anchors(size, &[index]).expect("read").len();
    assert_eq!((under(sizes[1]), under(sizes[0])), (1, 0), "none that the ledger had not yet is in a package");
}
