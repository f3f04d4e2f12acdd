//! The pages' own script and style.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

const STYLE: &str = include_str!("../../web/style.css");
const SCRIPT: &str = include_str!("../../web/script.js");
/// Their address changes with the program's version.
const KEPT: &str = "max-age=86400";

/// Returns the style.
pub async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, KEPT)], STYLE).into_response()
}

/// Returns the script.
pub async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, KEPT)], SCRIPT).into_response()
}
