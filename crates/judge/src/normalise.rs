//! One form for one meaning: width, case, traditional characters, invisible marks, look-alike letters, separators,
//! split characters and homophones are undone, and every code of the result keeps its place in the original.
//! Knows no words beyond the guarded ones and judges nothing.

mod repair;
mod table;

use self::repair::DIGIT_RUN;
use self::table::Folded;
use crate::trie::Code;
pub use table::{Mark, Property, Tables};

/// Where a code comes from and what was undone there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Byte offset in the original where its characters begin.
    pub start: u32,
    /// Byte offset in the original where its characters end.
    pub end: u32,
    /// What was undone ([`Mark`] bits).
    pub mark: u8,
}

/// Normalised text with the way back to the original. Reused from message to message.
#[derive(Debug, Default)]
pub struct Text {
    /// The codes. A character outside the basic plane that has no plain form stands as U+FFFD.
    pub codes: Vec<Code>,
    /// Where each code comes from.
    pub place: Vec<Place>,
    /// The properties ([`Property`] bits) of all codes together.
    pub seen: u16,
    /// What was undone anywhere ([`Mark`] bits).
    pub marked: u8,
    noted: Noted,
}

/// What folding has noted of neighbours, for the repairs; holds until something moves.
#[derive(Debug, Default)]
struct Noted {
    /// Where blanks and separators stand.
    between: Vec<u32>,
    /// Where two characters sound as a guarded word begins.
    sounds: Vec<u32>,
    /// Whether Chinese digits make a number.
    has_number: bool,
    /// Whether two characters may be the parts of one.
    may_be_split: bool,
}

impl Text {
    /// Returns the number of codes.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Returns whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Returns the byte span in the original of a non-empty range of codes.
    pub fn span(&self, range: std::ops::Range<usize>) -> [u32; 2] {
        if range.is_empty() || range.end > self.len() {
            return [0, 0];
        }
        [self.place[range.start].start, self.place[range.end - 1].end]
    }

    /// Returns the normalised text as a string.
    pub fn to_text(&self) -> String {
        String::from_utf16_lossy(&self.codes)
    }

    fn clear(&mut self) {
        self.codes.clear();
        self.place.clear();
        self.seen = 0;
        self.marked = 0;
        self.noted.between.clear();
        self.noted.sounds.clear();
        self.noted.has_number = false;
        self.noted.may_be_split = false;
    }

    #[inline]
    fn push(&mut self, code: Code, start: u32, end: u32, mark: u8) {
        self.codes.push(code);
        self.place.push(Place { start, end, mark });
    }
}

impl Tables {
    /// Normalises `body` into `text`, which is overwritten.
    ///
    /// 1. Each character is folded by the table: mapped, dropped or spelled out.
    /// 2. Where the folded text has the makings of it, separators between characters, digits in disguise, split
    ///    characters and homophones of guarded words are repaired (see `repair`).
    pub fn normalise(&self, body: &str, text: &mut Text) {
        text.clear();
        self.fold_all(body, text);
        if self.repair(text) {
            text.marked = text.place.iter().fold(0, |all, place| all | place.mark);
        }
    }

    fn fold_all(&self, body: &str, text: &mut Text) {
        text.codes.reserve(body.len());
        text.place.reserve(body.len());
        let mut folding = Folding { tables: self, text, pending: 0, before: Before::default() };
        for (at, character) in body.char_indices() {
            let start = at as u32;
            let end = start + character.len_utf8() as u32;
            match self.fold(character) {
                Folded::Same(code) => folding.push(code, start, end, 0),
                Folded::One(code, mark) => folding.push(code, start, end, mark),
                Folded::Dropped(mark) => folding.skip(mark),
                Folded::Many(codes, mark) => codes.iter().for_each(|&code| folding.push(code, start, end, mark)),
            }
        }
    }
}

/// Folding in progress.
struct Folding<'a> {
    tables: &'a Tables,
    text: &'a mut Text,
    /// What was undone before the next code.
    pending: u8,
    before: Before,
}

/// The code before.
#[derive(Clone, Copy, Default)]
struct Before {
    code: Code,
    property: u16,
    syllable: u16,
    /// How many Chinese digits end there.
    digits: u16,
}

impl Folding<'_> {
    #[inline]
    fn push(&mut self, code: Code, start: u32, end: u32, mark: u8) {
        let mark = mark | std::mem::take(&mut self.pending);
        let at = self.text.len() as u32;
        self.text.push(code, start, end, mark);
        self.text.marked |= mark;
        self.note(code, at);
    }

    /// A mark on the letter before belongs to that letter; one before any letter to the next.
    fn skip(&mut self, mark: u8) {
        match self.text.place.last_mut() {
            Some(last) if mark & Mark::COMBINING != 0 => {
                last.mark |= mark;
                self.text.marked |= mark;
            }
            _ => self.pending |= mark,
        }
    }

    #[inline]
    fn note(&mut self, code: Code, at: u32) {
        let (property, syllable) = (self.tables.property(code), self.tables.syllable(code));
        let (before, noted) = (self.before, &mut self.text.noted);
        self.text.seen |= property;
        if property & (Property::SEPARATOR | Property::SPACE) != 0 {
            noted.between.push(at);
        }
        // No word has the sound 0, so that of nothing is none.
        if self.tables.has_sound(before.syllable, syllable) {
            noted.sounds.push(at - 1);
        }
        if before.property & Property::SPLIT != 0 {
            noted.may_be_split |= self.tables.may_be_split(before.code, code);
        }
        let mut digits = 0;
        if property & Property::CHINESE_DIGIT != 0 {
            digits = before.digits.saturating_add(1);
            noted.has_number |= usize::from(digits) >= DIGIT_RUN || code == '〇' as Code;
        }
        self.before = Before { code, property, syllable, digits };
    }
}
