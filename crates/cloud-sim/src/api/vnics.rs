//! Network cards and the addresses on them: the way from an instance to its public address.

use serde_json::json;

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    clock::timestamp,
    listing,
    ocid::{self, Kind},
    state::{World, instance::Instance},
};

pub(super) fn list_attachments(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let compartment = call.required("compartmentId")?;
    world.check_compartment(call.tenant, compartment)?;
    let now = world.now();
    let shown = |one: &&Instance| {
        one.compartment == compartment
            && one.listed_from <= now
            && call.admits(&[
                ("instanceId", &one.id),
                ("availabilityDomain", &one.availability_domain),
                ("vnicId", &one.card.id),
            ])
    };
    let attachments: Vec<_> =
        world.instances_of(call.tenant).filter(shown).map(|one| one.render_attachment(now)).collect();
    listing::plain(call, &attachments, world.page_size)
}

pub(super) fn get_attachment(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    let owner = world.instances_of(call.tenant).find(|one| one.card.attachment_id == call.id());
    let owner = owner.ok_or_else(Refusal::not_found)?;
    Ok(Answer::json(owner.render_attachment(now))
        .header("etag", ocid::etag(call.id(), 0, owner.attachment_state(now))))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    let owner = world.instances_of(call.tenant).find(|one| one.card.id == call.id());
    let owner = owner.ok_or_else(Refusal::not_found)?;
    let card = owner.render_card(now).ok_or_else(Refusal::not_found)?;
    let etag = ocid::etag(call.id(), u64::from(owner.public_ip(now).is_some()), owner.state(now));
    Ok(Answer::json(card).header("etag", etag))
}

pub(super) fn list_private_ips(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let now = world.now();
    let shown = |one: &&Instance| {
        one.attachment_state(now) == "ATTACHED"
            && call.admits(&[
                ("vnicId", &one.card.id),
                ("subnetId", &one.card.subnet_id),
                ("ipAddress", &one.card.private_ip),
            ])
    };
    let address = |one: &Instance| {
        json!({
            "id": one.card.private_ip_id,
            "availabilityDomain": one.availability_domain,
            "compartmentId": one.compartment,
            "displayName": one.display_name,
            "definedTags": {},
            "freeformTags": {},
            "ipAddress": one.card.private_ip,
            "isPrimary": true,
            "subnetId": one.card.subnet_id,
            "vnicId": one.card.id,
            "timeCreated": timestamp(one.created),
        })
    };
    let addresses: Vec<_> = world.instances_of(call.tenant).filter(shown).map(address).collect();
    listing::plain(call, &addresses, world.page_size)
}

pub(super) fn public_ip(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let details = call.details(&["privateIpId"])?;
    let wanted = details.required("privateIpId")?;
    let now = world.now();
    let owner = world.instances_of(call.tenant).find(|one| one.card.private_ip_id == wanted);
    let owner = owner.ok_or_else(Refusal::not_found)?;
    let address = owner.public_ip(now).ok_or_else(Refusal::not_found)?;
    let id = ocid::regional(Kind::PublicIp, &owner.id);
    let body = json!({
        "id": id,
        "assignedEntityId": wanted,
        "assignedEntityType": "PRIVATE_IP",
        "availabilityDomain": owner.availability_domain,
        "compartmentId": owner.compartment,
        "definedTags": {},
        "freeformTags": {},
        "displayName": owner.display_name,
        "ipAddress": address,
        "lifecycleState": "ASSIGNED",
        "lifetime": "EPHEMERAL",
        "privateIpId": wanted,
        "scope": "AVAILABILITY_DOMAIN",
        "timeCreated": timestamp(owner.created),
    });
    Ok(Answer::json(body).header("etag", ocid::etag(&id, 0, "ASSIGNED")))
}
