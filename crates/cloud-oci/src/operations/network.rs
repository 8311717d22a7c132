//! A network of our own with a way to the internet.
//!
//! Every step first looks for what an earlier, broken-off call left behind, and every creation carries a token that is
//! the same for the same account, region and step: two callers at once still make one network. Nothing is ever deleted,
//! and networks that people made are not touched.

use berth_domain::Trouble;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::network_calls as calls;
use super::network_calls::{Found, Gateway, Subnet, Vcn};
use crate::client::Client;

/// Answers the id of a subnet whose instances can have public addresses.
pub(crate) async fn network(client: &Client, region: &str) -> Result<String, Trouble> {
    let steps = Steps { client, region };
    let vcn = steps.vcn().await?;
    let gateway = steps.gateway(&vcn).await?;
    steps.route(&vcn, &gateway).await?;
    let subnet = steps.subnet(&vcn).await?;
    Ok(subnet.id)
}

struct Steps<'a> {
    client: &'a Client,
    region: &'a str,
}

impl Steps<'_> {
    async fn vcn(&self) -> Result<Vcn, Trouble> {
        let found = calls::list_vcns(self.client).await?;
        match first_alive(found) {
            Some(vcn) => Ok(vcn),
            None => calls::create_vcn(self.client, &self.token("vcn")).await,
        }
    }

    async fn gateway(&self, vcn: &Vcn) -> Result<Gateway, Trouble> {
        let found = calls::list_gateways(self.client, vcn).await?;
        match first_alive(found) {
            Some(gateway) => Ok(gateway),
            None => {
                calls::create_gateway(self.client, vcn, &self.token(&format!("gateway {}", vcn.id))).await
            }
        }
    }

    /// The service replaces the whole list of rules, so those of others are sent along, guarded by the etag.
    async fn route(&self, vcn: &Vcn, gateway: &Gateway) -> Result<(), Trouble> {
        let table = calls::route_table(self.client, &vcn.default_route_table_id).await?;
        let rules = table.value.route_rules.unwrap_or_default();
        match with_default_route(rules, &gateway.id) {
            None => Ok(()),
            Some(rules) => {
                let etag = table.exchange.etag.as_deref();
                calls::replace_rules(self.client, &vcn.default_route_table_id, &rules, etag).await
            }
        }
    }

    async fn subnet(&self, vcn: &Vcn) -> Result<Subnet, Trouble> {
        let found = calls::list_subnets(self.client, vcn).await?;
        let public =
            found.into_iter().filter(|subnet| subnet.prohibit_public_ip_on_vnic != Some(true)).collect();
        match first_alive(public) {
            Some(subnet) => Ok(subnet),
            None => calls::create_subnet(self.client, vcn, &self.token(&format!("subnet {}", vcn.id))).await,
        }
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

/// The rules with a way to the internet, or nothing if they have one.
fn with_default_route(mut rules: Vec<Value>, gateway: &str) -> Option<Vec<Value>> {
    let leads_everywhere =
        |rule: &Value| rule["destination"] == calls::EVERYWHERE || rule["cidrBlock"] == calls::EVERYWHERE;
    if rules.iter().any(|rule| leads_everywhere(rule) && rule["networkEntityId"] == gateway) {
        return None;
    }
    rules.retain(|rule| !leads_everywhere(rule));
    rules.push(calls::default_route(gateway));
    Some(rules)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::with_default_route;

    #[test]
    fn rules_of_others_are_kept_when_the_way_out_is_added() {
        let theirs = json!({"destination": "10.9.0.0/16", "networkEntityId": "drg", "description": "office", "new": 1});
        let rules = with_default_route(vec![theirs.clone()], "igw").unwrap();
        assert_eq!(rules[0], theirs);
        assert_eq!(
            rules[1],
            json!({"destination": "0.0.0.0/0", "destinationType": "CIDR_BLOCK", "networkEntityId": "igw"})
        );
        assert_eq!(with_default_route(rules, "igw"), None);
    }

    #[test]
    fn a_way_out_through_a_gateway_that_is_gone_is_replaced() {
        let old = json!({"destination": "0.0.0.0/0", "networkEntityId": "old"});
        let rules = with_default_route(vec![old], "igw").unwrap();
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0]["networkEntityId"], "igw");
    }
}
