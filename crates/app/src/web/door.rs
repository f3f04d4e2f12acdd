//! The entrance beyond this computer, and how somebody wants to see pages.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use serde::Deserialize;

use super::answer::{Problem, Reply, redirect};
use super::server::Server;
use super::view::{PASS_COOKIE, is_choice};

/// A year, in seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// `/enter?token=`.
#[derive(Deserialize)]
pub struct Entrance {
    token: String,
}

/// Lets in who has the token, and remembers the browser.
pub async fn enter(
    State(server): State<Arc<Server>>,
    peer: axum::Extension<super::connection::Peer>,
    Query(entrance): Query<Entrance>,
) -> Reply {
    #[expect(clippy::disallowed_methods, reason = "the application reads the clock")]
    let now = std::time::Instant::now();
    let address = peer.0.0.ip();
    if !server.access.is_token(&entrance.token) {
        if !server.wrong.take(address, now) {
            return Err(super::guard::too_many());
        }
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "口令不对。请用启动时显示的完整地址打开。",
            "the token is wrong; open the whole address shown at the start",
        ));
    }
    let secure = if server.access.is_tls { "; Secure" } else { "" };
    let mut response = redirect("/");
    let line = format!("{PASS_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict{secure}", server.seal("pass", ""));
    append(&mut response, &line);
    Ok(response)
}

/// `/preferences?theme=dark&back=/inbox`.
#[derive(Deserialize)]
pub struct Preference {
    lang: Option<String>,
    theme: Option<String>,
    size: Option<String>,
    back: Option<String>,
}

/// Remembers a choice in a cookie; it changes nothing but looks, so that a link may do it.
pub async fn prefer(Query(preference): Query<Preference>) -> Reply {
    let mut response = redirect(preference.back.as_deref().unwrap_or("/"));
    for (name, value) in [("lang", &preference.lang), ("theme", &preference.theme), ("size", &preference.size)] {
        if let Some(value) = value.as_deref().filter(|value| is_choice(name, value)) {
            append(&mut response, &format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax"));
        }
    }
    Ok(response)
}

fn append(response: &mut axum::response::Response, line: &str) {
    if let Ok(value) = HeaderValue::from_str(line) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
