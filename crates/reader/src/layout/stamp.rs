//! Times on the screen, and which bubbles they belong to.

use jiff::civil::DateTime;

use crate::page::{Role, Stamp};
use crate::scene::Scene;
use crate::time::{self, Written};

use super::Bubble;

/// A middle that lies so near to the screen's, in thousandths of the width, is centred.
const CENTRED: u32 = 40;

/// A time with the bubbles that it holds for.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Number of its line.
    pub line: usize,
    /// Numbers of the bubbles.
    pub bubbles: Vec<usize>,
    written: Written,
    inside: Option<usize>,
    is_centred: bool,
}

impl Placed {
    /// Returns whether it stands outside of bubbles, and not in the middle of the screen.
    pub fn is_free(&self) -> bool {
        self.inside.is_none() && !self.is_centred
    }

    /// Returns the time as it is shown, with its moment where that is known.
    pub fn resolved(&self, scene: &Scene, seen: Option<DateTime>) -> Stamp {
        let line = &scene.lines[self.line];
        Stamp {
            text: line.text.clone(),
            rectangle: line.rectangle,
            moment: self.written.moment(seen),
            is_relative: self.written.is_relative(),
            has_clock: self.written.has_clock(),
        }
    }
}

/// Marks lines that are times, beside bubbles and at the edge of bubbles, which lose them.
pub fn mark(scene: &Scene, roles: &mut [Option<Role>], bubbles: &mut Vec<Bubble>, first: Option<u32>) -> Vec<Placed> {
    let mut stamps = Vec::new();
    for (at, bubble) in bubbles.iter_mut().enumerate() {
        let count = bubble.lines.len();
        let edges = [bubble.lines.first().copied(), bubble.lines.last().copied().filter(|_| count > 1)];
        for line in edges.into_iter().flatten() {
            let Some(written) = time::written(&scene.lines[line].text) else { continue };
            let is_alone = bubble.lines.len() == 1;
            if is_alone && !is_centred(scene, line) {
                continue;
            }
            if !is_alone && !is_small(scene, bubble, line) {
                continue;
            }
            bubble.lines.retain(|other| *other != line);
            roles[line] = Some(Role::Time);
            stamps.push(Placed {
                line,
                bubbles: Vec::new(),
                written,
                inside: (!is_alone).then_some(at),
                is_centred: is_alone,
            });
            break;
        }
    }
    // Where a bubble was a time only, it is none; the numbers of the others move.
    let kept: Vec<usize> = (0..bubbles.len()).filter(|at| !bubbles[*at].lines.is_empty()).collect();
    for stamp in &mut stamps {
        stamp.inside = stamp.inside.and_then(|at| kept.iter().position(|kept| *kept == at));
    }
    bubbles.retain(|bubble| !bubble.lines.is_empty());
    let bubble_lines: Vec<usize> = bubbles.iter().flat_map(|bubble| bubble.lines.iter().copied()).collect();
    for (at, role) in roles.iter_mut().enumerate() {
        if role.is_some() || bubble_lines.contains(&at) {
            continue;
        }
        let Some(written) = time::written(&scene.lines[at].text) else { continue };
        let centred = is_centred(scene, at);
        // A clock far above the first bubble and not centred is no message's time.
        let is_near = first.is_none_or(|first| scene.lines[at].rectangle.bottom() + scene.rectangle.width / 5 > first);
        if centred || is_near {
            *role = Some(Role::Time);
            stamps.push(Placed { line: at, bubbles: Vec::new(), written, inside: None, is_centred: centred });
        }
    }
    stamps.sort_by_key(|stamp| scene.lines[stamp.line].rectangle.y);
    stamps
}

fn is_centred(scene: &Scene, line: usize) -> bool {
    let middle = scene.lines[line].rectangle.middle_x();
    scene.share(middle.abs_diff(scene.rectangle.middle_x())) < CENTRED
}

/// A time inside a bubble is written smaller than its text.
fn is_small(scene: &Scene, bubble: &Bubble, line: usize) -> bool {
    let size = |at: &usize| scene.lines[*at].type_size();
    let others: Vec<u32> = bubble.lines.iter().filter(|at| **at != line).map(size).collect();
    let mean = others.iter().sum::<u32>() / (others.len() as u32).max(1);
    size(&line) * 100 < mean * 88
}

/// Decides which bubbles each time holds for.
pub fn assign(stamps: &mut [Placed], bubbles: &[Bubble], scene: &Scene) {
    let stands_above = stand_above(stamps, bubbles, scene);
    let mut of_bubble: Vec<Option<usize>> = vec![None; bubbles.len()];
    for (at, bubble) in bubbles.iter().enumerate() {
        let y = |stamp: &Placed| scene.lines[stamp.line].rectangle.middle_y();
        let inside = stamps.iter().position(|stamp| stamp.inside == Some(at));
        let free = || stamps.iter().enumerate().filter(|(_, stamp)| stamp.inside.is_none());
        let chosen = if stands_above {
            free().filter(|(_, stamp)| y(stamp) <= bubble.rectangle.middle_y()).map(|(number, _)| number).next_back()
        } else {
            let below = |(_, stamp): &(usize, &Placed)| y(stamp) >= bubble.rectangle.middle_y();
            free().find(below).map(|(number, _)| number)
        };
        of_bubble[at] = inside.or(chosen);
    }
    for (at, stamp) in of_bubble.into_iter().enumerate() {
        if let Some(stamp) = stamp.and_then(|stamp| stamps.get_mut(stamp)) {
            stamp.bubbles.push(at);
        }
    }
}

/// Times stand above their bubbles or below them, on one screen all alike; centred ones always above.
fn stand_above(stamps: &[Placed], bubbles: &[Bubble], scene: &Scene) -> bool {
    let free: Vec<&Placed> = stamps.iter().filter(|stamp| stamp.inside.is_none()).collect();
    if free.iter().any(|stamp| stamp.is_centred)
        && free.iter().filter(|stamp| stamp.is_centred).count() * 2 >= free.len()
    {
        return true;
    }
    let (mut to_above, mut to_below) = (0, 0);
    let far = scene.rectangle.width / 4;
    for stamp in &free {
        let line = &scene.lines[stamp.line].rectangle;
        let below = bubbles.iter().filter(|bubble| bubble.rectangle.y >= line.middle_y());
        let above = bubbles.iter().filter(|bubble| bubble.rectangle.bottom() <= line.middle_y() + line.height);
        to_below += below.map(|bubble| bubble.rectangle.y.saturating_sub(line.bottom())).min().unwrap_or(far).min(far);
        to_above += above.map(|bubble| line.y.saturating_sub(bubble.rectangle.bottom())).min().unwrap_or(far).min(far);
    }
    to_below <= to_above
}
