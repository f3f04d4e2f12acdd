//! From what was read to the bits that rules see. Computes every predicate; decides nothing.

use knowledge::condition::{Condition, Fact, Role};

use crate::Received;
use crate::claim::Claim;
use crate::host::{HostKind, LinkCheck};
use crate::index::{Concept, ConceptSet, Index, Meaning};
use crate::money::MoneyCheck;
use crate::normalise::{Mark, Property, Text};
use crate::rule::{Bit, Bits};
use crate::scan::{Hit, RawLink, Scan, is_disguised};
use crate::verdict::{ContactType, InstitutionIndex, LinkVerdict, SenderCheck, SenderClass, SenderMatch};

/// Where each predicate's bit is, looked up once.
#[derive(Debug)]
pub struct FactBits {
    fact: Vec<Option<Bit>>,
    class: Vec<Option<Bit>>,
    matching: Vec<Option<Bit>>,
    role: Vec<Option<Bit>>,
    link: Vec<Option<Bit>>,
    institution_kind: Vec<Option<Bit>>,
}

impl FactBits {
    /// Looks the bits up.
    pub fn new(index: &Index) -> Self {
        let book = &index.rules;
        let all_facts = FACTS.iter().map(|&fact| book.bit(&Condition::Fact(fact))).collect();
        let ids = |list: Vec<&'static str>, make: fn(String) -> Condition| {
            list.into_iter().map(|id| book.bit(&make(id.to_owned()))).collect()
        };
        Self {
            fact: all_facts,
            class: ids(SenderClass::ALL.iter().map(|v| v.id()).collect(), Condition::SenderClass),
            matching: ids(SenderMatch::ALL.iter().map(|v| v.id()).collect(), Condition::SenderMatch),
            role: Role::ALL.iter().map(|&role| book.bit(&Condition::Claims(role))).collect(),
            link: ids(LinkVerdict::ALL.iter().map(|v| v.id()).collect(), Condition::Link),
            institution_kind: index
                .institutions
                .iter()
                .map(|known| book.bit(&Condition::InstitutionKind(known.kind.clone())))
                .collect(),
        }
    }
}

const FACTS: [Fact; Fact::COUNT] = [
    Fact::QuietHours,
    Fact::Signature,
    Fact::SignatureMismatch,
    Fact::InstitutionKnown,
    Fact::LenderKnown,
    Fact::LenderUnlisted,
    Fact::CreditorNamed,
    Fact::Amount,
    Fact::Date,
    Fact::DueToday,
    Fact::AnnualRate,
    Fact::ShortRate,
    Fact::CaseNumberGood,
    Fact::CaseNumberBad,
    Fact::OverCap,
    Fact::CutInterest,
    Fact::Placeholder,
    Fact::Disguised,
    Fact::LinkDisguised,
    Fact::LinkAppDownload,
    Fact::LinkPersonalToken,
    Fact::LinkIp,
    Fact::AnyLink,
    Fact::LinkForeign,
    Fact::MobileContact,
    Fact::MessengerContact,
    Fact::OfficialContact,
    Fact::ForeignContact,
    Fact::OldDebt,
    Fact::PrivateTone,
    Fact::OtherLanguage,
    Fact::Terse,
    Fact::Bare,
];

/// A contact looked up.
#[derive(Clone, Copy, Debug)]
pub struct ContactCheck {
    /// Of which type.
    pub kind: ContactType,
    /// Whose number it is by the table.
    pub official_of: Option<InstitutionIndex>,
}

/// Everything known of one message before the rules.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Normalised text.
    pub text: &'a Text,
    /// What was read.
    pub scan: &'a Scan,
    /// Whom it claims to be.
    pub claim: &'a Claim,
    /// The sender.
    pub sender: SenderCheck,
    /// Links, judged, in the order of the scan's.
    pub links: &'a [LinkCheck],
    /// Contacts, looked up, in the order of the scan's.
    pub contacts: &'a [ContactCheck],
    /// Sums and rates, checked.
    pub money: MoneyCheck,
    /// When it was received.
    pub received: Option<Received>,
    /// Whether it is written in letters rather than in Chinese.
    pub is_foreign: bool,
}

