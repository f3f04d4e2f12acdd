//! One form for one meaning: width, case, traditional characters, invisible marks, look-alike letters, separators,
//! split characters and homophones are undone, and every code of the result keeps its place in the original.
//! Knows no words beyond the guarded ones and judges nothing.

mod repair;
mod table;

use self::repair::DIGIT_RUN;
use self::table::{CodeInfo, Folded};
use crate::trie::Code;
pub use repair::chinese_digit;
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
    /// Where the second of two characters stands that sound as a guarded word begins.
    sounds: Vec<u32>,
    /// How many Chinese digits stood in a row, and where the row ended.
    digits: usize,
    digits_end: u32,
    /// Whether they make a number.
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
        (self.noted.digits, self.noted.digits_end) = (0, 0);
        self.noted.has_number = false;
        self.noted.may_be_split = false;
    }

    /// Makes the text at least so long.
    fn make_room(&mut self, length: usize) {
        if self.codes.len() < length {
            self.codes.resize(length, 0);
            self.place.resize(length, Place::default());
        }
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

    /// Folds each character: runs of usual ones, odd ones between them.
    fn fold_all(&self, body: &str, text: &mut Text) {
        // There is always room for one code a character that is left.
        text.make_room(body.chars().count());
        let mut cursor = Cursor::default();
        let mut rest = body;
        while let Some(character) = self.fold_run(body.len(), &mut rest, text, &mut cursor) {
            let start = (body.len() - rest.len() - character.len_utf8()) as u32;
            let place = Place { start, end: start + character.len_utf8() as u32, mark: 0 };
            self.fold_odd(text, &mut cursor, character, place);
            text.make_room(cursor.length + rest.len());
        }
        text.codes.truncate(cursor.length);
        text.place.truncate(cursor.length);
        (text.seen, text.marked) = (cursor.seen, cursor.marked);
    }

    /// Folds the characters that become one code; returns the first that does not, with `rest` behind it. The cursor
    /// is a local here, so that it stays in registers.
    fn fold_run(&self, length: usize, rest: &mut &str, text: &mut Text, cursor: &mut Cursor) -> Option<char> {
        let mut now = *cursor;
        let mut characters = rest.chars();
        let mut start = (length - rest.len()) as u32;
        let odd = loop {
            let Some(character) = characters.next() else { break None };
            let Some((code, mark)) = self.fold_one(character) else { break Some(character) };
            let end = (length - characters.as_str().len()) as u32;
            self.put(text, &mut now, code, Place { start, end, mark });
            start = end;
        };
        *rest = characters.as_str();
        *cursor = now;
        odd
    }

    /// Folds a character that becomes nothing or several codes.
    fn fold_odd(&self, text: &mut Text, cursor: &mut Cursor, character: char, place: Place) {
        let (codes, mark): (&[Code], u8) = match self.fold(character) {
            Folded::Same(code) => (&[code], 0),
            Folded::One(code, mark) => (&[code], mark),
            Folded::Many(codes, mark) => (codes, mark),
            // A mark on the letter before belongs to that letter; one before any letter to the next.
            Folded::Dropped(mark) if mark & Mark::COMBINING != 0 && cursor.length > 0 => {
                text.place[cursor.length - 1].mark |= mark;
                cursor.marked |= mark;
                return;
            }
            Folded::Dropped(mark) => {
                cursor.pending |= mark;
                return;
            }
        };
        text.make_room(cursor.length + codes.len());
        for &code in codes {
            self.put(text, cursor, code, Place { mark, ..place });
        }
    }

    /// Puts a code at the cursor and notes what it makes with the code before.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as a call, with the cursor in memory, this is half of folding")]
    fn put(&self, text: &mut Text, cursor: &mut Cursor, code: Code, place: Place) {
        let CodeInfo { property, syllable, note, .. } = self.info(code);
        let (at, before, now) = (cursor.length, cursor.last, Last { code, syllable, note });
        let mark = place.mark | cursor.pending;
        text.codes[at] = code;
        text.place[at] = Place { mark, ..place };
        let pair = before.note << 1 & note & CodeInfo::CONTINUES | before.note & CodeInfo::SPLITS;
        if pair | note & (CodeInfo::BETWEEN | CodeInfo::COUNTS) != 0 {
            self.note(&mut text.noted, before, now, at as u32);
        }
        cursor.length = at + 1;
        cursor.pending = 0;
        cursor.seen |= property;
        cursor.marked |= mark;
        cursor.last = now;
    }

    /// Notes what a code makes with the code before.
    fn note(&self, noted: &mut Noted, before: Last, now: Last, at: u32) {
        if now.note & CodeInfo::BETWEEN != 0 {
            noted.between.push(at);
        }
        if self.has_sound(before.syllable, now.syllable) {
            noted.sounds.push(at);
        }
        if before.note & CodeInfo::SPLITS != 0 {
            noted.may_be_split |= self.may_be_split(before.code, now.code);
        }
        if now.note & CodeInfo::COUNTS != 0 {
            noted.digits = if noted.digits_end == at { noted.digits + 1 } else { 1 };
            noted.digits_end = at + 1;
            noted.has_number |= noted.digits >= DIGIT_RUN || now.code == '〇' as Code;
        }
    }
}

/// Folding in progress.
#[derive(Clone, Copy, Default)]
struct Cursor {
    length: usize,
    /// What was undone before the next code.
    pending: u8,
    seen: u16,
    marked: u8,
    last: Last,
}

/// The last code that was put, with what the next one asks of it.
#[derive(Clone, Copy, Default)]
struct Last {
    code: Code,
    syllable: u16,
    note: u8,
}
