//! Packed exports masked: the messages of a ZIP without its pictures, the texts of a workbook without everything else.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{mask, redact};
use crate::format::archive::{BOMB, Bounded, LARGEST_MEMBER, MOST_MEMBERS, unfolding};
use crate::format::workbook;
use crate::{Error, Format, bytes, detect, field};

/// Parts of a workbook that carry what its cells say, and how.
const PARTS: &[&str] = &[
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
];
const SHEETS: &str = "xl/worksheets/sheet";
/// What is kept of sheets and of the table of texts.
const ELEMENTS: &[&str] = &["worksheet", "sheetData", "row", "c", "v", "is", "t", "sst", "si", "r"];

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn unusable(error: impl ToString) -> Error {
    Error::Archive { what: error.to_string() }
}

/// Writes what `fill` makes to a file of our own first, since a ZIP is not written in one go.
fn packed(
    scratch: &Path,
    output: &mut dyn Write,
    fill: impl FnOnce(&mut ZipWriter<BufWriter<File>>) -> Result<(), Error>,
) -> Result<(), Error> {
    let path = scratch.join("masked.zip");
    let write = || {
        let mut zip = ZipWriter::new(BufWriter::new(File::create(&path)?));
        fill(&mut zip)?;
        zip.finish().map_err(unusable)?.flush()?;
        Ok(io::copy(&mut File::open(&path)?, output)?)
    };
    let done = write();
    let _ = fs::remove_file(&path);
    done.map(|_| ())
}

/// Writes a ZIP masked. Members that are no text are left out; names of members that may say something are replaced.
pub fn archive(path: &Path, scratch: &Path, output: &mut dyn Write) -> Result<(), Error> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(unusable)?;
    if archive.len() > MOST_MEMBERS || archive.has_overlapping_files().map_err(unusable)? {
        return Err(unusable(BOMB));
    }
    let mut left = unfolding(fs::metadata(path)?.len());
    let mut is_any = false;
    packed(scratch, output, |zip| {
        for at in 0..archive.len() {
            let mut member = archive.by_index(at).map_err(unusable)?;
            let name = member.name().map_err(unusable)?.into_owned();
            let limit = LARGEST_MEMBER.min(unfolding(member.compressed_size())).min(left);
            let mut bounded = Bounded::new(&mut member, || limit);
            let mut head = Vec::new();
            bounded.by_ref().take(bytes::HEAD as u64).read_to_end(&mut head).map_err(unusable)?;
            let format = detect::detect_head(&head);
            let is_text = !head.is_empty() && detect::is_text(&head) && !matches!(format, Format::Pdu | Format::Form);
            if !is_text || name.starts_with("__MACOSX/") {
                continue;
            }
            zip.start_file(member_name(&name, at), SimpleFileOptions::default()).map_err(unusable)?;
            let mut counted = Counted { input: io::Cursor::new(head).chain(bounded), count: 0 };
            redact(&mut counted, format, zip)?;
            left = left.saturating_sub(counted.count);
            is_any = true;
        }
        if is_any {
            Ok(())
        } else {
            Err(Error::Unsupported {
                what: "压缩包里没有能遮盖的文字 no text in the archive that can be masked"
            })
        }
    })
}

struct Counted<R> {
    input: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.count += read as u64;
        Ok(read)
    }
}

fn member_name(name: &str, at: usize) -> String {
    if matches!(name, "messages.ndjson" | "messages.json") {
        return name.to_owned();
    }
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_plain = end.len() <= 6 && end.bytes().all(|b| b.is_ascii_lowercase());
    format!("member-{at}.{}", if is_plain { end } else { "txt" })
}

/// Writes a workbook masked: cells, headings that are known, and how numbers are shown; nothing else.
pub fn workbook(path: &Path, scratch: &Path, output: &mut dyn Write) -> Result<(), Error> {
    workbook::unfolds_to_little(path)?;
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(unusable)?;
    packed(scratch, output, |zip| {
        for at in 0..archive.len() {
            let member = archive.by_index(at).map_err(unusable)?;
            let name = member.name().map_err(unusable)?.into_owned();
            if !is_part(&name) {
                continue;
            }
            zip.start_file(name.as_str(), SimpleFileOptions::default()).map_err(unusable)?;
            if name.starts_with(SHEETS) || name == "xl/sharedStrings.xml" {
                cells(member, zip)?;
            } else {
                frame(member, zip)?;
            }
        }
        Ok(())
    })
}

