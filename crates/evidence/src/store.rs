//! The store: making it, opening it, adding to it. A commit is acknowledged when its checkpoint is on the disk.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read, Write};

use crate::disk::{Disk, Sink, read_whole, write_whole};
use crate::keys::{Entropy, KeyRing, PublicKeys, Recovery};
use crate::note::Checkpoint;
use crate::record::{ClaimedTime, Content, Kind, Moment, Record, milliseconds};
use crate::tree::Tree;
use crate::{Digests, Error, VERSION};

mod replay;
mod visit;

pub use visit::Kept;

const FORMAT: &str = "zhenxin-evidence-store/1\n";
/// The newest checkpoint, beside the keys.
const MARK: &str = "head";
const SMALL: u64 = 1 << 20;
/// The largest commit file that is read: its records lie in memory while they are.
const LARGEST_COMMIT: u64 = 1 << 28;
const MOST_ENTRIES: usize = 10_000;

/// Who acts, with what, when.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The person, as they call themselves.
    pub actor: &'a str,
    /// Program and version.
    pub tool: &'a str,
    /// The computer's clock.
    pub now: Moment,
}

/// Bytes to keep.
pub struct Input<'a> {
    /// What they seem to be.
    pub mime: String,
    /// Where they are read from, once.
    pub reader: Box<dyn Read + 'a>,
}

/// A record to be made.
pub struct Entry<'a> {
    /// What it is.
    pub kind: Kind,
    /// Of which records it speaks.
    pub about: Vec<u64>,
    /// Bytes to keep.
    pub input: Option<Input<'a>>,
    /// Where it comes from.
    pub source: BTreeMap<String, String>,
    /// Times that somebody claims.
    pub times: Vec<ClaimedTime>,
    /// What is written beside it.
    pub text: Option<String>,
}

impl<'a> Entry<'a> {
    /// Returns a record that keeps `bytes`.
    pub fn original(mime: &str, bytes: &'a [u8]) -> Self {
        let input = Input { mime: mime.to_owned(), reader: Box::new(bytes) };
        Self { input: Some(input), ..Self::remark(Kind::Original, Vec::new(), None) }
    }

    /// Returns a record without bytes.
    pub fn remark(kind: Kind, about: Vec<u64>, text: Option<String>) -> Self {
        Self { kind, about, input: None, source: BTreeMap::new(), times: Vec::new(), text }
    }
}

/// What a crash left behind, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file of a write that was never acknowledged was moved to `torn/`.
    Torn {
        /// Where it was.
        file: String,
    },
    /// A commit that was written whole but not signed was finished.
    Finished {
        /// Its number.
        commit: u64,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn { file } => write!(f, "unfinished write set aside: {file}"),
            Self::Finished { commit } => write!(f, "interrupted commit {commit} finished"),
        }
    }
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The log is damaged from this commit on.
    Log {
        /// The commit.
        commit: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The bytes kept for a record are damaged; the record itself is whole.
    Content {
        /// The record's number.
        number: u64,
    },
    /// A time-stamp record does not hold any more.
    Stamp {
        /// The record's number.
        number: u64,
        /// Why.
        refusal: timestamp::Refusal,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log { commit, what } => write!(f, "commit {commit}: {what}"),
            Self::Content { number } => write!(f, "record {number}: its bytes are damaged or missing"),
            Self::Stamp { number, refusal } => write!(f, "record {number}: {refusal}"),
        }
    }
}

/// An open store.
pub struct Store {
    pub(crate) disk: Box<dyn Disk>,
    pub(crate) keys: KeyRing,
    entropy: Box<dyn Entropy>,
    pub(crate) tree: Tree,
    /// The first record of each commit; commit N is at N − 1.
    firsts: Vec<u64>,
    last: Option<Last>,
    hidden: BTreeSet<u64>,
    events: Vec<Event>,
    fault: Option<Fault>,
    /// Where the newest checkpoint is written down a second time, away from the store.
    mark: Option<Box<dyn Disk>>,
    /// Set while a commit is written; stays set when that failed.
    is_interrupted: bool,
    _lock: Box<dyn Any>,
}

