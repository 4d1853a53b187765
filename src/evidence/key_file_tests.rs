//! Files of keys as OpenSSL writes them.

use std::process::Command;

use super::*;
use crate::seal::{SoftwareSealer, self_signed};
use xinju_model::time::Timestamp;

const AT: Timestamp = Timestamp(1_790_000_000_000);

/// Runs a line of shell with `openssl` in a folder; other people's tools make the files that are read here.
fn shell(folder: &std::path::Path, line: &str) {
    let done = Command::new("sh").args(["-ec", line]).current_dir(folder).output().expect("a shell");
    assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A folder with `key.pem`, `cert.pem` of it, and `root.pem` that issued it.
fn issued(new_key: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    shell(
        folder.path(),
        &format!(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /O=Root -days 30 2>/dev/null
             {new_key} 2>/dev/null
             openssl req -new -key key.pem -subj '/O=Example/CN=seal' -out r.csr
             openssl x509 -req -in r.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -out cert.pem 2>/dev/null"
        ),
    );
    folder
}

fn read(folder: &tempfile::TempDir, name: &str, phrase: &str) -> Result<KeyFile, EvidenceError> {
    KeyFile::read(&std::fs::read(folder.path().join(name)).expect("a file"), phrase)
}

fn works(file: &KeyFile, certificates: usize) {
    SoftwareSealer::from_pem(file.key.as_bytes(), file.chain.as_bytes()).expect("a sealer");
    assert_eq!(file.chain.matches("BEGIN CERTIFICATE").count(), certificates);
}

#[test]
fn modern_and_older_pkcs12_are_read() {
    for new_key in ["openssl genrsa -out key.pem 2048", "openssl ecparam -name prime256v1 -genkey -noout -out key.pem"]
    {
        let folder = issued(new_key);
        let export = "openssl pkcs12 -export -inkey key.pem -in cert.pem -certfile root.pem -passout pass:密码1";
        shell(folder.path(), &format!("{export} -out new.p12; {export} -legacy -out old.p12"));
        for name in ["new.p12", "old.p12"] {
            works(&read(&folder, name, "密码1").expect(name), 2);
            let wrong = read(&folder, name, "another").expect_err("a wrong phrase");
            assert!(wrong.to_string().contains("pass phrase"), "{wrong}");
        }
    }
}

#[test]
fn pem_is_read_in_every_order_and_form() {
    let folder = issued("openssl ecparam -name prime256v1 -genkey -noout -out key.pem");
    shell(
        folder.path(),
        "openssl pkcs8 -topk8 -nocrypt -in key.pem -out p8.pem
         openssl pkcs8 -topk8 -in key.pem -passout pass:secret -out enc.pem
         cat root.pem key.pem cert.pem > sec1.pem; cat cert.pem root.pem p8.pem > plain.pem; cat enc.pem cert.pem > encrypted.pem
         cat key.pem p8.pem cert.pem > two.pem; cat p8.pem root.pem > stranger.pem",
    );
    works(&read(&folder, "sec1.pem", "").expect("SEC 1, the root first"), 2);
    works(&read(&folder, "plain.pem", "").expect("PKCS#8"), 2);
    works(&read(&folder, "encrypted.pem", "secret").expect("encrypted"), 1);
    let why = |name: &str, phrase: &str| read(&folder, name, phrase).expect_err(name).to_string();
    assert!(why("encrypted.pem", "wrong").contains("pass phrase"));
    assert!(why("two.pem", "").contains("exactly one"));
    assert!(why("cert.pem", "").contains("exactly one"));
    assert!(why("p8.pem", "").contains("no certificate"));
    assert!(why("stranger.pem", "").contains("none of its certificates"));
    let rsa = issued("openssl genrsa -traditional -out key.pem 2048");
    shell(rsa.path(), "cat key.pem cert.pem > pkcs1.pem");
    works(&read(&rsa, "pkcs1.pem", "").expect("PKCS#1"), 1);
}

#[test]
fn sm2_is_read_and_other_curves_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    shell(
        folder.path(),
        "openssl genpkey -algorithm SM2 -out k.pem 2>/dev/null
         openssl req -x509 -new -key k.pem -sm3 -subj /O=国密 -utf8 -days 9 -out c.pem; cat k.pem c.pem > sm2.pem
         openssl ecparam -name secp384r1 -genkey -noout -out k3.pem
         openssl req -x509 -new -key k3.pem -subj /O=x -days 9 -out c3.pem; cat k3.pem c3.pem > p384.pem",
    );
    let sm2 = read(&folder, "sm2.pem", "").expect("SM2");
    crate::sm2_seal::Sm2Sealer::from_pem(sm2.key.as_bytes(), sm2.chain.as_bytes()).expect("a sealer");
    assert!(read(&folder, "p384.pem", "").expect_err("P-384").to_string().contains("neither P-256"));
}

#[test]
fn hostile_files_are_refused_at_once() {
    for file in
        [&b""[..], b"0", b"0\x84\xff\xff\xff\xff", b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"]
    {
        assert!(KeyFile::read(file, "x").is_err(), "{file:?}");
    }
    assert!(KeyFile::read(&vec![0x30; SEAL_KEY_BYTES_MAX + 1], "").expect_err("large").to_string().contains("larger"));
    let (key, certificate) = self_signed("a", AT, 1).expect("a key");
    let many = format!("{key}{}", certificate.repeat(EVIDENCE_CERTIFICATES_MAX + 1));
    assert!(KeyFile::read(many.as_bytes(), "").expect_err("many").to_string().contains("more certificates"));
}
