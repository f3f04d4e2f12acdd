//! How well a way of training does on what it has not seen: by folds, by set of features, without each source.

use std::path::Path;

use anyhow::Result;
use judge::Judge;
use judge::model::{KINDS, softmax};
use judge::verdict::Kind;

use crate::feature::FeatureSet;
use crate::regression::Weights;
use crate::sample::{self, Sample};
use crate::{examples, say, train};

/// Parts for cross-validation; near-duplicates stay together.
const FOLDS: u32 = 4;
/// Rates of false alarms at which recall is told.
const RATES: [f64; 2] = [0.001, 0.005];

/// What a model that had not seen a message said of it.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Where the message comes from.
    pub source: String,
    /// What it is.
    pub kind: Kind,
    /// How much it counts.
    pub weight: f32,
    /// The score of each kind.
    pub scores: [f32; KINDS],
}

impl Scored {
    /// Returns whether the likeliest kind is the right one.
    pub fn is_right(&self) -> bool {
        let best =
            Kind::ALL.iter().copied().max_by(|&a, &b| self.scores[a as usize].total_cmp(&self.scores[b as usize]));
        best == Some(self.kind)
    }
}

/// Trains without each fold in turn and scores it; rows whose kind is not known are learnt from, not scored.
pub fn out_of_fold(judge: &Judge, samples: &[Sample], set: FeatureSet) -> Vec<Scored> {
    let mut scored = Vec::new();
    for fold in 0..FOLDS {
        let (out, kept): (Vec<Sample>, Vec<Sample>) = samples.iter().cloned().partition(|s| fold_of(s) == fold);
        scored.extend(score(judge, &out, set, &train(judge, &kept, set)));
    }
    scored
}

fn score(judge: &Judge, samples: &[Sample], set: FeatureSet, weights: &Weights) -> Vec<Scored> {
    let scored = samples.iter().zip(examples(judge, samples, set)).filter_map(|(sample, example)| {
        let scores = weights.scores(&example.features);
        Some(Scored { source: sample.source.clone(), kind: sample.kind()?, weight: sample.weight, scores })
    });
    scored.collect()
}

fn fold_of(sample: &Sample) -> u32 {
    let hash =
        sample.cluster.bytes().fold(0x811C_9DC5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 8) % FOLDS
}

/// Returns the temperature under which the right kinds are likeliest.
pub fn temperature(scored: &[Scored]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        let one = |s: &Scored| f64::from(softmax(s.scores.map(|score| score / temperature))[s.kind as usize]);
        scored.iter().map(|s| -one(s).max(1e-9).ln() * f64::from(s.weight)).sum()
    };
    let tried = (4..=40).map(|step| step as f32 / 10.0);
    tried.min_by(|&a, &b| loss(a).total_cmp(&loss(b))).unwrap_or(1.0)
}

/// Returns the share of frauds above the score that the given share of the rest exceeds.
pub fn recall(scored: &[Scored], rate: f64) -> f64 {
    let scam = |s: &Scored| softmax(s.scores)[Kind::Scam as usize];
    let mut rest: Vec<f32> = scored.iter().filter(|s| s.kind != Kind::Scam).map(scam).collect();
    rest.sort_by(|a, b| b.total_cmp(a));
    let allowed = (rest.len() as f64 * rate) as usize;
    let threshold = rest.get(allowed).copied().unwrap_or(0.0);
    let frauds: Vec<f32> = scored.iter().filter(|s| s.kind == Kind::Scam).map(scam).collect();
    frauds.iter().filter(|&&p| p > threshold).count() as f64 / frauds.len().max(1) as f64
}

/// Returns the share of kinds that are right.
pub fn accuracy(scored: &[Scored]) -> f64 {
    scored.iter().filter(|s| s.is_right()).count() as f64 / scored.len().max(1) as f64
}

/// Prints the table of feature sets and the table of sources left out.
///
/// # Errors
/// Fails where a file of the data folder cannot be read.
pub fn compare(judge: &Judge, samples: &[Sample], data: &Path) -> Result<()> {
    let fbs = sample::labelled(&data.join("fbs_public.tsv"))?;
    let read = sample::labelled(&data.join("gold_public.tsv"))?;
    let whole = train(judge, samples, FeatureSet::Judge);
    say(
        "| features | fraud recall at 0.1 % / 0.5 %, folds of fbs_sms | the same, fbs_public | kinds right, gold_public |",
    );
    say("| --- | --- | --- | --- |");
    for set in FeatureSet::ALL {
        let folds: Vec<Scored> =
            out_of_fold(judge, samples, set).into_iter().filter(|s| s.source == "fbs_sms").collect();
        let other = (set != FeatureSet::Judge).then(|| train(judge, samples, set));
        let weights = other.as_ref().unwrap_or(&whole);
        let public = score(judge, &fbs, set, weights);
        let kinds = accuracy(&score(judge, &read, set, weights));
        say(&format!("| {} | {} | {} | {:.1} % |", set.name(), recalls(&folds), recalls(&public), 100.0 * kinds));
    }
    say("");
    say("| trained without | kinds right on its rows of gold_public | with it | n |");
    say("| --- | --- | --- | --- |");
    for source in ["fbs_sms", "mudou", "sms800k", "sms6class", "nus_sms_zh", sample::MADE_UP] {
        let (out, rest): (Vec<Sample>, Vec<Sample>) = samples.iter().cloned().partition(|s| s.source == source);
        let (rows, seen) = if source == sample::MADE_UP {
            (out, " (seen in training)")
        } else {
            (read.iter().filter(|s| s.source == source).cloned().collect(), "")
        };
        let without = train(judge, &rest, FeatureSet::Judge);
        let [a, b] =
            [&without, &whole].map(|weights| 100.0 * accuracy(&score(judge, &rows, FeatureSet::Judge, weights)));
        say(&format!("| {source} | {a:.1} % | {b:.1} %{seen} | {} |", rows.len()));
        if source == "fbs_sms" {
            let public = score(judge, &fbs, FeatureSet::Judge, &without);
            let (recalls, count) = (recalls(&public), fbs.len());
            say(&format!("| {source}: fraud recall on fbs_public at 0.1 % / 0.5 % | {recalls} | | {count} |"));
        }
    }
    Ok(())
}

fn recalls(scored: &[Scored]) -> String {
    RATES.map(|rate| format!("{:.3}", recall(scored, rate))).join(" / ")
}
