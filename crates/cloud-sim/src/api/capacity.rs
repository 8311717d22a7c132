//! The capacity report, which is a hint and here as untrustworthy as in the real service: it does not know what launches
//! will be answered, and says what the script makes it say.

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    catalogue::Shape,
    clock::timestamp,
    script::Room,
    state::World,
};

/// Only the root compartment may ask.
pub(super) fn report(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let details = call.details(&["compartmentId", "availabilityDomain", "shapeAvailabilities"])?;
    let tenant = &world.tenants[call.tenant];
    if details.required("compartmentId")? != tenant.profile.tenancy {
        return Err(Refusal::not_found());
    }
    let domain = details.required("availabilityDomain")?;
    if !tenant.availability_domains.iter().any(|name| name == domain) {
        return Err(Refusal::not_found());
    }
    let asked =
        details.list("shapeAvailabilities")?.ok_or_else(|| Refusal::missing("shapeAvailabilities"))?;
    if asked.is_empty() || asked.len() > 10 {
        return Err(Refusal::invalid("shapeAvailabilities must hold 1 to 10 entries"));
    }
    let found: Result<Vec<_>, _> = asked.iter().map(|asked| availability(world, domain, asked)).collect();
    Ok(Answer::json(json!({
        "compartmentId": tenant.profile.tenancy,
        "availabilityDomain": domain,
        "shapeAvailabilities": found?,
        "timeCreated": timestamp(world.now()),
    })))
}

fn availability(world: &World, domain: &str, asked: &Value) -> Result<Value, Refusal> {
    let known = ["instanceShape", "faultDomain", "instanceShapeConfig"];
    let Some(fields) =
        asked.as_object().filter(|fields| fields.keys().all(|key| known.contains(&key.as_str())))
    else {
        return Err(Refusal::invalid("shapeAvailabilities holds an unrecognized field"));
    };
    let name = fields
        .get("instanceShape")
        .and_then(Value::as_str)
        .ok_or_else(|| Refusal::missing("instanceShape"))?;
    let usual = if Shape::named(name).is_some() { Room::Available } else { Room::Unsupported };
    let status = world.playbook.room(domain, name).unwrap_or(usual).word();
    let mut answer = fields.clone();
    answer.retain(|_, value| !value.is_null());
    answer.insert("availabilityStatus".to_owned(), status.into());
    Ok(answer.into())
}
