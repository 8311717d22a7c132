//! One WebSocket, from its first message to its last. One task does it all, so that a client that does not read is not read from
//! either: what waits for it is one message, and after a while it is let go.

use std::{collections::HashMap, time::Duration};

use actix_ws::MessageStream;
use async_graphql::Request;
use berth_app::user::Visit;
use futures::{
    StreamExt,
    stream::{self, AbortHandle, Abortable, BoxStream, SelectAll},
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};

use super::{
    Shared,
    answer::Answer,
    caller::{Asker, Locale, Over},
    door::Guest,
    engine,
    frames::{Broken, Gatherer, Whole},
    outbox::Outbox,
    protocol::{ClientMessage, Farewell, Greeting, ServerMessage},
    refused::Refused,
    seats::Seat,
};

/// The times and numbers of one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketLimits {
    /// From the handshake to `connection_init`.
    pub init: Duration,
    /// Between our pings.
    pub ping: Duration,
    /// A peer from which nothing came for so long, not even a pong, is taken for dead.
    pub silence: Duration,
    /// How long a message may wait for a peer that does not read.
    pub stall: Duration,
    /// Operations under way at once.
    pub operations: usize,
    /// Sockets of the whole server.
    pub sockets: usize,
    /// From one address, of whom nobody knows yet.
    pub of_address: usize,
    /// Of one user.
    pub of_user: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            init: Duration::from_secs(5),
            ping: Duration::from_secs(20),
            silence: Duration::from_mins(1),
            stall: Duration::from_secs(30),
            operations: 50,
            sockets: 2048,
            of_address: 64,
            of_user: 100,
        }
    }
}

/// What was known of the peer before it said anything.
pub(super) struct Handshake {
    /// Who was recognised by what the upgrade bore.
    pub(super) guest: Option<Guest>,
    pub(super) locale: Locale,
    pub(super) trace_id: String,
    pub(super) visit: Visit,
    pub(super) permit: OwnedSemaphorePermit,
    /// Absent for whoever is not counted.
    pub(super) seat: Option<Seat>,
}

pub(super) async fn run(
    shared: actix_web::web::Data<Shared>,
    outbox: Outbox,
    frames: MessageStream,
    handshake: Handshake,
) {
    let mut socket = Socket { shared, outbox, handshake, caller: None, operations: Operations::default() };
    let _counted = socket.shared.meters.socket();
    let farewell = socket.converse(frames).await;
    tracing::debug!(trace_id = socket.handshake.trace_id, ?farewell, "a socket ended");
    let stall = socket.shared.socket.stall;
    if let Some(reason) = farewell.reason() {
        // A peer that does not even take its farewell needs none.
        let _ = timeout(stall, socket.outbox.close(reason)).await;
    }
    // The next may have its place when this one's farewell is said.
    drop((socket.handshake.permit, socket.handshake.seat));
}

struct Socket {
    shared: actix_web::web::Data<Shared>,
    outbox: Outbox,
    handshake: Handshake,
    /// Set by `connection_init`.
    caller: Option<Asker>,
    operations: Operations,
}

/// What happened next.
enum Step {
    Frame(Option<Result<actix_ws::Message, actix_ws::ProtocolError>>),
    Output(Output),
    Ping,
    /// Somebody may have been shut out.
    Changed,
}

impl Socket {
    async fn converse(&mut self, frames: MessageStream) -> Farewell {
        // One byte of leeway makes the gatherer, which answers in words, refuse what is just too long.
        let mut frames = frames.max_frame_size(super::frames::LIMIT + 1);
        let drain = self.shared.drain.clone();
        let limits = self.shared.socket;
        let begun = Instant::now();
        let mut pings = interval_at(begun + limits.ping, limits.ping);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut changed = self.shared.door.changed();
        let mut gatherer = Gatherer::default();
        let mut heard = begun;
        loop {
            let step = tokio::select! {
                () = drain.begun() => return Farewell::GoingAway,
                () = sleep_until(begun + limits.init), if self.caller.is_none() => return Farewell::InitTimeout,
                frame = frames.recv() => Step::Frame(frame),
                Some(output) = self.operations.next() => Step::Output(output),
                Ok(()) = changed.changed() => Step::Changed,
                _ = pings.tick() => Step::Ping,
            };
            let done = match step {
                Step::Frame(Some(frame)) => {
                    heard = Instant::now();
                    self.take(gatherer.take(frame)).await
                }
                Step::Frame(None) => Err(Farewell::Gone),
                Step::Output(output) => self.put(output).await,
                Step::Ping if heard.elapsed() > limits.silence => Err(Farewell::Gone),
                // A session that ran out changes nothing, so it is looked at now and then. To be here counts as a use of it.
                Step::Ping => match self.recognise() {
                    Ok(()) => within(limits.stall, self.outbox.ping()).await,
                    Err(farewell) => Err(farewell),
                },
                Step::Changed => self.recognise(),
            };
            if let Err(farewell) = done {
                return farewell;
            }
        }
    }

    /// Whoever is shut out goes at once. Whoever may do other things than before comes in anew: what is open was opened under other rights.
    fn recognise(&self) -> Result<(), Farewell> {
        let Some(guest) = self.caller.as_ref().and_then(|caller| caller.guest.as_ref()) else {
            return Ok(());
        };
        match self.shared.door.still(guest) {
            None => Err(Farewell::SignedOut),
            Some(now) if now.principal != guest.principal => Err(Farewell::Forbidden),
            Some(_) => Ok(()),
        }
    }