/// What the next record must follow.
struct Last {
    sha256: String,
    at: String,
    seq: u64,
}

impl Store {
    /// Makes a store on an empty disk, with record 0.
    ///
    /// # Errors
    /// [`Error::Exists`] when there is one; [`Error::Disk`] when it cannot be written.
    pub fn create(
        disk: Box<dyn Disk>,
        keys: KeyRing,
        entropy: Box<dyn Entropy>,
        origin: &Origin<'_>,
    ) -> Result<Self, Error> {
        disk.make_folder("").map_err(Error::at(""))?;
        if !disk.names("").map_err(Error::at(""))?.is_empty() {
            return Err(Error::Exists);
        }
        for folder in ["objects", "commits", "checkpoints", "stamps", "torn"] {
            disk.make_folder(folder).map_err(Error::at(folder))?;
        }
        let public = keys.public();
        let json = serde_json_canonicalizer::to_vec(&public).map_err(|_| Error::UnreadableKey)?;
        write_whole(&*disk, "", "public.json", &json)?;
        write_whole(&*disk, "", "keys.age", &keys.sealed().map_err(Error::at("keys.age"))?)?;
        let mut store = Self::locked(disk, keys, entropy)?;
        let source = [("holder", public.holder), ("log", public.log), ("recipients", public.recipients)];
        let source = source.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        store.commit(origin, vec![Entry { source, ..Entry::remark(Kind::Key, Vec::new(), None) }])?;
        // Last: without it there is no store.
        write_whole(&*store.disk, "", "FORMAT", FORMAT.as_bytes())?;
        Ok(store)
    }

