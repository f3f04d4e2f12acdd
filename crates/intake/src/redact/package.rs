//! A packed export masked: the texts in a ZIP, without its pictures.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::rc::Rc;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::redact;
use crate::format::Counted;
use crate::format::archive::{BOMB, Bounded, LARGEST_MEMBER, MOST_MEMBERS, unfolding};
use crate::{Error, Format, bytes, detect};

/// An archive that cannot be used, and why.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
pub fn unusable(error: impl ToString) -> Error {
    Error::Archive { what: error.to_string() }
}

/// Writes what `fill` makes to a file of our own first, since a ZIP is not written in one go.
pub fn packed(
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
pub fn redact_members(path: &Path, scratch: &Path, output: &mut dyn Write) -> Result<(), Error> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(unusable)?;
    if archive.len() > MOST_MEMBERS || archive.has_overlapping_files().map_err(unusable)? {
        return Err(unusable(BOMB));
    }
    let most = unfolding(fs::metadata(path)?.len());
    let unfolded = Rc::new(Cell::new(0));
    let mut is_any = false;
    packed(scratch, output, |zip| {
        for at in 0..archive.len() {
            let mut member = archive.by_index(at).map_err(unusable)?;
            let name = member.name().map_err(unusable)?.into_owned();
            let limit =
                LARGEST_MEMBER.min(unfolding(member.compressed_size())).min(most.saturating_sub(unfolded.get()));
            let mut bounded = Bounded::new(&mut member, || limit);
            let mut head = Vec::new();
            bounded.by_ref().take(bytes::HEAD as u64).read_to_end(&mut head).map_err(unusable)?;
            let format = detect::detect_head(&head);
            let is_text = !head.is_empty() && detect::is_text(&head) && !matches!(format, Format::Pdu | Format::Form);
            if !is_text || name.starts_with("__MACOSX/") {
                continue;
            }
            zip.start_file(member_name(&name, at), SimpleFileOptions::default()).map_err(unusable)?;
            let counted = Counted { input: io::Cursor::new(head).chain(bounded), count: Rc::clone(&unfolded) };
            redact(counted, format, zip)?;
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

fn member_name(name: &str, at: usize) -> String {
    if matches!(name, "messages.ndjson" | "messages.json") {
        return name.to_owned();
    }
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_known = matches!(end, "json" | "ndjson" | "jsonl" | "csv" | "tsv" | "txt" | "xml" | "vmsg");
    format!("member-{at}.{}", if is_known { end } else { "txt" })
}
