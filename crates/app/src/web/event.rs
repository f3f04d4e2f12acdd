//! What has just happened, for pages that are open: a number, a kind, a risk. Never what a message says.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use tokio::sync::broadcast;

/// Events that a slow page may lag behind before it is told only that it missed some.
const MOST_WAITING: usize = 64;

/// A message was judged and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Arrival {
    /// Its number in the inbox.
    pub id: i64,
    /// Kind.
    pub kind: &'static str,
    /// Risk.
    pub risk: &'static str,
    /// When it was received, in milliseconds since 1970.
    pub time_ms: Option<i64>,
}

/// Tells open pages.
#[derive(Debug)]
pub struct Events {
    sender: broadcast::Sender<Arrival>,
    unseen: AtomicU64,
}

impl Default for Events {
    fn default() -> Self {
        Self { sender: broadcast::channel(MOST_WAITING).0, unseen: AtomicU64::new(0) }
    }
}

impl Events {
    /// Tells everybody who listens; nobody listening is no failure.
    pub fn tell(&self, arrival: Arrival) {
        if arrival.risk == "high" {
            self.unseen.fetch_add(1, Ordering::Relaxed);
        }
        let _ = self.sender.send(arrival);
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arrival> {
        self.sender.subscribe()
    }

    /// Returns how many of high risk have come since the inbox was last looked at.
    pub fn unseen(&self) -> u64 {
        self.unseen.load(Ordering::Relaxed)
    }

    /// Notes that the inbox was looked at.
    pub fn seen(&self) {
        self.unseen.store(0, Ordering::Relaxed);
    }
}

impl Arrival {
    /// Returns what is told of a message that has come into the inbox.
    pub fn of(arrived: &crate::command::import::Arrived) -> Self {
        Self { id: arrived.id, kind: arrived.kind, risk: arrived.risk, time_ms: arrived.time_ms }
    }
}
