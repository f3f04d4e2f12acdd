//! Disguised copies of messages to learn from: characters replaced by others of the same sound, written in parts or
//! followed by a mark, since a mark that normalisation leaves behind tells nothing.
//! The same message gives the same copy.

use knowledge::Library;
use knowledge::spelling::Spellings;

use crate::chance::Chance;
use crate::sample::Sample;

/// One message in so many gets a disguised copy.
const EVERY: usize = 2;
/// One character in so many is replaced or followed by a mark.
const SHARE: u64 = 2;
/// Marks with which people part characters.
const MARKS: [char; 8] = ['*', '.', '-', '_', '~', '/', '|', '·'];

/// Stands for parts that no table puts together again.
const STRANGE_PARTS: &str = "口一";

/// A character that occurs less often than this in the samples stands for no other.
const LEAST_SEEN: usize = 30;

/// Returns disguised copies of some of the samples.
pub fn copies(library: &Library, samples: &[Sample]) -> Vec<Sample> {
    let spellings = Spellings::new(library, samples.iter().map(|sample| sample.body.as_str()), LEAST_SEEN);
    let some = samples.iter().enumerate().filter(|(at, _)| at % EVERY == 0);
    some.map(|(at, sample)| Sample { body: disguise(&spellings, &sample.body, at as u64), ..sample.clone() }).collect()
}

fn disguise(spellings: &Spellings, body: &str, seed: u64) -> String {
    let mut chance = Chance::new((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mark = MARKS[chance.below(MARKS.len() as u64) as usize];
    let mut out = String::with_capacity(body.len());
    for character in body.chars() {
        if chance.below(SHARE) != 0 {
            out.push(character);
            continue;
        }
        match spellings.same_sound(character) {
            [] => out.push(character),
            same => match chance.below(6) {
                0 | 1 => out.push_str(spellings.parts(character).unwrap_or(STRANGE_PARTS)),
                2 => out.extend([character, mark]),
                _ => out.push(same[chance.below(same.len() as u64) as usize]),
            },
        }
    }
    out
}
