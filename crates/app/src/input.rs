//! From what a user gives to what the judge takes: text with its limits, times, knowledge. Judges nothing.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::tz::Offset;
use judge::{Judge, Received};
use knowledge::date::Date;
use knowledge::{Knowledge, Library};
use sha2::{Digest as _, Sha256};

use crate::args::Args;
use crate::failure::Failure;

/// The longest text judged, in bytes.
pub const LONGEST_BODY: usize = 64 * 1024;

/// Why a text cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// There is nothing in it.
    Empty,
    /// It is longer than [`LONGEST_BODY`].
    TooLong,
    /// It is not UTF-8.
    NotUtf8,
    /// It is no text.
    Binary,
}

impl Unusable {
    /// Returns what happened and what to do, in Chinese and English.
    pub const fn text(self) -> [&'static str; 2] {
        match self {
            Self::Empty => {
                ["短信是空的。请把收到的短信正文粘贴进来。", "the message is empty; paste the text you received"]
            }
            Self::TooLong => [
                "内容超过 64 KiB，不像一条短信。一次请只给一条；很多条请用 zhenxin scan。",
                "longer than 64 KiB, which no message is; give one at a time, or use zhenxin scan for many",
            ],
            Self::NotUtf8 => [
                "内容不是 UTF-8 文字。请把文件另存为 UTF-8 编码再试。",
                "not UTF-8; save the file as UTF-8 and try again",
            ],
            Self::Binary => [
                "这不是文字内容（含有二进制数据）。请给短信的文字。",
                "binary data, not text; give the text of the message",
            ],
        }
    }
}

impl From<Unusable> for Failure {
    fn from(reason: Unusable) -> Self {
        let [zh, en] = reason.text();
        Self::input(zh, en)
    }
}

/// Returns the text of a message, if it can be judged.
pub fn body(bytes: &[u8]) -> Result<&str, Unusable> {
    if bytes.len() > LONGEST_BODY {
        return Err(Unusable::TooLong);
    }
    if bytes.contains(&0) {
        return Err(Unusable::Binary);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Unusable::NotUtf8)?;
    let is_blank = text.chars().all(|c| c.is_whitespace() || c == '\u{feff}');
    if is_blank { Err(Unusable::Empty) } else { Ok(text) }
}

/// Reads an RFC 3339 time with its offset; returns it in Beijing time.
pub fn received(text: &str) -> Option<Received> {
    let moment: jiff::Timestamp = text.trim().parse().ok()?;
    in_beijing(moment)
}

/// Returns a moment, in milliseconds since 1970, in Beijing time.
pub fn received_ms(unix_ms: i64) -> Option<Received> {
    in_beijing(jiff::Timestamp::from_millisecond(unix_ms).ok()?)
}

fn in_beijing(moment: jiff::Timestamp) -> Option<Received> {
    let beijing = Offset::constant(8).to_datetime(moment);
    let year = u16::try_from(beijing.year()).ok()?;
    Some(Received {
        date: Date::new(year, beijing.month().unsigned_abs(), beijing.day().unsigned_abs()),
        minute: u16::from(beijing.hour().unsigned_abs()) * 60 + u16::from(beijing.minute().unsigned_abs()),
    })
}

/// Returns the built-in knowledge, with the user's own laid over it.
pub fn knowledge(args: &Args) -> Result<Knowledge, Failure> {
    let Some(dir) = &args.knowledge else { return Ok(Knowledge::built_in()) };
    let library = own_library(dir)?;
    let problems = knowledge::check::check(&library);
    if problems.is_empty() {
        return Ok(Knowledge::from_library(library));
    }
    let list: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
    let list = list.join("\n");
    Err(Failure::input(
        format!("自备知识目录有 {} 处问题，请修改后再试：\n{list}", problems.len()),
        format!("the knowledge directory has {} problems; mend them and try again:\n{list}", problems.len()),
    ))
}

/// Returns the built-in documents with those of a directory laid over them, unchecked.
pub fn own_library(dir: &Path) -> Result<Library, Failure> {
    let own = Library::read(dir).map_err(|error| {
        let both = error.to_string();
        let (zh, en) = both.split_once(" / ").unwrap_or((&both, &both));
        Failure::input(zh, en)
    })?;
    let mut built_in = Knowledge::built_in().library;
    // The pack carries no examples; the check asks for them only in what the user wrote.
    for (id, rule) in &mut built_in.rule {
        if !own.rule.contains_key(id) {
            rule.note = Some("needs history".to_owned());
        }
    }
    Ok(built_in.overlaid(own))
}

/// Returns the judge that the arguments ask for.
pub fn judge(args: &Args) -> Result<Judge, Failure> {
    Ok(Judge::new(knowledge(args)?))
}

/// Returns the folder where programs keep a user's data; nothing where the system names none.
pub fn data_folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the application reads the environment")]
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").or_else(|| variable("APPDATA"));
    data.or_else(|| variable("HOME").map(|home| home.join(".local/share"))).map(|data| data.join("zhenxin"))
}

/// Returns today in Beijing.
pub fn today() -> jiff::civil::Date {
    Offset::constant(8).to_datetime(jiff::Timestamp::now()).date()
}

/// Reads a file into a hash; returns its size.
pub fn hashed(path: &Path, hash: &mut Sha256) -> Result<u64, Failure> {
    let unreadable = |error: io::Error| Failure::unreadable(path, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            return Ok(bytes);
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}
