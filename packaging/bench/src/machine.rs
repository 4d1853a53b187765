//! Where and when a run was made: figures without that are worth nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// A heading with date, machine and words.
pub(crate) fn heading(corpus: &Path) -> Outcome<String> {
    let date = output("date", &["-u", "+%Y-%m-%d %H:%M UTC"]);
    let kernel = output("uname", &["-srm"]);
    let commit = output("git", &["rev-parse", "--short=12", "HEAD"]);
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("?").trim_matches([':', ' ', '\t']);
    let cores = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).map(kib).unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let words = corpus.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!(
        "{date}, commit {commit}. {cores} cores of {model}, {:.0} GiB, {kernel}, load before the run {load}. Words: {words}.\n",
        memory as f64 / (1024.0 * 1024.0 * 1024.0)
    ))
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Bytes of a `12345 kB` of the kernel.
fn kib(text: &str) -> u64 {
    text.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// The largest resident set a process had so far, in bytes; 0 when it is gone.
pub(crate) fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(kib).unwrap_or_default()
}

/// The bytes of every file under a folder, or of a file.
pub(crate) fn bytes_of(path: &Path) -> u64 {
    let Ok(about) = fs::symlink_metadata(path) else { return 0 };
    if !about.is_dir() {
        return about.len();
    }
    fs::read_dir(path).into_iter().flatten().flatten().map(|entry| bytes_of(&entry.path())).sum()
}
