//! `evidence export`: chosen records as a folder that anybody can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evidence::{Entry, Error, Folder, Kind, Selection, Store, Variant, fingerprint};
use print::Block;

use super::document::Shown;
use super::{Context, failure, open};
use crate::args::ExportArgs;
use crate::failure::Failure;

/// Exported records that the log names one by one.
const MOST_NAMED: usize = 1000;

/// Runs the command.
pub fn run(context: &Context<'_>, export: &ExportArgs) -> Result<ExitCode, Failure> {
    let Exported { count, print, is_noted } = write(context, export)?;
    context.tell(
        &format!("已导出 {count} 条到 {}。\n持有人指纹：{print}\n请另外用电话或当面把指纹告诉收件人；核对方法在 VERIFY.zh.txt。", export.output.display()),
        &format!("{count} records exported to {}.\nholder's fingerprint: {print}\nTell it the recipient by another route; how to check stands in VERIFY.en.txt.", export.output.display()),
    )?;
    if !is_noted {
        context.tell(
            "证据库在只读的地方，这次导出没有记进日志。",
            "the store cannot be written, so its log does not tell of this export",
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was exported.
pub struct Exported {
    /// How many records.
    pub count: usize,
    /// The holder's fingerprint.
    pub print: String,
    /// Whether the log tells of it, which it cannot where nothing can be written.
    pub is_noted: bool,
}

/// Writes an export: aside, then under its name, then noted in the log.
pub fn write(context: &Context<'_>, export: &ExportArgs) -> Result<Exported, Failure> {
    if export.output.exists() {
        return Err(Failure::input(
            format!("{} 已经存在，不会覆盖。请换一个目录名。", export.output.display()),
            format!("{} exists and is not overwritten; name another folder", export.output.display()),
        ));
    }
    let mut store = open::store(context)?;
    match store.fault() {
        // An older copy on a medium that cannot be written is whole up to its end.
        Some(evidence::Fault::Older { .. }) if store.is_read_only() => {}
        Some(fault) => return Err(failure::of(evidence::Error::Closed { reason: fault.to_string() })),
        None => {}
    }
    let selection = selection(&store, export)?;
    let count = selection.numbers.len();
    if count == 0 {
        return Err(Failure::input(
            "没有可导出的记录。请先存入证据。",
            "there is nothing to export; add evidence first",
        ));
    }
    let papers = Papers::of(&store, export, &selection)?;
    let part = part(&export.output);
    // A folder that is there already is somebody's, or holds the originals of an export that was broken off.
    fs::create_dir(&part).map_err(|error| {
        Failure::input(
            format!("不能新建 {}：{error}。如果是上次导出被打断留下的，请先查看并删除它。", part.display()),
            format!(
                "cannot make {}: {error}. If a broken-off export left it, look at it and delete it first.",
                part.display()
            ),
        )
    })?;
    let written =
        store.export(&Folder::new(&part), &selection, papers.documents(&store), open::now()).map_err(failure::of);
    let written = written.and_then(|()| Ok(fs::rename(&part, &export.output)?));
    if let Err(failure) = written {
        // It was made above and holds copies only.
        let _ = fs::remove_dir_all(&part);
        return Err(failure);
    }
    if !store.is_read_only() {
        // A record has room for so many numbers; of a larger export it tells how many.
        let about: Vec<u64> = selection.numbers.iter().copied().filter(|_| count <= MOST_NAMED).collect();
        let text = format!("exported {count} records, {} variant", if export.masked { "masked" } else { "full" });
        let entry = Entry::remark(Kind::Custody, about, Some(text));
        store.commit(&open::origin(context), vec![entry]).map_err(failure::of)?;
    }
    let print = fingerprint(&store.public().holder).unwrap_or_default();
    Ok(Exported { count, print, is_noted: !store.is_read_only() })
}

fn part(output: &Path) -> PathBuf {
    let mut part = output.to_path_buf().into_os_string();
    part.push(".part");
    PathBuf::from(part)
}

/// The chosen records, with the remarks about them and what was derived from them, which belong to the whole story.
fn selection(store: &Store, export: &ExportArgs) -> Result<Selection, Failure> {
    let chosen: BTreeSet<u64> = match &export.numbers {
        Some(list) => numbers(list).ok_or_else(|| {
            Failure::input(
                format!("看不懂编号“{list}”。请写成 1-3,7。"),
                format!("cannot read the numbers \"{list}\"; write them as 1-3,7"),
            )
        })?,
        None => store.numbers(&[Kind::Original]).into_iter().filter(|number| !store.is_hidden(*number)).collect(),
    };
    let belonging: BTreeSet<u64> = store.numbers(&[Kind::Note, Kind::Correct, Kind::Derived]).into_iter().collect();
    let mut all = chosen;
    store
        .visit(&|number| belonging.contains(&number) && !store.is_hidden(number), &mut |kept| {
            // A correction speaks of a picture and of what was read in it, which has come in just before.
            let about = &kept.record.about;
            if !about.is_empty() && about.iter().all(|number| all.contains(number)) {
                all.insert(kept.record.seq);
            }
            Ok(())
        })
        .map_err(failure::of)?;
    let variant = if export.masked { Variant::Masked } else { Variant::Full };
    Ok(Selection { numbers: all, variant, covered_words: export.cover.clone() })
}

/// Reads `1-3,7`.
fn numbers(list: &str) -> Option<BTreeSet<u64>> {
    let mut all = BTreeSet::new();
    for run in list.split(',').map(str::trim) {
        let (from, to) = run.split_once('-').unwrap_or((run, run));
        let (from, to): (u64, u64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        if to < from || to - from > 10_000_000 {
            return None;
        }
        all.extend(from..=to);
    }
    Some(all)
}

/// The papers of an export: the short ones made, the thread to be made volume by volume while it is written.
struct Papers {
    shown: Shown,
    short: Vec<(&'static str, print::Document)>,
    footer: String,
}

impl Papers {
    fn of(store: &Store, export: &ExportArgs, selection: &Selection) -> Result<Self, Failure> {
        let covered = export.masked.then(|| export.cover.clone());
        let shown =
            Shown::gather(store, &|number| selection.numbers.contains(&number), covered).map_err(failure::of)?;
        let mut purpose = export.purpose.clone().unwrap_or_else(|| "（由提交人填写）".to_owned());
        if export.masked {
            purpose = evidence::mask(&purpose, &export.cover);
        }
        let print = fingerprint(&store.public().holder).unwrap_or_default();
        let footer = format!("由保存的字节直接输出；持有人指纹 {print}");
        let mut short = vec![
            ("evidence-list", shown.evidence_list(&purpose, &footer)),
            ("statement", shown.statement((&print, store.len()), &footer)),
        ];
        if !export.masked {
            // Digests of short texts would let a reader guess what is covered.
            short.push(("police-list", shown.police_list(&footer)));
        }
        Ok(Self { shown, short, footer })
    }

    /// The papers as PDF, one after the other.
    fn documents<'a>(&'a self, store: &'a Store) -> impl Iterator<Item = Result<evidence::Document, Error>> + 'a {
        let volumes = self.shown.volumes();
        let threads = (0..volumes.len()).map(move |at| {
            let name = if at == 0 { "thread".to_owned() } else { format!("thread-{}", at + 1) };
            let document = self.shown.thread(store, &volumes, at, &self.footer)?;
            // A picture that the PDF writer refuses must not cost the paper, nor the export.
            page(&name, &document).or_else(|_| page(&name, &without_pictures(document)))
        });
        self.short.iter().map(|(name, document)| page(name, document)).chain(threads)
    }
}

fn page(name: &str, document: &print::Document) -> Result<evidence::Document, Error> {
    let name = format!("{name}.pdf");
    match print::to_pdf(document) {
        Ok(bytes) => Ok(evidence::Document { name, bytes }),
        Err(error) => Err(Error::Disk { path: name, source: std::io::Error::other(error) }),
    }
}

fn without_pictures(mut document: print::Document) -> print::Document {
    for block in &mut document.blocks {
        if let Block::Picture { about, .. } = block {
            *block = Block::Quote {
                about: std::mem::take(about), text: "（这张图片无法打印，见原图。）".to_owned()
            };
        }
    }
    document
}
