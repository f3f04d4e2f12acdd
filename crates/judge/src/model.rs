//! A small linear model of wording: hashed features of the normalised text and of the concepts that it says, one
//! weight a kind. Knows no rules, no senders and no links; `decide` joins it with them.

use std::cmp::Reverse;
use std::ops::Range;

use crate::index::ConceptSet;
use crate::normalise::{Property, Tables, Text};
use crate::verdict::Kind;

/// How many kinds there are.
pub const KINDS: usize = Kind::ALL.len();
/// Buckets into which features are hashed.
pub const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 16;
/// A row of weights, padded so that one addition takes a whole row.
const ROW: usize = 16;
/// So many rows are added before narrow sums could overflow; a byte counts them.
const BLOCK: usize = 256;
/// A stretch of telling text has at most so many characters.
const LONGEST_STRETCH: usize = 6;
/// At most so many stretches are named.
const MOST_STRETCHES: usize = 3;
const MAGIC: &[u8; 4] = b"zxm2";

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// It is not a model of this version.
    #[error("not a model of this version: {0} bytes")]
    Format(usize),
}

/// The trained weights.
#[derive(Debug)]
pub struct Model {
    rows: Vec<[i8; ROW]>,
    bias: [f32; KINDS],
    scale: f32,
}

impl Model {
    /// Reads a model as [`Model::to_bytes`] writes it.
    ///
    /// # Errors
    /// Fails where length or head are not those of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let head = MAGIC.len() + 4 * (KINDS + 1);
        if bytes.len() != head + BUCKETS * KINDS || !bytes.starts_with(MAGIC) {
            return Err(ModelError::Format(bytes.len()));
        }
        let (head, weights) = bytes.split_at(head);
        let mut numbers = head[MAGIC.len()..].as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four));
        let scale = numbers.next().unwrap_or_default();
        let mut bias = [0.0; KINDS];
        bias.iter_mut().zip(numbers).for_each(|(slot, number)| *slot = number);
        let rows = weights.as_chunks::<KINDS>().0.iter().map(|chunk| {
            let mut row = [0i8; ROW];
            row.iter_mut().zip(chunk).for_each(|(slot, &byte)| *slot = i8::from_le_bytes([byte]));
            row
        });
        Ok(Self { rows: rows.collect(), bias, scale })
    }

    /// Quantises weights and returns the bytes of the model file.
    pub fn to_bytes(weights: &[[f32; KINDS]], bias: &[f32; KINDS]) -> Vec<u8> {
        let largest = weights.iter().flatten().fold(1e-6f32, |most, weight| most.max(weight.abs()));
        let scale = largest / 127.0;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(scale.to_le_bytes());
        bytes.extend(bias.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(weights.iter().flatten().map(|weight| ((weight / scale).round() as i8).to_le_bytes()[0]));
        bytes
    }

    /// Returns a probability for each kind, in the order of [`Kind::ALL`].
    pub fn probabilities(&self, tables: &Tables, text: &Text, said: ConceptSet) -> [f32; KINDS] {
        let mut sums = [0i32; ROW];
        // Buckets are gathered first and their rows added in a loop of its own: many rows are then under way at once.
        let mut block = [0u16; BLOCK];
        let (mut filled, mut count) = (0u8, 0);
        for_each_feature(tables, text, said, |bucket, _| {
            block[usize::from(filled)] = bucket as u16;
            filled = filled.wrapping_add(1);
            if filled == 0 {
                add(&mut sums, self.sum_of_rows(&block));
                count += BLOCK;
            }
        });
        let left = usize::from(filled);
        add(&mut sums, self.sum_of_rows(&block[..left]));
        let unit = self.scale / ((count + left).max(1) as f32).sqrt();
        let mut scores = self.bias;
        for (score, &sum) in scores.iter_mut().zip(&sums) {
            *score += sum as f32 * unit;
        }
        softmax(scores)
    }

    /// Returns the sum of the rows of at most [`BLOCK`] buckets. A function of its own keeps the loop in registers.
    #[inline(never)]
    fn sum_of_rows(&self, buckets: &[u16]) -> [i16; ROW] {
        let mut narrow = [0i16; ROW];
        for &bucket in buckets {
            let row = &self.rows[usize::from(bucket)];
            for (sum, &weight) in narrow.iter_mut().zip(row) {
                *sum += i16::from(weight);
            }
        }
        narrow
    }

    /// Returns the stretches of text that speak most for a kind and against the others, heaviest first.
    pub fn telling(&self, tables: &Tables, text: &Text, said: ConceptSet, kind: Kind) -> Vec<Range<usize>> {
        let mut weights = vec![0i32; text.len()];
        for_each_feature(tables, text, said, |bucket, at| {
            let row = &self.rows[bucket];
            let own = i32::from(row[kind as usize]);
            let lead: i32 = row[..KINDS].iter().map(|&other| own - i32::from(other)).sum();
            if let Some(weight) = weights.get_mut(at) {
                *weight += lead;
            }
        });
        let is_word = |at: usize| tables.is(text.codes[at], Property::CJK | Property::LETTER);
        let mut stretches: Vec<(i32, Range<usize>)> = Vec::new();
        for at in (0..text.len()).filter(|&at| weights[at] > 0 && is_word(at)) {
            match stretches.last_mut() {
                Some((weight, range)) if range.end == at && range.len() < LONGEST_STRETCH => {
                    *weight += weights[at];
                    range.end = at + 1;
                }
                _ => stretches.push((weights[at], at..at + 1)),
            }
        }
        stretches.retain(|(_, range)| range.len() >= 2);
        stretches.sort_by_key(|(weight, range)| (Reverse(*weight), range.start));
        stretches.into_iter().take(MOST_STRETCHES).map(|(_, range)| range).collect()
    }
}

