//! Thumbnails of pictures. What is printed shows what a picture is of; the picture itself lies in the package.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, Limits};

/// Pixels of the longer side.
const SIDE_MAX: u32 = 360;
/// Pixels of either side of a picture that is read at all.
const SIDE_READ_MAX: u32 = 16_384;
/// Bytes that reading a picture may take.
const BYTES_READ_MAX: u64 = 96 * 1024 * 1024;
const QUALITY: u8 = 78;

/// A thumbnail.
pub(super) struct Thumbnail {
    /// JPEG without any of the picture's metadata.
    pub(super) jpeg: Vec<u8>,
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
}

/// The thumbnail of a picture; none where it can't be read, or would take too much to read.
pub(super) fn thumbnail(bytes: &[u8]) -> Option<Thumbnail> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_READ_MAX);
    limits.max_image_height = Some(SIDE_READ_MAX);
    limits.max_alloc = Some(BYTES_READ_MAX);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    let small =
        if picture.width().max(picture.height()) > SIDE_MAX { picture.thumbnail(SIDE_MAX, SIDE_MAX) } else { picture };
    let small = on_white(&small);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&small).ok()?;
    Some(Thumbnail { jpeg, width: small.width(), height: small.height() })
}

/// Transparent pictures are seen on white, as a console shows them.
fn on_white(picture: &DynamicImage) -> image::RgbImage {
    let picture = picture.to_rgba8();
    let mut flat = image::RgbImage::new(picture.width(), picture.height());
    for (from, to) in picture.pixels().zip(flat.pixels_mut()) {
        let [red, green, blue, alpha] = from.0;
        let mixed = |value: u8| {
            let (value, alpha) = (u32::from(value), u32::from(alpha));
            let sum = value.saturating_mul(alpha).saturating_add(255_u32.saturating_mul(255_u32.saturating_sub(alpha)));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        to.0 = [mixed(red), mixed(green), mixed(blue)];
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, pixel: [u8; 4]) -> Vec<u8> {
        let picture = image::RgbaImage::from_pixel(width, height, image::Rgba(pixel));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn large_pictures_shrink_and_small_ones_do_not_grow() {
        let large = thumbnail(&png(1200, 600, [10, 20, 30, 255])).unwrap();
        assert_eq!((large.width, large.height), (360, 180));
        let small = thumbnail(&png(20, 10, [10, 20, 30, 255])).unwrap();
        assert_eq!((small.width, small.height), (20, 10));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let shown = thumbnail(&png(8, 8, [0, 0, 0, 0])).unwrap();
        let read = image::load_from_memory(&shown.jpeg).unwrap().to_rgb8();
        assert!(read.pixels().all(|pixel| pixel.0.iter().all(|value| *value > 250)));
    }

    #[test]
    fn what_is_no_picture_or_too_large_has_no_thumbnail() {
        assert!(thumbnail(b"not a picture").is_none());
        assert!(thumbnail(&[]).is_none());
        // A header that claims 60,000 by 60,000 pixels.
        let mut bomb = png(4, 4, [0, 0, 0, 255]);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(thumbnail(&bomb).is_none());
    }
}
