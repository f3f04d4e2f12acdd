//! Bags: the Library of Congress suite, and what no bag may do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use verify::bag::check;
use verify::{Directory, Memory};

fn folders(path: &Path) -> Vec<std::path::PathBuf> {
    let mut all: Vec<_> =
        fs::read_dir(path).expect("the suite is readable").map(|e| e.expect("readable").path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

#[test]
fn the_published_bags_are_judged_as_their_folder_says() {
    let Some(suite) = crate::published("bagit") else { return };
    let (mut judged, mut spoken) = (0, 0);
    for version in folders(&suite) {
        for class in folders(&version) {
            for bag in folders(&class) {
                let found = check(&Directory(bag.clone())).expect("the bag can be listed");
                let name = bag.display();
                let is_out_of_scope = bag.to_string_lossy().contains("out-of-scope");
                match class.file_name().and_then(|name| name.to_str()) {
                    Some("warning") => {
                        assert!(!found.warnings.is_empty(), "{name}: nothing said");
                        spoken += 1;
                    }
                    Some("invalid") => assert!(!found.errors.is_empty(), "{name} passed"),
                    _ if is_out_of_scope => assert!(!found.errors.is_empty(), "{name} passed"),
                    _ => assert_eq!(found.errors, [], "{name}"),
                }
                judged += 1;
            }
        }
    }
    assert_eq!((judged - spoken, spoken), (54, 6));
}

fn bag(files: &[(&str, &str)]) -> Memory {
    let mut all: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    all.insert("bagit.txt".to_owned(), b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_vec());
    for (path, text) in files {
        all.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    Memory(all)
}

fn line(path: &str, text: &str) -> String {
    format!("{}  {path}\n", evidence::hex(&Sha256::digest(text)))
}

#[test]
fn a_whole_bag_is_valid_and_each_lack_is_found() {
    let list = line("data/a", "x");
    let good = bag(&[("data/a", "x"), ("manifest-sha256.txt", &list)]);
    assert_eq!(check(&good).expect("listed").errors, []);
    let cases: [&[(&str, &str)]; 6] = [
        &[("manifest-sha256.txt", &list)],
        &[("data/a", "y"), ("manifest-sha256.txt", &list)],
        &[("data/a", "x"), ("data/b", "x"), ("manifest-sha256.txt", &list)],
        &[("data/a", "x")],
        &[("data/a", "x"), ("manifest-sha256.txt", &list), ("manifest-sha512.txt", "")],
        &[("data/a", "x"), ("manifest-sha256.txt", &list), ("fetch.txt", "https://a.example/ - data/../../b")],
    ];
    for case in cases {
        assert_ne!(check(&bag(case)).expect("listed").errors, [], "{case:?}");
    }
}

#[test]
fn no_name_leads_out_of_the_bag() {
    let names = [
        "../b",
        "data/../../b",
        "/etc/passwd",
        "~/b",
        "~root/b",
        "C:\\b",
        "c:/b",
        "\\\\host\\b",
        "data/..\\..\\b",
        "%HomeDrive%\\b",
        "b",
        "data\\b",
        "",
    ];
    for name in names {
        let list = line(name, "x");
        let found = check(&bag(&[("manifest-sha256.txt", &list)])).expect("listed");
        assert_ne!(found.errors, [], "{name}");
    }
}

proptest! {
    #[test]
    fn no_list_makes_it_panic(list in "\\PC{0,200}", fetch in "[ -~\\n\\\\/.]{0,80}") {
        let _ = check(&bag(&[("manifest-sha256.txt", &list), ("fetch.txt", &fetch), ("data/a", "x")]));
    }
}
