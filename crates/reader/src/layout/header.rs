//! Who the messages are with: the status bar above, the title under it, names above bubbles. A name is never taken for a
//! number.

use crate::page::{Role, Sender};
use crate::scene::{Read, Scene};
use crate::time;

use super::Bubble;
use super::stamp::Placed;

/// The status bar ends here at the latest, in thousandths of the width.
const STATUS: u32 = 160;
/// A header has at most this height.
const TALLEST: u32 = 480;

/// Marks the row of clock, carrier and battery.
pub fn mark_status(scene: &Scene, roles: &mut [Option<Role>]) {
    let top = scene.rectangle.y;
    let is_high = |line: &Read| scene.share(line.rectangle.bottom().saturating_sub(top)) < STATUS;
    let Some(first) = scene.lines.iter().filter(|line| is_high(line)).min_by_key(|line| line.rectangle.y) else {
        return;
    };
    let row = |line: &Read| is_high(line) && line.rectangle.is_beside(&first.rectangle);
    let tells = |line: &Read| is_status(&line.text) || time::written(&line.text).is_some_and(|time| time.has_clock());
    if scene.lines.iter().any(|line| row(line) && tells(line)) {
        for (at, line) in scene.lines.iter().enumerate().filter(|(_, line)| row(line)) {
            // A title in the same row is much larger than a battery.
            if tells(line) || line.text.chars().count() < 12 {
                roles[at] = Some(Role::Status);
            }
        }
    }
}

fn is_status(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    ["5G", "4G", "3G", "LTE", "HD", "KB/s", "K/s", "MB/s", "中国移动", "中国联通", "中国电信", "WLAN", "无服务"]
        .iter()
        .any(|word| text.contains(word))
        || text.strip_suffix(['%', '％']).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
}

/// Marks the lines of the header; returns whom they name.
pub fn mark(scene: &Scene, roles: &mut [Option<Role>], bubbles: &[Bubble], stamps: &[Placed]) -> Option<Sender> {
    let tops = bubbles.iter().map(|bubble| bubble.rectangle.y);
    let tops = tops.chain(stamps.iter().map(|stamp| scene.lines[stamp.line].rectangle.y));
    let first = tops.min()?;
    let limit = first.min(scene.rectangle.y + scene.rectangle.width * TALLEST / 1000);
    let found: Vec<usize> = (0..scene.lines.len())
        .filter(|at| roles[*at].is_none_or(|role| role == Role::Control))
        .filter(|at| {
            let line = &scene.lines[*at].rectangle;
            line.middle_y() < limit && bubbles.iter().all(|bubble| !bubble.lines.contains(at))
        })
        .collect();
    let mut titles: Vec<usize> = found.iter().copied().filter(|at| roles[*at].is_none()).collect();
    titles.retain(|at| !is_arrow(&scene.lines[*at].text));
    // An arrow or a picture may be taken for a letter; where there is more to read, it is none.
    if titles.iter().any(|at| scene.lines[*at].text.chars().count() > 1) {
        titles.retain(|at| scene.lines[*at].text.chars().count() > 1);
    }
    for at in &found {
        roles[*at] = Some(Role::Header);
    }
    let title = titles.iter().copied().max_by_key(|at| likely_size(&scene.lines[*at]))?;
    let mut sender = sender_of(&scene.lines[title].text);
    for other in titles.iter().filter(|at| **at != title) {
        let more = sender_of(&scene.lines[*other].text);
        sender.number = sender.number.or(more.number);
    }
    Some(sender)
}

fn is_arrow(text: &str) -> bool {
    let rest = text.trim_matches(|c: char| is_arrowhead(c) || c.is_whitespace() || matches!(c, '(' | ')'));
    rest.is_empty() || (rest.chars().count() <= 3 && rest.chars().all(|c| c.is_ascii_digit()))
}

/// Returns how large the type of a title is: the box of digits alone is lower than that of Han characters as large.
fn likely_size(line: &Read) -> u32 {
    if line.text.is_ascii() { line.rectangle.height * 6 / 5 } else { line.rectangle.height }
}

/// What the arrows beside a title are read as.
fn is_arrowhead(c: char) -> bool {
    matches!(c, '<' | '〈' | '‹' | '＜' | 'く' | '←' | '>' | '›' | '〉')
}

/// Returns a title as a number where it is one, as a name otherwise.
pub fn sender_of(text: &str) -> Sender {
    let text = text.trim_matches(|c: char| is_arrowhead(c) || c.is_whitespace());
    let is_joint = |c: char| c.is_whitespace() || matches!(c, '-' | '(' | ')' | '（' | '）');
    let number: String = text.chars().filter(|c| !is_joint(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if (3..=21).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Sender { name: None, number: Some(number) };
    }
    let is_address = number.contains('@') && number.contains('.') && number.is_ascii();
    if is_address {
        return Sender { name: None, number: Some(number) };
    }
    Sender { name: Some(text.to_owned()).filter(|text| !text.is_empty()), number: None }
}

/// Finds the names right above bubbles, as group chats show them.
pub fn name(scene: &Scene, roles: &mut [Option<Role>], bubbles: &mut [Bubble]) {
    let in_bubbles: Vec<usize> = bubbles.iter().flat_map(|bubble| bubble.lines.iter().copied()).collect();
    for bubble in bubbles {
        let is_free = |at: &usize| roles[*at].is_none() && !in_bubbles.contains(at);
        let found = (0..scene.lines.len()).find(|at| is_free(at) && bubble.is_named_by(scene, &scene.lines[*at]));
        bubble.name = found.map(|at| {
            roles[at] = Some(Role::Name);
            scene.lines[at].text.trim().to_owned()
        });
    }
}
