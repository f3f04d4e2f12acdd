//! The written cases outside the repository, where they are at hand: the bars that hold for them.

use std::fs;
use std::path::Path;

use super::case::{Case, shortfalls};

#[test]
fn the_written_cases_keep_their_bars() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/dev.jsonl");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("left out: {} is not here", path.display());
        return;
    };
    let cases: Vec<Case> = text.lines().map(|line| serde_json::from_str(line).expect("a case a line")).collect();
    let short: Vec<Vec<String>> = cases.iter().map(shortfalls).collect();
    let share = |what: fn(&str) -> bool, of: usize| {
        let missed = short.iter().flatten().filter(|s| what(s)).count();
        1.0 - missed as f64 / of as f64
    };
    let musts = cases.iter().map(|case| case.must.len()).sum();
    let must_nots = cases.iter().map(|case| case.must_not.len()).sum();
    assert!(share(|s| s == "kind", cases.len()) >= 0.92);
    assert!(share(|s| s == "risk", cases.len()) >= 0.92);
    assert!(share(|s| s == "sender", cases.len()) >= 0.95);
    assert!(share(|s| s == "institution", cases.len()) >= 0.95);
    assert!(share(|s| s.starts_with('-'), musts) >= 0.90);
    assert!(share(|s| s.starts_with('+'), must_nots) > 0.98);
}
