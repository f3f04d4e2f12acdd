//! One form for one meaning: width, case, traditional characters, invisible marks, look-alike letters, separators,
//! split characters and homophones are undone, and every code of the result keeps its place in the original.
//! Knows no words beyond the guarded ones and judges nothing.

mod repair;
mod table;

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
        self.repair(text);
        text.marked = text.place.iter().fold(0, |all, place| all | place.mark);
    }

    fn fold_all(&self, body: &str, text: &mut Text) {
        text.codes.reserve(body.len());
        text.place.reserve(body.len());
        let mut pending = 0u8;
        let mut seen = 0u16;
        for (at, character) in body.char_indices() {
            let start = at as u32;
            let end = start + character.len_utf8() as u32;
            let folded = self.fold(character);
            match folded {
                table::Folded::Same(code) => {
                    text.push(code, start, end, std::mem::take(&mut pending));
                    seen |= self.property(code);
                }
                table::Folded::One(code, mark) => {
                    text.push(code, start, end, mark | std::mem::take(&mut pending));
                    seen |= self.property(code);
                }
                table::Folded::Dropped(mark) => {
                    // A mark on the letter before belongs to that letter; one before any letter to the next.
                    match text.place.last_mut() {
                        Some(last) if mark & Mark::COMBINING != 0 => last.mark |= mark,
                        _ => pending |= mark,
                    }
                }
                table::Folded::Many(codes, mark) => {
                    for &code in codes {
                        text.push(code, start, end, mark | std::mem::take(&mut pending));
                        seen |= self.property(code);
                    }
                }
            }
        }
        text.seen = seen;
    }
}
