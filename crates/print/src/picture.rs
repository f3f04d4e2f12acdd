//! A picture for a page: decoded within limits, upright, on white, no larger than paper can show. No byte of the file that
//! it was read from goes on to who opens the page. Knows no text.

use std::fmt;
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as Filter, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError, RgbImage};
use picture::Kind;

/// The most bytes of a picture without loss; above it is a photo, whatever its file is called.
const MOST_LOSSLESS: usize = 3 << 20;
/// Of JPEG, in which nobody sees a loss at this size.
const QUALITY: u8 = 90;

/// A picture that can be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    is_jpeg: bool,
    is_cut: bool,
    bytes: Arc<Vec<u8>>,
}

/// Why a picture cannot be printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unshowable {
    /// It is none of PNG, JPEG and WebP.
    #[error("it is no PNG, JPEG or WebP")]
    Unknown,
    /// The file is too large.
    #[error("it has more than {limit} bytes")]
    TooManyBytes {
        /// The most that is taken.
        limit: usize,
    },
    /// It has too many pixels.
    #[error("{width} × {height} pixels are too many")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// It is damaged.
    #[error("it is damaged: {0}")]
    Damaged(String),
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {}, {} bytes)", self.width, self.height, self.bytes.len())
    }
}

impl Picture {
    /// Reads the bytes of a PNG, JPEG or WebP file; of several pictures in it the first.
    ///
    /// # Errors
    /// [`Unshowable`] when it is none, too large, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, Unshowable> {
        let opened = picture::open(bytes)?;
        Ok(Self { is_cut: opened.is_cut, ..Self::of_pixels(&opened.pixels, opened.kind == Kind::Jpeg)? })
    }

    fn of_pixels(pixels: &RgbImage, is_photo: bool) -> Result<Self, Unshowable> {
        let lossless = if is_photo { None } else { Some(png(pixels)?).filter(|bytes| bytes.len() <= MOST_LOSSLESS) };
        let is_jpeg = lossless.is_none();
        let bytes = lossless.map_or_else(|| jpeg(pixels), Ok)?;
        Ok(Self { width: pixels.width(), height: pixels.height(), is_jpeg, is_cut: false, bytes: Arc::new(bytes) })
    }

    /// Returns whether the file seems to break off, so that a part of the picture is missing.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Returns its width as printed, in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Returns its height as printed, in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Returns it as a file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns what kind of file that is.
    pub fn media_type(&self) -> &'static str {
        if self.is_jpeg { "image/jpeg" } else { "image/png" }
    }

    /// Returns it as the PDF writer takes it.
    pub(crate) fn to_image(&self) -> Result<krilla::image::Image, String> {
        let data = krilla::Data::from(Arc::clone(&self.bytes));
        if self.is_jpeg {
            krilla::image::Image::from_jpeg(data, false)
        } else {
            krilla::image::Image::from_png(data, false)
        }
    }
}

impl From<picture::Error> for Unshowable {
    fn from(error: picture::Error) -> Self {
        match error {
            picture::Error::NotAPicture | picture::Error::Unsupported { .. } => Self::Unknown,
            picture::Error::TooManyBytes { limit } => Self::TooManyBytes { limit },
            picture::Error::TooManyPixels { width, height } => Self::TooManyPixels { width, height },
            error => Self::Damaged(error.to_string()),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
fn damaged(error: ImageError) -> Unshowable {
    Unshowable::Damaged(error.to_string())
}

fn png(pixels: &RgbImage) -> Result<Vec<u8>, Unshowable> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, Filter::Adaptive);
    let (width, height) = pixels.dimensions();
    encoder.write_image(pixels, width, height, ExtendedColorType::Rgb8).map_err(damaged)?;
    Ok(bytes)
}

fn jpeg(pixels: &RgbImage) -> Result<Vec<u8>, Unshowable> {
    let mut bytes = Vec::new();
    let (width, height) = pixels.dimensions();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(pixels, width, height, ExtendedColorType::Rgb8)
        .map_err(damaged)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::codecs::webp::WebPEncoder;
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};
    use picture::MOST_BYTES;
    use proptest::prelude::*;

