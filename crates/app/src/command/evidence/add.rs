//! `evidence add`: bytes first, then what can be read from them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evidence::{ClaimedTime, Entry, Error, Input, Kind, Meaning, Moment, Store};
use sha2::{Digest as _, Sha256};

use super::{Context, Pasted, capture, failure, open};
use crate::args::AddArgs;
use crate::failure::{Failure, harmless};
use crate::input::hashed;

/// Files that go into one commit.
const TOGETHER: usize = 200;
const LONGEST_TEXT: u64 = 1 << 20;
const DEEPEST: usize = 32;

/// What became of files and folders.
#[derive(Default)]
pub struct Added {
    /// The numbers of what is kept.
    pub numbers: Vec<u64>,
    /// What is not, each with the reason.
    pub passed_over: Vec<PassedOver>,
}

/// Something within a folder that could not be kept.
pub struct PassedOver {
    path: PathBuf,
    why: Why,
}

enum Why {
    /// A link, a device, a pipe.
    NoFile,
    /// A folder in too many folders.
    TooDeep,
    /// The system does not give it out.
    Unreadable(io::Error),
}

impl PassedOver {
    /// Returns what happened, in Chinese and English.
    pub fn text(&self) -> [String; 2] {
        let path = self.path.display();
        match &self.why {
            Why::NoFile => [
                format!("没有存入 {path}：不是普通文件（可能是链接）。需要的话请单独给出文件本身。"),
                format!("not kept, {path}: no plain file, a link perhaps; name the file itself if it is needed"),
            ],
            Why::TooDeep => [
                format!("没有存入 {path}：超过 {DEEPEST} 层目录。请单独给出这个目录。"),
                format!("not kept, {path}: more than {DEEPEST} folders deep; name this folder by itself"),
            ],
            Why::Unreadable(error) => [
                format!("没有存入 {path}：读不出来（{error}）。请检查权限和介质后再存一次。"),
                format!("not kept, {path}: unreadable ({error}); check permissions and medium, then add it again"),
            ],
        }
    }
}

/// Runs the command.
pub fn run(context: &Context<'_>, add: &AddArgs) -> Result<ExitCode, Failure> {
    let mut store = open::store(context)?;
    let added = if let Some(text) = &add.text {
        Added { numbers: vec![message(context, &mut store, add, text)?], passed_over: Vec::new() }
    } else if add.paths.is_empty() {
        return Err(Failure::input(
            "请给出要存入的文件或目录，或用 --text 给出短信正文。",
            "name files or folders to keep, or give the text of a message with --text",
        ));
    } else {
        files(context, &mut store, add)?
    };
    for passed_over in &added.passed_over {
        let [zh, en] = passed_over.text();
        eprintln!("{}", harmless(context.say(&zh, &en)));
    }
    tell(context, &added)?;
    Ok(ExitCode::from(if added.passed_over.is_empty() { 0 } else { 3 }))
}

fn tell(context: &Context<'_>, added: &Added) -> Result<(), Failure> {
    let shown = match added.numbers.as_slice() {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}–{last}"),
        [] => return context.tell("没有存入任何文件。", "nothing was kept"),
    };
    let (count, left) = (added.numbers.len(), added.passed_over.len());
    if left == 0 {
        return context.tell(&format!("已存入，编号 {shown}。"), &format!("kept as {shown}"));
    }
    context.tell(
        &format!("已存入 {count} 个文件，编号 {shown}；另有 {left} 个没有存入，原因见上。"),
        &format!("{count} files kept as {shown}; {left} were not, for the reasons above"),
    )
}

/// Keeps the text of a message; returns its number.
pub fn message(context: &Context<'_>, store: &mut Store, add: &AddArgs, text: &str) -> Result<u64, Failure> {
    let mut bytes = text.as_bytes().to_vec();
    if text == "-" {
        bytes.clear();
        io::stdin().lock().take(LONGEST_TEXT + 1).read_to_end(&mut bytes)?;
    }
    self::text(context, store, add, &bytes)
}

