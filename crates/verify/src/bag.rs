//! Bags (`BagIt`, RFC 8493 and the drafts before it): what makes a bag invalid and what should be spoken of.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use unicode_normalization::UnicodeNormalization;

use crate::Files;

mod digest;
mod tag;

pub use digest::{Algorithm, digests};

const LARGEST_LIST: u64 = 1 << 28;
const LARGEST_TAG: u64 = 1 << 20;

/// Something about one file of a bag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// Which file.
    pub path: String,
    /// What is wrong with it.
    pub what: &'static str,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The bag is invalid because of these.
    pub errors: Vec<Flaw>,
    /// The bag may be valid, but these should be said.
    pub warnings: Vec<Flaw>,
}

impl Checked {
    fn error(&mut self, path: &str, what: &'static str) {
        self.errors.push(Flaw { path: path.to_owned(), what });
    }

    fn warn(&mut self, path: &str, what: &'static str) {
        self.warnings.push(Flaw { path: path.to_owned(), what });
    }
}

/// A list of digests: `manifest-…` or `tagmanifest-…`.
struct List {
    file: String,
    algorithm: Algorithm,
    /// By path: the digest as it stands there.
    lines: BTreeMap<String, String>,
}

/// Checks a bag.
///
/// 1. the declaration; 2. what lies there; 3. the lists; 4. `fetch.txt`; 5. completeness; 6. digests.
///
/// # Errors
/// What the system says when the folder cannot be listed.
pub fn check(files: &dyn Files) -> io::Result<Checked> {
    let mut found = Checked::default();
    // 1.
    let Some((version, encoding)) = declaration(files, &mut found) else {
        return Ok(found);
    };
    // 2.
    let (paths, odd) = files.paths()?;
    for path in &odd {
        found.error(path, "is neither a file nor a folder, or has a name that is no text");
    }
    let present: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    // 3.
    let lists: Vec<List> = paths.iter().filter_map(|path| list(files, path, (version, encoding), &mut found)).collect();
    let (payload, tags): (Vec<&List>, Vec<&List>) = lists.iter().partition(|list| list.file.starts_with("manifest"));
    if payload.is_empty() {
        found.error("manifest", "there is no list of the payload");
    }
    // 4.
    if present.contains("fetch.txt") {
        check_fetch(files, encoding, &present, &mut found);
    }
    // 5.
    check_complete(version, &payload, &present, &mut found);
    // 6.
    for (path, expected) in by_path(payload.iter().chain(&tags)) {
        check_digests(files, path, &expected, &mut found);
    }
    Ok(found)
}

/// The version as ten times its value, and the encoding of the other tag files.
fn declaration(files: &dyn Files, found: &mut Checked) -> Option<(u32, tag::Encoding)> {
    const NAME: &str = "bagit.txt";
    let Ok(bytes) = files.read(NAME, LARGEST_TAG) else {
        found.error(NAME, "is missing or unreadable");
        return None;
    };
    let text = String::from_utf8(bytes).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let [version, encoding] = lines.as_slice() else {
        found.error(NAME, "does not have exactly two lines");
        return None;
    };
    let version = version.strip_prefix("BagIt-Version: ").and_then(|version| match version {
        "0.93" => Some(93),
        "0.94" => Some(94),
        "0.95" => Some(95),
        "0.96" => Some(96),
        "0.97" => Some(97),
        "1.0" => Some(100),
        _ => None,
    });
    let encoding = encoding.strip_prefix("Tag-File-Character-Encoding: ").and_then(tag::Encoding::from_name);
    if version.is_none() || encoding.is_none() {
        found.error(NAME, "does not state a version and an encoding that are known");
    }
    version.zip(encoding)
}

fn list(files: &dyn Files, path: &str, (version, encoding): (u32, tag::Encoding), found: &mut Checked) -> Option<List> {
    let stem = path.strip_suffix(".txt").filter(|stem| !stem.contains('/'))?;
    let name = stem.strip_prefix("manifest-").or_else(|| stem.strip_prefix("tagmanifest-"))?;
    let Some(algorithm) = Algorithm::from_name(name) else {
        found.error(path, "uses a digest that is not known");
        return None;
    };
    let Some(text) = files.read(path, LARGEST_LIST).ok().and_then(|bytes| encoding.decode(&bytes)) else {
        found.error(path, "cannot be read in the encoding of the bag");
        return None;
    };
    let mut list = List { file: path.to_owned(), algorithm, lines: BTreeMap::new() };
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        add_line(&mut list, line, version, found);
    }
    check_names(&list, found);
    Some(list)
}

