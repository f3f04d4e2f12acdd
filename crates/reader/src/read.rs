//! From bytes to a page: decode, find lines, read them, find areas, lay out. One picture at a time, the models loaded once.

use std::num::NonZeroUsize;
use std::sync::Arc;

use image::{Rgb, RgbImage, imageops};
use jiff::civil::DateTime;
use rten::ThreadPool;

use crate::capture;
use crate::detect::{self, Region};
use crate::model::{self, Network};
use crate::page::{CaptureSource, Captured, Message, ModelName, Other, Page};
use crate::picture::Picture;
use crate::recognise::{Glyph, Recogniser};
use crate::scene::{Read, Scene};
use crate::{Error, Rectangle, column, layout, panel};

/// The width at which an upright screen is looked at for lines.
const LOOK: u32 = 608;
/// The width beyond which nothing is looked at for lines.
const WIDEST_LOOK: u32 = 1_600;
/// A slope that is no longer a level line's.
const LEVEL: f32 = 0.008;
/// Below this a line is no text.
const TEXT: f32 = 0.5;
/// Below this a page as a whole is not read.
const PAGE: f32 = 0.6;

/// What is known of a picture besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// What its file is called.
    pub file_name: Option<&'a str>,
    /// When it was taken, where somebody says so.
    pub captured: Option<DateTime>,
}

/// The models, ready to read.
pub struct Reader {
    detection: Network,
    recogniser: Recogniser,
    digest: String,
    threads: Arc<ThreadPool>,
}

/// A picture turned so that its lines are level, and how to come back.
struct Turned {
    pixels: RgbImage,
    /// How far it was turned; nothing for a screenshot.
    angle: Option<f32>,
}

impl Reader {
    /// Loads the models, which run on so many threads; takes some tens of milliseconds.
    ///
    /// # Errors
    /// Where they do not run here.
    pub fn new(threads: NonZeroUsize) -> Result<Self, Error> {
        let threads = Arc::new(ThreadPool::with_num_threads(threads.get()));
        let recogniser = Recogniser::new(model::recognition(Arc::clone(&threads))?, model::characters());
        let detection = model::detection(Arc::clone(&threads))?;
        Ok(Self { detection, recogniser, digest: model::digest(), threads })
    }

    /// Reads a picture.
    ///
    /// # Errors
    /// Where it cannot be decoded within limits, or no text can be read in it.
    pub fn read(&self, bytes: &[u8], origin: &Origin<'_>) -> Result<Page, Error> {
        // On one of the models' threads as a whole: allocators keep memory for each thread that has asked for much.
        self.threads.run(|| self.read_here(bytes, origin))
    }

    fn read_here(&self, bytes: &[u8], origin: &Origin<'_>) -> Result<Page, Error> {
        let picture = Picture::decode(bytes)?;
        let captured = origin
            .captured
            .map(|moment| Captured { moment, source: CaptureSource::Stated })
            .or_else(|| capture::captured(bytes, origin.file_name));
        let (width, height) = (picture.width, picture.height);
        let (turned, regions) = self.level(picture.pixels)?;
        let (scene, confidence) = self.scene(&turned.pixels, &regions)?;
        let (messages, others) = lay_out(scene, captured.as_ref().map(|captured| captured.moment));
        let model = ModelName { name: model::NAME.to_owned(), digest: self.digest.clone() };
        let is_photo = turned.angle.is_some();
        let mut page = Page { width, height, messages, others, captured, confidence, is_photo, model };
        page.place(&turned);
        Ok(page)
    }

    /// Reads the lines of a level picture one by one, and how sure they are as a whole.
    fn scene(&self, picture: &RgbImage, regions: &[Region]) -> Result<(Scene, f32), Error> {
        let mut reads = Vec::with_capacity(regions.len());
        for region in regions {
            let glyphs = self.recogniser.read(picture, &region.rectangle)?;
            if mean(&glyphs) >= TEXT {
                reads.push((region.rectangle, glyphs));
            }
        }
        let count: usize = reads.iter().map(|(_, glyphs)| glyphs.len()).sum();
        let sum: f32 = reads.iter().map(|(_, glyphs)| mean(glyphs) * glyphs.len() as f32).sum();
        let confidence = sum / (count as f32).max(1.0);
        if count == 0 || confidence < PAGE {
            return Err(Error::NoText);
        }
        let rectangles: Vec<Rectangle> = reads.iter().map(|(rectangle, _)| *rectangle).collect();
        let (panels, of_lines) = panel::panels(picture, &rectangles);
        let lines = reads.into_iter().zip(of_lines);
        let lines = lines.map(|((rectangle, glyphs), panel)| Read::new(rectangle, panel, glyphs)).collect();
        let rectangle = Rectangle { x: 0, y: 0, width: picture.width(), height: picture.height() };
        Ok((Scene { rectangle, lines, panels }, confidence))
    }

