//! The repairs that need more than one character: separators, digits, split characters, homophones. Each looks only
//! where the folded text has the makings of it, and never changes a word of the common list.

use super::table::{Mark, Property, Tables};
use super::{Code, Noted, Text};

/// Separators that ordinary text puts between words; removed only where they stand after every character.
const WORDLY: [Code; 8] =
    [b'/' as Code, b'-' as Code, b'.' as Code, b'+' as Code, b'=' as Code, b'&' as Code, b'<' as Code, b'>' as Code];
/// A run of single letters or digits is taken for one word from this many on.
const LONG_RUN: usize = 5;
/// Chinese digits are read as a number from this many on.
pub(super) const DIGIT_RUN: usize = 4;
/// Letters among digits are read as digits from this length on.
const PHONE_RUN: usize = 7;

impl Tables {
    /// Repairs until nothing changes; two rounds are enough for what people write, the last is a stop. Returns whether
    /// anything was repaired.
    ///
    /// Until something moves, what folding has noted of neighbours says where to look.
    pub(super) fn repair(&self, text: &mut Text) -> bool {
        let noted = std::mem::take(&mut text.noted);
        let is_repaired = self.repair_noted(text, &noted);
        text.noted = noted;
        for _ in 1..32 {
            if !is_repaired || !self.repair_again(text) {
                break;
            }
        }
        is_repaired
    }

    /// The first round.
    fn repair_noted(&self, text: &mut Text, noted: &Noted) -> bool {
        let mut changed = self.drop_separators(text, noted.between.iter().map(|&at| at as usize));
        if noted.has_number || (changed && text.seen & Property::CHINESE_DIGIT != 0) {
            changed |= self.read_chinese_digits(text);
        }
        if text.seen & Property::DIGIT != 0 && text.seen & Property::DIGIT_LIKE != 0 {
            changed |= self.read_letters_as_digits(text);
        }
        if noted.may_be_split || (changed && text.seen & Property::SPLIT != 0) {
            changed |= self.join_split_characters(text);
        }
        if changed {
            self.restore_everywhere(text);
        } else {
            changed = self.restore_homophones(text, noted.sounds.iter().map(|&at| at as usize));
        }
        changed
    }

    /// A later round, in which everything may have moved.
    fn repair_again(&self, text: &mut Text) -> bool {
        let mut changed = false;
        if text.seen & (Property::SEPARATOR | Property::SPACE) != 0 {
            let places = 0..text.len();
            changed |= self.drop_separators(text, places);
        }
        if text.seen & Property::CHINESE_DIGIT != 0 {
            changed |= self.read_chinese_digits(text);
        }
        if text.seen & Property::DIGIT != 0 && text.seen & Property::DIGIT_LIKE != 0 {
            changed |= self.read_letters_as_digits(text);
        }
        if text.seen & Property::SPLIT != 0 {
            changed |= self.join_split_characters(text);
        }
        changed | self.restore_everywhere(text)
    }

    fn is_between(&self, code: Code) -> bool {
        self.is(code, Property::SEPARATOR | Property::SPACE)
    }

    /// Drops blanks and separators that stand at these places between characters only to break words.
    fn drop_separators(&self, text: &mut Text, places: impl Iterator<Item = usize>) -> bool {
        let before = text.len();
        let breaks =
            |at: &usize| *at > 0 && at + 1 < before && self.is_between(text.codes[*at]) && self.separates(text, *at);
        // What is dropped is settled on the text as it stands, before anything moves.
        let dropped: Vec<(usize, bool)> = places
            .filter(breaks)
            .map(|at| (at, self.has_rhythm(&text.codes, at) || !self.is(text.codes[at], Property::SPACE)))
            .collect();
        if dropped.is_empty() {
            return false;
        }
        let mut next = dropped.iter().peekable();
        let (mut keep, mut carried) = (0, 0u8);
        for at in 0..before {
            if let Some(&(_, hides)) = next.next_if(|(drop, _)| *drop == at) {
                carried |= text.place[at].mark | if hides { Mark::SEPARATED } else { 0 };
                continue;
            }
            text.codes[keep] = text.codes[at];
            text.place[keep] = text.place[at];
            text.place[keep].mark |= std::mem::take(&mut carried);
            keep += 1;
        }
        text.codes.truncate(keep);
        text.place.truncate(keep);
        true
    }

    fn separates(&self, text: &Text, at: usize) -> bool {
        let codes = &text.codes;
        let code = codes[at];
        let cjk = |index: usize| codes.get(index).is_some_and(|&c| self.is(c, Property::CJK));
        if cjk(at - 1) && cjk(at + 1) {
            return !WORDLY.contains(&code) || self.has_rhythm(codes, at);
        }
        // Two marks in a row between Chinese characters, as `网--贷`.
        if cjk(at - 1) && self.is_between(codes[at + 1]) && cjk(at + 2) {
            return !WORDLY.contains(&code) || codes[at + 1] == code;
        }
        let dots = self.is(code, Property::SPACE);
        let single =
            |c: Code| self.is(c, Property::LETTER | Property::DIGIT | Property::CJK) || (dots && c == Code::from(b'.'));
        if code == Code::from(b'.') || !single(codes[at - 1]) || !single(codes[at + 1]) {
            return false;
        }
        self.run_of_singles(codes, at) >= LONG_RUN
    }

