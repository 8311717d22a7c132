//! The word that the server is about to stop, heard by every socket and every new request.

use tokio::sync::watch;

/// Clones share the word. Once given it stays.
#[derive(Debug, Clone)]
pub(super) struct Drain(watch::Sender<bool>);

impl Drain {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(super) fn begin(&self) {
        self.0.send_replace(true);
    }

    pub(super) fn is_draining(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when the word is given, at once if it was.
    pub(super) async fn begun(&self) {
        let waited = self.0.subscribe().wait_for(|draining| *draining).await.map(|_| ());
        waited.expect("the sender lives as long as this handle");
    }
}
