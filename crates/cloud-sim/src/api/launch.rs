//! `LaunchInstance`: the one operation that the script decides on.
//!
//! In this order: is the request sound, was its retry token used, does everything it names exist, what does the script
//! say, do the limits allow it. Whatever is refused leaves no trace but the journal's.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::launch_order::Order;
use crate::{
    answer::{Answer, HangUp, Refusal},
    call::Call,
    cidr::Cidr,
    clock::{milliseconds, timestamp},
    journal::Launch,
    ocid::{Kind, REGION},
    script::{Asker, Fate, Grant, Outcome, Step},
    state::{
        World,
        instance::{Card, Instance},
        timeline::Timeline,
        token::Repeat,
    },
};

const OPERATION: &str = "LaunchInstance";

pub(super) fn launch(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let order = Order::read(call)?;
    world.journal[call.number].launch = Some(Launch {
        display_name: order.display_name.clone(),
        freeform_tags: order.field("freeformTags"),
        availability_domain: order.availability_domain.clone(),
        shape: order.shape.name.to_owned(),
        body_hash: hex::encode(Sha256::digest(&call.body)),
        instance_id: None,
        repeated: false,
    });
    if let Some(answer) = repeated(world, call, &order)? {
        return Ok(answer);
    }
    order.check(world, call.tenant)?;
    let step = next_step(world, call, &order)?;
    world.journal[call.number].step = step.as_ref().map(|step| step.text.clone());
    let delay = step.as_ref().map(|step| step.delay).unwrap_or_default();
    let outcome = step.map_or_else(|| Outcome::Grant(Grant::default()), |step| step.outcome);
    Ok(follow(world, call, &order, outcome).unwrap_or_else(Answer::from).after(delay))
}

/// The answer of an earlier launch with the same token, if there was one.
fn repeated(world: &mut World, call: &Call, order: &Order) -> Result<Option<Answer>, Refusal> {
    let Some(token) = &call.retry_token else { return Ok(None) };
    let now = world.now();
    let id = match world.tokens.look_up(&(call.tenant, OPERATION, token.clone()), &order.request, now) {
        Repeat::New => return Ok(None),
        Repeat::Collision => return Err(Refusal::retry_token_collision()),
        Repeat::Same(id) => id.to_owned(),
    };
    let instance = world.instance(call.tenant, &id)?;
    if !instance.is_live(now) {
        return Err(Refusal::retry_token_invalidated());
    }
    let answer = Answer::json(instance.render(now)).header("etag", instance.etag(now));
    let work = world.work_requests.iter().find(|work| work.instance_id == id).map(|work| work.id.clone());
    if let Some(launch) = &mut world.journal[call.number].launch {
        launch.instance_id = Some(id);
        launch.repeated = true;
    }
    Ok(Some(work.into_iter().fold(answer, |answer, work| answer.header("opc-work-request-id", work))))
}

fn next_step(world: &mut World, call: &Call, order: &Order) -> Result<Option<Step>, Refusal> {
    let tags = order.details.strings("freeformTags")?;
    Ok(world.playbook.launch(&Asker {
        tenant: &world.tenants[call.tenant].profile.name,
        availability_domain: &order.availability_domain,
        shape: order.shape.name,
        display_name: &order.display_name,
        tags,
    }))
}

/// Does what the script says.
fn follow(world: &mut World, call: &Call, order: &Order, outcome: Outcome) -> Result<Answer, Refusal> {
    match outcome {
        Outcome::Refuse(mut refusal) => {
            refusal.message = refusal.message.replace("{shape}", order.shape.name).into();
            Err(refusal)
        }
        Outcome::Suspend(refusal) => {
            world.tenants[call.tenant].suspended = true;
            Err(refusal)
        }
        Outcome::Drop => Ok(Answer::dropped()),
        Outcome::Garbage => Ok(Answer::garbage()),
        Outcome::Grant(grant) => {
            check_limits(world, call.tenant, order)?;
            accept(world, call, order, &grant)
        }
    }
}

fn check_limits(world: &World, tenant: usize, order: &Order) -> Result<(), Refusal> {
    if !world.limits.enforce || !order.shape.is_a1() {
        return Ok(());
    }
    let (cores, memory) = world.a1_used(tenant, None);
    let exceeded = [
        (memory + order.memory > f64::from(world.limits.memory), "standard-a1-memory-count"),
        (cores + order.ocpus > f64::from(world.limits.cores), "standard-a1-core-count"),
    ];
    let names: Vec<_> = exceeded.iter().filter(|(over, _)| *over).map(|(_, name)| *name).collect();
    if names.is_empty() { Ok(()) } else { Err(Refusal::limit_exceeded(&names.join(", "))) }
}

