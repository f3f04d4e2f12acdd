//! Checking an export, part by part (docs/EVIDENCE-FORMAT.md §8). Every part is checked even when one before has failed.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use timestamp::{Authorities, Certificate, Subject};

use crate::bag::{self, Algorithm};
use crate::note::{self, Checkpoint, number};
use crate::proof::{self, Hash};
use crate::report::{Anchor, Part, Report};
use crate::{Files, signature};

mod record;

const LARGEST_TAG: u64 = 1 << 26;
const LARGEST_RECORD: u64 = 1 << 21;
const MOST_NUMBERS: u64 = 10_000_000;
const NAMESPACE: &str = "evidence-export@v1";

/// What the checker brings along.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The holder's fingerprint, received by another route.
    pub fingerprint: Option<String>,
    /// Certificates of time-stamp authorities that the checker trusts.
    pub authorities: Option<Authorities>,
}

/// Checks an export.
pub fn check(files: &dyn Files, outside: &Outside) -> Report {
    let mut report = Report::default();
    let Some(info) = information(files, &mut report) else {
        return report;
    };
    report.is_masked = info.get("Evidence-Variant").is_some_and(|variant| variant == "masked");
    let numbers = info.get("Evidence-Numbers").and_then(|text| numbers(text));
    let Some(numbers) =
        numbers.filter(|_| report.is_masked || info.get("Evidence-Variant").is_some_and(|variant| variant == "full"))
    else {
        report.find(Part::Format, "bag-info.txt", "does not say what was exported");
        return report;
    };
    // Each number has files of its own, so a longer list is only there to keep us busy.
    if numbers.len() > files.paths().map_or(0, |(paths, _)| paths.len()) {
        report.find(Part::Proof, "bag-info.txt", "names more records than there are files");
        return report;
    }
    report.numbers = numbers;
    check_bag(files, &mut report);
    check_holder(files, outside, &mut report);
    if let Some((key, checkpoint)) = check_log(files, &mut report) {
        check_numbers(files, &checkpoint, &mut report);
        check_stamps(files, outside, (&key, &checkpoint), &mut report);
    }
    check_authority_given(outside, &mut report);
    report
}

/// The lines of `bag-info.txt`; none, and a finding, when this is no export of a known version.
fn information(files: &dyn Files, report: &mut Report) -> Option<BTreeMap<String, String>> {
    let text = files.read("bag-info.txt", LARGEST_TAG).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else {
        report.find(Part::Format, "bag-info.txt", "is missing or unreadable: this is not an export");
        return None;
    };
    let mut lines = BTreeMap::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once(": ")) {
        if lines.insert(key.to_owned(), value.to_owned()).is_some() {
            report.find(Part::Bag, "bag-info.txt", "says the same thing twice");
        }
    }
    if lines.get("Evidence-Format").is_none_or(|version| version != "1") {
        report.find(Part::Format, "bag-info.txt", "names no version that is known; use a newer program");
        return None;
    }
    Some(lines)
}

/// Reads `1-3 7`, rising.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let mut all: Vec<u64> = Vec::new();
    for run in text.split(' ').filter(|run| !run.is_empty()) {
        let (from, to) = run.split_once('-').unwrap_or((run, run));
        let (from, to) = (number(from)?, number(to)?);
        let is_rising = all.last().is_none_or(|last| *last < from) && from <= to;
        if !is_rising || to - from + all.len() as u64 >= MOST_NUMBERS {
            return None;
        }
        all.extend(from..=to);
    }
    Some(all)
}

