//! A mask for XML, whatever quotes and comments do.

use super::stream::{LONGEST_PIECE, Mask};
use super::{known, mask};

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
