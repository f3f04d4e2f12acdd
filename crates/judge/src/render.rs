//! From a verdict of ids to what people and programs read: places, advice in order, texts in a language, JSON by the
//! contract. Adds no judgement of its own.

mod summary;

use knowledge::condition::Fact;
use knowledge::document::{Lang, Severity};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::claim::Claim;
use crate::fact::follower;
use crate::index::{CONCEPT_WORDS, Index};
use crate::money::MoneyCheck;
use crate::rule::CompiledRule;
use crate::scan::is_disguised;
use crate::verdict::{Decision, Finding, Kind, Link, LinkVerdict, Risk, Span, Verdict};
use crate::{Scratch, merged};

pub use summary::summary;

/// At most this many places are shown for one finding.
const MOST_SPANS: usize = 8;
/// At most this many sentences on what to do.
const MOST_ACTS: usize = 9;
/// At most this many on what not to do.
const MOST_AVOIDED: usize = 5;

/// Returns the places of a finding in the body as given.
pub fn spans(index: &Index, rule: &CompiledRule, scratch: &Scratch, links: &[Link], money: &MoneyCheck) -> Vec<Span> {
    let (text, scan) = (&scratch.text, &scratch.scan);
    let mut found = Vec::new();
    let mut add = |start: u32, end: u32| found.push(text.span(start as usize..end as usize));
    let evidence = &rule.evidence;
    let (said, mentioned) = (evidence.said.and(scan.said), evidence.mentioned.and(scan.mentioned));
    if said.words() != [0; CONCEPT_WORDS] || mentioned.words() != [0; CONCEPT_WORDS] {
        for hit in &scan.hits {
            let concepts = index.meaning(hit.meaning).concepts;
            if (!hit.denied && concepts.meets(said)) || concepts.meets(mentioned) {
                add(hit.start, hit.end);
            }
        }
    }
    for &(first, second) in &evidence.pairs {
        if !scan.said.has(first) || !scan.said.has(second) {
            continue;
        }
        for (at, one) in scan.hits.iter().enumerate().filter(|(_, h)| h.has(index, first) && !h.denied) {
            if let Some(two) = follower(index, second, one, &scan.hits[at + 1..]) {
                add(one.start, two.end);
            }
        }
    }
    found.extend(links.iter().filter(|link| evidence.links.contains(&link.verdict)).map(|link| link.span));
    for fact in &evidence.facts {
        found.extend(fact_spans(*fact, scratch, links, money));
    }
    let mut whole = merged(found);
    whole.truncate(MOST_SPANS);
    whole
}

