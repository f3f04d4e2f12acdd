//! What can be typed for `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

/// `serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Where to listen; beyond this computer only with TLS and a token 监听地址
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8190")]
    pub listen: SocketAddr,
    /// The inbox 收件箱文件
    #[arg(long, value_name = "FILE")]
    pub inbox: Option<PathBuf>,
    /// The evidence store; by default in your data folder 证据库目录
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Do not open the browser 不打开浏览器
    #[arg(long)]
    pub no_open: bool,
    /// A name under which others reach this computer; may be repeated 允许的主机名
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// A certificate chain of your own (PEM) instead of one made here 证书
    #[arg(long, value_name = "PEM", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// Its private key (PEM) 证书私钥
    #[arg(long, value_name = "PEM", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Beyond this computer without TLS: everybody on the way can read along 不加密
    #[arg(long, conflicts_with = "certificate")]
    pub plain: bool,
    /// A file whose first line is the token for use beyond this computer; made anew at each start by default 访问口令文件
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}
