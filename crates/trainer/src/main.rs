//! Trains the model of wording and writes it with its card into `knowledge/model/`.
//!
//! `cargo run --release -p trainer -- KNOWLEDGE [DATA]` trains on the messages of `KNOWLEDGE/message/` and the rows of
//! the folder `DATA` (`train.tsv`, `gold_train.tsv`); the same input gives the same bytes.
//! `… -- compare KNOWLEDGE DATA` compares sets of features and trains without each source in turn, and writes nothing.

mod card;
mod chance;
mod disguise;
mod feature;
mod mask;
mod measure;
mod regression;
mod sample;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use judge::model::{KINDS, Model};
use judge::{Judge, Message, Scratch};
use knowledge::{Knowledge, Library};

use crate::feature::FeatureSet;
use crate::regression::{Example, Settings, Weights};
use crate::sample::Sample;

fn main() -> Result<()> {
    let mut arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let compares = arguments.first().is_some_and(|first| first.as_os_str() == "compare");
    if compares {
        arguments.remove(0);
    }
    let (knowledge, data) = match &arguments[..] {
        [knowledge] if !compares => (knowledge, None),
        [knowledge, data] => (knowledge, Some(data.as_path())),
        _ => bail!("usage: trainer KNOWLEDGE [DATA] or trainer compare KNOWLEDGE DATA"),
    };
    let judge = Judge::new(Knowledge::from_library(Library::read(knowledge)?));
    let samples = sample::read(knowledge, data)?;
    if compares {
        return measure::compare(&judge, &samples, data.context("a data folder is needed")?);
    }
    let out_of_fold = measure::out_of_fold(&judge, &samples, FeatureSet::Judge);
    let temperature = measure::temperature(&out_of_fold);
    let weights = softened(train(&judge, &samples, FeatureSet::Judge), temperature);
    let folder = knowledge.join("model");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&folder.join("kind.bin"), &Model::to_bytes(&weights.rows, &weights.bias))?;
    write(&folder.join("kind.md"), card::card(&samples, &out_of_fold, temperature).as_bytes())
}

/// Trains on samples, their disguised copies and those of masked ones with the masks filled in.
fn train(judge: &Judge, samples: &[Sample], set: FeatureSet) -> Weights {
    let mut all = examples(judge, samples, set);
    all.extend(examples(judge, &disguise::copies(&judge.index().knowledge.library, samples), set));
    all.extend(examples(judge, &mask::copies(samples), set));
    regression::train(&all, Settings::default())
}

/// Returns samples as the regression sees them.
fn examples(judge: &Judge, samples: &[Sample], set: FeatureSet) -> Vec<Example> {
    let mut scratch = Scratch::default();
    let seen = samples.iter().map(|sample| {
        judge.decide(&Message { body: &sample.body, ..Message::default() }, &mut scratch);
        let features = set.features(judge.index(), &scratch);
        Example { features, kinds: sample.kinds, weight: sample.weight }
    });
    seen.collect()
}

/// Divides every score by a temperature, so that probabilities are as sure as they should be.
fn softened(mut weights: Weights, temperature: f32) -> Weights {
    let soften = |row: &mut [f32; KINDS]| row.iter_mut().for_each(|weight| *weight /= temperature);
    weights.rows.iter_mut().for_each(soften);
    soften(&mut weights.bias);
    weights
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

#[expect(clippy::print_stdout, reason = "the trainer reports")]
fn say(line: &str) {
    println!("{line}");
}
