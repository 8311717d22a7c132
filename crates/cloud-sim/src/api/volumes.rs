//! Boot volumes, which come and go with their instances. Preserving one is not simulated.

use serde_json::json;

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    clock::timestamp,
    listing,
    ocid::{self, Kind},
    state::{World, instance::Instance},
};

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    let shown = |one: &&Instance| {
        call.admits(&[("compartmentId", &one.compartment), ("availabilityDomain", &one.availability_domain)])
    };
    let volumes: Vec<_> =
        world.instances_of(call.tenant).filter(shown).map(|one| one.render_boot_volume(now)).collect();
    listing::plain(call, &volumes, world.page_size)
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    let owner = world.instances_of(call.tenant).find(|one| one.boot_volume_id == call.id());
    let owner = owner.ok_or_else(Refusal::not_found)?;
    Ok(Answer::json(owner.render_boot_volume(now)).header("etag", ocid::etag(call.id(), 0, owner.state(now))))
}

pub(super) fn list_attachments(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let domain = call.required("availabilityDomain")?;
    let compartment = call.required("compartmentId")?;
    world.check_compartment(call.tenant, compartment)?;
    let now = world.now();
    let shown = |one: &&Instance| {
        one.availability_domain == domain
            && one.compartment == compartment
            && one.is_placed(now)
            && call.admits(&[("instanceId", &one.id), ("bootVolumeId", &one.boot_volume_id)])
    };
    let attachment = |one: &Instance| {
        json!({
            "id": ocid::regional(Kind::BootVolumeAttachment, &one.id),
            "availabilityDomain": one.availability_domain,
            "compartmentId": one.compartment,
            "bootVolumeId": one.boot_volume_id,
            "instanceId": one.id,
            "lifecycleState": one.volume_state(now),
            "timeCreated": timestamp(one.created),
        })
    };
    let attachments: Vec<_> = world.instances_of(call.tenant).filter(shown).map(attachment).collect();
    listing::plain(call, &attachments, world.page_size)
}
