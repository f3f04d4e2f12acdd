//! Bytes in, a picture out, within limits: what it is, is seen from its first bytes, never from a name. Knows no text.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, Rgb, RgbImage};

use crate::Error;

/// The largest file that is taken, in bytes.
pub const MOST_BYTES: usize = 32 << 20;
/// The longest side: a scrolling screenshot of some fifteen screens.
const LONGEST_SIDE: u32 = 40_000;
/// The most pixels: the photo of a good phone.
const MOST_PIXELS: u64 = 52_000_000;
/// What decoding may hold at once, in bytes.
const MOST_MEMORY: u64 = 320 << 20;
/// Below this no text can be made out.
const SHORTEST_SIDE: u32 = 32;
/// Wider than this is more than reading needs.
const WIDEST: u32 = 1_440;

/// A picture as it is seen: upright, three colours, no transparency.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its pixels, at most 1,440 to the shorter side.
    pub pixels: RgbImage,
    /// Its width as seen, before it was made smaller.
    pub width: u32,
    /// Its height as seen, before it was made smaller.
    pub height: u32,
}

/// What a picture is by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Portable network graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// Another kind, that is not read.
    Other(&'static str),
}

/// Returns what a picture is by its first bytes; nothing for what is no picture.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let brand = bytes.get(4..12);
    let is_heif = |brand: &[u8]| {
        [&b"ftyphei"[..], b"ftyphev", b"ftypmif1", b"ftypmsf1"].iter().any(|start| brand.starts_with(start))
    };
    match bytes {
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Kind::Png),
        _ if bytes.starts_with(b"\xff\xd8\xff") => Some(Kind::Jpeg),
        _ if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => Some(Kind::Webp),
        _ if brand.is_some_and(is_heif) => Some(Kind::Other("HEIC")),
        _ if brand.is_some_and(|brand| brand.starts_with(b"ftypavi")) => Some(Kind::Other("AVIF")),
        _ if bytes.starts_with(b"GIF8") => Some(Kind::Other("GIF")),
        _ if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") => Some(Kind::Other("TIFF")),
        _ if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) => Some(Kind::Other("BMP")),
        _ if bytes.starts_with(b"\0\0\0\x0cJXL ") || bytes.starts_with(b"\xff\x0a") => Some(Kind::Other("JPEG XL")),
        _ => None,
    }
}

impl Picture {
    /// Decodes a picture.
    ///
    /// # Errors
    /// Where it is no picture, of another kind, animated, too large, too small or damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MOST_BYTES {
            return Err(Error::TooManyBytes { limit: MOST_BYTES });
        }
        let image = match kind(bytes).ok_or(Error::NotAPicture)? {
            Kind::Png => {
                let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(damaged)?;
                refuse_animated(decoder.is_apng().map_err(damaged)?)?;
                decoded(decoder)
            }
            Kind::Jpeg => decoded(JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)?),
            Kind::Webp => {
                let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
                refuse_animated(decoder.has_animation())?;
                decoded(decoder)
            }
            Kind::Other(kind) => Err(Error::Unsupported { kind }),
        }?;
        let mut image = opaque(image);
        let (width, height) = turned_size(&image, orientation(bytes));
        if let Some((width, height)) = smaller(image.width(), image.height()) {
            image = imageops::resize(&image, width, height, FilterType::Triangle);
        }
        let mut image = DynamicImage::ImageRgb8(image);
        image.apply_orientation(orientation(bytes));
        Ok(Self { pixels: image.into_rgb8(), width, height })
    }
}

fn turned_size(image: &RgbImage, orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (image.height(), image.width())
        }
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => image.dimensions(),
    }
}

/// Returns the size to which a picture is brought, where it is larger than reading needs.
fn smaller(width: u32, height: u32) -> Option<(u32, u32)> {
    let short = width.min(height);
    (short > WIDEST).then(|| {
        let scale =
            |side: u32| u32::try_from(u64::from(side) * u64::from(WIDEST) / u64::from(short)).unwrap_or(WIDEST).max(1);
        (scale(width), scale(height))
    })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn decoded(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Error> {
    let (width, height) = decoder.dimensions();
    let is_large = width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS;
    if is_large || decoder.total_bytes() > MOST_MEMORY {
        return Err(Error::TooManyPixels { width, height });
    }
    if width.min(height) < SHORTEST_SIDE {
        return Err(Error::TooFewPixels { width, height });
    }
    decoder.set_limits(limits()).map_err(damaged)?;
    DynamicImage::from_decoder(decoder).map_err(damaged)
}

fn refuse_animated(is_animated: bool) -> Result<(), Error> {
    if is_animated { Err(Error::Animated) } else { Ok(()) }
}

#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
fn damaged(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::TooManyPixels { width: 0, height: 0 },
        _ => Error::Damaged,
    }
}

/// Lays what is transparent on white, as a viewer does.
fn opaque(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0.map(u32::from);
        let lay = |colour: u32| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([lay(red), lay(green), lay(blue)])
    })
}

/// Returns how a picture is to be turned, as its camera says.
fn orientation(bytes: &[u8]) -> Orientation {
    let read = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok();
    let field = read.as_ref().and_then(|read| read.get_field(exif::Tag::Orientation, exif::In::PRIMARY));
    let value = field.and_then(|field| field.value.get_uint(0)).and_then(|value| u8::try_from(value).ok());
    value.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}
