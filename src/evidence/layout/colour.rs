//! The few colours of our pages; each keeps its contrast on white paper and in a black and white print.

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// Words.
pub(crate) const INK: Colour = Colour(0x1b, 0x1f, 0x24);
/// Words that stand back: translations, captions, places.
pub(crate) const SOFT: Colour = Colour(0x5a, 0x64, 0x72);
/// Headings, and the company's own people.
pub(crate) const DEEP: Colour = Colour(0x1d, 0x4e, 0x7e);
/// Customers.
pub(crate) const LEAF: Colour = Colour(0x2f, 0x7d, 0x5b);
/// What is recalled, and gaps.
pub(crate) const AMBER: Colour = Colour(0x8a, 0x55, 0x00);
/// What is withheld or erased.
pub(crate) const RED: Colour = Colour(0x9b, 0x1c, 0x1c);
/// Lines of tables.
pub(crate) const LINE: Colour = Colour(0xd3, 0xd8, 0xdf);
/// Ground of heads of tables and of boxes.
pub(crate) const TINT: Colour = Colour(0xf3, 0xf5, 0xf8);
