//! Masks for texts, fed character by character so that no length and no line break puts one out of step.

use super::{known, mask};

/// What is held back until its end is seen; longer values are masked in pieces.
const LONGEST_PIECE: usize = 1 << 20;

/// Takes a text in pieces and gives it back masked.
pub trait Mask {
    /// Takes a piece.
    fn take(&mut self, c: char, out: &mut String);
    /// Takes the end.
    fn end(&mut self, out: &mut String);
}

/// Every letter and digit is content.
#[derive(Default)]
pub struct Plain(String);

impl Mask for Plain {
    fn take(&mut self, c: char, out: &mut String) {
        self.0.push(c);
        if c == '\n' || self.0.len() > LONGEST_PIECE {
            self.end(out);
        }
    }

    fn end(&mut self, out: &mut String) {
        out.push_str(&mask::text(&std::mem::take(&mut self.0)));
    }
}

/// A line at a time, by a function that is told whether the line begins here.
pub struct Lines<F> {
    line: String,
    is_begun: bool,
    mask: F,
}

impl<F: FnMut(&str, bool) -> String> Lines<F> {
    /// Masks each line by a function; of a very long one the pieces.
    pub fn new(mask: F) -> Self {
        Self { line: String::new(), is_begun: false, mask }
    }
}

impl<F: FnMut(&str, bool) -> String> Mask for Lines<F> {
    fn take(&mut self, c: char, out: &mut String) {
        self.line.push(c);
        if c == '\n' || self.line.len() > LONGEST_PIECE {
            self.end(out);
            self.is_begun = c != '\n';
        }
    }

    fn end(&mut self, out: &mut String) {
        out.push_str(&(self.mask)(&std::mem::take(&mut self.line), !self.is_begun));
    }
}

/// XML: known names, and values of fields that are structure, stay; everything else is masked, references stay.
pub struct Xml {
    at: Place,
    /// The name before the value that is being read; within a declaration how it begins.
    name: String,
    /// Whether the name is written out already.
    is_written: bool,
    held: String,
    /// The last two characters, by which comments end.
    last: [char; 2],
}

enum Place {
    Text,
    Tag,
    /// `<!…>`: comments, types, character data.
    Declaration,
    /// `<?…?>`.
    Instruction,
    Value(char),
}

/// Comments and character data begin so.
const OPENINGS: [&str; 2] = ["--", "[CDATA["];

impl Default for Xml {
    fn default() -> Self {
        Self { at: Place::Text, name: String::new(), is_written: false, held: String::new(), last: [' '; 2] }
    }
}

impl Xml {
    fn flush(&mut self, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        out.push_str(&match self.at {
            Place::Value(_) if !held.contains('&') => mask::value(&self.name, &held),
            Place::Instruction => instruction(&held),
            Place::Declaration => declaration(&held),
            _ => with_references(&held),
        });
    }

    /// Returns whether what is being read ends with this sign.
    fn is_end(&self, c: char) -> bool {
        let before: String = self.last.iter().collect();
        match self.at {
            Place::Text => c == '<',
            Place::Value(quote) => c == quote,
            Place::Instruction => c == '>' && self.last[1] == '?',
            Place::Declaration if self.name.starts_with("--") => c == '>' && before == "--",
            Place::Declaration if self.name.starts_with("[CDATA[") => c == '>' && before == "]]",
            Place::Declaration => c == '>',
            Place::Tag => false,
        }
    }

    fn in_tag(&mut self, c: char, out: &mut String) {
        if c.is_alphanumeric() || "_:.-".contains(c) {
            if std::mem::take(&mut self.is_written) {
                self.name.clear();
            }
            self.name.push(c);
            if self.name.len() > LONGEST_PIECE {
                self.end_name(out);
            }
            return;
        }
        self.end_name(out);
        match c {
            '!' if self.name.is_empty() => self.go_on(Place::Declaration),
            '?' if self.name.is_empty() => self.go_on(Place::Instruction),
            '"' | '\'' => self.at = Place::Value(c),
            '>' => self.go_on(Place::Text),
            '<' | '/' => self.go_on(Place::Tag),
            _ => {}
        }
        self.last = [' '; 2];
        out.push_str(&mask::text(c.encode_utf8(&mut [0; 4])));
    }

