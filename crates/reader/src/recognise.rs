//! What a line says: the recognition model over a strip of the picture, its answer read character by character. Knows
//! no layout.

use std::ops::Range;

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
/// So much is shown below a line, in hundredths of its height: what goes below an underline tells q from g, j from i.
const BELOW: u32 = 8;
/// From here on a blank between two digits that stand further apart than others of the line is one: the model is often no
/// surer of it, and gives hardly anything where none is.
const BLANK: f32 = 0.02;
/// How much further apart, in hundredths.
const APART: usize = 120;

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
        let height = (at.height + at.height * BELOW / 100).min(picture.height().saturating_sub(at.y));
        let strip = imageops::crop_imm(picture, at.x, at.y, at.width, height).to_image();
        let natural = f64::from(at.width) / f64::from(height.max(1)) * f64::from(HEIGHT);
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
        let runs: Vec<Run> = runs(likely, classes).into_iter().filter(|run| run.class != 0).collect();
        let text = |run: &Run| self.characters.get(run.class).copied().unwrap_or_default();
        let is_digit = |run: &Run| text(run).chars().all(|character| character.is_ascii_digit());
        let gap = |pair: &[Run]| match pair {
            [one, other] if is_digit(one) && is_digit(other) => Some(other.middle() - one.middle()),
            _ => None,
        };
        let mut gaps: Vec<usize> = runs.windows(2).filter_map(gap).collect();
        gaps.sort_unstable();
        let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(usize::MAX / APART);
        let mut glyphs: Vec<Glyph> = Vec::new();
        for (at, run) in runs.iter().enumerate() {
            let x = place(run.middle() as f64 / 2.0);
            glyphs.extend(text(run).chars().map(|character| Glyph { character, confidence: run.confidence, x }));
            let Some(pair) = runs.get(at..at + 2) else { continue };
            if gap(pair).is_some_and(|gap| gap * 100 >= usual * APART) {
                let blank = blank(likely, classes, run.last + 1..pair[1].first);
                glyphs.extend(blank.map(|(step, confidence)| Glyph { character: ' ', confidence, x: place(step) }));
            }
        }
        glyphs
    }
}

/// Neighbouring steps that say the same.
struct Run {
    class: usize,
    /// Of the surest step.
    confidence: f32,
    first: usize,
    last: usize,
}

impl Run {
    /// Returns twice the step of its middle.
    fn middle(&self) -> usize {
        self.first + self.last
    }
}

fn runs(likely: &[f32], classes: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (step, row) in likely.chunks_exact(classes).enumerate() {
        let best = row.iter().copied().enumerate().max_by(|one, other| one.1.total_cmp(&other.1));
        let (class, confidence) = best.unwrap_or((0, 0.0));
        match runs.last_mut().filter(|run| run.class == class) {
            Some(run) => {
                run.confidence = run.confidence.max(confidence);
                run.last = step;
            }
            None => runs.push(Run { class, confidence, first: step, last: step }),
        }
    }
    runs
}

/// Returns where the model may have seen a blank between two digits, and how sure it is; the blank is the last class.
fn blank(likely: &[f32], classes: usize, steps: Range<usize>) -> Option<(f64, f32)> {
    let sure = |step: usize| likely.get(step * classes + classes - 1).copied().unwrap_or(0.0);
    let best = steps.max_by(|one, other| sure(*one).total_cmp(&sure(*other)))?;
    (sure(best) >= BLANK).then(|| (best as f64, sure(best)))
}
