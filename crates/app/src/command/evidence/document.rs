//! Documents for people: 证据目录, 制作说明, 电子数据清单, the messages one after the other, and the recovery sheet. They are
//! made from what is kept, never from what was typed again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use evidence::{ClaimedTime, Error, Kept, Kind, Meaning, Record, Store, mask};
use print::{Block, Document};

use crate::failure::Failure;

mod thread;

/// The start of a text that the lists show, in characters; so many bytes of it are read.
const OPENING: usize = 60;
const OPENING_BYTES: usize = 4096;

/// What the papers say of the chosen records. Texts and pictures are read again when they are printed, so that they are
/// never held all at once.
pub struct Shown {
    items: Vec<Item>,
    /// Remarks about shown records.
    remarks: Vec<Record>,
    /// What was derived from shown records.
    derived: Vec<Record>,
    /// Set in the masked variant: words to cover besides numbers.
    covered: Option<Vec<String>>,
}

/// Something that was handed in, or that was chosen without what it was derived from.
struct Item {
    record: Record,
    /// How its text begins; empty when it is none.
    opening: String,
}

impl Shown {
    /// Reads what is to be shown of the chosen records; `covered` masks it, with these words besides numbers.
    ///
    /// # Errors
    /// Also when a text is not as it was kept: nothing damaged leaves as evidence.
    pub fn gather(store: &Store, is_chosen: &dyn Fn(u64) -> bool, covered: Option<Vec<String>>) -> Result<Self, Error> {
        let mut shown = Self { items: Vec::new(), remarks: Vec::new(), derived: Vec::new(), covered };
        store.visit(is_chosen, &mut |mut kept| {
            let record = kept.record.clone();
            match record.kind {
                Kind::Original => {
                    let is_text = mime(&record) == "text/plain";
                    let bytes = if is_text { checked(&mut kept, OPENING_BYTES)? } else { Vec::new() };
                    let is_cut = record.content.as_ref().is_some_and(|content| content.size > bytes.len() as u64);
                    // Masked before it is cut: a number across the end of the opening is seen whole.
                    let opening = match (&shown.covered, evidence::maskable(&bytes, is_cut)) {
                        (Some(_), None) => String::new(),
                        (_, Some(text)) => shown.masked(text),
                        (None, None) => String::from_utf8_lossy(&bytes).into_owned(),
                    };
                    let opening = opening.chars().take(OPENING).collect();
                    shown.items.push(Item { record: shown.without_names(record), opening });
                }
                Kind::Note | Kind::Correct => {
                    let text = record.text.as_ref().map(|text| shown.masked(text));
                    shown.remarks.push(Record { text, ..record });
                }
                Kind::Derived => shown.derived.push(shown.without_names(record)),
                _ => {}
            }
            Ok(())
        })?;
        shown.show_orphans();
        Ok(shown)
    }

    /// What was chosen without what it was derived from stands for itself.
    fn show_orphans(&mut self) {
        let chosen: BTreeSet<u64> = self.items.iter().map(|item| item.record.seq).collect();
        let has_parent = |record: &Record| record.about.first().is_some_and(|about| chosen.contains(about));
        let (derived, orphans) = std::mem::take(&mut self.derived).into_iter().partition(has_parent);
        self.derived = derived;
        self.items.extend(Vec::into_iter(orphans).map(|record| Item { record, opening: String::new() }));
        self.items.sort_by_key(|item| item.record.seq);
    }

    /// The text as this variant shows it.
    fn masked(&self, text: &str) -> String {
        self.covered.as_ref().map_or_else(|| text.to_owned(), |words| mask(text, words))
    }

    /// The record as this variant shows it.
    fn without_names(&self, mut record: Record) -> Record {
        if let Some(words) = &self.covered {
            record.actor = mask(&record.actor, words);
            record.source.values_mut().for_each(|value| *value = mask(value, words));
        }
        record
    }

    /// 证据目录, with the columns of 民事证据规定 art. 19.
    pub fn evidence_list(&self, purpose: &str, footer: &str) -> Document {
        let rows = self.items.iter().map(|Item { record, opening }| {
            let content = match kind_name(record).as_str() {
                _ if !opening.is_empty() => opening.clone(),
                "图片或截图" if self.covered.is_none() => "见《短信与材料原文》中的图片".to_owned(),
                _ => "见原件".to_owned(),
            };
            vec![record.seq.to_string(), kind_name(record), whence(record), purpose.to_owned(), content, "1".to_owned()]
        });
        let head = ["编号", "名称", "来源", "证明对象", "内容", "份数"];
        Document {
            title: "证据目录".to_owned(),
            footer: footer.to_owned(),
            blocks: vec![
                Block::Table { head: strings(&head), widths: vec![8, 14, 24, 20, 34, 8], rows: rows.collect() },
                Block::Text("提交人（签名）：\n\n提交日期：        年    月    日\n\n对方当事人人数：        （按人数提供副本）".to_owned()),
                Block::Text("依据：最高人民法院《关于民事诉讼证据的若干规定》（2019）第十九条。".to_owned()),
            ],
        }
    }

