//! A folder that Huawei's backup made: `info.xml` tells how it is encrypted, `sms.db` holds the messages. Written from a
//! description of the format; without a password the phone's own key is used, which nobody outside has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aes::cipher::{KeyIvInit, StreamCipher};
use aes_gcm::aead::Aead;
use aes_gcm::aead::generic_array::typenum::U16;
use aes_gcm::{AesGcm, KeyInit};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::Context;
use super::database;
use crate::detect::detect;
use crate::{Error, Format, bytes};

type Counter = ctr::Ctr128BE<aes::Aes256>;

const ROUNDS: u32 = 5_000;
const LARGEST_INFO: u64 = 16 << 20;
const LARGEST: u64 = 1 << 30;

/// Returns whether a folder is one.
pub fn is_backup(folder: &Path) -> bool {
    folder.join("info.xml").is_file() && folder.join("sms.db").is_file()
}

/// Reads a backup folder.
pub fn read(context: &mut Context<'_>, folder: &Path) -> Result<(), Error> {
    let path = folder.join("sms.db");
    if matches!(detect(&path), Ok(Format::Database)) {
        return database::read_file(context, &path);
    }
    let info = Info::read(&bytes::whole(fs::File::open(folder.join("info.xml"))?, LARGEST_INFO)?)?;
    let whole = bytes::whole(fs::File::open(&path)?, LARGEST)?;
    let password = context.options.password.as_deref().ok_or(Error::PasswordNeeded)?;
    let key = info.key(password.as_bytes())?;
    let copy = context.options.scratch.join("sms.db");
    fs::write(&copy, info.decrypted(&key, whole)?)?;
    let outcome = database::read_file(context, &copy);
    let _ = fs::remove_file(copy);
    outcome
}

fn damaged(what: &str) -> Error {
    Error::Archive { what: what.to_owned() }
}

/// Columns of `info.xml` that speak of encryption.
#[derive(Default)]
struct Info {
    /// Of the whole backup.
    whole: BTreeMap<String, String>,
    /// Of the messages.
    messages: BTreeMap<String, String>,
}

impl Info {
    fn read(xml: &[u8]) -> Result<Self, Error> {
        let unreadable = |error: &dyn std::fmt::Display| damaged(&format!("info.xml: {error}"));
        let text = String::from_utf8_lossy(xml);
        let mut reader = Reader::from_str(&text);
        let mut info = Self::default();
        let mut row: BTreeMap<String, String> = BTreeMap::new();
        let (mut table, mut column) = (String::new(), String::new());
        loop {
            match reader.read_event().map_err(|error| unreadable(&error))? {
                Event::Start(tag) | Event::Empty(tag) => {
                    let attribute = |name: &str| -> Option<String> {
                        let found = tag.attributes().flatten().find(|found| found.key.as_ref() == name)?;
                        Some(found.value.into_owned())
                    };
                    match tag.name().as_ref() {
                        "row" => table = attribute("table").unwrap_or_default(),
                        "column" => column = attribute("name").unwrap_or_default(),
                        "value" => {
                            let value = attribute("String").or_else(|| attribute("Integer")).unwrap_or_default();
                            row.insert(std::mem::take(&mut column), value);
                        }
                        _ => {}
                    }
                }
                Event::End(tag) if tag.name().as_ref() == "row" => {
                    let row = std::mem::take(&mut row);
                    if table == "BackupFilesTypeInfo" {
                        info.whole.extend(row);
                    } else if row.get("name").is_some_and(|name| name == "sms") {
                        info.messages.extend(row);
                    }
                }
                Event::Eof => return Ok(info),
                _ => {}
            }
        }
    }

    /// Returns the key of the backup: that which the password opens, or in older ones the password itself.
    fn key(&self, password: &[u8]) -> Result<Vec<u8>, Error> {
        let key = match (self.whole.get("e_perbackupkey"), self.whole.get("pwkey_salt")) {
            (Some(wrapped), Some(salt)) if !wrapped.is_empty() && !salt.is_empty() => {
                let salt = hex(salt)?;
                let (salt, nonce) = salt.split_at_checked(16).ok_or_else(|| damaged("pwkey_salt"))?;
                let nonce: [u8; 16] = nonce.try_into().map_err(|_| damaged("pwkey_salt"))?;
                let opener = AesGcm::<aes::Aes256, U16>::new(&derived(password, salt).into());
                opener.decrypt(&nonce.into(), hex(wrapped)?.as_slice()).map_err(|_| Error::PasswordWrong)?
            }
            _ => password.to_vec(),
        };
        let check = hex(self.whole.get("checkMsg").map_or("", String::as_str))?;
        let (digest, salt) = check.split_at_checked(32).ok_or_else(|| damaged("checkMsg"))?;
        if derived(&key, salt) == digest { Ok(key) } else { Err(Error::PasswordWrong) }
    }

    fn decrypted(&self, key: &[u8], mut bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
        let message = hex(self.messages.get("encMsgV3").map_or("", String::as_str))?;
        let (salt, start) = message.split_at_checked(32).ok_or_else(|| damaged("encMsgV3"))?;
        let mut counter = Counter::new_from_slices(&derived(key, salt), start).map_err(|_| damaged("encMsgV3"))?;
        counter.apply_keystream(&mut bytes);
        Ok(bytes)
    }
}

fn derived(key: &[u8], salt: &[u8]) -> [u8; 32] {
    pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(key, salt, ROUNDS)
}

fn hex(text: &str) -> Result<Vec<u8>, Error> {
    bytes::unhex(text).ok_or_else(|| damaged("info.xml: hex"))
}
