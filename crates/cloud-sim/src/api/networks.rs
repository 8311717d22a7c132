//! Virtual networks and their parts: made at once, with the references between them checked.

use serde_json::{Map, Value, json};

use super::network_rules;
use crate::{
    answer::{Answer, Refusal},
    call::{Call, Details},
    cidr::Cidr,
    clock::timestamp,
    listing,
    ocid::Kind,
    state::{World, record::Record, token::Repeat},
};

type Fields = Map<String, Value>;

const COMMON: &[&str] = &["compartmentId", "vcnId", "displayName", "definedTags", "freeformTags"];

/// Makes what the body asks for, or shows what the same retry token made before.
pub(super) fn create(
    world: &mut World,
    call: &Call,
    (kind, operation): (Kind, &'static str),
    own_fields: &[&str],
    build: fn(&mut World, &Call, &Details, &str) -> Result<Fields, Refusal>,
) -> Result<Answer, Refusal> {
    let details = call.details(&[COMMON, own_fields].concat())?;
    world.check_compartment(call.tenant, details.required("compartmentId")?)?;
    details.strings("freeformTags")?;
    let request = Value::Object(details.0.clone());
    let key = call.retry_token.clone().map(|token| (call.tenant, operation, token));
    if let Some(key) = &key {
        match world.tokens.look_up(key, &request, world.now()) {
            Repeat::New => {}
            Repeat::Collision => return Err(Refusal::retry_token_collision()),
            Repeat::Same(id) => {
                let made =
                    world.record(call.tenant, kind, id).map_err(|_| Refusal::retry_token_invalidated())?;
                return Ok(Answer::json(made.render()).header("etag", made.etag()));
            }
        }
    }
    let id = world.new_id(kind);
    let fields = build(world, call, &details, &id)?;
    let made = keep(world, call.tenant, (kind, &id), &details, fields);
    let answer = Answer::json(made.render()).header("etag", made.etag());
    if let Some(key) = key {
        let now = world.now();
        world.tokens.bind(key, request, &id, now);
    }
    Ok(answer)
}

/// Adds what every part of a network has, and keeps it.
fn keep<'a>(
    world: &'a mut World,
    tenant: usize,
    (kind, id): (Kind, &str),
    details: &Details,
    mut fields: Fields,
) -> &'a Record {
    let now = world.now();
    let name = fields
        .remove("displayName")
        .unwrap_or_else(|| format!("{}{}", kind_word(kind), timestamp(now)).into());
    fields.insert("id".into(), id.into());
    fields.insert("compartmentId".into(), details.value_or("compartmentId", Value::Null));
    fields.insert("displayName".into(), details.value_or("displayName", name));
    fields.insert("definedTags".into(), details.value_or("definedTags", json!({})));
    fields.insert("freeformTags".into(), details.value_or("freeformTags", json!({})));
    fields.insert("lifecycleState".into(), "AVAILABLE".into());
    fields.insert("timeCreated".into(), timestamp(now).into());
    world.records.push(Record { kind, tenant, id: id.to_owned(), created: now, revision: 1, fields });
    &world.records[world.records.len() - 1]
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Vcn => "vcn",
        Kind::Subnet => "subnet",
        Kind::InternetGateway => "internetgateway",
        Kind::RouteTable => "routetable",
        _ => "securitylist",
    }
}

pub(super) fn object(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

pub(super) fn create_vcn(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let fields = [
        "cidrBlock",
        "cidrBlocks",
        "dnsLabel",
        "isIpv6Enabled",
        "isOracleGuaAllocationEnabled",
        "isZprOnly",
        "ipv6PrivateCidrBlocks",
        "byoipv6CidrDetails",
        "securityAttributes",
    ];
    create(world, call, (Kind::Vcn, "CreateVcn"), &fields, |world, call, details, id| {
        let blocks = match (details.text("cidrBlock")?, details.list("cidrBlocks")?) {
            (Some(block), None) => vec![json!(block)],
            (None, Some(blocks)) if !blocks.is_empty() => blocks.clone(),
            _ => return Err(Refusal::invalid("give either cidrBlocks or cidrBlock")),
        };
        for block in &blocks {
            Cidr::parse(block.as_str().unwrap_or(""))?;
        }
        let label = dns_label(details)?;
        let name = details.text("displayName")?.unwrap_or("vcn");
        let parts = default_parts(world, call.tenant, details, (id, name));
        let mut fields = object(json!({
            "cidrBlock": blocks[0],
            "cidrBlocks": blocks,
            "byoipv6CidrBlocks": [],
            "ipv6PrivateCidrBlocks": [],
            "defaultDhcpOptionsId": world.new_id(Kind::DhcpOptions),
            "defaultRouteTableId": parts.0,
            "defaultSecurityListId": parts.1,
        }));
        if details.flag("isIpv6Enabled")?.unwrap_or(false) {
            let block = format!("2001:db8:{:x}:{:x}00::/56", world.next_serial() & 0xffff, 0x1f);
            fields.insert("ipv6CidrBlocks".into(), json!([block]));
        }
        if let Some(label) = label {
            fields.insert("vcnDomainName".into(), format!("{label}.oraclevcn.com").into());
            fields.insert("dnsLabel".into(), label.into());
        }
        Ok(fields)
    })
}

/// The route table and the security list that every VCN is born with.
fn default_parts(
    world: &mut World,
    tenant: usize,
    details: &Details,
    (vcn, name): (&str, &str),
) -> (String, String) {
    let owner = Details(details.0.iter().filter(|(key, _)| *key == "compartmentId").map(pair).collect());
    let table = world.new_id(Kind::RouteTable);
    let fields =
        json!({ "vcnId": vcn, "displayName": format!("Default Route Table for {name}"), "routeRules": [] });
    keep(world, tenant, (Kind::RouteTable, &table), &owner, object(fields));
    let list = world.new_id(Kind::SecurityList);
    let mut fields = network_rules::default_security();
    fields["vcnId"] = vcn.into();
    fields["displayName"] = format!("Default Security List for {name}").into();
    keep(world, tenant, (Kind::SecurityList, &list), &owner, object(fields));
    (table, list)
}

fn pair((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}

pub(super) fn dns_label(details: &Details) -> Result<Option<&str>, Refusal> {
    let label = details.text("dnsLabel")?;
    let right = |label: &str| {
        label.starts_with(|first: char| first.is_ascii_alphabetic())
            && label.chars().all(|sign| sign.is_ascii_alphanumeric())
            && label.len() <= 15
    };
    match label {
        Some(label) if !right(label) => {
            Err(Refusal::invalid("dnsLabel must be at most 15 letters and digits and begin with a letter"))
        }
        label => Ok(label),
    }
}

/// The VCN that the body names, which must be the tenant's.
pub(super) fn vcn<'a>(world: &'a World, call: &Call, details: &Details) -> Result<&'a Record, Refusal> {
    world.record(call.tenant, Kind::Vcn, details.required("vcnId")?)
}

