//! A store where nothing can be written: it is read, checked and exported from, and stays as it is.

use evidence::{Entry, Error, Event, Fault, Kind, Moment, Selection, Store, Variant};
use verify::{Memory as Bag, Outcome, Outside, check};

use crate::disk::Memory;
use crate::store::{Made, made};
use crate::{Counter, again, at};

fn try_open(made: &Made) -> Result<Store, Error> {
    Store::open(Box::new(made.disk.clone()), again(&made.keys), Box::new(Counter(9)))
}

#[test]
fn it_is_read_and_exported_from_and_nothing_is_written() {
    let made = made();
    made.add(1, &["one", "two"]);
    made.disk.set_read_only(true);
    let before = made.disk.files();
    let mut store = made.open();
    assert!(store.is_read_only());
    store.keep_mark(Box::new(made.disk.clone())).expect("there is no mark, and none is made");
    assert_eq!((store.fault(), store.events()), (None, [].as_slice()));
    assert_eq!(store.verify().expect("readable"), []);
    assert_eq!(store.content(1, 100).expect("kept").1, b"one");
    let to = Memory::default();
    let selection = Selection { numbers: [1].into(), variant: Variant::Full, covered_words: Vec::new() };
    store.export(&to, &selection, [], Moment { unix_ms: 0, offset_minutes: 0 }).expect("exported to elsewhere");
    assert_eq!(check(&Bag(to.files()), &Outside::default()).outcome(), Outcome::Alone);
    let refused = store.commit(&at(2), vec![Entry::original("text/plain", b"three")]);
    assert!(matches!(refused, Err(Error::ReadOnly)));
    assert!(matches!(store.request_stamp(), Err(Error::ReadOnly)));
    assert_eq!(made.disk.files(), before);
}

#[test]
fn readers_share_it_and_a_writer_keeps_them_out() {
    let made = made();
    let writer = made.open();
    made.disk.set_read_only(true);
    assert!(matches!(try_open(&made), Err(Error::Locked)), "a writer came first");
    drop(writer);
    let (one, two) = (made.open(), made.open());
    made.disk.set_read_only(false);
    assert!(matches!(try_open(&made), Err(Error::Locked)), "two are reading");
    drop((one, two));
    assert!(!made.open().is_read_only());
}

#[test]
fn what_a_crash_left_is_told_and_passed_over() {
    let made = made();
    made.add(1, &["one"]);
    made.add(2, &["two"]);
    made.disk.remove("checkpoints/0000000003");
    let before = made.disk.files();
    made.disk.set_read_only(true);
    let store = made.open();
    assert_eq!(store.fault(), None);
    assert_eq!(store.len(), 2, "what was not acknowledged is not shown");
    let left = |file: &str| Event::Left { file: file.to_owned() };
    assert_eq!(store.events(), [left("commits/0000000003.age"), left("objects/0000000003.age")]);
    assert_eq!(made.disk.files(), before);
    drop(store);
    made.disk.set_read_only(false);
    let store = made.open();
    assert_eq!(store.numbers(&[Kind::Original]), [1, 2], "where it can be written, the commit is finished");
}

#[test]
fn an_older_copy_is_told_from_the_newest() {
    let made = made();
    made.add(1, &["one"]);
    let copy =
        Made { disk: made.disk.reboot(crate::disk::Survives::All), keys: made.keys.clone(), paper: String::new() };
    let mark = Memory::default();
    let mut store = made.open();
    store.keep_mark(Box::new(mark.clone())).expect("it is made");
    store.commit(&at(2), vec![Entry::original("text/plain", b"two")]).expect("kept");
    copy.disk.set_read_only(true);
    let mut older = copy.open();
    older.keep_mark(Box::new(mark)).expect("it is read");
    assert_eq!(older.fault(), Some(&Fault::Older { here: 2, known: 3 }));
    assert_eq!(older.content(1, 100).expect("kept").1, b"one");
}