/// Returns the bits of all predicates that hold.
pub fn gather(index: &Index, lookup: &FactBits, evidence: &Evidence<'_>) -> Bits {
    let mut bits = words(index, evidence.scan);
    let mut set = |bit: Option<Bit>| bit.into_iter().for_each(|bit| bits.set(bit));
    set(lookup.class[evidence.sender.class as usize]);
    set(lookup.matching[evidence.sender.matching as usize]);
    for (position, &role) in Role::ALL.iter().enumerate() {
        if evidence.claim.has(role) {
            set(lookup.role[position]);
        }
    }
    for link in evidence.links {
        set(lookup.link[link.verdict as usize]);
    }
    if let Some(institution) = evidence.claim.institution {
        set(lookup.institution_kind[usize::from(institution)]);
    }
    for (position, &fact) in FACTS.iter().enumerate() {
        if lookup.fact[position].is_some() && holds(index, fact, evidence) {
            set(lookup.fact[position]);
        }
    }
    bits
}

/// Concepts said, mentioned, denied, in pairs.
fn words(index: &Index, scan: &Scan) -> Bits {
    let mut bits = Bits::of_concepts(scan.said, scan.mentioned);
    if scan.denied & Meaning::IS_DENIED != 0 {
        let denied = scan.hits.iter().filter(|hit| hit.denied);
        for hit in denied.filter(|hit| index.flags(hit.meaning) & Meaning::IS_DENIED != 0) {
            index.rules.denials().filter(|(concept, _)| hit.has(index, *concept)).for_each(|(_, bit)| bits.set(bit));
        }
    }
    for sentence in &scan.sentences {
        let hits = &scan.hits[sentence.hits[0] as usize..sentence.hits[1] as usize];
        if sentence.flags & Meaning::IS_JOINED != 0 {
            join_pairs(index, hits, sentence.said, &mut bits);
        }
        if sentence.flags & Meaning::IS_FOLLOWED != 0 {
            hits.chunk_by(|a, b| a.clause == b.clause).for_each(|clause| follow_pairs(index, clause, &mut bits));
        }
    }
    bits
}

/// Sets the pairs of concepts that are said in one sentence, in any order.
fn join_pairs(index: &Index, hits: &[Hit], said: ConceptSet, bits: &mut Bits) {
    let joined = hits.iter().filter(|hit| !hit.denied && index.flags(hit.meaning) & Meaning::IS_JOINED != 0);
    joined.for_each(|hit| index.together(hit.meaning, said).for_each(|pair| bits.set(pair.bit)));
}

/// Sets the pairs of concepts that are said in one clause in this order. Walks backwards, so that what is said later
/// is known where a pair may begin.
fn follow_pairs(index: &Index, clause: &[Hit], bits: &mut Bits) {
    let mut later = ConceptSet::default();
    for (at, hit) in clause.iter().enumerate().rev().filter(|(_, hit)| !hit.denied) {
        if index.flags(hit.meaning) & Meaning::IS_FOLLOWED != 0 {
            for pair in index.follows(hit.meaning, later) {
                if !bits.has(pair.bit) && is_followed(index, pair.other, hit, &clause[at + 1..]) {
                    bits.set(pair.bit);
                }
            }
        }
        later.add_all(index.meaning(hit.meaning).concepts);
    }
}

/// Returns whether a later hit in the clause of `hit`, not too far, says the other concept.
fn is_followed(index: &Index, other: Concept, hit: &Hit, later: &[Hit]) -> bool {
    follower(index, other, hit, later).is_some()
}

/// Returns the first later hit in the clause of `hit`, not too far, that says the other concept.
pub fn follower<'a>(index: &Index, other: Concept, hit: &Hit, later: &'a [Hit]) -> Option<&'a Hit> {
    let mut near = later.iter().take_while(|l| l.clause == hit.clause && l.start <= hit.end + 24);
    near.find(|l| l.start >= hit.end && !l.denied && l.has(index, other))
}

