//! The decision: from the findings that fired and the kinds whose condition holds to one kind, one risk, one
//! confidence and a probability for each kind. Everything that decides stands on this page.

use knowledge::document::{Confidence, Severity};

use crate::rule::{Bits, CompiledRule, Fired, RuleBook};
use crate::verdict::{Decision, Kind, Risk, SenderClass, SenderMatch};

/// Findings that weigh on the risk whatever the kind, as sets of rules.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    careful: Fired,
    hostile: Fired,
    plain_scam: Fired,
    likely_scam: Fired,
    asks_call: Fired,
    official: Fired,
}

impl Weights {
    /// Looks the findings up once.
    pub fn new(book: &RuleBook) -> Self {
        Self {
            careful: book.set_of(&CAREFUL),
            hostile: book.set_of(&HOSTILE),
            plain_scam: book.set_of(&PLAIN_SCAM),
            likely_scam: book.set_of(&LIKELY_SCAM),
            asks_call: book.set_of(&["asks-call"]),
            official: book.set_of(&["sender-official"]),
        }
    }
}

/// What the decision rests on.
#[derive(Debug)]
pub struct Grounds<'a> {
    /// The rules.
    pub book: &'a RuleBook,
    /// What weighs on the risk.
    pub weights: Weights,
    /// The findings that fired.
    pub fired: Fired,
    /// Every predicate that holds.
    pub bits: &'a Bits,
    /// The sender's class.
    pub class: SenderClass,
    /// The sender's relation to the claim.
    pub matching: SenderMatch,
    /// What a model says of the wording, if one stands behind the rules.
    pub model: Option<[f32; 11]>,
}

/// Kinds in the order in which their conditions are believed: what harms first, what is plain next, what is broad
/// last.
const ORDER: [Kind; 11] = [
    Kind::Scam,
    Kind::IllegalOffer,
    Kind::AbusiveCollection,
    Kind::Otp,
    Kind::Personal,
    Kind::Collection,
    Kind::RepaymentNotice,
    Kind::LoanMarketing,
    Kind::Notice,
    Kind::Marketing,
    Kind::Unclear,
];

/// Findings that make any message one to be careful with, whatever its kind.
const CAREFUL: [&str; 18] = [
    "sender-mismatch",
    "sender-implausible",
    "sender-overseas",
    "signature-mismatch",
    "institution-unlisted",
    "link-unofficial",
    "link-shortener",
    "link-ip",
    "link-disguised",
    "settlement-discount",
    "template-broken",
    "limitation-revival",
    "asks-contact",
    "vague-identity",
    "asks-id",
    "court-procedure-wrong",
    "collection-unnamed-creditor",
    "asks-personal-account",
];

/// Findings that make any message hostile, whatever its kind.
const HOSTILE: [&str; 14] = [
    "link-lookalike",
    "asks-screen-share",
    "asks-otp",
    "asks-password",
    "fee-advance",
    "loan-unfreeze",
    "fake-withdrawal-error",
    "threat-violence",
    "threat-criminal",
    "law-misused",
    "gambling",
    "money-mule",
    "link-app-download",
    "impersonates-police",
];

/// Findings with which the rules' "scam" stands whatever the wording.
const PLAIN_SCAM: [&str; 3] = ["link-lookalike", "asks-screen-share", "link-app-download"];

/// Findings with which the rules' "scam" stands unless the wording speaks clearly against it ([`SUPPORT`]).
const LIKELY_SCAM: [&str; 9] = [
    "asks-otp",
    "asks-password",
    "loan-unfreeze",
    "fake-withdrawal-error",
    "account-cancel",
    "asks-personal-account",
    "refund-bait",
    "points-bait",
    "fee-advance",
];