/// Keeps the bytes of a text as a message; returns its number.
pub fn text(context: &Context<'_>, store: &mut Store, add: &AddArgs, bytes: &[u8]) -> Result<u64, Failure> {
    if bytes.is_empty() || bytes.len() as u64 > LONGEST_TEXT {
        return Err(Failure::input("短信正文是空的，或超过 1 MiB。", "the message is empty, or longer than 1 MiB"));
    }
    let entry =
        Entry { source: source(add, "message", None), times: times(add)?, ..Entry::original("text/plain", bytes) };
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
    claimed(text).map(|time| vec![time]).ok_or_else(|| Failure::unreadable_time("收到时间", text))
}

/// Reads a time with the offset that it states; nothing where it is none, or a day alone, which would be written down as
/// midnight, which nobody has said.
fn claimed(text: &str) -> Option<ClaimedTime> {
    // The name of a zone behind the offset is left out.
    let text = text.split_once('[').map_or(text, |(text, _)| text).trim();
    let at = text.rfind(['+', '-', 'Z', 'z']).filter(|at| *at > 10);
    let (value, offset) = at.and_then(|at| text.split_at_checked(at)).unwrap_or((text, "unknown"));
    let offset = if offset.eq_ignore_ascii_case("z") { "+00:00" } else { offset };
    if !value.contains(':') {
        return None;
    }
    let value: jiff::civil::DateTime = value.parse().ok()?;
    if offset != "unknown" && format!("{value}{offset}").parse::<jiff::Timestamp>().is_err() {
        return None;
    }
    Some(ClaimedTime {
        meaning: Meaning::Received,
        offset: offset.to_owned(),
        source: "user".to_owned(),
        value: value.to_string(),
    })
}

/// Keeps a message that was pasted on a page, unless the same text of the same sender is kept already; returns its number.
/// A time that cannot be written down as it is stated is left out.
pub fn pasted(context: &Context<'_>, store: &mut Store, pasted: &Pasted<'_>) -> Result<u64, Failure> {
    let bytes = pasted.text.as_bytes();
    if let Some(number) = store.original(&Sha256::digest(bytes).into()).map_err(failure::of)? {
        let (record, _) = store.content(number, LONGEST_TEXT).map_err(failure::of)?;
        if record.source.get("sender").map(String::as_str) == pasted.sender {
            return Ok(number);
        }
    }
    let add = AddArgs {
        sender: pasted.sender.map(str::to_owned),
        received_at: pasted.received_at.filter(|text| claimed(text).is_some()).map(str::to_owned),
        route: Some("pasted".to_owned()),
        ..AddArgs::default()
    };
    text(context, store, &add, bytes)
}

/// Keeps files and folders. What is named must be there and readable, or nothing is kept; what cannot be read within a
/// folder is passed over and told.
pub fn files(context: &Context<'_>, store: &mut Store, add: &AddArgs) -> Result<Added, Failure> {
    let (mut found, mut added) = (Vec::new(), Added::default());
    for path in &add.paths {
        gather(path, &mut found, &mut added.passed_over)?;
    }
    if found.is_empty() && added.passed_over.is_empty() {
        return Err(Failure::input("里面没有文件，没有存入任何东西。", "there is no file in there; nothing was kept"));
    }
    times(add)?;
    for together in found.chunks(TOGETHER) {
        keep(context, store, add, (together, &mut added))?;
    }
    Ok(added)
}

