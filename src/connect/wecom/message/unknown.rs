//! Showing what this version does not know: a line for each value, bounded, without secrets.

use serde_json::Value;
use xinju_model::limits::UNKNOWN_BODY_CHARS_MAX;
use xinju_model::message::Body;

use super::Part;

/// Keys that a message of any kind has; they stand elsewhere in what people see.
const COMMON: &[&str] = &["msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype", "time", "user"];
/// Letters and digits without a break that are taken for a file's id or a key: those that are known have 300 and more, words fewer.
const OPAQUE_CHARS: usize = 80;
/// Characters of a value's path that are shown; keys may be as long as the message.
const PATH_CHARS_MAX: usize = 200;

/// Every value of the object as `key: value`, those of inner objects as `key.inner: value`.
pub(super) fn rendered(part: Part<'_>) -> Body {
    let mut text = Bounded::default();
    for (key, value) in part.0.iter().filter(|(key, _)| !COMMON.contains(&key.as_str())) {
        render_member("", key, value, &mut text);
    }
    Body { text: text.text, ..Body::default() }
}

/// A value that stands where an object was expected.
pub(super) fn loose(value: &Value) -> Body {
    let mut text = Bounded::default();
    match value {
        Value::String(words) => text.push(words),
        other => render("", other, &mut text),
    }
    Body { text: text.text, ..Body::default() }
}

/// A text that stops growing at its limit.
#[derive(Default)]
struct Bounded {
    text: String,
    chars: usize,
}

impl Bounded {
    fn is_full(&self) -> bool {
        self.chars >= UNKNOWN_BODY_CHARS_MAX
    }

    fn push(&mut self, line: &str) {
        if self.is_full() || line.to_ascii_lowercase().contains("fileid") {
            return;
        }
        let start = if self.text.is_empty() { "" } else { "\n" };
        let line = without_opaque(line);
        for character in start.chars().chain(line.chars()).take(UNKNOWN_BODY_CHARS_MAX - self.chars) {
            self.text.push(character);
            self.chars += 1;
        }
    }
}

/// The JSON that is walked is at most 128 deep, the limit of `serde_json`.
fn render(path: &str, value: &Value, text: &mut Bounded) {
    if text.is_full() {
        return;
    }
    let label = if path.is_empty() { "" } else { ": " };
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => text.push(&format!("{path}{label}{value}")),
        Value::String(words) if words.is_empty() => {}
        Value::String(words) => text.push(&format!("{path}{label}{words}")),
        Value::Array(values) => values.iter().for_each(|value| render(path, value, text)),
        Value::Object(map) => map.iter().for_each(|(key, value)| render_member(path, key, value, text)),
    }
}

fn render_member(path: &str, key: &str, value: &Value, text: &mut Bounded) {
    if text.is_full() || is_secret(key) {
        return;
    }
    let dot = if path.is_empty() { "" } else { "." };
    let inner: String = path.chars().chain(dot.chars()).chain(key.chars()).take(PATH_CHARS_MAX).collect();
    render(&inner, value, text);
}

/// Whether a key names a file's id or a key.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.contains("fileid") || key.ends_with("key") || key.contains("secret")
}

/// The line with long runs of letters and digits replaced by an ellipsis.
fn without_opaque(line: &str) -> String {
    let is_opaque = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let run = rest.find(|c| !is_opaque(c)).unwrap_or(rest.len());
        let (opaque, after) = rest.split_at(run);
        shown.push_str(if opaque.len() >= OPAQUE_CHARS { "…" } else { opaque });
        let (plain, after) = after.split_at(after.find(is_opaque).unwrap_or(after.len()));
        shown.push_str(plain);
        rest = after;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &Value) -> String {
        rendered(Part(json.as_object().unwrap())).text
    }

    #[test]
    fn values_are_shown_and_secrets_are_not() {
        let id = "CtYBMzA2OTAyMDEwMjA0NjIzMDYw".repeat(4);
        let json = serde_json::json!({
            "msgid": "1", "title": "新功能", "n": 3, "on": true, "none": null, "list": ["a", {"b": "c"}],
            "sdkfileid": "short", "SdkFileId": "x", "aeskey": "k", "odd": id, "text": format!("{{\"sdkfileid\":\"{id}"),
        });
        assert_eq!(shown(&json), "list: a\nlist.b: c\nn: 3\nodd: …\non: true\ntitle: 新功能");
        assert_eq!(loose(&Value::String("直接的文字".into())).text, "直接的文字");
        assert_eq!(loose(&serde_json::json!([1, "x"])).text, "1\nx");
    }

    #[test]
    fn long_values_are_cut() {
        let json = serde_json::json!({ "a": "长 ".repeat(UNKNOWN_BODY_CHARS_MAX), "b": "never" });
        assert_eq!(shown(&json).chars().count(), UNKNOWN_BODY_CHARS_MAX);
    }
}
