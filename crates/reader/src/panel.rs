//! Which evenly coloured area each line stands on: a bubble, a card, a bar or the ground of the page. Knows no text.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::Rectangle;

/// Every so many pixels one is looked at.
const STRIDE: u32 = 4;
/// How far a pixel may differ from the first one, in each colour.
const TOLERANCE: u8 = 5;

/// An evenly coloured area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// The smallest rectangle around it.
    pub rectangle: Rectangle,
    /// Its colour.
    pub colour: [u8; 3],
}

/// Finds the area under each rectangle; several may stand on one.
pub fn panels(picture: &RgbImage, lines: &[Rectangle]) -> (Vec<Panel>, Vec<Option<usize>>) {
    let mut ground = Ground::new(picture);
    let mut panels = Vec::new();
    let of_lines = lines.iter().map(|line| ground.under(line, &mut panels)).collect();
    (panels, of_lines)
}

struct Ground<'a> {
    picture: &'a RgbImage,
    width: usize,
    height: usize,
    /// The area of each place looked at, counted from 1; 0 for none yet.
    areas: Vec<u16>,
}

impl<'a> Ground<'a> {
    fn new(picture: &'a RgbImage) -> Self {
        let (width, height) = (picture.width().div_ceil(STRIDE) as usize, picture.height().div_ceil(STRIDE) as usize);
        Self { picture, width, height, areas: vec![0; width * height] }
    }

    fn colour(&self, x: usize, y: usize) -> [u8; 3] {
        let at = |place: usize, size: u32| (place as u32 * STRIDE + STRIDE / 2).min(size - 1);
        self.picture.get_pixel(at(x, self.picture.width()), at(y, self.picture.height())).0
    }

    /// Returns the area that most of a rectangle's edge stands on.
    fn under(&mut self, line: &Rectangle, panels: &mut Vec<Panel>) -> Option<usize> {
        let (seed, colour) = self.seed(line)?;
        let known = *self.areas.get(seed)?;
        if known > 0 {
            return Some(usize::from(known) - 1);
        }
        let number = u16::try_from(panels.len() + 1).ok()?;
        let rectangle = self.fill(seed, colour, number);
        panels.push(Panel { rectangle, colour });
        Some(panels.len() - 1)
    }

    /// Returns a place on the edge of a rectangle that has the colour which most of the edge has.
    fn seed(&self, line: &Rectangle) -> Option<(usize, [u8; 3])> {
        let clamp = |value: u32, size: usize| (value / STRIDE).min(size as u32 - 1) as usize;
        let (left, right) = (clamp(line.x, self.width), clamp(line.right(), self.width));
        let (top, bottom) = (clamp(line.y, self.height), clamp(line.bottom(), self.height));
        let mut edge: Vec<(usize, usize)> = (left..=right).flat_map(|x| [(x, top), (x, bottom)]).collect();
        edge.extend((top..=bottom).flat_map(|y| [(left, y), (right, y)]));
        let colours: Vec<[u8; 3]> = edge.iter().map(|(x, y)| self.colour(*x, *y)).collect();
        let is_near = |one: &[u8; 3], other: &[u8; 3]| (0..3).all(|at| one[at].abs_diff(other[at]) <= TOLERANCE);
        // A few dozen candidates are enough, and keep this linear.
        let step = (colours.len() / 32).max(1);
        let best = (0..colours.len())
            .step_by(step)
            .max_by_key(|at| colours.iter().filter(|colour| is_near(colour, &colours[*at])).count())?;
        let (x, y) = *edge.get(best)?;
        Some((y * self.width + x, *colours.get(best)?))
    }

    fn fill(&mut self, seed: usize, colour: [u8; 3], number: u16) -> Rectangle {
        let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
        let mut stack = vec![seed];
        self.areas[seed] = number;
        while let Some(at) = stack.pop() {
            let (x, y) = (at % self.width, at / self.width);
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            let near = [
                (x > 0).then(|| at - 1),
                (x + 1 < self.width).then(|| at + 1),
                (y > 0).then(|| at - self.width),
                (y + 1 < self.height).then(|| at + self.width),
            ];
            for next in near.into_iter().flatten() {
                let found = self.colour(next % self.width, next / self.width);
                if self.areas[next] == 0 && (0..3).all(|at| found[at].abs_diff(colour[at]) <= TOLERANCE) {
                    self.areas[next] = number;
                    stack.push(next);
                }
            }
        }
        let place = |value: usize| value as u32 * STRIDE;
        Rectangle::between(
            place(left),
            place(top),
            (place(right) + STRIDE).min(self.picture.width()),
            (place(bottom) + STRIDE).min(self.picture.height()),
        )
    }
}
