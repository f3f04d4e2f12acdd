//! How one character is normalised. Each rule takes a character one step; a character is taken step by step until
//! nothing changes, and is listed under the class of its first step.

use std::collections::BTreeMap;

use ferrous_opencc::{OpenCC, config::BuiltinConfig, error::OpenCCError};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::symbol;

/// Why a character is not in its normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Full-width or half-width form.
    Width,
    /// Decorated or compatibility form of other characters.
    Compat,
    /// Capital letter.
    Case,
    /// Traditional or variant Chinese character.
    Simplify,
    /// Not seen by a reader; dropped.
    Invisible,
    /// Mark set on the letter before it; dropped.
    Combining,
    /// Letter of another script that looks like an ASCII letter or digit.
    Confusable,
}

impl Class {
    pub fn name(self) -> &'static str {
        match self {
            Class::Width => "width",
            Class::Compat => "compat",
            Class::Case => "case",
            Class::Simplify => "simplify",
            Class::Invisible => "invisible",
            Class::Combining => "combining",
            Class::Confusable => "confusable",
        }
    }
}

/// The rules, with the two dictionaries that they need.
pub struct Folder {
    traditional: OpenCC,
    japanese: OpenCC,
}

impl Folder {
    pub fn new() -> Result<Self, OpenCCError> {
        Ok(Self {
            traditional: OpenCC::from_config(BuiltinConfig::T2s)?,
            japanese: OpenCC::from_config(BuiltinConfig::Jp2t)?,
        })
    }

    /// Every character whose normal form is not itself.
    pub fn table(&self) -> BTreeMap<char, (String, Class)> {
        ('\0'..=char::MAX)
            .filter(|c| !is_left_alone(*c))
            .filter_map(|c| {
                let (to, class) = self.step(c)?;
                Some((c, (self.settle(&to), class)))
            })
            .filter(|(c, (to, _))| to.chars().ne([*c]))
            .collect()
    }

    fn settle(&self, text: &str) -> String {
        let mut text = text.to_owned();
        loop {
            let next: String = text.chars().map(|c| self.step(c).map_or_else(|| c.to_string(), |(to, _)| to)).collect();
            if next == text {
                return text;
            }
            text = next;
        }
    }

    fn step(&self, c: char) -> Option<(String, Class)> {
        if is_invisible(c) {
            return Some((String::new(), Class::Invisible));
        }
        if is_combining(c) {
            return Some((String::new(), Class::Combining));
        }
        if c.is_ascii() {
            return c.is_ascii_uppercase().then(|| (c.to_ascii_lowercase().to_string(), Class::Case));
        }
        if is_left_alone(c) {
            return None;
        }
        symbol::replacement(c)
            .or_else(|| without_marks(c))
            .or_else(|| compatible(c))
            .or_else(|| confusable(c))
            .or_else(|| lower(c))
            .or_else(|| self.simplified(c))
    }

    fn simplified(&self, c: char) -> Option<(String, Class)> {
        if !symbol::is_han(c) || symbol::KEPT_HAN.contains(c) {
            return None;
        }
        let given = c.to_string();
        let mut to = self.traditional.convert(&given);
        // A Japanese form may be another, common Chinese character (欠, 芸): only those outside GB 2312 are converted.
        if to == given && !is_gb2312(c) {
            to = self.traditional.convert(&self.japanese.convert(&given));
        }
        // Simplified by analogy only, and in no font: such a form helps nobody.
        let is_usual = to.chars().count() == 1 && to.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        (to != given && is_usual).then_some((to, Class::Simplify))
    }
}

/// Hangul is a script of its own and its compatibility letters mean nothing else; private-use characters mean
/// nothing at all; the last ones are Chinese punctuation that texts are read by.
fn is_left_alone(c: char) -> bool {
    matches!(c, '\u{3131}'..='\u{3163}' | '\u{3165}'..='\u{318e}' | '\u{ac00}'..='\u{d7af}'
        | '\u{ffa1}'..='\u{ffdc}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
        || "。、【】《》“”…「」『』〈〉".contains(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{20e3}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffc}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// A letter written with its marks gives what the letter and the marks written apart would give.
fn without_marks(c: char) -> Option<(String, Class)> {
    let apart: String = std::iter::once(c).nfd().collect();
    (c.is_alphabetic() && apart.contains(is_combining)).then(|| (apart.replace(is_combining, ""), Class::Combining))
}

fn compatible(c: char) -> Option<(String, Class)> {
    if c.general_category() == GeneralCategory::DecimalNumber {
        // Digits of every script stand in runs of ten, some runs directly after each other.
        let before = (0..u32::from(c)).rev().map_while(char::from_u32);
        let place = before.take_while(|d| d.general_category() == GeneralCategory::DecimalNumber).count() % 10;
        let class = if matches!(c, '\u{ff10}'..='\u{ff19}') { Class::Width } else { Class::Compat };
        return Some((place.to_string(), class));
    }
    let given = c.to_string();
    let mut to: String = given.nfkc().collect();
    if to == given {
        return None;
    }
    // ⑴ and ⒈ disguise numbers more often than they count paragraphs: the digit alone is kept.
    if matches!(c, '\u{2474}'..='\u{24b5}' | '\u{3200}'..='\u{3243}' | '\u{1f100}'..='\u{1f129}') {
        to.retain(char::is_alphanumeric);
    }
    let class = if matches!(c, '\u{3000}' | '\u{ff00}'..='\u{ffef}') { Class::Width } else { Class::Compat };
    Some((to, class))
}

fn confusable(c: char) -> Option<(String, Class)> {
    if !c.is_alphanumeric() || !symbol::is_european(c) {
        return None;
    }
    let given = c.to_string();
    let mut to: String = unicode_security::skeleton(&given).filter(|c| !is_combining(*c)).collect();
    if to == "rn" {
        to = "m".to_owned(); // the standard writes every m as rn
    }
    if to == "l" && c.is_uppercase() {
        to = "i".to_owned(); // and every capital I as l
    }
    (to != given && to.chars().all(|c| c.is_ascii_alphanumeric()) && !to.is_empty()).then_some((to, Class::Confusable))
}

fn lower(c: char) -> Option<(String, Class)> {
    let to: String = c.to_lowercase().collect();
    (to.chars().ne([c])).then_some((to, Class::Case))
}

pub fn is_gb2312(c: char) -> bool {
    let text = c.to_string();
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(&text);
    !unmappable && matches!(*bytes, [0xb0..=0xf7, 0xa1..=0xfe])
}