fn holds(index: &Index, fact: Fact, evidence: &Evidence<'_>) -> bool {
    let Evidence { text, scan, claim, links, contacts, money, received, .. } = *evidence;
    let named = &index.named;
    let said = |concept| scan.said.has(concept);
    let known = claim.institution.map(|i| &index.institutions[usize::from(i)]);
    match fact {
        Fact::QuietHours => received.is_some_and(Received::is_quiet),
        Fact::Signature => claim.has_signature,
        Fact::SignatureMismatch => is_mismatched(index, evidence),
        Fact::InstitutionKnown => known.is_some_and(|k| k.kind != "unlisted"),
        Fact::LenderKnown => known.is_some_and(|k| k.lends),
        Fact::LenderUnlisted => match known {
            Some(known) => known.kind == "unlisted",
            None => scan.signed.has(named.lender_name),
        },
        Fact::CreditorNamed => {
            known.is_some_and(|k| k.lends)
                || has_own_name(index, text, scan)
                || said(named.creditor)
                || scan.mentions.iter().any(|m| {
                    m.via != crate::index::Via::SignatureName && index.institutions[usize::from(m.institution)].lends
                })
        }
        Fact::Amount => !scan.amounts.is_empty(),
        Fact::Date => said(named.date) || said(named.time) || said(named.days),
        Fact::DueToday => received.is_some_and(|now| scan.month_days.contains(&(now.date.month, now.date.day))),
        Fact::AnnualRate => scan.rates.iter().any(|rate| rate.period == crate::scan::Period::Year),
        Fact::ShortRate => {
            scan.rates.iter().any(|r| matches!(r.period, crate::scan::Period::Month | crate::scan::Period::Day))
        }
        Fact::CaseNumberGood => scan.case_numbers.iter().any(|(_, is_good)| *is_good),
        Fact::CaseNumberBad => scan.case_numbers.iter().any(|(_, is_good)| !is_good),
        Fact::OverCap => money.over_cap.is_some(),
        Fact::CutInterest => money.is_interest_cut,
        Fact::Placeholder => !scan.placeholders.is_empty(),
        Fact::Disguised => disguise_weight(index, text, scan) >= 2,
        Fact::LinkDisguised => scan.links.iter().any(|link| link.is_disguised),
        Fact::LinkAppDownload => scan.links.iter().any(|link| leads_to_app(index, link)),
        Fact::LinkPersonalToken => scan.links.iter().any(has_personal_token),
        Fact::LinkIp => scan.links.iter().any(|link| link.is_ip),
        Fact::AnyLink => !scan.links.is_empty(),
        Fact::LinkForeign => links.iter().zip(&scan.links).any(|(link, raw)| is_foreign(index, link, raw)),
        Fact::MobileContact => contacts.iter().any(|c| c.kind == ContactType::Phone),
        Fact::MessengerContact => {
            contacts.iter().any(|c| matches!(c.kind, ContactType::Wechat | ContactType::Qq | ContactType::App))
        }
        Fact::OfficialContact => contacts.iter().any(|c| is_own(index, claim, *c)),
        Fact::ForeignContact => contacts.iter().any(|c| {
            matches!(c.kind, ContactType::Phone | ContactType::Hotline)
                && !is_own(index, claim, *c)
                && !is_public(index, *c)
        }),
        Fact::OldDebt => {
            said(named.old_debt)
                || scan
                    .oldest_year
                    .zip(received)
                    .is_some_and(|(year, now)| i32::from(year) + 4 <= i32::from(now.date.year))
                || (received.is_none() && scan.oldest_year.is_some_and(|year| year <= 2020))
        }
        Fact::PrivateTone => is_private(index, evidence),
        Fact::OtherLanguage => evidence.is_foreign,
        Fact::Terse => {
            let mut chinese = text.codes.iter().filter(|&&c| index.tables.is(c, Property::CJK));
            scan.links.is_empty() && chinese.nth(6).is_none()
        }
        Fact::Bare => is_bare(text, scan),
    }
}

/// A signature of three characters and more beyond words of the trade: a name, and not the one in the body.
fn signature_names_another(index: &Index, text: &Text, scan: &Scan) -> bool {
    scan.signatures.iter().any(|range| own_characters(index, text, scan, *range) >= 3)
}

/// Returns how many characters of a signature are not words of the trade.
fn own_characters(index: &Index, text: &Text, scan: &Scan, range: [u32; 2]) -> usize {
    let is_trade = |hit: &Hit| hit.has(index, index.named.lender_name) || hit.has(index, index.named.trade);
    let inside = |hit: &&Hit| hit.start >= range[0] && hit.end <= range[1];
    let covered = |at: u32| scan.hits.iter().filter(inside).any(|h| is_trade(h) && (h.start..h.end).contains(&at));
    (range[0]..range[1]).filter(|&at| index.tables.is(text.codes[at as usize], Property::CJK) && !covered(at)).count()
}

