//! Names of regions: only those of the table are ever taken, and only its own text goes on from there.

use berth_cloud_oci::endpoints::Endpoints;
use berth_cloud_oci::region::Region;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Ways to make a signed request go elsewhere, were a region's name ever put into a URL.
#[rustfmt::skip]
const HOSTILE: &[&str] = &[
    "x.evil.com/#", "x.evil.com/", "x.evil.com?", "x.evil.com", "evil.com#", "evil.com/?x=", "evil.com\\",
    "ap-tokyo-1.evil.com/#", "ap-tokyo-1.evil.com", "ap-tokyo-1@evil.com", "@evil.com/#", "a:b@evil.com/#",
    "evil.com:443/#", "evil.com:443#", "//evil.com/#", "/\\evil.com", "https://evil.com/#", "[::1]/#",
    "[::ffff:7f00:1]/#", "127.0.0.1/#", "127.1/#", "0x7f.1/#", "017700000001/#", "2130706433/#",
    "169.254.169.254/#", "localhost/#", "localhost:8080/#", "x.evil.com%2f%23", "x.evil.com%23", "x%2eevil.com",
    "x.evil.com\t/#", "x.evil.com\n/#", "x.evil.com\r\nHost: y", "x.evil.com\0", "x.evil.com /#",
    "x\u{3002}evil.com/#", "x.evil.com\u{2044}#", "x.evil.com\u{ff0f}\u{ff03}", "x.evil.com\u{200b}/#",
    "ap-tokyo-1/../../x", "ap-tokyo-1/..;/x", "ap-tokyo-1;x.evil.com/#", "ap-tokyo-1,x.evil.com/#",
    "ap-tokyo-1 x.evil.com/#", "ap-tokyo-1\nx.evil.com", "ap-tokyo-1#x", "ap-tokyo-1?x", "ap-tokyo-1&x",
    "ap-tokyo-1.", "ap-tokyo-1..", ".ap-tokyo-1", "ap-tokyo-1.oraclecloud.com.evil.com/#",
    "iaas.ap-tokyo-1.oraclecloud.com", "ap-tokyo-1.oraclecloud.com", "xn--ap-tokyo-1-x", "ap-\u{202e}1-oykot-pa",
];

#[test]
fn no_hostile_name_is_a_region() {
    assert!(HOSTILE.len() >= 50, "{}", HOSTILE.len());
    for name in HOSTILE {
        assert!(Region::find(name).is_err(), "{name:?}");
    }
}

fn names() -> Vec<&'static str> {
    Region::all().flat_map(|region| [region.id(), region.code()]).collect()
}

/// A real name with its letters in any case.
fn name_in_any_case() -> impl Strategy<Value = (String, String)> {
    (select(names()), vec(any::<bool>(), 24)).prop_map(|(name, upper)| {
        let letters = name.chars().zip(upper.iter().cycle());
        let typed = letters.map(|(letter, upper)| if *upper { letter.to_ascii_uppercase() } else { letter });
        (typed.collect(), name.to_owned())
    })
}

/// A real name with something harmful put somewhere, or nothing like a name.
fn bent() -> impl Strategy<Value = String> {
    let harm =
        prop_oneof![select(HOSTILE.to_vec()).prop_map(str::to_owned), "\\PC{1,3}", "[./#?@:%\\\\\0 -]{1,3}"];
    let within = (select(names()), any::<prop::sample::Index>(), harm).prop_map(|(name, place, harm)| {
        let place = place.index(name.len() + 1);
        format!("{}{harm}{}", &name[..place], &name[place..])
    });
    prop_oneof![within, "(?s).{0,80}", "[a-z]{2}-[a-z]{3,12}-[0-9]"]
}

proptest! {
    #![proptest_config(crate::config(2048))]

    #[test]
    fn a_region_is_the_same_in_any_case_and_with_white_space_around(
        (typed, name) in name_in_any_case(),
        (before, after) in ("[ \t\r\n]{0,5}", "[ \t\r\n]{0,5}"),
    ) {
        let found = Region::find(&format!("{before}{typed}{after}")).unwrap();
        prop_assert_eq!(found, Region::find(&name).unwrap());
        prop_assert!(found.id() == name || found.code() == name);
        prop_assert_eq!(Region::find(&found.to_string()).unwrap(), found, "what is read prints back");
    }

    #[test]
    fn whatever_is_taken_is_a_row_of_the_table_and_reaches_the_providers_own_host(text in bent()) {
        match Region::find(&text) {
            Ok(region) => {
                let typed = text.trim();
                prop_assert!(typed.eq_ignore_ascii_case(region.id()) || typed.eq_ignore_ascii_case(region.code()));
                let endpoints = Endpoints::official(region);
                let hosts = [endpoints.iaas(), endpoints.identity(), endpoints.limits()];
                for host in hosts.map(|url| url.host_str().unwrap().to_owned()) {
                    let own = format!(".{}", region.domain());
                    prop_assert!(host.ends_with(&own) && host.contains(region.id()), "{}", host);
                }
            }
            Err(error) => {
                let shown = error.to_string();
                prop_assert!(shown.chars().count() < 60 && !shown.contains(['\r', '\n', '\0', '/', '@']), "{}", shown);
            }
        }
    }
}
