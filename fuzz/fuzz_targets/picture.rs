//! Any bytes as a picture: decoded within limits or refused, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = reader::Picture::decode(bytes) {
        assert!(picture.width > 0 && picture.height > 0);
    }
    let _ = reader::named_moment(&String::from_utf8_lossy(bytes));
});
