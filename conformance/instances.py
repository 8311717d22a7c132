"""An instance from its refusals to its end."""

import collections
import ipaddress

import oci
from oci.core import models

from harness import call, expect, raw, refused, step, tagged, until
from networks import RUN
from reading import A1


def order(world, number):
    size = {"ocpus": 4.0, "memory_in_gbs": 24.0} if number == 1 else {"ocpus": 1.0, "memory_in_gbs": 6.0}
    return models.LaunchInstanceDetails(
        availability_domain=world.domain,
        compartment_id=world.tenancy,
        display_name=f"conformance-{RUN}-{number}",
        shape=A1,
        shape_config=models.LaunchInstanceShapeConfigDetails(**size),
        source_details=models.InstanceSourceViaImageDetails(image_id=world.image, boot_volume_size_in_gbs=50, boot_volume_vpus_per_gb=20),
        create_vnic_details=models.CreateVnicDetails(subnet_id=world.subnet, assign_public_ip=True),
        metadata={"ssh_authorized_keys": "ssh-ed25519 AAAA conformance", "user_data": "I2Nsb3VkLWNvbmZpZwo="},
        agent_config=models.LaunchInstanceAgentConfigDetails(is_monitoring_disabled=False, is_management_disabled=False),
        freeform_tags={"conformance": RUN},
    )


def launch(world, number):
    """Tries until there is capacity; answers the instance's answer, its retry token and the refusals before."""
    refusals = collections.Counter()
    for attempt in range(50):
        token = f"launch-{RUN}-{number}-{attempt}"
        try:
            answer = tagged(world.compute.launch_instance, order(world, number), opc_retry_token=token)
            return answer, token, refusals
        except oci.exceptions.ServiceError as error:
            known = {(500, "InternalError"), (429, "TooManyRequests")}
            expect((error.status, error.code) in known, f"{error.status} {error.code} {error.message}")
            expect(error.status == 429 or error.message == "Out of host capacity.", error.message)
            refusals[error.message] += 1
    expect(False, f"no instance after {sum(refusals.values())} refusals")


def get(world):
    return tagged(world.compute.get_instance, world.instance.id)


@step
def launch_after_refusals(world):
    answer, world.made.token, refusals = launch(world, 1)
    made = world.made.instance = answer.data
    world.made.work_request = answer.headers.get("opc-work-request-id")
    expect(made.lifecycle_state == "PROVISIONING", f"a new instance is {made.lifecycle_state}")
    expect((made.shape, made.availability_domain) == (A1, world.domain), "shape or domain did not come back")
    expect((made.shape_config.ocpus, made.shape_config.memory_in_gbs) == (4.0, 24.0), "the size did not come back")
    expect(made.freeform_tags == {"conformance": RUN}, "the tags did not come back")
    expect(world.work_request, "no work request")
    expect(sum(refusals.values()) >= world.capacity_errors, f"only {dict(refusals)} before success")
    return dict(refusals)


@step
def the_instance_runs(world):
    found, way = until("RUNNING", lambda: get(world), never=("STOPPED", "TERMINATING", "TERMINATED"))
    expect("ssh_authorized_keys" in found.metadata, "the metadata did not come back")
    return way


@step
def the_work_request_succeeded(world):
    found = call(world.work.get_work_request, world.work_request).data
    expect((found.status, found.resources[0].identifier) == ("SUCCEEDED", world.instance.id), f"it {found.status}")
    expect(not call(world.work.list_work_request_errors, world.work_request).data, "it has errors")
    listed = call(world.work.list_work_requests, world.tenancy, resource_id=world.instance.id).data
    expect([one.id for one in listed] == [world.work_request], "it is not listed")


@step
def the_way_to_its_address(world):
    attachments = call(world.compute.list_vnic_attachments, world.tenancy, instance_id=world.instance.id).data
    expect([one.lifecycle_state for one in attachments] == ["ATTACHED"], "no single attached card")
    card = tagged(world.network.get_vnic, attachments[0].vnic_id).data
    expect(card.is_primary is True and ipaddress.IPv4Address(card.public_ip), "no primary card with a public address")
    within = ipaddress.IPv4Address(card.private_ip) in ipaddress.IPv4Network("10.0.0.0/24")
    expect(within, f"{card.private_ip} is outside of the subnet")
    private = call(world.network.list_private_ips, vnic_id=card.id).data[0].id
    details = models.GetPublicIpByPrivateIpIdDetails(private_ip_id=private)
    public = tagged(world.network.get_public_ip_by_private_ip_id, details).data
    expect(public.ip_address == card.public_ip, "two public addresses")
    return card.public_ip


