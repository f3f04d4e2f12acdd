//! Numbers, amounts, links and times held against their form: what only can be a slip of the reading is repaired and
//! listed, what may be one is marked. Judges nothing else.

use crate::join::Mark;
use crate::page::{Doubt, Reason, Repair, RepairReason};

/// Below this a character of a fact is doubtful.
const SURE_FACT: f32 = 0.9;
/// Below this a character of a link is that looks like another one.
const SURE_ALIKE: f32 = 0.97;
/// Below this any other character is.
const SURE: f32 = 0.6;
/// Below this a blank between two digits may be none.
const SURE_BLANK: f32 = 0.5;

/// A text with what is doubtful and what was repaired.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The text.
    pub text: String,
    /// Doubtful places, in order.
    pub doubts: Vec<Doubt>,
    /// Repairs, in order.
    pub repairs: Vec<Repair>,
}

/// A change of some characters.
struct Edit {
    at: usize,
    removed: usize,
    inserted: &'static str,
    reason: RepairReason,
    /// How sure it is, 0 to 1.
    confidence: f32,
}

/// Repairs and checks a text.
pub fn check(marks: &[Mark]) -> Checked {
    let (marks, repairs) = repaired(marks);
    let text: String = marks.iter().map(|mark| mark.character).collect();
    let mut offsets: Vec<u32> = Vec::with_capacity(marks.len() + 1);
    let mut at = 0;
    for mark in &marks {
        offsets.push(at);
        at += mark.character.len_utf8() as u32;
    }
    offsets.push(at);
    let span = |first: usize, last: usize| [offsets[first.min(marks.len())], offsets[last.min(marks.len())]];
    let mut doubts: Vec<Doubt> =
        found(&marks).into_iter().map(|(first, last, reason)| Doubt { span: span(first, last), reason }).collect();
    doubts.sort_by_key(|doubt| doubt.span);
    doubts.dedup();
    let repairs = repairs
        .into_iter()
        .map(|(first, last, read, reason)| Repair { span: span(first, last), read, reason })
        .collect();
    Checked { text, doubts, repairs }
}

type Made = (usize, usize, String, RepairReason);

fn repaired(marks: &[Mark]) -> (Vec<Mark>, Vec<Made>) {
    let characters: Vec<char> = marks.iter().map(|mark| mark.character).collect();
    let mut out = Vec::with_capacity(marks.len());
    let mut made = Vec::new();
    let mut at = 0;
    while at < marks.len() {
        let Some(edit) = edit(&characters, at) else {
            out.push(marks[at]);
            at += 1;
            continue;
        };
        let kept = edit.at - at;
        out.extend_from_slice(&marks[at..at + kept]);
        let first = out.len();
        out.extend(edit.inserted.chars().map(|character| Mark {
            character,
            confidence: edit.confidence,
            is_across: false,
        }));
        let read = characters[edit.at..edit.at + edit.removed].iter().collect();
        made.push((first, out.len(), read, edit.reason));
        at = edit.at + edit.removed;
    }
    (out, made)
}

/// Returns the repair that begins at a character.
fn edit(text: &[char], at: usize) -> Option<Edit> {
    blank_in_time(text, at)
        .or_else(|| numeral_one(text, at))
        .or_else(|| link_width(text, at))
        .or_else(|| digit(text, at))
}

/// `2024-07-2511:10:17`: the blank between date and clock.
fn blank_in_time(text: &[char], at: usize) -> Option<Edit> {
    let is_start = at == 0 || !text[at - 1].is_ascii_digit();
    let form = |length: usize, form: &str| {
        let piece = text.get(at..at + length)?;
        let fits = piece.iter().zip(form.chars()).all(|(c, wanted)| match wanted {
            'd' => c.is_ascii_digit(),
            '-' => matches!(c, '-' | '/' | '.'),
            ':' => matches!(c, ':' | '：'),
            _ => *c == wanted,
        });
        fits.then_some(())
    };
    is_start.then_some(())?;
    form(15, "dddd-dd-dddd:dd")?;
    Some(Edit { at: at + 10, removed: 0, inserted: " ", reason: RepairReason::Blank, confidence: 1.0 })
}

