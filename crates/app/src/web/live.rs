//! Events for open pages, as the browser's own `EventSource` reads them.

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use judge::verdict::Kind;
use knowledge::Lang;
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Duration, timeout};

use super::answer::Visit;
use super::event::Arrival;
use crate::report;

/// A sign of life, so that a connection that is gone is noticed.
const SILENCE: Duration = Duration::from_secs(20);

/// For a page that lagged behind: there is news, perhaps grave, and the inbox knows.
const MISSED: &str = "event: alert\ndata: {}\n\nevent: message-kept\ndata: {}\n\n";

/// Streams events until the page is closed.
pub async fn events(visit: Visit) -> Response {
    let stream = Events { receiver: visit.server.events.listen(), lang: visit.lang(), is_new: true };
    let body = Body::from_stream(futures_util::stream::unfold(stream, |mut events| async move {
        let line = events.next().await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(line)), events))
    }));
    ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
}

struct Events {
    receiver: Receiver<Arrival>,
    lang: Lang,
    is_new: bool,
}

/// What a page is told: never what a message says.
#[derive(Serialize)]
struct Told<'a> {
    id: i64,
    risk: &'a str,
    kind: &'a str,
    kind_name: &'a str,
}

impl Events {
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_new) {
            return Some("retry: 3000\n\n".to_owned());
        }
        match timeout(SILENCE, self.receiver.recv()).await {
            Err(_) => Some(": still here\n\n".to_owned()),
            Ok(Ok(arrival)) => Some(self.told(&arrival)),
            // What was missed stands in the inbox.
            Ok(Err(RecvError::Lagged(_))) => Some(MISSED.to_owned()),
            Ok(Err(RecvError::Closed)) => None,
        }
    }

    fn told(&self, arrival: &Arrival) -> String {
        let kind = Kind::from_id(arrival.kind);
        let kind_name = kind.map_or(arrival.kind, |kind| report::kind_name(kind, self.lang));
        let told = Told { id: arrival.id, risk: arrival.risk, kind: arrival.kind, kind_name };
        let json = serde_json::to_string(&told).unwrap_or_default();
        let alert = if arrival.risk == "high" { format!("event: alert\ndata: {json}\n\n") } else { String::new() };
        format!("{alert}event: message-kept\nid: {}\ndata: {json}\n\n", arrival.id)
    }
}
