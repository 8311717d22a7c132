//! `/_sim/…`: for tests and outside judges. Unsigned, and no part of the simulated service.

use std::time::Duration;

use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{call::parse_query, dispatch::Service, script::Script, server::Simulation};

/// Why a control request was refused; shown as `{"error": …}` with status 400.
type Complaint = String;

pub(crate) fn answer(simulation: &Simulation, method: &str, target: &str, body: &[u8]) -> HttpResponse {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let done = match (method, path.trim_start_matches("/_sim/")) {
        ("GET", "state") => state(simulation, query),
        ("POST", "script") => play(simulation, body),
        ("POST", "clock") => move_clock(simulation, body),
        ("POST", place) if place.starts_with("terminate/") => {
            terminate(simulation.service(), &place["terminate/".len()..])
        }
        _ => return HttpResponse::NotFound().json(json!({ "error": "no such control" })),
    };
    match done {
        Ok(value) => HttpResponse::Ok().json(value),
        Err(complaint) => HttpResponse::BadRequest().json(json!({ "error": complaint })),
    }
}

/// `?requests=0` leaves the requests out; `?after=N` leaves out those up to number N.
fn state(simulation: &Simulation, query: &str) -> Result<Value, Complaint> {
    let query = parse_query(query);
    let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let after = match (find("requests"), find("after").map(str::parse)) {
        (Some("0"), _) => None,
        (_, None) => Some(0),
        (_, Some(Ok(after))) => Some(after),
        (_, Some(Err(_))) => return Err("`after` is not a number".to_owned()),
    };
    Ok(simulation.report(after))
}

fn play(simulation: &Simulation, body: &[u8]) -> Result<Value, Complaint> {
    let text = std::str::from_utf8(body).map_err(|_| "the script is not UTF-8".to_owned())?;
    let script = Script::parse(text).map_err(|why| {
        let source = std::error::Error::source(&why).map(ToString::to_string).unwrap_or_default();
        format!("{why}: {source}")
    })?;
    simulation.play(script);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Shift {
    /// Moves world time forward.
    advance_ms: u64,
    /// Sets how far the service's date is from the machine's; negative is behind.
    skew_ms: Option<i64>,
}

fn move_clock(simulation: &Simulation, body: &[u8]) -> Result<Value, Complaint> {
    let shift: Shift = serde_json::from_slice(body).map_err(|why| why.to_string())?;
    simulation.advance(Duration::from_millis(shift.advance_ms));
    if let Some(skew) = shift.skew_ms {
        simulation.set_skew(skew);
    }
    Ok(json!({ "time": crate::clock::timestamp(simulation.service().world().now()) }))
}

fn terminate(service: &Service, id: &str) -> Result<Value, Complaint> {
    let mut world = service.world();
    let owner = world.instances.iter().find(|one| one.id == id).map(|one| one.tenant);
    let owner = owner.ok_or_else(|| format!("there is no instance {id}"))?;
    let work = world.terminate(owner, id).map_err(|refusal| refusal.message.into_owned())?;
    Ok(json!({ "workRequestId": work }))
}
