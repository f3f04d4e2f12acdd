//! Which format it is, by content: names and endings are not believed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use crate::format::{SSEF_MAGIC, huawei};
use crate::{Error, bytes, field};

/// A format of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text that somebody pasted: one message or many.
    Text,
    /// One JSON object a line.
    JsonLines,
    /// One JSON array or object: an export or a forwarder's request.
    Json,
    /// A form, as forwarders post it.
    Form,
    /// A table with separators.
    Table,
    /// `SyncTech`'s "SMS Backup & Restore".
    SyncTechXml,
    /// What `adb shell content query` prints.
    ContentQuery,
    /// VMSG, either dialect.
    Vmsg,
    /// Protocol data units, plain or in a modem's answers.
    Pdu,
    /// A phone's database, whichever.
    Database,
    /// An Android backup (`.ab`).
    AndroidBackup,
    /// A Xiaomi backup (`.bak`).
    XiaomiBackup,
    /// A workbook of a spreadsheet program (`.xlsx`).
    Workbook,
    /// A ZIP with an export inside.
    Zip,
    /// An encrypted export of SMS Import/Export (`.ssef`).
    Ssef,
    /// A folder made by Huawei's backup.
    HuaweiBackup,
    /// A folder made by Finder, iTunes or a copy of them.
    IosBackup,
}

impl Format {
    /// Returns its id, as in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::JsonLines => "json-lines",
            Self::Json => "json",
            Self::Form => "form",
            Self::Table => "table",
            Self::SyncTechXml => "sync-tech-xml",
            Self::ContentQuery => "content-query",
            Self::Vmsg => "vmsg",
            Self::Pdu => "pdu",
            Self::Database => "database",
            Self::AndroidBackup => "android-backup",
            Self::XiaomiBackup => "xiaomi-backup",
            Self::Workbook => "workbook",
            Self::Zip => "zip",
            Self::Ssef => "ssef",
            Self::HuaweiBackup => "huawei-backup",
            Self::IosBackup => "ios-backup",
        }
    }
}

/// Finds the format of a file or folder.
///
/// # Errors
/// Where it cannot be read, or is a folder that is no known backup.
pub fn detect(path: &Path) -> Result<Format, Error> {
    if path.is_dir() {
        let is_ios = path.join("Manifest.db").is_file() || path.join("Manifest.plist").is_file();
        return match is_ios {
            true => Ok(Format::IosBackup),
            false if huawei::is_backup(path) => Ok(Format::HuaweiBackup),
            false => Err(Error::UnknownFormat),
        };
    }
    let mut head = Vec::with_capacity(bytes::HEAD);
    File::open(path)?.take(bytes::HEAD as u64).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Error::Unsupported { what: "空文件 empty file" });
    }
    match detect_head(&head) {
        Format::Text if is_binary(&head) => Err(Error::UnknownFormat),
        Format::Zip if is_workbook(path) => Ok(Format::Workbook),
        format => Ok(format),
    }
}

/// A ZIP that holds a workbook is one.
fn is_workbook(path: &Path) -> bool {
    let archive = File::open(path).ok().and_then(|file| zip::ZipArchive::new(file).ok());
    archive.is_some_and(|archive| archive.index_for_name("xl/workbook.xml").is_some())
}

/// Returns whether bytes that no format claims are no text either.
pub fn is_binary(head: &[u8]) -> bool {
    let (text, _, _) = bytes::encoding(head).0.decode(head);
    let odd = text.chars().filter(|c| (c.is_control() && !c.is_whitespace()) || *c == '\u{fffd}').count();
    odd * 20 > text.chars().count()
}

/// Returns whether bytes are text in some encoding.
pub fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes::HEAD).unwrap_or(bytes);
    !is_binary(head)
}

/// Finds the format by the first bytes.
pub fn detect_head(head: &[u8]) -> Format {
    const MAGIC: &[(&[u8], Format)] = &[
        (b"SQLite format 3\0", Format::Database),
        (b"PK\x03\x04", Format::Zip),
        (b"ANDROID BACKUP\n", Format::AndroidBackup),
        (b"MIUI BACKUP\n", Format::XiaomiBackup),
        (SSEF_MAGIC, Format::Ssef),
    ];
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *format;
    }
    let (text, _, _) = bytes::encoding(head).0.decode(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    detect_text(text)
}

fn detect_text(text: &str) -> Format {
    if text.starts_with('<') && ["<?xml", "<smses", "<sms ", "<!--", "<!DOCTYPE"].iter().any(|t| text.starts_with(t)) {
        return Format::SyncTechXml;
    }
    if text.to_ascii_uppercase().starts_with("BEGIN:VMSG") {
        return Format::Vmsg;
    }
    if text.starts_with("Row: 0 ") || text.starts_with("Row: 1 ") {
        return Format::ContentQuery;
    }
    let first = text.lines().next().unwrap_or_default().trim();
    if text.starts_with('{') {
        let is_whole = serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
        let is_more = text.lines().skip(1).any(|line| line.trim_start().starts_with('{'));
        return if is_whole && is_more { Format::JsonLines } else { Format::Json };
    }
    if text.starts_with("[{") || (text.starts_with('[') && text.trim_start_matches('[').trim_start().starts_with('{')) {
        return Format::Json;
    }
    if is_form(first) && text.lines().nth(1).is_none() {
        return Format::Form;
    }
    if is_pdu(text) {
        return Format::Pdu;
    }
    if separator(first).is_some() { Format::Table } else { Format::Text }
}

fn is_form(line: &str) -> bool {
    let line = line.trim_start_matches('?');
    let is_plain = !line.chars().any(char::is_whitespace) && line.contains('=') && line.is_ascii();
    let names = || line.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
    is_plain && names().any(|name| matches!(field::known(name), Some((field::Field::Body, _))))
}

fn is_pdu(text: &str) -> bool {
    let is_hex =
        |line: &str| line.len() >= 26 && line.len().is_multiple_of(2) && line.bytes().all(|b| b.is_ascii_hexdigit());
    let lines = || text.lines().map(|line| line.trim().trim_matches('"')).filter(|line| !line.is_empty());
    let has_answer = lines().take(50).any(|line| {
        line.starts_with("+CMGR:")
            || line.starts_with("+CMGL:")
            || line.starts_with("+CMT:")
            || line.starts_with("AT+CMG")
    });
    has_answer || (lines().next().is_some() && lines().take(5).all(is_hex))
}

/// Returns the separator of a header line in which a column of texts is named.
pub fn separator(header: &str) -> Option<u8> {
    [b'\t', b',', b';', b'|']
        .into_iter()
        .find(|separator| {
            let cells: Vec<&str> =
                header.split(char::from(*separator)).map(|cell| cell.trim().trim_matches('"')).collect();
            let has = |wanted| cells.iter().any(|cell| field::known(cell).is_some_and(|(field, _)| field == wanted));
            cells.len() > 1 && has(field::Field::Body)
        })
        .or_else(|| {
            let only = header.trim().trim_matches('"');
            (field::known(only).is_some_and(|(field, _)| field == field::Field::Body) && only.is_ascii())
                .then_some(b',')
        })
}
