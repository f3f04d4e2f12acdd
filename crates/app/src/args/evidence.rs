//! What can be typed after `zhenxin evidence`.

use std::path::PathBuf;

use clap::Subcommand;

/// `evidence`.
#[derive(Debug, clap::Args)]
pub struct EvidenceArgs {
    /// The store; by default in your data folder 证据库目录
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// The keys; by default beside the store, as STORE.keys 钥匙目录
    #[arg(long, global = true, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// Who acts, as it shall stand in the records 操作人
    #[arg(long, global = true, value_name = "NAME", default_value = "user")]
    pub actor: String,
    /// What to do
    #[command(subcommand)]
    pub action: EvidenceAction,
}

impl EvidenceArgs {
    /// Returns the arguments that name nothing: the store in its default place.
    pub fn default_place() -> Self {
        Self { store: None, keys: None, actor: "user".to_owned(), action: EvidenceAction::Verify }
    }
}

/// Actions of `evidence`.
#[derive(Debug, Subcommand)]
pub enum EvidenceAction {
    /// Make a store, its keys, and the recovery sheet to print 新建证据库
    Init {
        /// Where to write the recovery sheet (.pdf, .html or .txt); on the screen by default 恢复单写到哪里
        #[arg(long, value_name = "FILE")]
        sheet: Option<PathBuf>,
    },
    /// Keep a message, files or whole folders 存入
    Add(AddArgs),
    /// List what is kept 列出
    List {
        /// Also what is hidden, and the records of the program itself 全部
        #[arg(long)]
        all: bool,
        /// One record a line, as JSON 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a record, and write its bytes to a file 查看或取出
    Show {
        /// The number 编号
        number: u64,
        /// Where to write the bytes 取出原件到
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Write a remark beside a record 备注
    Note {
        /// The number 编号
        number: u64,
        /// The remark 内容
        text: String,
        /// The remark says that something in the record is wrong 更正
        #[arg(long)]
        correct: bool,
    },
    /// Take records out of lists; nothing is deleted 隐藏
    Hide {
        /// The numbers 编号
        #[arg(required = true)]
        numbers: Vec<u64>,
        /// Why 原因
        #[arg(long)]
        why: Option<String>,
        /// Put them back 恢复显示
        #[arg(long)]
        undo: bool,
    },
    /// Check everything that is kept 核对证据库
    Verify,
    /// Ask for and bring in time-stamps, by file 时间戳
    Stamp {
        /// Which
        #[command(subcommand)]
        action: StampAction,
    },
    /// Write records out for police, court or lawyer 导出
    Export(ExportArgs),
    /// Check an export, anybody's 核对一份导出
    CheckExport {
        /// Its folder 目录
        folder: PathBuf,
        /// The holder's fingerprint, received by another route 持有人指纹
        #[arg(long, value_name = "SHA256:…")]
        fingerprint: Option<String>,
        /// Certificates of a time-stamp authority that you trust 时间戳机构证书
        #[arg(long, value_name = "PEM")]
        authority: Option<PathBuf>,
    },
    /// Make the keys anew from the recovery sheet 用恢复单找回钥匙
    Recover {
        /// A file with the recovery key; standard input by default 写有恢复密钥的文件
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
}

/// Actions of `evidence stamp`.
#[derive(Debug, Subcommand)]
pub enum StampAction {
    /// Write a request to hand to a time-stamp service 生成请求
    Request {
        /// Where to, as a .tsq file 写到
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Send the request to a service over the network and keep its answer; only a hash leaves 联网盖时间戳
    Send {
        /// The service's address, as it publishes it 机构网址
        #[arg(long, value_name = "URL")]
        to: String,
        /// The service's certificates, up to its root 机构证书链
        #[arg(long, value_name = "PEM")]
        authority: PathBuf,
    },
    /// Bring in the service's answer 导入回复
    Accept {
        /// The .tsr file 回复文件
        reply: PathBuf,
        /// The service's certificates, up to its root 机构证书链
        #[arg(long, value_name = "PEM")]
        authority: PathBuf,
    },
}

/// `evidence add`.
#[derive(Debug, Default, clap::Args)]
pub struct AddArgs {
    /// Files and folders 文件或目录
    pub paths: Vec<PathBuf>,
    /// The text of a message; `-` reads standard input 短信正文
    #[arg(long, allow_hyphen_values = true, conflicts_with = "paths")]
    pub text: Option<String>,
    /// The sender's number, as the phone shows it 发送号码
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub sender: Option<String>,
    /// The number that received it 接收号码
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub recipient: Option<String>,
    /// Which SIM card 哪张卡
    #[arg(long)]
    pub sim: Option<String>,
    /// When the phone received it, as 2026-05-06T21:10:00+08:00 收到时间
    #[arg(long, value_name = "TIME")]
    pub received_at: Option<String>,
    /// The phone or computer it comes from 设备
    #[arg(long)]
    pub device: Option<String>,
    /// How it came here: copied by cable, forwarded, photographed… 取得方式
    #[arg(long)]
    pub route: Option<String>,
}

/// `evidence export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The folder to make 导出目录
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Which records, as 1-3,7; all that are not hidden by default 编号
    #[arg(long, value_name = "LIST")]
    pub numbers: Option<String>,
    /// Without originals, with numbers covered 遮盖版
    #[arg(long)]
    pub masked: bool,
    /// A word to cover as well, a name for instance; may be repeated 另外遮盖的词
    #[arg(long, value_name = "WORD")]
    pub cover: Vec<String>,
    /// What the evidence is to show, for the list 证明对象
    #[arg(long, value_name = "TEXT")]
    pub purpose: Option<String>,
}
