//! Reading: records in order, each with its bytes as a stream, one pass over each file.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::{Fault, Store, object_path};
use crate::disk::ReadSeek;
use crate::record::Record;
use crate::{Digests, Error};

/// A record as it is kept.
pub struct Kept<'a> {
    /// The record.
    pub record: &'a Record,
    /// Its exact bytes.
    pub bytes: &'a [u8],
    /// The bytes kept with it. Reading fails when they are damaged; their digests are for the reader to check.
    pub content: Option<&'a mut dyn Read>,
}

impl Kept<'_> {
    /// Reads the kept bytes to their end and returns the first `most` of them; none when they are not as the record says.
    /// A record without bytes gives none of them.
    pub fn checked(&mut self, most: usize) -> Option<Vec<u8>> {
        let (Some(reader), Some(content)) = (self.content.as_deref_mut(), &self.record.content) else {
            return Some(Vec::new());
        };
        let mut opening = Opening { bytes: Vec::new(), most };
        let got = Digests::of_copy(reader, &mut opening).ok()?;
        let is_whole = got.size == content.size && got.sha256 == content.sha256 && got.sm3 == content.sm3;
        is_whole.then_some(opening.bytes)
    }
}

/// Keeps the first bytes of what is written to it.
struct Opening {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Opening {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.most.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..room]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Stands for bytes that cannot be opened.
struct Damaged;

impl Read for Damaged {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::InvalidData, "the kept bytes are damaged or missing"))
    }
}

/// The part of kept bytes that belongs to one record; none when it cannot be reached.
fn part(objects: &mut Box<dyn ReadSeek>, offset: u64, size: u64) -> Option<impl Read> {
    objects.seek(SeekFrom::Start(offset)).ok()?;
    Some(objects.take(size))
}

impl Store {
    /// Shows the records whose number is wanted, in order.
    ///
    /// # Errors
    /// Whatever `see` returns, and [`Error::Closed`] when a commit that was read at opening has become unreadable.
    pub fn visit(
        &self,
        wanted: &dyn Fn(u64) -> bool,
        see: &mut dyn FnMut(Kept<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (at, first) in self.firsts.iter().enumerate() {
            let next = self.firsts.get(at + 1).copied().unwrap_or(self.len());
            if (*first..next).any(wanted) {
                self.visit_commit(at as u64 + 1, wanted, see)?;
            }
        }
        Ok(())
    }

    fn visit_commit(
        &self,
        number: u64,
        wanted: &dyn Fn(u64) -> bool,
        see: &mut dyn FnMut(Kept<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let closed = || Error::Closed { reason: format!("commit {number} has become unreadable") };
        let lines = self.lines(number).ok_or_else(closed)?;
        let mut objects: Option<Box<dyn ReadSeek>> = None;
        let mut offset = 0;
        for bytes in lines.strip_suffix(b"\n").ok_or_else(closed)?.split(|byte| *byte == b'\n') {
            let record = Record::from_bytes(bytes).ok_or_else(closed)?;
            let size = record.content.as_ref().map(|content| content.size);
            if wanted(record.seq) {
                if size.is_some() && objects.is_none() {
                    let file = self.disk.open(&object_path(number)).ok();
                    objects = file.and_then(|file| self.keys.decrypt(file).ok());
                }
                let opened = objects.as_mut().filter(|_| size.is_some());
                let mut part = opened.and_then(|objects| part(objects, offset, size.unwrap_or(0)));
                let mut damaged = Damaged;
                let content: Option<&mut dyn Read> = match (size, &mut part) {
                    (None, _) => None,
                    (Some(_), Some(part)) => Some(part),
                    (Some(_), None) => Some(&mut damaged),
                };
                see(Kept { record: &record, bytes, content })?;
            }
            offset += size.unwrap_or(0);
        }
        Ok(())
    }

    /// Returns the bytes kept with a record, which are checked against it.
    ///
    /// # Errors
    /// [`Error::NoRecord`] when there is none with bytes; [`Error::Disk`] when they are damaged or longer than `limit`.
    pub fn content(&self, number: u64, limit: u64) -> Result<(Record, Vec<u8>), Error> {
        let mut found = None;
        self.visit(&|seq| seq == number, &mut |kept| {
            let damaged = || Error::at(format!("record {number}"))(io::ErrorKind::InvalidData.into());
            if let (Some(reader), Some(content)) = (kept.content, &kept.record.content) {
                let mut bytes = Vec::new();
                reader.take(limit).read_to_end(&mut bytes).map_err(|_| damaged())?;
                if Digests::of(&bytes).sha256 != content.sha256 {
                    return Err(damaged());
                }
                found = Some((kept.record.clone(), bytes));
            }
            Ok(())
        })?;
        found.ok_or(Error::NoRecord { number })
    }

    /// Checks everything that is kept: the log was checked when the store was opened, here come the bytes.
    ///
    /// # Errors
    /// [`Error::Closed`] when the log has become unreadable meanwhile.
    pub fn verify(&self) -> Result<Vec<Fault>, Error> {
        let mut faults: Vec<Fault> = self.fault().cloned().into_iter().collect();
        self.visit(&|_| true, &mut |mut kept| {
            if kept.checked(0).is_none() {
                faults.push(Fault::Content { number: kept.record.seq });
            }
            Ok(())
        })?;
        Ok(faults)
    }
}
