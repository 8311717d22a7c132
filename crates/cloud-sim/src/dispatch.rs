//! From a request to its answer: journal, signature, route, scripted faults, operation.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use actix_web::http::header::HeaderMap;
use serde_json::Value;

use crate::{
    answer::{Answer, Body, HangUp, Refusal},
    api::{self, Route},
    call::{Call, parse_query},
    clock::timestamp,
    journal::Entry,
    keys::Callers,
    script::{Asker, Outcome},
    signature::{self, Signed},
    state::World,
};

/// The simulated service: who may call, and what exists.
pub(crate) struct Service {
    pub(crate) callers: Callers,
    world: Mutex<World>,
}

/// An answer and what every answer carries.
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) request_id: String,
    pub(crate) date: SystemTime,
}

impl Service {
    pub(crate) fn new(callers: Callers, world: World) -> Self {
        Self { callers, world: Mutex::new(world) }
    }

    /// The world. A panic elsewhere does not make it unusable: tests want to see what was left.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn answer(&self, request: &Signed<'_>) -> Reply {
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let route = api::find(request.method, path);
        let number = self.note_arrival(request, route.as_ref().ok().map(|(route, _)| route.name));
        let date = self.world().clock.wall();
        let caller = signature::verify(request, &self.callers, date);
        let mut world = self.world();
        let answer = match (caller, route) {
            (Err(reason), _) => {
                world.journal[number].unauthenticated = Some(reason.to_string());
                Refusal::not_authenticated().into()
            }
            (Ok(tenant), _) if world.tenants[tenant].suspended => {
                world.journal[number].tenant = Some(tenant + 1);
                Refusal::not_found().into()
            }
            (Ok(tenant), Err(refusal)) => {
                world.journal[number].tenant = Some(tenant + 1);
                refusal.into()
            }
            (Ok(tenant), Ok((route, ids))) => {
                world.journal[number].tenant = Some(tenant + 1);
                carry_out(&mut world, route, &call(request, query, (tenant, number), ids))
            }
        };
        note_status(&mut world.journal[number], &answer);
        let request_id = format!("{}/{}/{}", asked_id(request.headers), hex_id(), hex_id());
        Reply { answer, request_id, date }
    }

    fn note_arrival(&self, request: &Signed<'_>, operation: Option<&'static str>) -> usize {
        let mut world = self.world();
        let number = world.journal.len();
        let entry = Entry {
            number: number + 1,
            time: timestamp(world.now()),
            method: request.method.to_owned(),
            target: request.target.to_owned(),
            operation,
            opc_request_id: header(request.headers, "opc-request-id"),
            opc_retry_token: header(request.headers, "opc-retry-token"),
            fingerprint: signature::fingerprint(request.headers),
            tenant: None,
            status: Value::Null,
            code: None,
            step: None,
            unauthenticated: None,
            launch: None,
        };
        world.journal.push(entry);
        number
    }
}

/// Plays a scripted fault if there is one, and otherwise the operation.
fn carry_out(world: &mut World, route: &Route, call: &Call) -> Answer {
    let asker = Asker { tenant: &world.tenants[call.tenant].profile.name, ..Asker::default() };
    let reads = world.journal[call.number].method == "GET";
    let Some(step) = world.playbook.fault(route.name, reads, &asker) else {
        return (route.carry_out)(world, call).unwrap_or_else(Answer::from);
    };
    world.journal[call.number].step = Some(step.text.clone());
    let answer = match step.outcome {
        Outcome::Refuse(refusal) => refusal.into(),
        Outcome::Suspend(refusal) => {
            world.tenants[call.tenant].suspended = true;
            refusal.into()
        }
        Outcome::Drop => Answer::dropped(),
        Outcome::Garbage => Answer::garbage(),
        Outcome::Grant(grant) => {
            let mut answer = (route.carry_out)(world, call).unwrap_or_else(Answer::from);
            answer.hang_up = answer.hang_up.or(grant.cut.then_some(HangUp::Cut));
            answer
        }
    };
    let delay = answer.delay.max(step.delay);
    answer.after(delay)
}

fn call(request: &Signed<'_>, query: &str, (tenant, number): (usize, usize), ids: Vec<String>) -> Call {
    Call {
        tenant,
        number,
        ids,
        query: parse_query(query),
        if_match: header(request.headers, "if-match"),
        retry_token: header(request.headers, "opc-retry-token"),
        body: request.body.to_vec(),
    }
}

fn note_status(entry: &mut Entry, answer: &Answer) {
    entry.status = answer.hang_up.map_or_else(|| answer.status.into(), |hang_up| hang_up.word().into());
    if let Body::Json(body) = &answer.body
        && answer.status >= 400
    {
        entry.code = body.get("code").and_then(Value::as_str).map(str::to_owned);
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// What the client called the request, or a name in its stead.
fn asked_id(headers: &HeaderMap) -> String {
    header(headers, "opc-request-id").filter(|id| !id.is_empty()).unwrap_or_else(hex_id)
}

fn hex_id() -> String {
    hex::encode_upper(rand::random::<[u8; 16]>())
}
