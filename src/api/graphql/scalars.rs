//! Scalars that GraphQL lacks: moments, large counts and files.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use xinju_model::time::Timestamp;

use crate::graphql::upload::PLACEHOLDER;

/// The largest integer that JavaScript holds exactly: 2^53 - 1.
const SAFE_MAX: i64 = (1 << 53) - 1;

/// A moment in RFC 3339, always UTC: 2026-01-31T08:00:00.000Z. Any offset is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime(pub(crate) Timestamp);

#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Timestamp::parse(text).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl From<Timestamp> for DateTime {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

/// An integer of at most 2^53 - 1, for counts and sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Long(i64);

#[Scalar(name = "Long")]
impl ScalarType for Long {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::Number(number) = &value else { return Err(InputValueError::expected_type(value)) };
        match number.as_i64() {
            Some(number) if (-SAFE_MAX..=SAFE_MAX).contains(&number) => Ok(Self(number)),
            _ => Err(InputValueError::custom("not an integer of at most 2^53 - 1")),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

impl Long {
    /// The number where it is not negative.
    pub(crate) fn unsigned(self) -> Option<u64> {
        u64::try_from(self.0).ok()
    }
}

impl From<i64> for Long {
    fn from(number: i64) -> Self {
        Self(number.clamp(-SAFE_MAX, SAFE_MAX))
    }
}

impl From<u64> for Long {
    fn from(number: u64) -> Self {
        Self(i64::try_from(number).map_or(SAFE_MAX, |number| number.min(SAFE_MAX)))
    }
}

/// A file sent by multipart request (GraphQL multipart request specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Upload(pub(crate) usize);

#[Scalar(name = "Upload")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let place = text.strip_prefix(PLACEHOLDER).and_then(|digits| digits.parse().ok());
        place.map(Self).ok_or_else(|| InputValueError::custom("files are sent by multipart request"))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_exact_in_javascript() {
        assert_eq!(Long::from(u64::MAX).to_value(), Value::from(SAFE_MAX));
        assert!(Long::parse(Value::from(SAFE_MAX)).is_ok());
        assert!(Long::parse(Value::from(i64::MAX)).is_err());
        assert!(Long::parse(Value::from(1.5)).is_err());
        assert_eq!(Long::from(-1_i64).unsigned(), None);
    }

    #[test]
    fn moments_are_read_in_any_zone_and_written_in_utc() {
        let moment = DateTime::parse(Value::from("2026-01-31T16:00:00+08:00")).expect("a moment");
        assert_eq!(moment.to_value(), Value::from("2026-01-31T08:00:00.000Z"));
        assert!(DateTime::parse(Value::from("yesterday")).is_err());
    }

    #[test]
    fn a_file_is_not_made_of_words() {
        assert!(Upload::parse(Value::from("/etc/passwd")).is_err());
    }
}
