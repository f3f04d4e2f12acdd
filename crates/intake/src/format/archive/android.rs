//! Android's backup (`adb backup`): a head of lines, then a tar, deflated or encrypted as the head says. Messages lie in
//! it as deflated JSON arrays.

use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use flate2::read::ZlibDecoder;

use super::{Bounded, LARGEST_MEMBER, MOST_MEMBERS, unfolding};
use crate::format::{Context, json};
use crate::{Error, Position, Reason, Unit, bytes};

type Decryptor = cbc::Decryptor<aes::Aes256>;

/// An encrypted backup is decrypted in memory.
const LARGEST_ENCRYPTED: u64 = 512 << 20;
/// A JSON array holds at most 1,000 messages.
const LARGEST_JSON: u64 = 64 << 20;
const MOST_ROUNDS: u32 = 1_000_000;

/// Reads a backup from its first byte.
pub fn read(context: &mut Context<'_>, input: Box<dyn Read + '_>) -> Result<(), Error> {
    let mut input = BufReader::new(input);
    let tar = open(context, &mut input)?;
    let mut unfolded = 0;
    let is_any = walk(context, tar, &mut |context, name, member| {
        let is_sms = name.ends_with("_sms_backup");
        if !is_sms && !name.ends_with("_mms_backup") {
            return Ok(false);
        }
        messages(context, member, &mut unfolded)?;
        Ok(true)
    })?;
    if is_any { Ok(()) } else { Err(Error::Unsupported { what: "备份里没有短信 no messages in the backup" }) }
}

fn head_line(input: &mut dyn BufRead) -> Result<String, Error> {
    let mut line = Vec::new();
    match bytes::line(input, 4096, &mut line)? {
        bytes::Line::Whole => Ok(String::from_utf8_lossy(&line).into_owned()),
        bytes::Line::TooLong | bytes::Line::End => Err(archive("备份文件头不完整 the head is incomplete")),
    }
}

fn archive(what: &str) -> Error {
    Error::Archive { what: what.to_owned() }
}

/// Reads the head and returns the tar behind it.
pub fn open<'a>(context: &Context<'_>, input: &'a mut (dyn BufRead + 'a)) -> Result<Box<dyn Read + 'a>, Error> {
    if head_line(input)? != "ANDROID BACKUP" {
        return Err(archive("不是安卓备份 no Android backup"));
    }
    let version: u32 = head_line(input)?.parse().map_err(|_| archive("版本号 version"))?;
    let is_compressed = head_line(input)? == "1";
    let body: Box<dyn Read + 'a> = match head_line(input)?.as_str() {
        "none" => Box::new(input),
        "AES-256" => {
            let password = context.options.password.as_deref().ok_or(Error::PasswordNeeded)?;
            Box::new(io::Cursor::new(decrypted(input, version, password)?))
        }
        _ => return Err(archive("不认识的加密方式 unknown encryption")),
    };
    if !is_compressed {
        return Ok(body);
    }
    let consumed = Rc::clone(&context.consumed);
    Ok(Box::new(Bounded::new(ZlibDecoder::new(body), move || unfolding(consumed.get()))))
}

fn hex(line: &str) -> Result<Vec<u8>, Error> {
    bytes::unhex(line).ok_or_else(|| archive("密钥 key lines"))
}

fn derived(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    pbkdf2::pbkdf2_hmac_array::<sha1::Sha1, 32>(password, salt, rounds)
}

/// From version 2 on a key is written as text, byte by byte, before it is checked.
fn as_text(key: &[u8], version: u32) -> Vec<u8> {
    if version < 2 {
        return key.to_vec();
    }
    let wide = |byte: &u8| {
        if *byte < 0x80 { char::from(*byte) } else { char::from_u32(0xFF00 + u32::from(*byte)).unwrap_or('\u{fffd}') }
    };
    key.iter().map(wide).collect::<String>().into_bytes()
}