    /// 制作说明: from where, how, with what, and what it does not show.
    pub fn statement(&self, (holder, size): (&str, u64), footer: &str) -> Document {
        let mut blocks = vec![
            Block::Heading("一、制作方法".to_owned()),
            Block::Text(format!(
                "以下电子数据由保管人存入只能追加的证据库：先保存原始字节并计算 SHA-256 与 SM3，再作记录；记录前后相接，并列入带签名的日志（共 {size} 条）。任何一条都没有修改或删除；补充、更正和隐藏均另作记录。本导出中的打印件由保存的字节直接输出，未经重新录入。"
            )),
            Block::Heading("二、来源".to_owned()),
        ];
        let rows = self.items.iter().map(|Item { record, .. }| {
            let of = |key: &str| record.source.get(key).cloned().unwrap_or_else(|| "未说明".to_owned());
            vec![
                record.seq.to_string(),
                of("device"),
                of("route"),
                record.at.clone(),
                record.actor.clone(),
                record.tool.clone(),
            ]
        });
        let head = ["编号", "原始载体", "取得方式", "存入时间（电脑时钟）", "操作人", "程序"];
        blocks.push(Block::Table { head: strings(&head), widths: vec![8, 18, 18, 30, 12, 14], rows: rows.collect() });
        blocks.extend([
            Block::Heading("三、核对".to_owned()),
            Block::Text(format!("持有人钥匙指纹：{holder}\n核对方法见本导出中的 VERIFY.zh.txt，使用系统自带工具即可，不必信任制作程序。")),
            Block::Heading("四、不能说明的".to_owned()),
            Block::Text("本说明不证明短信由显示的号码实际发出，也不证明内容属实；电脑时钟可以设置，只有时间戳机构签发的时间可以核对。原始载体（手机）由保管人继续保留，可当面核对。".to_owned()),
            Block::Text("制作人（签名）：\n\n日期：        年    月    日".to_owned()),
            Block::Text("依据：《关于民事诉讼证据的若干规定》（2019）第十五条、第二十三条、第九十三条。".to_owned()),
        ]);
        Document { title: "制作说明".to_owned(), footer: footer.to_owned(), blocks }
    }

    /// 电子数据清单, with the columns of 法发〔2016〕22号.
    pub fn police_list(&self, footer: &str) -> Document {
        let rows = self.items.iter().filter_map(|Item { record, .. }| {
            let content = record.content.as_ref()?;
            let sums = format!("SHA-256 {}\nSM3 {}", content.sha256, content.sm3);
            let size = format!("{} 字节", content.size);
            Some(vec![record.seq.to_string(), kind_name(record), content.mime.clone(), size, sums, whence(record)])
        });
        let head = ["编号", "类别", "文件格式", "大小", "完整性校验值", "来源"];
        Document {
            title: "电子数据清单".to_owned(),
            footer: footer.to_owned(),
            blocks: vec![
                Block::Table { head: strings(&head), widths: vec![8, 12, 14, 12, 40, 20], rows: rows.collect() },
                Block::Text("提供人（签名）：\n\n日期：        年    月    日".to_owned()),
                Block::Text("依据：最高人民法院、最高人民检察院、公安部法发〔2016〕22号第五条、第十四条。".to_owned()),
            ],
        }
    }
}

