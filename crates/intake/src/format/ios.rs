//! A backup folder made by Finder, iTunes or a copy of them: `Manifest.db` says under which name `sms.db` lies.

use std::path::{Path, PathBuf};

use rusqlite::OptionalExtension;

use super::Context;
use super::database::{self, Foreign};
use crate::Error;

/// `SHA-1("HomeDomain-Library/SMS/sms.db")`, the name in every backup since iOS 4.
const USUAL: &str = "3d0d7e5fb2ce288813306e4d4636395e047a3d28";

/// Reads a backup folder.
pub fn read(context: &mut Context<'_>, folder: &Path) -> Result<(), Error> {
    if is_encrypted(folder) {
        return Err(Error::Unsupported {
            what: "加密的 iPhone 备份（请在“访达”里取消“加密本地备份”后再备份一次） an encrypted iPhone backup (make one without encryption)",
        });
    }
    let name = name_of_messages(context, folder)?.unwrap_or_else(|| USUAL.to_owned());
    let found = places(folder, &name).into_iter().find(|path| path.is_file());
    let Some(path) = found else {
        return Err(Error::Unsupported { what: "备份里没有短信 no messages in the backup" });
    };
    let foreign = Foreign::open(&path, &context.options.scratch)?;
    context.part = Some("sms.db".to_owned());
    database::apple::read(context, &foreign)
}

fn places(folder: &Path, name: &str) -> [PathBuf; 2] {
    let head = name.get(..2).unwrap_or_default();
    [folder.join(head).join(name), folder.join(name)]
}

fn name_of_messages(context: &Context<'_>, folder: &Path) -> Result<Option<String>, Error> {
    let manifest = folder.join("Manifest.db");
    if !manifest.is_file() {
        return Ok(None);
    }
    let foreign = Foreign::open(&manifest, &context.options.scratch)?;
    if foreign.columns("Files")?.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT fileID FROM Files WHERE domain = 'HomeDomain' AND relativePath = 'Library/SMS/sms.db'";
    let name: Option<String> = foreign.connection().query_row(sql, [], |row| row.get(0)).optional()?;
    // The name is a place in the folder: anything but a digest could lead out of it.
    Ok(name.filter(|name| name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())))
}

/// An encrypted backup has a `Manifest.db` that is no database, and a key bag with `IsEncrypted` set.
fn is_encrypted(folder: &Path) -> bool {
    let mut head = [0; 16];
    let manifest = std::fs::File::open(folder.join("Manifest.db"));
    let read = manifest.and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
    read.is_ok() && head != *b"SQLite format 3\0"
}
