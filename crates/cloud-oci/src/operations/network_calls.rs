//! The single calls of a network: list and create each of its parts.

use berth_cloud::Addressing;
use berth_domain::Trouble;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::{Answer, ask};
use super::list::ask_all;
use super::name::Name;
use crate::client::{Call, Client, Service};

/// By these names ours are known among a person's own.
const VCN_NAME: &str = "berth-vcn";
const VCN_NAME_IPV6: &str = "berth-vcn-ipv6";
const GATEWAY_NAME: &str = "berth-internet-gateway";
const SUBNET_NAME: &str = "berth-subnet";

const VCN_BLOCK: &str = "10.0.0.0/16";
const SUBNET_BLOCK: &str = "10.0.0.0/24";

/// The destination of a default route.
pub(crate) const EVERYWHERE: &str = "0.0.0.0/0";
/// The same of IPv6.
pub(crate) const EVERYWHERE_IPV6: &str = "::/0";

fn vcn_name(addressing: Addressing) -> &'static str {
    match addressing {
        Addressing::Ipv4 => VCN_NAME,
        Addressing::Both => VCN_NAME_IPV6,
    }
}

pub(crate) async fn list_vcns(client: &Client, addressing: Addressing) -> Result<Vec<Vcn>, Trouble> {
    let call = Call::get(Service::Core, &["vcns"])
        .query("compartmentId", client.tenancy())
        .query("limit", "100")
        .query("displayName", vcn_name(addressing));
    ask_all(client, call).await
}

/// The service chooses the addresses of IPv6, and lets through there what it does for IPv4.
pub(crate) async fn create_vcn(client: &Client, addressing: Addressing, token: &str) -> Result<Vcn, Trouble> {
    let body = CreateVcnDetails {
        cidr_blocks: [VCN_BLOCK],
        compartment_id: client.tenancy(),
        display_name: vcn_name(addressing),
        dns_label: "berth",
        is_ipv6_enabled: (addressing == Addressing::Both).then_some(true),
    };
    create(client, "vcns", &body, token).await
}

pub(crate) async fn list_gateways(client: &Client, vcn: &Vcn) -> Result<Vec<Gateway>, Trouble> {
    ask_all(client, in_vcn(client, "internetGateways", vcn)).await
}

pub(crate) async fn create_gateway(client: &Client, vcn: &Vcn, token: &str) -> Result<Gateway, Trouble> {
    let body = CreateInternetGatewayDetails {
        compartment_id: client.tenancy(),
        display_name: GATEWAY_NAME,
        is_enabled: true,
        vcn_id: vcn.id.as_str(),
    };
    create(client, "internetGateways", &body, token).await
}

pub(crate) async fn route_table(client: &Client, id: &str) -> Result<Answer<RouteTable>, Trouble> {
    ask(client, &Call::get(Service::Core, &["routeTables", id])).await
}

/// Fails with 412 if somebody changed the table since it was read.
pub(crate) async fn replace_rules(
    client: &Client,
    table: &str,
    rules: &[Value],
    etag: Option<&str>,
) -> Result<(), Trouble> {
    let mut call =
        Call::put(Service::Core, &["routeTables", table], &UpdateRouteTableDetails { route_rules: rules });
    if let Some(etag) = etag {
        call = call.if_match(etag);
    }
    ask::<RouteTable>(client, &call).await.map(drop)
}

pub(crate) fn default_route(destination: &str, gateway: &str) -> Value {
    json!({ "destination": destination, "destinationType": "CIDR_BLOCK", "networkEntityId": gateway })
}

pub(crate) async fn list_subnets(client: &Client, vcn: &Vcn) -> Result<Vec<Subnet>, Trouble> {
    ask_all(client, in_vcn(client, "subnets", vcn)).await
}

/// Without an availability domain the subnet spans the region; route table and rules are the network's defaults.
pub(crate) async fn create_subnet(
    client: &Client,
    vcn: &Vcn,
    ipv6_cidr_block: Option<&str>,
    token: &str,
) -> Result<Subnet, Trouble> {
    let body = CreateSubnetDetails {
        cidr_block: SUBNET_BLOCK,
        compartment_id: client.tenancy(),
        display_name: SUBNET_NAME,
        dns_label: "grab",
        ipv6_cidr_block,
        prohibit_public_ip_on_vnic: false,
        vcn_id: vcn.id.as_str(),
    };
    create(client, "subnets", &body, token).await
}

fn in_vcn(client: &Client, collection: &str, vcn: &Vcn) -> Call {
    Call::get(Service::Core, &[collection])
        .query("compartmentId", client.tenancy())
        .query("limit", "100")
        .query("vcnId", vcn.id.as_str())
}

/// A token whose resource was deleted by a person within the day is refused for ever; then none is sent.
async fn create<Made: DeserializeOwned>(
    client: &Client,
    collection: &str,
    body: &impl Serialize,
    token: &str,
) -> Result<Made, Trouble> {
    let call = Call::post(Service::Core, &[collection], body);
    let made = match ask(client, &call.clone().retry_token(token)).await {
        Err(Trouble::Refused(refused)) if refused.code == "InvalidatedRetryToken" => ask(client, &call).await,
        other => other,
    };
    Ok(made?.value)
}

/// What all parts have in common.
pub(crate) trait Found {
    fn id(&self) -> &str;
    fn state(&self) -> Option<&str>;
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Vcn {
    pub(crate) id: Name,
    pub(crate) default_route_table_id: Name,
    pub(crate) ipv6_cidr_blocks: Option<Vec<Name>>,
    lifecycle_state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Gateway {
    pub(crate) id: Name,
    lifecycle_state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subnet {
    pub(crate) id: Name,
    pub(crate) prohibit_public_ip_on_vnic: Option<bool>,
    lifecycle_state: Option<String>,
}

/// Rules are kept as they came, with fields that we do not know.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RouteTable {
    pub(crate) route_rules: Option<Vec<Value>>,
}

impl Found for Vcn {
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn state(&self) -> Option<&str> {
        self.lifecycle_state.as_deref()
    }
}

impl Found for Gateway {
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn state(&self) -> Option<&str> {
        self.lifecycle_state.as_deref()
    }
}

impl Found for Subnet {
    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn state(&self) -> Option<&str> {
        self.lifecycle_state.as_deref()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateVcnDetails<'a> {
    cidr_blocks: [&'a str; 1],
    compartment_id: &'a str,
    display_name: &'a str,
    dns_label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_ipv6_enabled: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateInternetGatewayDetails<'a> {
    compartment_id: &'a str,
    display_name: &'a str,
    is_enabled: bool,
    vcn_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdateRouteTableDetails<'a> {
    route_rules: &'a [Value],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateSubnetDetails<'a> {
    cidr_block: &'a str,
    compartment_id: &'a str,
    display_name: &'a str,
    dns_label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ipv6_cidr_block: Option<&'a str>,
    prohibit_public_ip_on_vnic: bool,
    vcn_id: &'a str,
}
