//! Who wrote a bubble: what hugs the right edge is sent, what hugs the left is received. Bubbles of one colour are by one side.

use crate::Rectangle;
use crate::page::Direction;
use crate::scene::Scene;

use super::Bubble;
use super::stamp::Placed;

/// Margins that differ by less than this, in thousandths of the width, say nothing.
const ALIKE: u32 = 30;
/// How far two colours of one side may lie apart.
const SAME_COLOUR: u8 = 12;

/// Decides the direction of each bubble: by the names above them, else by the edge that times beside them keep to, else by
/// the edge that they keep to themselves.
pub fn decide(scene: &Scene, bubbles: &mut [Bubble], stamps: &[Placed]) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in 0..bubbles.len() {
        let is_same =
            |group: &Vec<usize>| group.first().is_some_and(|first| is_one_side(&bubbles[*first], &bubbles[at]));
        match groups.iter_mut().find(|group| is_same(group)) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    let members = |group: &[usize]| -> Vec<&Bubble> { group.iter().map(|at| &bubbles[*at]).collect() };
    let is_bare = |group: &[usize]| group.first().is_some_and(|first| bubbles[*first].colour.is_none());
    let told_of = |group: &Vec<usize>| if is_bare(group) { None } else { told(scene, &members(group), stamps) };
    let told_groups: Vec<Option<bool>> = groups.iter().map(told_of).collect();
    let side = |(group, told): (&Vec<usize>, &Option<bool>)| {
        told.or_else(|| (!is_bare(group)).then(|| are_sent(scene, &members(group))))
    };
    let mut sent: Vec<Option<bool>> = groups.iter().zip(&told_groups).map(side).collect();
    // Two colours are two sides: where all would be sent, what begins further left is not.
    let lefts: Vec<u32> = groups.iter().map(|group| mean_left(scene, &members(group))).collect();
    let rightmost = lefts.iter().zip(&sent).filter(|(_, sent)| **sent == Some(true)).map(|(left, _)| *left).max();
    if sent.iter().flatten().all(|sent| *sent) {
        for ((sent, told), left) in sent.iter_mut().zip(&told_groups).zip(&lefts) {
            if *sent == Some(true) && told.is_none() && rightmost.is_some_and(|rightmost| left + ALIKE < rightmost) {
                *sent = Some(false);
            }
        }
    }
    for (group, is_sent) in groups.into_iter().zip(sent) {
        for at in group {
            let sent = is_sent
                .or_else(|| told(scene, &[&bubbles[at]], stamps))
                .unwrap_or_else(|| are_sent(scene, &[&bubbles[at]]));
            bubbles[at].direction = if sent { Direction::Sent } else { Direction::Received };
        }
    }
}

/// Returns what names and times beside bubbles tell of their side: a name is another's, a time outside keeps to the same edge
/// as its bubble. Nothing where they do not tell, or not all the same.
fn told(scene: &Scene, members: &[&Bubble], stamps: &[Placed]) -> Option<bool> {
    if members.iter().any(|bubble| bubble.name.is_some()) {
        return Some(false);
    }
    let edges = stamps.iter().filter(|stamp| stamp.is_free()).flat_map(|stamp| {
        let line = &scene.lines[stamp.line].rectangle;
        members.iter().filter_map(move |bubble| edge(scene, &bubble.rectangle, line))
    });
    let (right, left): (Vec<bool>, Vec<bool>) = edges.partition(|is_right| *is_right);
    (right.is_empty() != left.is_empty()).then_some(left.is_empty())
}

/// Returns whether a time right above or below a bubble keeps to its right edge; nothing where it keeps to both or none.
fn edge(scene: &Scene, bubble: &Rectangle, line: &Rectangle) -> Option<bool> {
    let gap = bubble.y.saturating_sub(line.bottom()).max(line.y.saturating_sub(bubble.bottom()));
    let is_apart = line.middle_y() < bubble.y || line.middle_y() >= bubble.bottom();
    let is_at = |one: u32, other: u32| scene.share(one.abs_diff(other)) < ALIKE;
    let (left, right) = (is_at(line.x, bubble.x), is_at(line.right(), bubble.right()));
    (is_apart && gap < line.height && left != right).then_some(right)
}

fn is_one_side(one: &Bubble, other: &Bubble) -> bool {
    match (one.colour, other.colour) {
        (Some(one), Some(other)) => (0..3).all(|at| one[at].abs_diff(other[at]) <= SAME_COLOUR),
        (None, None) => true,
        _ => false,
    }
}

/// Returns how far a bubble begins from the left, in thousandths of the width.
fn left(scene: &Scene, bubble: &Bubble) -> u32 {
    scene.share(bubble.rectangle.x.saturating_sub(scene.rectangle.x))
}

fn mean_left(scene: &Scene, members: &[&Bubble]) -> u32 {
    members.iter().map(|bubble| left(scene, bubble)).sum::<u32>() / (members.len() as u32).max(1)
}

fn are_sent(scene: &Scene, members: &[&Bubble]) -> bool {
    let left = |bubble: &Bubble| left(scene, bubble);
    let right = |bubble: &Bubble| scene.share(scene.rectangle.right().saturating_sub(bubble.rectangle.right()));
    let spread = |side: &dyn Fn(&Bubble) -> u32| {
        let values = || members.iter().map(|bubble| side(bubble));
        values().max().unwrap_or(0) - values().min().unwrap_or(0)
    };
    let (spread_left, spread_right) = (spread(&left), spread(&right));
    // One edge is common, the other follows the text.
    if spread_left.abs_diff(spread_right) > ALIKE {
        return spread_right < spread_left;
    }
    let mean = |side: &dyn Fn(&Bubble) -> u32| {
        members.iter().map(|bubble| side(bubble)).sum::<u32>() / (members.len() as u32).max(1)
    };
    let (left, right) = (mean(&left), mean(&right));
    // A received bubble beside a picture may come near the right edge; a sent one is coloured then.
    let least = if members.iter().any(|bubble| bubble.colour.is_none_or(is_coloured)) { ALIKE } else { 5 * ALIKE };
    left > right + least
}

fn is_coloured(colour: [u8; 3]) -> bool {
    colour.iter().max().unwrap_or(&0) - colour.iter().min().unwrap_or(&0) > 24
}
