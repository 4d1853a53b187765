//! How originals become what people see: the seam that the connections fill in.

use xinju_model::facts::Facts;
use xinju_model::message::Message;
use xinju_model::record::Format;

/// Reads originals for people. Better readings may come with newer versions; nothing durable follows from them.
pub trait Decode: Send + Sync {
    /// The message of an original. Never fails: what cannot be read is shown as it came, as kind `unknown`.
    fn decode(&self, format: Format, original: &[u8], facts: &Facts) -> Message;
}
