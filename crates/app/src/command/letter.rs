//! `zhenxin letter`: the list, what a paper needs, and the draft. On a terminal what is missing is asked for one by one;
//! what a case or message proposes counts only when the user has confirmed it.

mod dialog;

use std::fmt::Write as _;
use std::io::{IsTerminal, stdin};
use std::process::ExitCode;

use knowledge::Lang;
use remedy::{Draft, Facts, Occasion, Refused};

use super::told;
use crate::args::{Args, CoverArgs, DraftArgs, LetterAction, LetterArgs, OriginArgs};
use crate::failure::{Failure, harmless};
use crate::paper::document::{self, Format};
use crate::paper::prefill::{self, Prefilled};
use crate::paper::{facts, needs};
use crate::{input, output};

/// Runs the command.
pub fn run(args: &Args, command: &LetterArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    match &command.action {
        LetterAction::List => {
            let letters = remedy::letter::list(&input::knowledge(args)?.library);
            if command.json {
                told::print_json(&letters)?;
            } else {
                let line = |entry: &remedy::letter::Entry| {
                    format!("{:32} {}\n{:33}{}\n", entry.id, entry.title.get(lang), "", entry.about.get(lang))
                };
                told::print(&letters.iter().map(line).collect::<String>())?;
            }
        }
        LetterAction::Needs { id, origin, write } => {
            let known = proposed(args, origin)?;
            let library = input::knowledge(args)?.library;
            let needs = needs::of(&library, id, &known.facts)?;
            if let Some(path) = write {
                output::write(path, facts::form(&library.letter[id], &known.facts, lang).as_bytes())?;
            }
            if command.json {
                told::print_json(&needs)?;
            } else {
                told::print(&needs_text(&needs, &known, lang))?;
            }
        }
        LetterAction::Draft(draft) => return self::draft(args, draft, command.json),
    }
    Ok(ExitCode::SUCCESS)
}

/// What the case or message that was named proposes.
fn proposed(args: &Args, origin: &OriginArgs) -> Result<Prefilled, Failure> {
    if let Some(case) = origin.case {
        let members = told::open(origin)?.members(case).map_err(|error| super::inbox::failure(&error))?;
        return Ok(prefill::of_case(&input::knowledge(args)?.library, &members));
    }
    if let Some(id) = origin.message {
        let source = told::kept(&told::open(origin)?, id)?;
        return Ok(prefill::of_message(&input::judge(args)?, &source));
    }
    Ok(Prefilled::default())
}

/// Names and numbers, without blanks around them.
pub fn cover(cover: &CoverArgs, occasion: &mut Occasion) {
    occasion.others.clone_from(&cover.other);
    occasion.keep.clone_from(&cover.keep);
}

fn draft(args: &Args, command: &DraftArgs, is_json: bool) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let formats = command.out.iter().map(|path| Format::of(path)).collect::<Result<Vec<_>, _>>()?;
    let library = input::knowledge(args)?.library;
    let letter = library.letter.get(&command.id).ok_or_else(|| needs::no_such_letter(&command.id))?;
    let mut occasion = Occasion::on(told::date(command.today.as_deref())?);
    occasion.limitation = command.limitation.into();
    occasion.is_acknowledgement_chosen = command.confirm_acknowledge;
    cover(&command.cover, &mut occasion);
    let may_ask = stdin().is_terminal() && !is_json;
    let mut stated = Facts::default();
    let proposed = proposed(args, &command.origin)?;
    let proposed = only_for(letter, &proposed.facts);
    if proposed.iter().next().is_some() {
        confirm(&library, &command.id, &proposed, (command.confirm_facts, may_ask), lang)?;
        stated.extend(proposed);
    }
    if let Some(path) = &command.facts {
        stated.extend(facts::read_file(path)?);
    }
    for typed in &command.fact {
        let (name, value) = facts::read_typed(letter, typed)?;
        stated.set(name, value);
    }
    if may_ask {
        dialog::complete(&library, letter, &mut stated, &mut occasion, lang)?;
    }
    match remedy::draft(&library, &command.id, &stated, &occasion) {
        Ok(draft) => {
            for (path, format) in command.out.iter().zip(formats) {
                output::write(path, &document::bytes(&draft, format)?)?;
            }
            if is_json {
                told::print_json(&draft)?;
            } else {
                told::print(&draft_text(&draft, command, lang))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => refuse(&refused, is_json, lang),
    }
}

/// What is proposed of what a letter asks for.
fn only_for(letter: &knowledge::remedy::Letter, proposed: &Facts) -> Facts {
    let mut facts = Facts::default();
    for need in &letter.need {
        if let Some(value) = proposed.get(&need.id) {
            facts.set(&need.id, value.clone());
        }
    }
    facts
}

/// Shows what is proposed, and goes on only when the user has confirmed it.
fn confirm(
    library: &knowledge::Library,
    id: &str,
    proposed: &Facts,
    (is_confirmed, may_ask): (bool, bool),
    lang: Lang,
) -> Result<(), Failure> {
    if is_confirmed {
        return Ok(());
    }
    let shown = facts::form(&library.letter[id], proposed, lang);
    let lines: Vec<&str> = shown.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let shown = lines.join("\n");
    if may_ask {
        eprintln!(
            "{}\n{}",
            told::say(
                lang,
                "从短信里填了下面的内容，请逐条核对：",
                "These facts were taken from the messages; check each:"
            ),
            harmless(&shown)
        );
        let answer = told::ask(told::say(lang, "都属实吗？[是/否] ", "Is all of it true? [yes/no] "))?;
        if answer.is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "是" | "y" | "yes")) {
            return Ok(());
        }
    }
    Err(Failure::input(
        format!(
            "从短信里填了下面的内容，要您核对以后才能用。属实就加 --confirm-facts；要改就先用 zhenxin letter needs {id} --write 文件.toml 写出来改。\n{shown}"
        ),
        format!(
            "these facts were taken from the messages and count only when you have checked them: add --confirm-facts, or write them to a file and change them with zhenxin letter needs {id} --write FILE.toml\n{shown}"
        ),
    ))
}

