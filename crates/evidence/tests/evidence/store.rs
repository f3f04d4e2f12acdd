//! What the store does with bad input, bad disks and clocks that go backwards.

use evidence::{Entry, Error, Fault, Input, KeyRing, Kind, Recovery, Store};
use proptest::prelude::*;

use crate::disk::Memory;
use crate::{Counter, again, at};

pub struct Made {
    pub disk: Memory,
    pub keys: String,
    pub paper: String,
}

pub fn made() -> Made {
    let (keys, recovery) = KeyRing::generate(&mut Counter(1));
    let (text, disk) = (keys.to_text(), Memory::default());
    drop(Store::create(Box::new(disk.clone()), keys, Box::new(Counter(2)), &at(0)).expect("a new store"));
    Made { disk, keys: text, paper: recovery.to_text() }
}

impl Made {
    pub fn open(&self) -> Store {
        Store::open(Box::new(self.disk.clone()), again(&self.keys), Box::new(Counter(5))).expect("the store opens")
    }

    pub fn add(&self, seconds: i64, texts: &[&str]) -> Vec<u64> {
        let entries = texts.iter().map(|text| Entry::original("text/plain", text.as_bytes())).collect();
        self.open().commit(&at(seconds), entries).expect("it is kept")
    }
}

#[test]
fn what_was_kept_comes_back_byte_for_byte() {
    let made = made();
    let numbers = made.add(1, &["一", "", "three\n"]);
    assert_eq!(numbers, [1, 2, 3]);
    let store = made.open();
    assert_eq!(store.content(1, 100).expect("kept").1, "一".as_bytes());
    assert_eq!(store.content(2, 100).expect("kept").1, b"");
    assert_eq!(store.content(3, 100).expect("kept").1, b"three\n");
    assert!(matches!(store.content(9, 100), Err(Error::NoRecord { number: 9 })));
}

#[test]
fn the_newest_commits_cannot_be_taken_away_unnoticed() {
    let made = made();
    let mark = Memory::default();
    let open = || {
        let mut store = made.open();
        store.keep_mark(Box::new(mark.clone())).expect("the mark is there or made");
        store
    };
    for text in ["one", "two", "three"] {
        open().commit(&at(1), vec![Entry::original("text/plain", text.as_bytes())]).expect("it is kept");
    }
    assert_eq!(open().fault(), None);
    for folder in ["objects", "commits"] {
        made.disk.remove(&format!("{folder}/0000000004.age"));
    }
    made.disk.remove("checkpoints/0000000004");
    assert_eq!(made.open().fault(), None, "the store itself has no gap");
    let mut store = open();
    assert!(matches!(store.fault(), Some(Fault::Older { here: 3, known: 4 })), "{:?}", store.fault());
    let refused = store.commit(&at(2), vec![Entry::original("text/plain", b"four")]);
    assert!(matches!(refused, Err(Error::Closed { .. })));
    drop(store);
    assert!(open().fault().is_some(), "the mark stays what it was");
    // A store that is made anew beside it begins a mark of its own.
    let anew = self::made();
    let mut store = anew.open();
    store.begin_mark(Box::new(mark.clone()));
    drop(store);
    let mut store = anew.open();
    store.keep_mark(Box::new(mark)).expect("it is read");
    assert_eq!(store.fault(), None);
}

#[test]
fn nothing_kept_can_be_read_on_the_disk() {
    let made = made();
    made.add(1, &["a very secret message"]);
    for (name, bytes) in made.disk.files() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret"), "{name}");
        assert!(!text.contains("AGE-SECRET-KEY"), "{name}");
    }
}

#[test]
fn hiding_deletes_nothing_and_can_be_undone() {
    let made = made();
    made.add(1, &["one", "two"]);
    let mut store = made.open();
    store.commit(&at(2), vec![Entry::remark(Kind::Hide, vec![1], None)]).expect("hidden");
    assert!(store.is_hidden(1));
    assert_eq!(store.content(1, 100).expect("still there").1, b"one");
    drop(store);
    let mut store = made.open();
    assert!(store.is_hidden(1), "also after opening again");
    store.commit(&at(3), vec![Entry::remark(Kind::Show, vec![1], None)]).expect("shown");
    assert!(!store.is_hidden(1));
}

