//! From a path below `/channels/` to the channel, and from its reply to the wire.

use actix_web::{HttpRequest, HttpResponse};

use super::{
    Channels,
    arrival::Arrival,
    bark, control, dingtalk, feishu,
    kind::Kind,
    reply::{End, Reply},
    serverchan, slack, telegram, webhook,
};
use crate::server::Line;

/// What stands before every path here.
pub(crate) const PREFIX: &str = "/channels/";

pub(crate) async fn serve(channels: &Channels, request: &HttpRequest, body: &[u8]) -> HttpResponse {
    let path = request.path().strip_prefix(PREFIX).unwrap_or_default();
    let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
    let arrival = Arrival::of(request, rest, body);
    if kind == "_control" {
        return control::answer(channels, &arrival);
    }
    let reply = match Kind::named(kind) {
        Some(kind) => reply(channels, kind, &arrival).await,
        None => Reply::text(404, "no such channel"),
    };
    finish(channels, request, reply).await
}

async fn reply(channels: &Channels, kind: Kind, arrival: &Arrival) -> Reply {
    match kind {
        Kind::Telegram => telegram::answer(channels, arrival).await,
        Kind::DingTalk => dingtalk::answer(&mut channels.state(), arrival),
        Kind::Webhook => webhook::answer(&mut channels.state(), arrival),
        Kind::Feishu => feishu::answer(&mut channels.state(), arrival),
        Kind::Slack => slack::answer(&mut channels.state(), arrival),
        Kind::Bark => bark::answer(&mut channels.state(), arrival),
        Kind::ServerChan => serverchan::answer(&mut channels.state(), arrival),
        Kind::Email => Reply::text(404, "mail is taken by SMTP"),
    }
}

async fn finish(channels: &Channels, request: &HttpRequest, reply: Reply) -> HttpResponse {
    let let_go = channels.closed();
    tokio::pin!(let_go);
    if !reply.delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(reply.delay) => {}
            () = &mut let_go => {}
        }
    }
    if reply.end == End::Hang {
        let_go.await;
    }
    if reply.end != End::Answer
        && let Some(line) = request.conn_data::<Line>()
    {
        line.close();
    }
    reply.into_response()
}
