//! A network of our own with a way to the internet.
//!
//! Every step first looks for what an earlier, broken-off call left behind, and every creation carries a token that is
//! the same for the same account, region and step: two callers at once still make one network. Nothing is ever deleted,
//! and networks that people made are not touched.

use berth_cloud::Addressing;
use berth_domain::Trouble;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::name::Name;
use super::network_calls as calls;
use super::network_calls::{Found, Gateway, Subnet, Vcn};
use crate::client::Client;

/// Answers the id of a subnet whose instances can have public addresses.
pub(crate) async fn network(
    client: &Client,
    region: &str,
    addressing: Addressing,
) -> Result<String, Trouble> {
    let steps = Steps { client, region, addressing };
    let vcn = steps.vcn().await?;
    let gateway = steps.gateway(&vcn).await?;
    steps.route(&vcn, &gateway).await?;
    let subnet = steps.subnet(&vcn).await?;
    Ok(subnet.id.into())
}

struct Steps<'a> {
    client: &'a Client,
    region: &'a str,
    addressing: Addressing,
}

impl Steps<'_> {
    async fn vcn(&self) -> Result<Vcn, Trouble> {
        let found = calls::list_vcns(self.client, self.addressing).await?;
        let step = match self.addressing {
            Addressing::Ipv4 => "vcn",
            Addressing::Both => "vcn with ipv6",
        };
        match first_alive(found) {
            Some(vcn) => Ok(vcn),
            None => calls::create_vcn(self.client, self.addressing, &self.token(step)).await,
        }
    }

    async fn gateway(&self, vcn: &Vcn) -> Result<Gateway, Trouble> {
        let found = calls::list_gateways(self.client, vcn).await?;
        match first_alive(found) {
            Some(gateway) => Ok(gateway),
            None => {
                calls::create_gateway(self.client, vcn, &self.token(&format!("gateway {}", vcn.id.as_str())))
                    .await
            }
        }
    }

    /// The service replaces the whole list of rules, so those of others are sent along, guarded by the etag.
    async fn route(&self, vcn: &Vcn, gateway: &Gateway) -> Result<(), Trouble> {
        let table = calls::route_table(self.client, vcn.default_route_table_id.as_str()).await?;
        let rules = table.value.route_rules.unwrap_or_default();
        let destinations = match self.addressing {
            Addressing::Ipv4 => &[calls::EVERYWHERE][..],
            Addressing::Both => &[calls::EVERYWHERE, calls::EVERYWHERE_IPV6][..],
        };
        match with_default_routes(rules, gateway.id.as_str(), destinations) {
            None => Ok(()),
            Some(rules) => {
                let etag = table.exchange.etag.as_deref();
                let table = vcn.default_route_table_id.as_str();
                calls::replace_rules(self.client, table, &rules, etag).await
            }
        }
    }

    async fn subnet(&self, vcn: &Vcn) -> Result<Subnet, Trouble> {
        let found = calls::list_subnets(self.client, vcn).await?;
        let public =
            found.into_iter().filter(|subnet| subnet.prohibit_public_ip_on_vnic != Some(true)).collect();
        if let Some(subnet) = first_alive(public) {
            return Ok(subnet);
        }
        let ipv6 = match self.addressing {
            Addressing::Ipv4 => None,
            Addressing::Both => Some(first_subnet(vcn)?),
        };
        let token = self.token(&format!("subnet {}", vcn.id.as_str()));
        calls::create_subnet(self.client, vcn, ipv6.as_deref(), &token).await
    }

    fn token(&self, step: &str) -> String {
        let digest =
            Sha256::digest(format!("berth network {} {} {step}", self.client.tenancy(), self.region));
        let half = digest.first_chunk().expect("a SHA-256 digest has 32 bytes");
        format!("{:032x}", u128::from_be_bytes(*half))
    }
}

/// The one with the least id, so that every caller picks the same.
fn first_alive<Thing: Found>(things: Vec<Thing>) -> Option<Thing> {
    let alive =
        things.into_iter().filter(|thing| !matches!(thing.state(), Some("TERMINATING" | "TERMINATED")));
    alive.min_by(|one, other| one.id().cmp(other.id()))
}

/// The first /64 of the /56 that the service gave the network. It may still be about to.
fn first_subnet(vcn: &Vcn) -> Result<String, Trouble> {
    let block = vcn.ipv6_cidr_blocks.as_deref().and_then(<[Name]>::first);
    let address = block.and_then(|block| Some(block.as_str().split_once('/')?.0));
    let none = || Trouble::NotSent { what: "the network has no addresses of IPv6 yet".to_owned() };
    address.map(|address| format!("{address}/64")).ok_or_else(none)
}

/// The rules with a way to the internet, or nothing if they have one.
fn with_default_routes(rules: Vec<Value>, gateway: &str, destinations: &[&str]) -> Option<Vec<Value>> {
    let leads = |rule: &Value, to: &str| rule["destination"] == to || rule["cidrBlock"] == to;
    let is_led = |to: &&&str| rules.iter().any(|rule| leads(rule, to) && rule["networkEntityId"] == gateway);
    let missing: Vec<&str> = destinations.iter().filter(|to| !is_led(to)).copied().collect();
    if missing.is_empty() {
        return None;
    }
    let kept = rules.into_iter().filter(|rule| !missing.iter().any(|to| leads(rule, to)));
    Some(kept.chain(missing.iter().map(|to| calls::default_route(to, gateway))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{calls, with_default_routes};

    const IPV4: &[&str] = &[calls::EVERYWHERE];

    #[test]
    fn the_way_out_of_ipv6_is_added_beside_that_of_ipv4() {
        let both = &[calls::EVERYWHERE, calls::EVERYWHERE_IPV6];
        let rules =
            with_default_routes(vec![calls::default_route(calls::EVERYWHERE, "igw")], "igw", both).unwrap();
        let led: Vec<&str> = rules.iter().map(|rule| rule["destination"].as_str().unwrap()).collect();
        assert_eq!(led, ["0.0.0.0/0", "::/0"]);
        assert_eq!(with_default_routes(rules, "igw", both), None);
    }

    #[test]
    fn rules_of_others_are_kept_when_the_way_out_is_added() {
        let theirs = json!({"destination": "10.9.0.0/16", "networkEntityId": "drg", "description": "office", "new": 1});
        let rules = with_default_routes(vec![theirs.clone()], "igw", IPV4).unwrap();
        assert_eq!(rules[0], theirs);
        assert_eq!(
            rules[1],
            json!({"destination": "0.0.0.0/0", "destinationType": "CIDR_BLOCK", "networkEntityId": "igw"})
        );
        assert_eq!(with_default_routes(rules, "igw", IPV4), None);
    }

    #[test]
    fn a_way_out_through_a_gateway_that_is_gone_is_replaced() {
        let old = json!({"destination": "0.0.0.0/0", "networkEntityId": "old"});
        let rules = with_default_routes(vec![old], "igw", IPV4).unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0]["networkEntityId"], "igw");
    }
}
