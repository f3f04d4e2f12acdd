//! Whom the message claims to be: the institution it names or speaks for, and the roles it takes on. Does not say
//! whether the claim is true.

use knowledge::condition::Role;

use crate::index::{Index, RoleConcepts, Via};
use crate::normalise::{Property, Text};
use crate::scan::{Mention, Scan};
use crate::verdict::InstitutionIndex;

/// What a message claims to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The institution.
    pub institution: Option<InstitutionIndex>,
    /// Another institution named in a second signature.
    pub second: Option<InstitutionIndex>,
    /// Whether the name stands in the body under a signature that does not name it.
    pub is_unsigned_name: bool,
    /// Whether there is a signature at all.
    pub has_signature: bool,
    roles: u16,
}

impl Claim {
    /// Returns whether a role is claimed.
    pub fn has(self, role: Role) -> bool {
        self.roles & bit(role) != 0
    }

    /// Returns whether nothing at all is claimed.
    pub fn is_none(self) -> bool {
        self.institution.is_none() && self.roles == 0
    }

    /// Returns whether a known institution or an office is claimed, against which a number can be held.
    pub fn names_somebody(self) -> bool {
        self.institution.is_some() || self.is_official_body()
    }

    /// Returns whether a public office is claimed.
    pub fn is_official_body(self) -> bool {
        [Role::Court, Role::Police, Role::Regulator, Role::Government].into_iter().any(|role| self.has(role))
    }

    /// Returns whether such a sender does not write from a person's number. A lawyer may.
    pub fn is_implausible_from_a_person(self) -> bool {
        self.institution.is_some() || self.roles & !bit(Role::Lawyer) != 0
    }

    fn add(&mut self, role: Role) {
        self.roles |= bit(role);
    }
}

fn bit(role: Role) -> u16 {
    1 << Role::ALL.iter().position(|&r| r == role).unwrap_or(15)
}

/// Returns what the message claims to be.
///
/// 1. The name in a signature. 2. A name in the body for which it speaks (`这里是…`, `您的花呗…`).
/// 3. Roles: of that institution, of what it says it is, of what its signature is called.
/// 4. A signature that names nobody known still is a claim: of a company.
pub fn claim(index: &Index, roles: &[RoleConcepts], text: &Text, scan: &Scan) -> Claim {
    let mut claim = Claim { has_signature: !scan.signatures.is_empty(), ..Claim::default() };
    let mut signed = scan.signatures.iter().filter_map(|&range| in_signature(index, scan, range));
    claim.institution = signed.next();
    claim.second = signed.next();
    let spoken = spoken_for(index, text, scan, claim.has_signature);
    if claim.institution.is_none() {
        claim.institution = spoken;
        claim.is_unsigned_name = spoken.is_some() && claim.has_signature;
    } else if claim.second.is_none() && spoken.is_some_and(|i| index.institutions[usize::from(i)].lends) {
        claim.second = spoken;
    }
    if let Some(role) = claim.institution.and_then(|i| index.institutions[usize::from(i)].role) {
        claim.add(role);
    }
    for role in roles {
        let claimed = role.claim.is_some_and(|c| scan.said.has(c)) || role.name.is_some_and(|c| scan.signed.has(c));
        if claimed && (claim.institution.is_none() || !is_softer(role.role, claim)) {
            claim.add(role.role);
        }
    }
    if claim.roles == 0 && claim.has_signature && claim.institution.is_none() {
        claim.add(Role::Company);
    }
    claim
}

/// A named lender that mentions a bank or a platform does not also claim to be one.
fn is_softer(role: Role, claim: Claim) -> bool {
    let named = claim.institution.is_some();
    named && matches!(role, Role::Company | Role::Bank | Role::Platform | Role::Delivery)
}

fn is_signed(scan: &Scan, at: u32) -> bool {
    scan.signatures.iter().any(|range| (range[0]..range[1]).contains(&at))
}

/// The longest name inside a signature; of equal ones the first.
fn in_signature(index: &Index, scan: &Scan, range: [u32; 2]) -> Option<InstitutionIndex> {
    let inside = scan.mentions.iter().filter(|m| m.start >= range[0] && m.end <= range[1]);
    let best = inside.max_by_key(|m| {
        let rank = index.institutions[usize::from(m.institution)].rank;
        (m.end - m.start, m.via == Via::Name, std::cmp::Reverse(rank), std::cmp::Reverse(m.start))
    })?;
    // An everyday word must make up the signature, or stand beside a word of banking.
    if best.via == Via::SignatureName {
        let covered = best.end - best.start;
        let rest = range[1] - range[0] - covered;
        let banking = scan.signed.has(index.named.bank_word);
        let is_tail = best.end == range[1] || best.start == range[0];
        if rest > 6 && !banking && !is_tail {
            return None;
        }
    }
    Some(best.institution)
}

/// A name for which the body speaks.
fn spoken_for(index: &Index, text: &Text, scan: &Scan, has_signature: bool) -> Option<InstitutionIndex> {
    let opens = scan.mentioned.has(index.named.speaks_for) || scan.mentioned.has(index.named.company_word);
    let last = text.len() as u32;
    let mut best: Option<&Mention> = None;
    for mention in &scan.mentions {
        if (!opens && mention.start > 0 && mention.end + 1 < last)
            || is_signed(scan, mention.start)
            || !is_certain(index, scan, mention)
            || !speaks_for(index, text, scan, mention)
        {
            continue;
        }
        if best.is_none_or(|b| mention.start == b.start && mention.end > b.end) {
            best = Some(mention);
        }
    }
    let best = best?;
    // Under a signature of its own, a product in passing does not speak for its maker.
    (!has_signature || best.via != Via::Product).then_some(best.institution)
}

fn is_certain(index: &Index, scan: &Scan, mention: &Mention) -> bool {
    match mention.via {
        Via::Name | Via::Product => true,
        Via::App => false,
        Via::SignatureName => scan
            .hits
            .iter()
            .any(|hit| hit.has(index, index.named.bank_word) && hit.start <= mention.end && hit.end >= mention.start),
    }
}

/// Returns whether no enumeration follows, as in an offer to cash out 花呗、白条.
fn lists_nothing(text: &Text, end: u32) -> bool {
    !text.codes.get(end as usize).is_some_and(|&code| matches!(code, 0x3001 | 0x2F | 0x2B))
}

/// Returns whether an opening (`这里是`, `您的`) stands just before the name, a title (`客服`, `提醒您`) just behind
/// it, or the text begins with it.
fn speaks_for(index: &Index, text: &Text, scan: &Scan, mention: &Mention) -> bool {
    let opening = scan
        .hits
        .iter()
        .any(|hit| hit.has(index, index.named.speaks_for) && hit.end <= mention.start && hit.end + 2 >= mention.start);
    let titled = scan.hits.iter().any(|hit| {
        hit.has(index, index.named.company_word) && (mention.end..=mention.end + 1).contains(&hit.start) && !hit.denied
    });
    let first = mention.start == 0 && mention.via == Via::Name && lists_nothing(text, mention.end);
    let first = first
        || mention.start == 0
            && text
                .codes
                .get(mention.end as usize)
                .is_some_and(|&c| index.tables.is(c, Property::CLAUSE_END) || c == 0x3A || c == 0x20);
    let last = mention.via == Via::Name
        && mention.end + 1 >= text.len() as u32
        && text.codes[..mention.start as usize]
            .last()
            .is_some_and(|&c| index.tables.is(c, Property::CLAUSE_END | Property::SPACE));
    opening || titled || first || last
}
