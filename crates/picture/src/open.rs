//! From bytes to pixels.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Rgb, RgbImage};

use crate::head::{damaged, head, jpeg, limits, png, webp};
use crate::{Error, Kind, jpeg as markers, shrink};

/// A picture as it is seen: upright, three colours, no transparency.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its pixels, at most 1,440 to the shorter side.
    pub pixels: RgbImage,
    /// Its width as seen, before it was made smaller.
    pub width: u32,
    /// Its height as seen, before it was made smaller.
    pub height: u32,
    /// What it was.
    pub kind: Kind,
    /// Whether the file seems to break off, so that a part of the picture is missing.
    pub is_cut: bool,
}

/// Opens a picture; of several in one file the first.
///
/// # Errors
/// Where it is no picture, of a kind that is not opened, beyond the limits, or damaged.
pub fn open(bytes: &[u8]) -> Result<Picture, Error> {
    let head = head(bytes)?;
    let (image, orientation) = match head.kind {
        Kind::Png => decoded(png(bytes)?),
        Kind::Jpeg => decoded(jpeg(bytes)?),
        Kind::Webp => decoded(webp(bytes)?),
        Kind::Other(kind) => Err(Error::Unsupported { kind }),
    }?;
    let mut image = DynamicImage::ImageRgb8(shrink::shrink(opaque(image)));
    image.apply_orientation(orientation);
    let (width, height) =
        if is_on_its_side(orientation) { (head.height, head.width) } else { (head.width, head.height) };
    let is_cut = head.kind == Kind::Jpeg && !markers::markers(bytes).has_end;
    Ok(Picture { pixels: image.into_rgb8(), width, height, kind: head.kind, is_cut })
}

fn decoded(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Orientation), Error> {
    decoder.set_limits(limits()).map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(damaged)?, orientation))
}

fn is_on_its_side(orientation: Orientation) -> bool {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            true
        }
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => false,
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
