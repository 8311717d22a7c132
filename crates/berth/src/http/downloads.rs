//! Streams of lines beside GraphQL, which is not the way for a million rows.

use std::{io, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data, Query},
};
use berth_store::Position;
use futures::stream::BoxStream;
use serde::Deserialize;

use super::{Shared, caller, origin, refused::Refused};

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
    let wanted = Query::<Wanted>::from_query(request.query_string());
    let admitted = admit(&request, &shared).and_then(|()| wanted.map_err(|_| Refused::NoSuchSpan));
    answer(&request, admitted.map(|wanted| shared.downloads.events(&wanted)), "events.jsonl")
}

pub(super) async fn rows(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    answer(&request, admit(&request, &shared).map(|()| shared.downloads.rows()), "projections.jsonl")
}

fn admit(request: &HttpRequest, shared: &Shared) -> Result<(), Refused> {
    if shared.drain.is_draining() {
        return Err(Refused::Draining);
    }
    origin::check(request)?;
    caller::require(request, &shared.token)
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