/// `星期—`, `第—期`: a dash where only 一 makes sense.
fn numeral_one(text: &[char], at: usize) -> Option<Edit> {
    let is_dash = |c: char| matches!(c, '—' | '－' | 'ー' | '-' | '–' | '─');
    is_dash(*text.get(at)?).then_some(())?;
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied()?;
    let after = text.get(at + 1).copied();
    let leads = matches!(
        before,
        '期' | '周'
            | '第'
            | '十'
            | '之'
            | '每'
            | '统'
            | '唯'
            | '同'
            | '任'
            | '逐'
            | '万'
            | '另'
            | '这'
            | '有'
            | '在'
    ) && !(before == '期' && at >= 2 && text[at - 2] != '星');
    let follows = after.is_some_and(|c| {
        matches!(
            c,
            '个' | '次'
                | '天'
                | '日'
                | '月'
                | '年'
                | '期'
                | '笔'
                | '条'
                | '元'
                | '万'
                | '千'
                | '百'
                | '分'
                | '位'
                | '经'
                | '旦'
                | '切'
                | '律'
                | '定'
                | '般'
                | '直'
                | '起'
        )
    });
    let is_single = after.is_none_or(|c| !is_dash(c)) && !is_dash(before);
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    ((leads || (follows && is_han(before))) && is_single && after.is_none_or(|c| !c.is_ascii())).then_some(Edit {
        at,
        removed: 1,
        inserted: "一",
        reason: RepairReason::NumeralOne,
        confidence: 1.0,
    })
}

/// `https：//`: signs of a link at double width.
fn link_width(text: &[char], at: usize) -> Option<Edit> {
    let inserted = match text.get(at)? {
        '：' => ":",
        '．' => ".",
        '／' => "/",
        '？' => "?",
        '＝' => "=",
        _ => return None,
    };
    let before: String = text[at.saturating_sub(5)..at].iter().collect();
    let is_scheme = inserted == ":" && before.ends_with("http") | before.ends_with("https");
    let is_within = inserted != ":"
        && text.get(at + 1).is_some_and(char::is_ascii_alphanumeric)
        && token_before(text, at).is_some_and(|token| token.contains("://") || token.contains('/'));
    (is_scheme || is_within).then_some(Edit {
        at,
        removed: 1,
        inserted,
        reason: RepairReason::LinkWidth,
        confidence: 1.0,
    })
}

/// Returns the Latin characters right before a place.
fn token_before(text: &[char], at: usize) -> Option<String> {
    let start = (0..at).rev().take_while(|at| text[*at].is_ascii_graphic()).last()?;
    Some(text[start..at].iter().collect())
}

/// `1O690000`, `a.Okz.me`: a letter that only a digit can be, in a long number, or the only capital letter among
/// small ones and digits.
fn digit(text: &[char], at: usize) -> Option<Edit> {
    if is_lone_capital(text, at) {
        // Whoever dresses up a host may have meant the letter.
        return Some(Edit { at, removed: 1, inserted: "0", reason: RepairReason::Digit, confidence: SURE });
    }
    let inserted = match text.get(at)? {
        'O' | 'o' => "0",
        'l' | 'I' | '|' => "1",
        _ => return None,
    };
    let is_digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
    let digits_before = (0..at).rev().take_while(|at| text[*at].is_ascii_digit()).count();
    let digits_after = text.iter().skip(at + 1).take_while(|c| c.is_ascii_digit()).count();
    let is_number = digits_before >= 2 && digits_after >= 2 && digits_before + digits_after >= 6;
    let edge = at.checked_sub(digits_before + 1).and_then(|at| text.get(at));
    let end = text.get(at + 1 + digits_after);
    let is_word = [edge, end].into_iter().flatten().any(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '.' | '_'));
    (is_number && !is_word && is_digit(text.get(at + 1))).then_some(Edit {
        at,
        removed: 1,
        inserted,
        reason: RepairReason::Digit,
        confidence: 1.0,
    })
}

/// A capital O in a name of a host or an account that has small letters and digits, but no other capital letter.
fn is_lone_capital(text: &[char], at: usize) -> bool {
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.get(at) != Some(&'O') {
        return false;
    }
    let before = text[..at].iter().rev().take_while(|c| is_part(c));
    let after = text[at + 1..].iter().take_while(|c| is_part(c));
    let run: Vec<&char> = before.chain(after).collect();
    let is_next_digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(char::is_ascii_digit);
    let has_small = run.iter().any(|c| c.is_ascii_lowercase());
    let has_mark = run.iter().any(|c| matches!(c, '.' | '_'));
    has_small
        && !run.iter().any(|c| c.is_ascii_uppercase() && **c != 'O')
        && (has_mark || is_next_digit(Some(at + 1)) || is_next_digit(at.checked_sub(1)))
}

/// Returns what is doubtful, as first and last-plus-one character.
fn found(marks: &[Mark]) -> Vec<(usize, usize, Reason)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < marks.len() {
        let length = marks[at..].iter().take_while(|mark| is_fact_character(mark.character)).count();
        if length == 0 {
            if marks[at].confidence < SURE && !marks[at].character.is_whitespace() {
                found.push((at, at + 1, Reason::Unsure));
            }
            if marks[at].confidence < SURE_BLANK && is_between_digits(marks, at) {
                found.push((at - 1, at + 2, Reason::UnsureFact));
            }
            at += 1;
            continue;
        }
        token(marks, at, at + length, &mut found);
        at += length;
    }
    dates(marks, &mut found);
    found
}

