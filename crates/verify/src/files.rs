//! The files of a bag, on a disk or in memory. Links and other oddities are named, never followed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const DEEPEST: usize = 32;
const MOST: usize = 2_000_000;

/// What is in a bag.
pub trait Files {
    /// Returns all paths, `/` between parts, sorted; and the paths of what is neither file nor folder.
    ///
    /// # Errors
    /// What the system says.
    fn paths(&self) -> io::Result<(Vec<String>, Vec<String>)>;
    /// Opens a file.
    ///
    /// # Errors
    /// What the system says.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>>;
    /// Reads a file of at most `limit` bytes.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidData`] when it is longer.
    fn read(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit { Err(io::ErrorKind::InvalidData.into()) } else { Ok(bytes) }
    }
}

/// A folder on a disk.
#[derive(Clone, Debug)]
pub struct Directory(pub PathBuf);

impl Files for Directory {
    fn paths(&self) -> io::Result<(Vec<String>, Vec<String>)> {
        let (mut files, mut odd) = (Vec::new(), Vec::new());
        let mut folders = vec![(self.0.clone(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name();
                let path = format!("{prefix}{}", name.to_string_lossy());
                let kind = entry.file_type()?;
                if kind.is_dir() && depth < DEEPEST {
                    folders.push((entry.path(), format!("{path}/"), depth + 1));
                } else if kind.is_file() && name.to_str().is_some() && files.len() < MOST {
                    files.push(path);
                } else {
                    odd.push(path);
                }
            }
        }
        files.sort_unstable();
        odd.sort_unstable();
        Ok((files, odd))
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let is_inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if is_inside { Ok(Box::new(File::open(self.0.join(path))?)) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }
}

/// A bag in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Files for Memory {
    fn paths(&self) -> io::Result<(Vec<String>, Vec<String>)> {
        Ok((self.0.keys().cloned().collect(), Vec::new()))
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }
}
