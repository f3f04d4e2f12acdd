//! Disguises at several strengths, made from the knowledge's own tables; the same message gives the same disguise.

use std::collections::HashMap;

use knowledge::Library;

/// A way to hide words from a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disguise {
    /// A character without width behind a character.
    ZeroWidth,
    /// A sign behind a character.
    Separated,
    /// Full-width forms of digits and letters.
    FullWidth,
    /// Another character of the same sound.
    Homophone,
    /// A character written in its parts.
    Split,
}

impl Disguise {
    /// Every disguise.
    pub const ALL: [Self; 5] = [Self::ZeroWidth, Self::Separated, Self::FullWidth, Self::Homophone, Self::Split];

    /// Returns what it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::ZeroWidth => "zero-width",
            Self::Separated => "separators",
            Self::FullWidth => "full-width",
            Self::Homophone => "homophones",
            Self::Split => "split characters",
        }
    }
}

/// The tables that disguises are made from.
#[derive(Debug)]
pub struct Tables {
    sound: HashMap<char, String>,
    same: HashMap<String, Vec<char>>,
    parts: HashMap<char, String>,
}

impl Tables {
    /// Lays out the tables; only characters that occur in `common` stand for others.
    pub fn new(library: &Library, common: &str) -> Self {
        let rows = |name: &str| {
            let table = library.character.get(name).map_or("", String::as_str);
            table.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'))
        };
        let mut counts: HashMap<char, u32> = HashMap::new();
        common.chars().for_each(|character| *counts.entry(character).or_default() += 1);
        let (mut sound, mut same) = (HashMap::new(), HashMap::<String, Vec<char>>::new());
        for (character, readings) in rows("pinyin") {
            let (Some(character), Some(first)) = (character.chars().next(), readings.split(',').next()) else {
                continue;
            };
            sound.insert(character, first.to_owned());
            if counts.get(&character).is_some_and(|&count| count >= 3) {
                same.entry(first.to_owned()).or_default().push(character);
            }
        }
        let parts =
            rows("split").filter_map(|(parts, whole)| Some((whole.chars().next()?, parts.to_owned()))).collect();
        Self { sound, same, parts }
    }

    /// Disguises `tenths` of ten characters of a text.
    pub fn disguise(&self, body: &str, disguise: Disguise, tenths: u64) -> String {
        let mut state = body
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        let mut next = |most: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) % most.max(1)
        };
        let is_chinese = |character: char| ('\u{4E00}'..='\u{9FFF}').contains(&character);
        let mut out = String::with_capacity(body.len() * 2);
        for character in body.chars() {
            if next(10) >= tenths {
                out.push(character);
                continue;
            }
            match disguise {
                Disguise::ZeroWidth if is_chinese(character) => out.extend([character, '\u{200B}']),
                Disguise::Separated if is_chinese(character) => out.extend([character, '*']),
                Disguise::FullWidth if character.is_ascii_alphanumeric() => {
                    out.push(char::from_u32(character as u32 + 0xFEE0).unwrap_or(character));
                }
                Disguise::Homophone => {
                    let same = self.sound.get(&character).and_then(|sound| self.same.get(sound));
                    let same = same.map_or(&[][..], Vec::as_slice);
                    let chosen = same.get(next(same.len() as u64) as usize);
                    out.push(chosen.copied().unwrap_or(character));
                }
                Disguise::Split => match self.parts.get(&character) {
                    Some(parts) => out.push_str(parts),
                    None => out.push(character),
                },
                _ => out.push(character),
            }
        }
        out
    }
}