fn is_part(name: &str) -> bool {
    PARTS.contains(&name)
        || name
            .strip_prefix(SHEETS)
            .and_then(|rest| rest.strip_suffix(".xml"))
            .is_some_and(|number| number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Where in a sheet the reading is.
#[derive(Default)]
struct Cell {
    /// How deep in what is left out.
    skipped: usize,
    /// What the cell holds: `s` for the number of a text.
    kind: String,
    is_value: bool,
    is_text: bool,
}

/// Copies the cells of a sheet, or the texts of the table of texts.
fn cells(input: impl Read, output: &mut dyn Write) -> Result<(), Error> {
    let mut reader = Reader::from_reader(BufReader::new(input));
    let mut writer = Writer::new(output);
    let mut cell = Cell::default();
    let mut text = String::new();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(unusable)? {
            Event::Eof => return Ok(()),
            Event::Start(tag) if cell.skipped > 0 || !ELEMENTS.contains(&tag.local_name().as_ref()) => {
                cell.skipped += 1;
            }
            Event::Start(tag) => {
                begin(&mut cell, &tag);
                writer.write_event(Event::Start(bare(&tag)?))?;
                text.clear();
            }
            Event::End(_) if cell.skipped > 0 => cell.skipped -= 1,
            Event::End(tag) => {
                if cell.is_value || cell.is_text {
                    writer.write_event(Event::Text(BytesText::new(&shown(&cell, &text))))?;
                    (cell.is_value, cell.is_text) = (false, false);
                }
                writer.write_event(Event::End(tag))?;
            }
            Event::Empty(tag) if cell.skipped == 0 && ELEMENTS.contains(&tag.local_name().as_ref()) => {
                writer.write_event(Event::Empty(bare(&tag)?))?;
            }
            Event::Text(part) if cell.is_value || cell.is_text => text.push_str(&part.xml10_content()),
            Event::CData(part) if cell.is_value || cell.is_text => text.push_str(&part.xml10_content()),
            // What a reference stands for is one character of content.
            Event::GeneralRef(_) if cell.is_value || cell.is_text => text.push('某'),
            Event::Decl(declaration) => writer.write_event(Event::Decl(declaration))?,
            _ => {}
        }
    }
}

fn begin(cell: &mut Cell, tag: &BytesStart<'_>) {
    match tag.local_name().as_ref() {
        "c" => {
            let kind = tag.try_get_attribute("t").ok().flatten();
            cell.kind = kind.map(|kind| kind.value.into_owned()).unwrap_or_default();
        }
        "v" => cell.is_value = true,
        "t" => cell.is_text = true,
        _ => {}
    }
}

fn shown(cell: &Cell, text: &str) -> String {
    let is_number_of_text = cell.is_value && cell.kind == "s";
    if is_number_of_text || field::known(text).is_some() {
        text.to_owned()
    } else if cell.is_value && matches!(cell.kind.as_str(), "" | "n") {
        // Five digits may be a day, as workbooks count them: one of 2009 instead.
        let is_day = text.split('.').next().is_some_and(|whole| whole.len() == 5);
        if is_day { "40000".to_owned() } else { mask::number(text) }
    } else {
        mask::text(text)
    }
}

/// Returns a tag with what says where a cell stands and what it is.
fn bare(tag: &BytesStart<'_>) -> Result<BytesStart<'static>, Error> {
    let name = tag.name().as_ref().to_owned();
    let mut kept = BytesStart::new(name);
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(unusable)?;
        let is_kept = matches!(attribute.key.as_ref(), "r" | "s" | "t" | "xml:space")
            || attribute.key.as_ref().starts_with("xmlns");
        if is_kept {
            kept.push_attribute((attribute.key.as_ref(), attribute.value.as_ref()));
        }
    }
    Ok(kept)
}

/// Copies what holds a workbook together, without names of sheets and without what was left out.
fn frame(input: impl Read, output: &mut dyn Write) -> Result<(), Error> {
    const ELEMENTS: &[&str] = &[
        "Types",
        "Default",
        "Override",
        "Relationships",
        "Relationship",
        "workbook",
        "workbookPr",
        "sheets",
        "sheet",
        "styleSheet",
        "numFmts",
        "numFmt",
        "fonts",
        "font",
        "fills",
        "fill",
        "patternFill",
        "borders",
        "border",
        "cellStyleXfs",
        "cellXfs",
        "xf",
    ];
    let mut reader = Reader::from_reader(BufReader::new(input));
    let mut writer = Writer::new(output);
    let (mut skipped, mut sheets) = (0_usize, 0_usize);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(unusable)? {
            Event::Eof => return Ok(()),
            Event::Start(tag) if skipped > 0 || !ELEMENTS.contains(&tag.local_name().as_ref()) => skipped += 1,
            Event::Start(tag) => match framed(&tag, &mut sheets)? {
                Some(tag) => writer.write_event(Event::Start(tag))?,
                None => skipped += 1,
            },
            Event::End(_) if skipped > 0 => skipped -= 1,
            Event::End(tag) => writer.write_event(Event::End(tag))?,
            Event::Empty(tag) if skipped == 0 && ELEMENTS.contains(&tag.local_name().as_ref()) => {
                if let Some(tag) = framed(&tag, &mut sheets)? {
                    writer.write_event(Event::Empty(tag))?;
                }
            }
            Event::Decl(declaration) => writer.write_event(Event::Decl(declaration))?,
            _ => {}
        }
    }
}

fn words_masked(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() || !c.is_alphanumeric() { c } else { '某' }).collect()
}

/// Returns a tag of the frame; nothing where it speaks of a part that was left out.
fn framed(tag: &BytesStart<'_>, sheets: &mut usize) -> Result<Option<BytesStart<'static>>, Error> {
    let is_sheet = tag.local_name().as_ref() == "sheet";
    *sheets += usize::from(is_sheet);
    let mut kept = BytesStart::new(tag.name().as_ref().to_owned());
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(unusable)?;
        let value = attribute.value.clone().into_owned();
        let part = value.trim_start_matches('/');
        match attribute.key.as_ref() {
            "name" if is_sheet => kept.push_attribute(("name", format!("Sheet{sheets}").as_str())),
            "PartName" | "Target" if !is_part(part) && !is_part(&format!("xl/{part}")) => return Ok(None),
            // How a number is shown may have words in it.
            "formatCode" => kept.push_attribute(("formatCode", words_masked(&value).as_str())),
            key => kept.push_attribute((key, attribute.value.as_ref())),
        }
    }
    Ok(Some(kept))
}