    async fn take(&mut self, message: Result<Whole, Broken>) -> Result<(), Farewell> {
        match message {
            Ok(Whole::Text(text)) => match serde_json::from_str(&text) {
                Ok(message) => self.hear(message).await,
                Err(_) => Err(Farewell::BadMessage),
            },
            Ok(Whole::Ping(payload)) => within(self.shared.socket.stall, self.outbox.pong(&payload)).await,
            Ok(Whole::Nothing) => Ok(()),
            Ok(Whole::Closed) => Err(Farewell::Returned),
            Err(Broken::TooBig) => Err(Farewell::TooBig),
            Err(Broken::NotText) => Err(Farewell::NotText),
            Err(Broken::Protocol) => Err(Farewell::ProtocolError),
        }
    }

    async fn hear(&mut self, message: ClientMessage) -> Result<(), Farewell> {
        match message {
            ClientMessage::ConnectionInit { payload } => self.greet(payload.unwrap_or_default()).await,
            ClientMessage::Ping => self.say(ServerMessage::Pong).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.begin(id, *payload).await,
            ClientMessage::Complete { id } => {
                self.operations.end(&id);
                Ok(())
            }
        }
    }

    async fn greet(&mut self, greeting: Greeting) -> Result<(), Farewell> {
        if self.caller.is_some() {
            return Err(Farewell::TooManyInits);
        }
        let guest = match greeting.token {
            Some(token) => self.shared.door.admit(&token),
            // It may have been ended since the handshake.
            None => self.handshake.guest.as_ref().and_then(|guest| self.shared.door.still(guest)),
        };
        let Some(guest) = guest else { return Err(Farewell::Forbidden) };
        self.sit(&guest)?;
        let locale = greeting.locale.map_or(self.handshake.locale, |locale| Locale::of(&locale));
        self.caller = Some(Asker {
            guest: Some(guest),
            locale,
            trace_id: self.handshake.trace_id.clone(),
            visit: self.handshake.visit.clone(),
            over: Over::Socket,
            alone: false,
        });
        self.say(ServerMessage::ConnectionAck).await
    }

    /// Among those of the user from now on, and no more among the strangers of an address.
    fn sit(&mut self, guest: &Guest) -> Result<(), Farewell> {
        self.handshake.seat = None;
        let seat = self.shared.seats.take(Some(guest), &self.handshake.visit);
        self.handshake.seat = seat.map_err(|_| Farewell::TooManySockets)?;
        Ok(())
    }

    async fn begin(&mut self, id: String, request: Request) -> Result<(), Farewell> {
        // What changed meanwhile may not have been heard yet.
        self.recognise()?;
        let Some(caller) = &self.caller else { return Err(Farewell::Unauthorized) };
        if id.is_empty() {
            return Err(Farewell::BadMessage);
        }
        if self.operations.contains(&id) {
            return Err(Farewell::Duplicate(id));
        }
        let prepared = if self.operations.len() < self.shared.socket.operations {
            let admitted = self.shared.pace.admit(caller.guest.as_ref(), caller.visit.address);
            admitted.and_then(|()| self.shared.engine.prepare(request, caller))
        } else {
            Err(Refused::TooManyOperations)
        };
        match prepared {
            Ok(prepared) => {
                self.operations.begin(id, self.shared.engine.stream(prepared));
                Ok(())
            }
            Err(refused) => {
                let errors = [refused.error(caller.locale, &caller.trace_id)];
                self.say(ServerMessage::Error { id: &id, payload: &errors }).await
            }
        }
    }

    async fn put(&mut self, output: Output) -> Result<(), Farewell> {
        match output {
            // Nothing was executed: one `error`, and no `complete` after it.
            Output::Next(id, Answer::Own(response)) if engine::is_request_error(&response) => {
                self.operations.end(&id);
                self.say(ServerMessage::Error { id: &id, payload: &response.errors }).await
            }
            Output::Next(id, answer) => self.say(ServerMessage::Next { id: &id, payload: &answer }).await,
            Output::Done(id) => {
                self.operations.end(&id);
                self.say(ServerMessage::Complete { id: &id }).await
            }
        }
    }

    async fn say(&mut self, message: ServerMessage<'_>) -> Result<(), Farewell> {
        within(self.shared.socket.stall, self.outbox.text(|| message.to_json())).await
    }
}

/// Whoever takes nothing for so long is as good as gone.
async fn within(
    stall: Duration,
    sent: impl Future<Output = Result<(), actix_ws::Closed>>,
) -> Result<(), Farewell> {
    match timeout(stall, sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Farewell::Gone),
    }
}

enum Output {
    Next(String, Answer),
    Done(String),
}

/// The operations of one socket by the ids that the client gave them.
#[derive(Default)]
struct Operations {
    outputs: SelectAll<Abortable<BoxStream<'static, Output>>>,
    handles: HashMap<String, AbortHandle>,
}

impl Operations {
    fn contains(&self, id: &str) -> bool {
        self.handles.contains_key(id)
    }

    fn len(&self) -> usize {
        self.handles.len()
    }

    fn begin(&mut self, id: String, answers: BoxStream<'static, Answer>) {
        let (handle, registration) = AbortHandle::new_pair();
        let done = stream::iter([Output::Done(id.clone())]);
        let next = id.clone();
        let outputs = answers.map(move |answer| Output::Next(next.clone(), answer)).chain(done);
        self.outputs.push(Abortable::new(outputs.boxed(), registration));
        self.handles.insert(id, handle);
    }

    /// Nothing of it is put out after this, so its id may be used anew at once.
    fn end(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }

    /// Nothing when no operation is under way.
    async fn next(&mut self) -> Option<Output> {
        self.outputs.next().await
    }
}
