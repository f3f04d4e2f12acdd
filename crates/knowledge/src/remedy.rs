//! The knowledge files about what to do, as types: letters, deadlines, holidays, notices, situations, limitation. Says
//! nothing of how they are used.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::date::Date;
use crate::document::{Bilingual, Confidence, document};

/// A value of a fact: what an example holds and what a user states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A whole number; money is in fen.
    Number(i64),
    /// A text, also dates and telephone numbers.
    Text(String),
    /// Several.
    List(Vec<Value>),
    /// Named parts, as a row of a table.
    Row(BTreeMap<String, Value>),
}

impl Value {
    /// Returns the text, where it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns whether it is a plain yes.
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::YesNo(true))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// How people and programs write a value.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    YesNo(bool),
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Row(BTreeMap<String, Value>),
}

/// How the pack writes a value: it has to say what follows.
#[derive(Serialize, Deserialize)]
enum Packed {
    YesNo(bool),
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Row(BTreeMap<String, Value>),
}

macro_rules! convert {
    ($from:ident, $to:ident, $value:expr) => {
        match $value {
            $from::YesNo(value) => $to::YesNo(value),
            $from::Number(value) => $to::Number(value),
            $from::Text(value) => $to::Text(value),
            $from::List(value) => $to::List(value),
            $from::Row(value) => $to::Row(value),
        }
    };
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return convert!(Value, Written, self.clone()).serialize(serializer);
        }
        convert!(Value, Packed, self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(convert!(Written, Value, Written::deserialize(deserializer)?));
        }
        Ok(convert!(Packed, Value, Packed::deserialize(deserializer)?))
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }
    };
}

choice! {
    /// To whom a paper goes.
    Addressee {
        /// The lender.
        Lender,
        /// Who collects for it.
        Collector,
        /// A court.
        Court,
        /// The credit bureau.
        CreditBureau,
        /// The employer.
        Employer,
        /// Relatives.
        Family,
        /// A platform or shop.
        Platform,
        /// The police.
        Police,
        /// A regulator.
        Regulator,
        /// A carrier or 12321.
        Carrier,
        /// The user; nobody else.
        #[serde(rename = "self")]
        Oneself,
    }
}

choice! {
    /// What form a paper has.
    Form {
        /// A letter on paper.
        Letter,
        /// A text to send or paste as it is.
        Text,
        /// A sheet to keep at hand.
        Sheet,
    }
}

choice! {
    /// What limitation means for a letter.
    LimitationCare {
        /// Nothing.
        Ignore,
        /// The user is warned.
        Warn,
        /// It is refused where the debt is time-barred, and where that is unknown unless the user insists.
        RefuseIfExpired,
    }
}

choice! {
    /// What kind of fact is asked for.
    NeedKind {
        /// One line.
        Text,
        /// Several lines.
        LongText,
        /// A day, `2026-11-23`.
        Date,
        /// A day and a time of day, Beijing time, `2026-11-23T09:40:00`.
        Datetime,
        /// Money, in fen.
        Amount,
        /// The day of a contract, of which the one-year LPR has to be known.
        ContractDay,
        /// A telephone number.
        Phone,
        /// An identity number.
        IdNumber,
        /// One of the options.
        Choice,
        /// Lines or rows.
        List,
        /// Yes or no.
        YesNo,
        /// Instances of conduct: rule, at, sender, what.
        Violations,
        /// Pieces of evidence: number, name, source, at, content…
        EvidenceList,
        /// Payments to come: date, amount.
        Plan,
    }
}

