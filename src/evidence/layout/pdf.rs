//! Writes a laid out document as PDF/A-3u: every typeface inside, every character with its code point, nothing that
//! a clock or chance decides.

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use crate::error::EvidenceError;

use super::book::{Book, Chapter, Imprint};
use super::colour::Colour;
use super::face::{Faces, Style};
use super::paper::{Mark, SHEET_HEIGHT, SHEET_WIDTH};

/// How much heavier strokes are drawn where words stand out, in parts of the size.
const HEAVY: f32 = 0.028;

/// The bytes of the document.
pub(crate) fn write(faces: &Faces, book: Book) -> Result<Vec<u8>, EvidenceError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_U)
        .finish()
        .map_err(|_| fault("PDF/A-3u is not to be had"))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(&book.imprint)?);
    document.set_outline(outline(&book.outline));
    for sheet in book.sheets {
        let settings = PageSettings::from_wh(SHEET_WIDTH, SHEET_HEIGHT).ok_or_else(|| fault("a page has no size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in sheet.marks {
            draw(faces, &mut surface, mark)?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| EvidenceError::Write(format!("the PDF can't be written: {error}")))
}

fn fault(why: &str) -> EvidenceError {
    EvidenceError::Write(format!("the PDF can't be written: {why}"))
}

fn metadata(imprint: &Imprint) -> Result<Metadata, EvidenceError> {
    Ok(Metadata::new()
        .title(imprint.title.clone())
        .authors(vec![imprint.author.clone()])
        .creator("Xinju".to_owned())
        .language("zh-CN".to_owned())
        .creation_date(date(imprint)?))
}

fn date(imprint: &Imprint) -> Result<DateTime, EvidenceError> {
    let moment =
        jiff::Timestamp::from_millisecond(imprint.at.millis()).map_err(|_| fault("its date is out of range"))?;
    let moment = moment.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    Ok(DateTime::new(u16::try_from(moment.year()).map_err(|_| fault("its date is out of range"))?)
        .month(part(moment.month()))
        .day(part(moment.day()))
        .hour(part(moment.hour()))
        .minute(part(moment.minute()))
        .second(part(moment.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0))
}

fn outline(chapters: &[Chapter]) -> Outline {
    let mut outline = Outline::new();
    for chapter in chapters {
        outline.push_child(node(chapter));
    }
    outline
}

fn node(chapter: &Chapter) -> OutlineNode {
    let place = Point::from_xy(0.0, (chapter.y - 12.0).max(0.0));
    let mut node = OutlineNode::new(chapter.title.clone(), XyzDestination::new(chapter.sheet, place));
    for inside in &chapter.inside {
        node.push_child(self::node(inside));
    }
    node
}

fn draw(faces: &Faces, surface: &mut Surface<'_>, mark: Mark) -> Result<(), EvidenceError> {
    match mark {
        Mark::Text { x, y, style, text } => words(faces, surface, Point::from_xy(x, y), style, &text),
        Mark::Area { x, y, width, height, colour } => area(surface, Rect::from_xywh(x, y, width, height), colour),
        Mark::Picture { x, y, width, height, jpeg } => {
            let image = Image::from_jpeg(jpeg.into(), false).map_err(|why| fault(&why))?;
            let size = Size::from_wh(width, height).ok_or_else(|| fault("a picture has no size"))?;
            surface.push_transform(&Transform::from_translate(x, y));
            surface.draw_image(image, size);
            surface.pop();
        }
    }
    Ok(())
}

fn words(faces: &Faces, surface: &mut Surface<'_>, start: Point, style: Style, text: &str) {
    let paint = rgb::Color::new(style.colour.0, style.colour.1, style.colour.2);
    surface.set_fill(Some(Fill { paint: paint.into(), ..Fill::default() }));
    let stroke = Stroke { paint: paint.into(), width: style.size * HEAVY, ..Stroke::default() };
    surface.set_stroke(style.heavy.then_some(stroke));
    surface.draw_glyphs(start, &faces.glyphs(text, style.cut), faces.font(style.cut), text, style.size, false);
}

fn area(surface: &mut Surface<'_>, rect: Option<Rect>, colour: Colour) {
    let mut path = PathBuilder::new();
    // A rectangle without extent shows nothing, and is no path.
    let Some(rect) = rect else { return };
    path.push_rect(rect);
    let Some(path) = path.finish() else { return };
    surface.set_stroke(None);
    let paint = rgb::Color::new(colour.0, colour.1, colour.2);
    surface.set_fill(Some(Fill { paint: paint.into(), ..Fill::default() }));
    surface.draw_path(&path);
}