    /// Returns whether the same separator also stands one character before or after.
    fn has_rhythm(&self, codes: &[Code], at: usize) -> bool {
        let same = |index: Option<usize>| index.and_then(|i| codes.get(i)) == Some(&codes[at]);
        let single = |index: Option<usize>| index.and_then(|i| codes.get(i)).is_some_and(|&c| !self.is_between(c));
        (same(at.checked_sub(2)) && single(at.checked_sub(1))) || (same(Some(at + 2)) && single(Some(at + 1)))
    }

    /// Returns how many single letters, digits or characters alternate with the separator around `at`.
    fn run_of_singles(&self, codes: &[Code], at: usize) -> usize {
        let separator = codes[at];
        let single = |index: usize| {
            codes.get(index).is_some_and(|&c| {
                self.is(c, Property::LETTER | Property::DIGIT | Property::CJK)
                    || (c == Code::from(b'.') && self.is(separator, Property::SPACE))
            })
        };
        let mut count = 2usize;
        let mut left = at;
        while left >= 3 && codes[left - 2] == separator && single(left - 3) {
            left -= 2;
            count += 1;
        }
        let mut right = at;
        while codes.get(right + 2) == Some(&separator) && single(right + 3) {
            right += 2;
            count += 1;
        }
        // The ends of the run must be single too, or this is ordinary spacing of words.
        let joined_left = left >= 2 && single(left - 2);
        let joined_right = single(right + 2);
        if joined_left || joined_right { count.saturating_sub(2) } else { count }
    }

    /// Reads a long run of Chinese digits as digits, and 〇 beside a digit as 0.
    fn read_chinese_digits(&self, text: &mut Text) -> bool {
        let mut changed = false;
        let mut at = 0;
        while at < text.len() {
            let length = text.codes[at..].iter().take_while(|&&c| chinese_digit(c).is_some()).count();
            let digit = |index: Option<usize>| {
                index.and_then(|i| text.codes.get(i)).is_some_and(|&c| self.is(c, Property::DIGIT))
            };
            let is_zeros = text.codes[at..at + length].iter().all(|&c| c == '〇' as Code);
            let beside = length > 0 && is_zeros && (digit(at.checked_sub(1)) || digit(Some(at + length)));
            if length >= DIGIT_RUN || beside {
                for code in &mut text.codes[at..at + length] {
                    *code = chinese_digit(*code).unwrap_or(*code);
                }
                text.seen |= Property::DIGIT;
                changed = true;
            }
            at += length.max(1);
        }
        changed
    }

    /// Reads l, i and o as 1 and 0 in what is otherwise a telephone number.
    fn read_letters_as_digits(&self, text: &mut Text) -> bool {
        let is_digit = |code: Code| self.is(code, Property::DIGIT);
        let is_part = |code: Code| self.is(code, Property::DIGIT | Property::DIGIT_LIKE);
        let mut changed = false;
        let mut at = 0;
        while at < text.len() {
            let length = text.codes[at..].iter().take_while(|&&c| is_part(c)).count();
            let end = at + length;
            let joins = |index: Option<usize>| {
                index
                    .and_then(|i| text.codes.get(i))
                    .is_some_and(|&c| self.is(c, Property::LETTER) || "/._-@=?&%".encode_utf16().any(|mark| mark == c))
            };
            let digits = text.codes[at..end].iter().filter(|&&c| is_digit(c)).count();
            let free = !joins(at.checked_sub(1)) && !joins(Some(end));
            if length >= PHONE_RUN && digits >= 2 && digits < length && free {
                for index in at..end {
                    if !is_digit(text.codes[index]) {
                        text.codes[index] = if text.codes[index] == Code::from(b'o') { b'0' } else { b'1' }.into();
                        text.place[index].mark |= Mark::CONFUSABLE;
                    }
                }
                changed = true;
            }
            at += length.max(1);
        }
        changed
    }