fn add_line(list: &mut List, line: &str, version: u32, found: &mut Checked) {
    let Some((digest, name)) = line.split_once([' ', '\t']) else {
        found.error(&list.file, "has a line without a name");
        return;
    };
    let mut name = name.trim_start_matches([' ', '\t']);
    if let Some(rest) = name.strip_prefix('*') {
        found.warn(&list.file, "has names marked with * by md5sum and its like");
        name = rest;
    }
    if let Some(rest) = name.strip_prefix("./") {
        found.warn(&list.file, "has names that begin with ./");
        name = rest;
    }
    let name = decoded(name, version);
    let is_payload_list = list.file.starts_with("manifest");
    if !is_inside(&name) || (is_payload_list && !name.starts_with("data/")) {
        found.error(&name, "leads out of the bag");
        return;
    }
    if is_payload_list && matches!(name.rsplit('/').next(), Some(".DS_Store" | "Thumbs.db" | "desktop.ini")) {
        found.warn(&name, "is a file of the operating system");
    }
    let digest = digest.to_ascii_lowercase();
    match list.lines.get(&name) {
        Some(before) if *before != digest => found.error(&name, "is listed twice with different digests"),
        Some(_) if version >= 100 => found.error(&name, "is listed twice"),
        Some(_) => found.warn(&name, "is listed twice"),
        None => {
            list.lines.insert(name, digest);
        }
    }
}

/// Says which names other systems would take for one.
fn check_names(list: &List, found: &mut Checked) {
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    for name in list.lines.keys() {
        let folded: String = name.nfc().collect::<String>().to_lowercase();
        if let Some(other) = seen.insert(folded, name) {
            let is_case = other.nfc().collect::<String>() != name.nfc().collect::<String>();
            let what = if is_case { "differs from another name only in case" } else { "differs only in normalisation" };
            found.warn(name, what);
        }
    }
}

/// `%0A`, `%0D` and, since 1.0, `%25`.
fn decoded(name: &str, version: u32) -> String {
    let name = name.replace("%0A", "\n").replace("%0a", "\n").replace("%0D", "\r").replace("%0d", "\r");
    if version >= 100 { name.replace("%25", "%") } else { name }
}

/// Whether a name stays in the bag on every system.
fn is_inside(name: &str) -> bool {
    let is_odd = name.is_empty() || name.starts_with(['/', '\\', '~', '%']) || name.get(1..2) == Some(":");
    !is_odd && name.split(['/', '\\']).all(|part| part.replace('\\', "") != "..")
}

fn check_fetch(files: &dyn Files, encoding: tag::Encoding, present: &BTreeSet<&str>, found: &mut Checked) {
    const NAME: &str = "fetch.txt";
    let Some(text) = files.read(NAME, LARGEST_LIST).ok().and_then(|bytes| encoding.decode(&bytes)) else {
        found.error(NAME, "cannot be read in the encoding of the bag");
        return;
    };
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let name = line.splitn(3, [' ', '\t']).nth(2).map(str::trim_start).unwrap_or_default();
        let name = name.strip_prefix("./").unwrap_or(name);
        if !is_inside(name) || !name.starts_with("data/") {
            found.error(name, "leads out of the bag");
        } else if !present.contains(name) {
            found.error(name, "has still to be fetched, which is not done here");
        }
    }
}

/// Since 1.0 each list has all files; before, all lists together.
fn check_complete(version: u32, payload: &[&List], present: &BTreeSet<&str>, found: &mut Checked) {
    for path in present.iter().filter(|path| path.starts_with("data/")) {
        let count = payload.iter().filter(|list| list.lines.contains_key(*path)).count();
        if count == 0 {
            found.error(path, "is listed nowhere");
        } else if version >= 100 && count < payload.len() {
            found.error(path, "is missing in one of the lists");
        }
    }
}

type Expected<'a> = Vec<(Algorithm, &'a str)>;

fn by_path<'a>(lists: impl Iterator<Item = &'a &'a List>) -> BTreeMap<&'a str, Expected<'a>> {
    let mut all: BTreeMap<&str, Expected<'_>> = BTreeMap::new();
    for list in lists {
        for (path, digest) in &list.lines {
            all.entry(path).or_default().push((list.algorithm, digest));
        }
    }
    all
}

fn check_digests(files: &dyn Files, path: &str, expected: &[(Algorithm, &str)], found: &mut Checked) {
    let algorithms: Vec<Algorithm> = expected.iter().map(|(algorithm, _)| *algorithm).collect();
    let got = files.open(path).and_then(|mut file| digest::digests(&mut file, &algorithms));
    match got {
        Err(_) => found.error(path, "is missing or unreadable"),
        Ok(got) => {
            for ((_, expected), got) in expected.iter().zip(got) {
                if *expected != got {
                    found.error(path, "is not as its digest says");
                }
            }
        }
    }
}
