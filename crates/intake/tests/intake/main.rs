//! The readers from outside: own fixtures of every format, each with one that must fail, and the shared samples.

mod archive;
mod database;
mod encrypted;
mod property;
mod redact;
mod sample;
mod text;
mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

use intake::{Collected, Error, Format, Options};

/// A folder of its own for one test, empty.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("scratch")).expect("the folder can be made");
    path
}

fn options(folder: &Path) -> Options {
    Options::new(480, folder.join("scratch"))
}

fn read_with(path: &Path, options: &Options) -> Result<(Format, Collected), Error> {
    let mut sink = Collected::default();
    intake::read(path, options, &mut sink).map(|format| (format, sink))
}

fn read_text(text: &[u8]) -> (Format, Collected) {
    let mut sink = Collected::default();
    let options = Options::new(480, PathBuf::new());
    let format = intake::read_bytes(text, &options, &mut sink).expect("it can be read");
    (format, sink)
}

fn bodies(sink: &Collected) -> Vec<&str> {
    sink.records.iter().map(|record| record.message.body.as_str()).collect()
}
