//! An encrypted export of SMS Import/Export (`.ssef`): a head with what the key is made of, then an export as a
//! libsodium secret stream. Written from the application's description.

use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use crypto_secretstream::{Header, Key, PullStream, Tag};

use super::LARGEST_MEMBER;
use crate::format::{self, Context};
use crate::{Error, Format, Position, Reason, Unit, detect};

/// The mark and version of the format.
pub const MAGIC: &[u8] = b"SSEF\x00\xff\x00\x01";
/// Rounds and memory (in KiB) that a head may ask for.
const MOST_ROUNDS: u32 = 64;
const MOST_MEMORY: u32 = 512 << 10;
/// What the stream adds to each piece: a tag and what authenticates it.
const ADDED: u64 = 17;
/// The largest piece of a stream.
const LARGEST_PIECE: u32 = 16 << 20;

/// Reads an export: it is decrypted into a file of our own first, which is gone afterwards.
pub fn read(context: &mut Context<'_>, path: &Path) -> Result<(), Error> {
    let password = context.options.password.as_deref().ok_or(Error::PasswordNeeded)?;
    let copy = context.options.scratch.join("decrypted");
    let outcome = decrypt(File::open(path)?, password, &mut File::create(&copy)?).and_then(|is_whole| {
        match detect::detect(&copy)? {
            Format::Ssef => return Err(archive("加密文件里还是加密文件 encrypted twice")),
            format => format::read_file(context, &copy, format)?,
        }
        if !is_whole {
            context.skip(Position::new(Unit::Byte, fs::metadata(&copy)?.len()), Reason::Truncated);
        }
        Ok(())
    });
    let _ = fs::remove_file(&copy);
    outcome
}

fn archive(what: &str) -> Error {
    Error::Archive { what: what.to_owned() }
}

/// Writes the plain bytes to `out`; returns whether the stream came to its end.
fn decrypt(input: impl Read, password: &str, out: &mut impl Write) -> Result<bool, Error> {
    let mut input = BufReader::new(input);
    let (mut head, mut header) = ([0; 36], [0; Header::BYTES]);
    input
        .read_exact(&mut head)
        .and_then(|()| input.read_exact(&mut header))
        .map_err(|_| archive("文件头不完整 the head is incomplete"))?;
    let number =
        |at: usize| head.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |four| u32::from_be_bytes(*four));
    let (rounds, memory, piece) = (number(8), number(12), number(32));
    let salt = &head[16..32];
    if rounds == 0 || rounds > MOST_ROUNDS || piece == 0 || piece > LARGEST_PIECE {
        return Err(archive("加密参数不合理 unreasonable parameters of encryption"));
    }
    // The description calls the memory KiB; the application hands the number to libsodium, which takes it as bytes.
    let attempts: Vec<u32> =
        [memory / 1024, memory].into_iter().filter(|kib| (8..=MOST_MEMORY).contains(kib)).collect();
    if attempts.is_empty() {
        return Err(archive("加密参数不合理 unreasonable parameters of encryption"));
    }
    let first = next(&mut input, piece)?;
    if (first.len() as u64) < ADDED {
        return Err(archive("加密内容被截断 the encrypted part is cut short"));
    }
    let opened = attempts.into_iter().filter_map(|kib| key(password, salt, rounds, kib)).find_map(|key| {
        let mut stream = PullStream::init(Header::from(header), &key);
        let mut plain = first.clone();
        stream.pull(&mut plain, &[]).ok().map(|tag| (stream, plain, tag))
    });
    let Some((mut stream, plain, mut tag)) = opened else { return Err(Error::PasswordWrong) };
    let mut written = plain.len() as u64;
    out.write_all(&plain)?;
    while tag != Tag::Final {
        let mut plain = next(&mut input, piece)?;
        match stream.pull(&mut plain, &[]) {
            Ok(next) => tag = next,
            // What stands before the damage is authenticated.
            Err(_) => return Ok(false),
        }
        written += plain.len() as u64;
        if written > LARGEST_MEMBER {
            return Err(Error::TooLarge { limit: LARGEST_MEMBER });
        }
        out.write_all(&plain)?;
    }
    // Nothing may stand behind the end.
    Ok(next(&mut input, 1)?.is_empty())
}

/// Returns the next encrypted piece.
fn next(input: &mut impl Read, piece: u32) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    input.take(u64::from(piece) + ADDED).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn key(password: &str, salt: &[u8], rounds: u32, kib: u32) -> Option<Key> {
    let params = Params::new(kib, rounds, 1, Some(Key::BYTES)).ok()?;
    let mut key = [0; Key::BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut key)
        .ok()?;
    Some(Key::from(key))
}
