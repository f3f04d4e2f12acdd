//! Files and pasted messages into the inbox.

use std::path::Path;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::http::header::CONTENT_TYPE;
use intake::Options;
use knowledge::Lang;
use serde::Serialize;
use tokio::io::AsyncWriteExt as _;

use super::answer::{Face, LARGEST_INPUT, Problem, Reply, Trouble, Visit, check_token};
use super::server::Server;
use crate::args::EvidenceArgs;
use crate::command::import::{Outcome, Scratch, Session, Source};
use crate::command::inbox as store;

/// File systems take names of 255 bytes.
const LONGEST_NAME: usize = 200;
/// The largest file that is taken by way of a page.
const LARGEST_FILE: u64 = 4 << 30;

#[derive(Debug, Serialize)]
struct Sheet {
    error: Option<Trouble<'static>>,
    outcome: Option<Taken>,
    formats: Vec<Readable>,
}

#[derive(Debug, Serialize)]
struct Taken {
    files: Vec<Outcome>,
}

/// A format that is read, and how one comes by such a file.
#[derive(Debug, Serialize)]
struct Readable {
    name: &'static str,
    how: &'static str,
}

impl Sheet {
    fn of(visit: &Visit, files: Option<Vec<Outcome>>) -> Self {
        let formats =
            FORMATS.map(|(name, how)| Readable { name: visit.say(name[0], name[1]), how: visit.say(how[0], how[1]) });
        Self { error: None, outcome: files.map(|files| Taken { files }), formats: formats.into() }
    }
}

const FORMATS: [([&str; 2], [&str; 2]); 7] = [
    (
        ["截图和照片", "Screenshots and photos"],
        ["PNG、JPEG、WebP；读出的文字请对照图片", "PNG, JPEG, WebP; hold the text against the picture"],
    ),
    (["SMS Backup & Restore", "SMS Backup & Restore"], ["安卓应用导出的 .xml", "the Android app's .xml"]),
    (
        ["SMS Import / Export", "SMS Import / Export"],
        ["安卓应用导出的 .zip 或 .json", "the Android app's .zip or .json"],
    ),
    (
        ["手机备份", "Phone backups"],
        ["小米 .bak、安卓 .ab、mmssms.db、OPPO 等的 .vmsg", "Xiaomi .bak, Android .ab, mmssms.db, .vmsg"],
    ),
    (
        ["iPhone 备份", "iPhone backups"],
        ["没有加密的备份里的 sms.db，或 chat.db", "sms.db of a backup that is not encrypted, or chat.db"],
    ),
    (
        ["表格", "Tables"],
        [
            "有“号码、时间、内容”列的 .xlsx、.csv、.tsv、.jsonl",
            ".xlsx, .csv, .tsv or .jsonl with columns for number, time, text",
        ],
    ),
    (
        ["粘贴的文字", "Pasted text"],
        ["从短信、微信或转发群里复制的，一条或多条", "copied from messages or a chat, one or many"],
    ),
];

const TITLE: [&str; 2] = ["导入短信", "Take messages in"];

/// Returns what readers are told: times without a zone are Beijing's.
pub fn options(scratch: &Path) -> Options {
    Options::new(8 * 60, scratch)
}

/// `GET /import`.
pub async fn form(visit: Visit) -> Reply {
    visit.show("page/import.html", TITLE, &Sheet::of(&visit, None))
}

/// What was handed in: files on our own disk, pasted text, a password.
struct Given {
    scratch: Scratch,
    files: Vec<std::path::PathBuf>,
    text: Vec<u8>,
    password: Option<String>,
    keeps_codes: bool,
    keeps_evidence: bool,
    offset: Option<String>,
    /// `text=备注` and the like.
    columns: Vec<String>,
}

/// `POST /import`: a form with files, or the bytes of one file as they are.
pub async fn take(State(server): State<std::sync::Arc<Server>>, visit: Visit, request: Request) -> Reply {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let mut given = Given {
        scratch: Scratch::new()?,
        files: Vec::new(),
        text: Vec::new(),
        password: None,
        keeps_codes: false,
        keeps_evidence: visit.face == Face::Json,
        offset: None,
        columns: Vec::new(),
    };
    if kind.starts_with("multipart/form-data") {
        from_form(&server, &mut given, request).await?;
    } else if visit.face == Face::Json {
        let path = given.scratch.path().join("body");
        write(&path, request.into_body()).await?;
        given.files.push(path);
    } else {
        return Err(Problem::unusable("请选择文件，或粘贴短信。", "choose files, or paste messages"));
    }
    if given.files.is_empty() && given.text.trim_ascii().is_empty() {
        return Err(Problem::unusable("请选择文件，或粘贴短信。", "choose files, or paste messages"));
    }
    let worker = visit.clone();
    let outcomes = super::answer::aside(move || taken(&worker, &given)).await?;
    visit.show("page/import.html", TITLE, &Sheet::of(&visit, Some(outcomes)))
}

