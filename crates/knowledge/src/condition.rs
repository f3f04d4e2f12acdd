//! The closed language in which rules say when they fire: `all`, `any`, `none` over the predicates below.
//! It has no expression strings, no scores and no way to read the text except through these predicates.

use serde::{Deserialize, Serialize};

/// When a rule fires: every part given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Each of these holds.
    pub all: Vec<Condition>,
    /// At least one of these holds (if any are given).
    pub any: Vec<Condition>,
    /// None of these holds.
    pub none: Vec<Condition>,
}

/// One predicate over the facts of a message, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Each holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// None holds.
    None(Vec<Condition>),
    /// The concept occurs where nothing denies it or warns of it.
    Says(String),
    /// The concept occurs, denied or not.
    Mentions(String),
    /// The concept occurs where it is denied or warned of (切勿…, …都是诈骗).
    Denies(String),
    /// Both concepts are said in one clause, in this order, at most 24 characters apart.
    Follows([String; 2]),
    /// Both concepts are said in one sentence, in any order.
    Together([String; 2]),
    /// The sender's number is of this class (ids of the verdict's contract).
    SenderClass(String),
    /// The sender stands in this relation to what the message claims.
    SenderMatch(String),
    /// The message claims to come from, or to speak for, such a body.
    Claims(Role),
    /// The institution resolved is of this kind.
    InstitutionKind(String),
    /// A link has this verdict (ids of the verdict's contract).
    Link(String),
    /// A computed fact holds.
    Fact(Fact),
    /// Another finding has fired.
    Finding(String),
}

/// A role that a message may claim, with or without a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A bank, named or not.
    Bank,
    /// A lending or payment platform, or a consumer-finance company.
    Platform,
    /// A court or its enforcement office.
    Court,
    /// The police or the procuratorate.
    Police,
    /// A financial regulator or the central bank with its credit register.
    Regulator,
    /// A lawyer or law firm.
    Lawyer,
    /// A telecom carrier.
    Carrier,
    /// Another public office: tax, social security, housing fund.
    Government,
    /// A parcel or postal service.
    Delivery,
    /// Any other named company or service.
    Company,
}

impl Role {
    /// Every role, in the order of its bit.
    pub const ALL: [Self; 10] = [
        Self::Bank,
        Self::Platform,
        Self::Court,
        Self::Police,
        Self::Regulator,
        Self::Lawyer,
        Self::Carrier,
        Self::Government,
        Self::Delivery,
        Self::Company,
    ];
}

/// A fact that is computed from the text, the sender, the time or the knowledge rather than found as a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Received between 22:00 and 08:00, Beijing time.
    QuietHours,
    /// There is a signature in brackets at either end.
    Signature,
    /// Signature, body, link or call-back number name different institutions.
    SignatureMismatch,
    /// An institution of the tables was resolved.
    InstitutionKnown,
    /// The institution resolved lends money or stands for a lender.
    LenderKnown,
    /// It names itself a lender but is on no list known.
    LenderUnlisted,
    /// A creditor or principal is named, known or not.
    CreditorNamed,
    /// An amount of money is stated.
    Amount,
    /// A date or time is stated.
    Date,
    /// A date is stated that is the day of receipt.
    DueToday,
    /// An annual rate is stated.
    AnnualRate,
    /// A rate by day, month or instalment, or per 10,000, is stated.
    ShortRate,
    /// A case number in the form that courts use.
    CaseNumberGood,
    /// A case number in a form that courts do not use.
    CaseNumberBad,
    /// What is stated adds up to more than the cap for this kind of lender.
    OverCap,
    /// Less is paid out than the contract says.
    CutInterest,
    /// An unfilled slot of a template.
    Placeholder,
    /// The text is written so that a filter misses words.
    Disguised,
    /// A link is written so that a filter misses it.
    LinkDisguised,
    /// A link leads to an installable file or a test-distribution page.
    LinkAppDownload,
    /// A link carries a token that identifies the reader.
    LinkPersonalToken,
    /// A link's host is a bare address.
    LinkIp,
    /// Any link.
    AnyLink,
    /// A link whose site is neither official nor well known.
    LinkForeign,
    /// A telephone number of a person (mobile) is given to be called.
    MobileContact,
    /// A messenger id is given to be added.
    MessengerContact,
    /// A number is given that belongs to the claimed institution.
    OfficialContact,
    /// A number, not the claimed institution's own, is given.
    ForeignContact,
    /// A debt older than the limitation period is spoken of.
    OldDebt,
    /// The message reads like talk between people.
    PrivateTone,
    /// The text is written in another language than Chinese.
    OtherLanguage,
    /// Very little text.
    Terse,
    /// Nothing but a link or a number.
    Bare,
}

impl Fact {
    /// How many facts there are.
    pub const COUNT: usize = Self::Bare as usize + 1;
}

impl Condition {
    /// Calls `visit` on every predicate in the tree, with whether it must hold (`true`) or must not.
    pub fn leaves<'a>(&'a self, wanted: bool, visit: &mut impl FnMut(&'a Self, bool)) {
        match self {
            Self::All(list) | Self::Any(list) => list.iter().for_each(|c| c.leaves(wanted, visit)),
            Self::None(list) => list.iter().for_each(|c| c.leaves(!wanted, visit)),
            leaf => visit(leaf, wanted),
        }
    }
}

impl When {
    /// Returns the condition as one tree.
    pub fn to_condition(&self) -> Condition {
        let mut parts = self.all.clone();
        if !self.any.is_empty() {
            parts.push(Condition::Any(self.any.clone()));
        }
        if !self.none.is_empty() {
            parts.push(Condition::None(self.none.clone()));
        }
        Condition::All(parts)
    }
}
