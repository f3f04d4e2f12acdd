//! Normalisation on any bytes: no panic, places in order and on characters, twice is once.
#![no_main]

use std::sync::LazyLock;

use judge::normalise::{Tables, Text};
use knowledge::Knowledge;
use libfuzzer_sys::fuzz_target;

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::new(&Knowledge::built_in().library));

fuzz_target!(|bytes: &[u8]| {
    let Ok(body) = std::str::from_utf8(bytes) else { return };
    let (mut once, mut twice) = (Text::default(), Text::default());
    TABLES.normalise(body, &mut once);
    let mut last = 0;
    for place in &once.place {
        assert!(place.start >= last && body.get(place.start as usize..place.end as usize).is_some());
        last = place.start;
    }
    TABLES.normalise(&once.to_text(), &mut twice);
    assert_eq!(once.codes, twice.codes);
});
