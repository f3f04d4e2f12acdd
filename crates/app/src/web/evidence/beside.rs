//! What stands beside a record: remarks about it, and what was derived from it, marked as that.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{Kind, Record, Store};
use knowledge::Lang;
use reader::{Direction, Page};
use serde::Serialize;

use crate::answer::words::say;
use crate::command::evidence::{document, failure_of};
use crate::web::answer::Problem;

/// The largest derived content that is read for a page, in bytes.
const LARGEST: usize = 1 << 20;

#[derive(Debug, Serialize)]
pub struct Remark {
    is_correction: bool,
    text: String,
    actor: String,
    at: String,
}

/// A record that was derived from another, or from two.
#[derive(Debug, Serialize)]
pub struct Derived {
    seq: u64,
    at: String,
    /// `picture-text`, `corrected-text`, `exif` and the like, as the record says.
    r#type: String,
    /// What that is, in words.
    label: String,
    texts: Vec<String>,
    /// Whether the kept bytes are as the record says.
    intact: bool,
    notes: Vec<Remark>,
}

/// What stands beside the records of one page, by their numbers.
#[derive(Default)]
pub struct Beside {
    remarks: BTreeMap<u64, Vec<Remark>>,
    derived: BTreeMap<u64, Vec<Derived>>,
}

impl Beside {
    /// Reads what stands beside these records: what speaks of them, and the remarks about that.
    pub fn of(lang: Lang, store: &Store, numbers: &[u64]) -> Result<Self, Problem> {
        let is_shown = |number: &u64| {
            let kind = store.kind(*number);
            kind.is_some_and(|kind| matches!(kind, Kind::Note | Kind::Correct | Kind::Derived))
                && !store.is_hidden(*number)
        };
        let first = numbers.iter().flat_map(|number| store.speaking_of(*number)).copied().filter(is_shown);
        let mut wanted: BTreeSet<u64> = first.collect();
        let second = wanted.iter().flat_map(|number| store.speaking_of(*number)).copied().filter(is_shown);
        let second: Vec<u64> = second.collect();
        wanted.extend(second);
        let mut beside = Self::default();
        store
            .visit(&|number| wanted.contains(&number), &mut |mut kept| {
                if kept.record.kind == Kind::Derived {
                    let bytes = kept.checked(LARGEST);
                    let derived = derived(lang, kept.record, bytes.as_deref());
                    if let Some(parent) = kept.record.about.iter().find(|about| numbers.contains(about)) {
                        beside.derived.entry(*parent).or_default().push(derived);
                    }
                } else {
                    for about in &kept.record.about {
                        beside.remarks.entry(*about).or_default().push(remark(kept.record));
                    }
                }
                Ok(())
            })
            .map_err(failure_of)?;
        Ok(beside)
    }

    /// Returns what stands beside one record, once.
    pub fn take(&mut self, number: u64) -> (Vec<Remark>, Vec<Derived>) {
        let mut derived = self.derived.remove(&number).unwrap_or_default();
        for derived in &mut derived {
            derived.notes = self.remarks.remove(&derived.seq).unwrap_or_default();
        }
        (self.remarks.remove(&number).unwrap_or_default(), derived)
    }
}

fn remark(record: &Record) -> Remark {
    Remark {
        is_correction: record.kind == Kind::Correct,
        text: record.text.clone().unwrap_or_default(),
        actor: record.actor.clone(),
        at: record.at.clone(),
    }
}

/// What a derived record says; `bytes` are none when they are damaged.
fn derived(lang: Lang, record: &Record, bytes: Option<&[u8]>) -> Derived {
    let of = |key: &str| record.source.get(key).map_or("", String::as_str);
    let bytes_or_none = bytes.unwrap_or_default();
    let (label, texts) = match of("type") {
        "picture-text" => {
            let label = match lang {
                Lang::Zh => format!("程序从图中读出的文字（{}），可能有错，以图片为准", of("model")),
                Lang::En => {
                    format!("read in the picture by the program ({}); it may be wrong, the picture counts", of("model"))
                }
            };
            (label, serde_json::from_slice(bytes_or_none).map_or_else(|_| Vec::new(), |page| reading(lang, &page)))
        }
        "corrected-text" => {
            let label = match lang {
                Lang::Zh => format!("对照图片更正的文字（图中第 {} 条）", of("message")),
                Lang::En => format!("text corrected beside the picture (message {} in it)", of("message")),
            };
            (label, vec![String::from_utf8_lossy(bytes_or_none).into_owned()])
        }
        "exif" => {
            let label = say(
                lang,
                "图片自带的拍摄信息（EXIF，可以改动）",
                "what the picture says of its taking (EXIF, can be changed)",
            );
            let own = ["camera", "software"].map(of).into_iter().filter(|text| !text.is_empty()).map(str::to_owned);
            (label.to_owned(), own.chain(record.times.iter().map(document::time)).collect())
        }
        _ => (document::kind_name(record), Vec::new()),
    };
    Derived {
        seq: record.seq,
        at: record.at.clone(),
        r#type: of("type").to_owned(),
        label,
        texts,
        intact: bytes.is_some(),
        notes: Vec::new(),
    }
}

/// One text a message, the rest together.
fn reading(lang: Lang, page: &Page) -> Vec<String> {
    let message = |message: &reader::Message| {
        let direction = match message.direction {
            Direction::Received => say(lang, "收到", "received"),
            Direction::Sent => say(lang, "发出", "sent"),
        };
        let sender = message.sender.as_ref();
        let head = [
            Some(direction),
            sender.and_then(|sender| sender.name.as_deref()),
            sender.and_then(|sender| sender.number.as_deref()),
            message.time.as_ref().map(|time| time.text.as_str()),
        ];
        let head: Vec<&str> = head.into_iter().flatten().collect();
        format!("{}\n{}", head.join(" · "), message.text)
    };
    let others: Vec<&str> = page.others.iter().map(|other| other.text.as_str()).collect();
    let others = (!others.is_empty()).then(|| {
        let label = say(lang, "图中其他文字", "other text in the picture");
        format!("{label}\n{}", others.join("｜"))
    });
    page.messages.iter().map(message).chain(others).collect()
}
