//! Where lines of text are: the detection model over windows of the picture, then connected regions of its map. Knows
//! no characters.

use image::RgbImage;
use image::imageops::{self, FilterType};
use rten_tensor::NdTensor;

use crate::model::Network;
use crate::{Error, Rectangle};

/// The model takes sides that are multiples of this.
const STEP: u32 = 32;
/// Pixels that are looked at together, which bounds memory; a long screenshot is looked at in windows.
const WINDOW: u32 = 400_000;
/// Rows that a window has at least.
const FEWEST_ROWS: u32 = 320;
/// Rows that two windows share; no line is higher than half of it.
const SHARED: u32 = 96;
/// Two windows may see the middle of a line differently by so many rows; within them both keep it.
const SEAM: u32 = 12;
/// From here on a pixel counts as text.
const PIXEL: f32 = 0.3;
/// From here on a region does.
const REGION: f32 = 0.5;
/// How far regions are drawn too small: area over perimeter times this is added around them.
const GROWTH: f32 = 1.6;
/// More regions than any page has.
const MOST_REGIONS: usize = 2_000;

/// A region of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Where.
    pub rectangle: Rectangle,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// How far it rises to the right, as rise over run; 0 for a level line.
    pub slope: f32,
}

/// Finds the regions of text of a picture; `width` is that at which it is looked at.
///
/// # Errors
/// Where the model does not run.
pub fn detect(network: &Network, picture: &RgbImage, width: u32) -> Result<Vec<Region>, Error> {
    let scale = f64::from(width.min(picture.width())) / f64::from(picture.width());
    let fit = |side: u32| ((f64::from(side) * scale / f64::from(STEP)).round() as u32).max(1) * STEP;
    let (wide, high) = (fit(picture.width()), fit(picture.height()));
    let look = if (wide, high) == picture.dimensions() {
        None
    } else {
        Some(imageops::resize(picture, wide, high, FilterType::Triangle))
    };
    let look = look.as_ref().unwrap_or(picture);
    let across = f64::from(picture.width()) / f64::from(wide);
    let down = f64::from(picture.height()) / f64::from(high);
    let rows = (WINDOW / wide / STEP * STEP).max(FEWEST_ROWS);
    let mut found = Vec::new();
    let mut top = 0;
    loop {
        let bottom = if high - top <= rows + SHARED / 2 { high } else { top + rows };
        let map = map(network, look, top, bottom)?;
        // A line in the rows that two windows share belongs to the window in whose half its middle is.
        let from = if top == 0 { 0 } else { top + SHARED / 2 - SEAM };
        let to = if bottom == high { high } else { bottom - SHARED / 2 + SEAM };
        let regions = map.regions();
        found.extend(regions.into_iter().filter_map(|mut region| {
            region.rectangle.y += top;
            let at = region.rectangle;
            (from..to).contains(&at.middle_y()).then(|| {
                let stretch = |value: u32, by: f64| (f64::from(value) * by).round() as u32;
                region.rectangle = Rectangle::between(
                    stretch(at.x, across),
                    stretch(at.y, down),
                    stretch(at.right(), across).min(picture.width()),
                    stretch(at.bottom(), down).min(picture.height()),
                );
                region
            })
        }));
        if bottom == high || found.len() > MOST_REGIONS {
            break;
        }
        top = bottom - SHARED;
    }
    found.truncate(MOST_REGIONS);
    found.retain(|region| region.rectangle.width > 3 && region.rectangle.height > 3);
    let mut found = once(found);
    found.sort_by_key(|region| (region.rectangle.y, region.rectangle.x));
    Ok(found)
}

/// Drops what two windows both found near the border between them.
fn once(found: Vec<Region>) -> Vec<Region> {
    let mut kept: Vec<Region> = Vec::with_capacity(found.len());
    for region in found {
        let one = &region.rectangle;
        let is_known = kept.iter().rev().take(64).any(|known| {
            let other = &known.rectangle;
            let columns = one.right().min(other.right()).saturating_sub(one.x.max(other.x));
            one.rows_shared(other) * 2 > one.height.min(other.height) && columns * 2 > one.width.min(other.width)
        });
        if !is_known {
            kept.push(region);
        }
    }
    kept
}

/// The model's answer: for each pixel how likely it is text.
struct Map {
    width: usize,
    height: usize,
    likely: Vec<f32>,
}

