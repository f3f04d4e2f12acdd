//! What every request passes: is it for us, from us, allowed in; what every answer carries: headers that keep a browser
//! from doing what our pages do not ask for.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN, SET_COOKIE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::answer::{Face, Problem, Trouble, Visit};
use super::connection::Peer;
use super::server::{Server, is_same, random_token};
use super::view::{FORM_COOKIE, PASS_COOKIE, cookie};

/// The most time for an answer; what streams or reads large files has its own.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// For large files that come in or go out.
const FILE_LIMIT: Duration = Duration::from_hours(1);

/// Only what the pages need: own script, own style, own pictures; no frames, no other site.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Passes a request on, or says why not.
pub async fn guard(State(server): State<Arc<Server>>, mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let new_cookie = form_cookie(&mut request);
    let visit = Visit::of(&server, uri.path(), request.headers());
    let method = request.method().clone();
    request.extensions_mut().insert(visit.clone());
    let mut response = if let Err(problem) = check(&server, &request, peer) {
        problem.into_response()
    } else {
        let limit = if is_large(uri.path()) { FILE_LIMIT } else { ANSWER_LIMIT };
        let late =
            || Problem::new(StatusCode::REQUEST_TIMEOUT, "用时太久，请再试一次。", "this took too long; try again");
        tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| late().into_response())
    };
    if let Some(problem) = problem_of(&mut response, &method) {
        let mut told = tell(&visit, &problem);
        told.headers_mut().extend(std::mem::take(response.headers_mut()).into_iter().filter_map(|(name, value)| {
            name.filter(|name| *name != CONTENT_TYPE && *name != axum::http::header::CONTENT_LENGTH)
                .map(|name| (name, value))
        }));
        response = told;
    }
    if let Some(form) = new_cookie.filter(|_| visit.face == Face::Page && response.headers().get(SET_COOKIE).is_none())
    {
        let secure = if server.access.is_tls { "; Secure" } else { "" };
        let line = format!("{FORM_COOKIE}={form}; Path=/; HttpOnly; SameSite=Strict{secure}");
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    secured(response)
}

fn is_large(path: &str) -> bool {
    matches!(
        path,
        "/import"
            | "/api/import"
            | "/events"
            | "/evidence/export"
            | "/api/evidence/export"
            | "/connect/pull"
            | "/api/connect/pull"
    )
}

/// Gives a browser that has none the cookie that forms are bound to, so that already its first form can be sent.
fn form_cookie(request: &mut Request) -> Option<String> {
    if cookie(request.headers(), FORM_COOKIE).is_some() || request.method() != Method::GET {
        return None;
    }
    let form = random_token().ok()?;
    let line = HeaderValue::from_str(&format!("{FORM_COOKIE}={form}")).ok()?;
    request.headers_mut().append(axum::http::header::COOKIE, line);
    Some(form)
}

fn check(server: &Server, request: &Request, peer: IpAddr) -> Result<(), Problem> {
    #[expect(clippy::disallowed_methods, reason = "the application reads the clock")]
    let now = Instant::now();
    let (headers, path) = (request.headers(), request.uri().path());
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !server.access.is_ours(host) {
        return Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "请用程序给出的地址访问。要用别的主机名，启动时加 --host 名称。",
            "use the address that the program shows; for another name start it with --host NAME",
        ));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) && !is_from_us(server, headers, host) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "这个请求来自别的网站，已拒绝。",
            "this request comes from another site and is refused",
        ));
    }
    if !peer.is_loopback() && !server.asked.take(peer, now) {
        return Err(too_many());
    }
    let is_open = path.starts_with("/hook/") || matches!(path, "/style.css" | "/script.js") || path == "/enter";
    if !server.access.needs_token() || is_open {
        return Ok(());
    }
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let pass = cookie(headers, PASS_COOKIE);
    if bearer.is_some_and(|token| server.access.is_token(token))
        || pass.is_some_and(|pass| is_same(&server.seal("pass", ""), pass))
    {
        return Ok(());
    }
    // A cookie of an earlier run is no guess.
    if bearer.is_some() && !server.wrong.take(peer, now) {
        return Err(too_many());
    }
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "需要访问口令。请用启动时显示的完整地址打开，或在请求头写 Authorization: Bearer 口令。",
        "a token is needed: open the whole address shown at the start, or send Authorization: Bearer TOKEN",
    ))
}

/// Says that somebody knocks too often.
pub fn too_many() -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "请求太多，请稍等一分钟。", "too many requests; wait a minute")
}

/// A browser says where a request comes from; what is no browser says nothing and carries nobody's cookies.
fn is_from_us(server: &Server, headers: &HeaderMap, host: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_own = |origin: &str| origin == format!("{}://{host}", server.access.scheme());
    text(ORIGIN).is_none_or(is_own)
        && text(HeaderName::from_static("sec-fetch-site")).is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// Returns what is to be told instead of an answer that has no body for people.
fn problem_of(response: &mut Response, method: &Method) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    let is_ours = response.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    if !status.is_client_error() || is_ours {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Problem::new(status, "没有这个页面。", "there is no such page"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, format!("这个地址不接受 {method}。"), format!("this address does not take {method}"))
        }
        _ => Problem::new(
            status,
            "请求看不懂，请检查地址和参数。",
            "the request cannot be read; check address and parameters",
        ),
    })
}

#[derive(Serialize)]
struct Told<'a> {
    error: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    status: u16,
    message: &'a str,
    #[serde(flatten)]
    trouble: Trouble<'a>,
}

fn tell(visit: &Visit, problem: &Problem) -> Response {
    let message = problem.text(visit.lang());
    let told = Told { error: Text { status: problem.status.as_u16(), message, trouble: problem.told(visit.lang()) } };
    let shown = visit.show("page/error.html", ["出了点问题", "Something is wrong"], &told);
    let mut response = shown.unwrap_or_else(|_| problem.text(visit.lang()).to_owned().into_response());
    *response.status_mut() = problem.status;
    response
}

fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
