//! What Oracle gives for nothing, what of it is used, and what a wish would take beyond it. It warns; it forbids nothing.
//!
//! It knows amounts and no prices: what lies beyond is told in OCPU, GB and instances.

use crate::Text;

/// What there is an allowance of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    ArmOcpus,
    ArmMemory,
    MicroInstances,
    BlockStorage,
}

/// The flexible Arm shape and the small x86 one; no other shape is free.
const ARM: &str = "VM.Standard.A1.Flex";
const MICRO: &str = "VM.Standard.E2.1.Micro";

/// The whole tenancy's allowance, in its home region. Source: this product's design, which takes 2 OCPU and 12 GB of Arm. Public pages
/// of early 2026 still say 3,000 OCPU hours and 18,000 GB hours a month, which is 4 and 24: the smaller figure may warn too early,
/// and never too late.
const ALLOWANCE: [(Resource, f64); 4] = [
    (Resource::ArmOcpus, 2.0),
    (Resource::ArmMemory, 12.0),
    (Resource::MicroInstances, 2.0),
    (Resource::BlockStorage, 200.0),
];

/// The cloud's names of the limits that count what is used. The first that it tells counts: what is counted in the region holds what its
/// domains do. The micro shape's limit goes by two names.
const COUNTED_BY: [(Resource, [&str; 2]); 3] = [
    (Resource::ArmOcpus, ["standard-a1-core-regional-count", "standard-a1-core-count"]),
    (Resource::ArmMemory, ["standard-a1-memory-regional-count", "standard-a1-memory-count"]),
    (Resource::MicroInstances, ["vm-standard-e2-1-micro-count", "standard-e2-micro-core-count"]),
];

/// What one wish takes, once it has come true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taking<'a> {
    pub shape: &'a str,
    pub ocpus: f64,
    pub memory_gb: f64,
    pub boot_volume_gb: f64,
}

/// One resource: the allowance, what is used of it where that is known, and what is wanted now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub resource: Resource,
    pub allowance: f64,
    /// Absent when the cloud was not asked, or does not say.
    pub used: Option<f64>,
    pub wanted: f64,
}

impl Resource {
    /// What its amounts are counted in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::ArmOcpus => "OCPU",
            Self::ArmMemory | Self::BlockStorage => "GB",
            Self::MicroInstances => "instances",
        }
    }

    fn text(self) -> Text {
        let (english, chinese) = match self {
            Self::ArmOcpus => ("Arm OCPUs", "Arm OCPU"),
            Self::ArmMemory => ("GB of Arm memory", "GB Arm 内存"),
            Self::MicroInstances => ("micro instances", "台微型实例"),
            Self::BlockStorage => ("GB of block storage", "GB 块存储"),
        };
        Text::new(english, chinese)
    }
}

impl Share {
    /// What is left of the allowance before the wish comes true.
    pub fn left(&self) -> Option<f64> {
        self.used.map(|used| (self.allowance - used).max(0.0))
    }

    /// What the wish takes beyond the allowance: at least this, where what is used is not known.
    pub fn beyond(&self) -> f64 {
        (self.wanted - self.left().unwrap_or(self.allowance)).max(0.0)
    }
}

/// Whether anything of this shape is free.
pub fn is_free(shape: &str) -> bool {
    [ARM, MICRO].contains(&shape)
}

/// The shapes of which something is free.
pub fn free_shapes() -> [&'static str; 2] {
    [ARM, MICRO]
}

/// The allowance with what is used of it, by the limits that the cloud last told: name and use. A limit that several
/// availability domains count is the sum of them.
pub fn allowance(limits: &[(&str, f64)]) -> Vec<Share> {
    let counted = |name: &str| {
        let counts = limits.iter().filter(|(limit, _)| *limit == name).map(|(_, used)| *used);
        counts.reduce(|sum, used| sum + used)
    };
    let used = |resource| {
        let (_, names) = COUNTED_BY.iter().find(|(counted, _)| *counted == resource)?;
        names.iter().find_map(|name| counted(name))
    };
    let share = |(resource, allowance)| Share { resource, allowance, used: used(resource), wanted: 0.0 };
    ALLOWANCE.into_iter().map(share).collect()
}