fn map(network: &Network, picture: &RgbImage, top: u32, bottom: u32) -> Result<Map, Error> {
    let (width, height) = (picture.width() as usize, (bottom - top) as usize);
    let mut input = NdTensor::<f32, 4>::zeros([1, 3, height, width]);
    let plane = width * height;
    let rows = picture.as_raw().chunks_exact(width * 3).skip(top as usize).take(height);
    if let Some(data) = input.data_mut() {
        for (y, row) in rows.enumerate() {
            for (x, pixel) in row.chunks_exact(3).enumerate() {
                // The model was trained on blue, green, red.
                for (channel, value) in pixel.iter().rev().enumerate() {
                    if let Some(place) = data.get_mut(channel * plane + y * width + x) {
                        *place = f32::from(*value) / 127.5 - 1.0;
                    }
                }
            }
        }
    }
    let output = network.run(input.into())?;
    let (shape, likely) = output.into_shape_vec::<f32, 4>().map_err(|error| Error::Model(error.to_string()))?;
    Ok(Map { width: shape[3], height: shape[2], likely })
}

/// What is summed up over the pixels of a region.
#[derive(Clone, Copy, Default)]
struct Sum {
    count: u32,
    likely: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
}

impl Sum {
    fn add(&mut self, x: u32, y: u32, likely: f32) {
        if self.count == 0 {
            (self.left, self.right, self.top, self.bottom) = (x, x, y, y);
        }
        (self.left, self.right) = (self.left.min(x), self.right.max(x));
        (self.top, self.bottom) = (self.top.min(y), self.bottom.max(y));
        let (fx, fy) = (f64::from(x), f64::from(y));
        self.count += 1;
        self.likely += f64::from(likely);
        self.x += fx;
        self.y += fy;
        self.xx += fx * fx;
        self.xy += fx * fy;
    }

    fn slope(&self) -> f32 {
        let spread = self.xx - self.x * self.x / f64::from(self.count);
        if spread < 1.0 {
            return 0.0;
        }
        ((self.xy - self.x * self.y / f64::from(self.count)) / spread) as f32
    }
}

impl Map {
    fn regions(&self) -> Vec<Region> {
        let mut seen = vec![false; self.likely.len()];
        let mut stack = Vec::new();
        let mut regions = Vec::new();
        for start in 0..self.likely.len() {
            if seen.get(start).copied().unwrap_or(true) || !self.is_text(start) {
                continue;
            }
            let sum = self.spread(start, &mut seen, &mut stack);
            if let Some(region) = self.region(&sum) {
                regions.push(region);
            }
        }
        regions
    }

    fn is_text(&self, at: usize) -> bool {
        self.likely.get(at).is_some_and(|likely| *likely > PIXEL)
    }

    /// Gathers the region around a pixel, over corners as well.
    fn spread(&self, start: usize, seen: &mut [bool], stack: &mut Vec<usize>) -> Sum {
        let mut sum = Sum::default();
        stack.push(start);
        seen[start] = true;
        while let Some(at) = stack.pop() {
            let (x, y) = (at % self.width, at / self.width);
            sum.add(x as u32, y as u32, self.likely[at]);
            for near_y in y.saturating_sub(1)..=(y + 1).min(self.height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(self.width - 1) {
                    let near = near_y * self.width + near_x;
                    if !seen[near] && self.is_text(near) {
                        seen[near] = true;
                        stack.push(near);
                    }
                }
            }
        }
        sum
    }

    fn region(&self, sum: &Sum) -> Option<Region> {
        let (width, height) = (sum.right - sum.left + 1, sum.bottom - sum.top + 1);
        let confidence = (sum.likely / f64::from(sum.count)) as f32;
        if width.min(height) < 3 || confidence < REGION {
            return None;
        }
        let (w, h) = (width as f32, height as f32);
        let grow = (w * h * GROWTH / (2.0 * (w + h))).round() as u32;
        let rectangle = Rectangle::between(
            sum.left.saturating_sub(grow),
            sum.top.saturating_sub(grow),
            (sum.right + 1 + grow).min(self.width as u32),
            (sum.bottom + 1 + grow).min(self.height as u32),
        );
        Some(Region { rectangle, confidence, slope: sum.slope() })
    }
}
