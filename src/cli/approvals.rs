//! `xinju approvals`: what needs a second person's yes, and the way out where nobody is left to give it.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// What needs a second person's yes
#[derive(Debug, Args)]
pub(crate) struct Approvals {
    #[command(subcommand)]
    act: Act,
    /// Print JSON lines for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Show what needs approval
    Show,
    /// Let nothing need approval any more; for when nobody is left who could give it
    Off,
}

impl Approvals {
    /// Runs one of the acts.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command = match self.act {
            Act::Show => Command::ApprovalsShow,
            Act::Off => Command::ApprovalsOff,
        };
        let json = self.json;
        execute(&self.archive, &command, Box::new(std::io::empty()), &mut |value| {
            if json {
                print::line(&value.to_string());
            } else {
                show(&value);
            }
            Ok(())
        })
    }
}

fn show(value: &Value) {
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        print::note(&format!("xinju: {error}"));
        return;
    }
    let kinds = value.get("kinds").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let kinds = kinds.collect::<Vec<_>>().join(" ");
    if kinds.is_empty() {
        print::line("nothing needs approval");
    } else {
        let hours = value.get("hours").and_then(Value::as_u64).unwrap_or_default();
        print::line(&format!("{kinds}; an approval is good for {hours} hours"));
    }
}
