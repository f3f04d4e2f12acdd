//! Opening: the log is replayed and checked; only what the last commit left unfinished is touched.

use std::collections::BTreeSet;
use std::io::Read;

use super::{Event, Fault, LARGEST_COMMIT, SMALL, Store, checkpoint_path, commit_path, name};
use crate::Error;
use crate::disk::read_whole;
use crate::note::Checkpoint;
use crate::record::Record;

impl Store {
    /// Where nothing can be written, what is unfinished is told and passed over: it was never acknowledged.
    ///
    /// 1. sets unfinished files aside; 2. replays each commit under its checkpoint; 3. finishes or sets aside the last
    ///    commit where its checkpoint is missing; 4. checks that nothing lies beyond.
    pub(super) fn replay(&mut self) -> Result<(), Error> {
        // 1.
        for folder in ["objects", "commits", "checkpoints"] {
            for file in self.names(folder)?.iter().filter(|file| file.strip_suffix(".new").is_some()) {
                if !self.is_hollow(&format!("{folder}/{file}")) {
                    self.set_aside(folder, file)?;
                }
            }
        }
        let commits = numbers(&self.names("commits")?, ".age");
        let checkpoints = numbers(&self.names("checkpoints")?, "");
        let objects = numbers(&self.names("objects")?, ".age");
        let last = commits.iter().chain(&checkpoints).max().copied().unwrap_or(0);
        // 2.
        for number in 1..=last {
            let is_last = number == last && !checkpoints.contains(&number);
            if is_last {
                self.finish(number)?;
            } else if let Err(what) = self.replay_one(number)? {
                self.fault = Some(Fault::Log { commit: number, what });
                return Ok(());
            }
        }
        // 4.
        let commits = self.commits();
        for number in objects.into_iter().filter(|number| *number > commits) {
            self.set_aside("objects", &format!("{}.age", name(number)))?;
        }
        Ok(())
    }

    /// Replays a commit that was acknowledged, so that every fault is damage.
    fn replay_one(&mut self, number: u64) -> Result<Result<(), &'static str>, Error> {
        let note = match read_whole(&*self.disk, &checkpoint_path(number), SMALL) {
            Ok(note) => note,
            Err(Error::Disk { .. }) => return Ok(Err("its checkpoint is missing or unreadable")),
            Err(other) => return Err(other),
        };
        let key = self.keys.log.verifying_key();
        let Some(checkpoint) = std::str::from_utf8(&note).ok().and_then(|note| Checkpoint::open(note, &key)) else {
            return Ok(Err("its checkpoint is not signed by this store"));
        };
        let Some(lines) = self.lines(number) else {
            return Ok(Err("its records are missing, damaged or for another key"));
        };
        let Some(records) = self.parse(&lines) else {
            return Ok(Err("its records do not follow the ones before"));
        };
        let before = self.len();
        for (_, bytes) in &records {
            self.tree.push(bytes);
        }
        if checkpoint.size != self.len() || self.tree.root(self.len()) != Some(checkpoint.root) {
            self.tree.truncate(before);
            return Ok(Err("its records are not those of its checkpoint"));
        }
        self.accept(&records);
        Ok(Ok(()))
    }

    // 3.
    fn finish(&mut self, number: u64) -> Result<(), Error> {
        if self.is_read_only {
            return self.set_aside("commits", &format!("{}.age", name(number)));
        }
        let lines = self.lines(number);
        let Some(records) = lines.as_deref().and_then(|lines| self.parse(lines)) else {
            return self.set_aside("commits", &format!("{}.age", name(number)));
        };
        let at = records.last().map(|(record, _)| record.at.clone()).unwrap_or_default();
        for (_, bytes) in &records {
            self.tree.push(bytes);
        }
        self.write_checkpoint(number, &at)?;
        self.accept(&records);
        self.events.push(Event::Finished { commit: number });
        Ok(())
    }

    fn accept(&mut self, records: &[(Record, &[u8])]) {
        self.firsts.push(self.len() - records.len() as u64);
        for (record, bytes) in records {
            self.follow(record, bytes);
        }
    }

    /// The records of a commit, one a line; none when they cannot be read whole.
    pub(super) fn lines(&self, number: u64) -> Option<Vec<u8>> {
        let file = self.disk.open(&commit_path(number)).ok()?;
        let mut lines = Vec::new();
        let got = self.keys.decrypt(file).ok()?.take(LARGEST_COMMIT + 1).read_to_end(&mut lines).ok()?;
        (got as u64 <= LARGEST_COMMIT).then_some(lines)
    }

    /// The records on these lines, if they follow the log as it is now.
    fn parse<'a>(&self, lines: &'a [u8]) -> Option<Vec<(Record, &'a [u8])>> {
        let mut prev = self.prev();
        let mut records = Vec::new();
        for (seq, bytes) in (self.len()..).zip(lines.strip_suffix(b"\n")?.split(|byte| *byte == b'\n')) {
            let record = Record::from_bytes(bytes)?;
            if record.seq != seq || record.prev != prev {
                return None;
            }
            prev = super::sha256(bytes);
            records.push((record, bytes));
        }
        Some(records)
    }

    /// Returns whether a file has nothing in it: nothing is unfinished then, and the next write takes its place.
    fn is_hollow(&self, path: &str) -> bool {
        self.disk.open(path).and_then(|mut file| file.read(&mut [0])).is_ok_and(|read| read == 0)
    }

    fn names(&self, folder: &str) -> Result<Vec<String>, Error> {
        self.disk.names(folder).map_err(Error::at(folder))
    }

    /// Moves a file to `torn/` under a name that is free there; leaves it where nothing can be written.
    fn set_aside(&mut self, folder: &str, file: &str) -> Result<(), Error> {
        let from = format!("{folder}/{file}");
        if self.is_read_only {
            self.events.push(Event::Left { file: from });
            return Ok(());
        }
        let taken = self.names("torn")?;
        // One of these is free: there is one name more than names taken.
        let free = (0..=taken.len()).map(|n| format!("{folder}-{file}-{n}")).find(|name| !taken.contains(name));
        let to = format!("torn/{}", free.unwrap_or_default());
        self.disk.rename(&from, &to).map_err(Error::at(from.as_str()))?;
        self.disk.sync_folder("torn").and_then(|()| self.disk.sync_folder(folder)).map_err(Error::at(to))?;
        self.events.push(Event::Torn { file: from });
        Ok(())
    }
}

fn numbers(names: &[String], end: &str) -> BTreeSet<u64> {
    let stem = |name: &String| name.strip_suffix(end).filter(|stem| stem.len() == 10)?.parse().ok();
    names.iter().filter_map(stem).collect()
}