async fn from_form(server: &std::sync::Arc<Server>, given: &mut Given, request: Request) -> Result<(), Problem> {
    let headers = request.headers().clone();
    let broken = || Problem::unusable("文件没有传完，请再试一次。", "the file did not come whole; try again");
    let mut form = Multipart::from_request(request, server).await.map_err(|_| broken())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut token = None;
    while let Some(mut part) = form.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(file_name);
        if name != "csrf" || file.is_some() {
            // The token comes first, so that nothing is written for a form that is not ours.
            check_token(server, &headers, token.as_deref())?;
        }
        if let Some(file) = file {
            let folder = given.scratch.path().join(given.files.len().to_string());
            tokio::fs::create_dir(&folder).await?;
            let path = folder.join(file);
            let mut out = tokio::fs::File::create_new(&path).await?;
            let mut size = 0;
            while let Some(chunk) = part.chunk().await.map_err(|_| broken())? {
                size += chunk.len() as u64;
                if size > LARGEST_FILE {
                    return Err(Problem::unusable(
                        "文件太大。请用 zhenxin import 命令导入。",
                        "the file is too large; use zhenxin import",
                    ));
                }
                out.write_all(&chunk).await?;
            }
            out.flush().await?;
            if size > 0 {
                given.files.push(path);
            }
            continue;
        }
        let bytes = small(&mut part).await?.ok_or_else(broken)?;
        match name.as_str() {
            "csrf" => token = Some(text(&bytes)),
            "text" => given.text = bytes,
            "password" => given.password = Some(text(&bytes)).filter(|password| !password.is_empty()),
            "keep_codes" => given.keeps_codes = true,
            "evidence" => given.keeps_evidence = true,
            "column_text" | "column_sender" | "column_time" if !bytes.trim_ascii().is_empty() => {
                given.columns.push(format!("{}={}", name.trim_start_matches("column_"), text(&bytes)));
            }
            "assume_offset" => given.offset = Some(text(&bytes)).filter(|offset| !offset.is_empty()),
            _ => {}
        }
    }
    check_token(server, &headers, token.as_deref())
}

/// Reads a part that is no file; nothing where it broke off.
async fn small(part: &mut Field<'_>) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Vec::new();
    loop {
        match part.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= LARGEST_INPUT => bytes.extend_from_slice(&chunk),
            Ok(Some(_)) => {
                return Err(Problem::unusable(
                    "粘贴的文字太长。请存成文件再导入。",
                    "the text is too long; save it as a file and take that in",
                ));
            }
            Ok(None) => return Ok(Some(bytes)),
            Err(_) => return Ok(None),
        }
    }
}

/// The last part of a name that a browser gives, of letters that no file system minds.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        last.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ')).take(80).collect();
    let mut kept = kept.trim_start_matches('.').trim().to_owned();
    while kept.len() > LONGEST_NAME {
        kept.pop();
    }
    if kept.is_empty() { "file".to_owned() } else { kept }
}

async fn write(path: &Path, body: Body) -> Result<(), Problem> {
    use futures_util::StreamExt as _;
    let mut out = tokio::fs::File::create_new(path).await?;
    let mut stream = body.into_data_stream();
    let mut size = 0;
    while let Some(chunk) = stream.next().await {
        let chunk =
            chunk.map_err(|error| Problem::unusable(format!("没有传完：{error}"), format!("broken off: {error}")))?;
        size += chunk.len() as u64;
        if size > LARGEST_FILE {
            return Err(Problem::unusable("文件太大。", "the file is too large"));
        }
        out.write_all(&chunk).await?;
    }
    out.flush().await?;
    Ok(())
}

fn taken(visit: &Visit, given: &Given) -> Result<Vec<Outcome>, Problem> {
    let server = &visit.server;
    let place = evidence_place(server);
    let copies = given.scratch.path().join("copies");
    std::fs::create_dir(&copies)?;
    let offset = given.offset.as_deref().map_or(Ok(8 * 60), crate::command::import::offset)?;
    let session = Session {
        options: Options {
            assumed_offset_minutes: offset,
            password: given.password.clone(),
            columns: crate::command::import::columns(given.columns.iter().map(String::as_str))?,
            ..options(&copies)
        },
        codes: if given.keeps_codes { inbox::Codes::Kept } else { inbox::Codes::Covered },
        evidence: given.keeps_evidence.then_some(&place),
        ..session(server, visit.lang(), &copies)
    };
    let mut inbox = store::open_or_make(Some(&server.inbox))?;
    let mut outcomes = Vec::new();
    for path in &given.files {
        outcomes.push(session.take(&mut inbox, path)?);
    }
    if !given.text.trim_ascii().is_empty() {
        let name = visit.say("粘贴的文字", "pasted text");
        outcomes.push(session.take_source(&mut inbox, &Source::of_bytes(name, given.text.clone(), ""))?);
    }
    Ok(outcomes)
}

/// Returns how messages of a request are taken in: codes covered, nothing kept as evidence beside, no clock of ours.
/// `copies` is where readers may put copies of databases; none is needed for text.
pub fn session<'a>(server: &'a Server, lang: Lang, copies: &Path) -> Session<'a> {
    Session {
        lang,
        judge: &server.judge,
        options: options(copies),
        codes: inbox::Codes::Covered,
        evidence: None,
        now_ms: None,
    }
}

/// Returns where evidence is kept.
pub fn evidence_place(server: &Server) -> EvidenceArgs {
    EvidenceArgs { store: server.evidence.clone(), ..EvidenceArgs::default_place() }
}
