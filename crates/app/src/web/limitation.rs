//! 时效: has the time to sue run out, as far as the user knows; what began it anew, what would revive it.

use std::collections::BTreeMap;

use axum::extract::Query;
use remedy::Outcome;
use remedy::limitation::{self, Answer, Finding, History, Named};
use serde::Serialize;

use super::answer::{Input, Problem, Reply, Visit, aside};
use super::letter::{Origin, text};
use crate::paper::today;

/// A question with what was answered.
#[derive(Debug, Serialize)]
struct Asked {
    #[serde(flatten)]
    question: Named,
    /// `never`, `sometime`, `on`, `only`, or nothing.
    answer: &'static str,
    answered_on: String,
}

#[derive(Debug, Serialize)]
struct Sheet {
    origin: Origin,
    is_card: bool,
    questions: Vec<Asked>,
    finding: Option<Finding>,
    /// The way on, with what was found.
    query: String,
}

const TITLE: [&str; 2] = ["诉讼时效", "Limitation"];

/// `GET /limitation`: the questions.
pub async fn form(visit: Visit, Query(origin): Query<Origin>) -> Reply {
    let sheet = sheet(&visit, origin, &History::default(), None);
    visit.show("page/limitation.html", TITLE, &sheet)
}

/// `POST /limitation`: what follows from the answers.
pub async fn judge(visit: Visit, Input(fields, _): Input<BTreeMap<String, serde_json::Value>>) -> Reply {
    let worker = visit.clone();
    let sheet = aside(move || {
        let library = &worker.server.judge.index().knowledge.library;
        let is_card = matches!(text(&fields, "card").as_str(), "1" | "yes");
        let mut history = History { is_card, ..History::default() };
        for question in limitation::questions(library, true) {
            if let Some(answer) = answer(&fields, &question.id)? {
                history.answers.insert(question.id, answer);
            }
        }
        let finding = limitation::judge(library, &history, today());
        let sent = |name: &str| Some(text(&fields, name)).filter(|value| !value.is_empty());
        let origin = Origin { message: sent("message"), case: sent("case"), limitation: None };
        Ok(sheet(&worker, origin, &history, Some(finding)))
    })
    .await?;
    visit.show("page/limitation.html", TITLE, &sheet)
}

/// Reads an answer: a choice with its day, as a form sends it, or one text, as programs do.
fn answer(fields: &BTreeMap<String, serde_json::Value>, id: &str) -> Result<Option<Answer>, Problem> {
    let day = text(fields, &format!("{id}.day"));
    let typed = match text(fields, id).as_str() {
        "" if day.is_empty() => return Ok(None),
        // A day without a choice says when it last was.
        "" | "on" => day,
        "sometime" => "unknown".to_owned(),
        "only" => format!("only {day}"),
        other => other.to_owned(),
    };
    limitation::read(&typed).map(Some).ok_or_else(|| {
        Problem::unusable(
            "选了有日期的，请把日期也填上（2021-05-01）。",
            "where you chose an answer with a day, give the day as well (2021-05-01)",
        )
    })
}

fn sheet(visit: &Visit, origin: Origin, history: &History, finding: Option<Finding>) -> Sheet {
    let library = &visit.server.judge.index().knowledge.library;
    let questions = limitation::questions(library, true).into_iter().map(|question| {
        let (answer, day) = match history.answers.get(&question.id) {
            Some(Answer::On(day)) => ("on", day.to_string()),
            Some(Answer::OnlyOn(day)) => ("only", day.to_string()),
            Some(Answer::Sometime) => ("sometime", String::new()),
            Some(Answer::Never) => ("never", String::new()),
            None => ("", String::new()),
        };
        Asked { question, answer, answered_on: day }
    });
    let questions = questions.collect();
    let outcome = finding.as_ref().map(|finding| match finding.outcome {
        Outcome::Running => "running",
        Outcome::Expired => "expired",
        Outcome::Unknown => "unknown",
    });
    let onward = Origin { limitation: outcome.map(str::to_owned), ..origin.clone() };
    Sheet { query: onward.query(), origin, is_card: history.is_card, questions, finding }
}