/// Makes the instance, its work request, and the memory of its retry token.
fn accept(world: &mut World, call: &Call, order: &Order, grant: &Grant) -> Result<Answer, Refusal> {
    let instance = build(world, call, order, grant)?;
    let id = instance.id.clone();
    world.add_instance(instance);
    let now = world.now();
    let after = grant.slow.unwrap_or(world.provision);
    let (end, error) = match &grant.fate {
        Fate::Fails(message) => ((Some(after), "FAILED"), Some(message.clone())),
        Fate::Stuck => ((None, "IN_PROGRESS"), None),
        Fate::Runs | Fate::Terminates => ((Some(after), "SUCCEEDED"), None),
    };
    let work = world.add_work_request(OPERATION, (call.tenant, &id), end, error)?;
    if let Some(token) = call.retry_token.clone() {
        world.tokens.bind((call.tenant, OPERATION, token), order.request.clone(), &id, now);
    }
    if let Some(launch) = &mut world.journal[call.number].launch {
        launch.instance_id = Some(id.clone());
    }
    let instance = world.instance(call.tenant, &id)?;
    let answer = if grant.garbled { Answer::garbage() } else { Answer::json(instance.render(now)) };
    let mut answer = answer.header("etag", instance.etag(now));
    answer.hang_up = grant.cut.then_some(HangUp::Cut);
    Ok(answer.header("opc-work-request-id", work))
}

fn build(world: &mut World, call: &Call, order: &Order, grant: &Grant) -> Result<Instance, Refusal> {
    let now = world.now();
    let after = grant.slow.unwrap_or(world.provision);
    let life = match grant.fate {
        Fate::Runs => Timeline::starting(now, "PROVISIONING", &[(after, "RUNNING")]),
        Fate::Stuck => Timeline::starting(now, "PROVISIONING", &[]),
        Fate::Fails(_) | Fate::Terminates => Timeline::starting(
            now,
            "PROVISIONING",
            &[(after, "TERMINATING"), (after + world.provision, "TERMINATED")],
        ),
    };
    let id = world.new_id(Kind::Instance);
    let serial = world.next_serial();
    Ok(Instance {
        fields: fields(order, &id, &timestamp(now), serial),
        tenant: call.tenant,
        compartment: order.compartment.clone(),
        availability_domain: order.availability_domain.clone(),
        shape: order.shape.name,
        ocpus: order.ocpus,
        memory: order.memory,
        display_name: order.display_name.clone(),
        retry_token: call.retry_token.clone(),
        created: now,
        life,
        revision: 1,
        listed_from: now.saturating_add(milliseconds(grant.late)),
        card: card(world, call, order, (serial, grant))?,
        boot_volume_id: world.new_id(Kind::BootVolume),
        boot_volume_gb: order.boot_volume_gb,
        boot_volume_vpus: order.boot_volume_vpus,
        boot_volume_lags: grant.attaching,
        id,
    })
}

/// Addresses are out of the subnet's block and out of 198.18.0.0/15, which is set aside for tests.
fn card(
    world: &mut World,
    call: &Call,
    order: &Order,
    (serial, grant): (u64, &Grant),
) -> Result<Card, Refusal> {
    let subnet = world.record(call.tenant, Kind::Subnet, &order.subnet_id)?;
    let private_ip = Cidr::parse(subnet.text("cidrBlock"))?.host(serial + 1);
    let public_ip =
        order.wants_public_ip(subnet).then(|| format!("198.18.{}.{}", serial / 254 % 256, serial % 254 + 1));
    Ok(Card {
        id: world.new_id(Kind::Vnic),
        attachment_id: world.new_id(Kind::VnicAttachment),
        subnet_id: order.subnet_id.clone(),
        hostname: order.hostname.clone(),
        private_ip_id: world.new_id(Kind::PrivateIp),
        private_ip,
        public_ip,
        public_ip_after: grant.no_ip,
    })
}

/// Everything that `GetInstance` shows and that does not change by itself.
fn fields(order: &Order, id: &str, created: &str, serial: u64) -> serde_json::Map<String, Value> {
    let fields = json!({
        "id": id,
        "availabilityDomain": order.availability_domain,
        "compartmentId": order.compartment,
        "definedTags": order.field("definedTags"),
        "displayName": order.display_name,
        "extendedMetadata": order.field("extendedMetadata"),
        "faultDomain": order.fault_domain.clone().unwrap_or_else(|| format!("FAULT-DOMAIN-{}", serial % 3 + 1)),
        "freeformTags": order.field("freeformTags"),
        "imageId": order.image_id,
        "launchMode": "PARAVIRTUALIZED",
        "launchOptions": crate::catalogue::launch_options(),
        "instanceOptions": { "areLegacyImdsEndpointsDisabled": false },
        "availabilityConfig": { "recoveryAction": "RESTORE_INSTANCE" },
        "metadata": order.field("metadata"),
        "region": REGION,
        "shape": order.shape.name,
        "shapeConfig": {
            "ocpus": order.ocpus,
            "memoryInGBs": order.memory,
            "networkingBandwidthInGbps": order.ocpus,
            "maxVnicAttachments": 2,
            "gpus": 0,
            "localDisks": 0,
        },
        "isCrossNumaNode": false,
        "sourceDetails": {
            "sourceType": "image",
            "bootVolumeSizeInGBs": order.boot_volume_gb,
            "bootVolumeVpusPerGB": order.boot_volume_vpus,
            "imageId": order.image_id,
        },
        "systemTags": {},
        "timeCreated": created,
        "agentConfig": {
            "isMonitoringDisabled": false,
            "isManagementDisabled": false,
            "areAllPluginsDisabled": false,
            "pluginsConfig": [],
        },
    });
    fields.as_object().cloned().unwrap_or_default()
}
