//! What can be typed for `letter`, `report`, `law`, `deadline`, `situation`, `court` and `limitation`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use knowledge::remedy::Way;
use remedy::Outcome;

use super::TextArgs;

/// `letter`.
#[derive(Debug, clap::Args)]
pub struct LetterArgs {
    /// Write JSON 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub action: LetterAction,
}

/// Actions of `letter`.
#[derive(Debug, Subcommand)]
pub enum LetterAction {
    /// List the papers that can be drafted 列出能起草的文书
    List,
    /// Show what a paper needs, with what a case or message already tells 需要哪些内容
    Needs {
        /// The paper 文书
        id: String,
        /// From where facts are taken
        #[command(flatten)]
        origin: OriginArgs,
        /// Write a file to fill in 写出一份待填写的文件
        #[arg(long, value_name = "FILE.toml")]
        write: Option<PathBuf>,
    },
    /// Draft a paper 起草
    Draft(Box<DraftArgs>),
}

/// From where facts may be taken.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct OriginArgs {
    /// Propose facts from this case of the inbox 案件编号
    #[arg(long, value_name = "N", conflicts_with = "message")]
    pub case: Option<i64>,
    /// Propose facts from this message of the inbox 短信编号
    #[arg(long, value_name = "N")]
    pub message: Option<i64>,
    /// The inbox 收件箱文件
    #[arg(long, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
}

/// `letter draft`.
#[derive(Debug, clap::Args)]
pub struct DraftArgs {
    /// The paper 文书
    pub id: String,
    /// A fact, as name=value; may be given often 一项内容
    #[arg(long = "fact", value_name = "NAME=VALUE")]
    pub fact: Vec<String>,
    /// Facts from a file, .toml or .json 内容文件
    #[arg(long, value_name = "FILE")]
    pub facts: Option<PathBuf>,
    /// From where facts are proposed
    #[command(flatten)]
    pub origin: OriginArgs,
    /// The proposed facts were read and are right 已核对程序填的内容
    #[arg(long)]
    pub confirm_facts: bool,
    /// The warning was read, and the debt is to be acknowledged 已读警告，仍要承认债务
    #[arg(long)]
    pub confirm_acknowledge: bool,
    /// What is known of limitation 时效
    #[arg(long, value_enum, default_value_t = LimitationArg::Unknown)]
    pub limitation: LimitationArg,
    /// What covers other persons
    #[command(flatten)]
    pub cover: CoverArgs,
    /// The day of the paper; today by default 落款日期
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
    /// Write it to a file: .txt, .pdf, .docx or .html; may be given often 写入文件
    #[arg(short, long, value_name = "FILE")]
    pub out: Vec<PathBuf>,
}

/// Whose data are covered.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct CoverArgs {
    /// Another person's name, which is covered; may be given often 要遮住的他人姓名
    #[arg(long = "other", value_name = "NAME")]
    pub other: Vec<String>,
    /// A number of the other side, which stays 不遮住的对方号码
    #[arg(long = "keep", value_name = "NUMBER")]
    pub keep: Vec<String>,
}

/// What is known of limitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LimitationArg {
    /// Not run out 没有过
    Running,
    /// Run out 已过
    Expired,
    /// Not known 不清楚
    Unknown,
}

impl From<LimitationArg> for Outcome {
    fn from(arg: LimitationArg) -> Self {
        match arg {
            LimitationArg::Running => Self::Running,
            LimitationArg::Expired => Self::Expired,
            LimitationArg::Unknown => Self::Unknown,
        }
    }
}

/// `report`.
#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// The message
    #[command(flatten)]
    pub text: TextArgs,
    /// Or where it lies in the inbox
    #[command(flatten)]
    pub origin: OriginArgs,
    /// A fact that a channel asks for, as name=value 渠道要的内容
    #[arg(long = "fact", value_name = "NAME=VALUE")]
    pub fact: Vec<String>,
    /// What covers other persons
    #[command(flatten)]
    pub cover: CoverArgs,
    /// Write JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// `law`.
#[derive(Debug, clap::Args)]
pub struct LawArgs {
    /// As in force on this day, as 2026-11-23 在这一天有效的
    #[arg(long, global = true, value_name = "DATE")]
    pub on: Option<String>,
    /// Write JSON 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub action: LawAction,
}

/// Actions of `law`.
#[derive(Debug, Subcommand)]
pub enum LawAction {
    /// List the laws 列出法律
    List,
    /// Show a law, or an article, by its id 查看
    Show {
        /// civil-code, civil-code-1033
        id: String,
    },
    /// Find articles by number or words 按条号或词查找
    Search {
        /// 民法典 1033, 催收 骚扰, retrial
        words: Vec<String>,
    },
    /// Show the law that a message touches, as in force when it was received 一条短信涉及的法律
    Message(TextArgs),
}

/// How something was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WayArg {
    /// Handed over, or left at home 当面签收或留在家里
    InPerson,
    /// By post 邮寄
    Post,
    /// By SMS, e-mail or app 电子送达
    Electronic,
    /// By public notice; the day is the notice's 公告
    PublicNotice,
}

impl From<WayArg> for Way {
    fn from(arg: WayArg) -> Self {
        match arg {
            WayArg::InPerson => Self::InPerson,
            WayArg::Post => Self::Post,
            WayArg::Electronic => Self::Electronic,
            WayArg::PublicNotice => Self::PublicNotice,
        }
    }
}

/// `deadline`.
#[derive(Debug, clap::Args)]
pub struct DeadlineArgs {
    /// What was received: a paper (payment-order, summons, 支付令…) or a period; nothing lists them 收到了什么
    pub what: Option<String>,
    /// The day of receipt, as 2026-11-23 收到的日期
    #[arg(long, value_name = "DATE", requires = "what")]
    pub received: Option<String>,
    /// How it was served 怎样送达
    #[arg(long, value_enum)]
    pub served: Option<WayArg>,
    /// Count from this day on how many are left; today by default 今天的日期
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
    /// Write the last days to a calendar file 写入日历文件
    #[arg(long, value_name = "FILE.ics", requires = "received")]
    pub calendar: Option<PathBuf>,
    /// Write JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// `situation`.
#[derive(Debug, clap::Args)]
pub struct SituationArgs {
    /// Which; nothing asks on a terminal, and lists otherwise 哪种情况
    pub id: Option<String>,
    /// Write JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// `court`.
#[derive(Debug, clap::Args)]
pub struct CourtArgs {
    /// The text
    #[command(flatten)]
    pub text: TextArgs,
    /// Write JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// `limitation`.
#[derive(Debug, clap::Args)]
pub struct LimitationArgs {
    /// It is a credit-card debt 信用卡欠款
    #[arg(long)]
    pub card: bool,
    /// What happened when: due-date=2021-05-01, demand=never, part-payment=unknown; may be given often 发生过什么
    #[arg(long = "event", value_name = "ID=DATE|never|unknown")]
    pub event: Vec<String>,
    /// As of this day; today by default 今天的日期
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
    /// Write JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}