fn decrypted(input: &mut dyn BufRead, version: u32, password: &str) -> Result<Vec<u8>, Error> {
    let user_salt = hex(&head_line(input)?)?;
    let check_salt = hex(&head_line(input)?)?;
    let rounds: u32 = head_line(input)?.parse().map_err(|_| archive("轮数 rounds"))?;
    let user_iv = hex(&head_line(input)?)?;
    let blob = hex(&head_line(input)?)?;
    if rounds == 0 || rounds > MOST_ROUNDS {
        return Err(archive("轮数不合理 unreasonable rounds"));
    }
    let key = derived(password.as_bytes(), &user_salt, rounds);
    let opener = Decryptor::new_from_slices(&key, &user_iv).map_err(|_| archive("密钥 key lines"))?;
    let blob = opener.decrypt_padded_vec_mut::<Pkcs7>(&blob).map_err(|_| Error::PasswordWrong)?;
    let [iv, master, check] = fields(&blob).ok_or(Error::PasswordWrong)?;
    if derived(&as_text(master, version), &check_salt, rounds).as_slice() != check {
        return Err(Error::PasswordWrong);
    }
    let body = bytes::whole(input, LARGEST_ENCRYPTED)?;
    let opener = Decryptor::new_from_slices(master, iv).map_err(|_| archive("密钥 key"))?;
    opener.decrypt_padded_vec_mut::<Pkcs7>(&body).map_err(|_| archive("加密内容被截断 the encrypted part is cut short"))
}

/// Three fields, each with its length before it.
fn fields(blob: &[u8]) -> Option<[&[u8]; 3]> {
    let mut rest = blob;
    let mut next = || {
        let (length, after) = rest.split_first()?;
        let (field, after) = after.split_at_checked(usize::from(*length))?;
        rest = after;
        Some(field)
    };
    Some([next()?, next()?, next()?])
}

type Visit<'v> = &'v mut dyn FnMut(&mut Context<'_>, &str, &mut dyn Read) -> Result<bool, Error>;

/// Walks a tar and returns whether any member was of use; a damaged one gives what stands before the damage.
pub fn walk(context: &mut Context<'_>, tar: Box<dyn Read + '_>, visit: Visit<'_>) -> Result<bool, Error> {
    let mut tar = ::tar::Archive::new(tar);
    let mut is_any = false;
    // Long names are headers that the library would take into memory whole; nothing that is looked for has one.
    let entries = tar.entries()?.raw(true);
    for (number, entry) in (1..).zip(entries) {
        let mut entry = match entry {
            Ok(entry) if number <= MOST_MEMBERS && entry.size() <= LARGEST_MEMBER => entry,
            Ok(_) => return Err(archive("文件太多或太大 too many or too large files")),
            Err(error) if is_any => {
                context.part = None;
                context.skip(Position::new(Unit::Row, number as u64), Reason::damaged(error.to_string()));
                return Ok(true);
            }
            Err(error) => return Err(archive(&error.to_string())),
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        context.part = Some(name.clone());
        is_any |= visit(context, &name, &mut entry)?;
    }
    context.part = None;
    Ok(is_any)
}

/// Reads a member that is a deflated array; `unfolded` is what came out of the members before it and of this one.
fn messages(context: &mut Context<'_>, member: &mut dyn Read, unfolded: &mut u64) -> Result<(), Error> {
    let left = super::unfolding(context.consumed.get()).saturating_sub(*unfolded);
    let json = bytes::whole(ZlibDecoder::new(member), LARGEST_JSON.min(left));
    if let Ok(json) = &json {
        *unfolded += json.len() as u64;
    }
    let damaged = match json {
        Ok(json) => match json::read_slice(context, &json)? {
            Ok(()) => return Ok(()),
            Err(error) => Reason::damaged(error.to_string()),
        },
        Err(Error::Io(error)) => Reason::damaged(error.to_string()),
        Err(Error::TooLarge { .. }) if left >= LARGEST_JSON => Reason::TooLong,
        Err(Error::TooLarge { .. }) => return Err(archive(super::BOMB)),
        Err(other) => return Err(other),
    };
    context.skip(Position::new(Unit::Byte, 0), damaged);
    Ok(())
}
