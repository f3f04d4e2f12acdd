//! Who wrote a bubble: what hugs the right edge is sent, what hugs the left is received. Bubbles of one colour are by one side.

use crate::page::Direction;
use crate::scene::Scene;

use super::Bubble;

/// Margins that differ by less than this, in thousandths of the width, say nothing.
const ALIKE: u32 = 30;
/// How far two colours of one side may lie apart.
const SAME_COLOUR: u8 = 12;

/// Decides the direction of each bubble.
pub fn decide(scene: &Scene, bubbles: &mut [Bubble]) {
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
    let mut sent: Vec<Option<bool>> =
        groups.iter().map(|group| if is_bare(group) { None } else { Some(are_sent(scene, &members(group))) }).collect();
    // Two colours are two sides: where both would be sent, what begins further left is not.
    if let ([one, other], [Some(true), Some(true)]) = (groups.as_slice(), sent.as_slice()) {
        let (one, other) = (mean_left(scene, &members(one)), mean_left(scene, &members(other)));
        if one.abs_diff(other) > ALIKE {
            sent[usize::from(other < one)] = Some(false);
        }
    }
    for (group, is_sent) in groups.into_iter().zip(sent) {
        for at in group {
            let sent = is_sent.unwrap_or_else(|| are_sent(scene, &[&bubbles[at]]));
            bubbles[at].direction = if sent { Direction::Sent } else { Direction::Received };
        }
    }
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
    if left > right + 3 * ALIKE {
        return true;
    }
    // A received bubble beside a picture may come near the right edge; a sent one is coloured then.
    left > right + ALIKE && members.iter().any(|bubble| bubble.colour.is_none_or(is_coloured))
}

fn is_coloured(colour: [u8; 3]) -> bool {
    colour.iter().max().unwrap_or(&0) - colour.iter().min().unwrap_or(&0) > 24
}
