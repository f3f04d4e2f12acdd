//! Where the store and its keys lie, making them, opening them, and making the keys anew from paper.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evidence::{Entropy, Event, Fault, Folder, KeyRing, Moment, Origin, Recovery, Store, fingerprint};
use jiff::tz::TimeZone;

use super::{Context, document, failure};
use crate::failure::Failure;
use crate::output;

const TOOL: &str = concat!("zhenxin ", env!("CARGO_PKG_VERSION"));

/// How long, and how often, an open store is waited for: five seconds.
const LOOK: std::time::Duration = std::time::Duration::from_millis(10);
const LOOKS: usize = 500;

/// The operating system's randomness.
struct System;

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("an operating system without randomness cannot keep keys");
    }
}

/// Returns the computer's clock.
pub fn now() -> Moment {
    let now = jiff::Timestamp::now();
    let offset = TimeZone::try_system().map_or(8 * 3600, |zone| zone.to_offset(now).seconds());
    Moment { unix_ms: now.as_millisecond(), offset_minutes: offset / 60 }
}

/// Returns who acts, with what, when.
pub fn origin<'a>(context: &'a Context<'_>) -> Origin<'a> {
    Origin { actor: &context.evidence.actor, tool: TOOL, now: now() }
}

fn store_path(context: &Context<'_>) -> Result<PathBuf, Failure> {
    if let Some(path) = &context.evidence.store {
        return Ok(path.clone());
    }
    crate::input::data_folder().map(|data| data.join("evidence")).ok_or_else(|| {
        Failure::input(
            "找不到您的数据目录，请用 --store 指定证据库目录。",
            "there is no data folder for you; name the store with --store",
        )
    })
}

fn keys_path(context: &Context<'_>) -> Result<PathBuf, Failure> {
    if let Some(path) = &context.evidence.keys {
        return Ok(path.join("keys.txt"));
    }
    let mut path = store_path(context)?.into_os_string();
    path.push(".keys");
    Ok(PathBuf::from(path).join("keys.txt"))
}

/// The folder of the keys.
fn beside(keys: &Path) -> Folder {
    Folder::new(keys.parent().unwrap_or(Path::new(".")))
}

/// Returns whether there is a store.
pub fn exists(context: &Context<'_>) -> bool {
    store_path(context).is_ok_and(|path| path.join("FORMAT").exists())
}

/// Tries again for a while where another program, or another page of this one, has the store open.
fn patiently(open: impl Fn() -> Result<Store, evidence::Error>) -> Result<Store, evidence::Error> {
    for _ in 0..LOOKS {
        match open() {
            Err(evidence::Error::Locked) => std::thread::sleep(LOOK),
            other => return other,
        }
    }
    open()
}

/// Opens the store of the command and says what a crash had left.
pub fn store(context: &Context<'_>) -> Result<Store, Failure> {
    let path = store_path(context)?;
    if !path.join("FORMAT").exists() {
        return Err(failure::of(evidence::Error::Missing));
    }
    let keys_path = keys_path(context)?;
    let text = fs::read_to_string(&keys_path).map_err(|error| Failure::unreadable(&keys_path, &error))?;
    let mut store = patiently(|| {
        let keys = KeyRing::from_text(&text)?;
        Store::open(Box::new(Folder::new(&path)), keys, Box::new(System))
    })
    .map_err(failure::of)?;
    store.keep_mark(Box::new(beside(&keys_path))).map_err(failure::of)?;
    tell_state(context, &store);
    Ok(store)
}

/// Says where the store is, what is wrong with it, and what a crash had left.
fn tell_state(context: &Context<'_>, store: &Store) {
    if store.is_read_only() {
        eprintln!(
            "{}",
            context.say(
                "证据库在只读的地方：可以查看、核对和导出，不能存入。",
                "the store lies where nothing can be written: it can be read, checked and exported, not added to",
            )
        );
    }
    if let Some(fault) = store.fault() {
        let [zh, en] = match fault {
            Fault::Older { .. } => ["这份证据库不是最新的：", "this store is not the newest: "],
            _ => [
                "证据库有损坏，下面看到的可能不全；请运行 zhenxin evidence verify：",
                "the store is damaged and what follows may not be all; run zhenxin evidence verify: ",
            ],
        };
        eprintln!("{}{fault}", context.say(zh, en));
    }
    for event in store.events() {
        let [zh, en] = match event {
            Event::Left { .. } => [
                "上次写入没有完成，没写完的原样留着：",
                "the last write was interrupted; what was unfinished stays as it is: ",
            ],
            _ => [
                "上次写入被打断，没写完的已放到一边：",
                "the last write was interrupted; what was unfinished is set aside: ",
            ],
        };
        eprintln!("{}{event}", context.say(zh, en));
    }
}

