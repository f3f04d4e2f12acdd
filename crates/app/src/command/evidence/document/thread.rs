//! 短信与材料原文: texts and pictures one after the other as they are kept, with what was read in a picture, in volumes so
//! that memory stays small. What is not printed is said.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use evidence::{Error, Kept, Kind, Record, Store, original_path};
use print::{Block, Document, MOST_PICTURE_BYTES, Picture, Unshowable};
use reader::{Direction, Page};

use super::{Item, Shown, checked, kind_name, mime, time, whence};

/// The longest text that is printed, in bytes; no message is longer.
const LONGEST_TEXT: usize = 1 << 20;
/// The most characters that are printed of one text, lines and codes of strange characters counted.
const MOST_PRINTED: usize = 1 << 20;
/// The longest reading of a picture that is printed, in bytes.
const LONGEST_READING: usize = 4 << 20;
/// What one volume may weigh, in bytes of text, and of pictures as they are printed.
const MOST_TEXT: u64 = 2 << 20;
const MOST_PICTURES: u64 = 24 << 20;
/// What a record weighs besides its content: its heading.
const HEADING: u64 = 300;
/// What a picture weighs at most, since it is made smaller.
const HEAVIEST_PICTURE: u64 = 3 << 20;

impl Shown {
    /// Returns the volumes: ranges of what is shown.
    pub fn volumes(&self) -> Vec<Range<usize>> {
        let mut beside: BTreeMap<u64, u64> = BTreeMap::new();
        for record in &self.derived {
            let size = record.content.as_ref().map_or(0, |content| content.size.min(LONGEST_TEXT as u64));
            let weight = beside.entry(record.about.first().copied().unwrap_or_default()).or_default();
            *weight = weight.saturating_add(HEADING + size);
        }
        let mut volumes = Vec::new();
        let (mut from, mut text, mut pictures) = (0, 0, 0);
        for (at, item) in self.items.iter().enumerate() {
            let (own_text, more_pictures) = weight(&item.record);
            let more_text = own_text + beside.get(&item.record.seq).copied().unwrap_or(0);
            let is_full = text + more_text > MOST_TEXT || pictures + more_pictures > MOST_PICTURES;
            if is_full && at > from {
                volumes.push(from..at);
                (from, text, pictures) = (at, 0, 0);
            }
            (text, pictures) = (text + more_text, pictures + more_pictures);
        }
        volumes.push(from..self.items.len());
        volumes
    }

    /// Returns one volume of several.
    ///
    /// # Errors
    /// Those of reading; also when something is not as it was kept.
    pub fn thread(&self, store: &Store, volumes: &[Range<usize>], at: usize, footer: &str) -> Result<Document, Error> {
        let items = volumes.get(at).and_then(|range| self.items.get(range.clone())).unwrap_or_default();
        let mut beside = self.beside(store, items)?;
        let mut shown = items.iter();
        let mut blocks = Vec::new();
        let numbers: Vec<u64> = items.iter().map(|item| item.record.seq).collect();
        store.visit(&|number| numbers.binary_search(&number).is_ok(), &mut |mut kept| {
            // They come in the order of their numbers, which is that of the items.
            let Some(Item { record, .. }) = shown.next() else { return Ok(()) };
            self.item(record, &mut kept, &mut blocks)?;
            blocks.extend(beside.remove(&record.seq).unwrap_or_default());
            // Also about what was derived from it: a reading is not shown without its correction.
            let derived = self.derived.iter().filter(|derived| derived.about.first() == Some(&record.seq));
            let shown_here: Vec<u64> = derived.map(|derived| derived.seq).chain([record.seq]).collect();
            let is_here = |remark: &&Record| remark.about.iter().any(|about| shown_here.contains(about));
            for remark in self.remarks.iter().filter(is_here) {
                let text = remark.text.as_deref().unwrap_or_default();
                let about = format!("第 {} 号  {}  {}", remark.seq, kind_name(remark), remark.at);
                blocks.push(Block::Aside { about, text: text.to_owned() });
            }
            Ok(())
        })?;
        let volume = if volumes.len() > 1 {
            format!("（第 {} 卷，共 {} 卷）", at + 1, volumes.len())
        } else {
            String::new()
        };
        Ok(Document { title: format!("短信与材料原文{volume}"), footer: footer.to_owned(), blocks })
    }

