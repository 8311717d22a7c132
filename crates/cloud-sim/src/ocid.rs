//! Made-up OCIDs and other opaque names, in the shapes that clients check for.

use sha2::{Digest, Sha256};

/// The one region that is simulated. Everything hangs on one base URL, so a second one could not be told apart.
pub(crate) const REGION: &str = "ap-tokyo-1";
pub(crate) const REGION_KEY: &str = "NRT";

/// Kinds of regional objects and the first eight letters of their unique part, as seen in real identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Instance,
    Vnic,
    VnicAttachment,
    BootVolume,
    BootVolumeAttachment,
    WorkRequest,
    Image,
    Vcn,
    Subnet,
    InternetGateway,
    RouteTable,
    SecurityList,
    DhcpOptions,
    PrivateIp,
    PublicIp,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Vnic => "vnic",
            Self::VnicAttachment => "vnicattachment",
            Self::BootVolume => "bootvolume",
            Self::BootVolumeAttachment => "bootvolumeattachment",
            Self::WorkRequest => "coreservicesworkrequest",
            Self::Image => "image",
            Self::Vcn => "vcn",
            Self::Subnet => "subnet",
            Self::InternetGateway => "internetgateway",
            Self::RouteTable => "routetable",
            Self::SecurityList => "securitylist",
            Self::DhcpOptions => "dhcpoptions",
            Self::PrivateIp => "privateip",
            Self::PublicIp => "publicip",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Instance => "anxhiljr",
            Self::WorkRequest | Self::BootVolume => "abxhiljr",
            Self::Vcn => "amaaaaaa",
            _ => "aaaaaaaa",
        }
    }
}

/// An identifier in [`REGION`]; the same kind and seed give the same one.
pub(crate) fn regional(kind: Kind, seed: &str) -> String {
    format!("ocid1.{}.oc1.{REGION}.{}{}", kind.word(), kind.lead(), letters(kind.word(), seed, 52))
}

/// An identifier that belongs to no region: tenancy, user, compartment, availability domain.
pub(crate) fn global(word: &str, seed: &str) -> String {
    format!("ocid1.{word}.oc1..aaaaaaaa{}", letters(word, seed, 52))
}

/// As many lower-case letters and digits as asked, at most 64, from the seed.
pub(crate) fn letters(salt: &str, seed: &str, count: usize) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut digest = Sha256::digest(format!("{salt}/{seed}/1")).to_vec();
    digest.extend(Sha256::digest(format!("{salt}/{seed}/2")));
    digest.iter().take(count).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// An entity tag that changes whenever the revision or the state does.
pub(crate) fn etag(id: &str, revision: u64, state: &str) -> String {
    hex::encode(&Sha256::digest(format!("{id}/{revision}/{state}"))[..12])
}
