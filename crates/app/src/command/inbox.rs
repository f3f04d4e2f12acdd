//! `zhenxin inbox`: listing, searching, showing, counting, judging again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::inbox::{Change, Error, Filter, Inbox, Row};
use judge::render;
use judge::{Message, Scratch};
use knowledge::Lang;

use crate::args::{Args, FilterArgs, InboxAction, InboxArgs};
use crate::command::check::ignore_closed_pipe;
use crate::command::import::{Subject, verdict};
use crate::failure::{Failure, harmless};
use crate::{input, report};

/// Returns what a failed inbox means for the user.
pub fn failure(error: &Error) -> Failure {
    let zh = match error {
        Error::Missing => "没有这一条，或者还没有收件箱。先用 zhenxin import 导入短信。".to_owned(),
        Error::NotAnInbox => "这个文件不是收件箱。请用 --inbox 换一个文件。".to_owned(),
        Error::TooNew { .. } => "收件箱是更新版本的程序写的，请升级程序。".to_owned(),
        Error::Busy => "另一个程序正在使用收件箱，请稍后再试。".to_owned(),
        other => format!("收件箱出错：{other}"),
    };
    Failure::input(
        zh,
        match error {
            Error::Missing => {
                "there is no such entry, or no inbox yet; take messages in with zhenxin import".to_owned()
            }
            other => other.to_string(),
        },
    )
}

/// Returns where the inbox is.
pub fn place(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    input::data_folder().map(|data| data.join("inbox.db")).ok_or_else(|| {
        Failure::input(
            "找不到您的数据目录，请用 --inbox 指定收件箱文件。",
            "there is no data folder for you; name the inbox with --inbox",
        )
    })
}

/// Opens the inbox, making it, for its owner alone, where there is none.
pub fn open_or_make(given: Option<&Path>) -> Result<Inbox, Failure> {
    let path = place(given)?;
    if !path.exists() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|error| Failure::unreadable(folder, &error))?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).map_err(|error| Failure::unreadable(&path, &error))?;
    }
    Inbox::open(&path).map_err(|error| failure(&error))
}

/// Opens an inbox that is there.
pub fn open(given: Option<&Path>) -> Result<Inbox, Failure> {
    Inbox::open_existing(&place(given)?).map_err(|error| failure(&error))
}

/// Runs the command.
pub fn run(args: &Args, command: &InboxArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let mut inbox = open(command.inbox.as_deref())?;
    let mut out = Vec::new();
    match &command.action {
        InboxAction::List(filter) => rows(&inbox, &read_filter(filter, None)?, command.json, &mut out)?,
        InboxAction::Search { text, filter } => {
            rows(&inbox, &read_filter(filter, Some(text))?, command.json, &mut out)?;
        }
        InboxAction::Show { id } => show(args, &inbox, *id, command.json, &mut out)?,
        InboxAction::Stats => {
            let tally = inbox.tally().map_err(|error| failure(&error))?;
            if command.json {
                serde_json::to_writer(&mut out, &tally)?;
                out.push(b'\n');
            }
            for line in tally.iter().filter(|_| !command.json) {
                writeln!(out, "{:8} {:20} {}", line.risk, line.kind, line.count)?;
            }
        }
        InboxAction::Rejudge => rejudge(args, lang, &mut inbox, command.json, &mut out)?,
    }
    io::stdout().lock().write_all(&out).or_else(ignore_closed_pipe)?;
    Ok(ExitCode::SUCCESS)
}

fn read_filter(arguments: &FilterArgs, text: Option<&str>) -> Result<Filter, Failure> {
    let moment = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => {
            let time = text.trim().parse::<jiff::Timestamp>();
            time.map(|time| Some(time.as_millisecond())).map_err(|_| Failure::unreadable_time("时间", text))
        }
    };
    Ok(Filter {
        text: text.map(str::to_owned),
        risk: arguments.risk.clone(),
        kind: arguments.kind.clone(),
        sender: arguments.sender.as_deref().map(intake::normalise_sender),
        institution: arguments.institution.clone(),
        case: arguments.case,
        since_ms: moment(&arguments.since)?,
        until_ms: moment(&arguments.until)?,
        limit: Some(arguments.limit),
        offset: 0,
    })
}