    fn item(&self, record: &Record, kept: &mut Kept<'_>, blocks: &mut Vec<Block>) -> Result<(), Error> {
        if record.kind == Kind::Derived {
            let parent = record.about.first().copied().unwrap_or_default();
            let said = format!("〔第 {} 号由第 {parent} 号得出，第 {parent} 号不在本导出中。〕", record.seq);
            blocks.push(note(said));
            let bytes = checked(kept, LONGEST_READING)?;
            blocks.extend(self.derived(record, &kept.record.source, &bytes));
            return Ok(());
        }
        let about = self.about(record);
        let path = original_path(record.seq, mime(record));
        match mime(record) {
            "text/plain" => self.text(record, kept, about, blocks)?,
            kind if kind.starts_with("image/") && self.covered.is_some() => {
                blocks.push(Block::Quote {
                    about, text: "（图片不在遮盖版中：图片会露出被遮盖的内容。）".to_owned()
                });
            }
            kind if kind.starts_with("image/") => match Picture::read(&checked(kept, MOST_PICTURE_BYTES + 1)?) {
                Ok(picture) => {
                    let cut = if picture.is_cut() { "；文件不完整，只印出解得开的部分" } else { "" };
                    let about = format!("{about}\n由保存的字节解码，缩放到纸面{cut}；原图 {path}");
                    blocks.push(Block::Picture { about, picture });
                }
                Err(reason) => {
                    let text = format!("（这张图片无法打印：{}。保存的字节没有改动，见 {path}。）", said(&reason));
                    blocks.push(Block::Quote { about, text });
                }
            },
            _ if self.covered.is_some() => {
                blocks.push(Block::Quote { about, text: "（文件不在遮盖版中。）".to_owned() });
            }
            _ => blocks.push(Block::Quote { about, text: format!("（文件，没有打印，见 {path}。）") }),
        }
        Ok(())
    }

    /// What stands above a thing: number, origin, times, digests. A digest of a short text lets a reader guess what is
    /// covered.
    fn about(&self, record: &Record) -> String {
        let times: Vec<String> = record.times.iter().map(time).collect();
        let mut about = format!("第 {} 号  {}  {}", record.seq, kind_name(record), whence(record));
        if !times.is_empty() {
            about.push('\n');
            about.push_str(&times.join("；"));
        }
        if let Some(content) = record.content.as_ref().filter(|_| self.covered.is_none()) {
            let _ = write!(about, "\nSHA-256 {}\nSM3 {}", content.sha256, content.sm3);
        }
        about
    }

    fn text(&self, record: &Record, kept: &mut Kept<'_>, about: String, blocks: &mut Vec<Block>) -> Result<(), Error> {
        let bytes = checked(kept, LONGEST_TEXT)?;
        let size = record.content.as_ref().map_or(0, |content| content.size);
        let is_cut = size > bytes.len() as u64;
        if let Some(words) = &self.covered {
            let Some(text) = evidence::maskable(&bytes, is_cut) else {
                let text = "（不是 UTF-8 文字，看不出要遮盖什么，不在遮盖版中。）".to_owned();
                blocks.push(Block::Quote { about, text });
                return Ok(());
            };
            let text = if is_cut { evidence::mask_cut(text, words) } else { evidence::mask(text, words) };
            let printed = print::fitting(&text, MOST_PRINTED);
            let is_cut = is_cut || printed.len() < text.len();
            blocks.push(Block::Quote { about, text: printed.to_owned() });
            if is_cut {
                blocks
                    .push(note(format!("〔以上是第 {} 号的开头，全文 {size} 字节；其余不在遮盖版中。〕", record.seq)));
            }
            return Ok(());
        }
        let text = evidence::text_of(&bytes, is_cut);
        let is_whole_utf8 = text.is_some();
        let text = text.map_or_else(|| String::from_utf8_lossy(&bytes).into_owned(), str::to_owned);
        let printed = print::fitting(&text, MOST_PRINTED);
        let is_cut = is_cut || printed.len() < text.len();
        blocks.push(Block::Quote { about, text: printed.to_owned() });
        if is_cut {
            // Of bytes that are no text nobody can say how many are printed.
            let part = if is_whole_utf8 { format!("前 {} 字节", printed.len()) } else { "开头".to_owned() };
            blocks.push(note(format!(
                "〔以上是第 {} 号的{part}，全文 {size} 字节；其余没有打印，全部字节见 {}，校验值如上。〕",
                record.seq,
                original_path(record.seq, mime(record))
            )));
        }
        if !is_whole_utf8 {
            blocks.push(note(format!("〔第 {} 号中有不是 UTF-8 文字的字节，打印为 [U+FFFD]。〕", record.seq)));
        }
        Ok(())
    }

