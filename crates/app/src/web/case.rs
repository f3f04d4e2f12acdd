//! 案件: what belongs together, with its pictures, the rules it may break, and what to do next.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use inbox::case::campaigns;
use inbox::case::conduct::{Pattern, violations};
use inbox::{Case, Member};
use judge::{Message, Scratch};
use knowledge::Lang;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Problem, Reply, Visit};
use super::check::{self, Looked};
use super::inbox::{Done, Notice, Pager, open};
use crate::input;

const EACH_PAGE: usize = 25;
/// Messages that a case's page lists.
const MOST_LISTED: usize = 200;
/// Bars of the picture of days.
const MOST_BARS: usize = 31;
const MOST_SENDERS: usize = 8;
const DAY_MS: i64 = 86_400_000;
/// Beijing time, by which the rules count.
const BEIJING_MS: i64 = 8 * 3_600_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Turned {
    page: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Sheet {
    cases: Vec<Case>,
    pages: Pager,
}

/// `GET /cases`.
pub async fn list(visit: Visit, Query(turned): Query<Turned>) -> Reply {
    let worker = visit.clone();
    let sheet = super::answer::aside(move || {
        let cases = open(&worker.server)?.map(|inbox| inbox.cases()).transpose()?.unwrap_or_default();
        let pages = Pager::new(turned.page.unwrap_or(1), EACH_PAGE, cases.len(), "/cases?");
        let cases = cases.into_iter().skip(pages.offset(EACH_PAGE)).take(EACH_PAGE).collect();
        Ok(Sheet { cases, pages })
    })
    .await?;
    visit.show("page/cases.html", ["案件", "Cases"], &sheet)
}

/// A rule that the history may break, with what the knowledge says of it.
#[derive(Debug, Serialize)]
struct Broken {
    rule: String,
    title: String,
    level: Vec<String>,
    cites: Vec<String>,
    pattern: Pattern,
    messages: Vec<i64>,
}

#[derive(Debug, Serialize)]
struct Wording {
    id: i64,
    count: usize,
    first: i64,
    messages: Vec<i64>,
}

#[derive(Debug, Serialize)]
struct Bar {
    label: String,
    total: usize,
    high: usize,
}

#[derive(Debug, Serialize)]
struct Hour {
    hour: usize,
    count: usize,
    is_quiet: bool,
}

#[derive(Debug, Serialize)]
struct Sender {
    sender: String,
    class: &'static str,
    count: usize,
    high: usize,
}

#[derive(Debug, Serialize)]
struct Charts {
    days: Vec<Bar>,
    /// `day`, `week` or `month`.
    days_unit: &'static str,
    days_max: usize,
    hours: Vec<Hour>,
    hours_max: usize,
    quiet_count: usize,
    senders: Vec<Sender>,
    senders_max: usize,
}

#[derive(Debug, Serialize)]
struct Kept {
    kept: usize,
}

#[derive(Debug, Serialize)]
struct Dated {
    #[serde(flatten)]
    member: Member,
    is_quiet: bool,
}

#[derive(Debug, Serialize)]
struct Single {
    notice: Option<Notice>,
    case: Case,
    summary: String,
    kinds: BTreeMap<String, usize>,
    violations: Vec<Broken>,
    campaigns: Vec<Wording>,
    charts: Charts,
    evidence: Kept,
    r#do: Vec<Value>,
    avoid: Vec<Value>,
    lookup: Looked,
    timeline: Vec<Dated>,
    timeline_left_off: usize,
}

/// `GET /case/ID`.
pub async fn one(visit: Visit, Path(id): Path<i64>, Query(done): Query<Done>) -> Reply {
    let worker = visit.clone();
    let single = super::answer::aside(move || single(&worker, id, &done)).await?;
    visit.show("page/case.html", ["案件", "Case"], &single)
}

fn single(visit: &Visit, id: i64, done: &Done) -> Result<Single, Problem> {
    let inbox = open(&visit.server)?.ok_or_else(Problem::missing)?;
    let members = inbox.members(id)?;
    let case = inbox.case(id)?;
    let kept = inbox.kept_of_case(id)?;
    let lang = visit.lang();
    let library = &visit.server.judge.index().knowledge.library;
    let violations: Vec<Broken> = violations(&members, &library.collection)
        .into_iter()
        .filter_map(|found| {
            let rule = library.collection.get(found.rule)?;
            Some(Broken {
                rule: found.rule.to_owned(),
                title: rule.title.get(lang).to_owned(),
                level: rule.level.clone(),
                cites: rule.cites.clone(),
                pattern: found.pattern,
                messages: found.messages,
            })
        })
        .collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for member in &members {
        *kinds.entry(member.kind.clone()).or_default() += 1;
    }
    let charts = charts(visit, &members);
    // The gravest and latest message says best what is to be done about all of them.
    let telling = members.iter().filter(|member| member.direction == "received");
    let telling = telling.max_by_key(|member| (gravity(&member.risk), member.time_ms)).or(members.last());
    let advice = telling.map(|member| check::advice(visit, &member.body, member.party.as_deref(), member.time_ms));
    let (r#do, avoid, mut lookup) = advice.unwrap_or_default();
    lookup.add_cites(library, lang, violations.iter().flat_map(|broken| &broken.cites));
    let summary = summary(lang, &case, &charts, violations.len());
    let left_off = members.len().saturating_sub(MOST_LISTED);
    let campaigns = campaigns(&members)
        .into_iter()
        .map(|(id, messages)| Wording { id, count: messages.len(), first: messages[0], messages })
        .collect();
    let timeline = members.into_iter().skip(left_off).map(|member| {
        let is_quiet = member.direction == "received"
            && member.time_ms.and_then(input::received_ms).is_some_and(judge::Received::is_quiet);
        Dated { member, is_quiet }
    });
    Ok(Single {
        notice: Notice::of(visit, done.what()),
        summary,
        kinds,
        campaigns,
        charts,
        evidence: Kept { kept },
        r#do,
        avoid,
        lookup,
        timeline: timeline.collect(),
        timeline_left_off: left_off,
        violations,
        case,
    })
}

fn gravity(risk: &str) -> u8 {
    match risk {
        "high" => 2,
        "caution" => 1,
        _ => 0,
    }
}

fn summary(lang: Lang, case: &Case, charts: &Charts, rules: usize) -> String {
    let day = |ms: Option<i64>| crate::command::inbox::time(ms).chars().take(10).collect::<String>();
    let (first, last) = (day(case.first_ms), day(case.last_ms));
    let (count, high, quiet) = (case.messages, case.high, charts.quiet_count);
    match lang {
        Lang::Zh => {
            let text = format!("{first} 到 {last} 共 {count} 条，其中 {high} 条高风险，{quiet} 条在夜里。");
            if rules > 0 { format!("{text}可能碰到 {rules} 条催收规则。") } else { text }
        }
        Lang::En => {
            let text = format!("{count} messages from {first} to {last}; {high} of high risk, {quiet} at night.");
            if rules > 0 { format!("{text} {rules} rules of collection may be broken.") } else { text }
        }
    }
}

fn charts(visit: &Visit, members: &[Member]) -> Charts {
    let received: Vec<&Member> = members.iter().filter(|member| member.direction == "received").collect();
    let mut hours: Vec<Hour> =
        (0..24).map(|hour| Hour { hour, count: 0, is_quiet: !(8..22).contains(&hour) }).collect();
    let mut senders: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for member in &received {
        if let Some(ms) = member.time_ms {
            let hour = (ms + BEIJING_MS).rem_euclid(DAY_MS) / 3_600_000;
            hours[hour as usize].count += 1;
        }
        let entry = senders.entry(member.party.as_deref().unwrap_or("-")).or_default();
        entry.0 += 1;
        entry.1 += usize::from(member.risk == "high");
    }
    let (days, days_unit) = days(&received);
    let mut scratch = Scratch::default();
    let mut senders: Vec<Sender> = senders
        .into_iter()
        .map(|(sender, (count, high))| {
            let message = Message { body: "-", sender: Some(sender), received: None };
            let class = visit.server.judge.judge(&message, &mut scratch).sender.class.id();
            Sender { sender: sender.to_owned(), class, count, high }
        })
        .collect();
    senders.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.sender.cmp(&b.sender)));
    senders.truncate(MOST_SENDERS);
    Charts {
        days_max: days.iter().map(|bar| bar.total).max().unwrap_or(0).max(1),
        days,
        days_unit,
        hours_max: hours.iter().map(|hour| hour.count).max().unwrap_or(0).max(1),
        quiet_count: hours.iter().filter(|hour| hour.is_quiet).map(|hour| hour.count).sum(),
        hours,
        senders_max: senders.iter().map(|sender| sender.count).max().unwrap_or(0).max(1),
        senders,
    }
}