    fn locked(disk: Box<dyn Disk>, keys: KeyRing, entropy: Box<dyn Entropy>) -> Result<Self, Error> {
        let lock = disk.lock("lock").map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => Error::Locked,
            _ => Error::at("lock")(error),
        })?;
        Ok(Self {
            disk,
            keys,
            entropy,
            tree: Tree::default(),
            firsts: Vec::new(),
            last: None,
            hidden: BTreeSet::new(),
            events: Vec::new(),
            fault: None,
            mark: None,
            is_interrupted: false,
            _lock: lock,
        })
    }

    /// Opens a store: replays the whole log, checks it, and puts in order what a crash left.
    ///
    /// A damaged log opens for reading up to the damage; [`Store::fault`] tells.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Version`], [`Error::WrongKey`], [`Error::Locked`], [`Error::Disk`].
    pub fn open(disk: Box<dyn Disk>, keys: KeyRing, entropy: Box<dyn Entropy>) -> Result<Self, Error> {
        check_format(&*disk)?;
        let json = read_whole(&*disk, "public.json", SMALL)?;
        let public: PublicKeys = serde_json::from_slice(&json).map_err(|_| Error::WrongKey)?;
        if public != keys.public() {
            return Err(Error::WrongKey);
        }
        let mut store = Self::locked(disk, keys, entropy)?;
        store.replay()?;
        Ok(store)
    }

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
            let what = match noted {
                None => Some("the mark beside the keys is not signed by this store"),
                Some(noted) if noted.size > self.len() => Some(
                    "commits that were once the newest are missing 最新的存入不见了 (if you put an older copy back yourself, remove the file `head` beside the keys 如果是您自己换回的旧备份，删掉钥匙旁边的 head 文件)",
                ),
                Some(noted) if self.tree.root(noted.size) != Some(noted.root) => {
                    Some("the log is not the one of the mark beside the keys")
                }
                Some(_) => None,
            };
            let commit = self.commits() + 1;
            self.fault = what.map(|what| Fault::Log { commit, what });
        }
        self.mark = Some(folder);
        // Opening a store to look at it writes nothing.
        if self.fault.is_none() && !is_newest {
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

    fn write_mark(&self) {
        let Some(folder) = &self.mark else { return };
        if let Ok(note) = self.checkpoint(self.commits()) {
            let _ = write_whole(&**folder, "", MARK, &note);
        }
    }

    /// Returns the keys of a store by the key on paper.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when the paper belongs to another store; the others of [`Store::open`].
    pub fn recover_keys(disk: &dyn Disk, paper: &Recovery) -> Result<KeyRing, Error> {
        check_format(disk)?;
        paper.unseal(&read_whole(disk, "keys.age", SMALL)?)
    }

    /// Returns the public keys.
    pub fn public(&self) -> PublicKeys {
        self.keys.public()
    }

    /// Returns how many records there are.
    pub fn len(&self) -> u64 {
        self.tree.len()
    }

    /// Returns how many commits there are.
    pub fn commits(&self) -> u64 {
        self.firsts.len() as u64
    }

    pub(crate) fn random(&mut self, bytes: &mut [u8]) {
        self.entropy.fill(bytes);
    }

    /// Returns whether there is no record, which no store that was made whole shows.
    pub fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    /// Returns what a crash had left behind when the store was opened.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Returns what is wrong with the log, if anything.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Returns whether a record is hidden from lists.
    pub fn is_hidden(&self, number: u64) -> bool {
        self.hidden.contains(&number)
    }

    /// Writes records down and returns the numbers of those that were asked for, in order. When it returns, they are on
    /// the disk; when it fails, open the store anew before writing again.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::Unwritable`], [`Error::NoRecord`], [`Error::Disk`].
    pub fn commit(&mut self, origin: &Origin<'_>, entries: Vec<Entry<'_>>) -> Result<Vec<u64>, Error> {
        self.check_open(&entries)?;
        self.is_interrupted = true;
        let count = entries.len() as u64;
        let entries = self.prefixed(origin, entries);
        let number = self.firsts.len() as u64 + 1;
        let first = self.len();
        let records = self.write_objects(origin, number, entries)?;
        let mut lines = Vec::new();
        let mut written: Vec<(Record, Vec<u8>)> = Vec::with_capacity(records.len());
        for mut record in records {
            record.prev = written.last().map_or_else(|| self.prev(), |(_, bytes)| sha256(bytes));
            let bytes = record.to_bytes()?;
            lines.extend_from_slice(&bytes);
            lines.push(b'\n');
            written.push((record, bytes));
        }
        self.write_commit(number, &lines)?;
        for (_, bytes) in &written {
            self.tree.push(bytes);
        }
        self.write_checkpoint(number, &origin.now.to_text())?;
        self.firsts.push(first);
        for (record, bytes) in &written {
            self.follow(record, bytes);
        }
        self.write_mark();
        self.is_interrupted = false;
        self.events.clear();
        Ok((self.len() - count..self.len()).collect())
    }

    fn check_open(&self, entries: &[Entry<'_>]) -> Result<(), Error> {
        if let Some(fault) = &self.fault {
            return Err(Error::Closed { reason: fault.to_string() });
        }
        if self.is_interrupted {
            return Err(Error::Closed { reason: "an earlier write failed; open the store again".to_owned() });
        }
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            return Err(Error::Unwritable { reason: "a commit holds between 1 and 10,000 records" });
        }
        let strange = entries.iter().flat_map(|entry| &entry.about).find(|about| **about >= self.len());
        strange.map_or(Ok(()), |number| Err(Error::NoRecord { number: *number }))
    }

    /// Puts what the program itself has to say before the entries: a clock that went back, a crash.
    fn prefixed<'a>(&self, origin: &Origin<'_>, entries: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
        let mut all = Vec::with_capacity(entries.len() + 1);
        if let Some(last) = &self.last
            && milliseconds(&last.at).is_some_and(|before| origin.now.unix_ms < before)
        {
            let text = format!("clock reads {}, earlier than {} of record {}", origin.now.to_text(), last.at, last.seq);
            all.push(Entry::remark(Kind::Clock, Vec::new(), Some(text)));
        }
        let told = self.events.iter().map(|event| Entry::remark(Kind::Custody, Vec::new(), Some(event.to_string())));
        all.extend(told);
        all.extend(entries);
        all
    }

    /// Writes the bytes to keep and returns the records about them, not yet chained.
    fn write_objects(
        &mut self,
        origin: &Origin<'_>,
        number: u64,
        entries: Vec<Entry<'_>>,
    ) -> Result<Vec<Record>, Error> {
        let path = object_path(number);
        let new = format!("{path}.new");
        let has_content = entries.iter().any(|entry| entry.input.is_some());
        let mut records = Vec::with_capacity(entries.len());
        let mut sink = if has_content { Some(self.encrypted(&new)?) } else { None };
        for (seq, entry) in (self.len()..).zip(entries) {
            let content = match (entry.input, &mut sink) {
                (Some(mut input), Some(sink)) => {
                    let digests = Digests::of_copy(&mut input.reader, sink).map_err(Error::at(new.as_str()))?;
                    Some(Content { mime: input.mime, sha256: digests.sha256, size: digests.size, sm3: digests.sm3 })
                }
                _ => None,
            };
            let mut salt = [0; 16];
            self.entropy.fill(&mut salt);
            records.push(Record {
                about: entry.about,
                actor: origin.actor.to_owned(),
                at: origin.now.to_text(),
                content,
                kind: entry.kind,
                prev: String::new(),
                salt: crate::hex(&salt),
                seq,
                source: entry.source,
                text: entry.text,
                times: entry.times,
                tool: origin.tool.to_owned(),
                v: VERSION,
            });
        }
        if let Some(sink) = sink {
            self.put(sink, "objects", &path)?;
        }
        Ok(records)
    }

    fn write_commit(&self, number: u64, lines: &[u8]) -> Result<(), Error> {
        let path = commit_path(number);
        let mut sink = self.encrypted(&format!("{path}.new"))?;
        sink.write_all(lines).map_err(Error::at(path.as_str()))?;
        self.put(sink, "commits", &path)
    }

    fn write_checkpoint(&self, number: u64, at: &str) -> Result<(), Error> {
        let size = self.len();
        let root = self.tree.root(size).ok_or(Error::NoRecord { number: size })?;
        let note = Checkpoint { size, root, at: at.to_owned() }.sign(&self.keys.log);
        write_whole(&*self.disk, "checkpoints", &name(number), note.as_bytes())
    }

    fn encrypted(&self, path: &str) -> Result<age::stream::StreamWriter<Box<dyn Sink>>, Error> {
        let file = self.disk.create(path).map_err(Error::at(path))?;
        self.keys.encrypt(file).map_err(Error::at(path))
    }

    /// Finishes an encrypted file and gives it its name.
    fn put(&self, sink: age::stream::StreamWriter<Box<dyn Sink>>, folder: &str, path: &str) -> Result<(), Error> {
        let put = sink.finish().and_then(|mut file| {
            file.sync()?;
            drop(file);
            self.disk.rename(&format!("{path}.new"), path)?;
            self.disk.sync_folder(folder)
        });
        put.map_err(Error::at(path))
    }

    fn prev(&self) -> String {
        self.last.as_ref().map_or_else(|| "0".repeat(64), |last| last.sha256.clone())
    }

    /// Notes what a record, now part of the log, changes.
    fn follow(&mut self, record: &Record, bytes: &[u8]) {
        match record.kind {
            Kind::Hide => self.hidden.extend(&record.about),
            Kind::Show => self.hidden.retain(|number| !record.about.contains(number)),
            _ => {}
        }
        self.last = Some(Last { sha256: sha256(bytes), at: record.at.clone(), seq: record.seq });
    }
}

fn check_format(disk: &dyn Disk) -> Result<(), Error> {
    let found = match read_whole(disk, "FORMAT", SMALL) {
        Err(Error::Disk { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Err(Error::Missing),
        found => String::from_utf8_lossy(&found?).into_owned(),
    };
    if found == FORMAT { Ok(()) } else { Err(Error::Version { found: found.trim_end().to_owned() }) }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    crate::hex(&sha2::Sha256::digest(bytes))
}

fn name(number: u64) -> String {
    format!("{number:010}")
}

fn object_path(number: u64) -> String {
    format!("objects/{number:010}.age")
}

fn commit_path(number: u64) -> String {
    format!("commits/{number:010}.age")
}

pub(crate) fn checkpoint_path(number: u64) -> String {
    format!("checkpoints/{number:010}")
}
