//! Letters: what each needs, and the draft, or the refusal with everything that stands against it. What acknowledges a
//! debt is drafted only for whom has chosen that after the warning, and never for a debt known to be time-barred.

use std::collections::BTreeSet;

use cover::{Cover, digits};
use knowledge::Library;
use knowledge::date::Date;
use knowledge::document::Bilingual;
use knowledge::remedy::{Addressee, Form, Letter, LimitationCare, Need, NeedKind, Value};
use serde::Serialize;

use crate::cite::{self, Citation};
use crate::condition::holds;

use crate::fact::{Checker, Facts, Fault, both, is_blank};
use crate::limitation::Outcome;
use crate::paper::{self, Paper};
use crate::template;

/// Names of facts that say when the thing happened, the most telling first.
const EVENT_FACTS: [&str; 3] = ["violations", "happened_at", "received_at"];
/// Names of facts that hold numbers of the other side or of the user.
const KNOWN_NUMBERS: [&str; 5] = ["sender", "phone", "calls", "bank_hotline", "violations"];
/// Parts of rows that people write freely.
const FREE_PARTS: [&str; 6] = ["what", "how", "name", "source", "content", "purpose"];

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// When it is the right one.
    pub about: Bilingual,
    /// To whom it goes.
    pub addressee: Addressee,
    /// Whether it acknowledges a debt.
    pub acknowledges: bool,
}

/// Returns all letters, in the order of the list.
pub fn list(library: &Library) -> Vec<Entry> {
    let mut letters: Vec<(&String, &Letter)> = library.letter.iter().collect();
    letters.sort_by_key(|(id, letter)| (letter.order, id.as_str()));
    letters.into_iter().map(|(id, letter)| entry(id, letter)).collect()
}

/// Returns letters by their ids, in the order given.
pub fn named(library: &Library, ids: &[String]) -> Vec<Entry> {
    ids.iter().filter_map(|id| library.letter.get(id).map(|letter| entry(id, letter))).collect()
}

fn entry(id: &str, letter: &Letter) -> Entry {
    Entry {
        id: id.to_owned(),
        title: letter.title.clone(),
        about: letter.about.clone(),
        addressee: letter.addressee,
        acknowledges: letter.acknowledges,
    }
}

/// What the draft is made on, beside the facts.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// The day of the paper.
    pub today: Date,
    /// What is known of limitation.
    pub limitation: Outcome,
    /// Whether the user has read the warning and chosen to acknowledge the debt.
    pub is_acknowledgement_chosen: bool,
    /// Other persons' names, which are covered.
    pub others: Vec<String>,
    /// Numbers of the other side, which are not covered.
    pub keep: Vec<String>,
}

impl Occasion {
    /// Returns an occasion of which nothing is known but the day.
    pub const fn on(today: Date) -> Self {
        Self {
            today,
            limitation: Outcome::Unknown,
            is_acknowledgement_chosen: false,
            others: Vec::new(),
            keep: Vec::new(),
        }
    }
}

/// A letter as it is drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Which letter.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// Its form.
    pub form: Form,
    /// Whether it acknowledges a debt.
    pub acknowledges: bool,
    /// Channels by which it goes.
    pub channels: Vec<String>,
    /// What to know before sending it.
    pub warnings: Vec<Bilingual>,
    /// Facts in which something was covered.
    pub covered: Vec<String>,
    /// What it cites.
    pub citations: Vec<Citation>,
    /// The whole as text.
    pub text: String,
    /// The whole as parts.
    pub paper: Paper,
}

/// A letter that is not drafted, with everything that stands against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Which letter.
    pub id: String,
    /// Why, at least one.
    pub reasons: Vec<Reason>,
    /// The letter's own warnings.
    pub warnings: Vec<Bilingual>,
}

/// Why a letter is not drafted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// There is no such letter.
    NoSuchLetter,
    /// A fact is missing.
    Missing {
        /// Which; parts of rows as `evidence.2.sha256`.
        fact: String,
        /// The question to the user.
        ask: Bilingual,
    },
    /// A fact is not of the kind asked for.
    Wrong {
        /// Which.
        fact: String,
        /// What is wrong.
        why: Bilingual,
    },
    /// The letter is only for those who can answer yes.
    MustBeYes {
        /// Which question.
        fact: String,
        /// The question.
        ask: Bilingual,
    },
    /// At least one of these must be yes.
    OneOf {
        /// The facts.
        facts: Vec<String>,
    },
    /// The letter acknowledges a debt and that was not chosen.
    AcknowledgementNotChosen,
    /// The debt is time-barred; acknowledging it would give the defence up.
    TimeBarred,
    /// The text is longer than its channel takes.
    TooLong {
        /// Characters of the text.
        characters: usize,
        /// Characters that the channel takes.
        most: u32,
    },
    /// An article was in force neither when it happened nor today.
    NotInForce {
        /// Its id.
        article: String,
    },
    /// The template cannot be rendered: a fault of the data.
    Template {
        /// What the engine says.
        message: String,
    },
}

