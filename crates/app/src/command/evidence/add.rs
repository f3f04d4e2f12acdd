//! `evidence add`: bytes first, then what can be read from them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evidence::{ClaimedTime, Entry, Input, Kind, Meaning, Moment, Store};

use super::{Context, capture, failure, open};
use crate::args::AddArgs;
use crate::failure::Failure;

/// Files that go into one commit.
const TOGETHER: usize = 200;
const LONGEST_TEXT: u64 = 1 << 20;
const DEEPEST: usize = 32;

/// Runs the command.
pub fn run(context: &Context<'_>, add: &AddArgs) -> Result<ExitCode, Failure> {
    let mut store = open::store(context)?;
    let numbers = if let Some(text) = &add.text {
        vec![message(context, &mut store, add, text)?]
    } else if add.paths.is_empty() {
        return Err(Failure::input(
            "请给出要存入的文件或目录，或用 --text 给出短信正文。",
            "name files or folders to keep, or give the text of a message with --text",
        ));
    } else {
        files(context, &mut store, add)?
    };
    let shown = match numbers.as_slice() {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}–{last}"),
        [] => String::new(),
    };
    context.tell(&format!("已存入，编号 {shown}。"), &format!("kept as {shown}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Keeps the text of a message; returns its number.
pub fn message(context: &Context<'_>, store: &mut Store, add: &AddArgs, text: &str) -> Result<u64, Failure> {
    let mut bytes = text.as_bytes().to_vec();
    if text == "-" {
        bytes.clear();
        io::stdin().lock().take(LONGEST_TEXT + 1).read_to_end(&mut bytes)?;
    }
    if bytes.is_empty() || bytes.len() as u64 > LONGEST_TEXT {
        return Err(Failure::input("短信正文是空的，或超过 1 MiB。", "the message is empty, or longer than 1 MiB"));
    }
    let entry =
        Entry { source: source(add, "message", None), times: times(add)?, ..Entry::original("text/plain", &bytes) };
    let numbers = store.commit(&open::origin(context), vec![entry]).map_err(failure::of)?;
    Ok(numbers.first().copied().unwrap_or_default())
}

fn source(add: &AddArgs, kind: &str, name: Option<&str>) -> BTreeMap<String, String> {
    let given = [
        ("type", Some(kind)),
        ("name", name),
        ("sender", add.sender.as_deref()),
        ("recipient", add.recipient.as_deref()),
        ("sim", add.sim.as_deref()),
        ("device", add.device.as_deref()),
        ("route", add.route.as_deref()),
    ];
    given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))).collect()
}

/// The time that the user states, as stated.
fn times(add: &AddArgs) -> Result<Vec<ClaimedTime>, Failure> {
    let Some(text) = &add.received_at else { return Ok(Vec::new()) };
    let unreadable = || Failure::unreadable_time("收到时间", text);
    let at = text.rfind(['+', '-', 'Z', 'z']).filter(|at| *at > 10);
    let (value, offset) = at.and_then(|at| text.split_at_checked(at)).unwrap_or((text, "unknown"));
    let offset = if offset.eq_ignore_ascii_case("z") { "+00:00" } else { offset };
    if !value.contains(':') {
        // A day alone would be written down as midnight, which nobody has said.
        return Err(unreadable());
    }
    let value: jiff::civil::DateTime = value.parse().map_err(|_| unreadable())?;
    if offset != "unknown" && format!("{value}{offset}").parse::<jiff::Timestamp>().is_err() {
        return Err(unreadable());
    }
    let claimed = ClaimedTime {
        meaning: Meaning::Received,
        offset: offset.to_owned(),
        source: "user".to_owned(),
        value: value.to_string(),
    };
    Ok(vec![claimed])
}

/// Keeps files and folders; returns their numbers.
pub fn files(context: &Context<'_>, store: &mut Store, add: &AddArgs) -> Result<Vec<u64>, Failure> {
    let mut found = Vec::new();
    for path in &add.paths {
        gather(path, 0, &mut found)?;
    }
    let mut numbers = Vec::with_capacity(found.len());
    for together in found.chunks(TOGETHER) {
        let entries = together.iter().map(|path| entry(add, path)).collect::<Result<Vec<_>, _>>()?;
        let kept = store.commit(&open::origin(context), entries).map_err(failure::of)?;
        // Only now that the bytes are kept is anything read from them, and from the kept ones.
        let derived: Vec<Entry<'_>> = kept.iter().filter_map(|number| capture::of(store, *number)).collect();
        if !derived.is_empty() {
            store.commit(&open::origin(context), derived).map_err(failure::of)?;
        }
        numbers.extend(kept);
    }
    Ok(numbers)
}

/// Keeps files as they are; returns their numbers.
pub fn originals(context: &Context<'_>, store: &mut Store, files: &[&Path]) -> Result<Vec<u64>, Failure> {
    let add = AddArgs::default();
    let entries = files.iter().map(|path| entry(&add, path)).collect::<Result<Vec<_>, _>>()?;
    store.commit(&open::origin(context), entries).map_err(failure::of)
}

/// Gathers files, in order of names; links are refused, since what they name is somewhere else.
fn gather(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let kind = fs::symlink_metadata(path).map_err(|error| Failure::unreadable(path, &error))?.file_type();
    if kind.is_file() {
        found.push(path.to_owned());
    } else if kind.is_dir() && depth < DEEPEST {
        let entries = fs::read_dir(path).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
        let mut inside: Vec<PathBuf> = entries.map_err(|error| Failure::unreadable(path, &error))?;
        inside.sort();
        for path in inside {
            gather(&path, depth + 1, found)?;
        }
    } else {
        return Err(Failure::input(
            format!("{} 不是普通文件（可能是链接），没有存入。请给出文件本身。", path.display()),
            format!("{} is no plain file, a link perhaps; name the file itself", path.display()),
        ));
    }
    Ok(())
}

fn entry(add: &AddArgs, path: &Path) -> Result<Entry<'static>, Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let file = File::open(path).map_err(unreadable)?;
    let changed = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let changed = changed.and_then(|time| jiff::Timestamp::try_from(time).ok());
    let mime = capture::mime(path);
    let kind = if mime.starts_with("image/") { "picture" } else { "file" };
    // Where the file lies on this computer is nobody's business; a path that the user typed within a folder is.
    let is_plain = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let name = if is_plain { path } else { path.file_name().map_or(path, Path::new) }.to_string_lossy();
    let mut times = times(add)?;
    times.extend(changed.map(|time| {
        Moment { unix_ms: time.as_millisecond(), offset_minutes: 0 }.claimed(Meaning::FileModified, "file-system")
    }));
    Ok(Entry {
        input: Some(Input { mime: mime.to_owned(), reader: Box::new(file) }),
        source: source(add, kind, Some(&name)),
        times,
        ..Entry::remark(Kind::Original, Vec::new(), None)
    })
}
