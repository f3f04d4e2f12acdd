//! An append-only store of evidence: what was handed in is kept byte for byte, everything that happens to it becomes a
//! record in a signed tree, nothing is changed and nothing is deleted. The format is docs/EVIDENCE-FORMAT.md.
//!
//! It knows nothing of fraud, of messages or of pictures; clock, randomness and files come as arguments.

mod content;
mod disk;
mod export;
mod keys;
mod mask;
mod note;
mod record;
mod stamp;
mod store;
mod tree;

pub use content::{Digests, hex};
pub use disk::{Disk, Folder, ReadSeek, Sink};
pub use export::{Document, Selection, Variant, original_path};
pub use keys::{Entropy, KeyRing, PublicKeys, Recovery, fingerprint};
pub use mask::{mask, mask_cut, maskable, text_of};
pub use note::Checkpoint;
pub use record::{ClaimedTime, Content, Kind, Meaning, Moment, Record};
pub use store::{Entry, Event, Fault, Input, Kept, Origin, Store};
pub use tree::{Hash, Tree};

/// Version of the format that is written and the only one that is read.
pub const VERSION: u64 = 1;

/// The namespace of the signature over an export.
pub const NAMESPACE: &str = "evidence-export@v1";

/// What can go wrong; each is something that a person can act on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Disk {
        /// Which, relative to the store or export.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something is there already where a store was to be made.
    #[error("there is a store already")]
    Exists,
    /// There is no store here.
    #[error("there is no evidence store here")]
    Missing,
    /// The store is of another version.
    #[error("the store's version is {found:?}, which this program does not know; use a newer one")]
    Version {
        /// What it says of itself.
        found: String,
    },
    /// Another process has the store open.
    #[error("another process has the store open; wait until it ends")]
    Locked,
    /// The keys do not open this store.
    #[error("these keys do not belong to this store")]
    WrongKey,
    /// A key file cannot be read.
    #[error("the key is unreadable")]
    UnreadableKey,
    /// The log is damaged or a write has failed: nothing more is written.
    #[error("the store is closed to writing: {reason}")]
    Closed {
        /// Why.
        reason: String,
    },
    /// The store lies where nothing can be written: it can be read, not added to.
    #[error("the store lies where nothing can be written, so nothing can be added")]
    ReadOnly,
    /// What was to be kept could not be read to its end; nothing was written down, and the store stays open.
    #[error("entry {entry} could not be read: {source}")]
    Input {
        /// Which of the entries, from 0.
        entry: usize,
        /// What the system says.
        source: std::io::Error,
    },
    /// A record number that does not exist.
    #[error("there is no record {number}")]
    NoRecord {
        /// The number.
        number: u64,
    },
    /// What was given to write down breaks the format.
    #[error("this cannot be a record: {reason}")]
    Unwritable {
        /// Why.
        reason: &'static str,
    },
    /// A time-stamp was not accepted.
    #[error("the time-stamp was not accepted: {0}")]
    Stamp(#[from] timestamp::Refusal),
    /// A time-stamp belongs to none of our checkpoints.
    #[error("the time-stamp belongs to no checkpoint of this store")]
    StrangeStamp,
}

impl Error {
    /// Returns a function that says which file an error is about.
    pub(crate) fn at(path: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Disk { path, source }
    }
}
