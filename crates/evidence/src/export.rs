//! Exports: chosen records with their bytes and proofs as a signed bag (RFC 8493) that stock tools can check.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::disk::Disk;
use crate::keys::pem;
use crate::mask::{mask_cut, maskable};
use crate::note::Checkpoint;
use crate::record::Moment;
use crate::{Error, Kept, NAMESPACE, Store, fingerprint, mask};

mod bag;

use bag::Bag;

const LARGEST_MASKED: usize = 1 << 20;
/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Records and bytes, for police and court.
    Full,
    /// Masked texts and proofs without records, for anybody else.
    Masked,
}

/// What to export.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The records.
    pub numbers: BTreeSet<u64>,
    /// How much of them.
    pub variant: Variant,
    /// Words to cover in the masked variant: names, mostly.
    pub covered_words: Vec<String>,
}

/// A document for people, printed from the kept bytes.
#[derive(Clone, Debug)]
pub struct Document {
    /// An ASCII file name.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Writes an export to an empty folder and signs it. Documents are asked for one after the other, so that one of them
    /// need be held at a time.
    ///
    /// 1. records, bytes and proofs; 2. documents; 3. checkpoint, stamps, keys; 4. instructions; 5. lists and signature.
    ///
    /// # Errors
    /// [`Error::NoRecord`] for a number that does not exist; [`Error::Disk`] when reading or writing fails, also when
    /// kept bytes are damaged: nothing damaged leaves the store as evidence.
    pub fn export(
        &self,
        to: &dyn Disk,
        selection: &Selection,
        documents: impl IntoIterator<Item = Result<Document, Error>>,
        now: Moment,
    ) -> Result<(), Error> {
        if let Some(number) = selection.numbers.iter().find(|number| **number >= self.len()) {
            return Err(Error::NoRecord { number: *number });
        }
        let mut bag = Bag::new(to)?;
        let note = self.checkpoint(self.commits())?;
        // 1.
        self.visit(&|number| selection.numbers.contains(&number), &mut |kept| {
            self.export_record(&mut bag, selection, &note, kept)
        })?;
        // 2.
        for document in documents {
            let document = document?;
            bag.payload(&format!("data/print/{}", document.name), &mut document.bytes.as_slice())?;
        }
        // 3.
        bag.tag("log/checkpoint", &note)?;
        self.export_stamps(&mut bag)?;
        self.export_keys(&mut bag)?;
        // 4.
        self.export_instructions(&mut bag)?;
        // 5.
        bag.tag("bag-info.txt", bag_info(&bag, selection, now).as_bytes())?;
        let list = bag.close()?;
        bag.tag("tagmanifest-sha256.txt.sig", self.keys.sign_export(list.as_bytes())?.as_bytes())
    }

    fn export_record(
        &self,
        bag: &mut Bag<'_>,
        selection: &Selection,
        note: &[u8],
        kept: Kept<'_>,
    ) -> Result<(), Error> {
        let number = kept.record.seq;
        let stem = format!("{number:09}");
        let mut bytes = kept.bytes;
        match selection.variant {
            Variant::Full => {
                bag.payload(&format!("data/records/{stem}.json"), &mut bytes)?;
                if let (Some(content), Some(about)) = (kept.content, &kept.record.content) {
                    let path = original_path(number, &about.mime);
                    let got = bag.payload(&path, content)?;
                    if got.sha256 != about.sha256 || got.size != about.size {
                        return Err(Error::at(path)(std::io::ErrorKind::InvalidData.into()));
                    }
                }
            }
            Variant::Masked => {
                let text = masked_text(kept, &selection.covered_words)?;
                bag.payload(&format!("data/masked/{stem}.txt"), &mut text.as_bytes())?;
            }
        }
        let proof = self.proof(number, selection.variant, note)?;
        bag.tag(&format!("log/{stem}.tlog-proof"), proof.as_bytes())
    }

