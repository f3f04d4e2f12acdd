//! Records and their bytes: read here by the specification, not by the code that wrote them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::LARGEST_RECORD;
use crate::bag::{Algorithm, digests};
use crate::proof::{Hash, leaf};
use crate::report::{Part, Report};
use crate::{Files, hex};

const KEYS: [&str; 13] =
    ["about", "actor", "at", "content", "kind", "prev", "salt", "seq", "source", "text", "times", "tool", "v"];
const KINDS: [&str; 10] =
    ["clock", "correct", "custody", "derived", "hide", "key", "note", "original", "show", "stamp"];

/// The records of an export in rising order.
pub struct Chain<'a> {
    files: &'a dyn Files,
    /// Files under `data/originals/` by stem; what a record claims is taken out.
    originals: BTreeMap<String, Vec<String>>,
    /// Files under `data/records/` that no number has claimed.
    records: Vec<String>,
    before: Option<(u64, String)>,
    has_picture: bool,
    has_message: bool,
}

impl<'a> Chain<'a> {
    /// Begins with everything that lies in the export.
    pub fn new(files: &'a dyn Files, report: &Report) -> Self {
        let (paths, _) = files.paths().unwrap_or_default();
        let mut originals: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in paths.iter().filter(|path| path.starts_with("data/originals/")) {
            let name = path.rsplit('/').next().unwrap_or_default();
            let stem = name.split('.').next().unwrap_or_default();
            originals.entry(stem.to_owned()).or_default().push(path.clone());
        }
        let wanted = |path: &&String| path.starts_with("data/records/") || path.starts_with("data/masked/");
        let known: Vec<String> = report.numbers.iter().map(|number| file(*number, report.is_masked)).collect();
        let records = paths.iter().filter(wanted).filter(|path| known.binary_search(path).is_err()).cloned().collect();
        Self { files, originals, records, before: None, has_picture: false, has_message: false }
    }

    /// Checks one record with its bytes and returns its leaf hash; none when there is no such record.
    pub fn check(&mut self, number: u64, report: &mut Report) -> Option<Hash> {
        let path = file(number, false);
        let Ok(bytes) = self.files.read(&path, LARGEST_RECORD) else {
            report.find(Part::Record, &path, "is missing");
            return None;
        };
        let hash = leaf(&bytes);
        let Some(record) = read(&bytes, number) else {
            report.find(Part::Record, &path, "is not a record of this number in its one form");
            return Some(hash);
        };
        let follows = record.get("prev").and_then(Value::as_str).unwrap_or_default();
        if self.before.as_ref().is_some_and(|(before, sum)| before + 1 == number && sum != follows) {
            report.find(Part::Record, &path, "does not follow the record before it");
        }
        self.before = Some((number, hex(&Sha256::digest(&bytes))));
        if let Err(what) = self.check_content(number, &record) {
            report.find(Part::Record, &path, what);
        }
        Some(hash)
    }

    fn check_content(&mut self, number: u64, record: &Map<String, Value>) -> Result<(), &'static str> {
        let found = self.originals.remove(&format!("{number:09}")).unwrap_or_default();
        let Some(content) = record.get("content") else {
            return if found.is_empty() { Ok(()) } else { Err("has bytes of which the record knows nothing") };
        };
        let [path] = found.as_slice() else {
            return Err("does not have exactly one file with its bytes");
        };
        let mut counted = Counted { inner: self.files.open(path).map_err(|_| "cannot be read")?, size: 0 };
        let got = digests(&mut counted, &[Algorithm::Sha256, Algorithm::Sm3]).map_err(|_| "cannot be read")?;
        let text = |key: &str| content.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("sha256") != got[0] || text("sm3") != got[1] {
            return Err("has other bytes than the record says");
        }
        if content.get("size").and_then(Value::as_u64) != Some(counted.size) {
            return Err("has another size than the record says");
        }
        let kind = record.get("source").and_then(|source| source.get("type")).and_then(Value::as_str);
        self.has_message |= kind == Some("message");
        self.has_picture |= kind == Some("picture") || text("mime").starts_with("image/");
        Ok(())
    }

    /// Says what lies in the export and belongs to no exported record.
    pub fn check_rest(self, report: &mut Report) {
        for path in self.records.iter().chain(self.originals.values().flatten()) {
            report.find(Part::Record, path, "belongs to no exported record");
        }
        report.has_only_pictures = self.has_picture && !self.has_message;
    }
}

fn file(number: u64, is_masked: bool) -> String {
    if is_masked { format!("data/masked/{number:09}.txt") } else { format!("data/records/{number:09}.json") }
}

/// Reads a record of this number; none when it is not canonical (RFC 8785; all our keys are ASCII, so that sorting by
/// bytes is sorting by UTF-16), has an unknown key, or lacks one.
fn read(bytes: &[u8], number: u64) -> Option<Map<String, Value>> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    if serde_json::to_vec(&value).ok()? != bytes {
        return None;
    }
    let Value::Object(record) = value else { return None };
    let is_known = record.keys().all(|key| KEYS.contains(&key.as_str()));
    let is_number = record.get("seq").and_then(Value::as_u64) == Some(number);
    let is_version = record.get("v").and_then(Value::as_u64) == Some(1);
    let kind = record.get("kind").and_then(Value::as_str)?;
    let salt = record.get("salt").and_then(Value::as_str)?;
    let is_sound =
        KINDS.contains(&kind) && salt.len() == 32 && record.contains_key("prev") && record.contains_key("at");
    (is_known && is_number && is_version && is_sound).then_some(record)
}

struct Counted<R> {
    inner: R,
    size: u64,
}

impl<R: std::io::Read> std::io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.size += got as u64;
        Ok(got)
    }
}
