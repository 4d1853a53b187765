//! `xinju rebuild`: derived data again from the records.

use clap::Args;
use serde_json::Value;

use super::operate::{Command, execute};
use super::print::Progress;
use super::status::Status;
use super::{Archive, print};

/// Make derived data (index, conversations) again from the records.
#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

impl Rebuild {
    /// Makes the index and the conversations again.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let progress = Progress::new("entries");
        execute(&self.archive, &Command::Rebuild, Box::new(std::io::empty()), &mut |value| {
            let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
            if self.json {
                print::line(&value.to_string());
            } else if value.get("done").is_some() {
                print::line(&format!("{} entries read again", number("entries")));
            } else {
                progress.set(number("entries"), number("total"));
            }
            Ok(())
        })
    }
}
