//! The table agrees with itself, and nothing hostile passes it.

use std::collections::BTreeSet;

use super::Region;
use crate::endpoints::Endpoints;

#[test]
fn a_region_is_found_by_id_and_by_short_code_in_any_case() {
    for text in ["ap-tokyo-1", "AP-TOKYO-1", "nrt", "NRT", " nrt "] {
        assert_eq!(Region::find(text).unwrap().id(), "ap-tokyo-1", "{text}");
    }
    assert_eq!(Region::find("us-gov-phoenix-1").unwrap().domain(), "oraclegovcloud.com");
    assert_eq!(Region::find("uk-gov-london-1").unwrap().domain(), "oraclegovcloud.uk");
    assert_eq!(Region::find("eu-frankfurt-2").unwrap().realm(), "oc19");
}

#[test]
fn ids_and_codes_are_unique_sorted_and_made_of_plain_letters() {
    let ids: Vec<&str> = Region::all().map(Region::id).collect();
    let codes: BTreeSet<&str> = Region::all().map(Region::code).collect();
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(codes.len(), ids.len());
    assert!(ids.len() > 80, "{} regions", ids.len());
    for region in Region::all() {
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        assert!(region.id().chars().all(is_plain), "{region}");
        assert!(region.code().len() == 3 && region.code().chars().all(|letter| letter.is_ascii_lowercase()));
    }
}

/// What somebody might type, or try, in place of a region.
#[rustfmt::skip]
const HOSTILE: &[&str] = &[
    "", " ", "..", "/", "//", "\\", "@", "#", "?", "%", ":", "*", "\0", "\n", "localhost", "127.0.0.1",
    "::1", "[::1]", "169.254.169.254", "0x7f000001", "2130706433", "example.com", "ap-tokyo-1.example.com",
    "ap-tokyo-1/", "ap-tokyo-1#", "ap-tokyo-1?x", "ap-tokyo-1@example.com", "user:pw@ap-tokyo-1",
    "ap-tokyo-1:443", "ap-tokyo-1\r\nHost: x", "ap-tokyo-1\0", "ap tokyo 1", "ap_tokyo_1", "ap-tokyo-01",
    "ap-tokyo-1-", "-ap-tokyo-1", "../ap-tokyo-1", "ap-tokyo-1%2e", "%61p-tokyo-1",
    "ap\u{2010}tokyo\u{2010}1", "аp-tokyo-1", "ap-tokyo-１", "nrt.", "nrt/", "n", "nr", "nrtx", "东京",
    "http://ap-tokyo-1", "${region}", "{{region}}", "' OR 1=1 --", "<script>", "javascript:alert(1)",
];

#[test]
fn no_hostile_text_is_a_region_or_is_repeated() {
    let long = "a".repeat(10_000);
    let hostile: Vec<&str> = HOSTILE.iter().copied().chain([long.as_str()]).collect();
    assert!(hostile.len() >= 50, "{}", hostile.len());
    for text in hostile {
        let error = Region::find(text).expect_err(text);
        assert!(error.to_string().len() < 60, "{error}");
        assert!(!error.to_string().contains(['\r', '\n', '\0', '@', '/', '<']), "{error}");
    }
}

#[test]
fn every_official_endpoint_is_https_at_the_realms_own_domain() {
    for region in Region::all() {
        let endpoints = Endpoints::official(region);
        for url in [endpoints.iaas(), endpoints.identity(), endpoints.limits()] {
            assert_eq!(url.scheme(), "https");
            assert!(url.host_str().unwrap().ends_with(&format!(".{}", region.domain())), "{url}");
            assert_eq!((url.port(), url.query(), url.username()), (None, None, ""));
        }
    }
}
