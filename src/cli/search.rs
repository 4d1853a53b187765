//! `xinju search`: the same engine as the console, for the operator of the machine.

use clap::Args;
use serde_json::Value;
use xinju_model::time::Clock;

use super::open::SystemClock;
use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// Hits that one search prints at most.
const LIMIT_MAX: usize = 100_000;

/// Search as the operator of the machine.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words, "phrases", OR, NOT, parentheses, from: to: staff: customer: conversation: kind: channel: before: after: has:attachment is:recalled
    query: String,
    /// Hits to print at most; 0 only counts
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = limit)]
    limit: usize,
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number <= LIMIT_MAX => Ok(number),
        _ => Err(format!("a number from 0 to {LIMIT_MAX}")),
    }
}

impl Search {
    /// Runs the search and prints count and hits.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command =
            Command::Search { query: self.query, limit: self.limit, zone_offset_minutes: zone_offset_minutes() };
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

/// Minutes by which the machine's zone is ahead of UTC now.
pub(super) fn zone_offset_minutes() -> i32 {
    let now = jiff::Timestamp::from_millisecond(SystemClock.now().millis()).unwrap_or_default();
    jiff::tz::TimeZone::system().to_offset(now).seconds() / 60
}

fn show(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(total) = value.get("total") {
        print::line(&format!("{total} messages"));
    } else if value.get("syntax_error").is_some() {
        let position = value.get("position").and_then(Value::as_u64).unwrap_or_default();
        print::note(&format!("xinju: {} (at character {})", text("syntax_error"), position + 1));
    } else {
        print::line(&format!("{}  {}  {}", text("sent_at"), text("from"), text("text").replace('\n', " ")));
    }
}
