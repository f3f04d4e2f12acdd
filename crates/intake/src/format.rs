//! The readers, one file a format, and which of them a source goes to.

pub mod archive;
pub mod content_query;
pub mod database;
pub mod huawei;
mod ios;
pub mod json;
mod pdu;
mod synctech;
mod table;
mod text;
mod vmsg;
pub mod workbook;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

pub use archive::ssef::MAGIC as SSEF_MAGIC;
pub use database::apple::attributed_text;

use crate::{Error, Format, Options, Position, Reason, Record, Sink, Skipped, Warning, bytes};

/// The longest raw record that is kept beside a message.
const LONGEST_RAW: usize = 64 * 1024;

/// What every reader is given.
pub struct Context<'a> {
    /// What the user said.
    pub options: &'a Options,
    /// Where messages go.
    pub sink: &'a mut dyn Sink,
    /// The file inside an archive that is being read.
    pub part: Option<String>,
    /// How many messages carried a time whose zone was assumed.
    pub assumed: u64,
    /// Bytes of the source read so far.
    pub consumed: Rc<Cell<u64>>,
}

impl Context<'_> {
    /// Hands a message on with its place and bytes.
    pub fn record(&mut self, message: crate::Message, mut position: Position, raw: &[u8]) -> Result<(), Error> {
        position.part = position.part.or_else(|| self.part.clone());
        let has_assumed = |time: Option<crate::Time>| matches!(time.map(|t| t.zone), Some(crate::Zone::Assumed(_)));
        self.assumed += u64::from(has_assumed(message.time));
        let raw = raw.get(..LONGEST_RAW).unwrap_or(raw).to_vec();
        self.sink.progress(self.consumed.get());
        match self.sink.record(Record { message, position, raw }) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }

    /// Hands on a message, or why there is none.
    pub fn outcome(
        &mut self,
        outcome: Result<crate::Message, Reason>,
        position: Position,
        raw: &[u8],
    ) -> Result<(), Error> {
        match outcome {
            Ok(message) => self.record(message, position, raw),
            Err(reason) => {
                self.skip(position, reason);
                Ok(())
            }
        }
    }

    /// Takes note of what gave no message.
    pub fn skip(&mut self, mut position: Position, reason: Reason) {
        position.part = position.part.or_else(|| self.part.clone());
        self.sink.skipped(Skipped { position, reason });
    }
}

/// A reader that counts what goes through it.
pub struct Counted<R> {
    /// Where it reads from.
    pub input: R,
    /// How many bytes have gone through.
    pub count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// Reads a file or folder of a known format.
pub fn read(path: &Path, format: Format, options: &Options, sink: &mut dyn Sink) -> Result<(), Error> {
    let mut context = Context { options, sink, part: None, assumed: 0, consumed: Rc::default() };
    read_file(&mut context, path, format)?;
    finish(&mut context);
    Ok(())
}

/// Reads a file or folder of a known format, as a part of a source.
fn read_file(context: &mut Context<'_>, path: &Path, format: Format) -> Result<(), Error> {
    let count = Rc::clone(&context.consumed);
    let open = || Ok::<_, Error>(Box::new(Counted { input: File::open(path)?, count }));
    match format {
        Format::Database => database::read_file(context, path),
        Format::IosBackup => ios::read(context, path),
        Format::HuaweiBackup => huawei::read(context, path),
        Format::Workbook => workbook::read(context, path),
        Format::Zip => archive::zip::read(context, path),
        Format::Ssef => archive::ssef::read(context, path),
        Format::AndroidBackup => archive::android::read(context, open()?),
        Format::XiaomiBackup => archive::xiaomi::read(context, open()?),
        _ => stream(context, format, open()?),
    }
}

/// Reads a text format from memory.
pub fn read_text(bytes: &[u8], format: Format, options: &Options, sink: &mut dyn Sink) -> Result<(), Error> {
    let consumed = Rc::new(Cell::new(0));
    let mut context = Context { options, sink, part: None, assumed: 0, consumed };
    stream(&mut context, format, Box::new(bytes))?;
    finish(&mut context);
    Ok(())
}

fn finish(context: &mut Context<'_>) {
    if context.assumed > 0 {
        let offset_minutes = context.options.assumed_offset_minutes;
        context.sink.warning(Warning::AssumedZone { offset_minutes });
    }
}

/// Reads a format that is one stream of text.
fn stream(context: &mut Context<'_>, format: Format, input: Box<dyn Read + '_>) -> Result<(), Error> {
    let (mut text, name, is_guess) = bytes::utf8(input)?;
    if is_guess {
        context.sink.warning(Warning::GuessedEncoding { name });
    }
    match format {
        Format::Text => text::read(context, &mut *text),
        Format::JsonLines => json::read_lines(context, &mut *text),
        Format::Json => json::read_whole(context, &mut *text),
        Format::Form => json::read_form(context, &mut *text),
        Format::Table => table::read(context, text),
        Format::SyncTechXml => synctech::read(context, text),
        Format::ContentQuery => content_query::read(context, &mut *text),
        Format::Vmsg => vmsg::read(context, &mut *text),
        Format::Pdu => pdu::read(context, &mut *text),
        // What must lie in a file of its own.
        _ => Err(Error::Unsupported { what: "请作为文件给出 give it as a file" }),
    }
}