fn is_between_digits(marks: &[Mark], at: usize) -> bool {
    let is_digit = |at: usize| marks.get(at).is_some_and(|mark| mark.character.is_ascii_digit());
    marks[at].character == ' ' && at.checked_sub(1).is_some_and(is_digit) && is_digit(at + 1)
}

fn is_fact_character(character: char) -> bool {
    character.is_ascii_graphic() || matches!(character, '￥' | '¥' | '：' | '，' | '．' | '％')
}

/// Checks a run of Latin characters.
fn token(marks: &[Mark], first: usize, last: usize, found: &mut Vec<(usize, usize, Reason)>) {
    let run = &marks[first..last];
    let text: String = run.iter().map(|mark| mark.character).collect();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_link = is_link(&text);
    let is_fact = digits >= 2 || is_link;
    for (at, mark) in run.iter().enumerate() {
        let limit = match mark.character {
            _ if is_link && is_alike(&text, at, mark.character) => f32::INFINITY,
            'g' | 'q' | '9' | 'i' | 'j' | 'l' | 'I' | '1' | 'o' | 'O' | '0' if is_link => SURE_ALIKE,
            character if is_fact && character.is_ascii() => SURE_FACT,
            _ => SURE,
        };
        if mark.confidence < limit {
            let reason = if is_fact { Reason::UnsureFact } else { Reason::Unsure };
            found.push((first + at, first + at + 1, reason));
        }
        if mark.is_across && !is_link {
            found.push((first + at, first + at + 1, Reason::AcrossLines));
        }
    }
    if !is_link && digits >= 5 {
        for at in 1..run.len().saturating_sub(1) {
            let near = |at: usize| run[at].character.is_ascii_digit();
            let looks = matches!(run[at].character, 'O' | 'o' | 'l' | 'I' | 'S' | 'B' | 'Z' | 'g' | 'q');
            if looks && near(at - 1) && near(at + 1) {
                found.push((first + at, first + at + 1, Reason::LetterAmongDigits));
            }
        }
    }
    if is_link && (text.ends_with(['/', '.', '-', '=']) && text.len() < 12 || text.contains("..")) {
        found.push((first, last, Reason::OddLink));
    }
    clocks(run, first, found);
    if marks.get(last).is_some_and(|mark| mark.character == '元') {
        amount(run, first, found);
    }
}

/// A small l and a capital I in a code after the host, which no shape tells apart; words of small letters have no I.
fn is_alike(link: &str, at: usize, character: char) -> bool {
    let place = link.char_indices().nth(at).map_or(0, |(place, _)| place);
    let (before, after) = link.split_at(place);
    let path = before.trim_start_matches("http://").trim_start_matches("https://");
    let is_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let piece = |text: &str| text.contains(is_code);
    let is_end = |c: char| matches!(c, '/' | '?' | '&' | '=' | '.' | '-');
    let head = before.rsplit(is_end).next().unwrap_or_default();
    let tail = after.split(is_end).next().unwrap_or_default();
    matches!(character, 'l' | 'I') && path.contains('/') && (piece(head) || piece(tail))
}

/// A host with a dot and letters after it, or a scheme.
fn is_link(text: &str) -> bool {
    let host =
        text.split(['/', '?', '：']).find(|part| !part.is_empty() && !part.starts_with("http")).unwrap_or_default();
    let end = host.rsplit('.').next().unwrap_or_default();
    // So short a host is one only where a path follows.
    let is_long = host.len() > 4 || (host.len() == 4 && text.contains('/'));
    text.contains("://")
        || (host.contains('.') && end.len() >= 2 && end.chars().all(|c| c.is_ascii_alphabetic()) && is_long)
}

/// `25:61`: a clock that does not exist.
fn clocks(run: &[Mark], first: usize, found: &mut Vec<(usize, usize, Reason)>) {
    let value = |from: usize, to: usize| {
        run.get(from..to)?.iter().try_fold(0, |sum, mark| Some(sum * 10 + mark.character.to_digit(10)?))
    };
    let is_digit = |at: Option<&Mark>| at.is_some_and(|mark| mark.character.is_ascii_digit());
    for at in 2..run.len().saturating_sub(2) {
        let is_colon = matches!(run[at].character, ':' | '：');
        let is_long = (at > 2 && is_digit(run.get(at - 3))) || is_digit(run.get(at + 3));
        if let (true, false, Some(hour), Some(minute)) = (is_colon, is_long, value(at - 2, at), value(at + 1, at + 3))
            && (hour > 24 || minute > 59)
            && run.get(at - 1).is_some()
        {
            found.push((first + at - 2, first + at + 3, Reason::ImpossibleTime));
        }
    }
}

