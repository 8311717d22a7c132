//! What the other side says back, and how the connection fares.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpResponse,
    body::{BodySize, MessageBody},
    http::{StatusCode, header},
    web::Bytes,
};
use serde_json::Value;

/// How much a `huge` answer sends, unless the client stops reading before.
const FLOOD: usize = 64 << 20;

#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    pub(super) end: End,
    /// Real time to wait before anything is sent.
    pub(super) delay: Duration,
}

#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    Text(String),
    /// Bytes that are neither JSON nor UTF-8, as a broken proxy may send them.
    Garbage,
    /// More than anybody should take in.
    Flood,
}

/// What becomes of the connection once the request is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Answer,
    Close,
    /// Neither answered nor closed, until the client goes or the simulator stops.
    Hang,
}

impl Reply {
    fn with(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, end: End::Answer, delay: Duration::ZERO }
    }

    pub(super) fn json(status: u16, body: Value) -> Self {
        Self::with(status, Body::Json(body))
    }

    pub(super) fn text(status: u16, body: impl Into<String>) -> Self {
        Self::with(status, Body::Text(body.into()))
    }

    pub(super) fn garbage() -> Self {
        Self::with(200, Body::Garbage)
    }

    pub(super) fn flood() -> Self {
        Self::with(200, Body::Flood)
    }

    pub(super) fn redirect(to: String) -> Self {
        Self::text(302, "").header("location", to)
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn ending(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The HTTP of it. Delay and end are the server's business.
    pub(super) fn into_response(self) -> HttpResponse {
        let mut response =
            HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if self.end != End::Answer {
            response.force_close();
        }
        match self.body {
            Body::Json(value) => response.content_type("application/json").body(value.to_string()),
            Body::Text(text) => response.content_type("text/plain; charset=utf-8").body(text),
            Body::Garbage => {
                response.content_type("application/json").body(&b"\x00\xff<html>It works!\xc3(</html>"[..])
            }
            Body::Flood => {
                response.insert_header((header::CONTENT_TYPE, "application/json")).body(Flood { left: FLOOD })
            }
        }
    }
}

/// A body that is made while it is sent, so that a huge one takes no memory here.
struct Flood {
    left: usize,
}

impl MessageBody for Flood {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        const PIECE: &[u8] = &[b' '; 16 << 10];
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left = self.left.saturating_sub(PIECE.len());
        Poll::Ready(Some(Ok(Bytes::from_static(PIECE))))
    }
}
