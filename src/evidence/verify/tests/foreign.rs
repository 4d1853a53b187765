//! Tools of other people: sha256sum, openssl, and the small programs that every package carries.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use der::{Any, Decode, Encode};
use tempfile::TempDir;

use super::sample::{AT, Sample, Unpacked, remanifest, reseal, unpack};
use super::whole::verdict;
use crate::log::key_fingerprint;
use crate::seal::{SEAL, SoftwareSealer, seal};
use crate::sm2_seal::{SM2_CERTIFICATE, SM2_SEAL, Sm2Sealer};
use crate::timestamp::{self, TimestampRequest};

/// A package that was unpacked into a folder of its own, with a room around it.
pub(super) struct Laid(TempDir);

impl Laid {
    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join("package")
    }
}

pub(super) fn lay_out(files: &Unpacked) -> Laid {
    let folder = Laid(tempfile::tempdir().unwrap());
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn run(folder: &Path, command: &str) -> Output {
    Command::new("sh").args(["-c", command]).current_dir(folder).env("LC_ALL", "C.UTF-8").output().unwrap()
}

#[track_caller]
fn accepts(folder: &Path, command: &str) -> String {
    let output = run(folder, command);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {said}");
    said
}

#[track_caller]
fn refuses(folder: &Path, command: &str) {
    assert!(!run(folder, command).status.success(), "{command} accepted it");
}

/// The commands of VERIFY.txt, which stand there word for word.
fn of_the_guide(begins: &str) -> String {
    let guide = include_str!("../../guide/VERIFY.txt");
    let mut lines = guide.lines().map(str::trim).filter(|line| line.starts_with(begins));
    lines.next().unwrap().to_owned()
}

const SEAL_CHECK: &str = "openssl cms -verify";

#[test]
fn a_clerk_with_the_guide_accepts_a_package() {
    let sample = Sample::default();
    let folder = lay_out(&unpack(&sample.build()));
    let print = accepts(&folder.path(), "openssl pkey -pubin -in data/log/log.pub.pem -outform DER | sha256sum");
    assert!(print.starts_with(&key_fingerprint(&sample.log.key)));
    accepts(&folder.path(), &of_the_guide("sha256sum -c"));
    accepts(&folder.path(), &format!("python3 data/verify/verify.py . {}", key_fingerprint(&sample.log.key)));
    accepts(&folder.path(), "sh data/verify/verify.sh");
    // A self-signed certificate is its own root; the guide says how to get it out.
    accepts(&folder.path(), &of_the_guide("openssl pkcs7"));
    accepts(&folder.path(), &of_the_guide(SEAL_CHECK));
    refuses(&folder.path(), &format!("python3 data/verify/verify.py . {}", "ab".repeat(32)));
    std::fs::write(folder.path().join("data/x"), "x").unwrap();
    refuses(&folder.path(), "sh data/verify/verify.sh");
}

#[test]
fn both_guides_name_the_same_commands() {
    let commands = |text: &'static str| {
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| ["openssl", "sha256sum"].iter().any(|tool| line.starts_with(tool)));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(commands(include_str!("../../guide/VERIFY.txt")), commands(include_str!("../../guide/验证说明.txt")));
}

