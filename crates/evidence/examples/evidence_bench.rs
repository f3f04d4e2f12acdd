//! How fast the store is and how large it grows: `cargo run --release -p evidence --example evidence_bench [MESSAGES] [PICTURES]`.

#![expect(clippy::print_stdout, reason = "the figures are what the program is for")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use evidence::{Entropy, Entry, Folder, Input, KeyRing, Kind, Moment, Origin, Selection, Store, Variant};

const TOGETHER: usize = 1000;
const PICTURE: u64 = 300_000;

struct Random(u64);

impl Entropy for Random {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 33) as u8;
        }
    }
}

fn size(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    let each = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    each.sum()
}

/// The most memory that the process has held, as Linux tells.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

fn main() {
    let number = |at: usize, standard: usize| std::env::args().nth(at).and_then(|n| n.parse().ok()).unwrap_or(standard);
    let (messages, pictures) = (number(1, 100_000), number(2, 1_000));
    let folder = std::env::temp_dir().join(format!("evidence-bench-{}", std::process::id()));
    let (keys, _) = KeyRing::generate(&mut Random(1));
    let text = keys.to_text();
    let now = Moment { unix_ms: 1_780_000_000_000, offset_minutes: 480 };
    let origin = Origin { actor: "user", tool: "bench 1", now };
    let mut store =
        Store::create(Box::new(Folder::new(&folder)), keys, Box::new(Random(2)), &origin).expect("a new store");
    let begun = Instant::now();
    for from in (0..messages).step_by(TOGETHER) {
        let texts: Vec<String> = (from..(from + TOGETHER).min(messages))
            .map(|n| format!("【某平台】尊敬的客户，您第{n}号账单已到还款日，请及时处理，详询客服。退订回T"))
            .collect();
        let entries = texts.iter().map(|text| {
            let mut entry = Entry::original("text/plain", text.as_bytes());
            entry.source.insert("sender".to_owned(), "1069000".to_owned());
            entry.source.insert("type".to_owned(), "message".to_owned());
            entry.times.push(now.claimed(evidence::Meaning::Received, "user"));
            entry
        });
        store.commit(&origin, entries.collect()).expect("kept");
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{messages} messages added: {seconds:.2} s, {:.0}/s", messages as f64 / seconds);
    let begun = Instant::now();
    for from in (0..pictures).step_by(100) {
        let entries = (from..(from + 100).min(pictures)).map(|n| Entry {
            input: Some(Input {
                mime: "image/jpeg".to_owned(),
                reader: Box::new(std::io::Read::take(std::io::repeat(n as u8), PICTURE)),
            }),
            ..Entry::remark(Kind::Original, Vec::new(), None)
        });
        store.commit(&origin, entries.collect()).expect("kept");
    }
    println!("{pictures} pictures of {PICTURE} bytes added: {:.2} s", begun.elapsed().as_secs_f64());
    println!("size of the store: {:.1} MB; memory so far {}", size(&folder) as f64 / 1e6, memory());
    drop(store);
    let begun = Instant::now();
    let keys = KeyRing::from_text(&text).expect("our own keys");
    let mut store = Store::open(Box::new(Folder::new(&folder)), keys, Box::new(Random(3))).expect("it opens");
    println!("opened, whole log replayed and checked: {:.2} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    store.commit(&origin, vec![Entry::original("text/plain", b"one more")]).expect("kept");
    println!("one more message: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let begun = Instant::now();
    let faults = store.verify().expect("readable");
    println!("verified with all bytes: {:.2} s, {} faults", begun.elapsed().as_secs_f64(), faults.len());
    let begun = Instant::now();
    let numbers: BTreeSet<u64> = (1..=1000.min(messages as u64)).collect();
    let (count, out) =
        (numbers.len(), folder.join("../").join(format!("evidence-bench-export-{}", std::process::id())));
    let selection = Selection { numbers, variant: Variant::Full, covered_words: Vec::new() };
    store.export(&Folder::new(&out), &selection, [], now).expect("exported");
    println!("{count} messages exported: {:.2} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let report = verify::check(&verify::Directory(out.clone()), &verify::Outside::default());
    println!("export checked: {:.2} s, {} findings", begun.elapsed().as_secs_f64(), report.findings.len());
    println!("most memory held: {}", memory());
    let _ = fs::remove_dir_all(&folder);
    let _ = fs::remove_dir_all(&out);
}
