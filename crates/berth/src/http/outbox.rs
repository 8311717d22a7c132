//! What waits to be sent to one peer. Of messages there is one at a time: the next is put there when that one is on its way, and whoever
//! makes them waits so long. Behind it the library would keep 32, which of five hundred peers who do not read would be the server's memory.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};
use actix_ws::{CloseReason, Closed, Session};
use tokio::sync::Notify;

/// The end that messages are put into.
pub(super) struct Outbox {
    session: Session,
    slot: Rc<Slot>,
}

/// Whether a message lies there. The connection and whoever sends over it are served by the same thread.
#[derive(Default)]
struct Slot {
    full: Cell<bool>,
    emptied: Notify,
}

/// The end that the connection takes from, when it has room.
struct Taken {
    body: BoxBody,
    slot: Rc<Slot>,
}

/// Puts an outbox between a session and its answer.
pub(super) fn between(session: Session, answer: HttpResponse) -> (Outbox, HttpResponse) {
    let slot = Rc::new(Slot::default());
    let outbox = Outbox { session, slot: slot.clone() };
    (outbox, answer.map_body(|_, body| BoxBody::new(Taken { body, slot })))
}

impl Outbox {
    /// Waits until the message before it is on its way, and only then writes this one.
    pub(super) async fn text(&mut self, write: impl FnOnce() -> String) -> Result<(), Closed> {
        while self.slot.full.get() {
            self.slot.emptied.notified().await;
        }
        self.slot.full.set(true);
        self.session.text(write()).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Closed> {
        self.session.ping(b"").await
    }

    pub(super) async fn pong(&mut self, payload: &[u8]) -> Result<(), Closed> {
        self.session.pong(payload).await
    }

    pub(super) async fn close(self, reason: CloseReason) -> Result<(), Closed> {
        self.session.close(Some(reason)).await
    }
}

impl Slot {
    fn empty(&self) {
        self.full.set(false);
        self.emptied.notify_one();
    }
}

/// The connection has ended: whoever waits hears of it from the session.
impl Drop for Taken {
    fn drop(&mut self) {
        self.slot.empty();
    }
}

impl MessageBody for Taken {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    /// The library gives all that lies there at once.
    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let taken = Pin::new(&mut self.body).poll_next(context);
        if taken.is_ready() {
            self.slot.empty();
        }
        taken
    }
}
