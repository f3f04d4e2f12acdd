//! What can be typed. Says nothing of what it does.

mod evidence;
mod inbox;
mod money;
mod remedy;
mod serve;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use knowledge::Lang;

pub use evidence::{AddArgs, EvidenceAction, EvidenceArgs, ExportArgs, StampAction};
pub use inbox::{CaseAction, CaseArgs, FilterArgs, ImportArgs, InboxAction, InboxArgs, RedactArgs};
pub use money::{AddDebtArgs, DebtAction, DebtArgs, EntryArgs, PlanAction, PlanArgs, RateArgs};
pub use remedy::{
    CourtArgs, CoverArgs, DeadlineArgs, DraftArgs, LawAction, LawArgs, LetterAction, LetterArgs, LimitationArgs,
    OriginArgs, ReportArgs, SituationArgs,
};
pub use serve::ServeArgs;

/// Tells the true letter from the false: what a message is, how sure, what to do now and what not.
/// 甄别短信真伪：是什么、多大把握、现在该做什么、不该做什么。
///
/// Exit codes 退出码: 0 low risk 低风险或完成; 10 caution 需要核实; 20 high risk 高风险; 1 failure 出错;
/// 2 unusable input 输入无法使用; 3 scan or eval finished with bad rows 完成但有坏行 (import too 导入也是).
/// For evidence verify and check-export 证据核对: 0 holds 通过; 1 broken 被改动; 2 unreadable 读不了; 3 not verifiable alone
/// 单凭自身不能证明.
#[derive(Debug, Parser)]
#[command(name = "zhenxin", version, disable_help_subcommand = true)]
pub struct Args {
    /// Language of texts 输出语言
    #[arg(long, global = true, value_enum, default_value_t = LangArg::Zh)]
    pub lang: LangArg,
    /// A directory of knowledge of your own, laid over the built-in one 自备知识目录
    #[arg(long, global = true, value_name = "DIR")]
    pub knowledge: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// Chinese
    Zh,
    /// English
    En,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Self {
        match arg {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge one message, or those of a screenshot 查一条短信，或一张截图
    Check(CheckArgs),
    /// Judge every row of a file 批量判断一个文件
    Scan(ScanArgs),
    /// List, explain and check what the program knows 查看和检查知识库
    Knowledge(KnowledgeArgs),
    /// Score the judge on written cases 用标注的案例评分
    Eval(EvalArgs),
    /// Keep messages and pictures so that nobody can doubt that they are unchanged 保全证据
    Evidence(EvidenceArgs),
    /// Take messages in from exports, backups and pasted text 导入短信
    Import(ImportArgs),
    /// Look through what was taken in 查看收件箱
    Inbox(InboxArgs),
    /// Messages of one matter, gathered, with a time line 案件
    Case(CaseArgs),
    /// Mask what an export says and keep how it says it, to give it away for tests 遮盖导出文件的内容
    Redact(RedactArgs),
    /// Open the pages in a browser, and listen for what phones forward 打开网页界面
    Serve(ServeArgs),
    /// Tell what a loan truly costs a year, and whether that is over the cap 算真实年利率
    Rate(Box<RateArgs>),
    /// Record debts and recompute what is owed 记债、对账
    Debt(DebtArgs),
    /// Plan how to repay 还款方案
    Plan(PlanArgs),
    /// Find out what to do in one's situation: papers, channels, periods, what not to do 我该怎么办
    Situation(SituationArgs),
    /// Draft letters, complaints and court papers from facts 起草信函、投诉和法院文书
    Letter(LetterArgs),
    /// The text for each channel that takes reports of a message 举报短信
    Report(ReportArgs),
    /// Look through the law, as in force on a day 查法律
    Law(LawArgs),
    /// Count until when one may act 算期限
    Deadline(DeadlineArgs),
    /// Is a court paper real, what is it, what to do 核对法院文书
    Court(CourtArgs),
    /// Has limitation run out 诉讼时效
    Limitation(LimitationArgs),
}

/// A text given, or to be read.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TextArgs {
    /// The text; `-` or nothing reads standard input 正文
    #[arg(allow_hyphen_values = true)]
    pub text: Option<String>,
    /// Read the text from a file 从文件读取
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    pub file: Option<PathBuf>,
    /// The sender's number or name, as the phone shows it 发送号码
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub sender: Option<String>,
    /// When it was received, as 2026-05-06T21:10:00+08:00 收到时间
    #[arg(long, value_name = "TIME")]
    pub received_at: Option<String>,
}

/// `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The message
    #[command(flatten)]
    pub message: TextArgs,
    /// Write the verdict as JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// `scan`.
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// .jsonl, .csv or .tsv with columns id?, sender?, `received_at`?, body 输入文件
    pub input: PathBuf,
    /// .jsonl, one verdict a row in the same order; `-` is standard output 输出文件
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Also write the texts in the chosen language 同时写出文字说明
    #[arg(long)]
    pub full: bool,
    /// Threads; all cores by default 线程数
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// `knowledge`.
#[derive(Debug, clap::Args)]
pub struct KnowledgeArgs {
    /// What to do with it
    #[command(subcommand)]
    pub action: KnowledgeAction,
}

/// Actions of `knowledge`.
#[derive(Debug, Subcommand)]
pub enum KnowledgeAction {
    /// List the folders, or the entries of one 列出条目
    List {
        /// institution, law, collection, scheme, channel, parameter, rule, advice…
        folder: Option<String>,
    },
    /// Show an entry by id, or whose a number, name or domain is 查看某一条，或查号码、名称、网址属于谁
    Explain {
        /// An id (icbc, c01, asks-otp, civil-code-1033), a number, a name or a host
        what: String,
    },
    /// Check that everything fits together 检查知识库
    Check,
    /// Show what was checked long ago, and the gaps 列出过期的和有缺口的
    Stale {
        /// Older than so many days
        #[arg(long, default_value_t = 180)]
        days: i64,
    },
}

/// `eval`.
#[derive(Debug, clap::Args)]
pub struct EvalArgs {
    /// Written cases (.jsonl: body, sender, `received_at`, kind, risk, must, `must_not`…) or labelled rows
    /// (.tsv: id, source, kind, body) 案例或带标签的短信
    pub file: PathBuf,
    /// How to write the figures of labelled rows 输出格式
    #[arg(long, value_enum, default_value = "text")]
    pub format: EvalFormat,
    /// Write them to this file, not to standard output 写入文件
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Also list every case that falls short 列出没达到的案例
    #[arg(long)]
    pub list: bool,
}

/// How figures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum EvalFormat {
    /// Lines for a terminal.
    Text,
    /// One JSON document.
    Json,
    /// One self-contained page with pictures.
    Html,
}
