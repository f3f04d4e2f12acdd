//! The font: which glyph a character has, how wide text is, where lines may break.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The characters of the code of one that the font lacks.
const CODE: usize = 9;
const BYTES: &[u8] = include_bytes!("../font/NotoSansSC-Regular.otf");

/// Returns the characters of a text that the font lacks, each once: in a PDF they stand as codes.
pub fn missing_characters(text: &str) -> Vec<char> {
    let face = Face::new();
    let mut missing: Vec<char> =
        text.chars().filter(|c| !matches!(c, '\n' | '\t' | '\r') && face.one(*c).is_none()).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// What a line costs besides what stands in it, in characters.
const LINE: usize = 60;

/// Returns the beginning of a text that is printed with at most `most` characters: one that the font lacks is printed as
/// several, and a line takes room though it be empty.
pub fn fitting(text: &str, most: usize) -> &str {
    let face = Face::new();
    let mut used: usize = 0;
    for (at, character) in text.char_indices() {
        used += match character {
            '\n' => LINE,
            '\t' | '\r' => 1,
            _ if character.is_ascii_graphic() || face.one(character).is_some() => 1,
            _ => CODE,
        };
        if used > most {
            return text.split_at(at).0;
        }
    }
    text
}

/// The font in which documents are printed.
pub struct Face {
    font: FontRef<'static>,
}

/// A character as it is printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Printed {
    /// The character.
    pub character: char,
    /// Its glyph.
    pub glyph: u32,
    /// Its width at size 1.
    pub advance: f32,
}

impl Face {
    /// Returns the font.
    ///
    /// # Panics
    /// Never: the font is part of the program, and a test reads it.
    pub fn new() -> Self {
        Self { font: FontRef::new(BYTES).expect("the font is part of the program") }
    }

    /// Returns the bytes of the font.
    pub fn bytes() -> &'static [u8] {
        BYTES
    }

    fn one(&self, character: char) -> Option<Printed> {
        let glyph = self.font.charmap().map(character)?;
        let advance = self.font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)?;
        Some(Printed { character, glyph: glyph.to_u32(), advance })
    }

    /// Returns a line as it is printed. What the font lacks, and what would turn or hide text, is printed as its code.
    pub fn print(&self, text: &str) -> Vec<Printed> {
        let mut line = Vec::with_capacity(text.len());
        for character in text.chars() {
            let character = if character == '\t' { ' ' } else { character };
            if let Some(printed) = self.one(character) {
                line.push(printed);
            } else {
                let code = format!("[U+{:04X}]", u32::from(character));
                line.extend(code.chars().filter_map(|c| self.one(c)));
            }
        }
        line
    }

    /// Returns the text in lines no wider than `width` at `size`. Line ends of the text stay.
    pub fn lines(&self, text: &str, size: f32, width: f32) -> Vec<Vec<Printed>> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let printed = self.print(paragraph.trim_end_matches('\r'));
            let mut rest = printed.as_slice();
            while let Some(end) = overflow(rest, width / size) {
                let (line, tail) = rest.split_at(break_before(rest, end));
                lines.push(line.to_vec());
                rest = tail;
            }
            lines.push(rest.to_vec());
        }
        lines
    }
}

/// The first character that does not fit any more; none when all fit.
fn overflow(line: &[Printed], width: f32) -> Option<usize> {
    let mut used = 0.0;
    for (at, printed) in line.iter().enumerate() {
        used += printed.advance;
        if used > width && at > 0 {
            return Some(at);
        }
    }
    None
}

/// Where to break at or before `end`: not inside a Latin word or number if that leaves anything, not before closing
/// punctuation, not after an opening bracket.
fn break_before(line: &[Printed], end: usize) -> usize {
    let may_break = |at: usize| {
        let (before, after) = (line[at - 1].character, line[at].character);
        let is_word = before.is_ascii_graphic() && after.is_ascii_graphic();
        !is_word && !"，。；：！？、）》】」』”’％".contains(after) && !"（《【「『“‘".contains(before)
    };
    (end.saturating_sub(30).max(1)..=end).rev().find(|at| may_break(*at)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::{Face, fitting};

    fn lines(text: &str, ems: f32) -> Vec<String> {
        let lines = Face::new().lines(text, 1.0, ems);
        lines.iter().map(|line| line.iter().map(|printed| printed.character).collect()).collect()
    }

    #[test]
    fn lines_break_where_chinese_breaks() {
        assert_eq!(lines("一二三四五", 3.0), ["一二三", "四五"]);
        assert_eq!(lines("一二三，四", 3.0), ["一二", "三，四"]);
        assert_eq!(lines("一\n二", 3.0), ["一", "二"]);
        assert_eq!(lines("", 3.0), [""]);
    }

    #[test]
    fn what_takes_room_counts_for_as_much() {
        assert_eq!(fitting("一二三", 2), "一二");
        assert_eq!(fitting("一二三", 3), "一二三");
        assert_eq!(fitting("一\n\n二", 121).len(), "一\n\n".len());
        assert_eq!(fitting("a\0\0b", 18), "a\0");
    }

    #[test]
    fn nothing_is_left_out() {
        assert_eq!(lines("a\u{202e}b", 30.0), ["a[U+202E]b"]);
        let long = "x".repeat(500);
        assert_eq!(lines(&long, 10.0).concat(), long);
    }
}