/// A signature that names a lender by more than words of the trade: 小某钱包, but not 分期催告.
fn has_own_name(index: &Index, text: &Text, scan: &Scan) -> bool {
    let named = &index.named;
    if !scan.signed.has(named.lender_name) {
        return false;
    }
    scan.signatures.iter().any(|range| own_characters(index, text, scan, *range) >= 1)
}

fn is_own(index: &Index, claim: &Claim, contact: ContactCheck) -> bool {
    contact.official_of.zip(claim.institution).is_some_and(|(owner, claimed)| index.same_group(owner, claimed))
}

fn is_public(index: &Index, contact: ContactCheck) -> bool {
    contact.official_of.is_some_and(|owner| {
        let role = index.institutions[usize::from(owner)].role;
        matches!(role, Some(Role::Police | Role::Court | Role::Regulator | Role::Government | Role::Lawyer))
    })
}

/// Signature, second signature, call-back number and official link name different institutions.
fn is_mismatched(index: &Index, evidence: &Evidence<'_>) -> bool {
    let Evidence { text, scan, claim, links, contacts, .. } = *evidence;
    if let [first, .., last] = scan.signatures[..] {
        let (a, b) =
            (&text.codes[first[0] as usize..first[1] as usize], &text.codes[last[0] as usize..last[1] as usize]);
        let contains = |long: &[u16], short: &[u16]| long.windows(short.len().max(1)).any(|w| w == short);
        let grouped = claim.institution.zip(claim.second).is_some_and(|(x, y)| index.same_group(x, y));
        if !grouped && !contains(a, b) && !contains(b, a) {
            return true;
        }
    }
    let Some(claimed) = claim.institution else { return false };
    if claim.second.is_some_and(|second| !index.same_group(second, claimed)) {
        return true;
    }
    if claim.is_unsigned_name && signature_names_another(index, text, scan) {
        return true;
    }
    let foreign_number = contacts.iter().any(|contact| {
        contact.kind == ContactType::Hotline
            && contact.official_of.is_some_and(|owner| !index.same_group(owner, claimed))
            && !is_public(index, *contact)
    });
    let foreign_link = links.iter().any(|link| {
        link.verdict == LinkVerdict::Unofficial && link.owner.is_some_and(|owner| !index.same_group(owner, claimed))
    });
    foreign_number || foreign_link
}

fn is_foreign(index: &Index, link: &LinkCheck, raw: &RawLink) -> bool {
    match link.verdict {
        LinkVerdict::Official => false,
        LinkVerdict::Unknown => index.hosts.listed(&raw.host).is_none_or(|kind| kind == HostKind::Download),
        LinkVerdict::Unofficial | LinkVerdict::Lookalike | LinkVerdict::Shortener | LinkVerdict::Ip => true,
    }
}

fn leads_to_app(index: &Index, link: &RawLink) -> bool {
    let path = link.rest.split(['?', '#']).next().unwrap_or_default();
    let suffix = [".apk", ".ipa", ".exe", ".mobileconfig", ".plist", ".xapk", ".hap"]
        .iter()
        .any(|suffix| path.ends_with(suffix));
    suffix || index.hosts.listed(&link.host) == Some(HostKind::Download)
}

/// A telephone number, or a long run of mixed letters and digits, in the query or as a part of the path.
fn has_personal_token(link: &RawLink) -> bool {
    let parts = link.rest.split(['/', '?', '&', '#']);
    parts.filter(|part| !part.is_empty()).any(|part| {
        let (is_query, value) = part.split_once('=').map_or((false, part), |(_, value)| (true, value));
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let alnum = value.bytes().filter(u8::is_ascii_alphanumeric).count();
        let is_phone = value.len() == 11 && digits == 11 && value.starts_with('1');
        let long = if is_query { 10 } else { 16 };
        is_phone
            || (alnum == value.len() && alnum >= long && digits >= 2 && digits < alnum)
            || (is_query && digits >= 15)
    })
}

/// Marks that nothing but hiding a word explains.
const STRONG: u8 = Mark::INVISIBLE | Mark::COMBINING | Mark::CONFUSABLE | Mark::REWRITTEN;

