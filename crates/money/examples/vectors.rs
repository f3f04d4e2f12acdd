//! Prints every published example with its source, what was published, and what this crate computes.
//! Usage: `cargo run --release -p money --example vectors [FOLDER]`; exit code 1 where one is out of its tolerance.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

#[path = "../tests/money/vector.rs"]
mod vector;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/apr");
    let folder = std::env::args_os().nth(1).map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("{} is no folder; name the folder of vectors", folder.display());
        return ExitCode::from(2);
    }
    let lines = vector::check(&folder);
    println!("| example | published | computed | within | source |\n| --- | --- | --- | --- | --- |");
    for line in &lines {
        let mark = if line.is_within { "yes" } else { "NO" };
        println!("| {} | {} | {} | {mark} | {} |", line.id, line.published, line.computed, line.source);
    }
    let within = lines.iter().filter(|line| line.is_within).count();
    println!("\n{within} of {} within their tolerance", lines.len());
    ExitCode::from(u8::from(within < lines.len()))
}