    /// Joins a character written as its parts, where the joined text has a guarded word there or the part is a bare
    /// radical that ordinary text never writes.
    fn join_split_characters(&self, text: &mut Text) -> bool {
        let mut pairs = text.codes.windows(2).enumerate().filter(|(_, pair)| self.may_be_split(pair[0], pair[1]));
        if !pairs.any(|(at, _)| self.split_at(&text.codes, at).is_some()) {
            return false;
        }
        let mut joined: Vec<(Code, usize, usize)> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let (whole, length) = self.split_at(&text.codes, at).unwrap_or((text.codes[at], 1));
            joined.push((whole, at, length));
            at += length;
        }
        if joined.len() == text.len() {
            return false;
        }
        let codes: Vec<Code> = joined.iter().map(|&(code, _, _)| code).collect();
        let old = std::mem::take(text);
        (text.seen, text.marked) = (old.seen, old.marked);
        let mut changed = false;
        for (index, &(code, from, length)) in joined.iter().enumerate() {
            if length > 1 && (is_bare_radical(old.codes[from]) || self.in_guarded_word(&codes, index)) {
                text.push(code, old.place[from].start, old.place[from + length - 1].end, Mark::REWRITTEN);
                text.seen |= self.property(code);
                changed = true;
            } else {
                for part in from..from + length {
                    text.codes.push(old.codes[part]);
                    text.place.push(old.place[part]);
                }
            }
        }
        changed
    }

    fn split_at(&self, codes: &[Code], at: usize) -> Option<(Code, usize)> {
        if !self.is(codes[at], Property::SPLIT) {
            return None;
        }
        if let [a, b, ..] = codes[at..]
            && !self.may_be_split(a, b)
        {
            return None;
        }
        if let [a, b, c, ..] = codes[at..]
            && let Some(&whole) = self.split_three.get(&[a, b, c])
        {
            return Some((whole, 3));
        }
        let [a, b, ..] = codes[at..] else { return None };
        self.split.get(&[a, b]).map(|&whole| (whole, 2))
    }

    fn in_guarded_word(&self, codes: &[Code], at: usize) -> bool {
        (2..=self.longest_guarded).any(|length| {
            let first = at.saturating_sub(length - 1);
            (first..=at)
                .any(|from| codes.get(from..from + length).is_some_and(|word| self.guarded_words.contains(word)))
        })
    }

    /// Restores guarded words written with characters of the same sound; `seconds` are the places of second characters
    /// to be looked at. A restored word sounds as before, so that nothing found earlier is missed.
    fn restore_homophones(&self, text: &mut Text, seconds: impl Iterator<Item = usize>) -> bool {
        let mut changed = false;
        for at in seconds {
            let (first, second) = (self.syllable(text.codes[at - 1]), self.syllable(text.codes[at]));
            if self.has_sound(first, second) {
                changed |= self.restore_at(text, at - 1, first, second);
            }
        }
        changed
    }

    fn restore_everywhere(&self, text: &mut Text) -> bool {
        let seconds = 1..text.len();
        self.restore_homophones(text, seconds)
    }

    fn restore_at(&self, text: &mut Text, at: usize, first: u16, second: u16) -> bool {
        for word in self.sounding(first, second).iter().rev() {
            let end = at + word.codes().len();
            let Some(written) = text.codes.get(at..end) else { continue };
            if written.iter().zip(word.codes()).all(|(a, b)| a == b) {
                return false;
            }
            let sounds_alike = written.iter().zip(word.syllables()).all(|(&code, &s)| self.syllable(code) == s);
            if !sounds_alike || self.is_ordinary(&text.codes, at, end, word.codes()) {
                continue;
            }
            for (index, &code) in (at..end).zip(word.codes()) {
                if text.codes[index] != code {
                    text.codes[index] = code;
                    text.place[index].mark |= Mark::REWRITTEN;
                    text.seen |= self.property(code);
                }
            }
            return true;
        }
        false
    }

    /// Returns whether what is written is a word of its own, a part of words that reach over its ends, or has a
    /// changed character that stands alone in ordinary text.
    fn is_ordinary(&self, codes: &[Code], at: usize, end: usize, word: &[Code]) -> bool {
        let known = |range: std::ops::Range<usize>| {
            codes.get(range).is_some_and(|word| self.common_words.contains(word) || self.guarded_words.contains(word))
        };
        let pair = |first: Option<usize>| {
            first.and_then(|i| codes.get(i..i + 2)).is_some_and(|pair| self.is_pair(pair[0], pair[1]))
        };
        let stands_alone =
            |(&written, &meant): (&Code, &Code)| written != meant && self.is(written, Property::FUNCTION);
        known(at..end)
            || pair(at.checked_sub(1))
            || pair(Some(end - 1))
            || (end - at == 2 && pair(Some(at)))
            || codes[at..end].iter().zip(word).any(stands_alone)
    }
}

fn is_bare_radical(code: Code) -> bool {
    "亻氵扌讠钅纟饣辶忄彳刂阝礻衤犭艹宀疒灬攵冫廴罒癶".encode_utf16().any(|radical| radical == code)
}

/// Returns the Arabic digit of a Chinese one.
pub fn chinese_digit(code: Code) -> Option<Code> {
    let value = match char::from_u32(u32::from(code))? {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    };
    Some(Code::from(b'0') + value)
}