/// Counts by day, or by week or month where there would be too many bars; spans without a message are bars of nought.
fn days(received: &[&Member]) -> (Vec<Bar>, &'static str) {
    let day = |ms: i64| (ms + BEIJING_MS).div_euclid(DAY_MS);
    let dated: Vec<(i64, bool)> =
        received.iter().filter_map(|member| Some((day(member.time_ms?), member.risk == "high"))).collect();
    let (Some(first), Some(last)) = (dated.iter().map(|(day, _)| *day).min(), dated.iter().map(|(day, _)| *day).max())
    else {
        return (Vec::new(), "day");
    };
    let (span, unit) = match usize::try_from(last - first).unwrap_or(0) {
        span if span < MOST_BARS => (1, "day"),
        span if span < MOST_BARS * 7 => (7, "week"),
        _ => (30, "month"),
    };
    let bars = (last - first) / span + 1;
    let mut counted: Vec<Bar> = (0..bars)
        .map(|bar| {
            let start = (first + bar * span) * DAY_MS - BEIJING_MS;
            let label = crate::command::inbox::time(Some(start)).get(5..10).unwrap_or_default().to_owned();
            Bar { label, total: 0, high: 0 }
        })
        .collect();
    for (day, is_high) in dated {
        let bar = &mut counted[((day - first) / span) as usize];
        bar.total += 1;
        bar.high += usize::from(is_high);
    }
    // Decades of messages would be hundreds of bars; the latest say most.
    let left_off = counted.len().saturating_sub(MOST_BARS * 2);
    (counted.split_off(left_off), unit)
}
