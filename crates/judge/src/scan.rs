//! One walk over the normalised text: words, names, numbers, links, contacts, signatures, each with its clause and
//! whether it is denied there. Reads what is written; decides nothing.

mod amount;
mod link;
mod number;
mod time;

use crate::index::{Concept, ConceptSet, Index, Meaning, MeaningIndex, Payload, Via, slot};
use crate::normalise::{Mark, Property, Text};
use crate::trie::Code;
use crate::verdict::{AmountRole, ContactType, InstitutionIndex};

pub use amount::{Period, RawAmount, RawRate};
pub use link::RawLink;

/// A word where it occurs, with the concepts that it expresses.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// First code.
    pub start: u32,
    /// Code after the last.
    pub end: u32,
    /// What the word means.
    pub meaning: MeaningIndex,
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
    pub fn has(&self, index: &Index, concept: Concept) -> bool {
        index.meaning(self.meaning).concepts.has(concept)
    }
}

/// What the words of one sentence say together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sentence {
    /// Its words, as a range of [`Scan::hits`].
    pub hits: [u32; 2],
    /// Concepts said in it.
    pub said: ConceptSet,
    /// The flags of their words.
    pub flags: u32,
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
    /// The flags of all words that are denied.
    pub denied: u32,
    /// Where the last hit of each tracked concept ended, by its slot; 0 is nowhere.
    last_end: [u32; slot::COUNT],
    /// Concepts, in order of place.
    pub hits: Vec<Hit>,
    /// The sentences that hold words, in order of place.
    pub sentences: Vec<Sentence>,
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
    /// Slots with a Chinese name so far.
    slots: u32,
    warned: Vec<u16>,
    neutral: Vec<[u32; 2]>,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            said: ConceptSet::default(),
            mentioned: ConceptSet::default(),
            signed: ConceptSet::default(),
            denied: 0,
            last_end: [0; slot::COUNT],
            hits: Vec::new(),
            sentences: Vec::new(),
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
            slots: 0,
            warned: Vec::new(),
            neutral: Vec::new(),
        }
    }
}

impl Scan {
    fn clear(&mut self) {
        self.said = ConceptSet::default();
        self.mentioned = ConceptSet::default();
        self.signed = ConceptSet::default();
        self.denied = 0;
        self.last_end = [0; slot::COUNT];
        self.hits.clear();
        self.sentences.clear();
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
        self.slots = 0;
        self.warned.clear();
        self.neutral.clear();
        self.oldest_year = None;
    }

    /// Returns whether the last hit of a tracked concept ended before `at`, at most `within` codes away.
    #[inline]
    pub fn has_before(&self, slot: usize, at: usize, within: usize) -> bool {
        self.end_before(slot, at, within).is_some()
    }

    /// Returns where the last hit of a tracked concept ended, if that is at most `within` codes before `at`.
    #[inline]
    fn end_before(&self, slot: usize, at: usize, within: usize) -> Option<u32> {
        let end = self.last_end[slot];
        (end > 0 && end as usize <= at && end as usize + within >= at).then_some(end)
    }

    /// Returns which of the tracked concepts ended last before `at`, at most `within` codes away; of equal ones the
    /// first named.
    pub fn nearest_before<T: Copy>(&self, slots: &[(usize, T)], at: usize, within: usize) -> Option<T> {
        let ends = slots.iter().rev().filter_map(|&(slot, value)| Some((self.end_before(slot, at, within)?, value)));
        ends.max_by_key(|&(end, _)| end).map(|(_, value)| value)
    }

    /// Gathers which concepts are said and mentioned, and what each sentence says.
    fn collect(&mut self, index: &Index) {
        let mut start = 0;
        for hits in self.hits.chunk_by(|a, b| a.sentence == b.sentence) {
            let end = start + hits.len() as u32;
            let mut sentence = Sentence { hits: [start, end], ..Sentence::default() };
            for hit in hits {
                let meaning = index.meaning(hit.meaning);
                if hit.denied {
                    self.mentioned.add_all(meaning.concepts);
                    self.denied |= meaning.flags;
                } else {
                    sentence.said.add_all(meaning.concepts);
                    sentence.flags |= meaning.flags;
                }
            }
            self.said.add_all(sentence.said);
            self.sentences.push(sentence);
            start = end;
        }
        self.mentioned.add_all(self.said);
    }

