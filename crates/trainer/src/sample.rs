//! Labelled messages: the made-up ones of the knowledge folder, rows read by hand, rows of the corpora with what their
//! labels allow. Reads files; trains nothing.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use judge::verdict::Kind;
use serde::Deserialize;

/// A message and the kinds that it may be.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Where it comes from.
    pub source: String,
    /// Near-duplicates share one; folds never part them.
    pub cluster: String,
    /// The kinds it may be, as bits.
    pub kinds: u16,
    /// How much it counts.
    pub weight: f32,
    /// The text.
    pub body: String,
}

impl Sample {
    /// Returns the kind, where it is known.
    pub fn kind(&self) -> Option<Kind> {
        let kind = Kind::ALL.iter().copied().find(|&kind| self.kinds == bit(kind));
        kind.filter(|_| self.kinds.is_power_of_two())
    }

    /// Returns whether its kind was read by hand once.
    pub fn is_read_once(&self) -> bool {
        self.weight.to_bits() == READ_ONCE_WEIGHT.to_bits()
    }
}

/// The source of messages written for this project.
pub const MADE_UP: &str = "made-up";
/// How much a row that was read by hand counts, and a message that was made up.
const READ_WEIGHT: f32 = 6.0;

/// How much a row counts that was read by hand once.
const READ_ONCE_WEIGHT: f32 = 2.0;

/// What a label of a corpus allows.
const LABELS: &str = include_str!("../labels.tsv");
/// Rows that were read by hand once, by a hash of their text.
const READ_ONCE: &str = include_str!("../read.tsv");

fn bit(kind: Kind) -> u16 {
    1 << kind as u16
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

/// Reads the messages of a knowledge folder and, where there is one, the rows of a data folder.
///
/// # Errors
/// Fails where a file cannot be read or names a kind that does not exist.
pub fn read(knowledge: &Path, data: Option<&Path>) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for path in message_files(knowledge)? {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let cases: Cases = toml::from_str(&text).with_context(|| format!("{} is no file of cases", path.display()))?;
        for case in cases.case {
            let cluster = format!("{MADE_UP}-{}", samples.len());
            let kinds = kinds(&case.kind)?;
            samples.push(Sample { source: MADE_UP.to_owned(), cluster, kinds, weight: READ_WEIGHT, body: case.body });
        }
    }
    if let Some(data) = data {
        let corpus = corpus(&data.join("train.tsv"))?;
        let mut clusters: HashMap<&str, &str> = HashMap::new();
        clusters.extend(corpus.iter().map(|sample| (sample.body.as_str(), sample.cluster.as_str())));
        let mut read = labelled(&data.join("gold_train.tsv"))?;
        for sample in &mut read {
            if let Some(cluster) = clusters.get(sample.body.as_str()) {
                sample.cluster = (*cluster).to_owned();
            }
        }
        let known: HashSet<&str> = read.iter().map(|sample| sample.body.as_str()).collect();
        let rest: Vec<Sample> = corpus.iter().filter(|s| !known.contains(s.body.as_str())).cloned().collect();
        samples.extend(rest);
        samples.extend(read);
    }
    Ok(samples)
}

/// Reads rows `id source kind body`.
///
/// # Errors
/// Fails where the file cannot be read or names a kind that does not exist.
pub fn labelled(path: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for cells in rows(path)? {
        let [id, source, kind, body, ..] = &cells[..] else { bail!("{}: a row has too few columns", path.display()) };
        if id != "id" {
            let (source, cluster) = (source.clone(), format!("read-{id}"));
            samples.push(Sample { source, cluster, kinds: kinds(kind)?, weight: READ_WEIGHT, body: body.clone() });
        }
    }
    Ok(samples)
}

/// Reads rows `source source_label cluster cluster_rows text`; labels that say nothing are left out, and what a row that
/// was read says stands instead of its label.
fn corpus(path: &Path) -> Result<Vec<Sample>> {
    let mut allowed: HashMap<(&str, &str), (u16, f32)> = HashMap::new();
    for row in LABELS.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [source, label, names, weight] = cells[..] else { bail!("labels.tsv: {row}") };
        allowed.insert((source, label), (kinds(names)?, weight.parse()?));
    }
    let mut read: HashMap<u64, u16> = HashMap::new();
    for row in READ_ONCE.lines().filter(|row| !row.starts_with('#')) {
        let (hash, kind) = row.split_once('\t').with_context(|| format!("read.tsv: {row}"))?;
        read.insert(u64::from_str_radix(hash, 16)?, kinds(kind)?);
    }
    let mut samples = Vec::new();
    for cells in rows(path)? {
        let [source, label, cluster, _, body] = &cells[..] else { bail!("{}: a row is short", path.display()) };
        if let Some(&labelled) = allowed.get(&(source.as_str(), label.as_str())) {
            let (kinds, weight) = read.get(&hash(body)).map_or(labelled, |&kind| (kind, READ_ONCE_WEIGHT));
            let (source, cluster, body) = (source.clone(), cluster.clone(), body.clone());
            samples.push(Sample { source, cluster, kinds, weight, body });
        }
    }
    Ok(samples)
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

fn rows(path: &Path) -> Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

fn kinds(names: &str) -> Result<u16> {
    names.split(',').try_fold(0, |all, name| {
        let kind = Kind::from_id(name).with_context(|| format!("there is no kind {name:?}"))?;
        Ok(all | bit(kind))
    })
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