/// The allowance with what the wishes take of it.
pub fn wanted(mut shares: Vec<Share>, takings: &[Taking<'_>]) -> Vec<Share> {
    for share in &mut shares {
        share.wanted += takings.iter().map(|taking| taking.of(share.resource)).sum::<f64>();
    }
    shares
}

/// What a person should know before they wish for this: nothing when it is free.
pub fn warnings(shares: &[Share], takings: &[Taking<'_>]) -> Vec<Text> {
    let mut paid: Vec<_> =
        takings.iter().map(|taking| taking.shape).filter(|shape| !is_free(shape)).collect();
    paid.sort_unstable();
    paid.dedup();
    let not_free = paid.into_iter().map(|shape| {
        Text::new(
            format!("{shape} is no Always Free shape: all of it is charged"),
            format!("{shape} 不属于永久免费规格，将全部计费"),
        )
    });
    not_free.chain(shares.iter().filter(|share| share.beyond() > 0.0).map(warning)).collect()
}

fn warning(share: &Share) -> Text {
    let Share { allowance, used, wanted, .. } = share;
    let (beyond, what) = (share.beyond(), share.resource.text());
    let (known, known_chinese) = match used {
        Some(used) => (format!("{used} used"), format!("已用 {used}")),
        None => ("use unknown".to_owned(), "用量未知".to_owned()),
    };
    Text::new(
        format!(
            "{beyond} {} beyond the Always Free allowance: {wanted} wanted, {allowance} free, {known}",
            what.english
        ),
        format!(
            "超出永久免费额度 {beyond} {}：需要 {wanted}，免费额度 {allowance}，{known_chinese}",
            what.chinese
        ),
    )
}

impl Taking<'_> {
    fn of(&self, resource: Resource) -> f64 {
        match (resource, self.shape) {
            (Resource::ArmOcpus, ARM) => self.ocpus,
            (Resource::ArmMemory, ARM) => self.memory_gb,
            (Resource::MicroInstances, MICRO) => 1.0,
            (Resource::BlockStorage, _) => self.boot_volume_gb,
            (Resource::ArmOcpus | Resource::ArmMemory | Resource::MicroInstances, _) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Taking<'_> = Taking { shape: ARM, ocpus: 2.0, memory_gb: 12.0, boot_volume_gb: 50.0 };

    fn warned(limits: &[(&str, f64)], takings: &[Taking<'_>]) -> Vec<String> {
        let shares = wanted(allowance(limits), takings);
        warnings(&shares, takings).into_iter().map(|text| text.english).collect()
    }

    #[test]
    fn what_is_within_the_allowance_is_not_warned_of() {
        assert!(
            warned(&[("standard-a1-core-count", 0.0), ("standard-a1-memory-count", 0.0)], &[SMALL])
                .is_empty()
        );
        assert!(warned(&[], &[SMALL]).is_empty(), "what is not known to be used is not held against it");
    }

    #[test]
    fn what_is_used_already_counts_over_all_domains() {
        let limits = [("standard-a1-core-count", 0.5), ("standard-a1-core-count", 0.5)];
        let expected = "1 Arm OCPUs beyond the Always Free allowance: 2 wanted, 2 free, 1 used";
        assert_eq!(warned(&limits, &[SMALL]), [expected]);
    }

    #[test]
    fn what_the_region_counts_goes_before_what_its_domains_count() {
        let limits = [("standard-a1-core-count", 1.0), ("standard-a1-core-regional-count", 1.5)];
        assert_eq!(allowance(&limits)[0].used, Some(1.5));
        for name in ["vm-standard-e2-1-micro-count", "standard-e2-micro-core-count"] {
            assert_eq!(allowance(&[(name, 1.0)])[2].used, Some(1.0), "{name}");
        }
    }

    #[test]
    fn several_wishes_are_added_up() {
        let expected = [
            "2 Arm OCPUs beyond the Always Free allowance: 4 wanted, 2 free, use unknown",
            "12 GB of Arm memory beyond the Always Free allowance: 24 wanted, 12 free, use unknown",
        ];
        assert_eq!(warned(&[], &[SMALL, SMALL]), expected);
    }

    #[test]
    fn block_storage_is_counted_for_every_shape() {
        let micro = Taking { shape: MICRO, ocpus: 0.0, memory_gb: 0.0, boot_volume_gb: 120.0 };
        let expected =
            ["40 GB of block storage beyond the Always Free allowance: 240 wanted, 200 free, use unknown"];
        assert_eq!(warned(&[], &[micro, micro]), expected);
    }

    #[test]
    fn a_shape_that_is_never_free_is_named() {
        let big = Taking { shape: "VM.Standard.E5.Flex", ..SMALL };
        assert_eq!(
            warned(&[], &[big]),
            ["VM.Standard.E5.Flex is no Always Free shape: all of it is charged"]
        );
    }

    #[test]
    fn what_is_left_is_never_less_than_nothing() {
        let share = Share { resource: Resource::ArmOcpus, allowance: 2.0, used: Some(3.0), wanted: 1.0 };
        assert_eq!((share.left(), share.beyond()), (Some(0.0), 1.0));
    }
}
