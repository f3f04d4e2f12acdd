//! Files of messages as batches of rows: JSON lines and delimited text, streamed, with a limit on the length of a
//! line. Does not judge rows.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use crate::command::scan::row::{self, Row, RowError};
use crate::failure::Failure;

/// Bytes of rows that a batch gathers.
const BATCH_BYTES: usize = 512 * 1024;
/// A longer line is no message; it is skipped and counted.
const LONGEST_LINE: usize = 1024 * 1024;

/// A quoted record of several lines may be this long.
const LONGEST_RECORD: usize = 128 * 1024;

/// Whether a quoted cell is open, read byte by byte as the csv reader does: a quote opens only at the start of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Quotes {
    #[default]
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Quotes {
    fn is_open(self) -> bool {
        self == Self::Quoted
    }

    fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            *self = match (*self, byte) {
                (Self::Quoted, b'"') => Self::QuoteInQuoted,
                (Self::CellStart | Self::QuoteInQuoted, b'"') | (Self::Quoted, _) => Self::Quoted,
                (_, b',' | b'\n') => Self::CellStart,
                _ => Self::Plain,
            };
        }
    }
}

/// How rows are written.
#[derive(Clone, Debug)]
enum Form {
    Json,
    Delimited { delimiter: u8, columns: Arc<Columns> },
}

/// Where the columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// `id`
    pub id: Option<usize>,
    /// `sender`
    pub sender: Option<usize>,
    /// `received_at`
    pub received_at: Option<usize>,
    /// `body`
    pub body: usize,
}

/// Rows as they stand in the file.
#[derive(Debug)]
pub struct Batch {
    /// Place in the order.
    pub number: u64,
    /// The lines, each with its end.
    pub bytes: Vec<u8>,
    /// Bytes of the file that the batch covers.
    pub bytes_read: u64,
    first_row: u64,
    /// Offsets in `bytes` at which a line stands that was too long and is left out.
    too_long: Vec<usize>,
    form: Form,
}

/// A file being read.
pub struct Reader {
    input: BufReader<File>,
    size: Option<u64>,
    form: Form,
    batches: u64,
    rows: u64,
    /// A line read ahead to learn the form.
    pending: Vec<u8>,
    /// Lines to be read again.
    again: VecDeque<u8>,
}

impl Reader {
    /// Opens a file and learns where its columns are.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
        let metadata = file.metadata().map_err(|error| Failure::unreadable(path, &error))?;
        if metadata.is_dir() {
            return Err(Failure::input(
                format!("{} 是文件夹，请给一个文件。", path.display()),
                format!("{} is a folder; give a file", path.display()),
            ));
        }
        let mut input = BufReader::with_capacity(1 << 20, file);
        skip_mark(&mut input)?;
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let mut reader = Self {
            input,
            size: Some(metadata.len()),
            form: Form::Json,
            batches: 0,
            rows: 0,
            pending: Vec::new(),
            again: VecDeque::new(),
        };
        match extension.as_str() {
            "jsonl" | "ndjson" | "json" => reader.learn_json()?,
            "csv" => reader.learn_header(b',')?,
            "tsv" => reader.learn_header(b'\t')?,
            _ => {
                return Err(Failure::input(
                    format!("不认识的文件类型“.{extension}”。请给 .jsonl、.csv 或 .tsv 文件。"),
                    format!("unknown file type \".{extension}\"; give a .jsonl, .csv or .tsv file"),
                ));
            }
        }
        Ok(reader)
    }

    /// Returns the size of the file in bytes.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The first row must be an object with a body, or the whole file is not what it should be.
    fn learn_json(&mut self) -> Result<(), Failure> {
        let mut line = Vec::new();
        self.read_line(&mut line)?;
        let shown =
            std::str::from_utf8(&line).ok().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
        let lacks_body =
            shown.is_some_and(|value| value.as_object().is_some_and(|object| !object.contains_key("body")));
        self.pending = line;
        if lacks_body { Err(no_body()) } else { Ok(()) }
    }

    fn learn_header(&mut self, delimiter: u8) -> Result<(), Failure> {
        let mut line = Vec::new();
        self.read_line(&mut line)?;
        let mut names = Vec::new();
        if let Some(Ok(header)) = row::records(&line, delimiter).next() {
            names.extend(header.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase()));
        }
        let find = |name: &str| names.iter().position(|n| n == name);
        let body = find("body").ok_or_else(no_body)?;
        let columns = Columns { id: find("id"), sender: find("sender"), received_at: find("received_at"), body };
        self.form = Form::Delimited { delimiter, columns: Arc::new(columns) };
        Ok(())
    }

    /// Returns the next rows, or nothing at the end.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, Failure> {
        let mut batch = Batch {
            number: self.batches,
            bytes: std::mem::take(&mut self.pending),
            bytes_read: 0,
            first_row: self.rows + 1,
            too_long: Vec::new(),
            form: self.form.clone(),
        };
        batch.bytes_read += batch.bytes.len() as u64;
        self.rows += u64::from(!batch.bytes.is_empty());
        let mut quotes = Quotes::default();
        let mut record = batch.bytes.len();
        while batch.bytes.len() < BATCH_BYTES || quotes.is_open() {
            let from = batch.bytes.len();
            let Some(read) = self.append_line(&mut batch)? else { break };
            batch.bytes_read += read;
            if let Form::Delimited { delimiter: b',', .. } = self.form {
                // A quoted cell may hold line breaks: a record ends where the quotes are closed.
                quotes.read(&batch.bytes[from..]);
                if quotes.is_open() && batch.bytes.len() - record > LONGEST_RECORD {
                    self.give_up_record(&mut batch, record);
                    break;
                }
            }
            if !quotes.is_open() {
                self.rows += 1;
                record = batch.bytes.len();
            }
        }
        if batch.bytes.is_empty() && batch.too_long.is_empty() {
            return Ok(None);
        }
        self.batches += 1;
        Ok(Some(batch))
    }

    /// A quote that nobody closes must not swallow the rows behind it: its first line is a bad row, the lines after it
    /// are read again as rows of their own.
    fn give_up_record(&mut self, batch: &mut Batch, record: usize) {
        let open = batch.bytes.split_off(record);
        let line = open.iter().position(|&byte| byte == b'\n').map_or(open.len(), |at| at + 1);
        batch.too_long.push(record);
        self.rows += 1;
        self.again = open[line..].iter().copied().chain(self.again.drain(..)).collect();
    }

    fn append_line(&mut self, batch: &mut Batch) -> Result<Option<u64>, Failure> {
        let from = batch.bytes.len();
        if !self.again.is_empty() {
            let line = self.again.iter().position(|&byte| byte == b'\n').map_or(self.again.len(), |at| at + 1);
            batch.bytes.extend(self.again.drain(..line));
            return Ok(Some(0));
        }
        let read = read_limited(&mut self.input, &mut batch.bytes)?;
        if read == 0 {
            return Ok(None);
        }
        if batch.bytes.len() - from > LONGEST_LINE {
            batch.bytes.truncate(from);
            batch.too_long.push(from);
        }
        Ok(Some(read))
    }

    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<(), Failure> {
        read_limited(&mut self.input, line)?;
        if line.len() > LONGEST_LINE {
            line.clear();
            line.extend_from_slice(b"too long\n");
        }
        Ok(())
    }
}

