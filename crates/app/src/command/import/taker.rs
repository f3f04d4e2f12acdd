//! Takes each record as it is read: judges it and puts it into the inbox.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use inbox::{Added, Import, Incoming, Verdict};
use indicatif::ProgressBar;
use intake::{Direction, Record, Service, Sink, Skipped, Time, TimeSource, Warning, Zone};
use judge::verdict::{Kind, LinkVerdict, Risk};
use judge::{Judge, Message, Scratch};
use knowledge::document::Confidence;

use crate::input;

/// Skipped places that are remembered; the rest are only counted.
const MOST_SKIPS: usize = 1000;
/// Between two commits of a large source.
const PAUSE: Duration = Duration::from_millis(5);

/// What was taken.
#[derive(Debug, Default)]
pub struct Taken {
    /// Messages not known before.
    pub new: u64,
    /// Messages known from another source.
    pub known: u64,
    /// Rows seen in this very place before.
    pub again: u64,
    /// Places without a message.
    pub skipped: u64,
    /// The first of them.
    pub skips: Vec<Skipped>,
    /// What should be known.
    pub warnings: Vec<Warning>,
    /// New messages by `risk kind`.
    pub kinds: BTreeMap<String, u64>,
    /// The first messages, new or known.
    pub arrived: Vec<Arrived>,
    /// The inbox failed.
    pub error: Option<inbox::Error>,
}

/// A message as it stands in the inbox now.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Its number.
    pub id: i64,
    /// Whether it was not known before.
    pub is_new: bool,
    /// Kind.
    pub kind: &'static str,
    /// Risk.
    pub risk: &'static str,
    /// When it was received, in milliseconds since 1970.
    pub time_ms: Option<i64>,
}

/// Messages that are told one by one.
const MOST_ARRIVED: usize = 32;

/// The sink of an import.
pub struct Taker<'a> {
    judge: &'a Judge,
    import: Import<'a>,
    scratch: Scratch,
    bar: ProgressBar,
    now_ms: Option<i64>,
    taken: Taken,
}

impl<'a> Taker<'a> {
    /// Returns a sink that has taken nothing yet; `now_ms` is the moment of messages that state none.
    pub fn new(judge: &'a Judge, import: Import<'a>, bar: ProgressBar, now_ms: Option<i64>) -> Self {
        Self { judge, import, scratch: Scratch::default(), bar, now_ms, taken: Taken::default() }
    }

    /// Returns what was taken, and the import to finish.
    pub fn end(self) -> (Taken, Import<'a>) {
        self.bar.finish_and_clear();
        (self.taken, self.import)
    }

    fn take(&mut self, record: &Record) -> Result<(), inbox::Error> {
        let message = &record.message;
        let sender = message.party.as_deref().map(intake::normalise_sender);
        let now = self.now_ms.map(|unix_ms| Time { unix_ms, source: TimeSource::Forwarder, zone: Zone::Epoch });
        let time = message.time.or(now);
        let verdict = if message.direction == Direction::Received {
            let subject = Subject {
                body: &message.body,
                sender: message.party.as_deref(),
                time_ms: time.map(|time| time.unix_ms),
            };
            verdict(self.judge, &subject, &mut self.scratch)
        } else {
            Verdict { kind: Kind::Personal.id(), risk: Risk::Low.id(), confidence: "low", ..Verdict::default() }
        };
        let incoming = Incoming {
            party: message.party.as_deref(),
            sender: sender.as_deref(),
            display_name: message.display_name.as_deref(),
            body: &message.body,
            direction: match message.direction {
                Direction::Received => "received",
                Direction::Sent => "sent",
                Direction::Unsent => "unsent",
            },
            service: match message.service {
                Service::Sms => "sms",
                Service::Mms => "mms",
                Service::Rcs => "rcs",
                Service::Imessage => "imessage",
                Service::Notification => "notification",
            },
            time_ms: time.map(|time| time.unix_ms),
            time_source: time.map(|time| match time.source {
                TimeSource::Smsc => "smsc",
                TimeSource::Device => "device",
                TimeSource::Forwarder => "forwarder",
                TimeSource::Stated => "stated",
            }),
            zone: time.map(|time| zone(time.zone)),
            sent_ms: message.sent.map(|time| time.unix_ms),
            sim: message.sim.as_deref(),
            device: message.device.as_deref(),
            attachments: message.attachments,
            position: record.position.to_string(),
            raw: &record.raw,
        };
        let added = self.import.add(&incoming, &verdict)?;
        if self.import.is_at_rest() {
            // Whoever waits to write, a phone that forwards for instance, gets a turn.
            std::thread::sleep(PAUSE);
        }
        let (id, is_new) = match added {
            Added::New(id) => (id, true),
            Added::Known(id) | Added::Again(id) => (id, false),
        };
        if self.taken.arrived.len() < MOST_ARRIVED {
            let (kind, risk, time_ms) = (verdict.kind, verdict.risk, incoming.time_ms);
            self.taken.arrived.push(Arrived { id, is_new, kind, risk, time_ms });
        }
        match added {
            Added::New(_) => {
                self.taken.new += 1;
                *self.taken.kinds.entry(format!("{} {}", verdict.risk, verdict.kind)).or_default() += 1;
            }
            Added::Known(_) => self.taken.known += 1,
            Added::Again(_) => self.taken.again += 1,
        }
        Ok(())
    }
}

