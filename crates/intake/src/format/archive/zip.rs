//! A ZIP with an export inside: `messages.ndjson` of SMS Import/Export, or any table, text or XML. Databases inside are
//! copied out first; pictures are passed over, other archives are reported.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use ::zip::ZipArchive;

use super::{Bounded, LARGEST_MEMBER, MOST_MEMBERS, unfolding};
use crate::format::{Context, Counted, database, stream};
use crate::{Error, Format, Position, Reason, Unit, bytes, detect};

/// Reads an archive.
pub fn read(context: &mut Context<'_>, path: &Path) -> Result<(), Error> {
    let damaged = |error: ::zip::result::ZipError| Error::Archive { what: error.to_string() };
    let mut archive = ZipArchive::new(File::open(path)?).map_err(damaged)?;
    if archive.len() > MOST_MEMBERS {
        return Err(Error::Archive { what: "文件太多 too many files".to_owned() });
    }
    if archive.has_overlapping_files().map_err(damaged)? {
        return Err(Error::Archive { what: "里面的文件互相重叠 its files overlap".to_owned() });
    }
    let most = unfolding(fs::metadata(path)?.len());
    let unfolded = Rc::new(Cell::new(0));
    let mut is_any = false;
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(damaged)?;
        let name = member.name().map_err(damaged)?.into_owned();
        if member.is_dir() || name.starts_with("data/") || name.starts_with("__MACOSX/") {
            continue;
        }
        let limit = LARGEST_MEMBER.min(unfolding(member.compressed_size()));
        if unfolded.get() > most {
            return Err(Error::Archive { what: super::BOMB.to_owned() });
        }
        context.part = Some(name);
        let counted = Counted { input: member, count: Rc::clone(&unfolded) };
        is_any |= read_member(context, counted, limit)?;
    }
    context.part = None;
    if is_any {
        Ok(())
    } else {
        Err(Error::Unsupported { what: "压缩包里没有能读的短信 no readable messages in the archive" })
    }
}

fn read_member(context: &mut Context<'_>, member: impl Read, limit: u64) -> Result<bool, Error> {
    let mut bounded = Bounded::new(member, || limit);
    let mut head = Vec::new();
    if let Err(error) = bounded.by_ref().take(bytes::HEAD as u64).read_to_end(&mut head) {
        context.skip(Position::new(Unit::Byte, 0), Reason::damaged(error.to_string()));
        return Ok(false);
    }
    let format = detect::detect_head(&head);
    let start = head.clone();
    let whole = io::Cursor::new(head).chain(bounded);
    match format {
        Format::Zip
        | Format::Workbook
        | Format::Ssef
        | Format::AndroidBackup
        | Format::XiaomiBackup
        | Format::HuaweiBackup
        | Format::IosBackup => {
            context.skip(Position::new(Unit::Byte, 0), Reason::NotAMessage { what: "archive inside an archive" });
            Ok(false)
        }
        Format::Database => {
            let copy = context.options.scratch.join("member.db");
            let copied = io::copy(&mut { whole }, &mut File::create(&copy)?).map_err(Error::from);
            let outcome = copied.and_then(|_| database::read_file(context, &copy));
            let _ = fs::remove_file(&copy);
            outcome.map(|()| true)
        }
        Format::Text if detect::is_binary(&start) => {
            context.skip(Position::new(Unit::Byte, 0), Reason::NotAMessage { what: "no text" });
            Ok(false)
        }
        _ => stream(context, format, Box::new(whole)).map(|()| true),
    }
}