#[test]
fn the_small_programs_refuse_what_was_bent() {
    let whole = unpack(&Sample::default().build());
    let bend = |change: &dyn Fn(&mut Unpacked)| {
        let mut files = whole.clone();
        change(&mut files);
        lay_out(&files)
    };
    let edit = |files: &mut Unpacked, path: &str, from: &str, to: &str| {
        let text = String::from_utf8(files[path].clone()).unwrap();
        files.insert(path.into(), text.replacen(from, to, 1).into_bytes());
    };
    let python = "python3 data/verify/verify.py .";
    let changed = bend(&|files| edit(files, "data/raw/000003.json", "句", "旬"));
    refuses(&changed.path(), python);
    refuses(&changed.path(), "sh data/verify/verify.sh");
    refuses(&changed.path(), &of_the_guide("sha256sum -c"));
    let manifests_anew = bend(&|files| {
        edit(files, "data/raw/000003.json", "句", "旬");
        remanifest(files);
    });
    accepts(&manifests_anew.path(), &of_the_guide("sha256sum -c"));
    refuses(&manifests_anew.path(), "sh data/verify/verify.sh");
    refuses(&manifests_anew.path(), python);
    let sealed_anew: [&dyn Fn(&mut Unpacked); 5] = [
        &|files| edit(files, "data/raw/000003.json", "句", "旬"),
        &|files| edit(files, "data/records/000003.json", "disclosures\":[\"W", "disclosures\":[\"X"),
        &|files| edit(files, "data/proofs/000003.tlog-proof", "index 4", "index 6"),
        &|files| edit(files, "data/log/checkpoint.7", "\n7\n", "\n8\n"),
        &|files| drop(files.remove("data/records/000003.json")),
    ];
    for change in sealed_anew {
        let folder = bend(&|files| {
            change(files);
            remanifest(files);
            reseal(files);
        });
        accepts(&folder.path(), "sh data/verify/verify.sh");
        refuses(&folder.path(), python);
    }
}

fn openssl(folder: &Path, arguments: &str) {
    accepts(folder, &format!("openssl {arguments}"));
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

/// Keys and chains that openssl made.
#[test]
fn seals_with_keys_of_authorities_hold_for_both_sides() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path();
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=root -addext basicConstraints=critical,CA:TRUE",
    );
    for (name, key) in [("rsa", "rsa:3072"), ("ec", "ec -pkeyopt ec_paramgen_curve:P-256")] {
        openssl(
            folder,
            &format!("req -newkey {key} -nodes -keyout {name}.key -out {name}.csr -subj /O=Example/CN={name}"),
        );
        openssl(
            folder,
            &format!("x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -out {name}.pem"),
        );
        accepts(folder, &format!("cat {name}.pem ca.pem > chain.pem"));
        let sealer =
            SoftwareSealer::from_pem(&read(folder, &format!("{name}.key")), &read(folder, "chain.pem")).unwrap();
        let sealed = seal(&sealer, b"content", AT).unwrap();
        let verdict = crate::seal::verify(&sealed, b"content").unwrap();
        assert!(verdict.complete && !verdict.self_signed && verdict.fingerprints.len() == 2);
        std::fs::write(folder.join("content"), "content").unwrap();
        std::fs::write(folder.join(SEAL), sealed).unwrap();
        let check = format!(
            "cms -verify -binary -cades -inform DER -in {SEAL} -content content -CAfile ca.pem -purpose any -out /dev/null"
        );
        openssl(folder, &check);
        std::fs::write(folder.join("content"), "Content").unwrap();
        refuses(folder, &format!("openssl {check}"));
    }
    // And a seal that openssl made.
    std::fs::write(folder.join("content"), "content").unwrap();
    openssl(
        folder,
        "cms -sign -binary -cades -in content -signer rsa.pem -inkey rsa.key -certfile ca.pem -outform DER -out theirs.p7s",
    );
    assert!(crate::seal::verify(&read(folder, "theirs.p7s"), b"content").is_ok());
    assert!(crate::seal::verify(&read(folder, "theirs.p7s"), b"other").is_err());
}

