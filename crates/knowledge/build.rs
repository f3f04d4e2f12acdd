//! Reads, checks and packs the knowledge folder into the crate, so that a mistake in it stops the build and
//! start-up costs no parsing.

#![expect(dead_code, reason = "the same modules as the crate, of which the build uses a part")]
#![expect(clippy::disallowed_methods, reason = "cargo tells a build script its folders by the environment")]

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/check.rs"]
mod check;
#[path = "src/condition.rs"]
mod condition;
#[path = "src/date.rs"]
mod date;
#[path = "src/document.rs"]
mod document;
#[path = "src/library.rs"]
mod library;
#[path = "src/pack.rs"]
mod pack;
#[path = "src/remedy.rs"]
mod remedy;
#[path = "src/vocabulary.rs"]
mod vocabulary;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../knowledge");
    watch(&root);
    let mut library = library::Library::read(&root).unwrap_or_else(|error| panic!("{error}"));
    let problems = check::check(&library);
    for problem in &problems {
        println!("cargo::error=knowledge/{problem}");
    }
    assert!(problems.is_empty(), "the knowledge folder does not fit together");
    strip_examples(&mut library);
    let bytes = pack::to_bytes(&library);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("knowledge.pack"), &bytes).expect("the output folder is writable");
    println!("cargo::rustc-env=KNOWLEDGE_DIGEST={}", pack::digest(&bytes));
}

/// The examples test the rules and the counting; readers of an answer do not need them.
fn strip_examples(library: &mut library::Library) {
    for rule in library.rule.values_mut() {
        rule.hit.clear();
        rule.miss.clear();
    }
    for deadline in library.deadline.values_mut() {
        deadline.case.clear();
    }
}

fn watch(root: &Path) {
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=src");
}