/// `1,23,456元`: separators that do not stand in threes.
fn amount(run: &[Mark], first: usize, found: &mut Vec<(usize, usize, Reason)>) {
    let start = run
        .iter()
        .rposition(|mark| !(mark.character.is_ascii_digit() || matches!(mark.character, ',' | '.' | '，')))
        .map_or(0, |at| at + 1);
    let text: String =
        run[start..].iter().map(|mark| if mark.character == '，' { ',' } else { mark.character }).collect();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mut groups = whole.split(',').rev();
    let is_grouped = whole.contains(',');
    let last_fits = groups.next().is_some_and(|group| !is_grouped || group.len() == 3);
    let rest: Vec<&str> = groups.collect();
    let rest_fit = rest
        .iter()
        .enumerate()
        .all(|(at, group)| group.len() == 3 || (at + 1 == rest.len() && (1..=3).contains(&group.len())));
    let is_sound = last_fits && rest_fit && part.len() <= 4 && !part.contains(['.', ',']);
    if !text.is_empty() && !is_sound {
        found.push((first + start, first + run.len(), Reason::OddAmount));
    }
}

/// `13月40日`: a day that does not exist.
fn dates(marks: &[Mark], found: &mut Vec<(usize, usize, Reason)>) {
    let number_before = |end: usize| {
        let digits = marks[..end].iter().rev().take(3).take_while(|mark| mark.character.is_ascii_digit()).count();
        let value =
            marks[end - digits..end].iter().fold(0, |sum, mark| sum * 10 + mark.character.to_digit(10).unwrap_or(0));
        (digits > 0).then_some((end - digits, value))
    };
    for (at, mark) in marks.iter().enumerate() {
        let most = match mark.character {
            '月' => 12,
            '日' => 31,
            _ => continue,
        };
        if let Some((start, value)) = number_before(at)
            && (mark.character == '月' || start.checked_sub(1).is_some_and(|at| marks[at].character == '月'))
            && (value > most || value == 0)
            && marks.get(at + 1).is_none_or(|next| mark.character == '日' || next.character.is_ascii_digit())
        {
            found.push((start, at + 1, Reason::ImpossibleTime));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::join::Mark;

    /// Returns what is doubtful in a text of which all characters are sure but those after a `^`, which are so to 0.95; a
    /// blank so marked is a guess.
    fn doubtful(text: &str) -> Vec<String> {
        let mut marks: Vec<Mark> = Vec::new();
        let mut is_unsure = false;
        for character in text.chars() {
            if character == '^' {
                is_unsure = true;
                continue;
            }
            let unsure = if character == ' ' { 0.1 } else { 0.95 };
            let confidence = if std::mem::take(&mut is_unsure) { unsure } else { 1.0 };
            marks.push(Mark { character, confidence, is_across: false });
        }
        let checked = check(&marks);
        let piece = |[from, to]: [u32; 2]| checked.text.get(from as usize..to as usize).unwrap_or_default().to_owned();
        checked.doubts.iter().map(|doubt| piece(doubt.span)).collect()
    }

    #[test]
    fn what_looks_alike_in_a_link_is_doubtful_sooner() {
        assert_eq!(doubtful("点 g^ij.k00z.cn 办理"), ["i"]);
        assert_eq!(doubtful("点 g^aj.k00z.cn 办理"), [""; 0]);
        assert_eq!(doubtful("t.cn/A6l0K"), ["l"], "no shape tells it from a capital I");
        assert_eq!(doubtful("t.cn/list"), [""; 0]);
        assert_eq!(doubtful("我^是"), [""; 0]);
    }

    #[test]
    fn a_guessed_blank_between_digits_is_doubtful_with_its_neighbours() {
        assert_eq!(doubtful("会议号889^ 0000 12"), ["9 0"]);
        assert_eq!(doubtful("共^ 3笔"), [""; 0]);
    }

    #[test]
    fn capitals_among_the_small_letters_of_a_host_are_digits() {
        let text = |text: &str| {
            let mark = |character| Mark { character, confidence: 1.0, is_across: false };
            check(&text.chars().map(mark).collect::<Vec<_>>()).text
        };
        assert_eq!(text("https://kOOz.cn/a"), "https://k00z.cn/a");
        assert_eq!(text("t.cn/AOb"), "t.cn/AOb");
        assert_eq!(doubtful("登录 lO86.k00z.cn"), ["0"], "the letter may have been meant");
    }
}
