//! Labelled rows: precision, recall, calibration, disguises and rules, by source; sources are never pooled, except in
//! the line `(all)`, which is for watching one file over time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use judge::verdict::Kind;
use judge::{Judge, Message, Scratch};
use knowledge::spelling::Spellings;
use serde::Serialize;

use super::count::Count;
use super::disguise::{Disguise, disguise};
use crate::failure::Failure;

/// Rates of false alarms at which recall is told.
const RATES: [f64; 3] = [0.001, 0.005, 0.01];
/// The rate whose threshold the disguised messages are held to.
const DISGUISE_RATE: f64 = 0.005;
/// Strengths of disguises, in tenths of the characters.
const STRENGTHS: [u64; 3] = [2, 5, 10];
/// A character that occurs less often than this in the rows stands for no other.
const LEAST_SEEN: usize = 3;
/// Bins of the table of reliability.
const BINS: usize = 10;
/// A kind with fewer rows does not count for the mean F1.
const LEAST_ROWS: u32 = 5;

/// A labelled message.
#[derive(Debug)]
pub struct Row {
    source: String,
    kind: Kind,
    body: String,
}

/// Everything measured on one file.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// The digest of the knowledge.
    pub knowledge: String,
    /// By source, and all together.
    pub sources: Vec<Source>,
    /// Frauds recognised under disguise.
    pub disguises: Vec<Disguised>,
    /// How often each rule fired.
    pub rules: Vec<RuleHits>,
}

/// What is measured on one source.
#[derive(Debug, Serialize)]
pub struct Source {
    /// Its name.
    pub source: String,
    /// Kinds right.
    pub accuracy: Count,
    /// Mean F1 over the kinds with five rows or more.
    pub macro_f1: f64,
    /// By kind.
    pub kinds: Vec<KindFigures>,
    /// What is taken for what, most often first.
    pub confusion: Vec<Confusion>,
    /// Frauds recognised at fixed rates of false alarms; nothing where there are too few rows.
    pub scam_recall: Vec<AtRate>,
    /// Probability of the kind chosen against how often it is right.
    pub reliability: Vec<Bin>,
    /// Mean distance between the two.
    pub calibration_error: f64,
}

/// Precision and recall of a kind.
#[derive(Debug, Serialize)]
pub struct KindFigures {
    /// The kind's id.
    pub kind: &'static str,
    /// Of the messages of the kind, those recognised.
    pub recall: Count,
    /// Of the messages called so, those that are.
    pub precision: Count,
    /// Their harmonic mean.
    pub f1: f64,
}

/// One cell off the diagonal.
#[derive(Debug, Serialize)]
pub struct Confusion {
    /// What it is.
    pub is: &'static str,
    /// What it is called.
    pub called: &'static str,
    /// How many.
    pub rows: u32,
}

/// Recall at a rate of false alarms.
#[derive(Debug, Serialize)]
pub struct AtRate {
    /// The rate.
    pub false_positive_rate: f64,
    /// Frauds above the threshold.
    pub recall: Count,
}

/// Messages whose kind was chosen with about the same probability.
#[derive(Debug, Serialize)]
pub struct Bin {
    /// Mean probability.
    pub probability: f64,
    /// How often it was right.
    pub right: Count,
}

/// Recall under a disguise.
#[derive(Debug, Serialize)]
pub struct Disguised {
    /// Which disguise, or none.
    pub disguise: &'static str,
    /// Share of the characters.
    pub strength: f64,
    /// Frauds above the threshold that plain text sets.
    pub recall: Count,
}

/// How often a rule fired.
#[derive(Debug, Serialize)]
pub struct RuleHits {
    /// The finding's id.
    pub finding: String,
    /// On messages that mean harm.
    pub on_harm: Count,
    /// On the others.
    pub on_others: Count,
}

struct Judged {
    kind: Kind,
    called: Kind,
    probability: f64,
    scam: f64,
}