fn fact_spans(fact: Fact, scratch: &Scratch, links: &[Link], money: &MoneyCheck) -> Vec<Span> {
    let (text, scan) = (&scratch.text, &scratch.scan);
    let span = |range: [u32; 2]| text.span(range[0] as usize..range[1] as usize);
    match fact {
        Fact::SignatureMismatch | Fact::LenderUnlisted => scan.signatures.iter().map(|&range| span(range)).collect(),
        Fact::CaseNumberBad => {
            scan.case_numbers.iter().filter(|(_, good)| !good).map(|(range, _)| span(*range)).collect()
        }
        Fact::OverCap | Fact::CutInterest => money.over_cap.map(span).into_iter().collect(),
        Fact::Placeholder => scan.placeholders.iter().map(|&range| span(range)).collect(),
        Fact::Disguised => {
            let words = scan.hits.iter().map(|hit| [hit.start, hit.end]);
            words
                .filter(|range| is_disguised(text, range[0] as usize, range[1] as usize))
                .map(span)
                .chain(scan.links.iter().filter(|link| link.is_disguised).map(|link| span([link.start, link.end])))
                .collect()
        }
        Fact::LinkDisguised | Fact::LinkAppDownload | Fact::LinkPersonalToken | Fact::LinkIp | Fact::AnyLink => {
            links.iter().map(|link| link.span).collect()
        }
        Fact::LinkForeign => {
            links.iter().filter(|link| link.verdict != LinkVerdict::Official).map(|link| link.span).collect()
        }
        Fact::ForeignContact | Fact::MobileContact => {
            let contacts = scan.contacts.iter().filter(|contact| {
                matches!(contact.kind, crate::verdict::ContactType::Phone | crate::verdict::ContactType::Hotline)
            });
            contacts.map(|contact| span([contact.start, contact.end])).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns advice in the order of doing: what the kind and risk ask for, then what the findings ask for.
pub fn advice(index: &Index, decision: &Decision, findings: &[Finding], claim: &Claim) -> Vec<u16> {
    let book = &index.rules;
    let mut ids: Vec<u16> = Vec::new();
    let named = summary::advice_of(decision, claim, index, findings);
    let own = named.iter().filter_map(|id| book.advice.binary_search_by(|a| a.as_str().cmp(id)).ok());
    ids.extend(own.map(|at| at as u16));
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
        ids.extend(&book.rules[usize::from(finding.rule)].advice);
    }
    // Opting out tells a hostile sender that the number is read; a real debt stays even where its collector offends.
    let deceives = matches!(decision.kind, Kind::Scam | Kind::IllegalOffer);
    let hostile = decision.risk == Risk::High || decision.kind.is_hostile();
    let serious = findings.iter().any(|finding| finding.severity >= Severity::Medium);
    let is_banned = |id: &str| match id {
        "opt-out" => hostile,
        "nothing-to-do" => hostile || serious,
        "contact-lender" | "request-creditor-identity" | "request-breakdown" => deceives,
        _ => false,
    };
    ids.retain(|&id| !is_banned(&book.advice[usize::from(id)]));
    limited(index, ids, &named)
}

/// Orders advice and cuts what to do and what not to do each to what a reader takes in; what belongs to the kind as a
/// whole is never cut.
fn limited(index: &Index, ids: Vec<u16>, kept: &[&str]) -> Vec<u16> {
    let book = &index.rules;
    let mut once: Vec<u16> = Vec::with_capacity(ids.len());
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    let (mut acts, mut avoided) = (0, 0);
    once.retain(|&id| {
        let name = book.advice[usize::from(id)].as_str();
        let (count, most) =
            if book.advice_avoids[usize::from(id)] { (&mut avoided, MOST_AVOIDED) } else { (&mut acts, MOST_ACTS) };
        *count += 1;
        *count <= most || kept.contains(&name)
    });
    once.sort_by_key(|&id| book.advice_order[usize::from(id)]);
    once
}

/// How much of a verdict is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Ids and places only, for mass scans.
    Ids,
    /// With texts in a language.
    Texts(Lang),
}

/// What a verdict is written about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The caller's id, as JSON.
    pub id: Option<&'a RawValue>,
    /// The body as given.
    pub body: &'a str,
    /// The sender as given.
    pub sender: Option<&'a str>,
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    version: u8,
    id: Option<&'a RawValue>,
    kind: &'a str,
    risk: &'a str,
    probabilities: Probabilities<'a>,
    confidence: knowledge::document::Confidence,
    sender: SenderJson<'a>,
    institution: Option<InstitutionJson<'a>>,
    links: Vec<LinkJson<'a>>,
    amounts: Vec<AmountJson<'a>>,
    contacts: Vec<ContactJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    advice: Vec<AdviceJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    knowledge: &'a str,
}

struct Probabilities<'a>(&'a [f32; 11]);

impl Serialize for Probabilities<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rounded = self.0.map(|p| (f64::from(p) * 10_000.0).round() / 10_000.0);
        serializer.collect_map(Kind::ALL.iter().map(|kind| kind.id()).zip(rounded))
    }
}

#[derive(Serialize)]
struct SenderJson<'a> {
    given: Option<&'a str>,
    class: &'a str,
    r#match: &'a str,
}

#[derive(Serialize)]
struct InstitutionJson<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct LinkJson<'a> {
    text: &'a str,
    url: &'a str,
    host: &'a str,
    registrable: &'a str,
    verdict: &'a str,
    imitates: Option<&'a str>,
    span: Span,
}

#[derive(Serialize)]
struct AmountJson<'a> {
    role: &'a str,
    fen: Option<i64>,
    annual_rate: Option<String>,
    span: Span,
}

#[derive(Serialize)]
struct ContactJson<'a> {
    r#type: &'a str,
    value: &'a str,
    official_of: Option<&'a str>,
    span: Span,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    id: &'a str,
    severity: Severity,
    confidence: knowledge::document::Confidence,
    spans: &'a [Span],
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    cites: &'a [String],
    advice: Vec<&'a str>,
}

#[derive(Serialize)]
struct AdviceJson<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    channel: Option<&'a str>,
    deadline_days: Option<u16>,
}

/// Appends a verdict as one JSON object (no line break), by version 1 of the contract.
///
/// # Errors
/// Never for these types; the serialiser's error is passed on.
pub fn write_json(
    index: &Index,
    verdict: &Verdict,
    subject: &Subject<'_>,
    detail: Detail,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    serde_json::to_writer(out, &to_json(index, verdict, subject, detail))
}

