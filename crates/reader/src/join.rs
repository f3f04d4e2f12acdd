//! One text of a bubble's lines: what was wrapped is joined, what was broken by the writer stays broken.

use crate::Rectangle;
use crate::scene::Read;
use crate::time;

/// A character of the joined text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// The character.
    pub character: char,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
    /// Whether a number goes on here from the line above.
    pub is_across: bool,
}

/// What stands between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Nothing,
    Blank,
    End,
}

/// A line with the room that was left in it.
struct Row<'a> {
    text: String,
    lines: Vec<&'a Read>,
    left: u32,
    right: u32,
    height: u32,
}

/// Joins the lines of a bubble, given in reading order.
pub fn join(lines: &[&Read], bubble: &Rectangle) -> Vec<Mark> {
    let rows = rows(lines);
    let left = rows.iter().map(|row| row.left).min().unwrap_or(bubble.x);
    let most = rows.iter().map(|row| row.right).max().unwrap_or(bubble.right());
    // Text keeps the same distance to both edges of its bubble.
    let limit = bubble.right().saturating_sub(left.saturating_sub(bubble.x)).max(most);
    let mut marks: Vec<Mark> = Vec::new();
    let mut before: Option<&Row<'_>> = None;
    for row in &rows {
        let joint = before.map_or(Joint::Nothing, |before| joint(before, row, left, limit));
        let blank = |character| Mark { character, confidence: 1.0, is_across: false };
        match joint {
            Joint::Nothing => {}
            Joint::Blank => marks.push(blank(' ')),
            Joint::End => marks.push(blank('\n')),
        }
        let is_digit = |mark: Option<&Mark>| mark.is_some_and(|mark| mark.character.is_ascii_digit());
        let is_across = joint == Joint::Nothing && before.is_some() && is_digit(marks.last());
        let start = marks.len();
        for (at, line) in row.lines.iter().enumerate() {
            let glyphs = line.characters();
            if at > 0 && needs_blank(marks.last().map(|mark| mark.character), glyphs.first().map(|g| g.character)) {
                marks.push(blank(' '));
            }
            marks.extend(glyphs.iter().map(|glyph| Mark {
                character: glyph.character,
                confidence: glyph.confidence,
                is_across: false,
            }));
        }
        if is_across
            && is_digit(marks.get(start))
            && let Some(first) = marks.get_mut(start)
        {
            first.is_across = true;
        }
        before = Some(row);
    }
    trimmed(&mut marks);
    marks
}

fn trimmed(marks: &mut Vec<Mark>) {
    while marks.last().is_some_and(|mark| mark.character.is_whitespace()) {
        marks.pop();
    }
    let blanks = marks.iter().take_while(|mark| mark.character.is_whitespace()).count();
    marks.drain(..blanks);
}

fn rows<'a>(lines: &[&'a Read]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for line in lines {
        let place = &line.rectangle;
        match rows.last_mut().filter(|row| row.lines[0].rectangle.is_beside(place)) {
            Some(row) => {
                row.text.push_str(&line.text);
                row.right = row.right.max(place.right());
                row.lines.push(line);
            }
            None => rows.push(Row {
                text: line.text.clone(),
                lines: vec![line],
                left: place.x,
                right: place.right(),
                height: place.height,
            }),
        }
    }
    rows
}

/// Two pieces of one row were read apart because a gap is between them.
fn needs_blank(before: Option<char>, after: Option<char>) -> bool {
    matches!((before, after), (Some(before), Some(after)) if is_latin(before) && is_latin(after))
}

fn is_latin(character: char) -> bool {
    character.is_ascii_graphic()
}

fn joint(before: &Row<'_>, after: &Row<'_>, left: u32, limit: u32) -> Joint {
    // A line that is a whole time is no half of anything.
    let is_time = |row: &Row<'_>| time::written(&row.text).is_some_and(|time| time.is_whole());
    if is_time(before) || is_time(after) {
        return Joint::End;
    }
    let head: String = after.text.chars().take_while(|c| is_latin(*c)).collect();
    let tail: String = before.text.chars().rev().take_while(|c| is_latin(*c)).collect();
    let per_character = width_of_latin(before, after);
    let next = if head.is_empty() {
        // A mark that may not begin a line takes the character before it along.
        let marks = after.text.chars().skip(1).take_while(|c| is_closing(*c)).count() as u32;
        after.height * (1 + marks)
    } else {
        head.chars().count() as u32 * per_character
    };
    let room = limit.saturating_sub(before.right);
    if room > next + after.height * 3 / 2 && !goes_on(&tail, &head) {
        return Joint::End;
    }
    if head.is_empty() || tail.is_empty() {
        return Joint::Nothing;
    }
    let tail: String = tail.chars().rev().collect();
    between(&tail, &head, limit.saturating_sub(left), per_character)
}

/// Returns how wide a Latin character is, about.
fn width_of_latin(before: &Row<'_>, after: &Row<'_>) -> u32 {
    (before.height + after.height) / 4
}

fn is_closing(character: char) -> bool {
    matches!(
        character,
        '，' | '。' | '！' | '？' | '：' | '；' | '、' | '）' | '】' | '》' | '”' | '’' | '…' | ',' | '.' | '!'
    )
}

/// A link that is cut within its host or path goes on in the next line, wherever it was cut.
fn goes_on(reversed_tail: &str, head: &str) -> bool {
    let is_open = reversed_tail.starts_with(['/', '.', '=', '&', '?', '-', '_']) && reversed_tail.len() > 3;
    is_open && head.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Decides between two Latin pieces of which one ends a line and the other begins the next.
fn between(tail: &str, head: &str, width: u32, per_character: u32) -> Joint {
    let is_link = |text: &str| text.contains("://") || text.contains('/') || text.contains("www.");
    let is_date =
        |text: &str| text.matches(['-', '/']).count() == 2 && text.chars().filter(char::is_ascii_digit).count() >= 6;
    let is_clock = |text: &str| {
        text.chars().next().is_some_and(|c| c.is_ascii_digit()) && text.get(..5).is_some_and(|t| t.contains(':'))
    };
    if is_date(tail) && is_clock(head) {
        return Joint::Blank;
    }
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || ".,-:*".contains(c));
    let is_cut_link = is_link(tail) || tail.ends_with('.') || head.starts_with(['/', '.', '?', '=']);
    if is_cut_link || (is_number(tail) && is_number(head)) {
        return Joint::Nothing;
    }
    // A word is broken only where it is longer than a line.
    let whole = (tail.chars().count() + head.chars().count()) as u32 * per_character;
    if whole > width || tail.contains('.') || head.contains('.') { Joint::Nothing } else { Joint::Blank }
}