document! {
    /// A paper or text that can be drafted (`letter/`).
    Letter {
        /// What it is called.
        title: Bilingual,
        /// When it is the right one.
        about: Bilingual,
        /// To whom it goes.
        addressee: Addressee,
        /// Channels by which it goes.
        channels: Vec<String>,
        /// Its form.
        form: Form,
        /// The longest text that its channel takes, in characters.
        #[serde(default)] max_chars: Option<u32>,
        /// Whether it acknowledges a debt.
        acknowledges: bool,
        /// What to know before sending it.
        warning: Vec<Bilingual>,
        /// What limitation means for it.
        limitation: LimitationCare,
        /// The yes-no fact that pleads limitation: where the debt is time-barred it has to be answered.
        #[serde(default)] limitation_plea: Option<String>,
        /// Articles that it may cite.
        cites: Vec<String>,
        /// Facts of which at least one must be answered yes, or given.
        #[serde(default)] any_of: Vec<String>,
        /// Place in the list.
        order: u16,
        /// The template.
        body: String,
        /// The facts it is made from.
        need: Vec<Need>,
    }
}

document! {
    /// A fact that a letter is made from.
    Need {
        /// Its name in the template.
        id: String,
        /// Its kind.
        kind: NeedKind,
        /// The question to the user.
        ask: Bilingual,
        /// Whether there is no letter without it.
        required: bool,
        /// Asked only if another fact holds: `a`, `a=value`, `a|b`.
        #[serde(default)] only_if: Option<String>,
        /// Refused unless answered yes.
        #[serde(default)] must: bool,
        /// Whether other persons' data are covered in it; what people write at length is covered unless this says no.
        #[serde(default)] cover: Option<bool>,
        /// The answers of a choice.
        #[serde(default)] options: Vec<Choice>,
        /// A made-up answer.
        example: Value,
    }
}

impl Need {
    /// Returns whether other persons' data are covered in it.
    pub fn is_covered(&self) -> bool {
        let is_free =
            matches!(self.kind, NeedKind::LongText | NeedKind::List | NeedKind::Violations | NeedKind::EvidenceList);
        self.cover.unwrap_or(is_free)
    }
}

document! {
    /// One answer of a choice.
    Choice {
        /// Its id.
        id: String,
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    }
}

choice! {
    /// Against whom a period runs.
    Runs {
        /// The user has to act in time.
        AgainstUser,
        /// The other side has.
        AgainstThem,
    }
}

choice! {
    /// How something was served or received.
    Way {
        /// Handed over and signed for, or left at home.
        InPerson,
        /// By post.
        Post,
        /// By SMS, e-mail, app.
        Electronic,
        /// By public notice.
        PublicNotice,
    }
}

choice! {
    /// What happens when the last day is a day off.
    HolidayRule {
        /// It moves to the next working day.
        NextWorkingDay,
        /// It stays.
        Stays,
        /// No rule was found: it stays, and that is said.
        Unknown,
    }
}

document! {
    /// How days are counted.
    Counting {
        /// Whether the day of service is left out.
        first_day_excluded: bool,
        /// Days off at the end.
        ends_on_holiday: HolidayRule,
        /// `natural` days.
        calendar: String,
    }
}

document! {
    /// From when a period runs, by the way of service.
    Service {
        /// The way.
        way: Way,
        /// From when, in words.
        start: Bilingual,
        /// Days until it counts as served.
        offset_days: u16,
    }
}

document! {
    /// A worked case of a period, counted by hand.
    WorkedCase {
        /// The day of receipt.
        received: Date,
        /// How.
        way: Way,
        /// The last day.
        last: Date,
        /// How it was counted.
        why: String,
    }
}

document! {
    /// A period (`deadline/`).
    Deadline {
        /// What it is for.
        title: Bilingual,
        /// What sets it going.
        trigger: Bilingual,
        /// Against whom.
        runs: Runs,
        /// So many days, or
        #[serde(default)] days: Option<u16>,
        /// so many months, or
        #[serde(default)] months: Option<u16>,
        /// so many years, or
        #[serde(default)] years: Option<u16>,
        /// as the paper itself says.
        #[serde(default)] on_paper: Option<Bilingual>,
        /// How it is counted.
        #[serde(default)] counting: Option<Counting>,
        /// From when, by the way of service.
        #[serde(default)] service: Vec<Service>,
        /// Letters to file.
        file: Vec<String>,
        /// What happens if it is missed.
        missed: Bilingual,
        /// What people get wrong.
        #[serde(default)] trap: Option<Bilingual>,
        /// Remarks.
        #[serde(default)] note: Option<Bilingual>,
        /// Citation ids.
        cites: Vec<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
        /// Worked cases; the pack has none.
        #[serde(default)] case: Vec<WorkedCase>,
    }
}

