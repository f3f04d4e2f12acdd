//! A backup folder made by Finder, iTunes or a copy of them: `Manifest.db` says under which name `sms.db` lies, and, where
//! the backup is encrypted, with which key.

mod keybag;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::OptionalExtension;

use self::keybag::KeyBag;
use super::Context;
use super::database::{self, Foreign};
use crate::{Error, bytes};

/// The largest file that is decrypted.
const LARGEST: u64 = 1 << 30;

/// `SHA-1("HomeDomain-Library/SMS/sms.db")`, the name in every backup since iOS 4.
const USUAL: &str = "3d0d7e5fb2ce288813306e4d4636395e047a3d28";

/// Reads a backup folder.
pub fn read(context: &mut Context<'_>, folder: &Path) -> Result<(), Error> {
    let copy = context.options.scratch.join("sms.db");
    let path = if is_encrypted(folder) {
        decrypted(context, folder, &copy)?;
        copy.clone()
    } else {
        let name = row_of_messages(context, &folder.join("Manifest.db"))?.map(|(name, _)| name);
        let name = name.unwrap_or_else(|| USUAL.to_owned());
        places(folder, &name).into_iter().find(|path| path.is_file()).ok_or_else(no_messages)?
    };
    let foreign = Foreign::open(&path, &context.options.scratch);
    let _ = fs::remove_file(copy);
    context.part = Some("sms.db".to_owned());
    database::apple::read(context, &foreign?)
}

fn no_messages() -> Error {
    Error::Unsupported { what: "备份里没有短信 no messages in the backup" }
}

/// Decrypts the messages to a file of our own: password → key bag → list of files → the key of `sms.db`.
fn decrypted(context: &Context<'_>, folder: &Path, copy: &Path) -> Result<(), Error> {
    let password = context.options.password.as_deref().ok_or(Error::PasswordNeeded)?;
    let bag = KeyBag::open(&bounded(&folder.join("Manifest.plist"))?, password)?;
    let manifest = context.options.scratch.join("Manifest.db");
    fs::write(&manifest, bag.decrypted_list(bounded(&folder.join("Manifest.db"))?)?)?;
    let row = row_of_messages(context, &manifest);
    let _ = fs::remove_file(&manifest);
    let (name, file) = row?.ok_or_else(no_messages)?;
    let path = places(folder, &name).into_iter().find(|path| path.is_file()).ok_or_else(no_messages)?;
    Ok(fs::write(copy, bag.decrypted_file(&file.unwrap_or_default(), bounded(&path)?)?)?)
}

/// A file that is decrypted lies in memory.
fn bounded(path: &Path) -> Result<Vec<u8>, Error> {
    bytes::whole(fs::File::open(path)?, LARGEST)
}

fn places(folder: &Path, name: &str) -> [PathBuf; 2] {
    let head = name.get(..2).unwrap_or_default();
    [folder.join(head).join(name), folder.join(name)]
}

/// A file's name in the backup, and what the list says of it.
type Listed = (String, Option<Vec<u8>>);

/// The name of the file of messages, and what the list says of it; nothing where there is no list.
fn row_of_messages(context: &Context<'_>, manifest: &Path) -> Result<Option<Listed>, Error> {
    if !manifest.is_file() {
        return Ok(None);
    }
    let foreign = Foreign::open(manifest, &context.options.scratch)?;
    let columns = foreign.columns("Files")?;
    if columns.is_empty() {
        return Ok(None);
    }
    let file = if columns.iter().any(|column| column == "file") { "file" } else { "NULL" };
    let sql =
        format!("SELECT fileID, {file} FROM Files WHERE domain = 'HomeDomain' AND relativePath = 'Library/SMS/sms.db'");
    let row = foreign.connection().query_row(&sql, [], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).optional()?;
    // The name is a place in the folder: anything but a digest could lead out of it.
    Ok(row.filter(|(name, _)| name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())))
}

/// An encrypted backup has a `Manifest.db` that is no database, and a key bag with `IsEncrypted` set.
fn is_encrypted(folder: &Path) -> bool {
    let mut head = [0; 16];
    let manifest = std::fs::File::open(folder.join("Manifest.db"));
    let read = manifest.and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
    read.is_ok() && head != *b"SQLite format 3\0"
}