fn refuse(refused: &Refused, is_json: bool, lang: Lang) -> Result<ExitCode, Failure> {
    if is_json {
        told::print_json(&serde_json::json!({ "refused": refused }))?;
        return Ok(ExitCode::from(2));
    }
    let mut out = told::say(lang, "还不能起草：", "not drafted yet:").to_owned();
    for reason in &refused.reasons {
        let _ = write!(out, "\n  - {}", reason.text().get(lang));
    }
    for warning in &refused.warnings {
        let _ = write!(out, "\n  ! {}", warning.get(lang));
    }
    Err(Failure::input(out.clone(), out))
}

fn needs_text(needs: &needs::Needs, known: &Prefilled, lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}", needs.title.get(lang), needs.about.get(lang));
    told::section(say("先读", "Read first"), told::texts(&needs.warnings, "!", lang), &mut out);
    let question = |question: &needs::Question| {
        let optional = if question.required { "" } else { say("（可以不填）", " (optional)") };
        let condition = question.only_if.as_ref().map(|condition| format!("  [{condition}]")).unwrap_or_default();
        let mut line = format!("{:24} {}{optional}{condition}", question.id, question.ask.get(lang));
        for option in &question.options {
            let _ = write!(line, "\n    {} = {}", option.id, if lang == Lang::Zh { &option.zh } else { &option.en });
        }
        if let Some(value) = &question.value {
            let mark = if known.opinions.contains(&question.id) {
                say("程序的判断，请核对", "the program's opinion, check it")
            } else {
                say("来自短信，请核对", "from the messages, check it")
            };
            let _ = write!(line, "\n    = {} ({mark})", serde_json::to_string(value).unwrap_or_default());
        }
        line
    };
    told::section(say("需要的内容", "What it needs"), needs.questions.iter().map(question), &mut out);
    told::section(say("怎么送出", "How it goes"), told::routes(&needs.channels, lang), &mut out);
    let _ = writeln!(out, "\n{}", told::disclaimer(lang));
    out
}

fn draft_text(draft: &Draft, command: &DraftArgs, lang: Lang) -> String {
    let say = |zh, en| told::say(lang, zh, en);
    let mut out = String::new();
    told::section(say("发出以前先读", "Read before sending"), told::texts(&draft.warnings, "!", lang), &mut out);
    let _ = writeln!(out, "\n{}\n{}{}", "─".repeat(40), harmless(&draft.text), "─".repeat(40));
    if !draft.covered.is_empty() {
        let _ = writeln!(
            out,
            "{}{}",
            say("已遮住验证码、证件号或他人信息：", "codes, identity numbers or other persons' data were covered in: "),
            draft.covered.join(", ")
        );
    }
    let lacking: String = document::unprintable(draft).into_iter().collect();
    if !lacking.is_empty() {
        let _ = writeln!(
            out,
            "{}{lacking}",
            say(
                "PDF 的字体没有这些字，会印成编码，请用 Word 文件或手写：",
                "the PDF's font lacks these characters; use the Word file or write them by hand: "
            )
        );
    }
    told::section(say("引用的依据", "What it cites"), told::citations(&draft.citations, lang), &mut out);
    for path in &command.out {
        let _ = writeln!(out, "{} {}", say("已写入", "written to"), path.display());
    }
    let _ = writeln!(out, "\n{}", told::disclaimer(lang));
    out
}