impl Reason {
    /// Returns the reason in words, with what to do next.
    pub fn text(&self) -> Bilingual {
        match self {
            Self::NoSuchLetter => both(
                "没有这份文书。可用 zhenxin letter list 查看。",
                "there is no such letter; see zhenxin letter list",
            ),
            Self::Missing { fact, ask } => {
                both(format!("缺少 {fact}：{}", ask.zh), format!("missing {fact}: {}", ask.en))
            }
            Self::Wrong { fact, why } => {
                both(format!("{fact} 有误：{}", why.zh), format!("{fact} is wrong: {}", why.en))
            }
            Self::MustBeYes { fact, ask } => both(
                format!("{fact}：{}只有回答“是”才适合用这份文书。", ask.zh),
                format!("{fact}: {} This paper is only for those who can say yes.", ask.en),
            ),
            Self::OneOf { facts } => both(
                format!("下面的理由至少要有一个属实：{}", facts.join("、")),
                format!("at least one of these grounds must be true: {}", facts.join(", ")),
            ),
            Self::AcknowledgementNotChosen => both(
                "这份文书会承认债务。先读完警告；仍然要写，请勾选确认（命令行加 --confirm-acknowledge）。",
                "this paper acknowledges the debt; read the warning, and tick the box if you still want it (on the command line --confirm-acknowledge)",
            ),
            Self::TimeBarred => both(
                "这笔债可能已过诉讼时效，写了这份文书就可能不能再用时效拒绝，所以不起草。先打12348问。",
                "the debt may be time-barred, and this paper could give that defence up, so it is not drafted; ask 12348 first",
            ),
            Self::TooLong { characters, most } => both(
                format!("全文{characters}字，超过对方能收的{most}字，请把自己写的部分缩短。"),
                format!("{characters} characters, and the channel takes {most}: shorten what you wrote"),
            ),
            Self::NotInForce { article } => both(
                format!("{article} 在事情发生时和今天都不适用，请检查日期。"),
                format!("{article} was in force neither then nor today; check the dates"),
            ),
            Self::Template { message } => {
                both(format!("模板有误：{message}"), format!("the template is faulty: {message}"))
            }
        }
    }
}

/// Returns the facts that are asked for, in order, given what is known so far; what depends on an answer that was not
/// given is not among them.
pub fn needs<'a>(letter: &'a Letter, facts: &Facts) -> Vec<&'a Need> {
    let active = active(letter, facts);
    letter.need.iter().filter(|need| need.only_if.as_ref().is_none_or(|condition| holds(condition, &active))).collect()
}

/// Facts that the letter asks for, without those whose condition does not hold and blank ones.
fn active(letter: &Letter, facts: &Facts) -> Facts {
    let mut active = Facts::default();
    for need in &letter.need {
        let is_asked = need.only_if.as_ref().is_none_or(|condition| holds(condition, &active));
        if let Some(value) = facts.get(&need.id).filter(|value| is_asked && !is_blank(value)) {
            active.set(&need.id, value.clone());
        }
    }
    active
}

/// Drafts a letter. 1. what is missing, wrong or not chosen; 2. codes and other persons are covered; 3. the template;
/// 4. citations by date; 5. the parts.
///
/// # Errors
/// [`Refused`] with every reason, not only the first.
pub fn draft(library: &Library, id: &str, facts: &Facts, occasion: &Occasion) -> Result<Draft, Refused> {
    let refused = |reasons, warnings| Refused { id: id.to_owned(), reasons, warnings };
    let Some(letter) = library.letter.get(id) else { return Err(refused(vec![Reason::NoSuchLetter], Vec::new())) };
    let refused = |reasons| refused(reasons, letter.warning.clone());
    let mut facts = active(letter, facts);
    let reasons = objections(library, letter, &facts, occasion);
    if !reasons.is_empty() {
        return Err(refused(reasons));
    }
    let event = event_day(&facts);
    let plea_warning = plea_warning(letter, &facts, occasion.limitation);
    let covered = cover_facts(letter, &mut facts, occasion);
    add_rules(library, letter, &mut facts);
    let (rendered, cited) = template::render(library, letter, &facts, occasion.today)
        .map_err(|error| refused(vec![Reason::Template { message: error.to_string() }]))?;
    let citations = cite::resolve_all(library, &cited);
    let reasons = after_rendering(letter, &citations, &rendered, [event.unwrap_or(occasion.today), occasion.today]);
    if !reasons.is_empty() {
        return Err(refused(reasons));
    }
    let mut warnings = letter.warning.clone();
    warnings.extend(later_law(&citations, event));
    warnings.extend(limitation_warning(letter, occasion.limitation));
    warnings.extend(plea_warning);
    let mut paper = paper::read(&rendered);
    if paper.title.is_empty() && letter.form != Form::Text {
        paper.title.clone_from(&letter.title.zh);
    }
    Ok(Draft {
        id: id.to_owned(),
        title: letter.title.clone(),
        form: letter.form,
        acknowledges: letter.acknowledges,
        channels: letter.channels.clone(),
        warnings,
        covered,
        citations,
        text: paper::to_text(&rendered),
        paper,
    })
}

