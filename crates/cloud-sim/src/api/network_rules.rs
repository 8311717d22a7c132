//! Routes, security rules, and which part of a network still needs which.

use serde_json::{Value, json};

use crate::{
    answer::Refusal,
    ocid::Kind,
    state::{World, record::Record},
};

/// The two lists of a security list, and how a rule names its other side.
pub(super) const DIRECTIONS: &[(&str, &str)] =
    &[("egressSecurityRules", "destination"), ("ingressSecurityRules", "source")];

const ROUTE_FIELDS: &[&str] =
    &["cidrBlock", "destination", "destinationType", "networkEntityId", "description", "routeType"];
const SECURITY_FIELDS: &[&str] =
    &["description", "icmpOptions", "isStateless", "protocol", "tcpOptions", "udpOptions"];

/// What a new VCN lets through: everything out, SSH and path discovery in.
pub(super) fn default_security() -> Value {
    json!({
        "egressSecurityRules": [
            { "destination": "0.0.0.0/0", "destinationType": "CIDR_BLOCK", "isStateless": false, "protocol": "all" },
        ],
        "ingressSecurityRules": [
            {
                "source": "0.0.0.0/0", "sourceType": "CIDR_BLOCK", "isStateless": false, "protocol": "6",
                "tcpOptions": { "destinationPortRange": { "min": 22, "max": 22 } },
            },
            {
                "source": "0.0.0.0/0", "sourceType": "CIDR_BLOCK", "isStateless": false, "protocol": "1",
                "icmpOptions": { "type": 3, "code": 4 },
            },
        ],
    })
}

/// Routes as they are shown again; each must lead to a gateway that exists.
pub(super) fn routes(world: &World, tenant: usize, rules: &[Value]) -> Result<Value, Refusal> {
    let route = |rule: &Value| {
        let mut rule = known(rule, ROUTE_FIELDS)?;
        let gateway = text(&rule, "networkEntityId")?;
        world.record(tenant, Kind::InternetGateway, gateway).map_err(|_| {
            Refusal::new(
                400,
                "RelatedResourceNotAuthorizedOrNotFound",
                "Authorization failed or related resource not found.",
            )
        })?;
        text(&rule, if rule.get("cidrBlock").is_some() { "cidrBlock" } else { "destination" })?;
        default(&mut rule, "destinationType", "CIDR_BLOCK".into());
        default(&mut rule, "routeType", "STATIC".into());
        Ok(rule)
    };
    rules.iter().map(route).collect()
}

/// Security rules as they are shown again; `peer` is `source` or `destination`.
pub(super) fn security(rules: &[Value], peer: &str) -> Result<Value, Refusal> {
    let peer_type = format!("{peer}Type");
    let fields = [SECURITY_FIELDS, &[peer, &peer_type]].concat();
    let rule = |rule: &Value| {
        let mut rule = known(rule, &fields)?;
        text(&rule, "protocol")?;
        text(&rule, peer)?;
        default(&mut rule, &peer_type, "CIDR_BLOCK".into());
        default(&mut rule, "isStateless", false.into());
        Ok(rule)
    };
    rules.iter().map(rule).collect()
}

fn known(rule: &Value, fields: &[&str]) -> Result<Value, Refusal> {
    let object = rule.as_object().ok_or_else(|| Refusal::unparsable("a rule is not an object"))?;
    match object.keys().find(|key| !fields.contains(&key.as_str())) {
        Some(key) => Err(Refusal::unparsable(&format!("unrecognized field {key} in a rule"))),
        None => Ok(rule.clone()),
    }
}

fn text<'a>(rule: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    match rule.get(name) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(Refusal::missing(name)),
        Some(_) => Err(Refusal::unparsable(&format!("{name} is not a string"))),
    }
}

fn default(rule: &mut Value, name: &str, value: Value) {
    if rule.get(name).is_none_or(Value::is_null) {
        rule[name] = value;
    }
}

/// Something that would be left without the record if it were deleted.
pub(super) fn user_of<'a>(world: &'a World, record: &Record) -> Option<&'a str> {
    if record.kind == Kind::Subnet {
        let now = world.now();
        let within = |one: &&crate::state::instance::Instance| {
            one.card.subnet_id == record.id && one.state(now) != "TERMINATED"
        };
        return world.instances.iter().find(within).map(|one| one.card.id.as_str());
    }
    let uses = |one: &&Record| match record.kind {
        Kind::Vcn => one.text("vcnId") == record.id && !is_default(record, one),
        Kind::InternetGateway => mentions(one, "routeRules", &record.id),
        Kind::RouteTable => {
            one.text("routeTableId") == record.id || one.text("defaultRouteTableId") == record.id
        }
        _ => mentions(one, "securityListIds", &record.id) || one.text("defaultSecurityListId") == record.id,
    };
    world.records.iter().find(uses).map(|one| one.id.as_str())
}

fn is_default(vcn: &Record, part: &Record) -> bool {
    [vcn.text("defaultRouteTableId"), vcn.text("defaultSecurityListId")].contains(&part.id.as_str())
}

fn mentions(record: &Record, field: &str, id: &str) -> bool {
    let list = record.fields.get(field).and_then(Value::as_array);
    let names = |item: &Value| {
        item.as_str() == Some(id) || item.get("networkEntityId").and_then(Value::as_str) == Some(id)
    };
    list.is_some_and(|list| list.iter().any(names))
}
