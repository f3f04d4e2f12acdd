//! What the program knows about institutions, numbers, hosts, law and schemes, as data: its types, how a folder of
//! it is read and checked, and the copy packed into the binary. Knows nothing of messages and verdicts.

pub mod check;
pub mod condition;
pub mod date;
pub mod document;
pub mod library;
pub mod pack;
pub mod remedy;
pub mod spelling;
pub mod vocabulary;

pub use document::Lang;
pub use library::{Library, LoadError};

static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/knowledge.pack"));

/// A library with the digest that verdicts carry.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// The documents.
    pub library: Library,
    /// SHA-256 of the packed library, lower-case hexadecimal.
    pub digest: String,
}

impl Knowledge {
    /// Returns the knowledge that was packed into this binary.
    ///
    /// # Panics
    /// Never: the build wrote the pack with the same types.
    pub fn built_in() -> Self {
        let library = pack::from_bytes(PACK).expect("the build wrote the pack with the same types");
        Self { library, digest: env!("KNOWLEDGE_DIGEST").to_owned() }
    }

    /// Returns the knowledge in a library of one's own.
    pub fn from_library(library: Library) -> Self {
        let digest = pack::digest(&pack::to_bytes(&library));
        Self { library, digest }
    }
}