@step
def its_boot_volume(world):
    listed = call(
        world.compute.list_boot_volume_attachments, world.domain, world.tenancy, instance_id=world.instance.id
    ).data
    expect(len(listed) == 1, f"{len(listed)} boot volumes")
    expect((listed[0].instance_id, listed[0].lifecycle_state) == (world.instance.id, "ATTACHED"), "not attached to it")
    volume = tagged(world.volumes.get_boot_volume, listed[0].boot_volume_id).data
    expect((volume.size_in_gbs, volume.vpus_per_gb) == (50, 20), "not 50 GB of 20 VPUs")


@step
def pages_show_each_instance_once(world):
    world.made.second = launch(world, 2)[0].data
    whole = [one.id for one in oci.pagination.list_call_get_all_results(world.compute.list_instances, world.tenancy).data]
    expect({world.instance.id, world.second.id} <= set(whole), "not all are listed")
    paged, page = [], None
    while len(paged) <= len(whole):
        answer = call(world.compute.list_instances, world.tenancy, limit=1, **({"page": page} if page else {}))
        paged += [one.id for one in answer.data]
        page = answer.next_page
        if not answer.has_next_page:
            break
    expect(sorted(paged) == sorted(whole), f"{len(paged)} in pages, {len(whole)} at once")
    named = call(world.compute.list_instances, world.tenancy, display_name=world.instance.display_name).data
    expect([one.id for one in named] == [world.instance.id], "displayName does not filter")
    return f"{len(paged)} pages"


@step
def a_retry_token_launches_once(world):
    again = call(world.compute.launch_instance, order(world, 1), opc_retry_token=world.token).data
    expect(again.id == world.instance.id, "the same token launched another instance")
    refused(400, "InvalidParameter", world.compute.launch_instance, order(world, 2), opc_retry_token=world.token)


@step
def refusals_of_what_makes_no_sense(world):
    nobody = "ocid1.instance.oc1.ap-tokyo-1.anxhiljr" + "z" * 52
    half = '{"compartmentId": "%s"}' % world.tenancy
    refused(404, "NotAuthorizedOrNotFound", world.compute.get_instance, nobody)
    refused(412, "NoEtagMatch", world.compute.instance_action, world.instance.id, "STOP", if_match="stale")
    refused(409, "IncorrectState", world.compute.instance_action, world.instance.id, "START")
    refused(400, "CannotParseRequest", raw, world.compute, "POST", "/instances", "Instance", '{"shape": ')
    refused(400, "MissingParameter InvalidParameter", raw, world.compute, "POST", "/instances", "Instance", half)
    refused(404, "NotFound", raw, world.compute, "GET", "/noSuchThings", "Instance")


@step
def stop_and_start(world):
    etag = get(world).headers["etag"]
    stopping = tagged(world.compute.instance_action, world.instance.id, "STOP", if_match=etag).data
    expect(stopping.lifecycle_state in ("STOPPING", "STOPPED"), f"after STOP it is {stopping.lifecycle_state}")
    gone = ("TERMINATING", "TERMINATED")
    _, down = until("STOPPED", lambda: get(world), never=gone)
    for _ in range(2):
        tagged(world.compute.instance_action, world.instance.id, "START", opc_retry_token=f"start-{RUN}")
    refused(409, "IncorrectState", world.compute.instance_action, world.instance.id, "START")
    _, up = until("RUNNING", lambda: get(world), never=gone)
    return f"{down}, {up}"


@step
def rename(world):
    change = models.UpdateInstanceDetails(display_name=f"renamed-{RUN}")
    tagged(world.compute.update_instance, world.instance.id, change)
    expect(get(world).data.display_name == f"renamed-{RUN}", "the new name is not there")


@step
def terminate(world):
    for one in (world.instance, world.second):
        until("RUNNING", lambda: call(world.compute.get_instance, one.id))
        answer = call(world.compute.terminate_instance, one.id, preserve_boot_volume=False)
        expect(answer.status == 204 and answer.headers.get("opc-work-request-id"), "not 204 with a work request")
        _, way = until("TERMINATED", lambda: call(world.compute.get_instance, one.id), never=("RUNNING",))
    return way


@step
def the_token_of_a_terminated_instance_is_invalid(world):
    refused(409, "InvalidatedRetryToken", world.compute.launch_instance, order(world, 1), opc_retry_token=world.token)
