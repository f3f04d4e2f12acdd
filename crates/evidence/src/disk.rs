//! The few file operations that the store is made of, so that a test can let each of them fail.

use std::any::Any;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;

/// What can be read at any place.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// What can be written and forced onto the disk.
pub trait Sink: Write {
    /// Returns once everything written is on the disk.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A folder with relative names, `/` between parts.
pub trait Disk {
    /// Returns the names of the files directly in `folder`, sorted; none when it is not there.
    ///
    /// # Errors
    /// What the system says.
    fn names(&self, folder: &str) -> io::Result<Vec<String>>;
    /// Opens a file for reading.
    ///
    /// # Errors
    /// What the system says.
    fn open(&self, path: &str) -> io::Result<Box<dyn ReadSeek>>;
    /// Makes a file, empty even if there was one.
    ///
    /// # Errors
    /// What the system says.
    fn create(&self, path: &str) -> io::Result<Box<dyn Sink>>;
    /// Gives a file another name.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// What the system says.
    fn make_folder(&self, folder: &str) -> io::Result<()>;
    /// Returns once the names in `folder` are on the disk.
    ///
    /// # Errors
    /// What the system says.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;
    /// Keeps other processes out until what is returned is dropped.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another process is in.
    fn lock(&self, path: &str) -> io::Result<Box<dyn Any>>;
    /// Keeps writers out, not other readers, until what is returned is dropped; nothing where the place gives no lock.
    /// Writes nothing.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when a writer is in.
    fn lock_to_read(&self, path: &str) -> io::Result<Option<Box<dyn Any>>>;
}

/// A folder of the file system.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Returns the folder at `path`, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.0.clone() } else { self.0.join(name) }
    }
}

impl Disk for Folder {
    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.path(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn ReadSeek>> {
        Ok(Box::new(io::BufReader::new(File::open(self.path(path))?)))
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(File::create(self.path(path))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))
    }

    fn make_folder(&self, folder: &str) -> io::Result<()> {
        fs::create_dir_all(self.path(folder))
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        // Windows keeps names by itself and cannot open a folder as a file.
        if cfg!(windows) { Ok(()) } else { File::open(self.path(folder))?.sync_all() }
    }

    fn lock(&self, path: &str) -> io::Result<Box<dyn Any>> {
        let file = File::options().create(true).append(true).open(self.path(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(file)),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn lock_to_read(&self, path: &str) -> io::Result<Option<Box<dyn Any>>> {
        let Ok(file) = File::open(self.path(path)) else { return Ok(None) };
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            // A medium that knows no locks has no writers either, or none that we could keep out.
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }
}

/// Writes a whole small file so that it is either there entirely or not at all.
pub(crate) fn write_whole(disk: &dyn Disk, folder: &str, name: &str, bytes: &[u8]) -> Result<(), crate::Error> {
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let new = format!("{path}.new");
    let written = (|| {
        let mut file = disk.create(&new)?;
        file.write_all(bytes)?;
        file.sync()?;
        drop(file);
        disk.rename(&new, &path)?;
        disk.sync_folder(folder)
    })();
    written.map_err(crate::Error::at(path))
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read_whole(disk: &dyn Disk, path: &str, limit: u64) -> Result<Vec<u8>, crate::Error> {
    let mut bytes = Vec::new();
    let read = disk.open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    let too_long = || io::Error::new(io::ErrorKind::InvalidData, "the file is too long");
    read.and_then(|got| if got as u64 > limit { Err(too_long()) } else { Ok(()) }).map_err(crate::Error::at(path))?;
    Ok(bytes)
}
