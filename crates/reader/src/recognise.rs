//! What a line says: the recognition model over a strip of the picture, its answer read character by character. Knows
//! no layout.

use image::RgbImage;
use image::imageops::{self, FilterType};
use rten_tensor::NdTensor;

use crate::model::Network;
use crate::{Error, Rectangle};

/// The height at which the model reads.
const HEIGHT: u32 = 48;
/// The narrowest strip that it is shown.
const NARROWEST: u32 = 64;
/// The widest; what is wider is pressed together.
const WIDEST: u32 = 3_200;

/// A character as it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// The character.
    pub character: char,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// The column of its middle in the picture.
    pub x: u32,
}

/// What each class of the model stands for.
pub struct Recogniser {
    network: Network,
    characters: Vec<&'static str>,
}

impl Recogniser {
    /// Returns a recogniser of the characters that the classes stand for.
    pub fn new(network: Network, characters: Vec<&'static str>) -> Self {
        Self { network, characters }
    }

    /// Reads one line.
    ///
    /// # Errors
    /// Where the model does not run.
    pub fn read(&self, picture: &RgbImage, at: &Rectangle) -> Result<Vec<Glyph>, Error> {
        let strip = imageops::crop_imm(picture, at.x, at.y, at.width, at.height).to_image();
        let natural = f64::from(at.width) / f64::from(at.height.max(1)) * f64::from(HEIGHT);
        let drawn = (natural.ceil() as u32).clamp(1, WIDEST);
        let strip = imageops::resize(&strip, drawn, HEIGHT, FilterType::Triangle);
        let width = drawn.max(NARROWEST) as usize;
        let mut input = NdTensor::<f32, 4>::zeros([1, 3, HEIGHT as usize, width]);
        let plane = width * HEIGHT as usize;
        if let Some(data) = input.data_mut() {
            for (x, y, pixel) in strip.enumerate_pixels() {
                for (channel, value) in pixel.0.iter().rev().enumerate() {
                    if let Some(place) = data.get_mut(channel * plane + y as usize * width + x as usize) {
                        *place = f32::from(*value) / 127.5 - 1.0;
                    }
                }
            }
        }
        let output = self.network.run(input.into())?;
        let (shape, likely) = output.into_shape_vec::<f32, 3>().map_err(|error| Error::Model(error.to_string()))?;
        let steps = shape[1].max(1);
        let pace = width as f64 / steps as f64 * f64::from(at.width) / f64::from(drawn);
        Ok(self.collapsed(&likely, shape[2].max(1), |step| at.x + ((step + 0.5) * pace) as u32))
    }

    /// Joins what was said in neighbouring steps: the same class twice in a row is one character.
    fn collapsed(&self, likely: &[f32], classes: usize, place: impl Fn(f64) -> u32) -> Vec<Glyph> {
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut run: Option<(usize, f32, usize, usize)> = None;
        let mut end = |run: Option<(usize, f32, usize, usize)>| {
            let Some((class, confidence, first, last)) = run.filter(|(class, ..)| *class != 0) else { return };
            let x = place((first + last) as f64 / 2.0);
            for character in self.characters.get(class).copied().unwrap_or_default().chars() {
                glyphs.push(Glyph { character, confidence, x });
            }
        };
        for (step, row) in likely.chunks_exact(classes).enumerate() {
            let best = row.iter().copied().enumerate().max_by(|one, other| one.1.total_cmp(&other.1));
            let (class, confidence) = best.unwrap_or((0, 0.0));
            match &mut run {
                Some((open, best, _, last)) if *open == class => {
                    *best = best.max(confidence);
                    *last = step;
                }
                _ => end(run.replace((class, confidence, step, step))),
            }
        }
        end(run);
        glyphs
    }
}