/// Weighs the signs that words were hidden: 2 is enough.
pub fn disguise_weight(index: &Index, text: &Text, scan: &Scan) -> u32 {
    if text.marked & !Mark::FORM == 0 && !scan.links.iter().any(|link| link.is_disguised) {
        return u32::from(scan.mentioned.has(index.named.disguise)) * 2;
    }
    let mut weight = 0;
    let words = scan.hits.iter().map(|hit| (hit.start, hit.end));
    let names = scan.mentions.iter().map(|mention| (mention.start, mention.end));
    let mut last = 0;
    for (start, end) in words.chain(names).filter(|(start, end)| end - start >= 2) {
        let range = start as usize..end as usize;
        if start >= last && is_disguised(text, range.start, range.end) {
            let marks = text.place[range].iter().fold(0, |all, place| all | place.mark);
            weight += if marks & STRONG != 0 { 2 } else { 1 };
            last = end;
        }
    }
    if scan.mentioned.has(index.named.disguise) || scan.links.iter().any(|link| link.is_disguised) {
        weight += 2;
    }
    weight + marks_apart(index, text)
}

/// Signs that do not need a known word: enclosed digits in a row, marks inside Chinese text, a mixture of
/// traditional and simplified characters.
fn marks_apart(index: &Index, text: &Text) -> u32 {
    let cjk = |at: usize| text.codes.get(at).is_some_and(|&c| index.tables.is(c, Property::CJK | Property::DIGIT));
    let (mut enclosed, mut hidden, mut traditional, mut simplified, mut rewritten) = (0, 0, 0, 0, 0);
    for at in 0..text.len() {
        let mark = text.place[at].mark;
        let previous = at.checked_sub(1);
        enclosed +=
            u32::from(mark & Mark::ENCLOSED != 0 && previous.is_some_and(|p| text.place[p].mark & Mark::ENCLOSED != 0));
        hidden += u32::from(mark & (Mark::INVISIBLE | Mark::COMBINING) != 0 && cjk(at) && previous.is_some_and(cjk));
        traditional += u32::from(mark & Mark::TRADITIONAL != 0);
        simplified += u32::from(mark & Mark::TRADITIONAL == 0 && index.tables.is_simplified_only(text.codes[at]));
        rewritten += u32::from(mark & (Mark::REWRITTEN | Mark::CONFUSABLE) != 0);
    }
    let mixed = traditional >= 2 && simplified >= 3;
    2 * (u32::from(enclosed >= 1) + u32::from(hidden >= 2) + u32::from(mixed) + u32::from(rewritten >= 3))
}

/// Talk between people: their words, none of a business, no signature, no link, not from a service number.
fn is_private(index: &Index, evidence: &Evidence<'_>) -> bool {
    let Evidence { scan, claim, sender, .. } = *evidence;
    let occurs = |concept| scan.mentioned.has(concept);
    let from_person = matches!(
        sender.class,
        SenderClass::Mobile
            | SenderClass::VirtualOperator
            | SenderClass::Missing
            | SenderClass::Overseas
            | SenderClass::Alphanumeric
            | SenderClass::Email
            | SenderClass::Malformed
            | SenderClass::Landline
    );
    let plain = !claim.has_signature && scan.links.is_empty() && from_person;
    if !plain || occurs(index.named.formal) || occurs(index.named.hostile) || !occurs(index.named.private) {
        return false;
    }
    // A chat may speak of debt; one that also names a sum must sound like a friend's.
    let speaks_of_debt = occurs(index.named.debt_tone);
    !speaks_of_debt || scan.amounts.is_empty() || occurs(index.named.private_strong)
}

/// Returns whether the text is written in letters rather than in Chinese.
pub fn is_foreign_language(index: &Index, text: &Text) -> bool {
    const LETTERS: u16 = Property::LETTER | Property::FOREIGN;
    if text.seen & LETTERS == 0 {
        return false;
    }
    let count = |properties| text.codes.iter().filter(|&&c| index.tables.is(c, properties)).count();
    let letters = count(LETTERS);
    letters >= 20 && letters > 3 * count(Property::CJK)
}

/// Nothing but links, numbers and marks.
fn is_bare(text: &Text, scan: &Scan) -> bool {
    let covered: u32 = scan.links.iter().map(|link| link.end - link.start).sum();
    !scan.links.is_empty() && text.len() as u32 <= covered + 2
}
