//! One million messages: written as an export, read, judged, kept and searched. Prints rates, size and search times.
//!
//! `cargo run --release -p inbox --example inbox_bench [COUNT] [FOLDER]`

#![expect(clippy::print_stdout, reason = "a program that reports")]
#![expect(clippy::disallowed_methods, reason = "a program that measures")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use inbox::{Codes, Filter, Import, Inbox, Incoming, Provenance, Verdict};
use intake::{Options, Record, Sink, Skipped, Warning};
use judge::{Judge, Message, Scratch};
use knowledge::Knowledge;

const TEXTS: &[&str] = &[
    "【某某贷】{}，您在我司借款已逾期{}天，欠款{}元，今日不处理将上门并联系您的家人。",
    "【某银行】{}您好，您尾号{}的信用卡本期应还{}元，请按时还款。",
    "【某某金融】尊敬的{}，您有{}万元额度可借，{}日内有效，点击 a{}.example 领取，拒收请回复R",
    "【某快递】{}，您的包裹已到{}号驿站，取件码{}，请及时领取。",
    "【某某网】验证码{}，{}分钟内有效，请勿告诉他人。编号{}",
    "{}，明天{}点在老地方见，带上{}本书。",
];
const NAMES: &[&str] = &["张伟", "王芳", "李娜", "刘洋", "陈静", "杨磊", "赵敏", "黄勇", "周杰", "吴霞"];

struct Taker<'a> {
    judge: &'a Judge,
    scratch: Scratch,
    import: Import<'a>,
    records: u64,
}

impl Sink for Taker<'_> {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        let message = &record.message;
        let sender = message.party.as_deref().map(intake::normalise_sender);
        let judged = Message { body: &message.body, sender: message.party.as_deref(), received: None };
        let found = self.judge.judge(&judged, &mut self.scratch);
        let rules = &self.judge.index().rules.rules;
        let findings: Vec<&str> = found
            .findings
            .iter()
            .filter_map(|finding| Some(rules.get(usize::from(finding.rule))?.id.as_str()))
            .collect();
        let verdict = Verdict {
            kind: found.decision.kind.id(),
            risk: found.decision.risk.id(),
            confidence: "low",
            findings: findings.join(" "),
            host: found.links.first().map(|link| link.host.clone()),
            is_for_case: found.decision.kind.is_hostile() || !found.links.is_empty(),
            ..Verdict::default()
        };
        let incoming = Incoming {
            party: message.party.as_deref(),
            sender: sender.as_deref(),
            body: &message.body,
            direction: "received",
            service: "sms",
            time_ms: message.time.map(|time| time.unix_ms),
            position: record.position.to_string(),
            raw: &record.raw,
            ..Incoming::default()
        };
        self.records += 1;
        match self.import.add(&incoming, &verdict) {
            Ok(_) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn skipped(&mut self, _: Skipped) {}

    fn warning(&mut self, _: Warning) {}
}

fn write_export(path: &Path, count: u64) -> std::io::Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{count}\">")?;
    let mut state = 1_u64;
    for number in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = (state >> 33) as usize;
        let mut body = TEXTS[pick % TEXTS.len()].to_owned();
        for fill in [
            NAMES[pick / 7 % NAMES.len()].to_owned(),
            (pick % 97).to_string(),
            (pick % 99_991).to_string(),
            (pick % 7).to_string(),
        ] {
            body = body.replacen("{}", &fill, 1);
        }
        let (date, address) = (1_600_000_000_000 + number * 60_000, 10_690_000_000_000 + pick % 5000);
        writeln!(
            out,
            "  <sms protocol=\"0\" address=\"{address}\" date=\"{date}\" type=\"1\" subject=\"null\" body=\"{body}\" read=\"1\" status=\"-1\" locked=\"0\" date_sent=\"{date}\" sub_id=\"1\" />"
        )?;
    }
    writeln!(out, "</smses>")?;
    out.flush()?;
    Ok(fs::metadata(path)?.len())
}

fn take(inbox: &mut Inbox, judge: &Judge, export: &Path, options: &Options) -> Result<u64, Box<dyn Error>> {
    let bytes = fs::metadata(export)?.len();
    let source =
        Provenance { digest: "bench", name: "export.xml", format: "sync-tech-xml", bytes, now_ms: 0, evidence: None };
    let import = inbox.begin(&source, "bench", Codes::Covered)?.ok_or("the inbox is new")?;
    let mut taker = Taker { judge, scratch: Scratch::default(), import, records: 0 };
    intake::read(export, options, &mut taker)?;
    let Taker { import, records, .. } = taker;
    import.finish()?;
    Ok(records)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().map_or(Ok(1_000_000), |count| count.parse())?;
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target".to_owned())).join("inbox-bench");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let (export, file) = (folder.join("export.xml"), folder.join("inbox.db"));
    let bytes = write_export(&export, count)?;
    println!("export: {count} messages, {} MB", bytes / 1_000_000);

    let start = Instant::now();
    let options = Options::new(480, &folder);
    let mut only = intake::Collected::default();
    let small = folder.join("small.xml");
    write_export(&small, count.min(100_000))?;
    intake::read(&small, &options, &mut only)?;
    println!("reading alone: {:.0} messages/s", only.records.len() as f64 / start.elapsed().as_secs_f64());
    drop(only);

    let judge = Judge::new(Knowledge::built_in());
    let mut inbox = Inbox::open(&file)?;
    let start = Instant::now();
    let records = take(&mut inbox, &judge, &export, &options)?;
    let seconds = start.elapsed().as_secs_f64();
    let size = fs::metadata(&file)?.len();
    println!(
        "read, judged, kept: {records} in {seconds:.1} s = {:.0}/s; {} MB, {} bytes each",
        records as f64 / seconds,
        size / 1_000_000,
        size / records.max(1)
    );

    for text in ["逾期", "联系您的家人", "a3.example", "额", "取件码12345", "没有这样的话", "9999"] {
        let filter = Filter { text: Some(text.to_owned()), limit: Some(50), ..Filter::default() };
        let start = Instant::now();
        let found = inbox.list(&filter)?.len();
        println!("search {text}: {found} shown in {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    }
    let start = Instant::now();
    let found = inbox.list(&Filter { risk: Some("high".to_owned()), ..Filter::default() })?.len();
    println!("list of high risk: {found} in {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    let start = Instant::now();
    println!("cases: {} in {:.1} ms", inbox.cases()?.len(), start.elapsed().as_secs_f64() * 1000.0);
    fs::remove_dir_all(&folder)?;
    Ok(())
}