/// Everything that stands against drafting, before anything is rendered.
fn objections(library: &Library, letter: &Letter, facts: &Facts, occasion: &Occasion) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let checker = Checker { library, letter };
    for need in needs(letter, facts) {
        let Some(value) = facts.get(&need.id) else {
            if need.required {
                reasons.push(Reason::Missing { fact: need.id.clone(), ask: need.ask.clone() });
            }
            continue;
        };
        reasons.extend(checker.faults(need, value).into_iter().map(|fault| match fault {
            Fault::Missing(fact) => Reason::Missing { fact, ask: need.ask.clone() },
            Fault::Wrong(fact, why) => Reason::Wrong { fact, why },
        }));
        if need.must && *value == Value::YesNo(false) {
            reasons.push(Reason::MustBeYes { fact: need.id.clone(), ask: need.ask.clone() });
        }
    }
    if !letter.any_of.is_empty() && !letter.any_of.iter().any(|name| holds(name, facts)) {
        reasons.push(Reason::OneOf { facts: letter.any_of.clone() });
    }
    let unanswered =
        plea(letter).filter(|need| occasion.limitation == Outcome::Expired && facts.get(&need.id).is_none());
    reasons.extend(unanswered.map(|need| Reason::Missing { fact: need.id.clone(), ask: need.ask.clone() }));
    if letter.limitation == LimitationCare::RefuseIfExpired && occasion.limitation == Outcome::Expired {
        reasons.push(Reason::TimeBarred);
    } else if letter.acknowledges && !occasion.is_acknowledgement_chosen {
        reasons.push(Reason::AcknowledgementNotChosen);
    }
    reasons
}

/// Returns the question whether limitation is pleaded, where the letter can plead it.
fn plea(letter: &Letter) -> Option<&Need> {
    letter.need.iter().find(|need| letter.limitation_plea.as_ref() == Some(&need.id))
}

/// Said where limitation could be pleaded, may help, and is not.
fn plea_warning(letter: &Letter, facts: &Facts, outcome: Outcome) -> Option<Bilingual> {
    let is_left_out = plea(letter).is_some_and(|need| !facts.get(&need.id).is_some_and(Value::is_yes));
    match outcome {
        Outcome::Running => None,
        _ if !is_left_out => None,
        Outcome::Expired => Some(both(
            "时效可能已过，这份文书却没有主张：法院不会替您提，一审不提，以后一般就不能再提。真的不提吗？先打12348问。",
            "The claim may be time-barred and this paper does not plead that: the court will not raise it for you, and later is as a rule too late. Ask 12348 before you leave it out.",
        )),
        Outcome::Unknown => Some(both(
            "时效没有查清。如果三年里没人要过这笔钱、您也没有还过或者承诺过，要在这份文书里主张时效，法院不会替您提。",
            "Limitation is not clear. If nobody claimed the debt for three years and you neither paid nor promised, plead it in this paper: the court will not raise it for you.",
        )),
    }
}

fn after_rendering(letter: &Letter, citations: &[Citation], rendered: &str, days: [Date; 2]) -> Vec<Reason> {
    let out_of_force = citations.iter().filter(|citation| !days.iter().any(|day| citation.is_in_force(*day)));
    let mut reasons: Vec<Reason> =
        out_of_force.map(|citation| Reason::NotInForce { article: citation.id.clone() }).collect();
    let characters = paper::to_text(rendered).trim_end().chars().count();
    if let Some(most) = letter.max_chars.filter(|most| characters > *most as usize) {
        reasons.push(Reason::TooLong { characters, most });
    }
    reasons
}

/// Returns the first day on which the thing happened, where the facts say one.
fn event_day(facts: &Facts) -> Option<Date> {
    let day = |text: &str| crate::fact::day(text.get(..10)?).map(crate::calendar::date);
    EVENT_FACTS.iter().find_map(|name| match facts.get(name)? {
        Value::Text(text) => day(text),
        Value::List(rows) => rows.iter().filter_map(|row| day(part(row, "at")?.text()?)).min(),
        _ => None,
    })
}

fn part<'a>(row: &'a Value, name: &str) -> Option<&'a Value> {
    if let Value::Row(row) = row { row.get(name) } else { None }
}

