//! Masks for texts, fed character by character so that no length and no line break puts one out of step.

use super::mask;

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

/// XML: names, and values of fields that are structure, stay; values and texts are masked, references stay.
pub struct Xml {
    at: Place,
    /// The name before the value that is being read.
    name: String,
    held: String,
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

impl Default for Xml {
    fn default() -> Self {
        Self { at: Place::Text, name: String::new(), held: String::new() }
    }
}

impl Xml {
    fn flush(&mut self, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        out.push_str(&match self.at {
            Place::Value(_) if !held.contains('&') => mask::value(&self.name, &held),
            Place::Instruction => held,
            _ => with_references(&held),
        });
    }
}

impl Mask for Xml {
    fn take(&mut self, c: char, out: &mut String) {
        match self.at {
            Place::Tag => self.in_tag(c, out),
            Place::Value(quote) if c == quote => {
                self.flush(out);
                out.push(c);
                self.at = Place::Tag;
                self.name.clear();
            }
            Place::Text if c == '<' => {
                self.flush(out);
                out.push(c);
                self.at = Place::Tag;
                self.name.clear();
            }
            Place::Declaration | Place::Instruction if c == '>' => {
                self.flush(out);
                out.push(c);
                self.at = Place::Text;
            }
            _ => {
                self.held.push(c);
                if self.held.len() > LONGEST_PIECE {
                    // A reference is never so long that a cut before it would show more than its last signs.
                    self.flush(out);
                }
            }
        }
    }

    fn end(&mut self, out: &mut String) {
        self.flush(out);
    }
}

impl Xml {
    fn in_tag(&mut self, c: char, out: &mut String) {
        match c {
            '!' if self.name.is_empty() => self.at = Place::Declaration,
            '?' if self.name.is_empty() => self.at = Place::Instruction,
            '"' | '\'' => self.at = Place::Value(c),
            '>' => self.at = Place::Text,
            '=' => {}
            c if c.is_whitespace() || c == '<' || c == '/' => self.name.clear(),
            c => {
                self.name.push(c);
                // A name is no place to write a text; where quotes are wrong, texts stand here.
                if self.name.len() > 64 || !(c.is_ascii_alphabetic() || "_:.-".contains(c)) {
                    out.push_str(&mask::text(c.encode_utf8(&mut [0; 4])));
                    return;
                }
            }
        }
        out.push(c);
    }
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
        out.push_str(&if mask::is_structure(&self.name) && digits.len() <= 6 { digits } else { mask::number(&digits) });
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
            Token::Number if c.is_ascii_digit() || "+-.eE".contains(c) => self.word.push(c),
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
