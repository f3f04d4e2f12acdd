//! Proofs over trees: the published vectors, most of which must fail.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use verify::proof::{Hash, is_continued, is_included};

fn files(path: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(path).expect("the suite is readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
}

/// A hash; one vector has shorter stand-ins where only equality counts.
fn hash(value: &Value) -> Option<Hash> {
    let mut bytes = STANDARD.decode(value.as_str()?).ok()?;
    if bytes.len() == 12 {
        bytes.resize(32, 0);
    }
    bytes.try_into().ok()
}

fn path(value: &Value) -> Option<Vec<Hash>> {
    if value.is_null() { Some(Vec::new()) } else { value.as_array()?.iter().map(hash).collect() }
}

/// Whether a vector's proof holds; a hash of a wrong length holds nothing.
fn holds(vector: &Value) -> bool {
    let number = |key: &str| vector[key].as_u64();
    let inclusion = || {
        let (index, size) = (number("leafIdx")?, number("treeSize")?);
        let (leaf, root) = (hash(&vector["leafHash"])?, hash(&vector["root"])?);
        Some(is_included(&leaf, index, size, &path(&vector["proof"])?, &root))
    };
    let consistency = || {
        let (old, new) = (hash(&vector["root1"])?, hash(&vector["root2"])?);
        Some(is_continued(number("size1")?, &old, number("size2")?, &new, &path(&vector["proof"])?))
    };
    if vector.get("leafIdx").is_some() { inclusion().unwrap_or(false) } else { consistency().unwrap_or(false) }
}

#[test]
fn the_published_proofs_hold_or_fail_as_they_say() {
    let Some(suite) = crate::published("merkle") else { return };
    // Proofs of subtrees are another kind, which nothing here makes or takes.
    let mut all = Vec::new();
    files(&suite.join("inclusion"), &mut all);
    files(&suite.join("consistency"), &mut all);
    let mut wrong = Vec::new();
    for file in &all {
        let vector: Value = serde_json::from_slice(&fs::read(file).expect("readable")).expect("JSON");
        let is_bad = vector["wantErr"].as_bool().unwrap_or(false);
        if holds(&vector) == is_bad {
            wrong.push(file.display().to_string());
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "of {}", all.len());
    assert_eq!(all.len(), 196);
}
