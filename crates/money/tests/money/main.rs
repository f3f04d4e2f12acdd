//! The published vectors, laws that hold for any input, and input that must be refused.

mod generated;
mod plan;
mod property;
mod refusal;
mod replay;
mod vector;

use std::path::Path;

/// The folder of published examples is not part of the repository; where it lies beside it, all of it is checked.
#[test]
fn published_examples_come_out_within_their_tolerance() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/apr");
    if !folder.is_dir() {
        return;
    }
    let lines = vector::check(&folder);
    let wrong: Vec<_> = lines
        .iter()
        .filter(|line| !line.is_within)
        .map(|line| format!("{}: {} is not {} ({})", line.id, line.computed, line.published, line.source))
        .collect();
    assert!(lines.len() > 100 && wrong.is_empty(), "{} lines, wrong: {wrong:#?}", lines.len());
}
