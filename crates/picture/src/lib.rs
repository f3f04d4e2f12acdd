//! The bytes of a picture in, its pixels out, within limits: upright, on white, no larger than reading or paper needs. What
//! it is, is seen from its first bytes, never from a name. Knows no text and no page.

mod error;
mod head;
mod jpeg;
mod kind;
mod open;
mod shrink;

pub use error::Error;
pub use head::{Head, head};
pub use kind::{Kind, kind};
pub use open::{Picture, open};

/// The largest file that is taken, in bytes.
pub const MOST_BYTES: usize = 32 << 20;
/// The longest side: a scrolling screenshot of some fifteen screens.
const LONGEST_SIDE: u32 = 40_000;
/// The most pixels: the photo of a good phone.
const MOST_PIXELS: u64 = 52_000_000;
/// What decoding may hold at once, in bytes, the file itself not counted.
const MOST_MEMORY: u64 = 320 << 20;