#[test]
fn sm2_seals_hold_for_both_sides() {
    let sample = Sample::default();
    let mut files = unpack(&sample.build());
    let room = tempfile::tempdir().unwrap();
    let folder = room.path();
    openssl(folder, "genpkey -algorithm SM2 -out sm2.key");
    openssl(
        folder,
        "req -x509 -new -key sm2.key -sm3 -sigopt distid:1234567812345678 -days 30 -subj /O=Example/CN=sm2 -out sm2.pem",
    );
    let sealer = Sm2Sealer::from_pem(&read(folder, "sm2.key"), &read(folder, "sm2.pem")).unwrap();
    let signature = sealer.sign(&files["tagmanifest-sha256.txt"]).unwrap();
    files.insert(format!("seal/{SM2_SEAL}"), signature.clone());
    files.insert(format!("seal/{SM2_CERTIFICATE}"), sealer.certificate().to_vec());
    let package = lay_out(&files);
    accepts(&package.path(), &of_the_guide("openssl x509 -in seal/sm2"));
    accepts(&package.path(), &of_the_guide("openssl pkeyutl"));
    accepts(&package.path(), "python3 data/verify/verify.py . && sh data/verify/verify.sh");
    assert!(verdict(&super::sample::pack(&files), &[]).is_ok());
    files.insert(format!("seal/{SM2_SEAL}"), sealer.sign(b"other").unwrap());
    assert!(!verdict(&super::sample::pack(&files), &[]).is_ok());
    let package = lay_out(&files);
    refuses(&package.path(), "python3 data/verify/verify.py .");
    // And one that openssl made.
    std::fs::write(folder.join("content"), "content").unwrap();
    openssl(
        folder,
        "pkeyutl -sign -rawin -digest sm3 -inkey sm2.key -pkeyopt distid:1234567812345678 -in content -out theirs",
    );
    assert!(crate::sm2_seal::verify(&read(folder, "theirs"), &read(folder, "sm2.pem"), b"content").is_ok());
}

/// An authority made of openssl, with a key of either kind.
struct Authority {
    room: TempDir,
}

impl Authority {
    fn new(key: &str, usage: &str) -> Self {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path();
        std::fs::write(folder.join("tsa.cnf"), include_str!("tsa.cnf")).unwrap();
        std::fs::write(
            folder.join("ext"),
            format!("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n{usage}\n"),
        )
        .unwrap();
        std::fs::write(folder.join("tsaserial"), "01\n").unwrap();
        openssl(
            folder,
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=tsaroot -addext basicConstraints=critical,CA:TRUE",
        );
        openssl(folder, &format!("req -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /O=Example/CN=tsa"));
        openssl(
            folder,
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile ext -out tsa.pem",
        );
        Self { room }
    }

    fn path(&self) -> PathBuf {
        self.room.path().to_owned()
    }

    fn answer(&self, body: &[u8], more: &str) -> Vec<u8> {
        let folder = self.path();
        std::fs::write(folder.join("query"), body).unwrap();
        run(
            &folder,
            &format!(
                "openssl ts -reply -config tsa.cnf -queryfile query -signer tsa.pem -inkey tsa.key -chain ca.pem {more} -out answer"
            ),
        );
        read(&folder, "answer")
    }
}

const USAGE: &str = "extendedKeyUsage=critical,timeStamping";

#[test]
fn timestamps_of_either_key_hold_and_lies_do_not() {
    for key in ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256"] {
        let authority = Authority::new(key, USAGE);
        let request = TimestampRequest::new(b"data", [0, 2, 3, 4, 5, 6, 7, 200]).unwrap();
        let answer = authority.answer(&request.body, "");
        let stamped = request.check(&answer, b"data").unwrap();
        assert!(stamped.complete && stamped.policy == "1.2.3.4.1" && stamped.subject.contains("tsa"), "{stamped:?}");
        std::fs::write(authority.path().join("data"), "data").unwrap();
        openssl(&authority.path(), "ts -verify -data data -in answer -CAfile ca.pem");
        let said = |result: Result<_, crate::error::EvidenceError>| {
            result.map(|_: timestamp::Stamped| ()).unwrap_err().to_string()
        };
        assert!(said(request.check(&answer, b"other")).contains("over something else"));
        let other = TimestampRequest::new(b"data", [9; 8]).unwrap();
        assert!(said(other.check(&answer, b"data")).contains("another question"));
        // Asked for a policy that it does not have, it refuses; the words are its own.
        std::fs::write(authority.path().join("data"), "data").unwrap();
        openssl(&authority.path(), "ts -query -data data -sha256 -tspolicy 1.2.3.9 -cert -out odd");
        let refusal = authority.answer(&read(&authority.path(), "odd"), "");
        assert!(said(timestamp::verify(&refusal, b"data")).contains("the authority refused (status 2)"));
        openssl(&authority.path(), "ts -query -data data -sha256 -no_nonce -cert -out odd");
        let without = authority.answer(&read(&authority.path(), "odd"), "");
        assert!(timestamp::verify(&without, b"data").is_ok());
        assert!(said(request.check(&without, b"data")).contains("no nonce"));
        for at in 0..answer.len() {
            let mut bent = answer.clone();
            bent[at] ^= 1;
            assert!(timestamp::verify(&bent, b"other").is_err());
        }
    }
}

