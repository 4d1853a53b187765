//! `xinju audit`: who did or saw what, for the operator of the machine.

use clap::Args;
use serde_json::Value;
use xinju_model::time::Timestamp;

use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// Events that one call prints at most.
const LIMIT_MAX: usize = 100_000;

/// Read the audit trail as the operator of the machine, newest first.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Only by this user (login or id), token (id), `operator` or `system`
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// Only these acts, such as message.read; may be given again
    #[arg(long, value_name = "NOUN.VERB")]
    action: Vec<String>,
    /// Only about this customer, conversation, message, user or other id
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// Only at or after this day (2026-01-31, in the machine's zone) or moment (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Events to print at most; 0 only counts
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = limit)]
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

fn moment(text: &str) -> Result<Timestamp, String> {
    let day = text.parse::<jiff::civil::Date>().ok().filter(|_| !text.contains('T'));
    let midnight = day.and_then(|day| jiff::tz::TimeZone::system().to_timestamp(day.at(0, 0, 0, 0)).ok());
    match midnight {
        Some(midnight) => Ok(Timestamp(midnight.as_millisecond())),
        None => Timestamp::parse(text).map_err(|_| "a day such as 2026-01-31, or a moment in RFC 3339".to_owned()),
    }
}

impl Audit {
    /// Prints count and events.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command = Command::Audit {
            actor: self.actor,
            actions: self.action,
            subject: self.subject,
            since: self.since.map(|moment| moment.to_string()),
            limit: self.limit,
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
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(total) = value.get("total") {
        print::line(&format!("{total} events"));
        return;
    }
    if value.get("error").is_some() {
        print::note(&format!("xinju: {}", text("error")));
        return;
    }
    let actor = value.get("actor").and_then(|actor| Some((actor.get("name")?.as_str()?, actor.get("kind")?.as_str()?)));
    let who = actor.map_or("", |(name, kind)| if name.is_empty() { kind } else { name });
    let details = value.get("details").and_then(Value::as_object).into_iter().flatten();
    let details: Vec<String> =
        details.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default())).collect();
    let line = format!(
        "{}  {who}  {}  {}  {}  {}",
        text("time"),
        text("action"),
        text("object"),
        text("place"),
        details.join("  ")
    );
    // What is in an event may come from outside: a terminal must not obey it.
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    print::line(line.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read() {
        let noon = moment("2026-01-31T12:00:00+08:00").expect("a moment");
        assert_eq!(noon.to_string(), "2026-01-31T04:00:00.000Z");
        let day = moment("2026-01-31").expect("a day");
        assert!((day.millis() - noon.millis()).abs() < 26 * 3_600_000);
        for wrong in ["yesterday", "2026-02-30", "", "2026-01-31T25:00:00Z"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
    }
}