fn rows(inbox: &Inbox, filter: &Filter, is_json: bool, out: &mut Vec<u8>) -> Result<(), Failure> {
    for row in inbox.list(filter).map_err(|error| failure(&error))? {
        if is_json {
            serde_json::to_writer(&mut *out, &row)?;
            out.push(b'\n');
        } else {
            writeln!(out, "{}", line(&row))?;
        }
    }
    Ok(())
}

fn line(row: &Row) -> String {
    let glance: String = harmless(&row.body).replace('\n', " ").chars().take(60).collect();
    let party = harmless(row.party.as_deref().unwrap_or("-"));
    format!("{:>6}  {}  {:7} {:18} {party}  {glance}", row.id, time(row.time_ms), row.risk, row.kind)
}

/// Returns a moment in Beijing time with its offset; dashes where there is none.
pub fn time(unix_ms: Option<i64>) -> String {
    let moment = unix_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    moment.map_or_else(
        || "----------".to_owned(),
        |moment| {
            let beijing = jiff::tz::Offset::constant(8).to_datetime(moment);
            format!("{} {:02}:{:02}+08:00", beijing.date(), beijing.hour(), beijing.minute())
        },
    )
}

fn show(args: &Args, inbox: &Inbox, id: i64, is_json: bool, out: &mut Vec<u8>) -> Result<(), Failure> {
    let row = inbox.message(id).map_err(|error| failure(&error))?;
    let sources: Vec<_> =
        inbox.sources(id).map_err(|error| failure(&error))?.into_iter().map(|(source, _)| source).collect();
    if is_json {
        serde_json::to_writer(&mut *out, &serde_json::json!({ "message": row, "sources": sources }))?;
        out.push(b'\n');
        return Ok(());
    }
    writeln!(out, "{} {} {} {}", row.id, time(row.time_ms), row.zone.as_deref().unwrap_or("-"), row.direction)?;
    let judge = input::judge(args)?;
    let message =
        Message { body: &row.body, sender: row.party.as_deref(), received: row.time_ms.and_then(input::received_ms) };
    let mut scratch = Scratch::default();
    let verdict = judge.judge(&message, &mut scratch);
    let telling = judge.telling_words(&verdict.decision, &scratch);
    let subject = render::Subject { id: None, body: &row.body, sender: row.party.as_deref() };
    let screen = report::Screen::of_standard_output();
    out.extend(report::write(judge.index(), &verdict, &subject, &telling, args.lang.into(), screen).into_bytes());
    for source in sources {
        let evidence = source.evidence.map(|number| format!(" #{number}")).unwrap_or_default();
        writeln!(out, "{}", harmless(&format!("← {} {} {}{evidence}", source.name, source.position, source.digest)))?;
    }
    Ok(())
}

fn rejudge(args: &Args, lang: Lang, inbox: &mut Inbox, is_json: bool, out: &mut Vec<u8>) -> Result<(), Failure> {
    let judge = input::judge(args)?;
    let mut scratch = Scratch::default();
    let mut changes: Vec<Change> = Vec::new();
    let digest = judge.index().knowledge.digest.clone();
    let count = inbox
        .judge_again(
            &digest,
            &mut |again| {
                let subject = Subject { body: &again.body, sender: again.party.as_deref(), time_ms: again.time_ms };
                verdict(&judge, &subject, &mut scratch)
            },
            &mut |change| changes.push(change),
        )
        .map_err(|error| failure(&error))?;
    if is_json {
        serde_json::to_writer(
            &mut *out,
            &serde_json::json!({ "judged": count, "changes": changes, "knowledge": digest }),
        )?;
        out.push(b'\n');
        return Ok(());
    }
    let changed = changes.len();
    let summary = match lang {
        Lang::Zh => format!("重新判断 {count} 条，{changed} 条有变化。"),
        Lang::En => format!("{count} judged again, {changed} changed"),
    };
    writeln!(out, "{summary}")?;
    for change in changes {
        writeln!(out, "{:>6}  {} → {}", change.id, change.before.join(" "), change.after.join(" "))?;
    }
    Ok(())
}