/// Reads rows `id source kind body`; also returns how many rows could not be used.
pub fn read(path: &Path) -> Result<(Vec<Row>, u32), Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    let (mut rows, mut bad) = (Vec::new(), 0);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("id\t")) {
        let mut cells = line.splitn(4, '\t').skip(1);
        let (source, kind, body) = (cells.next(), cells.next().and_then(Kind::from_id), cells.next());
        if let (Some(source), Some(kind), Some(body)) = (source, kind, body) {
            rows.push(Row { source: source.to_owned(), kind, body: body.to_owned() });
        } else {
            bad += 1;
            eprintln!("{}: id, source, kind, body", number + 1);
        }
    }
    if rows.is_empty() {
        return Err(Failure::input(
            "文件里没有可用的行。每行应有四列，用制表符隔开：编号、来源、类别、正文。",
            "no usable row in the file; each row has four columns parted by tabs: id, source, kind, body",
        ));
    }
    Ok((rows, bad))
}

/// Judges every row and measures.
pub fn measure(judge: &Judge, rows: &[Row]) -> Measured {
    let mut scratch = Scratch::default();
    let mut rules: BTreeMap<u16, [u32; 2]> = BTreeMap::new();
    let mut totals = [0u32; 2];
    let mut by_source: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
    for row in rows {
        let verdict = judge.judge(&Message { body: &row.body, ..Message::default() }, &mut scratch);
        let side = usize::from(!row.kind.is_hostile());
        totals[side] += 1;
        verdict.findings.iter().for_each(|finding| rules.entry(finding.rule).or_default()[side] += 1);
        let decision = &verdict.decision;
        let probability = |kind: Kind| f64::from(decision.probabilities[kind as usize]);
        for source in [row.source.as_str(), "(all)"] {
            by_source.entry(source).or_default().push(Judged {
                kind: row.kind,
                called: decision.kind,
                probability: probability(decision.kind),
                scam: probability(Kind::Scam),
            });
        }
    }
    let threshold = by_source.get("(all)").and_then(|all| threshold(all, DISGUISE_RATE));
    Measured {
        knowledge: judge.index().knowledge.digest.clone(),
        disguises: threshold.map_or_else(Vec::new, |threshold| disguises(judge, rows, threshold, &mut scratch)),
        sources: by_source.into_iter().map(|(source, judged)| figures(source, &judged)).collect(),
        rules: rules
            .into_iter()
            .map(|(rule, [harm, others])| RuleHits {
                finding: judge.index().rules.rules[usize::from(rule)].id.clone(),
                on_harm: Count { hits: harm, all: totals[0] },
                on_others: Count { hits: others, all: totals[1] },
            })
            .collect(),
    }
}

fn figures(source: &str, judged: &[Judged]) -> Source {
    let count = |hit: &dyn Fn(&Judged) -> bool, of: &dyn Fn(&Judged) -> bool| {
        let mut count = Count::default();
        judged.iter().filter(|j| of(j)).for_each(|j| count.add(hit(j)));
        count
    };
    let kinds: Vec<KindFigures> = Kind::ALL
        .iter()
        .map(|&kind| {
            let recall = count(&|j| j.called == kind, &|j| j.kind == kind);
            let precision = count(&|j| j.kind == kind, &|j| j.called == kind);
            let f1 = 2.0 * f64::from(recall.hits) / f64::from((recall.all + precision.all).max(1));
            KindFigures { kind: kind.id(), recall, precision, f1 }
        })
        .filter(|figures| figures.recall.all > 0)
        .collect();
    let counted: Vec<f64> = kinds.iter().filter(|k| k.recall.all >= LEAST_ROWS).map(|k| k.f1).collect();
    let mut cells: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for wrong in judged.iter().filter(|j| j.kind != j.called) {
        *cells.entry((wrong.kind.id(), wrong.called.id())).or_default() += 1;
    }
    let mut confusion: Vec<Confusion> =
        cells.into_iter().map(|((is, called), rows)| Confusion { is, called, rows }).collect();
    confusion.sort_by_key(|cell| std::cmp::Reverse(cell.rows));
    let reliability = reliability(judged);
    let distance = |bin: &Bin| (bin.probability - bin.right.share()).abs() * f64::from(bin.right.all);
    Source {
        source: source.to_owned(),
        accuracy: count(&|j| j.kind == j.called, &|_| true),
        macro_f1: counted.iter().sum::<f64>() / counted.len().max(1) as f64,
        calibration_error: reliability.iter().map(distance).sum::<f64>() / judged.len().max(1) as f64,
        kinds,
        confusion,
        scam_recall: RATES
            .iter()
            .filter_map(|&rate| {
                let threshold = threshold(judged, rate)?;
                let recall = count(&|j| j.scam > threshold, &|j| j.kind == Kind::Scam);
                Some(AtRate { false_positive_rate: rate, recall })
            })
            .collect(),
        reliability,
    }
}