fn check_bag(files: &dyn Files, report: &mut Report) {
    match bag::check(files) {
        Err(error) => report.find(Part::Bag, "", &error.to_string()),
        Ok(checked) => {
            checked.errors.iter().for_each(|flaw| report.find(Part::Bag, &flaw.path, flaw.what));
            report.warnings.extend(checked.warnings.iter().map(|flaw| format!("{}: {}", flaw.path, flaw.what)));
        }
    }
    let Ok((paths, _)) = files.paths() else { return };
    if files
        .read("bagit.txt", 1024)
        .is_ok_and(|text| text != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    {
        report.find(Part::Bag, "bagit.txt", "is not the declaration of an export");
    }
    for needed in ["manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "sm3sums.txt"] {
        if !paths.iter().any(|path| path == needed) {
            report.find(Part::Bag, needed, "is missing");
        }
    }
    let unlisted = ["tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"];
    let tags: BTreeSet<&str> = paths.iter().map(String::as_str).filter(|path| !path.starts_with("data/")).collect();
    let listed = list(files, "tagmanifest-sha256.txt");
    for path in tags.iter().filter(|path| !unlisted.contains(path) && !listed.contains_key(**path)) {
        report.find(Part::Bag, path, "is not in the list that is signed");
    }
    for path in paths.iter().filter(|path| !path.is_ascii() || path.contains(' ')) {
        report.find(Part::Bag, path, "has a name that an export never has");
    }
    let payload: BTreeSet<&str> = paths.iter().map(String::as_str).filter(|path| path.starts_with("data/")).collect();
    check_sm3(files, &payload, report);
}

fn check_sm3(files: &dyn Files, payload: &BTreeSet<&str>, report: &mut Report) {
    let listed = list(files, "sm3sums.txt");
    let names: BTreeSet<&str> = listed.keys().map(String::as_str).collect();
    for path in payload.symmetric_difference(&names) {
        report.find(Part::Sm3, path, "is only in the list or only in the folder");
    }
    for (path, sum) in listed.iter().filter(|(path, _)| payload.contains(path.as_str())) {
        let got = files.open(path).and_then(|mut file| bag::digests(&mut file, &[Algorithm::Sm3]));
        if got.ok().as_deref() != Some(std::slice::from_ref(sum)) {
            report.find(Part::Sm3, path, "is not as its SM3 says");
        }
    }
}

/// The lines `<digest>  <path>` of a list, by path.
fn list(files: &dyn Files, name: &str) -> BTreeMap<String, String> {
    let text = files.read(name, 1 << 28).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect()
}

fn text(files: &dyn Files, path: &str) -> Option<String> {
    String::from_utf8(files.read(path, LARGEST_TAG).ok()?).ok()
}

/// Reads a key file: one line `ssh-ed25519 AAAA…`.
fn key(files: &dyn Files, path: &str) -> Option<(VerifyingKey, String)> {
    let line = text(files, path)?;
    let line = line.strip_suffix('\n')?;
    Some((signature::public_key(line)?, line.to_owned()))
}

fn check_holder(files: &dyn Files, outside: &Outside, report: &mut Report) {
    const PATH: &str = "keys/holder.pub";
    let Some((key, line)) = key(files, PATH) else {
        report.find(Part::Signature, PATH, "is missing or no key");
        return;
    };
    report.holder = signature::fingerprint(&key);
    if text(files, "keys/allowed_signers") != Some(format!("holder namespaces=\"{NAMESPACE}\" {line}\n")) {
        report.find(Part::Signature, "keys/allowed_signers", "does not hold the holder's key");
    }
    let message = files.read("tagmanifest-sha256.txt", LARGEST_TAG).unwrap_or_default();
    let armored = text(files, "tagmanifest-sha256.txt.sig").unwrap_or_default();
    if !signature::is_signed(&key, NAMESPACE, &message, &armored) {
        report.find(Part::Signature, "tagmanifest-sha256.txt.sig", "is no signature of this key over the list");
    }
    if let Some(given) = &outside.fingerprint {
        report.is_holder_known = *given == report.holder;
        if !report.is_holder_known {
            report.find(Part::Outside, PATH, "has another fingerprint than the one that you gave");
        }
    }
}

fn check_log(files: &dyn Files, report: &mut Report) -> Option<(VerifyingKey, Checkpoint)> {
    let Some((key, _)) = key(files, "keys/log.pub") else {
        report.find(Part::Checkpoint, "keys/log.pub", "is missing or no key");
        return None;
    };
    report.log = signature::fingerprint(&key);
    let mut der = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".to_vec();
    der.extend(key.as_bytes());
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der));
    if text(files, "keys/log.pub.pem") != Some(pem) {
        report.find(Part::Checkpoint, "keys/log.pub.pem", "is not the key of keys/log.pub");
    }
    let checkpoint = note::open(&files.read("log/checkpoint", LARGEST_TAG).unwrap_or_default(), &key);
    if checkpoint.is_none() {
        report.find(Part::Checkpoint, "log/checkpoint", "is not signed by the log's key");
    }
    checkpoint.map(|checkpoint| (key, checkpoint))
}

