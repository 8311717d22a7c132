//! `/channels/_control/…`: for tests and outside judges, no part of any channel.

use std::time::Duration;

use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Channels, Delivery, Strictness, arrival::Arrival, kind::Kind, plot::Place, telegram::Press};
use crate::script::Script;

/// Why a control request was refused; shown as `{"error": …}` with status 400.
type Complaint = String;

pub(super) fn answer(channels: &Channels, arrival: &Arrival) -> HttpResponse {
    let done = match (arrival.method.as_str(), arrival.path.as_str()) {
        ("GET", "deliveries") => deliveries(channels, arrival),
        ("DELETE", "deliveries") => {
            channels.forget();
            Ok(json!({}))
        }
        ("GET", "busiest") => busiest(channels, arrival),
        ("GET", "minutes") => Ok(minutes(channels)),
        ("POST", "script") => play(channels, arrival),
        ("POST", "sink") => sink(channels, arrival),
        ("POST", "ceilings") => ceilings(channels, arrival),
        ("POST", "clock") => move_clock(channels, arrival),
        ("POST", "telegram/update") => update(channels, arrival),
        _ => return HttpResponse::NotFound().json(json!({ "error": "no such control" })),
    };
    match done {
        Ok(value) => HttpResponse::Ok().json(value),
        Err(complaint) => HttpResponse::BadRequest().json(json!({ "error": complaint })),
    }
}

/// `?kind=…`, `?to=…`, `?accepted=true`, `?after=N` leave out the others.
fn deliveries(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    let kind = kind(arrival)?;
    let to = arrival.parameter("to");
    let accepted = arrival.parameter("accepted") == Some("true");
    let after = arrival.parameter("after").map_or(Ok(0), str::parse::<usize>);
    let after = after.map_err(|_| "`after` is not a number".to_owned())?;
    let wanted = |one: &Delivery| {
        kind.is_none_or(|kind| one.kind == kind)
            && to.is_none_or(|to| one.to == to)
            && (one.accepted || !accepted)
            && one.number > after
    };
    let found: Vec<_> = channels.deliveries().into_iter().filter(wanted).collect();
    let duplicates = found.iter().filter(|one| one.duplicate).count();
    Ok(json!({ "deliveries": found, "duplicates": duplicates }))
}

fn kind(arrival: &Arrival) -> Result<Option<Kind>, Complaint> {
    let named = |word| Kind::named(word).ok_or_else(|| format!("`{word}` is not a kind of channel"));
    arrival.parameter("kind").map(named).transpose()
}

/// `?kind=…&to=…&within_ms=60000`: the most messages within any window of that length.
fn busiest(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    let kind = kind(arrival)?.ok_or("`kind` is missing")?;
    let within = arrival.parameter("within_ms").map_or(Ok(60_000), str::parse);
    let within = within.map_err(|_| "`within_ms` is not a number".to_owned())?;
    let to = arrival.parameter("to").unwrap_or_default();
    Ok(json!({ "most": channels.busiest(kind, to, Duration::from_millis(within)) }))
}

/// How many came to each place in each minute of the clock.
fn minutes(channels: &Channels) -> Value {
    let mut counts = std::collections::BTreeMap::<(i64, Kind, String), (u64, u64)>::new();
    for one in channels.deliveries() {
        let count = counts.entry((one.at_ms.div_euclid(60_000), one.kind, one.to)).or_default();
        count.0 += 1;
        count.1 += u64::from(one.accepted);
    }
    let row = |((minute, kind, to), (arrived, accepted)): ((i64, Kind, String), (u64, u64))| {
        json!({
            "minute_ms": minute * 60_000, "kind": kind, "to": to, "arrived": arrived, "accepted": accepted,
        })
    };
    counts.into_iter().map(row).collect()
}

fn play(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    let script = Script::parse(&arrival.text()).map_err(|why| {
        let source = std::error::Error::source(&why).map(ToString::to_string).unwrap_or_default();
        format!("{why}: {source}")
    })?;
    channels.play(&script);
    Ok(json!({}))
}

fn read<'a, T: Deserialize<'a>>(arrival: &'a Arrival) -> Result<T, Complaint> {
    serde_json::from_slice(&arrival.body).map_err(|why| why.to_string())
}

fn sink(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    let place: Place = read(arrival)?;
    channels.set_sink(place.kind, &place.to, place.sink());
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ceilings {
    ceilings: Strictness,
}

fn ceilings(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    channels.set_ceilings(read::<Ceilings>(arrival)?.ceilings);
    Ok(json!({}))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Shift {
    advance_ms: u64,
    skew_ms: Option<i64>,
}

fn move_clock(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    let shift: Shift = read(arrival)?;
    channels.advance(Duration::from_millis(shift.advance_ms));
    if let Some(skew) = shift.skew_ms {
        channels.set_skew(skew);
    }
    Ok(json!({ "at_ms": channels.state().now() }))
}

/// What somebody does to a bot: writes (`text`), presses (`data` below `message_id`), or anything else (`update`).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    token: String,
    #[serde(default)]
    chat: i64,
    /// Without it, whoever the chat is with.
    from: Option<i64>,
    text: Option<String>,
    data: Option<String>,
    #[serde(default)]
    message_id: i64,
    update: Option<serde_json::Map<String, Value>>,
}

fn update(channels: &Channels, arrival: &Arrival) -> Result<Value, Complaint> {
    let Done { token, chat, from, text, data, message_id, update } = read(arrival)?;
    let from = from.unwrap_or(chat);
    match (text, data, update) {
        (Some(text), None, None) => {
            Ok(json!({ "update_id": channels.telegram_write(&token, chat, from, &text) }))
        }
        (None, Some(data), None) => {
            let press = Press { chat, from, message_id, data };
            Ok(json!({ "callback_query_id": channels.telegram_press(&token, &press) }))
        }
        (None, None, Some(update)) => {
            let (kind, content) = update.into_iter().next().ok_or("`update` is empty")?;
            Ok(json!({ "update_id": channels.telegram_update(&token, &kind, content) }))
        }
        _ => Err("one of `text`, `data` and `update` is needed".to_owned()),
    }
}