/// The sheet to print and keep.
pub fn recovery_sheet(key: &str, holder: &str) -> Document {
    let mut grouped = String::new();
    for (at, character) in key.chars().enumerate() {
        if at > 0 && at % 5 == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    Document {
        title: "证据库恢复单".to_owned(),
        footer: "请打印后妥善保管；不要拍照，不要存在手机或电脑里。".to_owned(),
        blocks: vec![
            Block::Text("电脑或手机坏了、钥匙丢了，用这张纸可以打开证据库。谁拿到它，谁就能看到全部内容。".to_owned()),
            Block::Heading("恢复密钥（空格可有可无）".to_owned()),
            Block::Text(grouped),
            Block::Qr(key.to_owned()),
            Block::Text("使用方法：zhenxin evidence --store 证据库目录 recover，然后输入上面的密钥。".to_owned()),
            Block::Heading("持有人钥匙指纹".to_owned()),
            Block::Text(format!("{holder}\n\n报案、起诉或公证时请把指纹报给对方记下：以后可以证明是同一把钥匙。")),
        ],
    }
}

/// What the kept bytes of a record seem to be.
fn mime(record: &Record) -> &str {
    record.content.as_ref().map_or("", |content| content.mime.as_str())
}

/// The first `most` of the kept bytes, all of which were held against the record.
fn checked(kept: &mut Kept<'_>, most: usize) -> Result<Vec<u8>, Error> {
    kept.checked(most).ok_or_else(|| Error::Disk {
        path: format!("record {}", kept.record.seq),
        source: std::io::ErrorKind::InvalidData.into(),
    })
}

/// What kind of thing a record is, in Chinese.
pub fn kind_name(record: &Record) -> String {
    let kind = record.source.get("type").map_or("", String::as_str);
    let name = match record.kind {
        Kind::Original if kind == "message" => "手机短信",
        Kind::Original if kind == "picture" => "图片或截图",
        Kind::Original => "电子文件",
        Kind::Derived => "派生",
        Kind::Key => "钥匙",
        Kind::Custody => "保管",
        Kind::Stamp => "时间戳",
        Kind::Clock => "时钟",
        Kind::Note => "备注",
        Kind::Correct => "更正",
        Kind::Hide => "隐藏",
        Kind::Show => "恢复显示",
    };
    name.to_owned()
}

fn whence(record: &Record) -> String {
    let named = [("sender", "显示的发送号码 "), ("recipient", "接收号码 "), ("sim", "SIM "), ("name", "文件 ")];
    let parts: Vec<String> =
        named.iter().filter_map(|(key, label)| Some(format!("{label}{}", record.source.get(*key)?))).collect();
    if parts.is_empty() { "未说明".to_owned() } else { parts.join("，") }
}

/// Returns a claimed time, with what it means and who claims it.
pub fn time(time: &ClaimedTime) -> String {
    let meaning = match time.meaning {
        Meaning::Received => "收到",
        Meaning::Sent => "发出",
        Meaning::ServiceCentre => "短信中心",
        Meaning::Taken => "拍摄",
        Meaning::FileModified => "文件修改",
        Meaning::Exported => "导出",
        Meaning::Stamped => "时间戳",
    };
    let offset = if time.offset == "unknown" { "（时区不明）" } else { &time.offset };
    format!("{meaning} {}{offset}（{}）", time.value, time.source)
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

/// Returns a document as plain text.
pub fn plain(document: &Document) -> String {
    let mut text = format!("{}\n", document.title);
    for block in &document.blocks {
        let _ = match block {
            Block::Heading(words) => writeln!(text, "\n【{words}】"),
            Block::Text(words) | Block::Paragraph(words) | Block::Right(words) => writeln!(text, "{words}"),
            Block::List(items) => items.iter().try_for_each(|(label, words)| writeln!(text, "{label} {words}")),
            Block::Quote { about, text: words } => writeln!(text, "\n{about}\n  {}", words.replace('\n', "\n  ")),
            Block::Table { head, rows, .. } => {
                let _ = writeln!(text, "{}", head.join(" | "));
                rows.iter().try_for_each(|row| writeln!(text, "{}", row.join(" | ").replace('\n', " ")))
            }
            Block::Aside { about, text: words } => {
                writeln!(text, "  {about}\n  {}", words.replace('\n', "\n  "))
            }
            Block::Picture { about, picture } => {
                writeln!(text, "\n{about}\n  [图片 {} × {}]", picture.width(), picture.height())
            }
            Block::Qr(code) => writeln!(text, "{}", print::qr_text(code).unwrap_or_default()),
        };
    }
    text.push_str(&document.footer);
    text
}

/// Returns a document in the form that a file name asks for.
pub fn file(path: &Path, document: &Document) -> Result<Vec<u8>, Failure> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("pdf") => Ok(print::to_pdf(document).map_err(anyhow::Error::new)?),
        Some("html") => Ok(print::to_html(document).into_bytes()),
        Some("txt") => Ok(plain(document).into_bytes()),
        _ => Err(Failure::input(
            format!("{} 的结尾应为 .pdf、.html 或 .txt。", path.display()),
            format!("{} should end in .pdf, .html or .txt", path.display()),
        )),
    }
}
