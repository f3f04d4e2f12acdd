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
    header::name(scene, &mut roles, &mut bubbles);
    let header = header::mark(scene, &mut roles, &bubbles, &stamps);
    if bubbles.is_empty() {
        bubbles = bubble::of_ground(scene, &roles);
    }
    control::drop_fields(scene, &mut roles, &mut bubbles);
    direction::decide(scene, &mut bubbles, &stamps);
    for bubble in &bubbles {
        bubble.lines.iter().for_each(|line| roles[*line] = None);
    }
    stamp::assign(&mut stamps, &bubbles, scene);
    let messages = bubbles
        .iter()
        .enumerate()
        .filter(|(_, bubble)| !bubble.lines.is_empty())
        .map(|(at, bubble)| {
            let name = bubble.name.as_deref().map(header::sender_of);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::Rectangle;
    use crate::panel::Panel;
    use crate::read::lay_out;

    #[derive(Deserialize)]
    struct Case {
        about: String,
        seen: Option<DateTime>,
        scene: Scene,
        messages: Vec<Wanted>,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Wanted {
        text: String,
        moment: Option<String>,
        name: Option<String>,
        number: Option<String>,
        direction: Direction,
    }

    fn said(message: &Message) -> Wanted {
        let sender = message.sender.clone().unwrap_or_default();
        let moment = message.time.as_ref().and_then(|time| time.moment);
        Wanted {
            text: message.text.clone(),
            moment: moment.map(|moment| moment.strftime("%Y-%m-%dT%H:%M").to_string()),
            name: sender.name,
            number: sender.number,
            direction: message.direction,
        }
    }

    #[test]
    fn scenes_become_the_messages_of_their_cases() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).expect("the cases") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("a case");
            let case: Case = serde_json::from_slice(&bytes).expect("JSON");
            let (messages, _) = lay_out(case.scene, case.seen);
            let got: Vec<Wanted> = messages.iter().map(said).collect();
            assert_eq!(got, case.messages, "{}", case.about);
            count += 1;
        }
        assert_eq!(count, 15);
    }

    fn any_rectangle() -> impl Strategy<Value = Rectangle> {
        (0..3_000_u32, 0..3_000_u32, 0..2_000_u32, 0..2_000_u32).prop_map(|(x, y, width, height)| Rectangle {
            x,
            y,
            width,
            height,
        })
    }

    fn any_line() -> impl Strategy<Value = Read> {
        let text = prop_oneof![
            "\\PC{0,20}",
            "[0-9一年月日今昨天周:：/.-]{0,16}",
            "(http[s:：/.]{0,5}|[Ol0-9]{0,12}|20[0-9-]{8,14}[0-9:]{0,8}|,|元|—){0,4}",
        ];
        (any_rectangle(), text, proptest::option::of(0..6_usize)).prop_map(|(rectangle, text, panel)| Read {
            rectangle,
            text,
            panel,
            glyphs: Vec::new(),
        })
    }

    proptest! {
        #[test]
        fn any_lines_make_messages_whose_places_are_on_characters(
            rectangle in any_rectangle(),
            lines in proptest::collection::vec(any_line(), 0..24),
            areas in proptest::collection::vec((any_rectangle(), any::<[u8; 3]>()), 0..6),
        ) {
            let panels = areas.into_iter().map(|(rectangle, colour)| Panel { rectangle, colour }).collect();
            let count = lines.len();
            let (messages, others) = lay_out(Scene { rectangle, lines, panels }, "2024-07-25T11:10:17".parse().ok());
            let in_messages: usize = messages.iter().map(|message| message.lines.len()).sum();
            prop_assert!(in_messages + others.len() <= count, "no line is told twice");
            for message in messages {
                let spans = message.doubts.iter().map(|doubt| doubt.span).chain(message.repairs.iter().map(|one| one.span));
                for [from, to] in spans {
                    prop_assert!(message.text.get(from as usize..to as usize).is_some());
                }
            }
        }
    }
}