    fn regions(&self, picture: &RgbImage) -> Result<Vec<Region>, Error> {
        let (width, height) = picture.dimensions();
        // Two screens side by side are looked at twice as wide.
        let wide =
            LOOK.max(
                (u64::from(LOOK) * 2 * u64::from(width) / u64::from(height.max(1))).min(u64::from(WIDEST_LOOK)) as u32
            );
        detect::detect(&self.detection, picture, wide)
    }

    /// Turns a photo so that its lines are level; leaves a screenshot as it is.
    fn level(&self, picture: RgbImage) -> Result<(Turned, Vec<Region>), Error> {
        let regions = self.regions(&picture)?;
        let mut slopes: Vec<f32> = regions
            .iter()
            .filter(|region| region.rectangle.width > region.rectangle.height * 5)
            .map(|region| region.slope)
            .collect();
        slopes.sort_by(f32::total_cmp);
        let slope = slopes.get(slopes.len() / 2).copied().unwrap_or(0.0);
        if slopes.len() < 2 || slope.abs() < LEVEL {
            return Ok((Turned { pixels: picture, angle: None }, regions));
        }
        let angle = slope.atan();
        let pixels = turned(&picture, angle);
        let regions = self.regions(&pixels)?;
        Ok((Turned { pixels, angle: Some(angle) }, regions))
    }
}

fn mean(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|glyph| glyph.confidence).sum::<f32>() / (glyphs.len() as f32).max(1.0)
}

/// Makes messages of all that stands in a picture, screen by screen; `seen` is when it was taken.
pub fn lay_out(scene: Scene, seen: Option<DateTime>) -> (Vec<Message>, Vec<Other>) {
    let (mut messages, mut others) = (Vec::new(), Vec::new());
    for screen in column::split(scene) {
        let (of_screen, rest) = layout::layout(&screen, seen);
        messages.extend(of_screen);
        others.extend(rest);
    }
    (messages, others)
}

/// Turns a picture around its middle; what was outside repeats the edge.
fn turned(picture: &RgbImage, angle: f32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let (sine, cosine) = angle.sin_cos();
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 - middle_x, y as f32 - middle_y);
        let from_x = (middle_x + dx * cosine - dy * sine).clamp(0.0, width as f32 - 1.0);
        let from_y = (middle_y + dx * sine + dy * cosine).clamp(0.0, height as f32 - 1.0);
        imageops::interpolate_bilinear(picture, from_x, from_y).unwrap_or(Rgb([255; 3]))
    })
}

impl Page {
    /// Brings places back to the picture as it was given.
    fn place(&mut self, turned: &Turned) {
        let (wide, high) = (turned.pixels.width() as f32, turned.pixels.height() as f32);
        let (across, down) = (self.width as f32 / wide.max(1.0), self.height as f32 / high.max(1.0));
        if turned.angle.is_none() && turned.pixels.dimensions() == (self.width, self.height) {
            return;
        }
        let (sine, cosine) = turned.angle.unwrap_or(0.0).sin_cos();
        let place = |at: &mut Rectangle| {
            let (x, y) =
                (at.x as f32 + at.width as f32 / 2.0 - wide / 2.0, at.y as f32 + at.height as f32 / 2.0 - high / 2.0);
            let (x, y) = (wide / 2.0 + x * cosine - y * sine, high / 2.0 + x * sine + y * cosine);
            let (width, height) = (at.width as f32 * across, at.height as f32 * down);
            let (left, top) = ((x * across - width / 2.0).max(0.0), (y * down - height / 2.0).max(0.0));
            *at = Rectangle { x: left as u32, y: top as u32, width: width as u32, height: height as u32 };
        };
        for message in &mut self.messages {
            place(&mut message.rectangle);
            message.lines.iter_mut().for_each(|line| place(&mut line.rectangle));
            if let Some(time) = &mut message.time {
                place(&mut time.rectangle);
            }
        }
        self.others.iter_mut().for_each(|other| place(&mut other.rectangle));
    }
}