pub(super) fn create_gateway(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let kind = (Kind::InternetGateway, "CreateInternetGateway");
    create(world, call, kind, &["isEnabled", "routeTableId"], |world, call, details, _| {
        let vcn = &vcn(world, call, details)?.id;
        let taken =
            world.records.iter().any(|one| one.kind == Kind::InternetGateway && one.text("vcnId") == vcn);
        if taken {
            return Err(Refusal::limit_exceeded("internet-gateway-count"));
        }
        let enabled = details.flag("isEnabled")?.ok_or_else(|| Refusal::missing("isEnabled"))?;
        Ok(object(json!({ "vcnId": vcn, "isEnabled": enabled })))
    })
}

pub(super) fn create_route_table(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    create(world, call, (Kind::RouteTable, "CreateRouteTable"), &["routeRules"], |world, call, details, _| {
        let vcn = vcn(world, call, details)?.id.clone();
        let rules = details.list("routeRules")?.ok_or_else(|| Refusal::missing("routeRules"))?;
        Ok(object(json!({ "vcnId": vcn, "routeRules": network_rules::routes(world, call.tenant, rules)? })))
    })
}

pub(super) fn create_security_list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let own = ["egressSecurityRules", "ingressSecurityRules"];
    create(world, call, (Kind::SecurityList, "CreateSecurityList"), &own, |world, call, details, _| {
        let mut fields = object(json!({ "vcnId": vcn(world, call, details)?.id }));
        for (name, peer) in network_rules::DIRECTIONS {
            let rules = details.list(name)?.ok_or_else(|| Refusal::missing(name))?;
            fields.insert((*name).into(), network_rules::security(rules, peer)?);
        }
        Ok(fields)
    })
}

pub(super) fn get(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Refusal> {
    let record = world.record(call.tenant, kind, call.id())?;
    Ok(Answer::json(record.render()).header("etag", record.etag()))
}

pub(super) fn list(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Refusal> {
    let compartment = call.required("compartmentId")?;
    world.check_compartment(call.tenant, compartment)?;
    let shown = |one: &&Record| {
        let same = one.kind == kind && one.tenant == call.tenant && one.text("compartmentId") == compartment;
        let filters = [
            ("vcnId", one.text("vcnId")),
            ("displayName", one.text("displayName")),
            ("lifecycleState", "AVAILABLE"),
        ];
        same && call.admits(&filters)
    };
    listing::sorted(call, world.records.iter().filter(shown).collect(), world.page_size, Record::render)
}

/// Replaces each list of rules that is given, and leaves the others.
pub(super) fn update(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Refusal> {
    let mut known = vec!["displayName", "definedTags", "freeformTags"];
    let rules: &[&str] = match kind {
        Kind::RouteTable => &["routeRules"],
        _ => &["egressSecurityRules", "ingressSecurityRules"],
    };
    known.extend(rules);
    let mut details = call.details(&known)?;
    call.check_etag(&world.record(call.tenant, kind, call.id())?.etag())?;
    if let Some(rules) = details.list("routeRules")? {
        let rules = network_rules::routes(world, call.tenant, rules)?;
        details.0.insert("routeRules".into(), rules);
    }
    for (name, peer) in network_rules::DIRECTIONS {
        if let Some(rules) = details.list(name)? {
            let rules = network_rules::security(rules, peer)?;
            details.0.insert((*name).into(), rules);
        }
    }
    let record = world.record_mut(call.tenant, kind, call.id())?;
    record.fields.extend(details.0);
    record.revision += 1;
    Ok(Answer::json(record.render()).header("etag", record.etag()))
}

/// What others still refer to stays; a VCN takes its default parts with it.
pub(super) fn delete(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Refusal> {
    let record = world.record(call.tenant, kind, call.id())?;
    call.check_etag(&record.etag())?;
    if let Some(user) = network_rules::user_of(world, record) {
        return Err(Refusal::new(409, "Conflict", format!("{} is still used by {user}", record.id)));
    }
    let id = record.id.clone();
    world.records.retain(|one| one.id != id && one.text("vcnId") != id);
    Ok(Answer::no_content())
}
