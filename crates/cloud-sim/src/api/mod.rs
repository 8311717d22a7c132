//! The operations: which method and path is which, and one file for each group of them.

mod capacity;
mod identity;
mod images;
mod instances;
mod launch;
mod launch_order;
mod limits;
mod network_rules;
mod networks;
mod subnets;
mod vnics;
mod volumes;
mod work_requests;

use percent_encoding::percent_decode_str;

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    ocid::Kind,
    state::World,
};

/// Carries an operation out.
pub(crate) type Operation = fn(&mut World, &Call) -> Result<Answer, Refusal>;

/// A path under which an operation answers; `{}` stands for one open place.
pub(crate) struct Route {
    method: &'static str,
    path: &'static str,
    pub(crate) name: &'static str,
    pub(crate) carry_out: Operation,
}

const fn route(method: &'static str, path: &'static str, name: &'static str, carry_out: Operation) -> Route {
    Route { method, path, name, carry_out }
}

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    route("POST", "/20160918/instances", "LaunchInstance", launch::launch),
    route("GET", "/20160918/instances", "ListInstances", instances::list),
    route("GET", "/20160918/instances/{}", "GetInstance", instances::get),
    route("PUT", "/20160918/instances/{}", "UpdateInstance", instances::update),
    route("POST", "/20160918/instances/{}", "InstanceAction", instances::act),
    route("DELETE", "/20160918/instances/{}", "TerminateInstance", instances::terminate),
    route("GET", "/20160918/vnicAttachments", "ListVnicAttachments", vnics::list_attachments),
    route("GET", "/20160918/vnicAttachments/{}", "GetVnicAttachment", vnics::get_attachment),
    route("GET", "/20160918/vnics/{}", "GetVnic", vnics::get),
    route("GET", "/20160918/privateIps", "ListPrivateIps", vnics::list_private_ips),
    route("POST", "/20160918/publicIps/actions/getByPrivateIpId", "GetPublicIpByPrivateIpId", vnics::public_ip),
    route("GET", "/20160918/shapes", "ListShapes", images::list_shapes),
    route("GET", "/20160918/images", "ListImages", images::list),
    route("GET", "/20160918/images/{}", "GetImage", images::get),
    route("GET", "/20160918/images/{}/shapes", "ListImageShapeCompatibilityEntries", images::list_image_shapes),
    route("POST", "/20160918/computeCapacityReports", "CreateComputeCapacityReport", capacity::report),
    route("GET", "/20160918/bootVolumes", "ListBootVolumes", volumes::list),
    route("GET", "/20160918/bootVolumes/{}", "GetBootVolume", volumes::get),
    route("GET", "/20160918/bootVolumeAttachments", "ListBootVolumeAttachments", volumes::list_attachments),
    route("GET", "/20160918/workRequests", "ListWorkRequests", work_requests::list),
    route("GET", "/20160918/workRequests/{}", "GetWorkRequest", work_requests::get),
    route("GET", "/20160918/workRequests/{}/errors", "ListWorkRequestErrors", work_requests::list_errors),

    route("POST", "/20160918/vcns", "CreateVcn", networks::create_vcn),
    route("GET", "/20160918/vcns", "ListVcns", |w, c| networks::list(w, c, Kind::Vcn)),
    route("GET", "/20160918/vcns/{}", "GetVcn", |w, c| networks::get(w, c, Kind::Vcn)),
    route("DELETE", "/20160918/vcns/{}", "DeleteVcn", |w, c| networks::delete(w, c, Kind::Vcn)),
    route("POST", "/20160918/internetGateways", "CreateInternetGateway", networks::create_gateway),
    route("GET", "/20160918/internetGateways", "ListInternetGateways", |w, c| networks::list(w, c, Kind::InternetGateway)),
    route("GET", "/20160918/internetGateways/{}", "GetInternetGateway", |w, c| networks::get(w, c, Kind::InternetGateway)),
    route("DELETE", "/20160918/internetGateways/{}", "DeleteInternetGateway", |w, c| networks::delete(w, c, Kind::InternetGateway)),
    route("POST", "/20160918/routeTables", "CreateRouteTable", networks::create_route_table),
    route("GET", "/20160918/routeTables", "ListRouteTables", |w, c| networks::list(w, c, Kind::RouteTable)),
    route("GET", "/20160918/routeTables/{}", "GetRouteTable", |w, c| networks::get(w, c, Kind::RouteTable)),
    route("PUT", "/20160918/routeTables/{}", "UpdateRouteTable", |w, c| networks::update(w, c, Kind::RouteTable)),
    route("DELETE", "/20160918/routeTables/{}", "DeleteRouteTable", |w, c| networks::delete(w, c, Kind::RouteTable)),
    route("POST", "/20160918/securityLists", "CreateSecurityList", networks::create_security_list),
    route("GET", "/20160918/securityLists", "ListSecurityLists", |w, c| networks::list(w, c, Kind::SecurityList)),
    route("GET", "/20160918/securityLists/{}", "GetSecurityList", |w, c| networks::get(w, c, Kind::SecurityList)),
    route("PUT", "/20160918/securityLists/{}", "UpdateSecurityList", |w, c| networks::update(w, c, Kind::SecurityList)),
    route("DELETE", "/20160918/securityLists/{}", "DeleteSecurityList", |w, c| networks::delete(w, c, Kind::SecurityList)),
    route("POST", "/20160918/subnets", "CreateSubnet", subnets::create),
    route("GET", "/20160918/subnets", "ListSubnets", |w, c| networks::list(w, c, Kind::Subnet)),
    route("GET", "/20160918/subnets/{}", "GetSubnet", |w, c| networks::get(w, c, Kind::Subnet)),
    route("DELETE", "/20160918/subnets/{}", "DeleteSubnet", |w, c| networks::delete(w, c, Kind::Subnet)),

    route("GET", "/20160918/availabilityDomains", "ListAvailabilityDomains", identity::list_availability_domains),
    route("GET", "/20160918/faultDomains", "ListFaultDomains", identity::list_fault_domains),
    route("GET", "/20160918/regions", "ListRegions", identity::list_regions),
    route("GET", "/20160918/tenancies/{}", "GetTenancy", identity::get_tenancy),
    route("GET", "/20160918/tenancies/{}/regionSubscriptions", "ListRegionSubscriptions", identity::list_region_subscriptions),
    route("GET", "/20160918/users/{}", "GetUser", identity::get_user),
    route("GET", "/20160918/users/{}/apiKeys", "ListApiKeys", identity::list_api_keys),
    route("GET", "/20160918/compartments", "ListCompartments", identity::list_compartments),
    route("GET", "/20160918/compartments/{}", "GetCompartment", identity::get_compartment),

    route("GET", "/20190729/services", "ListServices", limits::list_services),
    route("GET", "/20190729/limitDefinitions", "ListLimitDefinitions", limits::list_definitions),
    route("GET", "/20190729/limitValues", "ListLimitValues", limits::list_values),
    route("GET", "/20190729/services/{}/limits/{}/resourceAvailability", "GetResourceAvailability", limits::get_availability),
];

/// Which operation a method and a path (still percent-encoded) name, and what stands in the open places.
pub(crate) fn find(method: &str, path: &str) -> Result<(&'static Route, Vec<String>), Refusal> {
    let mut refusal = Refusal::unknown_path();
    for route in ROUTES {
        let Some(places) = open_places(route.path, path) else { continue };
        if route.method == method {
            return Ok((route, places));
        }
        refusal = Refusal::wrong_method();
    }
    Err(refusal)
}

fn open_places(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    let mut places = Vec::new();
    for (wanted, part) in pattern.iter().zip(&path) {
        if *wanted == "{}" && !part.is_empty() {
            places.push(percent_decode_str(part).decode_utf8_lossy().into_owned());
        } else if wanted != part {
            return None;
        }
    }
    (pattern.len() == path.len()).then_some(places)
}
