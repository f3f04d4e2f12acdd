//! The store from outside: crashes, bad input, proofs, exports.

#[path = "evidence/crash.rs"]
mod crash;
#[path = "evidence/disk.rs"]
mod disk;
#[path = "evidence/export.rs"]
mod export;
#[path = "evidence/read_only.rs"]
mod read_only;
#[path = "evidence/stamp.rs"]
mod stamp;
#[path = "evidence/store.rs"]
mod store;
#[path = "evidence/tree.rs"]
mod tree;

use evidence::{Entropy, KeyRing, Moment, Origin};

/// Randomness that is the same each time.
pub struct Counter(pub u64);

impl Entropy for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 33) as u8;
        }
    }
}

/// The same keys again.
///
/// # Panics
/// When the text is no key file.
pub fn again(text: &str) -> KeyRing {
    KeyRing::from_text(text).expect("our own keys")
}

/// Some seconds after a fixed day.
pub fn at(seconds: i64) -> Origin<'static> {
    let now = Moment { unix_ms: 1_780_000_000_000 + seconds * 1000, offset_minutes: 480 };
    Origin { actor: "user", tool: "test 1", now }
}
