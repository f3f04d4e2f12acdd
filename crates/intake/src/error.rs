//! What can go wrong, with what to do about it, in Chinese and English.

/// What stops a whole source from being read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read: {0}")]
    Io(#[from] std::io::Error),
    /// Nothing known.
    #[error("unknown format")]
    UnknownFormat,
    /// A known format that holds no messages, or that this program does not read.
    #[error("not readable: {what}")]
    Unsupported {
        /// What it is.
        what: &'static str,
    },
    /// A database that is damaged or built to do harm.
    #[error("the database is damaged or unsafe: {what}")]
    Database {
        /// What is wrong.
        what: String,
    },
    /// An archive that is damaged or built to do harm.
    #[error("the archive is damaged or unsafe: {what}")]
    Archive {
        /// What is wrong.
        what: String,
    },
    /// A table without a column of texts.
    #[error("no column holds the text")]
    NoBodyColumn,
    /// Encrypted, and no password was given.
    #[error("a password is needed")]
    PasswordNeeded,
    /// Encrypted, and the password does not open it.
    #[error("the password is wrong")]
    PasswordWrong,
    /// Larger than what can be read as one piece.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The receiver wanted no more.
    #[error("stopped")]
    Stopped,
}

impl Error {
    /// Returns what happened and what to do next, in Chinese and English.
    pub fn text(&self) -> [String; 2] {
        let both = |zh: &str, en: &str| [zh.to_owned(), en.to_owned()];
        match self {
            Self::Io(error) => [
                format!("读不了：{error}。请检查文件和权限。"),
                format!("cannot read: {error}. Check the file and its permissions."),
            ],
            Self::UnknownFormat => both(
                "认不出这是什么文件。可以用：短信文字、CSV、XLSX、JSON、短信备份 XML、mmssms.db、iPhone 或华为的备份文件夹、.ab、.bak、.ssef、.vmsg。",
                "unknown kind of file. Usable are: text, CSV, XLSX, JSON, SMS Backup XML, mmssms.db, an iPhone or Huawei backup folder, .ab, .bak, .ssef, .vmsg.",
            ),
            Self::Unsupported { what } => [
                format!("这个文件读不了：{what}。请换一种导出方式。"),
                format!("not readable: {what}. Export it in another way."),
            ],
            Self::Database { what } => [
                format!("数据库损坏或不安全：{what}。没有导入任何内容，请重新导出。"),
                format!("the database is damaged or unsafe: {what}. Nothing was imported; export it again."),
            ],
            Self::Archive { what } => [
                format!("压缩包或备份损坏或不安全：{what}。请重新导出。"),
                format!("the archive is damaged or unsafe: {what}. Export it again."),
            ],
            Self::NoBodyColumn => both(
                "表格里找不到短信正文那一列。请用 --column text=那一列的标题 说明（没有标题就写 --column text=#2），或把标题改成“短信内容”。",
                "no column holds the text of the messages; say which with --column text=HEADING (or text=#2 where there are no headings)",
            ),
            Self::PasswordNeeded => both(
                "这个备份加了密。请给出密码：命令行用 --password-file，页面上填“备份密码”。",
                "the backup is encrypted; give its password with --password-file, or in \"Backup password\" on the page",
            ),
            Self::PasswordWrong => {
                both("密码不对。请用备份时设的密码。", "the password is wrong; use the one of the backup")
            }
            Self::TooLarge { limit } => [
                format!("超过 {limit} 字节，不能一次读入。请分成几份。"),
                format!("larger than {limit} bytes; split it"),
            ],
            Self::Stopped => both("已停止。", "stopped"),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database { what: error.to_string() }
    }
}

/// Why a record gave no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no text in it.
    Empty,
    /// The source ends inside it.
    Truncated,
    /// It is longer than the limit.
    TooLong,
    /// It cannot be understood.
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// It is understood and is no message: a call, a reaction, a delivery report.
    NotAMessage {
        /// What it is.
        what: &'static str,
    },
}

impl Reason {
    /// Returns a record that cannot be understood.
    pub fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// Returns the reason in Chinese and English.
    pub fn text(&self) -> [String; 2] {
        let both = |zh: &str, en: &str| [zh.to_owned(), en.to_owned()];
        match self {
            Self::Empty => both("没有正文", "no text"),
            Self::Truncated => both("文件在这里中断", "the file ends inside it"),
            Self::TooLong => both("超过长度上限", "longer than the limit"),
            Self::Damaged { what } => [format!("读不懂：{what}"), format!("unreadable: {what}")],
            Self::NotAMessage { what } => [format!("不是短信：{what}"), format!("no message: {what}")],
        }
    }
}

/// What a user should know of a whole source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A Xiaomi export without a single 106 number: notification messages were withheld.
    NoServiceNumbers,
    /// Characters that the format forbids were mended.
    Repaired {
        /// How many.
        count: u64,
    },
    /// The source states no zone; this offset was assumed.
    AssumedZone {
        /// In minutes.
        offset_minutes: i32,
    },
    /// The text was decoded by a guess.
    GuessedEncoding {
        /// The encoding.
        name: &'static str,
    },
    /// Numbers were damaged by a spreadsheet.
    DamagedNumbers {
        /// How many rows.
        count: u64,
    },
    /// Parts of long messages are missing.
    MissingParts {
        /// Messages concerned.
        count: u64,
    },
}

impl Warning {
    /// Returns the warning in Chinese and English.
    pub fn text(&self) -> [String; 2] {
        match self {
            Self::NoServiceNumbers => [
                "小米手机导出的内容里没有一个 106 号码：很可能缺少“通知类短信”权限，导出不完整。请在 设置-应用-权限 里打开“通知类短信”后重新导出。".to_owned(),
                "not one 106 number in a Xiaomi export: the permission for notification messages (通知类短信) was probably missing and the export is incomplete; grant it and export again".to_owned(),
            ],
            Self::Repaired { count } => {
                [format!("修复了 {count} 处不合规的字符"), format!("{count} forbidden characters were mended")]
            }
            Self::AssumedZone { offset_minutes } => [
                format!("时间没有写时区，按 UTC{} 理解", offset(*offset_minutes)),
                format!("times state no zone; UTC{} was assumed", offset(*offset_minutes)),
            ],
            Self::GuessedEncoding { name } => {
                [format!("文字编码按 {name} 读取"), format!("the text was read as {name}")]
            }
            Self::DamagedNumbers { count } => [
                format!("{count} 行的号码被表格软件改成了科学计数，发送号码可能不准"),
                format!("in {count} rows a spreadsheet has damaged the number; senders may be wrong"),
            ],
            Self::MissingParts { count } => {
                [format!("{count} 条长短信缺少部分片段"), format!("{count} long messages lack parts")]
            }
        }
    }
}

fn offset(minutes: i32) -> String {
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}
