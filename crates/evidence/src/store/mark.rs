//! The newest checkpoint, written down a second time beside the keys: what was taken away from the end leaves no gap in
//! the store itself.

use super::{Fault, SMALL, Store};
use crate::Error;
use crate::disk::{Disk, read_whole, write_whole};
use crate::note::Checkpoint;

/// The newest checkpoint, beside the keys.
const MARK: &str = "head";

impl Store {
    /// Holds the store against the newest checkpoint as it was written down in another folder, and writes it down there
    /// from now on: commits that were taken away from the end leave no gap in the store itself. A folder without a mark
    /// gets one; a mark that cannot be written is no reason to lose a message.
    ///
    /// # Errors
    /// [`Error::Disk`] where a mark is there and cannot be read.
    pub fn keep_mark(&mut self, folder: Box<dyn Disk>) -> Result<(), Error> {
        let is_there = folder.names("").map_err(Error::at(""))?.iter().any(|name| name == MARK);
        let mut is_newest = false;
        if is_there && self.fault.is_none() {
            let note = read_whole(&*folder, MARK, SMALL)?;
            let key = self.keys.log.verifying_key();
            let noted = std::str::from_utf8(&note).ok().and_then(|note| Checkpoint::open(note, &key));
            is_newest = noted.as_ref().is_some_and(|noted| noted.size == self.len());
            let commit = self.commits() + 1;
            let broken = |what| Some(Fault::Log { commit, what });
            self.fault = match noted {
                None => broken("the mark beside the keys is not signed by this store"),
                Some(noted) if noted.size > self.len() => Some(Fault::Older { here: self.len(), known: noted.size }),
                Some(noted) if self.tree.root(noted.size) != Some(noted.root) => {
                    broken("the log is not the one of the mark beside the keys")
                }
                Some(_) => None,
            };
        }
        self.mark = Some(folder);
        // Opening a store to look at it writes nothing.
        if self.fault.is_none() && !is_newest && !self.is_read_only {
            self.write_mark();
        }
        Ok(())
    }

    /// Writes the newest checkpoint down in another folder from now on, whatever is there: for a store that has just been
    /// made.
    pub fn begin_mark(&mut self, folder: Box<dyn Disk>) {
        self.mark = Some(folder);
        self.write_mark();
    }

    pub(super) fn write_mark(&self) {
        let Some(folder) = &self.mark else { return };
        if let Ok(note) = self.checkpoint(self.commits()) {
            let _ = write_whole(&**folder, "", MARK, &note);
        }
    }
}
