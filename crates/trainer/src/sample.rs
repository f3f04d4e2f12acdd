//! Labelled messages as features. Reads files; trains nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use judge::model::for_each_feature;
use judge::normalise::{Tables, Text};
use judge::verdict::Kind;
use knowledge::Library;
use serde::Deserialize;

/// A message as features: buckets with how often each occurs, scaled by the root of their number.
#[derive(Debug)]
pub struct Sample {
    /// The kind that was written for it.
    pub kind: Kind,
    /// Buckets and values, sorted.
    pub features: Vec<(usize, f32)>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    body: String,
    kind: String,
}

/// Reads the messages of a knowledge folder, file by file in order, and the rows of labelled files.
pub fn read(knowledge: &Path, rows: &[PathBuf]) -> Result<Vec<Sample>> {
    let library = Library::read(knowledge)?;
    let tables = Tables::new(&library);
    let mut samples = Vec::new();
    for path in message_files(knowledge)? {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let cases: Cases = toml::from_str(&text).with_context(|| format!("{} is no file of cases", path.display()))?;
        samples.extend(cases.case.iter().filter_map(|case| sample(&tables, &case.body, &case.kind)));
    }
    for path in rows {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        for line in text.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            if let [_, _, kind, body, ..] = cells[..] {
                samples.extend(sample(&tables, body, kind));
            }
        }
    }
    Ok(samples)
}

fn message_files(knowledge: &Path) -> Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(knowledge.join("message"))
        .context("the knowledge folder has no message/")?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    Ok(paths)
}

fn sample(tables: &Tables, body: &str, kind: &str) -> Option<Sample> {
    let kind = Kind::from_id(kind)?;
    let mut text = Text::default();
    tables.normalise(body, &mut text);
    let mut counts: BTreeMap<usize, f32> = BTreeMap::new();
    let mut all = 0.0f32;
    for_each_feature(&text.codes, |bucket| {
        *counts.entry(bucket).or_default() += 1.0;
        all += 1.0;
    });
    let unit = 1.0 / all.max(1.0).sqrt();
    Some(Sample { kind, features: counts.into_iter().map(|(bucket, count)| (bucket, count * unit)).collect() })
}
