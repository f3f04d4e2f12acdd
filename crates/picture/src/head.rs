//! What the head of a picture states, held against the limits before a pixel is decoded. The decoders of JPEG and WebP know
//! no limit of memory, so what each will hold is reckoned here.

use std::io::{BufRead, Cursor, Seek};

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder, ImageError, Limits};

use crate::kind::{Kind, kind};
use crate::{Error, LONGEST_SIDE, MOST_BYTES, MOST_MEMORY, MOST_PIXELS, jpeg};

/// What the head of a picture states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// What it is.
    pub kind: Kind,
    /// Its width as stored.
    pub width: u32,
    /// Its height as stored.
    pub height: u32,
    /// Whether it has more than one frame.
    pub is_animated: bool,
}

/// Reads the head of a picture.
///
/// # Errors
/// Where it is no picture, of a kind that is not opened, beyond the limits, or its head is damaged.
pub fn head(bytes: &[u8]) -> Result<Head, Error> {
    if bytes.len() > MOST_BYTES {
        return Err(Error::TooManyBytes { limit: MOST_BYTES });
    }
    let kind = kind(bytes).ok_or(Error::NotAPicture)?;
    match kind {
        Kind::Png => {
            let decoder = png(bytes)?;
            let is_animated = decoder.is_apng().map_err(damaged)?;
            within(kind, &decoder, is_animated, 0)
        }
        Kind::Jpeg => {
            let decoder = jpeg(bytes)?;
            // Two bytes for each of up to four colours until the last pass.
            within(kind, &decoder, false, if jpeg::markers(bytes).has_passes { 8 } else { 0 })
        }
        Kind::Webp => {
            let decoder = webp(bytes)?;
            let is_animated = decoder.has_animation();
            // Its own copy, by four bytes, before it hands over.
            within(kind, &decoder, is_animated, 4)
        }
        Kind::Other(kind) => Err(Error::Unsupported { kind }),
    }
}

/// Returns the head where the picture is within the limits; the decoder holds so many bytes a pixel besides its answer.
fn within(kind: Kind, decoder: &impl ImageDecoder, is_animated: bool, besides: u64) -> Result<Head, Error> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let is_large = width.max(height) > LONGEST_SIDE || pixels > MOST_PIXELS;
    if is_large || pixels * held(decoder.color_type(), besides) > MOST_MEMORY {
        return Err(Error::TooManyPixels { width, height });
    }
    Ok(Head { kind, width, height, is_animated })
}

/// Returns how many bytes a pixel are held at most: while it is decoded, or while it is brought to three colours.
fn held(colour: ColorType, besides: u64) -> u64 {
    let answer = u64::from(colour.bytes_per_pixel());
    let converting = match colour {
        ColorType::Rgb8 => answer,
        ColorType::Rgba8 => answer + 3,
        colour if colour.has_alpha() => answer + 4,
        _ => answer + 3,
    };
    converting.max(answer + besides)
}

pub fn png(bytes: &[u8]) -> Result<PngDecoder<Cursor<&[u8]>>, Error> {
    PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(damaged)
}

pub fn jpeg(bytes: &[u8]) -> Result<JpegDecoder<impl BufRead + Seek>, Error> {
    JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)
}

pub fn webp(bytes: &[u8]) -> Result<WebPDecoder<impl BufRead + Seek>, Error> {
    WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)
}

/// What the decoders themselves are told.
pub fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

pub fn damaged(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => Error::TooManyPixels { width: 0, height: 0 },
        error => Error::Damaged(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Kind, head};

    /// A JPEG whose frame header claims these sides.
    fn claiming(marker: u8, width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff".to_vec();
        bytes.extend([marker, 0, 17, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(b"\x03\x01\x11\0\x02\x11\0\x03\x11\0");
        bytes.extend(b"\xff\xda\0\x0c\x03\x01\0\x02\0\x03\0\0\x3f\0\xff\xd9");
        bytes
    }

    #[test]
    fn a_jpeg_is_refused_by_what_its_decoder_would_hold() {
        let sides =
            |marker, width, height| head(&claiming(marker, width, height)).map(|head| (head.width, head.height));
        assert_eq!(sides(0xc0, 8_160, 6_120), Ok((8_160, 6_120)), "one pass of the largest photo");
        let error = Error::TooManyPixels { width: 8_160, height: 6_120 };
        assert_eq!(sides(0xc2, 8_160, 6_120), Err(error), "all passes of it are too much");
        assert_eq!(sides(0xc2, 4_080, 3_060), Ok((4_080, 3_060)));
        assert!(matches!(sides(0xc0, 65_500, 65_500), Err(Error::TooManyPixels { .. })));
    }

    #[test]
    fn other_kinds_are_named() {
        assert_eq!(head(b"GIF89a\x01\0\x01\0"), Err(Error::Unsupported { kind: "GIF" }));
        assert_eq!(head(b"hello"), Err(Error::NotAPicture));
        assert_eq!(head(&claiming(0xc0, 64, 64)).map(|head| head.kind), Ok(Kind::Jpeg));
    }
}
