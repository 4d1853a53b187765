//! The two typefaces, cut from Noto (see `font/README.md`): which characters they have, how wide each is.

use std::fmt::Write as _;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use crate::error::EvidenceError;

use super::colour::{Colour, INK};

static SANS: &[u8] = include_bytes!("font/xinju-sans-sc.otf");
static MONO: &[u8] = include_bytes!("font/xinju-mono.otf");
/// Units of an em in both.
const UNITS_PER_EM: f32 = 1000.0;

/// Which typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// For words.
    Sans,
    /// For digests, paths and commands: ASCII alone, each character half an em wide.
    Mono,
}

/// How a run of words looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// The typeface.
    pub(crate) cut: Cut,
    /// Size in points.
    pub(crate) size: f32,
    /// From one line to the next, in points.
    pub(crate) leading: f32,
    /// The colour.
    pub(crate) colour: Colour,
    /// Whether strokes are drawn heavier.
    pub(crate) heavy: bool,
}

impl Style {
    /// Words of a size, with room between the lines for Chinese.
    pub(crate) const fn sans(size: f32) -> Self {
        Self { cut: Cut::Sans, size, leading: size * 1.6, colour: INK, heavy: false }
    }

    /// Digests, paths and commands of a size.
    pub(crate) const fn mono(size: f32) -> Self {
        Self { cut: Cut::Mono, size, leading: size * 1.5, colour: INK, heavy: false }
    }

    /// The same in another colour.
    pub(crate) const fn of(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// The same, heavier.
    pub(crate) const fn heavy(self) -> Self {
        Self { heavy: true, ..self }
    }

    /// The same with lines so far apart.
    pub(crate) const fn leading(self, leading: f32) -> Self {
        Self { leading, ..self }
    }
}

struct Face {
    font: Font,
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Face {
    fn new(data: &'static [u8]) -> Option<Self> {
        let reference = FontRef::new(data).ok()?;
        let metrics = reference.glyph_metrics(Size::unscaled(), LocationRef::default());
        Some(Self { font: Font::new(data.into(), 0)?, characters: reference.charmap(), metrics })
    }

    fn glyph(&self, character: char) -> Option<skrifa::GlyphId> {
        self.characters.map(character).filter(|glyph| glyph.to_u32() != 0)
    }

    /// How far the pen moves, in ems.
    fn advance(&self, glyph: skrifa::GlyphId) -> f32 {
        self.metrics.advance_width(glyph).unwrap_or(UNITS_PER_EM) / UNITS_PER_EM
    }
}

/// Both typefaces.
pub(crate) struct Faces {
    sans: Face,
    mono: Face,
}

impl Faces {
    /// Opens the typefaces that are built in.
    pub(crate) fn new() -> Result<Self, EvidenceError> {
        let faces = Face::new(SANS).zip(Face::new(MONO));
        let (sans, mono) = faces.ok_or_else(|| EvidenceError::Write("the built-in typeface can't be read".into()))?;
        Ok(Self { sans, mono })
    }

    fn of(&self, cut: Cut) -> &Face {
        match cut {
            Cut::Sans => &self.sans,
            Cut::Mono => &self.mono,
        }
    }

    /// What the writer of the file needs to know of a typeface.
    pub(crate) fn font(&self, cut: Cut) -> Font {
        self.of(cut).font.clone()
    }

    /// `text` as it can be printed: line feeds kept, tabs as spaces, and a character that the typeface lacks as
    /// `〔U+1F600〕`, because what is dropped without a trace would be a falsified message.
    pub(crate) fn printable(&self, text: &str, cut: Cut) -> String {
        let face = self.of(cut);
        let mut shown = String::with_capacity(text.len());
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\r' if characters.peek() == Some(&'\n') => {}
                '\n' => shown.push('\n'),
                '\t' => shown.push_str("    "),
                _ if face.glyph(character).is_some() => shown.push(character),
                _ if cut == Cut::Mono => {
                    let _ = write!(shown, "[U+{:04X}]", u32::from(character));
                }
                _ => {
                    let _ = write!(shown, "〔U+{:04X}〕", u32::from(character));
                }
            }
        }
        shown
    }

    /// Width of a character in points.
    pub(crate) fn width_of(&self, character: char, style: Style) -> f32 {
        let face = self.of(style.cut);
        face.glyph(character).map_or(0.0, |glyph| face.advance(glyph)) * style.size
    }

    /// Width of a line of printable text in points.
    pub(crate) fn width(&self, text: &str, style: Style) -> f32 {
        text.chars().map(|character| self.width_of(character, style)).sum()
    }

    /// The glyphs of a line of printable text.
    pub(crate) fn glyphs(&self, text: &str, cut: Cut) -> Vec<KrillaGlyph> {
        let face = self.of(cut);
        let placed = text.char_indices().filter_map(|(start, character)| {
            let glyph = face.glyph(character)?;
            let range = start..start.saturating_add(character.len_utf8());
            Some(KrillaGlyph::new(GlyphId::new(glyph.to_u32()), face.advance(glyph), 0.0, 0.0, 0.0, range, None))
        });
        placed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_typeface_lacks_is_printed_as_its_code_point() {
        let faces = Faces::new().unwrap();
        assert_eq!(faces.printable("好\u{1F600}\t。\r\nx\u{202E}", Cut::Sans), "好〔U+1F600〕    。\nx〔U+202E〕");
        assert_eq!(faces.printable("a中", Cut::Mono), "a[U+4E2D]");
        assert_eq!(faces.printable("\r\u{0}", Cut::Sans), "〔U+000D〕〔U+0000〕");
    }

    #[test]
    fn names_with_rare_characters_are_printed_as_they_are() {
        let faces = Faces::new().unwrap();
        // Of GB 18030-2022: characters of names and places from the extensions, and every character of GBK's range.
        let rare = "\u{3400}\u{4DB5}\u{9FA5}\u{9FD0}\u{20087}\u{2B5E7}\u{2CB41}啰䶮㛃龥";
        assert_eq!(faces.printable(rare, Cut::Sans), rare);
        let all: String = ('\u{4E00}'..='\u{9FA5}').collect();
        assert_eq!(faces.printable(&all, Cut::Sans), all);
        let marks = "█「」《》……——·①②㈱℃№→←■□◆○●★☆√×÷±≤≥∞αβγДжあアㄅ￥€";
        assert_eq!(faces.printable(marks, Cut::Sans), marks);
    }

    #[test]
    fn digests_take_half_an_em_each() {
        let faces = Faces::new().unwrap();
        let width = faces.width("0123456789abcdef", Style::mono(10.0));
        assert!((width - 80.0).abs() < 0.01, "{width}");
    }
}