/// The score that the given share of what is no fraud exceeds; nothing where there are too few rows to say.
fn threshold(judged: &[Judged], rate: f64) -> Option<f64> {
    let mut rest: Vec<f64> = judged.iter().filter(|j| j.kind != Kind::Scam).map(|j| j.scam).collect();
    if rest.len() < 100 || judged.len() - rest.len() < 20 {
        return None;
    }
    rest.sort_by(|a, b| b.total_cmp(a));
    rest.get((rest.len() as f64 * rate) as usize).copied()
}

fn reliability(judged: &[Judged]) -> Vec<Bin> {
    let mut bins = [(0.0f64, Count::default()); BINS];
    for one in judged {
        let bin = &mut bins[((one.probability * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += one.probability;
        bin.1.add(one.kind == one.called);
    }
    let filled = bins.into_iter().filter(|(_, right)| right.all > 0);
    filled.map(|(sum, right)| Bin { probability: sum / f64::from(right.all), right }).collect()
}

fn disguises(judge: &Judge, rows: &[Row], threshold: f64, scratch: &mut Scratch) -> Vec<Disguised> {
    let texts = rows.iter().map(|row| row.body.as_str());
    let spellings = Spellings::new(&judge.index().knowledge.library, texts, LEAST_SEEN);
    let frauds: Vec<&Row> = rows.iter().filter(|row| row.kind == Kind::Scam).collect();
    let mut recall = |change: &dyn Fn(&str) -> String| {
        let mut count = Count::default();
        for row in &frauds {
            let body = change(&row.body);
            let decision = judge.decide(&Message { body: &body, ..Message::default() }, scratch);
            count.add(f64::from(decision.probabilities[Kind::Scam as usize]) > threshold);
        }
        count
    };
    let mut all = vec![Disguised { disguise: "none", strength: 0.0, recall: recall(&str::to_owned) }];
    for way in Disguise::ALL {
        for tenths in STRENGTHS {
            let recall = recall(&|body| disguise(&spellings, body, way, tenths));
            all.push(Disguised { disguise: way.name(), strength: tenths as f64 / 10.0, recall });
        }
    }
    all
}

/// Writes the figures as lines.
pub fn text(measured: &Measured) -> String {
    let mut out = String::new();
    for source in &measured.sources {
        let _ = writeln!(out, "{}: kinds right {}, mean F1 {:.3}", source.source, source.accuracy, source.macro_f1);
        for kind in &source.kinds {
            let (recall, precision) = (kind.recall, kind.precision);
            let _ = writeln!(out, "  {:20} recall {recall}  precision {precision}  F1 {:.3}", kind.kind, kind.f1);
        }
        for at in &source.scam_recall {
            let rate = 100.0 * at.false_positive_rate;
            let _ = writeln!(out, "  scam recall at {rate:.1} % false alarms {}", at.recall);
        }
        let cells: Vec<String> =
            source.confusion.iter().take(8).map(|c| format!("{} > {} {}", c.is, c.called, c.rows)).collect();
        let _ = writeln!(out, "  confused: {}", cells.join(", "));
        let bins: Vec<String> = source
            .reliability
            .iter()
            .map(|b| format!("{:.2} -> {:.2} ({})", b.probability, b.right.share(), b.right.all))
            .collect();
        let _ = writeln!(out, "  probability -> right: {}; error {:.3}", bins.join(", "), source.calibration_error);
    }
    if !measured.disguises.is_empty() {
        let _ = writeln!(out, "disguised frauds recognised, at 0.5 % false alarms on plain text:");
        for one in &measured.disguises {
            let _ = writeln!(out, "  {:18} {:3.0} %  {}", one.disguise, 100.0 * one.strength, one.recall);
        }
    }
    let _ = writeln!(out, "rules: how often on messages that mean harm, and on others:");
    for rule in &measured.rules {
        let _ = writeln!(out, "  {:32} {:4} / {:4}", rule.finding, rule.on_harm.hits, rule.on_others.hits);
    }
    out
}
