//! A disk in memory whose power fails at a chosen operation, and that keeps after it only what a real one must keep.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::rc::Rc;

use evidence::{Disk, ReadSeek, Sink};

/// What survives a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survives {
    /// Everything written so far, half of the last write.
    All,
    /// Only what was flushed, names and contents.
    Flushed,
    /// All names, but only flushed contents: empty files.
    Names,
}

#[derive(Clone, Default)]
struct File {
    now: Vec<u8>,
    flushed: Vec<u8>,
}

#[derive(Default)]
struct State {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    flushed_names: BTreeMap<String, usize>,
    operations: usize,
    fails_at: Option<usize>,
    is_locked: bool,
    readers: usize,
    is_read_only: bool,
}

impl State {
    fn step(&mut self) -> io::Result<()> {
        if self.is_read_only {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        self.operations += 1;
        match self.fails_at {
            Some(at) if self.operations >= at => Err(io::Error::other("the power failed")),
            _ => Ok(()),
        }
    }
}

/// The disk; clones are the same disk.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<State>>);

impl Memory {
    /// Lets the power fail at this operation, counted from now.
    pub fn fail_at(&self, operation: usize) {
        let mut state = self.0.borrow_mut();
        state.operations = 0;
        state.fails_at = Some(operation);
    }

    /// Returns how many operations there were since the last call of [`Memory::fail_at`].
    pub fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// Returns the disk as it is found after the power failure.
    pub fn reboot(&self, survives: Survives) -> Self {
        let state = self.0.borrow();
        let names = if survives == Survives::Flushed { &state.flushed_names } else { &state.names };
        let mut after = State::default();
        for (name, file) in names {
            let file = &state.files[*file];
            let bytes = if survives == Survives::All { file.now.clone() } else { file.flushed.clone() };
            after.names.insert(name.clone(), after.files.len());
            after.files.push(File { now: bytes.clone(), flushed: bytes });
        }
        after.flushed_names = after.names.clone();
        Self(Rc::new(RefCell::new(after)))
    }

    /// Makes the disk one that can only be read, or one that can be written again.
    pub fn set_read_only(&self, is_read_only: bool) {
        self.0.borrow_mut().is_read_only = is_read_only;
    }

    /// Changes a file, as a bad disk would.
    pub fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.0.borrow_mut();
        let file = state.names[name];
        change(&mut state.files[file].now);
    }

    /// Takes a file away.
    pub fn remove(&self, name: &str) {
        self.0.borrow_mut().names.remove(name).expect("the file is there");
    }

    /// All files.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.0.borrow();
        state.names.iter().map(|(name, file)| (name.clone(), state.files[*file].now.clone())).collect()
    }
}

struct Open {
    disk: Memory,
    file: usize,
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.0.borrow_mut();
        let stepped = state.step();
        let half = if stepped.is_err() && state.fails_at == Some(state.operations) { bytes.len() / 2 } else { 0 };
        let part = if stepped.is_ok() { bytes } else { &bytes[..half] };
        state.files[self.file].now.extend_from_slice(part);
        stepped.map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Open {
    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.0.borrow_mut();
        state.step()?;
        let file = &mut state.files[self.file];
        file.flushed = file.now.clone();
        Ok(())
    }
}

struct Lock(Memory);

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.0.borrow_mut().is_locked = false;
    }
}

struct ReadingLock(Memory);

impl Drop for ReadingLock {
    fn drop(&mut self) {
        self.0.0.borrow_mut().readers -= 1;
    }
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Disk for Memory {
    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let state = self.0.borrow();
        let inside = state.names.keys().filter(|name| folder_of(name) == folder);
        Ok(inside.map(|name| name.rsplit('/').next().unwrap_or_default().to_owned()).collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn ReadSeek>> {
        let state = self.0.borrow();
        let file = state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(state.files[*file].now.clone())))
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn Sink>> {
        let mut state = self.0.borrow_mut();
        state.step()?;
        let file = state.files.len();
        state.files.push(File::default());
        state.names.insert(path.to_owned(), file);
        Ok(Box::new(Open { disk: self.clone(), file }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        state.step()?;
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        Ok(())
    }

    fn make_folder(&self, _: &str) -> io::Result<()> {
        self.0.borrow_mut().step()
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        state.step()?;
        let state = &mut *state;
        state.flushed_names.retain(|name, _| folder_of(name) != folder);
        let now = state.names.iter().filter(|(name, _)| folder_of(name) == folder);
        state.flushed_names.extend(now.map(|(name, file)| (name.clone(), *file)));
        Ok(())
    }

    fn lock(&self, _: &str) -> io::Result<Box<dyn Any>> {
        let mut state = self.0.borrow_mut();
        if state.is_read_only {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        if state.is_locked || state.readers > 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.is_locked = true;
        drop(state);
        Ok(Box::new(Lock(self.clone())))
    }

    fn lock_to_read(&self, _: &str) -> io::Result<Option<Box<dyn Any>>> {
        let mut state = self.0.borrow_mut();
        if state.is_locked {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.readers += 1;
        drop(state);
        Ok(Some(Box::new(ReadingLock(self.clone()))))
    }
}
