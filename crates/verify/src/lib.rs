//! Verifies exported evidence by the specification alone (docs/EVIDENCE-FORMAT.md), with no code of the store that wrote
//! it. Knows no network and no clock: a stamp is checked at its own time.

pub mod bag;
pub mod export;
mod files;
pub mod note;
pub mod proof;
pub mod report;
pub mod signature;

pub use export::{Outside, check};
pub use files::{Directory, Files, Memory};
pub use report::{Language, Outcome, Report};

/// Returns lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
