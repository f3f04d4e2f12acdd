//! Bytes of any supported format in, messages with their provenance out. Reads what a user names, streaming and within
//! limits; opens no connection, judges nothing, knows no clock. What it cannot read it reports with its place: nothing
//! is dropped silently.

mod bytes;
mod column;
mod detect;
mod error;
mod field;
mod format;
mod message;
mod redact;
mod sender;
mod time;

use std::path::{Path, PathBuf};

pub use column::{Columns, UnknownColumn};
pub use detect::{Format, detect, detect_head as detect_bytes, is_text};
pub use error::{Error, Reason, Warning};
pub use format::attributed_text;
pub use message::{Direction, Message, Position, Record, Service, Skipped, Time, TimeSource, Unit, Zone};
pub use redact::{redact, redact_file};
pub use sender::{is_service_number, normalise as normalise_sender};
pub use time::parse as parse_time;

/// The longest body that is taken, in bytes.
pub const LONGEST_BODY: usize = 64 * 1024;

/// What a reader must be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Offset from UTC, in minutes, for times that state no zone; recorded with each such time.
    pub assumed_offset_minutes: i32,
    /// Password of an encrypted backup.
    pub password: Option<String>,
    /// What columns of tables hold, where their headings do not say it.
    pub columns: Columns,
    /// An empty folder of our own, where databases are copied to before they are opened.
    pub scratch: PathBuf,
}

impl Options {
    /// Returns what a reader must be told at least: the offset, in minutes, and the folder.
    pub fn new(assumed_offset_minutes: i32, scratch: impl Into<PathBuf>) -> Self {
        Self { assumed_offset_minutes, password: None, columns: Columns::default(), scratch: scratch.into() }
    }
}

/// Takes what is read, in the order of the source.
pub trait Sink {
    /// Takes a message; returns whether to go on.
    fn record(&mut self, record: Record) -> std::ops::ControlFlow<()>;
    /// Takes note of something that is no readable message.
    fn skipped(&mut self, skipped: Skipped);
    /// Takes note of something that the user should know of the whole source.
    fn warning(&mut self, warning: Warning);
    /// Is told how many bytes of the source have been read so far, now and then.
    fn progress(&mut self, _bytes: u64) {}
}

/// Places without a message that a [`Collected`] keeps.
const MOST_SKIPPED: usize = 10_000;

/// A sink that keeps what is read; for small sources.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// The messages.
    pub records: Vec<Record>,
    /// What was not read: the first 10,000 places.
    pub skipped: Vec<Skipped>,
    /// How many places more.
    pub skipped_more: u64,
    /// What should be known.
    pub warnings: Vec<Warning>,
}

impl Sink for Collected {
    fn record(&mut self, record: Record) -> std::ops::ControlFlow<()> {
        self.records.push(record);
        std::ops::ControlFlow::Continue(())
    }

    fn skipped(&mut self, skipped: Skipped) {
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push(skipped);
        } else {
            self.skipped_more += 1;
        }
    }

    fn warning(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

/// Reads the messages of a file or backup folder; its format is found by its content.
///
/// # Errors
/// Where nothing of the source can be read. Single bad records go to [`Sink::skipped`].
pub fn read(path: &Path, options: &Options, sink: &mut dyn Sink) -> Result<Format, Error> {
    let format = options.columns.overrides(detect(path)?);
    format::read(path, format, options, sink)?;
    Ok(format)
}

/// Reads messages from bytes that came without a file, such as pasted text or a forwarder's request.
///
/// # Errors
/// As [`read`]; formats that must lie in a file of their own (databases, archives) are refused.
pub fn read_bytes(bytes: &[u8], options: &Options, sink: &mut dyn Sink) -> Result<Format, Error> {
    let format = options.columns.overrides(detect::detect_head(bytes));
    format::read_text(bytes, format, options, sink)?;
    Ok(format)
}
