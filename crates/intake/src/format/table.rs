//! Tables with separators: columns are known by their headings, in Chinese and English.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use super::Context;
use crate::bytes::{self, Line};
use crate::detect;
use crate::field::{Field, Fields};
use crate::message::TimeSource;
use crate::{Columns, Error, Position, Reason, Unit, Warning};

const LONGEST_HEADER: usize = 64 * 1024;
/// A quote that nobody closes would make one cell of the rest of the file.
const LONGEST_ROW: u64 = 1 << 20;

/// Lets at most so many bytes through between two rows.
struct Bounded<R> {
    input: R,
    budget: std::rc::Rc<std::cell::Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.get();
        if left == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a row is longer than 1 MiB: a quote is not closed",
            ));
        }
        let most = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.input.read(out.get_mut(..most).unwrap_or_default())?;
        self.budget.set(left - read as u64);
        Ok(read)
    }
}

/// What the columns of a table hold.
pub struct Headings(Vec<(usize, Field, usize)>);

impl Headings {
    /// Reads a row of headings; nothing where none of them is one for the text.
    pub fn of(columns: &Columns, row: &[String]) -> Option<Self> {
        let found: Vec<(usize, Field, usize)> = row
            .iter()
            .enumerate()
            .filter_map(|(at, cell)| columns.of(at, cell).map(|(field, rank)| (at, field, rank)))
            .collect();
        found.iter().any(|(_, field, _)| *field == Field::Body).then_some(Self(found))
    }

    /// Returns the fields of a row.
    pub fn fields(&self, row: &[&str]) -> Fields {
        let mut fields = Fields::default();
        for (at, field, rank) in &self.0 {
            fields.put(*field, *rank, row.get(*at).copied().unwrap_or_default());
        }
        fields
    }
}

/// Reads a table.
pub fn read(context: &mut Context<'_>, mut input: Box<dyn BufRead + '_>) -> Result<(), Error> {
    let mut first = Vec::new();
    if bytes::line(&mut *input, LONGEST_HEADER, &mut first)? != Line::Whole {
        return Err(Error::NoBodyColumn);
    }
    let header = String::from_utf8_lossy(&first).into_owned();
    let columns = &context.options.columns;
    let separator = if columns.is_empty() { detect::separator(&header) } else { Some(most_frequent(&header)) };
    let separator = separator.ok_or(Error::NoBodyColumn)?;
    let cells =
        |separator: u8| header.split(char::from(separator)).map(|cell| cell.trim().trim_matches('"').to_owned());
    let headings = Headings::of(columns, &cells(separator).collect::<Vec<_>>()).ok_or(Error::NoBodyColumn)?;
    let mut row_number = 2;
    if columns.has_no_heading() {
        // The first line is a row like the others.
        row_number = 1;
        first.push(b'\n');
        input = Box::new(io::Cursor::new(first).chain(input));
    }
    let budget = std::rc::Rc::new(std::cell::Cell::new(LONGEST_ROW));
    let bounded = Bounded { input, budget: std::rc::Rc::clone(&budget) };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .quoting(separator != b'\t')
        .flexible(true)
        .has_headers(false)
        .from_reader(bounded);
    let mut row = csv::ByteRecord::new();
    let mut damaged = 0;
    for number in row_number.. {
        budget.set(LONGEST_ROW);
        let position = Position::new(Unit::Row, number);
        match reader.read_byte_record(&mut row) {
            Ok(false) => break,
            Err(error) => {
                // After this the reader's place is unknown: nothing behind it can be trusted.
                context.skip(position, Reason::damaged(error.to_string()));
                break;
            }
            Ok(true) => {
                let cells: Vec<Cow<'_, str>> = row.iter().map(String::from_utf8_lossy).collect();
                let fields = headings.fields(&cells.iter().map(AsRef::as_ref).collect::<Vec<_>>());
                damaged += u64::from(has_damaged_number(&fields));
                let raw = row.iter().collect::<Vec<_>>().join(&separator);
                context.outcome(fields.message(context.options, TimeSource::Stated), position, &raw)?;
            }
        }
    }
    if damaged > 0 {
        context.sink.warning(Warning::DamagedNumbers { count: damaged });
    }
    Ok(())
}

/// The separator that occurs most in a line.
fn most_frequent(line: &str) -> u8 {
    let count = |separator: &u8| line.bytes().filter(|byte| byte == separator).count();
    [b'|', b';', b',', b'\t'].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Whether the sender is a spreadsheet's `1.06903E+13`.
pub fn has_damaged_number(fields: &Fields) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let halves = fields.get(Field::Sender).and_then(|number| number.split_once(['E', 'e']));
    halves.is_some_and(|(head, tail)| {
        !head.is_empty()
            && head.chars().all(is_digit)
            && tail.trim_start_matches('+').chars().all(|c| c.is_ascii_digit())
    })
}
