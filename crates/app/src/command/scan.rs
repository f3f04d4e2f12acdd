//! `zhenxin scan`: a file of messages in, a verdict a row out, in order, on all cores, in bounded memory. A bad row
//! gets a line of its own and stops nothing.

mod reader;
mod row;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use judge::render::Detail;
use judge::{Judge, Scratch};
use knowledge::Lang;

use crate::args::{Args, ScanArgs};
use crate::command::check::ignore_closed_pipe;
use crate::failure::{Failure, harmless};
use crate::input;
use reader::{Batch, Reader};

/// Bad rows that are told one by one; the rest are only counted.
const MOST_COMPLAINTS: u64 = 20;

/// What one batch became.
struct Written {
    number: u64,
    lines: Vec<u8>,
    complaints: Vec<(u64, [String; 2])>,
    bytes_read: u64,
}

/// How verdicts and complaints are written.
#[derive(Clone, Copy)]
struct Style {
    detail: Detail,
    lang: Lang,
}

/// Counts of a finished scan.
#[derive(Default)]
struct Totals {
    rows: AtomicU64,
    bad: AtomicU64,
}

/// Runs the command.
pub fn run(args: &Args, scan: &ScanArgs) -> Result<ExitCode, Failure> {
    let lang: Lang = args.lang.into();
    let reader = Reader::open(&scan.input)?;
    let judge = Arc::new(input::judge(args)?);
    let style = Style { detail: if scan.full { Detail::Texts(lang) } else { Detail::Ids }, lang };
    let threads = scan.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let totals = Arc::new(Totals::default());
    refuse_overwriting(&scan.input, &scan.output)?;
    let mut output = Output::create(&scan.output)?;
    let bar = progress(reader.size());
    let outcome = flow(reader, &judge, style, threads, &totals, |written| {
        bar.inc(written.bytes_read);
        for (row, reason) in &written.complaints {
            if totals.bad.fetch_add(1, Ordering::Relaxed) < MOST_COMPLAINTS {
                let reason = in_lang(reason, lang);
                let line = match lang {
                    Lang::Zh => format!("第 {row} 行：{reason}"),
                    Lang::En => format!("row {row}: {reason}"),
                };
                bar.suspend(|| eprintln!("{}", harmless(&line)));
            }
        }
        output.write(&written.lines)
    });
    bar.finish_and_clear();
    outcome?;
    output.finish()?;
    let (rows, bad) = (totals.rows.load(Ordering::Relaxed), totals.bad.load(Ordering::Relaxed));
    match lang {
        Lang::Zh => eprintln!("完成：{rows} 行，其中 {bad} 行无法判断。"),
        Lang::En => eprintln!("done: {rows} rows, {bad} of them bad."),
    }
    Ok(ExitCode::from(if bad > 0 { 3 } else { 0 }))
}

/// One thread reads batches, the workers judge them, this thread hands them to `sink` in order.
fn flow(
    mut reader: Reader,
    judge: &Arc<Judge>,
    style: Style,
    threads: usize,
    totals: &Arc<Totals>,
    mut sink: impl FnMut(&Written) -> io::Result<()>,
) -> Result<(), Failure> {
    let (batch_in, batch_out) = sync_channel::<Batch>(threads * 2);
    let (written_in, written_out) = sync_channel::<Written>(threads * 2);
    let batch_out = Arc::new(Mutex::new(batch_out));
    thread::scope(|scope| {
        let reading = scope.spawn(move || {
            while let Some(batch) = reader.next_batch()? {
                if batch_in.send(batch).is_err() {
                    break;
                }
            }
            Ok::<(), Failure>(())
        });
        for _ in 0..threads {
            let (batches, sink) = (Arc::clone(&batch_out), written_in.clone());
            let (judge, totals) = (Arc::clone(judge), Arc::clone(totals));
            scope.spawn(move || work(&judge, style, &totals, &batches, &sink));
        }
        drop(written_in);
        drop(batch_out);
        let mut waiting: BTreeMap<u64, Written> = BTreeMap::new();
        let mut next = 0;
        let mut failed = None;
        for written in written_out {
            waiting.insert(written.number, written);
            while let Some(ready) = waiting.remove(&next) {
                next += 1;
                if failed.is_none()
                    && let Err(error) = sink(&ready)
                {
                    failed = Some(error);
                }
            }
            if failed.is_some() {
                break;
            }
        }
        if let Some(error) = failed {
            return Err(Failure::Other(anyhow::Error::new(error).context("写不进输出文件 / cannot write the output")));
        }
        reading.join().unwrap_or_else(|_| {
            Err(Failure::Other(anyhow::anyhow!(
                "读文件时意外停止，请再试一次 / reading stopped unexpectedly, try again"
            )))
        })
    })
}

