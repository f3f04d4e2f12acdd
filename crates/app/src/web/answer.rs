//! An answer is data; whoever asked gets it as a page or as JSON. What went wrong is an answer as well, in two languages.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use futures_util::StreamExt as _;
use knowledge::Lang;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::server::{Server, is_same};
use super::view::View;
use crate::failure::Failure;

/// The largest form or JSON that is read, in bytes.
pub const LARGEST_INPUT: usize = 8 << 20;

/// What is busy is asked for again after so many seconds.
const RETRY_SECONDS: &str = "5";

/// As what an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// A page.
    Page,
    /// JSON.
    Json,
}

impl Face {
    /// Returns what a request wants: below `/api/`, and for who asks for it, JSON.
    pub fn of(path: &str, headers: &HeaderMap) -> Self {
        let accepts = |what: &str| {
            headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains(what))
        };
        if path.starts_with("/api/") || path.starts_with("/hook") || (accepts("json") && !accepts("text/html")) {
            Self::Json
        } else {
            Self::Page
        }
    }
}

/// Who asks, and how the answer shall look.
#[derive(Clone)]
pub struct Visit {
    /// What all share.
    pub server: Arc<Server>,
    /// How pages look.
    pub view: View,
    /// Page or JSON.
    pub face: Face,
}

impl Visit {
    /// Reads it from a request's head.
    pub fn of(server: &Arc<Server>, path: &str, headers: &HeaderMap) -> Self {
        let view = View::of(server, headers, path.to_owned());
        Self { server: Arc::clone(server), view, face: Face::of(path, headers) }
    }

    /// Returns the language.
    pub fn lang(&self) -> Lang {
        self.view.lang()
    }

    /// Picks by language.
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang() {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Shows data as a page or as JSON.
    pub fn show(&self, page: &str, title: [&str; 2], data: &impl Serialize) -> Reply {
        match self.face {
            Face::Json => json(data),
            Face::Page => {
                let view = View { title: self.say(title[0], title[1]).to_owned(), ..self.view.clone() };
                let html = self.server.pages.render(page, &view, data)?;
                Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
            }
        }
    }

    /// After something was done: the page that shows it, or the data.
    pub fn done(&self, to: &str, data: &impl Serialize) -> Reply {
        match self.face {
            Face::Json => json(data),
            Face::Page => Ok(redirect(to)),
        }
    }
}

impl FromRequestParts<Arc<Server>> for Visit {
    type Rejection = std::convert::Infallible;

    /// The guard has read it already.
    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Self::Rejection> {
        let visit = parts.extensions.remove::<Self>();
        Ok(visit.unwrap_or_else(|| Self::of(server, parts.uri.path(), &parts.headers)))
    }
}

/// Returns JSON.
pub fn json(data: &impl Serialize) -> Reply {
    let bytes = serde_json::to_vec(data)?;
    Ok(json_bytes(bytes))
}

/// Returns bytes that are JSON already.
pub fn json_bytes(bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], bytes).into_response()
}

/// Sends a browser on, by GET.
pub fn redirect(to: &str) -> Response {
    // What comes from a request is a path of our own, never another site.
    let is_own = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    let to = HeaderValue::from_str(if is_own { to } else { "/" }).unwrap_or(HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, to);
    response
}

/// What a handler returns.
pub type Reply = Result<Response, Problem>;

/// What went wrong, as pages say it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Trouble<'a> {
    /// What happened.
    pub what: &'a str,
    /// What to do.
    pub next: &'a str,
}

/// What went wrong, for who asked.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Status.
    pub status: StatusCode,
    /// What happened and what to do, in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Problem {
    /// Returns a problem.
    pub fn new(status: StatusCode, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, zh: zh.into(), en: en.into() }
    }

    /// Something that was asked for is not there.
    pub fn missing() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "没有这一项。可能编号写错了，或还没有存入。",
            "there is no such entry; the number may be wrong",
        )
    }

    /// Input that cannot be used.
    pub fn unusable(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, zh, en)
    }

    /// Something failed inside.
    pub fn inside(error: &dyn std::fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, format!("出错了：{error}"), format!("failed: {error}"))
    }

    /// Returns what happened and what to do, in a language.
    pub fn told(&self, lang: Lang) -> Trouble<'_> {
        let text = self.text(lang);
        let stop =
            text.char_indices().find(|(_, c)| matches!(c, '。' | ';')).map_or(text.len(), |(at, c)| at + c.len_utf8());
        let (what, next) = text.split_at(stop);
        Trouble { what, next: next.trim() }
    }

    /// Returns the text in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Input { zh, en } => Self::unusable(zh, en),
            Failure::Busy { zh, en } => Self::new(StatusCode::SERVICE_UNAVAILABLE, zh, en),
            Failure::Other(error) => Self::inside(&format!("{error:#}")),
        }
    }
}

