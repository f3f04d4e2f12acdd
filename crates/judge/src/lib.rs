//! The judge: one message in, an explained verdict out. Pure, synchronous and deterministic: no clock, no files, no
//! network; the same message with the same knowledge gives the same verdict.
//!
//! The way of a message: [`normalise`] → [`scan`] → [`claim`], [`sender`], [`host`], [`money`] (checks against
//! knowledge) → [`fact`] (bits) → [`rule`] (findings) → [`decide`] → [`verdict`] → [`render`] (texts).

pub mod claim;
pub mod decide;
pub mod fact;
pub mod hash;
pub mod host;
pub mod index;
pub mod model;
pub mod money;
pub mod normalise;
pub mod render;
pub mod rule;
pub mod scan;
pub mod sender;
pub mod trie;
pub mod verdict;

use knowledge::Knowledge;
use knowledge::date::Date;

use crate::decide::Weights;
use crate::fact::{ContactCheck, Evidence, FactBits};
use crate::host::LinkCheck;
use crate::index::{Index, RoleConcepts};
use crate::model::Model;
use crate::money::Caps;
use crate::normalise::Text;
use crate::rule::{Bits, Fired};
use crate::scan::Scan;
use crate::verdict::{Amount, AmountRole, Contact, Decision, Finding, Kind, Link, SenderCheck, Span, Verdict};

/// A message to be judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// The text, as received.
    pub body: &'a str,
    /// The sender's number or name, as shown.
    pub sender: Option<&'a str>,
    /// When it was received, in Beijing time.
    pub received: Option<Received>,
}

/// A moment in Beijing time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The day.
    pub date: Date,
    /// Minutes since midnight.
    pub minute: u16,
}

impl Received {
    /// Returns whether collectors should be silent at this hour: 22:00 to 08:00.
    pub fn is_quiet(self) -> bool {
        !(8 * 60..22 * 60).contains(&self.minute)
    }
}

/// Buffers that one thread reuses from message to message.
#[derive(Debug, Default)]
pub struct Scratch {
    text: Text,
    scan: Scan,
}

impl Scratch {
    /// Returns the normalised text of the last message.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Returns what was read in the last message.
    pub fn scan(&self) -> &Scan {
        &self.scan
    }
}

/// The judge with its knowledge laid out.
#[derive(Debug)]
pub struct Judge {
    index: Index,
    roles: Vec<RoleConcepts>,
    bits: FactBits,
    caps: Caps,
    weights: Weights,
    model: Option<Model>,
}

/// What stands before the rules: the parts of a verdict that are looked up, and the bits.
struct Checked {
    claim: claim::Claim,
    sender: SenderCheck,
    links: Vec<LinkCheck>,
    contacts: Vec<ContactCheck>,
    money: money::MoneyCheck,
    bits: Bits,
    fired: Fired,
    wording: Option<[f32; 11]>,
}

impl Judge {
    /// Lays out knowledge for judging.
    pub fn new(knowledge: Knowledge) -> Self {
        let caps = Caps::new(&knowledge.library);
        // A model that cannot be read is no model: the knowledge check says so.
        let model = knowledge.library.model.get("kind").and_then(|bytes| Model::from_bytes(bytes).ok());
        let index = Index::new(knowledge);
        let roles = index.role_concepts();
        let bits = FactBits::new(&index);
        let weights = Weights::new(&index.rules);
        Self { index, roles, bits, caps, weights, model }
    }

    /// Returns the knowledge laid out.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Returns kind, risk and probabilities alone.
    pub fn decide(&self, message: &Message<'_>, scratch: &mut Scratch) -> Decision {
        let checked = self.check(message, scratch);
        self.decision(&checked)
    }

    /// Returns the whole verdict.
    pub fn judge(&self, message: &Message<'_>, scratch: &mut Scratch) -> Verdict {
        let checked = self.check(message, scratch);
        let decision = self.decision(&checked);
        let links = Self::links(&scratch.text, &scratch.scan, &checked.links);
        let findings = self.findings(&checked, &links, scratch);
        let advice = render::advice(&self.index, &decision, &findings, &checked.claim);
        Verdict {
            decision,
            sender: checked.sender,
            institution: checked.claim.institution,
            links,
            amounts: amounts(&scratch.text, &scratch.scan),
            contacts: Self::contacts(&scratch.text, &scratch.scan, &checked.contacts),
            findings,
            advice,
        }
    }

    /// Returns the places in the body whose wording speaks most for the kind of a decision, heaviest first; `scratch`
    /// must be that of the message. Empty where no model stands behind the rules.
    pub fn telling_words(&self, decision: &Decision, scratch: &Scratch) -> Vec<Span> {
        let Scratch { text, scan } = scratch;
        let model = self.model.iter();
        let stretches = model.flat_map(|model| model.telling(&self.index.tables, text, scan.said, decision.kind));
        stretches.map(|range| text.span(range)).collect()
    }

