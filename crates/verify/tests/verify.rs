//! The verifier against published suites, where they lie beside the repository, and against our own cases.

#[path = "verify/bag.rs"]
mod bag;
#[path = "verify/merkle.rs"]
mod merkle;
#[path = "verify/signature.rs"]
mod signature;

use std::path::PathBuf;

/// A folder of the published suites; says so when it is not there.
fn published(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors").join(name);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("no published suite {name} beside the repository");
    None
}
