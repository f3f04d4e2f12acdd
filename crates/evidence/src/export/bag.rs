//! Writing a bag: files as they come, lists at the end.

use std::fmt::Write as _;
use std::io::Read;

use crate::disk::Disk;
use crate::{Digests, Error};

/// A bag that is being written.
pub struct Bag<'a> {
    disk: &'a dyn Disk,
    payload: Vec<(String, Digests)>,
    tags: Vec<(String, Digests)>,
}

impl<'a> Bag<'a> {
    /// Begins a bag in an empty folder.
    pub fn new(disk: &'a dyn Disk) -> Result<Self, Error> {
        for folder in ["data/records", "data/originals", "data/masked", "data/print", "log", "timestamps", "keys"] {
            disk.make_folder(folder).map_err(Error::at(folder))?;
        }
        let mut bag = Self { disk, payload: Vec::new(), tags: Vec::new() };
        bag.tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")?;
        Ok(bag)
    }

    /// Adds a file under `data/`.
    pub fn payload(&mut self, path: &str, from: &mut dyn Read) -> Result<Digests, Error> {
        let digests = self.write(path, from)?;
        self.payload.push((path.to_owned(), digests.clone()));
        Ok(digests)
    }

    /// Adds a file beside `data/`.
    pub fn tag(&mut self, path: &str, mut bytes: &[u8]) -> Result<(), Error> {
        let digests = self.write(path, &mut bytes)?;
        self.tags.push((path.to_owned(), digests));
        Ok(())
    }

    fn write(&self, path: &str, from: &mut dyn Read) -> Result<Digests, Error> {
        let copy = self.disk.create(path).and_then(|mut file| {
            let digests = Digests::of_copy(from, &mut file)?;
            file.sync()?;
            Ok(digests)
        });
        copy.map_err(Error::at(path))
    }

    /// Returns bytes and files of the payload, as `Payload-Oxum`.
    pub fn oxum(&self) -> String {
        let bytes: u64 = self.payload.iter().map(|(_, digests)| digests.size).sum();
        format!("{bytes}.{}", self.payload.len())
    }

    /// Writes all lists and returns the last of them, which is to be signed.
    pub fn close(&mut self) -> Result<String, Error> {
        let sha256 = list(&self.payload, |digests| &digests.sha256);
        let sha512 = list(&self.payload, |digests| &digests.sha512);
        let sm3 = list(&self.payload, |digests| &digests.sm3);
        self.tag("manifest-sha256.txt", sha256.as_bytes())?;
        self.tag("manifest-sha512.txt", sha512.as_bytes())?;
        self.tag("sm3sums.txt", sm3.as_bytes())?;
        self.tags.sort_by(|one, other| one.0.cmp(&other.0));
        let tags = list(&self.tags, |digests| &digests.sha256);
        self.write("tagmanifest-sha256.txt", &mut tags.as_bytes())?;
        Ok(tags)
    }
}

fn list(files: &[(String, Digests)], digest: fn(&Digests) -> &String) -> String {
    files.iter().fold(String::new(), |mut text, (path, digests)| {
        let _ = writeln!(text, "{}  {path}", digest(digests));
        text
    })
}
