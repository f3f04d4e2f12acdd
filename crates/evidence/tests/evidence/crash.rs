//! The power fails at every operation: nothing acknowledged is lost, nothing is missing in silence.

use evidence::{Entry, Error, KeyRing, Kind, Store};

use crate::disk::{Memory, Survives};
use crate::{Counter, again, at};

const COMMITS: i64 = 12;

/// Texts by number.
type Texts = Vec<(u64, String)>;

/// Adds until the power fails; returns the texts that were acknowledged, by number.
fn work(disk: &Memory, keys: &str) -> Result<Texts, (Texts, Error)> {
    let mut acknowledged = Vec::new();
    let mut store = match Store::open(Box::new(disk.clone()), again(keys), Box::new(Counter(7))) {
        Ok(store) => store,
        Err(error) => return Err((acknowledged, error)),
    };
    for round in 0..COMMITS {
        let text = format!("message {round}");
        let entries = if round % 3 == 2 {
            vec![Entry::remark(Kind::Note, vec![0], Some(text.clone()))]
        } else {
            vec![Entry::original("text/plain", text.as_bytes()), Entry::original("text/plain", b"second")]
        };
        match store.commit(&at(round), entries) {
            Ok(numbers) => acknowledged.push((numbers[0], text)),
            Err(error) => return Err((acknowledged, error)),
        }
    }
    Ok(acknowledged)
}

fn texts(store: &Store) -> Vec<(u64, String)> {
    let mut texts = Vec::new();
    let seen = store.visit(&|_| true, &mut |kept| {
        let mut text = kept.record.text.clone().unwrap_or_default();
        if let Some(reader) = kept.content {
            reader.read_to_string(&mut text).expect("the bytes are whole");
        }
        texts.push((kept.record.seq, text));
        Ok(())
    });
    seen.expect("the log is readable");
    texts
}

#[test]
fn at_every_operation_a_power_failure_loses_nothing_acknowledged() {
    let (keys, _) = KeyRing::generate(&mut Counter(1));
    let text = keys.to_text();
    let fresh = Memory::default();
    drop(Store::create(Box::new(fresh.clone()), keys, Box::new(Counter(2)), &at(0)).expect("a new store"));
    let whole = fresh.reboot(Survives::All);
    whole.fail_at(usize::MAX);
    assert_eq!(work(&whole, &text).expect("no failure").len(), 12);
    let operations = whole.operations();
    let mut points = 0;
    for survives in [Survives::All, Survives::Flushed, Survives::Names] {
        for fails_at in 1..=operations {
            let disk = fresh.reboot(Survives::All);
            disk.fail_at(fails_at);
            // The encryption adds random padding, so that a run may be a few operations shorter than the first.
            let acknowledged = work(&disk, &text).unwrap_or_else(|(acknowledged, _)| acknowledged);
            let after = disk.reboot(survives);
            let mut store =
                Store::open(Box::new(after.clone()), again(&text), Box::new(Counter(3))).expect("it opens again");
            let place = format!("{survives:?} at {fails_at}");
            assert_eq!(store.fault(), None, "{place}");
            assert_eq!(store.verify().expect("readable"), [], "{place}");
            let found = texts(&store);
            for expected in &acknowledged {
                assert!(found.contains(expected), "{place}: {expected:?} is lost");
            }
            // At most the commit that was under way is there beyond what was acknowledged.
            assert!(found.len() as u64 <= acknowledged.last().map_or(0, |last| last.0) + 4, "{place}");
            let was_torn = !store.events().is_empty();
            let number = store.commit(&at(99), vec![Entry::original("text/plain", b"after")]).expect("it goes on")[0];
            drop(store);
            let store = Store::open(Box::new(after), again(&text), Box::new(Counter(4))).expect("it opens again");
            assert!(texts(&store).contains(&(number, "after".to_owned())), "{place}");
            let told = texts(&store).iter().any(|(_, text)| text.contains("interrupted") || text.contains("set aside"));
            assert_eq!(told, was_torn, "{place}: what a crash left is told in the log");
            points += 1;
        }
    }
    eprintln!("{points} points of failure");
    assert!(points >= 1000, "{points}");
}

#[test]
fn a_store_that_was_never_finished_is_no_store() {
    let (keys, _) = KeyRing::generate(&mut Counter(1));
    let text = keys.to_text();
    for fails_at in 1..60 {
        let disk = Memory::default();
        disk.fail_at(fails_at);
        let made = Store::create(Box::new(disk.clone()), again(&text), Box::new(Counter(2)), &at(0));
        let is_made = made.is_ok();
        drop(made);
        let after = disk.reboot(Survives::Flushed);
        let opened = Store::open(Box::new(after), again(&text), Box::new(Counter(3)));
        if is_made {
            assert!(opened.is_ok());
        } else if let Err(error) = opened {
            assert!(matches!(error, Error::Missing), "{error}");
        }
    }
}
