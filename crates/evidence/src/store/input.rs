//! Bytes on their way in: copied and hashed once. Tells a source that cannot be read from a disk that cannot be written.

use std::io::{self, Read, Write};

use super::Input;
use crate::record::Content;
use crate::{Digests, Error};

/// Why bytes could not be copied.
pub(super) struct Failed {
    error: io::Error,
    is_source: bool,
}

impl Failed {
    /// Returns it as an error of the entry, or of the file that was written to.
    pub(super) fn of_entry(self, entry: usize, file: &str) -> Error {
        if self.is_source { Error::Input { entry, source: self.error } } else { Error::at(file)(self.error) }
    }
}

/// A source that remembers whether it failed.
struct Watched<'a> {
    reader: Box<dyn Read + 'a>,
    has_failed: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer);
        self.has_failed |= read.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        read
    }
}

/// Copies what is to be kept; returns what the record says of it.
pub(super) fn copied(input: Input<'_>, to: &mut dyn Write) -> Result<Content, Failed> {
    let mut source = Watched { reader: input.reader, has_failed: false };
    match Digests::of_copy(&mut source, to) {
        Ok(got) => Ok(Content { mime: input.mime, sha256: got.sha256, size: got.size, sm3: got.sm3 }),
        Err(error) => Err(Failed { error, is_source: source.has_failed }),
    }
}
