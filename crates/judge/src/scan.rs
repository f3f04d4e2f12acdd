//! One walk over the normalised text: words, names, numbers, links, contacts, signatures, each with its clause and
//! whether it is denied there. Reads what is written; decides nothing.

mod amount;
mod link;
mod number;
mod time;

use crate::index::{Concept, ConceptSet, Index, Payload, Via, WordIndex};
use crate::normalise::{Mark, Property, Text};
use crate::trie::Code;
use crate::verdict::{AmountRole, ContactType, InstitutionIndex};

pub use amount::{RawAmount, RawRate, Period};
pub use link::RawLink;

/// A word where it occurs, with the concepts that it expresses.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// First code.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// The word.
    pub word: WordIndex,
    /// Its concepts.
    pub concepts: ConceptSet,
    /// Number of the clause.
    pub clause: u16,
    /// Number of the sentence.
    pub sentence: u16,
    /// Whether it is denied or warned of there.
    pub denied: bool,
}

impl Hit {
    /// Returns whether the word expresses a concept.
    #[inline]
    pub fn has(&self, concept: Concept) -> bool {
        self.concepts.has(concept)
    }
}

/// The name of an institution where it occurs.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// First code.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// Whose name.
    pub institution: InstitutionIndex,
    /// What sort of name.
    pub via: Via,
    /// Number of the sentence.
    pub sentence: u16,
}

/// A contact as written.
#[derive(Clone, Copy, Debug)]
pub struct RawContact {
    /// First code of the number or id.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// Of which type.
    pub kind: ContactType,
}

/// Everything that one walk found. Reused from message to message.
#[derive(Debug)]
pub struct Scan {
    /// Concepts that are said somewhere.
    pub said: ConceptSet,
    /// Concepts that occur, denied or not.
    pub mentioned: ConceptSet,
    /// Concepts that stand inside a signature.
    pub signed: ConceptSet,
    /// Where the last hit of each concept ended; 0 is nowhere.
    last_end: [u32; 256],
    /// Concepts, in order of place.
    pub hits: Vec<Hit>,
    /// Names, in order of place.
    pub mentions: Vec<Mention>,
    /// Links.
    pub links: Vec<RawLink>,
    /// Amounts of money.
    pub amounts: Vec<RawAmount>,
    /// Rates.
    pub rates: Vec<RawRate>,
    /// Contacts.
    pub contacts: Vec<RawContact>,
    /// Code ranges inside signature brackets at either end of the text.
    pub signatures: Vec<[u32; 2]>,
    /// Code ranges of unfilled slots.
    pub placeholders: Vec<[u32; 2]>,
    /// Case numbers: range, and whether the form is a court's.
    pub case_numbers: Vec<([u32; 2], bool)>,
    /// Year of the oldest date in the past that is spoken of.
    pub oldest_year: Option<u16>,
    /// Numbers of days or instalments that are stated.
    pub days: Vec<(u32, i64)>,
    /// Instalments stated: place and count.
    pub instalments: Vec<(u32, i64)>,
    /// Months and days stated together.
    pub month_days: Vec<(u8, u8)>,
    warned: Vec<u16>,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            said: ConceptSet::default(),
            mentioned: ConceptSet::default(),
            signed: ConceptSet::default(),
            last_end: [0; 256],
            hits: Vec::new(),
            mentions: Vec::new(),
            links: Vec::new(),
            amounts: Vec::new(),
            rates: Vec::new(),
            contacts: Vec::new(),
            signatures: Vec::new(),
            placeholders: Vec::new(),
            case_numbers: Vec::new(),
            oldest_year: None,
            days: Vec::new(),
            instalments: Vec::new(),
            month_days: Vec::new(),
            warned: Vec::new(),
        }
    }
}

impl Scan {
    fn clear(&mut self) {
        self.said = ConceptSet::default();
        self.mentioned = ConceptSet::default();
        self.signed = ConceptSet::default();
        self.last_end = [0; 256];
        self.hits.clear();
        self.mentions.clear();
        self.links.clear();
        self.amounts.clear();
        self.rates.clear();
        self.contacts.clear();
        self.signatures.clear();
        self.placeholders.clear();
        self.case_numbers.clear();
        self.days.clear();
        self.instalments.clear();
        self.month_days.clear();
        self.warned.clear();
        self.oldest_year = None;
    }

    /// Returns whether the last hit of a concept before `at` ended at most `within` codes before it.
    #[inline]
    pub fn has_before(&self, concept: Concept, at: usize, within: usize) -> bool {
        self.end_before(concept, at, within).is_some()
    }

    /// Returns where the last hit of a concept ended, if that is at most `within` codes before `at`.
    #[inline]
    pub fn end_before(&self, concept: Concept, at: usize, within: usize) -> Option<u32> {
        let end = self.last_end[usize::from(concept)];
        (end > 0 && end as usize <= at && end as usize + within >= at).then_some(end)
    }

