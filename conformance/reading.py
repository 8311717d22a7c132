"""What can be read before anything is made: identity, limits, images, shapes, capacity."""

import oci

from harness import call, expect, refused, step

A1 = "VM.Standard.A1.Flex"
SYSTEM = {"operating_system": "Canonical Ubuntu", "operating_system_version": "22.04"}


@step
def user_and_tenancy(world):
    user = call(world.identity.get_user, world.user).data
    tenancy = call(world.identity.get_tenancy, world.tenancy).data
    expect((user.id, tenancy.id) == (world.user, world.tenancy), "other ones came back")
    expect(tenancy.home_region_key.isupper(), f"home region key {tenancy.home_region_key}")
    return user.name


@step
def availability_domains(world):
    names = [domain.name for domain in call(world.identity.list_availability_domains, world.tenancy).data]
    expect(names and all(":" in name for name in names), f"names without a prefix: {names}")
    world.made.domain = names[0]
    return ", ".join(names)


@step
def region_subscriptions(world):
    regions = call(world.identity.list_region_subscriptions, world.tenancy).data
    expect([region.is_home_region for region in regions].count(True) == 1, "not exactly one home region")
    return ", ".join(region.region_name for region in regions)


@step
def images_filtered_and_sorted(world):
    wanted = {**SYSTEM, "shape": A1, "lifecycle_state": "AVAILABLE", "sort_by": "TIMECREATED", "sort_order": "DESC"}
    images = call(world.compute.list_images, world.tenancy, **wanted).data
    expect(images, "none")
    for image in images:
        expect(all(getattr(image, name) == value for name, value in SYSTEM.items()), f"{image.display_name} came too")
    times = [image.time_created for image in images]
    expect(times == sorted(times, reverse=True), "not newest first")
    expect(not call(world.compute.list_images, world.tenancy, display_name="no such image").data, "name not filtered")
    world.made.image = images[0].id
    return images[0].display_name


@step
def shapes_of_the_image(world):
    shapes = call(world.compute.list_shapes, world.tenancy, availability_domain=world.domain, image_id=world.image).data
    flexible = {shape.shape: shape for shape in shapes}.get(A1)
    expect(flexible, f"{A1} is not among {[shape.shape for shape in shapes]}")
    expect(flexible.ocpu_options.min <= 4 <= flexible.ocpu_options.max, "4 OCPUs are not allowed")
    expect(flexible.memory_options.max_in_g_bs >= 24, "24 GB are not allowed")
    return f"{len(shapes)} shapes"


@step
def limits_and_their_use(world):
    domain = {"availability_domain": world.domain}
    values = call(world.limits.list_limit_values, world.tenancy, "compute", scope_type="AD", limit=1000, **domain).data
    by_name = {value.name: value.value for value in values}
    name = "standard-a1-core-count"
    use = call(world.limits.get_resource_availability, "compute", name, world.tenancy, **domain).data
    expect(use.available + use.used == by_name[name], f"{use.used} + {use.available} is not {by_name[name]}")
    return f"{name} {by_name[name]}"


@step
def capacity_report(world):
    models = oci.core.models
    size = models.CapacityReportInstanceShapeConfig(ocpus=4.0, memory_in_gbs=24.0)
    shape = models.CreateCapacityReportShapeAvailabilityDetails(instance_shape=A1, instance_shape_config=size)
    details = models.CreateComputeCapacityReportDetails(
        compartment_id=world.tenancy, availability_domain=world.domain, shape_availabilities=[shape]
    )
    found = call(world.compute.create_compute_capacity_report, details).data.shape_availabilities
    expect([one.instance_shape for one in found] == [A1], f"{len(found)} answers to one question")
    expect(found[0].availability_status == "OUT_OF_HOST_CAPACITY", "the script is not followed")
    details.shape_availabilities = [shape] * 11
    refused(400, "InvalidParameter", world.compute.create_compute_capacity_report, details)
    return found[0].availability_status


@step
def everything_else_that_can_be_read(world):
    tenancy, identity, limits = world.tenancy, world.identity, world.limits
    reads = [
        (identity.list_fault_domains, tenancy, world.domain),
        (identity.list_regions,),
        (identity.list_compartments, tenancy),
        (identity.get_compartment, tenancy),
        (identity.list_api_keys, world.user),
        (limits.list_services, tenancy),
        (limits.list_limit_definitions, tenancy),
        (world.compute.get_image, world.image),
        (world.compute.list_image_shape_compatibility_entries, world.image),
    ]
    for read in reads:
        expect(call(*read).data, f"{read[0].__name__} gave nothing")
    return f"{len(reads)} operations"