    fn proof(&self, number: u64, variant: Variant, note: &[u8]) -> Result<String, Error> {
        let no_record = || Error::NoRecord { number };
        let mut text = "c2sp.org/tlog-proof@v1\n".to_owned();
        if variant == Variant::Masked {
            let leaf = self.tree.leaf(number).ok_or_else(no_record)?;
            let _ = writeln!(text, "extra {}", STANDARD.encode(leaf));
        }
        let _ = writeln!(text, "index {number}");
        for hash in self.tree.inclusion(number, self.len()).ok_or_else(no_record)? {
            let _ = writeln!(text, "{}", STANDARD.encode(hash));
        }
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(note));
        Ok(text)
    }

    fn export_stamps(&self, bag: &mut Bag<'_>) -> Result<(), Error> {
        for stamp in self.stamps()? {
            let note = self.checkpoint(stamp.commit)?;
            let key = self.keys.log.verifying_key();
            let stamped = std::str::from_utf8(&note).ok().and_then(|note| Checkpoint::open(note, &key));
            let old = stamped.map(|checkpoint| checkpoint.size);
            let path = old.and_then(|old| self.tree.consistency(old, self.len()));
            let (Some(old), Some(path)) = (old, path) else {
                return Err(Error::StrangeStamp);
            };
            let mut text = format!("zhenxin-evidence-consistency/1\nold {old}\nnew {}\n", self.len());
            for hash in path {
                let _ = writeln!(text, "{}", STANDARD.encode(hash));
            }
            let stem = format!("timestamps/{:09}", stamp.number);
            bag.tag(&format!("{stem}.note"), &note)?;
            bag.tag(&format!("{stem}.tsr"), &stamp.reply)?;
            bag.tag(&format!("{stem}.pem"), &stamp.authority)?;
            bag.tag(&format!("{stem}.consistency"), text.as_bytes())?;
        }
        Ok(())
    }

    fn export_keys(&self, bag: &mut Bag<'_>) -> Result<(), Error> {
        let public = self.public();
        bag.tag("keys/log.pub.pem", pem(&self.keys.log.verifying_key()).as_bytes())?;
        bag.tag("keys/log.pub", format!("{}\n", public.log).as_bytes())?;
        bag.tag("keys/holder.pub", format!("{}\n", public.holder).as_bytes())?;
        let allowed = format!("holder namespaces=\"{NAMESPACE}\" {}\n", public.holder);
        bag.tag("keys/allowed_signers", allowed.as_bytes())
    }

    fn export_instructions(&self, bag: &mut Bag<'_>) -> Result<(), Error> {
        let public = self.public();
        let print = |key: &str| fingerprint(key).unwrap_or_default();
        let (holder, log) = (print(&public.holder), print(&public.log));
        let fill = |text: &str| text.replace("{holder}", &holder).replace("{log}", &log);
        bag.tag("VERIFY.zh.txt", fill(include_str!("export/VERIFY.zh.txt")).as_bytes())?;
        bag.tag("VERIFY.en.txt", fill(include_str!("export/VERIFY.en.txt")).as_bytes())?;
        bag.tag("verify.sh", include_bytes!("export/verify.sh"))?;
        bag.tag("verify.ps1", include_bytes!("export/verify.ps1"))
    }
}

fn bag_info(bag: &Bag<'_>, selection: &Selection, now: Moment) -> String {
    let variant = match selection.variant {
        Variant::Full => "full",
        Variant::Masked => "masked",
    };
    let date = now.to_text();
    let date = date.get(..10).unwrap_or_default();
    let oxum = bag.oxum();
    let numbers = ranges(&selection.numbers);
    format!(
        "Bagging-Date: {date}\nPayload-Oxum: {oxum}\nEvidence-Format: 1\nEvidence-Variant: {variant}\nEvidence-Numbers: {numbers}\n"
    )
}

/// Returns `1-3 7`.
fn ranges(numbers: &BTreeSet<u64>) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let runs = runs.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") });
    runs.collect::<Vec<_>>().join(" ")
}

/// What the masked variant shows of a record: kind, time, masked source and text. Of other content it says that it is
/// left out, of a long text that it is cut. What is damaged is refused, though it be left out.
fn masked_text(mut kept: Kept<'_>, words: &[String]) -> Result<String, Error> {
    let record = kept.record;
    let mut text = format!("{}\n{}\n", record.seq, record.at);
    if let Ok(kind) = serde_json::to_value(record.kind) {
        let _ = writeln!(text, "{}", kind.as_str().unwrap_or_default());
    }
    for (key, value) in &record.source {
        let _ = writeln!(text, "{key}: {}", mask(value, words));
    }
    for time in &record.times {
        let _ = writeln!(text, "{} {} ({})", time.value, time.offset, time.source);
    }
    let remark = record.text.as_deref().unwrap_or_default();
    let Some(about) = record.content.as_ref() else {
        let _ = writeln!(text, "\n{}", mask(remark, words));
        return Ok(text);
    };
    let is_cut = about.size > LARGEST_MASKED as u64;
    // Pages may hold pictures and spell their characters otherwise.
    let most = if about.mime == "text/plain" { LARGEST_MASKED } else { 0 };
    let damaged = || Error::at(format!("record {}", record.seq))(std::io::ErrorKind::InvalidData.into());
    let bytes = kept.checked(most).ok_or_else(damaged)?;
    let Some(plain) = maskable(&bytes, is_cut).filter(|_| about.mime == "text/plain") else {
        let _ = writeln!(text, "\n{}", mask(remark, words));
        let _ = writeln!(text, "[{}: 内容不在遮盖版中 / content left out of the masked variant]", about.mime);
        return Ok(text);
    };
    let whole = format!("{remark}{plain}");
    if is_cut {
        let shown = mask_cut(&whole, words);
        let _ = writeln!(text, "\n{shown}\n[只有开头，全文 {0} 字节 / the beginning only, of {0} bytes]", about.size);
    } else {
        let _ = writeln!(text, "\n{}", mask(&whole, words));
    }
    Ok(text)
}

/// Returns where the full variant has the content of a record.
pub fn original_path(number: u64, mime: &str) -> String {
    format!("data/originals/{number:09}.{}", ending(mime))
}

/// An ASCII file ending for a media type.
fn ending(mime: &str) -> &'static str {
    match mime {
        "text/plain" => "txt",
        "text/html" => "html",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/heic" => "heic",
        "application/pdf" => "pdf",
        "application/json" => "json",
        "application/xml" => "xml",
        "application/zip" => "zip",
        "application/timestamp-reply" => "tsr",
        "application/x-pem-file" => "pem",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_ranges() {
        assert_eq!(ranges(&BTreeSet::from([1, 2, 3, 7, 9, 10])), "1-3 7 9-10");
        assert_eq!(ranges(&BTreeSet::new()), "");
    }
}
