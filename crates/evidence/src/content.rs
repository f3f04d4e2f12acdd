//! Digests of what is kept, computed while it passes by.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

const STEP: usize = 64 * 1024;

/// The digests and the size of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// In bytes.
    pub size: u64,
    /// SHA-256, hex.
    pub sha256: String,
    /// SHA-512, hex.
    pub sha512: String,
    /// SM3 (GB/T 32905), hex.
    pub sm3: String,
}

impl Digests {
    /// Copies everything from `from` to `to` and returns the digests of what passed.
    ///
    /// # Errors
    /// Those of reading and writing.
    pub fn of_copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Self> {
        let (mut sha256, mut sha512, mut sm3) = (Sha256::new(), Sha512::new(), Sm3::new());
        let (mut size, mut step) = (0, vec![0; STEP]);
        loop {
            let got = match from.read(&mut step) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                got => got?,
            };
            if got == 0 {
                break;
            }
            let part = &step[..got];
            sha256.update(part);
            sha512.update(part);
            sm3.update(part);
            to.write_all(part)?;
            size += got as u64;
        }
        let (sha256, sha512, sm3) = (hex(&sha256.finalize()), hex(&sha512.finalize()), hex(&sm3.finalize()));
        Ok(Self { size, sha256, sha512, sm3 })
    }

    /// Returns the digests of `bytes`.
    ///
    /// # Panics
    /// Never: memory can be read.
    pub fn of(mut bytes: &[u8]) -> Self {
        Self::of_copy(&mut bytes, &mut io::sink()).expect("memory can be read")
    }
}

/// Returns lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads lower-case hexadecimal of exactly `N` bytes.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}