/// Covers what must not leave; returns the names of the facts in which something was covered.
fn cover_facts(letter: &Letter, facts: &mut Facts, occasion: &Occasion) -> Vec<String> {
    let mut keep: BTreeSet<String> = occasion.keep.iter().map(|number| digits(number)).collect();
    for value in KNOWN_NUMBERS.iter().filter_map(|name| facts.get(name)) {
        known_numbers(value, &mut keep);
    }
    let others = Cover { keep: &keep, names: &occasion.others, has_only_codes: false };
    let codes = Cover { has_only_codes: true, ..others };
    let mut covered = Vec::new();
    for need in &letter.need {
        let cover = match need.kind {
            _ if need.is_covered() => others,
            NeedKind::Text => codes,
            _ => continue,
        };
        let Some(mut value) = facts.remove(&need.id) else { continue };
        if cover_value(&mut value, cover) {
            covered.push(need.id.clone());
        }
        facts.set(&need.id, value);
    }
    covered
}

fn known_numbers(value: &Value, keep: &mut BTreeSet<String>) {
    match value {
        Value::Text(text) => {
            keep.insert(digits(text));
        }
        Value::List(items) => items.iter().for_each(|item| known_numbers(item, keep)),
        Value::Row(row) => row.get("sender").into_iter().for_each(|sender| known_numbers(sender, keep)),
        Value::YesNo(_) | Value::Number(_) => {}
    }
}

/// Covers a value, every part of it; returns whether anything was covered.
fn cover_value(value: &mut Value, cover: Cover<'_>) -> bool {
    let mut is_covered = false;
    match value {
        Value::Text(text) => {
            if let Some(covered) = cover.apply(text) {
                *text = covered;
                is_covered = true;
            }
        }
        Value::List(items) => {
            for item in items {
                is_covered |= cover_value(item, cover);
            }
        }
        Value::Row(row) => {
            for (_, part) in row.iter_mut().filter(|(name, _)| FREE_PARTS.contains(&name.as_str())) {
                is_covered |= cover_value(part, cover);
            }
        }
        Value::YesNo(_) | Value::Number(_) => {}
    }
    is_covered
}

/// Adds to each violation the name of its rule and how far that binds.
fn add_rules(library: &Library, letter: &Letter, facts: &mut Facts) {
    for need in letter.need.iter().filter(|need| need.kind == NeedKind::Violations) {
        let Some(Value::List(mut rows)) = facts.remove(&need.id) else { continue };
        for row in &mut rows {
            let rule = part(row, "rule").and_then(Value::text).and_then(|id| library.collection.get(id));
            if let (Value::Row(row), Some(rule)) = (row, rule) {
                let levels: Vec<&str> = rule.level.iter().map(|level| level_zh(level)).collect();
                row.insert("title".to_owned(), Value::Text(rule.title.zh.clone()));
                row.insert("level_text".to_owned(), Value::Text(levels.join("、")));
            }
        }
        facts.set(&need.id, Value::List(rows));
    }
}

/// How far a rule of conduct binds, in Chinese.
pub fn level_zh(level: &str) -> &'static str {
    match level {
        "L" => "法律和司法解释",
        "R" => "监管规定",
        "S" => "推荐性国家标准",
        _ => "行业自律规则",
    }
}

/// Says which of the law cited is younger than what happened.
fn later_law(citations: &[Citation], event: Option<Date>) -> Option<Bilingual> {
    let event = event?;
    let later: Vec<&str> = citations
        .iter()
        .filter(|citation| !citation.is_in_force(event))
        .map(|citation| citation.text.as_str())
        .collect();
    (!later.is_empty()).then(|| {
        let list = later.join("、");
        both(
            format!("事情发生在{event}，当时还没有施行或者已经失效的有：{list}。能不能用，先打12348问。"),
            format!("It happened on {event}, when these were not in force: {list}. Ask 12348 whether they apply."),
        )
    })
}

fn limitation_warning(letter: &Letter, outcome: Outcome) -> Option<Bilingual> {
    let is_open = outcome != Outcome::Running;
    (is_open && letter.limitation != LimitationCare::Ignore).then(|| match letter.limitation {
        LimitationCare::RefuseIfExpired => both(
            "时效没有查清。这份文书会承认债务，时效会重新计算；如果已经过了时效，就可能不能再用时效拒绝。",
            "Limitation is not clear. This paper acknowledges the debt and starts limitation anew; if it had run out the defence may be lost.",
        ),
        LimitationCare::Warn | LimitationCare::Ignore => both(
            "时效可能已过或者没有查清：自己添写的内容里不要承认欠款、答应还、求宽限。",
            "The debt may be time-barred or that is not clear: in what you add, admit nothing, promise nothing, ask for no time.",
        ),
    })
}
