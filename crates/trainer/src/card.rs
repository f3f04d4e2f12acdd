//! The model's card: what it was trained on, how well it does, and what it does not know.

use judge::model::{BUCKETS, softmax};
use judge::verdict::Kind;

use crate::measure::{Scored, accuracy, recall};
use crate::regression::Settings;
use crate::sample::{MADE_UP, Sample};

/// Writes the card.
pub fn card(samples: &[Sample], out_of_fold: &[Scored], temperature: f32) -> String {
    let mut sources: Vec<&str> = samples.iter().map(|sample| sample.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let rows: String = sources.iter().map(|source| row(source, samples, out_of_fold, temperature)).collect();
    let kinds: Vec<String> = Kind::ALL
        .iter()
        .map(|&kind| format!("{} {}", kind.id(), samples.iter().filter(|s| s.kind() == Some(kind)).count()))
        .collect();
    format!(
        "# Model of wording, `kind.bin`\n\n\
         Written by `cargo run --release -p trainer`; do not edit.\n\n\
         - Data: {} messages: the made-up ones of `knowledge/message/` (2026) and rows of public corpora of 2010-15. \
         Some labels of corpora name several kinds (`crates/trainer/labels.tsv`): the model is only told that it is one \
         of them. {} rows were read by hand once (`crates/trainer/read.tsv`).\n\
         - Rows whose kind is known: {}.\n\
         - Features: characters, pairs of neighbours by sound, concepts of the lexicon that are said; blanks are \
         nothing, digits one; hashed into {BUCKETS} buckets. Every second message is learnt from once more with half of \
         its characters disguised, every masked one with its masks filled in.\n\
         - Method: multi-class logistic regression by FTRL-proximal, {:.0} % of the features hidden at each step, probabilities softened by {temperature:.1} (fitted on \
         folds), weights in 8 bits.\n\
         - Measured by folds that keep near-duplicates together, on rows whose kind is known. The made-up messages were \
         written by few hands, so theirs flatters:\n\n\
         | source | rows | of known kind | kinds right | mean probability of the kind chosen |\n\
         | --- | --- | --- | --- | --- |\n{rows}\n\
         - Fraud recall on fbs_sms, same folds: {:.3} at 0.1 % false alarms, {:.3} at 0.5 %.\n\
         - Limits: overdue notices, abusive collection and bills rest on made-up messages; wording of other years, \
         regions and languages is unknown to it. It sees no sender, link or sum: the rules do, and named findings \
         override it.\n",
        samples.len(),
        samples.iter().filter(|sample| sample.is_read_once()).count(),
        kinds.join(", "),
        100.0 * Settings::default().hidden,
        recall(&of(out_of_fold, "fbs_sms"), 0.001),
        recall(&of(out_of_fold, "fbs_sms"), 0.005),
    )
}

fn of(scored: &[Scored], source: &str) -> Vec<Scored> {
    scored.iter().filter(|s| s.source == source).cloned().collect()
}

fn row(source: &str, samples: &[Sample], out_of_fold: &[Scored], temperature: f32) -> String {
    let all = samples.iter().filter(|sample| sample.source == source).count();
    let scored = of(out_of_fold, source);
    if scored.is_empty() {
        return format!("| {source} | {all} | 0 | | |\n");
    }
    let sure =
        |s: &Scored| f64::from(softmax(s.scores.map(|score| score / temperature)).into_iter().fold(0.0, f32::max));
    let mean = scored.iter().map(sure).sum::<f64>() / scored.len() as f64;
    let name = if source == MADE_UP { "made-up" } else { source };
    format!("| {name} | {all} | {} | {:.1} % | {:.1} % |\n", scored.len(), 100.0 * accuracy(&scored), 100.0 * mean)
}
