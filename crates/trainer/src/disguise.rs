//! Disguised copies of messages to learn from: characters replaced by others of the same sound, or written in parts.
//! The same message gives the same copy.

use std::collections::BTreeMap;

use knowledge::Library;

use crate::sample::Sample;

/// One message in so many gets a disguised copy.
const EVERY: usize = 3;
/// One character in so many is replaced.
const SHARE: u64 = 3;

/// Stands for parts that no table puts together again.
const STRANGE_PARTS: &str = "口一";

/// What may stand for a character.
#[derive(Debug)]
pub struct Disguises {
    sounds: BTreeMap<char, String>,
    by_sound: BTreeMap<String, Vec<char>>,
    parts: BTreeMap<char, String>,
}

impl Disguises {
    /// Lays out the tables of sounds and of parts, for characters that occur in the samples.
    pub fn new(library: &Library, samples: &[Sample]) -> Self {
        let mut seen: BTreeMap<char, usize> = BTreeMap::new();
        samples.iter().flat_map(|sample| sample.body.chars()).for_each(|c| *seen.entry(c).or_default() += 1);
        let rows = |name: &str| {
            let table = library.character.get(name).map_or("", String::as_str);
            table.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'))
        };
        let mut sounds = BTreeMap::new();
        let mut by_sound: BTreeMap<String, Vec<char>> = BTreeMap::new();
        for (character, readings) in rows("pinyin") {
            let (Some(character), Some(sound)) = (character.chars().next(), readings.split(',').next()) else {
                continue;
            };
            sounds.insert(character, sound.to_owned());
            if seen.get(&character).is_some_and(|&count| count >= 30) {
                by_sound.entry(sound.to_owned()).or_default().push(character);
            }
        }
        let parts =
            rows("split").filter_map(|(parts, whole)| Some((whole.chars().next()?, parts.to_owned()))).collect();
        Self { sounds, by_sound, parts }
    }

    /// Returns disguised copies of some of the samples.
    pub fn copies(&self, samples: &[Sample]) -> Vec<Sample> {
        let some = samples.iter().enumerate().filter(|(at, _)| at % EVERY == 0);
        some.map(|(at, sample)| Sample { body: self.disguise(&sample.body, at as u64), ..sample.clone() }).collect()
    }

    fn disguise(&self, body: &str, seed: u64) -> String {
        let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut next = |most: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % most.max(1)
        };
        let mut out = String::with_capacity(body.len());
        for character in body.chars() {
            if next(SHARE) != 0 {
                out.push(character);
                continue;
            }
            let same = self.sounds.get(&character).and_then(|sound| self.by_sound.get(sound));
            match same {
                Some(_) if next(3) == 0 => match self.parts.get(&character) {
                    Some(parts) => out.push_str(parts),
                    None => out.push_str(STRANGE_PARTS),
                },
                Some(same) => out.push(same[next(same.len() as u64) as usize]),
                None => out.push(character),
            }
        }
        out
    }
}