    /// What was derived from these, printed, by the number of what it was derived from.
    fn beside(&self, store: &Store, items: &[Item]) -> Result<BTreeMap<u64, Vec<Block>>, Error> {
        let parents: Vec<u64> = items.iter().map(|item| item.record.seq).collect();
        let of = |record: &Record| record.about.first().copied().filter(|about| parents.binary_search(about).is_ok());
        let derived: BTreeMap<u64, &Record> =
            self.derived.iter().filter(|record| of(record).is_some()).map(|record| (record.seq, record)).collect();
        let mut beside: BTreeMap<u64, Vec<Block>> = BTreeMap::new();
        store.visit(&|number| derived.contains_key(&number), &mut |mut kept| {
            let Some(record) = derived.get(&kept.record.seq) else { return Ok(()) };
            let Some(parent) = of(record) else { return Ok(()) };
            let bytes = checked(&mut kept, LONGEST_READING)?;
            beside.entry(parent).or_default().extend(self.derived(record, &kept.record.source, &bytes));
            Ok(())
        })?;
        Ok(beside)
    }

    /// Something derived; `plain` is its source as kept.
    fn derived(&self, record: &Record, plain: &BTreeMap<String, String>, bytes: &[u8]) -> Vec<Block> {
        let of = |key: &str| record.source.get(key).map_or("", String::as_str);
        let number = record.seq;
        match plain.get("type").map_or("", String::as_str) {
            "picture-text" => match serde_json::from_slice::<Page>(bytes) {
                Ok(page) => self.reading(number, of("model"), &page),
                Err(_) => vec![aside(format!("第 {number} 号  程序从上图读出的文字"), "（无法打印，见原件。）")],
            },
            "corrected-text" => {
                let about =
                    format!("第 {number} 号  对照图片更正的文字（图中第 {} 条），更正人 {}", of("message"), of("by"));
                vec![aside(about, &self.masked(&String::from_utf8_lossy(bytes)))]
            }
            "exif" => {
                let times: Vec<String> = record.times.iter().map(time).collect();
                let said = [of("camera"), of("software"), &times.join("；")].map(str::to_owned);
                let said: Vec<String> = said.into_iter().filter(|part| !part.is_empty()).collect();
                vec![aside(format!("第 {number} 号  图片自带的拍摄信息（EXIF，可以改动）"), &said.join("；"))]
            }
            _ => vec![aside(format!("第 {number} 号  由上面的材料得出：{}", of("type")), "")],
        }
    }

