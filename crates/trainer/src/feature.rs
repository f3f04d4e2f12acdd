//! Sets of features, to be compared: the judge's own and some others over the same buckets.

use judge::Scratch;
use judge::index::Index;
use judge::model::{BUCKETS, for_each_feature};
use judge::normalise::Property;

/// Features of one message: buckets, sorted, each once, with how often it occurs over the root of their number.
pub type Features = Vec<(u32, f32)>;

/// A way to see a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureSet {
    /// What the judge uses: characters, pairs by sound, concepts.
    Judge,
    /// Characters and pairs of characters, blanks and all.
    Plain,
    /// Characters and pairs of characters, without blanks.
    Unblanked,
    /// The same with runs of three.
    UnblankedToThree,
    /// The same with concepts in place of runs of three.
    UnblankedConcepts,
}

impl FeatureSet {
    /// Every set.
    pub const ALL: [Self; 5] =
        [Self::Judge, Self::Plain, Self::Unblanked, Self::UnblankedToThree, Self::UnblankedConcepts];

    /// Returns what it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Judge => "characters, pairs by sound, concepts (the judge's)",
            Self::Plain => "characters 1-2 with blanks",
            Self::Unblanked => "characters 1-2",
            Self::UnblankedToThree => "characters 1-2-3",
            Self::UnblankedConcepts => "characters 1-2, concepts",
        }
    }

    /// Returns the features of a text that was normalised and read.
    pub fn features(self, index: &Index, scratch: &Scratch) -> Features {
        let mut found: Vec<u32> = Vec::new();
        if self == Self::Judge {
            for_each_feature(&index.tables, scratch.text(), scratch.scan().said, |bucket, _| found.push(bucket as u32));
        } else {
            let keeps = |code: &u16| self == Self::Plain || !index.tables.is(*code, Property::SPACE);
            let plain = |code: u16| if index.tables.is(code, Property::DIGIT) { 0x30 } else { code };
            let tokens: Vec<u16> = scratch.text().codes.iter().copied().filter(keeps).map(plain).collect();
            let longest = if self == Self::UnblankedToThree { 3 } else { 2 };
            (1..=longest).for_each(|length| found.extend(tokens.windows(length).map(bucket)));
            if self == Self::UnblankedConcepts {
                found.extend(scratch.scan().said.iter().map(|concept| bucket(&[0, 0, 0, concept])));
            }
        }
        found.sort_unstable();
        let unit = 1.0 / (found.len().max(1) as f32).sqrt();
        found.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f32 * unit)).collect()
    }
}

fn bucket(run: &[u16]) -> u32 {
    let hash = run
        .iter()
        .fold(0x811C_9DC5u32, |hash, &token| (hash ^ u32::from(token)).wrapping_mul(0x9E37_79B1).rotate_left(13));
    (hash.wrapping_mul(0x85EB_CA6B) >> 3) % BUCKETS as u32
}
