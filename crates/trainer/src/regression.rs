//! Multi-class logistic regression with an L2 penalty, by `AdaGrad` over the samples in a fixed shuffled order.

use judge::model::{BUCKETS, KINDS, softmax};
use judge::verdict::Kind;

use crate::sample::Sample;

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Passes over the samples.
    pub epochs: usize,
    /// First step.
    pub step: f32,
    /// Strength of the penalty, for one sample.
    pub penalty: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: 40, step: 0.5, penalty: 3e-5 }
    }
}

/// Weights by bucket and kind, and a bias for each kind.
#[derive(Debug)]
pub struct Weights {
    /// By bucket.
    pub rows: Vec<[f32; KINDS]>,
    /// By kind.
    pub bias: [f32; KINDS],
}

impl Weights {
    /// Returns the likeliest kind.
    pub fn best(&self, sample: &Sample) -> Kind {
        let scores = self.scores(sample);
        let best = Kind::ALL.iter().copied().max_by(|&a, &b| scores[a as usize].total_cmp(&scores[b as usize]));
        best.unwrap_or(Kind::Unclear)
    }

    fn scores(&self, sample: &Sample) -> [f32; KINDS] {
        let mut scores = self.bias;
        for &(bucket, value) in &sample.features {
            for (score, weight) in scores.iter_mut().zip(&self.rows[bucket]) {
                *score += weight * value;
            }
        }
        scores
    }
}

/// Trains on samples; the same samples in the same order give the same weights.
pub fn train(samples: &[&Sample], settings: Settings) -> Weights {
    let mut weights = Weights { rows: vec![[0.0; KINDS]; BUCKETS], bias: [0.0; KINDS] };
    let mut squares = vec![[1e-6f32; KINDS]; BUCKETS];
    let mut bias_squares = [1e-6f32; KINDS];
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut seed = 0x2026_1124u64;
    for _ in 0..settings.epochs {
        shuffle(&mut order, &mut seed);
        for &at in &order {
            let sample = samples[at];
            let mut error = softmax(weights.scores(sample));
            error[sample.kind as usize] -= 1.0;
            for &(bucket, value) in &sample.features {
                let (row, square) = (&mut weights.rows[bucket], &mut squares[bucket]);
                for kind in 0..KINDS {
                    let gradient = error[kind] * value + settings.penalty * row[kind];
                    square[kind] += gradient * gradient;
                    row[kind] -= settings.step * gradient / square[kind].sqrt();
                }
            }
            for kind in 0..KINDS {
                bias_squares[kind] += error[kind] * error[kind];
                weights.bias[kind] -= settings.step * error[kind] / bias_squares[kind].sqrt();
            }
        }
    }
    weights
}

/// Fisher and Yates with a xorshift generator.
fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        order.swap(at, (*seed % (at as u64 + 1)) as usize);
    }
}
