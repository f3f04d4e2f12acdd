//! Archives: ZIP exports, encrypted ones, Android's and Xiaomi's backups. Sizes are bounded by what comes out, not by what is stated.

pub mod android;
pub mod ssef;
pub mod xiaomi;
pub mod zip;

use std::io::{self, Read};

/// The most that one member of an archive may unfold to.
pub const LARGEST_MEMBER: u64 = 2 << 30;
/// The most members that are looked at.
pub const MOST_MEMBERS: usize = 200_000;
/// Once more than this has come out, at most so many bytes may come from each byte that went in.
const FREE: u64 = 64 << 20;
const HIGHEST_RATIO: u64 = 200;

/// What is said of an archive that unfolds to too much.
pub const BOMB: &str = "解压后过大，可能是炸弹 unfolds to too much: a bomb?";

/// Returns how much may come out of so many packed bytes.
pub fn unfolding(packed: u64) -> u64 {
    FREE.max(packed.saturating_mul(HIGHEST_RATIO))
}

/// A reader that fails once more comes out than may.
pub struct Bounded<R, F> {
    input: R,
    given: u64,
    limit: F,
}

impl<R: Read, F: Fn() -> u64> Bounded<R, F> {
    /// Reads `input`; `limit` is asked anew with each read.
    pub fn new(input: R, limit: F) -> Self {
        Self { input, given: 0, limit }
    }
}

impl<R: Read, F: Fn() -> u64> Read for Bounded<R, F> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.given += read as u64;
        if self.given > (self.limit)() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, BOMB));
        }
        Ok(read)
    }
}
