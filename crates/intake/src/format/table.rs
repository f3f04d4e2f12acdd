//! Tables with separators: columns are known by their headings, in Chinese and English.

use std::io::{self, BufRead, Read};

use super::Context;
use crate::bytes::{self, Line};
use crate::detect;
use crate::field::{self, Field, Fields};
use crate::message::TimeSource;
use crate::{Error, Position, Reason, Unit, Warning};

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

/// Reads a table.
pub fn read(context: &mut Context<'_>, mut input: Box<dyn BufRead + '_>) -> Result<(), Error> {
    let mut header = Vec::new();
    if bytes::line(&mut *input, LONGEST_HEADER, &mut header)? != Line::Whole {
        return Err(Error::NoBodyColumn);
    }
    let header = String::from_utf8_lossy(&header).into_owned();
    let separator = detect::separator(&header).ok_or(Error::NoBodyColumn)?;
    let columns = columns(&header, separator);
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
    for number in 2.. {
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
                let mut fields = Fields::default();
                for (at, known, rank) in &columns {
                    fields.put(*known, *rank, &String::from_utf8_lossy(row.get(*at).unwrap_or_default()));
                }
                damaged += u64::from(fields.get(Field::Sender).is_some_and(is_damaged));
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

fn columns(header: &str, separator: u8) -> Vec<(usize, Field, usize)> {
    let cells = header.split(char::from(separator)).map(|cell| cell.trim().trim_matches('"'));
    cells.enumerate().filter_map(|(at, cell)| field::known(cell).map(|(known, rank)| (at, known, rank))).collect()
}

/// A spreadsheet's `1.06903E+13`.
fn is_damaged(number: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    number.split_once(['E', 'e']).is_some_and(|(head, tail)| {
        !head.is_empty()
            && head.chars().all(is_digit)
            && tail.trim_start_matches('+').chars().all(|c| c.is_ascii_digit())
    })
}