fn zone(zone: Zone) -> String {
    let offset = |minutes: i32| {
        format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
    };
    match zone {
        Zone::Epoch => "epoch".to_owned(),
        Zone::Stated(minutes) => format!("stated {}", offset(minutes)),
        Zone::Assumed(minutes) => format!("assumed {}", offset(minutes)),
    }
}

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Text.
    pub body: &'a str,
    /// Sender as given.
    pub sender: Option<&'a str>,
    /// When, in milliseconds since 1970.
    pub time_ms: Option<i64>,
}

/// Returns the verdict as the inbox keeps it.
pub fn verdict(judge: &Judge, subject: &Subject<'_>, scratch: &mut Scratch) -> Verdict {
    let received = subject.time_ms.and_then(input::received_ms);
    let message = Message { body: subject.body, sender: subject.sender, received };
    let found = judge.judge(&message, scratch);
    let index = judge.index();
    let institution = found.institution.and_then(|at| index.institutions.get(usize::from(at)));
    let host =
        found.links.iter().find(|link| link.verdict != LinkVerdict::Official && link.verdict != LinkVerdict::Shortener);
    let host = host.map(|link| if link.registrable.is_empty() { link.host.clone() } else { link.registrable.clone() });
    let findings: Vec<&str> = found
        .findings
        .iter()
        .filter_map(|finding| index.rules.rules.get(usize::from(finding.rule)))
        .map(|rule| rule.id.as_str())
        .collect();
    let decision = found.decision;
    Verdict {
        kind: decision.kind.id(),
        risk: decision.risk.id(),
        confidence: match decision.confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        },
        institution: institution.map(|known| known.id.clone()),
        institution_name: institution.map(|known| known.name.clone()),
        host,
        findings: findings.join(" "),
        is_for_case: decision.risk == Risk::High || is_about_money(decision.kind),
    }
}

fn is_about_money(kind: Kind) -> bool {
    match kind {
        Kind::Scam
        | Kind::IllegalOffer
        | Kind::AbusiveCollection
        | Kind::Collection
        | Kind::RepaymentNotice
        | Kind::LoanMarketing => true,
        Kind::Marketing | Kind::Notice | Kind::Otp | Kind::Personal | Kind::Unclear => false,
    }
}

impl Sink for Taker<'_> {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        match self.take(&record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.taken.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.taken.skipped += 1;
        if self.taken.skips.len() < MOST_SKIPS {
            self.taken.skips.push(skipped);
        }
    }

    fn warning(&mut self, warning: Warning) {
        self.taken.warnings.push(warning);
    }

    fn progress(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
    }
}