    /// Adds a hit, remembering where the concepts that numbers ask for ended.
    #[inline]
    fn hit(&mut self, hit: Hit, flags: u32) {
        let mut slots = flags & Meaning::TRACKED;
        while slots != 0 {
            self.last_end[slots.trailing_zeros() as usize] = hit.end;
            slots &= slots - 1;
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
        for (at, &code) in text.codes.iter().enumerate() {
            walk.step(at, code);
        }
        if !scan.neutral.is_empty() || !scan.warned.is_empty() {
            drop_neutral(scan);
            deny_anew(self, scan);
        }
        scan.collect(self);
        find_signatures(self, text, scan);
    }
}

impl Walk<'_> {
    fn step(&mut self, at: usize, code: Code) {
        const NOTABLE: u16 = Property::CLAUSE_END
            | Property::BRACKET
            | Property::DIGIT
            | Property::LETTER
            | Property::NUMERAL
            | Property::OPENS;
        let property = self.index.tables.property(code);
        if property & NOTABLE != 0 {
            self.read_marks(at, property);
        }
        if property & Property::LETTER == 0 || !at.checked_sub(1).is_some_and(|before| self.is_letter(before)) {
            self.read_words(at);
        }
    }

    /// Reads what is no word: the end of a clause, the start of a number, link, slot or case number.
    fn read_marks(&mut self, at: usize, property: u16) {
        if property & (Property::CLAUSE_END | Property::BRACKET) != 0 {
            self.end_clause(at, property);
        }
        if at >= self.token_end && property & (Property::DIGIT | Property::LETTER) != 0 {
            self.token_end = self.read_token(at, property).max(at + 1);
        } else if property & Property::NUMERAL != 0 && at >= self.token_end {
            self.token_end = self.read_chinese_number(at).max(self.token_end);
        }
        if property & Property::OPENS != 0 {
            match self.text.codes[at] {
                0x7B | 0x24 | 0x23 => self.read_placeholder(at),
                _ => self.read_case_number(at),
            }
        }
    }