/// What an administrator sets is demanded of every answer: the authority's root, and its policy.
#[test]
fn timestamps_of_another_root_or_policy_are_refused() {
    let (authority, stranger) = (Authority::new("rsa:2048", USAGE), Authority::new("rsa:2048", USAGE));
    let pem = |one: &Authority| String::from_utf8(read(&one.path(), "ca.pem")).unwrap();
    let request = TimestampRequest::under(b"data", [1; 8], "1.2.3.4.1").unwrap();
    let answer = authority.answer(&request.body, "");
    assert!(request.check_under(&answer, b"data", &pem(&authority)).unwrap().complete);
    let both = format!("{}{}", pem(&stranger), pem(&authority));
    assert!(request.check_under(&answer, b"data", &both).is_ok());
    // Both roots have one name: which of them signed is what counts.
    let wrong = request.check_under(&answer, b"data", &pem(&stranger)).unwrap_err().to_string();
    assert!(wrong.contains("leads to none of the root certificates"), "{wrong}");
    let asked = TimestampRequest::under(b"data", [1; 8], "1.2.3.4.9").unwrap();
    let other = asked.check(&answer, b"data").unwrap_err().to_string();
    assert!(other.contains("another policy (1.2.3.4.1)"), "{other}");
    assert!(timestamp::check_roots("nonsense").is_err());
}

/// Who holds a chain of the authority's root, but not for timestamps, signs the same words.
#[test]
fn certificates_of_another_purpose_make_no_timestamps() {
    let authority = Authority::new("rsa:2048", USAGE);
    let folder = authority.path();
    let usages = [("timeStamping", true), ("timeStamping,codeSigning", false), ("emailProtection", false)];
    // Before the moment of the stamp, when they have to be valid.
    for (usage, _) in usages {
        let extensions = format!("basicConstraints=critical,CA:FALSE\nextendedKeyUsage=critical,{usage}\n");
        std::fs::write(folder.join("ext"), extensions).unwrap();
        openssl(
            &folder,
            &format!(
                "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile ext -out {usage}.pem"
            ),
        );
    }
    let request = TimestampRequest::new(b"data", [1; 8]).unwrap();
    authority.answer(&request.body, "");
    openssl(&folder, "ts -reply -in answer -token_out -out token");
    openssl(&folder, "cms -verify -noverify -inform DER -in token -out words");
    for (usage, holds) in usages {
        openssl(
            &folder,
            &format!(
                "cms -sign -binary -nodetach -cades -econtent_type 1.2.840.113549.1.9.16.1.4 -in words \
                 -signer {usage}.pem -inkey tsa.key -certfile ca.pem -outform DER -out forged"
            ),
        );
        let forged = Any::from_der(&read(&folder, "forged")).unwrap();
        let granted = Any::encode_from(&vec![0_u8]).unwrap();
        let answer = vec![granted, forged].to_der().unwrap();
        let checked = request.check(&answer, b"data");
        assert_eq!(checked.is_ok(), holds, "{usage}: {checked:?}");
    }
}

#[test]
fn a_stamped_package_holds() {
    let authority = Authority::new("rsa:2048", USAGE);
    let mut files = unpack(&Sample::default().build());
    let sealed = files[&format!("seal/{SEAL}")].clone();
    let request = TimestampRequest::new(&sealed, [1; 8]).unwrap();
    files.insert(format!("seal/{SEAL}.tsr"), authority.answer(&request.body, ""));
    let good = verdict(&super::sample::pack(&files), &[]);
    assert!(good.is_ok(), "{good:#?}");
    reseal(&mut files);
    let bad = verdict(&super::sample::pack(&files), &[]);
    assert!(bad.checks.iter().any(|check| check.name == "timestamp of the seal" && !check.ok));
}