fn work(judge: &Judge, style: Style, totals: &Totals, batches: &Mutex<Receiver<Batch>>, sink: &SyncSender<Written>) {
    let mut scratch = Scratch::default();
    loop {
        let batch = match batches.lock() {
            Ok(receiver) => receiver.recv(),
            Err(_) => return,
        };
        let Ok(batch) = batch else { return };
        let mut written = Written {
            number: batch.number,
            lines: Vec::with_capacity(batch.bytes.len() * 3),
            complaints: Vec::new(),
            bytes_read: batch.bytes_read,
        };
        batch.for_each_row(|number, row| {
            totals.rows.fetch_add(1, Ordering::Relaxed);
            if let Err((id, reason)) =
                row.and_then(|row| row::write_verdict(judge, &row, style.detail, &mut scratch, &mut written.lines))
            {
                row::write_error(id.as_deref(), in_lang(&reason, style.lang), &mut written.lines);
                written.complaints.push((number, reason));
            }
        });
        if sink.send(written).is_err() {
            return;
        }
    }
}

/// The text of a complaint in a language.
fn in_lang([zh, en]: &[String; 2], lang: Lang) -> &str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn progress(size: Option<u64>) -> ProgressBar {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(size, target);
    let template = "{bar:40} {percent}% {bytes_per_sec} {eta}";
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// The output must not be the input, nor a folder.
fn refuse_overwriting(input: &Path, output: &Path) -> Result<(), Failure> {
    if output.is_dir() {
        return Err(Failure::input(
            "输出是一个文件夹，请给一个文件名。",
            "the output is a folder; give the name of a file",
        ));
    }
    let same = fs::canonicalize(input).ok().zip(fs::canonicalize(output).ok()).is_some_and(|(a, b)| a == b);
    if same {
        return Err(Failure::input("输出不能和输入是同一个文件。", "the output must not be the input itself"));
    }
    Ok(())
}

/// The output: written beside its place and moved there when it is whole.
struct Output {
    writer: Box<dyn Write>,
    places: Option<(PathBuf, PathBuf)>,
}

impl Output {
    fn create(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self { writer: Box::new(BufWriter::new(io::stdout())), places: None });
        }
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if extension == "parquet" {
            return Err(Failure::input(
                "这个程序目前不能写 .parquet。请用 -o 文件.jsonl。",
                "this build does not write .parquet; use -o FILE.jsonl",
            ));
        }
        // A device or pipe is written as it is: there is nothing to move into its place.
        if path.exists() && !path.is_file() {
            let file = File::options().write(true).open(path).map_err(|error| Failure::unreadable(path, &error))?;
            return Ok(Self { writer: Box::new(BufWriter::new(file)), places: None });
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(|error| Failure::unwritable(path, &error))?;
        Ok(Self { writer: Box::new(BufWriter::with_capacity(1 << 20, file)), places: Some((part, path.to_owned())) })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes).or_else(ignore_closed_pipe)
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().or_else(ignore_closed_pipe)?;
        if let Some((part, whole)) = &self.places {
            fs::rename(part, whole)
                .with_context(|| format!("不能把 {0} 改名为输出文件 / cannot move {0} into place", part.display()))?;
            self.places = None;
        }
        Ok(())
    }
}

impl Drop for Output {
    /// What is not whole is not left lying about.
    fn drop(&mut self) {
        if let Some((part, _)) = &self.places {
            let _ = fs::remove_file(part);
        }
    }
}
