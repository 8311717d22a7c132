//! Streams of lines beside GraphQL, which is not the way for a million rows.

use std::{io, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data, Query},
};
use berth_domain::access::Act;
use berth_store::Position;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::{
    Shared, caller,
    door::{Door, Guest},
    origin,
    refused::Refused,
};

/// They hold everything that ever happened.
const WHAT: Act = Act::ReadHistory;
/// A session that ran out changes nothing, so it is looked at now and then. To be here counts as a use of it.
const LOOK: Duration = Duration::from_secs(20);

/// JSON, an object a line.
pub type Lines = BoxStream<'static, io::Result<Bytes>>;

/// What can be fetched. A stream that ends with an error breaks the connection, so that a part is never taken for the whole.
pub trait Downloads: Send + Sync {
    fn events(&self, wanted: &Wanted) -> Lines;
    /// Every row of every read model.
    fn rows(&self) -> Lines;
}

/// Which events, and how plain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    /// Those after this position.
    pub after: Position,
    /// And not after this one.
    pub to: Option<Position>,
    /// With identifiers and addresses masked.
    pub redact: bool,
}

pub(super) async fn events(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let wanted = Query::<Wanted>::from_query(request.query_string()).map_err(|_| Refused::NoSuchSpan);
    let lines = admit(&request, &shared)
        .and_then(|guest| Ok(while_admitted(shared.downloads.events(&wanted?.into_inner()), &shared, guest)));
    answer(&request, lines, "events.jsonl")
}

pub(super) async fn rows(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let guest = admit(&request, &shared);
    let lines = guest.map(|guest| while_admitted(shared.downloads.rows(), &shared, guest));
    answer(&request, lines, "projections.jsonl")
}

fn admit(request: &HttpRequest, shared: &Shared) -> Result<Guest, Refused> {
    if shared.drain.is_draining() {
        return Err(Refused::Draining);
    }
    origin::check(request)?;
    caller::require(request, shared, WHAT)
}

/// For as long as whoever asked may have them; then the stream breaks. A task of its own reads the lines, so that it hears of it also
/// while the other side takes nothing, and nothing is held for somebody who was shut out.
fn while_admitted(lines: Lines, shared: &Shared, guest: Guest) -> Lines {
    let (pieces, mut receiver) = mpsc::channel(1);
    let door = shared.door.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = shut_out(&*door, &guest) => {
                pieces.send(Err(io::Error::other("whoever asked for this was shut out"))).await.ok();
            }
            () = pass_on(lines, &pieces) => {}
        }
    });
    Box::pin(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

async fn pass_on(mut lines: Lines, pieces: &mpsc::Sender<io::Result<Bytes>>) {
    while let Some(piece) = lines.next().await {
        if pieces.send(piece).await.is_err() {
            return;
        }
    }
}

async fn shut_out(door: &dyn Door, guest: &Guest) {
    let mut changed = door.changed();
    while door.still(guest).is_some_and(|now| now.principal.may(WHAT).is_ok()) {
        tokio::select! {
            Ok(()) = changed.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn answer(request: &HttpRequest, lines: Result<Lines, Refused>, name: &str) -> HttpResponse {
    match lines {
        Ok(lines) => HttpResponse::Ok()
            .content_type("application/jsonl")
            .insert_header(("content-disposition", format!("attachment; filename=\"{name}\"")))
            .streaming(lines),
        Err(refused) => super::endpoints::refuse(request, &refused),
    }
}

/// Where nothing can be fetched.
pub(super) fn none() -> Arc<dyn Downloads> {
    struct Nothing;
    impl Downloads for Nothing {
        fn events(&self, _: &Wanted) -> Lines {
            Box::pin(futures::stream::empty())
        }

        fn rows(&self) -> Lines {
            Box::pin(futures::stream::empty())
        }
    }
    Arc::new(Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_of_positions_that_a_log_can_reach() {
        let wanted = |query| Query::<Wanted>::from_query(query);
        let span = wanted("after=7&to=9223372036854775806&redact=true").unwrap().into_inner();
        assert_eq!((span.after, span.redact), (Position::new(7), true));
        assert_eq!(wanted("").unwrap().into_inner(), Wanted::default());
        for wrong in ["after=9223372036854775807", "to=18446744073709551615", "after=-1", "to=x", "until=1"] {
            assert!(wanted(wrong).is_err(), "{wrong}");
        }
    }
}
