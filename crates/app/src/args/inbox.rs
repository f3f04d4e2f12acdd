//! What can be typed for `import`, `inbox`, `case` and `redact`.

use std::path::PathBuf;

use clap::Subcommand;

/// `import`.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// Files, pictures or an iPhone backup folder; `-` or nothing reads pasted text 导出文件、备份、截图，或粘贴的文字
    pub files: Vec<PathBuf>,
    /// The inbox 收件箱文件
    #[arg(long, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
    /// A file with the password of an encrypted backup in its first line 备份密码文件
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Ask a phone in the same network for its messages (the server of `SmsForwarder`), as <http://192.168.1.23:5000> 从手机取短信
    #[arg(long, value_name = "ADDRESS", conflicts_with = "files")]
    pub phone: Option<String>,
    /// A file with the phone's signing secret in its first line 手机的签名密钥文件
    #[arg(long, value_name = "FILE", requires = "phone")]
    pub secret_file: Option<PathBuf>,
    /// Offset from UTC for times that state none 没写时区的时间按此理解
    #[arg(long, value_name = "+HH:MM", default_value = "+08:00", allow_hyphen_values = true)]
    pub assume_offset: String,
    /// What a column of a table holds, by heading or number: text=备注, sender=#2; again for each 说明表格的列
    #[arg(long = "column", value_name = "FIELD=HEADING")]
    pub columns: Vec<String>,
    /// Keep one-time codes instead of covering them 保留验证码原文
    #[arg(long)]
    pub keep_codes: bool,
    /// Do not put the files into the evidence store 不存入证据库
    #[arg(long)]
    pub no_evidence: bool,
    /// Write the outcome as JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}

/// `inbox`.
#[derive(Debug, clap::Args)]
pub struct InboxArgs {
    /// The inbox 收件箱文件
    #[arg(long, global = true, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
    /// Write JSON 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do with it
    #[command(subcommand)]
    pub action: InboxAction,
}

/// Which messages.
#[derive(Debug, Default, clap::Args)]
pub struct FilterArgs {
    /// Only of this risk: high, caution or low 风险
    #[arg(long)]
    pub risk: Option<String>,
    /// Only of this kind 类别
    #[arg(long)]
    pub kind: Option<String>,
    /// Only from numbers that begin so 发送号码开头
    #[arg(long)]
    pub sender: Option<String>,
    /// Only what claims to be this institution (its id) 机构
    #[arg(long)]
    pub institution: Option<String>,
    /// Only of this case 案件编号
    #[arg(long)]
    pub case: Option<i64>,
    /// Only from this time on 起
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only before this time 止
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// At most so many 最多几条
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// Actions of `inbox`.
#[derive(Debug, Subcommand)]
pub enum InboxAction {
    /// List messages, newest first 列出短信
    List(FilterArgs),
    /// Find messages that hold these words 搜索正文
    Search {
        /// Words; all must occur
        text: String,
        /// Which messages
        #[command(flatten)]
        filter: FilterArgs,
    },
    /// Show one message, its verdict and where it came from 查看一条
    Show {
        /// Its number
        id: i64,
    },
    /// Count by kind and risk 统计
    Stats,
    /// Judge again what was judged with other knowledge, and show what changed 知识更新后重新判断
    Rejudge,
}

/// `case`.
#[derive(Debug, clap::Args)]
pub struct CaseArgs {
    /// The inbox 收件箱文件
    #[arg(long, global = true, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
    /// Write JSON 输出 JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub action: CaseAction,
}

/// Actions of `case`.
#[derive(Debug, Subcommand)]
pub enum CaseAction {
    /// List cases, the gravest first 列出案件
    List,
    /// Show a case: counts, wordings that recur, rules that were touched 查看案件
    Show {
        /// Its number
        id: i64,
    },
    /// Write the time line of a case as text 案件时间线
    Timeline {
        /// Its number
        id: i64,
    },
}

/// `redact`.
#[derive(Debug, clap::Args)]
pub struct RedactArgs {
    /// An export of messages 导出文件
    pub file: PathBuf,
    /// Where to write; `-` is standard output 输出文件
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON 输出 JSON
    #[arg(long)]
    pub json: bool,
}
