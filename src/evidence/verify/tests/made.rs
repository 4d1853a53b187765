//! Seals that were to be there, were made, and are gone: no manifest lists the files of a seal.

use std::process::Command;

use xinju_model::package::SealPromise;

use super::foreign::lay_out;
use super::sample::{Sample, Unpacked, pack, unpack};
use super::whole::verdict;

fn sealed(timestamps: u32, sm2: bool, told: &[(&'static str, &'static str)]) -> Unpacked {
    let promise = Some(SealPromise { timestamps, sm2 });
    unpack(&Sample { promise, told: told.to_vec(), ..Sample::default() }.build())
}

/// The name and the words of what does not hold.
fn wrong(files: &Unpacked) -> Vec<String> {
    let verdict = verdict(&pack(files), &[]);
    let wrong = verdict.checks.into_iter().filter(|check| !check.ok);
    wrong.map(|check| format!("{}: {}", check.name, check.detail)).collect()
}

/// Whether the program of the package itself takes it, and its last words.
fn ours(files: &Unpacked, command: &str) -> (Option<i32>, String) {
    let folder = lay_out(files);
    let done = Command::new("sh").args(["-c", command]).current_dir(folder.path()).output().unwrap();
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

const PYTHON: &str = "python3 data/verify/verify.py .";
const SHELL: &str = "sh data/verify/verify.sh";

#[test]
fn a_seal_that_was_made_and_is_gone_was_removed() {
    let stamped = sealed(1, false, &[("stamps", "1"), ("sm2", "false")]);
    assert_eq!(wrong(&stamped).len(), 1);
    assert!(wrong(&stamped)[0].contains("1 were given, says the log, and 0 are here"), "{:?}", wrong(&stamped));
    let twice = sealed(0, true, &[("stamps", "0"), ("sm2", "true")]);
    assert_eq!(wrong(&twice), ["SM2 seal: it was made, says the log, and is not here: it was removed"]);
    for files in [stamped, twice] {
        let (status, words) = ours(&files, PYTHON);
        assert!(status == Some(1) && words.contains("removed"), "{words}");
        let (status, words) = ours(&files, SHELL);
        assert!(status == Some(2) && words.contains("NOT HERE"), "{words}");
    }
}

#[test]
fn an_authority_that_gave_none_is_no_fault() {
    let told = [("stamps", "0"), ("sm2", "false"), ("not_stamped_by", "one: it cannot be reached")];
    let files = sealed(1, true, &told);
    let verdict = verdict(&pack(&files), &[]);
    assert!(verdict.is_ok(), "{verdict:#?}");
    let told = |name: &str| verdict.checks.iter().find(|check| check.name == name).unwrap().detail.clone();
    assert!(told("timestamps of the seal").contains("so many came: 0; one: it cannot be reached"));
    assert!(told("SM2 seal").contains("no SM2 key was set any more"));
    let (status, words) = ours(&files, PYTHON);
    assert!(status == Some(0) && words.contains("one: it cannot be reached"), "{words}");
    // Whoever has no Python learns that something is not here, and how to find out why.
    let (status, words) = ours(&files, SHELL);
    assert!(status == Some(2) && words.contains("NOT HERE"), "{words}");
}

#[test]
fn taking_the_log_s_word_away_with_the_seal_does_not_help() {
    let mut files = sealed(1, true, &[("stamps", "1"), ("sm2", "true")]);
    files.retain(|path, _| !path.starts_with("seal/seal."));
    let names: Vec<String> = wrong(&files).iter().map(|words| words.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["export entry", "timestamps of the seal", "SM2 seal"]);
    assert_eq!(ours(&files, PYTHON).0, Some(1));
    assert_eq!(ours(&files, SHELL).0, Some(1));
}

#[test]
fn a_package_of_version_2_says_what_its_seal_holds() {
    let whole = sealed(0, false, &[("stamps", "0"), ("sm2", "false")]);
    assert_eq!(wrong(&whole), Vec::<String>::new());
    let info = String::from_utf8(whole["bag-info.txt"].clone()).unwrap();
    assert!(info.contains("Package-Version: xinju-evidence/2\n"), "{info}");
    for (line, other) in [("Seal-SM2: no\n", ""), ("xinju-evidence/2", "xinju-evidence/1")] {
        let mut files = whole.clone();
        files.insert("bag-info.txt".into(), info.replace(line, other).into_bytes());
        assert!(wrong(&files).iter().any(|words| words.starts_with("bag: ")), "{line}");
    }
}