    fn is_letter(&self, at: usize) -> bool {
        self.text.codes.get(at).is_some_and(|code| (0x61..=0x7A).contains(code))
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

    fn read_words(&mut self, at: usize) {
        let (words, text) = (&self.index.words, self.text);
        words.walk(&text.codes[at..], |length, payloads| self.found(at, at + length, payloads));
    }

    /// Takes in what a word stands for, unless it is a part of a longer run of letters.
    fn found(&mut self, at: usize, end: usize, payloads: &[Payload]) {
        if self.is_letter(end - 1) && self.is_letter(end) {
            return;
        }
        let (start, end) = (at as u32, end as u32);
        for &payload in payloads {
            match payload {
                Payload::Word(meaning) => self.add_meaning(meaning, start, end),
                Payload::Institution(institution, via) => {
                    self.scan.mentions.push(Mention { start, end, institution, via, sentence: self.sentence });
                }
            }
        }
    }

    #[inline]
    fn add_meaning(&mut self, meaning: MeaningIndex, start: u32, end: u32) {
        let flags = self.index.flags(meaning);
        let (clause, sentence) = (self.clause, self.sentence);
        let denied = self.negated.is_some_and(|(c, from)| c == clause && start >= from);
        if flags & Meaning::GOVERNS != 0 {
            if flags & Meaning::NEGATOR != 0 && !denied {
                self.negated = Some((clause, end));
            }
            if flags & Meaning::WARNING != 0 && !self.scan.warned.contains(&sentence) {
                self.scan.warned.push(sentence);
            }
            if flags & Meaning::NEUTRAL != 0 {
                self.scan.neutral.push([start, end]);
            }
        }
        self.scan.hit(Hit { start, end, meaning, clause, sentence, denied }, flags);
    }

    /// Adds a computed concept over a range of codes.
    fn add(&mut self, concept: Concept, start: usize, end: usize) {
        let denied = self.negated.is_some_and(|(c, from)| c == self.clause && start as u32 >= from);
        let (clause, sentence) = (self.clause, self.sentence);
        let meaning = self.index.computed[usize::from(concept)];
        let hit = Hit { start: start as u32, end: end as u32, meaning, clause, sentence, denied };
        self.scan.hit(hit, self.index.flags(meaning));
    }

    /// `{name}`, `${amount}`, `{{x}}`, `#money#`: a slot of a template. In Chinese it counts from the second on.
    fn read_placeholder(&mut self, at: usize) {
        let codes = &self.text.codes;
        let is_mark = codes[at] == 0x23;
        let open = if codes[at] == 0x24 { at + 1 } else { at };
        let closing = if is_mark { 0x23 } else { 0x7D };
        if (!is_mark && self.code(open) != Some(0x7B))
            || self.scan.placeholders.last().is_some_and(|last| last[1] as usize > at)
        {
            return;
        }
        let Some(length) = codes[open + 1..].iter().take(24).position(|&c| c == closing) else { return };
        let inner = &codes[open + 1..open + 1 + length];
        let is_name =
            |&c: &Code| self.index.tables.is(c, Property::LETTER | Property::DIGIT) || matches!(c, 0x5F | 0x7B | 0x2E);
        let is_ascii = inner.iter().all(is_name) && inner.iter().any(|&c| self.index.tables.is(c, Property::LETTER));
        let is_chinese = !is_mark && length > 0 && inner.iter().all(|&c| self.index.tables.is(c, Property::CJK));
        let end = open + length + 2;
        let second = self.scan.slots > 0;
        if is_chinese {
            self.scan.slots += 1;
        }
        if is_ascii || (is_chinese && second) {
            self.scan.placeholders.push([at as u32, end as u32]);
            self.add(self.index.named.placeholder, at, end);
        }
    }
}

/// Takes out the words that lie inside a neutral phrase.
fn drop_neutral(scan: &mut Scan) {
    let neutral = std::mem::take(&mut scan.neutral);
    scan.hits.retain(|hit| {
        let inside = |range: &[u32; 2]| hit.start >= range[0] && hit.end <= range[1];
        !neutral.iter().any(|range| inside(range) && [hit.start, hit.end] != *range)
    });
    scan.neutral = neutral;
}

/// Decides anew what is denied, from the negators and warnings that are left.
fn deny_anew(index: &Index, scan: &mut Scan) {
    let mut negated: Option<(u16, u32)> = None;
    scan.warned.clear();
    for hit in &mut scan.hits {
        let flags = index.flags(hit.meaning);
        hit.denied = negated.is_some_and(|(clause, from)| clause == hit.clause && hit.start >= from);
        if flags & Meaning::NEGATOR != 0 && !hit.denied {
            negated = Some((hit.clause, hit.end));
        }
        if flags & Meaning::WARNING != 0 {
            scan.warned.push(hit.sentence);
        }
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
    while let Some(ahead) = text.codes[at..].iter().position(|&c| c == 0x3010 || c == Code::from(b'[')) {
        at += ahead;
        let open = text.codes[at];
        let inner = text.codes[at + 1..].iter().take(40).position(|&c| c == closing(open));
        if let Some(length) = inner.filter(|&length| length > 0) {
            let close = at + 1 + length;
            let first = text.codes[..at].iter().all(|&c| blank(c));
            let last = text.codes[close + 1..].iter().all(|&c| blank(c));
            let sentence = text.codes[at + 1..close].iter().any(|&c| index.tables.is(c, Property::CLAUSE_END));
            if (first || last) && !sentence {
                scan.signatures.push([(at + 1) as u32, close as u32]);
                let inside = scan.hits.iter().filter(|hit| hit.start as usize > at && hit.end as usize <= close);
                inside.for_each(|hit| scan.signed.add_all(index.meaning(hit.meaning).concepts));
            }
            at = close;
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
fn role_before(scan: &Scan, at: usize) -> AmountRole {
    let roles = [
        (slot::FEE, AmountRole::Fee),
        (slot::PRINCIPAL, AmountRole::Principal),
        (slot::LIMIT, AmountRole::Limit),
        (slot::PAID, AmountRole::Paid),
        (slot::RECEIVED, AmountRole::Paid),
        (slot::CLAIMED, AmountRole::Claimed),
    ];
    scan.nearest_before(&roles, at, 10).unwrap_or(AmountRole::Other)
}
