//! Archives: ZIP exports, Android's and Xiaomi's backups. Sizes are bounded by what comes out, not by what is stated.

pub mod android;
pub mod xiaomi;
pub mod zip;

/// The most that one member of an archive may unfold to.
const LARGEST_MEMBER: u64 = 2 << 30;
/// The most members that are looked at.
const MOST_MEMBERS: usize = 200_000;
