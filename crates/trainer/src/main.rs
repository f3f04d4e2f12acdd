//! Trains the model of wording and writes it with its card into `knowledge/model/`.
//!
//! `cargo run --release -p trainer -- KNOWLEDGE [LABELLED.tsv …]`: the messages of `KNOWLEDGE/message/` and the rows of
//! tab-separated files `id source kind body`. The same input gives the same bytes.

mod regression;
mod sample;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use judge::model::Model;
use judge::verdict::Kind;

use crate::regression::{Settings, Weights};
use crate::sample::Sample;

/// Parts for cross-validation.
const FOLDS: usize = 5;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(knowledge) = arguments.next() else { bail!("usage: trainer KNOWLEDGE [LABELLED.tsv …]") };
    let rows: Vec<PathBuf> = arguments.collect();
    let samples = sample::read(&knowledge, &rows)?;
    let settings = Settings::default();
    let right = cross_validated(&samples, settings);
    say(&format!("{} samples, {FOLDS}-fold cross-validation: {:.1} % of kinds right", samples.len(), 100.0 * right));
    let weights = regression::train(&samples.iter().collect::<Vec<_>>(), settings);
    let bytes = Model::to_bytes(&weights.rows, &weights.bias);
    let folder = knowledge.join("model");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&folder.join("kind.bin"), &bytes)?;
    write(&folder.join("kind.md"), card(&samples, &rows, right).as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Trains without each fold in turn and returns the share of kinds right on what was left out.
fn cross_validated(samples: &[Sample], settings: Settings) -> f64 {
    let mut right = 0;
    for fold in 0..FOLDS {
        let (out, kept): (Vec<_>, Vec<_>) = samples.iter().enumerate().partition(|(at, _)| at % FOLDS == fold);
        let kept: Vec<&Sample> = kept.into_iter().map(|(_, sample)| sample).collect();
        let weights: Weights = regression::train(&kept, settings);
        right += out.iter().filter(|(_, sample)| weights.best(sample) == sample.kind).count();
    }
    right as f64 / samples.len() as f64
}

/// The card: what it was trained on, and what it does not know.
fn card(samples: &[Sample], rows: &[PathBuf], right: f64) -> String {
    let counts: Vec<String> = Kind::ALL
        .iter()
        .map(|&kind| format!("{} {}", kind.id(), samples.iter().filter(|sample| sample.kind == kind).count()))
        .collect();
    let files: Vec<String> =
        rows.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
    let labelled = if files.is_empty() { "none".to_owned() } else { files.join(", ") };
    format!(
        "# Model of wording, `kind.bin`\n\n\
         Written by `cargo run --release -p trainer`; do not edit.\n\n\
         - Data: {} messages: the made-up ones of `knowledge/message/` (2026) and labelled real rows of 2010-15 ({labelled}).\n\
         - By kind: {}.\n\
         - Features: single codes and pairs of codes of the normalised text, digits as one, hashed into 16,384 buckets; \
         multi-class logistic regression, weights in 8 bits.\n\
         - {FOLDS}-fold cross-validation over these messages: {:.1} % of kinds right. The made-up messages were written by \
         few hands, so this flatters.\n\
         - Limits: overdue notices, abusive collection and bills rest on made-up messages; wording of other years, regions \
         and languages is unknown to it. It sees no sender, link or sum: the rules do, and named findings override it.\n",
        samples.len(),
        counts.join(", "),
        100.0 * right
    )
}

#[expect(clippy::print_stdout, reason = "the trainer reports")]
fn say(line: &str) {
    println!("{line}");
}
