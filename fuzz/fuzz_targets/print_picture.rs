//! Any bytes as a picture on paper: printed or refused, never a panic, and the PDF writer takes what was accepted.

#![no_main]

use libfuzzer_sys::fuzz_target;
use print::{Block, Document, Picture};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = Picture::read(bytes) {
        let block = Block::Picture { about: String::new(), picture };
        let document = Document { title: String::new(), footer: String::new(), blocks: vec![block] };
        assert!(print::to_pdf(&document).is_ok());
    }
});
