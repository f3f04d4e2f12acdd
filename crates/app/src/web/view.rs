//! How somebody wants to see pages: language, theme, size of type; kept in cookies, so that it works without script.

use axum::http::header::{COOKIE, HeaderMap};
use knowledge::Lang;
use serde::Serialize;

use super::server::Server;

/// What every page knows of who looks at it.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// `zh` or `en`.
    pub lang: &'static str,
    /// `auto`, `light` or `dark`.
    pub theme: &'static str,
    /// `normal` or `large`.
    pub size: &'static str,
    /// The address of the page, without its query.
    pub path: String,
    /// What forms must send back.
    pub csrf: String,
    /// The page's title.
    pub title: String,
    /// How many of high risk have come unseen.
    pub alerts_unseen: u64,
    /// The program's version.
    pub version: &'static str,
}

/// Name of the cookie that forms are bound to.
pub const FORM_COOKIE: &str = "zhenxin-form";
/// Name of the cookie of who has shown the token.
pub const PASS_COOKIE: &str = "zhenxin-pass";

/// Choices that a cookie may hold; anything else is the first.
const THEMES: [&str; 3] = ["auto", "light", "dark"];
const SIZES: [&str; 2] = ["normal", "large"];

impl View {
    /// Returns what the headers ask for.
    pub fn of(server: &Server, headers: &HeaderMap, path: String) -> Self {
        let pick = |name: &str, choices: &[&'static str]| {
            let given = cookie(headers, name);
            choices.iter().copied().find(|choice| given == Some(*choice)).unwrap_or(choices[0])
        };
        let lang = match (cookie(headers, "lang"), server.lang) {
            (Some("en"), _) | (None, Lang::En) => "en",
            _ => "zh",
        };
        let csrf = cookie(headers, FORM_COOKIE).map(|form| server.seal("form", form)).unwrap_or_default();
        Self {
            lang,
            theme: pick("theme", &THEMES),
            size: pick("size", &SIZES),
            path,
            csrf,
            title: String::new(),
            alerts_unseen: server.events.unseen(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Returns the language.
    pub fn lang(&self) -> Lang {
        if self.lang == "en" { Lang::En } else { Lang::Zh }
    }
}

/// Returns whether a cookie may be set to a value.
pub fn is_choice(name: &str, value: &str) -> bool {
    match name {
        "lang" => matches!(value, "zh" | "en"),
        "theme" => THEMES.contains(&value),
        "size" => SIZES.contains(&value),
        _ => false,
    }
}

/// Returns a cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}