impl From<inbox::Error> for Problem {
    fn from(error: inbox::Error) -> Self {
        match error {
            inbox::Error::Missing => Self::missing(),
            inbox::Error::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "收件箱正忙，请过几秒再试。",
                "the inbox is busy; try again in a few seconds",
            ),
            inbox::Error::Database(_) | inbox::Error::Unopened(_) => Self::inside(&error),
            other => crate::command::inbox::failure(&other).into(),
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::inside(&error)
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::inside(&error)
    }
}

impl IntoResponse for Problem {
    /// The guard, which knows who asked, writes the body.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct File {
    /// What the browser calls it.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// What a form of ours or JSON says, and the files that came along. Fields of forms are texts; one that occurs more than
/// once is a list of texts.
pub struct Input<T>(pub T, pub Vec<File>);

impl<T: DeserializeOwned> FromRequest<Arc<Server>> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/json") {
            let bytes = read(request.into_body(), LARGEST_INPUT).await?;
            let value = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
            return Ok(Self(value, Vec::new()));
        }
        let headers = request.headers().clone();
        let (fields, files) = if kind.starts_with("application/x-www-form-urlencoded") {
            let bytes = read(request.into_body(), LARGEST_INPUT).await?;
            (serde_urlencoded::from_bytes(&bytes).map_err(|error| unreadable(&error))?, Vec::new())
        } else if kind.starts_with("multipart/form-data") {
            let request = request.map(|body| Body::new(http_body_util::Limited::new(body, LARGEST_INPUT)));
            parts(Multipart::from_request(request, server).await.map_err(|error| unreadable(&error))?).await?
        } else {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "请用 application/json 或表单提交。",
                "send application/json or a form",
            ));
        };
        let token = fields.iter().find(|(name, _)| name == "csrf").map(|(_, token)| token.as_str());
        check_token(server, &headers, token)?;
        let value = serde_json::from_value(Value::Object(gathered(fields))).map_err(|error| unreadable(&error))?;
        Ok(Self(value, files))
    }
}

async fn parts(mut form: Multipart) -> Result<(Vec<(String, String)>, Vec<File>), Problem> {
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| too_large(LARGEST_INPUT))?;
        match file {
            Some(file) => files.push(File { name: file, bytes }),
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok((fields, files))
}

fn gathered(fields: Vec<(String, String)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in fields.into_iter().filter(|(name, _)| name != "csrf") {
        match object.get_mut(&name) {
            None => {
                object.insert(name, Value::String(value));
            }
            Some(Value::Array(list)) => list.push(Value::String(value)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(value)]),
        }
    }
    object
}

/// Of a body that is too large so much more is taken and dropped: who is still sending would not hear the answer.
const DROPPED: usize = 64 << 20;

/// Reads a body up to a size.
pub async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let (mut whole, mut size) = (BytesMut::new(), 0);
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else { return Err(too_large(limit)) };
        size += chunk.len();
        if size <= limit {
            whole.extend_from_slice(&chunk);
        } else if size > limit + DROPPED {
            break;
        }
    }
    if size > limit { Err(too_large(limit)) } else { Ok(whole.freeze()) }
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("内容超过 {} KiB，或没有传完。很多短信请用导入。", limit / 1024),
        format!("more than {} KiB, or broken off; take many messages in by import", limit / 1024),
    )
}

/// Refuses a form whose token is not that of the browser.
pub fn check_token(server: &Server, headers: &HeaderMap, given: Option<&str>) -> Result<(), Problem> {
    let form = super::view::cookie(headers, super::view::FORM_COOKIE);
    let is_ours = form.zip(given).is_some_and(|(form, given)| is_same(&server.seal("form", form), given));
    if is_ours {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "页面已过期，请刷新页面后再提交一次。您填的内容没有保存。",
        "the page is out of date; reload it and send it again. Nothing was kept.",
    ))
}

fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    Problem::unusable(
        format!("提交的内容不完整或格式不对：{error}"),
        format!("the input is incomplete or malformed: {error}"),
    )
}

/// Does work that blocks, such as the database, aside.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Problem::inside(&error)))
}
