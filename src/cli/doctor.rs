//! `xinju doctor`: what is wrong, and the exact thing to do about it.

use clap::Args;
use serde_json::{Value, json};

use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// Look for what is wrong and say how to mend it.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

impl Doctor {
    /// Runs the checks; exit status 1 when one failed.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let mut failed = false;
        let json = self.json;
        let mut tell = |value: Value| {
            failed |= value.get("state").and_then(Value::as_str) == Some("failed");
            if json {
                print::line(&value.to_string());
            } else {
                show(&value);
            }
            Ok(())
        };
        let outcome = execute(&self.archive, &Command::Health, Box::new(std::io::empty()), &mut tell);
        if let Err(error) = outcome {
            tell(cannot_open(&self.archive, error.as_ref()))?;
        }
        Ok(if failed { Status::Failed } else { Status::Done })
    }
}

/// Why the archive does not open is the first finding, with what to do.
fn cannot_open(archive: &Archive, error: &dyn std::error::Error) -> Value {
    let data = archive.data();
    let text = error.to_string();
    let advice = if text.contains("no master key") {
        format!(
            "put the key file back ({}.key by default), or name it with --key-file; without it nothing can be read",
            data.display()
        )
    } else if text.contains("does not fit") {
        "use the key file or passphrase of this archive; after a rotation the newest one".to_owned()
    } else if text.contains("no archive") {
        "name the data folder with --data, or run `xinju serve` to make one".to_owned()
    } else {
        "check that the folder is readable by this user and its disk is mounted and not full".to_owned()
    };
    json!({"name": "archive", "state": "failed", "detail": text, "advice": advice})
}

fn show(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    print::line(&format!("{:<8} {:<16} {}", text("state"), text("name"), text("detail")));
    if !text("advice").is_empty() {
        print::line(&format!("{:<25} → {}", "", text("advice")));
    }
}
