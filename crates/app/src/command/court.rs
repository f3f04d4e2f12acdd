//! `zhenxin court`: a court paper or a message about one: is its form a court's, what is it, how to verify it, what to do.

use std::fmt::Write as _;
use std::process::ExitCode;

use knowledge::Lang;
use remedy::notice::{self, Look, Reading};

use super::told;
use crate::args::{Args, CourtArgs};
use crate::failure::Failure;
use crate::{input, paper};

/// Kinds of paper that are told in full.
const MOST_TOLD: usize = 2;

/// Runs the command. The exit code is as of `check`: 20 where it is not a court's, 10 where it has to be verified, which
/// is always.
pub fn run(args: &Args, command: &CourtArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let source = told::typed(&command.text)?;
    let judge = input::judge(args)?;
    let marks = paper::marks_of(&judge, &source);
    let reading = notice::read(&judge.index().knowledge.library, &source.body, marks);
    if command.json {
        told::print_json(&reading)?;
    } else {
        told::print(&text(&reading, lang))?;
    }
    Ok(ExitCode::from(match reading.look {
        Look::NotACourts => 20,
        Look::LikeACourts | Look::Incomplete => 10,
        Look::NoCourtPaper => 0,
    }))
}

fn text(reading: &Reading, lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    let head = match reading.look {
        Look::LikeACourts => say(
            "形式像法院的文书；是真是假只有法院能说，先核实。",
            "Its form is a court's; only the court can say whether it is real. Verify first.",
        ),
        Look::Incomplete => say(
            "像法院的文书，但缺东西；先核实，不要不理。",
            "Like a court's paper, but something is missing. Verify; do not ignore it.",
        ),
        Look::NotACourts => say(
            "不是法院的写法，多半是骗局或违规催收；不放心就打12368核实一次。",
            "Not how courts write; most likely fraud or abusive collection. If in doubt verify once with 12368.",
        ),
        Look::NoCourtPaper => say("没有看到法院文书的样子。", "It does not look like a court's paper."),
    };
    let _ = writeln!(out, "{head}");
    told::section(say("看到的", "What was seen"), told::texts(&reading.signs, "-", lang), &mut out);
    for kind in reading.papers.iter().take(MOST_TOLD) {
        let _ = writeln!(out, "\n{}：{}", kind.title.get(lang), kind.what_it_means.get(lang));
        told::section(say("怎么认", "How to know it"), [kind.looks_like.get(lang).to_owned()], &mut out);
        told::section(say("怎么核实", "How to verify it"), [kind.verify.get(lang).to_owned()], &mut out);
        told::section(say("现在该做什么", "What to do now"), told::texts(&kind.steps, "-", lang), &mut out);
        told::section(say("不要做什么", "What not to do"), told::texts(&kind.dont, "x", lang), &mut out);
        told::section(
            say("期限（zhenxin deadline 名称 --received 日期）", "Periods (zhenxin deadline ID --received DATE)"),
            told::periods(&kind.deadlines, lang),
            &mut out,
        );
        told::section(say("可以用的文书", "Papers that fit"), told::papers(&kind.letters, lang), &mut out);
        told::section(say("依据", "The law"), told::citations(&kind.citations, lang), &mut out);
    }
    told::section(say("向法院核实", "Ask the court"), told::routes(&reading.verify, lang), &mut out);
    let _ = writeln!(out, "\n{}", told::disclaimer(lang));
    out
}
