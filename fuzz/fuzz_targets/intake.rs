//! Any bytes as a text format, found by content: never a panic, never a record outside the limits.
#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut sink = intake::Collected::default();
    let options = intake::Options::new(480, PathBuf::new());
    let _ = intake::read_bytes(bytes, &options, &mut sink);
    assert!(sink.records.iter().all(|record| record.message.body.len() <= intake::LONGEST_BODY));
    let _ = intake::redact(bytes, intake::detect_bytes(bytes), &mut Vec::new());
});
