//! What was found, in the words of the format: each says what it shows and what it does not. Never "genuine".

use std::fmt::Write as _;

/// Languages of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything holds, and something from outside fits.
    Held,
    /// Something does not hold.
    Broken,
    /// It is no export that can be read.
    Unreadable,
    /// Nothing is broken, but the package alone proves no more.
    Alone,
}

impl Outcome {
    /// Returns the exit code of the contract.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Held => 0,
            Self::Broken => 1,
            Self::Unreadable => 2,
            Self::Alone => 3,
        }
    }
}

/// Which check a finding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Not an export at all.
    Format,
    /// The bag and its lists.
    Bag,
    /// The SM3 list.
    Sm3,
    /// The holder's signature.
    Signature,
    /// The log's signature.
    Checkpoint,
    /// A record or its bytes.
    Record,
    /// A proof.
    Proof,
    /// A time-stamp.
    Stamp,
    /// The fingerprint or authority that was given.
    Outside,
}

impl Part {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Format => ("格式", "format"),
            Self::Bag => ("文件清单", "lists"),
            Self::Sm3 => ("SM3 清单", "SM3 list"),
            Self::Signature => ("持有人签名", "holder's signature"),
            Self::Checkpoint => ("日志签名", "log's signature"),
            Self::Record => ("记录与原件", "record"),
            Self::Proof => ("日志证明", "proof"),
            Self::Stamp => ("时间戳", "time-stamp"),
            Self::Outside => ("外部依据", "what you gave"),
        }
    }
}

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check.
    pub part: Part,
    /// Which file.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

/// A time-stamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Seconds since 1970 UTC.
    pub unix_seconds: u64,
    /// Records below this number are covered.
    pub below: u64,
    /// Who signed.
    pub signer: String,
    /// Whether that rests on an authority that the checker named.
    pub is_named: bool,
}

/// The result of a check.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What does not hold.
    pub findings: Vec<Finding>,
    /// What should be said though nothing is broken.
    pub warnings: Vec<String>,
    /// The records that were exported.
    pub numbers: Vec<u64>,
    /// The holder's fingerprint.
    pub holder: String,
    /// The log's fingerprint.
    pub log: String,
    /// Time-stamps that hold.
    pub anchors: Vec<Anchor>,
    /// Whether it is the masked variant.
    pub is_masked: bool,
    /// Whether a fingerprint was given and fits.
    pub is_holder_known: bool,
    /// Whether there are pictures and no message as data.
    pub has_only_pictures: bool,
}

impl Report {
    pub(crate) fn find(&mut self, part: Part, path: &str, what: &str) {
        self.findings.push(Finding { part, path: path.to_owned(), what: what.to_owned() });
    }

    /// Returns how the check ended.
    pub fn outcome(&self) -> Outcome {
        if self.findings.iter().any(|finding| finding.part == Part::Format) {
            Outcome::Unreadable
        } else if !self.findings.is_empty() {
            Outcome::Broken
        } else if !self.is_masked && (self.is_holder_known || self.anchors.iter().any(|anchor| self.is_covered(anchor)))
        {
            Outcome::Held
        } else {
            Outcome::Alone
        }
    }

    /// Returns whether an anchor of a named authority covers every record that was exported.
    fn is_covered(&self, anchor: &Anchor) -> bool {
        anchor.is_named && self.numbers.iter().all(|&number| number < anchor.below)
    }

    /// Returns the report for people, one statement a line.
    pub fn to_text(&self, language: Language) -> String {
        let mut out = Lines { text: String::new(), language };
        match self.outcome() {
            Outcome::Unreadable => out.say("无法核对", "unreadable"),
            Outcome::Broken => out.say(
                "不完整：有内容被改动、缺失或与您给出的依据不符",
                "BROKEN: something was changed, is missing or does not fit what you gave",
            ),
            Outcome::Held | Outcome::Alone => self.say_what_holds(&mut out),
        }
        for finding in &self.findings {
            let (zh, en) = finding.part.name();
            let (path, what) = (harmless(&finding.path), &finding.what);
            out.say(&format!("  {zh}：{path}：{what}"), &format!("  {en}: {path}: {what}"));
        }
        for warning in &self.warnings {
            let warning = harmless(warning);
            out.say(&format!("  注意：{warning}"), &format!("  note: {warning}"));
        }
        out.text
    }

    fn say_what_holds(&self, out: &mut Lines) {
        let (count, holder, log) = (self.numbers.len(), &self.holder, &self.log);
        if self.is_masked {
            out.say(
                &format!("遮盖版：{count} 条记录在签名的日志中；不含原件，不能说明遮盖后的文字与原件一致"),
                &format!("masked: {count} records are in the signed log; without originals the texts are not shown to be theirs"),
            );
        } else {
            out.say(
                &format!("完整：{count} 条记录和原件与清单、签名、日志全部相符；不能排除整份被重做"),
                &format!("complete: {count} records and their originals fit lists, signatures and log; this does not exclude that all was made anew"),
            );
        }
        let known = if self.is_holder_known {
            ("与您给出的指纹相同", "the fingerprint that you gave")
        } else {
            ("是谁的钥匙，请用别的途径核对指纹", "whose key it is, compare by another route")
        };
        out.say(
            &format!("签名有效（指纹 {holder}；日志 {log}）：{}", known.0),
            &format!("signed (fingerprint {holder}; log {log}): {}", known.1),
        );
        for anchor in &self.anchors {
            let (time, below, signer) = (utc(anchor.unix_seconds), anchor.below, harmless(&anchor.signer));
            if anchor.is_named {
                out.say(
                    &format!("时间已锚定 ≤ {time}（编号小于 {below} 的记录，{signer}）：不说明在此之前何时形成，也不说明内容属实"),
                    &format!("time anchored ≤ {time} (records below {below}, {signer}): not when before that, nor that it is true"),
                );
            } else {
                out.say(
                    &format!("有时间戳 {time}（编号小于 {below} 的记录，{signer}），但您没有指定信任的机构，尚不能算时间已锚定"),
                    &format!("stamped {time} (records below {below}, {signer}), by an authority that you have not named: not yet an anchor"),
                );
            }
        }
        if self.anchors.is_empty() {
            out.say("没有时间戳：电脑时钟可以随意设置", "no time-stamp: a computer's clock can be set at will");
        }
        out.say(
            "来源未证实：号码可以伪造，任何电脑都看不出是谁发的；请保留手机和原短信",
            "source not proved: numbers can be forged, no computer can see who sent it; keep the phone and the messages",
        );
        if self.has_only_pictures {
            out.say(
                "仅有截图：没有短信数据，单独作为证据较弱，请尽量补充原短信或运营商记录",
                "screenshots only: no message as data, weak by itself; add the message or the carrier's records",
            );
        }
    }
}

struct Lines {
    text: String,
    language: Language,
}

impl Lines {
    fn say(&mut self, zh: &str, en: &str) {
        let line = match self.language {
            Language::Chinese => zh,
            Language::English => en,
        };
        let _ = writeln!(self.text, "{line}");
    }
}

/// Text from a package without what could steer a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c) { '?' } else { c }).collect()
}

/// `2026-05-06T13:10:00Z`; the days are counted after Howard Hinnant's `civil_from_days`.
fn utc(unix_seconds: u64) -> String {
    let (days, seconds) = (unix_seconds / 86_400 + 719_468, unix_seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_written_as_utc() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_675_209_600), "2023-02-01T00:00:00Z");
    }
}