/// Keeps some files in one commit, without those that turn out to be unreadable.
fn keep(
    context: &Context<'_>,
    store: &mut Store,
    add: &AddArgs,
    (together, added): (&[PathBuf], &mut Added),
) -> Result<(), Failure> {
    let mut paths = together.to_vec();
    let kept = loop {
        let mut entries = Vec::with_capacity(paths.len());
        let mut readable = Vec::with_capacity(paths.len());
        for path in paths {
            match File::open(&path) {
                Ok(file) => {
                    entries.push(entry(add, &path, file)?);
                    readable.push(path);
                }
                Err(error) => added.passed_over.push(PassedOver { path, why: Why::Unreadable(error) }),
            }
        }
        paths = readable;
        if paths.is_empty() {
            return Ok(());
        }
        match store.commit(&open::origin(context), entries) {
            Ok(kept) => break kept,
            Err(Error::Input { entry, source }) if entry < paths.len() => {
                let path = paths.remove(entry);
                added.passed_over.push(PassedOver { path, why: Why::Unreadable(source) });
            }
            Err(other) => return Err(failure::of(other)),
        }
    };
    // Only now that the bytes are kept is anything read from them, and from the kept ones.
    let derived = capture::of(store, &kept).map_err(failure::of)?;
    if !derived.is_empty() {
        store.commit(&open::origin(context), derived).map_err(failure::of)?;
    }
    added.numbers.extend(kept);
    Ok(())
}

/// Keeps files as they are, those that are kept already not again; returns their numbers.
pub fn originals(context: &Context<'_>, store: &mut Store, files: &[&Path]) -> Result<Vec<u64>, Failure> {
    let add = AddArgs::default();
    let opened = |path: &Path| File::open(path).map_err(|error| Failure::unreadable(path, &error));
    let (mut numbers, mut entries) = (Vec::with_capacity(files.len()), Vec::new());
    for path in files {
        let mut hash = Sha256::new();
        hashed(path, &mut hash)?;
        let known = store.original(&hash.finalize().into()).map_err(failure::of)?;
        numbers.push(known);
        if known.is_none() {
            entries.push(entry(&add, path, opened(path)?)?);
        }
    }
    if entries.is_empty() {
        return Ok(numbers.into_iter().flatten().collect());
    }
    let mut kept = store.commit(&open::origin(context), entries).map_err(failure::of)?.into_iter();
    Ok(numbers.into_iter().filter_map(|known| known.or_else(|| kept.next())).collect())
}

/// Gathers files, in order of names. A link is refused, since what it names is somewhere else.
fn gather(path: &Path, found: &mut Vec<PathBuf>, passed_over: &mut Vec<PassedOver>) -> Result<(), Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let kind = fs::symlink_metadata(path).map_err(unreadable)?.file_type();
    if kind.is_file() {
        File::open(path).map_err(unreadable)?;
        found.push(path.to_owned());
    } else if kind.is_dir() {
        for inside in inside(path).map_err(unreadable)? {
            gather_inside(inside, 1, found, passed_over);
        }
    } else {
        return Err(Failure::input(
            format!("{} 不是普通文件（可能是链接），没有存入。请给出文件本身。", path.display()),
            format!("{} is no plain file, a link perhaps; name the file itself", path.display()),
        ));
    }
    Ok(())
}

/// What lies in a folder, in order of names.
fn inside(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut inside: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    inside.sort();
    Ok(inside)
}

fn gather_inside(path: PathBuf, depth: usize, found: &mut Vec<PathBuf>, passed_over: &mut Vec<PassedOver>) {
    let why = match fs::symlink_metadata(&path).map(|metadata| metadata.file_type()) {
        Ok(kind) if kind.is_file() => return found.push(path),
        Ok(kind) if kind.is_dir() && depth >= DEEPEST => Why::TooDeep,
        Ok(kind) if kind.is_dir() => match inside(&path) {
            Ok(all) => return all.into_iter().for_each(|path| gather_inside(path, depth + 1, found, passed_over)),
            Err(error) => Why::Unreadable(error),
        },
        Ok(_) => Why::NoFile,
        Err(error) => Why::Unreadable(error),
    };
    passed_over.push(PassedOver { path, why });
}

fn entry(add: &AddArgs, path: &Path, file: File) -> Result<Entry<'static>, Failure> {
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
