//! What became of launches, updates and terminations.

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    listing,
    state::{World, work_request::WorkRequest},
};

fn own<'a>(world: &'a World, call: &Call) -> Result<&'a WorkRequest, Refusal> {
    let this = |request: &&WorkRequest| request.id == call.id() && request.tenant == call.tenant;
    world.work_requests.iter().rev().find(this).ok_or_else(Refusal::not_found)
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::json(own(world, call)?.render(world.now())))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let compartment = call.required("compartmentId")?;
    world.check_compartment(call.tenant, compartment)?;
    let shown = |request: &&WorkRequest| {
        request.tenant == call.tenant
            && request.compartment == compartment
            && call.admits(&[("resourceId", &request.instance_id)])
    };
    let now = world.now();
    let requests: Vec<_> =
        world.work_requests.iter().rev().filter(shown).map(|one| one.summary(now)).collect();
    listing::plain(call, &requests, world.page_size)
}

pub(super) fn list_errors(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let errors = own(world, call)?.errors(world.now());
    listing::plain(call, &errors, world.page_size)
}