    use super::{Picture, Unshowable, jpeg, png};
    use crate::{Block, Document, to_html, to_pdf};

    fn pixels(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x ^ y) as u8]))
    }

    fn webp(pixels: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = pixels.dimensions();
        WebPEncoder::new_lossless(&mut bytes)
            .write_image(pixels, width, height, ExtendedColorType::Rgb8)
            .expect("a picture");
        bytes
    }

    /// A PNG whose head claims these sides.
    fn claiming(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = png(&pixels(8, 8)).expect("a picture");
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    fn printed(picture: Picture) -> Vec<u8> {
        let block = Block::Picture { about: "第 1 号".to_owned(), picture };
        to_pdf(&Document { title: String::new(), footer: String::new(), blocks: vec![block] }).expect("printed")
    }

    #[test]
    fn the_three_kinds_are_printed_and_the_same_bytes_give_the_same_page() {
        let small = pixels(90, 60);
        for bytes in [png(&small).expect("PNG"), jpeg(&small).expect("JPEG"), webp(&small)] {
            let picture = Picture::read(&bytes).expect("a picture");
            assert_eq!((picture.width(), picture.height()), (90, 60));
            let once = printed(picture.clone());
            assert!(once.windows(14).any(|window| window == b"/Subtype/Image" || window == b"Subtype /Image"));
            assert_eq!(once, printed(Picture::read(&bytes).expect("a picture")));
            let block = Block::Picture { about: "<b>".to_owned(), picture };
            let html = to_html(&Document { title: String::new(), footer: String::new(), blocks: vec![block] });
            assert!(html.contains("src=\"data:image/") && !html.contains("<b>"));
        }
    }

    #[test]
    fn a_picture_of_any_shape_is_printed() {
        for (width, height) in [(1, 1), (1, 9_000), (9_000, 1), (700, 6_000), (3_000, 2_000), (40, 40_000)] {
            let picture = Picture::read(&png(&pixels(width, height)).expect("PNG")).expect("a picture");
            assert!(picture.width().min(picture.height()) <= 1_440);
            printed(picture);
        }
    }

    #[test]
    fn what_cannot_be_printed_is_refused_with_its_reason() {
        let refused = |bytes: &[u8]| Picture::read(bytes).expect_err("refused");
        assert!(matches!(refused(b""), Unshowable::Unknown));
        assert!(matches!(refused(b"GIF89a"), Unshowable::Unknown));
        assert!(matches!(refused(&vec![0xff; MOST_BYTES + 1]), Unshowable::TooManyBytes { .. }));
        for (width, height) in [(65_000, 65_000), (40_001, 1), (u32::MAX >> 1, 2), (8_000, 8_000)] {
            let error = refused(&claiming(width, height));
            assert!(matches!(error, Unshowable::TooManyPixels { .. } | Unshowable::Damaged(_)), "{error}");
        }
        assert!(matches!(refused(&claiming(6_000, 6_000)), Unshowable::Damaged(_)), "there are not so many pixels");
        let whole = png(&pixels(64, 64)).expect("PNG");
        assert!(matches!(refused(&whole[..whole.len() / 2]), Unshowable::Damaged(_)));
    }

    #[test]
    fn a_file_that_breaks_off_is_told() {
        let whole = jpeg(&pixels(300, 300)).expect("JPEG");
        assert!(!Picture::read(&whole).expect("a picture").is_cut());
        assert!(Picture::read(&whole[..whole.len() / 2]).is_ok_and(|picture| picture.is_cut()));
        let motion = [&whole[..], b"\0\0\0\x18ftypmp42\xff\xda\0\x03 a video behind the end"].concat();
        assert!(!Picture::read(&motion).expect("a picture").is_cut());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_changed_picture_is_printed_or_refused(
            kind in 0..3usize,
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
            keep in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let small = pixels(40, 30);
            let mut bytes = [png(&small).expect("PNG"), jpeg(&small).expect("JPEG"), webp(&small)][kind].clone();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if is_cut {
                bytes.truncate(keep.index(bytes.len()));
            }
            if let Ok(picture) = Picture::read(&bytes) {
                printed(picture);
            }
        }
    }
}