    /// Writes the name that was read, masked unless it is known; it stays the name of the value that may follow.
    fn end_name(&mut self, out: &mut String) {
        if !self.name.is_empty() && !std::mem::replace(&mut self.is_written, true) {
            let is_known = known::is_field(&self.name) || known::is_place(&self.name);
            out.push_str(&if is_known { self.name.clone() } else { mask::text(&self.name) });
        }
    }

    /// Goes on behind what has ended.
    fn go_on(&mut self, at: Place) {
        self.at = at;
        self.name.clear();
        self.is_written = false;
    }
}

impl Mask for Xml {
    fn take(&mut self, c: char, out: &mut String) {
        if matches!(self.at, Place::Tag) {
            return self.in_tag(c, out);
        }
        if self.is_end(c) {
            self.flush(out);
            out.push(c);
            let is_before_tag = matches!(self.at, Place::Text | Place::Value(_));
            return self.go_on(if is_before_tag { Place::Tag } else { Place::Text });
        }
        if matches!(self.at, Place::Declaration) && self.name.len() < OPENINGS[1].len() {
            self.name.push(c);
        }
        self.last = [self.last[1], c];
        self.held.push(c);
        if self.held.len() > LONGEST_PIECE {
            // A reference is never so long that a cut before it would show more than its last signs.
            self.flush(out);
        }
    }

    fn end(&mut self, out: &mut String) {
        match self.at {
            Place::Tag => self.end_name(out),
            _ => self.flush(out),
        }
    }
}

/// Keeps what begins an XML file, rebuilt; of everything else nothing.
fn instruction(held: &str) -> String {
    let Some(rest) = held.strip_prefix("xml ").and_then(|rest| rest.strip_suffix('?')) else { return mask::text(held) };
    let is_plain = rest.split_whitespace().all(|part| {
        let value = part.split_once('=').filter(|(name, _)| matches!(*name, "version" | "encoding" | "standalone"));
        value.is_some_and(|(_, value)| {
            matches!(
                value.trim_matches(['"', '\'']).to_ascii_lowercase().as_str(),
                "1.0" | "1.1" | "yes" | "no" | "utf-8" | "utf-16" | "gb18030" | "gbk" | "gb2312"
            )
        })
    });
    if is_plain { held.to_owned() } else { mask::text(held) }
}

fn declaration(held: &str) -> String {
    let opening = OPENINGS.into_iter().find(|opening| held.starts_with(opening)).unwrap_or_default();
    format!("{opening}{}", mask::text(held.strip_prefix(opening).unwrap_or(held)))
}

/// Masks text, but not references inside it.
fn with_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(&mask::text(before));
        let end = reference.bytes().take(12).position(|byte| byte == b';').map_or(1, |end| end + 1);
        let (kept, after) = reference.split_at_checked(end).unwrap_or((reference, ""));
        out.push_str(&reference_masked(kept));
        rest = after;
    }
    out.push_str(&mask::text(rest));
    out
}

/// `&#10;`, `&amp;` and halves of emoji stay; a letter or digit that is written as a number is content.
fn reference_masked(reference: &str) -> String {
    let inside = reference.trim_start_matches('&').trim_end_matches(';');
    let Some(number) = inside.strip_prefix('#') else {
        let is_name = matches!(inside, "" | "amp" | "lt" | "gt" | "quot" | "apos");
        return if is_name { reference.to_owned() } else { mask::text(reference) };
    };
    let code =
        number.strip_prefix(['x', 'X']).map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
    match code.map(char::from_u32) {
        Some(Some(c)) if c.is_alphanumeric() => "&#26576;".to_owned(),
        Some(_) => reference.to_owned(),
        None => mask::text(reference),
    }
}

/// JSON: names that programs use stay, and values of fields that are structure; numbers stay numbers.
#[derive(Default)]
pub struct Json {
    at: Token,
    /// The word that is being read, or that is held until a colon shows whether it is a name.
    word: String,
    is_escaped: bool,
    /// Whether the beginning of a long word has gone out already.
    is_open: bool,
    /// The last name.
    name: String,
    /// Blanks behind a word.
    blanks: String,
}