    /// Returns which of the concepts ended last before `at`, at most `within` codes before it; of equal ones the
    /// first named.
    pub fn nearest_before<T: Copy>(&self, concepts: &[(Concept, T)], at: usize, within: usize) -> Option<T> {
        let ends = concepts.iter().rev().filter_map(|&(c, value)| Some((self.end_before(c, at, within)?, value)));
        ends.max_by_key(|&(end, _)| end).map(|(_, value)| value)
    }

    /// Adds a hit, remembering where the concepts that numbers ask for ended.
    #[inline]
    fn hit(&mut self, hit: Hit, tracked: &[Concept]) {
        for &concept in tracked {
            self.last_end[usize::from(concept)] = hit.end;
        }
        self.hits.push(hit);
    }
}

/// The walk in progress: where it is and what it reads.
struct Walk<'a> {
    index: &'a Index,
    text: &'a Text,
    scan: &'a mut Scan,
    clause: u16,
    sentence: u16,
    /// The clause in which a negator was met, and where it ended.
    negated: Option<(u16, u32)>,
    /// Where the number or link being read ends.
    token_end: usize,
}

impl Index {
    /// Reads `text` into `scan`, which is overwritten.
    ///
    /// 1. At each place: the end of a clause, the start of a number or link, the words that begin there.
    /// 2. Words inside a neutral phrase are dropped (`逾期视为放弃` says nothing of a debt).
    /// 3. Sentences that warn of a fraud deny everything in them.
    /// 4. Signatures at either end.
    pub fn scan(&self, text: &Text, scan: &mut Scan) {
        scan.clear();
        let mut walk = Walk { index: self, text, scan, clause: 0, sentence: 0, negated: None, token_end: 0 };
        for at in 0..text.len() {
            walk.step(at);
        }
        drop_neutral(self.named.neutral, scan);
        deny_warned(scan);
        find_signatures(self, text, scan);
        collect(scan);
    }
}

impl Walk<'_> {
    fn step(&mut self, at: usize) {
        let code = self.text.codes[at];
        let property = self.index.tables.property(code);
        if property & (Property::CLAUSE_END | Property::BRACKET) != 0 {
            self.end_clause(at, property);
        }
        if at >= self.token_end && property & (Property::DIGIT | Property::LETTER) != 0 {
            self.token_end = self.read_token(at, property).max(at + 1);
        } else if property & (Property::CHINESE_DIGIT | Property::CJK) != 0 && at >= self.token_end {
            self.token_end = self.read_chinese_number(at).max(self.token_end);
        }
        match code {
            0x7B | 0x24 => self.read_placeholder(at),
            0x28 | 0x5B | 0x3010 | 0x3014 => self.read_case_number(at),
            _ => {}
        }
        self.read_words(at, property);
    }

    fn end_clause(&mut self, at: usize, property: u16) {
        let digit = |index: usize| self.code(index).is_some_and(|c| self.index.tables.is(c, Property::DIGIT));
        if self.text.codes[at] == Code::from(b',') && at > 0 && digit(at - 1) && digit(at + 1) {
            return;
        }
        self.clause += 1;
        if property & (Property::SENTENCE_END | Property::BRACKET) != 0 {
            self.sentence += 1;
        }
    }

    fn code(&self, at: usize) -> Option<Code> {
        self.text.codes.get(at).copied()
    }

    fn read_words(&mut self, at: usize, property: u16) {
        let codes = &self.text.codes;
        let tables = &self.index.tables;
        let letter = |index: usize| codes.get(index).is_some_and(|&c| tables.is(c, Property::LETTER));
        if property & Property::LETTER != 0 && at > 0 && letter(at - 1) {
            return;
        }
        let (index, clause, sentence) = (self.index, self.clause, self.sentence);
        let scan = &mut *self.scan;
        let negated = &mut self.negated;
        index.words.walk(&codes[at..], |length, payloads| {
            let end = at + length;
            if letter(end - 1) && letter(end) {
                return;
            }
            for &payload in payloads {
                match payload {
                    Payload::Word(word) => {
                        let meaning = &index.meanings[usize::from(word)];
                        let concepts = meaning.concepts;
                        let denied = negated.is_some_and(|(c, from)| c == clause && at as u32 >= from);
                        if concepts.has(index.named.negator) && !(denied && negated.is_some()) {
                            *negated = Some((clause, end as u32));
                        }
                        if concepts.has(index.named.warning) && !scan.warned.contains(&sentence) {
                            scan.warned.push(sentence);
                        }
                        let hit = Hit { start: at as u32, end: end as u32, word, concepts, clause, sentence, denied };
                        scan.hit(hit, &meaning.tracked);
                    }
                    Payload::Institution(institution, via) => {
                        scan.mentions.push(Mention { start: at as u32, end: end as u32, institution, via, sentence });
                    }
                }
            }
        });
    }

    /// Adds a computed concept over a range of codes.
    fn add(&mut self, concept: Concept, start: usize, end: usize) {
        let denied = self.negated.is_some_and(|(c, from)| c == self.clause && start as u32 >= from);
        let (clause, sentence) = (self.clause, self.sentence);
        let word = WordIndex::from(self.index.computed[usize::from(concept)]);
        let concepts = self.index.meanings[usize::from(word)].concepts;
        let hit = Hit { start: start as u32, end: end as u32, word, concepts, clause, sentence, denied };
        self.scan.hit(hit, &[]);
    }

    /// `{name}`, `${amount}`, `{{x}}`, `#name#` and the like.
    fn read_placeholder(&mut self, at: usize) {
        let codes = &self.text.codes;
        let open = if codes[at] == 0x24 { at + 1 } else { at };
        if self.code(open) != Some(0x7B) {
            return;
        }
        let inner = codes[open + 1..].iter().take(24).position(|&c| c == 0x7D);
        if let Some(length) = inner
            && !self.scan.placeholders.last().is_some_and(|last| last[1] as usize > at)
        {
            self.scan.placeholders.push([at as u32, (open + length + 2) as u32]);
            self.add(self.index.named.placeholder, at, open + length + 2);
        }
    }
}

