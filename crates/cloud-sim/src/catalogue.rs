//! What the service offers and nobody makes: shapes and platform images.

use serde_json::{Value, json};

use crate::{
    clock::Moment,
    listing::Listed,
    ocid::{self, Kind},
};

/// A shape that instances can have.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    arm: bool,
    /// OCPUs and GB at most; `None` for a shape of one fixed size.
    pub(crate) flexible: Option<(f64, f64)>,
    /// OCPUs and GB when the launch does not say.
    pub(crate) usual: (f64, f64),
    processor: &'static str,
    billing: &'static str,
    quotas: &'static [&'static str],
}

pub(crate) const SHAPES: &[Shape] = &[
    Shape {
        name: "VM.Standard.A1.Flex",
        arm: true,
        flexible: Some((80.0, 512.0)),
        usual: (1.0, 6.0),
        processor: "3.0 GHz Ampere® Altra™",
        billing: "LIMITED_FREE",
        quotas: &["standard-a1-core-count", "standard-a1-memory-count"],
    },
    Shape {
        name: "VM.Standard.A2.Flex",
        arm: true,
        flexible: Some((78.0, 946.0)),
        usual: (1.0, 6.0),
        processor: "3.0 GHz AmpereOne™",
        billing: "PAID",
        quotas: &["standard-a2-core-count", "standard-a2-memory-count"],
    },
    Shape {
        name: "VM.Standard.E4.Flex",
        arm: false,
        flexible: Some((114.0, 1760.0)),
        usual: (1.0, 16.0),
        processor: "2.55 GHz AMD EPYC™ 7J13 (Milan)",
        billing: "PAID",
        quotas: &["standard-e4-core-count", "standard-e4-memory-count"],
    },
    Shape {
        name: "VM.Standard.E5.Flex",
        arm: false,
        flexible: Some((126.0, 1049.0)),
        usual: (1.0, 12.0),
        processor: "2.4 GHz AMD EPYC™ 9J14 (Genoa)",
        billing: "PAID",
        quotas: &["standard-e5-core-count", "standard-e5-memory-count"],
    },
    Shape {
        name: "VM.Standard.E2.1.Micro",
        arm: false,
        flexible: None,
        usual: (1.0, 1.0),
        processor: "2.0 GHz AMD EPYC™ 7551 (Naples)",
        billing: "ALWAYS_FREE",
        quotas: &["vm-standard-e2-1-micro-count"],
    },
];

impl Shape {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        SHAPES.iter().find(|shape| shape.name == name)
    }

    /// `A1` and its kin count against the limits that are simulated.
    pub(crate) fn is_a1(&self) -> bool {
        self.quotas.contains(&"standard-a1-core-count")
    }

    pub(crate) fn render(&self) -> Value {
        let (ocpus, memory) = self.usual;
        let mut fields = json!({
            "shape": self.name,
            "processorDescription": self.processor,
            "ocpus": ocpus,
            "memoryInGBs": memory,
            "networkPorts": 1,
            "networkingBandwidthInGbps": 1.0,
            "maxVnicAttachments": 2,
            "gpus": 0,
            "localDisks": 0,
            "isLiveMigrationSupported": true,
            "isBilledForStoppedInstance": false,
            "billingType": self.billing,
            "quotaNames": self.quotas,
            "isSubcore": self.flexible.is_none(),
            "isFlexible": self.flexible.is_some(),
        });
        if let Some((cores, most)) = self.flexible {
            fields["ocpuOptions"] = json!({ "min": 1.0, "max": cores, "maxPerNumaNode": cores });
            fields["memoryOptions"] = json!({
                "minInGBs": 1.0, "maxInGBs": most, "defaultPerOcpuInGBs": memory,
                "minPerOcpuInGBs": 1.0, "maxPerOcpuInGBs": 64.0,
            });
            fields["networkingBandwidthOptions"] =
                json!({ "minInGbps": 1.0, "maxInGbps": 40.0, "defaultPerOcpuInGbps": 1.0 });
            fields["maxVnicAttachmentOptions"] = json!({ "min": 2, "max": 24.0, "defaultPerOcpu": 1.0 });
            fields["resizeCompatibleShapes"] = json!([self.name]);
        }
        fields
    }
}

/// A platform image.
pub(crate) struct Image {
    id: String,
    pub(crate) name: String,
    pub(crate) system: &'static str,
    pub(crate) version: &'static str,
    arm: bool,
    created: Moment,
}

impl Image {
    pub(crate) fn fits(&self, shape: &Shape) -> bool {
        self.arm == shape.arm
    }

    /// `compartmentId` is null: a platform image belongs to nobody.
    pub(crate) fn render(&self) -> Value {
        json!({
            "id": self.id,
            "displayName": self.name,
            "compartmentId": null,
            "operatingSystem": self.system,
            "operatingSystemVersion": self.version,
            "lifecycleState": "AVAILABLE",
            "createImageAllowed": true,
            "definedTags": {},
            "freeformTags": {},
            "launchMode": "NATIVE",
            "launchOptions": launch_options(),
            "agentFeatures": { "isMonitoringSupported": true, "isManagementSupported": true },
            "listingType": "NONE",
            "sizeInMBs": 47694,
            "billableSizeInGBs": 4,
            "timeCreated": crate::clock::timestamp(self.created),
        })
    }
}

impl Listed for Image {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn created(&self) -> Moment {
        self.created
    }
}

pub(crate) fn launch_options() -> Value {
    json!({
        "bootVolumeType": "PARAVIRTUALIZED",
        "firmware": "UEFI_64",
        "networkType": "PARAVIRTUALIZED",
        "remoteDataVolumeType": "PARAVIRTUALIZED",
        "isPvEncryptionInTransitEnabled": true,
        "isConsistentVolumeNamingEnabled": true,
    })
}

/// Each system for both kinds of processor, in two builds half a month apart.
pub(crate) fn images() -> Vec<Image> {
    const SYSTEMS: &[(&str, &str)] = &[
        ("Canonical Ubuntu", "24.04"),
        ("Canonical Ubuntu", "22.04"),
        ("Oracle Linux", "9"),
        ("Oracle Linux", "8"),
    ];
    const BUILDS: &[(&str, Moment)] =
        &[("2025.10.31-0", 1_762_284_405_640), ("2025.09.15-0", 1_757_930_405_640)];
    let mut images = Vec::new();
    for (build, created) in BUILDS {
        for (number, (system, version)) in SYSTEMS.iter().enumerate() {
            for arm in [true, false] {
                let processor = if arm { "-aarch64" } else { "" };
                let name = format!("{}-{version}{processor}-{build}", system.replace(' ', "-"));
                let created = created + number as Moment * 1_000 + u64::from(arm);
                images.push(Image {
                    id: ocid::regional(Kind::Image, &name),
                    name,
                    system,
                    version,
                    arm,
                    created,
                });
            }
        }
    }
    images
}