#[test]
fn a_clock_that_goes_backwards_is_told() {
    let made = made();
    made.add(100, &["one"]);
    let numbers = made.add(50, &["two"]);
    assert_eq!(numbers, [3], "record 2 tells of the clock");
    let mut kinds = Vec::new();
    made.open()
        .visit(&|_| true, &mut |kept| {
            kinds.push(kept.record.kind);
            Ok(())
        })
        .expect("readable");
    assert_eq!(kinds, [Kind::Key, Kind::Original, Kind::Clock, Kind::Original]);
}

#[test]
fn two_processes_do_not_write_at_once() {
    let made = made();
    let first = made.open();
    let second = Store::open(Box::new(made.disk.clone()), again(&made.keys), Box::new(Counter(9)));
    assert!(matches!(second, Err(Error::Locked)));
    drop(first);
    made.open();
}

#[test]
fn other_keys_do_not_open_it_and_paper_does() {
    let (made, other) = (made(), KeyRing::generate(&mut Counter(77)));
    let opened = Store::open(Box::new(made.disk.clone()), other.0, Box::new(Counter(9)));
    assert!(matches!(opened, Err(Error::WrongKey)));
    assert!(matches!(Store::recover_keys(&made.disk, &other.1), Err(Error::WrongKey)));
    let spaced = format!(" {} \n", made.paper.to_lowercase());
    let paper = Recovery::from_text(&spaced).expect("as typed");
    let keys = Store::recover_keys(&made.disk, &paper).expect("paper opens it");
    assert_eq!(keys.to_text(), made.keys);
    let slip = made.paper.replacen('Q', "P", 1).replacen('Z', "Y", 1);
    assert!(Recovery::from_text(&slip).is_err() || slip == made.paper);
}

#[test]
fn a_damaged_object_is_found_and_hurts_nothing_else() {
    let made = made();
    made.add(1, &["one"]);
    made.add(2, &["two"]);
    made.disk.change("objects/0000000002.age", |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    let mut store = made.open();
    assert_eq!(store.verify().expect("readable"), [Fault::Content { number: 1 }]);
    assert!(store.content(1, 100).is_err());
    assert_eq!(store.content(2, 100).expect("whole").1, b"two");
    store.commit(&at(3), vec![Entry::original("text/plain", b"three")]).expect("the log is whole");
}

#[test]
fn a_missing_object_is_found() {
    let made = made();
    made.add(1, &["one"]);
    made.disk.remove("objects/0000000002.age");
    assert_eq!(made.open().verify().expect("readable"), [Fault::Content { number: 1 }]);
}

#[test]
fn a_damaged_log_is_closed_to_writing() {
    let changes: [&dyn Fn(&Memory); 5] = [
        &|disk| disk.change("commits/0000000002.age", |bytes| bytes.truncate(bytes.len() - 1)),
        &|disk| disk.remove("commits/0000000002.age"),
        &|disk| disk.remove("checkpoints/0000000002"),
        &|disk| disk.change("checkpoints/0000000002", |bytes| bytes[80] ^= 1),
        &|disk| {
            let files = disk.files();
            disk.change("commits/0000000002.age", |bytes| *bytes = files["commits/0000000003.age"].clone());
        },
    ];
    for change in changes {
        let made = made();
        made.add(1, &["one"]);
        made.add(2, &["two"]);
        change(&made.disk);
        let mut store = made.open();
        assert!(matches!(store.fault(), Some(Fault::Log { commit: 2, .. })), "{:?}", store.fault());
        assert!(!store.verify().expect("readable").is_empty());
        let written = store.commit(&at(3), vec![Entry::original("text/plain", b"three")]);
        assert!(matches!(written, Err(Error::Closed { .. })));
    }
}

/// A source that ends in an error.
struct Broken;

impl std::io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the medium is scratched"))
    }
}