/// Gathers which concepts are said at all, and which stand in a signature.
fn collect(scan: &mut Scan) {
    for hit in &scan.hits {
        scan.mentioned.add_all(hit.concepts);
        if !hit.denied {
            scan.said.add_all(hit.concepts);
        }
    }
    for range in &scan.signatures {
        for hit in scan.hits.iter().filter(|hit| hit.start >= range[0] && hit.end <= range[1]) {
            scan.signed.add_all(hit.concepts);
        }
    }
}

fn drop_neutral(neutral: Concept, scan: &mut Scan) {
    let neutrals: Vec<(u32, u32)> =
        scan.hits.iter().filter(|hit| hit.has(neutral)).map(|hit| (hit.start, hit.end)).collect();
    if neutrals.is_empty() {
        return;
    }
    scan.hits.retain(|hit| {
        hit.has(neutral) || !neutrals.iter().any(|&(start, end)| hit.start >= start && hit.end <= end)
    });
}

fn deny_warned(scan: &mut Scan) {
    if scan.warned.is_empty() {
        return;
    }
    for hit in &mut scan.hits {
        hit.denied |= scan.warned.contains(&hit.sentence);
    }
}

/// Brackets at the beginning or the end of the text hold signatures; short ones in between count where none is there.
fn find_signatures(index: &Index, text: &Text, scan: &mut Scan) {
    if text.seen & Property::BRACKET == 0 {
        return;
    }
    let closing = |open: Code| if open == 0x3010 { 0x3011 } else { Code::from(b']') };
    let blank = |code: Code| index.tables.is(code, Property::SPACE | Property::SENTENCE_END);
    let mut at = 0;
    while at < text.len() {
        let open = text.codes[at];
        if open == 0x3010 || open == Code::from(b'[') {
            let inner = text.codes[at + 1..].iter().take(40).position(|&c| c == closing(open));
            if let Some(length) = inner.filter(|&length| length > 0) {
                let close = at + 1 + length;
                let first = text.codes[..at].iter().all(|&c| blank(c));
                let last = text.codes[close + 1..].iter().all(|&c| blank(c));
                if first || last {
                    scan.signatures.push([(at + 1) as u32, close as u32]);
                }
                at = close;
            }
        }
        at += 1;
    }
}

/// Returns whether a range of codes was written so as to hide a word: something was undone inside it.
pub fn is_disguised(text: &Text, start: usize, end: usize) -> bool {
    const HIDING: u8 = Mark::INVISIBLE | Mark::COMBINING | Mark::CONFUSABLE | Mark::REWRITTEN;
    // An invisible mark or separator before the first code lies outside the word.
    let inside = text.place[start..end].iter().skip(1).any(|place| place.mark & (HIDING | Mark::SEPARATED) != 0);
    inside || text.place[start].mark & (Mark::COMBINING | Mark::CONFUSABLE | Mark::REWRITTEN) != 0
}

impl RawContact {
    /// Returns the range of codes.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The role that the words before an amount give it.
fn role_before(index: &Index, scan: &Scan, at: usize) -> AmountRole {
    let named = &index.named;
    let roles = [
        (named.fee_word, AmountRole::Fee),
        (named.principal_word, AmountRole::Principal),
        (named.limit_word, AmountRole::Limit),
        (named.paid_word, AmountRole::Paid),
        (named.received_word, AmountRole::Paid),
        (named.claimed_word, AmountRole::Claimed),
    ];
    scan.nearest_before(&roles, at, 10).unwrap_or(AmountRole::Other)
}