#[inline(never)]
fn add(sums: &mut [i32; ROW], narrow: [i16; ROW]) {
    sums.iter_mut().zip(narrow).for_each(|(sum, part)| *sum += i32::from(part));
}

/// Calls `visit` with the bucket of each feature and the code at which it ends.
///
/// 1. Each character. 2. Each pair of neighbours, by sound, so that a word written with others of the same sound
///    keeps its pairs. 3. Each concept that is said. Blanks are nothing, since some collections part words by them;
///    digits are one.
pub fn for_each_feature(tables: &Tables, text: &Text, said: ConceptSet, mut visit: impl FnMut(usize, usize)) {
    let mut before = EDGE;
    for (at, &code) in text.codes.iter().enumerate() {
        let property = tables.property(code);
        if property & Property::SPACE != 0 {
            continue;
        }
        let character = if property & Property::DIGIT != 0 { 0x30 } else { u32::from(code) };
        let sound = match tables.syllable(code) {
            0 => character,
            syllable => SOUND | u32::from(syllable),
        };
        visit(bucket(character), at);
        visit(bucket(before << 16 | sound), at);
        before = sound;
    }
    visit(bucket(before << 16 | EDGE), text.len());
    said.iter().for_each(|concept| visit(bucket(CONCEPT << 16 | u32::from(concept)), text.len()));
}

/// Stands before the first character and behind the last.
const EDGE: u32 = 1;
/// Stands before a concept.
const CONCEPT: u32 = 2;
/// The first number of sounds; no character of the normalised text has one from here on.
const SOUND: u32 = 0xE000;

fn bucket(feature: u32) -> usize {
    let mixed = feature.wrapping_mul(0x9E37_79B1).rotate_left(11).wrapping_mul(0x85EB_CA6B);
    (mixed >> (u32::BITS - BUCKET_BITS)) as usize
}

/// Turns scores into probabilities that sum to 1.
pub fn softmax(scores: [f32; KINDS]) -> [f32; KINDS] {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let weights = scores.map(|score| (score - most).exp());
    let sum: f32 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_read_back_as_it_was_written_but_for_rounding() {
        let mut weights = vec![[0.0; KINDS]; BUCKETS];
        let tables = Tables::new(&knowledge::Knowledge::built_in().library);
        let mut text = Text::default();
        tables.normalise("贷", &mut text);
        let said = ConceptSet::default();
        for_each_feature(&tables, &text, said, |bucket, _| weights[bucket][Kind::LoanMarketing as usize] = 2.0);
        let bytes = Model::to_bytes(&weights, &[0.0; KINDS]);
        let model = Model::from_bytes(&bytes).expect("it was written so");
        let probabilities = model.probabilities(&tables, &text, said);
        let best = (0..KINDS).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
        assert_eq!(best, Some(Kind::LoanMarketing as usize));
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn bytes_that_are_no_model_are_refused() {
        assert!(Model::from_bytes(b"").is_err());
        assert!(Model::from_bytes(&vec![0; 4 + 4 * (KINDS + 1) + BUCKETS * KINDS]).is_err());
    }
}
