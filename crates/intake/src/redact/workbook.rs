//! A workbook masked: its cells in a book of our own making, so that nothing else of it goes along.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

use super::mask;
use super::package::{packed, unusable};
use crate::format::workbook::unfolds_to_little;
use crate::{Error, field};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TEXTS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";
/// What is kept of sheets and of the table of texts.
const ELEMENTS: &[&str] = &["worksheet", "sheetData", "row", "c", "v", "is", "t", "sst", "si", "r"];
/// Formats of days and times that every workbook knows by number.
const DAYS: &[u32] = &[
    14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56,
    57, 58,
];
/// The one that days get.
const DAY: u32 = 22;
/// More kinds of cells no workbook has.
const MOST_STYLES: usize = 70_000;

/// Writes a workbook masked: cells, headings that are known, and which cells are days.
pub fn redact(path: &Path, scratch: &Path, output: &mut dyn Write) -> Result<(), Error> {
    unfolds_to_little(path)?;
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(unusable)?;
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let mut sheets: Vec<(u32, String)> = names.iter().filter_map(|name| Some((sheet(name)?, name.clone()))).collect();
    sheets.sort();
    let mut styles = Vec::new();
    if names.iter().any(|name| name == STYLES) {
        styles = days(archive.by_name(STYLES).map_err(unusable)?)?;
    }
    packed(scratch, output, |zip| {
        let begin = |zip: &mut zip::ZipWriter<_>, name: &str| {
            zip.start_file(name, SimpleFileOptions::default()).map_err(unusable)
        };
        for (name, part) in frame(sheets.len(), &styles) {
            begin(zip, name)?;
            zip.write_all(part.as_bytes())?;
        }
        begin(zip, TEXTS)?;
        match names.iter().find(|name| name.eq_ignore_ascii_case(TEXTS)) {
            Some(name) => cells(archive.by_name(name).map_err(unusable)?, zip)?,
            None => zip.write_all(format!("<sst xmlns=\"{MAIN}\"/>").as_bytes())?,
        }
        for (at, (_, name)) in (1..).zip(&sheets) {
            begin(zip, &format!("xl/worksheets/sheet{at}.xml"))?;
            cells(archive.by_name(name).map_err(unusable)?, zip)?;
        }
        Ok(())
    })
}

/// Returns the number of a sheet by the name of its part.
fn sheet(name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let number = name.strip_prefix("xl/worksheets/sheet")?.strip_suffix(".xml")?;
    if number.is_empty() { Some(0) } else { number.parse().ok() }
}

/// Returns what holds a workbook together, part by part.
fn frame(sheets: usize, styles: &[bool]) -> [(&'static str, String); 5] {
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let each = |part: &dyn Fn(usize) -> String| (1..=sheets).map(part).collect::<String>();
    let override_ =
        |name: &str, kind: &str| format!("<Override PartName=\"/{name}\" ContentType=\"{KIND}.{kind}+xml\"/>");
    let types = [
        override_("xl/workbook.xml", "sheet.main"),
        override_(STYLES, "styles"),
        override_(TEXTS, "sharedStrings"),
        each(&|at| override_(&format!("xl/worksheets/sheet{at}.xml"), "worksheet")),
    ];
    let relation = |id: usize, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = [
        each(&|at| relation(at, "worksheet", &format!("worksheets/sheet{at}.xml"))),
        relation(sheets + 1, "styles", "styles.xml"),
        relation(sheets + 2, "sharedStrings", "sharedStrings.xml"),
    ];
    let format = |is_day: &bool| if *is_day { DAY } else { 0 };
    let formats: Vec<String> =
        styles.iter().map(|is_day| format!("<xf numFmtId=\"{}\" applyNumberFormat=\"1\"/>", format(is_day))).collect();
    let formats = formats.concat();
    let formats = if formats.is_empty() { "<xf numFmtId=\"0\"/>".to_owned() } else { formats };
    [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>{}</Types>",
                types.concat()
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{}</Relationships>",
                relation(1, "officeDocument", "xl/workbook.xml")
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{}</sheets></workbook>",
                each(&|at| format!("<sheet name=\"Sheet{at}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>"))
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{}</Relationships>", relations.concat()),
        ),
        (
            STYLES,
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs>{formats}</cellXfs></styleSheet>"
            ),
        ),
    ]
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned())
}