document! {
    /// One year's days off (`holiday/`; the id is the year).
    Holiday {
        /// Which year.
        title: Bilingual,
        /// The State Council's notice.
        notice: Bilingual,
        /// Days off.
        off: Vec<Festival>,
        /// Weekends on which people work.
        work: Vec<Date>,
        /// What is not known.
        #[serde(default)] gap: Option<Bilingual>,
        /// Remarks.
        #[serde(default)] note: Option<Bilingual>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

document! {
    /// Days off in a row.
    Festival {
        /// Its name.
        name: Bilingual,
        /// The first.
        from: Date,
        /// The last.
        until: Date,
    }
}

document! {
    /// A paper that may arrive (`notice/`).
    Notice {
        /// What it is called.
        title: Bilingual,
        /// How to know it.
        looks_like: Bilingual,
        /// Words that stand in it.
        words: Vec<String>,
        /// Whether a court sends it.
        is_court: bool,
        /// What it means.
        what_it_means: Bilingual,
        /// What to do.
        #[serde(rename = "do")] steps: Vec<Bilingual>,
        /// What not to do.
        dont: Vec<Bilingual>,
        /// Periods that it sets going.
        deadlines: Vec<String>,
        /// Letters that answer it.
        letters: Vec<String>,
        /// How to verify it.
        verify: Bilingual,
        /// Citation ids.
        cites: Vec<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

document! {
    /// A row of the decision table (`situation/`).
    Situation {
        /// What it is called.
        title: Bilingual,
        /// The question that decides it.
        ask: Bilingual,
        /// Place in the order of asking.
        order: u16,
        /// Papers that fit.
        letters: Vec<String>,
        /// Channels, in order.
        channels: Vec<String>,
        /// Periods to mind.
        deadlines: Vec<String>,
        /// Warnings.
        warnings: Vec<Bilingual>,
        /// Papers that must not be sent.
        never: Vec<String>,
        /// Citation ids.
        cites: Vec<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

choice! {
    /// Whose act an event is.
    Actor {
        /// The creditor's.
        Creditor,
        /// The debtor's.
        Debtor,
        /// The contract's.
        Contract,
        /// The law's.
        Law,
    }
}

choice! {
    /// What an event is to limitation.
    EventKind {
        /// Time begins.
        Start,
        /// Time begins anew.
        Interrupts,
        /// Time stands still.
        Suspends,
        /// Agreement on an old debt.
        Revives,
        /// Nothing.
        NoEffect,
    }
}

choice! {
    /// What an event does before expiry.
    BeforeExpiry {
        /// Nothing.
        None,
        /// Time begins.
        Starts,
        /// Time begins anew.
        Restarts,
        /// Time ends six months after the obstacle is gone.
        StopsUntilSixMonthsAfter,
        /// Disputed.
        Uncertain,
    }
}

choice! {
    /// What an event does after expiry.
    AfterExpiry {
        /// Nothing.
        None,
        /// The defence is given up.
        GivesUpDefence,
        /// It depends.
        Uncertain,
    }
}

document! {
    /// A kind of event in the life of a claim (`limitation/`).
    LimitationEvent {
        /// What it is called.
        title: Bilingual,
        /// The question to the user.
        ask: Bilingual,
        /// Whose act it is.
        by: Actor,
        /// What it is.
        kind: EventKind,
        /// What it does before expiry.
        before_expiry: BeforeExpiry,
        /// What it does after.
        after_expiry: AfterExpiry,
        /// Whether only for credit cards.
        #[serde(default)] card_only: bool,
        /// In plain words.
        text: Bilingual,
        /// Place in the order of asking.
        order: u16,
        /// Citation ids.
        cites: Vec<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}