/// A store that has just been made.
pub struct Made {
    /// The key to print; it is kept nowhere.
    pub recovery: String,
    /// The holder's fingerprint.
    pub print: String,
    /// Where the store is.
    pub path: PathBuf,
}

/// Makes a store and its keys.
pub fn make(context: &Context<'_>) -> Result<Made, Failure> {
    let (path, keys_path) = (store_path(context)?, keys_path(context)?);
    if keys_path.exists() {
        return Err(failure::of(evidence::Error::Exists));
    }
    let (keys, recovery) = KeyRing::generate(&mut System);
    let text = keys.to_text();
    let disk = Box::new(Folder::new(&path));
    // Keys first: a store without keys is of no use to anybody, keys without a store hurt nobody.
    write_keys(&keys_path, &text)?;
    let mut store = match Store::create(disk, keys, Box::new(System), &origin(context)) {
        Ok(store) => store,
        Err(error) => {
            let _ = fs::remove_file(&keys_path);
            return Err(failure::of(error));
        }
    };
    store.begin_mark(Box::new(beside(&keys_path)));
    let print = fingerprint(&store.public().holder).unwrap_or_default();
    Ok(Made { recovery: recovery.to_text(), print, path })
}

/// Makes a store and hands out its recovery sheet.
pub fn init(context: &Context<'_>, sheet: Option<&Path>) -> Result<ExitCode, Failure> {
    let (path, keys_path) = (store_path(context)?, keys_path(context)?);
    if keys_path.starts_with(&path) {
        return Err(Failure::input(
            "密钥不能放在证据库目录里：拿到目录的人就能读全部内容。请用 --keys 指定别处。",
            "keys may not lie inside the store: whoever has the folder could read it all; name another place with --keys",
        ));
    }
    // Whatever can be wrong with the sheet is found before there is a key that only the sheet would hold.
    if let Some(sheet) = sheet {
        if sheet.exists() {
            return Err(Failure::input(
                format!("{} 已经存在，不会覆盖。请换一个文件名。", sheet.display()),
                format!("{} exists and is not overwritten; name another file", sheet.display()),
            ));
        }
        document::file(sheet, &document::recovery_sheet("", ""))?;
    }
    let Made { recovery, print, .. } = make(context)?;
    let paper = document::recovery_sheet(&recovery, &print);
    let kept = sheet.map(|path| document::file(path, &paper).and_then(|bytes| output::write(path, &bytes)));
    if !matches!(kept, Some(Ok(()))) {
        // The key is shown nowhere else: without a sheet it goes to the screen.
        let shown = document::plain(&paper);
        context.tell(&shown, &shown)?;
    }
    kept.transpose()?;
    context.tell(
        &format!("证据库已建好：{}\n持有人指纹：{print}\n请把恢复单打印出来放在安全的地方，电脑上不要留副本。", path.display()),
        &format!("the store is made: {}\nholder's fingerprint: {print}\nPrint the recovery sheet, keep it in a safe place and no copy on a computer.", path.display()),
    )?;
    Ok(ExitCode::SUCCESS)
}

fn write_keys(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Failure::unreadable(folder, &error))?;
    output::write(path, text.as_bytes())
}

/// Makes the keys anew from the key on paper.
pub fn recover(context: &Context<'_>, key_file: Option<&Path>) -> Result<ExitCode, Failure> {
    let mut text = String::new();
    if let Some(path) = key_file {
        text = fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    } else {
        eprintln!("{}", context.say("请输入恢复密钥，然后按 Ctrl-D：", "type the recovery key, then press Ctrl-D:"));
        io::stdin().lock().take(4096).read_to_string(&mut text)?;
    }
    let recovery = Recovery::from_text(&text).map_err(failure::of)?;
    let keys_path = keys_path(context)?;
    if keys_path.exists() {
        return Err(Failure::input(
            format!("{} 已经有钥匙，不会覆盖。确实要重做请先把它移走。", keys_path.display()),
            format!(
                "there are keys in {} already, which are not overwritten; move them away first",
                keys_path.display()
            ),
        ));
    }
    let keys = Store::recover_keys(&Folder::new(store_path(context)?), &recovery).map_err(failure::of)?;
    write_keys(&keys_path, &keys.to_text())?;
    context
        .tell("钥匙已找回。请运行 zhenxin evidence verify 核对。", "the keys are back; run zhenxin evidence verify")?;
    Ok(ExitCode::SUCCESS)
}