#[test]
fn a_source_that_cannot_be_read_is_named_and_the_store_goes_on() {
    let made = made();
    made.add(100, &["one"]);
    let mut store = made.open();
    let broken = || {
        let input = Input { mime: "text/plain".to_owned(), reader: Box::new(Broken) };
        Entry { input: Some(input), ..Entry::remark(Kind::Original, Vec::new(), None) }
    };
    // The clock goes back, so that a record of the program's own comes first.
    let written = store.commit(&at(50), vec![Entry::original("text/plain", b"two"), broken()]);
    assert!(matches!(written, Err(Error::Input { entry: 1, .. })));
    drop(store);
    let mut store = made.open();
    assert_eq!((store.len(), store.events()), (2, [].as_slice()), "whoever opens it next finds nothing unfinished");
    let written = store.commit(&at(50), vec![Entry::original("text/plain", b"two"), broken()]);
    assert!(matches!(written, Err(Error::Input { entry: 1, .. })));
    assert_eq!(store.len(), 2);
    let numbers = store.commit(&at(50), vec![Entry::original("text/plain", b"two")]).expect("the store goes on");
    assert_eq!(store.content(numbers[0], 100).expect("kept").1, b"two");
    drop(store);
    let store = made.open();
    assert_eq!((store.verify().expect("readable"), store.events()), (vec![], [].as_slice()));
}

#[test]
fn records_are_found_by_kind_and_by_what_they_speak_of() {
    let made = made();
    made.add(1, &["one", "two"]);
    let mut store = made.open();
    let both = vec![Entry::remark(Kind::Derived, vec![1], None), Entry::remark(Kind::Note, vec![1, 3], None)];
    store.commit(&at(2), both).expect("an entry may speak of one before it");
    let itself = store.commit(&at(3), vec![Entry::remark(Kind::Note, vec![5], None)]);
    assert!(matches!(itself, Err(Error::NoRecord { number: 5 })));
    let check = |store: &Store| {
        assert_eq!(store.numbers(&[Kind::Original]), [1, 2]);
        assert_eq!((store.speaking_of(1), store.speaking_of(3)), (&[3, 4][..], &[4][..]));
        assert_eq!((store.speaking_of(9), store.kind(4), store.kind(5)), (&[][..], Some(Kind::Note), None));
    };
    check(&store);
    drop(store);
    check(&made.open());
}

#[test]
fn a_store_of_another_version_is_not_touched() {
    let made = made();
    made.disk.change("FORMAT", |bytes| *bytes = b"zhenxin-evidence-store/2\n".to_vec());
    let opened = Store::open(Box::new(made.disk.clone()), again(&made.keys), Box::new(Counter(9)));
    assert!(matches!(opened, Err(Error::Version { .. })));
}

#[test]
fn a_record_speaks_only_of_earlier_ones() {
    let made = made();
    let written = made.open().commit(&at(1), vec![Entry::remark(Kind::Note, vec![7], None)]);
    assert!(matches!(written, Err(Error::NoRecord { number: 7 })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_come_back(all in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..2000), 1..8)) {
        let made = made();
        let entries = all.iter().map(|bytes| Entry::original("application/octet-stream", bytes)).collect();
        let numbers = made.open().commit(&at(1), entries).expect("kept");
        let store = made.open();
        for (number, bytes) in numbers.iter().zip(&all) {
            prop_assert_eq!(&store.content(*number, u64::MAX).expect("kept").1, bytes);
        }
        prop_assert!(store.verify().expect("readable").is_empty());
    }

    #[test]
    fn any_text_is_a_canonical_record(text in "\\PC{0,60}", key in "\\PC{1,20}") {
        let made = made();
        let mut entry = Entry::remark(Kind::Note, Vec::new(), Some(text));
        entry.source.insert(key.clone(), key);
        made.open().commit(&at(1), vec![entry]).expect("kept");
        let store = made.open();
        prop_assert_eq!(store.fault(), None);
    }
}
