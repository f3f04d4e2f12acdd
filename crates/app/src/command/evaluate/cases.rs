//! Written cases: kind, risk, sender, institution and findings against what their writer expects.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use judge::verdict::{Kind, Risk, Verdict};
use judge::{Judge, Message, Scratch};
use knowledge::Lang;
use serde::Deserialize;

use crate::command::check::ignore_closed_pipe;
use crate::command::evaluate::count::Count;
use crate::failure::Failure;
use crate::input;

/// A written case; keys that are not asked for are absent or null.
#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    group: String,
    sender: Option<String>,
    received_at: Option<String>,
    body: String,
    kind: String,
    #[serde(default)]
    kind_ok: Vec<String>,
    risk: String,
    #[serde(default)]
    risk_ok: Vec<String>,
    sender_match: Option<String>,
    institution: Option<String>,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
}

#[derive(Default)]
struct Score {
    figures: BTreeMap<(u8, &'static str), Count>,
    pairs: BTreeMap<String, bool>,
    short: Vec<String>,
}

/// Measures the cases of a file; with `lists`, names each that falls short.
pub fn measure(judge: &Judge, path: &Path, lists: bool, lang: Lang) -> Result<ExitCode, Failure> {
    let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    let (mut score, mut bad, mut scratch) = (Score::default(), 0u32, Scratch::default());
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| Failure::unreadable(path, &error))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Case>(&line) {
            Ok(case) => score.add(judge, &case, &mut scratch),
            Err(error) => {
                bad += 1;
                eprintln!("{}: {error}", number + 1);
            }
        }
    }
    if score.figures.is_empty() {
        return Err(Failure::input(
            "文件里没有可用的案例。每行应是一个 JSON 对象，至少有 id、body、kind、risk。",
            "no usable case in the file; each line is a JSON object with at least id, body, kind and risk",
        ));
    }
    io::stdout().lock().write_all(score.text(lists, lang).as_bytes()).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::from(if bad > 0 { 3 } else { 0 }))
}

impl Score {
    fn add(&mut self, judge: &Judge, case: &Case, scratch: &mut Scratch) {
        let received = case.received_at.as_deref().and_then(input::received);
        let verdict = judge.judge(&Message { body: &case.body, sender: case.sender.as_deref(), received }, scratch);
        let got = Got::new(judge, &verdict);
        let one_of = |id: &str, first: &String, others: &Vec<String>| id == first || others.iter().any(|o| o == id);
        let kind_ok = one_of(got.kind.id(), &case.kind, &case.kind_ok);
        let risk_ok = one_of(got.risk.id(), &case.risk, &case.risk_ok);
        self.figure(0, "kind right", kind_ok, || format!("{} kind {} not {}", case.id, got.kind.id(), case.kind));
        self.figure(1, "risk right", risk_ok, || format!("{} risk {} not {}", case.id, got.risk.id(), case.risk));
        if let Some(expected) = &case.sender_match {
            let ok = got.sender_match == expected;
            self.figure(2, "sender match right", ok, || {
                format!("{} sender {} not {expected}", case.id, got.sender_match)
            });
        }
        if let Some(expected) = &case.institution {
            let ok = got.institution == Some(expected.as_str());
            self.figure(3, "institution right", ok, || {
                format!("{} institution {:?} not {expected}", case.id, got.institution)
            });
        }
        for id in &case.must {
            self.figure(4, "must found", got.has(id), || format!("{} lacks {id}", case.id));
        }
        for id in &case.must_not {
            self.figure(5, "must-not kept", !got.has(id), || format!("{} has {id}", case.id));
        }
        if matches!(case.kind.as_str(), "scam" | "illegal_offer") {
            self.figure(6, "hostile not called low", got.risk != Risk::Low, || {
                format!("{} hostile called low", case.id)
            });
        }
        if case.risk == "low" && !case.risk_ok.iter().any(|risk| risk == "high") {
            self.figure(7, "harmless not called high", got.risk != Risk::High, || {
                format!("{} harmless called high", case.id)
            });
        }
        if case.group.starts_with("pair") {
            let whole = self.pairs.entry(case.group.clone()).or_insert(true);
            *whole &= kind_ok && risk_ok;
        }
    }

    fn figure(&mut self, order: u8, name: &'static str, hit: bool, shortfall: impl FnOnce() -> String) {
        self.figures.entry((order, name)).or_default().add(hit);
        if !hit {
            self.short.push(shortfall());
        }
    }

    fn text(&self, lists: bool, lang: Lang) -> String {
        let mut lines: Vec<String> = self.figures.iter().map(|((_, name), count)| line(name, *count)).collect();
        if !self.pairs.is_empty() {
            let mut count = Count::default();
            self.pairs.values().for_each(|&whole| count.add(whole));
            lines.push(line("pairs told apart", count));
        }
        if lists {
            lines.extend(self.short.iter().map(|short| format!("  {short}")));
        }
        if lang == Lang::Zh {
            lines.push("（方括号内是 95% 置信区间）".to_owned());
        }
        lines.join("\n") + "\n"
    }
}

struct Got<'a> {
    kind: Kind,
    risk: Risk,
    sender_match: &'static str,
    institution: Option<&'a str>,
    findings: Vec<&'a str>,
}

impl<'a> Got<'a> {
    fn new(judge: &'a Judge, verdict: &Verdict) -> Self {
        let index = judge.index();
        Self {
            kind: verdict.decision.kind,
            risk: verdict.decision.risk,
            sender_match: verdict.sender.matching.id(),
            institution: verdict.institution.map(|at| index.institutions[usize::from(at)].name.as_str()),
            findings: verdict.findings.iter().map(|f| index.rules.rules[usize::from(f.rule)].id.as_str()).collect(),
        }
    }

    fn has(&self, id: &str) -> bool {
        self.findings.contains(&id)
    }
}

fn line(name: &str, count: Count) -> String {
    format!("{name:26} {count}")
}
