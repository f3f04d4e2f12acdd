//! Changes exports in 10,000 ways and prints, kind by kind, what the verifier says: `cargo run --release -p verify
//! --example mutate [COUNT]`. Ends with 1 when a change goes unnoticed that is not known to be harmless.

#![expect(clippy::print_stdout, reason = "the table is what the program is for")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use evidence::{Entropy, Entry, Folder, KeyRing, Kind, Moment, Origin, Selection, Store, Variant};
use timestamp::{Authorities, Certificate};
use verify::{Directory, Files, Memory, Outcome, Outside, check};

#[path = "mutate/forge.rs"]
mod forge;

use forge::{resign, rewrite};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

impl Entropy for Random {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next() as u8;
        }
    }
}

/// A store and exports of it, in a folder that goes away.
struct Workshop {
    folder: PathBuf,
}

impl Workshop {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("evidence-mutate-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the work");
        Self { folder }
    }

    /// A store with some messages; `seed` decides over keys and salts, `day` over the clock.
    fn store(&self, name: &str, seed: u64, day: i64) -> Store {
        let (keys, _) = KeyRing::generate(&mut Random(seed));
        let disk = Box::new(Folder::new(self.folder.join(name)));
        let mut store = Store::create(disk, keys, Box::new(Random(seed + 1)), &origin(day)).expect("a store");
        for number in 0..12 {
            let text = format!("【某平台】您第{number}期账单 {}00.00 元已逾期。", number + 1);
            let mut entry = Entry::original("text/plain", text.as_bytes());
            entry.source.insert("type".to_owned(), "message".to_owned());
            store.commit(&origin(day), vec![entry]).expect("kept");
        }
        store
    }

    fn export(&self, store: &Store, name: &str, variant: Variant) -> Memory {
        let numbers = [1, 2, 3, 5, 8].into_iter().collect();
        let path = self.folder.join(name);
        fs::create_dir_all(&path).expect("a folder for the export");
        let selection = Selection { numbers, variant, covered_words: Vec::new() };
        store.export(&Folder::new(&path), &selection, [], origin(0).now).expect("exported");
        let directory = Directory(path);
        let (paths, _) = directory.paths().expect("listed");
        Memory(paths.into_iter().map(|path| (path.clone(), directory.read(&path, 1 << 30).expect("read"))).collect())
    }

    /// A time-stamp service of our own, by openssl.
    fn stamp(&self, store: &mut Store) -> Option<Authorities> {
        let run = |arguments: &[&str]| {
            let done = Command::new("openssl").args(arguments).current_dir(&self.folder).output();
            done.is_ok_and(|output| output.status.success())
        };
        let settings = "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n[leaf]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256\n[req]\ndistinguished_name=dn\n[dn]\n";
        fs::write(self.folder.join("tsa.cnf"), settings).ok()?;
        fs::write(self.folder.join("serial"), "01").ok()?;
        let (_, request) = store.request_stamp().ok()?;
        fs::write(self.folder.join("q"), request).ok()?;
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "tsa.cnf"];
        let ca = [
            "req",
            "-x509",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-subj",
            "/CN=Root",
            "-extensions",
            "ca",
            "-days",
            "3000",
        ];
        let leaf = ["req", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Service"];
        let signed = [
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "3000",
            "-extfile",
            "tsa.cnf",
            "-extensions",
            "leaf",
            "-out",
            "tsa.pem",
        ];
        let reply = [
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-queryfile",
            "q",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-out",
            "r",
        ];
        let is_made = run(&[&ca[..], &curve[..]].concat())
            && run(&[&leaf[..], &curve[..]].concat())
            && run(&signed)
            && run(&reply);
        if !is_made {
            return None;
        }
        let (reply, pem) = (fs::read(self.folder.join("r")).ok()?, fs::read(self.folder.join("ca.pem")).ok()?);
        store.accept_stamp(&reply, &pem, &origin(1)).ok()?;
        Some(Authorities::from_chain(Certificate::read_all(&pem).ok()?))
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn origin(day: i64) -> Origin<'static> {
    Origin {
        actor: "user",
        tool: "mutate 1",
        now: Moment { unix_ms: 1_780_000_000_000 + day * 86_400_000, offset_minutes: 480 },
    }
}

/// Changes a bag in one random way and returns the name of the way.
fn change(bag: &mut BTreeMap<String, Vec<u8>>, random: &mut Random) -> &'static str {
    let paths: Vec<String> = bag.keys().cloned().collect();
    let path = paths[random.below(paths.len())].clone();
    let other = paths[random.below(paths.len())].clone();
    let bytes = bag.get_mut(&path).expect("it is there");
    let at = random.below(bytes.len());
    match random.below(10) {
        0 | 1 => {
            bytes[at] ^= 1 << random.below(8);
            "flip a bit"
        }
        2 => {
            bytes.truncate(at);
            "truncate"
        }
        3 => {
            bag.remove(&path);
            "drop a file"
        }
        4 => {
            bytes.insert(at, random.next() as u8);
            "insert a byte"
        }
        5 => {
            bytes.remove(at);
            "remove a byte"
        }
        6 => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let (one, two) = (random.below(lines.len()), random.below(lines.len()));
            lines.swap(one, two);
            *bytes = lines.concat();
            "swap two lines"
        }
        7 => {
            let (one, two) = (bag[&path].clone(), bag[&other].clone());
            bag.insert(path, two);
            bag.insert(other, one);
            "swap two files"
        }
        8 => {
            let copy = bytes.clone();
            bag.insert(format!("{path}.more"), copy);
            "add a file"
        }
        _ => {
            let piece: Vec<u8> = bytes[at..].to_vec();
            bytes.extend(piece);
            "repeat the end"
        }
    }
}

