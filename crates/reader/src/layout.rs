//! Which line is what: status bar, header, times, names, bubbles, controls; then messages of them. Works on places,
//! areas and the shape of texts alone, in thousandths of the screen's width.

mod bubble;
mod control;
mod direction;
mod header;
mod stamp;

use jiff::civil::DateTime;

use crate::page::{Direction, Message, Other, Role, Sender, Stamp};
use crate::scene::{Read, Scene};
use crate::{check, join};

pub use bubble::Bubble;

/// Makes messages of a screen; `seen` is when the picture was taken.
pub fn layout(scene: &Scene, seen: Option<DateTime>) -> (Vec<Message>, Vec<Other>) {
    let mut roles: Vec<Option<Role>> = vec![None; scene.lines.len()];
    header::mark_status(scene, &mut roles);
    control::mark(scene, &mut roles);
    let mut bubbles = bubble::find(scene, &roles);
    let first = bubbles.iter().map(|bubble| bubble.rectangle.y).min();
    let mut stamps = stamp::mark(scene, &mut roles, &mut bubbles, first);
    let header = header::mark(scene, &mut roles, &bubbles, &stamps);
    if bubbles.is_empty() {
        bubbles = bubble::of_ground(scene, &roles);
    }
    control::drop_fields(scene, &mut roles, &mut bubbles);
    direction::decide(scene, &mut bubbles);
    let names = header::names(scene, &mut roles, &bubbles);
    for bubble in &bubbles {
        bubble.lines.iter().for_each(|line| roles[*line] = None);
    }
    stamp::assign(&mut stamps, &bubbles, scene);
    let messages = bubbles
        .iter()
        .enumerate()
        .filter(|(_, bubble)| !bubble.lines.is_empty())
        .map(|(at, bubble)| {
            let name = names.get(at).cloned().flatten().map(|name| header::sender_of(&name));
            let time = stamps.iter().find(|stamp| stamp.bubbles.contains(&at));
            message(scene, bubble, name.or_else(|| header.clone()), time.map(|stamp| stamp.resolved(scene, seen)))
        })
        .collect();
    let in_bubble: Vec<usize> = bubbles.iter().flat_map(|bubble| bubble.lines.iter().copied()).collect();
    let others = scene.lines.iter().enumerate().filter(|(at, _)| !in_bubble.contains(at)).map(|(at, line)| Other {
        text: line.text.clone(),
        rectangle: line.rectangle,
        role: roles[at].unwrap_or(Role::Other),
    });
    (messages, others.collect())
}

fn message(scene: &Scene, bubble: &Bubble, sender: Option<Sender>, time: Option<Stamp>) -> Message {
    let lines: Vec<&Read> = bubble.lines.iter().filter_map(|at| scene.lines.get(*at)).collect();
    let joined = join::join(&lines, &bubble.rectangle);
    let checked = check::check(&joined);
    Message {
        sender: sender.filter(|_| bubble.direction == Direction::Received),
        direction: bubble.direction,
        time,
        text: checked.text,
        rectangle: bubble.rectangle,
        lines: lines.iter().map(|line| line.line()).collect(),
        doubts: checked.doubts,
        repairs: checked.repairs,
    }
}
