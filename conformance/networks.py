"""A network, made in the order in which its parts need each other, and taken down again."""

import ipaddress
import uuid

from oci.core import models

from harness import call, expect, raw, refused, step, tagged, until

EVERYWHERE = "0.0.0.0/0"
RUN = uuid.uuid4().hex[:8]


def route(world):
    return models.RouteRule(destination=EVERYWHERE, destination_type="CIDR_BLOCK", network_entity_id=world.gateway)


def in_vcn(world, kind, **fields):
    return kind(compartment_id=world.tenancy, vcn_id=world.vcn.id, **fields)


@step
def create_vcn(world):
    name = f"conformance {RUN} 网络"
    details = models.CreateVcnDetails(
        compartment_id=world.tenancy, cidr_blocks=["10.0.0.0/16"], display_name=name, dns_label=f"c{RUN}"
    )
    made = tagged(world.network.create_vcn, details, opc_retry_token=f"vcn-{RUN}").data
    again = call(world.network.create_vcn, details, opc_retry_token=f"vcn-{RUN}").data
    expect((made.display_name, again.id) == (name, made.id), "the name or the retry token was not honoured")
    expect((made.cidr_block, made.cidr_blocks) == ("10.0.0.0/16", ["10.0.0.0/16"]), "the CIDR block did not come back")
    world.made.vcn, _ = until("AVAILABLE", lambda: tagged(world.network.get_vcn, made.id))
    for part in ("route_table", "security_list", "dhcp_options"):
        expect(getattr(world.vcn, f"default_{part}_id"), f"no default {part}")


@step
def create_internet_gateway(world):
    details = in_vcn(world, models.CreateInternetGatewayDetails, is_enabled=True)
    made = tagged(world.network.create_internet_gateway, details).data
    expect((made.vcn_id, made.is_enabled) == (world.vcn.id, True), "its VCN or isEnabled did not come back")
    world.made.gateway = made.id
    tagged(world.network.get_internet_gateway, made.id)


@step
def update_the_default_route_table(world):
    table = world.vcn.default_route_table_id
    before = tagged(world.network.get_route_table, table).headers["etag"]
    change = models.UpdateRouteTableDetails(route_rules=[route(world)])
    tagged(world.network.update_route_table, table, change, if_match=before)
    after = tagged(world.network.get_route_table, table)
    expect([rule.network_entity_id for rule in after.data.route_rules] == [world.gateway], "the rule is not there")
    expect(after.headers["etag"] != before, "the etag did not change")
    refused(412, "NoEtagMatch", world.network.update_route_table, table, change, if_match=before)


@step
def create_route_table(world):
    details = in_vcn(world, models.CreateRouteTableDetails, route_rules=[route(world)])
    made = tagged(world.network.create_route_table, details).data
    expect(made.route_rules[0].network_entity_id == world.gateway, "the rule did not come back")
    world.made.route_table = made.id


@step
def create_and_update_a_security_list(world):
    ssh = models.TcpOptions(destination_port_range=models.PortRange(min=22, max=22))
    details = in_vcn(
        world,
        models.CreateSecurityListDetails,
        egress_security_rules=[models.EgressSecurityRule(destination=EVERYWHERE, protocol="all")],
        ingress_security_rules=[models.IngressSecurityRule(source=EVERYWHERE, protocol="6", tcp_options=ssh)],
    )
    made = tagged(world.network.create_security_list, details).data
    world.made.security_list = made.id
    read = tagged(world.network.get_security_list, made.id)
    ping = models.IngressSecurityRule(
        source="10.0.0.0/16", protocol="1", icmp_options=models.IcmpOptions(type=3, code=4)
    )
    change = models.UpdateSecurityListDetails(ingress_security_rules=[*read.data.ingress_security_rules, ping])
    etag = read.headers["etag"]
    after = tagged(world.network.update_security_list, made.id, change, if_match=etag).data
    sizes = (len(after.ingress_security_rules), len(after.egress_security_rules))
    expect(sizes == (2, 1), f"{sizes} rules in and out instead of (2, 1)")
    expect(after.ingress_security_rules[0].tcp_options.destination_port_range.min == 22, "the port did not come back")


@step
def create_subnet(world):
    details = in_vcn(
        world,
        models.CreateSubnetDetails,
        cidr_block="10.0.0.0/24",
        dns_label="sub",
        prohibit_public_ip_on_vnic=False,
        route_table_id=world.route_table,
        security_list_ids=[world.security_list],
    )
    made = tagged(world.network.create_subnet, details).data
    until("AVAILABLE", lambda: tagged(world.network.get_subnet, made.id))
    world.made.subnet = made.id


@step
def list_the_network(world):
    vcn, network = {"vcn_id": world.vcn.id}, world.network
    lists = [
        (network.list_vcns, {"limit": 100}, world.vcn.id),
        (network.list_vcns, {"display_name": world.vcn.display_name}, world.vcn.id),
        (network.list_subnets, vcn, world.subnet),
        (network.list_internet_gateways, vcn, world.gateway),
        (network.list_route_tables, vcn, world.route_table),
        (network.list_security_lists, vcn, world.security_list),
    ]
    for method, options, wanted in lists:
        found = [one.id for one in call(method, world.tenancy, **options).data]
        expect(wanted in found, f"{method.__name__} does not show it")
        expect("display_name" not in options or found == [wanted], "displayName does not filter")


@step
def a_network_of_both_kinds_of_addresses(world):
    network, root = world.network, world.tenancy
    details = models.CreateVcnDetails(compartment_id=root, cidr_blocks=["10.1.0.0/16"], is_ipv6_enabled=True)
    vcn = call(network.create_vcn, details).data
    blocks = [ipaddress.IPv6Network(block) for block in vcn.ipv6_cidr_blocks]
    expect([block.prefixlen for block in blocks] == [56], f"{vcn.ipv6_cidr_blocks} is not one /56")
    wanted = str(next(blocks[0].subnets(new_prefix=64)))
    details = models.CreateSubnetDetails(compartment_id=root, vcn_id=vcn.id, cidr_block="10.1.0.0/24")
    details.ipv6_cidr_block = "2001:db9::/64"
    refused(400, "InvalidParameter", network.create_subnet, details)
    details.ipv6_cidr_block = wanted
    subnet = call(network.create_subnet, details).data
    expect((subnet.ipv6_cidr_block, subnet.ipv6_cidr_blocks) == (wanted, [wanted]), "the block did not come back")
    call(network.delete_subnet, subnet.id)
    call(network.delete_vcn, vcn.id)
    return wanted


@step
def a_tampered_body_is_refused(world):
    empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    body = '{"compartmentId": "%s", "cidrBlock": "10.9.0.0/16"}' % world.tenancy
    refused(401, "NotAuthenticated", raw, world.network, "POST", "/vcns", "Vcn", body, **{"x-content-sha256": empty})


def delete_network(world):
    """Registered by `drive.py` as the last step, when no instance is left."""
    network = world.network
    refused(409, "Conflict", network.delete_internet_gateway, world.gateway)
    table = world.vcn.default_route_table_id
    steps = [
        (network.delete_subnet, world.subnet),
        (network.delete_route_table, world.route_table),
        (network.delete_security_list, world.security_list),
        (network.update_route_table, table, models.UpdateRouteTableDetails(route_rules=[])),
        (network.delete_internet_gateway, world.gateway),
        (network.delete_vcn, world.vcn.id),
    ]
    for one in steps:
        call(*one)
    refused(404, "NotAuthorizedOrNotFound", network.get_vcn, world.vcn.id)
