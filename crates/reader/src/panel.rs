//! Which evenly coloured area each line stands on: a bubble, a card, a bar or the ground of the page. Knows no text.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::Rectangle;

/// So many pixels by as many are looked at as one, which evens out what JPEG adds.
const STRIDE: u32 = 4;
/// How far a pixel may differ from the first one, in each colour.
const TOLERANCE: u8 = 4;

/// What strokes enclose.
const ENCLOSED: u16 = u16::MAX;

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

struct Ground {
    picture: Rectangle,
    width: usize,
    height: usize,
    colours: Vec<[u8; 3]>,
    /// The area of each place looked at, counted from 1; 0 for none yet.
    areas: Vec<u16>,
}

impl Ground {
    fn new(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width().div_ceil(STRIDE) as usize, picture.height().div_ceil(STRIDE) as usize);
        let mut sums = vec![[0u32; 4]; width * height];
        for (x, y, pixel) in picture.enumerate_pixels() {
            let sum = &mut sums[(y / STRIDE) as usize * width + (x / STRIDE) as usize];
            for (total, value) in sum.iter_mut().zip(pixel.0.iter().copied().chain([1])) {
                *total += u32::from(value);
            }
        }
        let colours = sums.iter().map(|[red, green, blue, count]| [red, green, blue].map(|sum| (sum / count) as u8));
        let colours = colours.collect();
        let picture = Rectangle { x: 0, y: 0, width: picture.width(), height: picture.height() };
        Self { picture, width, height, colours, areas: vec![0; width * height] }
    }

    fn colour(&self, x: usize, y: usize) -> [u8; 3] {
        self.colours[y * self.width + x]
    }

    /// Returns the area that most of a rectangle stands on.
    fn under(&mut self, line: &Rectangle, panels: &mut Vec<Panel>) -> Option<usize> {
        let (colour, places) = self.commonest(line)?;
        let mut known: Vec<u16> = places.iter().map(|at| self.areas[*at]).filter(|area| *area != 0).collect();
        known.sort_unstable();
        let best = known.chunk_by(|one, other| one == other).max_by_key(|same| same.len());
        if let Some(best) = best.filter(|best| best.len() * 4 >= places.len()) {
            return best.first().filter(|area| **area != ENCLOSED).map(|area| usize::from(*area) - 1);
        }
        for seed in places {
            if self.areas[seed] != 0 {
                continue;
            }
            let number = u16::try_from(panels.len() + 1).ok().filter(|number| *number != ENCLOSED)?;
            let rectangle = self.fill(seed, colour, number);
            // What a stroke encloses is no area of its own.
            let share = if line.width < line.height * 2 { 4 } else { 7 };
            if rectangle.width * 10 >= line.width * share && rectangle.height * 10 >= line.height * 5 {
                panels.push(Panel { rectangle, colour });
                return Some(panels.len() - 1);
            }
            self.areas.iter_mut().filter(|area| **area == number).for_each(|area| *area = ENCLOSED);
        }
        None
    }

    /// Returns the commonest colour of a rectangle's middle, that which the strokes leave free, and the places that have it.
    fn commonest(&self, line: &Rectangle) -> Option<([u8; 3], Vec<usize>)> {
        let clamp = |value: u32, size: usize| (value / STRIDE).min(size as u32 - 1) as usize;
        let inset = line.height / 6;
        let (left, right) = (clamp(line.x + inset, self.width), clamp(line.right().saturating_sub(inset), self.width));
        let (top, bottom) =
            (clamp(line.y + inset, self.height), clamp(line.bottom().saturating_sub(inset), self.height));
        // Edges first: from there an area is entered at once.
        let mut rows: Vec<usize> = (top..=bottom.max(top)).collect();
        rows.sort_by_key(|y| std::cmp::Reverse(y.abs_diff(usize::midpoint(top, bottom))));
        let places: Vec<usize> = rows
            .iter()
            .flat_map(|y| (left..=right.max(left)).map(move |x| (x, y)))
            .map(|(x, y)| y * self.width + x)
            .collect();
        let colours: Vec<[u8; 3]> = places.iter().map(|at| self.colour(at % self.width, at / self.width)).collect();
        // Some dozen candidates are enough, and keep this linear.
        let step = (colours.len() / 61).max(1);
        let best = (0..colours.len())
            .step_by(step)
            .max_by_key(|at| colours.iter().filter(|colour| is_near(**colour, colours[*at])).count())?;
        let same = || colours.iter().filter(|colour| is_near(**colour, colours[best]));
        let count = same().count().max(1);
        let colour = [0, 1, 2].map(|at| (same().map(|colour| usize::from(colour[at])).sum::<usize>() / count) as u8);
        let near = places.iter().zip(&colours).filter(|(_, found)| is_near(**found, colour)).map(|(at, _)| *at);
        Some((colour, near.collect()))
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
                if self.areas[next] == 0 && is_near(found, colour) {
                    self.areas[next] = number;
                    stack.push(next);
                }
            }
        }
        let place = |value: usize| value as u32 * STRIDE;
        Rectangle::between(
            place(left),
            place(top),
            (place(right) + STRIDE).min(self.picture.width),
            (place(bottom) + STRIDE).min(self.picture.height),
        )
    }
}

fn is_near(one: [u8; 3], other: [u8; 3]) -> bool {
    (0..3).all(|at| one[at].abs_diff(other[at]) <= TOLERANCE)
}
