//! A picture that can be read: opened within limits, of one frame, large enough to hold text. Knows no text.

use image::RgbImage;

use crate::Error;

/// Below this no text can be made out.
const SHORTEST_SIDE: u32 = 32;

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

impl Picture {
    /// Decodes a picture.
    ///
    /// # Errors
    /// Where it is no picture, of another kind, animated, too large, too small or damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let head = ::picture::head(bytes)?;
        if head.is_animated {
            return Err(Error::Animated);
        }
        let (width, height) = (head.width, head.height);
        if width.min(height) < SHORTEST_SIDE {
            return Err(Error::TooFewPixels { width, height });
        }
        let ::picture::Picture { pixels, width, height, .. } = ::picture::open(bytes)?;
        Ok(Self { pixels, width, height })
    }
}
