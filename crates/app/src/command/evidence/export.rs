//! `evidence export`: chosen records as a folder that anybody can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evidence::{Entry, Folder, Kind, Selection, Store, Variant, fingerprint};

use super::document::Shown;
use super::{Context, failure, open};
use crate::args::ExportArgs;
use crate::failure::Failure;

/// Exported records that the log names one by one.
const MOST_NAMED: usize = 1000;

/// Runs the command.
pub fn run(context: &Context<'_>, export: &ExportArgs) -> Result<ExitCode, Failure> {
    let Exported { count, print } = write(context, export)?;
    context.tell(
        &format!("已导出 {count} 条到 {}。\n持有人指纹：{print}\n请另外用电话或当面把指纹告诉收件人；核对方法在 VERIFY.zh.txt。", export.output.display()),
        &format!("{count} records exported to {}.\nholder's fingerprint: {print}\nTell it the recipient by another route; how to check stands in VERIFY.en.txt.", export.output.display()),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// What was exported.
pub struct Exported {
    /// How many records.
    pub count: usize,
    /// The holder's fingerprint.
    pub print: String,
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
    if let Some(fault) = store.fault() {
        return Err(failure::of(evidence::Error::Closed { reason: fault.to_string() }));
    }
    let selection = selection(&store, export)?;
    let count = selection.numbers.len();
    if count == 0 {
        return Err(Failure::input(
            "没有可导出的记录。请先存入证据。",
            "there is nothing to export; add evidence first",
        ));
    }
    let documents = documents(&store, export, &selection)?;
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
    let written = store.export(&Folder::new(&part), &selection, &documents, open::now()).map_err(failure::of);
    let written = written.and_then(|()| Ok(fs::rename(&part, &export.output)?));
    if let Err(failure) = written {
        // It was made above and holds copies only.
        let _ = fs::remove_dir_all(&part);
        return Err(failure);
    }
    // A record has room for so many numbers; of a larger export it tells how many.
    let about: Vec<u64> = selection.numbers.iter().copied().filter(|_| count <= MOST_NAMED).collect();
    let text = format!("exported {count} records, {} variant", if export.masked { "masked" } else { "full" });
    store.commit(&open::origin(context), vec![Entry::remark(Kind::Custody, about, Some(text))]).map_err(failure::of)?;
    let print = fingerprint(&store.public().holder).unwrap_or_default();
    Ok(Exported { count, print })
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
        None => store.numbers(&[Kind::Original]).map_err(failure::of)?.into_iter().collect(),
    };
    let mut all = chosen.clone();
    store
        .visit(&|_| true, &mut |kept| {
            let belongs = matches!(kept.record.kind, Kind::Note | Kind::Correct | Kind::Derived);
            let is_about =
                !kept.record.about.is_empty() && kept.record.about.iter().all(|number| chosen.contains(number));
            if belongs && is_about && !store.is_hidden(kept.record.seq) {
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

fn documents(store: &Store, export: &ExportArgs, selection: &Selection) -> Result<Vec<evidence::Document>, Failure> {
    let shown = Shown::gather(store, &|number| selection.numbers.contains(&number)).map_err(failure::of)?;
    let mut purpose = export.purpose.clone().unwrap_or_else(|| "（由提交人填写）".to_owned());
    if export.masked {
        purpose = evidence::mask(&purpose, &export.cover);
    }
    let print = fingerprint(&store.public().holder).unwrap_or_default();
    let footer = format!("由保存的字节直接输出；持有人指纹 {print}");
    let shown = if export.masked { shown.masked(&export.cover) } else { shown };
    let mut all = vec![
        ("evidence-list", shown.evidence_list(&purpose, &footer)),
        ("statement", shown.statement((&print, store.len()), &footer)),
        ("thread", shown.thread(&footer)),
    ];
    if !export.masked {
        // Digests of short texts would let a reader guess what is covered.
        all.push(("police-list", shown.police_list(&footer)));
    }
    all.iter().map(|(name, document)| page(name, document)).collect()
}

fn page(name: &str, document: &print::Document) -> Result<evidence::Document, Failure> {
    let bytes = print::to_pdf(document).map_err(anyhow::Error::new)?;
    Ok(evidence::Document { name: format!("{name}.pdf"), bytes })
}
