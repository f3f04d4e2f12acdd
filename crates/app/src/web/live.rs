//! Events for open pages, as the browser's own EventSource reads them.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Duration, timeout};

use super::event::Arrival;
use super::server::Server;

/// A sign of life, so that a connection that is gone is noticed.
const SILENCE: Duration = Duration::from_secs(20);

/// Streams events until the page is closed.
pub async fn events(State(server): State<Arc<Server>>) -> Response {
    let stream = Events { receiver: server.events.listen(), is_new: true };
    let body = Body::from_stream(futures_util::stream::unfold(stream, |mut events| async move {
        let line = events.next().await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(line)), events))
    }));
    ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
}

struct Events {
    receiver: Receiver<Arrival>,
    is_new: bool,
}

impl Events {
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_new) {
            return Some("retry: 3000\n\n".to_owned());
        }
        match timeout(SILENCE, self.receiver.recv()).await {
            Err(_) => Some(": still here\n\n".to_owned()),
            Ok(Ok(arrival)) => {
                let json = serde_json::to_string(&arrival).unwrap_or_default();
                Some(format!("event: message\nid: {}\ndata: {json}\n\n", arrival.id))
            }
            // What was missed stands in the inbox.
            Ok(Err(RecvError::Lagged(_))) => Some("event: missed\ndata: {}\n\n".to_owned()),
            Ok(Err(RecvError::Closed)) => None,
        }
    }
}