/// Returns which kinds of cells are days.
fn days(input: impl Read) -> Result<Vec<bool>, Error> {
    let mut reader = Reader::from_reader(BufReader::new(input));
    let mut buffer = Vec::new();
    let (mut of_days, mut styles, mut in_cells) = (Vec::new(), Vec::new(), false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(unusable)? {
            Event::Eof => return Ok(styles),
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "numFmt" if is_day(&attribute(&tag, "formatCode").unwrap_or_default()) => {
                    of_days.extend(attribute(&tag, "numFmtId"));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells && styles.len() < MOST_STYLES => {
                    let id = attribute(&tag, "numFmtId").unwrap_or_default();
                    styles.push(of_days.contains(&id) || id.parse().is_ok_and(|id| DAYS.contains(&id)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
}

/// Returns whether a format has a sign for years, days or hours outside quotes.
fn is_day(code: &str) -> bool {
    let outside: String = code.replace("&quot;", "\"").split('"').step_by(2).collect();
    let outside = outside.to_ascii_lowercase();
    ['y', 'd', 'h'].iter().any(|sign| outside.contains(*sign))
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
                writer.write_event(Event::Start(bare(&tag)))?;
                text.clear();
            }
            Event::End(_) if cell.skipped > 0 => cell.skipped -= 1,
            Event::End(tag) => {
                if cell.is_value || cell.is_text {
                    writer.write_event(Event::Text(BytesText::new(&shown(&cell, &text))))?;
                    (cell.is_value, cell.is_text) = (false, false);
                }
                writer.write_event(Event::End(bare_end(tag.local_name().as_ref())))?;
            }
            Event::Empty(tag) if cell.skipped == 0 && ELEMENTS.contains(&tag.local_name().as_ref()) => {
                writer.write_event(Event::Empty(bare(&tag)))?;
            }
            Event::Text(part) if cell.is_value || cell.is_text => text.push_str(&part.xml10_content()),
            Event::CData(part) if cell.is_value || cell.is_text => text.push_str(&part.xml10_content()),
            // What a reference stands for is one character of content.
            Event::GeneralRef(_) if cell.is_value || cell.is_text => text.push('某'),
            _ => {}
        }
    }
}

fn begin(cell: &mut Cell, tag: &BytesStart<'_>) {
    match tag.local_name().as_ref() {
        "c" => cell.kind = attribute(tag, "t").unwrap_or_default(),
        "v" => cell.is_value = true,
        "t" => cell.is_text = true,
        _ => {}
    }
}

fn shown(cell: &Cell, text: &str) -> String {
    let is_digits = (1..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if field::known(text).is_some() || cell.is_value && cell.kind == "s" && is_digits {
        text.to_owned()
    } else if cell.is_value && matches!(cell.kind.as_str(), "" | "n") && text.parse::<f64>().is_ok() {
        // Five digits may be a day, as workbooks count them: one of 2009 instead.
        let is_day = text.split('.').next().is_some_and(|whole| whole.len() == 5);
        if is_day { "40000".to_owned() } else { mask::number(text) }
    } else {
        mask::text(text)
    }
}

/// Returns a tag with what says where a cell stands and what it is.
fn bare(tag: &BytesStart<'_>) -> BytesStart<'static> {
    let name = tag.local_name().as_ref().to_owned();
    let mut kept = BytesStart::new(name.clone());
    if matches!(name.as_str(), "worksheet" | "sst") {
        kept.push_attribute(("xmlns", MAIN));
    }
    let is_place = |text: &str| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
        text.len() - digits.len() <= 3 && (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    for key in ["r", "s", "t"] {
        let is_fit = |text: &String| match key {
            "t" => matches!(text.as_str(), "s" | "str" | "inlineStr" | "n" | "b" | "d" | "e"),
            _ => is_place(text),
        };
        if let Some(value) = attribute(tag, key).filter(is_fit) {
            kept.push_attribute((key, value.as_str()));
        }
    }
    kept
}

fn bare_end(name: &str) -> quick_xml::events::BytesEnd<'static> {
    quick_xml::events::BytesEnd::new(name.to_owned())
}
