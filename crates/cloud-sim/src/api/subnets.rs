//! Subnets: where in its VCN one has room.

use std::net::Ipv6Addr;

use serde_json::{Value, json};

use super::networks::{self, dns_label, object, vcn};
use crate::{
    answer::{Answer, Refusal},
    call::{Call, Details},
    cidr::Cidr,
    ocid::Kind,
    state::{World, record::Record},
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let own = [
        "availabilityDomain",
        "cidrBlock",
        "ipv4CidrBlocks",
        "dhcpOptionsId",
        "dnsLabel",
        "ipv6CidrBlock",
        "ipv6CidrBlocks",
        "prohibitInternetIngress",
        "prohibitPublicIpOnVnic",
        "routeTableId",
        "securityListIds",
    ];
    networks::create(world, call, (Kind::Subnet, "CreateSubnet"), &own, |world, call, details, _| {
        let vcn = vcn(world, call, details)?;
        let block = details.required("cidrBlock")?;
        check_room(world, vcn, Cidr::parse(block)?)?;
        if let Some(table) = details.text("routeTableId")? {
            world.record(call.tenant, Kind::RouteTable, table)?;
        }
        let label = dns_label(details)?;
        let mut fields = object(json!({
            "vcnId": vcn.id,
            "cidrBlock": block,
            "ipv4CidrBlocks": [block],
            "dhcpOptionsId": details.value_or("dhcpOptionsId", vcn.text("defaultDhcpOptionsId").into()),
            "prohibitInternetIngress": details.flag("prohibitInternetIngress")?.unwrap_or(false),
            "prohibitPublicIpOnVnic": details.flag("prohibitPublicIpOnVnic")?.unwrap_or(false),
            "routeTableId": details.value_or("routeTableId", vcn.text("defaultRouteTableId").into()),
            "securityListIds": details.value_or("securityListIds", json!([vcn.text("defaultSecurityListId")])),
            "virtualRouterIp": Cidr::parse(block)?.host(0),
            "virtualRouterMac": "00:00:17:AA:BB:CC",
        }));
        if let Some(block) = ipv6(vcn, details)? {
            fields.insert("ipv6CidrBlock".into(), block.into());
            fields.insert("ipv6CidrBlocks".into(), json!([block]));
        }
        fields.extend(
            details.text("availabilityDomain")?.map(|domain| ("availabilityDomain".into(), domain.into())),
        );
        if let Some(label) = label {
            fields.insert("dnsLabel".into(), label.into());
            fields.insert("subnetDomainName".into(), format!("{label}.{}", vcn.text("vcnDomainName")).into());
        }
        Ok(fields)
    })
}

/// The one block of IPv6 that is asked for: a /64 of the VCN's own /56.
fn ipv6<'a>(vcn: &Record, details: &'a Details) -> Result<Option<&'a str>, Refusal> {
    let first = details.list("ipv6CidrBlocks")?.and_then(|blocks| blocks.first()).and_then(Value::as_str);
    let Some(wanted) = details.text("ipv6CidrBlock")?.or(first) else { return Ok(None) };
    let blocks = vcn.fields.get("ipv6CidrBlocks").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let within =
        |block: &Value| ipv6_block(block.as_str().unwrap_or(""), 56) == ipv6_block(wanted, 64).map(of_56);
    if ipv6_block(wanted, 64).is_some() && blocks.iter().any(within) {
        return Ok(Some(wanted));
    }
    Err(Refusal::invalid(format!("{wanted} is not a /64 of the VCN's IPv6 CIDR block")))
}

fn ipv6_block(text: &str, prefix: u32) -> Option<u128> {
    let (address, length) = text.split_once('/')?;
    let bits = address.parse::<Ipv6Addr>().ok()?.to_bits();
    (length.parse() == Ok(prefix) && bits << prefix == 0).then_some(bits)
}

fn of_56(bits: u128) -> u128 {
    bits >> 72 << 72
}

/// A subnet lies within its VCN and overlaps no other.
fn check_room(world: &World, vcn: &Record, wanted: Cidr) -> Result<(), Refusal> {
    let blocks = vcn.fields.get("cidrBlocks").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let within =
        |block: &Value| Cidr::parse(block.as_str().unwrap_or("")).is_ok_and(|block| block.holds(wanted));
    if !blocks.iter().any(within) {
        return Err(Refusal::invalid("the CIDR block of the subnet is not within its VCN's"));
    }
    let mut others =
        world.records.iter().filter(|one| one.kind == Kind::Subnet && one.text("vcnId") == vcn.id);
    if others.any(|one| Cidr::parse(one.text("cidrBlock")).is_ok_and(|block| block.overlaps(wanted))) {
        return Err(Refusal::invalid("the CIDR block overlaps that of another subnet"));
    }
    Ok(())
}