impl Batch {
    /// Calls `visit` with the number of each row and what it holds.
    pub fn for_each_row(&self, mut visit: impl FnMut(u64, Result<Row<'_>, RowError>)) {
        let mut number = self.first_row;
        let mut long = self.too_long.iter().peekable();
        let mut visit_long = |upto: usize, number: &mut u64, visit: &mut dyn FnMut(u64, Result<Row<'_>, RowError>)| {
            while long.next_if(|&&at| at <= upto).is_some() {
                visit(*number, Err(row::too_long()));
                *number += 1;
            }
        };
        match &self.form {
            Form::Json => {
                let mut at = 0;
                for line in self.bytes.split_inclusive(|&byte| byte == b'\n') {
                    visit_long(at, &mut number, &mut visit);
                    at += line.len();
                    if line.iter().all(u8::is_ascii_whitespace) {
                        number += 1;
                        continue;
                    }
                    visit(number, row::from_json(line));
                    number += 1;
                }
            }
            Form::Delimited { delimiter, columns } => {
                for record in row::records(&self.bytes, *delimiter) {
                    let at = record.as_ref().map_or(0, |r| r.position().map_or(0, |p| p.byte() as usize));
                    visit_long(at, &mut number, &mut visit);
                    match &record {
                        Ok(record) => visit(number, row::from_record(record, columns)),
                        Err(error) => visit(number, Err(row::unreadable(&error.to_string()))),
                    }
                    number += 1;
                }
            }
        }
        visit_long(usize::MAX, &mut number, &mut visit);
    }
}

/// Appends one line with its end, keeping at most a little over the longest; returns the bytes of the file consumed.
fn read_limited(input: &mut BufReader<File>, line: &mut Vec<u8>) -> Result<u64, Failure> {
    let from = line.len();
    let mut consumed = 0;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(consumed);
        }
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let taken = end.map_or(buffer.len(), |at| at + 1);
        if line.len() - from <= LONGEST_LINE {
            let room = (LONGEST_LINE + 1).saturating_sub(line.len() - from);
            line.extend_from_slice(&buffer[..taken.min(room)]);
        }
        input.consume(taken);
        consumed += taken as u64;
        if end.is_some() {
            return Ok(consumed);
        }
    }
}

fn skip_mark(input: &mut BufReader<File>) -> Result<(), Failure> {
    if input.fill_buf()?.starts_with(&[0xEF, 0xBB, 0xBF]) {
        input.by_ref().take(3).read_to_end(&mut Vec::new())?;
    }
    Ok(())
}

fn no_body() -> Failure {
    Failure::input(
        "文件里没有 body 这一列。请把短信正文那一列命名为 body（可选列：id、sender、received_at）。",
        "there is no column named body; name the column of the message text body (optional: id, sender, received_at)",
    )
}
