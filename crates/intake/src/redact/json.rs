//! A mask for JSON, whole or broken.

use super::stream::{LONGEST_PIECE, Mask};
use super::{known, mask};

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
