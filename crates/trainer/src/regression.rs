//! Multi-class logistic regression by FTRL-proximal with both penalties, over the samples in a fixed shuffled order.
//! A sample that may be of several kinds pulls towards all of them together. At each step a share of the features is
//! hidden, so that a kind does not rest on a few of them: what is disguised or new leaves the rest to speak.

use judge::model::{BUCKETS, KINDS, softmax};

use crate::chance::Chance;
use crate::feature::Features;

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Passes over the samples.
    pub epochs: usize,
    /// Share of the features hidden at each step.
    pub hidden: f64,
    /// First step.
    pub step: f32,
    /// Penalty on the size of weights: small ones become nothing.
    pub sparse: f32,
    /// Penalty on the square of weights.
    pub smooth: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: 40, hidden: 0.4, step: 1.0, sparse: 0.02, smooth: 0.1 }
    }
}

/// How finely the share that is hidden is told.
const PARTS: u64 = 1 << 16;

/// A message to learn from.
#[derive(Debug)]
pub struct Example {
    /// What it looks like.
    pub features: Features,
    /// The kinds it may be, as bits.
    pub kinds: u16,
    /// How much it counts.
    pub weight: f32,
}

/// One weight as FTRL keeps it.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    z: f32,
    n: f32,
}

impl Cell {
    fn weight(self, settings: &Settings) -> f32 {
        if self.z.abs() <= settings.sparse {
            return 0.0;
        }
        let pull = self.z - self.z.signum() * settings.sparse;
        -pull / ((1.0 + self.n.sqrt()) / settings.step + settings.smooth)
    }

    fn learn(&mut self, weight: f32, gradient: f32, settings: &Settings) {
        let square = gradient * gradient;
        let change = ((self.n + square).sqrt() - self.n.sqrt()) / settings.step;
        self.z += gradient - change * weight;
        self.n += square;
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
    /// Returns the score of each kind.
    pub fn scores(&self, features: &[(u32, f32)]) -> [f32; KINDS] {
        let mut scores = self.bias;
        for &(bucket, value) in features {
            for (score, weight) in scores.iter_mut().zip(&self.rows[bucket as usize]) {
                *score += weight * value;
            }
        }
        scores
    }
}

/// Trains; the same examples in the same order give the same weights.
pub fn train(examples: &[Example], settings: Settings) -> Weights {
    let mut cells = vec![[Cell::default(); KINDS]; BUCKETS];
    let mut weights = Weights { rows: vec![[0.0; KINDS]; BUCKETS], bias: [0.0; KINDS] };
    let free = Settings { sparse: 0.0, smooth: 0.0, ..settings };
    let mut bias = [Cell::default(); KINDS];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut chance = Chance::new(0x2026_1124);
    let mut seen = Features::new();
    for _ in 0..settings.epochs {
        shuffle(&mut order, &mut chance);
        for &at in &order {
            let example = &examples[at];
            show(&example.features, settings.hidden, &mut chance, &mut seen);
            let error = error(&weights, example, &seen);
            for &(bucket, value) in &seen {
                let (row, cell) = (&mut weights.rows[bucket as usize], &mut cells[bucket as usize]);
                for kind in 0..KINDS {
                    cell[kind].learn(row[kind], error[kind] * value, &settings);
                    row[kind] = cell[kind].weight(&settings);
                }
            }
            for kind in 0..KINDS {
                bias[kind].learn(weights.bias[kind], error[kind] * 0.3, &free);
                weights.bias[kind] = bias[kind].weight(&free);
            }
        }
    }
    weights
}

/// Writes what is left of features once a share is hidden, as if the rest were the whole text.
fn show(features: &Features, hidden: f64, chance: &mut Chance, seen: &mut Features) {
    seen.clear();
    seen.extend(features.iter().filter(|_| chance.below(PARTS) as f64 >= hidden * PARTS as f64));
    // Each value is a number of occurrences over the root of their sum: the sum of values is that root.
    let root = |features: &Features| features.iter().map(|(_, value)| value).sum::<f32>();
    let unit = (root(features) / root(seen).max(1e-6)).sqrt();
    for (_, value) in seen {
        *value *= unit;
    }
}

/// Returns the slope of the loss -log(sum of the probabilities of the kinds allowed) by each score.
fn error(weights: &Weights, example: &Example, seen: &Features) -> [f32; KINDS] {
    let probabilities = softmax(weights.scores(seen));
    let is_allowed = |kind: usize| example.kinds >> kind & 1 == 1;
    let allowed: f32 = (0..KINDS).filter(|&kind| is_allowed(kind)).map(|kind| probabilities[kind]).sum();
    std::array::from_fn(|kind| {
        let share = if is_allowed(kind) { probabilities[kind] / allowed.max(1e-6) } else { 0.0 };
        (probabilities[kind] - share) * example.weight
    })
}

/// Fisher and Yates.
fn shuffle(order: &mut [usize], chance: &mut Chance) {
    for at in (1..order.len()).rev() {
        order.swap(at, chance.below(at as u64 + 1) as usize);
    }
}
