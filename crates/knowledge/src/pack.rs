//! The library as bytes: how the binary carries it, and its digest. Knows no files.

use sha2::{Digest, Sha256};

use crate::library::Library;

/// Returns the library as bytes; the same library gives the same bytes.
///
/// # Panics
/// Never: every document type can be written.
pub fn to_bytes(library: &Library) -> Vec<u8> {
    postcard::to_allocvec(library).expect("every document type can be written")
}

/// Reads a library back.
///
/// # Errors
/// Fails where the bytes were not written by [`to_bytes`] of this version.
pub fn from_bytes(bytes: &[u8]) -> Result<Library, postcard::Error> {
    postcard::from_bytes(bytes)
}

/// Returns the SHA-256 of packed bytes, in lower-case hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
