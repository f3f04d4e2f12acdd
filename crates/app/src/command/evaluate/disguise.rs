//! Disguises at several strengths, made from the knowledge's own tables; the same message gives the same disguise.

use knowledge::spelling::Spellings;

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

/// Disguises `tenths` of ten characters of a text.
pub fn disguise(spellings: &Spellings, body: &str, disguise: Disguise, tenths: u64) -> String {
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
                let same = spellings.same_sound(character);
                let chosen = same.get(next(same.len() as u64) as usize);
                out.push(chosen.copied().unwrap_or(character));
            }
            Disguise::Split => match spellings.parts(character) {
                Some(parts) => out.push_str(parts),
                None => out.push(character),
            },
            _ => out.push(character),
        }
    }
    out
}
