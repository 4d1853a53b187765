//! `xinju verify`: the whole archive against its ledger.

use clap::Args;
use serde_json::Value;

use super::operate::{Command, execute};
use super::print::Progress;
use super::status::Status;
use super::{Archive, print};

/// Check the whole archive against its ledger.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

impl Verify {
    /// Checks and prints what is wrong; exit status 3 when anything is.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let progress = Progress::new("entries");
        execute(&self.archive, &Command::Verify, Box::new(std::io::empty()), &mut |value| {
            if self.json {
                print::line(&value.to_string());
            } else {
                show(&value, &progress);
            }
            Ok(())
        })
    }
}

fn show(value: &Value, progress: &Progress) {
    let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
    let Some(ok) = value.get("ok").and_then(Value::as_bool) else {
        progress.set(number("checked"), number("total"));
        return;
    };
    for problem in value.get("problems").and_then(Value::as_array).into_iter().flatten() {
        print::line(&format!("wrong: {}", problem.as_str().unwrap_or_default()));
    }
    let root = value.get("root").and_then(Value::as_str).unwrap_or_default();
    let verdict = if ok { "everything is as it was archived" } else { "the archive does not match its ledger" };
    print::line(&format!("{} records, {} entries, root {root}: {verdict}", number("records"), number("size")));
}
