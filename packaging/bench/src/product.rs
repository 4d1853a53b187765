//! The product as its users run it: the release binary, a file, and the clock from start to found.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Outcome;
use crate::corpus::Corpus;
use crate::machine::{bytes_of, peak_memory};
use crate::queries::Asked;

/// How often the import's memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What the product did.
#[derive(Default)]
pub(crate) struct Product {
    /// From the start of `import` until a search found the words, both processes and their start included.
    pub(crate) took: Duration,
    /// Of it, the import: every message durable, in the ledger and in the index.
    pub(crate) import_took: Duration,
    /// Largest resident set of the import, in bytes.
    pub(crate) peak_memory: u64,
    /// A second import of the same file: nothing to add.
    pub(crate) again_took: Duration,
    /// The whole archive checked against its ledger.
    pub(crate) verify_took: Duration,
    /// Bytes of each file and folder of the data folder.
    pub(crate) parts: Vec<(String, u64)>,
    /// The same in one sum.
    pub(crate) bytes: u64,
    /// What was asked and how fast it was answered.
    pub(crate) queries: Asked,
}

/// Where the archive of a run is.
pub(crate) fn data_folder(folder: &Path) -> PathBuf {
    folder.join("archive")
}

/// Takes the messages in and checks that they are all there.
pub(crate) fn ingest(binary: &Path, corpus: &Corpus, folder: &Path) -> Outcome<Product> {
    let data = data_folder(folder);
    let mut product = Product::default();
    let began = Instant::now();
    let (result, peak) = import(binary, corpus, &data, None)?;
    product.import_took = began.elapsed();
    expect(&result, "added", corpus.messages)?;
    let found = last_line(binary, &["search", "kind:text", "--limit", "0", "--json"], &data)?;
    product.took = began.elapsed();
    product.peak_memory = peak;
    expect(&found, "total", corpus.messages)?;

    let began = Instant::now();
    let (again, _) = import(binary, corpus, &data, None)?;
    product.again_took = began.elapsed();
    expect(&again, "known", corpus.messages)?;

    let began = Instant::now();
    let verified = last_line(binary, &["verify", "--json"], &data)?;
    product.verify_took = began.elapsed();
    if verified["ok"] != true {
        return Err(format!("the archive does not verify: {verified}").into());
    }
    for entry in std::fs::read_dir(&data)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        product.parts.push((name, bytes_of(&path)));
    }
    product.parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    product.bytes = product.parts.iter().map(|(_, bytes)| bytes).sum();
    Ok(product)
}

/// One import; its last line and the largest memory it had.
/// Imports a file, with a directory where there is one; what came of it, and the largest memory it took.
pub(crate) fn import(binary: &Path, corpus: &Corpus, data: &Path, directory: Option<&Path>) -> Outcome<(Value, u64)> {
    let mut child = Command::new(binary)
        .args(["import", "wecom"])
        .arg(&corpus.path)
        .args(directory.into_iter().flat_map(|path| [OsStr::new("--directory"), path.as_os_str()]))
        .arg("--json")
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("the import has no output")?;
    let last = std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).last());
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_memory(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK_EVERY);
    };
    let last = last.join().map_err(|_| "the import's output could not be read")?.unwrap_or_default();
    if !status.success() {
        return Err(format!("the import failed ({status}): {last}").into());
    }
    Ok((serde_json::from_str(&last)?, peak))
}

/// The last JSON line of a command of the product.
pub(crate) fn last_line(binary: &Path, arguments: &[&str], data: &Path) -> Outcome<Value> {
    let output = Command::new(binary).args(arguments).arg("--data").arg(data).output()?;
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().ok_or_else(|| {
        format!("xinju {} said nothing: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr))
    })?;
    Ok(serde_json::from_str(last)?)
}

fn expect(result: &Value, name: &str, number: u64) -> Outcome<()> {
    if result[name] == number {
        return Ok(());
    }
    Err(format!("{name} should be {number}: {result}").into())
}