/// The least probability of fraud by the wording that lets a finding of [`LIKELY_SCAM`] decide.
const SUPPORT: f32 = 0.1;
/// The least probability of a verification code by the wording that lets the rules' word stand: a ticket's code is
/// none.
const CODE_SUPPORT: f32 = 0.03;
/// The least probability of a kind that a named exception keeps. A finding of [`LIKELY_SCAM`] against which the wording
/// speaks was right in four of five made-up messages that the model had not seen, so it is not told as certain.
const KEPT: f32 = 0.9;
const KEPT_LIKELY: f32 = 0.6;

/// How much the rules' own probabilities weigh beside the model's, as an exponent; found by cross-validation.
const RULES_WEIGHT: f32 = 0.3;
/// From this probability of harm on, a message that is called harmless still asks for care.
const DOUBT: f32 = 0.25;

/// Decides.
///
/// 1. The rules: the kinds whose condition in `knowledge/kind/` holds, the first in [`ORDER`] leading.
/// 2. The wording: the model's probabilities, joined with the rules' ([`RULES_WEIGHT`]); the likeliest kind counts.
/// 3. Named exceptions: a finding of [`PLAIN_SCAM`], one of [`LIKELY_SCAM`] that the wording supports, or a
///    verification code that is delivered and not asked for, keeps the rules' kind.
/// 4. Risk: high for what harms or carries a hostile finding; caution where something speaks against it, nobody can
///    be held to it, or harm is not unlikely; else low.
pub fn decide(grounds: &Grounds<'_>) -> Decision {
    let kinds = grounds.book.kinds(grounds.bits).fold(0u16, |set, kind| set | 1 << kind as u16);
    let by_rules = ORDER.into_iter().find(|&kind| holds(kinds, kind)).unwrap_or(Kind::Unclear);
    let grave = grave(grounds);
    let sure = confidence(by_rules, kinds, grave);
    let rules = probabilities(by_rules, sure, kinds, grave);
    let Some(model) = grounds.model else {
        return Decision {
            kind: by_rules,
            risk: risk(grounds, by_rules, &rules),
            confidence: sure,
            probabilities: rules,
        };
    };
    let joined = joined(&model, &rules);
    let likeliest = Kind::ALL.iter().copied().max_by(|&a, &b| joined[a as usize].total_cmp(&joined[b as usize]));
    let fired = |set: Fired| grounds.fired & set != 0;
    let is_supported = model[Kind::Scam as usize] >= SUPPORT;
    let is_code = model[Kind::Otp as usize] >= CODE_SUPPORT;
    let kept = match by_rules {
        Kind::Scam if fired(grounds.weights.plain_scam) => Some(KEPT),
        Kind::Scam if fired(grounds.weights.likely_scam) && is_supported => Some(KEPT_LIKELY),
        Kind::Otp if is_code => Some(KEPT),
        _ => None,
    };
    let kind = if kept.is_some() { by_rules } else { likeliest.unwrap_or(by_rules) };
    let probabilities = kept.map_or(joined, |least| led_by(kind, least, joined));
    let confidence = match probabilities[kind as usize] {
        p if p >= 0.85 => Confidence::High,
        p if p >= 0.55 => Confidence::Medium,
        _ => Confidence::Low,
    };
    Decision { kind, risk: risk(grounds, kind, &probabilities), confidence, probabilities }
}