/// What is changed by somebody who knows the format and has everything but the keys and the outside.
fn named(workshop: &Workshop, bag: &Memory) -> Vec<(&'static str, Memory)> {
    let mut all = Vec::new();
    let mut recomputed = bag.clone();
    recomputed.0.insert("data/originals/000000001.txt".to_owned(), "【某平台】改过的内容".as_bytes().to_vec());
    relist(&mut recomputed);
    all.push(("change a message, recompute all lists", recomputed));
    let mut dropped = bag.clone();
    for path in ["data/records/000000003.json", "data/originals/000000003.txt", "log/000000003.tlog-proof"] {
        dropped.0.remove(path);
    }
    let info = String::from_utf8(dropped.0["bag-info.txt"].clone()).expect("text");
    dropped.0.insert("bag-info.txt".to_owned(), info.replace("1-3", "1-2").into_bytes());
    relist(&mut dropped);
    all.push(("drop a message, recompute all lists", dropped));
    let forger = workshop.store("forged", 9_000, 0);
    let forged = workshop.export(&forger, "forged-export", Variant::Full);
    all.push(("make everything anew with other keys", forged.clone()));
    let earlier = workshop.store("backdated", 9_100, -400);
    all.push(("make everything anew, backdated", workshop.export(&earlier, "backdated-export", Variant::Full)));
    let mut swapped = bag.clone();
    for path in ["keys/holder.pub", "keys/allowed_signers", "tagmanifest-sha256.txt.sig"] {
        swapped.0.insert(path.to_owned(), forged.0[path].clone());
    }
    all.push(("put another holder's key and signature", swapped));
    let mut grafted = bag.clone();
    for path in ["keys/log.pub", "keys/log.pub.pem", "log/checkpoint"] {
        grafted.0.insert(path.to_owned(), forged.0[path].clone());
    }
    relist(&mut grafted);
    all.push(("put another log's checkpoint", grafted));
    let stamped = bag.0.iter().find(|(path, _)| path.strip_suffix(".note").is_some()).map(|(_, bytes)| bytes.clone());
    if let Some(older) = stamped {
        let mut replayed = bag.clone();
        replayed.0.insert("log/checkpoint".to_owned(), older);
        relist(&mut replayed);
        all.push(("replay an older checkpoint", replayed));
        let mut other = forged;
        for (path, bytes) in bag.0.iter().filter(|(path, _)| path.starts_with("timestamps/")) {
            other.0.insert(path.clone(), bytes.clone());
        }
        relist(&mut other);
        all.push(("put our time-stamp into a forgery", other));
        let mut unstamped = bag.clone();
        unstamped.0.retain(|path, _| !path.starts_with("timestamps/"));
        relist(&mut unstamped);
        all.push(("take the time-stamps away", unstamped));
    }
    all
}

/// Forgeries that fit in themselves: keys of the forger's own sign everything anew, so that only something from outside
/// the package tells.
fn forgeries(workshop: &Workshop, bag: &Memory) -> Vec<(&'static str, Memory)> {
    let forged = workshop.export(&workshop.store("anew", 9_200, 0), "anew-export", Variant::Full);
    let mut resigned = bag.clone();
    resigned.0.retain(|path, _| !path.starts_with("timestamps/"));
    resign(&mut resigned, 77);
    let mut rewritten = bag.clone();
    rewritten.0.retain(|path, _| !path.starts_with("timestamps/"));
    rewrite(&mut rewritten, 3, "【某平台】改过的内容".as_bytes());
    resign(&mut rewritten, 78);
    vec![
        ("all made anew with other keys", forged),
        ("all signed anew, nothing else changed", resigned),
        ("a message and the tree changed, all signed anew", rewritten),
    ]
}

/// Makes all lists fit again, as anybody can.
pub fn relist(bag: &mut Memory) {
    let sums = |bag: &Memory, is_in: &dyn Fn(&str) -> bool, digest: fn(&evidence::Digests) -> String| {
        let lines = bag.0.iter().filter(|(path, _)| is_in(path));
        let lines: Vec<String> =
            lines.map(|(path, bytes)| format!("{}  {path}\n", digest(&evidence::Digests::of(bytes)))).collect();
        lines.concat()
    };
    let is_payload = |path: &str| path.starts_with("data/");
    for (list, digest) in [
        ("manifest-sha256.txt", (|sums| sums.sha256.clone()) as fn(&evidence::Digests) -> String),
        ("manifest-sha512.txt", |sums| sums.sha512.clone()),
        ("sm3sums.txt", |sums| sums.sm3.clone()),
    ] {
        let text = sums(bag, &is_payload, digest);
        bag.0.insert(list.to_owned(), text.into_bytes());
    }
    let is_tag = |path: &str| !path.starts_with("data/") && !path.starts_with("tagmanifest");
    let text = sums(bag, &is_tag, |sums| sums.sha256.clone());
    bag.0.insert("tagmanifest-sha256.txt".to_owned(), text.into_bytes());
}

