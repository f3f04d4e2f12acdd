//! Workbooks of spreadsheet programs: every sheet that has a row with a heading for the text, cell by cell.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use zip::ZipArchive;

use super::Context;
use super::archive::Bounded;
use super::table::{self, Headings};
use crate::message::TimeSource;
use crate::{Error, Position, Unit, Warning};

/// The most that a workbook may unfold to.
const LARGEST: u64 = 256 << 20;
/// The table of its texts lies in memory: so large, and so many texts.
const LARGEST_TEXTS: u64 = 96 << 20;
const MOST_TEXTS: usize = 3_000_000;
/// Sheets that are looked at, and cells in all: one part of the file may stand for several sheets.
const MOST_SHEETS: usize = 64;
const MOST_CELLS: u64 = 30_000_000;
/// Above the headings there may be a title.
const MOST_TITLES: u32 = 20;
/// No phone writes more columns.
const MOST_COLUMNS: u32 = 256;

/// Reads a workbook.
pub fn read(context: &mut Context<'_>, path: &Path) -> Result<(), Error> {
    unfolds_to_little(path)?;
    let mut book: Xlsx<_> = calamine::open_workbook(path).map_err(|error| damaged(&error))?;
    let mut is_any = false;
    let mut count = 0;
    let mut cells = 0;
    for sheet in book.sheet_names().into_iter().take(MOST_SHEETS) {
        context.part = Some(sheet.clone());
        is_any |= read_sheet(context, &mut book, &sheet, (&mut count, &mut cells))?;
    }
    context.part = None;
    if count > 0 {
        context.sink.warning(Warning::DamagedNumbers { count });
    }
    if is_any { Ok(()) } else { Err(Error::NoBodyColumn) }
}

fn damaged(error: &XlsxError) -> Error {
    Error::Archive { what: error.to_string() }
}

/// What a member states of its size is not believed: all of them are unfolded once, to nowhere.
pub fn unfolds_to_little(path: &Path) -> Result<(), Error> {
    let unusable = |error: zip::result::ZipError| Error::Archive { what: error.to_string() };
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(unusable)?;
    let mut left = LARGEST;
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(unusable)?;
        let has_texts = member.name().is_ok_and(|name| name.eq_ignore_ascii_case("xl/sharedStrings.xml"));
        let limit = if has_texts { left.min(LARGEST_TEXTS) } else { left };
        let mut bounded = Bounded::new(member, || limit);
        let mut texts = Texts::default();
        let unfolded =
            if has_texts { io::copy(&mut bounded, &mut texts) } else { io::copy(&mut bounded, &mut io::sink()) };
        left -= unfolded.map_err(|error| Error::Archive { what: error.to_string() })?;
        if texts.count > MOST_TEXTS {
            return Err(Error::Archive { what: "文字太多 too many texts".to_owned() });
        }
    }
    Ok(())
}

/// Counts the texts that go by.
#[derive(Default)]
struct Texts {
    count: usize,
}

impl io::Write for Texts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.count += bytes.windows(3).filter(|three| *three == b"<si").count();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a sheet; returns whether it has a heading for the text.
fn read_sheet(
    context: &mut Context<'_>,
    book: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    (damaged_numbers, count): (&mut u64, &mut u64),
) -> Result<bool, Error> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| damaged(&error))?;
    let mut headings: Option<Headings> = None;
    let mut row: Vec<String> = Vec::new();
    let mut at = 0;
    loop {
        let cell = cells.next_cell().map_err(|error| damaged(&error))?;
        let next = cell.as_ref().map(|cell| cell.get_position().0);
        if next != Some(at) && !row.is_empty() {
            match &headings {
                Some(headings) => {
                    let texts: Vec<&str> = row.iter().map(String::as_str).collect();
                    let fields = headings.fields(&texts);
                    *damaged_numbers += u64::from(table::has_damaged_number(&fields));
                    let outcome = fields.message(context.options, TimeSource::Stated);
                    context.outcome(outcome, Position::new(Unit::Row, u64::from(at) + 1), row.join("\t").as_bytes())?;
                }
                None if at <= MOST_TITLES => headings = Headings::of(&context.options.columns, &row),
                None => return Ok(false),
            }
            row.clear();
        }
        let Some(cell) = cell else { return Ok(headings.is_some()) };
        *count += 1;
        if *count > MOST_CELLS {
            return Err(Error::Archive { what: "表格太大 too many cells".to_owned() });
        }
        let (line, column) = cell.get_position();
        at = line;
        if column < MOST_COLUMNS {
            row.resize(row.len().max(column as usize + 1), String::new());
            row[column as usize] = text(cell.get_value());
        }
    }
}

/// A number is written as people write it, and so is a day, by the calendar of its workbook.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) if number.abs() >= 1e15 => format!("{number:E}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTime(span) => span.as_f64().to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
