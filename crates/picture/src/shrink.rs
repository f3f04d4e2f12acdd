//! A picture made smaller, by whole steps first: blocks of pixels become one, which holds no copy in floating point of a
//! large photo and evens out the pattern of a photographed screen. Knows no files.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// The shorter side that reading needs and paper shows.
const WIDEST: u32 = 1_440;

/// Brings a picture to at most 1,440 pixels on its shorter side.
pub fn shrink(pixels: RgbImage) -> RgbImage {
    let short = pixels.width().min(pixels.height());
    let pixels = match short / WIDEST {
        0 | 1 => pixels,
        step => blocks(&pixels, step),
    };
    match smaller(pixels.width(), pixels.height()) {
        Some((width, height)) => imageops::resize(&pixels, width, height, FilterType::Triangle),
        None => pixels,
    }
}

/// Returns the mean of each block of so many pixels by as many; what is left over at the edges is dropped.
fn blocks(pixels: &RgbImage, step: u32) -> RgbImage {
    let count = step * step;
    RgbImage::from_fn(pixels.width() / step, pixels.height() / step, |x, y| {
        let mut sums = [0u32; 3];
        for (dx, dy) in (0..step).flat_map(|dy| (0..step).map(move |dx| (dx, dy))) {
            let pixel = pixels.get_pixel(x * step + dx, y * step + dy).0;
            sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(value));
        }
        Rgb(sums.map(|sum| ((sum + count / 2) / count) as u8))
    })
}

/// Returns the size to which a picture is brought, where its shorter side is longer.
fn smaller(width: u32, height: u32) -> Option<(u32, u32)> {
    let short = width.min(height);
    (short > WIDEST).then(|| {
        let scale =
            |side: u32| u32::try_from(u64::from(side) * u64::from(WIDEST) / u64::from(short)).unwrap_or(WIDEST).max(1);
        (scale(width), scale(height))
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{blocks, shrink};

    #[test]
    fn the_shorter_side_is_brought_to_what_is_needed() {
        for (width, height, wanted) in [
            (1_440, 9, (1_440, 9)),
            (1_500, 1_500, (1_440, 1_440)),
            (2_880, 3_000, (1_440, 1_500)),
            (4_400, 3_000, (2_112, 1_440)),
        ] {
            assert_eq!(shrink(RgbImage::new(width, height)).dimensions(), wanted);
        }
    }

    #[test]
    fn a_block_is_its_mean() {
        let stripes = RgbImage::from_fn(5, 4, |x, _| Rgb([if x % 2 == 0 { 0 } else { 255 }, 7, 9]));
        let small = blocks(&stripes, 2);
        assert_eq!(small.dimensions(), (2, 2));
        assert!(small.pixels().all(|pixel| pixel.0 == [128, 7, 9]));
    }
}