/// What the format says of a change that is not noticed; none when it should have been.
fn harmless(before: &Memory, after: &Memory) -> Option<&'static str> {
    let differing: Vec<&String> =
        before.0.keys().chain(after.0.keys()).filter(|path| before.0.get(*path) != after.0.get(*path)).collect();
    // The armour of a signature is only its wrapping: line ends in it carry nothing.
    let is_armour = differing.iter().all(|path| path.as_str() == "tagmanifest-sha256.txt.sig");
    let plain = |bag: &Memory| -> Vec<u8> {
        let armour = bag.0.get("tagmanifest-sha256.txt.sig").cloned().unwrap_or_default();
        armour.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect()
    };
    (is_armour && plain(before) == plain(after)).then_some("only white space around the signature's armour")
}

/// Why a forgery that fits in itself is no failure of the check: it never says more than this.
const ALONE: &str = "nothing from outside was given, and the check says so (exit 3, never 0): the fingerprint told by another route, or a time-stamp, detects it";

fn main() -> ExitCode {
    let count: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let workshop = Workshop::new();
    let mut store = workshop.store("store", 1, 0);
    let authorities = workshop.stamp(&mut store);
    store
        .commit(&origin(2), vec![Entry::remark(Kind::Note, vec![1], Some("after the stamp".to_owned()))])
        .expect("kept");
    if authorities.is_none() {
        println!("openssl is not here: without time-stamps");
    }
    let (full, masked) =
        (workshop.export(&store, "full", Variant::Full), workshop.export(&store, "masked", Variant::Masked));
    let outside = Outside { fingerprint: evidence::fingerprint(&store.public().holder), authorities };
    assert_eq!(check(&full, &outside).outcome(), Outcome::Held, "{:?}", check(&full, &outside).findings);
    assert_eq!(check(&masked, &outside).outcome(), Outcome::Alone);
    let mut table: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut random = Random(20_260_506);
    let mut judge = |name: String, before: &Memory, after: &Memory, outside: &Outside| {
        let outcome = check(after, outside).outcome();
        let row = table.entry(name).or_default();
        row[0] += 1;
        let is_alone = outcome == Outcome::Alone && outside.fingerprint.is_none() && outside.authorities.is_none();
        let reason = if is_alone { Some(ALONE) } else { harmless(before, after) };
        match (outcome, reason) {
            (Outcome::Broken | Outcome::Unreadable, _) => row[1] += 1,
            (Outcome::Held | Outcome::Alone, Some(reason)) => {
                row[2] += 1;
                *reasons.entry(reason).or_default() += 1;
            }
            (Outcome::Held | Outcome::Alone, None) => row[3] += 1,
        }
    };
    for (name, after) in named(&workshop, &full) {
        judge(name.to_owned(), &full, &after, &outside);
    }
    let mut kept = full.clone();
    resign(&mut kept, 79);
    judge("all signed anew, time-stamps left as they are".to_owned(), &full, &kept, &Outside::default());
    let told = Outside { fingerprint: outside.fingerprint.clone(), authorities: None };
    let stamped = Outside { fingerprint: None, authorities: outside.authorities.clone() };
    for (name, after) in forgeries(&workshop, &full) {
        assert_eq!(check(&after, &Outside::default()).findings, [], "{name}: it fits in itself");
        judge(format!("{name}: fingerprint told"), &full, &after, &told);
        if stamped.authorities.is_some() {
            judge(format!("{name}: authority named"), &full, &after, &stamped);
        }
        judge(format!("{name}: nothing told"), &full, &after, &Outside::default());
    }
    for round in 0..count {
        let before = if round % 4 == 3 { &masked } else { &full };
        // Two equal lines or files may be swapped: that changes nothing, so another change is made.
        let (name, after) = std::iter::repeat_with(|| {
            let mut after = before.clone();
            (change(&mut after.0, &mut random), after)
        })
        .find(|(_, after)| after.0 != before.0)
        .expect("some change changes something");
        judge(name.to_owned(), before, &after, &outside);
    }
    println!("{:66} {:>7} {:>9} {:>9} {:>7}", "change", "made", "detected", "harmless", "MISSED");
    let mut sum = [0; 4];
    for (name, row) in &table {
        println!("{name:66} {:>7} {:>9} {:>9} {:>7}", row[0], row[1], row[2], row[3]);
        sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    println!("{:66} {:>7} {:>9} {:>9} {:>7}", "all", sum[0], sum[1], sum[2], sum[3]);
    for (reason, count) in &reasons {
        println!("harmless, {count}: {reason}");
    }
    ExitCode::from(u8::from(sum[3] > 0))
}
