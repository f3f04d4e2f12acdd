//! Exports: the independent verifier accepts them, and they tell nothing of what was not chosen.

use std::collections::BTreeSet;

use base64::Engine as _;
use evidence::{Entry, Moment, Selection, Variant, mask};
use sha2::{Digest, Sha256};
use verify::{Memory as Bag, Outcome, Outside, check};

use crate::at;
use crate::disk::Memory;
use crate::store::made;

const NOW: Moment = Moment { unix_ms: 1_780_000_100_000, offset_minutes: 480 };

fn selection(numbers: &[u64], variant: Variant) -> Selection {
    Selection { numbers: numbers.iter().copied().collect(), variant, covered_words: Vec::new() }
}

fn exported(store: &evidence::Store, selection: &Selection) -> Bag {
    let disk = Memory::default();
    store.export(&disk, selection, [], NOW).expect("exported");
    Bag(disk.files())
}

#[test]
fn any_subset_is_accepted_by_the_independent_verifier() {
    let made = made();
    made.add(1, &["one", "two", "three"]);
    made.add(2, &["four"]);
    let store = made.open();
    let fingerprint = evidence::fingerprint(&store.public().holder);
    for bits in 1u64..32 {
        let numbers: Vec<u64> = (0..5).filter(|number| bits >> number & 1 == 1).collect();
        let bag = exported(&store, &selection(&numbers, Variant::Full));
        let outside = Outside { fingerprint: fingerprint.clone(), authorities: None };
        let report = check(&bag, &outside);
        assert_eq!((report.findings.as_slice(), report.outcome()), ([].as_slice(), Outcome::Held), "{numbers:?}");
        assert_eq!(check(&bag, &Outside::default()).outcome(), Outcome::Alone);
        let masked = check(&exported(&store, &selection(&numbers, Variant::Masked)), &outside);
        assert_eq!((masked.findings.as_slice(), masked.outcome()), ([].as_slice(), Outcome::Alone));
    }
}

#[test]
fn what_was_not_chosen_cannot_be_confirmed_by_guessing() {
    let made = made();
    let secret = "您的验证码是000000";
    made.add(1, &["shown", secret, "also shown"]);
    let store = made.open();
    let mut record = Vec::new();
    let seen = store.visit(&|number| number == 2, &mut |kept| {
        record = kept.bytes.to_vec();
        Ok(())
    });
    seen.expect("readable");
    let unsalted = String::from_utf8(record).expect("text").split("\"salt\":\"").next().map(str::to_owned);
    for variant in [Variant::Full, Variant::Masked] {
        let bag = exported(&store, &selection(&[1, 3], variant));
        let everything: Vec<u8> = bag.0.values().flatten().copied().collect();
        let holds = |needle: &[u8]| everything.windows(needle.len()).any(|window| window == needle);
        // Whoever guesses the text right has these, and finds none of them.
        let sum = Sha256::digest(secret);
        let hex: String = evidence::hex(&sum);
        let leaf = Sha256::new().chain_update([0]).chain_update(secret).finalize();
        let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        for needle in [secret.to_owned(), hex, base64(&sum), base64(&leaf)] {
            assert!(!holds(needle.as_bytes()), "{variant:?}: {needle}");
        }
        assert!(!holds(unsalted.as_deref().unwrap_or_default().as_bytes()), "{variant:?}: the record without its salt");
    }
}

#[test]
fn two_stores_with_the_same_message_share_no_leaf() {
    let made = made();
    made.add(1, &["same", "same"]);
    let bag = exported(&made.open(), &selection(&[1, 2], Variant::Masked));
    let leaf = |number: u64| {
        let proof = String::from_utf8(bag.0[&format!("log/{number:09}.tlog-proof")].clone()).expect("text");
        proof.lines().nth(1).expect("the leaf").to_owned()
    };
    assert_ne!(leaf(1), leaf(2), "each record has a salt of its own");
}

#[test]
fn the_masked_variant_shows_no_digest_of_a_covered_text() {
    let made = made();
    made.add(1, &["致电13800000000"]);
    let bag = exported(&made.open(), &selection(&[1], Variant::Masked));
    let digest: String = evidence::hex(&Sha256::digest("致电13800000000"));
    for (name, bytes) in &bag.0 {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("13800000000") && !text.contains(&digest), "{name}");
    }
    let masked = String::from_utf8(bag.0["data/masked/000000001.txt"].clone()).expect("text");
    assert!(masked.contains("致电*********00"));
    assert_eq!(mask("无", &[]), "无");
}

#[test]
fn the_masked_variant_masks_what_was_derived_and_says_what_it_leaves_out() {
    let made = made();
    let mut store = made.open();
    let picture = store.commit(&at(1), vec![Entry::original("image/png", b"13800000000 in pixels")]).expect("kept")[0];
    let derived = |mime: &str, bytes: &'static [u8]| {
        let mut entry = Entry::original(mime, bytes);
        entry.kind = evidence::Kind::Derived;
        entry.about = vec![picture];
        entry.source.insert("type".to_owned(), "13800000000".to_owned());
        entry
    };
    let json = derived("application/json", "{\"text\":\"张三13800000000\"}".as_bytes());
    let text = derived("text/plain", "张三请致电13800000000".as_bytes());
    let numbers = store.commit(&at(2), vec![json, text]).expect("kept");
    let mut chosen = selection(&[picture, numbers[0], numbers[1]], Variant::Masked);
    chosen.covered_words.push("张三".to_owned());
    let bag = exported(&store, &chosen);
    for (name, bytes) in &bag.0 {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("13800000000") && !text.contains("张三"), "{name}");
    }
    let masked = |number: u64| String::from_utf8(bag.0[&format!("data/masked/{number:09}.txt")].clone()).expect("text");
    assert!(masked(picture).contains("image/png: 内容不在遮盖版中"));
    assert!(masked(numbers[0]).contains("application/json: 内容不在遮盖版中"));
    assert!(masked(numbers[1]).contains("**请致电*********00"));
}

