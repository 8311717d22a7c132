//! A live feed that survives breaks: it remembers the position of the last batch and subscribes again after it, so that nothing is
//! missed and nothing seen twice.
//!
//! The feed runs in a task of its own, so that waiting for it can be given up at any moment without losing a batch.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{sync::mpsc, task::JoinHandle};

use super::{
    Client, Position,
    websocket::{Ended, Socket},
};
use crate::failure::Failure;

/// The longest pause is so many times the first.
const LONGEST_PAUSE: u32 = 128;

/// What a feed has to tell.
#[derive(Debug)]
pub(crate) enum News {
    Batch(Value),
    /// The connection broke; the feed goes on by itself as soon as it can. Told once a break.
    Lost,
}

pub(crate) struct Feed {
    news: mpsc::Receiver<Result<News, Failure>>,
    worker: JoinHandle<()>,
}

impl Feed {
    /// Subscribes after a position; at the head when there is none.
    pub(crate) fn start(
        client: &Client,
        document: &'static str,
        variables: Value,
        after: Option<Position>,
        first_pause: Duration,
    ) -> Self {
        Self::spawn(|sender| Worker::new(client, document, variables, first_pause, sender).after(after))
    }

    /// Subscribes to what has no positions: after a break it goes on with what comes then.
    pub(crate) fn of_moments(
        client: &Client,
        document: &'static str,
        variables: Value,
        first_pause: Duration,
    ) -> Self {
        Self::spawn(|sender| Worker::new(client, document, variables, first_pause, sender))
    }

    fn spawn(worker: impl FnOnce(mpsc::Sender<Result<News, Failure>>) -> Worker) -> Self {
        let (sender, news) = mpsc::channel(16);
        Self { news, worker: tokio::spawn(worker(sender).run()) }
    }

    /// Waits for news. A failure is the end: the server cannot be reached for the first time, or refuses.
    pub(crate) async fn next(&mut self) -> Result<News, Failure> {
        self.news.recv().await.unwrap_or_else(|| Err(Failure::strange("the feed ended without a word")))
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.worker.abort();
    }
}

struct Worker {
    client: Client,
    document: &'static str,
    variables: Value,
    after: Option<Position>,
    has_positions: bool,
    pause: Pause,
    was_connected: bool,
    sender: mpsc::Sender<Result<News, Failure>>,
}

impl Worker {
    fn new(
        client: &Client,
        document: &'static str,
        variables: Value,
        first_pause: Duration,
        sender: mpsc::Sender<Result<News, Failure>>,
    ) -> Self {
        Self {
            client: client.clone(),
            document,
            variables,
            after: None,
            has_positions: false,
            pause: Pause { first: first_pause, breaks: 0 },
            was_connected: false,
            sender,
        }
    }

    fn after(self, after: Option<Position>) -> Self {
        Self { after, has_positions: true, ..self }
    }

    async fn run(mut self) {
        loop {
            let failure = match self.follow().await {
                Ended::Refused(failure) => failure,
                Ended::Lost(cause) if !self.was_connected => self.client.not_reached(cause),
                Ended::Lost(cause) => {
                    self.client.tell_what_is_sent(self.document, format_args!("{cause}"));
                    if self.pause.breaks == 0 && self.sender.send(Ok(News::Lost)).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(self.pause.next()).await;
                    continue;
                }
            };
            // Whoever listened may be gone; then nobody needs to know.
            let _ = self.sender.send(Err(failure)).await;
            return;
        }
    }

    /// Subscribes once and passes batches on until the connection ends.
    async fn follow(&mut self) -> Ended {
        if self.has_positions {
            self.variables["after"] = json!(self.after);
        }
        self.client.tell_what_is_sent(self.document, format_args!("after {:?}", self.after));
        let request = json!({ "query": self.document, "variables": self.variables });
        let mut socket = match Socket::open(&self.client, &request).await {
            Ok(socket) => socket,
            Err(ended) => return ended,
        };
        self.was_connected = true;
        loop {
            let batch = match socket.next(&self.client).await {
                Ok(batch) => batch,
                Err(ended) => return ended,
            };
            match Position::of(&batch) {
                Ok(position) => self.after = self.after.max(Some(position)),
                Err(failure) if self.has_positions => return Ended::Refused(failure),
                Err(_) => {}
            }
            self.pause.breaks = 0;
            if self.sender.send(Ok(News::Batch(batch))).await.is_err() {
                return Ended::Lost("nobody listens".into());
            }
        }
    }
}

/// Doubles from break to break, up to a limit; a batch that comes through starts it anew.
struct Pause {
    first: Duration,
    breaks: u32,
}

impl Pause {
    fn next(&mut self) -> Duration {
        let factor = 2_u32.saturating_pow(self.breaks).min(LONGEST_PAUSE);
        self.breaks += 1;
        self.first * factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        let mut pause = Pause { first: Duration::from_millis(250), breaks: 0 };
        let pauses: Vec<_> = (0..40).map(|_| pause.next()).collect();
        assert_eq!(pauses[..3], [250, 500, 1_000].map(Duration::from_millis));
        assert_eq!(pauses[39], Duration::from_secs(32));
    }
}
