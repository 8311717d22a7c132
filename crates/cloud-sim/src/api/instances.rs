//! Instances after their launch.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    listing,
    state::{World, instance::Instance, token::Repeat},
};

const CHANGEABLE: &[&str] = &[
    "displayName",
    "freeformTags",
    "definedTags",
    "metadata",
    "extendedMetadata",
    "shape",
    "shapeConfig",
    "agentConfig",
    "instanceOptions",
    "availabilityConfig",
    "faultDomain",
    "updateOperationConstraint",
];

fn show(instance: &Instance, world: &World) -> Answer {
    let now = world.now();
    Answer::json(instance.render(now)).header("etag", instance.etag(now))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(show(world.instance(call.tenant, call.id())?, world))
}

/// Shows terminated ones too; hides those that a script makes appear late.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let compartment = call.required("compartmentId")?;
    world.check_compartment(call.tenant, compartment)?;
    let now = world.now();
    let shown = |one: &&Instance| {
        one.compartment == compartment
            && one.listed_from <= now
            && call.admits(&[
                ("availabilityDomain", &one.availability_domain),
                ("displayName", &one.display_name),
                ("lifecycleState", one.state(now)),
            ])
    };
    let instances = world.instances_of(call.tenant).filter(shown).collect();
    listing::sorted(call, instances, world.page_size, |one| one.render(now))
}

/// Changes what needs no restart at once. A change of shape is taken over but not simulated further.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let details = call.details(CHANGEABLE)?;
    details.strings("freeformTags")?;
    let now = world.now();
    let instance = world.instance_mut(call.tenant, call.id())?;
    call.check_etag(&instance.etag(now))?;
    if !instance.is_live(now) {
        return Err(Refusal::incorrect_state(instance.state(now)));
    }
    if let Some(name) = details.text("displayName")? {
        name.clone_into(&mut instance.display_name);
    }
    if let Some(size) =
        details.object("shapeConfig", &["ocpus", "memoryInGBs", "vcpus", "baselineOcpuUtilization"])?
    {
        instance.ocpus = size.number("ocpus")?.unwrap_or(instance.ocpus);
        instance.memory = size.number("memoryInGBs")?.unwrap_or(instance.memory);
    }
    let (ocpus, memory) = (instance.ocpus, instance.memory);
    let changed = details
        .0
        .into_iter()
        .filter(|(name, _)| name != "updateOperationConstraint" && name != "shapeConfig");
    instance.fields.extend(changed);
    if let Some(Value::Object(config)) = instance.fields.get_mut("shapeConfig") {
        config.insert("ocpus".into(), json!(ocpus));
        config.insert("memoryInGBs".into(), json!(memory));
    }
    instance.revision += 1;
    let done = (Some(Duration::ZERO), "SUCCEEDED");
    let work = world.add_work_request("UpdateInstance", (call.tenant, call.id()), done, None)?;
    let answer = show(world.instance(call.tenant, call.id())?, world);
    Ok(answer.header("opc-work-request-id", work))
}

/// A power action. The soft ones are as quick as the hard ones here.
pub(super) fn act(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let action = call.required("action")?;
    let (now, pause) = (world.now(), world.provision);
    let token = call.retry_token.clone().map(|token| (call.tenant, "InstanceAction", token));
    let request = json!([call.id(), action]);
    match token.as_ref().map_or(Repeat::New, |token| world.tokens.look_up(token, &request, now)) {
        Repeat::New => {}
        Repeat::Same(_) => return Ok(show(world.instance(call.tenant, call.id())?, world)),
        Repeat::Collision => return Err(Refusal::retry_token_collision()),
    }
    let instance = world.instance_mut(call.tenant, call.id())?;
    call.check_etag(&instance.etag(now))?;
    let state = instance.state(now);
    match (action, state) {
        ("STOP" | "SOFTSTOP", "RUNNING") => instance.life.turn(now, "STOPPING", &[(pause, "STOPPED")]),
        ("START", "STOPPED") => instance.life.turn(now, "STARTING", &[(pause, "RUNNING")]),
        ("RESET" | "SOFTRESET" | "DIAGNOSTICREBOOT" | "REBOOTMIGRATE", "RUNNING") => {
            instance.life.turn(now, "STARTING", &[(pause, "RUNNING")]);
        }
        ("SENDDIAGNOSTICINTERRUPT", "RUNNING") => {}
        (
            "STOP"
            | "SOFTSTOP"
            | "START"
            | "RESET"
            | "SOFTRESET"
            | "DIAGNOSTICREBOOT"
            | "REBOOTMIGRATE"
            | "SENDDIAGNOSTICINTERRUPT",
            _,
        ) => return Err(Refusal::incorrect_state(state)),
        _ => return Err(Refusal::invalid(format!("{action} is not an action"))),
    }
    instance.revision += 1;
    if let Some(token) = token {
        world.tokens.bind(token, request, call.id(), now);
    }
    Ok(show(world.instance(call.tenant, call.id())?, world))
}

pub(super) fn terminate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let etag = world.instance(call.tenant, call.id())?.etag(world.now());
    call.check_etag(&etag)?;
    let work = world.terminate(call.tenant, call.id())?;
    Ok(Answer::no_content().header("opc-work-request-id", work))
}