    /// What the program read in a picture, marked as that.
    fn reading(&self, number: u64, model: &str, page: &Page) -> Vec<Block> {
        let caution = if self.covered.is_some() {
            "读错的字可能没有遮盖，交出前请看一遍"
        } else {
            "可能有错，以图片为准"
        };
        let mut blocks = vec![aside(format!("第 {number} 号  程序从上图读出的文字（{model}），{caution}。"), "")];
        for (at, message) in (1..).zip(&page.messages) {
            let direction = match message.direction {
                Direction::Received => "收到",
                Direction::Sent => "发出",
            };
            let sender = message.sender.as_ref();
            let parts = [
                sender.and_then(|sender| sender.name.as_deref()),
                sender.and_then(|sender| sender.number.as_deref()),
                message.time.as_ref().map(|time| time.text.as_str()),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().map(|part| self.masked(part)).collect();
            let about = format!("程序读出：图中第 {at} 条  {direction}  {}", parts.join("  "));
            blocks.push(aside(about, &self.masked(&message.text)));
        }
        if !page.others.is_empty() {
            // A number may go on over the end of a line.
            let others: Vec<&str> = page.others.iter().map(|other| other.text.as_str()).collect();
            let others = self.masked(&others.join("\n")).replace('\n', "｜");
            blocks.push(aside("程序读出：图中其他文字".to_owned(), &others));
        }
        blocks
    }
}

fn aside(about: String, text: &str) -> Block {
    Block::Aside { about, text: text.to_owned() }
}

fn note(text: String) -> Block {
    Block::Aside { about: String::new(), text }
}

/// What printing a record costs: bytes of text, bytes of pictures.
fn weight(record: &Record) -> (u64, u64) {
    let size = record.content.as_ref().map_or(0, |content| content.size);
    match mime(record) {
        _ if record.kind == Kind::Derived => (HEADING + size.min(LONGEST_TEXT as u64), 0),
        "text/plain" => (HEADING + size.min(LONGEST_TEXT as u64), 0),
        "image/webp" => (HEADING, HEAVIEST_PICTURE),
        kind if kind.starts_with("image/") => (HEADING, size.min(HEAVIEST_PICTURE)),
        _ => (HEADING, 0),
    }
}

fn said(reason: &Unshowable) -> String {
    match reason {
        Unshowable::Unknown => "不是 PNG、JPEG 或 WebP 图片".to_owned(),
        Unshowable::TooManyBytes { limit } => format!("文件超过 {} MiB", limit >> 20),
        Unshowable::TooManyPixels { width, height } => format!("{width} × {height} 像素，太大"),
        _ => "图片已损坏".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use evidence::{Entropy, Entry, Folder, KeyRing, Kind, Moment, Origin, Store};
    use print::Block;

    use super::{LONGEST_TEXT, Shown};

    struct Counter(u64);

    impl Entropy for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = (self.0 >> 33) as u8;
            }
        }
    }

    const ORIGIN: Origin<'static> =
        Origin { actor: "user", tool: "test 1", now: Moment { unix_ms: 1_780_000_000_000, offset_minutes: 480 } };

    /// A store in a folder that goes away.
    struct Case {
        folder: PathBuf,
        store: Store,
    }

    impl Case {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("zhenxin-thread-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            let (keys, _) = KeyRing::generate(&mut Counter(1));
            let store = Store::create(Box::new(Folder::new(&folder)), keys, Box::new(Counter(2)), &ORIGIN).unwrap();
            Self { folder, store }
        }

        fn add(&mut self, mime: &str, bytes: &[u8]) -> u64 {
            self.store.commit(&ORIGIN, vec![Entry::original(mime, bytes)]).unwrap()[0]
        }

        fn derive(&mut self, about: Vec<u64>, source: &[(&str, &str)], (mime, bytes): (&str, &[u8])) -> u64 {
            let source = source.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let entry = Entry { kind: Kind::Derived, about, source, ..Entry::original(mime, bytes) };
            self.store.commit(&ORIGIN, vec![entry]).unwrap()[0]
        }

        /// The blocks of all volumes, volume by volume.
        fn volumes(&self, covered: Option<Vec<String>>) -> Vec<Vec<Block>> {
            let shown = Shown::gather(&self.store, &|_| true, covered).unwrap();
            let volumes = shown.volumes();
            (0..volumes.len()).map(|at| shown.thread(&self.store, &volumes, at, "").unwrap().blocks).collect()
        }
    }

    impl Drop for Case {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    fn texts(blocks: &[Block]) -> String {
        let texts = blocks.iter().map(|block| match block {
            Block::Quote { about, text } | Block::Aside { about, text } => format!("{about}\n{text}\n"),
            Block::Picture { about, .. } => format!("{about}\n[picture]\n"),
            _ => String::new(),
        });
        texts.collect()
    }

    /// A PNG of three by two white pixels.
    const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\0\0\0\0\xb8\x1f9\xc6\0\0\0\x0fIDATx\x9cc\xf8\xff\xff?\x03\x10\x03\0\x17\xf0\x05\xfb\x83\x94.C\0\0\0\0IEND\xaeB`\x82";

    fn reading() -> Vec<u8> {
        let rectangle = serde_json::json!({"x": 0, "y": 0, "width": 1, "height": 1});
        let page = serde_json::json!({
            "width": 3, "height": 2, "captured": null, "confidence": 1.0, "is_photo": false,
            "model": {"name": "m", "digest": ""},
            "messages": [{
                "sender": {"name": "张三", "number": "13800000000"}, "direction": "received", "time": null,
                "text": "张三请致电13800000000", "rectangle": rectangle, "lines": [], "doubts": [], "repairs": [],
            }],
            "others": [
                {"text": "联系张三 1380", "rectangle": rectangle, "role": "other"},
                {"text": "0000000", "rectangle": rectangle, "role": "other"},
            ],
        });
        page.to_string().into_bytes()
    }

    #[test]
    fn a_message_is_printed_whole_however_long() {
        let mut case = Case::new("whole");
        let text = "一".repeat(LONGEST_TEXT / 3);
        case.add("text/plain", text.as_bytes());
        let blocks = case.volumes(None).concat();
        assert!(matches!(&blocks[..], [Block::Quote { text: printed, .. }] if *printed == text));
    }

    #[test]
    fn of_a_longer_file_it_says_what_is_printed_and_where_the_rest_is() {
        let mut case = Case::new("longer");
        // The cut falls within a character.
        case.add("text/plain", "一".repeat(LONGEST_TEXT).as_bytes());
        let blocks = case.volumes(None).concat();
        let [Block::Quote { text, .. }, Block::Aside { text: told, .. }] = &blocks[..] else {
            panic!("a text and a note")
        };
        assert_eq!(text.chars().count(), LONGEST_TEXT / 3);
        assert!(
            told.contains("前 1048575 字节，全文 3145728 字节") && told.contains("data/originals/000000001.txt"),
            "{told}"
        );
    }

    #[test]
    fn of_endless_lines_and_of_noughts_only_so_many_are_printed() {
        let mut case = Case::new("lines");
        case.add("text/plain", "\n".repeat(1_000_000).as_bytes());
        case.add("text/plain", "\0".repeat(1_000_000).as_bytes());
        let blocks = case.volumes(None).concat();
        let [Block::Quote { text: lines, .. }, Block::Aside { text: told, .. }, Block::Quote { text: noughts, .. }, _] =
            &blocks[..]
        else {
            panic!("two texts with a note each")
        };
        assert!(lines.len() < 20_000 && noughts.len() < 150_000, "{} {}", lines.len(), noughts.len());
        assert!(told.contains("全文 1000000 字节"), "{told}");
        assert!(texts(&case.volumes(Some(Vec::new())).concat()).len() < 200_000);
    }

    #[test]
    fn what_is_chosen_without_what_it_was_derived_from_is_printed() {
        let mut case = Case::new("orphan");
        let picture = case.add("image/png", PICTURE);
        let read = case.derive(vec![picture], &[("type", "picture-text")], ("application/json", &reading()));
        case.store.commit(&ORIGIN, vec![Entry::remark(Kind::Note, vec![read], Some("备注一句".to_owned()))]).unwrap();
        let shown = Shown::gather(&case.store, &|number| number >= read, None).unwrap();
        let volumes = shown.volumes();
        let text = texts(&shown.thread(&case.store, &volumes, 0, "").unwrap().blocks);
        for words in ["第 2 号由第 1 号得出，第 1 号不在本导出中", "致电13800000000", "备注一句"]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told() {
        let mut case = Case::new("bytes");
        case.add("text/plain", b"\xc4\xe3\xba\xc3");
        assert!(texts(&case.volumes(None).concat()).contains("不是 UTF-8"));
    }

    #[test]
    fn a_picture_is_printed_with_what_was_read_in_it_marked_as_that() {
        let mut case = Case::new("picture");
        let picture = case.add("image/png", PICTURE);
        let read =
            case.derive(vec![picture], &[("type", "picture-text"), ("model", "m")], ("application/json", &reading()));
        let source = [("type", "corrected-text"), ("message", "1"), ("by", "user")];
        case.derive(vec![picture, read], &source, ("text/plain", "更正过的".as_bytes()));
        let blocks = case.volumes(None).concat();
        assert!(matches!(&blocks[0], Block::Picture { picture, .. } if (picture.width(), picture.height()) == (3, 2)));
        let text = texts(&blocks);
        for words in [
            "SHA-256",
            "第 2 号  程序从上图读出的文字（m）",
            "以图片为准",
            "致电13800000000",
            "第 3 号  对照图片更正的文字（图中第 1 条）",
            "更正过的",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(
            blocks[1..].iter().all(|block| matches!(block, Block::Aside { .. })),
            "none of it looks like an original"
        );
    }

    #[test]
    fn the_masked_thread_has_no_picture_and_masks_what_was_read() {
        let mut case = Case::new("masked");
        let picture = case.add("image/png", PICTURE);
        let read =
            case.derive(vec![picture], &[("type", "picture-text"), ("model", "m")], ("application/json", &reading()));
        let source = [("type", "corrected-text"), ("message", "1"), ("by", "user")];
        case.derive(vec![picture, read], &source, ("text/plain", "张三，13800000000".as_bytes()));
        let blocks = case.volumes(Some(vec!["张三".to_owned()])).concat();
        let text = texts(&blocks);
        assert!(!text.contains("[picture]") && text.contains("图片不在遮盖版中"), "{text}");
        assert!(!text.contains("张三") && !text.contains("1380") && !text.contains("SHA-256"), "{text}");
        assert!(text.contains("**请致电*********00") && text.contains("没有遮盖"), "{text}");
    }

    #[test]
    fn what_cannot_be_printed_costs_a_line_and_not_the_paper() {
        let mut case = Case::new("broken");
        case.add("image/png", &PICTURE[..40]);
        case.add("image/png", b"no picture");
        case.add("image/heic", b"....ftypheic");
        case.add("application/pdf", b"%PDF");
        let picture = case.add("image/png", PICTURE);
        case.derive(vec![picture], &[("type", "picture-text")], ("application/json", b"{}"));
        case.derive(vec![picture], &[("type", "something")], ("text/plain", b""));
        let text = texts(&case.volumes(None).concat());
        assert_eq!(text.matches("这张图片无法打印").count(), 3, "{text}");
        assert!(text.contains("（文件，没有打印，见 data/originals/000000004.pdf。）"), "{text}");
        assert!(text.contains("（无法打印，见原件。）") && text.contains("由上面的材料得出：something"), "{text}");
    }

    #[test]
    fn much_comes_in_volumes_and_nothing_is_left_out() {
        let mut case = Case::new("volumes");
        let text = "字".repeat(200_000);
        let expected: BTreeMap<u64, String> =
            (0..9).map(|n| format!("{n}{text}")).map(|text| (case.add("text/plain", text.as_bytes()), text)).collect();
        let volumes = case.volumes(None);
        assert!(volumes.len() > 1, "{}", volumes.len());
        let mut printed = volumes.iter().flatten().filter_map(|block| match block {
            Block::Quote { text, .. } => Some(text),
            _ => None,
        });
        assert!(expected.values().eq(printed.by_ref()));
        let weight = |blocks: &Vec<Block>| texts(blocks).len();
        assert!(volumes.iter().all(|blocks| weight(blocks) < 3 << 20));
    }

    #[test]
    fn damaged_bytes_are_not_printed() {
        let mut case = Case::new("damaged");
        case.add("text/plain", "一".as_bytes());
        let object = case.folder.join("objects/0000000002.age");
        let mut bytes = std::fs::read(&object).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&object, bytes).unwrap();
        assert!(Shown::gather(&case.store, &|_| true, None).is_err());
    }
}
