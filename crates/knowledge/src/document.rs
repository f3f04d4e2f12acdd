//! The knowledge files as types, one struct a folder. Says nothing of where files lie or how they are used.

use serde::{Deserialize, Serialize};

use crate::condition::{Condition, When};
use crate::date::Date;

/// A text for readers, in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// Returns the text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The language of texts for readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

/// How sure a fact or a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One weak source, or a weak sign.
    Low,
    /// Consistent secondary sources, or a fair sign.
    Medium,
    /// The primary text was read, or a plain sign.
    High,
}

/// How grave a finding is for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Slight.
    Low,
    /// Be careful.
    Medium,
    /// Dangerous or unlawful.
    High,
}

/// Where a fact was read, when, and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The source, in words.
    pub source: String,
    /// The day on which it was read.
    pub checked: Date,
    /// How sure it is.
    pub confidence: Confidence,
}

macro_rules! document {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
    };
}

pub(crate) use document;

document! {
    /// A bank, lender, platform, authority or service (`institution/`).
    Institution {
        /// Canonical name.
        name: String,
        /// Kind, as `bank-state`, `consumer-finance`, `platform`, `court`, `carrier`…
        kind: String,
        /// Names that identify it anywhere.
        #[serde(default)] aliases: Vec<String>,
        /// Everyday words that identify it only inside a signature or beside a word of banking.
        #[serde(default)] signature_aliases: Vec<String>,
        /// Products that speak for it.
        #[serde(default)] products: Vec<String>,
        /// Names of its apps.
        #[serde(default)] apps: Vec<String>,
        /// Telephone numbers, digits only.
        #[serde(default)] hotlines: Vec<String>,
        /// Codes and ports from which it sends messages, digits only.
        #[serde(default)] senders: Vec<String>,
        /// Its domains, lower case.
        #[serde(default)] domains: Vec<String>,
        /// Latin spellings that an imitating host uses: labels, pinyin, initials.
        #[serde(default)] spellings: Vec<String>,
        /// Who licensed it, and the number if known.
        #[serde(default)] licence: Option<String>,
        /// The licensed lenders behind a platform.
        #[serde(default)] lenders: Vec<String>,
        /// What else a reader should know.
        #[serde(default)] note: Option<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

document! {
    /// Institutions that share numbers, names or domains (`group/`).
    Group {
        /// What they have in common.
        name: Bilingual,
        /// Institution ids, the default first.
        members: Vec<String>,
        /// Remarks.
        #[serde(default)] note: Option<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

document! {
    /// A family of telephone numbers (`number-plan/`).
    NumberPlan {
        /// What family.
        title: Bilingual,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
        /// The ranges.
        range: Vec<NumberRange>,
    }
}

document! {
    /// Numbers that begin alike.
    NumberRange {
        /// First digits, or `+` and `00` forms for overseas.
        prefix: String,
        /// Total lengths allowed; empty means any.
        #[serde(default)] digits: Vec<u8>,
        /// Class id of the verdict's contract.
        class: String,
        /// Who holds or allocates it.
        #[serde(default)] holder: Option<String>,
        /// What it can and cannot prove.
        #[serde(default)] note: Option<Bilingual>,
    }
}

document! {
    /// A family of public hosts (`domain/`).
    DomainList {
        /// What family.
        title: Bilingual,
        /// `shortener`, `government`, `common` or `download`.
        kind: String,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
        /// The hosts; a name covers the hosts below it.
        host: Vec<Host>,
    }
}

document! {
    /// One public host.
    Host {
        /// Host name, lower case.
        name: String,
        /// Who runs it.
        #[serde(default)] holder: Option<String>,
    }
}

document! {
    /// A law, interpretation or rule with the articles that are cited (`law/`).
    Law {
        /// Full title.
        title: Bilingual,
        /// Short title for citations.
        short: Bilingual,
        /// Who issued it.
        issuer: Bilingual,
        /// The day from which it is in force.
        in_force: Date,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
        /// The articles.
        article: Vec<Article>,
    }
}

document! {
    /// An article, summarised in our own words.
    Article {
        /// Number, as `1033`, `293-1`, or `whole`.
        number: String,
        /// What it says, in plain words.
        summary: Bilingual,
        /// From when, if not as the law.
        #[serde(default)] in_force: Option<Date>,
        /// Until when, if it has ended.
        #[serde(default)] until: Option<Date>,
        /// The offence it names.
        #[serde(default)] crime: Option<String>,
        /// When it does not apply, where messages like to misuse it.
        #[serde(default)] note: Option<Bilingual>,
        /// Where this was read, if not as the law.
        #[serde(default)] source: Option<String>,
        /// How sure it is, if not as the law.
        #[serde(default)] confidence: Option<Confidence>,
    }
}

document! {
    /// A rule of collection conduct (`collection/`).
    CollectionRule {
        /// Name.
        title: Bilingual,
        /// What is required or forbidden.
        rule: Bilingual,
        /// Binding level: L statute, R regulator, S recommended standard, A self-regulation.
        level: Vec<String>,
        /// What must be known to check it.
        facts: Bilingual,
        /// Findings of a single message that touch it.
        #[serde(default)] findings: Vec<String>,
        /// What in a history touches it.
        #[serde(default)] history: Option<History>,
        /// Citation ids.
        #[serde(default)] cites: Vec<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

/// What in the messages of one matter touches a rule of conduct, though no single one does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum History {
    /// Collecting between two hours of Beijing time, over midnight.
    Quiet {
        /// The first hour.
        from: u8,
        /// The hour at which it ends.
        until: u8,
    },
    /// More collecting messages than so many.
    Crowded {
        /// On one day, Beijing time.
        a_day: u32,
        /// Within sixty minutes.
        an_hour: u32,
    },
    /// Messages of some kinds after the owner wrote a whole word.
    AfterWord {
        /// Words, in lower case; the message holds nothing else.
        words: Vec<String>,
        /// Ids of kinds.
        kinds: Vec<String>,
    },
    /// Messages of some kinds after the owner said something.
    AfterSaying {
        /// One of these occurs.
        sayings: Vec<String>,
        /// None of these does.
        unless: Vec<String>,
        /// Ids of kinds.
        kinds: Vec<String>,
    },
}

document! {
    /// A scheme of fraud or abuse (`scheme/`).
    Scheme {
        /// Name.
        title: Bilingual,
        /// How it goes.
        pattern: Bilingual,
        /// What gives it away.
        telltale: Bilingual,
        /// What to do.
        reaction: Bilingual,
        /// Findings that usually show.
        #[serde(default)] findings: Vec<String>,
        /// Competent channels.
        #[serde(default)] channels: Vec<String>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

document! {
    /// An authority or another route for help and complaints (`channel/`).
    Channel {
        /// Name.
        name: Bilingual,
        /// Telephone numbers.
        #[serde(default)] numbers: Vec<String>,
        /// Sites and apps.
        #[serde(default)] sites: Vec<String>,
        /// What it is for, and what not.
        competent: Bilingual,
        /// How to use it.
        how: Bilingual,
        /// What must come first.
        #[serde(default)] first: Option<Bilingual>,
        /// Days within which an answer is due.
        #[serde(default)] deadline_days: Option<u16>,
        /// How that deadline counts.
        #[serde(default)] deadline_note: Option<Bilingual>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
    }
}

document! {
    /// A number that changes with time (`parameter/`).
    Parameter {
        /// Name.
        title: Bilingual,
        /// Unit, as `percent-a-year`.
        unit: String,
        /// To what it applies.
        scope: Bilingual,
        /// Kinds of lender to which it applies.
        #[serde(default)] applies: Vec<String>,
        /// Whether the value of the day of the contract applies: without that day one that is not listed may.
        #[serde(default)] by_contract_day: bool,
        /// Citation ids.
        #[serde(default)] law: Vec<String>,
        /// Remarks.
        #[serde(default)] note: Option<Bilingual>,
        /// A stretch of time for which nothing is sourced.
        #[serde(default)] gap: Option<Gap>,
        /// Where this was read.
        source: String,
        /// The day on which it was read.
        checked: Date,
        /// How sure it is.
        confidence: Confidence,
        /// The values, each from its day on.
        value: Vec<Value>,
    }
}

impl Parameter {
    /// Returns the value in force on a day; nothing where none is sourced for it.
    pub fn on(&self, day: Date) -> Option<&Value> {
        let is_sourced = self.gap.as_ref().is_none_or(|gap| day <= gap.after);
        let in_force = |value: &&Value| value.from <= day && value.until.is_none_or(|until| day <= until);
        self.value.iter().filter(in_force).max_by_key(|value| value.from).filter(|_| is_sourced)
    }
}

document! {
    /// From when on a parameter is not sourced.
    Gap {
        /// The last day that is sourced.
        after: Date,
        /// What to do about it.
        note: Bilingual,
    }
}

document! {
    /// A value of a parameter and when it held.
    Value {
        /// First day.
        from: Date,
        /// Last day.
        #[serde(default)] until: Option<Date>,
        /// Decimal number in the parameter's unit.
        #[serde(default)] value: Option<String>,
        /// `4*lpr-1y`, where it follows another parameter.
        #[serde(default)] formula: Option<String>,
        /// Remarks.
        #[serde(default)] note: Option<Bilingual>,
        /// Where this was read, if not as the file.
        #[serde(default)] source: Option<String>,
        /// How sure it is, if not as the file.
        #[serde(default)] confidence: Option<Confidence>,
    }
}

document! {
    /// One sentence of advice (`advice/`).
    Advice {
        /// The sentence.
        text: Bilingual,
        /// Whether it says what not to do.
        #[serde(default)] avoid: bool,
        /// Smaller is shown earlier.
        order: u16,
        /// The channel it leads to.
        #[serde(default)] channel: Option<String>,
        /// Days within which to act.
        #[serde(default)] deadline_days: Option<u16>,
    }
}

document! {
    /// A concept and the words that express it (`lexicon/`).
    Lexicon {
        /// What the concept means.
        about: String,
        /// Words and phrases, in simplified characters and lower case.
        terms: Vec<String>,
    }
}

document! {
    /// A kind of message and what makes a message be of it (`kind/`).
    KindRule {
        /// What the condition looks for.
        about: String,
        /// The condition.
        when: When,
    }
}

document! {
    /// A finding and what makes it fire (`rule/`).
    Rule {
        /// How grave it usually is.
        severity: Severity,
        /// How sure it usually is.
        confidence: Confidence,
        /// Name of the finding.
        title: Bilingual,
        /// What was seen and why it matters.
        why: Bilingual,
        /// Advice ids, the most important first.
        #[serde(default)] advice: Vec<String>,
        /// Citation ids.
        #[serde(default)] cites: Vec<String>,
        /// Remarks for maintainers.
        #[serde(default)] note: Option<String>,
        /// When it fires.
        when: When,
        /// When it is graver or slighter than usual; the first that holds counts.
        #[serde(default)] grade: Vec<Grade>,
        /// Messages on which it fires.
        #[serde(default)] hit: Vec<Example>,
        /// Messages on which it does not.
        #[serde(default)] miss: Vec<Example>,
    }
}

document! {
    /// Another severity under a condition.
    Grade {
        /// The severity then.
        severity: Severity,
        /// The condition.
        when: Vec<Condition>,
    }
}

document! {
    /// A made-up message that tests a rule.
    Example {
        /// The text.
        body: String,
        /// The sender.
        #[serde(default)] sender: Option<String>,
        /// When it was received, RFC 3339.
        #[serde(default)] received_at: Option<String>,
    }
}