/// The model's probabilities times the rules' to the power of [`RULES_WEIGHT`].
fn joined(model: &[f32; 11], rules: &[f32; 11]) -> [f32; 11] {
    // Most kinds have the same probability by the rules: its power is taken once.
    let mut powers = [0.0f32; 11];
    for (at, rule) in rules.iter().enumerate() {
        let same = rules[..at].iter().position(|other| other.to_bits() == rule.to_bits());
        powers[at] = same.map_or_else(|| (rule + 1e-3).powf(RULES_WEIGHT), |known| powers[known]);
    }
    let mut weights = [0.0; 11];
    for (at, weight) in weights.iter_mut().enumerate() {
        *weight = (model[at] + 1e-3) * powers[at];
    }
    let sum: f32 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// Probabilities in which a kind that a named exception keeps has at least the given one.
fn led_by(kind: Kind, least: f32, mut probabilities: [f32; 11]) -> [f32; 11] {
    let lead = probabilities[kind as usize].max(least);
    let rest = (1.0 - probabilities[kind as usize]).max(1e-6);
    for (at, probability) in probabilities.iter_mut().enumerate() {
        *probability = if at == kind as usize { lead } else { *probability * (1.0 - lead) / rest };
    }
    probabilities
}

fn holds(kinds: u16, kind: Kind) -> bool {
    kinds >> kind as u16 & 1 == 1
}

fn risk(grounds: &Grounds<'_>, kind: Kind, probabilities: &[f32; 11]) -> Risk {
    let any = |set: Fired| grounds.fired & set != 0;
    let weights = grounds.weights;
    match kind {
        Kind::Scam | Kind::IllegalOffer | Kind::AbusiveCollection => return Risk::High,
        // A code is not asked for by the message that brings it; a friend may ask for anything.
        Kind::Otp | Kind::Personal => {}
        _ if any(weights.hostile) => return Risk::High,
        _ => {}
    }
    let careful = match kind {
        Kind::Personal => false,
        Kind::Unclear => true,
        _ => {
            let implausible = matches!(grounds.matching, SenderMatch::Mismatch | SenderMatch::Implausible);
            let asked_by_nobody = kind == Kind::LoanMarketing
                && matches!(grounds.class, SenderClass::Mobile | SenderClass::VirtualOperator | SenderClass::Overseas);
            let told_to_call = kind == Kind::Collection && any(weights.asks_call) && !any(weights.official);
            let harm = [Kind::Scam, Kind::IllegalOffer, Kind::AbusiveCollection];
            let in_doubt = harm.iter().map(|&kind| probabilities[kind as usize]).sum::<f32>() >= DOUBT;
            implausible || asked_by_nobody || told_to_call || any(weights.careful) || in_doubt
        }
    };
    if careful { Risk::Caution } else { Risk::Low }
}

fn fired<'a>(grounds: &'a Grounds<'_>) -> impl Iterator<Item = &'a CompiledRule> {
    let mut left = grounds.fired;
    std::iter::from_fn(move || {
        (left != 0).then(|| {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            &grounds.book.rules[at]
        })
    })
}

fn grave(grounds: &Grounds<'_>) -> usize {
    fired(grounds).filter(|rule| grounds.book.severity(rule, grounds.bits) == Severity::High).count()
}

fn confidence(kind: Kind, kinds: u16, grave: usize) -> Confidence {
    match kind {
        Kind::Unclear => Confidence::Low,
        Kind::Scam | Kind::IllegalOffer | Kind::AbusiveCollection => match grave {
            0 => Confidence::Low,
            1 => Confidence::Medium,
            _ => Confidence::High,
        },
        _ if kinds.count_ones() > 1 => Confidence::Medium,
        _ => Confidence::High,
    }
}

/// The rules' own probabilities: most of it for the kind decided, by confidence; a share for each other kind whose
/// condition holds; for fraud a share that grows with the grave findings; the rest spread evenly.
fn probabilities(kind: Kind, confidence: Confidence, kinds: u16, grave: usize) -> [f32; 11] {
    let mut weights = [0.01f32; 11];
    for &other in Kind::ALL.iter().filter(|&&other| holds(kinds, other)) {
        weights[other as usize] += 0.15;
    }
    weights[Kind::Scam as usize] += 0.05 * grave as f32;
    let others: f32 = weights.iter().sum::<f32>() - weights[kind as usize];
    let share = match confidence {
        Confidence::High => 0.93,
        Confidence::Medium => 0.8,
        Confidence::Low => 0.55,
    };
    weights[kind as usize] = others * share / (1.0 - share);
    let sum: f32 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}
