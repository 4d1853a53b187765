//! Reading JSON objects as WeCom writes them and as those who pass its messages on rewrite them: numbers as strings, strings as
//! numbers, single values for lists, objects and lists as JSON texts. Absent, empty and unreadable values are all "none".

use std::borrow::Cow;

use serde_json::{Map, Value};
use xinju_model::time::Timestamp;

/// Values below this are seconds: as milliseconds they would lie before 1973-03-03.
const SECONDS_BELOW: i64 = 100_000_000_000;

/// One object, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a>(pub(super) &'a Map<String, Value>);

/// The object that `value` is, or that the JSON text in it holds.
pub(super) fn object(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    match value {
        Value::Object(map) => Some(Cow::Borrowed(map)),
        Value::String(text) if text.trim_start().starts_with('{') => serde_json::from_str(text).ok().map(Cow::Owned),
        _ => None,
    }
}

impl<'a> Part<'a> {
    /// The value of `key`, unless it is absent or null.
    pub(super) fn value(self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// The object of `key`.
    pub(super) fn object(self, key: &str) -> Option<Cow<'a, Map<String, Value>>> {
        object(self.value(key)?)
    }

    /// The words of `key`; a number as its digits.
    pub(super) fn text(self, key: &str) -> Option<String> {
        text(self.value(key)?)
    }

    /// The words of `key`, empty where there are none.
    pub(super) fn words(self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }

    /// The whole number of `key`.
    pub(super) fn number(self, key: &str) -> Option<i64> {
        match self.value(key)? {
            Value::Number(number) => number.as_i64(),
            Value::String(digits) => digits.trim().parse().ok(),
            _ => None,
        }
    }

    /// The whole number of `key` that is not negative, up to the end of 64 bits.
    pub(super) fn natural(self, key: &str) -> Option<u64> {
        match self.value(key)? {
            Value::Number(number) => number.as_u64(),
            Value::String(digits) => digits.trim().parse().ok(),
            _ => None,
        }
    }

    /// The moment of `key`: seconds or milliseconds, told apart by their size. 0 is none.
    pub(super) fn moment(self, key: &str) -> Option<Timestamp> {
        match self.number(key)? {
            ..=0 => None,
            seconds @ 1..SECONDS_BELOW => Some(Timestamp(seconds * 1000)),
            millis => Some(Timestamp(millis)),
        }
    }

    /// The values of `key`: those of a list, those of a list in a JSON text, or the one value that stands there.
    pub(super) fn list(self, key: &str) -> Cow<'a, [Value]> {
        match self.value(key) {
            None => Cow::Borrowed(&[]),
            Some(Value::Array(values)) => Cow::Borrowed(values),
            Some(Value::String(text)) if text.is_empty() => Cow::Borrowed(&[]),
            Some(Value::String(text)) if text.trim_start().starts_with('[') => match serde_json::from_str(text) {
                Ok(values) => Cow::Owned(values),
                Err(_) => Cow::Owned(vec![Value::String(text.clone())]),
            },
            Some(one) => Cow::Borrowed(std::slice::from_ref(one)),
        }
    }
}

/// The words that `value` is; a number as its digits.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_in_every_spelling() {
        let json = serde_json::json!({
            "n": "12", "big": u64::MAX, "bigs": u64::MAX.to_string(), "s": 1_603_875_610, "ms": "1603875610123", "zero": 0,
            "list": "[\"a\",2]", "one": "x", "none": null, "empty": "", "object": "{\"k\":1.5}", "odd": "[x",
        });
        let part = Part(json.as_object().unwrap());
        assert_eq!(part.number("n"), Some(12));
        assert_eq!(
            (part.number("big"), part.natural("big"), part.natural("bigs")),
            (None, Some(u64::MAX), Some(u64::MAX))
        );
        assert_eq!(part.text("big").as_deref(), Some("18446744073709551615"));
        assert_eq!(part.moment("s"), Some(Timestamp(1_603_875_610_000)));
        assert_eq!(part.moment("ms"), Some(Timestamp(1_603_875_610_123)));
        assert_eq!((part.moment("zero"), part.moment("empty")), (None, None));
        assert_eq!(part.list("list").iter().filter_map(text).collect::<Vec<_>>(), ["a", "2"]);
        assert_eq!((part.list("one").len(), part.list("none").len(), part.list("empty").len()), (1, 0, 0));
        assert_eq!(part.list("odd").as_ref(), ["[x"]);
        assert_eq!(Part(&part.object("object").unwrap()).words("k"), "1.5");
        assert!(part.object("one").is_none());
    }
}
