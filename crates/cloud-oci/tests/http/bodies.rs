//! The bytes of a launch, with everything that may be asked for.

use berth_cloud::{Cloud as _, Launch};
use serde_json::json;

use crate::recorded::{assert_as_the_sdk_sends, body, launch, playing};
use crate::server::{TENANCY, account};

fn tags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn performance_and_addresses_are_asked_for_as_the_sdk_asks() {
    let server = playing(&["launch_instance"]).await;
    let fast = Launch { vpus_per_gb: Some(10), ..launch() };
    server.cloud().launch(&account(), &fast).await.unwrap();
    assert_as_the_sdk_sends(&server, &[("launch_instance", &[])]);
    let sent = body(&server.seen()[0]);
    assert_eq!(sent["sourceDetails"]["bootVolumeVpusPerGB"], 10);
    assert_eq!(sent["createVnicDetails"].get("assignIpv6Ip"), None);
    assert_eq!(sent["createVnicDetails"]["assignPublicIp"], true);
}

#[tokio::test]
async fn an_address_of_ipv6_is_asked_for_only_when_wanted_and_a_public_one_can_be_denied() {
    let server = playing(&["launch_instance"]).await;
    let private = Launch { ipv6: true, public_ip: false, ..launch() };
    server.cloud().launch(&account(), &private).await.unwrap();
    let card = &body(&server.seen()[0])["createVnicDetails"];
    let expected = json!({"assignIpv6Ip": true, "assignPublicIp": false, "subnetId": launch().subnet});
    assert_eq!(*card, expected);
}

#[tokio::test]
async fn tags_keep_their_order_and_none_takes_the_place_of_an_earlier_one() {
    let cloud = playing(&[]).await.cloud();
    let wanted = [("task", "42"), ("z", "1"), ("a", "2"), ("task", "another"), ("z", "3")];
    let sent = cloud.launch_body(&account(), &Launch { tags: tags(&wanted), ..launch() });
    let text = String::from_utf8(sent).unwrap();
    assert!(text.contains(r#""freeformTags":{"task":"42","z":"1","a":"2"}"#), "{text}");
}

/// Bodies that were written down are sent again after an update of this program: their bytes are kept here, for ever.
#[tokio::test]
async fn the_bytes_of_a_launch_are_those_of_every_release() {
    let cloud = playing(&[]).await.cloud();
    let plain = Launch { user_data: None, ssh_keys: Vec::new(), ..launch() };
    let first_release = format!(
        concat!(
            r#"{{"availabilityDomain":"vHPv:AP-TOKYO-1-AD-1","compartmentId":"{}","#,
            r#""createVnicDetails":{{"assignPublicIp":true,"subnetId":"ocid1.subnet.oc1..x"}},"#,
            r#""displayName":"grab-01","freeformTags":{{"task":"42","attempt":"7"}},"metadata":{{}},"#,
            r#""shape":"VM.Standard.A1.Flex","shapeConfig":{{"ocpus":4.0,"memoryInGBs":24.0}},"#,
            r#""sourceDetails":{{"sourceType":"image","imageId":"ocid1.image.oc1..x","bootVolumeSizeInGBs":50}}}}"#,
        ),
        TENANCY
    );
    assert_eq!(String::from_utf8(cloud.launch_body(&account(), &plain)).unwrap(), first_release);
    let fast = Launch { vpus_per_gb: Some(20), ..plain };
    let fast = String::from_utf8(cloud.launch_body(&account(), &fast)).unwrap();
    let expected = first_release
        .replace(r#""bootVolumeSizeInGBs":50"#, r#""bootVolumeSizeInGBs":50,"bootVolumeVpusPerGB":20"#);
    assert_eq!(fast, expected);
}