#[derive(Default, PartialEq, Eq)]
enum Token {
    #[default]
    Between,
    Word,
    /// Behind a word.
    Behind,
    Number,
    /// true, false, null.
    Letters,
}

impl Json {
    fn number(&mut self, out: &mut String) {
        let digits = std::mem::take(&mut self.word);
        let is_number = digits.parse::<f64>().is_ok();
        out.push_str(&match digits {
            digits if known::is_mark(&self.name, &digits) => digits,
            digits if is_number => mask::number(&digits),
            digits => mask::text(&digits),
        });
    }

    fn letters(&mut self, out: &mut String) {
        out.push_str(&mask::value("", &std::mem::take(&mut self.word)));
    }

    fn word(&mut self, is_name: bool, out: &mut String) {
        let word = std::mem::take(&mut self.word);
        if std::mem::take(&mut self.is_open) {
            out.push_str(&escaped(&word));
            out.push('"');
            out.push_str(&std::mem::take(&mut self.blanks));
            return;
        }
        out.push('"');
        if is_name {
            out.push_str(&if word.contains('\\') { escaped(&word) } else { mask::name(&word) });
            self.name = word;
        } else {
            out.push_str(&if word.contains('\\') { escaped(&word) } else { mask::value(&self.name, &word) });
        }
        out.push('"');
        out.push_str(&std::mem::take(&mut self.blanks));
    }

    fn between(&mut self, c: char, out: &mut String) {
        if "{}[],".contains(c) {
            self.name.clear();
        }
        self.at = match c {
            '"' => Token::Word,
            '-' | '0'..='9' => {
                self.word.push(c);
                Token::Number
            }
            c if c.is_alphabetic() => {
                self.word.push(c);
                Token::Letters
            }
            c => {
                out.push_str(&mask::text(c.encode_utf8(&mut [0; 4])));
                Token::Between
            }
        };
    }
}

impl Mask for Json {
    fn take(&mut self, c: char, out: &mut String) {
        match self.at {
            Token::Between => self.between(c, out),
            Token::Number if (c.is_ascii_digit() || "+-.eE".contains(c)) && self.word.len() < LONGEST_PIECE => {
                self.word.push(c);
            }
            Token::Number => {
                self.number(out);
                self.between(c, out);
            }
            Token::Letters if c.is_alphabetic() && self.word.len() < LONGEST_PIECE => self.word.push(c),
            Token::Letters => {
                self.letters(out);
                self.between(c, out);
            }
            Token::Word => {
                if c == '"' && !self.is_escaped {
                    self.at = Token::Behind;
                    return;
                }
                self.is_escaped = c == '\\' && !self.is_escaped;
                self.word.push(c);
                if self.word.len() > LONGEST_PIECE && !self.is_escaped {
                    // So long that it is no name: what was held goes out masked, and the word goes on.
                    if !std::mem::replace(&mut self.is_open, true) {
                        out.push('"');
                    }
                    out.push_str(&escaped(&std::mem::take(&mut self.word)));
                }
            }
            Token::Behind if c.is_whitespace() && self.blanks.len() < LONGEST_PIECE => self.blanks.push(c),
            Token::Behind => {
                self.word(c == ':', out);
                self.between(c, out);
            }
        }
    }

    fn end(&mut self, out: &mut String) {
        match self.at {
            Token::Number => self.number(out),
            Token::Letters => self.letters(out),
            Token::Word | Token::Behind => self.word(false, out),
            Token::Between => {}
        }
    }
}

/// Masks a word with escapes; what an escape stands for is content.
fn escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut plain = String::new();
    let mut characters = word.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        out.push_str(&mask::text(&std::mem::take(&mut plain)));
        match characters.next() {
            Some('u') => {
                let _ = characters.by_ref().take(4).count();
                out.push('某');
            }
            Some(escape) if "\"\\/bfnrt".contains(escape) => out.extend(['\\', escape]),
            _ => {}
        }
    }
    out.push_str(&mask::text(&plain));
    out
}