fn to_json<'a>(index: &'a Index, verdict: &'a Verdict, subject: &Subject<'a>, detail: Detail) -> VerdictJson<'a> {
    let library = &index.knowledge.library;
    let institution = |at: u16| &index.institutions[usize::from(at)];
    let advice_id = |at: u16| index.rules.advice[usize::from(at)].as_str();
    let lang = match detail {
        Detail::Ids => None,
        Detail::Texts(lang) => Some(lang),
    };
    VerdictJson {
        version: 1,
        id: subject.id,
        kind: verdict.decision.kind.id(),
        risk: verdict.decision.risk.id(),
        probabilities: Probabilities(&verdict.decision.probabilities),
        confidence: verdict.decision.confidence,
        sender: SenderJson {
            given: subject.sender,
            class: verdict.sender.class.id(),
            r#match: verdict.sender.matching.id(),
        },
        institution: verdict.institution.map(institution).map(|i| InstitutionJson { id: &i.id, name: &i.name }),
        links: verdict
            .links
            .iter()
            .map(|link| LinkJson {
                text: subject.body.get(link.span[0] as usize..link.span[1] as usize).unwrap_or_default(),
                url: &link.url,
                host: &link.host,
                registrable: &link.registrable,
                verdict: link.verdict.id(),
                imitates: link.imitates.map(|at| institution(at).id.as_str()),
                span: link.span,
            })
            .collect(),
        amounts: verdict
            .amounts
            .iter()
            .map(|amount| AmountJson {
                role: amount.role.id(),
                fen: amount.fen,
                annual_rate: amount.annual_rate_ppm.map(decimal_rate),
                span: amount.span,
            })
            .collect(),
        contacts: verdict
            .contacts
            .iter()
            .map(|contact| ContactJson {
                r#type: contact.kind.id(),
                value: &contact.value,
                official_of: contact.official_of.map(|at| institution(at).id.as_str()),
                span: contact.span,
            })
            .collect(),
        findings: verdict
            .findings
            .iter()
            .map(|finding| {
                let rule = &index.rules.rules[usize::from(finding.rule)];
                let document = &library.rule[&rule.id];
                FindingJson {
                    id: &rule.id,
                    severity: finding.severity,
                    confidence: finding.confidence,
                    spans: &finding.spans,
                    title: lang.map(|lang| document.title.get(lang)),
                    why: lang.map(|lang| document.why.get(lang)),
                    cites: &document.cites,
                    advice: document.advice.iter().map(String::as_str).collect(),
                }
            })
            .collect(),
        advice: verdict
            .advice
            .iter()
            .map(|&at| {
                let document = &library.advice[advice_id(at)];
                AdviceJson {
                    id: advice_id(at),
                    text: lang.map(|lang| advice_text(index, verdict, advice_id(at), lang)),
                    channel: document.channel.as_deref(),
                    deadline_days: document.deadline_days,
                }
            })
            .collect(),
        summary: lang.map(|lang| summary(index, verdict, lang)),
        knowledge: &index.knowledge.digest,
    }
}

/// Returns a sentence of advice, with the institution's own hotline or app where it is about verifying.
pub fn advice_text(index: &Index, verdict: &Verdict, id: &str, lang: Lang) -> String {
    let library = &index.knowledge.library;
    let text = library.advice.get(id).map_or("", |advice| advice.text.get(lang)).to_owned();
    let about = matches!(id, "verify-by-hotline" | "verify-in-app" | "contact-lender");
    let Some(institution) = verdict.institution.filter(|_| about) else { return text };
    let document = &library.institution[&index.institutions[usize::from(institution)].id];
    let detail = match (id, document.hotlines.first(), document.apps.first()) {
        ("verify-by-hotline" | "contact-lender", Some(hotline), _) => match lang {
            Lang::Zh => format!("（{}：{hotline}，请自己拨号）", document.name),
            Lang::En => format!(" ({}: {hotline}; dial it yourself)", document.name),
        },
        ("verify-in-app", _, Some(app)) => match lang {
            Lang::Zh => format!("（{app}）"),
            Lang::En => format!(" ({app})"),
        },
        _ => String::new(),
    };
    text + &detail
}

fn decimal_rate(ppm: i64) -> String {
    format!("{}.{:04}", ppm / 1_000_000, (ppm % 1_000_000) / 100)
}