/// Each exported record: its bytes, its proof, its place in the chain; and nothing beyond.
fn check_numbers(files: &dyn Files, checkpoint: &Checkpoint, report: &mut Report) {
    let note = files.read("log/checkpoint", LARGEST_TAG).unwrap_or_default();
    let mut chain = record::Chain::new(files, report);
    let mut leaves = Vec::with_capacity(report.numbers.len());
    for number in report.numbers.clone() {
        leaves.push(if report.is_masked { None } else { chain.check(number, report) });
    }
    chain.check_rest(report);
    for (number, leaf) in report.numbers.clone().into_iter().zip(leaves) {
        let path = format!("log/{number:09}.tlog-proof");
        let proof = text(files, &path).and_then(|text| Proof::parse(&text, &note));
        let is_good = proof.is_some_and(|proof| {
            let leaf = if report.is_masked { proof.leaf } else { leaf.filter(|_| proof.leaf.is_none()) };
            proof.index == number
                && leaf.is_some_and(|leaf| {
                    proof::is_included(&leaf, number, checkpoint.size, &proof.path, &checkpoint.root)
                })
        });
        if !is_good {
            report.find(Part::Proof, &path, "does not show that the record is in the signed log");
        }
    }
}

/// A `.tlog-proof`.
struct Proof {
    leaf: Option<Hash>,
    index: u64,
    path: Vec<Hash>,
}

impl Proof {
    fn parse(text: &str, note: &[u8]) -> Option<Self> {
        let (head, rest) = text.split_once("\n\n")?;
        if rest.as_bytes() != note {
            return None;
        }
        let mut lines = head.split('\n').peekable();
        if lines.next()? != "c2sp.org/tlog-proof@v1" {
            return None;
        }
        let leaf = lines.next_if(|line| line.starts_with("extra "));
        let leaf = match leaf {
            None => None,
            Some(line) => Some(hash(line.strip_prefix("extra ")?)?),
        };
        let index = number(lines.next()?.strip_prefix("index ")?)?;
        Some(Self { leaf, index, path: lines.map(hash).collect::<Option<_>>()? })
    }
}

fn hash(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

fn check_stamps(
    files: &dyn Files,
    outside: &Outside,
    (key, checkpoint): (&VerifyingKey, &Checkpoint),
    report: &mut Report,
) {
    let Ok((paths, _)) = files.paths() else { return };
    let inside = paths.iter().filter(|path| path.starts_with("timestamps/"));
    let stems: BTreeSet<&str> =
        inside.map(|path| path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem)).collect();
    for stem in stems {
        match check_stamp(files, stem, outside, (key, checkpoint)) {
            Ok(anchor) => report.anchors.push(anchor),
            Err(what) => report.find(Part::Stamp, stem, &what),
        }
    }
}

fn check_stamp(
    files: &dyn Files,
    stem: &str,
    outside: &Outside,
    (key, checkpoint): (&VerifyingKey, &Checkpoint),
) -> Result<Anchor, String> {
    let read = |end: &str| files.read(&format!("{stem}.{end}"), LARGEST_TAG).map_err(|_| format!("has no .{end}"));
    let bytes = read("note")?;
    let stamped = note::open(&bytes, key).ok_or("the stamped checkpoint is not signed by the log's key")?;
    let path = String::from_utf8(read("consistency")?).ok();
    let path = path.and_then(|text| consistency(&text, stamped.size, checkpoint.size));
    let path = path.ok_or("the proof of consistency is unreadable")?;
    if !proof::is_continued(stamped.size, &stamped.root, checkpoint.size, &checkpoint.root, &path) {
        return Err("the log does not continue the stamped checkpoint".to_owned());
    }
    let kept = Certificate::read_all(&read("pem")?).map_err(|refusal| refusal.to_string())?;
    let reply = read("tsr")?;
    let own = Authorities::from_chain(kept.clone());
    let stamp = timestamp::verify(&reply, Subject::Data(&bytes), &own).map_err(|refusal| refusal.to_string())?;
    let is_named = outside.authorities.as_ref().is_some_and(|given| {
        let between = given.between.iter().cloned().chain(kept).collect();
        let given = Authorities { anchors: given.anchors.clone(), between };
        timestamp::verify(&reply, Subject::Data(&bytes), &given).is_ok()
    });
    Ok(Anchor { unix_seconds: stamp.unix_seconds, below: stamped.size, signer: stamp.signer, is_named })
}

fn consistency(text: &str, old: u64, new: u64) -> Option<Vec<Hash>> {
    let head = format!("zhenxin-evidence-consistency/1\nold {old}\nnew {new}\n");
    let rest = text.strip_prefix(&head)?;
    if rest.is_empty() { Some(Vec::new()) } else { rest.strip_suffix('\n')?.split('\n').map(hash).collect() }
}

/// An authority that was named must have signed something here, or the checker believes too much.
fn check_authority_given(outside: &Outside, report: &mut Report) {
    let is_met = report.anchors.iter().any(|anchor| anchor.is_named);
    if outside.authorities.is_some() && !is_met {
        report.find(Part::Outside, "timestamps", "no time-stamp here comes from the authority that you named");
    }
}
