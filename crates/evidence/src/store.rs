//! The store: making it, opening it, adding to it. A commit is acknowledged when its checkpoint is on the disk.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read, Write};

use crate::disk::{Disk, Sink, read_whole, write_whole};
use crate::keys::{Entropy, KeyRing, PublicKeys, Recovery};
use crate::note::Checkpoint;
use crate::record::{ClaimedTime, Kind, Moment, Record, milliseconds};
use crate::tree::Tree;
use crate::{Error, VERSION};

mod input;
mod mark;
mod replay;
mod visit;

pub use visit::Kept;

const FORMAT: &str = "zhenxin-evidence-store/1\n";
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
    /// A file of a write that was never acknowledged was left where it is, and not read: the store is read-only.
    Left {
        /// Where it is.
        file: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn { file } => write!(f, "unfinished write set aside: {file}"),
            Self::Finished { commit } => write!(f, "interrupted commit {commit} finished"),
            Self::Left { file } => write!(f, "unfinished write left as it is: {file}"),
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
    /// The store ends before the newest checkpoint that was written down beside the keys.
    Older {
        /// How many records there are.
        here: u64,
        /// How many there once were, at least.
        known: u64,
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
            Self::Older { here, known } => write!(
                f,
                "{here} records here, {known} were known: the newest are missing 最新的存入不见了 (if you put an older copy back yourself, remove the file `head` beside the keys 如果是您自己换回的旧备份，删掉钥匙旁边的 head 文件)"
            ),
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
    /// What each record is.
    kinds: Vec<Kind>,
    /// By record, the later ones that speak of it.
    speaking: BTreeMap<u64, Vec<u64>>,
    /// By SHA-256, the last original of these bytes.
    originals: BTreeMap<[u8; 32], u64>,
    events: Vec<Event>,
    fault: Option<Fault>,
    /// Where the newest checkpoint is written down a second time, away from the store.
    mark: Option<Box<dyn Disk>>,
    /// Set while a commit is written; stays set when that failed.
    is_interrupted: bool,
    /// Whether it lies where nothing can be written.
    is_read_only: bool,
    _lock: Option<Box<dyn Any>>,
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
        let (lock, is_read_only) = locked(&*disk)?;
        Ok(Self {
            disk,
            keys,
            entropy,
            tree: Tree::default(),
            firsts: Vec::new(),
            last: None,
            hidden: BTreeSet::new(),
            kinds: Vec::new(),
            speaking: BTreeMap::new(),
            originals: BTreeMap::new(),
            events: Vec::new(),
            fault: None,
            mark: None,
            is_interrupted: false,
            is_read_only,
            _lock: lock,
        })
    }

    /// Opens a store: replays the whole log, checks it, and puts in order what a crash left.
    ///
    /// A damaged log opens for reading up to the damage; [`Store::fault`] tells. Where nothing can be written, it opens for
    /// reading alone and nothing is put in order; [`Store::is_read_only`] tells.
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

    /// Returns whether the store lies where nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// Returns what a record is; none when there is no such record.
    pub fn kind(&self, number: u64) -> Option<Kind> {
        self.kinds.get(usize::try_from(number).ok()?).copied()
    }

    /// Returns the numbers of the records of some kinds, hidden ones too, rising.
    pub fn numbers(&self, kinds: &[Kind]) -> Vec<u64> {
        (0..).zip(&self.kinds).filter(|(_, kind)| kinds.contains(kind)).map(|(number, _)| number).collect()
    }

    /// Returns the numbers of the records that speak of one, rising.
    pub fn speaking_of(&self, number: u64) -> &[u64] {
        self.speaking.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Returns the last original with these bytes that is not hidden and whose bytes are whole.
    ///
    /// # Errors
    /// As [`Store::visit`].
    pub fn original(&self, sha256: &[u8; 32]) -> Result<Option<u64>, Error> {
        let Some(number) = self.originals.get(sha256).copied().filter(|number| !self.is_hidden(*number)) else {
            return Ok(None);
        };
        let mut is_whole = false;
        self.visit(&|seq| seq == number, &mut |mut kept| {
            is_whole = kept.checked(0).is_some();
            Ok(())
        })?;
        Ok(is_whole.then_some(number))
    }

    /// Returns whether a record is hidden from lists.
    pub fn is_hidden(&self, number: u64) -> bool {
        self.hidden.contains(&number)
    }

    /// Writes records down and returns the numbers of those that were asked for, in order. When it returns, they are on
    /// the disk; when it fails, open the store anew before writing again. An entry may speak of one before it.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::ReadOnly`], [`Error::Unwritable`], [`Error::NoRecord`], [`Error::Disk`]; after
    /// [`Error::Input`] the store need not be opened anew.
    pub fn commit(&mut self, origin: &Origin<'_>, entries: Vec<Entry<'_>>) -> Result<Vec<u64>, Error> {
        let own = self.next(origin);
        self.check_open(own, &entries)?;
        self.is_interrupted = true;
        let mut all = self.told(origin);
        let told = all.len();
        all.extend(entries);
        let number = self.firsts.len() as u64 + 1;
        let first = self.len();
        let records = self.write_objects(origin, number, all).map_err(|error| self.given_up(told, error))?;
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
        Ok((own..self.len()).collect())
    }

    /// Returns the number that the first entry of the next commit gets.
    pub(crate) fn next(&self, origin: &Origin<'_>) -> u64 {
        self.len() + self.told(origin).len() as u64
    }

    /// Refuses what cannot be written; `own` is the number of the first entry.
    fn check_open(&self, own: u64, entries: &[Entry<'_>]) -> Result<(), Error> {
        if self.is_read_only {
            return Err(Error::ReadOnly);
        }
        if let Some(fault) = &self.fault {
            return Err(Error::Closed { reason: fault.to_string() });
        }
        if self.is_interrupted {
            return Err(Error::Closed { reason: "an earlier write failed; open the store again".to_owned() });
        }
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            return Err(Error::Unwritable { reason: "a commit holds between 1 and 10,000 records" });
        }
        let strange =
            (own..).zip(entries).find_map(|(seq, entry)| entry.about.iter().copied().find(|about| *about >= seq));
        strange.map_or(Ok(()), |number| Err(Error::NoRecord { number }))
    }

    /// Opens the store again after a write that has left nothing behind but a file without a name of its own: the next
    /// write takes its place. `told` entries came before those of the caller.
    fn given_up(&mut self, told: usize, error: Error) -> Error {
        match error {
            Error::Input { entry, source } => {
                self.is_interrupted = false;
                // Emptied, so that it is no half of anything to whoever opens the store next.
                let _ = self.disk.create(&format!("{}.new", object_path(self.commits() + 1)));
                Error::Input { entry: entry.saturating_sub(told), source }
            }
            other => other,
        }
    }

    /// What the program itself has to say before the entries: a clock that went back, a crash.
    fn told(&self, origin: &Origin<'_>) -> Vec<Entry<'static>> {
        let mut all = Vec::new();
        if let Some(last) = &self.last
            && milliseconds(&last.at).is_some_and(|before| origin.now.unix_ms < before)
        {
            let text = format!("clock reads {}, earlier than {} of record {}", origin.now.to_text(), last.at, last.seq);
            all.push(Entry::remark(Kind::Clock, Vec::new(), Some(text)));
        }
        let told = self.events.iter().map(|event| Entry::remark(Kind::Custody, Vec::new(), Some(event.to_string())));
        all.extend(told);
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
        for (at, (seq, entry)) in (self.len()..).zip(entries).enumerate() {
            let content = match (entry.input, &mut sink) {
                (Some(input), Some(sink)) => {
                    Some(input::copied(input, sink).map_err(|failed| failed.of_entry(at, &new))?)
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
        self.kinds.push(record.kind);
        if let (Kind::Original, Some(content)) = (record.kind, &record.content) {
            self.originals.extend(crate::content::unhex(&content.sha256).map(|digest| (digest, record.seq)));
        }
        for about in &record.about {
            self.speaking.entry(*about).or_default().push(record.seq);
        }
        self.last = Some(Last { sha256: sha256(bytes), at: record.at.clone(), seq: record.seq });
    }
}

/// Locks a store: to write, or where that cannot be to read. Returns also whether it is to read.
fn locked(disk: &dyn Disk) -> Result<(Option<Box<dyn Any>>, bool), Error> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::WouldBlock => Error::Locked,
        _ => Error::at("lock")(error),
    };
    match disk.lock("lock") {
        Ok(lock) => Ok((Some(lock), false)),
        Err(error) if matches!(error.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied) => {
            Ok((disk.lock_to_read("lock").map_err(refused)?, true))
        }
        Err(error) => Err(refused(error)),
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