#[test]
fn a_long_text_is_cut_in_the_masked_variant_and_says_so() {
    let made = made();
    // The number stands across the cut: what would be seen of it is less than a number.
    let text = format!("{}13800000000{}", "a".repeat((1 << 20) - 3), "b".repeat(100));
    made.add(1, &[&text]);
    let bag = exported(&made.open(), &selection(&[1], Variant::Masked));
    let masked = String::from_utf8(bag.0["data/masked/000000001.txt"].clone()).expect("text");
    assert!(masked.contains("全文 1048684 字节") && !masked.contains("138"));
}

#[test]
fn damaged_bytes_do_not_leave_as_evidence() {
    let made = made();
    made.open().commit(&at(1), vec![Entry::original("image/png", b"one")]).expect("kept");
    made.disk.change("objects/0000000002.age", |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    for variant in [Variant::Full, Variant::Masked] {
        let chosen = Selection { numbers: BTreeSet::from([1]), variant, covered_words: Vec::new() };
        assert!(made.open().export(&Memory::default(), &chosen, [], NOW).is_err(), "{variant:?}");
    }
}

#[test]
fn a_picture_without_a_message_is_called_a_screenshot_only() {
    let made = made();
    let mut store = made.open();
    let mut entry = Entry::original("image/png", b"picture");
    entry.source.insert("type".to_owned(), "picture".to_owned());
    store.commit(&at(1), vec![entry]).expect("kept");
    let report = check(&exported(&store, &selection(&[1], Variant::Full)), &Outside::default());
    assert!(report.has_only_pictures);
    assert!(report.to_text(verify::Language::Chinese).contains("仅有截图"));
    for language in [verify::Language::Chinese, verify::Language::English] {
        let text = report.to_text(language);
        assert!(!text.contains("真实") && !text.contains("genuine"), "{text}");
    }
}

#[test]
fn a_huge_list_of_numbers_is_refused_at_once() {
    let made = made();
    made.add(1, &["one"]);
    let mut bag = exported(&made.open(), &selection(&[1], Variant::Full));
    let info = String::from_utf8(bag.0["bag-info.txt"].clone()).expect("text");
    let info = info.replace("Evidence-Numbers: 1", "Evidence-Numbers: 1-9999999");
    bag.0.insert("bag-info.txt".to_owned(), info.into_bytes());
    let report = check(&bag, &Outside::default());
    assert_eq!((report.outcome(), report.findings.len()), (Outcome::Broken, 1));
}

/// What stands between the two, each time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

/// There is no PowerShell on many machines that run these tests, so the script is held against its sister by its text.
#[test]
fn the_script_for_windows_checks_what_the_other_checks_with_means_that_windows_has() {
    let made = made();
    made.add(1, &["one"]);
    let bag = exported(&made.open(), &selection(&[1], Variant::Full));
    let file = |name: &str| String::from_utf8(bag.0[name].clone()).expect("text");
    let (windows, shell) = (file("verify.ps1"), file("verify.sh"));
    // Windows reads a script without a byte order mark in the code page of the country.
    assert!(windows.is_ascii());
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all
    };
    let by_shell = between(&shell, "sum -c --strict --quiet ", " ").into_iter().map(str::to_owned).collect();
    let by_windows = between(&windows, "@('", "')").into_iter();
    let by_windows =
        by_windows.filter_map(|pair| pair.split_once("', 'SHA")).map(|(list, _)| list.to_owned()).collect();
    assert_eq!(sorted(by_windows), sorted(by_shell));
    for common in [
        "'^[0-9a-f]{64,128}  [A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$'",
        "(/|$)",
        "sm3sums.txt",
        "keys/holder.pub",
        "namespaces=",
        "tagmanifest-sha256.txt.sig",
        "Evidence-Format: 1",
        "Evidence-Variant: ",
        "-I holder -n evidence-export@v1",
    ] {
        assert!(windows.contains(common) && shell.contains(common), "{common}");
    }
    let code: String = windows.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    let known = [
        "Get-ChildItem",
        "Get-Command",
        "Get-Content",
        "Get-FileHash",
        "Read-List",
        "Set-Location",
        "Test-Path",
        "Write-Bad",
        "Write-Output",
    ];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    for word in code.split(|c: char| !is_part(c)).filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())) {
        let is_command =
            word.split_once('-').is_some_and(|(_, noun)| noun.starts_with(|c: char| c.is_ascii_uppercase()));
        let is_text = ["Evidence-Format", "Evidence-Variant", "A-Za-z0-9"].contains(&word);
        assert!(!is_command || is_text || known.contains(&word), "{word}");
    }
    // Newer versions alone have these.
    for newer in ["&&", "||", "??", "?.", "-Parallel", "-AsByteStream", "utf8NoBOM", "clean {"] {
        assert!(!code.contains(newer), "{newer}");
    }
    for (open, close) in [('{', '}'), ('(', ')')] {
        assert_eq!(code.matches(open).count(), code.matches(close).count(), "{open}{close}");
    }
}