    fn check(&self, message: &Message<'_>, scratch: &mut Scratch) -> Checked {
        let Scratch { text, scan } = scratch;
        self.index.tables.normalise(message.body, text);
        self.index.scan(text, scan);
        let claim = claim::claim(&self.index, &self.roles, text, scan);
        let sender = sender::check(&self.index, message.sender, &claim);
        let links = self.check_links(scan, &claim);
        let contacts = self.check_contacts(text, scan);
        let is_licensed = claim.institution.is_some_and(|i| self.index.institutions[usize::from(i)].lends);
        let money = money::check(&self.caps, scan, is_licensed, message.received.map(|received| received.date));
        let is_foreign = fact::is_foreign_language(&self.index, text);
        let evidence = Evidence {
            text,
            scan,
            claim: &claim,
            sender,
            links: &links,
            contacts: &contacts,
            money,
            received: message.received,
            is_foreign,
        };
        let mut bits = fact::gather(&self.index, &self.bits, &evidence);
        let fired = self.index.rules.fire(&mut bits);
        // The model has learnt from Chinese text and has nothing to say of another language.
        let wording = self
            .model
            .as_ref()
            .filter(|_| !is_foreign)
            .map(|model| model.probabilities(&self.index.tables, text, scan.said));
        Checked { claim, sender, links, contacts, money, bits, fired, wording }
    }

    fn decision(&self, checked: &Checked) -> Decision {
        decide::decide(&decide::Grounds {
            book: &self.index.rules,
            weights: self.weights,
            fired: checked.fired,
            bits: &checked.bits,
            class: checked.sender.class,
            matching: checked.sender.matching,
            model: checked.wording,
        })
    }

    fn check_links(&self, scan: &Scan, claim: &claim::Claim) -> Vec<LinkCheck> {
        let same = |a, b| self.index.same_group(a, b);
        scan.links.iter().map(|raw| self.index.hosts.judge(raw, claim.institution, same)).collect()
    }

    fn check_contacts(&self, text: &Text, scan: &Scan) -> Vec<ContactCheck> {
        let checked = scan.contacts.iter().map(|raw| {
            let codes = text.codes.get(raw.range()).unwrap_or_default();
            ContactCheck { kind: raw.kind, official_of: self.index.holder(codes) }
        });
        checked.collect()
    }

    fn links(text: &Text, scan: &Scan, checked: &[LinkCheck]) -> Vec<Link> {
        let judged = scan.links.iter().zip(checked).map(|(raw, check)| {
            let scheme = if raw.scheme.is_empty() { "http" } else { raw.scheme };
            Link {
                url: format!("{scheme}://{}{}", raw.host, raw.rest),
                host: raw.host.clone(),
                registrable: raw.registrable.clone(),
                verdict: check.verdict,
                imitates: check.imitates,
                owner: check.owner,
                span: text.span(raw.start as usize..raw.end as usize),
            }
        });
        judged.collect()
    }

    fn contacts(text: &Text, scan: &Scan, checked: &[ContactCheck]) -> Vec<Contact> {
        let found = scan.contacts.iter().zip(checked).map(|(raw, check)| {
            let codes = text.codes.get(raw.range()).unwrap_or_default();
            let keep = |c: &char| !matches!(c, ' ' | '-') || raw.kind == verdict::ContactType::Wechat;
            let value = String::from_utf16_lossy(codes).chars().filter(keep).collect();
            Contact { kind: raw.kind, value, official_of: check.official_of, span: text.span(raw.range()) }
        });
        found.collect()
    }

    fn findings(&self, checked: &Checked, links: &[Link], scratch: &Scratch) -> Vec<Finding> {
        let book = &self.index.rules;
        let mut findings: Vec<Finding> = (0..book.rules.len())
            .filter(|at| checked.fired >> at & 1 == 1)
            .map(|at| {
                let rule = &book.rules[at];
                Finding {
                    rule: at as u16,
                    severity: book.severity(rule, &checked.bits),
                    confidence: rule.confidence,
                    spans: render::spans(&self.index, rule, scratch, links, &checked.money),
                }
            })
            .collect();
        findings.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.rule.cmp(&b.rule)));
        findings
    }
}

fn amounts(text: &Text, scan: &Scan) -> Vec<Amount> {
    let sums = scan.amounts.iter().map(|raw| Amount {
        role: raw.role,
        fen: raw.fen,
        annual_rate_ppm: None,
        span: text.span(raw.start as usize..raw.end as usize),
    });
    let rates = scan.rates.iter().map(|raw| Amount {
        role: AmountRole::Rate,
        fen: None,
        annual_rate_ppm: raw.annual_ppm(),
        span: text.span(raw.start as usize..raw.end as usize),
    });
    let mut all: Vec<Amount> = sums.chain(rates).collect();
    all.sort_by_key(|amount| amount.span);
    all
}

/// Merges spans that touch and sorts them.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup();
    let mut whole: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match whole.last_mut() {
            Some(last) if span[0] <= last[1] => last[1] = last[1].max(span[1]),
            _ => whole.push(span),
        }
    }
    whole
}

impl Kind {
    /// Returns whether the message means harm.
    pub fn is_hostile(self) -> bool {
        matches!(self, Self::Scam | Self::IllegalOffer | Self::AbusiveCollection)
    }
}
