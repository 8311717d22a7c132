//! The crate map of ARCHITECTURE.md: what may use what.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// What each crate may use of ours. Nobody may use what is not named; tests of a crate may also use its `TESTS`.
const MAP: &[(&str, &[&str])] = &[
    ("berth-domain", &[]),
    ("berth-store", &[]),
    ("berth-test-postgres", &[]),
    ("berth-actors", &[]),
    ("berth-cloud", &["berth-domain"]),
    ("berth-cloud-oci", &["berth-domain", "berth-cloud"]),
    ("berth-cloud-sim", &[]),
    ("berth-notify", &["berth-domain"]),
    ("berth-app", &["berth-domain", "berth-store", "berth-actors", "berth-cloud", "berth-notify"]),
    ("berth-views", &["berth-domain", "berth-store"]),
    ("berth-metrics", &["berth-domain", "berth-actors"]),
    ("berth-graphql", &["berth-domain", "berth-store", "berth-app", "berth-views", "berth-metrics"]),
    ("berth-cli", &["berth-domain"]),
    ("berth-assets", &[]),
    (
        "berth",
        &[
            "berth-domain",
            "berth-store",
            "berth-actors",
            "berth-cloud",
            "berth-cloud-oci",
            "berth-cloud-sim",
            "berth-app",
            "berth-views",
            "berth-metrics",
            "berth-notify",
            "berth-graphql",
            "berth-cli",
            "berth-assets",
        ],
    ),
];

/// What only the tests of a crate may use beside that.
const TESTS: &[(&str, &[&str])] = &[
    // Itself: with the switch that lets its power-cut test fail.
    ("berth-store", &["berth-store", "berth-test-postgres"]),
    // Itself: with the virtual time that the crates above use, too.
    ("berth-actors", &["berth-actors"]),
    ("berth-cloud-oci", &["berth-cloud-sim"]),
    ("berth-notify", &["berth-cloud-sim"]),
    ("berth-graphql", &["berth-actors", "berth-cloud", "berth-notify"]),
    ("berth", &["berth-test-postgres"]),
];

/// What the rules must never meet, however deep it hides.
const NEVER_IN_DOMAIN: &[&str] = &[
    "tokio",
    "sqlx",
    "reqwest",
    "actix",
    "actix-web",
    "async-graphql",
    "cqrs-es",
    "rand",
    "getrandom",
    "async-trait",
];

#[test]
fn no_crate_uses_what_the_map_does_not_allow() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let lookup = |table: &[(&str, &[&'static str])]| {
            table.iter().find(|(crate_name, _)| *crate_name == name).map_or(vec![], |(_, uses)| uses.to_vec())
        };
        assert!(MAP.iter().any(|(known, _)| *known == name), "`{name}` is not on the map");
        let (uses, tests) = (lookup(MAP), lookup(TESTS));
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            let of_ours = dependency.name.as_str();
            let allowed = uses.contains(&of_ours)
                || dependency.kind == DependencyKind::Development && tests.contains(&of_ours);
            assert!(allowed, "`{name}` must not use `{of_ours}`");
        }
    }
}

#[test]
fn the_rules_meet_no_runtime_no_database_and_no_chance() {
    let metadata = metadata();
    let reached = reachable(&metadata, "berth-domain");
    for forbidden in NEVER_IN_DOMAIN {
        assert!(!reached.contains_key(*forbidden), "domain reaches `{forbidden}`");
    }
    let features = &reached["chrono"];
    for clock in ["clock", "now"] {
        assert!(!features.iter().any(|feature| feature == clock), "chrono brings a clock into domain");
    }
}

#[test]
fn the_search_finds_what_lies_deep() {
    let metadata = metadata();
    assert!(reachable(&metadata, "berth-app").contains_key("tokio"));
}

fn metadata() -> Metadata {
    MetadataCommand::new().other_options(vec!["--locked".into()]).exec().unwrap()
}

/// Every crate that the normal dependencies of one reach, with the features that the one asks for directly.
fn reachable(metadata: &Metadata, from: &str) -> BTreeMap<String, Vec<String>> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let node = |id: &cargo_metadata::PackageId| resolve.nodes.iter().find(|node| node.id == *id).unwrap();
    let start: &Package = metadata.packages.iter().find(|package| package.name.as_str() == from).unwrap();
    let mut found = BTreeMap::new();
    let mut queue = vec![&start.id];
    while let Some(id) = queue.pop() {
        for dependency in &node(id).deps {
            if !dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal) {
                continue;
            }
            let name = metadata[&dependency.pkg].name.to_string();
            let asked = start.dependencies.iter().find(|direct| direct.name == name);
            if found.insert(name, asked.map_or(vec![], |direct| direct.features.clone())).is_none() {
                queue.push(&dependency.pkg);
            }
        }
    }
    found
}
