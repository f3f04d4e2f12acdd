//! Screens that stand side by side in one picture, each to be read by itself.

use crate::Rectangle;
use crate::scene::{Read, Scene};

/// A screen is at least this much higher than wide, in hundredths.
const UPRIGHT: u32 = 120;
/// Lines that a screen has at least.
const FEWEST: usize = 3;
/// More screens stand beside each other in no picture.
const MOST: u32 = 4;

/// Splits a picture into its screens, from left to right; most have one.
pub fn split(scene: Scene) -> Vec<Scene> {
    let Rectangle { width, height, .. } = scene.rectangle;
    for count in (2..=MOST).rev() {
        if height * 100 < width / count * UPRIGHT || width / count == 0 {
            continue;
        }
        // Screens of the same size: no line stands on a border between two.
        let borders: Vec<u32> = (1..count).map(|at| scene.rectangle.x + width * at / count).collect();
        let is_free = |border: &u32| {
            scene.lines.iter().all(|line| line.rectangle.right() <= border + 2 || line.rectangle.x + 2 >= *border)
        };
        let share = |at: u32| Rectangle {
            x: scene.rectangle.x + width * at / count,
            y: scene.rectangle.y,
            width: width / count,
            height,
        };
        let is_within = |line: &Read, part: &Rectangle| (part.x..part.right()).contains(&line.rectangle.middle_x());
        let parts: Vec<Rectangle> = (0..count).map(share).collect();
        let is_filled =
            parts.iter().all(|part| scene.lines.iter().filter(|line| is_within(line, part)).count() >= FEWEST);
        // A screen alone is not landscape; with two the picture is nearly square or wider.
        if width * 100 >= height * 60 && borders.iter().all(is_free) && is_filled {
            let lines = |part: &Rectangle| scene.lines.iter().filter(|line| is_within(line, part)).cloned().collect();
            return parts
                .iter()
                .map(|part| Scene { rectangle: *part, lines: lines(part), panels: scene.panels.clone() })
                .collect();
        }
    }
    vec![scene]
}
