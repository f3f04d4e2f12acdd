//! What is taken in: a file, a backup folder or standard input; its digest, its size, and a folder of our own for copies.

use std::borrow::Cow;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use intake::{Format, Options, Sink};
use sha2::{Digest as _, Sha256};

use crate::failure::Failure;
use crate::input::hashed;
use crate::picture;

/// The route of what a user pastes, and of what a phone in the same network answers.
const PASTED: &str = "pasted";
pub const ASKED_OF_PHONE: &str = "asked of the phone over the network";
/// Nobody pastes more.
const LONGEST_PASTE: u64 = 16 << 20;
/// The database of messages in an iPhone backup, under either layout.
const IOS_MESSAGES: [&str; 2] =
    ["3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28", "3d0d7e5fb2ce288813306e4d4636395e047a3d28"];

/// What else a backup folder needs to be read: lists and keys of an iPhone's, both files of Huawei's.
const LISTS: [&str; 4] = ["Manifest.db", "Manifest.plist", "info.xml", "sms.db"];

/// How folders of copies are called, and when one is nobody's any more.
const SCRATCH: &str = "zhenxin-";
const ABANDONED: std::time::Duration = std::time::Duration::from_hours(24);

/// A folder that only we can read, gone when dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder; those of programs that were killed more than a day ago go with what is in them.
    pub fn new() -> Result<Self, Failure> {
        sweep(&std::env::temp_dir());
        let mut random = [0; 12];
        getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let name: String = random.iter().map(|byte| char::from(b'a' + byte % 26)).collect();
        let path = std::env::temp_dir().join(format!("{SCRATCH}{name}"));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| Failure::unreadable(&path, &error))?;
        Ok(Self(path))
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Removes folders that a killed program left, which may hold what it had decrypted.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let tail = name.to_str().and_then(|name| name.strip_prefix(SCRATCH));
        let is_ours = tail.is_some_and(|tail| tail.len() == 12 && tail.bytes().all(|b| b.is_ascii_lowercase()));
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let made = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        if is_ours && is_folder && made.and_then(|made| made.elapsed().ok()).is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A source of messages.
#[derive(Debug)]
pub struct Source {
    /// As the user called it.
    pub name: String,
    /// SHA-256, lower-case hexadecimal.
    pub digest: String,
    /// Its size.
    pub bytes: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    Folder {
        path: PathBuf,
        originals: Vec<PathBuf>,
    },
    /// Without a file, and by which route.
    Bytes {
        bytes: Vec<u8>,
        route: &'static str,
    },
}

impl Source {
    /// Returns what came as bytes; `digest` tells it from others, and is that of the bytes where nothing else is known.
    pub fn of_bytes(name: &str, bytes: Vec<u8>, salt: &str) -> Self {
        let digest = evidence::hex(&Sha256::new().chain_update(&bytes).chain_update(salt).finalize());
        Self { name: name.to_owned(), digest, bytes: bytes.len() as u64, place: Place::Bytes { bytes, route: PASTED } }
    }

    /// Opens a source and reads it once for its digest.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let mut hash = Sha256::new();
        let (bytes, place) = if path == Path::new("-") {
            let pasted = paste()?;
            hash.update(&pasted);
            (pasted.len() as u64, Place::Bytes { bytes: pasted, route: PASTED })
        } else if path.is_dir() {
            let candidates = IOS_MESSAGES.into_iter().chain(LISTS).map(|inside| path.join(inside));
            let originals: Vec<PathBuf> = candidates.filter(|inside| inside.is_file()).collect();
            let mut bytes = 0;
            for original in &originals {
                bytes += hashed(original, &mut hash)?;
            }
            (bytes, Place::Folder { path: path.to_owned(), originals })
        } else {
            (hashed(path, &mut hash)?, Place::File(path.to_owned()))
        };
        let digest = evidence::hex(&hash.finalize());
        Ok(Self { name, digest, bytes, place })
    }

    /// Returns its format.
    pub fn format(&self) -> Result<Format, intake::Error> {
        match &self.place {
            Place::File(path) | Place::Folder { path, .. } => intake::detect(path),
            Place::Bytes { bytes, .. } => Ok(intake::detect_bytes(bytes)),
        }
    }

    /// Returns whether it is a picture.
    pub fn is_picture(&self) -> bool {
        match &self.place {
            Place::File(path) => picture::is_picture_file(path),
            Place::Folder { .. } => false,
            Place::Bytes { bytes, .. } => picture::is_picture(bytes),
        }
    }

    /// Returns the bytes of a picture.
    pub fn picture(&self) -> Result<Cow<'_, [u8]>, Failure> {
        match &self.place {
            Place::File(path) | Place::Folder { path, .. } => picture::bytes(path).map(Cow::Owned),
            Place::Bytes { bytes, .. } => Ok(Cow::Borrowed(bytes)),
        }
    }

    /// Reads its messages.
    pub fn read(&self, options: &Options, sink: &mut dyn Sink) -> Result<Format, intake::Error> {
        match &self.place {
            Place::File(path) | Place::Folder { path, .. } => intake::read(path, options, sink),
            Place::Bytes { bytes, .. } => intake::read_bytes(bytes, options, sink),
        }
    }

    /// Says by which route the bytes came; without this they count as pasted.
    pub fn by(mut self, by: &'static str) -> Self {
        if let Place::Bytes { route, .. } = &mut self.place {
            *route = by;
        }
        self
    }

    /// Returns the bytes of what came without a file, and by which route.
    pub fn without_file(&self) -> Option<(&[u8], &'static str)> {
        match &self.place {
            Place::Bytes { bytes, route } => Some((bytes, route)),
            Place::File(_) | Place::Folder { .. } => None,
        }
    }

    /// Returns the files to keep as evidence.
    pub fn originals(&self) -> Vec<&Path> {
        match &self.place {
            Place::File(path) => vec![path],
            Place::Folder { originals, .. } => originals.iter().map(PathBuf::as_path).collect(),
            Place::Bytes { .. } => Vec::new(),
        }
    }
}

fn paste() -> Result<Vec<u8>, Failure> {
    if io::stdin().is_terminal() {
        eprintln!("请粘贴短信（可以多条），然后按 Ctrl-D 结束。 / Paste the messages, then press Ctrl-D.");
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(LONGEST_PASTE + 1).read_to_end(&mut bytes)?;
    if bytes.trim_ascii().is_empty() || bytes.len() as u64 > LONGEST_PASTE {
        return Err(Failure::input("没有内容，或超过 16 MiB。", "nothing was given, or more than 16 MiB"));
    }
    Ok(bytes)
}

/// Returns the first line of a password file.
pub fn password(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
