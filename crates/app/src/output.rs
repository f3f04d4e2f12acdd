//! New files that only their owner may read, whole or not at all; what is there already is never written over.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A file that is being written beside its place.
pub struct Part {
    writer: BufWriter<File>,
    path: PathBuf,
    /// Where it shall be.
    whole: PathBuf,
    is_whole: bool,
}

impl Part {
    /// Begins a file that shall be at `whole`.
    pub fn begin(whole: &Path) -> Result<Self, Failure> {
        if whole.exists() {
            return Err(taken(whole));
        }
        let mut path = whole.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::input(
                format!("{} 还在，是上次没有写完留下的。请查看并删除它，再试一次。", path.display()),
                format!("{} is left of a write that was broken off; look at it, delete it, try again", path.display()),
            ),
            _ => Failure::unwritable(&path, &error),
        })?;
        Ok(Self { writer: BufWriter::new(file), path, whole: whole.to_owned(), is_whole: false })
    }

    /// Brings it to the disk and into its place.
    pub fn finish(mut self) -> Result<(), Failure> {
        let unwritable = |error: io::Error| Failure::unwritable(&self.whole, &error);
        self.writer.flush().and_then(|()| self.writer.get_ref().sync_all()).map_err(unwritable)?;
        // A link is never made over a file that came there meanwhile; where there are no links, a last look must do.
        match fs::hard_link(&self.path, &self.whole) {
            Ok(()) => fs::remove_file(&self.path).map_err(unwritable)?,
            Err(_) if self.whole.exists() => return Err(taken(&self.whole)),
            Err(_) => fs::rename(&self.path, &self.whole).map_err(unwritable)?,
        }
        self.is_whole = true;
        Ok(())
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Part {
    /// What is not whole is not left lying about.
    fn drop(&mut self) {
        if !self.is_whole {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn taken(whole: &Path) -> Failure {
    Failure::input(
        format!("{} 已经存在，不覆盖。请换一个文件名。", whole.display()),
        format!("{} exists already and is not written over; name another file", whole.display()),
    )
}

/// Writes a new file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut part = Part::begin(path)?;
    part.write_all(bytes).map_err(|error| Failure::unwritable(path, &error))?;
    part.finish()
}
